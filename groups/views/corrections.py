"""Correcting a signed mark: asked on its page, decided there by a second person, with everything that became of it."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from anchored.accounts import proof
from anchored.accounts.refusals import why_not
from anchored.accounts.roles import Permission
from anchored.ui.once import once
from patients.doors import opens_through
from patients.views.answers import add_refusal, status_of

from .. import queries, rules
from ..actions import amendments
from ..forms.corrections import CorrectForm


@once
@opens_through(queries.marks_known_to, Permission.LEAD_GROUPS, part="mark_id")
def correct_attendance(request, mark):
    """What was marked, what it was corrected to, what waits, and the form where nothing does."""
    form = CorrectForm(request.POST or None, mark=mark)
    if form.is_valid():
        try:
            amendments.ask(mark, by=request.user, **form.for_asking())
        except ValidationError as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, "Asked. Everything counts as before until a second person agrees.")
            return redirect("correct_attendance", mark.pk)
    return _show(request, mark, form)


def _show(request, mark, form):
    rows = queries.amendments_of([mark.pk]).get(mark.pk, [])
    waiting = next((row for row in rows if not row.outcome), None)
    may = why_not(rules.check_may_correct, request.user, mark) is None
    context = {
        "mark": mark,
        "session": mark.session,
        "patient": mark.patient,
        "made": [row for row in rows if row.outcome],
        "waiting": waiting,
        "form": form,
        "why_not": why_not(rules.check_can_ask, request.user, mark) if waiting is None else None,
        "may_decide": may and waiting is not None,
        "may_agree": may and waiting is not None and not waiting.asked_by.is_same_person(request.user),
        "ask_password": not proof.is_recent(request),
    }
    return render(request, "groups/correction.html", context, status=status_of(form))


@require_POST
@once
@opens_through(queries.amendments_known_to, Permission.LEAD_GROUPS, part="amendment_id")
def decide_correction(request, amendment):
    """A second person agrees, or leaves the mark as it is."""
    try:
        if request.POST.get("act") == "decline":
            amendments.decline(amendment, by=request.user)
            messages.success(request, "The mark stays as it was.")
        elif proof.prove(request):
            amendments.agree(amendment, by=request.user)
            messages.success(request, "Corrected. Hours are summed anew.")
        else:
            messages.error(request, proof.WRONG)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    return redirect("correct_attendance", amendment.attendance_id)
