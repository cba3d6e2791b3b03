"""Who came, who moved on and who left, and why."""

from collections import Counter

from django.db.models import OuterRef, Subquery

from patients import queries
from patients.models import Discharge, Stay

from .table import Chart, Report, Table

TAKEN_BACK = ("move_undone", "discharge_undone")


def build(scope, period):
    """One row for each way in, on and out; a column for each program. Four statements."""
    programs = period.of(queries.rules())
    counts, order = Counter(), {}
    for words, place, program in (*_came(scope, period), *_moved(scope, period), *_left(scope, period)):
        if program in programs:
            counts[words, program] += 1
            order[words] = place
    shown = [key for key in programs if any(counts[words, key] for words in order)]
    rows = [_row(words, [counts[words, key] for key in shown]) for words in sorted(order, key=lambda words: (order[words], words))]
    table = Table(["What happened", *[programs[key].name for key in shown], "All"], rows, has_total=True)
    return table, Chart("bars", [len(shown) + 1], "Admissions, moves and discharges")


def _came(scope, period):
    first = scope.stays().filter(previous=None, started_on__range=(period.start, period.end))
    return [("Admitted", (0, 0), program) for program in first.order_by().values_list("program", flat=True)]


def moves(scope, period):
    """Stays that a move brought about within the period, of those whose program before is in scope as well."""
    rows = Stay.objects.standing().filter(previous__in=scope.stays().values("pk"), started_on__range=(period.start, period.end))
    return rows.exclude(basis__code__in=TAKEN_BACK).order_by()


def moves_of(scope, period):
    """(patient, day, program left, program reached) of each move."""
    return moves(scope, period).values_list("episode__patient", "started_on", "previous__program", "program")


def _moved(scope, period):
    for basis, order, program in moves(scope, period).values_list("basis__label", "basis__order", "previous__program"):
        yield f"Moved on: {basis}", (1, order), program


def _left(scope, period):
    last = Stay.objects.standing().filter(episode=OuterRef("episode"), ended_on=OuterRef("on")).order_by("-started_on", "-opened_at")
    rows = Discharge.objects.filter(undone_at=None, on__range=(period.start, period.end))
    rows = rows.annotate(stay=Subquery(last.values("pk")[:1]), program=Subquery(last.values("program")[:1]))
    rows = rows.filter(stay__in=scope.stays().values("pk")).order_by().values_list("reason__label", "reason__order", "program")
    for reason, order, program in rows:
        yield f"Discharged: {reason}", (2, order), program


def _row(words, counts):
    return (words, *counts, sum(counts))


REPORT = Report(
    slug="flow",
    title="Who came, who moved on and who left?",
    about="Admissions, moves along the continuum and discharges, with their reasons.",
    terms=(
        "An admission counts for the program of the first stay, on its first day.",
        "A move counts for the program that the person left, on the day of the move, by what it rested on.",
        (
            "A discharge counts for the program of the last stay, on the day of the discharge, by its reason. A discharge that was undone "
            "and a move that was undone do not count."
        ),
        "Somebody who was admitted twice counts twice.",
    ),
    build=build,
)
