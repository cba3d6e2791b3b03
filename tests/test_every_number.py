"""Every number, flag and list is counted a second time from all rows, at random clinics, across midnight and the change of the clock.

The clinic is in another zone than the machine that it runs on.
"""

import os
import time
from collections import Counter
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.test import override_settings
from django.utils import timezone

from anchored.accounts.models import User
from anchored.dashboard import caseload_board, caseload_lists, one_caseload, tasks
from anchored.dashboard.caseloads import Caseloads
from anchored.dashboard.supervised import supervised
from treatment_plans import caseloads as caseload_reviews

from .living import Clinic
from .recounted_day import Today
from .recounting import Board, Rows

pytestmark = pytest.mark.django_db
MACHINE = "Asia/Tokyo"
NEW_YORK, AUCKLAND = "America/New_York", "Pacific/Auckland"
LISTS = {"plans": "plans", "reviews": "reviews", "notes": "unsigned", "cosign": "cosign", "hours": "short", "flags": "flags_up"}
LISTS |= {"unassigned": "unassigned"}

#   zone      a day, and the hours that the clock stands at when everything is counted: 24:03 is the next day
DAYS = {
    "a Sunday in New York": (NEW_YORK, (2026, 11, 22), ("23:57", "24:03")),
    "the day that the clock goes forward in New York": (NEW_YORK, (2026, 3, 8), ("01:58", "03:02", "24:03")),
    "the day that it goes back in New York": (NEW_YORK, (2026, 11, 1), ("01:30", "01:30 again", "23:57")),
    "a Sunday in Auckland": (AUCKLAND, (2026, 11, 22), ("23:57", "24:03")),
    "the day that the clock goes forward in Auckland": (AUCKLAND, (2026, 9, 27), ("01:58", "03:02", "24:03")),
    "the day that it goes back in Auckland": (AUCKLAND, (2026, 4, 5), ("02:30", "02:30 again", "23:57")),
}


@contextmanager
def clinic_in(zone):
    """The clinic is in a zone, its machine in another one."""
    with override_settings(TIME_ZONE=zone):
        os.environ["TZ"] = MACHINE  # Django has just put the clinic's there, and puts the old one back after this
        time.tzset()
        yield


def reading(day, said, zone):
    """What 23:57, 24:03 or 01:30 again on the clinic's clock is."""
    clock, _, again = said.partition(" ")
    hours, minutes = map(int, clock.split(":"))
    at = datetime(*day, hours % 24, minutes, tzinfo=ZoneInfo(zone), fold=bool(again))
    return at + timedelta(days=hours // 24)


def row_of(row):
    counts = {name: row.counts[name] for name in (*caseload_board.COUNTED, "flags")}
    weeks = [(week.came, week.marked) for week in row.weeks]
    days = None if row.days is None else round(row.days, 4)
    facts = {"minutes": row.minutes, "weeks": weeks, "days": days, "is_over": row.is_over, "seen": row.seen, "returned": row.returned}
    return {"patients": row.patients, **counts, **facts}


def about(item):
    return item.patient_id, item.owner, item.on


def compare_board(head, *rows):
    """Each number of the board, its tiles and the list behind each."""
    people = supervised(head)
    asked, told = Caseloads(head, people), Board(*rows, head.pk, {person.pk for person in people})
    assert told.owners == told.supervised(head.pk)
    for row in caseload_board.board(asked):
        assert row_of(row) == told.row(row.person.pk)
    assert [count for _, _, count in caseload_board.tiles(asked)] == [told.items(LISTS[kind]).total() for kind in caseload_board.TILES]
    for kind, name in LISTS.items():
        assert Counter(map(about, caseload_lists.items(asked, kind))) == told.items(name), kind
    for owner in [None, *told.owners]:
        page = caseload_lists.paged(asked, "delay", owner)
        notes = [note for each in told.owners if owner in (None, each) for note in told.lately(each)]
        shown = [(item.what, item.patient_id, item.owner, item.on) for item in page[0:500]]
        days = [(f"{told.took(note) / timedelta(days=1):.1f} days", told.who(note.episode_id), note.author_id) for note in notes]
        assert Counter(shown) == Counter((*facts, told.date(note.sealed_at)) for facts, note in zip(days, notes, strict=True))
        assert page.count() == len(notes)


def compare_caseload(head, person, *rows):
    """Each patient of one caseload: hours, plan, moments and flags; and when the caseload is reviewed."""
    asked, told = Caseloads(head, [person]), Board(*rows, head.pk, {person.pk})
    kept = {row.line.episode_id: row for row in one_caseload.rows_of(asked)}
    assert set(kept) == {stay.episode_id for stay in told.mine}
    for stay in told.mine:
        row, due = kept[stay.episode_id], told.plan_due(stay)
        assert (row.hours.minutes, row.hours.unsigned, row.hours.planned) == told.hours(stay, told.week_of(told.day, stay))
        assert (row.due and (row.due.what, row.due.on)) == due
        assert (row.last_note, row.last_contact, row.next_session) == told.moments(stay)
        who = told.who(stay.episode_id)
        up = Counter((kind, *item) for kind in one_caseload.ON_A_PATIENT for item in told.items(LISTS[kind]).elements() if item[0] == who)
        assert Counter((item.kind, *about(item)) for item in row.items) == up
    last = caseload_reviews.last_reviewed([person]).get(person.pk)
    assert caseload_reviews.due_on(last) == told.next_review(person.pk)


def compare_today(person, *rows):
    """Each thing on the list of the day."""
    user = User.objects.get(pk=person.pk)
    told = Today(*rows, user.pk).items()
    shown = tasks.items(tasks.Day(user, timezone.localdate()))
    assert Counter((item.what, item.when, *(item.patients or [item.who])) for item in shown) == told


def compare_all(clinic, zone):
    """Everything, for everybody."""
    every = Rows()
    compare_board(clinic.head, every, zone)
    for person in supervised(clinic.head):
        compare_caseload(clinic.head, person, every, zone)
    for person in clinic.people:
        compare_today(person, every, zone)


@pytest.mark.parametrize("name", DAYS)
def test_every_number_equals_a_recount(name):
    zone, day, hours = DAYS[name]
    first, *others = (reading(day, said, zone) for said in hours)
    with clinic_in(zone), time_machine.travel(first.astimezone(UTC), tick=False) as traveller:
        clinic = Clinic(name, first, traveller)
        compare_all(clinic, ZoneInfo(zone))
        for later in others:
            clinic.at(later)
            compare_all(clinic, ZoneInfo(zone))
