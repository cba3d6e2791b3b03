"""Appointments: booked, moved, cancelled, or done with the signature of their note."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from anchored.accounts.refusals import NotNow, SomeoneWasFirst
from anchored.accounts.roles import Permission
from anchored.audit import trail
from anchored.ground.rows import add, check
from patients import locks

from ..models import Appointment

ENDED = "Discharged"


@transaction.atomic
def book(episode, *, kind, starts_at, minutes, place, clinician, by) -> Appointment:
    """Keep a clinician's time for a patient in care. What it meets is for the page to say: nothing of that forbids it."""
    by.must_hold(Permission.WRITE_NOTES)
    clinician.must_hold(Permission.WRITE_NOTES)
    _check_times(episode, starts_at, minutes)
    locks.patient(episode.patient_id)
    times = {"starts_at": starts_at, "ends_at": starts_at + timedelta(minutes=minutes)}
    booked = add(Appointment(episode=_in_care(episode), kind=kind, place=place, clinician=clinician, booked_by=by, **times))
    trail.record("appointment.booked", booked, by=by)
    return booked


@transaction.atomic
def move(appointment, *, kind, starts_at, minutes, place, clinician, by) -> Appointment:
    """Another time, length, place, kind or clinician. Where it stood before is in the trail."""
    appointment = _planned(appointment, by)
    clinician.must_hold(Permission.WRITE_NOTES)
    _check_times(_in_care(appointment.episode), starts_at, minutes)
    before = appointment.starts_at
    appointment.kind, appointment.place, appointment.clinician = kind, place, clinician
    appointment.starts_at, appointment.ends_at = starts_at, starts_at + timedelta(minutes=minutes)
    check(appointment)
    appointment.save(update_fields=["kind", "place", "clinician", "starts_at", "ends_at"])
    trail.record("appointment.moved", appointment, by=by, came_from=before.isoformat())
    return appointment


@transaction.atomic
def cancel(appointment, *, outcome, by, because="") -> Appointment:
    """Cancelled by the patient or the clinic, or the patient did not come."""
    appointment = _planned(appointment, by)
    if outcome not in Appointment.CANCELLED:
        raise NotNow({"outcome": "Choose what became of the appointment"})
    if outcome == Appointment.Outcome.ABSENT and appointment.starts_at > timezone.now():
        raise NotNow({"outcome": "The appointment has not begun. Say who cancelled it."})
    if appointment.note_id and appointment.note.discarded_at is None:
        raise NotNow("A note about this appointment is begun. Sign or discard it first.")
    return _close(appointment, outcome, by, because)


def cancel_all(episode, *, by):
    """What is still to come for somebody who leaves is not held."""
    coming = Appointment.objects.planned().filter(episode=episode, note=None, starts_at__gt=timezone.now())
    for appointment in coming.select_for_update():
        _close(appointment, Appointment.Outcome.BY_CLINIC, by, ENDED)


def begin_note(note, key):
    """The draft is about this appointment of the same patient and author, unless another note is."""
    rows = Appointment.objects.planned().filter(pk=key, episode=note.episode_id, clinician=note.author_id)
    rows.filter(note=None).update(note=note)


def leave_note(note):
    """The draft was discarded: another one may be begun."""
    Appointment.objects.planned().filter(note=note).update(note=None)


def done(note, *, by):
    """Its note is signed."""
    for appointment in Appointment.objects.select_for_update().filter(note=note, closed_at=None):
        _close(appointment, Appointment.Outcome.DONE, by, "")


def _close(appointment, outcome, by, because):
    appointment.outcome, appointment.because = outcome, because
    appointment.closed_by, appointment.closed_at = by, timezone.now()
    check(appointment)
    appointment.save(update_fields=["outcome", "because", "closed_by", "closed_at"])
    trail.record("appointment.closed", appointment, by=by, outcome=outcome)
    return appointment


def _planned(appointment, by):
    by.must_hold(Permission.WRITE_NOTES)
    locks.patient(appointment.patient_id)
    appointment = Appointment.objects.select_for_update(of=["self"]).select_related("episode", "note").get(pk=appointment.pk)
    if not appointment.is_planned:
        raise SomeoneWasFirst(f"This appointment is closed already: {appointment.get_outcome_display().lower()}. Nothing was changed.")
    return appointment


def _in_care(episode):
    if episode.ended_on:
        raise NotNow("The episode has ended. Appointments are for people in care.")
    return episode


def _check_times(episode, starts_at, minutes):
    if timezone.localdate(starts_at) < episode.started_on:
        raise NotNow({"on": "The appointment must be on or after the admission"})
    if not 1 <= minutes <= 12 * 60:
        raise NotNow({"minutes": "Minutes must be between 1 and 720"})
