"""A plan as one page shows it: its rows nested and numbered, read with one statement for each kind of row, all in one round trip."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from uuid import UUID

from anchored.ground.remembered import Remembered, together, with_kept
from patients.head import all_staff

from .models import Goal, Intervention, Objective, Plan, Problem

_rows_of = [Remembered(lambda plan, model=model: model.objects.of(plan), plan=UUID) for model in (Problem, Goal, Objective, Intervention)]
_rows_of_many = [
    Remembered(lambda plans, model=model: model.objects.filter(plan__in=plans, removed_at=None), plans=[UUID])
    for model in (Problem, Goal, Objective)
]


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
    def of_many(cls, plans):
        """{plan: outline} without interventions, in one statement for each kind of row, all at once."""
        asked = [rows.about(plans=[plan.pk for plan in plans]) for rows in _rows_of_many]
        problems, goals, objectives = (_by_parent(rows, "plan_id") for rows in together(*asked))
        found = {}
        for plan in plans:
            found[plan.pk] = cls.nested(plan, problems.get(plan.pk, []), goals.get(plan.pk, []), objectives.get(plan.pk, []), [])
        return found

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


def _by_parent(rows, name):
    groups: dict = {}
    for row in rows:
        groups.setdefault(getattr(row, name), []).append(row)
    return groups


def _placed(nodes):
    for place, node in enumerate(nodes):
        node.is_first, node.is_last = place == 0, place == len(nodes) - 1
    return nodes
