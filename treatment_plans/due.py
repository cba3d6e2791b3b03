"""When a plan is due: never stored, always asked of the dates, of the delivered hours and of the rule in force."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Min, OuterRef, Subquery, Sum, Window
from django.db.models.functions import Coalesce, Greatest
from django.utils import timezone
from django.utils.formats import date_format

from anchored.ground.dates import today
from anchored.ground.remembered import Remembered
from patients.models import ProgramRule, SafetyFlag, Service, Stay

from .models import Plan, PlanEvent, PlanReview


@dataclass(frozen=True)
class Due:
    """What is due, on which day, and which rule says so; `warn` is how many days ahead it is shown."""

    what: str
    on: date
    why: str
    warn: int = 7

    @property
    def is_overdue(self):
        return self.on < today()

    @property
    def is_near(self):
        return self.on <= today() + timedelta(days=self.warn)


@dataclass(frozen=True)
class Looked:
    """A plan in force and what has come since somebody last looked at the whole of it: its signature or its last review.

    `hours_on` is the day on which the hours of the rule were delivered since; `events` are (day, what happened).
    """

    in_force_at: datetime
    reviewed_on: date | None = None
    next_on: date | None = None
    hours_on: date | None = None
    events: tuple[tuple[date, str], ...] = ()

    @property
    def last(self):
        return max(filter(None, [timezone.localdate(self.in_force_at), self.reviewed_on]))


def of(rule, began_on, looked=None):
    """The due date of one plan; None where the rule of the program names none.

    The first plan counts from the first day in the program; a review from the last look at the plan, by days or by delivered
    hours, whichever comes first (77 Ill. Adm. Code 2060.423 for both clocks), or from an event.
    """
    if rule is None:
        return None
    if looked is None:
        days = rule.plan_due_days
        return days and Due("First plan", began_on + timedelta(days=days), f"within {days} days of the start", rule.plan_warn_days)
    dates = [Due("Plan review", on, why, rule.plan_warn_days) for on, why in _reviews(rule, looked)]
    return min(dates, key=lambda due: due.on, default=None)


def _reviews(rule, looked):
    days, hours = rule.plan_review_days or rule.review_days, rule.plan_review_hours or rule.review_hours
    if days:
        yield looked.last + timedelta(days=days), f"every {days} days"
    if looked.next_on and looked.next_on > looked.last:
        yield looked.next_on, "as agreed at the last review"
    if hours and looked.hours_on:
        yield looked.hours_on, f"{hours} hours delivered since the last look"
    if rule.plan_event_days is not None:
        for on, what in looked.events:
            yield on + timedelta(days=rule.plan_event_days), f"within {rule.plan_event_days} days of {what} on {date_format(on)}"


def plans_of(episodes):
    """{episode: Looked} of the plans in force, in one statement."""
    return {row.episode_id: looked(row) for row in in_force_with_looks(episodes=episodes)} if episodes else {}


def with_looks(plans):
    """Those of the plans that are in force, each with what `looked` makes a Looked of."""
    review = PlanReview.objects.filter(plan=OuterRef("pk")).order_by("-made_on", "-made_at")
    last = {name: Subquery(review.values(name)[:1]) for name in ("made_on", "made_at", "next_on")}
    rows = plans.in_force().order_by().annotate(**last)
    rows = rows.annotate(looked_at=Greatest("in_force_at", Coalesce("made_at", "in_force_at")), rule_hours=_rule_hours())
    return rows.annotate(hours_at=_hours_reached(), moved_on=_moved(), flagged_at=_flagged(), **_happened())


in_force_with_looks = Remembered(lambda episodes: with_looks(Plan.objects.filter(episode__in=episodes)), episodes=[UUID])


def looked(row):
    """A plan of `with_looks` as Looked."""
    flagged_on = row.flagged_at and timezone.localdate(row.flagged_at)
    happened = row.event_kind and PlanEvent.Kind(row.event_kind).label.lower()
    events = [(row.moved_on, "a move along the continuum"), (flagged_on, "a safety flag"), (row.event_on, happened)]
    hours_on = row.hours_at and timezone.localdate(row.hours_at)
    return Looked(row.in_force_at, row.made_on, row.next_on, hours_on, tuple((on, what) for on, what in events if on))


def _rule_hours():
    rules = ProgramRule.objects.on(today()).filter(program__stays__episode=OuterRef("episode"), program__stays__ended_on=None)
    return Subquery(rules.values(hours=Coalesce("plan_review_hours", "review_hours"))[:1])


def _hours_reached():
    """The start of the service with which the hours of the rule were full, of those that count and came since the last look."""
    since = Service.objects.standing().filter(episode=OuterRef("episode"), kind__counts=True, started_at__gte=OuterRef("looked_at"))
    run = since.order_by().annotate(run=Window(Sum("minutes"), order_by=["started_at", "pk"]))
    return Subquery(run.filter(run__gte=OuterRef("rule_hours") * 60).order_by("started_at", "pk").values("started_at")[:1])


def _moved():
    """The first day of the current stay, when a move since the last look brought it about; an undone move is none."""
    stays = Stay.objects.filter(episode=OuterRef("episode"), ended_on=None, previous__isnull=False, reverses=None)
    return Subquery(stays.filter(opened_at__gt=OuterRef("looked_at")).order_by().values("started_on")[:1])


def _flagged():
    flags = SafetyFlag.objects.filter(patient=OuterRef("episode__patient"), raised_at__gt=OuterRef("looked_at"))
    return Subquery(flags.order_by().values("patient").annotate(first=Min("raised_at")).values("first"))


def _happened():
    events = PlanEvent.objects.filter(episode=OuterRef("episode"), said_at__gt=OuterRef("looked_at")).order_by("happened_on", "said_at")
    return {"event_on": Subquery(events.values("happened_on")[:1]), "event_kind": Subquery(events.values("kind")[:1])}
