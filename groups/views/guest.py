"""Somebody who came and is not on the list of a session: a guest, or enrolled on the spot."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import redirect, render

from anchored.accounts.refusals import why_not
from anchored.accounts.roles import Permission
from anchored.ui.once import once
from patients.models import Patient
from patients.views.answers import add_refusal, status_of

from .. import rules
from ..actions import attendance
from ..doors import opens_session
from ..forms.guest import ENROL, GuestForm


@once
@opens_session(Permission.LEAD_GROUPS)
def add_guest(request, session):
    """By record number, marked present: as a guest with the reason, or enrolled from today where a place is free."""
    closed = why_not(rules.check_can_enrol_there, request.user, session)
    form = GuestForm(request.POST or None, known=Patient.objects.visible_to(request.user), may_enrol=closed is None)
    if form.is_valid():
        try:
            told = _add(request, session, form.cleaned_data)
        except ValidationError as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, told)
            return redirect("session", session.pk)
    return render(request, "groups/guest.html", {"session": session, "form": form, "closed": closed}, status=status_of(form))


def _add(request, session, given):
    patient = given["record_number"]
    if given["how"] == ENROL:
        attendance.enrol_walk_in(session, patient, by=request.user)
        return f"{patient} is enrolled and marked present."
    attendance.add_guest(session, patient, because=given["because"], by=request.user)
    return f"{patient} is on the list as a guest."
