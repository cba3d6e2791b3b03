"""Notes: kept as they are typed, signed into the chart, added to, cosigned or returned and corrected."""

from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import OuterRef, Subquery
from django.utils import timezone

from anchored.accounts.refusals import NotNow
from anchored.accounts.roles import Permission
from anchored.audit import trail
from anchored.ground.dates import today
from anchored.ground.remembered import Remembered
from anchored.ground.rows import add, check
from anchored.signing import signatures
from patients import locks
from patients.models import Episode, ProgramRule, Service, Stay
from patients.signals import service_replaced

from .. import note_rules
from ..models import CosignRule, Note, NoteReturn, ObjectiveProgress, WhyAlike
from . import appointments


@dataclass
class Kept:
    """What became of what was typed. `clash`: the fields as another window has saved them meanwhile; then nothing was kept."""

    note: Note
    clash: dict = field(default_factory=dict)


@transaction.atomic
def keep(patient, note_id, *, typed, version, by, appointment=None) -> Kept:
    """Keep a draft as it is typed; the first time, begin it under the key that the page was given.

    `appointment` is the key of the one that a new draft is about. `version` is that of the text on the page: when another
    window has saved a newer one, nothing is overwritten. Raises NotNow
    before the admission or for text that no record can hold, SomeoneWasFirst when the note was signed meanwhile.
    """
    note_rules.check_can_be_kept(typed)
    patient = locks.patient(patient.pk)
    note = Note.objects.select_for_update(of=["self"]).select_related("episode").filter(pk=note_id).first()
    if note is None:
        return Kept(_begin(patient, note_id, typed, by, appointment))
    note_rules.check_is_draft(by, note, patient)
    if note.typed == typed:
        return Kept(note)
    if note.version != version:
        names = [*note.typed, *(name for name in typed if name not in note.typed)]
        return Kept(note, {name: note.typed.get(name, "") for name in names if note.typed.get(name, "") != typed.get(name, "")})
    note.typed, note.version, note.saved_at = typed, note.version + 1, timezone.now()
    note.save(update_fields=["typed", "version", "saved_at"])
    trail.record("note.saved", note, by=by, version=note.version)
    return Kept(note)


def _begin(patient, note_id, typed, by, appointment):
    episode = Episode.objects.filter(patient=patient).order_by("-started_on", "-opened_at").first()
    note_rules.check_can_begin(by, episode)
    note = add(Note(pk=note_id, episode=episode, author=by, typed=typed, version=1))
    if appointment:
        appointments.begin_note(note, appointment)
    trail.record("note.begun", note, by=by)
    return note


@transaction.atomic
def discard(note, *, by) -> Note:
    """The author does not need the draft. It is seen by nobody after that; nothing is deleted.

    A returned note whose correction is discarded waits for another.
    """
    note = _mine(note, by)
    note.discarded_at, note.corrects = timezone.now(), None
    note.save(update_fields=["discarded_at", "corrects"])
    appointments.leave_note(note)
    trail.record("note.discarded", note, by=by)
    return note


@transaction.atomic
def sign(note, form, *, by, version, why="") -> Note:
    """The draft becomes a part of the chart: the service is in the ledger, the words are fixed, each objective has its word.

    `form` is the draft's own, judged and valid; `version` is that of the text which the author has read. Raises NotNow with what
    is not right, also for a near copy of another note without `why`; SomeoneWasFirst when another window has saved a newer text.
    """
    locks.patient(note.episode.patient_id)
    note = _mine(note, by)
    note_rules.check_corrects_what_stands(note)
    note_rules.check_is_what_was_read(note, form, version)
    facts = form.for_service()
    note_rules.check_service(note.episode, facts["started_at"], facts["minutes"])
    worked_on, alike = form.for_objectives(), note_rules.nearest(note, form)
    note_rules.check_says_why_alike(alike, why)
    note.service = _service(note, facts, by)
    note.sections, note.format_name = form.for_sections(), form.cleaned_data["format"].name
    if note.corrects_id:
        _later(note.corrects, replaced_at=timezone.now())
    signed = _seal(note, worked_on, by, alike, why)
    appointments.done(signed, by=by)
    return signed


@dataclass
class Written:
    """A note that was written elsewhere. `service`: the facts of its row in the ledger; `worked_on`: [(objective, standing, words)].

    `alike`: the note that it is near to, and `why` it is.
    """

    episode: Episode
    service: dict
    sections: list
    format_name: str
    worked_on: list
    typed: dict
    alike: note_rules.Alike | None = None
    why: str = ""


@transaction.atomic(savepoint=False)
def write_signed(written, *, by) -> list[Note]:
    """The notes of a group session, signed in one act. Constant statements, however many.

    Raises NotNow for a service that is not over or not in its episode, and for a near copy without `why`; then none is signed.
    """
    by.must_hold(Permission.WRITE_NOTES)
    hours = _hours_until_late([each.episode.pk for each in written])
    made = [_unsigned(each, by) for each in written]
    needs = {kind: _needs_cosign(by, kind) for kind in {note.service.kind for note in made}}
    for note in made:
        note.is_late = _is_late(note.service.ended_at, hours.get(note.episode_id))
        note.needs_cosign = needs[note.service.kind]
    Service.objects.bulk_create([note.service for note in made])
    signatures.sealed_together(made, by=by)
    _write_progress([(note, each.worked_on) for note, each in zip(made, written, strict=True)])
    for note, each in zip(made, written, strict=True):
        _keep_why(note, each.alike, each.why, by)
    return made


def _unsigned(written, by):
    note_rules.check_says_why_alike(written.alike, written.why)
    note_rules.check_service(written.episode, written.service["started_at"], written.service["minutes"])
    service = Service(episode=written.episode, delivered_by=by, entered_by=by, **written.service)
    check(service)
    facts = {"sections": written.sections, "format_name": written.format_name, "objectives": _told(written.worked_on)}
    return Note(episode=written.episode, author=by, service=service, typed=written.typed, version=1, **facts)


def _seal(note, worked_on, by, alike, why):
    """The words are fixed, with what became of each objective, and signed."""
    service = note.service
    note.objectives = _told(worked_on)
    note.is_late = _is_late(service.ended_at, _hours_until_late([note.episode_id]).get(note.episode_id))
    note.needs_cosign = _needs_cosign(by, service.kind)
    note.save(update_fields=["service", "sections", "format_name", "objectives", "is_late", "needs_cosign", "found_by"])
    _write_progress([(note, worked_on)])
    signatures.sign(note, by=by)
    _keep_why(note, alike, why, by)
    return note


def _keep_why(note, alike, why, by):
    """The reason for a near copy, under the note."""
    if alike and alike.asks_why:
        add(WhyAlike(note=note, percent=alike.percent, because=why, by=by))
        trail.record("note.signed_though_alike", note, by=by, percent=alike.percent)


def _told(worked_on):
    """What became of each objective, as it stands in the note."""
    return [
        {"root": str(node.row.root), "number": node.number, "text": node.row.text, "standing": standing, "words": words}
        for node, standing, words in worked_on
    ]


def _write_progress(notes):
    """A word on each objective of (note, worked on), in one statement."""
    told = [
        ObjectiveProgress(note=note, objective_id=node.pk, root=node.row.root, standing=how, words=words)
        for note, worked_on in notes
        for node, how, words in worked_on
    ]
    for word in told:
        check(word)
    ObjectiveProgress.objects.bulk_create(told)


def _service(note, facts, by):
    """The row of the ledger. A correction about the same minutes keeps the one there is; about others, it stands in its place."""
    before = note.corrects.service if note.corrects_id else None
    if before and all(getattr(before, name) == value for name, value in facts.items()):
        return before
    if before:
        Service.objects.filter(pk=before.pk, taken_back_at=None).update(taken_back_at=timezone.now())
        service_replaced.send(Note, service=before)
    return add(Service(episode=note.episode, delivered_by=by, entered_by=by, **facts))


def _is_late(ended_at, hours):
    """Signed after the hours that the rule of the program gives (CMS Program Integrity Manual 3.3.2.5: late entries say so)."""
    return hours is not None and timezone.now() > ended_at + timedelta(hours=hours)


def _hours_until_late(episodes):
    """{episode: hours within which the rule of its program wants the note}."""
    return dict(_due_hours(episodes=episodes))


def _rules_of(episodes):
    rules = ProgramRule.objects.on(today()).filter(program=OuterRef("program")).values("note_due_hours")
    return Stay.objects.open().filter(episode__in=episodes).order_by().values_list("episode", Subquery(rules[:1]))


_due_hours = Remembered(_rules_of, episodes=[UUID])


def _needs_cosign(author, kind):
    credential = author.credential.casefold()
    rules = _cosign_rules() if credential else ()
    return any(rule.credential.casefold() == credential and rule.kind_id in (None, kind.pk) for rule in rules)


_cosign_rules = Remembered(lambda: CosignRule.objects.all())


@transaction.atomic
def cosign(note, *, by) -> Note:
    """A supervisor signs under the author."""
    note = _to_look_at(note, by)
    signatures.cosign(note, by=by)
    _later(note, cosigned_at=timezone.now())
    return note


@transaction.atomic
def give_back(note, *, comment, by) -> Note:
    """Back to the author, with what to change. The note stays on the chart as it was signed until its correction is."""
    note = _to_look_at(note, by)
    if not comment.strip():
        raise NotNow({"comment": "Write what to change"})
    add(NoteReturn(note=note, comment=comment, by=by))
    _later(note, returned_at=timezone.now())
    trail.record("note.returned", note, by=by)
    return note


def _to_look_at(note, by):
    note = Note.objects.select_for_update().get(pk=note.pk)
    note_rules.check_can_cosign(by, note)
    return note


@transaction.atomic
def correct(note, *, by) -> Note:
    """The author of a returned note begins its correction: a new draft with what was typed. The returned one stays readable."""
    locks.patient(note.episode.patient_id)
    note = Note.objects.select_for_update(of=["self"]).get(pk=note.pk)
    note_rules.check_can_correct(by, note)
    begun = Note.objects.filter(corrects=note).first()
    if begun:
        return begun
    draft = add(Note(episode=note.episode, author=by, corrects=note, typed=note.typed, version=1))
    trail.record("note.begun", draft, by=by)
    return draft


def _mine(note, by):
    """The draft, locked; only its author has it."""
    note = Note.objects.select_for_update(of=["self"]).select_related("episode", "corrects__service").get(pk=note.pk, author=by)
    note_rules.check_is_draft(by, note)
    return note


def _later(note, **facts):
    Note.objects.filter(pk=note.pk).update(**facts)
    for name, value in facts.items():
        setattr(note, name, value)
