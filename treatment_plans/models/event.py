"""What happens in somebody's life and asks for a look at the plan before its day."""

import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone

from anchored.ground.dates import today
from anchored.ground.fields import Choice, Line
from patients.models import Episode


class PlanEvent(models.Model):
    """Something happened: the plan is reviewed within the days that the program's rule gives. Append-only; the next review answers it.

    Moves along the continuum and safety flags count as well; they are on record elsewhere and need no row here.
    """

    class Kind(models.TextChoices):
        RETURN_TO_USE = "return_to_use", "Return to use"
        SAFETY = "safety", "Safety event"
        HOSPITAL = "hospital", "Hospital or emergency room"
        REQUEST = "request", "The patient asks for it"
        OTHER = "other", "Something else that matters"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    episode = models.ForeignKey(Episode, on_delete=models.PROTECT, related_name="plan_events")
    kind = Choice("what happened", choices=Kind.choices)
    happened_on = models.DateField("on", default=today)
    words = Line("in a few words", max_length=300, blank=True)
    said_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    said_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-happened_on", "-said_at"]
        indexes = [models.Index(fields=["episode", "said_at"], name="plan_events_of_an_episode")]

    def __str__(self):
        return self.get_kind_display()

    @property
    def patient_id(self):
        return self.episode.patient_id
