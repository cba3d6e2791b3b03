"""Correcting attendance on screen: asked from the session's page, decided by a colleague, read in the chart."""

import pytest
from django.urls import reverse

from groups import queries
from groups.models import Attendance
from tests.grouping import enrolled, make_group, make_session, signed_mark
from tests.making import make_admitted, make_clinician, make_patient, make_supervisor
from treatment_plans.models import Note

from .visiting import chart_url, cost, follow, get, send, signed_in

pytestmark = pytest.mark.django_db
WHY = "The sign-in sheet says 09:15."


@pytest.fixture
def leader():
    return make_clinician(given_name="Sara", family_name="Lindqvist", works_in=["IOP Day"])


@pytest.fixture
def dana(group):
    dana = make_clinician(given_name="Dana", family_name="Mensah", works_in=["IOP Day"])
    group.leaders.create(user=dana, part="co_facilitator", started_on=group.started_on)
    return dana


@pytest.fixture
def group(leader):
    return make_group(leader, name="Relapse prevention, Day")


@pytest.fixture
def rosa(leader, group):
    patient = make_admitted(leader, to="IOP Day", patient=make_patient(leader, given_name="Rosa", family_name="Alvarez"))
    enrolled(patient, group, by=leader)
    return patient


@pytest.fixture
def mark(leader, group, rosa):
    return signed_mark(make_session(group), rosa.episodes.get(), by=leader)


@pytest.fixture
def address(mark):
    return reverse("correct_attendance", args=[mark.pk])


def asked(address, leader):
    return follow(signed_in(leader), address, {"state": "late", "late": "15", "because": WHY})


def decide(mark, by, act):
    return follow(signed_in(by), reverse("decide_correction", args=[mark.amendments.get().pk]), {"act": act})


def test_from_the_session_to_the_question_to_the_answer(mark, address, leader, dana):
    session = reverse("session", args=[mark.session_id])
    assert get(signed_in(leader), session).leads_to("Correct the attendance of Rosa Alvarez") == address

    waiting = asked(address, leader)
    assert "Should read Late, 15 min late" in waiting.text
    assert waiting.buttons[-1:] == ["Take it back"]

    made = decide(mark, dana, "agree")
    assert "Corrected. Hours are summed anew." in made.text
    shown = get(signed_in(leader), session)
    assert "Late, 15 min late" in shown.part("attendance")
    assert f"Corrected: Present to Late, 15 min late. {WHY}" in shown.part("attendance")
    assert "2.5 of 9 h" in shown.text


def test_it_stands_on_today_of_everybody_who_may_be_the_second_person(mark, address, leader, dana):
    asked(address, leader)
    supervisor = make_supervisor(works_in=["IOP Day"])
    on_today = lambda user: get(signed_in(user), "/today/").part("h-tasks")  # noqa: E731

    for second in (dana, supervisor):
        assert f"Correct attendance? Rosa Alvarez, Relapse prevention, Day {day_of(mark)}" in on_today(second)
        assert [href for words, href in get(signed_in(second), "/tasks/").links if "Correct attendance?" in words] == [address]
    for nobody in (leader, make_clinician(works_in=["IOP Day"]), make_supervisor()):
        assert "Correct attendance?" not in on_today(nobody)
    decide(mark, dana, "decline")
    assert "Correct attendance?" not in on_today(supervisor)


def day_of(mark):
    return f"{mark.session.held_on:%d %b}, asked by S. Lindqvist"


def test_another_account_of_who_asked_is_no_second_person(mark, address, leader, group):
    again = make_supervisor(works_in=["IOP Day"], first_account=leader)

    asked(address, leader)

    assert not queries.amendments_to_decide(again).exists()


def test_left_as_it_is(mark, address, leader, dana):
    asked(address, leader)
    assert "Not corrected: Present to Late" in decide(mark, dana, "decline").text
    assert Attendance.objects.get().state == "present"


def test_mistakes_are_said_and_typing_is_kept(address, leader):
    refused = send(signed_in(leader), address, {"state": "excused", "because": WHY})
    assert (refused.status, refused.form("because")["because"]) == (422, WHY)
    assert "Choose a reason for the excused absence" in refused.text


def test_who_does_not_lead_it_reads_and_asks_nothing(address, rosa):
    shown = get(signed_in(make_clinician(works_in=["IOP Day"])), address)
    assert "You do not lead this session" in shown.text
    assert get(signed_in(make_clinician(works_in=["PHP"])), address).status == 404


def test_the_note_says_that_its_minutes_count_no_more(mark, address, leader, dana):
    asked(address, leader)
    decide(mark, dana, "agree")
    assert "These minutes count no more" in get(signed_in(leader), reverse("note", args=[mark.note_id])).text


def test_the_chart_has_each_session_with_what_was_corrected(mark, address, leader, dana, rosa):
    asked(address, leader)
    decide(mark, dana, "agree")
    shown = get(signed_in(leader), chart_url("groups", rosa)).part("attendance")
    assert "Relapse prevention, Day Late, 15 min late, 150 min" in shown
    assert "Corrected: Present to Late, 15 min late." in shown
    assert "Attendance corrected: Relapse prevention, Day" in get(signed_in(leader), chart_url("timeline", rosa)).text


def test_an_absence_is_one_line_in_the_chart_and_no_note(group, leader, rosa):
    Attendance.objects.create(session=make_session(group), episode=rosa.episodes.get(), state="excused", reason="Work", marked_by=leader)
    for name in ("groups", "timeline"):
        shown = get(signed_in(leader), chart_url(name, rosa)).text
        assert "Did not attend Relapse prevention, Day" in shown
        assert "Excused: Work" in shown
    assert not Note.objects.exists()


def test_twenty_sessions_cost_as_much_as_one(group, leader, rosa, mark):
    client, chart = signed_in(leader), chart_url("groups", rosa)
    before = cost(client, chart)
    for _ in range(20):
        Attendance.objects.create(session=make_session(group), episode=rosa.episodes.get(), state="unexcused", marked_by=leader)
    assert cost(client, chart) == before
    assert get(client, chart).leads_to("Next")
