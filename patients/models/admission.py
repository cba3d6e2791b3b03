"""What is known on the day of admission: the record that TEDS asks for."""

import uuid

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q

from anchored.ground.fields import Line, Prose

from .episode import Episode
from .patient import Circumstances, Coded


class Admission(Circumstances):
    """The admission items of an episode, as they were on its first day. Coded columns hold TEDS submission codes."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    episode = models.OneToOneField(Episode, on_delete=models.PROTECT, related_name="admission")
    pregnant = Coded("pregnant")
    payment_source = Coded("payment_source")
    referral_source = Coded("referral_source")
    criminal_justice_referral = Coded("criminal_justice_referral")
    prior_episodes = Coded("prior_episodes", verbose_name="treatment episodes before")
    medication_opioid_therapy = Coded("medication_opioid_therapy", verbose_name="medication for opioid use disorder planned")
    days_waiting = models.PositiveSmallIntegerField(null=True, blank=True, validators=[MaxValueValidator(996)])
    days_waiting_band = Coded("days_waiting_band", editable=False)
    cooccurring = Coded("cooccurring", verbose_name="co-occurring mental health condition")
    arrests_30d = models.PositiveSmallIntegerField("arrests in the last 30 days", null=True, blank=True, validators=[MaxValueValidator(95)])
    arrests_30d_band = Coded("arrests_30d_band", editable=False)
    self_help_30d = Coded("self_help_30d", verbose_name="self-help groups in the last 30 days")
    diagnosis_class = Coded("diagnosis_class", verbose_name="diagnosis group")
    state_fips = models.SmallIntegerField(null=True, blank=True, editable=False)
    cbsa = models.IntegerField(null=True, blank=True, editable=False)
    census_region = models.SmallIntegerField(null=True, blank=True, editable=False)
    census_division = models.SmallIntegerField(null=True, blank=True, editable=False)
    why_now = Prose(max_length=4000, blank=True)
    insurance_note = Line(max_length=300, blank=True)
    teds_case_id = models.BigIntegerField("TEDS case number", null=True, blank=True, unique=True, editable=False)

    def __str__(self):
        return f"Admission of {self.episode.started_on}"

    @property
    def patient_id(self):
        return self.episode.patient_id


class SubstanceUse(models.Model):
    """One of up to three substances at admission, the first being the primary one. Age at first use in whole years."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    admission = models.ForeignKey(Admission, on_delete=models.PROTECT, related_name="substances")
    rank = models.PositiveSmallIntegerField(choices=[(1, "Primary"), (2, "Secondary"), (3, "Tertiary")])
    substance = Coded("substance")
    route = Coded("route")
    frequency = Coded("frequency")
    first_use_age = models.PositiveSmallIntegerField("age at first use", null=True, blank=True, validators=[MaxValueValidator(95)])
    first_use_band = Coded("first_use_band", editable=False)

    class Meta:
        ordering = ["rank"]
        constraints = [
            models.UniqueConstraint(fields=["admission", "rank"], name="one_substance_per_rank"),
            models.CheckConstraint(condition=Q(rank__range=(1, 3)), name="three_substances_at_most"),
            models.CheckConstraint(condition=Q(first_use_age=None) | Q(first_use_age__lte=95), name="first_use_age_at_most_95"),
        ]

    def __str__(self):
        return self.get_substance_display() or "Not known"
