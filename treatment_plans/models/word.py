"""What the patient says to a version of the plan."""

import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone

from anchored.ground.fields import Choice, Line, Prose

from .plan import Plan


class PatientWord(models.Model):
    """That the patient agrees or disagrees, in words that are kept, and how they signed or why not. Append-only; one per version."""

    class View(models.TextChoices):
        AGREES = "agrees", "Agrees"
        DISAGREES = "disagrees", "Disagrees"
        NOT_SAID = "", "Not said"

    class How(models.TextChoices):
        TYPED = "typed", "Signed, name typed"
        DRAWN = "drawn", "Signed, drawn on screen"
        DECLINED = "declined", "Declined to sign"
        UNABLE = "unable", "Unable to sign"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    plan = models.OneToOneField(Plan, on_delete=models.PROTECT, related_name="word")
    view = Choice(choices=View.choices, default=View.NOT_SAID, blank=True)
    words = Prose(max_length=2000, blank=True)
    how = Choice(choices=How.choices)
    signer_name = Line("name of who signed", max_length=200, blank=True)
    drawing = Prose(max_length=20_000, blank=True)
    reason = Line(max_length=300, blank=True)
    digest = Line(max_length=64)
    taken_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    taken_at = models.DateTimeField(default=timezone.now)

    def __str__(self):
        return self.get_how_display()

    @property
    def patient_id(self):
        return self.plan.patient_id
