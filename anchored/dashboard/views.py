"""Home, the day, the continuum."""

import hashlib
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import groupby
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from anchored.accounts.doors import open_to_all, requires
from anchored.accounts.roles import Permission
from anchored.audit import trail
from anchored.ground.dates import read_day, today
from anchored.ui.paging import OnePass
from groups import forecast
from patients import meter, queries
from patients.forms.find import NarrowForm
from patients.models import InCare

from . import agenda
from .tasks import WORDS, Day, Item, items

log = logging.getLogger("anchored.today")

ROWS = 50
SHOWN = 12
TOLD = 4
ONE = timedelta(days=1)
BY_PROGRAM = ("phase_order", "program_order", "counts_from", "stay_id")


@require_GET
@open_to_all
def home(request):
    """Where the day begins for this role."""
    pages = [
        (Permission.SEE_CASELOADS, "caseloads"),
        (Permission.SEE_TODAY, "today"),
        (Permission.FIND_PATIENTS, "patients:list"),
        (Permission.CONFIGURE, "admin:index"),
        (Permission.RESTRICT_RECORDS, "restricted"),
    ]
    return redirect(next((page for permission, page in pages if request.user.holds(permission)), "help"))


@require_GET
@requires(Permission.SEE_TODAY)
def day(request):
    """The sessions of a day, what needs this person now, and the people in their care."""
    work = Day(request.user, _day_of(request.GET.get("date", "")))
    context = {
        **_frame(work),
        "parts": {name: _part(name, work) for name in PARTS},
        "may_note": request.user.holds(Permission.WRITE_NOTES),
    }
    response = render(request, "dashboard/today.html", context)
    _record(request, [*context["parts"].values()])
    return response


@require_GET
@requires(Permission.SEE_TODAY)
def today_part(request, part):
    """One part of the day by itself, asked for by the page each minute: 204 when it stands as the page has it."""
    if part not in PARTS:
        raise Http404("No such part.")
    work = Day(request.user, _day_of(request.GET.get("date", "")))
    made = _part(part, work)
    if made.mark and made.mark == request.GET.get("mark"):
        return HttpResponse(status=204)
    response = render(
        request, f"dashboard/_{part}.html", {**_frame(work), "part": made, "may_note": request.user.holds(Permission.WRITE_NOTES)}
    )
    _record(request, [made])
    return response


@require_GET
@requires(Permission.SEE_TODAY)
def tasks(request):
    """Everything that needs this person, by pages; one kind of due by itself."""
    every = items(Day(request.user, today()))
    due = request.GET.get("due", "")
    due = due if due in WORDS else ""
    page = Paginator([item for item in every if due in ("", item.due)], ROWS).get_page(request.GET.get("page"))
    number = {name: sum(item.due == name for item in every) for name in WORDS}
    kinds = [("", "All", len(every)), *((name, word, number[name]) for name, (_, word) in WORDS.items())]
    response = render(request, "dashboard/tasks.html", {"page": page, "due": due, "kinds": kinds, "number": len(every)})
    trail.record_seen("list.shown", sorted({key for item in page for key in item.patients}), by=request.user, screen="tasks")
    return response


def _day_of(asked):
    try:
        return read_day(asked)
    except ValueError:
        return today()


def _frame(work):
    return {"on": work.on, "is_today": work.on == today(), "before": work.on - ONE, "after": work.on + ONE}


@dataclass(frozen=True)
class Part:
    """What a part of the page shows. It fails alone: then `failed`, and the others stand. `mark` says whether it has changed."""

    rows: Sequence[Any] = ()
    number: int = 0
    more: str = ""
    failed: bool = False

    @property
    def mark(self):
        return "" if self.failed else hashlib.sha256(repr((self.rows, self.number, self.more)).encode()).hexdigest()[:16]

    @property
    def patients(self):
        return {key for row in self.rows for key in (row.patients if isinstance(row, Item) else [row.patient_id]) if key}


def _sessions(work):
    led, booked = work.led_and_booked
    lines = agenda.meetings(led, booked, work.on)
    return Part(lines, len(lines), "" if lines else agenda.upcoming(led, booked, work.on))


def _tasks(work):
    every = items(work)
    return Part(_first(every), len(every))


def _first(every):
    """The first of the list; what is overdue leaves room for what a colleague has said: a follow-up, a hand-over."""
    told = [item for item in every[SHOWN:] if item.said][:TOLD]
    return [*every[: SHOWN - len(told)], *told]


def _hours(work):
    """My patients who will not reach the hours of the week, or are out of touch, with what is planned; the worst first."""
    short = [line for line in work.mine if line.hours and forecast.is_short(line.hours)]
    short.sort(key=lambda line: -line.hours.missing)
    return Part(short[:SHOWN], len(short), "; ".join(line.hours.sentence for line in short))


# A part of the page and what fills it.
PARTS = {"sessions": _sessions, "tasks": _tasks, "hours": _hours, "mine": lambda work: Part(work.mine, len(work.mine))}


def _part(name, work):
    try:
        return PARTS[name](work)
    except Exception:
        log.exception("A part of Today could not be made: %s", name)
        return Part(failed=True)


def _record(request, parts):
    """Whom the page has shown, each once."""
    shown: set = set().union(*(part.patients for part in parts))
    trail.record_seen("list.shown", sorted(shown), by=request.user, screen="today")


@require_GET
@requires(Permission.SEE_CONTINUUM)
def continuum(request):
    """Who is where: a column for each program, or one table."""
    programs = queries.programs()
    narrow = NarrowForm(request.GET, user=request.user, clinicians=queries.clinicians(), programs=programs)
    view = "table" if request.GET.get("view") == "table" else "board"
    context = {"narrow": narrow, "view": view, "may_move": request.user.holds(Permission.MOVE_PATIENTS)}
    context["may_see_waitlist"] = request.user.holds(Permission.TAKE_REFERRALS)
    lines = meter.fill(_table(request, programs, context) if view == "table" else _board(request, programs, context))
    response = render(request, f"dashboard/continuum_{view}.html", context)
    trail.record_seen("list.shown", [line.patient_id for line in lines], by=request.user, screen=view)
    return response


def _board(request, programs, context):
    narrow = context["narrow"]
    rows = InCare.objects.visible_to(request.user, only_own=narrow.is_own).narrowed(**narrow.chosen)
    lines = queries.lines(rows.first_in_each_program(queries.CARDS_IN_A_COLUMN), programs)
    columns = {key: list(group) for key, group in groupby(lines, key=lambda line: line.program_id)}
    running = queries.running(programs)
    kept = [program for program in programs if program in running or program.pk in columns]
    context["columns"] = [(program, columns.get(program.pk, []), _more(columns.get(program.pk))) for program in kept]
    context["people"] = sum(program.taken for program in kept)
    return lines


def _more(column):
    """How many cards a column does not show."""
    return column[0].in_column - len(column) if column else 0


def _table(request, programs, context):
    narrow = context["narrow"]
    people = queries.People(request.user, narrow.chosen, BY_PROGRAM, narrow.is_own)
    context["page"] = OnePass(people, ROWS).get_page(request.GET.get("page"))
    context["lines"] = queries.lines(context["page"], programs)
    context["people"] = context["page"].paginator.count
    return context["lines"]
