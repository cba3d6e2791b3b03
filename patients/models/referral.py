"""From the first call to the admission: who asked for whom, every attempt to reach them, and the path that it took."""

import uuid
from datetime import UTC, date, datetime, time, timedelta

from django.conf import settings
from django.db import models
from django.db.models import OuterRef, Q, Subquery
from django.utils import timezone

from anchored.ground.dates import today
from anchored.ground.fields import Choice, Line, Prose

from .contact import Relationship
from .patient import Channel, Coded, Patient
from .program import Program


class Answer(models.TextChoices):
    """What was answered to a question of yes or no; empty: it was not asked."""

    NOT_ASKED = "", "Not asked"
    YES = "yes", "Yes"
    NO = "no", "No"


class Step(models.TextChoices):
    """Where a referral stands. The last three end it."""

    RECEIVED = "received", "Received"
    CONTACTED = "contacted", "Contacted"
    SCREENED = "screened", "Screened"
    SCHEDULED = "scheduled", "Scheduled"
    ADMITTED = "admitted", "Admitted"
    DECLINED = "declined", "Declined"
    ELSEWHERE = "elsewhere", "Referred elsewhere"


ENDS = (Step.ADMITTED, Step.DECLINED, Step.ELSEWHERE)


class ReferralQuerySet(models.QuerySet):
    def open(self):
        return self.filter(closed_at=None)

    def visible_to(self, user):
        """Referrals of people whom this person has a relation to."""
        return self.filter(patient__in=Patient.objects.visible_to(user))

    def with_standing(self):
        """Each with its last step and what is known of the calls: `last_step`, `next_call_on`, `first_contact_at`, `attempts`."""
        steps = ReferralStep.objects.filter(referral=OuterRef("pk"))
        calls = ContactAttempt.objects.filter(referral=OuterRef("pk"))
        return self.annotate(
            last_step=Subquery(steps.order_by("-at", "-id").values("step")[:1]),
            first_contact_at=Subquery(steps.filter(step=Step.CONTACTED).order_by("at").values("at")[:1]),
            last_call_at=Subquery(calls.order_by("-at").values("at")[:1]),
            next_call_on=Subquery(calls.order_by("-at").values("next_on")[:1]),
        )

    def to_call(self):
        """Those whose `call_due_on` is today or overdue. After `with_standing`."""
        tomorrow = timezone.make_aware(datetime.combine(today() + timedelta(days=1), time.min))
        before = tomorrow.astimezone(UTC) - timedelta(hours=settings.REFERRAL_CALL_HOURS)
        return self.filter(Q(next_call_on__lte=today()) | Q(last_call_at=None, received_at__lt=before))

    def narrowed(self, *, urgency="", program="", step="", call=""):
        """The filters of the list, after `with_standing`. None of them names a person."""
        rows = self
        if urgency:
            rows = rows.filter(urgency=urgency)
        if program:
            rows = rows.filter(program=None if program == "none" else program)
        if step:
            rows = rows.filter(last_step=step)
        return rows.to_call() if call == "due" else rows


class Referral(models.Model):
    """A call, a letter or a visit that asks for treatment. The person asked for has a record from this moment on.

    `closed_at` is when the step that ends it was entered, so that open ones are found by an index.
    """

    class Urgency(models.TextChoices):
        ROUTINE = "routine", "Routine"
        SOON = "soon", "Soon, within two days"
        TODAY = "today", "Today"

    class Track(models.TextChoices):
        ANY = "", "Day or evening"
        DAY = "day", "Day"
        EVENING = "evening", "Evening"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="referrals")
    caller_name = Line(max_length=120, blank=True)
    caller_relationship = Choice("who is calling", choices=Relationship.choices, default=Relationship.SELF)
    caller_organisation = Line(max_length=120, blank=True)
    caller_phone = Line(max_length=40, blank=True)
    referral_source = Coded("referral_source", verbose_name="referred by")
    criminal_justice_referral = Coded("criminal_justice_referral", verbose_name="if by a court or the police, how")
    urgency = Choice(choices=Urgency.choices, default=Urgency.ROUTINE)
    why_now = Prose(max_length=4000, blank=True)
    substance = Coded("substance", verbose_name="main substance")
    in_withdrawal = Choice("withdrawal now", choices=Answer.choices, default="", blank=True)
    overdosed = Choice("overdose in the last 30 days", choices=Answer.choices, default="", blank=True)
    thinks_of_suicide = Choice("thoughts of suicide", choices=Answer.choices, default="", blank=True)
    is_pregnant = Choice("pregnant", choices=Answer.choices, default="", blank=True)
    injects = Choice("injects drugs", choices=Answer.choices, default="", blank=True)
    program = models.ForeignKey(Program, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="program wanted")
    wanted_track = Choice("day or evening", choices=Track.choices, default=Track.ANY, blank=True)
    wanted_start = models.DateField("wants to start", null=True, blank=True)
    insurance_note = Line(max_length=300, blank=True)
    received_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    received_at = models.DateTimeField(default=timezone.now)
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    closed_at = models.DateTimeField(null=True, blank=True)

    objects = ReferralQuerySet.as_manager()
    # Filled in by with_standing.
    last_step: str = ""
    last_call_at: datetime | None = None
    next_call_on: date | None = None

    class Meta:
        ordering = ["received_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(closed_by=None, closed_at=None) | Q(closed_by__isnull=False, closed_at__isnull=False),
                name="referral_closed_by_somebody",
            ),
            models.UniqueConstraint(
                fields=["patient"],
                condition=Q(closed_at=None),
                name="one_open_referral_per_patient",
                violation_error_message="There is an open referral for this person already.",
            ),
        ]
        indexes = [models.Index(fields=["received_at"], name="open_referrals", condition=Q(closed_at=None))]

    def __str__(self):
        return f"Referral of {timezone.localdate(self.received_at)}"

    @property
    def days(self):
        """Whole days since it was received, until it ended."""
        return ((self.closed_at or timezone.now()) - self.received_at).days

    @property
    def standing(self):
        """The words of the last step, where `with_standing` has asked for it."""
        return Step(self.last_step).label

    @property
    def call_due_on(self):
        """The day of the next call: as agreed, else within the hours of the house after it was received. None when reached."""
        if self.next_call_on or self.last_call_at:
            return self.next_call_on
        return timezone.localdate(self.received_at + timedelta(hours=settings.REFERRAL_CALL_HOURS))

    @property
    def call_is_overdue(self):
        return self.call_due_on is not None and self.call_due_on < today()


class ReferralStep(models.Model):
    """One step of the path, with its time and its person. Append-only."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="steps")
    step = Choice(choices=Step.choices)
    appointment = models.DateTimeField(null=True, blank=True)
    note = Prose(max_length=1000, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["referral"], condition=Q(step__in=ENDS), name="a_referral_ends_once"),
            models.UniqueConstraint(fields=["referral"], condition=Q(step=Step.RECEIVED), name="a_referral_is_received_once"),
        ]

    def __str__(self):
        return self.get_step_display()

    @property
    def patient_id(self):
        return self.referral.patient_id


class ContactAttempt(models.Model):
    """One try to reach a person who waits to come, or who called for them. Append-only."""

    class Outcome(models.TextChoices):
        SPOKE = "spoke", "Spoke with the person"
        SPOKE_CALLER = "spoke_caller", "Spoke with who called for them"
        MESSAGE = "message", "Left a message"
        NO_ANSWER = "no_answer", "No answer"
        WRONG = "wrong", "Wrong number or address"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="contact_attempts")
    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, null=True, blank=True, related_name="attempts")
    channel = Choice("how", choices=[choice for choice in Channel.choices if choice[0]])
    outcome = Choice(choices=Outcome.choices)
    note = Prose(max_length=1000, blank=True)
    next_on = models.DateField("call again on", null=True, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-at"]
        indexes = [models.Index(fields=["patient", "-at"], name="attempts_to_reach_a_patient")]

    def __str__(self):
        return self.get_outcome_display()
