"""Correcting a mark that is signed: one person asks with a reason, another decides, and hours follow. The signed note stays as it is."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from anchored.accounts.refusals import SomeoneWasFirst
from anchored.audit import trail
from anchored.ground.rows import add
from patients import locks
from patients.models import Service
from treatment_plans.actions import in_error

from .. import rules
from ..models import Amendment, Attendance, Session


@transaction.atomic
def ask(mark, *, state, because, by, late=0, early=0, reason="") -> Amendment:
    """Say how a signed mark should read, and why. Everything counts as before until a second person agrees.

    Raises NotNow for what is not signed, for minutes that are not in the session and for what changes nothing; SomeoneWasFirst
    while another correction waits.
    """
    mark = _locked(mark)
    rules.check_can_ask(by, mark)
    rules.check_state(state, reason)
    facts = rules.facts_of_mark(state, late, early, reason)
    rules.check_minutes(mark.session, facts["late"], facts["early"])
    rules.check_corrects(mark, facts, because)
    was = {f"was_{name}": getattr(mark, name) for name in facts}
    asked = add(Amendment(attendance=mark, because=because, asked_by=by, **was, **facts))
    trail.record("attendance.correction_asked", asked, by=by)
    return asked


@transaction.atomic
def agree(amendment, *, by) -> Amendment:
    """The second person agrees: the mark changes, and the ledger with it.

    Other minutes: a row of the ledger takes the place of the one before. Did not come after all: no row counts, and the note is
    entered in error. Came after all: the note is still to be written, as a late entry.
    """
    amendment = _waiting(amendment, by)
    mark = amendment.attendance
    rules.check_is_second_person(by, amendment)
    rules.check_is_as_asked(mark, amendment)
    followed = _follow(mark, amendment, by)
    _decide(amendment, Amendment.Outcome.MADE, by, **followed)
    facts = {name: getattr(amendment, name) for name in rules.FACTS}
    Attendance.objects.filter(pk=mark.pk).update(**facts, **({"note": None} if amendment.note else {}))
    trail.record("attendance.corrected", amendment, by=by)
    return amendment


@transaction.atomic
def decline(amendment, *, by) -> Amendment:
    """The mark is right as it stands; whoever asked may take it back this way too."""
    amendment = _waiting(amendment, by)
    _decide(amendment, Amendment.Outcome.DECLINED, by)
    trail.record("attendance.correction_declined", amendment, by=by)
    return amendment


def _follow(mark, amendment, by):
    """What becomes of the note and of the ledger; nothing for somebody about whom nothing is signed."""
    if mark.note is None:
        return {}
    if amendment.state not in Attendance.CAME:
        because = f"Attendance was corrected to {amendment.after.lower()}. {amendment.because}"[:1000]
        in_error.strike_as_agreed(latest_of(mark.note), because=because, said_by=amendment.asked_by, by=by)
        return {"note": mark.note}
    return _other_minutes(mark, amendment, by)


def _other_minutes(mark, amendment, by):
    """One row of the ledger in place of another; none where the note was struck and nothing counts."""
    before = standing_service(mark.note)
    if before is None:
        return {}
    began = mark.session.started_at + timedelta(minutes=amendment.late)
    minutes = mark.session.minutes - amendment.late - amendment.early
    Service.objects.filter(pk=before.pk).update(taken_back_at=timezone.now())
    same = {name: getattr(before, name) for name in ("episode", "kind", "place", "with_whom", "delivered_by")}
    return {"replaces": before, "service": add(Service(started_at=began, minutes=minutes, entered_by=by, **same))}


def latest_of(note):
    """The note, or the correction that took its place."""
    while note.replaced_at:
        note = note.corrected_by
    return note


def standing_service(note):
    """The row of the ledger that counts for a note of a session: its own, or the last that took its place. None when none does."""
    service = latest_of(note).service
    while follower := _in_place_of(service):
        service = follower
    return None if service.taken_back_at else service


def _in_place_of(service):
    return Service.objects.filter(amendment__replaces=service).first()


def take_back_after(service):
    """What took the place of a service counts no more either: its note was struck through, or corrected with other minutes."""
    while follower := _in_place_of(service):
        Service.objects.filter(pk=follower.pk, taken_back_at=None).update(taken_back_at=timezone.now())
        service = follower


def _decide(amendment, outcome, by, **followed):
    facts = {"outcome": outcome, "decided_by": by, "decided_at": timezone.now(), **followed}
    for name, value in facts.items():
        setattr(amendment, name, value)
    amendment.save(update_fields=list(facts))


def _waiting(amendment, by):
    """The correction, with its mark locked, that still waits and that this person may decide about."""
    mark = _locked(amendment.attendance)
    rules.check_may_correct(by, mark)
    amendment = Amendment.objects.select_for_update(of=["self"]).select_related("asked_by").get(pk=amendment.pk)
    if amendment.outcome:
        raise SomeoneWasFirst("Somebody has decided about this correction already. Nothing was changed.")
    amendment.attendance = mark
    return amendment


def _locked(mark):
    """The mark, with its session and person locked, in the order of everybody who signs."""
    Session.objects.select_for_update().get(pk=mark.session_id)
    locks.patient(mark.episode.patient_id)
    rows = Attendance.objects.select_for_update(of=["self"])
    return rows.select_related("session__group__type", "episode__patient", "note__service").get(pk=mark.pk)
