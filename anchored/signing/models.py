"""Signable documents, signatures, addenda."""

import hashlib
import uuid

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils import timezone

from anchored.ground.fields import Choice, Line, Prose


class Signable(models.Model):
    """A document that the first signature seals: after it neither text nor facts change, on any path.

    `LATER` names columns that are empty when it is sealed and are written once after that: when it came into force, when
    another took its place. They are no part of what is signed, and are written with `update()`.
    """

    LATER: tuple[str, ...] = ()

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    sealed_at = models.DateTimeField(null=True, editable=False)
    digest = Line(max_length=64, blank=True, editable=False)

    class Meta:
        abstract = True

    def words_to_sign(self):
        """Everything the signature stands for, as one text. Each document says what that is."""
        raise NotImplementedError(f"{type(self).__name__} does not say what is signed.")

    def digest_now(self):
        return hashlib.sha256(self.words_to_sign().encode()).hexdigest()

    @property
    def is_sealed(self):
        return self.sealed_at is not None

    def is_intact(self):
        """Whether the words are still those that were signed."""
        return not self.is_sealed or self.digest == self.digest_now()

    def save(self, *args, **kwargs):
        if not self._state.adding and type(self)._base_manager.filter(pk=self.pk).exclude(sealed_at=None).exists():
            raise ValidationError("This document is signed. Write an addendum instead.")
        super().save(*args, **kwargs)

    def delete(self, *args, **kwargs):
        raise ValidationError("Clinical documents are not deleted.")


class Signature(models.Model):
    """One person's signature under one document: name and credential as they were that day."""

    class Meaning(models.TextChoices):
        AUTHOR = "author", "Signed"
        COSIGNER = "cosigner", "Cosigned"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    document_type = Line(max_length=60)
    document_id = models.UUIDField()
    meaning = Choice(choices=Meaning.choices, default=Meaning.AUTHOR)
    signed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    signed_at = models.DateTimeField(default=timezone.now)
    name_as_signed = Line(max_length=250)
    digest = Line(max_length=64)

    class Meta:
        ordering = ["signed_at"]
        indexes = [models.Index(fields=["document_type", "document_id"], name="signatures_of_a_document")]
        constraints = [
            models.UniqueConstraint(fields=["document_type", "document_id", "signed_by"], name="one_signature_per_person_and_document"),
            models.UniqueConstraint(
                fields=["document_type", "document_id"], condition=Q(meaning="author"), name="one_author_signs_a_document"
            ),
        ]

    def __str__(self):
        return f"{self.get_meaning_display()} by {self.name_as_signed}"


class Addendum(models.Model):
    """What was added after signing, in the words of its author. Never changed, never deleted."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    document_type = Line(max_length=60)
    document_id = models.UUIDField()
    number = models.PositiveSmallIntegerField(default=1)
    text = Prose()
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField(default=timezone.now)
    name_as_signed = Line(max_length=250)

    class Meta:
        verbose_name_plural = "addenda"
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["document_type", "document_id", "number"], name="addenda_are_numbered"),
        ]
        indexes = [models.Index(fields=["document_type", "document_id"], name="addenda_of_a_document")]

    def __str__(self):
        return f"Addendum by {self.name_as_signed}"
