"""Whether plans in force are looked at again in time."""

from collections import defaultdict
from datetime import timedelta

from django.db.models import DateField, F, OuterRef, Subquery, Value
from django.db.models.functions import Coalesce, TruncDate

from anchored.ground.intervals import in_force
from patients import queries
from patients.models import ProgramRule, Stay
from treatment_plans.models import Plan, PlanReview

from .plans import LONGEST, row_of, standing
from .table import Chart, Report, Table


def build(scope, period):
    """One row for each program where somebody was when their plan was looked at, and their sum. Two statements."""
    programs = period.of(queries.rules())
    found = defaultdict(list)
    for program, due, ended, following in _due(_looks(scope, period)):
        if program in programs and period.start <= due <= period.end:
            found[program].append(standing(due, ended, following))
    rows = [row_of(programs[key].name, found[key]) for key in programs if key in found]
    rows += [row_of("All", [one for key in programs for one in found.get(key, ())])] if rows else []
    heads = ["Program", "In time", "Late", "Missing", "Due today", "Left before", "All", "In time of those due"]
    return Table(heads, rows, has_sum=True, has_total=True), Chart("bars", [7], "Plans reviewed in time, of those due", most=100)


def _looks(scope, period):
    """{episode: {day: what counts from there}}: a plan that came into force, and each review of it."""
    episodes, since = scope.episodes().values("pk"), period.start - LONGEST
    signed = Plan.objects.filter(episode__in=episodes, in_force_at__isnull=False).annotate(day=TruncDate("in_force_at"))
    signed = signed.annotate(agreed=Value(None, output_field=DateField()))
    reviews = PlanReview.objects.filter(plan__episode__in=episodes).annotate(day=F("made_on"), agreed=F("next_on"))
    looks: dict = defaultdict(dict)
    for rows, episode in ((signed, "episode"), (reviews, "plan__episode")):
        for key, day, *facts in _with_rule(rows.filter(day__gte=since), episode):
            looks[key][day] = facts
    return looks


def _with_rule(rows, episode):
    """With the program on the day of the look, and the days that its rule gave then."""
    stays = Stay.objects.standing().filter(in_force(OuterRef("day")), episode=OuterRef(episode))
    rules = ProgramRule.objects.filter(in_force(OuterRef("day")), program=OuterRef("program"))
    days = rules.values(given=Coalesce("plan_review_days", "review_days"))
    rows = rows.annotate(program=Subquery(stays.values("program")[:1])).annotate(days=Subquery(days[:1]))
    return rows.order_by().values_list(episode, "day", "program", "days", "agreed", f"{episode}__ended_on")


def _due(looks):
    """(program, day the next look was due, end of the episode, day of the next look) of each look after which one was due."""
    for by_day in looks.values():
        in_order = sorted(by_day)
        for day, following in zip(in_order, [*in_order[1:], None], strict=True):
            program, days, agreed, ended = by_day[day]
            dates = [day + timedelta(days=days)] if days else []
            if dates := dates + [agreed] * bool(agreed and agreed > day):
                yield program, min(dates), ended, following


REPORT = Report(
    slug="plan-reviews",
    title="Are plans reviewed in time?",
    about="Each next look at a plan in force, against the days of the rule.",
    terms=(
        (
            "Counted are looks at plans that were due in this time: so many days after a plan came into force or was reviewed as the rule "
            "of the program gave on that day, or on the day agreed at the last review where that is earlier. Where neither gives a day, "
            "nothing is counted."
        ),
        (
            "In time means that the plan was reviewed, or its next version in force, by the end of the day on which it was due. Missing "
            "means that the day has passed and neither has been done. Somebody who left by that day is counted as left before, and not in "
            "the share."
        ),
        "Delivered hours and events that make a review due sooner are not looked at here. Today and the board of caseloads do.",
    ),
    build=build,
)
