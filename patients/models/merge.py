"""Two records of one person become one, and could become two again."""

import uuid

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from anchored.ground.fields import Line

from .patient import Patient


class Merge(models.Model):
    """What a merge did: which record goes on, which one leads there from now on, and everything needed to take it back.

    `before`: the facts of the record kept as they were, by name. `moved`: {"patients.episode": [keys], …}, the rows that
    went over. Nothing of the other record is changed but where it leads.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kept = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="merges")
    away = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="merges_away")
    before = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    moved = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    merged_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    merged_at = models.DateTimeField(default=timezone.now)
    undone_because = Line(max_length=300, blank=True)
    undone_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-merged_at"]
        constraints = [
            models.CheckConstraint(condition=~Q(kept=F("away")), name="a_record_is_not_merged_into_itself"),
            models.UniqueConstraint(fields=["away"], condition=Q(undone_at=None), name="merged_away_once"),
            models.CheckConstraint(
                condition=Q(undone_by=None, undone_at=None) | Q(undone_by__isnull=False, undone_at__isnull=False),
                name="merge_undone_by_somebody",
            ),
        ]

    def __str__(self):
        return f"No. {self.away.record_number} into no. {self.kept.record_number}"

    @property
    def patient_id(self):
        return self.kept_id
