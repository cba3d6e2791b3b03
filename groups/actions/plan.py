"""What is planned follows the timetable: slots that end or go on, and days when the house is closed or opens after all."""

from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from anchored.audit import trail

from .. import planning
from ..models import Session


@dataclass
class Followed:
    """How many sessions were made, cancelled, and are held after all."""

    made: int
    cancelled: int
    held_again: int

    def __str__(self):
        words = [f"{self.made} session{'' if self.made == 1 else 's'} planned"]
        words += [f"{self.cancelled} cancelled"] if self.cancelled else []
        words += [f"{self.held_again} held after all"] if self.held_again else []
        return ", ".join(words)


@transaction.atomic
def follow(*, by=None) -> Followed:
    """Make what is missing, cancel what is no longer meant, hold again what was cancelled so and is meant again. Safe to repeat.

    Only sessions that have not begun and of which nothing is typed are cancelled: the others somebody looks at. What a person
    cancelled stays cancelled. Nobody is told by this; who is to be told stands on the page of the session.
    """
    cancelled, held_again = _differing()
    return Followed(
        cancelled=_cancel(cancelled, by),
        held_again=_hold_again(held_again, by),
        made=planning.plan_ahead(),
    )


def _differing():
    """{session: why} of those that should not be held and are, and the keys of those that should be and are not."""
    sessions = Session.objects.to_come().select_related("slot__group", "group").prefetch_related("group__programs")
    sessions = [session for session in sessions if session.cancelled_by_plan or not session.cancelled_at]
    closed = planning.closures(min(days), max(days)) if (days := [session.held_on for session in sessions]) else {}
    reasons = {session: planning.why_not_held(session, closed) for session in sessions}
    cancel = {session.pk: why for session, why in reasons.items() if why and not session.cancelled_at}
    return cancel, [session.pk for session, why in reasons.items() if session.cancelled_by_plan and not why]


def _cancel(reasons, by):
    """Locked first, and asked only then whether anything is typed."""
    list(Session.objects.select_for_update().filter(pk__in=reasons).order_by("pk"))
    sessions = Session.objects.to_come().held().untouched().filter(pk__in=reasons)
    for session in (changed := list(sessions)):
        session.cancelled_by, session.cancelled_at, session.cancelled_by_plan = by, timezone.now(), True
        session.cancelled_because = reasons[session.pk]
        session.save(update_fields=["cancelled_by", "cancelled_at", "cancelled_because", "cancelled_by_plan"])
        trail.record("session.cancelled", session, by=by, by_plan=True)
    return len(changed)


def _hold_again(keys, by):
    sessions = Session.objects.select_for_update().filter(pk__in=keys, cancelled_by_plan=True).order_by("pk")
    for session in (changed := list(sessions)):
        session.cancelled_by, session.cancelled_at, session.cancelled_because, session.cancelled_by_plan = None, None, "", False
        session.save(update_fields=["cancelled_by", "cancelled_at", "cancelled_because", "cancelled_by_plan"])
        trail.record("session.held_again", session, by=by)
    return len(changed)
