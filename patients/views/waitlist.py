"""The waitlist: who waits for which program, places offered and held, and who does not go on."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from anchored.accounts.doors import requires
from anchored.accounts.roles import Permission
from anchored.audit import trail
from anchored.ui.once import once

from .. import head as heads
from .. import queries
from ..actions import referrals as calls
from ..actions import waitlist as actions
from ..doors import opens_chart, opens_through
from ..forms.referrals import AttemptForm
from ..forms.waitlist import GiveUpForm, OfferForm, WaitForm
from ..models import Patient, Referral, WaitlistEntry
from .answers import add_refusal, status_of


@require_GET
@requires(Permission.TAKE_REFERRALS)
def waitlist(request):
    """Who waits for each program, in order, and whose turn it is when a place is free."""
    waiting = queries.waiting_for(request.user)
    context = {"waiting": waiting, "may_offer": request.user.holds(Permission.OFFER_PLACES)}
    context["sees_continuum"] = request.user.holds(Permission.SEE_CONTINUUM)
    context["people"] = sum(len(rows) + others for _, rows, others in waiting)
    response = render(request, "waitlist/list.html", context)
    shown = sorted({row.patient_id for _, rows, _ in waiting for row in rows})
    trail.record_seen("list.shown", shown, by=request.user, screen="waitlist")
    return response


@once
@opens_chart(Permission.OFFER_PLACES)
def wait(request, patient):
    """Put somebody on a waitlist."""
    referral = Referral.objects.filter(patient=patient, closed_at=None).first()
    form = WaitForm(request.POST or None, referral=referral)
    if form.is_valid():
        try:
            entry = actions.wait(patient, by=request.user, referral=referral, **form.cleaned_data)
        except ValidationError as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, f"{patient} waits for {entry.program}.")
            return redirect("waitlist")
    context = {"patient": patient, "form": form, "banner": heads.banner(heads.Head.of(patient), request.user)}
    return render(request, "waitlist/wait.html", context, status=status_of(form))


def _known(user):
    return WaitlistEntry.objects.filter(patient__in=Patient.objects.visible_to(user)).select_related("patient", "program")


@once
@opens_through(_known, Permission.OFFER_PLACES, part="entry_id")
def offer_place(request, entry):
    """Hold a place for somebody who waits."""
    form = OfferForm(request.POST or None)

    def act():
        actions.offer(entry, by=request.user, **form.cleaned_data)

    return _act(request, entry, form, "Offer a place", act, "A place is held.")


@once
@opens_through(_known, Permission.OFFER_PLACES, part="entry_id")
def give_up_waiting(request, entry):
    """The wait does not go on."""
    form = GiveUpForm(request.POST or None)

    def act():
        actions.give_up(entry, by=request.user, **form.cleaned_data)

    return _act(request, entry, form, "Not proceeding", act, "The wait is ended.")


@once
@opens_through(_known, Permission.TAKE_REFERRALS, part="entry_id")
def log_waiting(request, entry):
    """Log a try to reach somebody who waits."""
    form = AttemptForm(request.POST or None)

    def act():
        calls.log_attempt(entry.patient, referral=entry.referral, by=request.user, **form.cleaned_data)

    return _act(request, entry, form, "Log contact", act, "Logged.")


def _act(request, entry, form, title, act, words):
    if request.method == "POST" and form.is_valid():
        try:
            act()
        except ValidationError as refusal:
            add_refusal(form, refusal, {"to": "held_until"})
        else:
            messages.success(request, words)
            return redirect("waitlist")
    context = {"entry": entry, "patient": entry.patient, "form": form, "heading": title}
    return render(request, "waitlist/act.html", context, status=status_of(form))


@require_POST
@once
@opens_through(_known, Permission.OFFER_PLACES, part="entry_id")
def turn_down_place(request, entry):
    """The place that is held is free again: the person declined it."""
    offer = get_object_or_404(entry.offers.filter(closed_at=None).select_related("entry"))
    try:
        actions.turn_down(offer, by=request.user)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    else:
        messages.success(request, "The place is free again.")
    return redirect("waitlist")
