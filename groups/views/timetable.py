"""The timetable: which groups meet in a week or on a day, of a track, a leader or a room."""

from datetime import timedelta
from urllib.parse import urlencode

from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from anchored.accounts.doors import requires
from anchored.accounts.roles import Permission
from anchored.ground.dates import read_day, today
from patients.models import Program

from .. import timetable as weeks

WEEK, DAY = timedelta(days=7), timedelta(days=1)


@require_GET
@requires(Permission.SEE_GROUPS)
def timetable(request):
    """The groups that this person may see: this week's, those of the week of `week`, or those of the one day `day`."""
    by_day = "day" in request.GET
    day = _day(request.GET.get("day" if by_day else "week", ""))
    shown = day if by_day else _monday_of(day)
    narrow = _narrowed(request)
    week = weeks.week_of(request.user, _monday_of(day), **narrow)
    unit, step = ("day", DAY) if by_day else ("week", WEEK)
    context = {
        "week": week,
        "days": [(date, meetings) for date, meetings in week.days if date == day or not by_day],
        "by_day": by_day,
        "shown": shown,
        "unit": unit,
        "narrow": narrow,
        "is_narrow": any(narrow.values()),
        "before": _link(narrow, **{unit: shown - step}),
        "after": _link(narrow, **{unit: shown + step}),
        "now": "" if shown == (today() if by_day else _monday_of(today())) else _link(narrow, **{unit: today()}),
        "views": [("Week", _link(narrow, week=day), not by_day), ("Day", _link(narrow, day=_first(day, by_day)), by_day)],
        "tracks": [(label, _link({**narrow, "track": value}, **{unit: shown}), value == narrow["track"]) for value, label in TRACKS],
        "all": _link({}, **{unit: shown}),
        "today": today(),
        "may_bill": request.user.holds(Permission.EXPORT_BILLING),
    }
    return render(request, "groups/timetable.html", context)


TRACKS = [("", "All"), *(choice for choice in Program.Track.choices if choice[0])]


def _narrowed(request):
    """What of the week is asked for; what is no track is none."""
    asked = {name: request.GET.get(name, "")[:80] for name in ("track", "person", "room")}
    return asked | {"track": asked["track"] if asked["track"] in dict(TRACKS) else ""}


def _link(narrow, **when):
    return f"{reverse('timetable')}?{urlencode({**when, **{name: value for name, value in narrow.items() if value}})}"


def _day(asked):
    try:
        return read_day(asked)
    except ValueError:
        return today()


def _first(day, by_day):
    """The day to begin with: today, where it is in the week that is shown."""
    return today() if not by_day and _monday_of(day) == _monday_of(today()) else day


def _monday_of(day):
    return day - timedelta(days=day.weekday())
