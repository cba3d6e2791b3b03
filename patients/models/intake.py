"""An admission in the making: nine steps in any order, each answer kept as soon as it is given."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from anchored.ground.fields import Choice, Line, Prose

from .episode import Episode
from .patient import Patient
from .program import Program
from .referral import Referral


class Intake(models.Model):
    """The work on one admission. It ends with the episode it led to, or with a reason why it did not."""

    class Outcome(models.TextChoices):
        OPEN = "", "Open"
        ADMITTED = "admitted", "Admitted"
        ENDED = "ended", "Ended without admission"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="intakes")
    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, null=True, blank=True, related_name="intakes")
    program = models.ForeignKey(
        Program, on_delete=models.PROTECT, null=True, blank=True, related_name="+", help_text="Its staff may go on."
    )
    episode = models.OneToOneField(Episode, on_delete=models.PROTECT, null=True, blank=True, related_name="intake")
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    started_at = models.DateTimeField(default=timezone.now)
    outcome = Choice(choices=Outcome.choices, default=Outcome.OPEN, blank=True)
    closed_because = Prose(max_length=1000, blank=True)
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-started_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["patient"],
                condition=Q(closed_at=None),
                name="one_open_intake_per_patient",
                violation_error_message="An admission of this person has begun already.",
            ),
            models.CheckConstraint(
                condition=Q(closed_by=None, closed_at=None, outcome="")
                | (Q(closed_by__isnull=False, closed_at__isnull=False) & ~Q(outcome="")),
                name="intake_closed_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(outcome="admitted", episode__isnull=False) | (~Q(outcome="admitted") & Q(episode=None)),
                name="an_admitted_intake_has_its_episode",
            ),
        ]
        indexes = [models.Index(fields=["program"], name="open_intakes_of_a_program", condition=Q(closed_at=None))]

    def __str__(self):
        return f"Admission begun {timezone.localdate(self.started_at)}"


class IntakeAnswer(models.Model):
    """One field of one step, as it was typed: also what is half typed or not yet right. Checked when the step is completed."""

    intake = models.ForeignKey(Intake, on_delete=models.PROTECT, related_name="answers")
    step = Line(max_length=20)
    field = Line(max_length=60)
    value = Prose(max_length=8000, blank=True)
    saved_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    saved_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["intake", "step", "field"]
        constraints = [models.UniqueConstraint(fields=["intake", "step", "field"], name="one_answer_per_field")]

    def __str__(self):
        return f"{self.step}, {self.field}"

    @property
    def patient_id(self):
        return self.intake.patient_id


class IntakeStep(models.Model):
    """That somebody completed a step. Opening it again takes nothing away; completing it again renews the row."""

    intake = models.ForeignKey(Intake, on_delete=models.PROTECT, related_name="steps")
    step = Line(max_length=20)
    done_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    done_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["intake", "step"]
        constraints = [models.UniqueConstraint(fields=["intake", "step"], name="one_row_per_completed_step")]

    def __str__(self):
        return self.step

    @property
    def patient_id(self):
        return self.intake.patient_id


class MinorRule(models.Model):
    """From which age a state lets a minor consent to this treatment alone, and until when a guardian signs. With its source."""

    state = Line(max_length=40, unique=True, help_text="As written in addresses, like NY. Empty: where no other row speaks.", blank=True)
    adult_age = models.PositiveSmallIntegerField("of age from", default=18)
    consent_age = models.PositiveSmallIntegerField("may consent alone from", null=True, blank=True, help_text="Empty: not before of age.")
    guardian_signs_too = models.BooleanField("a guardian signs beside a minor who may consent", default=False)
    citation = Prose("where this comes from", max_length=1000, blank=True)

    class Meta:
        ordering = ["state"]

    def __str__(self):
        return self.state or "Everywhere else"
