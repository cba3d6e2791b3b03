"""The lists behind the numbers of the board: each thing with the rule, the dates, what clears it, and where it opens."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from anchored.ground.dates import today
from patients.addresses import address
from patients.models import SafetyFlag
from treatment_plans import note_queries

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


@dataclass(frozen=True)
class Item:
    """One thing in a list: about whom, whose it is, what, since or by when, by which rule, what clears it, where it opens.

    The rule is put into words when somebody reads it: the board counts hundreds of these and shows a few.
    """

    kind: str
    person: Any
    patient_id: Any
    owner: int | None
    what: str
    on: date
    tell_why: Callable[[], str]
    clears: str
    url: str
    act: str

    @property
    def why(self):
        """Rule of IOP Day: a first plan within 10 days. Due 14 Nov 2026."""
        return self.tell_why()


def items(caseloads, kind):
    """The list of one kind, the longest overdue first; made once."""
    if kind not in caseloads.found:
        caseloads.found[kind] = LISTS[kind](caseloads)
    return caseloads.found[kind]


@dataclass(frozen=True)
class Rows:
    """A list of which the database gives one page."""

    rows: Any
    item: Callable[[Any], Item]

    def count(self):
        return self.rows.count()

    def __getitem__(self, part):
        return [self.item(row) for row in self.rows[part]]


def paged(caseloads, kind, owner=None):
    """What a page of a list is cut from, of one clinician or of all.

    Signed notes are cut in the database. Every other list is a number of the board too, and its days follow from rules, hours
    and closures that are worked out here: it is made whole, which takes the same few statements, and cut afterwards.
    """
    if kind == "delay":
        rows = _by_delay(caseloads)
        return Rows(rows if owner is None else rows.filter(author=owner), _delay)
    return [item for item in items(caseloads, kind) if owner is None or item.owner == owner]


def unassigned(caseloads):
    """Patients in care, whom the supervisor may know of, and who have no primary clinician."""
    return [
        Item(
            "unassigned", line, line.patient_id, None, "No primary clinician", line.started_on,
            partial(_why_unassigned, line),
            "Assigning a primary clinician", address("patients:reassign", line.patient_id), "Assign",
        )
        for line in sorted(caseloads.all_lines, key=lambda line: line.started_on)
        if not line.clinician_id
    ]  # fmt: skip


def _why_unassigned(line):
    return f"In {line.program_name} since {date_format(line.started_on)}; everybody in care has a primary clinician"


def plans(caseloads):
    """First plans that are not in force and plan reviews that were not made, after their day."""
    found = []
    for line in caseloads.lines:
        due = caseloads.plans_due[line.episode_id]
        if due and due.is_overdue:
            clears = "A signed plan in force" if due.what == "First plan" else "A review of the plan, or its next version"
            found.append(_of(line, "plans", due.what, due.on, partial(_why_plan, line, due), clears, "patients:plan", "Open plan"))
    return sorted(found, key=lambda item: item.on)


def _why_plan(line, due):
    return f"Rule of {line.program_name}: {due.why}. Due {date_format(due.on)}"


def reviews(caseloads):
    """Level-of-care reviews that were not made, after their day."""
    found = []
    for line in caseloads.lines:
        if line.is_overdue:
            what, clears = "Level-of-care review", "Rating the six dimensions"
            found.append(_of(line, "reviews", what, line.review_due, partial(_why_review, line), clears, "patients:chart", "Open chart"))
    return sorted(found, key=lambda item: item.on)


def _why_review(line):
    since = max(line.counts_from, line.last_rated or line.counts_from)
    rule = f"Rule of {line.program_name}: every {line.review_days} day{'s' if line.review_days > 1 else ''}"
    return f"{rule}, last on {date_format(since)}. Due {date_format(line.review_due)}"


def flags(caseloads):
    """Open safety flags, the latest first."""
    lines = {line.patient_id: line for line in caseloads.lines if line.flag_count}
    rows = (
        SafetyFlag.objects.filter(patient__in=list(lines), ended_on=None).select_related("raised_by").order_by("-started_on", "-raised_at")
    )
    return [
        _of(
            lines[flag.patient_id], "flags", flag.get_kind_display(), flag.started_on,
            partial(_why_flag, flag), "Closing the flag", "patients:flags", "Open flags",
        )
        for flag in rows
    ]  # fmt: skip


def _why_flag(flag):
    return f"Raised {date_format(flag.started_on)} by {flag.raised_by.short_name}"


def hours(caseloads):
    """Patients who had fewer hours than the rule of their program asks, in its last whole week, and were there all of it."""
    of_week = caseloads.hours_of(caseloads.lines, today() - timedelta(days=7))
    found = []
    for line in caseloads.lines:
        week = of_week[line.episode_id]
        if week.is_short and line.counts_from <= week.begins:
            what, clears = f"{week.words} last week", "A week with the hours"
            found.append(_of(line, "hours", what, week.begins, partial(_why_short, line, week), clears, "patients:groups", "Open groups"))
    return found


def _why_short(line, week):
    rule = f"Rule of {line.program_name}: {week.least // 60} h a week"
    return f"{rule}. {week.words} from {date_format(week.begins)} to {date_format(week.begins + timedelta(days=6))}"


def _of(line, kind, what, on, tell_why, clears, page, act):
    return Item(kind, line, line.patient_id, line.clinician_id, what, on, tell_why, clears, address(page, line.patient_id), act)


def cosign(caseloads):
    """Signed notes that wait for this supervisor, the oldest first."""
    rows = sorted((note for note in caseloads.to_sign if note.sealed_at and not note.returned_at), key=lambda note: note.sealed_at)
    return [
        Item(
            "cosign", note.patient, note.patient_id, note.author_id, str(note.service.kind), timezone.localdate(note.sealed_at),
            partial(_why_cosign, note),
            "Cosigning it, or returning it with a comment", f"{reverse('cosign_queue')}?note={note.pk}", "Cosign",
        )
        for note in rows
    ]  # fmt: skip


def _why_cosign(note):
    return f"Signed {_moment(note.sealed_at)}; notes of {note.author.credential} are cosigned"


def notes(caseloads):
    """Drafts, returned notes without a correction, and group notes that somebody who came still has to get."""
    found = [_unsigned(caseloads, note) for note in caseloads.to_sign if not note.sealed_at or note.returned_at]
    return sorted([*found, *(_missing(caseloads, mark) for mark in caseloads.to_write)], key=lambda item: item.on)


def _unsigned(caseloads, note):
    if note.returned_at:
        what, on, clears = "Note returned", note.returned_at, "Signing the correction"
    else:
        what, on, clears = "Draft of a note", note.begun_at, "Signing the draft, or discarding it"
    why, url = partial(_why_unsigned, caseloads, note), address("patients:notes", note.patient_id)
    return Item("notes", note.patient, note.patient_id, note.author_id, what, timezone.localdate(on), why, clears, url, "Open notes")


def _why_unsigned(caseloads, note):
    if note.returned_at:
        return f"Returned {_moment(note.returned_at)} by {note.returned.by.short_name}, with a comment"
    return f"Begun {_moment(note.begun_at)}. {_note_rule(caseloads, note.program)}"


def _note_rule(caseloads, program):
    rule = caseloads.programs.get(program)
    if rule and rule.note_due_hours:
        return f"Rule of {rule}: signed within {rule.note_due_hours} hours of the service"
    return "No rule says by when it is signed"


def _missing(caseloads, mark):
    patient, why = mark.episode.patient, partial(_why_missing, caseloads, mark)
    own = next(person for person in caseloads.clinicians if person.pk == mark.owner).level == 1
    url = reverse("session", args=[mark.session_id]) if own else address("patients:chart", patient.pk)
    clears = "Signing the note of the session"
    act = "Open session" if own else "Open chart"
    return Item("notes", patient, patient.pk, mark.owner, "Group note", timezone.localdate(mark.session.ended_at), why, clears, url, act)


def _why_missing(caseloads, mark):
    return f"The session of {mark.session.group} ended {_moment(mark.session.ended_at)}. {_note_rule(caseloads, mark.program)}"


def _by_delay(caseloads):
    """Notes signed in the last four weeks, the longest after their service first."""
    rows = caseloads.signed_lately.select_related("service__kind", "episode__patient").defer(*note_queries.LONG)
    return rows.order_by("-took", "pk")


def _delay(note):
    return Item(
        "delay", note.patient, note.patient_id, note.author_id, f"{note.took / timedelta(days=1):.1f} days",
        timezone.localdate(note.sealed_at), partial(_why_lately, note), "Nothing: it is signed",
        reverse("note", args=[note.pk]), "Open note",
    )  # fmt: skip


def _why_lately(note):
    return f"{note.service.kind} {_moment(note.service.started_at)}, signed {_moment(note.sealed_at)}"


def _moment(moment):
    return date_format(timezone.localtime(moment), "DATETIME_FORMAT")


# A kind takes the Caseloads and gives its items. Notes signed lately are cut by pages and stand in none.
LISTS = {
    "plans": plans,
    "notes": notes,
    "cosign": cosign,
    "hours": hours,
    "flags": flags,
    "unassigned": unassigned,
    "reviews": reviews,
}
