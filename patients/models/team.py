"""Who cares for a patient in an episode."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from anchored.ground.fields import Choice, Prose
from anchored.ground.intervals import Dated, Exclusion, ends_after_start

from .episode import Discharge, Episode


class CareTeamMember(Dated):
    """A dated relation that opens a chart. An open episode has at most one primary clinician."""

    class Part(models.TextChoices):
        PRIMARY = "primary", "Primary clinician"
        COVERING = "covering", "Covering clinician"
        PRESCRIBER = "prescriber", "Prescriber or nurse"
        CASE_MANAGER = "case_manager", "Case manager"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    episode = models.ForeignKey(Episode, on_delete=models.PROTECT, related_name="team")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="care_team_posts")
    part = Choice(choices=Part.choices, default=Part.PRIMARY)
    handover_note = Prose(max_length=4000, blank=True)
    assigned_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    assigned_at = models.DateTimeField(default=timezone.now)
    closed_with = models.ForeignKey(Discharge, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["started_on", "assigned_at"]
        constraints = [
            ends_after_start("team_post_ends_after_it_starts"),
            models.UniqueConstraint(
                fields=["episode"], condition=Q(ended_on=None, part="primary"), name="one_open_primary_clinician_per_episode"
            ),
            models.UniqueConstraint(
                fields=["episode", "user", "part"],
                condition=Q(ended_on=None),
                name="one_open_post_per_person_and_part",
                violation_error_message="This person is on the care team already.",
            ),
            Exclusion(
                name="primary_clinicians_do_not_overlap",
                expressions=[
                    ("episode", "="),
                    (models.Func("started_on", "ended_on", models.Value("[)"), function="daterange"), "&&"),
                ],
                condition=Q(part="primary"),
            ),
        ]
        indexes = [
            models.Index(fields=["user", "part", "episode"], name="open_posts_of_a_clinician", condition=Q(ended_on=None)),
            models.Index(fields=["user", "ended_on"], name="ended_posts_of_a_clinician", condition=Q(ended_on__isnull=False)),
        ]

    def __str__(self):
        return f"{self.user}, {self.get_part_display().lower()}"

    @property
    def patient_id(self):
        return self.episode.patient_id
