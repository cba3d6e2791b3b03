"""The continuing-care plan and the discharge summary: begun, written by whoever may, signed with what the record says."""

from django.db import transaction

from anchored.accounts.refusals import NotNow, SomeoneWasFirst
from anchored.accounts.roles import Permission
from anchored.audit import trail
from anchored.ground.rows import add, check
from anchored.signing import signatures
from patients import locks

from .. import leaving
from ..models import ContinuingCare, DischargeSummary

WAY_BACK = "Call us on any day. Nobody needs to have started over to come back."
CRISIS = "Call or text 988 at any hour. Call 911 when a life is in danger."


@transaction.atomic
def begin_continuing_care(episode, *, by) -> ContinuingCare:
    """Begin the plan for the time after; when one was signed already, from its words."""
    before = episode.continuing_care.exclude(sealed_at=None).first()
    facts = {name: getattr(before, name) for name in ContinuingCare.TYPED if name not in PATIENTS_OWN} if before else {}
    return _begin(ContinuingCare, episode, by, {"way_back": WAY_BACK, "crisis": CRISIS, **facts})


PATIENTS_OWN = ("part", "part_words", "signer_name", "copy_given")  # what the patient said of one plan holds for that one


@transaction.atomic
def begin_summary(episode, *, by) -> DischargeSummary:
    """Begin the summary of an episode, also before its end; one for each discharge."""
    discharge = leaving.discharge_of(episode)
    if discharge and hasattr(discharge, "summary"):
        raise SomeoneWasFirst("The summary of this discharge is signed. Write an addendum instead.")
    return _begin(DischargeSummary, episode, by, {})


def _begin(model, episode, by, facts):
    """The draft; when somebody has begun it meanwhile, theirs."""
    by.must_hold(Permission.WRITE_PLANS)
    episode = locks.episode(episode.pk)
    begun = model.objects.filter(episode=episode, sealed_at=None).first()
    if begun:
        return begun
    document = add(model(episode=episode, started_by=by, **facts))
    trail.record("leaving.begun", document, by=by)
    return document


@transaction.atomic
def write(document, *, by, **facts):
    """Change some facts of a draft. Raises SomeoneWasFirst when it was signed meanwhile."""
    document = _draft(document, by)
    changed = [name for name, value in facts.items() if getattr(document, name) != value]
    for name in changed:
        setattr(document, name, facts[name])
    if changed:
        check(document)
        document.save(update_fields=changed)
        trail.record("leaving.changed", document, by=by, fields=sorted(changed))
    return document


@transaction.atomic
def sign_continuing_care(plan, *, by) -> ContinuingCare:
    """Signed with the relapse-prevention plan as it stands. Raises NotNow with what is missing."""
    plan = _draft(plan, by)
    _check_is_complete(plan)
    _check_patients_part(plan)
    return _sign(
        plan, by, appointments=[each for each in plan.appointments if any(each.values())], drawn=leaving.of_continuing_care(plan.episode)
    )


@transaction.atomic
def sign_summary(summary, *, by, drawn) -> DischargeSummary:
    """Signed with what the record says, which is what was read: `drawn` is what the page showed.

    Raises NotNow before the discharge and with what is missing, SomeoneWasFirst when the record says something else by now.
    """
    summary = _draft(summary, by)
    discharge = leaving.discharge_of(summary.episode)
    if discharge is None:
        raise NotNow("The episode has not ended. The summary is signed after the discharge; what you typed is kept.")
    _check_is_complete(summary)
    if leaving.of_summary(summary.episode) != drawn:
        raise SomeoneWasFirst("The record changed since you read it. Nothing was signed; what you typed is kept. Read it once more.")
    return _sign(summary, by, discharge=discharge, drawn=drawn)


def _sign(document, by, **facts):
    for name, value in facts.items():
        setattr(document, name, value)
    document.save(update_fields=list(facts))
    signatures.sign(document, by=by)
    return document


def _check_is_complete(document):
    missing = {name: f"Fill in: {document._meta.get_field(name).verbose_name}" for name in document.NEEDED if not getattr(document, name)}
    if missing:
        raise NotNow(missing)


def _check_patients_part(plan):
    Part = ContinuingCare.Part
    if plan.part in (Part.AGREES, Part.DISAGREES) and not plan.signer_name.strip():
        raise NotNow({"signer_name": "Enter the name of the patient as signed"})
    if plan.part in (Part.DISAGREES, Part.DECLINED, Part.UNABLE) and not plan.part_words.strip():
        raise NotNow({"part_words": "Write the patient's words, or why they took no part"})


def _draft(document, by):
    by.must_hold(Permission.WRITE_PLANS)
    locks.episode(document.episode_id)
    document = type(document).objects.select_for_update(of=["self"]).select_related("episode__patient").get(pk=document.pk)
    if document.is_sealed:
        raise SomeoneWasFirst("This was signed meanwhile. Nothing was changed; what you typed is still here.")
    return document
