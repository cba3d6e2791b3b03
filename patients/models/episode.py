"""Admission to discharge, and the stays in between: the continuum of one person."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils import timezone

from anchored.ground.dates import today
from anchored.ground.fields import Line, Prose, Slug
from anchored.ground.intervals import DatedQuerySet, Exclusion, ends_after_start

from .patient import Patient
from .program import Program


class DischargeReason(models.Model):
    """Why an episode ends, and how TEDS says it. States differ: rows, not code."""

    code = Slug(max_length=40, unique=True)
    label = Line(max_length=80)
    teds_code = Line("TEDS code", max_length=4)
    order = models.PositiveSmallIntegerField(default=0)
    offered = models.BooleanField(default=True)

    class Meta:
        ordering = ["order", "label"]

    def __str__(self):
        return self.label


class MoveBasis(models.Model):
    """On what a move rests: ready for the next level, withdrawal risk, the patient's choice, a payer's decision."""

    code = Slug(max_length=40, unique=True)
    label = Line(max_length=80)
    order = models.PositiveSmallIntegerField(default=0)
    offered = models.BooleanField(default=True, help_text="Shown on the move form.")

    class Meta:
        verbose_name_plural = "move bases"
        ordering = ["order", "label"]

    def __str__(self):
        return self.label


class EpisodeQuerySet(DatedQuerySet):
    def open(self):
        return self.filter(ended_on=None)


class Episode(models.Model):
    """One course of treatment, admission to discharge."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="episodes")
    started_on = models.DateField("admitted on")
    ended_on = models.DateField("discharged on", null=True, blank=True, help_text="The first day no longer in care.")
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    opened_at = models.DateTimeField(default=timezone.now)

    objects = EpisodeQuerySet.as_manager()

    class Meta:
        ordering = ["-started_on", "-opened_at"]
        constraints = [
            ends_after_start("episode_ends_after_it_starts"),
            models.UniqueConstraint(
                fields=["patient"],
                condition=Q(ended_on=None),
                name="one_open_episode_per_patient",
                violation_error_message="This person is in care already.",
            ),
            Exclusion(
                name="episodes_do_not_overlap",
                expressions=[("patient", "="), (Func("started_on", "ended_on", Value("[)"), function="daterange"), "&&")],
            ),
        ]
        indexes = [models.Index(fields=["started_on"], name="episodes_by_admission")]

    def __str__(self):
        return f"Episode of {self.started_on}"


class StayQuerySet(DatedQuerySet):
    def open(self):
        return self.filter(ended_on=None)

    def standing(self):
        """Without those that were undone: a reversed move leaves its stay in history, with no day in it."""
        return self.filter(reversed_by=None)


class Stay(models.Model):
    """Time in one program. Each begins the day the last ends; together they are the continuum of an episode.

    A stay carries how it came about: on what basis, why, by whom. So there is no boundary without its reason.
    `counts_from` is the day "day 1" falls on: when a move is undone, the count goes on as if it had not been.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    episode = models.ForeignKey(Episode, on_delete=models.PROTECT, related_name="stays")
    previous = models.OneToOneField("self", on_delete=models.PROTECT, null=True, blank=True, related_name="next")
    program = models.ForeignKey(Program, on_delete=models.PROTECT, related_name="stays")
    started_on = models.DateField()
    ended_on = models.DateField(null=True, blank=True, help_text="The first day no longer in this program.")
    counts_from = models.DateField()
    basis = models.ForeignKey(MoveBasis, on_delete=models.PROTECT, related_name="+")
    reason = Prose(max_length=4000, blank=True)
    patient_took_part = models.BooleanField("patient took part in this decision", default=False)
    outside_table = models.BooleanField("approved by a supervisor outside the table of moves", default=False)
    reverses = models.OneToOneField("self", on_delete=models.PROTECT, null=True, blank=True, related_name="reversed_by")
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    opened_at = models.DateTimeField(default=timezone.now)
    accepted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    accepted_at = models.DateTimeField(null=True, blank=True)

    objects = StayQuerySet.as_manager()

    class Meta:
        ordering = ["started_on", "opened_at"]
        constraints = [
            ends_after_start("stay_ends_after_it_starts"),
            models.UniqueConstraint(fields=["episode"], condition=Q(ended_on=None), name="one_open_stay_per_episode"),
            models.UniqueConstraint(fields=["episode"], condition=Q(previous=None), name="one_first_stay_per_episode"),
            models.CheckConstraint(condition=Q(counts_from__lte=F("started_on")), name="day_one_is_not_after_the_stay_began"),
            models.CheckConstraint(
                condition=Q(accepted_by=None, accepted_at=None) | Q(accepted_by__isnull=False, accepted_at__isnull=False),
                name="accepted_by_somebody_at_some_time",
            ),
            Exclusion(
                name="stays_do_not_overlap",
                expressions=[("episode", "="), (Func("started_on", "ended_on", Value("[)"), function="daterange"), "&&")],
            ),
        ]
        indexes = [
            models.Index(fields=["program", "counts_from"], name="open_stays_of_a_program", condition=Q(ended_on=None)),
            models.Index(fields=["episode", "started_on"], name="stays_of_an_episode"),
            models.Index(fields=["program", "ended_on"], name="ended_stays_of_a_program", condition=Q(ended_on__isnull=False)),
        ]

    def __str__(self):
        return f"{self.program} from {self.started_on}"

    @property
    def patient_id(self):
        return self.episode.patient_id

    def day(self, day=None):
        """Which day in the program it is; the first is day 1."""
        return ((self.ended_on or day or today()) - self.counts_from).days + 1


class Discharge(models.Model):
    """How an episode ended. Undone by a supervisor it stays in history; the episode goes on in a new stay."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    episode = models.ForeignKey(Episode, on_delete=models.PROTECT, related_name="discharges")
    on = models.DateField()
    reason = models.ForeignKey(DischargeReason, on_delete=models.PROTECT, related_name="+")
    note = Prose(max_length=4000, blank=True)
    discharged_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    discharged_at = models.DateTimeField(default=timezone.now)
    undone_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_because = Prose(max_length=500, blank=True)

    class Meta:
        ordering = ["-discharged_at"]
        constraints = [
            models.UniqueConstraint(fields=["episode"], condition=Q(undone_at=None), name="one_discharge_in_force_per_episode"),
            models.CheckConstraint(
                condition=Q(undone_by=None, undone_at=None) | Q(undone_by__isnull=False, undone_at__isnull=False),
                name="discharge_undone_by_somebody",
            ),
        ]

    def __str__(self):
        return f"{self.reason}, {self.on}"

    @property
    def patient_id(self):
        return self.episode.patient_id
