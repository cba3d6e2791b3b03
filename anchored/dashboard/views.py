"""Home, the day, the continuum."""

from datetime import timedelta
from itertools import chain, groupby

from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from anchored.accounts.doors import open_to_all, requires
from anchored.accounts.roles import Permission
from anchored.audit import trail
from anchored.ground.dates import today
from anchored.ui.paging import OnePass
from patients import meter, queries
from patients.forms.find import NarrowForm
from patients.models import InCare
from treatment_plans import due as plan_dates
from treatment_plans import leaving, note_queries

ROWS = 50
NEWS_DAYS = 7
OWN = 200
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
    """What needs this person: hand-overs to accept, patients assigned lately, reviews due, people without a clinician."""
    programs = queries.rules()
    in_care = InCare.objects.visible_to(request.user)
    handed = queries.lines(queries.handed_over_to(request.user)[:OWN], programs)
    mine = _mine(in_care, request.user, programs)
    joined, owed = _posts(request.user, programs)
    due = sorted((line for line in mine if _is_near(line)), key=lambda line: line.review_due)
    begun = list(queries.admissions_begun(request.user)[:ROWS]) if request.user.holds(Permission.DO_INTAKE) else []
    calls = list(queries.calls_due(request.user)[:ROWS]) if request.user.holds(Permission.TAKE_REFERRALS) else []
    free = queries.places_free(request.user) if request.user.holds(Permission.OFFER_PLACES) else []
    merges = queries.merges_to_decide(request.user) if request.user.holds(Permission.MERGE_RECORDS) else []
    notes = note_queries.waiting(request.user, cosigns=request.user.holds(Permission.COSIGN))
    plans = _plans_due(mine, programs)
    may_assign = request.user.holds(Permission.ASSIGN_CARE_TEAM)
    unassigned = queries.lines(in_care.narrowed(clinician="none").order_by("counts_from", "stay_id")[:ROWS], programs) if may_assign else []
    context = {
        "today": today(),
        "handed": handed,
        "joined": joined,
        "owed": owed,
        "begun": begun,
        "calls": calls,
        "free": free,
        "merges": merges,
        "notes": notes,
        "plans": plans,
        "due": due,
        "mine": mine,
        "unassigned": unassigned,
        "may_assign": may_assign,
        "may_note": request.user.holds(Permission.WRITE_NOTES),
        "may_assess": request.user.holds(Permission.ASSESS),
    }
    response = render(request, "dashboard/today.html", context)
    shown = {line.patient_id for line in [*handed, *mine, *unassigned]} | {member.episode.patient_id for member in joined}
    shown |= {patient.pk for merge in merges for patient in (merge.kept, merge.away)}
    shown |= {row.patient_id for row in chain(*notes, begun, calls, (each.discharge for each in owed), (entry for _, entry in free))}
    trail.record_seen("list.shown", sorted(shown), by=request.user, screen="today")
    return response


def _mine(in_care, user, programs):
    """Who is in this person's primary care, by name, with the hours of the week."""
    rows = in_care.narrowed(clinician=user.pk).order_by("family_name", "given_name", "stay_id")[:OWN]
    return meter.fill(queries.lines(rows, programs))


def _posts(user, programs):
    """(patients assigned to this person lately, discharge summaries that they owe), in one statement."""
    posts = queries.joined_lately(user, today() - timedelta(days=NEWS_DAYS)) | leaving.posts_owing(user)
    posts = list(leaving.with_last_program(posts).select_related("episode__patient", "assigned_by", "closed_with__reason")[:OWN])
    rules = {program.pk: program for program in programs}
    return [post for post in posts if post.ended_on is None], leaving.owed([post for post in posts if post.ended_on], rules)


def _plans_due(mine, programs):
    """[(line, what is due)] of the plans of my patients: the first one, or the review, within a week or overdue."""
    rules, looked = {program.pk: program for program in programs}, plan_dates.plans_of([line.episode_id for line in mine])
    due = [plan_dates.of(rules.get(line.program_id), line.counts_from, looked.get(line.episode_id)) for line in mine]
    found = zip(mine, due, strict=True)
    return sorted(((line, what) for line, what in found if what and what.is_near), key=lambda each: each[1].on)


def _is_near(line):
    return line.review_due is not None and line.review_due <= today() + queries.SOON


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
