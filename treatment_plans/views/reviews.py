"""Reviewing a plan, and the reviews that were signed."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from anchored.accounts import proof
from anchored.accounts.roles import Permission
from anchored.signing import signatures
from anchored.ui.once import once
from patients import head as heads
from patients.doors import opens_through
from patients.models import Patient
from patients.views.answers import add_refusal, status_of

from .. import note_queries
from ..actions import reviews
from ..forms.reviews import ReviewForm
from ..models import Plan, PlanReview
from ..outline import Outline


def _plans(user):
    return Plan.objects.filter(episode__patient__in=Patient.objects.visible_to(user)).select_related("episode__patient")


def known(user):
    rows = PlanReview.objects.filter(plan__episode__patient__in=Patient.objects.visible_to(user))
    return rows.select_related("plan__episode__patient", "made_by")


@once
@opens_through(_plans, Permission.WRITE_PLANS, part="plan_id")
def review_plan(request, plan):
    """Each objective with what the notes said since the last review; signed with one button."""
    if request.method != "POST" and not plan.is_in_force:
        raise Http404("Only a plan in force is reviewed.")
    outline = Outline.of(plan)
    form = ReviewForm(request.POST or None, objectives=outline.objectives)
    wrong = ""
    if form.is_valid():
        wrong = "" if proof.prove(request) else proof.WRONG
        try:
            if not wrong:
                return _signed(request, reviews.review(plan, by=request.user, **form.for_review()))
        except ValidationError as refusal:
            add_refusal(form, refusal)
    last = plan.reviews.first()
    context = {
        "plan": plan,
        "patient": plan.patient,
        "form": form,
        "last": last,
        "told": note_queries.told_since(plan, last.made_at if last else None),
        "minutes": note_queries.minutes_since(plan.episode, last.made_at if last else plan.in_force_at),
        "ask_password": not proof.is_recent(request),
        "wrong": wrong,
        "banner": heads.banner(heads.Head.of(plan.patient), request.user, "patients:plan"),
    }
    return render(request, "plans/review.html", context, status=422 if wrong else status_of(form))


def _signed(request, review):
    messages.success(request, "The review is signed.")
    if review.decision == PlanReview.Decision.REVISE:
        messages.info(request, "Start the next version beside the plan to write what changes.")
    return redirect("plan", review.plan_id)


@require_GET
@opens_through(known, Permission.OPEN_CHARTS, part="review_id")
def plan_review(request, review):
    """A signed review, as it was sealed."""
    context = {
        "review": review,
        "patient": review.patient,
        "signed": list(signatures.of(review)),
        "intact": review.is_intact(),
        "banner": heads.banner(heads.Head.of(review.patient), request.user, "patients:plan"),
    }
    return render(request, "plans/reviewed.html", context)
