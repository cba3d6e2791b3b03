"""The six-dimension rating. It records a clinician's judgement; it places nobody by itself.

Codes and dimension names are facts; the rating guide of the criteria's owner is not shipped (a licensed site may add its own).
"""

import json

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils import timezone

from anchored.ground.dates import today
from anchored.ground.fields import Choice, Line, Prose
from anchored.signing.models import Signable

from .episode import Episode, Stay
from .program import EDITIONS, LevelOfCare

DIMENSIONS = range(1, 7)
SIGNED = [
    *("id", "episode_id", "stay_id", "occasion", "edition", "made_on", "made_by_id"),
    *(f"{part}_{number}" for number in DIMENSIONS for part in ("rating", "comment")),
    *("recommended_id", "chosen_id", "authorised_id", "difference", "difference_note"),
]  # what a signature stands for; a field added later must not join without a version


class Dimension(models.Model):
    """The name of a dimension in an edition. The same number means another thing in another edition."""

    edition = Choice(choices=EDITIONS)
    number = models.PositiveSmallIntegerField()
    name = Line(max_length=100)
    short_name = Line(max_length=30)
    is_rated = models.BooleanField("rated", default=True)
    guide = Prose("rating guide", max_length=8000, blank=True, help_text="A licensed site may paste its own guide here.")

    class Meta:
        ordering = ["edition", "number"]
        constraints = [models.UniqueConstraint(fields=["edition", "number"], name="one_dimension_per_number_and_edition")]

    def __str__(self):
        return f"{self.number} {self.name}"


class RatingOption(models.Model):
    """A value that a rating may have in an edition. Ratings are words of a scale, not numbers to average."""

    edition = Choice(choices=EDITIONS)
    value = Line(max_length=6)
    label = Line(max_length=60)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["edition", "order"]
        constraints = [models.UniqueConstraint(fields=["edition", "value"], name="one_rating_per_value_and_edition")]

    def __str__(self):
        return f"{self.value} {self.label}".strip()


class Assessment(Signable):
    """Ratings of one day, with the level recommended, chosen and authorised, and why they differ."""

    class Occasion(models.TextChoices):
        ADMISSION = "admission", "Admission"
        CONTINUED = "continued", "Continued service"
        MOVE = "move", "Move"
        DISCHARGE = "discharge", "Discharge"

    class Difference(models.TextChoices):
        NONE = "", "They do not differ"
        NOT_AVAILABLE = "service_not_available", "Service not available"
        WAITLIST = "waiting_list", "Waiting list"
        PATIENT = "patient_preference", "Patient's choice"
        PAYER = "payer_denial", "Payer denied"
        LEGAL = "legal_mandate", "Legal mandate"
        JUDGEMENT = "clinical_judgement", "Clinical judgement"
        DISTANCE = "transportation_or_geography", "Transport or distance"
        OTHER = "other", "Other"

    episode = models.ForeignKey(Episode, on_delete=models.PROTECT, related_name="assessments")
    stay = models.ForeignKey(Stay, on_delete=models.PROTECT, null=True, blank=True, related_name="assessments")
    occasion = Choice(choices=Occasion.choices)
    edition = Choice(choices=EDITIONS)
    made_on = models.DateField(default=today)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    rating_1 = Line(max_length=6, blank=True)
    rating_2 = Line(max_length=6, blank=True)
    rating_3 = Line(max_length=6, blank=True)
    rating_4 = Line(max_length=6, blank=True)
    rating_5 = Line(max_length=6, blank=True)
    rating_6 = Line(max_length=6, blank=True)
    comment_1 = Prose(max_length=2000, blank=True)
    comment_2 = Prose(max_length=2000, blank=True)
    comment_3 = Prose(max_length=2000, blank=True)
    comment_4 = Prose(max_length=2000, blank=True)
    comment_5 = Prose(max_length=2000, blank=True)
    comment_6 = Prose(max_length=2000, blank=True)
    recommended = models.ForeignKey(LevelOfCare, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    chosen = models.ForeignKey(LevelOfCare, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    authorised = models.ForeignKey(LevelOfCare, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    difference = Choice("why they differ", choices=Difference.choices, default=Difference.NONE, blank=True, max_length=40)
    difference_note = Prose(max_length=2000, blank=True)

    class Meta:
        ordering = ["-made_on", "-made_at"]
        indexes = [models.Index(fields=["episode", "-made_on", "-made_at"], name="assessments_of_an_episode")]

    def __str__(self):
        return f"{self.get_occasion_display()} assessment, {self.made_on}"

    @property
    def patient_id(self):
        return self.episode.patient_id

    def ratings(self):
        """The six values in order; an empty one was not rated."""
        return [getattr(self, f"rating_{number}") for number in DIMENSIONS]

    def words_to_sign(self):
        """Each fact by its name, so that no two assessments read the same."""
        return json.dumps({name: getattr(self, name) for name in SIGNED}, cls=DjangoJSONEncoder, ensure_ascii=False)
