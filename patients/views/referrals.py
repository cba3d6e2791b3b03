"""Referrals: who called and waits to be called, one call, and the path of one."""

from datetime import timedelta
from statistics import median

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db import transaction
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from anchored.accounts.doors import requires
from anchored.accounts.roles import Permission
from anchored.audit import trail
from anchored.ui.once import once

from .. import queries
from ..actions import commitments, registration
from ..actions import referrals as actions
from ..doors import opens_through
from ..forms.referrals import AttemptForm, BusyForm, CalledForForm, NarrowReferralsForm, ReferralForm, StepForm
from ..models import Referral
from .answers import add_refusal, status_of

ROWS = 50


@require_GET
@requires(Permission.TAKE_REFERRALS)
def referrals(request):
    """Open referrals, the most pressing first; with ?closed=1 those of the last 90 days that ended."""
    closed = request.GET.get("closed") == "1"
    rows = queries.referrals_closed(request.user) if closed else queries.referrals_open(request.user)
    narrow = NarrowReferralsForm(request.GET, closed=closed, programs=queries.rules())
    page = Paginator(rows.narrowed(**narrow.chosen), ROWS).get_page(request.GET.get("page"))
    context = {"page": page, "lines": list(page), "closed": closed, "narrow": narrow, "times": _times(request.user)}
    response = render(request, "referrals/list.html", context)
    trail.record_seen("list.shown", [line.patient_id for line in context["lines"]], by=request.user, screen="referrals")
    return response


def _times(user):
    """Median hours to the first contact and days to the admission, of the last 90 days; None where there was none."""
    contacted, admitted = queries.referral_times(user)
    return {
        "contact": round(median(contacted) / timedelta(hours=1)) if contacted else None,
        "admission": round(median(admitted) / timedelta(days=1)) if admitted else None,
    }


@once
@requires(Permission.TAKE_REFERRALS)
def new_referral(request):
    """Take a call. The person gets a record at once, or is found among those this person may know of."""
    person, call, busy = (kind(request.POST or None) for kind in (CalledForForm, ReferralForm, BusyForm))
    known = []
    if request.method == "POST" and all([person.is_valid(), call.is_valid(), busy.is_valid()]):
        data = person.cleaned_data
        known = registration.same_person(data["given_name"], data["family_name"], data["birth_date"], seen_by=request.user)
        same = next((patient for patient in known if str(patient.pk) == request.POST.get("same_as")), None)
        if same or not known or request.POST.get("different") == "yes":
            return _receive(request, person, call, busy, same)
    return _show_new(request, person, call, busy, known)


def _receive(request, person, call, busy, same):
    try:
        with transaction.atomic():
            patient = same or registration.register(by=request.user, **person.cleaned_data)
            referral = actions.receive(patient, by=request.user, **call.for_receive())
            if same:
                registration.change_details(same, by=request.user, **person.news())
            times = busy.for_add()
            if times:
                commitments.add(patient, by=request.user, **times)
    except ValidationError as refusal:
        add_refusal(call, refusal)
        return _show_new(request, person, call, busy, [])
    messages.success(request, f"The call for {patient} is kept, record no. {patient.record_number}.")
    return redirect("referral", referral.pk)


def _show_new(request, person, call, busy, known):
    forms = (person, call, busy)
    context = {"form": person, "call": call, "busy": busy, "known": known}
    context["has_mistakes"] = any(form.errors for form in forms)
    response = render(request, "referrals/new.html", context, status=422 if known else max(status_of(form) for form in forms))
    if known:
        trail.record_seen("same_person.asked", [patient.pk for patient in known], by=request.user)
    return response


def _known(user):
    return Referral.objects.visible_to(user).select_related("patient", "program", "received_by")


@once
@opens_through(_known, Permission.TAKE_REFERRALS, part="referral_id")
def referral(request, referral):
    """What was said, every attempt and step; log another attempt, take the next step."""
    act = request.POST.get("act")
    attempt = AttemptForm(request.POST if act == "attempt" else None)
    step = StepForm(request.POST if act == "step" else None)
    try:
        if act == "attempt" and attempt.is_valid():
            return _log(request, referral, attempt)
        if act == "step" and step.is_valid():
            return _take(request, referral, step)
    except ValidationError as refusal:
        add_refusal(attempt if act == "attempt" else step, refusal, {"note": "step_note"} if act == "step" else None)
    return _show(request, referral, attempt, step)


def _log(request, referral, attempt):
    done = actions.log_attempt(referral.patient, referral=referral, by=request.user, **attempt.cleaned_data)
    messages.success(request, f"Logged: {done.get_outcome_display().lower()}.")
    return redirect("referral", referral.pk)


def _take(request, referral, step):
    """A step that ends the referral may end who sees it too."""
    done = actions.take_step(referral, by=request.user, **step.for_step())
    messages.success(request, f"{done.get_step_display()}.")
    still = Referral.objects.visible_to(request.user).filter(pk=referral.pk).exists()
    return redirect("referral", referral.pk) if still else redirect("referrals")


def _show(request, referral, attempt, step):
    context = {
        "referral": referral,
        "patient": referral.patient,
        "path": list(referral.steps.select_related("by")),
        "attempts": list(referral.attempts.select_related("by")),
        "attempt": attempt,
        "step": step,
        "dangers": [label for label, value in _screen(referral) if value == "Yes"],
        "screen": _screen(referral),
        "may_intake": request.user.holds(Permission.DO_INTAKE) and referral.closed_at is None,
        "may_offer": request.user.holds(Permission.OFFER_PLACES),
        "has_mistakes": bool(attempt.errors or step.errors),
        "commitments": queries.contacts_and_times(referral.patient)["commitments"],
    }
    return render(request, "referrals/referral.html", context, status=max(status_of(attempt), status_of(step)))


def _screen(referral):
    """(question, answer) of the pre-screen."""
    names = ReferralForm.SCREEN
    return [(Referral._meta.get_field(name).verbose_name.capitalize(), getattr(referral, f"get_{name}_display")()) for name in names]
