"""From slots to sessions: which meetings there will be."""

from datetime import UTC, date, datetime, time, timedelta

from django.db.models import Q
from django.utils import timezone

from anchored.ground.dates import today

from .models import Closure, Session, Slot

AHEAD = timedelta(weeks=8)


def plan_ahead(until=None, slots=None) -> int:
    """Make the sessions of all slots that are still missing, from today until a day (8 weeks ahead). Safe to repeat.

    A session that was moved or cancelled keeps its place: the slot does not plan that day again. Gives how many were made.
    """
    first, last = today(), until or today() + AHEAD
    slots = Slot.objects.all() if slots is None else slots
    slots = (
        slots.filter(Q(ended_on=None) | Q(ended_on__gt=first), started_on__lte=last)
        .select_related("group")
        .prefetch_related("group__programs")
    )
    there = set(Session.objects.filter(slot__in=slots, planned_on__range=(first, last)).values_list("slot", "planned_on"))
    closed = _closed(first, last)
    made = [
        session_of(slot, day)
        for slot in slots
        for day in _days(slot, first, last)
        if (slot.pk, day) not in there and not _is_closed(slot.group, closed.get(day, ()))
    ]
    return len(Session.objects.bulk_create(made, ignore_conflicts=True))


def session_of(slot, day) -> Session:
    """The session that a slot means on a day, not saved. Hours are those of the clinic's clock, also when it changes that day."""
    began, ended = at(day, slot.starts), at(day, slot.ends)
    minutes = int((ended - began) / timedelta(minutes=1)) - slot.rest
    times = {"started_at": began, "ended_at": ended, "minutes": max(1, minutes)}
    return Session(group=slot.group, slot=slot, planned_on=day, held_on=day, room=slot.room or slot.group.room, **times)


def at(day: date, minutes: int) -> datetime:
    """A moment of the clinic's day; 1440 is the midnight that ends it. In UTC, where lengths are real ones."""
    days, minutes = divmod(minutes, 24 * 60)
    naive = datetime.combine(day + timedelta(days=days), time(*divmod(minutes, 60)))
    return timezone.make_aware(naive).astimezone(UTC)


def _days(slot, first, last):
    """The days of a slot within a span, while slot and group hold."""
    begins = max(first, slot.started_on, slot.group.started_on)
    ends = min(filter(None, [last + timedelta(days=1), slot.ended_on, slot.group.ended_on]))
    day = begins + timedelta(days=(slot.weekday - begins.weekday()) % 7)
    while day < ends:
        yield day
        day += timedelta(weeks=1)


def _closed(first, last):
    """{day: programs that are closed, None standing for the whole house}."""
    closed: dict = {}
    for day, program in Closure.objects.filter(on__range=(first, last)).values_list("on", "program"):
        closed.setdefault(day, set()).add(program)
    return closed


def _is_closed(group, programs):
    """Whether nobody of the group could come: the house is closed, or every program that it serves."""
    return None in programs or (bool(programs) and all(program.pk in programs for program in group.programs.all()))
