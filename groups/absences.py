"""What absences ask for, worked out from the marks: a call that is due, a decision of a supervisor. Nothing of it is typed."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from django.db.models import CharField, Max, Value
from django.utils import timezone

from anchored.ground.dates import today
from anchored.ground.remembered import Kept, Remembered
from patients import queries
from patients.models import InCare

from .models import AbsenceDecision, AbsenceRule, Attendance, Outreach

State = Attendance.State
MISSED = (State.UNEXCUSED, State.EXCUSED)
Follows = AbsenceRule.Follows
REACHED = (Outreach.Outcome.SPOKE,)
AT_LEAST_DAYS = 90
rules_in_force = Kept(lambda: AbsenceRule.objects.now())


@dataclass
class Standing:
    """Absences of somebody in care, the latest first, and what they ask for.

    `call_due` and `to_call_about`: a call that nobody has made yet. `why`: [(rule, the absences it counts)] for a supervisor.
    `attempts` and `decisions`: of this episode, the latest first. `came_on`: when they were last at a session.
    """

    line: InCare
    missed: list
    attempts: list
    decisions: list
    came_at: datetime | None = None
    call_due: datetime | None = None
    to_call_about: list = field(default_factory=list)
    why: list = field(default_factory=list)

    @property
    def patient_id(self):
        return self.line.patient_id

    @property
    def last(self):
        """The absence that the call is about, the latest."""
        return self.to_call_about[0]

    @property
    def tried(self):
        """Attempts since the first absence that is open."""
        since = self.to_call_about[-1].session.started_at if self.to_call_about else None
        return [each for each in self.attempts if since and each.at >= since]

    @property
    def is_overdue(self):
        return self.call_due is not None and self.call_due < timezone.now()


def absences_to_call(user, *, everybody=False) -> list[Standing]:
    """People in this person's primary care (or all whom they see) with an absence nobody has called about, the most overdue first."""
    return to_call_among(standings(InCare.objects.visible_to(user, only_own=not everybody), only_when=True))


def to_call_among(found):
    """Those with an absence that nobody has called about, the most overdue first."""
    return sorted((each for each in found if each.to_call_about), key=lambda each: each.call_due or timezone.now())


def to_decide(user) -> list[Standing]:
    """People whom this person sees and whose absences ask for a supervisor's decision, the most absences first."""
    found = standings(InCare.objects.visible_to(user))
    return sorted((each for each in found if each.why), key=lambda each: -max(len(counted) for _, counted in each.why))


def of_one(head) -> Standing:
    """The same for the person of a chart who is in care."""
    (found,) = standings(InCare.objects.filter(stay_id=head.stay.pk), all_of_them=True)
    return found


def standings(lines, **how) -> list[Standing]:
    """How absences stand for people in care. Only those who missed something, unless all are wanted. One statement more than below."""
    return standings_of(queries.lines(lines.order_by("family_name", "given_name", "stay_id"), queries.rules()), **how)


def standings_of(lines, *, all_of_them=False, only_when=False) -> list[Standing]:
    """The same of the lines of a list, in four statements; in one where nobody missed anything.

    `only_when`: of attempts and decisions when they were and no more, which is two statements.
    """
    keys = [line.episode_id for line in lines]
    rules = rules_in_force()
    missed = _by_episode(_missed(keys, rules))
    came, attempts, decisions = (_moments if only_when else _told)(keys if all_of_them else list(missed))
    return [
        _standing(Standing(line, missed[key], attempts[key], decisions[key], came.get(key)), rules)
        for line, key in zip(lines, keys, strict=True)
        if key in missed or all_of_them
    ]


def _missed(episodes, rules):
    days = max([AT_LEAST_DAYS, *(rule.within_days or 0 for rule in rules)])
    return missed_since(episodes=episodes, since=today() - timedelta(days=days)) if episodes else []


def _missed_since(episodes, since):
    rows = Attendance.objects.filter(episode__in=episodes, state__in=MISSED, session__cancelled_at=None, session__held_on__gt=since)
    return rows.select_related("session__group").defer("typed").order_by("-session__started_at")


missed_since = Remembered(_missed_since, episodes=[UUID], since=date)


def _told(episodes):
    """({episode: when they last came}, {episode: attempts}, {episode: decisions}), with all that is told of them."""
    attempts = Outreach.objects.filter(episode__in=episodes).select_related("by", "contact")
    decisions = AbsenceDecision.objects.filter(episode__in=episodes).select_related("by")
    return dict(_came(episodes)), _by_episode(attempts), _by_episode(decisions)


def _came(episodes):
    rows = Attendance.objects.filter(episode__in=episodes, state__in=Attendance.CAME, session__cancelled_at=None).order_by()
    return rows.values_list("episode").annotate(Max("session__started_at"))


class Moment(NamedTuple):
    """When somebody tried to reach a person, or decided."""

    episode_id: object
    at: datetime
    outcome: str


def _moments(episodes):
    """The same in one statement, an attempt or a decision as its Moment."""
    rows = [Moment(*row) for row in moments_of(episodes=episodes)] if episodes else []
    rows.sort(key=lambda row: row.at, reverse=True)
    came_at = {row.episode_id: row.at for row in rows if row.outcome == "came"}
    tried = _by_episode(row for row in rows if row.outcome in Outreach.Outcome.values)
    return came_at, tried, _by_episode(row for row in rows if row.outcome == "decided")


def _all_moments(episodes):
    came = _came(episodes).annotate(outcome=_word("came"))
    attempts = Outreach.objects.filter(episode__in=episodes).order_by().values_list("episode", "at", "outcome")
    decisions = AbsenceDecision.objects.filter(episode__in=episodes).order_by().values_list("episode", "at", _word("decided"))
    return came.union(attempts, decisions, all=True)


def _word(what):
    return Value(what, output_field=CharField())


moments_of = Remembered(_all_moments, episodes=[UUID])


def _by_episode(rows):
    found = defaultdict(list)
    for row in rows:
        found[row.episode_id].append(row)
    return found


def _standing(standing, rules):
    own = [rule for rule in rules if rule.program_id == standing.line.program_id]
    for rule in own or [rule for rule in rules if rule.program_id is None]:
        if rule.follows == Follows.CALL:
            _ask_for_a_call(standing, rule)
        else:
            counted = _counted(standing, rule, _after(standing.decisions))
            if len(counted) >= rule.number:
                standing.why.append((rule, counted))
    return standing


def _ask_for_a_call(standing, rule):
    """Open until somebody spoke with the person, a supervisor decided, or they came again, after the absence."""
    reached = [each for each in standing.attempts if each.outcome in REACHED]
    closed = max(filter(None, [_after(reached), _after(standing.decisions), standing.came_at]), default=None)
    counted = [each for each in _of_a_kind(standing, rule) if closed is None or each.session.started_at > closed]
    if len(counted) >= rule.number:
        in_danger = standing.line.flag_count and rule.due_hours_in_danger is not None
        hours = rule.due_hours_in_danger if in_danger else rule.due_hours
        due = counted[-rule.number].session.ended_at + timedelta(hours=hours)
        standing.to_call_about, standing.call_due = counted, min(filter(None, [due, standing.call_due]))


def _after(rows):
    """When the latest of them was."""
    return rows[0].at if rows else None


def _counted(standing, rule, since):
    """The absences that a rule counts: since the last decision, and in a row or within its days."""
    counted = [each for each in _of_a_kind(standing, rule) if since is None or each.session.started_at > since]
    if rule.within_days:
        return [each for each in counted if each.session.held_on > today() - timedelta(days=rule.within_days)]
    return [each for each in counted if standing.came_at is None or each.session.started_at > standing.came_at]


def _of_a_kind(standing, rule):
    only = rule.counts == AbsenceRule.Counts.UNEXCUSED
    return [each for each in standing.missed if each.state == State.UNEXCUSED or not only]
