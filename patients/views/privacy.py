"""The privacy officer's page: restricted records, by number."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Prefetch
from django.shortcuts import get_object_or_404, redirect, render

from anchored.accounts.doors import requires
from anchored.accounts.roles import Permission
from anchored.audit import trail
from anchored.ui.once import once

from ..actions import privacy
from ..forms.privacy import RestrictForm
from ..models import NamedAccess, Patient
from .answers import add_refusal, status_of


@once
@requires(Permission.RESTRICT_RECORDS)
def restricted(request):
    """Restrict a record to named people, change who is named, or lift the restriction."""
    if request.method == "POST" and request.POST.get("act") == "lift":
        return _lift(request)
    form = RestrictForm(request.POST or None)
    if form.is_valid():
        try:
            patient = privacy.restrict(form.patient, by=request.user, named=list(form.cleaned_data["named"]))
        except ValidationError as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, f"Record no. {patient.record_number} opens only for the people named.")
            return redirect("restricted")
    named = Prefetch("named_access", NamedAccess.objects.now().filter(ended_on=None).select_related("user"), to_attr="named_now")
    records = list(Patient.objects.filter(restricted=True, merged_into=None).order_by("record_number").prefetch_related(named))
    response = render(request, "patients/restricted.html", {"form": form, "records": records}, status=status_of(form))
    trail.record_seen("list.shown", [patient.pk for patient in records], by=request.user, screen="restricted")
    return response


def _lift(request):
    number = request.POST.get("record_number", "")
    patient = get_object_or_404(Patient, record_number=number if number.isdecimal() and len(number) < 10 else None)
    try:
        privacy.lift(patient, by=request.user)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    else:
        messages.success(request, f"Record no. {patient.record_number} opens again for its care team.")
    return redirect("restricted")
