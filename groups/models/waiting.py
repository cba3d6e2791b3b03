"""Who waits for a place in a full group."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from anchored.ground.fields import Line
from anchored.ground.intervals import Dated, ends_after_start
from patients.models import Episode, Stay

from .group import Group


class Waiting(Dated):
    """A place on the waitlist of a group, in the order in which people were put on it. It ends when they are enrolled, or before.

    `ended_with`: the stay whose beginning ended it, as of a membership.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    group = models.ForeignKey(Group, on_delete=models.PROTECT, related_name="waitings")
    episode = models.ForeignKey(Episode, on_delete=models.PROTECT, related_name="waitings")
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField(default=timezone.now)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    ended_because = Line(max_length=200, blank=True)
    ended_with = models.ForeignKey(Stay, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["group", "added_at"]
        verbose_name = "wait for a group"
        verbose_name_plural = "waitlists of groups"
        constraints = [
            ends_after_start("waiting_ends_after_it_starts"),
            models.UniqueConstraint(
                fields=["group", "episode"],
                condition=Q(ended_on=None),
                name="one_open_wait_per_group",
                violation_error_message="This person waits for this group already.",
            ),
            models.CheckConstraint(
                condition=Q(ended_on=None, ended_by=None, ended_because="")
                | (Q(ended_on__isnull=False, ended_by__isnull=False) & ~Q(ended_because="")),
                name="waiting_ended_by_somebody",
            ),
        ]

    def __str__(self):
        return f"Waiting for {self.group} from {self.started_on}"

    @property
    def patient(self):
        return self.episode.patient

    @property
    def patient_id(self):
        return self.episode.patient_id
