"""What goes along when somebody leaves: the continuing-care plan and the discharge summary, each on a page of the chart."""

import json
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404
from django.shortcuts import redirect, render

from anchored.accounts import proof
from anchored.accounts.refusals import NotNow
from anchored.accounts.roles import Permission
from anchored.signing import signatures
from anchored.ui.once import once
from patients import head as heads
from patients.doors import opens_chart, opens_through
from patients.models import Episode, Patient
from patients.views.answers import add_refusal, status_of

from .. import leaving
from ..actions import leaving as actions
from ..forms.leaving import ContinuingCareForm, SummaryForm
from ..forms.signing import AddendumForm
from ..models import ContinuingCare, DischargeSummary


@dataclass(frozen=True)
class Page:
    """One of the two documents: what an episode calls them, the form, what the record says for it, how it is begun, its page."""

    rows: str
    form: Any
    drawn: Any
    begin: Any
    name: str
    template: str

    def of(self, episode):
        """The documents of an episode, the latest first."""
        return getattr(episode, self.rows).select_related("episode__patient", "started_by").order_by("-started_at")


CONTINUING = Page(
    "continuing_care",
    ContinuingCareForm,
    leaving.of_continuing_care,
    actions.begin_continuing_care,
    "continuing_care",
    "leaving/continuing.html",
)
SUMMARY = Page("discharge_summaries", SummaryForm, leaving.of_summary, actions.begin_summary, "discharge_summary", "leaving/summary.html")


@once
@opens_chart(Permission.OPEN_CHARTS)
def continuing_care(request, patient):
    """How it goes on after the discharge: begun, written, signed with the patient."""
    return _page(request, patient, CONTINUING)


@once
@opens_chart(Permission.OPEN_CHARTS)
def discharge_summary(request, patient):
    """The account of the latest episode, drawn from the record."""
    return _page(request, patient, SUMMARY)


def _page(request, patient, page):
    episode = Episode.objects.filter(patient=patient).select_related("patient").order_by("-started_on", "-opened_at").first()
    if episode is None:
        raise Http404("Never admitted.")
    if request.method == "POST" and request.POST.get("act") == "begin":
        return _begin(request, patient, page, episode)
    document = page.of(episode).first()
    if document is None or document.is_sealed:
        if request.method == "POST":
            messages.error(request, "This was signed meanwhile. Nothing was changed.")
            return redirect(f"patients:{page.name}", patient.pk)
        return _show(request, patient, page, episode, document)
    return _draft(request, patient, page, document)


def _begin(request, patient, page, episode):
    try:
        page.begin(episode, by=request.user)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    return redirect(f"patients:{page.name}", patient.pk)


def _draft(request, patient, page, document):
    """The form: kept by one button, signed by the other. What was typed is kept also when it cannot be signed yet."""
    if request.method != "POST" and not request.user.holds(Permission.WRITE_PLANS):
        return _show(request, patient, page, document.episode, None)
    with transaction.atomic():
        if request.method == "POST":
            document = page.of(document.episode).select_for_update(of=["self"]).get(pk=document.pk)
        form = page.form(request.POST or None, instance=document)
        kept = form.is_valid() and not form.clashes() and _kept(request, form, document)
    if kept and request.POST.get("act") != "sign":
        messages.success(request, "The draft is saved.")
        return redirect(f"patients:{page.name}", patient.pk)
    if kept and _signed(request, form, page, document):
        messages.success(request, f"{document} signed.")
        return redirect(f"patients:{page.name}", patient.pk)
    return _show(request, patient, page, document.episode, document, form)


def _kept(request, form, document):
    try:
        actions.write(document, by=request.user, **form.for_write())
    except ValidationError as refusal:
        add_refusal(form, refusal)
        return False
    return True


def _signed(request, form, page, document):
    try:
        if not proof.prove(request):
            raise NotNow(proof.WRONG.replace("everything typed is kept", "the draft is kept"))
        if page is SUMMARY:
            actions.sign_summary(document, by=request.user, drawn=_as_shown(request))
        else:
            actions.sign_continuing_care(document, by=request.user)
    except ValidationError as refusal:
        add_refusal(form, refusal)
        return False
    return True


def _as_shown(request):
    """What the record said on the page that was read."""
    try:
        return json.loads(request.POST.get("drawn", ""))
    except ValueError:
        return []


def _show(request, patient, page, episode, document, form=None):
    drawn = document.drawn if document and document.is_sealed else page.drawn(episode)
    signed = document is not None and document.is_sealed
    discharge = leaving.discharge_of(episode)
    context = {
        "patient": patient,
        "episode": episode,
        "document": document,
        "form": form,
        "drawn": drawn,
        "drawn_text": json.dumps(drawn, ensure_ascii=False),
        "appointments": [leaving.appointment_words(each) for each in getattr(document, "appointments", [])],
        "discharge": discharge,
        "signed": list(signatures.of(document)) if signed else [],
        "addenda": list(signatures.addenda_of(document)) if signed else [],
        "intact": document is None or document.is_intact(),
        "may_write": request.user.holds(Permission.WRITE_PLANS),
        "may_begin": request.user.holds(Permission.WRITE_PLANS) and not (page is SUMMARY and signed and document.discharge == discharge),
        "ask_password": not proof.is_recent(request),
        "banner": heads.banner(heads.Head.of(patient), request.user, "patients:plan"),
    }
    return render(request, page.template, context, status=status_of(form) if form else 200)


def known_plans(user):
    rows = ContinuingCare.objects.filter(episode__patient__in=Patient.objects.visible_to(user), sealed_at__isnull=False)
    return rows.select_related("episode__patient")


def known_summaries(user):
    rows = DischargeSummary.objects.filter(episode__patient__in=Patient.objects.visible_to(user), sealed_at__isnull=False)
    return rows.select_related("episode__patient")


@once
@opens_through(known_summaries, Permission.WRITE_PLANS, part="summary_id")
def add_to_summary(request, summary):
    """An addendum under a signed discharge summary."""
    form = AddendumForm(request.POST or None)
    if form.is_valid():
        try:
            signatures.add(summary, text=form.cleaned_data["text"], by=request.user)
        except ValidationError as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, "The addendum stands under the summary.")
            return redirect("patients:discharge_summary", summary.patient_id)
    banner = heads.banner(heads.Head.of(summary.patient), request.user, "patients:plan")
    context = {"summary": summary, "patient": summary.patient, "form": form, "banner": banner}
    return render(request, "leaving/addendum.html", context, status=status_of(form))
