"""How many people are in care, by program, on any day."""

from collections import Counter
from datetime import timedelta

from django.db.models import Q
from django.utils.formats import date_format

from patients import queries

from .table import Chart, Report, Table

EACH_DAY = 62


def build(scope, period):
    """One row for each day, a sum for each row. Two statements."""
    programs = period.of(queries.rules())
    stays = scope.stays().filter(Q(ended_on=None) | Q(ended_on__gt=period.start), started_on__lte=period.end, program__in=programs)
    days = days_of(period)
    counts = Counter()
    for program, began, ended in stays.order_by().values_list("program", "started_on", "ended_on"):
        counts.update((program, day) for day in days if began <= day and (ended is None or ended > day))
    shown = [key for key in programs if any(counts[key, day] for day in days)]
    rows = [_row(day, [counts[key, day] for key in shown]) for day in days]
    table = Table(["Day", *[programs[key].name for key in shown], "All"], rows, has_total=True)
    return table, Chart("columns", [len(shown) + 1], "People in care, day by day")


def days_of(period):
    """Each day; of a longer time the first of each month and the last day."""
    days = [period.start + timedelta(days=number) for number in range((period.after - period.start).days)]
    if len(days) <= EACH_DAY:
        return days
    return [day for day in days if day.day == 1 or day == period.end]


def _row(day, counts):
    return (date_format(day), *counts, sum(counts))


REPORT = Report(
    slug="census",
    title="How many people are in care?",
    about="By program, on any day.",
    terms=(
        (
            "A person is in care on a day when a stay has begun by that day and has not ended by then. The day somebody leaves or moves on "
            "counts for the program they move to, or for none."
        ),
        "A move that was undone counts as if it had not been.",
        f"More than {EACH_DAY} days are shown by the first of each month and the last day.",
    ),
    build=build,
)
