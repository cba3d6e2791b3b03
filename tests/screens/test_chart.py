"""The chart: who this is, where on the continuum, what everybody must know first; and who may read it."""

import re
from datetime import date, timedelta

import pytest
import time_machine
from django.utils import timezone

from anchored.accounts.roles import Role
from anchored.audit.models import TrailEntry
from anchored.ground.dates import today
from patients.actions import assessments, contacts, episodes, flags, intakes, privacy, team
from patients.models import DischargeReason
from tests.making import (
    afresh,
    basis,
    made_once,
    make_admitted,
    make_both,
    make_clinician,
    make_diagnosis,
    make_patient,
    make_supervisor,
    make_user,
    open_stay,
    program,
)

from .pages import plain
from .visiting import SHUT, UNKNOWN_ID, chart_url, cost, doors, events, get, seen, signed_in, silence

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
DETOX = "Residential detox"
WHY = "Withdrawal is over; she asks for groups."


both = made_once(lambda: make_both(family_name="Alvarez"))


@pytest.fixture
def clinician(both, db):
    return afresh(both.clinician)


@pytest.fixture
def desk(clinician):
    return signed_in(clinician)


@pytest.fixture
def patient(both, db):
    return afresh(both.patient)


def move(patient, to, by, on=None):
    return episodes.move(open_stay(patient), to=program(to), on=on or today(), basis=basis(), reason=WHY, by=by)


def discharge(patient, by, on=None):
    return episodes.discharge(open_stay(patient), on=on or today(), reason=DischargeReason.objects.get(code="completed"), by=by)


def overview(client, patient):
    page = get(client, chart_url("chart", patient))
    assert page.status == 200
    return page


def banner(page):
    return plain(re.search(r'<section aria-label="Patient".*?</section>', page.html, re.DOTALL)[0])


def steps(page):
    """Each step of the level-of-care line: its name, its note, and what is said of it."""
    line = re.search(r'<ol class="stepper".*?</ol>', page.html, re.DOTALL)[0]
    return [plain(step) for step in re.findall(r"<li.*?</li>", line, re.DOTALL)]


# The banner


def test_the_banner_says_who_this_is(clinician, desk):
    born = {
        "birth_date": date(1991, 3, 4),
        "family_name": "Alvarez",
        "preferred_name": "Ro",
        "pronouns": "she/her",
        "allergies": "Penicillin",
    }
    patient = make_admitted(clinician, patient=make_patient(clinician, **born), to="IOP Evening", on=today() - 21 * DAY)

    said = banner(overview(desk, patient))

    assert said.startswith(
        f"ALVAREZ, Rosa Preferred name Ro Born 04 Mar 1991 ({patient.age()} y) Pronouns she/her Record no. {patient.record_number}"
    )
    assert "Level IOP Evening, day 22 Clinician S. Lindqvist Allergies Penicillin" in said


def test_what_is_not_known_is_said_so(clinician, desk):
    patient = make_admitted(clinician, patient=make_patient(clinician, family_name="", birth_date=None, needs_interpreter=True))

    said = banner(overview(desk, patient))

    assert said.startswith("Rosa Born Not known Pronouns Not known")
    assert "Allergies Not known" in said
    assert "Interpreter: language not known" in said
    assert "Preferred name" not in said


def test_what_everybody_must_know_stands_in_the_banner_of_every_page(patient, clinician, desk):
    clinician_of_program = make_clinician(works_in=[DETOX])
    flags.raise_flag(patient, kind="self_harm", by=clinician_of_program)
    flags.close_flag(flags.raise_flag(patient, kind="medical", by=clinician), by=clinician)

    for name in ("chart", "timeline", "team", "flags", "details", "assess", "move", "discharge"):
        said = banner(get(desk, chart_url(name, patient)))
        assert f"Suicide or self-harm risk, {today():%d %b}" in said
        assert "Medical alert" not in said


def test_the_interpreter_stands_in_the_banner(clinician, desk):
    patient = make_admitted(clinician, patient=make_patient(clinician, language="Spanish", needs_interpreter=True))

    assert "Interpreter: Spanish" in banner(overview(desk, patient))


def test_the_views_of_the_chart_say_where_one_is(patient, desk):
    for name, words in [
        ("chart", "Overview"),
        ("timeline", "Timeline"),
        ("team", "Care team"),
        ("contacts", "Contacts"),
        ("times", "Times"),
        ("flags", "Safety flags"),
        ("details", "Details"),
    ]:
        html = get(desk, chart_url(name, patient)).html
        assert f'<a href="{chart_url(name, patient)}" aria-current="page">{words}</a>' in html


# Acts


def acts(user, patient):
    page = overview(signed_in(user), patient)
    names = ("Move", "Admit", "Admit again", "Rate the dimensions", "Reassign", "Discharge", "Undo discharge")
    return [name for name in names if page.leads_to(name)]


def test_the_acts_are_those_of_the_role_and_the_moment(patient, clinician):
    supervisor = make_supervisor(supervises=[clinician])
    prescriber = make_user(Role.PRESCRIBER, works_in=[DETOX])

    assert acts(clinician, patient) == ["Move", "Rate the dimensions", "Discharge"]
    assert acts(supervisor, patient) == ["Move", "Rate the dimensions", "Reassign", "Discharge"]
    assert acts(prescriber, patient) == []

    discharge(patient, clinician)

    assert acts(clinician, patient) == ["Admit again"]
    assert acts(supervisor, patient) == ["Admit again", "Undo discharge"]
    assert acts(prescriber, patient) == []


def test_every_act_and_view_that_is_offered_opens(patient, clinician):
    def offered(client):
        links = {href for _, href in overview(client, patient).links if href.startswith(f"/patients/{patient.pk}/")}
        return {href: client.get(href).status_code for href in links}

    supervisor = signed_in(make_supervisor(supervises=[clinician]))
    assert set(offered(supervisor).values()) == {200}
    assert set(offered(signed_in(make_user(Role.PRESCRIBER, works_in=[DETOX]))).values()) == {200}
    discharge(patient, clinician)
    assert set(offered(supervisor).values()) == {200}


def test_move_opens_as_a_dialog_and_by_its_key(patient, desk):
    url = chart_url("move", patient)

    html = overview(desk, patient).html

    assert re.search(rf'<a class="btn[^"]*" href="{url}"[^>]*data-dialog="{url}"', html)
    assert 'data-shortcut="m"' in html


# The level-of-care line


def test_the_line_says_what_was_is_and_was_left_out(clinician, desk):
    patient = make_admitted(clinician, on=today() - 20 * DAY)
    move(patient, "PHP", clinician, on=today() - 14 * DAY)
    move(patient, "IOP Evening", make_supervisor(works_in=["PHP"]), on=today() - 2 * DAY)

    page = overview(desk, patient)

    day = "{:%d %b}".format
    assert steps(page) == [
        f"Detox {day(today() - 20 * DAY)}–{day(today() - 14 * DAY)} completed",
        "Residential Skipped",
        f"PHP {day(today() - 14 * DAY)}–{day(today() - 2 * DAY)} completed",
        "IOP Day 3 current",
        "OP not reached",
        "Alumni not reached",
    ]
    assert page.html.count('aria-current="step"') == 1
    assert '<ol class="stepper" aria-label="Level of care">' in page.html


def test_a_move_that_was_undone_leaves_no_step(patient, clinician, desk):
    move(patient, "PHP", clinician)
    episodes.undo_move(open_stay(patient), by=clinician)

    assert steps(overview(desk, patient))[:3] == ["Detox Day 11 current", "Residential not reached", "PHP not reached"]


# The cards


def test_the_overview_of_somebody_in_care(clinician, desk):
    use = {"substance": "2", "route": "1", "frequency": "3", "first_use_age": 17}
    patient = make_admitted(clinician, to="IOP Evening", on=today() - 31 * DAY, substances=[use], referral_source="1", prior_episodes="2")

    page = overview(desk, patient)

    assert page.heading == "Chart overview"
    assert "IOP Evening, day 32 2.1" in page.part("where")
    assert "Clinician Sara Lindqvist, LCSW" in page.part("where")
    assert f"Review overdue {today() - DAY:%d %b}" in page.part("where")
    assert "Not rated yet." in page.part("dimensions")
    assert "Primary Alcohol Oral, " in page.part("substances")
    assert "first used at 17" in page.part("substances")
    assert "2 treatment episodes before" in page.part("substances")
    assert "This is the first episode here." in page.part("episodes")
    assert "Admitted to IOP Evening" in page.part("recent")


def test_what_was_not_asked_at_admission_is_said_so(patient, desk):
    said = overview(desk, patient).part("substances")

    assert "Substances are not known." in said
    assert "Referred by Not known" in said
    assert "Episodes before not known" in said


def test_the_last_rating_stands_on_the_overview(patient, clinician, desk):
    ratings = {f"rating_{number}": str(number % 5) for number in range(1, 6)}
    document = assessments.assess(open_stay(patient), by=clinician, made_on=today(), occasion="continued", **ratings)

    page = overview(desk, patient)

    assert "1 Withdrawal 1 2 Physical health 2 3 Emotional 3 4 Readiness 4 5 Return to use 0 6 Living situation Not rated" in page.part(
        "dimensions"
    )
    assert f"Rated {today():%d %b %Y} by S. Lindqvist" in page.part("dimensions")
    assert page.leads_to("Open assessment") == chart_url("assessment", patient, document.pk)


def test_the_hand_over_is_asked_for_accepted_and_gone_when_undone(patient, clinician, desk):
    assert "Hand-over" not in overview(desk, patient).part("where")

    stay = move(patient, "PHP", clinician)
    assert "Hand-over To accept" in overview(desk, patient).part("where")

    episodes.undo_move(stay, by=clinician)
    assert "Hand-over" not in overview(desk, patient).part("where")

    stay = move(patient, "IOP Evening", clinician)
    episodes.accept(stay, by=make_clinician(given_name="Dana", family_name="Mensah", works_in=["IOP Evening"]))
    assert f"Hand-over Accepted D. Mensah, {today():%d %b}" in overview(desk, patient).part("where")


def test_a_patient_without_a_clinician_is_said_so(patient, clinician):
    reader = signed_in(make_clinician(works_in=[DETOX]))
    patient.episodes.get().team.update(ended_on=today())

    page = overview(reader, patient)

    assert "Clinician Not assigned" in page.part("where")
    assert "Clinician Not assigned" in banner(page)


# Before and after care


def test_somebody_registered_can_be_admitted_from_the_chart(clinician, desk):
    patient = make_patient(clinician)

    page = overview(desk, patient)

    assert "Not admitted yet" in page.text
    assert page.leads_to("Admit") == chart_url("start_intake", patient)
    assert "Level Not admitted" in banner(page)
    assert page.leads_to("Timeline") is page.leads_to("Care team") is None


def test_whoever_may_not_admit_is_not_led_there():
    person, registrar = make_user(Role.PRESCRIBER, works_in=["PHP"]), make_user(Role.FRONT_DESK)
    patient = make_patient(registrar)
    intakes.start(patient, by=registrar, program=program("PHP"))

    page = overview(signed_in(person), patient)

    assert page.leads_to("Admit") is None
    assert "A clinician can admit them." in page.text


def test_after_a_discharge_the_chart_opens_for_some_days(patient, clinician, desk, settings):
    discharge(patient, clinician)

    page = overview(desk, patient)

    assert f"Level Discharged {today():%d %b %Y}" in banner(page)
    assert f"Now Discharged {today():%d %b %Y}" in page.part("where")
    with time_machine.travel(timezone.now() + (settings.CHART_DAYS_AFTER_DISCHARGE + 1) * DAY):
        assert get(signed_in(clinician), chart_url("chart", patient)).status == 404


def test_an_earlier_episode_is_a_click_away(patient, clinician, desk):
    discharge(patient, clinician, on=today() - 2 * DAY)
    first = patient.episodes.get()
    make_admitted(clinician, patient=patient, to="PHP", on=today() - DAY)

    page = overview(desk, patient)

    words = f"{first.started_on:%d %b %Y} to {first.ended_on:%d %b %Y}"
    assert page.part("episodes") == f"Earlier episodes {words}"
    assert page.leads_to(words) == f"{chart_url('timeline', patient)}?episode={first.pk}"
    assert "Discharged" not in page.part("recent")


# Names stay out of titles and addresses


def test_titles_hold_the_record_number_and_no_name(patient, clinician, desk):
    supervisor = signed_in(make_supervisor(supervises=[clinician]))
    kinds = {
        "chart": "Chart",
        "timeline": "Timeline",
        "team": "Care team",
        "contacts": "Contacts",
        "new_contact": "New contact",
        "reach": "Wishes",
        "times": "Times",
        "flags": "Safety flags",
        "details": "Details",
        "assess": "Assessment",
        "move": "Move",
        "discharge": "Discharge",
        "reassign": "Reassign",
        "join_team": "Care team",
    }

    titles = {name: get(supervisor, chart_url(name, patient)).title for name in kinds}

    assert titles == {name: f"{kind}, No. {patient.record_number} - Anchored" for name, kind in kinds.items()}
    assert all("lvarez" not in href and str(patient.record_number) not in href for _, href in overview(desk, patient).links)


# Who may


def test_the_chart_has_a_door(patient):
    assert doors(chart_url("chart", patient), weaker=Role.FRONT_DESK) == SHUT


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.PRIVACY_OFFICER])
def test_those_who_do_not_care_for_patients_do_not_learn_of_them(patient, role):
    assert get(signed_in(make_user(role)), chart_url("chart", patient)).status == 404


def test_what_is_not_yours_reads_like_what_never_was(patient):
    stranger = signed_in(make_clinician())

    hidden, never = get(stranger, chart_url("chart", patient)), get(stranger, chart_url("chart", UNKNOWN_ID))

    assert hidden.status == never.status == 404
    assert hidden.text == never.text


def test_an_address_that_is_none_is_a_page_not_found(desk):
    for address in ("0", "-1", "abc", "9" * 40, "1%00", "00000000-0000-0000-0000-00000000000g"):
        page = get(desk, f"/patients/{address}/")
        assert (page.status, page.heading) == (404, "Page not found")


def test_a_restricted_chart_opens_for_the_people_named_only(patient, clinician, desk):
    named = make_clinician(works_in=[DETOX])
    privacy.restrict(patient, by=make_user(Role.PRIVACY_OFFICER), named=[named, make_clinician()])

    assert get(desk, chart_url("chart", patient)).status == 404
    assert get(signed_in(named), chart_url("chart", patient)).status == 200


def test_a_chart_is_read_not_sent(patient, desk):
    assert desk.post(chart_url("chart", patient)).status_code == 405


# The trail


def test_each_reading_is_recorded_with_its_page(patient, clinician, desk):
    for name in ("chart", "timeline", "team", "flags", "details", "assess", "move", "discharge"):
        get(desk, chart_url(name, patient))

    rows = TrailEntry.objects.filter(event="chart.opened").order_by("sequence")
    screens = ["overview", "timeline", "care_team", "safety_flags", "details", "assess", "move", "discharge"]
    assert [(row.patient_id, row.actor_id, row.facts["screen"]) for row in rows] == [
        (patient.pk, clinician.pk, screen) for screen in screens
    ]


def test_a_closed_door_is_no_reading(patient):
    doors(chart_url("chart", patient), weaker=Role.FRONT_DESK)

    assert seen("chart.opened") == []


def test_without_the_trail_no_chart_opens(patient, desk, monkeypatch):
    silence(monkeypatch)

    for name in ("chart", "timeline", "team", "flags", "details", "assess", "move", "discharge"):
        page = get(desk, chart_url(name, patient))
        assert page.status == 503
        assert "ALVAREZ" not in page.html
        assert "Access cannot be recorded at the moment, so no record is shown" in page.text


# What it costs


def test_a_chart_costs_the_same_however_long_it_is(patient, clinician, desk):
    def live_on(number):
        """A move, a flag, a colleague and a rating more."""
        to = ["PHP", "IOP Evening"][number % 2]
        episodes.accept(move(patient, to, clinician), by=make_clinician(works_in=[to]))
        flags.close_flag(flags.raise_flag(patient, kind="medical", by=clinician), by=clinician)
        team.add_member(patient.episodes.get(), to=make_clinician(), part="covering", by=make_supervisor())
        assessments.assess(open_stay(patient), by=clinician, made_on=today(), occasion="continued", rating_1="2")

    live_on(1)
    one = cost(desk, chart_url("chart", patient))
    for number in range(2, 13):
        live_on(number)

    assert one == cost(desk, chart_url("chart", patient)) == 20


def test_the_events_of_a_chart_are_of_this_patient(patient, clinician, desk):
    overview(desk, patient)

    assert events(patient) == ["patient.registered", "patient.admitted", "chart.opened"]


# What is new since I looked


def test_what_happened_since_the_last_visit_is_marked_new(patient, clinician, desk):
    overview(desk, patient)

    with time_machine.travel(timezone.now() + 2 * DAY, tick=True):
        flags.raise_flag(patient, kind="medical", by=make_clinician())
        page = overview(signed_in(clinician), patient)

    assert "1 new since you looked on" in page.part("recent")
    assert "Flag raised: Medical alert New" in page.part("recent")
    assert page.part("recent").count(" New ") == 1


def test_a_look_of_the_same_hour_is_the_same_visit(patient, desk):
    assert "since you looked" not in overview(desk, patient).text
    assert "since you looked" not in overview(desk, patient).text


def test_somebody_elses_look_is_not_mine(patient, desk):
    with time_machine.travel(timezone.now() - 2 * DAY, tick=True):
        overview(signed_in(make_clinician(works_in=["Residential detox"])), patient)

    assert "since you looked" not in overview(desk, patient).text


def test_whom_to_call_stands_on_the_first_page(patient, clinician, desk):
    contacts.add(patient, by=clinician, name="Elena Lopez", relationship="sibling", phone="555 0177", is_emergency=True)

    assert "Emergency Elena Lopez Sibling, 555 0177" in overview(desk, patient).part("people")


def test_the_primary_diagnosis_stands_on_the_first_page(patient, clinician, desk):
    page = overview(desk, patient)
    assert "Diagnosis No primary one yet. Add" in page.part("where")
    make_diagnosis(patient, by=clinician, code="F43.12")

    primary = make_diagnosis(patient, by=clinician, severity="severe", is_primary=True)

    page = overview(desk, patient)
    assert "Diagnosis F10.20 Alcohol dependence, uncomplicated Severe" in page.part("where")
    assert page.leads_to(str(primary.code)) == chart_url("diagnoses", patient)
    assert "F43.12" not in page.text


def test_who_does_not_diagnose_is_not_asked_to(patient):
    words = overview(signed_in(make_user(Role.PRESCRIBER, works_in=[DETOX])), patient).part("where")

    assert "No primary one yet" in words
    assert "yet. Add" not in words


def test_papers_that_nobody_has_signed_are_due_on_the_first_page(patient, desk):
    page = overview(desk, patient)

    assert "Overdue 8 papers to sign" in page.part("where")
    assert page.leads_to("8 papers to sign") == chart_url("documents", patient)
