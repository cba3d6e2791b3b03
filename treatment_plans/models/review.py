"""The review of a plan: what became of each objective since the last one, and how it goes on."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from anchored.ground.dates import today
from anchored.ground.fields import Choice, Line, Prose
from anchored.signing.models import Signable
from anchored.signing.words import in_words

from .plan import Plan


class PlanReview(Signable):
    """A signed look at a plan in force. `objectives` holds for each: root, number, text, standing, evidence, decision."""

    class Decision(models.TextChoices):
        CONTINUE = "continue", "Continue the plan"
        REVISE = "revise", "Revise the plan"
        MOVE = "move", "Move along the continuum"
        DISCHARGE = "discharge", "Discharge"

    class Further(models.TextChoices):
        KEEP = "keep", "Keep"
        CHANGE = "change", "Change"
        FINISH = "finish", "Finish"

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="reviews")
    made_on = models.DateField(default=today)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    participants = Line("who took part", max_length=300, blank=True)
    objectives = models.JSONField(default=list, blank=True)
    summary = Prose(max_length=4000)
    decision = Choice(choices=Decision.choices)
    next_on = models.DateField("next review", null=True, blank=True)

    SIGNED = ("id", "plan_id", "made_on", "made_by_id", "participants", "objectives", "summary", "decision", "next_on")

    class Meta:
        ordering = ["-made_on", "-made_at"]

    def __str__(self):
        return f"Review of {self.made_on}"

    @property
    def patient_id(self):
        return self.plan.patient_id

    @property
    def patient(self):
        return self.plan.patient

    def words_to_sign(self):
        return in_words({name: getattr(self, name) for name in self.SIGNED})
