"""The plan of an episode: begun, written row by row, signed, and carried on in the next version."""

from datetime import timedelta

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from anchored.accounts.refusals import NotNow
from anchored.audit import trail
from anchored.ground.dates import today
from anchored.ground.rows import add, check
from anchored.signing import signatures
from patients import locks
from patients.models import ProgramRule

from .. import policies
from ..models import Goal, Intervention, LibraryEntry, Objective, PatientWord, Plan, Problem
from ..models.plan import ROWS

PARENTS = {Goal: ("problem", Problem), Objective: ("goal", Goal), Intervention: ("objective", Objective)}


@transaction.atomic
def start(episode, *, by, because=Plan.Because.INITIAL) -> Plan:
    """Begin the plan of an episode; when one is in force, the next version with all its rows.

    Raises SomeoneWasFirst when a version is in the making already.
    """
    episode = locks.episode(episode.pk)
    policies.check_can_start(by, episode)
    last = Plan.objects.filter(episode=episode).order_by("-number").first()
    return _next(episode, last, by, because if last is None or because != Plan.Because.INITIAL else Plan.Because.REVIEW)


@transaction.atomic
def rewrite(plan, *, by, because=Plan.Because.CORRECTION) -> Plan:
    """Take back a version that waits for signatures: it stays on record, superseded, and the next one is written."""
    locks.episode(plan.episode_id)
    plan = _locked(plan)
    by.must_hold("write_plans")
    if not plan.waits:
        raise NotNow("Only a version that waits for signatures is taken back.")
    _write_later(plan, superseded_at=timezone.now())
    trail.record("plan.taken_back", plan, by=by)
    return _next(plan.episode, plan, by, because)


def _next(episode, last, by, because):
    about = {name: getattr(last, name) for name in Plan.ABOUT} if last else {}
    number = last.number + 1 if last else 1
    facts = {"previous": last, "because": because, "started_by": by, "needs_supervisor": _supervisor_signs(episode)}
    plan = add(Plan(episode=episode, number=number, **facts, **about))
    if last:
        _carry_on(last, plan)
    trail.record("plan.started", plan, by=by, version=number)
    return plan


def _supervisor_signs(episode):
    """The rule of the program where the patient is today."""
    program = episode.stays.filter(ended_on=None).values("program")
    return ProgramRule.objects.on(today()).filter(program__in=program, supervisor_signs_plans=True).exists()


def _carry_on(last, plan):
    """The rows of the version before, each with the root it had; what is resolved stays behind."""
    made: dict = {}
    for model in ROWS:
        for row in model.objects.of(last):
            if isinstance(row, Problem) and row.standing == Problem.Standing.RESOLVED:
                continue
            facts = {name: getattr(row, name) for name in model.TYPED}
            if model in PARENTS:
                parent = made.get(getattr(row, f"{PARENTS[model][0]}_id"))
                if parent is None:
                    continue
                facts[PARENTS[model][0]] = parent
            made[row.pk] = add(model(plan=plan, root=row.root, position=row.position, **facts))


@transaction.atomic
def change_about(plan, *, by, **facts) -> Plan:
    """Strengths, needs, barriers, discharge criteria, expected stay."""
    plan = _draft(plan, by)
    changed = [name for name, value in facts.items() if getattr(plan, name) != value]
    for name in changed:
        setattr(plan, name, facts[name])
    if changed:
        check(plan)
        plan.save(update_fields=changed)
        trail.record("plan.changed", plan, by=by, fields=sorted(changed))
    return plan


@transaction.atomic
def add_row(plan, model, *, by, parent=None, **facts):
    """Write a new row at the end of its place."""
    plan = _draft(plan, by)
    if model in PARENTS:
        name, kind = PARENTS[model]
        facts[name] = policies.check_is_there(kind.objects.of(plan).filter(pk=parent.pk).first())
    row = add(model(plan=plan, position=_last_place(plan, model) + 1, **facts))
    trail.record("plan.row_added", plan, by=by, kind=model._meta.model_name)
    return row


def _last_place(plan, model):
    return model.objects.filter(plan=plan).aggregate(last=Max("position"))["last"] or 0


@transaction.atomic
def change_row(row, *, by, **facts):
    """Change some facts of a row of a draft."""
    plan = _draft(row.plan, by)
    row = type(row).objects.select_for_update().get(pk=row.pk)
    changed = [name for name, value in facts.items() if getattr(row, name) != value]
    for name in changed:
        setattr(row, name, facts[name])
    if changed:
        check(row)
        row.save(update_fields=changed)
        trail.record("plan.row_changed", plan, by=by, kind=row._meta.model_name, fields=sorted(changed))
    return row


@transaction.atomic
def move_row(row, *, by, up):
    """One place up or down among its siblings; at the end nothing happens."""
    plan = _draft(row.plan, by)
    siblings = list(_siblings(row, plan))
    place = next(number for number, each in enumerate(siblings) if each.pk == row.pk)
    other = place - 1 if up else place + 1
    if 0 <= other < len(siblings):
        siblings[place], siblings[other] = siblings[other], siblings[place]
        for position, each in enumerate(siblings, 1):
            if each.position != position:
                each.position = position
                each.save(update_fields=["position"])
        trail.record("plan.row_moved", plan, by=by, kind=row._meta.model_name)
    return row


def _siblings(row, plan):
    rows = type(row).objects.of(plan)
    if type(row) in PARENTS:
        name = PARENTS[type(row)][0]
        rows = rows.filter(**{f"{name}_id": getattr(row, f"{name}_id")})
    return rows


@transaction.atomic
def remove_row(row, *, by):
    """Take a row out of a draft. It stays on record and can be put back; what hangs on it goes and comes with it."""
    plan = _draft(row.plan, by)
    type(row).objects.filter(pk=row.pk, removed_at=None).update(removed_by=by, removed_at=timezone.now())
    trail.record("plan.row_removed", plan, by=by, kind=row._meta.model_name)


@transaction.atomic
def put_back_row(row, *, by):
    plan = _draft(row.plan, by)
    type(row).objects.filter(pk=row.pk).update(removed_by=None, removed_at=None)
    trail.record("plan.row_put_back", plan, by=by, kind=row._meta.model_name)


@transaction.atomic
def insert(plan, entry: LibraryEntry, *, by, parent=None):
    """Put a row of the library into a draft, with everything below it, to be adapted."""
    return _insert(_draft(plan, by), entry, by, parent)


def _insert(plan, entry, by, parent):
    day = today() + timedelta(days=entry.days) if entry.days else None
    made = {
        "problem": lambda: add_row(plan, Problem, by=by, statement=entry.text, dimension=entry.dimension),
        "goal": lambda: add_row(plan, Goal, by=by, parent=parent, text=entry.text),
        "objective": lambda: add_row(plan, Objective, by=by, parent=parent, text=entry.text, measure=entry.measure, target_on=day),
        "intervention": lambda: add_row(
            plan,
            Intervention,
            by=by,
            parent=parent,
            modality=entry.modality,
            text=entry.text,
            frequency=entry.frequency,
            duration=entry.duration,
            responsible=by,
        ),
    }[entry.kind]()
    for child in entry.children.filter(offered=True).order_by("order", "pk"):
        _insert(plan, child, by, made)
    return made


@transaction.atomic
def sign(plan, *, by, digest) -> Plan:
    """The clinician signs: the version is sealed with all its rows. It waits for the patient, and where the rule says so the supervisor.

    `digest` is that of the words which the clinician has read. Raises SomeoneWasFirst when a row was changed since.
    """
    locks.episode(plan.episode_id)
    plan = _locked(plan)
    policies.check_can_sign(by, plan, digest)
    signatures.sign(plan, by=by)
    return plan


@transaction.atomic
def take_word(plan, *, by, how, digest, view="", words="", signer_name="", drawing="", reason="") -> PatientWord:
    """What the patient says to the signed words, and how they sign or why not. `digest` is that of the words on the page."""
    locks.episode(plan.episode_id)
    plan = _locked(plan)
    policies.check_can_take_word(by, plan)
    policies.check_word_is_complete(how, view, words, signer_name, drawing, reason)
    if digest != plan.digest:
        raise NotNow("The plan changed while it was on the page. Nothing was signed.")
    facts = {"view": view, "words": words, "how": how, "signer_name": signer_name, "drawing": drawing, "reason": reason}
    word = add(PatientWord(plan=plan, digest=digest, taken_by=by, **facts))
    trail.record("plan.patient_said", plan, by=by, how=how)
    plan.word = word
    _come_into_force(plan, by)
    return word


@transaction.atomic
def cosign(plan, *, by) -> Plan:
    """A supervisor signs a version that its clinician has signed."""
    locks.episode(plan.episode_id)
    plan = _locked(plan)
    policies.check_can_cosign(by, plan)
    signatures.cosign(plan, by=by)
    _come_into_force(plan, by)
    return plan


def _come_into_force(plan, by):
    """When the last of them has signed; the version in force until then is superseded."""
    if plan.in_force_at or not policies.is_complete(plan):
        return
    now = timezone.now()
    for before in Plan.objects.filter(episode=plan.episode_id).in_force():
        _write_later(before, superseded_at=now)
    _write_later(plan, in_force_at=now)
    trail.record("plan.in_force", plan, by=by, version=plan.number)


def _write_later(plan, **facts):
    Plan.objects.filter(pk=plan.pk).update(**facts)
    for name, value in facts.items():
        setattr(plan, name, value)


def _locked(plan):
    return Plan.objects.select_for_update().get(pk=plan.pk)


def _draft(plan, by):
    """The plan, locked, if it can still be written on."""
    plan = _locked(plan)
    policies.check_is_draft(by, plan)
    return plan
