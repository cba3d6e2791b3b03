"""Absences to call, absences to decide, and those of one person with every try to reach them."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from anchored.accounts.doors import requires
from anchored.accounts.roles import Permission
from anchored.audit import trail
from anchored.ui.once import once
from patients import head as heads
from patients.doors import opens_chart
from patients.views.answers import add_refusal, status_of

from .. import absences as found
from ..actions import absences as actions
from ..forms.absences import DecisionForm, OutreachForm


@require_GET
@requires(Permission.SEE_GROUPS)
def absences_to_call(request):
    """Whom to call after an absence, of this person's own patients; with ?all=1 of everybody whom they see."""
    everybody = request.GET.get("all") == "1"
    calls = found.absences_to_call(request.user, everybody=everybody)
    context = {"calls": calls, "everybody": everybody, "may_decide": request.user.holds(Permission.DECIDE_ABSENCES)}
    response = render(request, "groups/absences_to_call.html", context)
    trail.record_seen("list.shown", [each.patient_id for each in calls], by=request.user, screen="absences_to_call")
    return response


@require_GET
@requires(Permission.DECIDE_ABSENCES)
def absences_to_decide(request):
    """Whose absences ask for a supervisor: why, when, and what was tried."""
    waiting = found.to_decide(request.user)
    response = render(request, "groups/absences_to_decide.html", {"waiting": waiting})
    trail.record_seen("list.shown", [each.patient_id for each in waiting], by=request.user, screen="absences_to_decide")
    return response


@once
@opens_chart(Permission.OPEN_CHARTS)
def chart_absences(request, patient):
    """What was missed, how the person may be reached, every attempt; log another, or decide."""
    head = heads.Head.of(patient)
    if head.stay is None:
        raise Http404("Not in care.")
    act = request.POST.get("act")
    contacts = patient.contacts.filter(removed_at=None)
    attempt = OutreachForm(request.POST if act == "attempt" else None, contacts=contacts)
    decision = DecisionForm(request.POST if act == "decide" else None)
    form, action = (decision, actions.decide) if act == "decide" else (attempt, actions.log_attempt)
    if form.is_bound and form.is_valid():
        try:
            action(head.episode, by=request.user, **form.cleaned_data)
        except ValidationError as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, "The decision is kept." if act == "decide" else "The attempt is logged.")
            return redirect("patients:absences", patient.pk)
    return _show(request, head, contacts, attempt, decision)


def _show(request, head, contacts, attempt, decision):
    context = {
        "patient": head.patient,
        "standing": found.of_one(head),
        "contacts": contacts,
        "attempt": attempt,
        "decision": decision,
        "may_log": request.user.holds(Permission.WRITE_NOTES),
        "may_decide": request.user.holds(Permission.DECIDE_ABSENCES),
        "may_discharge": request.user.holds(Permission.DISCHARGE_PATIENTS),
        "banner": heads.banner(head, request.user, "patients:groups"),
    }
    return render(request, "groups/absences.html", context, status=max(status_of(attempt), status_of(decision)))
