"""Who else there is in a patient's life, and how the patient wants to be reached. The trail names the fields, not what they say."""

from django.db import transaction
from django.utils import timezone

from anchored.audit import trail
from anchored.ground import rows

from .. import locks, policies
from ..models import Contact, Patient


@transaction.atomic
def add(patient, *, by, **facts) -> Contact:
    """Put somebody on the list of contacts."""
    policies.check_can_keep_contacts(by)
    locks.patient(patient.pk)
    policies.check_is_somebody_else(facts["relationship"])
    contact = rows.add(Contact(patient=patient, added_by=by, **facts))
    trail.record("contact.added", contact, by=by)
    return contact


@transaction.atomic
def change(contact, *, by, **facts) -> Contact:
    """Correct or complete what is known of a contact. Raises SomeoneWasFirst when they were taken off the list meanwhile."""
    policies.check_can_keep_contacts(by)
    contact = _locked(contact)
    policies.check_is_a_contact(contact)
    policies.check_is_somebody_else(facts.get("relationship"))
    changed = _write(contact, facts)
    if changed:
        trail.record("contact.changed", contact, by=by, fields=changed)
    return contact


@transaction.atomic
def remove(contact, *, by) -> Contact:
    """Take somebody off the list. What was known of them stays on record."""
    policies.check_can_keep_contacts(by)
    contact = _locked(contact)
    policies.check_is_a_contact(contact)
    contact.removed_by, contact.removed_at = by, timezone.now()
    contact.save(update_fields=["removed_by", "removed_at"])
    trail.record("contact.removed", contact, by=by)
    return contact


@transaction.atomic
def put_back(contact, *, by) -> Contact:
    """Somebody was taken off the list by mistake, or is in the patient's life again."""
    policies.check_can_keep_contacts(by)
    contact = _locked(contact)
    policies.check_was_removed(contact)
    contact.removed_by = contact.removed_at = None
    contact.save(update_fields=["removed_by", "removed_at"])
    trail.record("contact.put_back", contact, by=by)
    return contact


@transaction.atomic
def set_wishes(patient, *, by, **wishes) -> Patient:
    """How the patient wants to be reached, and whether a message may be left."""
    policies.check_can_set_wishes(by)
    patient = locks.patient(patient.pk)
    changed = _write(patient, wishes)
    if changed:
        trail.record("patient.wishes_changed", patient, by=by, fields=changed)
    return patient


def _locked(contact):
    locks.patient(contact.patient_id)
    return Contact.objects.select_related("removed_by").get(pk=contact.pk)


def _write(row, facts):
    """Gives the names of what changed, in order; saves nothing when nothing did."""
    changed = sorted(name for name, value in facts.items() if getattr(row, name) != value)
    for name in changed:
        setattr(row, name, facts[name])
    if changed:
        rows.check(row)
        row.save(update_fields=changed)
    return changed
