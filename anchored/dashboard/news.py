"""What changed in a caseload since somebody last went through it: moves, safety flags, plans signed, absences, new patients."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils import timezone

from groups.models import Attendance
from patients.models import CareTeamMember, SafetyFlag, Stay
from treatment_plans.models import Plan


@dataclass(frozen=True)
class News:
    """One thing that happened: when, about whom, what."""

    on: date
    line: Any
    what: str


def since(moment, lines):
    """[News] about these patients since a moment, the latest first, in five statements."""
    by_episode, by_patient = {line.episode_id: line for line in lines}, {line.patient_id: line for line in lines}
    found = [News(stay.started_on, by_episode[stay.episode_id], f"Moved to {stay.program}") for stay in _moves(moment, by_episode)]
    found += [News(flag.started_on, by_patient[flag.patient_id], f"Safety flag raised: {flag}") for flag in _flags(moment, by_patient)]
    plans = Plan.objects.filter(episode__in=list(by_episode), in_force_at__gte=moment)
    found += [News(timezone.localdate(plan.in_force_at), by_episode[plan.episode_id], f"{plan} in force") for plan in plans]
    absences = Attendance.objects.filter(episode__in=list(by_episode), state=Attendance.State.UNEXCUSED, session__started_at__gte=moment)
    absences = absences.filter(session__cancelled_at=None).select_related("session__group").defer("typed")
    found += [News(mark.session.held_on, by_episode[mark.episode_id], f"Absent, unexcused: {mark.session.group}") for mark in absences]
    joined = CareTeamMember.objects.filter(episode__in=list(by_episode), part="primary", ended_on=None, assigned_at__gte=moment)
    found += [News(post.started_on, by_episode[post.episode_id], "New in this caseload") for post in joined]
    by_name = sorted(found, key=lambda news: (news.line.family_name, news.line.given_name))
    return sorted(by_name, key=lambda news: news.on, reverse=True)


def by_patient(found):
    """{patient: [News]}, whoever has the latest news first."""
    told: dict = {}
    for each in found:
        told.setdefault(each.line.patient_id, []).append(each)
    return told


def _moves(moment, episodes):
    rows = Stay.objects.standing().filter(episode__in=list(episodes), opened_at__gte=moment, previous__isnull=False, reverses=None)
    return rows.select_related("program")


def _flags(moment, patients):
    return SafetyFlag.objects.filter(patient__in=list(patients), raised_at__gte=moment)
