"""What is planned follows the timetable: closures, slots that end and go on; and who is told of it."""

from datetime import date, timedelta

import pytest
import time_machine
from django.db import DatabaseError, transaction
from django.test import override_settings
from django.utils import timezone

from anchored.accounts.refusals import NotNow, NotPermitted, SomeoneWasFirst
from anchored.accounts.roles import Role
from anchored.audit.models import TrailEntry
from anchored.ground.dates import today
from groups import calls, queries
from groups.actions import plan, sessions
from groups.models import Closure, Session, Slot
from tests.grouping import enrolled, make_group, make_session, make_slot
from tests.making import make_admitted, make_clinician, make_user, program

pytestmark = pytest.mark.django_db
NEW_YORK = "America/New_York"
TOMORROW = today() + timedelta(days=1)
WEEK = timedelta(weeks=1)


@pytest.fixture
def clinician():
    return make_clinician(works_in=["IOP Day"])


@pytest.fixture
def slot():
    made = make_slot(make_group(), weekday=TOMORROW.weekday())
    plan.follow()
    return made


def close(day=TOMORROW, name="Thanksgiving", **facts):
    return Closure.objects.create(on=day, name=name, **facts)


def on(day=TOMORROW):
    return Session.objects.get(held_on=day)


def held():
    return [session.held_on for session in Session.objects.held()]


def end(slot, day):
    Slot.objects.filter(pk=slot.pk).update(ended_on=day)


class TestClosures:
    def test_a_day_that_is_closed_cancels_what_is_planned_and_says_why(self, slot):
        close()

        assert str(plan.follow()) == "0 sessions planned, 1 cancelled"
        assert str(plan.follow()) == "0 sessions planned"
        assert (on().cancelled_because, on().cancelled_by) == ("Closed: Thanksgiving", None)
        assert TOMORROW not in held()
        assert TrailEntry.objects.get(event="session.cancelled").facts == {"by_plan": True}

    def test_a_day_that_opens_after_all_holds_the_same_session_again(self, slot):
        closure, before = close(), on().pk
        plan.follow()
        Closure.objects.filter(pk=closure.pk).update(holds=False)

        assert str(plan.follow()) == "0 sessions planned, 1 held after all"
        assert (on().pk, on().cancelled_at, on().cancelled_because) == (before, None, "")

    def test_a_closure_entered_first_plans_nothing_and_once_open_plans_it(self):
        closure = close()
        make_slot(make_group(), weekday=TOMORROW.weekday())
        plan.follow()
        assert TOMORROW not in held()
        Closure.objects.filter(pk=closure.pk).update(holds=False)
        assert plan.follow().made == 1

    def test_what_a_person_cancelled_stays_cancelled(self, slot, clinician):
        sessions.cancel(on(), because="Snow.", by=clinician)
        closure = close()
        plan.follow()
        Closure.objects.filter(pk=closure.pk).update(holds=False)
        plan.follow()

        assert on().cancelled_because == "Snow."

    def test_a_session_with_something_typed_or_begun_stays(self, slot):
        begun = make_session(slot.group, ago=timedelta(minutes=1))
        Session.objects.filter(pk=on().pk).update(shared="Met the new counselor.")
        close()
        close(begun.held_on, "Storm")
        plan.follow()

        assert {TOMORROW, begun.held_on} <= set(held())

    def test_one_program_closed_is_not_every_program(self, slot):
        slot.group.programs.add(program("PHP"))
        close(program=program("IOP Day"))
        assert plan.follow().cancelled == 0
        close(program=program("PHP"), name="Retreat")
        assert plan.follow().cancelled == 1

    def test_nothing_is_moved_to_a_day_that_is_closed(self, slot, clinician):
        close(TOMORROW + timedelta(days=1))

        with pytest.raises(NotNow, match="Thanksgiving"):
            sessions.move(on(), on=TOMORROW + timedelta(days=1), starts=600, by=clinician)

    def test_a_session_moved_away_from_the_day_is_held(self, slot, clinician):
        sessions.move(on(), on=TOMORROW + timedelta(days=1), starts=600, by=clinician)
        close()

        assert plan.follow().cancelled == 0


class TestSlots:
    def test_a_slot_that_ends_cancels_from_that_day_on_and_longer_holds_them_again(self, slot):
        end(slot, TOMORROW + 2 * WEEK)
        assert plan.follow().cancelled == 6
        assert held() == [TOMORROW, TOMORROW + WEEK]
        assert on(TOMORROW + 2 * WEEK).cancelled_because == "The slot ended"

        end(slot, TOMORROW + 4 * WEEK)
        assert str(plan.follow()) == "0 sessions planned, 2 held after all"
        end(slot, None)
        plan.follow()
        assert len(held()) == Session.objects.count() == 8

    def test_a_group_that_ends_ends_its_sessions(self, slot):
        slot.group.ended_on = TOMORROW + WEEK
        slot.group.save()
        plan.follow()

        assert held() == [TOMORROW]
        assert on(TOMORROW + WEEK).cancelled_because == "The group ended"

    @pytest.mark.parametrize("day", [date(2026, 11, 1), date(2027, 3, 14)])
    def test_a_day_on_which_the_clock_changes_is_closed_and_opened_like_any(self, day):
        with override_settings(TIME_ZONE=NEW_YORK), timezone.override(NEW_YORK), time_machine.travel(f"{day}T04:30:00Z", tick=False):
            slot = make_slot(make_group(), weekday=6, starts=60, ends=240, rest=0)
            plan.follow()
            before = Session.objects.values_list("pk", "started_at", "minutes").get(held_on=day)
            closure = close(day)
            make_slot(make_group(), weekday=6, starts=1380, ends=1440, rest=0)
            assert plan.follow().cancelled == 1
            Closure.objects.filter(pk=closure.pk).update(holds=False)
            plan.follow()
            assert Session.objects.values_list("pk", "started_at", "minutes").get(held_on=day, slot=slot) == before
            assert Session.objects.held().filter(held_on=day).count() == 2


class TestTelling:
    @pytest.fixture
    def rosa(self, slot, clinician):
        patient = make_admitted(clinician, to="IOP Day")
        enrolled(patient, slot.group, by=clinician)
        return patient.episodes.get()

    def asked(self, user, day=TOMORROW):
        session = on(day)
        people = queries.roster(session, user)
        return [(call.person.pk, bool(call.told)) for call in calls.about(session, people, {each.patient.pk for each in people})]

    def test_a_member_is_told_once_and_the_second_learns_who_did(self, rosa, clinician):
        assert self.asked(clinician) == []
        sessions.cancel(on(), because="Snow.", by=clinician)
        assert self.asked(clinician) == [(rosa.pk, False)]

        sessions.tell(on(), rosa, by=clinician)

        assert self.asked(clinician) == [(rosa.pk, True)]
        with pytest.raises(SomeoneWasFirst, match=f"{clinician.short_name} told them already"):
            sessions.tell(on(), rosa, by=make_clinician(works_in=["IOP Day"]))

    def test_who_was_told_is_told_again_when_it_is_held_after_all(self, rosa, clinician):
        closure = close()
        plan.follow()
        sessions.tell(on(), rosa, by=clinician)
        Closure.objects.filter(pk=closure.pk).update(holds=False)
        plan.follow()

        assert self.asked(clinician) == [(rosa.pk, False)]
        sessions.tell(on(), rosa, by=clinician)
        assert self.asked(clinician) == [(rosa.pk, True)]
        assert [row.news for row in on().told.all()] == ["cancelled", "held"]

    def test_there_is_nothing_to_tell_of_a_session_that_is_held(self, rosa, clinician):
        with pytest.raises(NotNow, match="nothing to tell"):
            sessions.tell(on(), rosa, by=clinician)

    def test_not_the_front_desk_and_for_good(self, rosa, clinician):
        sessions.cancel(on(), because="Snow.", by=clinician)
        with pytest.raises(NotPermitted, match="does not let you open charts"):
            sessions.tell(on(), rosa, by=make_user(Role.FRONT_DESK))
        told = sessions.tell(on(), rosa, by=clinician)
        with pytest.raises(DatabaseError, match="stays on record"), transaction.atomic():
            told.delete()
