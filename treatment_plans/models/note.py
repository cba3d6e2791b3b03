"""The note: the signed account of a delivered service, and what became of the objectives in it."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from anchored.ground.fields import Choice, Line, Prose, Slug
from anchored.ground.text import fold
from anchored.signing.models import Signable
from anchored.signing.words import in_words
from patients.models import Episode, Service, ServiceKind

from .plan import Objective


class NoteFormat(models.Model):
    """How a note is laid out: DAP, SOAP, BIRP, GIRP, free. Its sections are rows."""

    code = Slug(max_length=20, unique=True)
    name = Line(max_length=60, unique=True)
    offered = models.BooleanField(default=True)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["order", "name"]

    def __str__(self):
        return self.name


class NoteSection(models.Model):
    """One section of a format, with what it asks for."""

    format = models.ForeignKey(NoteFormat, on_delete=models.PROTECT, related_name="sections")
    key = Slug(max_length=30)
    heading = Line(max_length=60)
    prompt = Line(max_length=300, blank=True)
    required = models.BooleanField(default=True)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["format", "order", "id"]
        constraints = [models.UniqueConstraint(fields=["format", "key"], name="one_section_per_key")]

    def __str__(self):
        return self.heading


class CosignRule(models.Model):
    """Whose notes a supervisor signs too: by credential, for one kind of service or for all."""

    credential = Line(max_length=60, help_text="As it stands behind the name, like CADC-I or Intern.")
    kind = models.ForeignKey(
        ServiceKind, on_delete=models.PROTECT, null=True, blank=True, related_name="+", help_text="Empty: every kind of service."
    )

    class Meta:
        ordering = ["credential"]
        constraints = [
            models.UniqueConstraint(fields=["credential", "kind"], name="one_cosign_rule"),
            models.UniqueConstraint(fields=["credential"], condition=Q(kind=None), name="one_cosign_rule_for_every_service"),
        ]

    def __str__(self):
        return f"{self.credential}, {self.kind or 'every service'}"


def words_found(sections):
    """The words by which the search inside one chart finds a signed note."""
    return fold(" ".join(section["text"] for section in sections))


class FoundBy(Prose):
    """The folded words of a signed note."""

    def pre_save(self, note, add):
        words = words_found(note.sections)[: self.max_length]
        setattr(note, self.attname, words)
        return words


class NoteQuerySet(models.QuerySet):
    def signed(self):
        """What counts: signed, not replaced by its correction, not entered in error."""
        return self.filter(sealed_at__isnull=False, replaced_at=None, in_error_at=None)

    def waiting_for_cosign(self):
        """Signed by an author whose notes a supervisor signs too, and not looked at yet."""
        return self.signed().filter(needs_cosign=True, cosigned_at=None, returned_at=None)


class Note(Signable):
    """A draft that only its author sees, until the signature makes it a part of the chart.

    `typed` holds the fields of the page as they were typed, also what is half typed or not right yet; `version` grows with each
    save, so that two windows never overwrite each other. With the signature the service is written to the ledger and the words
    are fixed in `sections` (heading and text) and `objectives` (what became of each).
    """

    LATER = ("cosigned_at", "returned_at", "replaced_at", "in_error_at")

    episode = models.ForeignKey(Episode, on_delete=models.PROTECT, related_name="notes")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="notes")
    service = models.ForeignKey(Service, on_delete=models.PROTECT, null=True, blank=True, related_name="notes", editable=False)
    corrects = models.OneToOneField("self", on_delete=models.PROTECT, null=True, blank=True, related_name="corrected_by", editable=False)
    typed = models.JSONField(default=dict, blank=True)
    version = models.PositiveIntegerField(default=0)
    begun_at = models.DateTimeField(default=timezone.now)
    saved_at = models.DateTimeField(default=timezone.now)
    discarded_at = models.DateTimeField(null=True, blank=True, editable=False)
    format_name = Line(max_length=60, blank=True, editable=False)
    sections = models.JSONField(default=list, blank=True, editable=False)
    objectives = models.JSONField(default=list, blank=True, editable=False)
    is_late = models.BooleanField("late entry", default=False, editable=False)
    needs_cosign = models.BooleanField(default=False, editable=False)
    cosigned_at = models.DateTimeField(null=True, blank=True, editable=False)
    returned_at = models.DateTimeField(null=True, blank=True, editable=False)
    replaced_at = models.DateTimeField(null=True, blank=True, editable=False)
    in_error_at = models.DateTimeField(null=True, blank=True, editable=False)
    found_by = FoundBy(max_length=200_000, editable=False, default="", blank=True)

    objects = NoteQuerySet.as_manager()

    SIGNED = ("id", "episode_id", "author_id", "service_id", "corrects_id", "format_name", "sections", "objectives", "is_late")
    SERVICE = ("kind_id", "started_at", "minutes", "place", "with_whom", "delivered_by_id")

    class Meta:
        ordering = ["-begun_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(sealed_at=None) | Q(service__isnull=False, discarded_at=None),
                name="a_signed_note_has_a_service",
            ),
            models.UniqueConstraint(
                fields=["service"], condition=Q(sealed_at__isnull=False, replaced_at=None), name="one_note_per_service"
            ),
            models.CheckConstraint(
                condition=Q(cosigned_at=None, returned_at=None, replaced_at=None, in_error_at=None) | Q(sealed_at__isnull=False),
                name="a_draft_is_only_a_draft",
            ),
            models.CheckConstraint(condition=Q(cosigned_at=None) | Q(returned_at=None), name="a_note_is_cosigned_or_returned"),
            models.CheckConstraint(condition=~Q(corrects=F("id")), name="a_note_corrects_another"),
        ]
        indexes = [
            models.Index(fields=["episode", "-begun_at"], name="notes_of_an_episode"),
            models.Index(fields=["author", "-saved_at"], name="drafts_of_an_author", condition=Q(sealed_at=None, discarded_at=None)),
            models.Index(fields=["author", "sealed_at"], name="notes_signed_by_an_author", condition=Q(sealed_at__isnull=False)),
            models.Index(fields=["author"], name="notes_returned", condition=Q(returned_at__isnull=False, replaced_at=None)),
            models.Index(fields=["author"], name="notes_to_cosign", condition=Q(needs_cosign=True, cosigned_at=None, returned_at=None)),
        ]

    def __str__(self):
        return f"Note of {timezone.localdate(self.begun_at)}"

    @property
    def patient_id(self):
        return self.episode.patient_id

    @property
    def patient(self):
        return self.episode.patient

    @property
    def is_draft(self):
        return self.sealed_at is None

    @property
    def state(self):
        """(tone, word) as the chart shows it."""
        if self.is_draft:
            return "quiet", "Draft"
        if self.in_error_at:
            return "stop", "Entered in error"
        if self.returned_at:
            return "warn", "Returned"
        if self.cosigned_at:
            return "ok", "Cosigned"
        return ("warn", "Waiting for cosign") if self.needs_cosign else ("ok", "Signed")

    def words_to_sign(self):
        """The words, what became of each objective, and the facts of the service that they are about."""
        facts = {name: getattr(self, name) for name in self.SIGNED}
        facts["service"] = {name: getattr(self.service, name) for name in self.SERVICE} if self.service else None
        return in_words(facts)


class ProgressQuerySet(models.QuerySet):
    def standing(self):
        """Words of notes that count."""
        return self.filter(note__replaced_at=None, note__in_error_at=None)


class ObjectiveProgress(models.Model):
    """A note's word on an objective: the golden thread. Written with the signature, kept as it is.

    `root` is the objective in whatever version of the plan; `objective` the row that was in force that day.
    """

    class Standing(models.TextChoices):
        ON_TRACK = "on_track", "On track"
        SOME = "some", "Some progress"
        STUCK = "stuck", "Stuck"
        MET = "met", "Met"
        CHANGED = "changed", "Changed"

    note = models.ForeignKey(Note, on_delete=models.PROTECT, related_name="progress")
    objective = models.ForeignKey(Objective, on_delete=models.PROTECT, related_name="progress")
    root = models.UUIDField()
    standing = Choice(choices=Standing.choices)
    words = Line(max_length=300, blank=True)

    objects = ProgressQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["note", "objective"], name="one_word_per_note_and_objective")]
        indexes = [models.Index(fields=["root"], name="thread_of_an_objective")]

    def __str__(self):
        return f"{self.objective}: {self.get_standing_display()}"

    @property
    def patient_id(self):
        return self.note.patient_id


class WhyAlike(models.Model):
    """Why a note was signed that is nearly the same as another, by its author. Written once, with the signature."""

    note = models.OneToOneField(Note, on_delete=models.PROTECT, related_name="why_alike")
    percent = models.PositiveSmallIntegerField("likeness in percent")
    because = Prose("why they are alike", max_length=1000)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = "reason for a near copy"
        verbose_name_plural = "reasons for near copies"
        constraints = [
            models.CheckConstraint(condition=Q(percent__gte=1, percent__lte=100), name="likeness_is_a_percentage"),
            models.CheckConstraint(condition=~Q(because=""), name="a_near_copy_has_a_reason"),
        ]

    def __str__(self):
        return f"{self.percent} % alike"

    @property
    def patient_id(self):
        return self.note.patient_id


class NoteReturn(models.Model):
    """A supervisor's comment with which a note goes back to its author. Written once."""

    note = models.OneToOneField(Note, on_delete=models.PROTECT, related_name="returned")
    comment = Prose(max_length=2000)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    def __str__(self):
        return f"Returned by {self.by}"

    @property
    def patient_id(self):
        return self.note.patient_id
