"""Who moved where, and who came back."""

from collections import defaultdict
from datetime import timedelta

from anchored.ground.dates import today
from patients import queries
from patients.models import Stay

from .flow import moves_of
from .table import Chart, Report, Table, share

WITHIN = timedelta(days=90)


def build(scope, period):
    """One row for each way down the continuum, and their sum. Three statements."""
    programs = {program.pk: program for program in queries.rules()}
    moved = [row for row in moves_of(scope, period) if period.holds(programs[row[2]]) and is_down(programs[row[2]], programs[row[3]])]
    later = _later(scope, moved)
    ways = defaultdict(list)
    for patient, day, came_from, to in moved:
        ways[came_from, to].append(outcome(day, programs[came_from], [(on, programs[key]) for on, key in later[patient]]))
    order = list(programs)
    ordered = sorted(ways, key=lambda way: (order.index(way[0]), order.index(way[1])))
    rows = [_row(f"{programs[one]} to {programs[other]}", ways[one, other]) for one, other in ordered]
    rows += [_row("All", [kind for way in ordered for kind in ways[way]])] if rows else []
    heads = ["Step down", "Came back", "Did not come back", "Too early to say", "All", "Came back, of those known"]
    return Table(heads, rows, has_sum=True, has_total=True), Chart("bars", [4], "Moves down the continuum")


def is_down(one, other):
    """Whether a move leads to a later phase of the continuum."""
    return one.phase.order < other.phase.order


def outcome(moved_on, came_from, later):
    """0 came back, 1 did not, 2 too early to say. `later`: (first day, program) of the stays of this person after the move."""
    back = [on for on, program in later if moved_on < on <= moved_on + WITHIN and program.phase.order <= came_from.phase.order]
    if back:
        return 0
    return 1 if moved_on + WITHIN < today() else 2


def _later(scope, moved):
    """{patient: [(first day, program)]} of the stays that stand, in whatever program they are: a return is one, wherever it leads."""
    found = defaultdict(list)
    if moved:
        people = {patient for patient, *_ in moved}
        first = min(day for _, day, *_ in moved)
        episodes = scope.episodes().values("pk")
        rows = Stay.objects.standing().filter(started_on__gt=first, episode__in=episodes, reverses=None)
        for patient, day, program in rows.order_by().values_list("episode__patient", "started_on", "program"):
            if patient in people:
                found[patient].append((day, program))
    return found


def _row(name, kinds):
    back, not_back, early = (kinds.count(kind) for kind in range(3))
    return (name, back, not_back, early, len(kinds), share(back, back + not_back))


REPORT = Report(
    slug="step-down",
    title="Who stepped down, and who came back?",
    about="Moves down the continuum, and returns within 90 days.",
    terms=(
        "A step down is a move to a program of a later phase of the continuum, in this time. A move that was undone does not count.",
        (
            f"Came back means that a stay in the phase they left, or in an earlier one, began within {WITHIN.days} days after the move, in "
            "the same episode or in another. A program chosen above is the one that was left."
        ),
        f"Too early to say: {WITHIN.days} days have not passed, and nobody came back so far.",
    ),
    build=build,
)
