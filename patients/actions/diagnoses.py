"""What was diagnosed: recorded, changed, made primary, resolved, marked as entered in error. The trail names no disorder."""

from django.db import transaction
from django.utils import timezone

from anchored.audit import trail
from anchored.ground import rows
from anchored.ground.dates import today

from .. import diagnosis_rules as rules
from .. import locks, policies
from ..models import Diagnosis

CARRIED_ON = ("severity", "criteria", "remission", "in_controlled_environment", "on_maintenance_therapy", "is_primary", "diagnosed_by")


@transaction.atomic
def record(patient, *, code, by, diagnosed_on=None, diagnosed_by=None, is_primary=False, **facts) -> Diagnosis:
    """Add a diagnosis. One that is primary takes that place from the one that had it."""
    rules.check_can_diagnose(by)
    patient = locks.patient(patient.pk)
    day = diagnosed_on or today()
    rules.check_is_offered(code)
    rules.check_day("diagnosed_on", day, patient)
    rules.check_is_new(patient, code)
    made = _add(patient, code, by, diagnosed_on=day, diagnosed_by=diagnosed_by or by, is_primary=is_primary, **facts)
    trail.record("diagnosis.recorded", made, by=by)
    return made


@transaction.atomic
def change(diagnosis, *, by, code=None, **facts) -> Diagnosis:
    """Correct or complete what stands beside the code. Another code is another row, which takes the place of this one.

    Raises SomeoneWasFirst when it was resolved or marked as an error meanwhile. Gives the row that stands now.
    """
    rules.check_can_diagnose(by)
    patient, diagnosis = _locked(diagnosis)
    rules.check_stands(diagnosis)
    if code and code != diagnosis.code:
        return _go_on_as(diagnosis, patient, code, by, facts)
    changed = sorted(name for name, value in facts.items() if getattr(diagnosis, name) != value)
    for name in changed:
        setattr(diagnosis, name, facts[name])
    if changed:
        rules.check_fits(diagnosis)
        rules.check_day("diagnosed_on", diagnosis.diagnosed_on, patient)
        _leave_one_primary(diagnosis)
        rows.check(diagnosis)
        diagnosis.save(update_fields=changed)
        trail.record("diagnosis.changed", diagnosis, by=by, fields=changed)
    return diagnosis


def _go_on_as(diagnosis, patient, code, by, facts):
    """End this row and begin the one of the other code on the same day: the day that was entered, or today."""
    facts = {name: getattr(diagnosis, name) for name in CARRIED_ON} | facts
    day = facts.setdefault("diagnosed_on", today())
    rules.check_is_offered(code)
    rules.check_day("diagnosed_on", day, patient, not_before=diagnosis.diagnosed_on)
    rules.check_is_new(patient, code)
    _end(diagnosis, day, by)
    following = _add(patient, code, by, **facts)
    trail.record("diagnosis.changed", following, by=by, fields=["code"], before=str(diagnosis.pk))
    return following


@transaction.atomic
def make_primary(diagnosis, *, by) -> Diagnosis:
    """The one that treatment is mainly for. Whichever was that until now no longer is."""
    rules.check_can_diagnose(by)
    _, diagnosis = _locked(diagnosis)
    rules.check_stands(diagnosis)
    if not diagnosis.is_primary:
        diagnosis.is_primary = True
        _leave_one_primary(diagnosis)
        diagnosis.save(update_fields=["is_primary"])
        trail.record("diagnosis.made_primary", diagnosis, by=by)
    return diagnosis


@transaction.atomic
def resolve(diagnosis, *, by, on=None) -> Diagnosis:
    """From this day it no longer stands."""
    rules.check_can_diagnose(by)
    patient, diagnosis = _locked(diagnosis)
    rules.check_stands(diagnosis)
    day = on or today()
    rules.check_day("on", day, patient, not_before=diagnosis.diagnosed_on)
    _end(diagnosis, day, by)
    trail.record("diagnosis.resolved", diagnosis, by=by)
    return diagnosis


@transaction.atomic
def mark_error(diagnosis, *, because, by) -> Diagnosis:
    """It was never so, or belongs to somebody else. It stays on record and counts no more."""
    rules.check_can_diagnose(by)
    _, diagnosis = _locked(diagnosis)
    rules.check_is_no_error(diagnosis)
    policies.check_says_why("because", because)
    diagnosis.entered_in_error_by, diagnosis.entered_in_error_at = by, timezone.now()
    diagnosis.entered_in_error_because = because
    rows.check(diagnosis)
    diagnosis.save(update_fields=["entered_in_error_by", "entered_in_error_at", "entered_in_error_because"])
    trail.record("diagnosis.entered_in_error", diagnosis, by=by)
    return diagnosis


def _locked(diagnosis):
    patient = locks.patient(diagnosis.patient_id)
    known = Diagnosis.objects.select_related("code", "patient", "entered_in_error_by").get(pk=diagnosis.pk)
    return patient, known


def _add(patient, code, by, **facts):
    made = Diagnosis(patient=patient, code=code, recorded_by=by, **facts)
    rules.check_fits(made)
    _leave_one_primary(made)
    return rows.add(made)


def _leave_one_primary(diagnosis):
    """Take the place from the other, if this one is to have it."""
    if diagnosis.is_primary:
        others = Diagnosis.objects.standing().filter(patient=diagnosis.patient_id, is_primary=True)
        others.exclude(pk=diagnosis.pk).update(is_primary=False)


def _end(diagnosis, day, by):
    diagnosis.resolved_on, diagnosis.resolved_by = day, by
    diagnosis.save(update_fields=["resolved_on", "resolved_by"])
