"""Supervision: the board of caseloads, the lists behind its numbers, one caseload with hand-overs in bulk."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from anchored.accounts.doors import requires
from anchored.accounts.roles import Permission
from anchored.audit import trail
from anchored.ground.dates import today
from anchored.ui.once import once
from patients import queries
from patients.actions import team
from patients.models import InCare
from patients.views.answers import add_refusal, status_of
from treatment_plans import caseloads as reviews

from . import caseload_board as board
from . import caseload_lists as lists
from . import one_caseload
from .caseload_forms import HandOverForm
from .caseloads import Caseloads
from .supervised import supervised

ROWS = 50
SHOWN = 5
PAST = 12


def _asked(request):
    """The caseloads that the page is about: one level of supervision, or all when the address says so."""
    every = request.GET.get("levels") == "all"
    return Caseloads(request.user, supervised(request.user, every_level=every)), every


@require_GET
@requires(Permission.SEE_CASELOADS)
def caseloads(request):
    """The board: what needs attention, and each clinician with their load."""
    asked, every = _asked(request)
    rows, order = board.in_order(board.board(asked), request.GET.get("sort", board.FIRST))
    overdue = lists.items(asked, "plans")
    first = overdue[:SHOWN]
    context = {
        "today": today(),
        "tiles": board.tiles(asked),
        "rows": rows,
        "order": order,
        "sorted_by": order.removeprefix("-"),
        "every": every,
        "levels": "&levels=all" if every else "",
        "people": len(asked.lines),
        "first": first,
        "overdue": len(overdue),
    }
    response = render(request, "dashboard/caseloads.html", context)
    trail.record_seen("list.shown", sorted({item.patient_id for item in first}), by=request.user, screen="caseloads")
    return response


@require_GET
@requires(Permission.SEE_CASELOADS)
def caseload_items(request):
    """The list behind a number: each with the rule, the dates, what clears it, and where it opens."""
    asked, every = _asked(request)
    kind = request.GET.get("kind", "plans")
    if kind not in lists.KINDS:
        raise Http404("No such list.")
    chosen = next((person for person in asked.clinicians if str(person.pk) == request.GET.get("clinician", "")), None)
    page = Paginator(lists.paged(asked, kind, chosen and chosen.pk), ROWS).get_page(request.GET.get("page"))
    context = {
        "kind": kind,
        "label": lists.KINDS[kind],
        "kinds": lists.KINDS.items(),
        "clinicians": asked.clinicians,
        "chosen": chosen,
        "every": every,
        "page": page,
    }
    response = render(request, "dashboard/caseload_items.html", context)
    trail.record_seen("list.shown", sorted({item.patient_id for item in page}), by=request.user, screen=f"caseloads {kind}")
    return response


def _one(request, user_id):
    """One of those whom this person supervises, at any level; 404 for anybody else."""
    person = next((each for each in supervised(request.user, every_level=True) if each.pk == user_id), None)
    if person is None:
        raise Http404("Not supervised by this person.")
    return person


@once
@requires(Permission.SEE_CASELOADS)
def caseload(request, user_id):
    """One caseload: each patient with what is due and why, and the form that hands several over or has them covered."""
    person = _one(request, user_id)
    form = HandOverForm(request.POST or None, of=person)
    if form.is_valid() and _handed_over(request, person, form):
        return redirect("caseload", person.pk)
    return _show_one(request, person, "dashboard/caseload.html", form)


def _handed_over(request, person, form):
    ticked = InCare.objects.visible_to(request.user).filter(clinician_id=person.pk, episode_id__in=form.cleaned_data["episodes"])
    found = [row.episode_id for row in ticked]
    facts = {"of": person, "to": form.cleaned_data["to"], "note": form.cleaned_data["note"], "by": request.user}
    try:
        form.check_all_there(found)
        if form.covers:
            team.cover_several(found, start=form.cleaned_data["start"], until=form.cleaned_data["until"], **facts)
        else:
            team.reassign_several(found, **facts)
    except ValidationError as refusal:
        add_refusal(form, refusal)
        return False
    done = "covered by" if form.covers else "now in the care of"
    messages.success(request, f"{len(found)} patient{'s' if len(found) > 1 else ''} {done} {facts['to']}.")
    return True


@require_GET
@requires(Permission.SEE_CASELOADS)
def caseload_sheet(request, user_id):
    """The same caseload on paper, for the supervision meeting."""
    return _show_one(request, _one(request, user_id), "dashboard/caseload_sheet.html")


def _show_one(request, person, template, form=None):
    asked = Caseloads(request.user, [person])
    kept = one_caseload.rows_of(asked)
    context = {
        "today": today(),
        "person": person,
        "kept": kept,
        "form": form,
        "ticked": set(form["episodes"].value() or ()) if form else (),
        "covers": list(queries.covers_given(request.user, person)) if form else (),
    }
    if form:
        past = list(reviews.reviews_known_to(request.user).filter(clinician=person).order_by("-sealed_at")[:PAST])
        last = past[0].sealed_at if past else None
        context |= {"past": past, "last": last, "due": reviews.due_on(last)}
    response = render(request, template, context, status=status_of(form) if form else 200)
    trail.record_seen("list.shown", sorted(each.line.patient_id for each in kept), by=request.user, screen="caseload")
    return response
