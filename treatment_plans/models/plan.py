"""The plan: from what was found to what is done about it. Problem, goal, objective, intervention; in versions."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from anchored.ground.fields import Choice, Line, Prose
from anchored.signing.models import Signable
from anchored.signing.words import in_words
from patients.models import Episode

NUMBERED = [("", "None"), *((str(number), f"Dimension {number}") for number in range(1, 7))]


class Modality(models.TextChoices):
    """How something is done about an objective."""

    INDIVIDUAL = "individual", "Individual therapy"
    GROUP = "group", "Group"
    FAMILY = "family", "Family or couples session"
    CASE_MANAGEMENT = "case_management", "Case management"
    MEDICATION = "medication_management", "Medication management"
    PEER = "peer_support", "Peer support"
    SELF_HELP = "self_help", "Self-help"
    REFERRAL = "referral", "Referral"


class PlanQuerySet(models.QuerySet):
    def in_making(self):
        """The draft, or the version that waits for signatures: one at most in an episode."""
        return self.filter(in_force_at=None, superseded_at=None)

    def in_force(self):
        return self.filter(in_force_at__isnull=False, superseded_at=None)


class Plan(Signable):
    """One version of the plan of an episode. It is in force once everybody whom the rule asks for has signed or said why not.

    The clinician's signature seals the version with all its rows; another wording is another version. `previous` chains them.
    """

    class Because(models.TextChoices):
        INITIAL = "initial", "First plan"
        REVIEW = "review", "Review"
        MOVE = "move", "Move along the continuum"
        RETURN_TO_USE = "return_to_use", "Return to use"
        SAFETY = "safety", "Safety event"
        REQUEST = "request", "The patient asked for it"
        CORRECTION = "correction", "Correction"

    LATER = ("in_force_at", "superseded_at")

    episode = models.ForeignKey(Episode, on_delete=models.PROTECT, related_name="plans")
    number = models.PositiveSmallIntegerField("version")
    previous = models.OneToOneField("self", on_delete=models.PROTECT, null=True, blank=True, related_name="next")
    because = Choice("made because of", choices=Because.choices, default=Because.INITIAL)
    strengths = Prose(max_length=2000, blank=True)
    needs = Prose("needs and preferences", max_length=2000, blank=True)
    barriers = Prose(max_length=2000, blank=True)
    discharge_criteria = Prose(max_length=2000, blank=True)
    expected_stay = Line("expected length of stay", max_length=100, blank=True)
    needs_supervisor = models.BooleanField("a supervisor signs too", default=False)
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    started_at = models.DateTimeField(default=timezone.now)
    in_force_at = models.DateTimeField(null=True, blank=True, editable=False)
    superseded_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = PlanQuerySet.as_manager()

    ABOUT = ("strengths", "needs", "barriers", "discharge_criteria", "expected_stay")
    SIGNED = ("id", "episode_id", "number", "previous_id", "because", *ABOUT, "needs_supervisor", "started_by_id", "started_at")

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["episode", "number"], name="one_plan_per_version"),
            models.UniqueConstraint(
                fields=["episode"],
                condition=Q(in_force_at=None, superseded_at=None),
                name="one_plan_in_the_making",
                violation_error_message="A version of this plan is in the making already.",
            ),
            models.UniqueConstraint(
                fields=["episode"], condition=Q(in_force_at__isnull=False, superseded_at=None), name="one_plan_in_force"
            ),
            models.CheckConstraint(condition=Q(in_force_at=None) | Q(sealed_at__isnull=False), name="a_plan_in_force_is_signed"),
        ]

    def __str__(self):
        return f"Plan, version {self.number}"

    @property
    def patient_id(self):
        return self.episode.patient_id

    @property
    def patient(self):
        return self.episode.patient

    @property
    def is_draft(self):
        return self.sealed_at is None and self.superseded_at is None

    @property
    def waits(self):
        """Signed by its author, and not by everybody yet."""
        return self.sealed_at is not None and self.in_force_at is None and self.superseded_at is None

    @property
    def is_in_force(self):
        return self.in_force_at is not None and self.superseded_at is None

    @property
    def is_of_today(self):
        """Still to be written or worked by: what is known today belongs beside it. Other versions are past."""
        return self.superseded_at is None and self.episode.ended_on is None

    @property
    def state(self):
        """(tone, word) as the page shows it."""
        if self.superseded_at:
            return "quiet", "Superseded"
        if self.is_draft:
            return "quiet", "Draft"
        if self.in_force_at and self.episode.ended_on:
            return "quiet", "Ended"
        return ("live", "Active") if self.in_force_at else ("warn", "Waiting for signatures")

    def words_to_sign(self):
        """The plan and each of its rows, by name and in order."""
        facts = {name: getattr(self, name) for name in self.SIGNED}
        for model in ROWS:
            rows = model.objects.of(self).order_by("pk")
            facts[model.__name__] = [{name: getattr(row, name) for name in model.SIGNED} for row in rows]
        return in_words(facts)


class RowQuerySet(models.QuerySet):
    def of(self, plan):
        """The rows of a plan that are not taken out of it."""
        return self.filter(plan=plan, removed_at=None)


class Row(models.Model):
    """One row of a plan. `root` is the same in every version that carries the row on: the thread of notes holds to it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    root = models.UUIDField(default=uuid.uuid4, editable=False)
    position = models.PositiveSmallIntegerField(default=0, editable=False)
    removed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+", editable=False
    )
    removed_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = RowQuerySet.as_manager()
    plan: models.ForeignKey
    TYPED: tuple[str, ...] = ()
    SIGNED: tuple[str, ...] = ()

    class Meta:
        abstract = True
        ordering = ["position", "id"]

    @property
    def patient_id(self):
        return self.plan.patient_id


def _removed(name):
    return models.CheckConstraint(
        condition=Q(removed_by=None, removed_at=None) | Q(removed_by__isnull=False, removed_at__isnull=False), name=name
    )


class Problem(Row):
    """What is in the way, with where it was found: a dimension of the assessment. Each is treated, deferred or referred."""

    class Standing(models.TextChoices):
        ACTIVE = "active", "Active"
        DEFERRED = "deferred", "Deferred"
        REFERRED = "referred", "Referred elsewhere"
        RESOLVED = "resolved", "Resolved"

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="problems")
    statement = Line("problem", max_length=300)
    evidence = Prose("what shows it", max_length=2000, blank=True)
    words = Line("in the patient's words", max_length=300, blank=True)
    dimension = Choice(choices=NUMBERED, default="", blank=True)
    diagnosis = Line(max_length=220, blank=True, help_text="Code and title, in the words of the day it was chosen.")
    standing = Choice(choices=Standing.choices, default=Standing.ACTIVE)
    standing_because = Line("why deferred or referred, or where to", max_length=300, blank=True)

    TYPED = ("statement", "evidence", "words", "dimension", "diagnosis", "standing", "standing_because")
    SIGNED = ("id", "root", "plan_id", "position", *TYPED)

    class Meta(Row.Meta):
        constraints = [_removed("problem_removed_by_somebody")]

    def __str__(self):
        return self.statement


class Goal(Row):
    """Where the patient wants to be, in their own words."""

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="goals")
    problem = models.ForeignKey(Problem, on_delete=models.PROTECT, related_name="goals")
    text = Line("goal", max_length=300)
    words = Line("in the patient's words", max_length=300, blank=True)

    TYPED = ("text", "words")
    SIGNED = ("id", "root", "plan_id", "position", "problem_id", *TYPED)

    class Meta(Row.Meta):
        constraints = [_removed("goal_removed_by_somebody")]

    def __str__(self):
        return self.text


class Objective(Row):
    """A step to the goal that can be seen and counted, by a day."""

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="objectives")
    goal = models.ForeignKey(Goal, on_delete=models.PROTECT, related_name="objectives")
    text = Line("objective", max_length=300)
    measure = Line(max_length=200, blank=True)
    target_on = models.DateField("by", null=True, blank=True)

    TYPED = ("text", "measure", "target_on")
    SIGNED = ("id", "root", "plan_id", "position", "goal_id", *TYPED)

    class Meta(Row.Meta):
        constraints = [_removed("objective_removed_by_somebody")]

    def __str__(self):
        return self.text


class Intervention(Row):
    """What the staff do about an objective: how, how often, for how long, and who."""

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="interventions")
    objective = models.ForeignKey(Objective, on_delete=models.PROTECT, related_name="interventions")
    modality = Choice("how", choices=Modality.choices)
    text = Line("what", max_length=300)
    frequency = Line("how often", max_length=100, blank=True)
    duration = Line("for how long", max_length=100, blank=True)
    responsible = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="who"
    )

    TYPED = ("modality", "text", "frequency", "duration", "responsible")
    SIGNED = ("id", "root", "plan_id", "position", "objective_id", "modality", "text", "frequency", "duration", "responsible_id")

    class Meta(Row.Meta):
        constraints = [_removed("intervention_removed_by_somebody")]

    def __str__(self):
        return f"{self.get_modality_display()}: {self.text}"


ROWS: tuple[type[Row], ...] = (Problem, Goal, Objective, Intervention)
