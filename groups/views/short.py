"""Short of hours: who will not reach the week, and places that make up for it."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from anchored.accounts.doors import requires
from anchored.accounts.roles import Permission
from anchored.audit import trail
from anchored.ui.once import once
from patients.doors import opens_chart, opens_through
from patients.models import Patient

from .. import forecast, queries
from ..actions import make_ups
from ..models import MakeUp

ROWS = 20


@require_GET
@requires(Permission.SEE_GROUPS)
def short_of_hours(request):
    """People in this person's care whose week stays short; with ?all=1 everybody whom they see."""
    everybody = request.GET.get("all") == "1"
    page = Paginator(forecast.short_of_hours(request.user, everybody=everybody), ROWS).get_page(request.GET.get("page"))
    short = list(page)
    context = {"short": short, "page": page, "everybody": everybody, "may_enrol": request.user.holds(Permission.ENROL)}
    response = render(request, "groups/short.html", context)
    trail.record_seen("list.shown", [each.patient_id for each in short], by=request.user, screen="short_of_hours")
    return response


@require_POST
@once
@opens_chart(Permission.ENROL)
def make_up(request, patient, meeting_id):
    """A place for one session."""
    session = get_object_or_404(queries.sessions_that_serve(patient), pk=meeting_id)
    try:
        make_ups.take(session, patient.episodes.get(ended_on=None), by=request.user)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    else:
        messages.success(request, f"{patient} is expected at {session.group}.")
    return redirect("short_of_hours") if request.POST.get("back") == "short" else redirect("patients:groups", patient.pk)


def _known(user):
    return MakeUp.objects.filter(episode__patient__in=Patient.objects.visible_to(user)).select_related("episode__patient", "session__group")


@require_POST
@once
@opens_through(_known, Permission.ENROL, part="make_up_id")
def cancel_make_up(request, make_up):
    """The place is given back."""
    try:
        make_ups.cancel(make_up, by=request.user)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    else:
        messages.success(request, "The make-up place is given back.")
    return redirect("patients:groups", make_up.patient_id)
