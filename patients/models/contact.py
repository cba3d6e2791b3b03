"""Family and others in a patient's life: who they are to them, how they are reached, what may be said."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from anchored.ground.fields import Choice, Email, Line, Prose

from .patient import Channel, Patient


class Relationship(models.TextChoices):
    """Who somebody is to the patient (also of a caller)."""

    SELF = "self", "The patient"
    SPOUSE = "spouse", "Spouse"
    PARTNER = "partner", "Partner"
    FORMER_PARTNER = "former_partner", "Former partner"
    PARENT = "parent", "Parent"
    STEP_PARENT = "step_parent", "Step-parent"
    CHILD = "child", "Child"
    SIBLING = "sibling", "Sibling"
    GRANDPARENT = "grandparent", "Grandparent"
    RELATIVE = "relative", "Other relative"
    FRIEND = "friend", "Friend"
    GUARDIAN = "guardian", "Guardian"
    PROXY = "proxy", "Health care proxy"
    FOSTER_PARENT = "foster_parent", "Foster parent"
    SPONSOR = "sponsor", "Sponsor"
    COACH = "coach", "Recovery coach"
    EMPLOYER = "employer", "Employer"
    ASSISTANCE = "assistance", "Employee assistance program"
    SCHOOL = "school", "School"
    PROBATION = "probation", "Probation or parole officer"
    COURT = "court", "Court"
    ATTORNEY = "attorney", "Attorney"
    CHILD_WELFARE = "child_welfare", "Child-welfare worker"
    CASE_MANAGER = "case_manager", "Case manager"
    PRIMARY_CARE = "primary_care", "Primary-care clinician"
    HOSPITAL = "hospital", "Hospital"
    PSYCHIATRIST = "psychiatrist", "Psychiatrist"
    THERAPIST = "therapist", "Therapist"
    PRESCRIBER = "prescriber", "Prescriber of medication for addiction"
    PHARMACY = "pharmacy", "Pharmacy"
    TREATMENT = "treatment", "Other treatment program"
    HOUSING = "housing", "Housing or sober living"
    PAYER = "payer", "Payer"
    CLERGY = "clergy", "Clergy"
    OTHER = "other", "Other"


class Contact(models.Model):
    """Somebody whom staff may meet or call about the patient, with what may be said to them.

    Never visible in another patient's chart. Who left the list stays on record.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="contacts")
    name = Line(max_length=120)
    relationship = Choice("who this is to the patient", choices=Relationship.choices)
    organisation = Line(max_length=120, blank=True)
    phone = Line(max_length=40, blank=True)
    email = Email(blank=True)
    channel = Choice("reach them by", choices=Channel.choices, default=Channel.NOT_SAID, blank=True)
    times = Line("when", max_length=200, blank=True)
    may_leave_message = models.BooleanField("a message may be left", default=False)
    may_be_told = Prose("what may be said to them", max_length=1000, blank=True)
    caution = Line(max_length=300, blank=True)
    is_emergency = models.BooleanField("emergency contact", default=False)
    is_guardian = models.BooleanField("legal guardian, signs for a minor", default=False)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField(default=timezone.now)
    removed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-is_emergency", "name", "added_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(removed_by=None, removed_at=None) | Q(removed_by__isnull=False, removed_at__isnull=False),
                name="contact_removed_by_somebody",
            ),
        ]

    def __str__(self):
        return f"{self.name}, {self.get_relationship_display().lower()}"
