"""Caseloads: what is overdue, unsigned, under hours or raised among the patients of those whom somebody supervises.

Every number of the board is the length of a list that is made here, and every list holds only people whom the supervisor
may know of.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any

from django.db.models import Avg, BigIntegerField, Case, Count, DurationField, ExpressionWrapper, F, OuterRef, Q, Subquery, When
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from anchored.accounts.models import RoleGrant, Supervision
from anchored.ground.dates import today
from anchored.ground.intervals import in_force
from groups import hours
from groups.models import Attendance, Leader, Session
from groups.planning import at
from patients import queries
from patients.addresses import address
from patients.models import ContactAttempt, Episode, InCare, Patient, SafetyFlag, Stay
from treatment_plans import due as plan_dates
from treatment_plans import note_queries
from treatment_plans.models import Note

WEEKS = 4
KINDS = {
    "plans": "Overdue plans",
    "notes": "Unsigned notes",
    "cosign": "To cosign",
    "hours": "Under hours",
    "flags": "Safety flags",
    "unassigned": "Unassigned",
    "reviews": "Overdue level-of-care reviews",
    "delay": "Notes signed lately",
}
TILES = ("plans", "notes", "cosign", "hours", "flags", "unassigned")
ON_A_PATIENT = ("plans", "reviews", "notes", "hours", "flags")


@dataclass(frozen=True)
class Item:
    """One thing in a list: about whom, whose it is, what, since or by when, by which rule, what clears it, where it opens."""

    kind: str
    person: Any
    patient_id: Any
    owner: int | None
    what: str
    on: date
    why: str
    clears: str
    url: str
    act: str


def supervised(user, *, every_level=False):
    """Those whom this person supervises today, by name, each with `cap` (patients at most) and `level`, in one statement.

    The next level are those whom they supervise in turn. Nobody is named twice, the person least of all.
    """
    caps = RoleGrant.objects.now().filter(user=OuterRef("clinician"), caseload__isnull=False).order_by("-caseload").values("caseload")
    rows = Supervision.objects.now().select_related("clinician").annotate(cap=Subquery(caps[:1]))
    if not every_level:
        rows = rows.filter(supervisor=user)
    below: dict = {}
    for row in rows:
        below.setdefault(row.supervisor_id, []).append(row)
    found, heads, level = {}, [user.pk], 1
    while heads:
        following = [row for head in heads for row in below.get(head, []) if row.clinician_id not in found and row.clinician_id != user.pk]
        for row in following:
            row.clinician.cap, row.clinician.level = row.cap, level
            found[row.clinician_id] = row.clinician
        heads, level = list(dict.fromkeys(row.clinician_id for row in following)), level + 1
    return sorted(found.values(), key=lambda person: (person.level, person.family_name, person.given_name))


def last_week():
    """The Monday of the last whole week."""
    return today() - timedelta(days=today().weekday() + 7)


def lately():
    """The first moment of the four weeks that delays and returns are looked at."""
    return at(today() - timedelta(weeks=WEEKS), 0)


@dataclass
class Caseloads:
    """The patients of some clinicians, as one supervisor may know of them. Each list is asked once, and only when wanted."""

    user: Any
    clinicians: list
    owners: set = field(init=False)

    def __post_init__(self):
        self.owners = {person.pk for person in self.clinicians}

    def items(self, kind):
        """The list of one kind, the longest overdue first."""
        return getattr(self, kind)

    @cached_property
    def _programs(self):
        return {program.pk: program for program in queries.rules()}

    @cached_property
    def _lines(self):
        mine = Q(clinician_id__in=self.owners) | Q(clinician_id=None)
        rows = InCare.objects.visible_to(self.user).filter(mine).order_by("family_name", "given_name", "stay_id")
        return queries.lines(rows, self._programs.values())

    @cached_property
    def lines(self):
        """Patients in care in the caseloads, by name."""
        return [line for line in self._lines if line.clinician_id]

    @cached_property
    def unassigned(self):
        """Patients in care, whom the supervisor may know of, and who have no primary clinician."""
        return [
            Item(
                "unassigned", line, line.patient_id, None, "No primary clinician", line.started_on,
                f"In {line.program_name} since {date_format(line.started_on)}; everybody in care has a primary clinician",
                "Assigning a primary clinician", address("patients:reassign", line.patient_id), "Assign",
            )
            for line in sorted(self._lines, key=lambda line: line.started_on)
            if not line.clinician_id
        ]  # fmt: skip

    @cached_property
    def plans_due(self):
        """{episode: what of its plan is due next} of the caseloads."""
        looked = plan_dates.plans_of([line.episode_id for line in self.lines])
        due = {}
        for line in self.lines:
            due[line.episode_id] = plan_dates.of(self._programs.get(line.program_id), line.counts_from, looked.get(line.episode_id))
        return due

    @cached_property
    def plans(self):
        """First plans that are not in force and plan reviews that were not made, after their day."""
        found = []
        for line in self.lines:
            due = self.plans_due[line.episode_id]
            if due and due.is_overdue:
                why = f"Rule of {line.program_name}: {due.why}. Due {date_format(due.on)}"
                clears = "A signed plan in force" if due.what == "First plan" else "A review of the plan, or its next version"
                found.append(self._of(line, "plans", due.what, due.on, why, clears, "patients:plan", "Open plan"))
        return sorted(found, key=lambda item: item.on)

    @cached_property
    def reviews(self):
        """Level-of-care reviews that were not made, after their day."""
        found = []
        for line in self.lines:
            if line.is_overdue:
                since = max(line.counts_from, line.last_rated or line.counts_from)
                rule = f"Rule of {line.program_name}: every {line.review_days} day{'s' if line.review_days > 1 else ''}"
                why = f"{rule}, last on {date_format(since)}. Due {date_format(line.review_due)}"
                clears = "Rating the six dimensions"
                found.append(
                    self._of(line, "reviews", "Level-of-care review", line.review_due, why, clears, "patients:chart", "Open chart")
                )
        return sorted(found, key=lambda item: item.on)

    @cached_property
    def flags(self):
        """Open safety flags, the latest first."""
        lines = {line.patient_id: line for line in self.lines if line.flag_count}
        rows = (
            SafetyFlag.objects.filter(patient__in=list(lines), ended_on=None)
            .select_related("raised_by")
            .order_by("-started_on", "-raised_at")
        )
        return [
            self._of(
                lines[flag.patient_id], "flags", flag.get_kind_display(), flag.started_on,
                f"Raised {date_format(flag.started_on)} by {flag.raised_by.short_name}", "Closing the flag", "patients:flags", "Open flags",
            )
            for flag in rows
        ]  # fmt: skip

    @cached_property
    def hours(self):
        """Patients who had fewer hours than the rule of their program asks, in the last whole week, and were there all of it."""
        monday = last_week()
        sunday = monday + timedelta(days=6)
        there = [line for line in self.lines if line.counts_from <= monday]
        of_week = _hours_of(there, monday)
        found = []
        for line in there:
            week = of_week[line.episode_id]
            if week.is_short:
                rule = f"Rule of {line.program_name}: {week.least // 60} h a week"
                why = f"{rule}. {week.words} from {date_format(monday)} to {date_format(sunday)}"
                found.append(
                    self._of(
                        line, "hours", f"{week.words} last week", monday, why, "A week with the hours", "patients:groups", "Open groups"
                    )
                )
        return found

    def _of(self, line, kind, what, on, why, clears, page, act):
        return Item(kind, line, line.patient_id, line.clinician_id, what, on, why, clears, address(page, line.patient_id), act)

    @cached_property
    def _known(self):
        return Patient.objects.visible_to(self.user)

    @cached_property
    def _note_rows(self):
        """Notes that their authors have yet to sign or correct, and those that wait for a cosignature: one statement."""
        returned = Q(returned_at__isnull=False, replaced_at=None, in_error_at=None, corrected_by=None)
        theirs = Q(Q(sealed_at=None, discarded_at=None) | returned, author__in=self.owners, episode__patient__in=self._known)
        cosign = note_queries.to_cosign(self.user).filter(author__in=self.owners).order_by().values("pk")
        stays = Stay.objects.open().filter(episode=OuterRef("episode")).values("program")[:1]
        rows = Note.objects.filter(theirs | Q(pk__in=cosign)).annotate(program=Subquery(stays))
        return list(rows.select_related("author", "service__kind", "episode__patient", "returned__by").defer(*note_queries.LONG))

    @cached_property
    def cosign(self):
        """Signed notes that wait for this supervisor, the oldest first."""
        rows = sorted((note for note in self._note_rows if note.sealed_at and not note.returned_at), key=lambda note: note.sealed_at)
        return [
            Item(
                "cosign", note.patient, note.patient_id, note.author_id, str(note.service.kind), timezone.localdate(note.sealed_at),
                f"Signed {_moment(note.sealed_at)}; notes of {note.author.credential} are cosigned",
                "Cosigning it, or returning it with a comment", f"{reverse('cosign_queue')}?note={note.pk}", "Cosign",
            )
            for note in rows
        ]  # fmt: skip

    @cached_property
    def notes(self):
        """Drafts, returned notes without a correction, and group notes that somebody who came still has to get."""
        found = [self._unsigned(note) for note in self._note_rows if not note.sealed_at or note.returned_at]
        return sorted([*found, *(self._missing(mark) for mark in self._marks)], key=lambda item: item.on)

    def _unsigned(self, note):
        if note.returned_at:
            what, on, clears = "Note returned", note.returned_at, "Signing the correction"
            why = f"Returned {_moment(on)} by {note.returned.by.short_name}, with a comment"
        else:
            what, on, clears = "Draft of a note", note.begun_at, "Signing the draft, or discarding it"
            why = f"Begun {_moment(on)}. {self._note_rule(note.program)}"
        url = address("patients:notes", note.patient_id)
        return Item("notes", note.patient, note.patient_id, note.author_id, what, timezone.localdate(on), why, clears, url, "Open notes")

    def _note_rule(self, program):
        rule = self._programs.get(program)
        if rule and rule.note_due_hours:
            return f"Rule of {rule}: signed within {rule.note_due_hours} hours of the service"
        return "No rule says by when it is signed"

    @cached_property
    def _marks(self):
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
        rows = rows.filter(episode__patient__in=self._known).annotate(owner=owner, program=Subquery(stays)).filter(owner__in=self.owners)
        return list(rows.select_related("session__group", "episode__patient").defer("typed"))

    def _missing(self, mark):
        ended, patient = mark.session.ended_at, mark.episode.patient
        why = f"The session of {mark.session.group} ended {_moment(ended)}. {self._note_rule(mark.program)}"
        own = next(person for person in self.clinicians if person.pk == mark.owner).level == 1
        url = reverse("session", args=[mark.session_id]) if own else address("patients:chart", patient.pk)
        clears = "Signing the note of the session"
        act = "Open session" if own else "Open chart"
        return Item("notes", patient, patient.pk, mark.owner, "Group note", timezone.localdate(ended), why, clears, url, act)

    @cached_property
    def _signed_lately(self):
        """Notes signed in the last four weeks, but for corrections and what was entered in error."""
        rows = Note.objects.filter(author__in=self.owners, sealed_at__gte=lately(), corrects=None, in_error_at=None)
        took = ExpressionWrapper(F("sealed_at") - F("service__started_at"), output_field=DurationField())
        return rows.filter(episode__patient__in=self._known).annotate(took=took)

    @cached_property
    def delay(self):
        """Notes signed in the last four weeks, the longest after their service first."""
        rows = self._signed_lately.select_related("service__kind", "episode__patient").defer(*note_queries.LONG).order_by("-took", "pk")
        return [
            Item(
                "delay", note.patient, note.patient_id, note.author_id, f"{note.took / timedelta(days=1):.1f} days",
                timezone.localdate(note.sealed_at),
                f"{note.service.kind} {_moment(note.service.started_at)}, signed {_moment(note.sealed_at)}", "Nothing: it is signed",
                reverse("note", args=[note.pk]), "Open note",
            )
            for note in rows
        ]  # fmt: skip

    @cached_property
    def how_notes_go(self):
        """{author: (days from service to signature, notes that a supervisor looked at, those returned)} of the last four weeks."""
        looked = Q(needs_cosign=True, cosigned_at__isnull=False) | Q(returned_at__isnull=False)
        rows = self._signed_lately.order_by().values_list("author")
        rows = rows.annotate(days=Avg("took"), seen=Count("pk", filter=looked), back=Count("pk", filter=Q(returned_at__isnull=False)))
        return {author: (took / timedelta(days=1), seen, returned) for author, took, seen, returned in rows}

    @cached_property
    def led(self):
        """{person: minutes of group they lead this week}. Who covers stands in for the facilitator."""
        monday = today() - timedelta(days=today().weekday())
        leading = in_force(F("held_on"), "group__leaders__") & Q(group__leaders__user__in=self.owners)
        stands = Q(covered_by=None) | Q(covered_by=F("group__leaders__user")) | Q(group__leaders__part=Leader.Part.CO_FACILITATOR)
        leads = Case(When(leading & stands, then=F("group__leaders__user")))
        week = Session.objects.held().filter(held_on__gte=monday, held_on__lt=monday + timedelta(days=7))
        week = week.filter(leading | Q(covered_by__in=self.owners)).order_by()
        told = {
            (session, person): minutes
            for session, minutes, *people in week.values_list("pk", "minutes", "covered_by", leads)
            for person in people
            if person in self.owners
        }
        minutes: dict = {}
        for (_, person), length in told.items():
            minutes[person] = minutes.get(person, 0) + length
        return minutes

    @cached_property
    def attendance(self):
        """{clinician: [Week]} of their patients in the last four whole weeks: marks of sessions that were held."""
        first = last_week() - timedelta(weeks=WEEKS - 1)
        marks = Attendance.objects.filter(
            episode__in=[line.episode_id for line in self.lines],
            session__cancelled_at=None,
            session__held_on__gte=first,
            session__held_on__lt=first + timedelta(weeks=WEEKS),
        )
        owner = {line.episode_id: line.clinician_id for line in self.lines}
        weeks = {person: [Week(first + timedelta(weeks=number)) for number in range(WEEKS)] for person in self.owners}
        came = Count("pk", filter=Q(state__in=Attendance.CAME))
        for episode, day, attended, marked in (
            marks.order_by().values_list("episode", "session__held_on").annotate(there=came, marked=Count("pk"))
        ):
            week = weeks[owner[episode]][(day - first).days // 7]
            week.came, week.marked = week.came + attended, week.marked + marked
        return weeks


def _hours_of(lines, day):
    """{episode: Hours} of the week of a day."""
    return hours.of_week([line.episode_id for line in lines], day, {line.episode_id: line.program_id for line in lines})


def _moment(moment):
    return date_format(timezone.localtime(moment), "DATETIME_FORMAT")


@dataclass
class Week:
    """How many of the marks of one week say that the person came."""

    monday: date
    came: int = 0
    marked: int = 0

    @property
    def percent(self):
        """None when nobody was marked."""
        return round(100 * self.came / self.marked) if self.marked else None


@dataclass
class Row:
    """One clinician on the board."""

    person: Any
    patients: int
    minutes: int
    days: float | None
    seen: int
    returned: int
    counts: dict
    weeks: list

    @property
    def is_over(self):
        return self.person.cap is not None and self.patients > self.person.cap

    @property
    def hours(self):
        """12 h; 1.5 h."""
        return f"{self.minutes / 60:.1f}".removesuffix(".0")

    @property
    def returned_percent(self):
        return round(100 * self.returned / self.seen) if self.seen else None

    @property
    def percent(self):
        """Attendance of the four weeks together; None when nobody was marked."""
        return Week(last_week(), sum(week.came for week in self.weeks), sum(week.marked for week in self.weeks)).percent


COUNTED = ("plans", "reviews", "notes", "cosign", "hours")


def board(caseloads):
    """The rows of the board, by the order of the clinicians."""
    rows = {}
    for person in caseloads.clinicians:
        days, seen, returned = caseloads.how_notes_go.get(person.pk, (None, 0, 0))
        counts = dict.fromkeys((*COUNTED, "flags"), 0)
        rows[person.pk] = Row(person, 0, caseloads.led.get(person.pk, 0), days, seen, returned, counts, caseloads.attendance[person.pk])
    for line in caseloads.lines:
        rows[line.clinician_id].patients += 1
        rows[line.clinician_id].counts["flags"] += line.flag_count
    for kind in COUNTED:
        for item in caseloads.items(kind):
            rows[item.owner].counts[kind] += 1
    return list(rows.values())


def tiles(caseloads):
    """[(kind, label, how many)] in the order of the page."""
    flags = sum(line.flag_count for line in caseloads.lines)
    return [(kind, KINDS[kind], flags if kind == "flags" else len(caseloads.items(kind))) for kind in TILES]


ORDERS = {
    "name": lambda row: (row.person.family_name, row.person.given_name),
    "patients": lambda row: row.patients,
    "group": lambda row: row.minutes,
    "delay": lambda row: row.days or 0,
    "returned": lambda row: row.returned_percent or 0,
    **{kind: (lambda row, kind=kind: row.counts[kind]) for kind in (*COUNTED, "flags")},
    "attendance": lambda row: -1 if row.percent is None else row.percent,
}
FIRST = "-plans"


def in_order(rows, asked):
    """(the rows sorted as asked, the order they stand in)."""
    order = asked if asked.removeprefix("-") in ORDERS else FIRST
    return sorted(rows, key=ORDERS[order.removeprefix("-")], reverse=order.startswith("-")), order


@dataclass
class Kept:
    """One patient of a caseload, with everything that the supervisor looks at."""

    line: Any
    hours: Any
    due: Any
    last_note: datetime | None
    last_contact: datetime | None
    next_session: datetime | None
    items: list


def of_one(caseloads):
    """[Kept] of the clinicians' patients, by name."""
    episodes = [line.episode_id for line in caseloads.lines]
    found = {episode.pk: episode for episode in _with_moments(Episode.objects.filter(pk__in=episodes))}
    this_week = _hours_of(caseloads.lines, today())
    about: dict = {}
    for kind in ON_A_PATIENT:
        for item in caseloads.items(kind):
            about.setdefault(item.patient_id, []).append(item)
    kept = []
    for line in caseloads.lines:
        episode = found[line.episode_id]
        moments = (episode.last_note, episode.last_contact, episode.next_session)
        items = about.get(line.patient_id, [])
        kept.append(Kept(line, this_week[line.episode_id], caseloads.plans_due[line.episode_id], *moments, items))
    return kept


def _with_moments(episodes):
    """The last signed note, the last time somebody spoke with them, the next session of a group they are in."""
    notes = Note.objects.signed().filter(episode=OuterRef("pk")).order_by("-service__started_at").values("service__started_at")
    spoke = ContactAttempt.objects.filter(patient=OuterRef("patient"), outcome=ContactAttempt.Outcome.SPOKE).order_by("-at").values("at")
    enrolled = in_force(F("held_on"), "group__enrolments__")
    coming = Session.objects.held().filter(enrolled, group__enrolments__episode=OuterRef("pk"), started_at__gt=timezone.now())
    coming = coming.order_by("started_at").values("started_at")
    return episodes.annotate(last_note=Subquery(notes[:1]), last_contact=Subquery(spoke[:1]), next_session=Subquery(coming[:1]))
