"""What a plan still needs before it can be signed, and hints that never block. Each gap names its row."""

import re
from dataclasses import dataclass
from datetime import timedelta

from anchored.ground.dates import today

VAGUE = ("improve", "understand", "know", "learn", "be aware", "feel better", "try", "work on")
LONGEST = timedelta(days=366)


@dataclass(frozen=True)
class Gap:
    """A sentence, and the id on the page where it is mended."""

    sentence: str
    anchor: str


def gaps(outline):
    """Every gap, in the order of the page. Content rules: TX 26 TAC 564.804, CARF 2.C, NJ 10:161B-9.2 (see docs)."""
    return [*_of_plan(outline), *(gap for problem in outline.problems for gap in _of_problem(problem))]


def _of_plan(outline):
    if not outline.problems:
        yield Gap("The plan needs a problem", "outline")
    if not outline.plan.strengths.strip():
        yield Gap("The strengths are not written down", "about")
    if not outline.plan.discharge_criteria.strip():
        yield Gap("The discharge criteria are not written down", "about")


def _of_problem(problem):
    row = problem.row
    if row.standing in ("deferred", "referred"):
        if not row.standing_because.strip():
            yield Gap(f"Problem {problem.number} needs the reason, or where to", problem.anchor)
        return
    if row.standing == "active" and not problem.children:
        yield Gap(f"Problem {problem.number} needs a goal", problem.anchor)
    for goal in problem.children:
        if row.standing == "active" and not goal.children:
            yield Gap(f"Goal {goal.number} of problem {problem.number} needs an objective", goal.anchor)
        for objective in goal.children:
            yield from _of_objective(objective)


def _of_objective(objective):
    row = objective.row
    if not row.measure.strip():
        yield Gap(f"Objective {objective.number} needs a measure", objective.anchor)
    if row.target_on is None:
        yield Gap(f"Objective {objective.number} needs a date", objective.anchor)
    if not objective.children:
        yield Gap(f"Objective {objective.number} needs an intervention", objective.anchor)
    for intervention in objective.children:
        if not intervention.row.frequency.strip():
            yield Gap(f"Intervention {intervention.number} needs how often", intervention.anchor)
        if intervention.row.responsible_id is None:
            yield Gap(f"Intervention {intervention.number} needs who does it", intervention.anchor)


def hints(problem, objective):
    """(letter of SMART, whether it holds, what would help) of one objective. They never block."""
    row, words = objective.row, f"{objective.row.text} {objective.row.measure}".lower()
    vague = next((verb for verb in VAGUE if re.search(rf"\b{verb}", row.text.lower())), None)
    day = row.target_on
    return [
        ("Specific", vague is None and len(row.text.split()) >= 3, f"say what one would see instead of “{vague}”" if vague else "say more"),
        ("Measurable", bool(re.search(r"\d|\b(one|two|three|four|five|six|seven|each|every|daily|weekly|no)\b", words)), "say how many"),
        ("Achievable", any(each.row.responsible_id for each in objective.children), "name who helps"),
        ("Relevant", bool(problem.row.dimension or problem.row.diagnosis), "name the dimension or the diagnosis"),
        ("Time", day is not None and today() <= day <= today() + LONGEST, "choose a day ahead, within a year"),
    ]
