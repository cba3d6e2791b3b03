"""The board: each clinician with their load, what is due in it, and how notes and attendance went lately."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Avg, Case, Count, F, Q, When

from anchored.ground.dates import today
from anchored.ground.intervals import in_force
from anchored.ground.remembered import Remembered
from groups.models import Attendance, Leader, Session
from patients.models import CareTeamMember

from .caseload_lists import KINDS, items
from .caseloads import WEEKS, last_week

TILES = ("plans", "notes", "cosign", "hours", "flags", "unassigned")


@dataclass
class Week:
    """How many of the marks of one week say that the person came."""

    monday: date
    came: int = 0
    marked: int = 0

    @property
    def percent(self):
        """None when nobody was marked."""
        return round(100 * self.came / self.marked) if self.marked else None


@dataclass
class Row:
    """One clinician on the board."""

    person: Any
    patients: int
    minutes: int
    days: float | None
    seen: int
    returned: int
    counts: dict
    weeks: list

    @property
    def is_over(self):
        return self.person.cap is not None and self.patients > self.person.cap

    @property
    def hours(self):
        """12 h; 1.5 h."""
        return f"{self.minutes / 60:.1f}".removesuffix(".0")

    @property
    def returned_percent(self):
        return round(100 * self.returned / self.seen) if self.seen else None

    @property
    def percent(self):
        """Attendance of the four weeks together; None when nobody was marked."""
        return Week(last_week(), sum(week.came for week in self.weeks), sum(week.marked for week in self.weeks)).percent


COUNTED = ("plans", "reviews", "notes", "cosign", "hours")


def board(caseloads):
    """The rows of the board, by the order of the clinicians."""
    notes_went, minutes, weeks = how_notes_go(caseloads), led(caseloads), attendance(caseloads)
    rows = {}
    for person in caseloads.clinicians:
        days, seen, returned = notes_went.get(person.pk, (None, 0, 0))
        counts = dict.fromkeys((*COUNTED, "flags"), 0)
        rows[person.pk] = Row(person, 0, minutes.get(person.pk, 0), days, seen, returned, counts, weeks[person.pk])
    for line in caseloads.lines:
        rows[line.clinician_id].patients += 1
        rows[line.clinician_id].counts["flags"] += line.flag_count
    for kind in COUNTED:
        for item in items(caseloads, kind):
            rows[item.owner].counts[kind] += 1
    return list(rows.values())


def tiles(caseloads):
    """[(kind, label, how many)] in the order of the page."""
    flags = sum(line.flag_count for line in caseloads.lines)
    return [(kind, KINDS[kind], flags if kind == "flags" else len(items(caseloads, kind))) for kind in TILES]


ORDERS = {
    "name": lambda row: (row.person.family_name, row.person.given_name),
    "patients": lambda row: row.patients,
    "group": lambda row: row.minutes,
    "delay": lambda row: row.days or 0,
    "returned": lambda row: row.returned_percent or 0,
    **{kind: (lambda row, kind=kind: row.counts[kind]) for kind in (*COUNTED, "flags")},
    "attendance": lambda row: -1 if row.percent is None else row.percent,
}
FIRST = "-plans"


def in_order(rows, asked):
    """(the rows sorted as asked, the order they stand in)."""
    order = asked if asked.removeprefix("-") in ORDERS else FIRST
    return sorted(rows, key=ORDERS[order.removeprefix("-")], reverse=order.startswith("-")), order


def how_notes_go(caseloads):
    """{author: (days from service to signature, notes that a supervisor looked at, those returned)} of the last four weeks."""
    looked = Q(needs_cosign=True, cosigned_at__isnull=False) | Q(returned_at__isnull=False)
    rows = caseloads.signed_lately.order_by().values_list("author")
    rows = rows.annotate(days=Avg("took"), seen=Count("pk", filter=looked), back=Count("pk", filter=Q(returned_at__isnull=False)))
    return {author: (took / timedelta(days=1), seen, returned) for author, took, seen, returned in rows}


def led(caseloads):
    """{person: minutes of group they lead this week}. Who covers stands in for the facilitator."""
    monday = today() - timedelta(days=today().weekday())
    leading = in_force(F("held_on"), "group__leaders__") & Q(group__leaders__user__in=caseloads.owners)
    stands = Q(covered_by=None) | Q(covered_by=F("group__leaders__user")) | Q(group__leaders__part=Leader.Part.CO_FACILITATOR)
    leads = Case(When(leading & stands, then=F("group__leaders__user")))
    week = Session.objects.held().filter(held_on__gte=monday, held_on__lt=monday + timedelta(days=7))
    week = week.filter(leading | Q(covered_by__in=caseloads.owners)).order_by()
    told = {
        (session, person): minutes
        for session, minutes, *people in week.values_list("pk", "minutes", "covered_by", leads)
        for person in people
        if person in caseloads.owners
    }
    minutes: dict = {}
    for (_, person), length in told.items():
        minutes[person] = minutes.get(person, 0) + length
    return minutes


def attendance(caseloads):
    """{clinician: [Week]} of their patients in the last four whole weeks: marks of sessions that were held."""
    first, last = last_week() - timedelta(weeks=WEEKS - 1), last_week() + timedelta(days=6)
    weeks = {person: [Week(first + timedelta(weeks=number)) for number in range(WEEKS)] for person in caseloads.owners}
    for person, day, there, marked in _came_and_marked(episodes=[line.episode_id for line in caseloads.lines], first=first, last=last):
        week = weeks[person][(day - first).days // 7]
        week.came, week.marked = week.came + there, week.marked + marked
    return weeks


def _marks_by_clinician(episodes, first, last):
    """(primary clinician, day, how many came, how many were marked)."""
    rows = Attendance.objects.filter(
        episode__in=episodes,
        session__cancelled_at=None,
        session__held_on__range=(first, last),
        episode__team__part=CareTeamMember.Part.PRIMARY,
        episode__team__ended_on=None,
    )
    came = Count("pk", filter=Q(state__in=Attendance.CAME))
    return rows.order_by().values_list("episode__team__user", "session__held_on").annotate(there=came, marked=Count("pk"))


_came_and_marked = Remembered(_marks_by_clinician, episodes=[UUID], first=date, last=date)
