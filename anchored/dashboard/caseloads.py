"""Caseloads: the patients of those whom somebody supervises, with the rows that the board and its lists are made of.

Every number of the board is the length of a list, and every list holds only people whom the supervisor may know of.
"""

from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property
from typing import Any

from django.db.models import BigIntegerField, DurationField, ExpressionWrapper, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from anchored.ground.dates import today
from anchored.ground.intervals import in_force
from groups import hours
from groups.models import Attendance, Leader
from groups.planning import at
from patients import queries
from patients.models import InCare, Patient, Stay
from treatment_plans import due as plan_dates
from treatment_plans import note_queries
from treatment_plans.models import Note

WEEKS = 4


def last_week():
    """The Monday of the last whole week."""
    return today() - timedelta(days=today().weekday() + 7)


def lately():
    """The first moment of the four weeks that delays and returns are looked at."""
    return at(today() - timedelta(weeks=WEEKS), 0)


@dataclass
class Caseloads:
    """The patients of some clinicians, as one supervisor may know of them. Rows are asked once, and only when wanted."""

    user: Any
    clinicians: list
    owners: set = field(init=False)
    found: dict = field(default_factory=dict)  # the lists made so far, by kind

    def __post_init__(self):
        self.owners = {person.pk for person in self.clinicians}

    @cached_property
    def programs(self):
        return {program.pk: program for program in queries.rules()}

    @cached_property
    def all_lines(self):
        """The same with patients who have no primary clinician."""
        mine = Q(clinician_id__in=self.owners) | Q(clinician_id=None)
        rows = InCare.objects.visible_to(self.user).filter(mine).order_by("family_name", "given_name", "stay_id")
        return queries.lines(rows, self.programs.values())

    @cached_property
    def lines(self):
        """Patients in care in the caseloads, by name."""
        return [line for line in self.all_lines if line.clinician_id]

    @cached_property
    def plans_due(self):
        """{episode: what of its plan is due next} of the caseloads."""
        looked = plan_dates.plans_of([line.episode_id for line in self.lines])
        due = {}
        for line in self.lines:
            due[line.episode_id] = plan_dates.of(self.programs.get(line.program_id), line.counts_from, looked.get(line.episode_id))
        return due

    def hours_of(self, lines, day):
        """{episode: Hours} of the week of a day."""
        return hours.of_week([line.episode_id for line in lines], day, {line.episode_id: line.program_id for line in lines})

    @cached_property
    def known(self):
        return Patient.objects.visible_to(self.user)

    @cached_property
    def to_sign(self):
        """Notes that their authors have yet to sign or correct, and those that wait for a cosignature: one statement."""
        returned = Q(returned_at__isnull=False, replaced_at=None, in_error_at=None, corrected_by=None)
        theirs = Q(sealed_at=None, discarded_at=None) | returned
        cosign = Q(pk__in=note_queries.waiting_for_cosign(self.user).order_by().values("pk"))
        stays = Stay.objects.open().filter(episode=OuterRef("episode")).values("program")[:1]
        rows = Note.objects.filter(theirs | cosign, author__in=self.owners, episode__patient__in=self.known)
        rows = rows.annotate(program=Subquery(stays))
        return list(rows.select_related("author", "service__kind", "episode__patient", "returned__by").defer(*note_queries.LONG))

    @cached_property
    def to_write(self):
        """Marks of people who came to a session that is over, without a note: of whoever leads or covered it."""
        leads = Leader.objects.filter(
            in_force(OuterRef("session__held_on")), group=OuterRef("session__group"), part=Leader.Part.FACILITATOR
        )
        leader = Subquery(leads.order_by("started_on", "pk").values("user")[:1], output_field=BigIntegerField())
        owner = Coalesce("session__covered_by_id", leader, output_field=BigIntegerField())
        stays = Stay.objects.open().filter(episode=OuterRef("episode")).values("program")[:1]
        rows = Attendance.objects.filter(
            state__in=Attendance.CAME, note=None, session__cancelled_at=None, session__ended_at__lte=timezone.now()
        )
        rows = rows.filter(episode__patient__in=self.known).annotate(owner=owner, program=Subquery(stays)).filter(owner__in=self.owners)
        return list(rows.select_related("session__group", "episode__patient").defer("typed"))

    @cached_property
    def signed_lately(self):
        """Notes signed in the last four weeks, but for corrections and what was entered in error."""
        tonight = at(today() + timedelta(days=1), 0)  # said too: of any two moments PostgreSQL expects few between, of one many after it
        rows = Note.objects.filter(author__in=self.owners, sealed_at__gte=lately(), sealed_at__lt=tonight)
        rows = rows.filter(corrects=None, in_error_at=None)
        took = ExpressionWrapper(F("sealed_at") - F("service__started_at"), output_field=DurationField())
        return rows.filter(episode__patient__in=self.known).annotate(took=took)
