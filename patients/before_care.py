"""May it be done before care begins: calls, waits for a place, admissions in the making."""

from django.utils import timezone
from django.utils.formats import date_format

from anchored.accounts.refusals import NotNow, SomeoneWasFirst
from anchored.accounts.roles import Permission
from anchored.ground.dates import today

from .models import Stay
from .policies import ago, check_not_in_care, who


def check_can_refer(user, patient):
    """Nobody is referred who is in care, or whose referral is open already."""
    user.must_hold(Permission.TAKE_REFERRALS)
    check_not_in_care(patient)
    open_one = patient.referrals.filter(closed_at=None).first()
    if open_one:
        raise NotNow(f"A referral of {patient} is open since {date_format(timezone.localdate(open_one.received_at))}. Go on with that one.")


def urgency_of(said, answers):
    """Withdrawal, an overdose lately or thoughts of suicide are matters of today, whatever the caller said."""
    danger = any(answers.get(question) == "yes" for question in ("in_withdrawal", "overdosed", "thinks_of_suicide"))
    return "today" if danger else said


def check_day_to_come(day):
    if day and day < today():
        raise NotNow({"next_on": "The day to call again must not be in the past."})


def check_can_take_step(user, referral, step, note, appointment):
    """Steps are taken while the referral is open; an appointment has its time, an end its reason."""
    user.must_hold(Permission.TAKE_REFERRALS)
    if referral.closed_at:
        raise SomeoneWasFirst(f"{who(referral.closed_by)} closed this referral {ago(referral.closed_at)}. Nothing was changed.")
    if step == "scheduled" and appointment is None:
        raise NotNow({"appointment_on": "Enter the day and the time of the appointment"})
    if step in ("declined", "elsewhere") and not note.strip():
        raise NotNow({"note": "Write why, or where the person was referred to"})
    if step in ("received", "contacted", "admitted"):
        raise NotNow({"step": "Choose one from the list"})


def check_can_start_intake(user, patient):
    """An admission can begin for whoever is not in care."""
    user.must_hold(Permission.DO_INTAKE)
    check_not_in_care(patient)


def check_can_work_on(user, intake):
    """The admission is still in the making."""
    user.must_hold(Permission.DO_INTAKE)
    if intake.closed_at:
        did = "admitted this patient" if intake.episode_id else "ended this admission"
        raise SomeoneWasFirst(f"{who(intake.closed_by)} {did} {ago(intake.closed_at)}. Nothing was changed.")


def check_step_is_open(user, step, done):
    """The step is for this person, and what must come before it is complete."""
    if step.clinical:
        user.must_hold(Permission.ADMIT_PATIENTS)
    locked = step.why_locked(user, done)
    if locked:
        raise NotNow(f"{locked}.")


def check_has_no_gaps(gaps):
    """Nothing is missing that an admission needs."""
    if gaps:
        raise NotNow([sentence for _, sentence in gaps])


def check_can_wait(user, patient, program):
    """People wait for a program that has a limit, where they are not and do not wait yet."""
    user.must_hold(Permission.OFFER_PLACES)
    if program.capacity is None:
        raise NotNow({"program": f"{program} has no limit. Admit or move the patient at once."})
    if Stay.objects.open().filter(program=program, episode__patient=patient).exists():
        raise NotNow({"program": f"The patient is already in {program}."})
    if patient.waits.filter(program=program, closed_at=None).exists():
        raise NotNow({"program": f"The patient waits for {program} already."})


def check_waits(user, entry):
    """The wait is not over."""
    user.must_hold(Permission.OFFER_PLACES)
    if entry.closed_at:
        raise SomeoneWasFirst(f"{who(entry.closed_by)} ended this wait {ago(entry.closed_at)}. Nothing was changed.")


def check_can_offer(user, entry, held_until):
    """A place is held for somebody who waits and has none held, from today on."""
    check_waits(user, entry)
    if held_until < today():
        raise NotNow({"held_until": "The place must be held until today or later."})
    held = entry.offers.filter(closed_at=None, held_until__gte=today()).select_related("offered_by").first()
    if held:
        raise SomeoneWasFirst(f"{who(held.offered_by)} offered a place {ago(held.offered_at)}, held until {date_format(held.held_until)}.")


def check_offer_is_open(user, offer):
    user.must_hold(Permission.OFFER_PLACES)
    if offer.closed_at:
        raise SomeoneWasFirst(f"{who(offer.closed_by)} closed this offer {ago(offer.closed_at)}. Nothing was changed.")
