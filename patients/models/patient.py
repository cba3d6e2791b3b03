"""A person, known once."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from anchored.ground.dates import age_on, today
from anchored.ground.fields import Choice, Email, Line, Prose
from anchored.ground.intervals import Dated, DatedQuerySet, ends_after_start
from anchored.ground.text import fold
from patients.addresses import address
from patients.coded import choices_of


def Coded(field, **kwargs):
    """A column that holds a submission code of TEDS; empty means not known."""
    return Choice(max_length=6, choices=choices_of(field), blank=True, default="", **kwargs)


class RecordNumber(models.Model):
    """The counter of record numbers: one row, locked while a number is taken."""

    last = models.PositiveIntegerField(default=1000)

    def __str__(self):
        return str(self.last)


class Circumstances(models.Model):
    """How a person lives: asked again at each admission, so a patient has the current answers and an admission those of its day."""

    education = Coded("education")
    marital_status = Coded("marital_status")
    employment = Coded("employment")
    not_in_labor_detail = Coded("not_in_labor_detail", verbose_name="why not in the labor force")
    living_arrangement = Coded("living_arrangement")
    income_source = Coded("income_source")
    health_insurance = Coded("health_insurance")

    class Meta:
        abstract = True

    FIELDS = (
        "education",
        "marital_status",
        "employment",
        "not_in_labor_detail",
        "living_arrangement",
        "income_source",
        "health_insurance",
    )

    def circumstances(self):
        return {name: getattr(self, name) for name in Circumstances.FIELDS}


class Channel(models.TextChoices):
    """How somebody is reached."""

    NOT_SAID = "", "Not said"
    PHONE = "phone", "Phone"
    TEXT = "text", "Text message"
    EMAIL = "email", "Email"
    LETTER = "letter", "Letter"
    IN_PERSON = "in_person", "In person only"


class FindBy(Prose):
    """The folded words a person is found by: names, record number, birth date, phone. Written whenever the row is."""

    def pre_save(self, patient, add):
        words = [patient.family_name, patient.given_name, patient.preferred_name, str(patient.record_number or "")]
        digits = "".join(character for character in patient.phone if character.isdigit())
        folded = " ".join(fold(word) for word in [*words, patient.birth_date.isoformat() if patient.birth_date else "", digits] if word)
        folded = f"{folded} {patient.also_found_by}".strip()
        setattr(patient, self.attname, folded)
        return folded


class PatientQuerySet(models.QuerySet):
    def visible_to(self, user, *, among=None):
        """The only door to charts: those whom this person has a relation to today.

        Care team; supervisor of a care-team member; staff of the program of the current stay; whoever moved the patient
        there, until it has accepted; whoever registered a person not admitted yet, for some days; who takes part in an open
        referral, an admission in the making or a wait for a place. After a discharge the last relations hold on for as long
        as the work that follows it. A restricted record opens for the people named on it and for nobody else; one that was
        merged into another opens for nobody.

        `among`: keys of the few who are asked about, whose relations alone are looked for then.
        """
        from .relation import Relation

        named = NamedAccess.objects.now().filter(user=user).values("patient_id")
        related = Relation.objects.opening_for(user).values("patient")
        rows = self
        if among is not None:
            rows, related = rows.filter(pk__in=among), related.filter(patient__in=among)
        return rows.filter(Q(restricted=False) | Q(pk__in=named), pk__in=related, merged_into=None)

    def in_care(self):
        return self.filter(episodes__ended_on=None, episodes__isnull=False)


class Patient(Circumstances):
    """A person with one record, for good. Merging leaves a redirect; nothing is deleted."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    record_number = models.PositiveIntegerField(unique=True, editable=False)
    given_name = Line(max_length=100)
    family_name = Line(max_length=100, blank=True)
    preferred_name = Line(max_length=100, blank=True)
    pronouns = Line(max_length=40, blank=True)
    birth_date = models.DateField("date of birth", null=True, blank=True)
    phone = Line(max_length=40, blank=True)
    email = Email(blank=True)
    street = Line(max_length=200, blank=True)
    city = Line(max_length=100, blank=True)
    state = Line(max_length=40, blank=True)
    postal_code = Line(max_length=20, blank=True)
    language = Line(max_length=60, blank=True)
    needs_interpreter = models.BooleanField("needs an interpreter", default=False)
    allergies = Prose(max_length=1000, blank=True)
    reach_by = Choice("reach them by", choices=Channel.choices, default=Channel.NOT_SAID, blank=True)
    may_leave_message = models.BooleanField("a message may be left", default=False)
    reach_wishes = Prose("wishes about being reached", max_length=1000, blank=True)
    sex = Coded("sex")
    race = Coded("race")
    ethnicity = Coded("ethnicity")
    veteran = Coded("veteran")
    restricted = models.BooleanField(default=False, help_text="Opens only for the people named on the record.")
    registered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+", editable=False
    )
    registered_at = models.DateTimeField(default=timezone.now, editable=False)
    merged_into = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="merged", editable=False)
    also_found_by = Prose(editable=False, blank=True, default="")  # what the records merged into this one were found by
    find_by = FindBy(editable=False, default="")

    objects = PatientQuerySet.as_manager()

    class Meta:
        ordering = ["family_name", "given_name", "record_number"]
        indexes = [
            models.Index(fields=["family_name", "given_name", "record_number"], name="patients_by_name"),
            models.Index(fields=["birth_date"], name="patients_by_birth_date"),
            models.Index(fields=["registered_by", "registered_at"], name="patients_by_registrar"),
        ]

    def __str__(self):
        return f"{self.given_name} {self.family_name}".strip()

    def get_absolute_url(self):
        return address("patients:chart", self.pk)

    @property
    def patient_id(self):
        return self.pk

    def age(self, day=None):
        """Whole years; None when the birth date is not known."""
        return age_on(self.birth_date, day or today()) if self.birth_date else None


class SafetyFlag(Dated):
    """Something that everybody who meets the person must know first."""

    class Kind(models.TextChoices):
        OVERDOSE = "overdose", "Overdose risk"
        SELF_HARM = "self_harm", "Suicide or self-harm risk"
        WITHDRAWAL = "withdrawal", "Withdrawal risk"
        VIOLENCE = "violence", "Risk of violence"
        MEDICAL = "medical", "Medical alert"
        SAFETY_PLAN = "safety_plan", "Safety plan in place"
        OTHER = "other", "Speak to the primary clinician first"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="safety_flags")
    kind = Choice(choices=Kind.choices)
    note = Line(max_length=300, blank=True)
    raised_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    raised_at = models.DateTimeField(default=timezone.now)
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-started_on", "-raised_at"]
        constraints = [
            ends_after_start("flag_ends_after_it_starts"),
            models.UniqueConstraint(
                fields=["patient", "kind"],
                condition=Q(ended_on=None),
                name="one_open_flag_per_kind",
                violation_error_message="This flag is raised already.",
            ),
            models.CheckConstraint(
                condition=Q(ended_on=None, closed_by=None, closed_at=None)
                | Q(ended_on__isnull=False, closed_by__isnull=False, closed_at__isnull=False),
                name="flag_closed_by_somebody",
            ),
        ]

    def __str__(self):
        return self.get_kind_display()


class NamedAccess(Dated):
    """Somebody who may open a restricted record, besides having a relation to the patient."""

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="named_access")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    named_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    named_at = models.DateTimeField(default=timezone.now)

    objects = DatedQuerySet.as_manager()

    class Meta:
        constraints = [
            ends_after_start("named_access_ends_after_it_starts"),
            models.UniqueConstraint(fields=["patient", "user"], condition=Q(ended_on=None), name="named_once"),
        ]

    def __str__(self):
        return f"{self.user} for No. {self.patient.record_number}"
