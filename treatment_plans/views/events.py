"""Something happened that asks for a look at the plan."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import redirect, render

from anchored.accounts.roles import Permission
from anchored.ground.dates import today
from anchored.ui.once import once
from patients import head as heads
from patients.doors import opens_through
from patients.views.answers import add_refusal, status_of

from ..actions import events
from ..forms.plans import EventForm
from .plans import known


@once
@opens_through(known, Permission.WRITE_PLANS, part="plan_id")
def plan_event(request, plan):
    """A return to use, a safety event, a hospital visit, the patient's request: the plan is due before its day."""
    if plan.episode.ended_on and request.method != "POST":
        raise Http404("The episode has ended.")
    form = EventForm(request.POST or None, initial={"on": today()})
    if form.is_valid():
        try:
            events.happened(plan.episode, by=request.user, **form.for_event())
        except ValidationError as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, "On record. The plan says when it is due now.")
            return redirect("plan", plan.pk)
    context = {
        "plan": plan,
        "patient": plan.patient,
        "form": form,
        "banner": heads.banner(heads.Head.of(plan.patient), request.user, "patients:plan"),
    }
    return render(request, "plans/event.html", context, status=status_of(form))
