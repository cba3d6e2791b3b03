"""Waiting for a place: join, be offered a place that is held, take it, or not go on."""

from django.db import transaction
from django.utils import timezone

from anchored.audit import trail
from anchored.ground.dates import today
from anchored.ground.rows import add

from .. import before_care, locks, policies
from ..models import Offer, WaitlistEntry


@transaction.atomic
def wait(patient, *, program, by, wanted_start=None, priority=WaitlistEntry.Priority.NONE, risk="", referral=None) -> WaitlistEntry:
    """Somebody waits for a program from today. Raises NotNow when it has no limit, or they are there or wait already."""
    patient = locks.patient(patient.pk)
    before_care.check_can_wait(by, patient, program)
    facts = {"wanted_start": wanted_start, "priority": priority, "risk": risk, "referral": referral}
    entry = add(WaitlistEntry(patient=patient, program=program, added_by=by, **facts))
    trail.record("waitlist.joined", entry, by=by, program=program.pk)
    return entry


@transaction.atomic
def offer(entry, *, held_until, by) -> Offer:
    """Hold a place until and including a day. Raises NotNow when none is free, SomeoneWasFirst when the wait is over."""
    locks.patient(entry.patient_id)
    program = locks.program(entry.program)
    entry = WaitlistEntry.objects.select_related("closed_by").get(pk=entry.pk)
    before_care.check_can_offer(by, entry, held_until)
    policies.check_has_a_place(program, today(), entry.patient_id)
    _close_offers(entry, Offer.Outcome.WITHDRAWN, by)  # one that ran out makes room for the new one
    made = add(Offer(entry=entry, program=program, held_until=held_until, offered_by=by))
    trail.record("place.offered", made, by=by, until=held_until)
    return made


@transaction.atomic
def turn_down(offer, *, by, declined=True) -> Offer:
    """The person declined the place, or the house withdrew it. They go on waiting; the place is free again."""
    locks.patient(offer.entry.patient_id)
    offer = Offer.objects.select_related("entry", "closed_by").get(pk=offer.pk)
    before_care.check_offer_is_open(by, offer)
    _close_offers(offer.entry, Offer.Outcome.DECLINED if declined else Offer.Outcome.WITHDRAWN, by)
    trail.record("place.declined" if declined else "place.withdrawn", offer, by=by)
    return offer


@transaction.atomic
def give_up(entry, *, because, by) -> WaitlistEntry:
    """The wait does not go on, and why. A held place is free again."""
    locks.patient(entry.patient_id)
    entry = WaitlistEntry.objects.select_related("closed_by").get(pk=entry.pk)
    before_care.check_waits(by, entry)
    _close_offers(entry, Offer.Outcome.WITHDRAWN, by)
    entry.outcome, entry.closed_because = WaitlistEntry.Outcome.NOT_PROCEEDING, because
    entry.closed_by, entry.closed_at = by, timezone.now()
    entry.clean_fields()
    entry.save(update_fields=["outcome", "closed_because", "closed_by", "closed_at"])
    trail.record("waitlist.left", entry, by=by)
    return entry


def close_admitted(patient, program, *, by):
    """The person has come into the program they waited for: the wait is over and its offer taken. Called with both locked."""
    if program.capacity is None:
        return
    waits = WaitlistEntry.objects.filter(patient=patient, program=program, closed_at=None)
    for entry in waits:
        _close_offers(entry, Offer.Outcome.TAKEN, by)
        waits.update(outcome=WaitlistEntry.Outcome.ADMITTED, closed_by=by, closed_at=timezone.now())
        trail.record("waitlist.left", entry, by=by)


def _close_offers(entry, outcome, by):
    Offer.objects.filter(entry=entry, closed_at=None).update(outcome=outcome, closed_by=by, closed_at=timezone.now())
