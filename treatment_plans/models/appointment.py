"""An individual appointment: planned, then held, cancelled or missed."""

import uuid
from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from anchored.ground.fields import Choice, Line
from patients.models import Episode, Service, ServiceKind

from .note import Note


class AppointmentQuerySet(models.QuerySet):
    def planned(self):
        """Those that are neither held nor cancelled."""
        return self.filter(closed_at=None)

    def not_cancelled(self):
        """Planned and held: what takes somebody's time."""
        return self.filter(outcome__in=(Appointment.Outcome.PLANNED, Appointment.Outcome.DONE))

    def meeting(self, starts_at, ends_at):
        """Those that take some of the same minutes. Who is done at 10:00 can begin at 10:00."""
        return self.filter(starts_at__lt=ends_at, ends_at__gt=starts_at)


class Appointment(models.Model):
    """A time that a clinician keeps for one patient. It only plans: what was delivered stands in the ledger.

    `note` is the note that is written about it, a draft at first; its signature closes the appointment as done.
    """

    class Outcome(models.TextChoices):
        PLANNED = "", "Planned"
        DONE = "done", "Done"
        BY_PATIENT = "by_patient", "The patient cancelled"
        BY_CLINIC = "by_clinic", "The clinic cancelled"
        ABSENT = "absent", "The patient did not come"

    CANCELLED = (Outcome.BY_PATIENT, Outcome.BY_CLINIC, Outcome.ABSENT)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    episode = models.ForeignKey(Episode, on_delete=models.PROTECT, related_name="appointments")
    clinician = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="appointments")
    kind = models.ForeignKey(ServiceKind, on_delete=models.PROTECT, related_name="+", verbose_name="service")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    place = Choice(choices=Service.Place.choices, default=Service.Place.IN_PERSON)
    note = models.OneToOneField(Note, on_delete=models.PROTECT, null=True, blank=True, related_name="appointment", editable=False)
    booked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    booked_at = models.DateTimeField(default=timezone.now)
    outcome = Choice(choices=Outcome.choices, default=Outcome.PLANNED, blank=True)
    because = Line(max_length=300, blank=True)
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    closed_at = models.DateTimeField(null=True, blank=True)

    objects = AppointmentQuerySet.as_manager()

    class Meta:
        ordering = ["starts_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")),
                name="an_appointment_ends_after_it_starts",
            ),
            models.CheckConstraint(
                condition=Q(closed_by=None, closed_at=None, outcome="")
                | (Q(closed_by__isnull=False, closed_at__isnull=False) & ~Q(outcome="")),
                name="appointment_closed_by_somebody",
            ),
            models.CheckConstraint(condition=~Q(outcome="done") | Q(note__isnull=False), name="an_appointment_is_done_with_its_note"),
        ]
        indexes = [
            models.Index(fields=["clinician", "starts_at"], name="appointments_of_a_clinician"),
            models.Index(fields=["episode", "starts_at"], name="appointments_of_an_episode"),
        ]

    def __str__(self):
        return f"{self.kind}, {timezone.localtime(self.starts_at):%Y-%m-%d %H:%M}"

    @property
    def patient(self):
        return self.episode.patient

    @property
    def patient_id(self):
        return self.episode.patient_id

    @property
    def minutes(self):
        return int((self.ends_at - self.starts_at) / timedelta(minutes=1))

    @property
    def is_cancelled(self):
        return self.outcome in self.CANCELLED

    @property
    def is_planned(self):
        return self.closed_at is None
