"""What plans are begun from: problems with goals, objectives and interventions, in plain words, to insert and adapt."""

from django.db import models

from anchored.ground.fields import Choice, Line

from .plan import NUMBERED, Modality


class LibraryEntry(models.Model):
    """One row of the library. A problem stands alone; a goal hangs on a problem, an objective on a goal, and so on."""

    class Kind(models.TextChoices):
        PROBLEM = "problem", "Problem"
        GOAL = "goal", "Goal"
        OBJECTIVE = "objective", "Objective"
        INTERVENTION = "intervention", "Intervention"

    kind = Choice(choices=Kind.choices)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="children")
    dimension = Choice(choices=NUMBERED, default="", blank=True, help_text="Of a problem.")
    text = Line(max_length=300)
    measure = Line(max_length=200, blank=True, help_text="Of an objective: what is counted.")
    days = models.PositiveSmallIntegerField("days until its target", null=True, blank=True, help_text="Of an objective.")
    modality = Choice(choices=[("", "None"), *Modality.choices], default="", blank=True, help_text="Of an intervention.")
    group_type = Line(max_length=40, blank=True, help_text="Of a group: psychoeducation, refusal training and so on.")
    frequency = Line(max_length=100, blank=True, help_text="Of an intervention: how often.")
    duration = Line(max_length=100, blank=True, help_text="Of an intervention: for how long.")
    offered = models.BooleanField(default=True, help_text="Untick what your house does not use.")
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = "library entry"
        verbose_name_plural = "plan library"
        ordering = ["kind", "dimension", "order", "text"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind="problem", parent=None) | (~models.Q(kind="problem") & models.Q(parent__isnull=False)),
                name="only_problems_stand_alone",
            ),
        ]

    def __str__(self):
        return self.text
