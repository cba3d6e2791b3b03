"""A group as it goes on: another room, more places, slots that begin and end, somebody else who leads it."""

from django.db import transaction
from django.utils.formats import date_format

from anchored.accounts.refusals import NotNow, SomeoneWasFirst
from anchored.accounts.roles import Permission
from anchored.audit import trail
from anchored.ground.dates import today
from anchored.ground.rows import add, check

from ..models import Group, Leader, Session, Slot
from . import plan


@transaction.atomic
def change(group, *, room, video_link, capacity, by) -> Group:
    """Room, link and places. Planned sessions that are held in the group's room move along with it."""
    group = _locked(group, by)
    planned = Session.objects.to_come().held().filter(group=group, room=group.room, slot__room="")
    group.room, group.video_link, group.capacity = room, video_link, capacity
    check(group)
    planned.update(room=room)
    group.save(update_fields=["room", "video_link", "capacity"])
    trail.record("group.changed", group, by=by, capacity=capacity)
    return group


@transaction.atomic
def add_slot(group, *, by, **facts) -> Slot:
    """The group meets at one more time from a day on. Raises NotNow for a day that is over, and where it meets then already."""
    group = _locked(group, by)
    slot = Slot(group=group, **facts)
    _check_to_come("started_on", slot.started_on)
    slot.validate_constraints()
    if any(slot.meets(other) for other in group.slots.not_over(slot.started_on)):
        raise NotNow(f"{group} meets at that time already.")
    add(slot)
    trail.record("slot.added", slot, by=by, on=slot.started_on)
    plan.follow(by=by)
    return slot


@transaction.atomic
def end_slot(group, *, slot, on, by) -> Slot:
    """The group no longer meets at this time from a day on: what was planned is cancelled."""
    group = _locked(group, by)
    slot = Slot.objects.select_for_update().get(pk=slot.pk, group=group)
    if slot.ended_on and slot.ended_on <= on:
        raise SomeoneWasFirst(f"This time ends already on {date_format(slot.ended_on)}. Nothing was changed.")
    _check_to_come("on", on)
    slot.ended_on = max(on, slot.started_on)
    slot.save(update_fields=["ended_on"])
    trail.record("slot.ended", slot, by=by, on=slot.ended_on)
    plan.follow(by=by)
    return slot


@transaction.atomic
def change_leader(group, *, on, by, person=None, part=Leader.Part.FACILITATOR, instead_of=None) -> Leader | None:
    """Somebody leads the group from a day on, in place of somebody else or beside; without a person, somebody leaves off."""
    group = _locked(group, by)
    _check_to_come("on", on)
    if instead_of:
        _leave_off(instead_of, on, by)
    if person is None:
        return None
    person.must_hold(Permission.LEAD_GROUPS)
    if Leader.objects.not_over(on).filter(group=group, user=person).exists():
        raise NotNow({"person": f"{person.short_name} leads this group already."})
    leader = add(Leader(group=group, user=person, part=part, started_on=on))
    trail.record("leader.began", leader, by=by, person=person.pk, on=on)
    return leader


def _leave_off(leader, on, by):
    leader = Leader.objects.select_for_update().get(pk=leader.pk)
    if leader.ended_on and leader.ended_on <= on:
        raise SomeoneWasFirst("Their time as leader was ended meanwhile. Nothing was changed.")
    leader.ended_on = max(on, leader.started_on)
    leader.save(update_fields=["ended_on"])
    trail.record("leader.ended", leader, by=by, person=leader.user_id, on=leader.ended_on)


def _locked(group, by):
    by.must_hold(Permission.SCHEDULE_GROUPS)
    return Group.objects.select_for_update().get(pk=group.pk)


def _check_to_come(field, day):
    if day < today():
        raise NotNow({field: "The day must be today or later. What is over stays as it was."})
