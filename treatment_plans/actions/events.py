"""Something happened that asks for a look at the plan."""

from django.db import transaction
from django.utils.formats import date_format

from anchored.accounts.refusals import NotNow
from anchored.accounts.roles import Permission
from anchored.audit import trail
from anchored.ground.dates import today
from anchored.ground.rows import add
from patients import locks

from ..models import PlanEvent


@transaction.atomic
def happened(episode, *, kind, on, words="", by) -> PlanEvent:
    """Say what happened and on which day: from then on the plan is due within the days of the program's rule.

    Raises NotNow for a day outside of the episode.
    """
    by.must_hold(Permission.WRITE_PLANS)
    episode = locks.episode(episode.pk)
    if episode.ended_on:
        raise NotNow("The episode has ended. Its plan is not reviewed any more.")
    if not episode.started_on <= on <= today():
        raise NotNow({"on": f"The day must be on or after {date_format(episode.started_on)}, the admission, and not in the future."})
    event = add(PlanEvent(episode=episode, kind=kind, happened_on=on, words=words, said_by=by))
    trail.record("plan.event", event, by=by, kind=kind)
    return event
