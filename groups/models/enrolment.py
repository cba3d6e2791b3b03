"""Who belongs to a group, from when until when."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Func, Q, Value
from django.utils import timezone

from anchored.ground.fields import Line
from anchored.ground.intervals import Dated, Exclusion, ends_after_start
from patients.models import Episode, Stay

from .group import Group


class Enrolment(Dated):
    """Dated membership of an episode in a group. Leaving ends the row; coming back begins another.

    `ended_with`: the stay whose beginning ended it, when somebody moved to a program that the group does not serve.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    group = models.ForeignKey(Group, on_delete=models.PROTECT, related_name="enrolments")
    episode = models.ForeignKey(Episode, on_delete=models.PROTECT, related_name="enrolments")
    enrolled_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    enrolled_at = models.DateTimeField(default=timezone.now)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    ended_because = Line(max_length=200, blank=True)
    ended_with = models.ForeignKey(Stay, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["group", "started_on"]
        constraints = [
            ends_after_start("enrolment_ends_after_it_starts"),
            models.UniqueConstraint(
                fields=["group", "episode"],
                condition=Q(ended_on=None),
                name="one_open_enrolment_per_group",
                violation_error_message="This person is enrolled in this group already.",
            ),
            Exclusion(
                name="enrolments_do_not_overlap",
                expressions=[
                    ("group", "="),
                    ("episode", "="),
                    (Func("started_on", "ended_on", Value("[)"), function="daterange"), "&&"),
                ],
            ),
        ]
        indexes = [models.Index(fields=["group"], name="members_of_a_group", condition=Q(ended_on=None))]

    def __str__(self):
        return f"{self.group} from {self.started_on}"

    @property
    def patient(self):
        return self.episode.patient

    @property
    def patient_id(self):
        return self.episode.patient_id
