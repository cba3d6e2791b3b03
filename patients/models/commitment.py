"""Hours of the week when a patient cannot come: work, school, court, childcare, travel."""

import uuid

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from anchored.ground.clock import DAY, clock
from anchored.ground.fields import Choice, Line
from anchored.ground.intervals import Dated, ends_after_start

from .patient import Patient


class Commitment(Dated):
    """One stretch of one weekday, from a date until, perhaps, another. A night shift is two: until midnight, and from it.

    `starts` and `ends` are minutes since midnight, half-open: 09:00 to 17:00 is 540 to 1020, and 1440 is the day's end.
    """

    class Kind(models.TextChoices):
        WORK = "work", "Work"
        SCHOOL = "school", "School"
        COURT = "court", "Court or probation"
        CHILDCARE = "childcare", "Childcare"
        TRAVEL = "travel", "Travel"
        OTHER = "other", "Other"

    class Weekday(models.IntegerChoices):
        MONDAY = 0, "Monday"
        TUESDAY = 1, "Tuesday"
        WEDNESDAY = 2, "Wednesday"
        THURSDAY = 3, "Thursday"
        FRIDAY = 4, "Friday"
        SATURDAY = 5, "Saturday"
        SUNDAY = 6, "Sunday"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="commitments")
    kind = Choice(choices=Kind.choices)
    weekday = models.PositiveSmallIntegerField(choices=Weekday.choices)
    starts = models.PositiveSmallIntegerField("from", validators=[MaxValueValidator(DAY)])
    ends = models.PositiveSmallIntegerField("to", validators=[MaxValueValidator(DAY)])
    note = Line(max_length=200, blank=True)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField(default=timezone.now)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["weekday", "starts", "ends"]
        constraints = [
            ends_after_start("commitment_ends_after_it_starts"),
            models.CheckConstraint(condition=Q(weekday__range=(0, 6)), name="commitment_is_on_a_weekday"),
            models.CheckConstraint(
                condition=Q(ends__gt=F("starts"), ends__lte=DAY),
                name="commitment_ends_later_that_day",
                violation_error_message="The end must be after the start, on the same day.",
            ),
        ]

    def __str__(self):
        return f"{self.get_kind_display()}, {self.get_weekday_display()} {clock(self.starts)} to {clock(self.ends)}"
