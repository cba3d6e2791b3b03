"""What a leader takes into a session on paper: who comes, their objectives, and what they planned last."""

from dataclasses import dataclass
from typing import Any

from django.db.models import OuterRef, Subquery

from patients.models import Episode, Patient
from treatment_plans.models import Note

from .writing import objectives_of

PLANNED = ("plan", "response")  # sections that say what somebody does until next time


@dataclass
class Line:
    """One person. `opens`: their chart opens for the leader; of others the sheet has the name alone."""

    person: Any
    opens: bool
    objectives: list
    planned: str = ""
    planned_on: Any = None


def of_session(people, user) -> list[Line]:
    """A line for each person, in order; constant statements."""
    readable = Patient.objects.visible_to(user).filter(pk__in=[person.patient.pk for person in people]).values_list("pk", flat=True)
    opens = {person.pk for person in people if person.patient.pk in set(readable)}
    objectives, notes = objectives_of(opens), _last_notes(opens)
    return [_line(person, person.pk in opens, objectives.get(person.pk, []), notes.get(person.pk)) for person in people]


def _line(person, opens, objectives, note):
    words = {section["key"]: section["text"] for section in note.sections} if note else {}
    planned = next((words[key] for key in PLANNED if words.get(key)), "")
    return Line(person, opens, objectives, planned, note.service.started_at if planned else None)


def _last_notes(episodes):
    """{episode: its last signed note that stands}."""
    last = Note.objects.signed().filter(episode=OuterRef("pk")).order_by("-service__started_at")
    keys = Episode.objects.filter(pk__in=episodes).annotate(last=Subquery(last.values("pk")[:1])).values("last")
    return {note.episode_id: note for note in Note.objects.filter(pk__in=keys).select_related("service")}
