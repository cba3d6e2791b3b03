"""Membership in groups: begun, ended, with the last place going to one."""

from django.db import transaction

from anchored.accounts.refusals import NotNow, SomeoneWasFirst
from anchored.accounts.roles import Permission
from anchored.audit import trail
from anchored.ground.dates import today
from anchored.ground.rows import add, check
from patients import locks
from patients.models import Episode

from .. import rules
from ..models import Enrolment, Group


@transaction.atomic
def enrol(episode, groups, *, by, on=None) -> list[Enrolment]:
    """Put somebody into one or several groups from a day on: into all of them or into none.

    Raises NotNow where a group is full or does not fit, SomeoneWasFirst when somebody has enrolled them meanwhile.
    """
    by.must_hold(Permission.ENROL)
    day = on or today()
    episode = locks.episode(episode.pk)
    rules.check_episode_is_open(episode, day)
    wanted = sorted(groups, key=lambda group: str(group.pk))  # always the same one first
    locked = {group.pk: group for group in Group.objects.select_for_update().filter(pk__in=[group.pk for group in wanted]).order_by("pk")}
    return [_enrol(episode, locked[group.pk], day, by) for group in wanted]


def _enrol(episode, group, day, by):
    rules.check_can_join(group, episode, day)
    rules.check_is_free(group, episode, day)
    enrolment = add(Enrolment(group=group, episode=episode, started_on=day, enrolled_by=by))
    trail.record("group.enrolled", enrolment, by=by, group=str(group.pk), on=day)
    return enrolment


@transaction.atomic
def leave(enrolment, *, by, on=None, because="") -> Enrolment:
    """End a membership from a day on; what was stays. Raises NotNow before its first day."""
    by.must_hold(Permission.ENROL)
    locks.episode(enrolment.episode_id)
    enrolment = Enrolment.objects.select_for_update().get(pk=enrolment.pk)
    day = on or today()
    if enrolment.ended_on:
        raise SomeoneWasFirst("This membership was ended meanwhile. Nothing was changed.")
    if day < enrolment.started_on:
        raise NotNow({"on": "The last day must be the same as or after the first."})
    _end(enrolment, day, by, because)
    return enrolment


def leave_all(episode: Episode, *, by, on):
    """A discharge ends every membership of the episode. Called with the episode locked."""
    for enrolment in Enrolment.objects.filter(episode=episode, ended_on=None):
        _end(enrolment, max(on, enrolment.started_on), by, "Discharged")


def _end(enrolment, day, by, because):
    enrolment.ended_on, enrolment.ended_by, enrolment.ended_because = day, by, because
    check(enrolment)
    enrolment.save(update_fields=["ended_on", "ended_by", "ended_because"])
    trail.record("group.left", enrolment, by=by, group=str(enrolment.group_id), on=day)
