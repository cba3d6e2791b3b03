"""Questions that several models ask before the database must refuse."""

from django.core.exceptions import ValidationError
from django.db.models import Q


def overlapping(row, parent):
    """Other rows under the same parent whose days meet this row's days."""
    others = type(row).objects.filter(**{f"{parent}_id": getattr(row, f"{parent}_id")}).exclude(pk=row.pk)
    others = others.filter(Q(ended_on=None) | Q(ended_on__gt=row.started_on))
    return others if row.ended_on is None else others.filter(started_on__lt=row.ended_on)


def no_overlap(row, parent, sentence):
    if row.started_on and getattr(row, f"{parent}_id") and overlapping(row, parent).exists():
        raise ValidationError({"started_on": sentence})
