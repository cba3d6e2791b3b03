"""Finding people: the search in the header, and the list."""

from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from anchored.accounts.doors import requires
from anchored.accounts.roles import Permission
from anchored.audit import trail
from anchored.ui.fragments import wants_fragment
from anchored.ui.paging import OnePass

from .. import meter, queries
from ..forms.find import FindForm, NarrowForm

ROWS = 25
BY_NAME = ["family_name", "given_name", "stay_id"]
BY_PROGRAM = ["phase_order", "program_order"]
ORDERS = {
    "name": BY_NAME,
    "-name": [f"-{column}" for column in BY_NAME],
    "program": [*BY_PROGRAM, *BY_NAME],
    "-program": [*(f"-{column}" for column in BY_PROGRAM), *BY_NAME],
    "day": ["-counts_from", "stay_id"],  # day 1 began last
    "-day": ["counts_from", "stay_id"],
}


def opens(user):
    """Which page of a person a list leads to."""
    return "patients:chart" if user.holds(Permission.OPEN_CHARTS) else "patients:details"


@require_POST
@requires(Permission.FIND_PATIENTS)
def search(request):
    """Ten people at most whom the words match. POST, so that no name stands in a URL."""
    form = FindForm(request.POST)
    found = queries.find(request.user, form.cleaned_data["q"]) if form.is_valid() else []
    context = {
        "form": form,
        "found": found,
        "similar": queries.alike(found),
        "searched": form.is_valid(),
        "searched_for": request.POST.get("q", ""),
        "opens": opens(request.user),
        "may_register": request.user.holds(Permission.REGISTER_PATIENTS),
        "may_propose": request.user.holds(Permission.PROPOSE_MERGE),
    }
    template = "patients/_found.html" if wants_fragment(request) else "patients/found.html"
    response = render(request, template, context, status=422 if form.errors else 200)
    if form.is_valid():
        trail.record_seen("search.shown", [patient.pk for patient in found], by=request.user)
    return response


@require_GET
@requires(Permission.FIND_PATIENTS)
def patient_list(request):
    """People in care whom this person may know of, page by page."""
    programs = queries.rules()
    narrow = NarrowForm(request.GET, user=request.user, clinicians=queries.clinicians(), programs=programs)
    order = request.GET.get("sort", "name")
    people = queries.People(request.user, narrow.chosen, tuple(ORDERS.get(order, ORDERS["name"])), narrow.is_own)
    page = OnePass(people, ROWS).get_page(request.GET.get("page"))
    lines, sees_charts = queries.lines(page, programs), request.user.holds(Permission.OPEN_CHARTS)
    context = {
        "narrow": narrow,
        "page": page,
        "lines": meter.fill(lines) if sees_charts else lines,
        "order": order if order in ORDERS else "name",
        "may_register": request.user.holds(Permission.REGISTER_PATIENTS),
        "may_propose": request.user.holds(Permission.PROPOSE_MERGE),
        "sees_charts": sees_charts,
        "opens": opens(request.user),
    }
    template = "patients/_list.html" if wants_fragment(request) else "patients/list.html"
    response = render(request, template, context)
    trail.record_seen("list.shown", [line.patient_id for line in context["lines"]], by=request.user, screen="patients")
    return response
