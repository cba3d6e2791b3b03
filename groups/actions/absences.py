"""After an absence: every try to reach the person, and a supervisor's decision. Neither discharges anybody."""

from django.db import transaction

from anchored.accounts.refusals import NotNow
from anchored.accounts.roles import Permission
from anchored.audit import trail
from anchored.ground.rows import add
from patients import locks

from ..models import AbsenceDecision, Outreach

AT_LEAST = 15  # as a move asks it


@transaction.atomic
def log_attempt(episode, *, channel, outcome, by, contact=None, note="", next_step="") -> Outreach:
    """One try to reach somebody in care who did not come. Whom they spoke with in their place is a contact on their list."""
    by.must_hold(Permission.WRITE_NOTES)
    episode = _in_care(episode)
    if outcome == Outreach.Outcome.SPOKE_CONTACT and contact is None:
        raise NotNow({"contact": "Choose the contact you spoke with"})
    if contact and (contact.patient_id != episode.patient_id or contact.removed_at):
        raise NotNow({"contact": "Choose a contact who is on the list of this person"})
    facts = {"channel": channel, "outcome": outcome, "contact": contact, "note": note, "next_step": next_step}
    made = add(Outreach(episode=episode, by=by, **facts))
    trail.record("outreach.logged", made, by=by, outcome=outcome)
    return made


@transaction.atomic
def decide(episode, *, decision, reason, by) -> AbsenceDecision:
    """What becomes of somebody's absences, with the reason, by a supervisor. It closes what they asked for until then."""
    by.must_hold(Permission.DECIDE_ABSENCES)
    episode = _in_care(episode)
    if len(reason.strip()) < AT_LEAST:
        raise NotNow({"reason": f"Give the reason in at least {AT_LEAST} characters"})
    made = add(AbsenceDecision(episode=episode, decision=decision, reason=reason, by=by))
    trail.record("absences.decided", made, by=by, decision=decision)
    return made


def _in_care(episode):
    episode = locks.episode(episode.pk)
    if episode.ended_on:
        raise NotNow("The episode has ended. Nothing was changed.")
    return episode
