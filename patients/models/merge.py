"""Two records that turned out to be one person's."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from anchored.accounts.roles import Permission
from anchored.ground.fields import Choice, Prose

from .patient import Patient


def known_to(user):
    """People whose records this person may compare: all of them for the privacy officer, by identity; else those they open."""
    if user.holds(Permission.RESTRICT_RECORDS):
        return Patient.objects.filter(merged_into=None)
    return Patient.objects.visible_to(user)


class MergeQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Merges of records whose people this person may compare; once merged, those whose kept record it is."""
        known = known_to(user)
        merged = Q(outcome="merged", undone_at=None)
        return self.filter(Q(merged, kept__in=known) | Q(~merged, kept__in=known, away__in=known))

    def waiting(self):
        return self.filter(outcome="")

    def in_force(self):
        return self.filter(outcome="merged", undone_at=None)


class Merge(models.Model):
    """That one person has two records: proposed by one member of staff, decided by another, and reversible.

    `kept` is the record that stays, `away` the one that leads to it from then on. Every row of `away` becomes one of `kept`;
    the record itself stays as it was. `choices` says for each fact that differs whose stands. `moved` and `before` are what an
    undo needs: the keys of the rows that moved, and each changed fact as (before, after).
    """

    class Outcome(models.TextChoices):
        WAITING = "", "Waits for a second person"
        MERGED = "merged", "Merged"
        REFUSED = "refused", "Not the same person"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kept = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="+")
    away = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="+")
    choices = models.JSONField(default=dict, blank=True)
    because = Prose("how you know that it is one person", max_length=1000)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(default=timezone.now)
    outcome = Choice(choices=Outcome.choices, default=Outcome.WAITING, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    refused_because = Prose(max_length=1000, blank=True)
    moved = models.JSONField(default=dict, blank=True)
    before = models.JSONField(default=dict, blank=True)
    undone_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_because = Prose(max_length=1000, blank=True)

    objects = MergeQuerySet.as_manager()

    class Meta:
        ordering = ["-proposed_at"]
        constraints = [
            models.CheckConstraint(condition=~Q(kept=F("away")), name="a_merge_is_of_two_records"),
            models.CheckConstraint(
                condition=Q(outcome="", decided_by=None, decided_at=None)
                | (~Q(outcome="") & Q(decided_by__isnull=False, decided_at__isnull=False)),
                name="merge_decided_by_somebody",
            ),
            models.CheckConstraint(condition=Q(decided_by=None) | ~Q(decided_by=F("proposed_by")), name="a_merge_is_decided_by_another"),
            models.CheckConstraint(
                condition=Q(undone_by=None, undone_at=None) | Q(outcome="merged", undone_by__isnull=False, undone_at__isnull=False),
                name="merge_undone_by_somebody",
            ),
            models.UniqueConstraint(
                fields=["away"],
                condition=Q(outcome="") | Q(outcome="merged", undone_at=None),
                name="a_record_goes_into_one_other",
                violation_error_message="A merge of this record waits already.",
            ),
        ]

    def __str__(self):
        return f"No. {self.away.record_number} into no. {self.kept.record_number}"

    @property
    def patient_id(self):
        return self.kept_id

    @property
    def is_in_force(self):
        return self.outcome == Merge.Outcome.MERGED and self.undone_at is None
