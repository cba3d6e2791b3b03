"""The nine steps of an admission: what each asks, who may answer, how far it is, and what stands ready to be confirmed."""

from collections import Counter
from dataclasses import dataclass, field

from django.utils import timezone
from django.utils.formats import date_format

from anchored.accounts.roles import Permission
from anchored.ground.dates import today

from . import papers
from .forms import intake as forms
from .models import Admission, Assessment, Circumstances, Intake, Program, SubstanceUse
from .models.assessment import DIMENSIONS

SELDOM_CHANGES = (
    *("referral_source", "criminal_justice_referral", "payment_source", "insurance_note"),
    *("medication_opioid_therapy", "cooccurring", "diagnosis_class"),
)  # what must be asked anew (days waited, arrests, self-help, pregnancy) is not taken from last time
OTHER_RANKS = (2, 3)  # of the substances behind the primary one


@dataclass(frozen=True)
class Step:
    """One line of the task list. `clinical`: for those who may admit. `after`: the step that must be completed before."""

    key: str
    title: str
    form: type | None = None
    clinical: bool = False
    after: str = ""
    meta: str = ""

    def why_locked(self, user, done):
        """The sentence that says why it cannot start yet; empty when it can."""
        if self.clinical and not user.holds(Permission.ADMIT_PATIENTS):
            return "A clinician does this step"
        if self.after and self.after not in done:
            return f"Complete “{BY_KEY[self.after].title}” first"
        return ""


STEPS = (
    Step("safety", "Safety questions", forms.SafetyForm, clinical=True),
    Step("identity", "Contact and identity", forms.IdentityForm),
    Step("reason", "Why now and referral", forms.ReasonForm),
    Step("papers", "Consents and notices", meta="The person needs to be present"),
    Step("funding", "Funding", forms.FundingForm),
    Step("substances", "Substances and treatment history", forms.SubstancesForm, clinical=True),
    Step("dimensions", "Six-dimension assessment", forms.DimensionsForm, clinical=True, after="safety"),
    Step("life", "Work, school, family and times", forms.LifeForm),
    Step("level", "Level of care and start", forms.LevelForm, clinical=True, after="dimensions"),
)
BY_KEY = {step.key: step for step in STEPS}
BEFORE_THE_FIRST_SESSION = 5
NEEDED = ("safety", "identity", "level")  # without these nobody is admitted


@dataclass
class Progress:
    """An admission in the making as it stands now: three statements, and what was known before when it is asked for."""

    intake: Intake
    answers: dict = field(default_factory=dict)  # {(step, field): IntakeAnswer}
    done: dict = field(default_factory=dict)  # {step: IntakeStep}

    @classmethod
    def of(cls, intake):
        rows = intake.answers.select_related("saved_by")
        steps = intake.steps.select_related("done_by")
        return cls(intake, {(row.step, row.field): row for row in rows}, {row.step: row for row in steps})

    def __post_init__(self):
        self._ready, self._judged = None, {}

    @property
    def ready(self):
        """{(step, field): Ready} of what is known already."""
        if self._ready is None:
            self._ready = prefilled(self.intake)
        return self._ready

    def value(self, step, name):
        """What the field holds: the answer, else what is known already, else nothing."""
        answer = self.answers.get((step, name))
        if answer:
            return answer.value
        known = self.ready.get((step, name))
        return known.value if known else ""

    def values(self, form, step):
        return {name: self.value(step, name) for name in form.fields}

    def has_begun(self, step):
        return any(key == step for key, _ in self.answers)

    def saved_at(self, step=""):
        """When something of a step, or of any, was kept last; None before."""
        return max((row.saved_at for (key, _), row in self.answers.items() if step in ("", key)), default=None)

    def blank(self, step, user):
        """The form of a step with what it holds, not judged yet."""
        form = self._make(step, user)
        held = self.values(form, step.key)
        form.initial |= {name: value for name, value in held.items() if value or (step.key, name) in self.answers}
        for name, bound in form.fields.items():
            known = self.ready.get((step.key, name))
            if known and known.value and (step.key, name) not in self.answers:
                bound.help_text = f"{known.source}. {bound.help_text}".strip()
        return form

    def judged(self, step, user, typed=None):
        """The form of a step, filled in: with what was typed, or with what it holds."""
        if typed is not None:
            return self._make(step, user, typed)
        if step.key not in self._judged:
            self._judged[step.key] = self._make(step, user, self.values(self._make(step, user), step.key))
        return self._judged[step.key]

    def _make(self, step, user, data=None):
        more = {"edition": edition_of(self.intake)} if step.key == "dimensions" else {}
        return step.form(data, intake=self.intake, user=user, **more)

    def lines(self, user):
        """(step, state, remark) for the task list. States: done, begun, new, first, locked."""
        for step in STEPS:
            locked = step.why_locked(user, self.done)
            if step.key in self.done:
                yield step, "done", ""
            elif locked:
                yield step, "locked", locked
            elif step.form is None:
                yield step, *self._papers(step)
            elif self.has_begun(step.key):
                yield step, "begun", step.meta
            else:
                yield step, "first" if step.key == "safety" else "new", step.meta

    def _papers(self, step):
        """Papers are not answers: the step is done when each that is needed was signed, acknowledged or declined."""
        needed = papers.needed(self.intake.patient, intake=self.intake)
        missing = [row for row in needed if row.paper is None]
        if not missing:
            return "done", ""
        return ("new" if len(missing) == len(needed) else "begun"), f"{len(missing)} of {len(needed)} to do. {step.meta}"


@dataclass(frozen=True)
class Ready:
    """A value that is known already, and from when."""

    value: str
    source: str


def prefilled(intake):
    """{(step, field): Ready}: from the record, the referral and the last admission. At most five statements."""
    ready = {}
    _from_the_record(ready, intake)
    if intake.referral:
        _from_the_referral(ready, intake.referral)
    if intake.program_id:
        ready["level", "program"] = _program_of(intake)
    last = Admission.objects.filter(episode__patient=intake.patient).select_related("episode").order_by("-episode__started_on").first()
    if last:
        _from_last_time(ready, last)
        _from_the_last_rating(ready, intake)
    return ready


def _from_the_record(ready, intake):
    patient, referral = intake.patient, intake.referral
    began_with_the_call = referral and timezone.localdate(patient.registered_at) == timezone.localdate(referral.received_at)
    source = f"From the call of {_day(referral.received_at)}" if began_with_the_call else "From the record"
    for name in forms.IdentityForm.Meta.fields:
        ready["identity", name] = Ready(as_text(getattr(patient, name)), source)
    ready["safety", "allergies"] = Ready(patient.allergies, source)
    for name in Circumstances.FIELDS:
        step = "funding" if name in ("health_insurance", "income_source") else "life"
        ready[step, name] = Ready(getattr(patient, name), source)


def _from_the_referral(ready, referral):
    source = f"From the call of {_day(referral.received_at)}"
    waited = (today() - timezone.localdate(referral.received_at)).days
    said = {
        ("reason", "why_now"): referral.why_now,
        ("reason", "referral_source"): referral.referral_source,
        ("reason", "criminal_justice_referral"): referral.criminal_justice_referral,
        ("reason", "days_waiting"): str(waited),
        ("safety", "suicide"): referral.thinks_of_suicide,
        ("safety", "overdose"): referral.overdosed,
        ("safety", "withdrawal"): referral.in_withdrawal,
        ("substances", "substance_1"): referral.substance,
        ("funding", "insurance_note"): referral.insurance_note,
    }
    ready |= {key: Ready(value, source) for key, value in said.items() if value}


def _program_of(intake):
    """What the admission was begun for: as the call asked, or as somebody chose then."""
    referral = intake.referral
    as_asked = referral and referral.program_id == intake.program_id
    source = f"From the call of {_day(referral.received_at)}" if as_asked else f"Chosen as the admission began, {_day(intake.started_at)}"
    return Ready(str(intake.program_id), source)


def _from_last_time(ready, last):
    source = f"From the admission of {date_format(last.episode.started_on)}"
    where = dict.fromkeys(forms.SubstancesForm.ITEMS, "substances") | {"payment_source": "funding", "insurance_note": "funding"}
    for name in SELDOM_CHANGES:
        key = (where.get(name, "reason"), name)
        if getattr(last, name) and key not in ready:
            ready[key] = Ready(getattr(last, name), source)
    for rank, use in _ranked(SubstanceUse.objects.filter(admission=last), ready.get(("substances", "substance_1"))):
        for part in ("substance", "route", "frequency", "first_use_age"):
            ready.setdefault(("substances", f"{part}_{rank}"), Ready(as_text(getattr(use, part)), source))


def _ranked(uses, told):
    """[(rank, use)] of last time, behind the substance that the call told: a route and an age belong to one substance alone."""
    if told is None:
        return [(use.rank, use) for use in uses]
    same = [(1, use) for use in uses if use.substance == told.value]
    others = [use for use in uses if use.substance != told.value]
    return [*same[:1], *zip(OTHER_RANKS, others, strict=False)]


def _from_the_last_rating(ready, intake):
    rated = Assessment.objects.filter(episode__patient=intake.patient, edition=edition_of(intake), sealed_at__isnull=False).select_related(
        "made_by"
    )
    last = rated.first()
    if last:
        source = f"Rated {date_format(last.made_on)} by {last.made_by.short_name}"
        ready |= {("dimensions", f"rating_{number}"): Ready(getattr(last, f"rating_{number}"), source) for number in DIMENSIONS}


def edition_of(intake):
    """The edition that the program uses; before one is chosen, the one that most programs of the house use."""
    if intake.program:
        return intake.program.level.edition
    return Counter(Program.objects.now().values_list("level__edition", flat=True)).most_common(1)[0][0]


def as_text(value):
    """A value of a record as a form would send it."""
    if value is True:
        return "on"
    if value in (None, False):
        return ""
    return date_format(value) if hasattr(value, "isoformat") else str(value)


def _day(moment):
    return date_format(timezone.localdate(moment))
