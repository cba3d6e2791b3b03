"""The documents of a chart: the packet with the state of each paper, papers taken, scans filed."""

import logging

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from anchored.accounts.roles import Permission
from anchored.ui import errors
from anchored.ui.bodies import takes_a_file
from anchored.ui.once import once

from .. import drawing, papers, uploads
from .. import head as heads
from ..actions import papers as signing
from ..actions import scans as filing
from ..doors import opens_chart
from ..forms.papers import PaperForm, ScanForm, WithdrawForm
from ..models import Paper, PaperTemplate, Scan
from .answers import add_refusal, status_of

log = logging.getLogger("anchored.documents")

DAMAGED = "The file is not as it was filed, so it is not shown. Tell an administrator: the folder of scanned papers must be looked at."


def _banner(request, patient):
    return heads.banner(heads.Head.of(patient), request.user, "patients:documents")


@once
@opens_chart(Permission.KEEP_PAPERS)
@takes_a_file
def documents(request, patient):
    """The packet, then scans with a form for more of them, then older papers."""
    form = ScanForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        given = form.cleaned_data
        filing.file(patient, upload=given["file"], kind=given["kind"], title=given["title"], by=request.user)
        messages.success(request, "The scan is filed.")
        return redirect("patients:documents", patient.pk)
    return _show_documents(request, patient, form)


def _show_documents(request, patient, form):
    case = papers.case_of(patient)
    needs = papers.needs_of(case)
    for need in needs:
        need.taken[:] = [_readable(paper, request.user) for paper in need.taken]
    context = {
        "patient": patient,
        "form": form,
        "case": case,
        "needs": needs,
        "missing": sum(need.paper is None for need in needs),
        "earlier": [_readable(paper, request.user) for paper in papers.earlier(patient, needs)],
        "scans": [_titled(scan, request.user) for scan in _scans_of(patient)],
        "may_open": request.user.holds(Permission.OPEN_CHARTS),
        "may_open_withdrawn": request.user.holds(Permission.OPEN_WITHDRAWN),
        "banner": _banner(request, patient),
        **_about_minors(patient),
    }
    return render(request, "patients/documents.html", context, status=status_of(form))


def _scans_of(patient):
    return Scan.objects.filter(patient=patient).select_related("filed_by", "withdrawn_by")


def _titled(scan, user):
    """A title may say more than the front desk needs: it sees those of its own."""
    is_own = scan.filed_by_id == user.pk
    may_read = is_own or user.holds(Permission.OPEN_CHARTS)
    scan.shown_title = scan.title if may_read else scan.get_kind_display()
    scan.may_be_withdrawn = may_read and not scan.withdrawn_at
    scan.shown_reason = scan.withdrawn_because if may_read else ""
    return scan


def _readable(paper, user):
    """Why somebody declined is for those who open charts, and for whoever wrote it down."""
    paper.shown_reason = paper.reason if user.holds(Permission.OPEN_CHARTS) or paper.taken_by_id == user.pk else ""
    return paper


def _about_minors(patient):
    """Who signs for this patient, for the form and for the words above it."""
    rule = papers.rule_for(patient)
    signs, guardians = papers.who_signs(patient, rule), list(papers.guardians_of(patient))
    return {
        "signs": signs,
        "adult_age": rule.adult_age,
        "guardians": guardians,
        "no_guardian": signs != papers.PATIENT and not guardians,
    }


@once
@opens_chart(Permission.KEEP_PAPERS)
@takes_a_file
def paper(request, patient, template_id):
    """One text, and what the patient or the guardian says to it."""
    template = get_object_or_404(PaperTemplate.objects.all(), pk=template_id)
    about = _about_minors(patient)
    form = _paper_form(request, patient, template, about)
    if form.is_valid():
        try:
            taken = signing.take(patient, template, by=request.user, **form.for_take())
        except ValidationError as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, f"{taken.template.title}: {taken.get_how_display().lower()}.")
            return redirect("patients:documents", patient.pk)
    if status_of(form) == 409:
        return _show_both(request, patient, template, form)
    return _show_paper(request, patient, template, form, about)


def _show_paper(request, patient, template, form, about):
    case, is_in_force = papers.case_of(patient), papers.is_in_force(template)
    context = {
        "patient": patient,
        "template": template,
        "form": form,
        "case": case,
        "need": next((need for need in papers.needs_of(case) if need.template.pk == template.pk), None),
        "is_in_force": is_in_force,
        "newer": None if is_in_force else papers.successor(template),
        "banner": _banner(request, patient),
        **about,
    }
    return render(request, "patients/paper.html", context, status=status_of(form))


def _paper_form(request, patient, template, about):
    scans = Scan.objects.filter(patient=patient, kind=Scan.Kind.SIGNED, withdrawn_at=None)
    if not request.user.holds(Permission.OPEN_CHARTS):
        scans = scans.filter(filed_by=request.user)
    facts = {"template": template, "patient": patient, "signs": about["signs"], "guardians": about["guardians"], "scans": scans}
    return PaperForm(request.POST or None, request.FILES or None, **facts)


def _show_both(request, patient, template, form):
    """What stood on the page and what is in force now: nothing was signed."""
    now = papers.successor(template) or template
    context = {
        "patient": patient,
        "form": form,
        "template": template,
        "shown": form.cleaned_data["shown"],
        "now": now,
        "is_in_force": papers.is_in_force(now),
        "banner": _banner(request, patient),
    }
    return render(request, "patients/paper_changed.html", context, status=409)


@require_GET
@opens_chart(Permission.KEEP_PAPERS)
def taken_paper(request, patient, paper_id):
    """A paper as it was taken, ready to be printed."""
    papers_of_patient = Paper.objects.filter(patient=patient).select_related("template", "guardian", "scan", "taken_by")
    taken = get_object_or_404(papers_of_patient, pk=paper_id)
    context = {
        "patient": patient,
        "paper": _readable(taken, request.user),
        "signature": drawing.svg(taken.drawing, f"Signature of {taken.signer_name}") if taken.drawing else "",
        "is_intact": taken.digest == taken.template.digest(),
        "now": timezone.now(),
    }
    return render(request, "patients/paper_taken.html", context)


@require_GET
@opens_chart(Permission.OPEN_CHARTS)
def scan(request, patient, scan_id):
    """The file itself, to be saved: never shown within a page, never under a name that says something."""
    found = get_object_or_404(Scan.objects.filter(patient=patient), pk=scan_id)
    try:
        content = filing.read(found, by=request.user)
    except filing.Damaged:
        log.error("Scan %s is not as it was filed.", found.pk)
        return errors.answer(request, 422, "This file is not shown", DAMAGED)
    return HttpResponse(content, headers=_sealed_off(found))


def _sealed_off(scan):
    name = f"scan-{str(scan.pk)[:8]}.{uploads.EXTENSIONS[scan.media_type]}"
    return {
        "Content-Type": scan.media_type,
        "Content-Disposition": f'attachment; filename="{name}"',
        "Content-Security-Policy": "sandbox; default-src 'none'",
    }


@once
@opens_chart(Permission.KEEP_PAPERS)
def withdraw_scan(request, patient, scan_id):
    """A scan was filed in error: why, then it is struck through."""
    found = get_object_or_404(_scans_of(patient), pk=scan_id)
    form = WithdrawForm(request.POST or None)
    if form.is_valid():
        try:
            filing.withdraw(found, by=request.user, **form.cleaned_data)
        except ValidationError as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, "The scan is withdrawn. It stays on record.")
            return redirect("patients:documents", patient.pk)
    context = {"patient": patient, "scan": _titled(found, request.user), "form": form, "banner": _banner(request, patient)}
    return render(request, "patients/withdraw_scan.html", context, status=status_of(form))
