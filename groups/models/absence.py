"""When an absence asks for something, every try to reach the person, and what a supervisor decided."""

import uuid

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone

from anchored.ground.fields import Choice, Line, Prose
from anchored.ground.intervals import Dated, ends_after_start
from patients.models import Channel, Contact, Episode, Program


class AbsenceRule(Dated):
    """How many absences ask for what. A program with rules of its own follows those alone; all others follow the house's.

    Without `within_days` the absences are those in a row, until the person comes again.
    """

    class Counts(models.TextChoices):
        UNEXCUSED = "unexcused", "Unexcused only"
        ANY = "any", "Excused and unexcused"

    class Follows(models.TextChoices):
        CALL = "call", "Call after absence"
        SUPERVISOR = "supervisor", "A supervisor decides"
        LEAVING = "leaving", "A supervisor decides whether a discharge review begins"

    program = models.ForeignKey(
        Program, on_delete=models.PROTECT, null=True, blank=True, related_name="absence_rules", help_text="Empty: the whole house."
    )
    counts = Choice("which absences", choices=Counts.choices, default=Counts.UNEXCUSED)
    number = models.PositiveSmallIntegerField("how many", validators=[MinValueValidator(1)])
    within_days = models.PositiveSmallIntegerField(null=True, blank=True, help_text="Empty: in a row.")
    follows = Choice("what follows", choices=Follows.choices)
    due_hours = models.PositiveSmallIntegerField("call due within hours", null=True, blank=True)
    due_hours_in_danger = models.PositiveSmallIntegerField(
        "within hours with a safety flag", null=True, blank=True, help_text="While a safety flag is raised. Empty: the same."
    )
    citation = Prose("where the numbers come from", max_length=1000, blank=True)

    class Meta:
        ordering = ["program", "follows", "number"]
        constraints = [
            ends_after_start("absence_rule_ends_after_it_starts"),
            models.CheckConstraint(condition=Q(number__gte=1), name="an_absence_rule_counts_absences"),
            models.CheckConstraint(
                condition=Q(follows="call", due_hours__isnull=False) | ~Q(follows="call"),
                name="a_call_is_due_sometime",
                violation_error_message="Enter within how many hours the call is due.",
            ),
        ]

    def __str__(self):
        return f"{self.words}: {self.get_follows_display().lower()}"

    @property
    def words(self):
        """2 unexcused absences in a row; 7 absences within 84 days."""
        kind = "unexcused absence" if self.counts == self.Counts.UNEXCUSED else "absence"
        when = f"within {self.within_days} days" if self.within_days else "in a row"
        return f"{self.number} {kind}{'' if self.number == 1 else 's'} {when}"


class Outreach(models.Model):
    """One try to reach somebody in care who did not come. Append-only. `contact`: who was reached in their place."""

    class Outcome(models.TextChoices):
        SPOKE = "spoke", "Spoke with the person"
        SPOKE_CONTACT = "spoke_contact", "Spoke with a contact"
        MESSAGE = "message", "Left a message"
        NO_ANSWER = "no_answer", "No answer"
        WRONG = "wrong", "Wrong number or address"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    episode = models.ForeignKey(Episode, on_delete=models.PROTECT, related_name="outreach")
    channel = Choice("how", choices=[choice for choice in Channel.choices if choice[0]])
    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="whom")
    outcome = Choice(choices=Outcome.choices)
    note = Prose("what was said", max_length=1000, blank=True)
    next_step = Line(max_length=300, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-at"]
        verbose_name_plural = "outreach"
        constraints = [
            models.CheckConstraint(condition=~Q(outcome="spoke_contact") | Q(contact__isnull=False), name="a_contact_has_a_name"),
        ]
        indexes = [models.Index(fields=["episode", "-at"], name="outreach_of_an_episode")]

    def __str__(self):
        return self.get_outcome_display()

    @property
    def patient_id(self):
        return self.episode.patient_id


class AbsenceDecision(models.Model):
    """What a supervisor decided about absences, with name, time and reason. It discharges nobody. Append-only."""

    class Decision(models.TextChoices):
        GO_ON = "go_on", "Continue with a plan"
        CHANGE = "change", "Change the group or the track"
        LEVEL = "level", "Review the level of care"
        LEAVING = "leaving", "Begin a discharge review"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    episode = models.ForeignKey(Episode, on_delete=models.PROTECT, related_name="absence_decisions")
    decision = Choice(choices=Decision.choices)
    reason = Prose(max_length=2000)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-at"]
        verbose_name = "decision after absences"
        verbose_name_plural = "decisions after absences"
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="a_decision_has_a_reason")]
        indexes = [models.Index(fields=["episode", "-at"], name="decisions_of_an_episode")]

    def __str__(self):
        return self.get_decision_display()

    @property
    def patient_id(self):
        return self.episode.patient_id
