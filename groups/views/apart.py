"""Two people who must not be in one group: recorded in the chart of either, and ended."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import redirect, render

from anchored.accounts.roles import Permission
from anchored.ui.once import once
from patients.doors import opens_chart, opens_through
from patients.models import Patient
from patients.views.answers import add_refusal, status_of

from .. import apart
from ..actions import apart as pairs
from ..forms.enrolments import ApartForm, GiveUpForm


@once
@opens_chart(Permission.ENROL)
def keep_apart(request, patient):
    """From whom this person is kept apart, and why. The other chart must open too."""
    form = ApartForm(request.POST or None, known=Patient.objects.visible_to(request.user))
    if form.is_valid():
        other = form.cleaned_data["record_number"]
        try:
            pairs.keep(patient, other, reason=form.cleaned_data["reason"], by=request.user)
        except ValidationError as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _told(patient, other))
            return redirect("patients:groups", patient.pk)
    return render(request, "groups/keep_apart.html", {"patient": patient, "form": form}, status=status_of(form))


def _told(patient, other):
    shared = apart.shared_groups(patient, other)
    words = f"{patient} and {other} are kept apart from now on."
    return f"{words} Both are in {', '.join(shared)} now: end one of the memberships." if shared else words


@once
@opens_through(apart.sides_visible_to, Permission.ENROL, part="kept_id")
def end_apart(request, kept):
    """They may be in one group again, and why."""
    form = GiveUpForm(request.POST or None)
    if form.is_valid():
        try:
            pairs.end(kept.apart, by=request.user, **form.cleaned_data)
        except ValidationError as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, "They are kept apart no more.")
            return redirect("patients:groups", kept.patient_id)
    other = kept.apart.people.exclude(pk=kept.pk).select_related("patient").first()
    context = {"patient": kept.patient, "other": other and other.patient, "kept": kept, "form": form}
    return render(request, "groups/end_apart.html", context, status=status_of(form))
