"""How the states of attendance look."""

from django import template
from django.utils.html import format_html

from treatment_plans.models import ObjectiveProgress

from ..models import Attendance

register = template.Library()
State = Attendance.State
LOOK = {
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


@register.filter
def key_of(state):
    """The key that sets it while a row has the focus."""
    return LOOK[state][2]


@register.simple_tag
def icon_of(state):
    """{% icon_of "late" %}: decoration beside the word."""
    return format_html('<i class="bi bi-{}" aria-hidden="true"></i>', LOOK[state][1] if state in LOOK else "circle")


@register.filter
def minutes_field(state):
    """The field that takes the minutes missed."""
    return "late" if state == State.LATE else "early"


@register.filter
def missed(mark):
    """The minutes that somebody missed."""
    return (mark.late or mark.early) if mark else 0


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
