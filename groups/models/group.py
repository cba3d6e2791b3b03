"""A group, who leads it, when it meets, and the days when nobody meets."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from anchored.ground.clock import DAY, clock
from anchored.ground.fields import Choice, Line
from anchored.ground.intervals import Dated, ends_after_start
from patients.models import Commitment, Program

from .offer import Curriculum, GroupType


class Group(Dated):
    """A therapy group from its first day on, and until it ends. It serves one or several programs."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = Line(max_length=80, unique=True)
    type = models.ForeignKey(GroupType, on_delete=models.PROTECT, related_name="groups")
    curriculum = models.ForeignKey(Curriculum, on_delete=models.PROTECT, null=True, blank=True, related_name="groups")
    programs = models.ManyToManyField(Program, related_name="groups", through="GroupProgram")
    track = Choice(choices=Program.Track.choices, default=Program.Track.NONE, blank=True)
    room = Line(max_length=80, blank=True)
    video_link = Line("link for video", max_length=300, blank=True)
    capacity = models.PositiveSmallIntegerField("places", default=12)

    class Meta:
        ordering = ["name"]
        constraints = [
            ends_after_start("group_ends_after_it_starts"),
            models.CheckConstraint(condition=Q(capacity__gte=1), name="a_group_has_a_place"),
        ]

    def __str__(self):
        return self.name


class GroupProgram(models.Model):
    """That a group serves a program."""

    group = models.ForeignKey(Group, on_delete=models.PROTECT, related_name="+")
    program = models.ForeignKey(Program, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = "program of a group"
        verbose_name_plural = "programs of groups"
        constraints = [models.UniqueConstraint(fields=["group", "program"], name="a_group_serves_a_program_once")]

    def __str__(self):
        return f"{self.group} in {self.program}"


class Leader(Dated):
    """Who leads a group, as facilitator or beside one, from a day on."""

    class Part(models.TextChoices):
        FACILITATOR = "facilitator", "Facilitator"
        CO_FACILITATOR = "co_facilitator", "Co-facilitator"

    group = models.ForeignKey(Group, on_delete=models.PROTECT, related_name="leaders")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="leads", verbose_name="person")
    part = Choice(choices=Part.choices, default=Part.FACILITATOR)

    class Meta:
        ordering = ["group", "-part", "user"]
        constraints = [
            ends_after_start("leader_ends_after_they_start"),
            models.UniqueConstraint(
                fields=["group", "user"],
                condition=Q(ended_on=None),
                name="one_open_lead_per_group_and_person",
                violation_error_message="This person leads this group already.",
            ),
        ]

    def __str__(self):
        return f"{self.user}, {self.get_part_display().lower()} of {self.group}"


class Slot(Dated):
    """When a group meets: a weekday and hours, in the clinic's time, from a day on. It only plans; a session is its own.

    `starts` and `ends` are minutes since midnight, half-open. `rest` are minutes of break, which are no minutes of group.
    """

    group = models.ForeignKey(Group, on_delete=models.PROTECT, related_name="slots")
    weekday = models.PositiveSmallIntegerField(choices=Commitment.Weekday.choices)
    starts = models.PositiveSmallIntegerField("from")
    ends = models.PositiveSmallIntegerField("to")
    rest = models.PositiveSmallIntegerField("minutes of break", default=0)
    room = Line(max_length=80, blank=True, help_text="Only when it is another than the group's.")

    class Meta:
        ordering = ["weekday", "starts"]
        constraints = [
            ends_after_start("slot_ends_after_it_starts"),
            models.CheckConstraint(condition=Q(weekday__range=(0, 6)), name="slot_is_on_a_weekday"),
            models.CheckConstraint(
                condition=Q(ends__gt=F("starts"), ends__lte=DAY) & Q(ends__lte=F("starts") + 12 * 60),
                name="slot_ends_later_that_day",
                violation_error_message="The end must be after the start, on the same day, and within 12 hours.",
            ),
            models.CheckConstraint(
                condition=Q(rest__lt=F("ends") - F("starts")),
                name="slot_is_more_than_its_break",
                violation_error_message="The break must be shorter than the meeting.",
            ),
        ]

    def __str__(self):
        return f"{self.group}, {self.get_weekday_display()} {clock(self.starts)} to {clock(self.ends)}"

    def means(self, day):
        """Whether the group meets in this slot on a day, closures aside."""
        ends = [end for end in (self.ended_on, self.group.ended_on) if end]
        begun = day >= max(self.started_on, self.group.started_on)
        return day.weekday() == self.weekday and begun and all(day < end for end in ends)

    def meets(self, other):
        """Whether somebody could not be at both: the same weekday, some of the same minutes, some of the same days."""
        same_days = all(one.ended_on is None or one.ended_on > max(self.started_on, other.started_on) for one in (self, other))
        return same_days and self.weekday == other.weekday and self.starts < other.ends and other.starts < self.ends

    @property
    def minutes(self):
        """Minutes of group, without the break."""
        return self.ends - self.starts - self.rest


class Closure(models.Model):
    """A day when nobody meets: a holiday, of the house or of one program."""

    on = models.DateField()
    name = Line(max_length=80)
    program = models.ForeignKey(
        Program, on_delete=models.PROTECT, null=True, blank=True, related_name="closures", help_text="Empty: the whole house."
    )

    holds = models.BooleanField("we are closed", default=True, help_text="Take the tick away when groups meet that day after all.")

    class Meta:
        ordering = ["on"]
        constraints = [
            models.UniqueConstraint(fields=["on", "program"], name="one_closure_per_day_and_program"),
            models.UniqueConstraint(fields=["on"], condition=Q(program=None), name="one_closure_of_the_house_per_day"),
        ]

    def __str__(self):
        return f"{self.name}, {self.on}"
