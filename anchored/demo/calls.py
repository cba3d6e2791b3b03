"""Calls that came in lately: people who were here before and ask to come back, at every step of the way in."""

from datetime import timedelta

from django.utils import timezone

from patients.actions import intakes
from patients.intake import BY_KEY
from patients.models import ContactAttempt, Intake, Patient, Referral, ReferralStep, WaitlistEntry

from .places import DAY, EVENING

# days since the call, program wanted, what was said, the path after "received" with days since the call, the next call in days
CALLS = [
    (0, EVENING, {"urgency": "routine", "why_now": "The new job starts on Monday. I want help before it does."}, [], None),
    (2, EVENING, {"urgency": "soon", "why_now": "I drank again after the funeral, six days now."}, [], None),
    (
        1,
        None,
        {"urgency": "today", "overdosed": "yes", "why_now": "They brought me back last night."},
        [("contacted", 0)],
        0,
    ),
    (3, DAY, {"why_now": "My counselor at school said to call you."}, [("contacted", 1)], 0),
    (5, EVENING, {"why_now": "I want to keep the apartment, and the children."}, [("contacted", 1), ("screened", 2)], 2),
    (7, DAY, {"why_now": "The judge gives me one more chance."}, [("contacted", 1), ("screened", 3), ("scheduled", 4)], None),
    (
        9,
        EVENING,
        {"why_now": "I am afraid of the weekend."},
        [("contacted", 0), ("screened", 1), ("scheduled", 2)],
        None,
    ),
    (20, EVENING, {"why_now": "My sister says I should."}, [("contacted", 2), ("declined", 6)], None),
    (25, DAY, {"why_now": "I need a bed first."}, [("contacted", 1), ("screened", 1), ("elsewhere", 2)], None),
]
NOTES = {"declined": "Wants to try with his own doctor first.", "elsewhere": "To the county hospital for withdrawal management."}
SAFE = dict.fromkeys(("suicide", "overdose", "withdrawal", "medical", "violence"), "no")


def take(house, team):
    """The calls, and an admission in the making for whoever came to the appointment."""
    left = Patient.objects.exclude(episodes__ended_on=None).filter(restricted=False, episodes__isnull=False)
    people = list(left.order_by("-record_number").distinct()[: len(CALLS)])
    for patient, (days, wanted, said, path, next_in) in zip(people, CALLS, strict=False):
        referral = _receive(patient, house, team, days, wanted, said)
        _walk(referral, team, path, next_in)
        if path and path[-1][0] == "scheduled":
            _begin(referral, team)
        elif wanted == EVENING and referral.closed_at is None and not (path and path[-1][0] in NOTES):
            _wait(referral, team, days)


def _receive(patient, house, team, days, wanted, said):
    program = house.programs[wanted] if wanted else None
    at = timezone.now() - timedelta(days=days, minutes=20)
    referral = Referral.objects.create(patient=patient, received_by=team.desk, received_at=at, program=program, **said)
    ReferralStep.objects.create(referral=referral, step="received", by=team.desk, at=at)
    return referral


def _walk(referral, team, path, next_in):
    for step, days in path:
        at = referral.received_at + timedelta(days=days, hours=1 + days)
        when = referral.received_at + timedelta(days=days + 3) if step == "scheduled" else None
        ReferralStep.objects.create(referral=referral, step=step, by=team.desk, at=at, note=NOTES.get(step, ""), appointment=when)
        if step == "contacted":
            next_on = timezone.localdate() + timedelta(days=next_in) if next_in is not None else None
            facts = {"channel": "phone", "outcome": "spoke", "by": team.desk, "at": at, "next_on": next_on}
            ContactAttempt.objects.create(patient=referral.patient, referral=referral, **facts)
        if step in NOTES:
            Referral.objects.filter(pk=referral.pk).update(closed_by=team.desk, closed_at=at)


def _wait(referral, team, days):
    """IOP Evening is full in the demo."""
    since = timezone.localdate() - timedelta(days=days)
    by = team.posted[referral.program.name][0]
    WaitlistEntry.objects.create(patient=referral.patient, program=referral.program, referral=referral, since=since, added_by=by)


def _begin(referral, team):
    by = team.posted[referral.program.name][0]
    intake = Intake.objects.create(patient=referral.patient, referral=referral, program=referral.program, started_by=team.desk)
    intakes.keep(intake, BY_KEY["safety"], typed=SAFE, shown={}, by=by)
    intakes.complete(intake, BY_KEY["safety"], by=by)
