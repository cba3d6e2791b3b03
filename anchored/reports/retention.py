"""How many people stay, and for how long."""

from django.db.models import OuterRef, Subquery

from anchored.ground.dates import today
from patients import queries
from patients.models import Program, Stay

from .survival import kaplan_meier, median_days, still_there
from .table import NONE, Chart, Figure, Report, Table

AFTER = (30, 60, 90, 120, 150, 180)
STEP = 5  # per cent to which a share is rounded where small numbers are not shown
TRACKS = {value: f"{label} track" for value, label in Program.Track.choices if value}


def build(scope, period):
    """One row for each program of admission, their sum, and beside them the tracks. Two statements."""
    programs = period.of(queries.rules())
    people = [(programs[key], span) for key, span in _spans(scope, period) if key in programs]
    kept = [program for program in programs.values() if any(one is program for one, _ in people)]
    rows = [_row(program.name, [span for one, span in people if one is program], scope) for program in kept]
    rows += [_row("All", [span for _, span in people], scope)] if rows else []
    tracks = {} if scope.is_whole else TRACKS
    by_track = {name: [span for one, span in people if one.track == value] for value, name in tracks.items()}
    rows = [*[_row(name, spans, scope) for name, spans in by_track.items() if spans], *rows]
    heads = ["Admitted to", "People", *[f"{days} days" for days in AFTER], "Median days"]
    chart = Chart("rows", range(2, 2 + len(AFTER)), "Still in care, by days since admission", ("All", *TRACKS.values()), most=100, unit="%")
    return Table(heads, rows, has_sum=scope.is_whole), chart


def _spans(scope, period):
    """(program of admission, (days, has left)) of everybody admitted in this time."""
    first = Stay.objects.filter(episode=OuterRef("pk"), previous=None)
    rows = scope.episodes().filter(started_on__range=(period.start, period.end)).annotate(program=Subquery(first.values("program")[:1]))
    for program, began, ended in rows.order_by().values_list("program", "started_on", "ended_on"):
        yield program, (((ended or today()) - began).days, ended is not None)


def _row(name, spans, scope):
    curve = kaplan_meier(spans)
    half = median_days(curve)
    figures = [_share(curve, spans, days, scope) for days in AFTER]
    return (name, len(spans), *figures, Figure(f"{half}", half, (len(spans),)) if half is not None and not scope.is_whole else NONE)


def _share(curve, spans, days, scope):
    """The share after so many days; nothing while nobody has been seen for so long."""
    watched = sum(length >= days for length, _ in spans)
    if not watched and not all(left for _, left in spans):
        return NONE
    percent = 100 * still_there(curve, days)
    percent = STEP * round(percent / STEP) if scope.is_whole else round(percent)
    return Figure(f"{percent}%", percent, (len(spans), watched))


REPORT = Report(
    slug="retention",
    title="How many people stay?",
    about="Retention by program and track, with those still in care.",
    terms=(
        (
            "Counted are people admitted in this time, by the program of admission. A share says how many of them were still in care so "
            "many days after the admission, in this program or another."
        ),
        (
            "It is the estimate of Kaplan and Meier. Somebody who is still in care counts for as many days as they have been here: they "
            "have not left, and nobody knows yet when they will. Any discharge is leaving, also a completed treatment."
        ),
        (
            "No share is shown where nobody has been seen for so many days. The median is the first day after which half or fewer are "
            "there. Where small numbers are not shown, shares are rounded to five in a hundred and the median is left out."
        ),
    ),
    build=build,
    days=365,  # of those admitted in four weeks nobody has stayed for half a year yet
)
