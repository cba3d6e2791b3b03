"""A signed note that should not be on this chart: said by one person, decided by another. Nothing is deleted."""

from django.db import transaction
from django.utils import timezone

from anchored.audit import trail
from anchored.ground.rows import add
from patients import locks
from patients.models import Service
from patients.signals import service_replaced

from .. import note_rules
from ..models import Note, NoteInError


@transaction.atomic
def say(note, *, because, by) -> NoteInError:
    """Its author or a supervisor says that the note was entered in error, and why. It counts until a second person agrees."""
    note = _locked(note)
    note_rules.check_can_say_in_error(by, note)
    note_rules.check_says_why(because)
    said = add(NoteInError(note=note, because=because, said_by=by))
    trail.record("note.said_in_error", note, by=by)
    return said


@transaction.atomic
def strike(note, *, by) -> NoteInError:
    """The second person agrees: the note stays readable, struck through; its service and its words on objectives count no more."""
    note = _locked(note)
    return _strike(note, note_rules.check_can_strike(by, note), by)


@transaction.atomic
def strike_as_agreed(note, *, because, said_by, by):
    """Strike a note whose ground two people have taken away elsewhere: said by one, decided by the other, such as that nobody came.

    Raises NotNow while somebody's word about the note itself waits for a decision.
    """
    note = _locked(note)
    if note.in_error_at:
        return None
    note_rules.check_nobody_has_said_so(note)
    note_rules.check_is_another(said_by, by)
    said = add(NoteInError(note=note, because=because, said_by=said_by))
    trail.record("note.said_in_error", note, by=said_by)
    return _strike(note, said, by)


def _strike(note, said, by):
    now = timezone.now()
    _decide(said, NoteInError.Outcome.STRUCK, by, now)
    Note.objects.filter(pk=note.pk).update(in_error_at=now)
    Service.objects.filter(pk=note.service_id, taken_back_at=None).update(taken_back_at=now)
    service_replaced.send(Note, service=note.service)
    trail.record("note.struck", note, by=by)
    return said


@transaction.atomic
def let_stand(note, *, by) -> NoteInError:
    """The note is right where it is; whoever said otherwise may take it back this way too."""
    note = _locked(note)
    said = note_rules.check_can_decide_in_error(by, note)
    _decide(said, NoteInError.Outcome.STANDS, by, timezone.now())
    trail.record("note.left_standing", note, by=by)
    return said


def _decide(said, outcome, by, now):
    said.outcome, said.decided_by, said.decided_at = outcome, by, now
    said.save(update_fields=["outcome", "decided_by", "decided_at"])


def _locked(note):
    locks.patient(note.episode.patient_id)
    return Note.objects.select_for_update(of=["self"]).select_related("episode", "author").get(pk=note.pk)
