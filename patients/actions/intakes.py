"""An admission in the making: begun, answered step by step, and in the end admitted as a whole or ended with a reason."""

from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from anchored.accounts.refusals import NotNow
from anchored.audit import trail
from anchored.ground.dates import today
from anchored.ground.rows import add
from anchored.signing import signatures

from .. import before_care, locks
from .. import intake as intakes
from ..models import Assessment, Circumstances, Intake, IntakeAnswer, IntakeStep, Referral
from . import admissions, flags, registration

LONGEST = IntakeAnswer._meta.get_field("value").max_length or 0


@dataclass
class Saved:
    """What became of what was typed: `clash` names the fields that somebody else has answered differently meanwhile."""

    at: object
    kept: list = field(default_factory=list)
    clash: dict = field(default_factory=dict)  # {field: IntakeAnswer of somebody else}


@transaction.atomic
def start(patient, *, by, program=None) -> Intake:
    """Begin an admission, with the open referral if there is one. An admission that has begun already is given instead."""
    patient = locks.patient(patient.pk)
    before_care.check_can_start_intake(by, patient)
    open_one = patient.intakes.filter(closed_at=None).first()
    if open_one:
        return open_one
    referral = Referral.objects.filter(patient=patient, closed_at=None).select_related("program").first()
    program = program or (referral.program if referral else None)
    intake = add(Intake(patient=patient, referral=referral, program=program, started_by=by))
    trail.record("intake.started", intake, by=by)
    return intake


@transaction.atomic
def keep(intake, step, *, typed, shown, by, mine=()) -> Saved:
    """Keep what was typed in a step, field by field, as it is.

    `typed` and `shown`: {field: text} sent, and what the page showed when it was opened. A field that this person did not
    change is left alone. One that somebody else has answered otherwise since is not overwritten, unless it is in `mine`.
    """
    intake = _locked(intake, by, step)
    now, saved = timezone.now(), Saved(timezone.now())
    progress = intakes.Progress.of(intake)
    for name, text in typed.items():
        before = progress.answers.get((step.key, name))
        if text == shown.get(name, "") or (before and text == before.value):
            continue
        if before and before.saved_by_id != by.pk and before.value != shown.get(name, "") and name not in mine:
            saved.clash[name] = before
            continue
        _keep(intake, step, name, text, before, by, now)
        saved.kept.append(name)
    if saved.kept:
        _follow_the_program(intake, step, typed)
        trail.record("intake.saved", intake, by=by, step=step.key, fields=sorted(saved.kept))
    return saved


@transaction.atomic
def complete(intake, step, *, by) -> IntakeStep:
    """Say that a step is complete. Raises NotNow when it is not; a yes to a safety question raises its flag at once."""
    intake = _locked(intake, by, step)
    progress = intakes.Progress.of(intake)
    form = progress.judged(step, by)
    if not form.is_valid():
        raise NotNow("This step is not complete.")
    if step.key == "safety":
        _raise_flags(intake.patient, form.dangers(), by)
    row = progress.done.get(step.key) or IntakeStep(intake=intake, step=step.key)
    row.done_by, row.done_at = by, timezone.now()
    row.save()
    trail.record("intake.step_completed", intake, by=by, step=step.key)
    return row


@transaction.atomic
def admit(intake, *, by):
    """Everything that was answered becomes the record: details, episode, stay, admission, signed rating. All or nothing.

    Raises NotNow with each gap that keeps the person from being admitted, and whatever `admissions.admit` raises.
    """
    intake = _locked(intake, by)
    progress = intakes.Progress.of(intake)
    before_care.check_has_no_gaps(gaps(progress, by))
    forms = _filled(progress, by)
    level = forms["level"].cleaned_data
    _write_details(intake.patient, forms, by)
    items = _items(forms)
    episode = admissions.admit(intake.patient, program=level["program"], on=level["on"], primary=level["primary"], by=by, **items)
    if "dimensions" in forms:
        _seal_the_rating(episode, forms["dimensions"], level, by)
    return episode


@transaction.atomic
def end(intake, *, because, by) -> Intake:
    """The admission does not go on. Its answers stay on record."""
    intake = _locked(intake, by)
    intake.outcome, intake.closed_because = Intake.Outcome.ENDED, because
    intake.closed_by, intake.closed_at = by, timezone.now()
    intake.full_clean(validate_constraints=False, validate_unique=False)
    intake.save(update_fields=["outcome", "closed_because", "closed_by", "closed_at"])
    trail.record("intake.ended", intake, by=by)
    return intake


def gaps(progress, user):
    """[(step, sentence)] of what keeps the person from being admitted."""
    found = []
    for step in intakes.STEPS:
        if step.form is None:
            continue
        if step.key not in progress.done:
            if step.key in intakes.NEEDED:
                found.append((step, f"Complete “{step.title}”"))
            elif progress.has_begun(step.key) and not progress.judged(step, user).is_valid():
                found.append((step, f"“{step.title}” has answers that are not right yet"))
        elif not progress.judged(step, user).is_valid():
            found.append((step, f"“{step.title}” was changed since and is not right any more"))
    return found


def _locked(intake, by, step=None):
    """The admission as it is now, with its person locked."""
    locks.patient(intake.patient_id)
    intake = Intake.objects.select_related("patient", "referral", "program__level", "closed_by").get(pk=intake.pk)
    before_care.check_can_work_on(by, intake)
    if step is not None:
        done = set(intake.steps.values_list("step", flat=True)) if step.after else set()
        before_care.check_step_is_open(by, step, done)
    return intake


def _keep(intake, step, name, text, before, by, now):
    row = before or IntakeAnswer(intake=intake, step=step.key, field=name)
    row.value, row.saved_by, row.saved_at = text, by, now
    if len(text) > LONGEST:
        raise NotNow({name: f"Use at most {LONGEST} characters. You entered {len(text)}."})
    try:
        row.clean_fields(exclude=["intake", "saved_by"])
    except ValidationError as trouble:
        raise NotNow({name: trouble.messages}) from None
    row.save()


def _follow_the_program(intake, step, typed):
    """The staff of the program that is chosen may go on with the admission."""
    if step.key != "level" or not typed.get("program", "").isdecimal():
        return
    chosen = intakes.Program.objects.filter(pk=int(typed["program"][:9])).first()
    if chosen and chosen.pk != intake.program_id:
        intake.program = chosen
        intake.save(update_fields=["program"])


def _raise_flags(patient, dangers, by):
    raised = set(patient.safety_flags.filter(ended_on=None).values_list("kind", flat=True))
    for kind, note in dangers:
        if kind not in raised:
            flags.raise_flag(patient, kind=kind, note=note, by=by)


def _filled(progress, by):
    """{step: its form, checked} of the steps that were completed or begun."""
    forms = {}
    for step in intakes.STEPS:
        if step.form and (step.key in progress.done or progress.has_begun(step.key)):
            forms[step.key] = progress.judged(step, by)
            forms[step.key].is_valid()
    return forms


def _write_details(patient, forms, by):
    facts = dict(forms["identity"].cleaned_data) | {"allergies": forms["safety"].cleaned_data["allergies"]}
    for step in ("funding", "life"):
        if step in forms:
            facts |= {name: value for name, value in forms[step].cleaned_data.items() if name in Circumstances.FIELDS}
    registration.change_details(patient, by=by, **facts)


def _items(forms):
    """The arguments of `admissions.admit` that say what was known on the day."""
    items = dict(forms["reason"].cleaned_data) if "reason" in forms else {}
    if "funding" in forms:
        items |= {name: forms["funding"].cleaned_data[name] for name in ("payment_source", "insurance_note")}
    if "substances" in forms:
        form = forms["substances"]
        items |= {name: form.cleaned_data[name] for name in (*form.ITEMS, "arrests_30d")}
        items["substances"] = form.substances()
    return items


def _seal_the_rating(episode, form, level, by):
    chosen = level["program"].level
    facts = form.facts()
    if form.edition != chosen.edition:
        raise NotNow({"dimensions": f"{level['program']} rates in another edition. Rate the dimensions again."})
    if facts["recommended"] and facts["recommended"].pk != chosen.pk and not level["difference"]:
        raise NotNow({"level": "Choose why the level recommended and the level chosen differ"})
    stay = episode.stays.get()
    rating = Assessment(
        episode=episode,
        stay=stay,
        occasion=Assessment.Occasion.ADMISSION,
        edition=form.edition,
        made_on=today(),
        made_by=by,
        chosen=chosen,
        difference=level["difference"],
        **facts,
    )
    signatures.sealed(rating, by=by)
