"""Intervals: half-open stretches of days. `ended_on` is the first day no longer in it; open means no end yet."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.db import models
from django.db.models import F, Q

from .dates import today


class DatedQuerySet(models.QuerySet):
    def on(self, day):
        """Those in force on a day."""
        return self.filter(Q(ended_on=None) | Q(ended_on__gt=day), started_on__lte=day)

    def not_over(self, day):
        """Those in force on a day, or later."""
        return self.filter(Q(ended_on=None) | Q(ended_on__gt=day))

    def now(self):
        """Those in force today."""
        return self.on(today())


def in_force(day, prefix=""):
    """The same, as a condition across a relation."""
    return Q(**{f"{prefix}started_on__lte": day}) & (Q(**{f"{prefix}ended_on": None}) | Q(**{f"{prefix}ended_on__gt": day}))


def ends_after_start(name):
    return models.CheckConstraint(
        condition=Q(ended_on=None) | Q(ended_on__gte=F("started_on")),
        name=name,
        violation_error_message="The end date must be the same as or after the start date.",
    )


class Dated(models.Model):
    """A relation that holds from a day until, perhaps, another."""

    started_on = models.DateField("from", default=today)
    ended_on = models.DateField("until", null=True, blank=True, help_text="The first day it no longer holds. Empty means it still does.")

    objects = DatedQuerySet.as_manager()

    class Meta:
        abstract = True


class Exclusion(ExclusionConstraint):
    """No two rows overlap. PostgreSQL keeps it; elsewhere a trigger does (triggers.py), and the stock class would break `migrate`."""

    def create_sql(self, model, schema_editor):
        return super().create_sql(model, schema_editor) if schema_editor.connection.vendor == "postgresql" else None

    def remove_sql(self, model, schema_editor):
        return super().remove_sql(model, schema_editor) if schema_editor.connection.vendor == "postgresql" else None

    def constraint_sql(self, model, schema_editor):
        return super().constraint_sql(model, schema_editor) if schema_editor.connection.vendor == "postgresql" else None

    def validate(self, *args, **kwargs):
        """The actions ask in words before the database must refuse."""
