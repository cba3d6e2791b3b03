"""The one minute-ledger: every service that was delivered, with start and minutes. Hours are summed from it, never stored."""

import uuid
from datetime import timedelta

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone

from anchored.ground.fields import Choice, Line, Slug

from .episode import Episode


class ServiceKind(models.Model):
    """What can be delivered: individual therapy, case management, medication management and so on."""

    class Rounding(models.TextChoices):
        DOWN = "down", "Whole units only"
        HALF = "half", "A unit from its half on"
        UP = "up", "Every unit begun"

    code = Slug(max_length=40, unique=True)
    name = Line(max_length=80, unique=True)
    minutes = models.PositiveSmallIntegerField("usual minutes", default=50)
    counts = models.BooleanField("counts toward program hours", default=True)
    needs_plan = models.BooleanField("follows an objective of the plan", default=True)
    note_format = Line("format of its note", max_length=20, default="dap", help_text="Code of a note format.")
    billing_code = Line("billing code", max_length=20, blank=True, help_text="As your payer has it. Empty: not billed by itself.")
    unit_minutes = models.PositiveSmallIntegerField(
        "minutes in a unit", null=True, blank=True, validators=[MinValueValidator(1)], help_text="Empty: the service is one unit."
    )
    rounding = Choice("rounding of units", choices=Rounding.choices, default=Rounding.DOWN, help_text="As your payer counts.")
    offered = models.BooleanField(default=True)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["order", "name"]
        constraints = [
            models.CheckConstraint(condition=Q(unit_minutes=None) | Q(unit_minutes__gte=1), name="a_unit_takes_minutes"),
        ]

    def __str__(self):
        return self.name

    def units_of(self, minutes):
        """How many units so many minutes are."""
        if not self.unit_minutes:
            return 1
        ahead = {"down": 0, "half": self.unit_minutes // 2, "up": self.unit_minutes - 1}[self.rounding]
        return (minutes + ahead) // self.unit_minutes


class ServiceQuerySet(models.QuerySet):
    def standing(self):
        """What counts: all that nothing has taken the place of."""
        return self.filter(taken_back_at=None)


class Service(models.Model):
    """One delivered service of one patient. Written when its note is signed or its attendance taken; it stays as it is.

    `taken_back_at`: a correction with other minutes was signed, whose service stands in its place. It counts no more.
    """

    class Place(models.TextChoices):
        IN_PERSON = "in_person", "In person"
        VIDEO = "video", "Video"
        PHONE = "phone", "Phone"
        ELSEWHERE = "elsewhere", "Outside the clinic"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    episode = models.ForeignKey(Episode, on_delete=models.PROTECT, related_name="services")
    kind = models.ForeignKey(ServiceKind, on_delete=models.PROTECT, related_name="services")
    started_at = models.DateTimeField()
    minutes = models.PositiveSmallIntegerField()
    place = Choice(choices=Place.choices, default=Place.IN_PERSON)
    with_whom = Line("who else was there", max_length=200, blank=True)
    delivered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    entered_at = models.DateTimeField(default=timezone.now)
    taken_back_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = ServiceQuerySet.as_manager()

    class Meta:
        ordering = ["-started_at"]
        constraints = [
            models.CheckConstraint(condition=Q(minutes__gte=1, minutes__lte=1440), name="a_service_takes_minutes"),
            models.CheckConstraint(condition=Q(entered_at__gte=models.F("started_at")), name="a_service_is_entered_after_it_began"),
        ]
        indexes = [
            models.Index(fields=["episode", "-started_at"], name="services_of_an_episode"),
            models.Index(fields=["delivered_by", "-started_at"], name="services_of_a_clinician"),
            models.Index(fields=["started_at"], name="services_by_time"),
        ]

    def __str__(self):
        return f"{self.kind}, {timezone.localtime(self.started_at):%Y-%m-%d %H:%M}"

    @property
    def patient_id(self):
        return self.episode.patient_id

    @property
    def ended_at(self):
        return self.started_at + timedelta(minutes=self.minutes)
