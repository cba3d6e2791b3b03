"""Whether the first plan is in force in time."""

from collections import defaultdict
from datetime import timedelta

from django.db.models import Min, OuterRef, Subquery
from django.utils import timezone

from anchored.ground.dates import today
from anchored.ground.intervals import in_force
from patients import queries
from patients.models import ProgramRule
from treatment_plans.models import Plan

from .table import Chart, Report, Table, share

IN_TIME, LATE, MISSING, NOT_YET, LEFT = range(5)
LONGEST = timedelta(days=366)  # no rule gives more days than these


def build(scope, period):
    """One row for each program of admission, and their sum. Two statements."""
    programs = period.of(queries.rules())
    found = defaultdict(list)
    for program, began, ended, days, first in _episodes(scope, period):
        due = None if days is None else began + timedelta(days=days)
        if program in programs and due and period.start <= due <= period.end:
            found[program].append(standing(due, ended, timezone.localdate(first) if first else None))
    rows = [row_of(programs[key].name, found[key]) for key in programs if key in found]
    rows += [row_of("All", [one for key in programs for one in found.get(key, ())])] if rows else []
    heads = ["Admitted to", "In time", "Late", "Missing", "Due today", "Left before", "All", "In time of those due"]
    return Table(heads, rows, has_sum=True, has_total=True), Chart("bars", [7], "First plans in force in time, of those due", most=100)


def standing(due, ended, first):
    """How a plan stands that is due on a day: `first` is the day it came into force or was reviewed, `ended` that of the discharge."""
    if first is not None:
        return IN_TIME if first <= due else LATE
    if ended is not None and ended <= due:
        return LEFT
    return MISSING if due < today() or ended is not None else NOT_YET


def _episodes(scope, period):
    rules = ProgramRule.objects.filter(in_force(OuterRef("started_on")), program=OuterRef("stays__program")).order_by()
    plans = Plan.objects.filter(episode=OuterRef("pk"), in_force_at__isnull=False).order_by().values("episode")
    rows = scope.episodes().filter(started_on__range=(period.start - LONGEST, period.end), stays__previous=None)
    rows = rows.annotate(first=Subquery(plans.annotate(at=Min("in_force_at")).values("at")))
    rows = rows.annotate(days=Subquery(rules.values("plan_due_days")[:1])).order_by()
    return rows.values_list("stays__program", "started_on", "ended_on", "days", "first")


def row_of(name, found):
    """How many stand how, and the share that was in time of those that were due."""
    counts = [found.count(kind) for kind in (IN_TIME, LATE, MISSING, NOT_YET, LEFT)]
    return (name, *counts, len(found), share(counts[IN_TIME], sum(counts[:3])))


REPORT = Report(
    slug="plans",
    title="Are first plans in force in time?",
    about="The first plan of each admission, against the days of the rule.",
    terms=(
        (
            "Counted are admissions whose first plan was due in this time: so many days after the admission as the rule of the program of "
            "admission gave on that day. Where no rule gives days, an admission is not counted."
        ),
        "In time means that a plan was in force, signed by everybody whom the rule asks for, by the end of the day on which it was due.",
        (
            "Missing means that the day has passed and no plan has been in force. Somebody who left by that day without a plan is counted "
            "as left before, and not in the share."
        ),
    ),
    build=build,
)
