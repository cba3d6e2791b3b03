"""A plan as one page shows it: its rows nested and numbered, read with one statement for each kind of row, all in one round trip."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple
from uuid import UUID

from anchored.ground.remembered import Remembered, together, with_kept
from patients.head import all_staff

from .models import Goal, Intervention, Objective, Plan, Problem

_rows_of = [Remembered(lambda plan, model=model: model.objects.of(plan), plan=UUID) for model in (Problem, Goal, Objective, Intervention)]


@dataclass
class Node:
    """A row with what hangs on it. `number` is how people speak of it: problem 2, goal 1, objective 2.1."""

    row: Any
    kind: str
    number: str = ""
    children: list = field(default_factory=list)
    is_first: bool = True
    is_last: bool = True

    @property
    def pk(self):
        return self.row.pk

    @property
    def anchor(self):
        return f"{self.kind}-{self.row.pk}"

    @property
    def name(self):
        return f"{self.kind} {self.number}"


@dataclass
class Outline:
    """The problems of a plan, each with its goals, objectives and interventions."""

    plan: Plan
    problems: list

    @classmethod
    def of(cls, plan):
        problems, goals, objectives, interventions = together(*(rows.about(plan=plan.pk) for rows in _rows_of))
        with_kept(interventions, responsible=all_staff)
        return cls.nested(plan, problems, goals, objectives, interventions)

    @classmethod
    def nested(cls, plan, problems, goals, objectives, interventions):
        goals, objectives = _by_parent(goals, "problem_id"), _by_parent(objectives, "goal_id")
        interventions = _by_parent(interventions, "objective_id")
        problems = [Node(row, "problem") for row in problems]
        for number, problem in enumerate(_placed(problems), 1):
            problem.number = str(number)
            problem.children = _placed([Node(row, "goal") for row in goals.get(problem.pk, [])])
            counted = 0
            for place, goal in enumerate(problem.children, 1):
                goal.number = str(place)
                goal.children = _placed([Node(row, "objective") for row in objectives.get(goal.pk, [])])
                for objective in goal.children:
                    counted += 1
                    objective.number = f"{number}.{counted}"
                    objective.children = _placed([Node(row, "intervention") for row in interventions.get(objective.pk, [])])
                    for order, intervention in enumerate(objective.children, 1):
                        intervention.number = f"{objective.number}.{order}"
        return cls(plan, problems)

    @cached_property
    def objectives(self):
        return [objective for problem in self.problems for goal in problem.children for objective in goal.children]

    @cached_property
    def nodes(self):
        """Every row, in the order of the page."""
        found = []
        for problem in self.problems:
            found.append(problem)
            for goal in problem.children:
                found.append(goal)
                for objective in goal.children:
                    found += [objective, *objective.children]
        return found

    def problem_of(self, pk):
        """The problem that a row hangs on, or is."""
        found = None
        for node in self.nodes:
            found = node if node.kind == "problem" else found
            if node.pk == pk:
                return found
        raise LookupError(f"No row {pk} in this plan.")


class Aim(NamedTuple):
    """What a note of a group needs of an objective."""

    pk: UUID
    root: UUID
    text: str


def objectives_in_force(rows):
    """{episode: nodes of the objectives of its plan in force}, numbered as in its outline, from the rows of `aims_in_force`.

    A problem has its number also while nothing hangs on it.
    """
    found, problems, counted = {}, defaultdict(dict), Counter()
    for episode, problem, *goal_and_objective in rows:
        number = problems[episode].setdefault(problem, len(problems[episode]) + 1)
        aim = _standing(*goal_and_objective)
        if aim:
            counted[problem] += 1
            found.setdefault(episode, []).append(Node(aim, "objective", f"{number}.{counted[problem]}"))
    return found


def _standing(goal_removed_at, pk, root, text, removed_at):
    """The objective, unless it or its goal was taken out of the plan, or there is none."""
    return None if pk is None or goal_removed_at or removed_at else Aim(pk, root, text)


def _with_objectives(episodes):
    plans = Plan.objects.filter(episode__in=episodes).in_force()
    hang = ("goals__position", "goals__pk", "goals__objectives__position", "goals__objectives__pk")
    rows = Problem.objects.filter(plan__in=plans, removed_at=None).order_by("position", "pk", *hang)
    each = [f"goals__objectives__{name}" for name in ("pk", "root", "text", "removed_at")]
    return rows.values_list("plan__episode", "pk", "goals__removed_at", *each)


aims_in_force = Remembered(_with_objectives, episodes=[UUID])


def _by_parent(rows, name):
    groups: dict = {}
    for row in rows:
        groups.setdefault(getattr(row, name), []).append(row)
    return groups


def _placed(nodes):
    for place, node in enumerate(nodes):
        node.is_first, node.is_last = place == 0, place == len(nodes) - 1
    return nodes
