"""Where the day begins: home by role, and what Today asks of somebody."""

import re
from datetime import timedelta
from html import unescape

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from anchored.accounts.roles import Role
from anchored.audit.models import TrailEntry
from anchored.dashboard import views
from anchored.ground.dates import today
from groups.actions import attendance, sessions
from groups.actions import notes as meeting_notes
from groups.models import Group, Session, Waiting
from patients.actions import episodes, intakes, privacy, referrals, team, waitlist
from patients.intake import BY_KEY
from patients.models import CareTeamMember, Referral, ServiceKind
from tests.grouping import enrolled, make_group, make_session
from tests.making import basis, make_admitted, make_clinician, make_patient, make_supervisor, make_user, open_stay, program
from treatment_plans.actions import appointments

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


def needs(page):
    """What the list of tasks says."""
    return page.part("h-tasks")


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
    assert f"{today():%A %d %b %Y}. No sessions." in page.text
    assert "No patients yet. People assigned to you appear here." in page.part("mine")
    assert "Needs you 0 All tasks Nothing due." in needs(page)
    assert "No sessions today." in page.part("h-sessions")


def test_my_patients_are_those_i_am_the_primary_clinician_of(clinician, desk):
    patient = admitted(clinician, "Alvarez", to="PHP", on=today() - 2 * DAY)
    admitted(make_clinician(), "Other", to="IOP Evening")
    team.add_member(admitted(make_clinician(), "Covered").episodes.get(), to=clinician, part="covering", by=make_supervisor())

    page = get(desk, TODAY)

    assert page.leads_to("ALVAREZ, Rosa PHP, day 3 0 of 20 h") == chart_url("chart", patient)
    assert page.part("mine") == "My patients 1 As a list ALVAREZ, Rosa PHP, day 3 0 of 20 h"
    assert page.leads_to("As a list") == "/patients/?clinician=me"


def test_reviews_are_due_within_a_week_the_latest_first(clinician, desk):
    late = admitted(clinician, "Late", to="IOP Evening", on=today() - 31 * DAY)
    now = admitted(clinician, "Now", to="IOP Evening", on=today() - 30 * DAY)
    soon = admitted(clinician, "Soon", to="IOP Evening", on=today() - 23 * DAY)
    admitted(clinician, "Later", to="IOP Evening", on=today() - 22 * DAY)

    page = get(desk, TODAY)

    day = "{:%d %b}".format
    asks = "every 30 days. A signed rating clears it."
    assert f"Overdue Level-of-care review Rosa Late, {day(today() - DAY)}, {asks}" in needs(page)
    assert f"Today Level-of-care review Rosa Now, {day(today())}, {asks}" in needs(page)
    assert f"Soon Level-of-care review Rosa Soon, {day(today() + 7 * DAY)}, {asks}" in needs(page)
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

    assert f"Open Accept Rosa Moved, moved to IOP Evening {today():%d %b}. Accepting clears it. Accept" in needs(page)
    assert "Accept Rosa Moved" in page.buttons
    accepted = follow(desk, chart_url("accept", patient), page.form_to(chart_url("accept", patient)))
    assert "Rosa Moved is accepted in IOP Evening." in accepted.text
    assert "Accepting clears it" not in needs(accepted)
    assert open_stay(patient).accepted_by == clinician


def test_nobody_is_asked_to_accept_for_another_program(desk):
    patient = admitted(make_clinician(), "Moved", to="PHP")
    episodes.move(
        open_stay(patient), to=program("Outpatient"), on=today(), basis=basis(), reason="Ready for the next level.", by=make_supervisor()
    )

    assert "Accepting clears it" not in get(desk, TODAY).text


def test_only_staff_of_the_program_accept(clinician):
    author = make_clinician()
    patient = moved_to_evening(author, "Moved")

    page = get(signed_in(author), TODAY)
    answer = signed_in(author).post(chart_url("accept", patient))

    assert "Accepting clears it" not in page.text
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

    said = f"New New to me Rosa Given, primary clinician since {today():%d %b}, from I. Novak."
    assert f"{said} Goes after 7 days. Calls her sister on Sundays." in needs(page)
    with time_machine.travel(timezone.now() + 8 * DAY):
        assert "New to me" not in get(signed_in(clinician), TODAY).text


def test_what_is_overdue_never_hides_what_a_colleague_has_said(clinician, desk):
    for number in range(8):
        admitted(clinician, f"Late{number}", to="IOP Evening", on=today() - 31 * DAY)
    given = admitted(make_clinician(), "Given", to="PHP", on=today())
    team.reassign(given.episodes.get(), to=clinician, by=make_supervisor(), note="Calls her sister on Sundays.")

    page = get(desk, TODAY)

    assert needs(page).count("Overdue") == 11
    assert "New to me Rosa Given" in needs(page)


def test_a_supervisor_sees_who_has_no_clinician_and_can_assign_one():
    clinician = make_clinician()
    supervisor = make_supervisor(works_in=["PHP"], supervises=[clinician])
    patient = admitted(clinician, "Alone", to="PHP", on=today())
    CareTeamMember.objects.filter(episode__patient=patient).update(ended_on=today())

    page = get(signed_in(supervisor), TODAY)

    assert "Open Assign a clinician Rosa Alone, PHP, day 1. Assigning clears it." in needs(page)
    assert next(href for words, href in page.links if "Assign a clinician" in words) == chart_url("reassign", patient)
    assert "Assign a clinician" not in get(signed_in(clinician), TODAY).text


def test_a_supervisor_without_loose_ends_is_told_so():
    assert "Nothing due." in needs(get(signed_in(make_supervisor()), TODAY))


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
    """All statements count, those of the sign-in and of the trail too."""
    supervisor = make_supervisor(works_in=["IOP Evening", "PHP"])
    client = signed_in(supervisor)

    def one_more(number):
        moved_to_evening(supervisor, f"Moved{number}")
        given = admitted(make_clinician(), f"Given{number}", to="PHP")
        team.reassign(given.episodes.get(), to=supervisor, by=make_supervisor(), note="Calls her sister on Sundays.")
        alone = admitted(supervisor, f"Alone{number}", to="PHP")
        CareTeamMember.objects.filter(episode__patient=alone).update(ended_on=today())
        return cost(client, TODAY)

    assert [one_more(0), one_more(1), one_more(2), one_more(3)] == [13, 13, 13, 13]


def test_a_day_on_which_everything_comes_costs_no_more_than_one_with_an_absence(clinician, desk):

    def one_more(number):
        mine = admitted(clinician, f"Mine{number}", to="IOP Evening")
        group = make_group(clinician, programs=["IOP Evening"], capacity=1)
        attendance.mark(make_session(group), enrolled(mine, group, by=clinician).episode, by=clinician, state="unexcused")
        costs = [cost(desk, TODAY)]
        referrals.receive(make_patient(clinician), by=clinician, program=program("IOP Evening"))
        Referral.objects.update(received_at=timezone.now() - 9 * DAY)
        intakes.start(make_patient(by=clinician), by=clinician)
        waitlist.wait(make_patient(by=clinician), program=program("IOP Evening"), by=clinician)
        costs.append(cost(desk, TODAY))
        waits = Waiting(group=group, episode=admitted(clinician, f"Waits{number}", to="IOP Evening").episodes.get(), added_by=clinician)
        waits.save()
        Group.objects.filter(pk=group.pk).update(capacity=2)
        return [*costs, cost(desk, TODAY)]

    assert one_more(0) == one_more(1) == one_more(2) == [15, 15, 15]
    said = get(desk, reverse("tasks")).text
    kinds = ("Call after absence", "Call Rosa", "Continue the admission", "Offer a place", "Give a place")
    assert [kind for kind in kinds if kind not in said] == []


def test_an_unfinished_admission_waits_with_when_it_was_saved(clinician, desk):
    coming = intakes.start(make_patient(by=clinician), by=clinician)
    intakes.keep(coming, BY_KEY["identity"], typed={"city": "Salem"}, shown={}, by=clinician)
    intakes.start(make_patient(by=make_clinician(), family_name="Elsewhere"), by=make_clinician())

    page = get(desk, "/today/")

    (href,) = [href for words, href in page.links if "Continue the admission Rosa" in words]
    assert "0 steps completed, saved" in needs(page)
    assert href == f"/intake/{coming.pk}/"
    assert "Elsewhere" not in page.text


# My sessions


def group_of(clinician, *people, **facts):
    group = make_group(clinician, programs=["IOP Evening"], name="Relapse prevention", track="evening", **facts)
    return group, [enrolled(admitted(clinician, name, to="IOP Evening"), group, by=clinician) for name in people]


@pytest.fixture
def noon():
    """The middle of a clinic's day, so that what was some hours ago was today."""
    with time_machine.travel(timezone.localtime().replace(hour=16, minute=0), tick=True):
        yield


def test_a_session_stands_with_the_state_of_its_notes(noon, clinician):
    group, members = group_of(clinician, "Adams", "Baker")
    session = make_session(group)
    desk, began = signed_in(clinician), f"{timezone.localtime(session.started_at):%H:%M}"
    state = lambda: get(desk, TODAY).part("h-sessions")  # noqa: E731

    assert "Relapse prevention Evening, 2 people Not started Open" in state()
    assert get(desk, TODAY).leads_to(f"Open Relapse prevention, {began}, not started") == f"/sessions/{session.pk}/"
    assert "Take attendance of 2 people Relapse prevention, held" in needs(get(desk, TODAY))
    attendance.mark(session, members[0].episode, by=clinician, state="present")
    assert "1 of 2 marked" in state()
    attendance.mark(session, members[1].episode, by=clinician, state="late", late=10)
    assert "0 of 2 notes" in state()
    assert "Sign 2 notes Relapse prevention, held" in needs(get(desk, TODAY))
    write(session, members[0].episode, by=clinician)
    assert "1 of 2 notes" in state()
    assert get(desk, TODAY).leads_to(f"Open Relapse prevention, {began}, 1 of 2 notes") == f"/sessions/{session.pk}/"
    write(session, members[1].episode, by=clinician)
    assert "2 people Signed Open" in state()
    assert "Relapse prevention" not in needs(get(desk, TODAY))


def write(session, episode, *, by):
    typed = {"section_part": f"Spoke of {episode.pk}.", "section_response": "Calls on Sunday."}
    meeting_notes.keep_part(session, episode, typed=typed, version=0, by=by)
    meeting_notes.sign(session, [episode.pk], by=by, read={episode.pk: 1, None: session.version})


def test_a_session_to_which_nobody_came_asks_for_nothing_more(noon, clinician, desk):
    group, (member,) = group_of(clinician, "Adams")
    attendance.mark(make_session(group), member.episode, by=clinician, state="unexcused")

    page = get(signed_in(clinician), TODAY)

    assert "Nobody came" in page.part("h-sessions")
    assert "Take attendance" not in needs(page)
    assert "Sign " not in needs(page)
    assert "Call after absence" in needs(page)


def test_a_cancelled_session_stands_there_without_a_way_in(noon, clinician):
    group, _ = group_of(clinician, "Adams")
    sessions.cancel(make_session(group), because="Snow.", by=clinician)

    page = get(signed_in(clinician), TODAY)

    assert "1 person Cancelled" in page.part("h-sessions")
    assert not [words for words, _ in page.links if words.startswith("Open Relapse")]


def test_whoever_covers_has_the_session_and_whoever_is_covered_has_not(noon, clinician):
    group, _ = group_of(clinician, "Adams")
    colleague = make_clinician()
    sessions.cover(make_session(group), colleague=colleague, by=clinician)

    assert "Relapse prevention" in get(signed_in(colleague), TODAY).part("h-sessions")
    assert "Relapse prevention" not in get(signed_in(clinician), TODAY).part("h-sessions")


def test_people_of_restricted_records_are_not_counted_for_who_may_not_know_of_them(noon, clinician):
    group, (member, _) = group_of(clinician, "Adams", "Baker")
    make_session(group)
    privacy.restrict(member.episode.patient, by=make_user(Role.PRIVACY_OFFICER), named=[make_clinician()])

    assert "1 person" in get(signed_in(clinician), TODAY).part("h-sessions")


def test_an_empty_day_tells_what_comes_next_and_each_day_has_its_own(noon, clinician):
    group, _ = group_of(clinician, "Adams")
    session = make_session(group)
    Session.objects.filter(pk=session.pk).update(
        held_on=today() + DAY, started_at=session.started_at + DAY, ended_at=session.ended_at + DAY
    )
    desk, morrow = signed_in(clinician), today() + DAY
    began = f"{timezone.localtime(session.started_at):%H:%M}"

    page = get(desk, TODAY)
    following = get(desk, page.leads_to(f"{morrow:%A} {morrow.day} {morrow:%B}"))

    assert f"No sessions today. Next: {morrow:%a %d %b}, {began} Relapse prevention." in page.part("h-sessions")
    assert following.heading == f"{morrow:%A}"
    assert following.title == f"{morrow:%d %b %Y} - Anchored"
    assert "Relapse prevention Evening, 1 person Not started Open" in following.part("h-sessions")
    assert following.leads_to("Today") == TODAY
    assert get(desk, "/today/?date=nonsense").heading == "Today"


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        ("sessions", "My sessions could not be loaded."),
        ("tasks", "What needs you could not be loaded."),
        ("mine", "My patients could not be"),
    ],
)
def test_each_part_fails_alone(clinician, monkeypatch, broken, said):
    def refuse(work):
        raise ValueError("broken")

    monkeypatch.setitem(views.PARTS, broken, refuse)

    page = get(signed_in(clinician), TODAY)

    assert page.status == 200
    assert f"{said}" in page.text
    assert page.text.count("could not be loaded") == 1
    assert page.leads_to("Try again").startswith(TODAY)


def test_a_part_is_brought_up_to_date_only_when_it_has_changed(noon, clinician):
    group, (member,) = group_of(clinician, "Adams")
    session = make_session(group)
    desk = signed_in(clinician)
    address = unescape(re.search(r'hx-get="(/today/still/sessions/[^"]+)"', get(desk, TODAY).html)[1])
    rows = TrailEntry.objects.count()

    assert desk.get(address, headers=HTMX).status_code == 204
    assert TrailEntry.objects.count() == rows
    attendance.mark(session, member.episode, by=clinician, state="present")
    part = get(desk, address, headers=HTMX)

    assert part.status == 200
    assert "<html" not in part.html
    assert "0 of 1 notes" in part.part("h-sessions")
    assert desk.get("/today/still/nothing/").status_code == 404


def test_a_page_that_asks_by_itself_does_not_keep_somebody_signed_in(clinician, settings):
    desk = signed_in(clinician)
    half = timedelta(minutes=settings.SESSION_IDLE_MINUTES * 2 / 3)
    get(desk, TODAY)

    with time_machine.travel(timezone.now() + half):
        assert desk.get("/today/still/tasks/", headers=HTMX).status_code == 200
    with time_machine.travel(timezone.now() + 2 * half):
        assert desk.get("/today/still/tasks/", headers=HTMX).status_code == 401


def test_all_tasks_stand_on_their_own_page_by_what_is_due(clinician):
    for number in range(5):
        admitted(clinician, f"Late{number}", to="IOP Evening", on=today() - 31 * DAY)
    desk = signed_in(clinician)

    every, late, new = get(desk, "/tasks/"), get(desk, "/tasks/?due=overdue"), get(desk, "/tasks/?due=new")

    assert every.title == "Needs you - Anchored"
    assert late.text.count("Level-of-care review") == 5
    assert late.leads_to("All 15") == "/tasks/"
    assert "Nothing of this kind is due." in new.text
    assert "All 15 tasks" in get(desk, TODAY).text
    assert len(seen("list.shown", screen="tasks")) == 11


def test_the_papers_of_my_patients_are_due(clinician):
    patient = admitted(clinician, "Alvarez", to="IOP Evening", on=today() - DAY)

    page = get(signed_in(clinician), TODAY)

    (words,) = [words for words, href in page.links if href == chart_url("documents", patient)]
    assert re.match(rf"Overdue \d papers to sign Rosa Alvarez, {today() - DAY:%d %b}, as the packet of IOP Evening asks", words)


# Appointments of the day


def booked(patient, by, *, at_hour=13, **facts):
    start = timezone.localtime().replace(hour=at_hour, minute=0, second=0, microsecond=0)
    kind = ServiceKind.objects.get(code="individual")
    return appointments.book(
        patient.episodes.get(), kind=kind, starts_at=start, minutes=50, place="in_person", clinician=by, by=by, **facts
    )


def test_an_appointment_leads_to_its_note_and_is_done_with_the_signature(noon, clinician):
    patient = admitted(clinician, "Alvarez", to="IOP Evening")
    appointment = booked(patient, clinician)
    desk = signed_in(clinician)

    page = get(desk, TODAY)
    form = get(desk, page.leads_to("Write note for Rosa Alvarez")).form("section_data")
    typed = {**form, "section_data": "She came.", "section_assessment": "Steady.", "section_plan": "Calls on Sunday.", "act": "sign"}
    signing = desk.post(chart_url("draft", patient, "00000000-0000-4000-8000-00000000aaaa"), typed)["Location"]

    assert "13:00 to 13:50 Individual therapy, Rosa Alvarez In person Not started Write" in page.part("h-sessions")
    assert "Today Write the note Rosa Alvarez, individual therapy" in needs(page)
    assert (form["starts"], form["minutes"], form["kind"]) == ("13:00", "50", "individual")
    assert "Draft" in get(desk, TODAY).part("h-sessions")
    follow(desk, signing, get(desk, signing).form("version"))
    appointment.refresh_from_db()
    assert (appointment.outcome, appointment.closed_by) == ("done", clinician)
    assert appointment.note.sealed_at
    assert "Signed" in get(desk, TODAY).part("h-sessions")
    assert "Write the note" not in needs(get(desk, TODAY))


def test_who_did_not_come_stands_there_as_such(noon, clinician):
    appointment = booked(admitted(clinician, "Alvarez", to="IOP Evening"), clinician)
    appointments.cancel(appointment, outcome="absent", by=clinician)

    page = get(signed_in(clinician), TODAY)

    assert "Did not come" in page.part("h-sessions")
    assert "Write the note" not in needs(page)


def test_a_full_day_costs_what_an_empty_one_costs(noon, clinician):
    desk = signed_in(clinician)
    empty = cost(desk, TODAY)
    group, members = group_of(clinician, "Adams", "Baker")
    make_session(group)
    for member in members:
        booked(member.episode.patient, clinician)

    assert cost(desk, TODAY) == empty + 5 == 14  # marks, plans, papers, hours and absences are asked where there are any
