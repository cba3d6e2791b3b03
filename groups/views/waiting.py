"""The waitlist of a group: a free place given to who waits, and a wait that ends."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from anchored.accounts.roles import Permission
from anchored.ui.once import once
from patients.doors import opens_through
from patients.views.answers import add_refusal, status_of

from .. import queries
from ..actions import enrolments, waiting
from ..doors import way_back
from ..forms.enrolments import GiveUpForm
from ..models import Waiting


def _known(user):
    return Waiting.objects.filter(queries.of_known_people(user)).select_related("group", "episode__patient")


@require_POST
@once
@opens_through(_known, Permission.ENROL, part="waiting_id")
def enrol_who_waits(request, row):
    """The free place goes to this person, from today on."""
    try:
        enrolments.enrol_who_waits(row, by=request.user)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    else:
        messages.success(request, f"{row.patient} is enrolled in {row.group}.")
    return redirect(way_back(request.user, row))


@once
@opens_through(_known, Permission.ENROL, part="waiting_id")
def end_waiting(request, row):
    """Somebody waits no more, and why."""
    form = GiveUpForm(request.POST or None)
    back = way_back(request.user, row)
    if form.is_valid():
        try:
            waiting.give_up(row, by=request.user, **form.cleaned_data)
        except ValidationError as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, f"{row.patient} waits no more for {row.group}.")
            return redirect(back)
    context = {"waiting": row, "patient": row.patient, "form": form, "back": back}
    return render(request, "groups/end_waiting.html", context, status=status_of(form))
