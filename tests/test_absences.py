"""What absences ask for: a call that is due, a supervisor who decides. Nobody is discharged by a rule."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from anchored.accounts.refusals import NotNow, NotPermitted
from groups import absences
from groups.actions import absences as actions
from groups.actions import attendance
from groups.models import AbsenceDecision, AbsenceRule, Outreach
from patients.actions import contacts, flags
from patients.models import Episode
from tests.grouping import enrolled, make_group, make_session
from tests.making import make_admitted, make_clinician, make_supervisor, program

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
PLAN = "He goes on, with a call on the evening before."


@pytest.fixture
def leader():
    return make_clinician(works_in=["IOP Day"])


@pytest.fixture
def supervisor():
    return make_supervisor(works_in=["IOP Day"])


@pytest.fixture
def group(leader):
    return make_group(leader)


@pytest.fixture
def joon(leader, group):
    patient = make_admitted(leader, to="IOP Day")
    enrolled(patient, group, by=leader, on=timezone.localdate() - 9 * DAY)
    return patient


def episode(patient):
    return patient.episodes.get()


@pytest.fixture
def missed(leader, group, joon):
    """Mark a session of so long ago, unexcused unless said otherwise."""

    def mark(ago, state="unexcused"):
        reason = "Family" if state == "excused" else ""
        return attendance.mark(make_session(group, ago=ago), episode(joon), by=leader, state=state, reason=reason).mark

    return mark


def to_call(user, **how):
    return absences.absences_to_call(user, **how)


class TestTheCall:
    def test_an_unexcused_absence_asks_for_a_call_within_a_day(self, leader, missed):
        mark = missed(5 * HOUR)

        (call,) = to_call(leader)

        assert call.last == mark
        assert call.call_due == mark.session.ended_at + 24 * HOUR
        assert not call.is_overdue

    def test_within_the_hour_while_a_safety_flag_is_raised(self, leader, joon, missed):
        flags.raise_flag(joon, kind="overdose", by=leader)
        mark = missed(5 * HOUR)

        (call,) = to_call(leader)

        assert call.call_due == mark.session.ended_at + HOUR
        assert call.is_overdue

    def test_an_excused_one_asks_for_none_nor_does_being_there(self, leader, missed):
        missed(5 * HOUR, "excused")
        missed(2 * DAY, "present")

        assert to_call(leader) == []

    def test_it_stays_open_until_somebody_spoke_with_the_person(self, leader, joon, missed):
        missed(2 * DAY)
        for outcome in ("no_answer", "message"):
            actions.log_attempt(episode(joon), channel="phone", outcome=outcome, by=leader)
        (call,) = to_call(leader)
        assert len(call.tried) == 2

        actions.log_attempt(episode(joon), channel="phone", outcome="spoke", next_step="Comes on Thursday", by=leader)
        assert to_call(leader) == []

    def test_coming_again_closes_it(self, leader, missed):
        missed(2 * DAY)
        missed(5 * HOUR, "present")

        assert to_call(leader) == []

    def test_a_mark_that_was_changed_asks_no_more(self, leader, joon, missed):
        mark = missed(5 * HOUR)
        attendance.mark(mark.session, episode(joon), by=leader, state="late", late=10)

        assert to_call(leader) == []

    def test_a_program_with_rules_of_its_own_follows_those_alone(self, leader, supervisor, missed):
        rule = AbsenceRule.objects.create(program=program("IOP Day"), number=2, follows="call", due_hours=4)
        missed(2 * DAY)
        assert to_call(leader) == []
        missed(5 * HOUR)

        assert len(to_call(leader)) == 1
        assert absences.to_decide(supervisor) == []
        assert str(rule) == "2 unexcused absences in a row: call after absence"

    def test_ones_own_people_or_all_whom_one_sees(self, supervisor, joon, missed):
        missed(5 * HOUR)

        assert to_call(supervisor) == []
        assert [each.patient_id for each in to_call(supervisor, everybody=True)] == [joon.pk]
        assert to_call(make_clinician(), everybody=True) == []


class TestTheLog:
    def test_whom_one_spoke_with_is_named_and_on_their_list(self, leader, joon):
        theirs = contacts.add(joon, by=leader, name="Bo Kim", relationship="sibling", may_be_told="That he is here.")
        other = contacts.add(make_admitted(leader), by=leader, name="Ana", relationship="friend")
        facts = {"channel": "phone", "outcome": "spoke_contact", "by": leader}

        with pytest.raises(NotNow, match="Choose the contact you spoke with"):
            actions.log_attempt(episode(joon), **facts)
        with pytest.raises(NotNow, match="on the list of this person"):
            actions.log_attempt(episode(joon), contact=other, **facts)
        assert actions.log_attempt(episode(joon), contact=theirs, **facts).contact == theirs

    def test_what_was_logged_and_decided_stays(self, leader, supervisor, joon):
        actions.log_attempt(episode(joon), channel="phone", outcome="no_answer", by=leader)
        actions.decide(episode(joon), decision="go_on", reason=PLAN, by=supervisor)

        for model, change in ((Outreach, {"outcome": "spoke"}), (AbsenceDecision, {"reason": "Another reason."})):
            with pytest.raises(DatabaseError, match="stays"), transaction.atomic():
                model.objects.update(**change)


class TestTheSupervisor:
    def test_two_in_a_row_ask_for_one_and_three_whether_to_begin_a_discharge_review(self, supervisor, missed):
        missed(3 * DAY)
        assert absences.to_decide(supervisor) == []
        missed(2 * DAY)
        assert [rule.follows for rule, _ in absences.to_decide(supervisor)[0].why] == ["supervisor"]
        missed(1 * DAY)

        (waiting,) = absences.to_decide(supervisor)

        assert {rule.follows for rule, _ in waiting.why} == {"supervisor", "leaving"}
        assert {rule.words for rule, _ in waiting.why} == {"2 unexcused absences in a row", "3 unexcused absences in a row"}

    def test_who_came_between_has_no_absences_in_a_row(self, supervisor, missed):
        missed(3 * DAY)
        missed(2 * DAY, "present")
        missed(1 * DAY)

        assert absences.to_decide(supervisor) == []

    def test_seven_of_any_kind_within_twelve_weeks(self, supervisor, missed):
        for number in range(1, 8):
            missed(number * DAY, "excused")
            missed(number * DAY - 2 * HOUR, "present")

        (waiting,) = absences.to_decide(supervisor)

        assert [rule.words for rule, _ in waiting.why] == ["7 absences within 84 days"]

    def test_a_decision_closes_what_was_asked_until_then_and_discharges_nobody(self, leader, supervisor, joon, missed):
        for ago in (3, 2, 1):
            missed(ago * DAY)

        actions.decide(episode(joon), decision="leaving", reason=PLAN, by=supervisor)

        assert absences.to_decide(supervisor) == []
        assert to_call(leader) == []
        assert Episode.objects.get(patient=joon).ended_on is None

    def test_it_has_a_reason_and_is_the_supervisors(self, leader, supervisor, joon):
        with pytest.raises(NotNow, match="at least 15 characters"):
            actions.decide(episode(joon), decision="go_on", reason="Fine.", by=supervisor)
        with pytest.raises(NotPermitted):
            actions.decide(episode(joon), decision="go_on", reason=PLAN, by=leader)


def test_many_cost_as_much_as_one(leader, group, missed, supervisor, django_assert_num_queries):
    missed(2 * DAY)
    to_call(leader)
    with django_assert_num_queries(3):
        to_call(leader)
    for _ in range(4):
        patient = make_admitted(leader, to="IOP Day")
        enrolled(patient, group, by=leader)
        attendance.mark(make_session(group, ago=DAY), episode(patient), by=leader, state="unexcused")
    with django_assert_num_queries(3):
        assert len(to_call(leader)) == 5
