"""A place for one session, to make up for hours: taken in one step, given back."""

from django.db import transaction
from django.utils import timezone

from anchored.accounts.refusals import SomeoneWasFirst
from anchored.accounts.roles import Permission
from anchored.audit import trail
from anchored.ground.rows import add
from patients import locks

from .. import rules
from ..models import Group, MakeUp, Session


@transaction.atomic
def take(session, episode, *, by) -> MakeUp:
    """Somebody who is no member is expected at one session of the group. The last place goes once.

    Raises NotNow when the session is full, over, at the time of another of theirs, or of a group that does not serve their
    program; SomeoneWasFirst when it was cancelled, or when they have a place there already.
    """
    by.must_hold(Permission.ENROL)
    episode = locks.episode(episode.pk)
    Group.objects.select_for_update().get(pk=session.group_id)  # as enrolling does, so that the last place goes once
    session = Session.objects.select_for_update(of=["self"]).select_related("group").get(pk=session.pk)
    rules.check_can_make_up(session, episode)
    made = add(MakeUp(session=session, episode=episode, taken_by=by))
    trail.record("make_up.taken", made, by=by, session=str(session.pk))
    return made


@transaction.atomic
def cancel(make_up, *, by) -> MakeUp:
    """They are not expected there any more. Raises SomeoneWasFirst when it was cancelled meanwhile."""
    by.must_hold(Permission.ENROL)
    make_up = MakeUp.objects.select_for_update().get(pk=make_up.pk)
    if make_up.cancelled_at:
        raise SomeoneWasFirst("This make-up place was cancelled meanwhile. Nothing was changed.")
    return _cancel(make_up, by)


def cancel_all(episode, *, by):
    """A discharge gives back every place that is still to come. Called with the episode locked."""
    for make_up in MakeUp.objects.standing().filter(episode=episode, session__started_at__gt=timezone.now()):
        _cancel(make_up, by)


def _cancel(make_up, by):
    make_up.cancelled_by, make_up.cancelled_at = by, timezone.now()
    make_up.save(update_fields=["cancelled_by", "cancelled_at"])
    trail.record("make_up.cancelled", make_up, by=by, session=str(make_up.session_id))
    return make_up
