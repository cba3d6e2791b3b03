"""A patient's week: which minutes are taken, and what would clash with them. Nothing here asks the database."""

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import combinations

from anchored.ground.clock import clock

from .models import Commitment

WEEK = range(7)


def in_force(commitments, day):
    """Those of the commitments that hold on a day."""
    return [one for one in commitments if one.started_on <= day and (one.ended_on is None or one.ended_on > day)]


def busy(commitments, day):
    """The stretches of each weekday, Monday first, that are taken by what is in force on a day: seven lists of (starts, ends).

    Minutes since midnight, half-open; stretches that meet or touch are one.
    """
    week = [[] for _ in WEEK]
    for one in sorted(in_force(commitments, day), key=lambda one: (one.weekday, one.starts)):
        taken = week[one.weekday]
        if taken and one.starts <= taken[-1][1]:
            taken[-1] = (taken[-1][0], max(taken[-1][1], one.ends))
        else:
            taken.append((one.starts, one.ends))
    return week


def busy_minutes(commitments, day):
    """How many minutes a week are taken by what is in force on a day; what overlaps counts once."""
    return sum(ends - starts for taken in busy(commitments, day) for starts, ends in taken)


def clashes(commitments, day, *, weekday, starts, ends):
    """The commitments in force on a day that meet this stretch of a weekday. Who leaves at 17:00 can come at 17:00."""
    return [one for one in in_force(commitments, day) if one.weekday == weekday and one.starts < ends and starts < one.ends]


@dataclass(frozen=True)
class Line:
    """A commitment as a list shows it. `last_day` is the last on which it holds; `overlaps`: the words of one like it at the same time."""

    row: Commitment
    hours: str
    last_day: date | None
    is_later: bool
    overlaps: str = ""


def lines(commitments, day):
    """Those that hold on a day or will, in the order of the week, each with another of its kind that it meets."""
    going_on = [one for one in commitments if not is_over(one, day)]
    meets = overlaps(going_on)
    return [_line(one, day, hours(meets[one.pk]) if one.pk in meets else "") for one in going_on]


def past(commitments, day):
    """Those that hold no more, the last ended first."""
    return [_line(one, day) for one in sorted(commitments, key=lambda one: one.ended_on or day, reverse=True) if is_over(one, day)]


def is_over(one, day):
    """It held until a day that has come, or was taken back before it began."""
    return one.ended_on is not None and one.ended_on <= max(day, one.started_on)


def _line(one, day, overlapping=""):
    last_day = one.ended_on and max(one.ended_on - timedelta(days=1), one.started_on)
    return Line(one, hours(one), last_day, one.started_on > day, overlapping)


def overlaps(commitments):
    """Key of a commitment -> another of its kind that takes some of the same minutes on some of the same days: likely typed twice."""
    found = {}
    for one, other in combinations(commitments, 2):
        if one.kind == other.kind and one.weekday == other.weekday and _meet(one, other):
            found.setdefault(one.pk, other)
            found.setdefault(other.pk, one)
    return found


def _meet(one, other):
    begins = max(one.started_on, other.started_on)
    same_days = all(each.ended_on is None or each.ended_on > begins for each in (one, other))
    return same_days and one.starts < other.ends and other.starts < one.ends


def hours(one):
    """09:00 to 17:00."""
    return f"{clock(one.starts)} to {clock(one.ends)}"
