"""A place for one session, to make up for hours that were missed."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from patients.models import Episode

from .session import Session


class MakeUpQuerySet(models.QuerySet):
    def standing(self):
        """Those that are not cancelled."""
        return self.filter(cancelled_at=None)


class MakeUp(models.Model):
    """Somebody who is no member of the group is expected at one of its sessions. It takes a place; cancelled, it stays on record."""

    BECAUSE = "Make-up"  # why they stand on the list as a guest

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="make_ups")
    episode = models.ForeignKey(Episode, on_delete=models.PROTECT, related_name="make_ups")
    taken_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    taken_at = models.DateTimeField(default=timezone.now)
    cancelled_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    cancelled_at = models.DateTimeField(null=True, blank=True)

    objects = MakeUpQuerySet.as_manager()

    class Meta:
        ordering = ["taken_at"]
        verbose_name = "make-up place"
        constraints = [
            models.UniqueConstraint(
                fields=["session", "episode"], condition=Q(cancelled_at=None), name="one_make_up_per_session_and_person"
            ),
            models.CheckConstraint(
                condition=Q(cancelled_by=None, cancelled_at=None) | Q(cancelled_by__isnull=False, cancelled_at__isnull=False),
                name="make_up_cancelled_by_somebody",
            ),
        ]
        indexes = [models.Index(fields=["episode"], name="make_ups_of_an_episode")]

    def __str__(self):
        return f"{self.session}"

    @property
    def patient(self):
        return self.episode.patient

    @property
    def patient_id(self):
        return self.episode.patient_id
