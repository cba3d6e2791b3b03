"""Who else there is in a patient's life, how the patient wants to be reached, and the times they cannot come."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from anchored.accounts.roles import Permission
from anchored.ground.clock import duration
from anchored.ground.dates import today
from anchored.ground.remembered import with_kept
from anchored.ui import flash
from anchored.ui.once import once
from anchored.ui.week import Block

from .. import head as heads
from .. import locks, queries, week
from ..actions import commitments, contacts
from ..doors import opens_chart
from ..forms.contacts import ContactForm, ReachForm, TimesForm
from ..models import Commitment, Contact, Patient
from .answers import add_refusal, status_of


def _banner(request, patient, here):
    return heads.banner(heads.Head.of(patient), request.user, here)


@require_GET
@opens_chart(Permission.KEEP_CONTACTS)
def contact_list(request, patient):
    """Contacts, emergency contacts first, and how the patient wants to be reached."""
    head, rows = heads.Head.with_answers(patient, queries.all_contacts)
    with_kept(rows, removed_by=heads.all_staff)
    listed = [contact for contact in rows if contact.removed_at is None]
    context = {
        "patient": patient,
        "contacts": listed,
        "has_emergency": any(contact.is_emergency for contact in listed),
        "removed": [contact for contact in rows if contact.removed_at is not None],
        "may_set_wishes": request.user.holds(Permission.OPEN_CHARTS),
        "banner": heads.banner(head, request.user, "patients:contacts"),
    }
    return render(request, "patients/contacts.html", context)


@once
@opens_chart(Permission.KEEP_CONTACTS)
def new_contact(request, patient):
    """Somebody else joins the list."""
    form = ContactForm(request.POST or None)
    if form.is_valid():
        try:
            contact = contacts.add(patient, by=request.user, **form.cleaned_data)
        except ValidationError as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, f"{contact.name} is a contact now.")
            return redirect("patients:contacts", patient.pk)
    context = {"patient": patient, "form": form, "banner": _banner(request, patient, "patients:contacts")}
    return render(request, "patients/contact.html", context, status=status_of(form))


@once
@opens_chart(Permission.KEEP_CONTACTS)
def contact(request, patient, contact_id):
    """What is known of a contact: corrected, completed. Two people at once: only the same field is a conflict."""
    if request.method == "POST":
        with transaction.atomic():
            locks.patient(patient.pk)
            return _change_contact(request, patient, _contact_of(patient, contact_id))
    known = _contact_of(patient, contact_id)
    if known.removed_at:
        raise Http404("Not a contact any more.")
    return _show_contact(request, patient, known, ContactForm(instance=known))


def _contact_of(patient, contact_id):
    return get_object_or_404(Contact.objects.filter(patient=patient).select_related("added_by"), pk=contact_id)


def _change_contact(request, patient, known):
    form = ContactForm(request.POST, instance=known)
    if form.is_valid() and not form.clashes():
        try:
            changed = contacts.change(known, by=request.user, **form.changes())
        except ValidationError as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, f"Saved what is known of {changed.name}.")
            return redirect("patients:contacts", patient.pk)
    return _show_contact(request, patient, known, form)


def _show_contact(request, patient, known, form):
    context = {"patient": patient, "contact": known, "form": form, "banner": _banner(request, patient, "patients:contacts")}
    return render(request, "patients/contact.html", context, status=status_of(form))


@require_POST
@once
@opens_chart(Permission.KEEP_CONTACTS)
def remove_contact(request, patient, contact_id):
    """Off the list, with Undo."""
    try:
        removed = contacts.remove(_contact_of(patient, contact_id), by=request.user)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    else:
        back = reverse("patients:put_back_contact", args=[patient.pk, removed.pk])
        flash.say(request, f"{removed.name} is no longer a contact.", undo=back)
    return redirect("patients:contacts", patient.pk)


@require_POST
@once
@opens_chart(Permission.KEEP_CONTACTS)
def put_back_contact(request, patient, contact_id):
    """On the list again."""
    try:
        known = contacts.put_back(_contact_of(patient, contact_id), by=request.user)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    else:
        messages.success(request, f"{known.name} is a contact again.")
    return redirect("patients:contacts", patient.pk)


@once
@opens_chart(Permission.OPEN_CHARTS)
def reach(request, patient):
    """How the patient wants to be reached. Two people at once: only the same field is a conflict."""
    if request.method == "POST":
        with transaction.atomic():
            return _change_wishes(request, locks.patient(patient.pk))
    return _show_wishes(request, patient, ReachForm(instance=patient))


def _change_wishes(request, patient):
    form = ReachForm(request.POST, instance=patient)
    if not form.is_valid() or form.clashes():
        return _show_wishes(request, patient, form)
    contacts.set_wishes(patient, by=request.user, **form.changes())
    messages.success(request, "The wishes are saved.")
    return redirect("patients:contacts", patient.pk)


def _show_wishes(request, patient, form):
    as_known = Patient.objects.get(pk=patient.pk)  # the form has written what was typed on its own copy
    context = {"patient": as_known, "form": form, "banner": _banner(request, as_known, "patients:contacts")}
    return render(request, "patients/reach.html", context, status=status_of(form))


@once
@opens_chart(Permission.KEEP_CONTACTS)
def times(request, patient):
    """The times the patient cannot come, drawn and as a list, and a form for more of them."""
    form = TimesForm(request.POST or None)
    if form.is_valid():
        try:
            added = commitments.add(patient, by=request.user, **form.for_add())
        except ValidationError as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _told(added))
            return redirect("patients:times", patient.pk)
    return _show_times(request, patient, form)


def _told(added):
    """What was added, in the words of the list; a night is two times."""
    words = ", ".join(f"{one.get_weekday_display()} {week.hours(one)}" for one in added)
    return f"Added: {added[0].get_kind_display()}, {words}."


def _show_times(request, patient, form):
    head, rows = heads.Head.with_answers(patient, queries.all_commitments)
    with_kept(rows, ended_by=heads.all_staff)
    day = today()
    lines = week.lines(rows, day)
    context = {
        "patient": patient,
        "form": form,
        "commitments": lines,
        "past": week.past(rows, day),
        "blocks": [Block(line.row.weekday, line.row.starts, line.row.ends, line.row.get_kind_display(), line.is_later) for line in lines],
        "taken": duration(week.busy_minutes(rows, day)),
        "banner": heads.banner(head, request.user, "patients:times"),
    }
    return render(request, "patients/times.html", context, status=status_of(form))


@require_POST
@once
@opens_chart(Permission.KEEP_CONTACTS)
def end_time(request, patient, commitment_id):
    """From today the patient can come at these hours."""
    commitment = get_object_or_404(Commitment.objects.filter(patient=patient), pk=commitment_id)
    try:
        commitments.end(commitment, by=request.user)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    else:
        messages.success(request, f"Ended: {commitment}.")
    return redirect("patients:times", patient.pk)
