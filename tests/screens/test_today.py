"""Where the day begins: home by role, and what Today asks of somebody."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from anchored.accounts.roles import Role
from anchored.audit.models import TrailEntry
from anchored.ground.dates import today
from patients.actions import episodes, intakes, privacy, team
from patients.intake import BY_KEY
from patients.models import CareTeamMember
from tests.making import basis, make_admitted, make_clinician, make_patient, make_supervisor, make_user, open_stay, program

from .visiting import HTMX, SHUT, chart_url, cost, follow, get, seen, signed_in, silence

pytestmark = pytest.mark.django_db

TODAY = "/today/"
DAY = timedelta(days=1)


@pytest.fixture
def clinician():
    return make_clinician(given_name="Sara", family_name="Lindqvist", works_in=["IOP Evening"])


@pytest.fixture
def desk(clinician):
    return signed_in(clinician)


def admitted(by, name, **how):
    return make_admitted(by, patient=make_patient(by, family_name=name), **how)


def moved_to_evening(by, name, **how):
    """Somebody whom the evening program has not accepted yet."""
    patient = admitted(by, name, to="PHP", **how)
    episodes.move(open_stay(patient), to=program("IOP Evening"), on=today(), basis=basis(), reason="Ready for the next level.", by=by)
    return patient


# Home


@pytest.mark.parametrize(
    ("roles", "page"),
    [
        ([Role.CLINICIAN], "today"),
        ([Role.SUPERVISOR], "caseloads"),
        ([Role.PRESCRIBER], "today"),
        ([Role.FRONT_DESK], "patients:list"),
        ([Role.ADMINISTRATOR], "admin:index"),
        ([Role.PRIVACY_OFFICER], "restricted"),
        ([Role.ADMINISTRATOR, Role.CLINICIAN], "today"),
        ([], "help"),
    ],
    ids=lambda value: "+".join(value) if isinstance(value, list) else value,
)
def test_home_is_where_the_work_of_a_role_begins(roles, page):
    client = signed_in(make_user(*roles))

    answer = client.get("/")

    assert answer["Location"] == reverse(page)
    assert client.get(answer["Location"]).status_code == 200


def test_home_of_nobody_is_the_sign_in_page(db):
    assert Client().get("/")["Location"] == "/accounts/login/?next=/"


def test_no_refusal_leads_to_another_refusal(db):
    for role in Role:
        client = signed_in(make_user(role))
        for page in (get(client, "/nowhere/"), get(client, TODAY)):
            ways = [href for words, href in page.links if words.startswith("Go to")]
            assert [client.get(href, follow=True).status_code for href in ways] == [200] * len(ways), role
            assert ways or page.status == 200, role


def test_the_way_on_from_a_missing_page_fits_the_role():
    clinical, desk, other = (get(signed_in(make_user(role)), "/nowhere/") for role in (Role.CLINICIAN, Role.FRONT_DESK, Role.ADMINISTRATOR))

    assert clinical.leads_to("Go to Today") == TODAY
    assert desk.leads_to("Go to the start") == other.leads_to("Go to the start") == "/"
    assert "Find a patient, or go to Today." in clinical.text


def test_every_entry_of_the_navigation_opens(db):
    for role in Role:
        client = signed_in(make_user(role))
        nav = get(client, "/help/").html.split('aria-label="Main"')[1].split("</nav>")[0]
        entries = [href.split('"')[0] for href in nav.split('href="')[1:]]
        assert entries, role
        assert [client.get(href).status_code for href in entries] == [200] * len(entries), role


# Today


def test_an_empty_day_says_so(desk):
    page = get(desk, TODAY)

    assert page.title == "Today - Anchored"
    assert f"{today():%A %d %b %Y}. 0 patients in my care, 0 reviews due within a week." in page.text
    assert "No patients yet. People assigned to you appear here." in page.part("mine")
    assert "No one waits to be accepted." in page.part("handed")
    assert "Nothing due." in page.part("due")
    assert "New to me" not in page.text


def test_my_patients_are_those_i_am_the_primary_clinician_of(clinician, desk):
    patient = admitted(clinician, "Alvarez", to="PHP", on=today() - 2 * DAY)
    admitted(make_clinician(), "Other", to="IOP Evening")
    team.add_member(admitted(make_clinician(), "Covered").episodes.get(), to=clinician, part="covering", by=make_supervisor())

    page = get(desk, TODAY)

    assert page.part("mine") == "My patients As a list ALVAREZ, Rosa PHP, day 3 0 of 20 h"
    assert "1 patient in my care" in page.text
    assert page.leads_to("ALVAREZ, Rosa PHP, day 3 0 of 20 h") == chart_url("chart", patient)
    assert page.leads_to("As a list") == "/patients/?clinician=me"


def test_reviews_are_due_within_a_week_the_latest_first(clinician, desk):
    late = admitted(clinician, "Late", to="IOP Evening", on=today() - 31 * DAY)
    now = admitted(clinician, "Now", to="IOP Evening", on=today() - 30 * DAY)
    soon = admitted(clinician, "Soon", to="IOP Evening", on=today() - 23 * DAY)
    admitted(clinician, "Later", to="IOP Evening", on=today() - 22 * DAY)

    page = get(desk, TODAY)

    day = "{:%d %b}".format
    assert page.part("due") == (
        f"Reviews due 3 Overdue Level-of-care review Rosa Late, {day(today() - DAY)} Today Level-of-care review Rosa Now, {day(today())}"
        f" Soon Level-of-care review Rosa Soon, {day(today() + 7 * DAY)}"
    )
    links = [href for words, href in page.links if "Level-of-care review" in words]
    assert links == [chart_url("assess", patient) for patient in (late, now, soon)]


def test_whoever_may_not_rate_is_led_from_a_review_to_the_chart(clinician):
    prescriber = make_user(Role.PRESCRIBER)
    patient = admitted(clinician, "Late", to="IOP Evening", on=today() - 31 * DAY, primary=prescriber)

    page = get(signed_in(prescriber), TODAY)

    assert [href for words, href in page.links if "Level-of-care review" in words] == [chart_url("chart", patient)]


def test_a_moved_patient_waits_for_the_staff_of_the_program(clinician, desk):
    patient = moved_to_evening(make_clinician(), "Moved")

    page = get(desk, TODAY)

    assert page.part("handed") == f"To accept 1 MOVED, Rosa Moved to IOP Evening {today():%d %b} Accept"
    assert "Accept Rosa Moved" in page.buttons
    accepted = follow(desk, chart_url("accept", patient), page.form_to(chart_url("accept", patient)))
    assert "Rosa Moved is accepted in IOP Evening." in accepted.text
    assert "No one waits to be accepted." in accepted.part("handed")
    assert open_stay(patient).accepted_by == clinician


def test_nobody_is_asked_to_accept_for_another_program(desk):
    patient = admitted(make_clinician(), "Moved", to="PHP")
    episodes.move(
        open_stay(patient), to=program("Outpatient"), on=today(), basis=basis(), reason="Ready for the next level.", by=make_supervisor()
    )

    assert "No one waits to be accepted." in get(desk, TODAY).text


def test_only_staff_of_the_program_accept(clinician):
    author = make_clinician()
    patient = moved_to_evening(author, "Moved")

    page = get(signed_in(author), TODAY)
    answer = signed_in(author).post(chart_url("accept", patient))

    assert "No one waits to be accepted." in page.text
    assert answer.status_code == 403
    assert "Only staff of IOP Evening can accept this patient." in answer.content.decode()


def test_who_accepts_second_is_told_who_was_first(clinician, desk):
    patient = moved_to_evening(make_clinician(), "Moved")
    episodes.accept(open_stay(patient), by=make_user(Role.PRESCRIBER, given_name="Nadia", family_name="Rahman", works_in=["IOP Evening"]))

    page = follow(desk, chart_url("accept", patient), {"back": "today"})

    assert "N. Rahman accepted this patient just now." in page.text
    assert page.heading == "Today"


def test_accepting_has_a_door(clinician):
    patient = moved_to_evening(clinician, "Moved")
    address = chart_url("accept", patient)

    assert signed_in(make_clinician()).post(address).status_code == SHUT["a stranger"]
    assert signed_in(make_user(Role.FRONT_DESK, works_in=["IOP Evening"])).post(address).status_code == SHUT["a weaker role"]
    assert Client().post(address).status_code == SHUT["nobody"]
    assert signed_in(clinician).get(address).status_code == 405


def test_patients_given_to_me_lately_stand_with_the_hand_over_note(clinician, desk):
    supervisor = make_supervisor(given_name="Ingrid", family_name="Novak")
    patient = admitted(make_clinician(), "Given", to="PHP")
    team.reassign(patient.episodes.get(), to=clinician, by=supervisor, note="Calls her sister on Sundays.")

    page = get(desk, TODAY)

    assert (
        page.part("joined") == f"New to me GIVEN, Rosa Primary clinician since {today():%d %b}, from I. Novak Calls her sister on Sundays."
    )
    with time_machine.travel(timezone.now() + 8 * DAY):
        assert "New to me" not in get(signed_in(clinician), TODAY).text


def test_a_supervisor_sees_who_has_no_clinician_and_can_assign_one():
    clinician = make_clinician()
    supervisor = make_supervisor(works_in=["PHP"], supervises=[clinician])
    patient = admitted(clinician, "Alone", to="PHP", on=today())
    CareTeamMember.objects.filter(episode__patient=patient).update(ended_on=today())

    page = get(signed_in(supervisor), TODAY)

    assert page.part("unassigned") == "Not assigned 1 ALONE, Rosa PHP, day 1 Assign"
    assert page.leads_to("Assign Rosa Alone") == chart_url("reassign", patient)
    assert "Not assigned" not in get(signed_in(clinician), TODAY).text


def test_a_supervisor_without_loose_ends_is_told_so():
    assert "Everybody in care has a primary clinician." in get(signed_in(make_supervisor()), TODAY).part("unassigned")


def test_a_restricted_record_stands_on_no_day_but_that_of_the_people_named(clinician, desk):
    patient = admitted(clinician, "Alvarez", to="IOP Evening", on=today() - 31 * DAY)
    privacy.restrict(patient, by=make_user(Role.PRIVACY_OFFICER), named=[make_clinician()])

    assert "lvarez" not in get(desk, TODAY).text.lower()


@pytest.mark.parametrize("role", [Role.FRONT_DESK, Role.ADMINISTRATOR, Role.PRIVACY_OFFICER])
def test_today_is_for_those_who_care(role):
    assert get(signed_in(make_user(role)), TODAY).status == 403


def test_nobody_has_a_day_without_signing_in(db):
    assert Client().get(TODAY).status_code == SHUT["nobody"]
    assert Client().get(TODAY, headers=HTMX).status_code == SHUT["nobody, by htmx"]


def test_each_person_is_recorded_once_however_often_shown(clinician, desk):
    mine = admitted(clinician, "Mine", to="IOP Evening", on=today() - 31 * DAY)
    waiting = moved_to_evening(make_clinician(), "Moved")
    given = admitted(make_clinician(), "Given", to="PHP")
    team.reassign(given.episodes.get(), to=clinician, by=make_supervisor(), note="Calls her sister on Sundays.")

    get(desk, TODAY)

    assert sorted(seen("list.shown", screen="today")) == sorted(patient.pk for patient in (mine, waiting, given))


def test_an_empty_day_is_recorded_too(desk):
    get(desk, TODAY)

    assert TrailEntry.objects.get(event="list.shown").facts == {"screen": "today", "found": 0}


def test_without_the_trail_nobody_is_shown(clinician, desk, monkeypatch):
    admitted(clinician, "Alvarez")
    silence(monkeypatch)

    page = get(desk, TODAY)

    assert page.status == 503
    assert "ALVAREZ" not in page.html


def test_a_day_costs_the_same_for_one_and_for_twelve():
    supervisor = make_supervisor(works_in=["IOP Evening", "PHP"])
    client = signed_in(supervisor)

    def one_more(number):
        moved_to_evening(supervisor, f"Moved{number}")
        given = admitted(make_clinician(), f"Given{number}", to="PHP")
        team.reassign(given.episodes.get(), to=supervisor, by=make_supervisor(), note="Calls her sister on Sundays.")
        alone = admitted(supervisor, f"Alone{number}", to="PHP")
        CareTeamMember.objects.filter(episode__patient=alone).update(ended_on=today())
        return cost(client, TODAY)

    assert [one_more(0), one_more(1), one_more(2), one_more(3)] == [20, 20, 20, 20]


def test_an_unfinished_admission_waits_with_when_it_was_saved(clinician, desk):
    coming = intakes.start(make_patient(by=clinician), by=clinician)
    intakes.keep(coming, BY_KEY["identity"], typed={"city": "Salem"}, shown={}, by=clinician)
    intakes.start(make_patient(by=make_clinician(), family_name="Elsewhere"), by=make_clinician())

    page = get(desk, "/today/")

    assert "Unfinished admissions 1" in page.text
    assert "0 steps completed, saved" in page.part("begun")
    assert (page.leads_to(next(words for words, _ in page.links if "Continue the admission" in words))) == f"/intake/{coming.pk}/"
    assert "Elsewhere" not in page.text
