"""Notes for tests: typed as the page would send them, signed through the real action."""

from datetime import timedelta
from uuid import uuid4

from django.utils import timezone

from patients.models import ServiceKind
from treatment_plans.actions import appointments, notes
from treatment_plans.forms.notes import NoteForm
from treatment_plans.models import Note, NoteFormat, Plan
from treatment_plans.outline import Outline

DAP = {
    "section_data": "Rosa came on time and spoke about her brother's visit.",
    "section_assessment": "She plans for it without being asked.",
    "section_plan": "She calls her sponsor on Saturday.",
}


def typed(*, ago=timedelta(hours=2), **fields):
    """The fields of a note about a service that began so long ago."""
    start = timezone.localtime() - ago
    facts = {"kind": "individual", "format": "dap", "on": start.date().isoformat(), "starts": start.strftime("%H:%M"), "minutes": "50"}
    return {**facts, "place": "in_person", "with_whom": "", **DAP, **fields}


def begin(patient, *, by, **fields):
    """A draft."""
    return notes.keep(patient, uuid4(), typed=typed(**fields), version=0, by=by).note


def form_of(note):
    layout = NoteFormat.objects.prefetch_related("sections").get(code=note.typed["format"])
    plan = Plan.objects.filter(episode=note.episode_id).in_force().first()
    return NoteForm(note.typed, layout=layout, objectives=Outline.of(plan).objectives if plan else [])


def judged(note):
    """The form of a draft that has nothing wrong."""
    form = form_of(note)
    assert form.is_valid(), form.errors
    return form


def seal(note, *, by, form=None, why=""):
    """Signed by its author, who has read it as it stands."""
    return notes.sign(note, form or judged(note), by=by, version=note.version, why=why)


def make_note(patient, *, by, **fields):
    """A signed note."""
    draft = begin(patient, by=by, **fields)
    seal(draft, by=by)
    return Note.objects.get(pk=draft.pk)


def make_appointment(patient, *, by, ago=timedelta(hours=3), **facts):
    """Individual therapy with whoever books it, planned for so long ago."""
    facts = {"kind": ServiceKind.objects.get(code="individual"), "minutes": 50, "place": "in_person", "clinician": by, **facts}
    facts = {"starts_at": timezone.now() - ago, **facts}
    return appointments.book(patient.episodes.get(), by=by, **facts)
