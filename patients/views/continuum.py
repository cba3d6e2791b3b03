"""Along the continuum: move, undo, accept, discharge, undo the discharge."""

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from anchored.accounts.roles import Permission
from anchored.ground.remembered import Remembered, with_kept
from anchored.ui.flash import say
from anchored.ui.fragments import wants_fragment
from anchored.ui.once import once

from .. import head as heads
from ..actions import episodes
from ..addresses import address
from ..doors import opens_chart
from ..forms.continuum import DischargeForm, MoveForm, UndoDischargeForm
from ..models import Discharge, Stay
from .answers import add_refusal, status_of

NEXT_PAGES = {"continuum": "continuum", "list": "patients:list", "today": "today"}


stays_of = Remembered(lambda patient: Stay.objects.filter(episode__patient=patient).select_related("episode__patient"), patient=UUID)


def _stays_of(patient):
    return with_kept(stays_of(patient=patient.pk), program=heads.all_places)


def open_stay(patient):
    """Where the patient is now; 404 when nowhere."""
    stay = next((stay for stay in _stays_of(patient) if stay.ended_on is None), None)
    if stay is None:
        raise Http404("Not in care.")
    return stay


def opened_from(request, patient):
    """The stay the form was opened from: if it has ended meanwhile, the action says who was first. 404 for somebody else's."""
    wanted = request.POST.get("stay", "")
    stay = next((stay for stay in _stays_of(patient) if str(stay.pk) == wanted), None)
    if wanted and stay is None:
        raise Http404("No stay of this patient.")
    return stay


def back_to(request, patient):
    """Where the act was begun: board, list, today; else the chart."""
    page = NEXT_PAGES.get(request.POST.get("back") or request.GET.get("back"))
    return reverse(page) if page else patient.get_absolute_url()


def leave(request, url):
    """A full page follows, also out of a dialog."""
    return HttpResponse(headers={"HX-Redirect": url}) if wants_fragment(request) else redirect(url)


@once
@opens_chart(Permission.MOVE_PATIENTS)
def move(request, patient):
    """Step a patient up, down or across."""
    stay = (opened_from(request, patient) if request.method == "POST" else None) or open_stay(patient)
    wanted = request.GET.get("to", "")
    form = MoveForm(request.POST or None, stay=stay, user=request.user, wanted=wanted)
    if form.wants_discharge:
        return leave(request, address("patients:discharge", patient.pk))
    if form.is_valid():
        try:
            following = episodes.move(stay, by=request.user, **form.for_move())
        except ValidationError as refusal:
            add_refusal(form, refusal)
        else:
            return _moved(request, patient, following)
    context = {
        "patient": patient,
        "stay": stay,
        "form": form,
        "action": request.path,
        "undo_minutes": settings.MOVE_UNDO_MINUTES,
        "back": back_to(request, patient),
        "back_page": request.POST.get("back") or request.GET.get("back", ""),
    }
    if not wants_fragment(request):
        context["banner"] = heads.banner(heads.Head.of(patient), request.user)
    template = "patients/_move.html" if wants_fragment(request) else "patients/move.html"
    return render(request, template, context, status=status_of(form))


def _moved(request, patient, following):
    """Say so, with Undo. Whoever moved a patient keeps the chart until the receiving program has accepted."""
    say(request, f"{patient} moved to {following.program}.", undo=address("patients:undo_move", patient.pk))
    return leave(request, back_to(request, patient))


@require_POST
@once
@opens_chart(Permission.MOVE_PATIENTS)
def undo_move(request, patient):
    """Take the last move back."""
    stay = _moved_last(request.user, patient)
    try:
        again = episodes.undo_move(stay, by=request.user)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    else:
        messages.success(request, f"Undone. {patient} is in {again.program} again.")
    return redirect(patient)


def _moved_last(user, patient):
    """The stay that this person's last move began; where the patient is now, if they never moved them."""
    now = open_stay(patient)
    if now.opened_by_id == user.pk:
        return now
    return Stay.objects.filter(episode=now.episode_id, opened_by=user).order_by("-opened_at").first() or now


@require_POST
@once
@opens_chart(Permission.OPEN_CHARTS)
def accept(request, patient):
    """The receiving program takes the patient over."""
    try:
        stay = episodes.accept(open_stay(patient), by=request.user)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    else:
        messages.success(request, f"{patient} is accepted in {stay.program}.")
    return redirect(back_to(request, patient))


@once
@opens_chart(Permission.DISCHARGE_PATIENTS)
def discharge(request, patient):
    """Out of care. A check page: only a supervisor can take it back."""
    stay = (opened_from(request, patient) if request.method == "POST" else None) or open_stay(patient)
    form = DischargeForm(request.POST or None, stay=stay)
    if form.is_valid():
        data = {name: form.cleaned_data[name] for name in ("on", "reason", "note")}
        try:
            episodes.discharge(stay, by=request.user, **data)
        except ValidationError as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, f"{patient} is discharged from {stay.program}.")
            return redirect(patient)
    team = stay.episode.team.filter(ended_on=None).select_related("user")
    context = {"patient": patient, "stay": stay, "form": form, "team": team, "banner": heads.banner(heads.Head.of(patient), request.user)}
    return render(request, "patients/discharge.html", context, status=status_of(form))


@once
@opens_chart(Permission.UNDO_DISCHARGE)
def undo_discharge(request, patient):
    """A supervisor takes a discharge back, with the reason."""
    if request.method != "POST" and patient.episodes.open().exists():
        raise Http404("In care.")
    in_force = Discharge.objects.filter(episode__patient=patient, undone_at=None).select_related("episode__patient", "reason", "undone_by")
    leaving = in_force.order_by("-on", "-discharged_at").first()
    if leaving is None:
        leaving = get_object_or_404(Discharge.objects.filter(episode__patient=patient).order_by("-discharged_at")[:1])
    form = UndoDischargeForm(request.POST or None)
    if form.is_valid():
        try:
            stay = episodes.undo_discharge(leaving, because=form.cleaned_data["because"], by=request.user)
        except ValidationError as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, f"The discharge is undone. {patient} is in {stay.program} again.")
            return redirect(patient)
    context = {"patient": patient, "leaving": leaving, "form": form, "banner": heads.banner(heads.Head.of(patient), request.user)}
    return render(request, "patients/undo_discharge.html", context, status=status_of(form))
