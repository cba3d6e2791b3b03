"""That a signed note should not be on this chart."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from anchored.ground.fields import Choice, Prose

from .note import Note


class InErrorQuerySet(models.QuerySet):
    def waiting(self):
        return self.filter(outcome="")


class NoteInError(models.Model):
    """Somebody says that a signed note was entered in error; a second person decides. The note stays readable, struck through."""

    class Outcome(models.TextChoices):
        WAITING = "", "Waits for a second person"
        STRUCK = "struck", "Entered in error"
        STANDS = "stands", "The note stands"

    note = models.ForeignKey(Note, on_delete=models.PROTECT, related_name="said_in_error")
    because = Prose("why it was entered in error", max_length=1000)
    said_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    said_at = models.DateTimeField(default=timezone.now)
    outcome = Choice(choices=Outcome.choices, default=Outcome.WAITING, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)

    objects = InErrorQuerySet.as_manager()

    class Meta:
        ordering = ["-said_at"]
        verbose_name = "note said to be in error"
        verbose_name_plural = "notes said to be in error"
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome="", decided_by=None, decided_at=None)
                | (~Q(outcome="") & Q(decided_by__isnull=False, decided_at__isnull=False)),
                name="in_error_decided_by_somebody",
            ),
            models.CheckConstraint(condition=~Q(outcome="struck") | ~Q(decided_by=F("said_by")), name="a_note_is_struck_by_another"),
            models.UniqueConstraint(
                fields=["note"],
                condition=~Q(outcome="stands"),
                name="a_note_is_said_in_error_once",
                violation_error_message="Somebody has said so already.",
            ),
        ]

    def __str__(self):
        return self.get_outcome_display()

    @property
    def patient_id(self):
        return self.note.patient_id
