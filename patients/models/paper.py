"""Notices, consents and agreements of an admission: the texts with their versions, and what was signed; scanned papers."""

import hashlib
import uuid

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils import timezone

from anchored.ground.fields import Choice, Line, Prose, Slug
from anchored.ground.intervals import Dated, ends_after_start

from .contact import Contact
from .episode import Episode
from .intake import Intake
from .patient import Patient
from .program import Program


class PaperTemplate(Dated):
    """One version of a text that people are given at admission. Once somebody has signed it, its words stay as they are."""

    class Kind(models.TextChoices):
        NOTICE = "notice", "Notice"
        CONSENT = "consent", "Consent"
        AGREEMENT = "agreement", "Agreement"

    class Needs(models.TextChoices):
        ACKNOWLEDGED = "acknowledged", "To be acknowledged"
        SIGNED = "signed", "To be signed"

    class People(models.TextChoices):
        EVERYBODY = "", "Everybody"
        ADULTS = "adults", "Adults"
        MINORS = "minors", "Minors"

    code = Slug(max_length=40)
    version = models.PositiveSmallIntegerField(default=1)
    kind = Choice(choices=Kind.choices)
    title = Line(max_length=120)
    text = Prose()
    needs = Choice("what is needed", choices=Needs.choices, default=Needs.SIGNED)
    people = Choice("for", choices=People.choices, default=People.EVERYBODY, blank=True)
    program = models.ForeignKey(
        Program, on_delete=models.PROTECT, null=True, blank=True, related_name="+", help_text="Empty: for all programs."
    )
    due_days = models.PositiveSmallIntegerField("due within days of the admission", default=0, help_text="0: on the day itself.")
    order = models.PositiveSmallIntegerField(default=0)

    WORDS = ("code", "version", "kind", "title", "text", "needs")  # what is signed: guards.py keeps it too

    class Meta:
        ordering = ["order", "title", "-version"]
        constraints = [
            ends_after_start("paper_ends_after_it_starts"),
            models.UniqueConstraint(fields=["code", "version"], name="one_text_per_version"),
            models.UniqueConstraint(
                fields=["code"],
                condition=Q(ended_on=None),
                name="one_version_in_force",
                violation_error_message="End the version in force first.",
            ),
        ]

    def __str__(self):
        return f"{self.title}, version {self.version}"

    def clean(self):
        """What somebody has signed keeps its words; another wording is another version."""
        changed = self.pk and type(self).objects.filter(pk=self.pk).exclude(**{name: getattr(self, name) for name in self.WORDS}).exists()
        if changed and self.papers.exists():
            raise ValidationError("Somebody has signed this version, so its words stay. Make a new version instead.")

    def digest(self):
        """SHA-256 of the words that are signed."""
        return hashlib.sha256(f"{self.code}\n{self.version}\n{self.title}\n{self.text}".encode()).hexdigest()


class Scan(models.Model):
    """A scanned paper, kept outside of what the web serves. Withdrawn when it was filed in error; never deleted."""

    class Kind(models.TextChoices):
        IDENTITY = "identity", "Identity document"
        INSURANCE = "insurance", "Insurance card"
        SIGNED = "signed", "Signed paper"
        COURT = "court", "Court or probation paper"
        MEDICAL = "medical", "Medical record"
        OTHER = "other", "Other"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="scans")
    kind = Choice(choices=Kind.choices)
    title = Line(max_length=120)
    name = Line("name of the file", max_length=150)
    media_type = Choice(choices=[("application/pdf", "PDF"), ("image/jpeg", "JPEG"), ("image/png", "PNG")])
    size = models.PositiveIntegerField("bytes")
    digest = Line(max_length=64)
    filed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    filed_at = models.DateTimeField(default=timezone.now)
    withdrawn_because = Line(max_length=300, blank=True)
    withdrawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-filed_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(withdrawn_by=None, withdrawn_at=None) | Q(withdrawn_by__isnull=False, withdrawn_at__isnull=False),
                name="scan_withdrawn_by_somebody",
            ),
        ]

    def __str__(self):
        return self.title


class Paper(models.Model):
    """That a person acknowledged, signed or declined one version of a text. Append-only."""

    class How(models.TextChoices):
        ACKNOWLEDGED = "acknowledged", "Acknowledged"
        TYPED = "typed", "Signed, name typed"
        DRAWN = "drawn", "Signed, drawn on screen"
        ON_PAPER = "on_paper", "Signed on paper"
        DECLINED = "declined", "Declined"
        UNABLE = "unable", "Unable to sign"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="papers")
    template = models.ForeignKey(PaperTemplate, on_delete=models.PROTECT, related_name="papers")
    intake = models.ForeignKey(Intake, on_delete=models.PROTECT, null=True, blank=True, related_name="papers")
    episode = models.ForeignKey(Episode, on_delete=models.PROTECT, null=True, blank=True, related_name="papers")
    how = Choice(choices=How.choices)
    signer_name = Line("name of who signed", max_length=200, blank=True)
    guardian = models.ForeignKey(Contact, on_delete=models.PROTECT, null=True, blank=True, related_name="papers")
    drawing = Prose(max_length=20_000, blank=True)
    reason = Line(max_length=300, blank=True)
    scan = models.ForeignKey(Scan, on_delete=models.PROTECT, null=True, blank=True, related_name="papers")
    digest = Line(max_length=64)
    taken_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    taken_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-taken_at"]
        indexes = [models.Index(fields=["patient", "-taken_at"], name="papers_of_a_patient")]

    def __str__(self):
        return f"{self.template.title}, {self.get_how_display().lower()}"
