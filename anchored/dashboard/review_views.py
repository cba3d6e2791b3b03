"""The review of a caseload, and the follow-ups of whoever owns them."""

from datetime import timedelta

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from anchored.accounts import proof
from anchored.accounts.doors import requires
from anchored.accounts.refusals import NotNow
from anchored.accounts.roles import Permission
from anchored.audit import trail
from anchored.ground.dates import today
from anchored.signing import signatures
from anchored.ui.fragments import wants_fragment
from anchored.ui.once import once
from groups.planning import at
from patients import queries
from patients.views.answers import add_refusal, status_of
from treatment_plans import caseloads as reviews
from treatment_plans.actions import caseloads as actions
from treatment_plans.forms.signing import AddendumForm
from treatment_plans.models import CaseloadReview

from . import news
from .caseload_forms import AnswerForm, ReviewForm
from .caseloads import Caseloads
from .one_caseload import what_is_up
from .supervised import supervised

AGO = timedelta(days=30)  # what is news where there was no review yet


@once
@requires(Permission.SEE_CASELOADS)
def review_caseload(request, user_id):
    """Going through a caseload: what changed first, then each patient; kept as it is typed, signed by a button."""
    person = next((each for each in supervised(request.user) if each.pk == user_id), None)
    if person is None:
        raise Http404("Not supervised by this person.")
    asked = Caseloads(request.user, [person])
    draft = CaseloadReview.objects.filter(clinician=person, supervisor=request.user, sealed_at=None).first()
    if request.method != "POST":
        return _show(request, asked, draft, _form(request, asked, draft))
    form = _form(request, asked, draft)
    if wants_fragment(request):
        return _save_state(request, person, form, draft)
    if form.is_valid():
        try:
            signed = _kept(request, person, form)
        except ValidationError as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, "The review is signed." if signed.is_sealed else "The draft is saved. Only you see it.")
            return redirect("caseload_review", signed.pk) if signed.is_sealed else redirect("review_caseload", person.pk)
    return _show(request, asked, draft, form)


def _save_state(request, person, form, draft):
    """The line that says how far what stands on the page is saved."""
    complete, refused = form.is_valid(), ""
    try:
        draft = _saved(request, person, form)
    except ValidationError as refusal:
        refused = " ".join(refusal.messages)
    version = form["version"].value() if refused else draft.version
    context = {"draft": draft, "version": version, "complete": complete, "refused": refused}
    return render(request, "dashboard/_review_saved.html", context, status=409 if refused else 200)


@transaction.atomic
def _saved(request, person, form):
    review = actions.begin_review(person, by=request.user)
    facts = {"summary": form.cleaned_data.get("agreed", review.summary), "findings": form.for_keep()}
    return actions.keep_review(review, by=request.user, version=form.cleaned_data.get("version") or 0, **facts)


def _kept(request, person, form):
    """Kept, and signed when the button says so: both or neither."""
    with transaction.atomic():
        review = _saved(request, person, form)
        if request.POST.get("act") != "sign":
            return review
        if not proof.prove(request):
            raise NotNow(proof.WRONG)
        return actions.sign_review(review, by=request.user)


def _form(request, asked, draft):
    initial = {"version": draft.version, "agreed": draft.summary} if draft else {"version": 0}
    for row in draft.findings.all() if draft else ():
        initial |= {f"{part}_{row.episode_id}": getattr(row, part) for part in ReviewForm.PARTS if part != "owner"}
        initial[f"owner_{row.episode_id}"] = row.owner_id
    (person,) = asked.clinicians
    people = sorted(queries.who_may_care(), key=lambda each: each != person)  # whose caseload it is comes first
    return ReviewForm(request.POST or None, initial=initial, lines=asked.lines, people=people)


def _show(request, asked, draft, form):
    (person,) = asked.clinicians
    last = reviews.last_reviewed([person.pk]).get(person.pk)
    told = news.by_patient(news.since(last or at(today() - AGO, 0), asked.lines))
    rows = _rows(asked, form, told)
    context = {
        "person": person,
        "draft": draft,
        "form": form,
        "last": last,
        "due": reviews.due_on(last),
        "parts": [("Changed", rows[: len(told)]), ("Not changed", rows[len(told) :])],
        "version": form["version"].value(),
        "ask_password": not proof.is_recent(request),
    }
    response = render(request, "dashboard/review_caseload.html", context, status=status_of(form))
    trail.record_seen("list.shown", sorted(line.patient_id for line in asked.lines), by=request.user, screen="caseload review")
    return response


def _rows(asked, form, told):
    """[(patient, fields, what changed, what is overdue)]: whoever has news first, the others by name."""
    overdue = what_is_up(asked)
    places = {patient: place for place, patient in enumerate(told)}
    rows = [(line, fields, told.get(line.patient_id, ()), overdue.get(line.patient_id, ())) for line, fields in form.rows()]
    return sorted(rows, key=lambda row: places.get(row[0].patient_id, len(places)))


def _known(request, review_id):
    review = reviews.reviews_known_to(request.user).filter(pk=review_id).first()
    if review is None:
        raise Http404("No such review.")
    return review


@require_GET
@requires(Permission.SEE_CASELOADS)
def caseload_review(request, caseload_review_id):
    """A signed review: what it says of those whose charts this person may open, with its signature and addenda."""
    review = _known(request, caseload_review_id)
    findings = list(reviews.findings_of(review, request.user))
    context = {
        "review": review,
        "findings": findings,
        "signed": list(signatures.of(review)),
        "addenda": list(signatures.addenda_of(review)),
        "intact": review.is_intact(),
    }
    response = render(request, "dashboard/caseload_review.html", context)
    trail.record_seen("list.shown", sorted({row.patient_id for row in findings}), by=request.user, screen="caseload review")
    return response


@once
@requires(Permission.SEE_CASELOADS)
def add_to_caseload_review(request, caseload_review_id):
    """An addendum under a signed review."""
    review = _known(request, caseload_review_id)
    form = AddendumForm(request.POST or None)
    if form.is_valid():
        try:
            signatures.add(review, text=form.cleaned_data["text"], by=request.user)
        except ValidationError as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, "The addendum stands under the review.")
            return redirect("caseload_review", review.pk)
    return render(request, "dashboard/caseload_review_addendum.html", {"review": review, "form": form}, status=status_of(form))


@require_GET
@requires(Permission.OPEN_CHARTS)
def follow_ups(request):
    """What reviews ask of this person, and whom they cover for some days."""
    rows, covers = list(reviews.follow_ups_of(request.user)[:200]), list(queries.covers_of(request.user)[:200])
    response = render(request, "dashboard/follow_ups.html", {"rows": rows, "covers": covers, "today": today()})
    shown = {row.patient_id for row in [*rows, *covers]}
    trail.record_seen("list.shown", sorted(shown), by=request.user, screen="follow-ups")
    return response


@once
@requires(Permission.OPEN_CHARTS)
def answer_follow_up(request, finding_id):
    """Close a follow-up with what was done."""
    finding = reviews.follow_ups_of(request.user).filter(pk=finding_id).first()
    if finding is None:
        raise Http404("No such follow-up.")
    form = AnswerForm(request.POST or None)
    if form.is_valid():
        try:
            actions.answer(finding, text=form.cleaned_data["text"], by=request.user)
        except ValidationError as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, "Answered. It is off your list.")
            return redirect("follow_ups")
    response = render(request, "dashboard/follow_up.html", {"finding": finding, "form": form}, status=status_of(form))
    trail.record_seen("list.shown", [finding.patient_id], by=request.user, screen="follow-up")
    return response
