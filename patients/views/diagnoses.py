"""What was diagnosed: the list of a chart, and each act on it."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from anchored.accounts.roles import Permission
from anchored.ground.remembered import with_kept
from anchored.ui.once import once

from .. import head as heads
from .. import locks, queries
from ..actions import diagnoses
from ..doors import opens_chart
from ..forms.diagnoses import DiagnosisForm, ErrorForm, ResolveForm
from ..models import Diagnosis, DiagnosisCode
from .answers import add_refusal, status_of


@require_GET
@opens_chart(Permission.OPEN_CHARTS)
def diagnosis_list(request, patient):
    """Those that stand, the primary one first; resolved and mistaken ones folded below."""
    head, rows = heads.Head.with_answers(patient, queries.all_diagnoses)
    with_kept(rows, **dict.fromkeys(("diagnosed_by", "resolved_by", "entered_in_error_by"), heads.all_staff))
    context = {
        "patient": patient,
        "standing": [row for row in rows if row.stands],
        "earlier": [row for row in rows if not row.stands],
        "may_write": request.user.holds(Permission.ASSESS),
        "banner": heads.banner(head, request.user, "patients:diagnoses"),
    }
    return render(request, "patients/diagnoses.html", context)


@once
@opens_chart(Permission.ASSESS)
def new_diagnosis(request, patient):
    """Another diagnosis; the first one is proposed as the primary one."""
    has_primary = Diagnosis.objects.standing().filter(patient=patient, is_primary=True).exists()
    form = DiagnosisForm(request.POST or None, codes=_codes(), by=request.user, initial={"is_primary": not has_primary})
    if form.is_valid():
        try:
            made = diagnoses.record(patient, by=request.user, **form.cleaned_data)
        except ValidationError as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, f"{made.code.code} is recorded.")
            return redirect("patients:diagnoses", patient.pk)
    return _show(request, "patients/diagnosis.html", patient, form=form)


def _codes(also=None):
    """What is offered, and the code that a row has already."""
    return list(DiagnosisCode.objects.filter(Q(offered=True) | Q(pk=also)))


def _show(request, template, patient, *, form, **more):
    banner = heads.banner(heads.Head.of(patient), request.user, "patients:diagnoses")
    return render(request, template, {"patient": patient, "form": form, "banner": banner, **more}, status=status_of(form))


@once
@opens_chart(Permission.ASSESS)
def diagnosis(request, patient, diagnosis_id):
    """What stands beside the code, and the code. Two people at once: only the same field is a conflict."""
    if request.method == "POST":
        with transaction.atomic():
            locks.patient(patient.pk)
            return _change(request, patient, _diagnosis_of(patient, diagnosis_id))
    known = _standing_one(patient, diagnosis_id)
    form = DiagnosisForm(instance=known, codes=_codes(known.code_id), by=request.user)
    return _show(request, "patients/diagnosis.html", patient, form=form, diagnosis=known)


def _diagnosis_of(patient, diagnosis_id):
    return get_object_or_404(Diagnosis.objects.filter(patient=patient).select_related("code", "diagnosed_by"), pk=diagnosis_id)


def _standing_one(patient, diagnosis_id):
    known = _diagnosis_of(patient, diagnosis_id)
    if not known.stands:
        raise Http404("This one no longer stands.")
    return known


def _change(request, patient, known):
    form = DiagnosisForm(request.POST, instance=known, codes=_codes(known.code_id), by=request.user)
    if form.is_valid() and not form.clashes():
        try:
            changed = diagnoses.change(known, by=request.user, **form.changes())
        except ValidationError as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, f"{changed.code.code} is saved.")
            return redirect("patients:diagnoses", patient.pk)
    return _show(request, "patients/diagnosis.html", patient, form=form, diagnosis=known)


@require_POST
@once
@opens_chart(Permission.ASSESS)
def make_primary(request, patient, diagnosis_id):
    """What treatment is mainly for."""
    try:
        made = diagnoses.make_primary(_diagnosis_of(patient, diagnosis_id), by=request.user)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    else:
        messages.success(request, f"{made.code.code} is the primary diagnosis now.")
    return redirect("patients:diagnoses", patient.pk)


@once
@opens_chart(Permission.ASSESS)
def resolve_diagnosis(request, patient, diagnosis_id):
    """It no longer stands, from a day on."""
    known = _diagnosis_of(patient, diagnosis_id) if request.method == "POST" else _standing_one(patient, diagnosis_id)
    return _settle(request, patient, known, "patients/resolve_diagnosis.html", ResolveForm, diagnoses.resolve, "resolved")


@once
@opens_chart(Permission.ASSESS)
def mistaken_diagnosis(request, patient, diagnosis_id):
    """It was entered in error: why, then it is struck through."""
    known = _diagnosis_of(patient, diagnosis_id)
    if request.method != "POST" and known.entered_in_error_at:
        raise Http404("This one is marked already.")
    return _settle(
        request, patient, known, "patients/mistaken_diagnosis.html", ErrorForm, diagnoses.mark_error, "marked as entered in error"
    )


def _settle(request, patient, known, template, kind, act, told):
    form = kind(request.POST or None)
    if form.is_valid():
        try:
            act(known, by=request.user, **form.cleaned_data)
        except ValidationError as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, f"{known.code.code} is {told}.")
            return redirect("patients:diagnoses", patient.pk)
    return _show(request, template, patient, form=form, diagnosis=known)
