"""Getting to know a person: once."""

from django.db import transaction
from django.db.models import F

from anchored.audit import trail
from anchored.ground.rows import add, check
from anchored.ground.text import fold

from .. import locks, policies
from ..models import Patient, RecordNumber


def reserve_record_numbers(count):
    """The first of `count` record numbers that nobody else gets: the counter's row is locked until the transaction ends."""
    RecordNumber.objects.get_or_create(pk=1)
    RecordNumber.objects.filter(pk=1).update(last=F("last") + count)
    return RecordNumber.objects.values_list("last", flat=True).get(pk=1) - count + 1


@transaction.atomic
def register(*, by, **details) -> Patient:
    """Give a person a record. The caller has asked whether the person is known already (`same_person`)."""
    policies.check_can_register(by)
    patient = add(Patient(registered_by=by, record_number=reserve_record_numbers(1), **details))
    trail.record("patient.registered", patient, by=by)
    return patient


@transaction.atomic
def change_details(patient, *, by, **details) -> Patient:
    """Correct or complete what is known of a person. The trail names the fields, not the values."""
    patient = locks.patient(patient.pk)
    changed = sorted(name for name, value in details.items() if getattr(patient, name) != value)
    if not changed:
        return patient
    for name in changed:
        setattr(patient, name, details[name])
    check(patient)
    patient.save(update_fields=[*changed, "find_by"])
    trail.record("patient.details_changed", patient, by=by, fields=changed)
    return patient


def same_person(given_name, family_name, birth_date, *, seen_by):
    """People with this name and birth date whom `seen_by` may know of: the question before anything is created.

    Whole names are compared, without case and accents; the given name may be the preferred one. Nobody else is told of, so
    that the question never says whether somebody is a patient (42 CFR 2.13); two records of one person are merged later.
    """
    if not birth_date:
        return []
    asked = _as_one_name(given_name, family_name)
    born_that_day = Patient.objects.visible_to(seen_by).filter(birth_date=birth_date)
    return [patient for patient in born_that_day if asked in _names_of(patient)]


def _names_of(patient):
    return {_as_one_name(given, patient.family_name) for given in (patient.given_name, patient.preferred_name) if given}


def _as_one_name(given_name, family_name):
    return " ".join(fold(f"{given_name} {family_name}").split())
