"""One meeting by itself: cancelled, moved, covered by a colleague; its members told."""

from django.db import transaction
from django.utils import timezone

from anchored.accounts.refusals import NotNow, SomeoneWasFirst
from anchored.accounts.roles import Permission
from anchored.audit import trail
from anchored.ground.rows import add, check

from .. import calls, planning, rules
from ..models import Attendance, Session, Told


@transaction.atomic
def cancel(session, *, because, by) -> Session:
    """It is not held. Drafts and signatures stay; whose notes are signed keeps the hours."""
    session = _scheduled(session, by)
    if not because.strip():
        raise NotNow({"because": "Write why the session is cancelled"})
    if Attendance.objects.filter(session=session, note__isnull=False).exists():
        raise NotNow("Notes of this session are signed. It was held.")
    session.cancelled_by, session.cancelled_at, session.cancelled_because = by, timezone.now(), because
    check(session)
    session.save(update_fields=["cancelled_by", "cancelled_at", "cancelled_because"])
    trail.record("session.cancelled", session, by=by)
    return session


@transaction.atomic
def move(session, *, on, starts, by, room=None) -> Session:
    """Another day, start or room for this meeting alone; its length stays. `starts` are minutes since midnight."""
    session = _scheduled(session, by)
    if Attendance.objects.filter(session=session).exists():
        raise NotNow("Attendance is taken already. The session was held when it was.")
    rules.check_is_open_on(session.group, on)
    length = session.ended_at - session.started_at
    session.held_on, session.started_at = on, planning.at(on, starts)
    session.ended_at = session.started_at + length
    session.room = session.room if room is None else room
    check(session)
    session.save(update_fields=["held_on", "started_at", "ended_at", "room"])
    trail.record("session.moved", session, by=by, on=on)
    return session


@transaction.atomic
def cover(session, *, colleague, by) -> Session:
    """A colleague leads this meeting; None takes it back."""
    session = _scheduled(session, by)
    if colleague:
        colleague.must_hold(Permission.LEAD_GROUPS)
    session.covered_by = colleague
    session.save(update_fields=["covered_by"])
    trail.record("session.covered", session, by=by, colleague=colleague.pk if colleague else None)
    return session


def _scheduled(session, by):
    by.must_hold(Permission.SCHEDULE_GROUPS)
    session = Session.objects.select_for_update().get(pk=session.pk)
    rules.check_is_held(session)
    return session


@transaction.atomic
def tell(session, episode, *, by) -> Told:
    """A member was told that the session is cancelled, or that it is held after all. Raises SomeoneWasFirst when they know."""
    by.must_hold(Permission.OPEN_CHARTS)
    session = Session.objects.select_for_update().get(pk=session.pk)
    news, last = calls.news_of(session), calls.last_told(session).get(episode.pk)
    if last and last.news == news:
        raise SomeoneWasFirst(f"{last.told_by.short_name} told them already, at {timezone.localtime(last.told_at):%H:%M}.")
    if last is None and not session.cancelled_at:
        raise NotNow("The session is held, and nobody said anything else. There is nothing to tell.")
    told = add(Told(session=session, episode=episode, news=news, told_by=by))
    trail.record("session.told", told, by=by, news=news)
    return told
