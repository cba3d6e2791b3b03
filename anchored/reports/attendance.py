"""Who comes to groups, and who stays away without a word."""

from collections import Counter

from django.db.models import Count, Exists, OuterRef

from groups.models import Attendance, GroupProgram

from .table import Chart, Report, Table, share

STATES = list(Attendance.State)


def build(scope, period):
    """One row for each group, and their sum. One statement."""
    counts, names = Counter(), {}
    for group, name, state, number in _marks(scope, period):
        counts[group, state] = number
        names[group] = name
    rows = [
        _row(names[group], [counts[group, state] for state in STATES]) for group in sorted(names, key=lambda group: (names[group], group))
    ]
    rows += [_row("All", [sum(counts[group, state] for group in names) for state in STATES])] if rows else []
    heads = ["Group", *[state.label for state in STATES], "All", "Attended", "No-show"]
    return Table(heads, rows, has_sum=True, has_total=True), Chart("bars", [len(STATES) + 2], "Attended, of all marked", most=100)


def _marks(scope, period):
    rows = Attendance.objects.filter(
        session__held_on__range=(period.start, period.end), session__cancelled_at=None, episode__in=scope.episodes().values("pk")
    )
    if period.program:
        rows = rows.filter(Exists(GroupProgram.objects.filter(group=OuterRef("session__group"), program=period.program)))
    if period.track:
        rows = rows.filter(session__group__track=period.track)
    return rows.order_by().values_list("session__group", "session__group__name", "state").annotate(number=Count("pk"))


def _row(name, counts):
    whole = sum(counts)
    came = sum(count for state, count in zip(STATES, counts, strict=True) if state in Attendance.CAME)
    return (name, *counts, whole, share(came, whole), share(counts[STATES.index(Attendance.State.UNEXCUSED)], whole))


REPORT = Report(
    slug="attendance",
    title="Who comes to groups?",
    about="Attendance and no-shows, by group.",
    terms=(
        (
            "Counted are the marks of sessions held in this time, guests included: one for each person and session. Somebody who came to "
            "ten sessions counts ten times. A cancelled session does not count, nor does somebody who is not marked yet."
        ),
        "Attended means present, late or left early. A no-show is an absence that nobody excused.",
        "A program or track chosen above narrows the groups: those that serve it.",
    ),
    build=build,
)
