"""What goes along when somebody leaves: the continuing-care plan, made with them, and the discharge summary."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from anchored.ground.fields import Choice, Line, Prose
from anchored.signing.models import Signable
from anchored.signing.words import in_words
from patients.models import Discharge, Episode

PLACES = 4  # appointments that a continuing-care plan has room for
APPOINTMENT = ("what", "with_whom", "on", "at", "where")


class Leaving(Signable):
    """A document of an episode: one draft at a time, written by whoever may, sealed by a signature. Another is another row.

    `drawn` is what the record said when it was signed: [{heading, lines}].
    """

    drawn = models.JSONField(default=list, blank=True, editable=False)
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", editable=False)
    started_at = models.DateTimeField(default=timezone.now, editable=False)
    episode: models.ForeignKey
    TYPED: tuple[str, ...] = ()
    NEEDED: tuple[str, ...] = ()  # not empty when it is signed

    class Meta:
        abstract = True
        ordering = ["-started_at"]

    @property
    def patient_id(self):
        return self.episode.patient_id

    @property
    def patient(self):
        return self.episode.patient

    def words_to_sign(self):
        names = ("id", "episode_id", *self.TYPED, "drawn", "started_by_id", "started_at")
        return in_words({name: getattr(self, name) for name in names})


class ContinuingCare(Leaving):
    """How it goes on after the discharge, made with the patient before it: 77 Ill. Adm. Code 2060.427 (legacy text), CARF 2.D.

    `appointments`: up to four of {what, with_whom, on, at, where}; `on` is a day in ISO words.
    """

    class Kit(models.TextChoices):
        NOT_SAID = "", "Not said"
        HAS = "has", "Has one and knows how to use it"
        GIVEN = "given", "Given today, with instruction"
        DECLINED = "declined", "Offered and declined"
        NOT_NEEDED = "not_needed", "No opioid risk known"

    class Part(models.TextChoices):
        NOT_SAID = "", "Not said"
        AGREES = "agrees", "Made it with us and agrees"
        DISAGREES = "disagrees", "Made it with us and would have it otherwise"
        DECLINED = "declined", "Declined to take part"
        UNABLE = "unable", "Could not take part"

    episode = models.ForeignKey(Episode, on_delete=models.PROTECT, related_name="continuing_care")
    appointments = models.JSONField(default=list, blank=True)
    supports = Prose("people and groups that help", max_length=2000, blank=True)
    housing = Prose("where the patient lives", max_length=1000, blank=True)
    medications = Prose(max_length=2000, blank=True)
    told = Prose("who else is told", max_length=1000, blank=True)
    way_back = Prose("how to come back", max_length=2000, blank=True)
    crisis = Prose("in a crisis", max_length=1000, blank=True)
    kit = Choice("overdose reversal kit", choices=Kit.choices, default=Kit.NOT_SAID, blank=True)
    part = Choice("the patient's part", choices=Part.choices, default=Part.NOT_SAID, blank=True)
    part_words = Prose("in the patient's words, or why not", max_length=1000, blank=True)
    signer_name = Line("name of the patient as signed", max_length=200, blank=True)
    copy_given = models.BooleanField("the patient has a copy", default=False)

    TYPED = (
        *("appointments", "supports", "housing", "medications", "told", "way_back", "crisis"),
        *("kit", "part", "part_words", "signer_name", "copy_given"),
    )
    NEEDED = ("way_back", "crisis", "part")

    class Meta(Leaving.Meta):
        verbose_name_plural = "continuing-care plans"
        constraints = [
            models.UniqueConstraint(fields=["episode"], condition=Q(sealed_at=None), name="one_continuing_care_draft"),
        ]

    def __str__(self):
        return "Continuing-care plan"


class DischargeSummary(Leaving):
    """The account of an episode that has ended: drawn from the record, with what only a clinician can say. Due within days by rule."""

    episode = models.ForeignKey(Episode, on_delete=models.PROTECT, related_name="discharge_summaries")
    discharge = models.OneToOneField(Discharge, on_delete=models.PROTECT, null=True, blank=True, related_name="summary", editable=False)
    course = Prose("what happened in treatment", max_length=6000, blank=True)
    condition = Prose("how the patient leaves", max_length=4000, blank=True)
    last_contact_on = models.DateField("last contact on", null=True, blank=True)
    medications = Prose(max_length=2000, blank=True)
    needs = Prose("what remains to be done", max_length=2000, blank=True)
    recommendations = Prose(max_length=2000, blank=True)

    TYPED = ("course", "condition", "last_contact_on", "medications", "needs", "recommendations")
    NEEDED = ("course", "condition", "last_contact_on", "recommendations")

    class Meta(Leaving.Meta):
        verbose_name_plural = "discharge summaries"
        constraints = [
            models.UniqueConstraint(fields=["episode"], condition=Q(sealed_at=None), name="one_discharge_summary_draft"),
            models.CheckConstraint(condition=Q(sealed_at=None) | Q(discharge__isnull=False), name="a_summary_is_of_a_discharge"),
        ]

    def __str__(self):
        return "Discharge summary"

    def words_to_sign(self):
        return in_words({"discharge_id": self.discharge_id, "words": super().words_to_sign()})
