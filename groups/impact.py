"""What a change of a group would mean, in sentences, before it is saved: planned sessions, rooms and people at two places at once."""

from copy import copy

from django.utils.formats import date_format

from anchored.ground.clock import clock
from anchored.ground.dates import today

from . import planning, queries
from .models import Enrolment, Leader, Session, Slot


def of_facts(group, user, *, room, capacity, **_):
    """Another room, fewer places."""
    words = []
    if room != group.room:
        number = Session.objects.to_come().held().filter(group=group, room=group.room, slot__room="").count()
        words += [f"{_sessions(number)} move{'s' if number == 1 else ''} to {room}."] if number and room else []
        words += [clash for slot in _from(group, today()) if not slot.room for clash in _rooms(slot, room, user)]
    members = Enrolment.objects.not_over(today()).filter(queries.known_members(user), group=group).count()
    if capacity < members:
        words.append(f"{members} people are enrolled. With {capacity} places nobody new joins for now.")
    return words


def of_new_slot(group, user, **facts):
    """One more time to meet."""
    slot = Slot(group=group, **facts)
    days = planning.days_of(slot, max(slot.started_on, today()), today() + planning.AHEAD)
    leaders = [leader.user for leader in group.leaders.not_over(slot.started_on).select_related("user")]
    words = [f"{_sessions(len(days))} will be added, from {date_format(days[0])} on."] if days else []
    words += _rooms(slot, slot.room or group.room, user) + _people(slot, leaders, user)
    return words + _members(slot, user)


def of_ending(group, user, *, slot, on):
    """A slot that ends."""
    sessions = Session.objects.to_come().held().filter(group=group, slot=slot, planned_on__gte=on)
    cancelled, kept = sessions.untouched().count(), sessions.count()
    kept -= cancelled
    words = [f"{_sessions(cancelled)} will be cancelled. Their members are listed on the page of each."] if cancelled else []
    return words + ([f"{_sessions(kept)} with something typed will stay. Cancel them one by one."] if kept else [])


def of_leader(group, user, *, on, person=None, instead_of=None, **_):
    """Somebody else leads."""
    number = Session.objects.to_come().held().filter(group=group, held_on__gte=on).count()
    who = person.short_name if person else "nobody in their place" if instead_of else "nobody"
    words = [f"{_sessions(number)} from {date_format(on)} will be led by {who}."] if number else []
    return words + [clash for slot in _from(group, on) for clash in _people(slot, [person] if person else [], user)]


def _sessions(number):
    return f"{number} planned session{'' if number == 1 else 's'}"


def _from(group, day):
    """The slots of a group as they hold from a day on."""
    for slot in group.slots.not_over(day):
        later = copy(slot)
        later.started_on = max(day, slot.started_on)
        yield later


def _meeting(slot, others, user):
    """[(group, words)] of other groups' slots at that time; a group this person may not know of is another group."""
    others = [other for other in others.not_over(slot.started_on).exclude(group=slot.group).select_related("group") if slot.meets(other)]
    known = set(queries.groups_visible_to(user).filter(pk__in=[other.group_id for other in others]).values_list("pk", flat=True))
    when = [f"{other.get_weekday_display()} {clock(other.starts)} to {clock(other.ends)}" for other in others]
    return [(other, f"{other.group if other.group_id in known else 'another group'}, {at}") for other, at in zip(others, when, strict=True)]


def _rooms(slot, room, user):
    fold = room.casefold()
    there = _meeting(slot, Slot.objects.all(), user) if room else []
    return [f"{room} is also used by {words}." for other, words in there if (other.room or other.group.room).casefold() == fold]


def _people(slot, people, user):
    leads = Leader.objects.not_over(slot.started_on).filter(user__in=people).values_list("group", "user")
    names = {person.pk: person.short_name for person in people}
    by_group = {}
    for group, person in leads:
        by_group.setdefault(group, []).append(names[person])
    there = _meeting(slot, Slot.objects.filter(group__in=by_group), user) if by_group else []
    return [f"{name} also leads {words}." for other, words in there for name in by_group[other.group_id]]


def _members(slot, user):
    """Members who attend another group at that time."""
    known = Enrolment.objects.not_over(slot.started_on).filter(queries.known_members(user))
    members = known.filter(group=slot.group).values("episode")
    others = [other.group_id for other, _ in _meeting(slot, Slot.objects.all(), user)]
    number = known.filter(episode__in=members, group__in=others).values("episode").distinct().count()
    return [f"{number} member{' attends' if number == 1 else 's attend'} another group at that time."] if number else []
