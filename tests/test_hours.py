"""Hours of the program week: delivered, attended and not signed, planned, required; days with contact and days without."""

from datetime import date, datetime, timedelta

import pytest
import time_machine
from django.utils import timezone

from groups import hours
from groups.actions import attendance
from groups.models import Closure, Session
from patients.models import ProgramRule, Service, ServiceKind
from tests.grouping import enrolled, make_group, make_slot, planned
from tests.making import make_admitted, make_clinician, program

pytestmark = pytest.mark.django_db

WEDNESDAY = datetime(2026, 11, 25, 15, 0, tzinfo=timezone.get_default_timezone())
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def midweek():
    with time_machine.travel(WEDNESDAY, tick=False):
        yield


@pytest.fixture
def leader():
    return make_clinician(works_in=["IOP Day"])


@pytest.fixture
def rosa(leader):
    return make_admitted(leader, to="IOP Day", on=date(2026, 11, 2))


def delivered(patient, leader, *, ago=DAY, minutes=180, kind="individual"):
    facts = {"kind": ServiceKind.objects.get(code=kind), "delivered_by": leader, "entered_by": leader}
    return Service.objects.create(episode=patient.episodes.get(), started_at=timezone.now() - ago, minutes=minutes, **facts)


def a_group(leader, patient, *weekdays, **facts):
    """Meets from 16:00 to 19:00 with a break of 15 minutes; the patient is a member since Monday."""
    group = make_group(leader, **facts)
    for weekday in weekdays:
        make_slot(group, weekday=weekday, starts=960, ends=1140)
    planned()
    enrolled(patient, group, by=leader, on=date(2026, 11, 23))
    return group


def week(patient):
    key = patient.episodes.get().pk
    return hours.of_week([key], timezone.localdate())[key]


def rule(name, **facts):
    ProgramRule.objects.filter(program=program(name), ended_on=None).update(**facts)
    from anchored.ground.remembered import Kept

    Kept.forget()


def test_what_was_delivered_and_what_is_still_to_come(leader, rosa):
    delivered(rosa, leader)
    delivered(rosa, leader, ago=7 * DAY)
    a_group(leader, rosa, 2, 3)

    mine = week(rosa)

    assert mine.words == "3 of 9 h"
    assert mine.sentence == "3 of 9 h, 5.5 h still planned, 9 h required"
    assert mine.missing_words == "0.5 h short with what is planned"
    assert mine.is_short


def test_what_does_not_count_is_in_neither(leader, rosa):
    a_group(leader, rosa, 3, type="mutual-help")
    ServiceKind.objects.filter(code="individual").update(counts=False)
    delivered(rosa, leader)

    assert (week(rosa).minutes, week(rosa).planned) == (0, 0)


def test_a_cancelled_session_is_not_to_come_and_one_that_is_over_neither(leader, rosa):
    a_group(leader, rosa, 3, 4)
    Session.objects.filter(held_on=date(2026, 11, 26)).update(cancelled_by=leader, cancelled_at=timezone.now(), cancelled_because="Snow.")

    assert week(rosa).planned == 165
    with time_machine.travel(WEDNESDAY + 3 * DAY):
        assert week(rosa).planned == 0


def test_who_attended_is_neither_short_nor_counted_before_the_note_is_signed(leader, rosa):
    a_group(leader, rosa, 2)
    with time_machine.travel(WEDNESDAY + timedelta(hours=5)):
        attendance.mark(Session.objects.earliest("started_at"), rosa.episodes.get(), by=leader, state="late", late=15)

        mine = week(rosa)

    assert (mine.minutes, mine.unsigned, mine.planned) == (0, 150, 0)
    assert "2.5 h attended and not signed yet" in mine.sentence


def test_the_week_begins_on_the_day_that_the_rule_says(leader, rosa):
    delivered(rosa, leader, ago=2 * DAY)
    assert week(rosa).minutes == 180
    rule("IOP Day", week_starts=2)

    assert week(rosa).begins == date(2026, 11, 25)
    assert week(rosa).minutes == 0


def test_days_with_contact_and_those_that_are_missing(leader, rosa):
    rule("IOP Day", days_a_week=4, most_hours=19)
    delivered(rosa, leader, minutes=240)
    delivered(rosa, leader, ago=2 * DAY, minutes=360)
    a_group(leader, rosa, 3)

    mine = week(rosa)

    assert (mine.days_words, mine.band) == ("2 of 4 days", "9 to 19 h")
    assert mine.missing_words == "1 day short with what is planned"
    assert not mine.is_short


@pytest.mark.parametrize(
    ("ago", "closed", "words"),
    [(1, (), "Contact by 28 Nov"), (4, (), "Contact by 25 Nov"), (5, (), "No contact since 20 Nov"), (5, (23,), "Contact by 25 Nov")],
)
def test_no_more_days_without_contact_than_the_rule_allows(leader, rosa, ago, closed, words):
    rule("IOP Day", gap_days=3)
    delivered(rosa, leader, ago=ago * DAY)
    for day in closed:
        Closure.objects.create(on=date(2026, 11, day), name="Holiday")

    assert week(rosa).gap_words == words


def test_many_cost_as_much_as_one(leader, rosa, django_assert_num_queries):
    rule("IOP Day", gap_days=3)
    group = a_group(leader, rosa, 2, 3)
    others = [make_admitted(leader, to="IOP Day", on=date(2026, 11, 2)) for _ in range(4)]
    for patient in others:
        enrolled(patient, group, by=leader, on=date(2026, 11, 23))
        delivered(patient, leader)
    keys = [patient.episodes.get().pk for patient in (rosa, *others)]
    hours.of_week(keys, timezone.localdate())

    for some in (keys[-1:], keys):
        with django_assert_num_queries(2):
            hours.of_week(some, timezone.localdate())
