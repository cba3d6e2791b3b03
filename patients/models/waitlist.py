"""Waiting for a place in a program, and the offer that holds one."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from anchored.ground.dates import today
from anchored.ground.fields import Choice, Line, Prose

from .patient import Patient
from .program import Program
from .referral import Referral


class WaitlistEntry(models.Model):
    """A person who waits for a program. Closed when admitted, or when it does not go on; never deleted.

    `priority` in the order of the federal block grant (45 CFR 96.131): the smaller number is offered a place first.
    """

    class Priority(models.IntegerChoices):
        PREGNANT_INJECTING = 1, "Pregnant, injects drugs"
        PREGNANT = 2, "Pregnant"
        INJECTING = 3, "Injects drugs"
        NONE = 4, "No priority"

    class Outcome(models.TextChoices):
        WAITING = "", "Waiting"
        ADMITTED = "admitted", "Admitted"
        NOT_PROCEEDING = "not_proceeding", "Not proceeding"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="waits")
    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, null=True, blank=True, related_name="waits")
    program = models.ForeignKey(Program, on_delete=models.PROTECT, related_name="waits")
    since = models.DateField("waiting since", default=today)
    wanted_start = models.DateField("wants to start", null=True, blank=True)
    priority = models.PositiveSmallIntegerField(choices=Priority.choices, default=Priority.NONE)
    risk = Line("risk while waiting", max_length=300, blank=True)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField(default=timezone.now)
    outcome = Choice(choices=Outcome.choices, default=Outcome.WAITING, blank=True)
    closed_because = Prose(max_length=1000, blank=True)
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "waitlist"
        ordering = ["priority", "since", "added_at"]
        constraints = [
            models.CheckConstraint(condition=Q(priority__range=(1, 4)), name="waitlist_priority_is_listed"),
            models.CheckConstraint(
                condition=Q(closed_by=None, closed_at=None, outcome="")
                | (Q(closed_by__isnull=False, closed_at__isnull=False) & ~Q(outcome="")),
                name="waiting_closed_by_somebody",
            ),
            models.UniqueConstraint(
                fields=["patient", "program"],
                condition=Q(closed_at=None),
                name="waits_once_for_a_program",
                violation_error_message="This person waits for this program already.",
            ),
        ]
        indexes = [models.Index(fields=["program", "priority", "since"], name="waiting_for_a_program", condition=Q(closed_at=None))]

    def __str__(self):
        return f"Waiting for {self.program} since {self.since}"

    def days(self):
        """Whole days waited so far."""
        return (today() - self.since).days


class OfferQuerySet(models.QuerySet):
    def holding(self, day):
        """Offers that keep a place free on a day: open or accepted, and not run out. `held_until` is the last day."""
        return self.filter(closed_at=None, held_until__gte=day)


class Offer(models.Model):
    """A place kept for somebody who waits, until and including a date."""

    class Outcome(models.TextChoices):
        OPEN = "", "Offered"
        TAKEN = "taken", "Admitted"
        DECLINED = "declined", "Declined"
        WITHDRAWN = "withdrawn", "Withdrawn"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    entry = models.ForeignKey(WaitlistEntry, on_delete=models.PROTECT, related_name="offers")
    program = models.ForeignKey(Program, on_delete=models.PROTECT, related_name="offers")
    held_until = models.DateField()
    offered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    offered_at = models.DateTimeField(default=timezone.now)
    outcome = Choice(choices=Outcome.choices, default=Outcome.OPEN, blank=True)
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    closed_at = models.DateTimeField(null=True, blank=True)

    objects = OfferQuerySet.as_manager()

    class Meta:
        ordering = ["offered_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(closed_by=None, closed_at=None, outcome="")
                | (Q(closed_by__isnull=False, closed_at__isnull=False) & ~Q(outcome="")),
                name="offer_closed_by_somebody",
            ),
            models.UniqueConstraint(fields=["entry"], condition=Q(closed_at=None), name="one_open_offer_per_wait"),
        ]
        indexes = [models.Index(fields=["program", "held_until"], name="places_held", condition=Q(closed_at=None))]

    def __str__(self):
        return f"{self.program}, held until {self.held_until}"

    @property
    def patient_id(self):
        return self.entry.patient_id
