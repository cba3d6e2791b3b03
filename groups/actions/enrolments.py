"""Membership in groups: begun, ended, with the last place going to one."""

from django.db import transaction

from anchored.accounts.refusals import NotNow, SomeoneWasFirst, why_not
from anchored.accounts.roles import Permission
from anchored.audit import trail
from anchored.ground.dates import today
from anchored.ground.rows import add, check
from patients import locks
from patients.models import Episode

from .. import rules
from ..models import Enrolment, Group, Waiting
from . import waiting as waits


@transaction.atomic
def enrol(episode, groups, *, by, on=None) -> list[Enrolment]:
    """Put somebody into one or several groups from a day on: into all of them or into none. Who waited for one waits no more.

    Raises NotNow where a group is full or does not fit, SomeoneWasFirst when somebody has enrolled them meanwhile.
    """
    by.must_hold(Permission.ENROL)
    day = on or today()
    episode = locks.episode(episode.pk)
    rules.check_episode_is_open(episode, day)
    locked = _locked(groups)
    return [_enrol(episode, locked[group.pk], day, by) for group in sorted(groups, key=lambda group: str(group.pk))]


@transaction.atomic
def enrol_who_waits(waiting, *, by) -> Enrolment:
    """Give a free place to somebody on the waitlist, from today on. Raises SomeoneWasFirst when they wait no more."""
    by.must_hold(Permission.ENROL)
    waiting = waits.locked(waiting)
    rules.check_waits(waiting)
    rules.check_episode_is_open(waiting.episode, today())
    group = _locked([waiting.group])[waiting.group_id]
    return _enrol(waiting.episode, group, today(), by)


def _locked(groups):
    """{key: group}, locked, always the same one first."""
    rows = Group.objects.select_for_update().filter(pk__in=[group.pk for group in groups]).order_by("pk")
    return {group.pk: group for group in rows}


def _enrol(episode, group, day, by):
    _check_fits(episode, group, day)
    enrolment = add(Enrolment(group=group, episode=episode, started_on=day, enrolled_by=by))
    trail.record("group.enrolled", enrolment, by=by, group=str(group.pk), on=day)
    for waiting in Waiting.objects.filter(group=group, episode=episode, ended_on=None):
        waits.end(waiting, by=by, because="Enrolled")
    return enrolment


def _check_fits(episode, group, day):
    rules.check_can_join(group, episode, day)
    rules.check_is_free(group, episode, day)


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
    """A discharge ends every membership of the episode, and every wait. Called with the episode locked."""
    for enrolment in Enrolment.objects.not_over(on).filter(episode=episode):
        _end(enrolment, max(on, enrolment.started_on), by, "Discharged")
    for waiting in Waiting.objects.filter(episode=episode, ended_on=None):
        waits.end(waiting, by=by, because="Discharged", on=on)


def follow_move(stay, *, by):
    """A move ends what its program has no part in, from its day on; one that is taken back gives back what it had ended.

    Called with the episode locked.
    """
    because = f"The move to {stay.reverses.program} was undone" if stay.reverses else f"Moved to {stay.program}"
    serving = Group.objects.filter(programs=stay.program_id).values("pk")
    for enrolment in Enrolment.objects.not_over(stay.started_on).filter(episode=stay.episode_id).exclude(group__in=serving):
        _end(enrolment, max(stay.started_on, enrolment.started_on), by, because, ended_with=None if enrolment.ended_on else stay)
    for waiting in Waiting.objects.filter(episode=stay.episode_id, ended_on=None).exclude(group__in=serving):
        waits.end(waiting, by=by, because=because, on=stay.started_on, ended_with=stay)
    if stay.reverses:
        _give_back(stay, by)
        waits.give_back(stay.reverses, by=by)


def _give_back(stay, by):
    """Memberships that the move had ended go on in new rows from the same day, where a place is still free."""
    ended = list(Enrolment.objects.filter(ended_with=stay.reverses).select_related("group"))
    groups = _locked([enrolment.group for enrolment in ended])
    for enrolment in ended:
        group, day = groups[enrolment.group_id], enrolment.ended_on
        if why_not(_check_fits, stay.episode, group, day) is None:
            _enrol(stay.episode, group, day, by)


def _end(enrolment, day, by, because, ended_with=None):
    enrolment.ended_on, enrolment.ended_by, enrolment.ended_because, enrolment.ended_with = day, by, because, ended_with
    check(enrolment)
    enrolment.save(update_fields=["ended_on", "ended_by", "ended_because", "ended_with"])
    trail.record("group.left", enrolment, by=by, group=str(enrolment.group_id), on=day)
