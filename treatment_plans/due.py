"""When a plan is due: never stored, always asked of the dates and of the rule in force."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Max
from django.utils import timezone

from anchored.ground.dates import today

from .models import Plan

SOON = timedelta(days=7)


@dataclass(frozen=True)
class Due:
    """What is due, on which day, and which rule says so."""

    what: str
    on: date
    why: str

    @property
    def is_overdue(self):
        return self.on < today()

    @property
    def is_near(self):
        return self.on <= today() + SOON


def of(rule, began_on, in_force_at, reviewed_on, next_on=None):
    """The due date of one plan; None where the rule of the program names no days.

    The first plan counts from the first day in the program, a review from the last one, or from the day the plan came into force.
    """
    if rule is None:
        return None
    if in_force_at is None:
        days = rule.plan_due_days
        return days and Due("First plan", began_on + timedelta(days=days), f"within {days} days of the start")
    last = max(filter(None, [timezone.localdate(in_force_at), reviewed_on]))
    days = rule.plan_review_days or rule.review_days
    by_rule = last + timedelta(days=days) if days else None
    earliest = min(filter(None, [by_rule, next_on if next_on and next_on > last else None]), default=None)
    if earliest is None:
        return None
    return Due("Plan review", earliest, f"every {days} days" if earliest == by_rule else "as agreed at the last review")


def plans_of(episodes):
    """{episode: (in force since, last reviewed on)} of the plans in force, in one statement."""
    rows = Plan.objects.filter(episode__in=episodes).in_force().annotate(reviewed_on=Max("reviews__made_on"))
    return {row.episode_id: (row.in_force_at, row.reviewed_on) for row in rows}
