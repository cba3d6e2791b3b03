"""What a program offers: kinds of group, and curricula of ordered topics. Lists that an administrator keeps."""

from django.core.exceptions import ValidationError
from django.db import models

from anchored.ground.fields import Line, Prose, Slug
from patients.models import PaperTemplate, ServiceKind


class GroupType(models.Model):
    """A kind of group: psychoeducation, skills, refusal training, process and so on. Its service kind says whether it counts."""

    code = Slug(max_length=40, unique=True)
    name = Line(max_length=80, unique=True)
    service_kind = models.ForeignKey(
        ServiceKind, on_delete=models.PROTECT, related_name="+", help_text="What stands in the ledger, and whether it counts toward hours."
    )
    usual_size = models.PositiveSmallIntegerField("usual size", default=12)
    for_relatives = models.BooleanField("relatives come too", default=False)
    eligibility = Line("whom it is for", max_length=200, blank=True, help_text="For a single-interest group: such as parents.")
    agreement = Slug(
        "agreement that members sign",
        max_length=40,
        blank=True,
        help_text="The code of a text under Documents. It is asked of who joins such a group, and of nobody else.",
    )
    mentor_from_week = models.PositiveSmallIntegerField(
        "could mentor from week",
        null=True,
        blank=True,
        help_text="From this week in the program on, members are named as those who could mentor newer ones. Empty: nobody is.",
    )
    offered = models.BooleanField(default=True)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["order", "name"]

    def __str__(self):
        return self.name

    def clean(self):
        if self.agreement and not PaperTemplate.objects.filter(code=self.agreement).exists():
            raise ValidationError({"agreement": "No text under Documents has this code. Add it there first."})


class Curriculum(models.Model):
    """Ordered topics that a group works through, again and again."""

    name = Line(max_length=80, unique=True)
    source = Prose("where the topics come from", max_length=500, blank=True)
    offered = models.BooleanField(default=True)

    class Meta:
        ordering = ["name"]
        verbose_name_plural = "curricula"

    def __str__(self):
        return self.name


class Topic(models.Model):
    """One topic of a curriculum, by its label only."""

    curriculum = models.ForeignKey(Curriculum, on_delete=models.PROTECT, related_name="topics")
    title = Line(max_length=120)
    order = models.PositiveSmallIntegerField(default=0)
    offered = models.BooleanField(default=True)

    class Meta:
        ordering = ["curriculum", "order", "id"]
        constraints = [models.UniqueConstraint(fields=["curriculum", "title"], name="one_topic_per_title")]

    def __str__(self):
        return self.title
