"""One row per patient seen or act done."""

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

from anchored.ground.fields import Line


class TrailEntry(models.Model):
    """A fact of the trail. Holds who, what, when and about whom; never clinical text.

    `patient_id` is no foreign key: the trail outlives whatever it tells of. Kept at least ten years (ASTM E2147).
    """

    sequence = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()
    event = Line(max_length=60)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, db_index=False, related_name="+")
    patient_id = models.UUIDField(null=True)
    subject = Line(max_length=120, blank=True)
    facts = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    previous_hash = Line(max_length=64)
    hash = Line(max_length=64)

    class Meta:
        verbose_name = "trail entry"
        verbose_name_plural = "trail"
        ordering = ["-sequence"]
        indexes = [
            models.Index(fields=["patient_id", "-sequence"], name="trail_of_a_patient"),
            models.Index(fields=["actor", "-sequence"], name="trail_of_a_person"),
            models.Index(
                fields=["actor", "patient_id", "-sequence"], name="charts_opened_by_a_person", condition=models.Q(event="chart.opened")
            ),
        ]

    def __str__(self):
        return f"{self.sequence} {self.event}"
