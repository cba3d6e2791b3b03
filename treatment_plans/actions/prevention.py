"""The relapse-prevention plan: written with the patient, entry by entry. The trail says in which section, never what."""

from django.db import transaction
from django.utils import timezone

from anchored.audit import trail
from anchored.ground import rows
from anchored.ground.dates import today
from patients import locks

from .. import policies
from ..models import PreventionEntry, PreventionLook


@transaction.atomic
def add(patient, section, *, by, text, how="", contact=None) -> PreventionEntry:
    """Write an entry at the end of its section."""
    policies.check_can_write_prevention(by)
    patient = locks.patient(patient.pk)
    policies.check_is_of_the_patient(patient, contact)
    entry = _write(patient, section, by, text=text, how=how, contact=contact)
    trail.record("prevention.entry_added", entry, by=by, section=section)
    return entry


@transaction.atomic
def change(entry, *, by, **said) -> PreventionEntry:
    """Word an entry otherwise: a new row in its place. Raises SomeoneWasFirst when it was taken out meanwhile."""
    policies.check_can_write_prevention(by)
    patient = locks.patient(entry.patient_id)
    entry = policies.check_still_stands(_wording_now(entry))
    changed = sorted(name for name, value in said.items() if getattr(entry, name) != value)
    if not changed:
        return entry
    if "contact" in changed:
        policies.check_is_of_the_patient(patient, said["contact"])
    words = {name: getattr(entry, name) for name in PreventionEntry.SAID} | said
    place = {"section": entry.section, "position": entry.position, "root": entry.root}
    reworded = rows.add(PreventionEntry(patient=patient, replaces=entry, written_by=by, **place, **words))
    trail.record("prevention.entry_changed", reworded, by=by, section=entry.section, fields=changed)
    return reworded


@transaction.atomic
def move(entry, *, by, up) -> PreventionEntry:
    """One place up or down in its section; at the end nothing happens."""
    policies.check_can_write_prevention(by)
    patient = locks.patient(entry.patient_id)
    entry = policies.check_still_stands(_wording_now(entry))
    section = _section(patient, entry.section)
    place = section.index(entry)
    other = place - 1 if up else place + 1
    if 0 <= other < len(section):
        section[place], section[other] = section[other], section[place]
        for position, each in enumerate(section, 1):
            if each.position != position:
                each.position = position
                each.save(update_fields=["position"])
        trail.record("prevention.entry_moved", entry, by=by, section=entry.section)
    return entry


@transaction.atomic
def remove(entry, *, by) -> PreventionEntry:
    """Take an entry off the page. It stays on record and can be put back."""
    policies.check_can_write_prevention(by)
    locks.patient(entry.patient_id)
    entry = policies.check_still_stands(_wording_now(entry))
    entry.removed_by, entry.removed_at = by, timezone.now()
    entry.save(update_fields=["removed_by", "removed_at"])
    trail.record("prevention.entry_removed", entry, by=by, section=entry.section)
    return entry


@transaction.atomic
def put_back(entry, *, by) -> PreventionEntry:
    """An entry that was taken out stands at the end of its section again, in the same words."""
    policies.check_can_write_prevention(by)
    patient = locks.patient(entry.patient_id)
    entry = PreventionEntry.objects.get(pk=entry.pk)
    policies.check_was_taken_out(entry)
    words = {name: getattr(entry, name) for name in PreventionEntry.SAID}
    again = _write(patient, entry.section, by, replaces=entry, root=entry.root, **words)
    trail.record("prevention.entry_put_back", again, by=by, section=entry.section)
    return again


@transaction.atomic
def go_through(patient, *, by) -> PreventionLook:
    """Note that the page was gone through with the patient today."""
    policies.check_can_write_prevention(by)
    patient, day = locks.patient(patient.pk), today()
    policies.check_can_go_through(by, patient, day)
    look = rows.add(PreventionLook(patient=patient, day=day, noted_by=by))
    trail.record("prevention.gone_through", look, by=by)
    return look


def _write(patient, section, by, **facts):
    there = _section(patient, section)
    policies.check_has_room(there)
    entry = PreventionEntry(patient=patient, section=section, written_by=by, **facts)
    entry.root = entry.root or entry.pk
    entry.position = there[-1].position + 1 if there else 1
    return rows.add(entry)


def _section(patient, section):
    return list(PreventionEntry.objects.filter(patient=patient, section=section).standing())


def _wording_now(entry):
    return PreventionEntry.objects.standing().filter(root=entry.root).first()
