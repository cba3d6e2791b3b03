"""The waitlist of a group: put on it, and off it."""

from django.db import transaction

from anchored.accounts.roles import Permission
from anchored.audit import trail
from anchored.ground.dates import today
from anchored.ground.rows import add, check
from patients import locks

from .. import rules
from ..models import Group, Waiting


@transaction.atomic
def wait(episode, group, *, by) -> Waiting:
    """Somebody waits for a place from today on. Raises NotNow when a place is free, SomeoneWasFirst when they wait already."""
    by.must_hold(Permission.ENROL)
    episode = locks.episode(episode.pk)
    rules.check_episode_is_open(episode, today())
    group = Group.objects.select_for_update().get(pk=group.pk)
    rules.check_can_wait(group, episode)
    made = add(Waiting(group=group, episode=episode, added_by=by))
    trail.record("group.waits", made, by=by, group=str(group.pk))
    return made


@transaction.atomic
def give_up(waiting, *, because, by) -> Waiting:
    """They wait no more, and why. Raises SomeoneWasFirst when that is so already."""
    by.must_hold(Permission.ENROL)
    waiting = locked(waiting)
    rules.check_waits(waiting)
    end(waiting, by=by, because=because)
    return waiting


def locked(waiting) -> Waiting:
    """The row as it is now, with its episode locked before it."""
    locks.episode(waiting.episode_id)
    return Waiting.objects.select_for_update(of=["self"]).select_related("group", "episode").get(pk=waiting.pk)


def end(waiting, *, by, because, on=None, ended_with=None):
    """Called with the episode locked."""
    waiting.ended_on, waiting.ended_by, waiting.ended_because = max(on or today(), waiting.started_on), by, because
    waiting.ended_with = ended_with
    check(waiting)
    waiting.save(update_fields=["ended_on", "ended_by", "ended_because", "ended_with"])
    trail.record("group.waits_no_more", waiting, by=by, group=str(waiting.group_id))


def give_back(stay, *, by):
    """Waits that a move had ended go on in new rows, each where it stood. Called with the episode locked."""
    for was in Waiting.objects.filter(ended_with=stay):
        kept = {name: getattr(was, name) for name in ("group", "episode", "started_on", "added_by", "added_at")}
        made = add(Waiting(**kept))
        trail.record("group.waits", made, by=by, group=str(made.group_id))
