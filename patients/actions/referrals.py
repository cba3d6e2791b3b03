"""From the call to the admission: received, every attempt to reach the person, each step of the path, and its end."""

from django.db import transaction
from django.utils import timezone

from anchored.accounts.roles import Permission
from anchored.audit import trail
from anchored.ground.rows import add

from .. import before_care, locks
from ..models import ContactAttempt, Referral, ReferralStep
from ..models.referral import ENDS, Step


@transaction.atomic
def receive(patient, *, by, urgency=Referral.Urgency.ROUTINE, **said) -> Referral:
    """Somebody asks for treatment for this person. A yes to a question of danger makes the referral one of today.

    Raises SomeoneWasFirst when the person is in care, NotNow when a referral is open already.
    """
    patient = locks.patient(patient.pk)
    before_care.check_can_refer(by, patient)
    referral = add(Referral(patient=patient, received_by=by, urgency=before_care.urgency_of(urgency, said), **said))
    add(ReferralStep(referral=referral, step=Step.RECEIVED, by=by))
    trail.record("referral.received", referral, by=by, urgency=referral.urgency)
    return referral


@transaction.atomic
def log_attempt(patient, *, channel, outcome, by, note="", next_on=None, referral=None) -> ContactAttempt:
    """One try to reach the person or who called for them. The first time somebody is spoken with is the step Contacted."""
    by.must_hold(Permission.TAKE_REFERRALS)
    locks.patient(patient.pk)
    before_care.check_day_to_come(next_on)
    attempt = add(ContactAttempt(patient=patient, referral=referral, channel=channel, outcome=outcome, note=note, next_on=next_on, by=by))
    if referral and outcome in SPOKEN and not referral.steps.filter(step=Step.CONTACTED).exists():
        add(ReferralStep(referral=referral, step=Step.CONTACTED, by=by))
    trail.record("contact.attempted", attempt, by=by, outcome=outcome)
    return attempt


SPOKEN = (ContactAttempt.Outcome.SPOKE, ContactAttempt.Outcome.SPOKE_CALLER)


@transaction.atomic
def take_step(referral, *, step, by, note="", appointment=None) -> ReferralStep:
    """Screened, scheduled, declined or referred elsewhere. The last two end the referral, and with it who sees the person."""
    locks.patient(referral.patient_id)
    referral = Referral.objects.select_related("closed_by").get(pk=referral.pk)
    before_care.check_can_take_step(by, referral, step, note, appointment)
    taken = add(ReferralStep(referral=referral, step=step, note=note, appointment=appointment, by=by))
    if step in ENDS:
        _close(referral, by)
    trail.record("referral.step", referral, by=by, step=step)
    return taken


def end_admitted(patient, *, by):
    """The open referral of a person who was admitted has led there. Called with the person locked."""
    referral = Referral.objects.filter(patient=patient, closed_at=None).first()
    if referral is None:
        return None
    add(ReferralStep(referral=referral, step=Step.ADMITTED, by=by))
    _close(referral, by)
    trail.record("referral.step", referral, by=by, step=Step.ADMITTED)
    return referral


def _close(referral, by):
    referral.closed_by, referral.closed_at = by, timezone.now()
    referral.save(update_fields=["closed_by", "closed_at"])
