"""Hours of a program week: what was delivered and counts, against what the rule of the program asks."""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Sum

from patients import queries
from patients.models import Service, Stay

from .planning import at


@dataclass(frozen=True)
class Hours:
    """Minutes that were delivered in a week, from Monday on, and those that the program asks for; None where no rule says."""

    minutes: int
    required: int | None

    @property
    def words(self):
        """6.5 of 9 h."""
        done = f"{self.minutes / 60:.1f}".removesuffix(".0")
        return f"{done} of {self.required // 60} h" if self.required else f"{done} h"

    @property
    def percent(self):
        """How full the bar is; the tick of what is required stands at three quarters."""
        return min(100, round(75 * self.minutes / self.required)) if self.required else 0

    @property
    def is_short(self):
        return self.required is not None and self.minutes < self.required


def of_week(episodes, day):
    """{episode: Hours} of the week of a day, in two statements."""
    monday = day - timedelta(days=day.weekday())
    span = (at(monday, 0), at(monday + timedelta(days=7), 0))
    counted = Service.objects.standing().filter(episode__in=episodes, kind__counts=True, started_at__gte=span[0], started_at__lt=span[1])
    minutes = dict(counted.order_by().values_list("episode").annotate(Sum("minutes")))
    rules = {program.pk: program for program in queries.rules()}
    programs = dict(Stay.objects.open().filter(episode__in=episodes).values_list("episode", "program"))
    return {episode: Hours(minutes.get(episode, 0), _required(rules.get(programs.get(episode)))) for episode in episodes}


def _required(rule):
    return rule.least_hours * 60 if rule and rule.least_hours else None
