"""The continuum as the house runs it: levels of care, programs, their rules, and which move may follow which."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.dates import WEEKDAYS

from anchored.ground.fields import Choice, Line, Prose
from anchored.ground.intervals import Dated, DatedQuerySet, Exclusion, ends_after_start

EDITIONS = [("3", "3rd edition (2013)"), ("4", "4th edition (2023)")]
TEDS_SETTINGS = [
    (1, "1 Withdrawal management, 24-hour, hospital inpatient"),
    (2, "2 Withdrawal management, 24-hour, free-standing residential"),
    (3, "3 Residential, hospital (not withdrawal management)"),
    (4, "4 Residential, short term (30 days or fewer)"),
    (5, "5 Residential, long term (more than 30 days)"),
    (6, "6 Ambulatory, intensive outpatient"),
    (7, "7 Ambulatory, non-intensive outpatient"),
    (8, "8 Ambulatory, withdrawal management"),
]


class LevelOfCare(models.Model):
    """A level of the ASAM ladder, with the edition it belongs to. The same code may mean another thing in another edition."""

    code = Line(max_length=10)
    edition = Choice(choices=EDITIONS)
    name = Line(max_length=120)
    least_hours = models.PositiveSmallIntegerField("least hours a week", null=True, blank=True)
    most_hours = models.PositiveSmallIntegerField("most hours a week", null=True, blank=True)
    is_residential = models.BooleanField("residential", default=False)
    is_withdrawal_management = models.BooleanField("withdrawal management", default=False)
    verified = models.BooleanField("checked against a public source", default=False)
    note = Line(max_length=200, blank=True)

    class Meta:
        verbose_name = "level of care"
        verbose_name_plural = "levels of care"
        ordering = ["edition", "code"]
        constraints = [
            models.UniqueConstraint(fields=["code", "edition"], name="one_level_per_code_and_edition"),
            models.CheckConstraint(
                condition=Q(least_hours=None) | Q(most_hours=None) | Q(most_hours__gte=F("least_hours")), name="level_hours_in_order"
            ),
        ]

    def __str__(self):
        return f"{self.code} {self.name}"


class Phase(models.Model):
    """A step of the continuum as patients and staff speak of it: withdrawal management, residential, PHP, IOP, OP, alumni."""

    name = Line(max_length=60, unique=True)
    short_name = Line(max_length=20, unique=True)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["order", "name"]

    def __str__(self):
        return self.name


class ProgramQuerySet(DatedQuerySet):
    def in_order(self):
        return self.order_by("phase__order", "order", "name")


class Program(Dated):
    """A place in the continuum: one level of care at one site, by day or evening, with so many places."""

    class Track(models.TextChoices):
        NONE = "", "No track"
        DAY = "day", "Day"
        EVENING = "evening", "Evening"

    name = Line(max_length=60, unique=True)
    phase = models.ForeignKey(Phase, on_delete=models.PROTECT, related_name="programs")
    level = models.ForeignKey(LevelOfCare, on_delete=models.PROTECT, related_name="programs")
    track = Choice(choices=Track.choices, default=Track.NONE, blank=True)
    site = Line(max_length=80, blank=True)
    capacity = models.PositiveSmallIntegerField("places", null=True, blank=True, help_text="Empty means no limit.")
    teds_setting = models.PositiveSmallIntegerField("TEDS service setting", choices=TEDS_SETTINGS)
    teds_import = models.PositiveSmallIntegerField(
        "takes imported admissions of setting",
        choices=TEDS_SETTINGS,
        null=True,
        blank=True,
        unique=True,
        help_text="import_teds places admissions with this setting here. One program for each setting.",
    )
    order = models.PositiveSmallIntegerField(default=0, help_text="Among the programs of the same phase.")

    objects = ProgramQuerySet.as_manager()
    taken = held = 0  # filled in by queries.programs: people there, and places held by offers

    class Meta:
        ordering = ["phase__order", "order", "name"]
        constraints = [
            ends_after_start("program_ends_after_it_starts"),
            models.CheckConstraint(condition=Q(teds_setting__range=(1, 8)), name="program_has_a_teds_setting"),
            models.CheckConstraint(condition=Q(teds_import=None) | Q(teds_import__range=(1, 8)), name="program_takes_a_teds_setting"),
        ]

    def __str__(self):
        return self.name

    @property
    def free(self):
        """Places that somebody can take now; None where there is no limit."""
        return None if self.capacity is None else max(0, self.capacity - self.taken - self.held)

    @property
    def is_full(self):
        return self.free == 0


class ProgramRule(Dated):
    """The numbers a program works by from a day on. Facts that differ by state or payer live here, with their source."""

    program = models.ForeignKey(Program, on_delete=models.PROTECT, related_name="rules")
    least_hours = models.PositiveSmallIntegerField("least hours a week", null=True, blank=True)
    most_hours = models.PositiveSmallIntegerField("most hours a week", null=True, blank=True)
    days_a_week = models.PositiveSmallIntegerField(null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(7)])
    gap_days = models.PositiveSmallIntegerField(
        "most days without contact",
        null=True,
        blank=True,
        help_text="Whole days between two services that count. Days when the house or the program is closed are not counted.",
    )
    week_starts = models.PositiveSmallIntegerField("the week begins on", choices=list(WEEKDAYS.items()), default=0)
    plan_due_days = models.PositiveSmallIntegerField("first plan due after days", null=True, blank=True)
    review_days = models.PositiveSmallIntegerField("level of care reviewed every days", null=True, blank=True)
    plan_review_days = models.PositiveSmallIntegerField("plan reviewed every days", null=True, blank=True)
    plan_review_hours = models.PositiveSmallIntegerField(
        "or after delivered hours", null=True, blank=True, help_text="Whichever comes first. Empty: the hours of the level-of-care review."
    )
    plan_event_days = models.PositiveSmallIntegerField(
        "plan reviewed days after an event",
        null=True,
        blank=True,
        default=7,
        help_text="A move, a safety flag, a return to use, the patient's request. Empty: no event asks for it.",
    )
    plan_warn_days = models.PositiveSmallIntegerField("days of warning ahead", default=7)
    supervisor_signs_plans = models.BooleanField("a supervisor signs plans too", default=False)
    review_hours = models.PositiveSmallIntegerField("or after delivered hours", null=True, blank=True)
    discharge_summary_days = models.PositiveSmallIntegerField("discharge summary due within days", null=True, blank=True, default=15)
    note_due_hours = models.PositiveSmallIntegerField("note due within hours", null=True, blank=True)
    citation = Prose("where the numbers come from", max_length=1000, blank=True)

    class Meta:
        ordering = ["program", "-started_on"]
        constraints = [
            ends_after_start("program_rule_ends_after_it_starts"),
            models.CheckConstraint(condition=Q(week_starts__range=(0, 6)), name="a_week_starts_on_a_weekday"),
            models.UniqueConstraint(
                fields=["program"],
                condition=Q(ended_on=None),
                name="one_open_rule_per_program",
                violation_error_message="End the rule in force first: one rule per program and day.",
            ),
            Exclusion(
                name="program_rules_do_not_overlap",
                expressions=[("program", "="), (models.Func("started_on", "ended_on", models.Value("[)"), function="daterange"), "&&")],
            ),
        ]

    def __str__(self):
        return f"{self.program}, from {self.started_on}"

    def clean(self):
        from .checks import no_overlap

        no_overlap(self, "program", "Another rule of this program is in force on some of these days.")


class AllowedMove(models.Model):
    """Which level of care may follow which without a supervisor."""

    class Kind(models.TextChoices):
        STEP_DOWN = "step_down", "Step down"
        STEP_UP = "step_up", "Step up"
        LATERAL = "lateral", "Lateral"

    from_level = models.ForeignKey(LevelOfCare, on_delete=models.PROTECT, related_name="moves_out")
    to_level = models.ForeignKey(LevelOfCare, on_delete=models.PROTECT, related_name="moves_in")
    kind = Choice(choices=Kind.choices)
    is_next_step = models.BooleanField("usual next step", default=False, help_text="Preselected on the move form.")
    demands_ratings = models.BooleanField("all dimensions must be rated", default=False)

    class Meta:
        ordering = ["from_level", "kind", "to_level"]
        constraints = [models.UniqueConstraint(fields=["from_level", "to_level"], name="one_row_per_move")]

    def __str__(self):
        return f"{self.from_level.code} to {self.to_level.code}, {self.get_kind_display().lower()}"


class ProgramStaff(Dated):
    """Who works in a program. They see the charts of the people whose current stay is in it."""

    program = models.ForeignKey(Program, on_delete=models.PROTECT, related_name="staff")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="program_posts", verbose_name="person")

    class Meta:
        verbose_name = "program staff"
        verbose_name_plural = "program staff"
        ordering = ["program", "user"]
        constraints = [
            ends_after_start("program_post_ends_after_it_starts"),
            models.UniqueConstraint(
                fields=["program", "user"],
                condition=Q(ended_on=None),
                name="one_open_post_per_program_and_person",
                violation_error_message="This person works in this program already.",
            ),
        ]
        indexes = [models.Index(fields=["user", "program"], name="posts_of_a_person", condition=Q(ended_on=None))]

    def __str__(self):
        return f"{self.user} in {self.program}"
