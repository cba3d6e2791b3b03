"""How long people stay, against what their plan expected."""

import re
from collections import defaultdict
from statistics import median

from django.db.models import OuterRef, Subquery

from patients import queries
from patients.models import Discharge, Stay
from treatment_plans.models import Plan

from .table import NONE, Chart, Figure, Report, Table

LENGTH = re.compile(r"(\d{1,3})\s*(?:(?:to|-|–|or)\s*\d{1,3}\s*)?(day|week|month)s?\b", re.IGNORECASE)
DAYS = {"day": 1, "week": 7, "month": 30}


def build(scope, period):
    """One row for each program that people left, and their sum. Two statements."""
    programs = period.of(queries.rules())
    left = defaultdict(list)
    for program, began, ended, expected in _episodes(scope, period):
        if program in programs:
            left[program].append(((ended - began).days, expected_days(expected or "")))
    rows = [_row(programs[key].name, left[key]) for key in programs if key in left]
    rows += [_row("All", [one for key in programs for one in left.get(key, ())])] if rows else []
    heads = ["Last program", "Left earlier", "As long or longer", "No length in the plan", "All", "Median days", "Median days planned"]
    return Table(heads, rows, has_sum=True, has_total=True), Chart("bars", [5], "Median days from admission to discharge")


def expected_days(words):
    """The days that a plan expects at least: 12 weeks, 8 to 12 weeks, 90 days, 3 months of 30 days. None where it names no length."""
    found = LENGTH.search(words)
    return int(found[1]) * DAYS[found[2].lower()] if found else None


def _episodes(scope, period):
    last = Stay.objects.standing().filter(episode=OuterRef("episode"), ended_on=OuterRef("on")).order_by("-started_on", "-opened_at")
    plan = Plan.objects.filter(episode=OuterRef("episode"), in_force_at__isnull=False).order_by("-number")
    rows = Discharge.objects.filter(undone_at=None, on__range=(period.start, period.end), episode__in=scope.episodes().values("pk"))
    rows = rows.annotate(program=Subquery(last.values("program")[:1]), expected=Subquery(plan.values("expected_stay")[:1]))
    return rows.order_by().values_list("program", "episode__started_on", "on", "expected")


def _row(name, left):
    days, planned = [days for days, _ in left], [plan for _, plan in left if plan is not None]
    earlier = sum(plan is not None and days < plan for days, plan in left)
    counts = (earlier, len(planned) - earlier, len(left) - len(planned), len(left))
    return (name, *counts, _median(days), _median(planned))


def _median(days):
    return Figure(f"{median(days):g}", median(days), (len(days),)) if days else NONE


REPORT = Report(
    slug="length-of-stay",
    title="How long do people stay, and how long was planned?",
    about="Days from admission to discharge, against the last plan.",
    terms=(
        (
            "Counted are people discharged in this time. The days are those from the admission to the discharge, over all programs of the "
            "episode; the row is that of the last program."
        ),
        (
            "What was planned is the length in the last plan that was in force, where it names one in days, weeks or months. Of “8 to 12 "
            "weeks” the shorter is taken; a month is 30 days."
        ),
        "The median is the length that half of the people stayed at most.",
    ),
    build=build,
)
