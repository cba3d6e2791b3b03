"""From slots to sessions: which meetings there will be."""

from datetime import UTC, date, datetime, time, timedelta

from django.db.models import Q
from django.utils import timezone

from anchored.ground.dates import today

from .models import Closure, Session, Slot

CLOSED = "Closed: "

AHEAD = timedelta(weeks=8)


def plan_ahead(until=None, slots=None) -> int:
    """Make the sessions of all slots that are still missing, from today until a day (8 weeks ahead). Safe to repeat.

    A session that was moved or cancelled keeps its place: the slot does not plan that day again. Gives how many were made.
    `actions.plan.follow` does this too, and deals with what is planned and no longer meant.
    """
    first, last = today(), until or today() + AHEAD
    slots = Slot.objects.all() if slots is None else slots
    slots = (
        slots.filter(Q(ended_on=None) | Q(ended_on__gt=first), started_on__lte=last)
        .select_related("group")
        .prefetch_related("group__programs")
    )
    there = set(Session.objects.filter(slot__in=slots, planned_on__range=(first, last)).values_list("slot", "planned_on"))
    closed = closures(first, last)
    made = [
        session_of(slot, day)
        for slot in slots
        for day in days_of(slot, first, last)
        if (slot.pk, day) not in there and not closed_for(slot.group, closed.get(day, {}))
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


def days_of(slot, first, last):
    """The days of a slot within a span, while slot and group hold, closures aside."""
    ahead = (slot.weekday - first.weekday()) % 7
    days = (first + timedelta(days=number) for number in range(ahead, (last - first).days + 1, 7))
    return [day for day in days if slot.means(day)]


def why_not_held(session, closed) -> str:
    """Why the plan no longer holds a session, in words; empty where it does. `closed` are the closures of the days it speaks of."""
    if session.slot and not session.slot.means(session.planned_on):
        return "The slot ended" if session.group.ended_on is None else "The group ended"
    closure = closed_for(session.group, closed.get(session.held_on, {}))
    return f"{CLOSED}{closure}" if closure else ""


def closures(first, last):
    """{day: {program: name of its closure}}, None standing for the whole house."""
    closed: dict = {}
    for day, program, name in Closure.objects.filter(holds=True, on__range=(first, last)).values_list("on", "program", "name"):
        closed.setdefault(day, {})[program] = name
    return closed


def closed_for(group, names) -> str:
    """The name of the closure for which nobody of the group could come: of the house, or of every program that it serves."""
    if None in names:
        return names[None]
    programs = [program.pk for program in group.programs.all()]
    return names[programs[0]] if programs and all(program in names for program in programs) else ""
