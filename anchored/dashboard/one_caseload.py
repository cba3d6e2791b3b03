"""One caseload: each patient with the hours of the week, the plan, the last and the next moments, and what is due."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import F, OuterRef, Subquery
from django.utils import timezone

from anchored.ground.dates import today
from anchored.ground.intervals import in_force
from groups.models import Outreach, Session
from patients.models import ContactAttempt, Episode
from treatment_plans.models import Note

from .caseload_lists import items

ON_A_PATIENT = ("plans", "reviews", "notes", "hours", "flags")


@dataclass
class Kept:
    """One patient of a caseload, with everything that the supervisor looks at."""

    line: Any
    hours: Any
    due: Any
    last_note: datetime | None
    last_contact: datetime | None
    next_session: datetime | None
    items: list


def rows_of(caseloads):
    """[Kept] of the clinicians' patients, by name."""
    episodes = [line.episode_id for line in caseloads.lines]
    found = {episode.pk: episode for episode in _with_moments(Episode.objects.filter(pk__in=episodes))}
    this_week = caseloads.hours_of(caseloads.lines, today())
    about = what_is_up(caseloads)
    kept = []
    for line in caseloads.lines:
        episode = found[line.episode_id]
        last_contact = max(filter(None, [episode.spoke_before, episode.spoke_since]), default=None)
        moments = (episode.last_note, last_contact, episode.next_session)
        theirs = about.get(line.patient_id, [])
        kept.append(Kept(line, this_week[line.episode_id], caseloads.plans_due[line.episode_id], *moments, theirs))
    return kept


def what_is_up(caseloads):
    """{patient: what is overdue, short or flagged}."""
    found: dict = {}
    for kind in ON_A_PATIENT:
        for item in items(caseloads, kind):
            found.setdefault(item.patient_id, []).append(item)
    return found


def _with_moments(episodes):
    """The last signed note, the last time somebody spoke with them before and in care, the next session of a group they are in."""
    notes = Note.objects.signed().filter(episode=OuterRef("pk")).order_by("-service__started_at").values("service__started_at")
    spoke = ContactAttempt.objects.filter(patient=OuterRef("patient"), outcome=ContactAttempt.Outcome.SPOKE).order_by("-at").values("at")
    reached = Outreach.objects.filter(episode=OuterRef("pk"), outcome=Outreach.Outcome.SPOKE).order_by("-at").values("at")
    enrolled = in_force(F("held_on"), "group__enrolments__")
    coming = Session.objects.held().filter(enrolled, group__enrolments__episode=OuterRef("pk"), started_at__gt=timezone.now())
    coming = coming.order_by("started_at").values("started_at")
    moments = {"last_note": notes, "spoke_before": spoke, "spoke_since": reached, "next_session": coming}
    return episodes.annotate(**{name: Subquery(rows[:1]) for name, rows in moments.items()})
