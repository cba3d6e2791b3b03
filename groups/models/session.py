"""One meeting of a group."""

import uuid
from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from anchored.ground.fields import Choice, Line, Prose
from patients.models import Episode

from .group import Group, Slot
from .offer import Topic


class SessionQuerySet(models.QuerySet):
    def held(self):
        """Those that are not cancelled."""
        return self.filter(cancelled_at=None)

    def to_come(self):
        """Those that have not begun."""
        return self.filter(started_at__gt=timezone.now())

    def untouched(self):
        """Those of which nothing is typed and nobody is marked."""
        return self.filter(topic=None, methods="", shared="", attendance=None)


class Session(models.Model):
    """One meeting: planned by a slot, then with a life of its own. It is moved, covered or cancelled by itself.

    `planned_on` is the day the slot meant, `held_on` the day it is held, in the clinic's zone. `minutes` are those of group,
    without the break. `topic`, `methods` and `shared` go to every chart; no name stands in them.
    `cancelled_by_plan`: its slot has ended, or the house is closed that day. It is held again when that changes.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    group = models.ForeignKey(Group, on_delete=models.PROTECT, related_name="sessions")
    slot = models.ForeignKey(Slot, on_delete=models.PROTECT, null=True, blank=True, related_name="sessions")
    planned_on = models.DateField("planned for")
    held_on = models.DateField("held on")
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField()
    minutes = models.PositiveSmallIntegerField()
    room = Line(max_length=80, blank=True)
    covered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    topic = models.ForeignKey(Topic, on_delete=models.PROTECT, null=True, blank=True, related_name="sessions")
    methods = Line(max_length=300, blank=True)
    shared = Prose("what the group did", max_length=6000, blank=True)
    version = models.PositiveIntegerField(default=0, editable=False)
    saved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+", editable=False
    )
    saved_at = models.DateTimeField(null=True, blank=True, editable=False)
    cancelled_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancelled_because = Line(max_length=300, blank=True)
    cancelled_by_plan = models.BooleanField(default=False, editable=False)

    objects = SessionQuerySet.as_manager()

    class Meta:
        ordering = ["started_at"]
        constraints = [
            models.UniqueConstraint(fields=["slot", "planned_on"], name="one_session_per_slot_and_day"),
            models.CheckConstraint(condition=Q(ended_at__gt=models.F("started_at")), name="a_session_ends_after_it_starts"),
            models.CheckConstraint(condition=Q(minutes__gte=1, minutes__lte=720), name="a_session_takes_minutes"),
            models.CheckConstraint(
                condition=Q(cancelled_by=None, cancelled_at=None, cancelled_by_plan=False)
                | (Q(cancelled_at__isnull=False) & (Q(cancelled_by__isnull=False) | Q(cancelled_by_plan=True))),
                name="session_cancelled_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(saved_by=None, saved_at=None) | Q(saved_by__isnull=False, saved_at__isnull=False),
                name="session_saved_by_somebody",
            ),
            models.CheckConstraint(condition=Q(cancelled_at=None) | ~Q(cancelled_because=""), name="session_cancelled_because"),
        ]
        indexes = [
            models.Index(fields=["started_at"], name="sessions_by_start"),
            models.Index(fields=["group", "started_at"], name="sessions_of_a_group"),
            models.Index(fields=["held_on"], name="sessions_by_day"),
            models.Index(fields=["group", "held_on"], name="sessions_of_a_group_by_day"),
        ]

    def __str__(self):
        return f"{self.group}, {timezone.localtime(self.started_at):%Y-%m-%d %H:%M}"

    @property
    def rest(self):
        """Minutes of break."""
        return int((self.ended_at - self.started_at) / timedelta(minutes=1)) - self.minutes


class Told(models.Model):
    """That a member was told what became of a session: that it is cancelled, or that it is held after all."""

    class News(models.TextChoices):
        CANCELLED = "cancelled", "It is cancelled"
        HELD = "held", "It is held"

    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="told")
    episode = models.ForeignKey(Episode, on_delete=models.PROTECT, related_name="told")
    news = Choice(choices=News.choices)
    told_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    told_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["told_at"]
        verbose_name = "call about a session"
        verbose_name_plural = "calls about sessions"
        indexes = [models.Index(fields=["session", "told_at"], name="who_was_told_of_a_session")]

    def __str__(self):
        return f"{self.session}: {self.get_news_display().lower()}"

    @property
    def patient_id(self):
        return self.episode.patient_id
