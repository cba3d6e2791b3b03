"""What was diagnosed: a code of the list, with everything that the code does not say kept beside it."""

import uuid

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from anchored.ground.dates import today
from anchored.ground.fields import Choice, Line

from .patient import Patient


class Severity(models.TextChoices):
    """How severe a disorder is, by the criteria of the manual."""

    NOT_SAID = "", "Not said"
    MILD = "mild", "Mild"
    MODERATE = "moderate", "Moderate"
    SEVERE = "severe", "Severe"


class Remission(models.TextChoices):
    """Early: from 3 to under 12 months without criteria other than craving. Sustained: 12 months and more."""

    NONE = "none", "Not in remission"
    EARLY = "early", "Early remission"
    SUSTAINED = "sustained", "Sustained remission"


class DiagnosisCode(models.Model):
    """A code of ICD-10-CM with its title, and what it goes with. An administrator corrects it or withdraws it."""

    class Remission(models.TextChoices):
        EITHER = "either", "With or without remission"
        WITHOUT = "without", "Only while not in remission"
        WITH = "with", "Only in remission"

    code = Line(max_length=10, unique=True)
    title = Line(max_length=200)
    fits_mild = models.BooleanField("goes with mild", default=True)
    fits_moderate = models.BooleanField("goes with moderate", default=True)
    fits_severe = models.BooleanField("goes with severe", default=True)
    remission = Choice(choices=Remission.choices, default=Remission.EITHER)
    offered = models.BooleanField(default=True)

    class Meta:
        ordering = ["code"]

    def __str__(self):
        return f"{self.code} {self.title}"

    @property
    def severities(self):
        """Those that fit."""
        fits = {Severity.MILD: self.fits_mild, Severity.MODERATE: self.fits_moderate, Severity.SEVERE: self.fits_severe}
        return [severity for severity, it_fits in fits.items() if it_fits]


STANDING = Q(resolved_on=None, entered_in_error_at=None)


class DiagnosisQuerySet(models.QuerySet):
    def standing(self):
        """Neither resolved nor entered in error."""
        return self.filter(STANDING)


class Diagnosis(models.Model):
    """A diagnosis of one person. It stands from a day until it is resolved; what was entered in error stays on record, marked.

    Another code is another row: the one before ends on the day the new one begins.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="diagnoses")
    code = models.ForeignKey(DiagnosisCode, on_delete=models.PROTECT, related_name="diagnoses", verbose_name="diagnosis")
    severity = Choice(choices=Severity.choices, default=Severity.NOT_SAID, blank=True)
    criteria = models.PositiveSmallIntegerField("criteria met, of 11", null=True, blank=True, validators=[MaxValueValidator(11)])
    remission = Choice(choices=Remission.choices, default=Remission.NONE)
    in_controlled_environment = models.BooleanField("in a controlled environment", default=False)
    on_maintenance_therapy = models.BooleanField("on maintenance therapy", default=False)
    is_primary = models.BooleanField("primary diagnosis", default=False)
    diagnosed_on = models.DateField("since", default=today)
    diagnosed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    resolved_on = models.DateField("resolved", null=True, blank=True, help_text="The first day it no longer stands.")
    resolved_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(default=timezone.now)
    entered_in_error_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    entered_in_error_at = models.DateTimeField(null=True, blank=True)
    entered_in_error_because = Line("why it was an error", max_length=300, blank=True)

    objects = DiagnosisQuerySet.as_manager()

    class Meta:
        ordering = ["-is_primary", "code__code", "diagnosed_on"]
        verbose_name_plural = "diagnoses"
        constraints = [
            models.UniqueConstraint(fields=["patient"], condition=STANDING & Q(is_primary=True), name="one_primary_diagnosis"),
            models.UniqueConstraint(fields=["patient", "code"], condition=STANDING, name="a_diagnosis_stands_once"),
            models.CheckConstraint(
                condition=Q(resolved_on=None) | Q(resolved_on__gte=F("diagnosed_on")),
                name="diagnosis_resolved_after_it_was_made",
                violation_error_message="A diagnosis cannot be resolved before it was made.",
            ),
            models.CheckConstraint(
                condition=Q(resolved_on=None, resolved_by=None) | Q(resolved_on__isnull=False, resolved_by__isnull=False),
                name="diagnosis_resolved_by_somebody",
            ),
            models.CheckConstraint(condition=Q(criteria=None) | Q(criteria__lte=11), name="eleven_criteria_at_most"),
            models.CheckConstraint(
                condition=Q(entered_in_error_by=None, entered_in_error_at=None, entered_in_error_because="")
                | (Q(entered_in_error_by__isnull=False, entered_in_error_at__isnull=False) & ~Q(entered_in_error_because="")),
                name="diagnosis_in_error_because",
            ),
        ]

    def __str__(self):
        return str(self.code)

    @property
    def stands(self):
        return self.resolved_on is None and self.entered_in_error_at is None

    @property
    def specifiers(self):
        """What the code does not say, as one reads it: severe, 7 of 11 criteria, early remission."""
        words = [
            self.get_severity_display() if self.severity else "",
            "" if self.criteria is None else f"{self.criteria} of 11 criteria",
            self.get_remission_display() if self.remission != Remission.NONE else "",
            "in a controlled environment" if self.in_controlled_environment else "",
            "on maintenance therapy" if self.on_maintenance_therapy else "",
        ]
        return ", ".join(filter(None, words)).capitalize()
