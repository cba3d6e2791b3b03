"""May this person do it with a plan, and may it be done now? A refusal is a sentence."""

from anchored.accounts.refusals import NotNow, SomeoneWasFirst
from anchored.accounts.roles import Permission
from anchored.signing import signatures

from .gaps import gaps
from .models import Plan, PreventionEntry, PreventionLook
from .outline import Outline

MOST_ENTRIES = 20  # in one section: more is no page to take home


def check_can_start(user, episode):
    """A version can be begun while the patient is in care and none is in the making."""
    user.must_hold(Permission.WRITE_PLANS)
    if episode.ended_on:
        raise NotNow("The episode has ended. Its last plan stays as it is.")
    if Plan.objects.filter(episode=episode).in_making().exists():
        raise SomeoneWasFirst("A version of this plan is in the making already. Go on with that one.")


def check_is_draft(user, plan):
    """It can still be written on."""
    user.must_hold(Permission.WRITE_PLANS)
    if plan.superseded_at:
        raise SomeoneWasFirst("This version was superseded meanwhile. Nothing was changed; what you typed is still here.")
    if plan.sealed_at:
        raise SomeoneWasFirst("This version was signed meanwhile. Nothing was changed; what you typed is still here.")


def check_is_there(row):
    """Gives the row that something is to hang on; somebody may have taken it out meanwhile."""
    if row is None:
        raise SomeoneWasFirst("Somebody took out what this belongs to. Nothing was added; what you typed is still here.")
    return row


def check_can_sign(user, plan, digest):
    """A draft without gaps, with the words that were read."""
    check_is_draft(user, plan)
    if digest != plan.digest_now():
        raise SomeoneWasFirst("Somebody changed this plan since you read it. Nothing was signed. Read it once more.")
    found = gaps(Outline.of(plan))
    if found:
        raise NotNow([f"{gap.sentence}." for gap in found])


def check_can_take_word(user, plan):
    """What the patient says to a version that its clinician has signed, once."""
    user.must_hold(Permission.WRITE_PLANS)
    if plan.is_draft:
        raise NotNow("The clinician signs first, so that the words stay as the patient reads them.")
    if plan.superseded_at:
        raise SomeoneWasFirst("This version was superseded meanwhile. Nothing was kept.")
    if hasattr(plan, "word"):
        raise SomeoneWasFirst("What the patient says to this version is on record already. Nothing was changed.")


def check_word_is_complete(how, view, words, signer_name, drawing, reason):
    if how in ("typed", "drawn") and not view:
        raise NotNow({"view": "Choose whether the patient agrees"})
    if view == "disagrees" and not words.strip():
        raise NotNow({"words": "Write what the patient would have otherwise, in their words"})
    if how in ("typed", "drawn") and not signer_name.strip():
        raise NotNow({"signer_name": "Enter the name of who signs"})
    if how == "drawn" and not drawing:
        raise NotNow({"drawing": "Let the patient draw the signature, or type the name instead"})
    if how in ("declined", "unable") and not reason.strip():
        raise NotNow({"reason": "Write why"})


def check_can_cosign(user, plan):
    user.must_hold(Permission.COSIGN)
    if plan.superseded_at:
        raise SomeoneWasFirst("This version was superseded meanwhile. Nothing was signed.")
    if not plan.is_sealed:
        raise NotNow("The clinician signs first.")


def is_complete(plan):
    """Whether everybody whom the rule asks for has signed, or said why not."""
    if not hasattr(plan, "word"):
        return False
    return not plan.needs_supervisor or signatures.of(plan).filter(meaning="cosigner").exists()


def check_can_write_prevention(user):
    """The relapse-prevention plan is written by whoever may open the chart and write plans, in care or afterwards."""
    user.must_hold(Permission.WRITE_PLANS)


def check_has_room(entries):
    """One section of the page, for one more."""
    if len(entries) >= MOST_ENTRIES:
        raise NotNow(f"This section has {MOST_ENTRIES} entries, as many as fit on a page to take home. Change one, or take one out first.")


def check_is_of_the_patient(patient, contact):
    """Nobody's contacts stand in another chart."""
    if contact and (contact.patient_id != patient.pk or contact.removed_at):
        raise SomeoneWasFirst("They are no longer among the contacts of the patient. Nothing was changed; what you typed is still here.")


def check_still_stands(entry):
    """Gives the entry as it is worded now; somebody may have taken it out meanwhile."""
    if entry is None:
        raise SomeoneWasFirst("Somebody took this entry out meanwhile. Nothing was changed; what you typed is still here.")
    return entry


def check_was_taken_out(entry):
    if not entry.can_be_put_back:
        raise SomeoneWasFirst("This entry is on the page again.")


def check_can_go_through(user, patient, day):
    """Once a day, and only what is there."""
    check_can_write_prevention(user)
    if not PreventionEntry.objects.filter(patient=patient).standing().exists():
        raise NotNow("Nothing is written yet that could be gone through.")
    if PreventionLook.objects.filter(patient=patient, day=day).exists():
        raise SomeoneWasFirst("It is noted already that you went through it today.")
