"""Everybody in care, one row each, as a view of the database: what a list shows of a person, found in one cheap statement."""

from datetime import timedelta

from django.db import models
from django.db.models import Count, F, Q, Window
from django.db.models.functions import RowNumber

from anchored.ground.dates import today
from anchored.ground.triggers import view

from .patient import NamedAccess, SafetyFlag
from .program import Program
from .relation import Relation

IN_CARE = """
CREATE VIEW patients_incare AS
SELECT s.id AS stay_id, s.program_id, s.counts_from, s.started_on, s.opened_at, s.previous_id, s.reverses_id, s.accepted_at,
       e.id AS episode_id, p.id AS patient_id, p.family_name, p.given_name, p.record_number, p.restricted,
       g.name AS program_name, g.track, g.phase_id, h."order" AS phase_order, g."order" AS program_order,
       m.user_id AS clinician_id, u.given_name AS clinician_given, u.family_name AS clinician_family,
       (SELECT max(a.made_on) FROM patients_assessment a WHERE a.episode_id = e.id AND a.sealed_at IS NOT NULL) AS last_rated,
       (SELECT f.kind FROM patients_safetyflag f WHERE f.patient_id = p.id AND f.ended_on IS NULL
         ORDER BY f.started_on DESC, f.raised_at DESC LIMIT 1) AS flag_kind,
       (SELECT count(*) FROM patients_safetyflag f WHERE f.patient_id = p.id AND f.ended_on IS NULL) AS flag_count
  FROM patients_stay s
  JOIN patients_episode e ON e.id = s.episode_id
  JOIN patients_patient p ON p.id = e.patient_id
  JOIN patients_program g ON g.id = s.program_id
  JOIN patients_phase h ON h.id = g.phase_id
  LEFT JOIN patients_careteammember m ON m.episode_id = e.id AND m.part = 'primary' AND m.ended_on IS NULL
  LEFT JOIN accounts_user u ON u.id = m.user_id
 WHERE s.ended_on IS NULL
"""
view("patients_incare", "patients_programstaff", postgresql=IN_CARE, sqlite=IN_CARE)


IN_COLUMNS = ("phase_order", "program_order", "program_id", "counts_from", "stay_id")


class InCareQuerySet(models.QuerySet):
    def visible_to(self, user, *, only_own=False):
        """People in care whom this person has an open relation to. What a discharge left behind opens charts, not lists.

        `only_own`: those in this person's primary care, which is such a relation; no other needs to be looked for.
        """
        named = NamedAccess.objects.now().filter(user=user).values("patient_id")
        rows = self.filter(Q(restricted=False) | Q(patient_id__in=named))
        if only_own:
            return rows.filter(clinician_id=user.pk)
        related = Relation.objects.opening_for(user).filter(is_open=True, episode_id__isnull=False).values("episode_id")
        return rows.filter(episode_id__in=related)

    def narrowed(self, *, clinician=None, phase=None, track="", flag=""):
        """The filters of the board and the list. None of them names a patient."""
        rows = self
        if clinician == "none":
            rows = rows.filter(clinician_id=None)
        elif clinician:
            rows = rows.filter(clinician_id=clinician)
        if phase:
            rows = rows.filter(phase_id=phase)
        if track:
            rows = rows.filter(track=track)
        if flag == "any":
            rows = rows.filter(flag_count__gt=0)
        elif flag == "not_accepted":
            rows = rows.waiting()
        return rows

    def waiting(self):
        """Moved to a program that has not accepted them yet."""
        return self.filter(accepted_at=None, previous_id__isnull=False, reverses_id=None)

    def first_in_each_program(self, count):
        """The longest in each program, so many that a column stays readable, each with how many there are in all: `in_column`.

        Chosen first, by their days alone: what is urgent about a person is asked only of those who are shown.
        """
        chosen = self.annotate(
            place=Window(RowNumber(), partition_by=F("program_id"), order_by=[F("counts_from").asc(), F("stay_id").asc()]),
            in_column=Window(Count("stay_id"), partition_by=F("program_id")),
        ).filter(place__lte=count)
        in_column = dict(chosen.values_list("stay_id", "in_column"))
        rows = list(InCare.objects.filter(stay_id__in=in_column).order_by(*IN_COLUMNS))
        for row in rows:
            row.in_column = in_column[row.stay_id]
        return rows


class InCare(models.Model):
    """One line of a list: a person in care, where and since when, with whom, and what is urgent."""

    stay_id = models.UUIDField(primary_key=True)
    program = models.ForeignKey(Program, on_delete=models.DO_NOTHING, related_name="+")
    counts_from = models.DateField()
    started_on = models.DateField()
    opened_at = models.DateTimeField()
    previous_id = models.UUIDField(null=True)
    reverses_id = models.UUIDField(null=True)
    accepted_at = models.DateTimeField(null=True)
    episode_id = models.UUIDField()
    patient_id = models.UUIDField()
    family_name = models.CharField(max_length=100)
    given_name = models.CharField(max_length=100)
    record_number = models.PositiveIntegerField()
    restricted = models.BooleanField()
    program_name = models.CharField(max_length=60)
    track = models.CharField(max_length=30)
    phase_id = models.BigIntegerField()
    phase_order = models.PositiveSmallIntegerField()
    program_order = models.PositiveSmallIntegerField()
    clinician_id = models.BigIntegerField(null=True)
    clinician_given = models.CharField(max_length=100, null=True)
    clinician_family = models.CharField(max_length=100, null=True)
    last_rated = models.DateField(null=True)
    flag_kind = models.CharField(max_length=30, null=True)
    flag_count = models.IntegerField()

    objects = InCareQuerySet.as_manager()
    in_column = None  # filled in by first_in_each_program
    # Filled in by queries.lines: the rule of the program in force, and the day that all rows of a list are seen on.
    review_days = None
    seen_on = None
    hours = None  # filled in by meter.fill

    class Meta:
        managed = False
        db_table = "patients_incare"

    def __str__(self):
        return f"{self.given_name} {self.family_name}".strip()

    @property
    def day(self):
        """Which day in the program it is; the first is day 1."""
        return ((self.seen_on or today()) - self.counts_from).days + 1

    @property
    def clinician(self):
        """As "S. Lindqvist"; empty when nobody is assigned."""
        if not self.clinician_id:
            return ""
        return f"{self.clinician_given[:1]}. {self.clinician_family}" if self.clinician_family else self.clinician_given

    @property
    def initials(self):
        return (self.clinician_given[:1] + self.clinician_family[:1]).upper() if self.clinician_id else ""

    @property
    def flag(self):
        """The safety flag raised last; how many more there are is `more_flags`."""
        return SafetyFlag.Kind(self.flag_kind) if self.flag_kind else None

    @property
    def more_flags(self):
        return max(0, self.flag_count - 1)

    @property
    def waits_to_be_accepted(self):
        return self.accepted_at is None and self.previous_id is not None and self.reverses_id is None

    @property
    def review_due(self):
        return review_due(self.counts_from, self.last_rated, self.review_days)

    @property
    def is_overdue(self):
        return self.review_due is not None and self.review_due < (self.seen_on or today())


def review_due(began, last_rated, every):
    """When the level of care is looked at again: so many days after the last rating in this program, else after its first day.

    None where no rule asks for reviews.
    """
    if every is None:
        return None
    return max(began, last_rated or began) + timedelta(days=every)
