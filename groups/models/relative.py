"""Relatives who came to a session of a family or couples group."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from anchored.ground.fields import Prose
from patients.models import Contact

from .attendance import Attendance


class RelativeQuerySet(models.QuerySet):
    def came(self):
        """Those that were not ticked by mistake, of people who came themselves."""
        return self.filter(taken_back_at=None, attendance__state__in=Attendance.CAME)


class Relative(models.Model):
    """That one of a patient's contacts came with them: in their own attendance and note, in nobody else's, and with no chart of its own.

    `told` is what could be said to the contact, with the patient's consent, as it stood when they came.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    attendance = models.ForeignKey(Attendance, on_delete=models.PROTECT, related_name="relatives")
    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="+")
    told = Prose("what could be said to them", max_length=1000)
    marked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    marked_at = models.DateTimeField(default=timezone.now)
    taken_back_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    taken_back_at = models.DateTimeField(null=True, blank=True)

    objects = RelativeQuerySet.as_manager()

    class Meta:
        ordering = ["marked_at"]
        verbose_name = "relative who came"
        verbose_name_plural = "relatives who came"
        constraints = [
            models.CheckConstraint(condition=~Q(told=""), name="a_relative_may_be_told"),
            models.CheckConstraint(
                condition=Q(taken_back_by=None, taken_back_at=None) | Q(taken_back_by__isnull=False, taken_back_at__isnull=False),
                name="relative_taken_back_by_somebody",
            ),
            models.UniqueConstraint(fields=["attendance", "contact"], condition=Q(taken_back_at=None), name="a_relative_comes_once"),
        ]

    def __str__(self):
        return str(self.contact)

    @property
    def patient_id(self):
        return self.attendance.episode.patient_id
