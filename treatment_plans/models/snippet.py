"""A clinician's own text blocks."""

import uuid

from django.conf import settings
from django.db import models

from anchored.ground.fields import Line, Prose


class Snippet(models.Model):
    """Words that one person writes often, to be put into a note by hand. Theirs alone; nothing of a patient is in it."""

    MOST = 100

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="snippets", editable=False)
    name = Line(max_length=60)
    text = Prose(max_length=2000, help_text="No patient's name or facts: what is true of one person is written in their note.")
    order = models.PositiveSmallIntegerField(default=0, editable=False)

    class Meta:
        ordering = ["order", "id"]
        constraints = [models.UniqueConstraint(fields=["owner", "name"], name="one_snippet_of_a_name")]

    def __str__(self):
        return self.name
