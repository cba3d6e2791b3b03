"""The review of a caseload: begun, kept, signed; its follow-ups are answered."""

from django.db import transaction

from anchored.accounts.models import Supervision, User
from anchored.accounts.refusals import NotNow, NotPermitted, SomeoneWasFirst
from anchored.accounts.roles import Permission
from anchored.audit import trail
from anchored.ground.rows import add, check
from anchored.signing import signatures
from patients.models import Patient

from ..models import CaseloadFinding, CaseloadReview, FollowUpAnswer


@transaction.atomic
def begin_review(clinician, *, by) -> CaseloadReview:
    """Begin to go through a caseload; the draft there is, when this supervisor has begun already."""
    _check_supervises(by, clinician)
    User.objects.select_for_update().get(pk=by.pk)
    begun = CaseloadReview.objects.filter(clinician=clinician, supervisor=by, sealed_at=None).first()
    if begun:
        return begun
    review = add(CaseloadReview(clinician=clinician, supervisor=by))
    trail.record("caseload_review.begun", review, by=by, who=clinician.pk)
    return review


@transaction.atomic
def keep_review(review, *, by, version, summary, findings) -> CaseloadReview:
    """Keep what was typed. `findings`: {episode: facts}. Raises SomeoneWasFirst when another window has saved other words meanwhile."""
    review = _draft(review, by)
    known = {row.episode_id: row for row in review.findings.select_related("owner")}
    if review.version != version and not _says_the_same(review, known, summary, findings):
        raise SomeoneWasFirst("Another window has changed this review. Nothing was overwritten; what you typed is still here.")
    for episode, facts in findings.items():
        row = known.get(episode) or CaseloadFinding(review=review, episode_id=episode)
        changed = {name: value for name, value in facts.items() if getattr(row, name) != value}
        for name, value in changed.items():
            setattr(row, name, value)
        if changed:
            check(row)
            row.save()
    review.summary, review.version = summary, review.version + 1
    check(review)
    review.save(update_fields=["summary", "version"])
    trail.record("caseload_review.saved", review, by=by, version=review.version)
    return review


@transaction.atomic
def sign_review(review, *, by) -> CaseloadReview:
    """Sealed by the supervisor; from now on the follow-ups stand in their owners' lists."""
    review = _draft(review, by)
    if not review.findings.filter(looked=True).exists():
        raise NotNow("Look at one patient at least, and tick that you have.")
    _check_owners_are_told(review)
    signatures.sign(review, by=by)
    return review


@transaction.atomic
def answer(finding, *, text, by) -> FollowUpAnswer:
    """Close a follow-up with what was done: its owner, or the supervisor who asked for it."""
    finding = CaseloadFinding.objects.select_for_update(of=["self"]).select_related("review", "episode").get(pk=finding.pk)
    if by.pk not in (finding.owner_id, finding.review.supervisor_id):
        raise NotPermitted("This follow-up is somebody else's.")
    if finding.review.sealed_at is None or not finding.follow_up:
        raise NotNow("Nobody has asked for this yet.")
    if FollowUpAnswer.objects.filter(finding=finding).exists():
        raise SomeoneWasFirst("This follow-up is closed already. What you typed is still here.")
    if not Patient.objects.visible_to(by).filter(pk=finding.episode.patient_id).exists():
        raise NotPermitted("The chart of this patient is not yours to open any more.")
    if not text.strip():
        raise NotNow({"text": "Write what was done"})
    row = add(FollowUpAnswer(finding=finding, text=text, answered_by=by))
    trail.record("follow_up.answered", row, by=by)
    return row


def _says_the_same(review, known, summary, findings):
    """Whether these words are kept already: a page may send them once more while its own save is on the way."""
    nothing = CaseloadFinding()
    kept = ((known.get(episode, nothing), facts) for episode, facts in findings.items())
    return review.summary == summary and all(getattr(row, name) == value for row, facts in kept for name, value in facts.items())


def _check_owners_are_told(review):
    """A follow-up stands in the list of its owner only where the chart opens for them."""
    for row in review.findings.exclude(follow_up="").select_related("owner", "episode__patient"):
        patient = row.episode.patient
        if not Patient.objects.visible_to(row.owner).filter(pk=patient.pk).exists():
            raise NotNow(f"{row.owner} cannot open the chart of {patient} and would not see the follow-up. Choose somebody who can.")


def _check_supervises(user, clinician):
    user.must_hold(Permission.SEE_CASELOADS)
    if not Supervision.objects.now().filter(supervisor=user, clinician=clinician).exists():
        raise NotPermitted(f"You do not supervise {clinician}.")


def _draft(review, by):
    review = CaseloadReview.objects.select_for_update(of=["self"]).select_related("clinician").get(pk=review.pk)
    _check_supervises(by, review.clinician)
    if review.supervisor_id != by.pk:
        raise NotPermitted("This review is somebody else's.")
    if review.sealed_at:
        raise SomeoneWasFirst("This review was signed meanwhile. Nothing was changed; what you typed is still here.")
    return review
