"""Hours delivered against the hours that the program asks for, week by week."""

from collections import defaultdict
from datetime import date, timedelta

from django.db.models import Q, Sum
from django.db.models.functions import TruncWeek
from django.utils.formats import date_format

from anchored.ground.dates import today
from groups.planning import at
from patients import queries
from patients.models import ProgramRule, Service

from .table import NONE, Chart, Figure, Report, Table, share

WEEK = timedelta(days=7)


def build(scope, period):
    """One row for each whole week, from Monday on. Four statements."""
    programs = period.of(queries.rules())
    mondays = _mondays(period)
    if not mondays:
        return Table(_heads(), []), _chart()
    required = _required(programs, mondays)
    delivered = _delivered(scope, mondays)
    weeks = defaultdict(list)
    for episode, program, began, ended in _stays(scope, programs, mondays):
        for monday in mondays:
            if began <= monday and (ended is None or ended >= monday + WEEK) and required.get((program, monday)):
                weeks[monday].append((delivered.get((episode, monday), 0), required[program, monday]))
    return Table(_heads(), [_row(monday, weeks[monday]) for monday in mondays], has_total=True), _chart()


def _heads():
    return ["Week from", "Reached", "Short", "People", "Reached of all", "Hours delivered", "Hours required"]


def _chart():
    return Chart("columns", [5, 6], "Hours delivered and required, by week")


def _mondays(period):
    """The weeks that touch the time and are over."""
    monday = period.start - timedelta(days=period.start.weekday())
    last = min(period.end, today() - WEEK)
    return [monday + WEEK * number for number in range((last - monday) // WEEK + 1)] if last >= monday else []


def _required(programs, mondays):
    """{(program, monday): minutes}, by the rule that was in force that Monday."""
    rules = ProgramRule.objects.filter(program__in=programs, least_hours__gt=0).values_list(
        "program", "started_on", "ended_on", "least_hours"
    )
    return {
        (program, monday): (hours or 0) * 60
        for program, began, ended, hours in rules
        for monday in mondays
        if began <= monday and (ended is None or ended > monday)
    }


def _delivered(scope, mondays):
    """{(episode, monday): minutes} of services that count, by the clinic's weeks."""
    span = Q(started_at__gte=at(mondays[0], 0), started_at__lt=at(mondays[-1] + WEEK, 0))
    rows = Service.objects.standing().filter(span, kind__counts=True, episode__in=scope.stays().values("episode"))
    rows = rows.order_by().annotate(week=TruncWeek("started_at")).values_list("episode", "week").annotate(Sum("minutes"))
    return {(episode, date(week.year, week.month, week.day)): minutes for episode, week, minutes in rows}


def _stays(scope, programs, mondays):
    rows = scope.stays().filter(Q(ended_on=None) | Q(ended_on__gte=mondays[0] + WEEK), started_on__lte=mondays[-1], program__in=programs)
    return rows.order_by().values_list("episode", "program", "started_on", "ended_on")


def _row(monday, people):
    reached = sum(delivered >= required for delivered, required in people)
    delivered, required = (sum(minutes) for minutes in zip(*people, strict=True)) if people else (0, 0)
    figures = (_hours(delivered, people), _hours(required, people))
    return (date_format(monday), reached, len(people) - reached, len(people), share(reached, len(people)), *figures)


def _hours(minutes, people):
    return Figure(f"{minutes / 60:.1f}".removesuffix(".0"), round(minutes / 60, 1), (len(people),)) if people else NONE


REPORT = Report(
    slug="hours",
    title="Do people get the hours their program asks for?",
    about="Hours delivered against required, week by week.",
    terms=(
        "A week runs from Monday to Sunday by the clinic's clock. Only weeks that are over are shown.",
        "Counted are people who were in one program for the whole week, where the rule in force on its Monday asks for hours.",
        "Delivered are the minutes of services that count toward program hours, in the week in which they began.",
        "Reached means that the hours delivered in the week were at least those required.",
    ),
    build=build,
)
