"""Who came to a session, for how long, and what is written about each."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from anchored.ground.fields import Choice, Line
from patients.models import Episode
from treatment_plans.models import Note

from .session import Session


def words_of_mark(state, late, early, reason):
    """Late, 15 min late, 30 min early; Excused: Work."""
    label = str(Attendance.State(state).label)
    minutes = [f"{number} min {how}" for number, how in ((late, "late"), (early, "early")) if number]
    return ", ".join([f"{label}: {reason}" if reason else label, *minutes])


class Attendance(models.Model):
    """One row per session and episode. Who attended gets a note, which writes the service; who did not gets one line.

    `late` and `early` are minutes missed at either end. `typed` holds the individual part as it was typed, for both facilitators;
    `version` grows with each save. A guest is not enrolled and has a reason.
    """

    class State(models.TextChoices):
        PRESENT = "present", "Present"
        LATE = "late", "Late"
        LEFT_EARLY = "left_early", "Left early"
        EXCUSED = "excused", "Excused"
        UNEXCUSED = "unexcused", "Unexcused"

    CAME = (State.PRESENT, State.LATE, State.LEFT_EARLY)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="attendance")
    episode = models.ForeignKey(Episode, on_delete=models.PROTECT, related_name="attendance")
    state = Choice(choices=State.choices)
    late = models.PositiveSmallIntegerField("minutes late", default=0)
    early = models.PositiveSmallIntegerField("minutes left early", default=0)
    reason = Line(max_length=300, blank=True)
    is_guest = models.BooleanField("guest", default=False)
    guest_because = Line(max_length=200, blank=True)
    marked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    marked_at = models.DateTimeField(default=timezone.now)
    typed = models.JSONField(default=dict, blank=True)
    version = models.PositiveIntegerField(default=0)
    saved_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    saved_at = models.DateTimeField(null=True, blank=True)
    note = models.OneToOneField(Note, on_delete=models.PROTECT, null=True, blank=True, related_name="attendance")

    class Meta:
        ordering = ["session", "marked_at"]
        verbose_name_plural = "attendance"
        constraints = [
            models.UniqueConstraint(fields=["session", "episode"], name="one_mark_per_session_and_person"),
            models.CheckConstraint(
                condition=Q(is_guest=False, guest_because="") | (Q(is_guest=True) & ~Q(guest_because="")), name="a_guest_has_a_reason"
            ),
            models.CheckConstraint(condition=~Q(state="excused") | ~Q(reason=""), name="an_excuse_has_a_reason"),
            models.CheckConstraint(condition=~Q(state="present") | Q(late=0, early=0), name="present_is_the_whole_session"),
            models.CheckConstraint(
                condition=Q(saved_by=None, saved_at=None) | Q(saved_by__isnull=False, saved_at__isnull=False),
                name="attendance_saved_by_somebody",
            ),
            models.CheckConstraint(condition=Q(note=None) | Q(state__in=["present", "late", "left_early"]), name="who_came_has_the_note"),
        ]
        indexes = [
            models.Index(fields=["episode", "session", "state"], name="attendance_of_an_episode"),
            models.Index(fields=["episode", "session"], name="attendance_without_a_note", condition=Q(note=None)),
        ]

    def __str__(self):
        return self.get_state_display()

    @property
    def patient(self):
        return self.episode.patient

    @property
    def patient_id(self):
        return self.episode.patient_id

    @property
    def words(self):
        """Late, 15 min late; Excused: Work."""
        return words_of_mark(self.state, self.late, self.early, self.reason)

    @property
    def came(self):
        return self.state in self.CAME

    @property
    def minutes(self):
        """Minutes of group that the person was there."""
        return max(0, self.session.minutes - self.late - self.early) if self.came else 0
