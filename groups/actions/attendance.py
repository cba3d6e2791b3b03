"""Attendance of a session: marked row by row, for two facilitators at once; a guest is put on the list with a reason."""

from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from anchored.accounts.refusals import NotNow
from anchored.audit import trail
from anchored.ground.rows import add, check
from patients import locks
from patients.models import Episode

from .. import apart, queries, rules
from ..models import Attendance, Enrolment, MakeUp, Session
from . import enrolments

State = Attendance.State


@dataclass
class Marked:
    """What became of a mark. `theirs`: as somebody else has marked the row since the page was shown; then nothing was changed."""

    mark: Attendance
    theirs: bool = False


@transaction.atomic
def mark(session, episode, *, by, state, late=0, early=0, reason="", shown=None) -> Marked:
    """Mark one person. `shown` is the state on the page when it was opened, "" for not marked; None does not ask.

    Raises NotNow before the session, for minutes that are not in it, for an excuse without a reason; NotPermitted for who does
    not lead it; SomeoneWasFirst when the note is signed.
    """
    session = led(session, by)
    rules.check_state(state, reason)
    late, early = (late if state == State.LATE else 0), (early if state == State.LEFT_EARLY else 0)
    rules.check_minutes(session, late, early)
    before = mark_of(session, episode)
    rules.check_is_open(before)
    rules.check_stays_absent(session, before, state)
    facts = {"state": state, "late": late, "early": early, "reason": reason if state in (State.EXCUSED, State.UNEXCUSED) else ""}
    if before and all(getattr(before, name) == value for name, value in facts.items()):
        return Marked(before)
    if before and shown is not None and before.state != shown and before.marked_by_id != by.pk:
        return Marked(before, theirs=True)
    return Marked(_changed(before, facts, by) if before else _new(session, episode, by, **facts, **_as_guest(session, episode)))


def mark_of(session, episode):
    """The mark of a person, locked; None while there is none."""
    rows = Attendance.objects.select_for_update(of=["self"]).filter(session=session, episode=episode)
    return rows.select_related("episode__patient").first()


def _changed(mark, facts, by):
    for name, value in facts.items():
        setattr(mark, name, value)
    mark.marked_by, mark.marked_at = by, timezone.now()
    check(mark)
    mark.save(update_fields=[*facts, "marked_by", "marked_at"])
    trail.record("attendance.marked", mark, by=by, state=mark.state)
    return mark


def _as_guest(session, episode):
    """Who makes up for hours is no member that day: a guest, with that reason."""
    makes_up = MakeUp.objects.standing().filter(session=session, episode=episode).exists()
    is_member = makes_up and Enrolment.objects.on(session.held_on).filter(group=session.group_id, episode=episode).exists()
    return {"is_guest": True, "guest_because": MakeUp.BECAUSE} if makes_up and not is_member else {}


def _new(session, episode, by, **facts):
    made = add(Attendance(session=session, episode=episode, marked_by=by, **facts))
    trail.record("attendance.marked", made, by=by, state=made.state)
    return made


@transaction.atomic
def mark_all_present(session, *, by) -> int:
    """Everybody on the list who is not marked yet. Gives how many."""
    session = led(session, by)
    unmarked = [person for person in queries.roster(session, by) if person.mark is None]
    for person in unmarked:
        _new(session, person.episode, by, state=State.PRESENT, **_as_guest(session, person.episode))
    return len(unmarked)


@transaction.atomic
def add_guest(session, patient, *, because, by) -> Attendance:
    """Somebody who came and is not enrolled: on the list, present, with the reason."""
    episode = _not_on_the_list(session, patient, by)
    session = led(session, by)
    if not because.strip():
        raise NotNow({"because": "Write why this person came as a guest"})
    if apart.is_there(patient.pk, session):
        raise NotNow(f"This session {apart.DOES_NOT_FIT}")
    guest = add(Attendance(session=session, episode=episode, state=State.PRESENT, is_guest=True, guest_because=because, marked_by=by))
    trail.record("attendance.guest_added", guest, by=by)
    return guest


@transaction.atomic
def enrol_walk_in(session, patient, *, by) -> Attendance:
    """Somebody who came and is not on the list: a member from today on, and present. Both, or neither."""
    rules.check_can_enrol_there(by, session)
    episode = _not_on_the_list(session, patient, by)
    enrolments.enrol(episode, [session.group], by=by, on=session.held_on)
    session = led(session, by)
    if apart.is_there(patient.pk, session):
        raise NotNow(f"This session {apart.DOES_NOT_FIT}")
    return _new(session, episode, by, state=State.PRESENT)


def _not_on_the_list(session, patient, by):
    """The open episode of somebody whom the list does not hold yet, with the patient locked."""
    rules.check_leads(by, session)
    locks.patient(patient.pk)
    episode = Episode.objects.filter(patient=patient, ended_on=None).first()
    if episode is None:
        raise NotNow("This person is not in care. Admit them first.")
    if any(person.pk == episode.pk for person in queries.roster(session, by)):
        raise NotNow("This person is on the list already.")
    return episode


def led(session, by):
    """The session, locked, which this person leads and which is held."""
    session = Session.objects.select_for_update(of=["self"]).select_related("group__type__service_kind").get(pk=session.pk)
    rules.check_leads(by, session)
    rules.check_is_held(session)
    rules.check_has_begun(session)
    return session
