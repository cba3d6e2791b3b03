"""The correction of a mark that is signed: asked by one person, decided by another."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from anchored.ground.fields import Choice, Line, Prose
from patients.models import Service
from treatment_plans.models import Note

from .attendance import Attendance, words_of_mark

State = Attendance.State


class Amendment(models.Model):
    """How a signed mark should read, as it was when that was asked, and why. The mark changes with the decision and in no other way.

    `replaces` and `service`: the row of the ledger that counts no more, and the one that stands in its place. `note`: what was
    signed about somebody who did not come after all; it is entered in error with the decision.
    """

    class Outcome(models.TextChoices):
        WAITING = "", "Waits for a second person"
        MADE = "made", "Corrected"
        DECLINED = "declined", "Left as it was"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    attendance = models.ForeignKey(Attendance, on_delete=models.PROTECT, related_name="amendments")
    was_state = Choice(choices=State.choices)
    was_late = models.PositiveSmallIntegerField()
    was_early = models.PositiveSmallIntegerField()
    was_reason = Line(max_length=300, blank=True)
    state = Choice(choices=State.choices)
    late = models.PositiveSmallIntegerField("minutes late", default=0)
    early = models.PositiveSmallIntegerField("minutes left early", default=0)
    reason = Line(max_length=300, blank=True)
    because = Prose("why the mark is wrong", max_length=1000)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    outcome = Choice(choices=Outcome.choices, default=Outcome.WAITING, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    note = models.ForeignKey(Note, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    replaces = models.ForeignKey(Service, on_delete=models.PROTECT, null=True, blank=True, related_name="amendments")
    service = models.OneToOneField(Service, on_delete=models.PROTECT, null=True, blank=True, related_name="amendment")

    class Meta:
        ordering = ["asked_at"]
        verbose_name = "correction of attendance"
        verbose_name_plural = "corrections of attendance"
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome="", decided_by=None, decided_at=None)
                | (~Q(outcome="") & Q(decided_by__isnull=False, decided_at__isnull=False)),
                name="amendment_decided_by_somebody",
            ),
            models.CheckConstraint(condition=~Q(outcome="made") | ~Q(decided_by=F("asked_by")), name="a_mark_is_corrected_by_another"),
            models.CheckConstraint(condition=~Q(state="excused") | ~Q(reason=""), name="a_corrected_excuse_has_a_reason"),
            models.UniqueConstraint(
                fields=["attendance"],
                condition=Q(outcome=""),
                name="one_amendment_at_a_time",
                violation_error_message="A correction of this mark waits already.",
            ),
        ]
        indexes = [models.Index(fields=["attendance", "asked_at"], name="amendments_of_a_mark")]

    def __str__(self):
        return self.get_outcome_display()

    @property
    def patient(self):
        return self.attendance.episode.patient

    @property
    def patient_id(self):
        return self.attendance.episode.patient_id

    @property
    def before(self):
        """Late, 15 min."""
        return words_of_mark(self.was_state, self.was_late, self.was_early, self.was_reason)

    @property
    def after(self):
        return words_of_mark(self.state, self.late, self.early, self.reason)
