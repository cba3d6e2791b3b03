"""How the states of attendance look."""

from functools import cache

from django import template
from django.utils.html import format_html
from django.utils.safestring import mark_safe

from anchored.ui.inputs import escaped
from anchored.ui.templatetags.anchored import status
from patients.addresses import address
from treatment_plans.models import ObjectiveProgress

from ..models import Attendance

register = template.Library()
State = Attendance.State
LOOK = {  # tone, icon, and the key that sets it while a row has the focus
    State.PRESENT: ("ok", "check-circle-fill", "p"),
    State.LATE: ("warn", "clock-fill", "l"),
    State.LEFT_EARLY: ("warn", "box-arrow-right", "e"),
    State.EXCUSED: ("info", "chat-left-text-fill", "x"),
    State.UNEXCUSED: ("stop", "x-circle-fill", "u"),
}


@register.filter
def tone_of(state):
    """The tone of a state: ok, warn, info, stop."""
    return LOOK[state][0] if state in LOOK else ""


@register.simple_tag
def meetings(meetings):
    """{% meetings meetings %}: sessions in a cell of the timetable. Drawn as text: a large house has hundreds in a week."""
    return mark_safe("".join(_drawn(meeting) for meeting in meetings))


@register.simple_tag
def meeting_lines(meetings):
    """{% meeting_lines meetings %}: the same as lines of the list that a phone shows in place of the table."""
    lines = (f'<li><div class="task"><span class="num time">{meeting.starts}</span>{_drawn(meeting)}</div></li>' for meeting in meetings)
    return mark_safe("".join(lines))


def _drawn(meeting):
    """Once for both."""
    if not meeting.drawn:
        meeting.drawn = _meeting(meeting)
    return meeting.drawn


def _meeting(meeting):
    session = meeting.session
    name = escaped(session.group.name)
    title = f"<s>{name}</s>" if session.cancelled_at else name
    track = f"{meeting.track}, " if session.group.track else ""
    group = f'. <a href="{address("group", session.group_id)}" aria-label="Group: {name}">Group</a>' if session.opens_group else ""
    return (
        f'<div class="meeting{" is-cancelled" * bool(session.cancelled_at)}">'
        f'<a class="line-title" href="{address("session", session.pk)}">{title}</a> '
        f'<span class="line-meta">{track}until {meeting.ends}{group}</span> {_how_it_is_held(meeting)}</div>'
    )


def _how_it_is_held(meeting):
    session = meeting.session
    if session.cancelled_at:
        return f"<span>{status('quiet', 'Cancelled', 'x-circle')}</span>"
    covers = " covers" if session.covered_by_id else ""
    leader = f", {escaped(meeting.facilitator)}{covers}" if meeting.facilitator else ", no facilitator"
    room = f", {escaped(session.room)}" if session.room else ""
    clashes = "".join(f" <span>{status('warn', words)}</span>" for words in meeting.clashes)
    return f'<span class="line-meta">{meeting.enrolled} of {session.group.capacity}{leader}{room}</span>{clashes}'


@register.simple_tag
@cache
def icon_of(state):
    """{% icon_of "late" %}: decoration beside the word."""
    return format_html('<i class="bi bi-{}" aria-hidden="true"></i>', LOOK[state][1] if state in LOOK else "circle")


@register.filter
def worked_on(part):
    """[(node, standing, words)] of what was worked on; none while something is not right yet."""
    return part.form.for_objectives() if part.form.is_valid() else []


@register.filter
def standing_words(standing):
    return ObjectiveProgress.Standing(standing).label.lower()


@register.filter
def of_person(needs, patient):
    """What is missing of one person, as a list of at most one."""
    return [needs[patient]] if patient in needs else []
