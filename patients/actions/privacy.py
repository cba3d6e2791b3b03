"""Restricting a record to named people: staff, relatives of staff, people the town knows."""

from django.db import transaction

from anchored.accounts.refusals import NotNow
from anchored.accounts.roles import Permission
from anchored.audit import trail
from anchored.ground.dates import today

from .. import locks
from ..models import NamedAccess, Patient


@transaction.atomic
def restrict(patient, *, by, named) -> Patient:
    """From now on the record opens only for the people named, who also need a relation to the patient. Replaces the list."""
    by.must_hold(Permission.RESTRICT_RECORDS)
    patient = locks.patient(patient.pk)
    if not named:
        raise NotNow({"named": "Name at least one person, or nobody can care for this patient."})
    current = {access.user_id: access for access in patient.named_access.filter(ended_on=None)}
    wanted = {person.pk for person in named}
    for user_id, access in current.items():
        if user_id not in wanted:
            access.ended_on = max(today(), access.started_on)
            access.save(update_fields=["ended_on"])
    for user_id in wanted - set(current):
        NamedAccess.objects.create(patient=patient, user_id=user_id, named_by=by)
    patient.restricted = True
    patient.save(update_fields=["restricted"])
    trail.record("record.restricted", patient, by=by, named=sorted(wanted))
    return patient


@transaction.atomic
def lift(patient, *, by) -> Patient:
    """The record opens again for everybody with a relation to the patient."""
    by.must_hold(Permission.RESTRICT_RECORDS)
    patient = locks.patient(patient.pk)
    if not patient.restricted:
        raise NotNow("This record is not restricted.")
    for access in patient.named_access.filter(ended_on=None):
        access.ended_on = max(today(), access.started_on)
        access.save(update_fields=["ended_on"])
    patient.restricted = False
    patient.save(update_fields=["restricted"])
    trail.record("record.opened_again", patient, by=by)
    return patient
