"""Groups: slots become sessions, also when the clock changes; places go once; nobody is at two groups at once."""

from datetime import date, timedelta

import pytest
import time_machine
from django.core.management import call_command
from django.test import override_settings
from django.utils import timezone

from anchored.accounts.refusals import NotNow, SomeoneWasFirst
from anchored.ground.dates import today
from groups.actions import enrolments, sessions
from groups.models import Closure, Enrolment, Session
from patients.models import Episode
from tests.grouping import enrolled, make_group, make_slot, planned
from tests.making import make_admitted, make_clinician, program

from .test_races import at_once, done

NEW_YORK = "America/New_York"


@pytest.fixture
def clinician(db):
    return make_clinician(works_in=["IOP Day"])


def hours():
    return [f"{timezone.localtime(one.started_at):%m-%d %H:%M}" for one in Session.objects.order_by("started_at")]


@pytest.mark.django_db
class TestPlanning:
    def test_a_slot_means_a_session_a_week_for_eight_weeks_and_planning_again_adds_none(self):
        make_slot(make_group(), weekday=(today() + timedelta(days=1)).weekday())

        assert planned() == 8
        assert planned() == 0
        assert set(Session.objects.values_list("minutes", flat=True)) == {165}

    @pytest.mark.parametrize(("day", "week"), [(date(2026, 10, 24), "10-31"), (date(2027, 3, 6), "03-13")])
    def test_the_hour_on_the_wall_stays_when_the_clock_changes(self, day, week):
        with override_settings(TIME_ZONE=NEW_YORK), timezone.override(NEW_YORK), time_machine.travel(f"{day}T16:00:00Z", tick=False):
            make_slot(make_group(), weekday=5, starts=540, ends=720)
            planned(until=day + timedelta(days=15))

            assert hours() == [f"{day + timedelta(weeks=n):%m-%d} 09:00" for n in range(3)]
            assert hours()[1].startswith(week)
            first, _, last = Session.objects.order_by("started_at")
            assert last.started_at - first.started_at != timedelta(weeks=2)
            assert {one.ended_at - one.started_at for one in (first, last)} == {timedelta(hours=3)}

    @pytest.mark.parametrize(("day", "minutes"), [(date(2026, 11, 1), 300), (date(2027, 3, 14), 180)])
    def test_a_night_in_which_the_clock_changes_has_its_real_minutes(self, day, minutes):
        with override_settings(TIME_ZONE=NEW_YORK), timezone.override(NEW_YORK), time_machine.travel(f"{day}T03:30:00Z", tick=False):
            make_slot(make_group(), weekday=6, starts=0, ends=240, rest=0)
            planned(until=day)

            assert [one.minutes for one in Session.objects.filter(held_on=day)] == [minutes]

    def test_nobody_meets_on_a_closure_of_the_house_or_of_every_program_of_the_group(self):
        day = today() + timedelta(days=7)
        make_slot(make_group(), weekday=day.weekday())
        make_slot(make_group(programs=["IOP Day", "PHP"]), weekday=day.weekday())
        Closure.objects.create(on=day, name="Retreat", program=program("IOP Day"))
        Closure.objects.create(on=day + timedelta(days=7), name="Holiday")
        planned()

        assert Session.objects.filter(held_on=day).count() == 1
        assert Session.objects.filter(held_on=day + timedelta(days=7)).count() == 0

    def test_a_session_that_was_moved_or_cancelled_is_not_planned_again(self, clinician):
        make_slot(make_group(), weekday=(today() + timedelta(days=1)).weekday())
        planned()
        moved, cancelled = Session.objects.order_by("started_at")[:2]
        sessions.move(moved, on=moved.held_on + timedelta(days=1), starts=600, by=clinician)
        sessions.cancel(cancelled, because="Snow.", by=clinician)

        assert planned() == 0

    def test_the_night_plans_ahead(self, capsys):
        make_slot(make_group(), weekday=(today() + timedelta(days=1)).weekday())

        call_command("nightly")

        assert "8 sessions planned." in capsys.readouterr().out


@pytest.mark.django_db
class TestEnrolment:
    def test_a_full_group_takes_nobody(self, clinician):
        group = make_group(capacity=1)
        enrolled(make_admitted(clinician, to="IOP Day"), group, by=clinician)

        with pytest.raises(NotNow, match="is full: 1 of 1 places are taken"):
            enrolled(make_admitted(clinician, to="IOP Day"), group, by=clinician)

    def test_nobody_is_enrolled_twice_nor_outside_their_program(self, clinician):
        patient, group = make_admitted(clinician, to="IOP Day"), make_group()
        enrolled(patient, group, by=clinician)

        with pytest.raises(SomeoneWasFirst, match="already"):
            enrolled(patient, group, by=clinician)
        with pytest.raises(NotNow, match="does not serve the program"):
            enrolled(patient, make_group(programs=["PHP"]), by=clinician)

    def test_two_groups_at_the_same_time_are_refused_and_one_after_the_other_are_not(self, clinician):
        patient, one, same, after = make_admitted(clinician, to="IOP Day"), make_group(), make_group(), make_group()
        make_slot(one)
        make_slot(same, starts=700, ends=760)
        make_slot(after, starts=720, ends=780)
        enrolled(patient, one, by=clinician)

        with pytest.raises(NotNow, match=f"already attends {one} on Monday at 09:00. Choose one."):
            enrolled(patient, same, by=clinician)
        enrolled(patient, after, by=clinician)

    def test_who_left_can_come_back_and_nobody_leaves_before_they_came(self, clinician):
        patient, group = make_admitted(clinician, to="IOP Day"), make_group()
        mine = enrolled(patient, group, by=clinician)

        with pytest.raises(NotNow, match="same as or after the first"):
            enrolments.leave(mine, by=clinician, on=mine.started_on - timedelta(days=1), because="Works.")
        enrolments.leave(mine, by=clinician, because="Works by day now.")
        enrolled(patient, group, by=clinician, on=today())
        assert Enrolment.objects.count() == 2


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_the_last_place_goes_once_to_one_of_twenty():
    clinician = make_clinician()
    group = make_group(capacity=1)
    for _ in range(20):
        make_admitted(clinician, to="Outpatient")
    group.programs.set([program("Outpatient")])
    episodes = list(Episode.objects.all())

    outcomes = at_once(*[lambda episode=episode: enrolments.enrol(episode, [group], by=clinician) for episode in episodes])

    assert len(done(outcomes)) == 1
    assert Enrolment.objects.count() == 1
