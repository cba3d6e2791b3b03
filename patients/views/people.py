"""Registering a person, admitting them, correcting what is known of them."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404
from django.shortcuts import redirect, render

from anchored.accounts.doors import requires
from anchored.accounts.roles import Permission
from anchored.audit import trail
from anchored.ui.once import once

from .. import head as heads
from .. import locks
from ..actions import admissions, registration
from ..doors import opens_chart
from ..forms.people import AdmitForm, PersonForm
from ..models import Admission, Patient
from .answers import add_refusal, status_of, way_on


@once
@requires(Permission.REGISTER_PATIENTS)
def new(request):
    """Register a person, and admit them on the same page. First the question whether they are known."""
    wants_admission = request.user.holds(Permission.ADMIT_PATIENTS) and request.POST.get("act") != "register"
    person = PersonForm(request.POST or None)
    place = _admission_form(request, wants_admission)
    known = []
    if request.method == "POST" and person.is_valid() and (not wants_admission or place.is_valid()):
        known = _same(person.cleaned_data, request.user)
        if request.POST.get("same_as"):
            return _use_known(request, known, person, place if wants_admission else None)
        if not known or request.POST.get("different") == "yes":
            return _create(request, person, place if wants_admission else None)
    return _show_new(request, person, place, known)


def _admission_form(request, wants_admission):
    """Read when the person is admitted too; else what was typed there is kept, unread. None for those who may not admit."""
    if not request.user.holds(Permission.ADMIT_PATIENTS):
        return None
    if request.method == "POST" and wants_admission:
        return AdmitForm(request.POST, user=request.user)
    return AdmitForm(user=request.user, initial=request.POST.dict())


def _show_new(request, person, place, known):
    act = "admit" if place and request.POST.get("act") != "register" else "register"
    context = {"form": person, "place": place, "known": known, "act": act, "forms": [form for form in (person, place) if form]}
    status = 422 if known else max(status_of(form) for form in context["forms"])
    response = render(request, "patients/new.html", context, status=status)
    if known:
        trail.record_seen("same_person.asked", [patient.pk for patient in known], by=request.user)
    return response


def _same(details, user):
    return registration.same_person(details["given_name"], details["family_name"], details["birth_date"], seen_by=user)


def _create(request, person, place):
    try:
        with transaction.atomic():
            patient = registration.register(by=request.user, **person.cleaned_data)
            if place:
                admissions.admit(patient, by=request.user, **place.for_admit())
    except ValidationError as refusal:
        return _refused(request, person, place, refusal)
    return _welcome(request, patient, place)


def _use_known(request, known, person, place):
    """The answer was: it is the same person. What was typed anew is kept in the record there is."""
    patient = next((patient for patient in known if str(patient.pk) == request.POST["same_as"]), None)
    if patient is None:
        person.add_error(None, "The name or the date of birth is not that of the record any more. Check them and send the form again.")
        return _show_new(request, person, place, known)
    in_care = place and patient.episodes.open().exists()
    try:
        with transaction.atomic():
            registration.change_details(patient, by=request.user, **person.news())
            if place and not in_care:
                admissions.admit(patient, by=request.user, **place.for_admit())
    except ValidationError as refusal:
        return _refused(request, person, place, refusal)
    return _on_file(request, patient, in_care) if in_care or place is None else _welcome(request, patient, place)


def _on_file(request, patient, in_care):
    if in_care:
        messages.info(request, f"{patient} is in care already. This is the chart.")
        return redirect(patient)
    messages.info(request, f"Record no. {patient.record_number} is on file. Nothing was created.")
    return redirect(way_on(request.user, patient) if request.user.holds(Permission.OPEN_CHARTS) else "patients:list")


def _refused(request, person, place, refusal):
    add_refusal(place or person, refusal, {"to": "program"})
    return _show_new(request, person, place, [])


def _welcome(request, patient, place):
    if place is None:
        messages.success(request, f"{patient} is registered, record no. {patient.record_number}.")
        return redirect("patients:details", patient.pk)
    messages.success(request, f"{patient} is admitted to {place.cleaned_data['program']}, record no. {patient.record_number}.")
    return redirect(way_on(request.user, patient))


@once
@opens_chart(Permission.ADMIT_PATIENTS)
def readmit(request, patient):
    """A new episode for somebody who was here before; the admission items of last time stand ready."""
    if request.method != "POST" and patient.episodes.open().exists():
        raise Http404("In care already.")
    last = Admission.objects.filter(episode__patient=patient).order_by("-episode__started_on").first()
    form = AdmitForm(request.POST or None, user=request.user, initial=_as_last_time(last))
    if form.is_valid():
        try:
            admissions.admit(patient, by=request.user, **form.for_admit())
        except ValidationError as refusal:
            add_refusal(form, refusal, {"to": "program"})
        else:
            again = " again," if last else ""
            messages.success(request, f"{patient} is admitted{again} to {form.cleaned_data['program']}.")
            return redirect(patient)
    context = {"patient": patient, "form": form, "last": last, "banner": heads.banner(heads.Head.of(patient), request.user)}
    return render(request, "patients/readmit.html", context, status=status_of(form))


def _as_last_time(admission):
    """Items that seldom change; what must be asked anew (days waited, arrests, self-help, pregnancy) stays empty."""
    if admission is None:
        return {}
    names = [
        "referral_source",
        "criminal_justice_referral",
        "payment_source",
        "medication_opioid_therapy",
        "cooccurring",
        "diagnosis_class",
    ]
    initial = {name: getattr(admission, name) for name in names}
    for use in admission.substances.all():
        initial |= {f"{part}_{use.rank}": getattr(use, part) for part in ("substance", "route", "frequency", "first_use_age")}
    return initial


@once
@opens_chart(Permission.EDIT_DETAILS)
def details(request, patient):
    """What is known of the person: seen, corrected, completed. Two people at once: only the same field is a conflict."""
    if request.method == "POST":
        with transaction.atomic():
            return _change_details(request, locks.patient(patient.pk))
    return _show_details(request, patient, PersonForm(instance=patient))


def _change_details(request, patient):
    form = PersonForm(request.POST, instance=patient)
    if not form.is_valid() or form.clashes():
        return _show_details(request, patient, form)
    registration.change_details(patient, by=request.user, **form.changes())
    messages.success(request, "Saved.")
    return redirect("patients:details", patient.pk)


def _show_details(request, patient, form):
    as_known = Patient.objects.get(pk=patient.pk)  # the form has written what was typed on its own copy
    context = {
        "patient": as_known,
        "form": form,
        "banner": heads.banner(heads.Head.of(as_known), request.user, "patients:details"),
        "may_propose": request.user.holds(Permission.PROPOSE_MERGE),
    }
    return render(request, "patients/details.html", context, status=status_of(form))
