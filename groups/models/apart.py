"""Two people who must not be in one group."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from anchored.ground.fields import Line, Prose
from anchored.ground.intervals import Dated, ends_after_start
from patients.models import Patient


class KeepApart(Dated):
    """That two people are kept apart in groups, and why. Only few may know of it: queries.apart_visible_to."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    reason = Prose(max_length=1000)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(default=timezone.now)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    ended_because = Line(max_length=200, blank=True)

    class Meta:
        ordering = ["-started_on", "recorded_at"]
        verbose_name = "people kept apart"
        verbose_name_plural = "people kept apart"
        constraints = [
            ends_after_start("apart_ends_after_it_starts"),
            models.CheckConstraint(
                condition=Q(ended_on=None, ended_by=None, ended_because="")
                | (Q(ended_on__isnull=False, ended_by__isnull=False) & ~Q(ended_because="")),
                name="apart_ended_by_somebody",
            ),
        ]

    def __str__(self):
        return f"Kept apart from {self.started_on}"


class KeptPerson(models.Model):
    """One of the two. A row for each, so that it goes along when two records of one person become one."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    apart = models.ForeignKey(KeepApart, on_delete=models.PROTECT, related_name="people")
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="kept_apart")

    class Meta:
        verbose_name = "person kept apart"
        verbose_name_plural = "persons kept apart"

    def __str__(self):
        return str(self.apart)
