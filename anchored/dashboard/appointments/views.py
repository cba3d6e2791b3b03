"""Appointments: my week, booking, moving, cancelling."""

from datetime import timedelta

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.views.decorators.http import require_GET

from anchored.accounts.doors import requires
from anchored.accounts.roles import Permission
from anchored.audit import trail
from anchored.ground.dates import read_day, today
from anchored.ui.once import once
from patients import head as heads
from patients.doors import opens_chart, opens_through
from patients.models import Episode
from patients.views.answers import add_refusal, status_of
from treatment_plans import appointment_queries
from treatment_plans.actions import appointments

from .. import agenda
from . import clashes
from .forms import AppointmentForm, CancelForm, as_it_stands, blank

WEEK = timedelta(days=7)


@require_GET
@requires(Permission.WRITE_NOTES)
def my_week(request):
    """A week of this person, day by day: their sessions and appointments."""
    monday = _monday_of(request.GET.get("week", ""))
    led, booked = agenda.rows_of(request.user, monday)
    dates = [monday + timedelta(days=number) for number in range(7)]
    days = [(day, lines) for day in dates if (lines := agenda.meetings(led, booked, day))]
    context = {
        "days": days,
        "monday": monday,
        "before": monday - WEEK,
        "after": monday + WEEK,
        "is_this_week": monday == _monday_of(""),
        "today": today(),
    }
    response = render(request, "appointments/week.html", context)
    shown = {line.patient_id for _, lines in days for line in lines if line.patient_id}
    trail.record_seen("list.shown", sorted(shown), by=request.user, screen="appointments")
    return response


def _monday_of(asked):
    try:
        day = read_day(asked)
    except ValueError:
        day = today()
    return day - timedelta(days=day.weekday())


@once
@opens_chart(Permission.WRITE_NOTES)
def book(request, patient):
    """A new appointment with a patient in care."""
    episode = Episode.objects.filter(patient=patient, ended_on=None).first()
    if episode is None:
        raise Http404("Not in care.")
    form = AppointmentForm(request.POST or None, initial=blank(request.user))
    return _keep(request, form, episode, lambda facts: appointments.book(episode, by=request.user, **facts))


@once
@opens_through(appointment_queries.known, Permission.WRITE_NOTES, part="appointment_id")
def move(request, appointment):
    """Another time, place or clinician for a planned appointment."""
    if not appointment.is_planned:
        raise Http404("Closed already.")
    form = AppointmentForm(request.POST or None, initial=as_it_stands(appointment))
    save = lambda facts: appointments.move(appointment, by=request.user, **facts)  # noqa: E731
    return _keep(request, form, appointment.episode, save, appointment)


def _keep(request, form, episode, save, moved=None):
    """Saved when nothing clashes, or when what clashes was shown before."""
    clash: list = []
    if form.is_valid():
        facts = form.for_booking()
        times = {name: facts[name] for name in ("clinician", "starts_at", "minutes")}
        clash = clashes.found(episode, seen_by=request.user, but=moved, **times)
        if not clash or request.POST.get("seen") == _as_seen(clash):
            try:
                saved = save(facts)
            except ValidationError as refusal:
                add_refusal(form, refusal)
            else:
                messages.success(request, f"{saved.kind} with {saved.patient} {'moved to' if moved else 'booked for'} {_when(saved)}.")
                return redirect("patients:chart", episode.patient_id)
    context = {
        "patient": episode.patient,
        "form": form,
        "moved": moved,
        "clashes": clash,
        "seen": _as_seen(clash),
        "banner": heads.banner(heads.Head.of(episode.patient), request.user, "patients:chart"),
    }
    return render(request, "appointments/appointment.html", context, status=422 if clash else status_of(form))


def _as_seen(clash):
    return " ".join(clash)


def _when(appointment):
    start = timezone.localtime(appointment.starts_at)
    return f"{date_format(start.date())}, {start:%H:%M}"


@once
@opens_through(appointment_queries.known, Permission.WRITE_NOTES, part="appointment_id")
def cancel(request, appointment):
    """Who cancelled, or that the patient did not come."""
    if not appointment.is_planned and request.method != "POST":
        raise Http404("Closed already.")
    form = CancelForm(request.POST or None)
    if form.is_valid():
        try:
            closed = appointments.cancel(appointment, by=request.user, **form.cleaned_data)
        except ValidationError as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, f"{closed.get_outcome_display()}: {closed.kind}, {_when(closed)}.")
            return redirect("appointments")
    context = {
        "patient": appointment.patient,
        "appointment": appointment,
        "form": form,
        "banner": heads.banner(heads.Head.of(appointment.patient), request.user, "patients:chart"),
    }
    return render(request, "appointments/cancel.html", context, status=status_of(form))
