"""Whether notes are written in time, by author."""

from collections import defaultdict
from datetime import timedelta
from functools import cache
from statistics import median

from django.db.models import DurationField, ExpressionWrapper, F, OuterRef, Q, Subquery
from django.db.models.functions import TruncDate

from anchored.ground.intervals import in_force
from anchored.ground.remembered import Kept
from groups.planning import at
from patients import queries
from patients.models import ProgramRule, Stay
from treatment_plans.models import Note

from .table import NONE, Chart, Figure, Report, Table, share

HOUR = timedelta(hours=1)
_every_rule = Kept(lambda: ProgramRule.objects.order_by())


def build(scope, period):
    """One row for each author, and their sum. One statement, and two for the rules, which are kept."""
    programs, hours_on = period.of(queries.rules()), cache(_hours_on)
    by_author, names = defaultdict(list), {}
    for author, given, family, took, minutes, day, program in _notes(scope, period):
        if program in programs:
            by_author[author].append(((took - timedelta(minutes=minutes)) / HOUR, hours_on(program, day)))
            names[author] = f"{given} {family}".strip()
    rows = [_row(names[author], by_author[author]) for author in sorted(names, key=lambda author: (names[author], author))]
    rows += [_row("All", [note for notes in by_author.values() for note in notes])] if rows else []
    heads = ["Author", "In time", "Late", "No rule", "All", "In time of those with a rule", "Median hours"]
    return Table(heads, rows, has_sum=True, has_total=True), Chart("bars", [5], "Notes signed in time, of those with a rule", most=100)


def _notes(scope, period):
    """With the day of the service, and the program on that day."""
    stays = Stay.objects.standing().filter(in_force(OuterRef("day")), episode=OuterRef("episode")).order_by()
    span = Q(service__started_at__gte=at(period.start, 0), service__started_at__lt=at(period.after, 0))
    rows = Note.objects.filter(span, sealed_at__isnull=False, corrects=None, in_error_at=None, episode__in=scope.episodes().values("pk"))
    rows = rows.annotate(day=TruncDate("service__started_at")).annotate(program=Subquery(stays.values("program")[:1])).order_by()
    took = ExpressionWrapper(F("sealed_at") - F("service__started_at"), output_field=DurationField())
    facts = ("author", "author__given_name", "author__family_name", "took", "service__minutes", "day", "program")
    return rows.annotate(took=took).values_list(*facts)


def _hours_on(program, day):
    """The hours within which a note of that day was to be signed."""
    rules = (rule for rule in _every_rule() if rule.program_id == program)
    in_force = (rule for rule in rules if rule.started_on <= day and (rule.ended_on is None or rule.ended_on > day))
    return next((rule.note_due_hours for rule in in_force), None)


def _row(name, notes):
    late = sum(hours is not None and taken > hours for taken, hours in notes)
    ruled = sum(hours is not None for _, hours in notes)
    counts = (ruled - late, late, len(notes) - ruled, len(notes))
    half = round(median(taken for taken, _ in notes), 1) if notes else None
    return (name, *counts, share(ruled - late, ruled), Figure(f"{half:g}", half, (len(notes),)) if notes else NONE)


REPORT = Report(
    slug="notes",
    title="Are notes written in time?",
    about="From the end of the service to the signature, by author.",
    terms=(
        (
            "Counted are signed notes of services that began in this time. A correction does not count: the note it corrects does. A note "
            "that was entered in error does not count."
        ),
        (
            "In time means signed within the hours that the rule of the program gave on the day of the service, from its end on. "
            "Where no rule gives hours, a note is neither in time nor late."
        ),
        "The median is the number of hours within which half of the notes were signed. A note that is not signed yet is in no row.",
    ),
    build=build,
)
