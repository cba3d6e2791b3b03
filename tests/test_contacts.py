"""People in a patient's life: put on the list, changed, taken off; and how the patient wants to be reached."""

import pytest
from django.core.exceptions import ValidationError

from anchored.accounts.refusals import NotNow, NotPermitted, SomeoneWasFirst
from anchored.accounts.roles import Role
from anchored.audit.models import TrailEntry
from anchored.audit.trail import TrailUnavailable
from patients.actions import contacts
from patients.models import Contact, Patient
from tests.checking import everything, trail_broken
from tests.making import make_clinician, make_patient, make_user

pytestmark = pytest.mark.django_db

SISTER = {"name": "Elena Alvarez", "relationship": "sibling", "phone": "555 0142", "channel": "phone", "is_emergency": True}


@pytest.fixture
def clinician():
    return make_clinician(given_name="Sara", family_name="Lindqvist")


@pytest.fixture
def patient(clinician):
    return make_patient(clinician)


@pytest.fixture
def sister(patient, clinician):
    return contacts.add(patient, by=clinician, **SISTER)


def told(event):
    entry = TrailEntry.objects.get(event=event)
    return entry.patient_id, entry.subject, entry.facts


# Adding


def test_somebody_is_put_on_the_list_and_the_trail_says_neither_who_nor_how(patient, clinician):
    contact = contacts.add(patient, by=make_user(Role.FRONT_DESK), **SISTER, may_be_told="That she comes here.")

    assert (contact.patient, contact.name, contact.removed_at, contact.is_emergency) == (patient, "Elena Alvarez", None, True)
    assert told("contact.added") == (patient.pk, f"patients.contact:{contact.pk}", {})


def test_the_patient_is_no_contact_of_their_own(patient, clinician):
    with pytest.raises(NotNow) as refusal:
        contacts.add(patient, by=clinician, name="Rosa", relationship="self")

    assert list(refusal.value.message_dict) == ["relationship"]
    assert not Contact.objects.exists()


@pytest.mark.parametrize("role", [Role.PRIVACY_OFFICER, Role.ADMINISTRATOR])
def test_who_keeps_no_contacts_changes_none(patient, sister, role):
    stranger, before = make_user(role), everything("patients.Contact", "patients.Patient", "audit.TrailEntry")

    for act in (
        lambda: contacts.add(patient, by=stranger, **SISTER),
        lambda: contacts.change(sister, by=stranger, name="Eva"),
        lambda: contacts.remove(sister, by=stranger),
        lambda: contacts.put_back(sister, by=stranger),
        lambda: contacts.set_wishes(patient, by=stranger, reach_by="text"),
    ):
        with pytest.raises(NotPermitted):
            act()
    assert everything("patients.Contact", "patients.Patient", "audit.TrailEntry") == before


def test_what_no_row_can_hold_is_refused(patient, sister, clinician):
    for wrong in ({"name": "Eva\nLopez"}, {"caution": "x" * 301}, {"channel": "pigeon"}, {"email": "nobody"}):
        with pytest.raises(ValidationError):
            contacts.add(patient, by=clinician, **{**SISTER, **wrong})
        with pytest.raises(ValidationError):
            contacts.change(sister, by=clinician, **wrong)
    assert Contact.objects.get().name == "Elena Alvarez"


# Changing


def test_a_change_writes_what_is_new_and_names_the_fields(sister, clinician, patient):
    contacts.change(sister, by=clinician, name="Elena Alvarez", phone="555 0199", caution="Works nights.")

    sister.refresh_from_db()
    assert (sister.phone, sister.caution, sister.channel) == ("555 0199", "Works nights.", "phone")
    assert told("contact.changed") == (patient.pk, f"patients.contact:{sister.pk}", {"fields": ["caution", "phone"]})


def test_a_change_that_changes_nothing_is_none(sister, clinician):
    contacts.change(sister, by=clinician, phone="555 0142")

    assert not TrailEntry.objects.filter(event="contact.changed").exists()


def test_who_left_the_list_is_not_changed(sister, clinician):
    contacts.remove(sister, by=clinician)

    with pytest.raises(SomeoneWasFirst, match="S. Lindqvist took this contact off the list just now. Nothing was changed."):
        contacts.change(sister, by=make_clinician(), phone="555 0199")

    assert Contact.objects.get().phone == "555 0142"


# Removing


def test_who_is_removed_stays_on_record(sister, clinician, patient):
    contacts.remove(sister, by=clinician)

    sister.refresh_from_db()
    assert (sister.removed_by, sister.name) == (clinician, "Elena Alvarez")
    assert sister.removed_at is not None
    assert told("contact.removed") == (patient.pk, f"patients.contact:{sister.pk}", {})


def test_nobody_is_removed_twice(sister, clinician):
    contacts.remove(sister, by=clinician)
    at = Contact.objects.get().removed_at

    with pytest.raises(SomeoneWasFirst, match="S. Lindqvist took this contact off the list"):
        contacts.remove(sister, by=make_clinician())

    assert (Contact.objects.get().removed_by, Contact.objects.get().removed_at) == (clinician, at)


def test_who_was_removed_by_mistake_is_put_back(sister, clinician, patient):
    contacts.remove(sister, by=clinician)

    contacts.put_back(sister, by=clinician)

    sister.refresh_from_db()
    assert (sister.removed_by, sister.removed_at) == (None, None)
    assert told("contact.put_back") == (patient.pk, f"patients.contact:{sister.pk}", {})
    with pytest.raises(SomeoneWasFirst, match="This contact is on the list."):
        contacts.put_back(sister, by=clinician)


# Wishes


def test_wishes_are_kept_and_the_trail_names_the_fields(patient, clinician):
    contacts.set_wishes(patient, by=clinician, reach_by="text", may_leave_message=False, reach_wishes="Not at work.")

    patient.refresh_from_db()
    assert (patient.reach_by, patient.may_leave_message, patient.reach_wishes) == ("text", False, "Not at work.")
    assert told("patient.wishes_changed") == (patient.pk, f"patients.patient:{patient.pk}", {"fields": ["reach_by", "reach_wishes"]})


def test_the_same_wishes_again_are_no_change(patient, clinician):
    contacts.set_wishes(patient, by=clinician, reach_by="", may_leave_message=False, reach_wishes="")

    assert not TrailEntry.objects.filter(event="patient.wishes_changed").exists()


def test_the_front_desk_sets_no_wishes(patient):
    with pytest.raises(NotPermitted):
        contacts.set_wishes(patient, by=make_user(Role.FRONT_DESK), reach_by="text")

    assert Patient.objects.get().reach_by == ""


# A failure changes nothing


def test_without_the_trail_nothing_is_changed(patient, sister, clinician):
    gone = contacts.remove(contacts.add(patient, by=clinician, name="Chris", relationship="friend"), by=clinician)
    before = everything("patients.Contact", "patients.Patient")

    for act in (
        lambda: contacts.add(patient, by=clinician, **SISTER),
        lambda: contacts.change(sister, by=clinician, name="Eva"),
        lambda: contacts.remove(sister, by=clinician),
        lambda: contacts.put_back(gone, by=clinician),
        lambda: contacts.set_wishes(patient, by=clinician, reach_by="text"),
    ):
        with trail_broken(), pytest.raises(TrailUnavailable):
            act()
    assert everything("patients.Contact", "patients.Patient") == before
