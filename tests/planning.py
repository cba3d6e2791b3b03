"""Plans for tests, from plain functions: each row through the real action."""

from datetime import timedelta

from anchored.ground.dates import today
from treatment_plans.actions import plans
from treatment_plans.models import Goal, Intervention, Objective, Plan, Problem
from treatment_plans.outline import Outline


def make_plan(patient, *, by, problems=1, objectives=1, because="initial"):
    """A draft that could be signed: each problem with a goal, each goal with so many objectives."""
    plan = plans.start(patient.episodes.get(ended_on=None), by=by, because=because)
    plans.change_about(plan, by=by, strengths="Steady work.", discharge_criteria="Four weeks without use.")
    for number in range(problems):
        problem = plans.add_row(plan, Problem, by=by, statement=f"Evenings alone {number + 1}", dimension="5")
        goal = plans.add_row(plan, Goal, parent=problem, by=by, text="I want to cook and go to bed like others do")
        for each in range(objectives):
            add_objective(plan, goal, by=by, text=f"Plan {each + 3} evenings a week")
    return Plan.objects.get(pk=plan.pk)


def add_objective(plan, goal, *, by, text="Plan 5 evenings a week"):
    day = today() + timedelta(days=30)
    objective = plans.add_row(plan, Objective, parent=goal, by=by, text=text, measure="5 plans a week", target_on=day)
    how = {"modality": "group", "text": "Relapse prevention group", "frequency": "3 times a week", "responsible": by}
    plans.add_row(plan, Intervention, parent=objective, by=by, **how)
    return objective


def seal(plan, *, by):
    """Signed by the clinician, who has read it as it stands."""
    return plans.sign(plan, by=by, digest=Plan.objects.get(pk=plan.pk).digest_now())


def sign(plan, *, by, how="typed", **word):
    """Signed by the clinician, and what the patient says to it."""
    plan = seal(plan, by=by)
    facts = {"view": "agrees", "signer_name": "Rosa Alvarez"} if how in ("typed", "drawn") else {"reason": "Would rather talk first."}
    plans.take_word(plan, by=by, how=how, digest=plan.digest, **{**facts, **word})
    return Plan.objects.get(pk=plan.pk)


def rows(plan):
    """(kind, number, words) of a plan as the page numbers it."""
    return [(node.kind, node.number, str(node.row)) for node in Outline.of(plan).nodes]
