"""Hours of each month by program: what the ledger holds and counts, and what that is for a person."""

from collections import defaultdict
from statistics import median

from django.db.models import F, Q, Sum
from django.db.models.functions import TruncDate, TruncMonth
from django.utils.formats import date_format

from groups.planning import at
from patients import queries
from patients.models import Service

from .table import Chart, Figure, Report, Table


def build(scope, period):
    """One row for each month and program. One statement."""
    programs = period.of(queries.rules())
    found = defaultdict(list)
    for month, _, program, minutes in hours_by_month(period.start, period.after, scope.stays()):
        if program in programs:
            found[month, program].append(minutes)
    order = list(programs)
    rows = [_row(month, programs[key], found[month, key]) for month, key in sorted(found, key=lambda key: (key[0], order.index(key[1])))]
    heads = ["Month and program", "People", "Hours delivered", "Median hours of a person", "Most hours of a person"]
    return Table(heads, rows), Chart("bars", [2], "Hours delivered, by month and program")


def hours_by_month(first, after, stays=None):
    """(month, patient, program, minutes) of everybody with services that count in these days, in one statement, read as it comes.

    A service belongs to the program where the person was on its day in the clinic's zone. `stays`: those that are looked at.
    """
    there = Q(episode__stays__ended_on=None) | Q(episode__stays__ended_on__gt=F("day"))
    if stays is not None:
        there &= Q(episode__stays__in=stays.values("pk"))
    rows = Service.objects.standing().filter(kind__counts=True, started_at__gte=at(first, 0), started_at__lt=at(after, 0))
    rows = rows.annotate(day=TruncDate("started_at")).filter(there, episode__stays__started_on__lte=F("day"))
    rows = rows.order_by().annotate(month=TruncMonth("day")).values_list("month", "episode__patient", "episode__stays__program")
    return rows.annotate(Sum("minutes")).iterator(chunk_size=2000)


def _row(month, program, minutes):
    label = f"{date_format(month, 'YEAR_MONTH_FORMAT')}: {program}"
    return (label, len(minutes), *(_hours(of, len(minutes)) for of in (sum(minutes), median(minutes), max(minutes))))


def _hours(minutes, people):
    return Figure(f"{minutes / 60:.1f}".removesuffix(".0"), round(minutes / 60, 1), (people,))


REPORT = Report(
    slug="hours-by-month",
    title="How many hours do people get in a month?",
    about="Hours delivered, by program and month.",
    terms=(
        "Counted are the minutes of services that count toward program hours, as the ledger holds them, in the month in which they began.",
        "A service belongs to the program where the person was on its day. Who moved in a month is counted in both programs.",
        "People are those with at least one such service. The median and the most are of their hours in that month and program.",
        "The first and the last month hold only the days that were asked for.",
    ),
    build=build,
)
