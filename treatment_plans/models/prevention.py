"""The relapse-prevention plan: one per person, in their own words, never finished. It goes along into aftercare and the next episode."""

import uuid
from datetime import datetime, time, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from anchored.ground.dates import today
from anchored.ground.fields import Choice, Line, Prose
from patients.models import Contact, Patient

from ..reference import PREVENTION


class PreventionEntryQuerySet(models.QuerySet):
    def standing(self):
        """What the page says now."""
        return self.filter(removed_at=None, replaced_by=None)

    def earlier(self):
        """What it said once: reworded since, or taken out."""
        return self.filter(Q(replaced_by__isnull=False) | Q(removed_at__isnull=False))

    def on(self, day):
        """What the page said when a day ended."""
        midnight = timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min))
        reworded = PreventionEntry.objects.filter(replaces=OuterRef("pk"), written_at__lt=midnight)
        return self.filter(~Exists(reworded), Q(removed_at=None) | Q(removed_at__gte=midnight), written_at__lt=midnight)


class PreventionEntry(models.Model):
    """One entry of a section as it was worded once. Another wording is another row, which `replaces` this one.

    `root` is the same in every wording of an entry: the key of the first. Who takes an entry out is on record; put back, it is a
    new row as well, so that what stood there on any day can be told.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="prevention_entries")
    section = Choice(choices=[(section["key"], section["heading"]) for section in PREVENTION["sections"]])
    root = models.UUIDField(editable=False)
    replaces = models.OneToOneField("self", on_delete=models.PROTECT, null=True, blank=True, related_name="replaced_by", editable=False)
    text = Prose(max_length=500)
    how = Line("how to reach them", max_length=200, blank=True)
    contact = models.ForeignKey(
        Contact, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="from the contacts"
    )
    position = models.PositiveSmallIntegerField(default=0, editable=False)
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField(default=timezone.now)
    removed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+", editable=False
    )
    removed_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = PreventionEntryQuerySet.as_manager()

    SAID = ("text", "how", "contact")

    class Meta:
        verbose_name_plural = "prevention entries"
        ordering = ["position", "written_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(removed_by=None, removed_at=None) | Q(removed_by__isnull=False, removed_at__isnull=False),
                name="prevention_entry_removed_by_somebody",
            ),
        ]
        indexes = [models.Index(fields=["root"], name="wordings_of_an_entry")]

    def __str__(self):
        return f"{self.get_section_display()}, entry"

    @property
    def can_be_put_back(self):
        """Taken out, and not put back already."""
        return self.removed_at is not None and not hasattr(self, "replaced_by")

    @property
    def contact_now(self):
        """The contact that the entry names, while they are among the patient's."""
        return self.contact if self.contact and self.contact.patient_id == self.patient_id and not self.contact.removed_at else None

    @property
    def other_phone(self):
        """The number that the contact has by now, where the entry says another."""
        phone = self.contact_now.phone if self.contact_now else ""
        return phone if phone and self.how and phone not in self.how else ""


class PreventionLook(models.Model):
    """That the page was gone through with the patient on a day. Append-only."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="prevention_looks")
    day = models.DateField(default=today)
    noted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    noted_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-day", "-noted_at"]

    def __str__(self):
        return f"Gone through on {self.day}"
