"""Ending a membership."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import redirect, render

from anchored.accounts.roles import Permission
from anchored.ui.once import once
from patients.doors import opens_through
from patients.views.answers import add_refusal, status_of

from .. import queries
from ..actions import enrolments
from ..doors import way_back
from ..forms.enrolments import EndForm
from ..models import Enrolment


def _known(user):
    return Enrolment.objects.filter(queries.of_known_people(user)).select_related("group", "episode__patient")


@once
@opens_through(_known, Permission.ENROL, part="enrolment_id")
def end_enrolment(request, enrolment):
    """From a day on somebody is no member any more, and why."""
    form = EndForm(request.POST or None)
    back = way_back(request.user, enrolment)
    if form.is_valid():
        try:
            enrolments.leave(enrolment, by=request.user, **form.cleaned_data)
        except ValidationError as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, "The membership is ended.")
            return redirect(back)
    context = {"enrolment": enrolment, "patient": enrolment.patient, "form": form, "back": back}
    return render(request, "groups/end_enrolment.html", context, status=status_of(form))
