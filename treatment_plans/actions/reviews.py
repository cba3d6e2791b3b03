"""A plan is reviewed and the review signed, in one act."""

from django.db import transaction

from anchored.accounts.refusals import NotNow, SomeoneWasFirst
from anchored.accounts.roles import Permission
from anchored.ground.dates import today
from anchored.signing import signatures
from patients import locks

from ..models import Plan, PlanReview


@transaction.atomic
def review(plan, *, by, objectives, summary, decision, participants="", next_on=None) -> PlanReview:
    """Say what became of each objective, and how it goes on.

    `objectives`: [{root, number, text, standing, evidence, decision}]. Raises SomeoneWasFirst when the plan is not in force any more.
    """
    by.must_hold(Permission.WRITE_PLANS)
    locks.episode(plan.episode_id)
    plan = Plan.objects.select_for_update().get(pk=plan.pk)
    if not plan.is_in_force:
        raise SomeoneWasFirst("This version is not in force any more. Review the one that is.")
    if next_on and next_on <= today():
        raise NotNow({"next_on": "The next review must be after today."})
    facts = {"participants": participants, "objectives": objectives, "summary": summary, "decision": decision, "next_on": next_on}
    return signatures.sealed(PlanReview(plan=plan, made_by=by, **facts), by=by)
