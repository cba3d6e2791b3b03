"""The review of a caseload: a supervisor goes through the patients of a clinician, finds, and asks for what follows."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from anchored.ground.fields import Line, Prose
from anchored.signing.models import Signable
from anchored.signing.words import in_words
from patients.models import Episode


class CaseloadReview(Signable):
    """One going-through, a draft of its supervisor until the signature. `version` grows with each save."""

    clinician = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="caseload_reviews")
    supervisor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    begun_at = models.DateTimeField(default=timezone.now)
    summary = Prose("what was agreed", max_length=4000, blank=True)
    version = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        ordering = ["-begun_at"]
        constraints = [
            models.UniqueConstraint(fields=["supervisor", "clinician"], condition=Q(sealed_at=None), name="one_caseload_review_draft"),
        ]

    def __str__(self):
        return f"Caseload review of {timezone.localdate(self.begun_at)}"

    def words_to_sign(self):
        names = ("id", "clinician_id", "supervisor_id", "begun_at", "summary")
        facts = {name: getattr(self, name) for name in names}
        facts["patients"] = [{name: getattr(row, name) for name in CaseloadFinding.SIGNED} for row in self.findings.order_by("pk")]
        return in_words(facts)


class FollowUps(models.QuerySet):
    def asked(self):
        """What signed reviews ask somebody to do."""
        return self.exclude(follow_up="").filter(review__sealed_at__isnull=False)

    def open(self):
        return self.asked().filter(answer=None)


class CaseloadFinding(models.Model):
    """One patient in a review: whether the supervisor looked, what they found, and what follows: by when and by whom."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    review = models.ForeignKey(CaseloadReview, on_delete=models.PROTECT, related_name="findings")
    episode = models.ForeignKey(Episode, on_delete=models.PROTECT, related_name="caseload_findings")
    looked = models.BooleanField("looked at", default=False)
    finding = Prose(max_length=2000, blank=True)
    follow_up = Line(max_length=300, blank=True)
    due_on = models.DateField("due", null=True, blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="follow_ups", verbose_name="who"
    )

    objects = FollowUps.as_manager()

    SIGNED = ("id", "episode_id", "looked", "finding", "follow_up", "due_on", "owner_id")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["review", "episode"], name="one_finding_per_review_and_episode"),
            models.CheckConstraint(
                condition=Q(follow_up="", due_on=None, owner=None) | (~Q(follow_up="") & Q(due_on__isnull=False, owner__isnull=False)),
                name="a_follow_up_has_a_day_and_somebody",
            ),
        ]
        indexes = [models.Index(fields=["owner", "due_on"], name="follow_ups_of_a_person", condition=~Q(follow_up=""))]

    def __str__(self):
        return self.follow_up or "Looked at"

    @property
    def patient_id(self):
        return self.episode.patient_id


class FollowUpAnswer(models.Model):
    """What became of a follow-up, in the words of whoever closed it. Written once."""

    finding = models.OneToOneField(CaseloadFinding, on_delete=models.PROTECT, related_name="answer")
    text = Prose("what was done", max_length=2000)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(default=timezone.now)

    def __str__(self):
        return f"Answered by {self.answered_by}"

    @property
    def patient_id(self):
        return self.finding.patient_id
