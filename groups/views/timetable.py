"""The timetable: which groups meet in a week."""

from datetime import timedelta

from django.shortcuts import render
from django.views.decorators.http import require_GET

from anchored.accounts.doors import requires
from anchored.accounts.roles import Permission
from anchored.ground.dates import read_day, today
from patients.models import Program

from .. import timetable as weeks

WEEK = timedelta(days=7)


@require_GET
@requires(Permission.SEE_GROUPS)
def timetable(request):
    """A week of the groups that this person may see: this one, or that of the day in the address."""
    monday = _monday_of(request.GET.get("week", ""))
    track = request.GET.get("track", "")
    track = track if track in (Program.Track.DAY, Program.Track.EVENING) else ""
    context = {
        "week": weeks.week_of(request.user, monday, track=track),
        "before": monday - WEEK,
        "after": monday + WEEK,
        "is_this_week": monday == _monday_of(""),
        "today": today(),
        "track": track,
        "tracks": [("", "All"), *(choice for choice in Program.Track.choices if choice[0])],
    }
    return render(request, "groups/timetable.html", context)


def _monday_of(asked):
    try:
        day = read_day(asked)
    except ValueError:
        day = today()
    return day - timedelta(days=day.weekday())
