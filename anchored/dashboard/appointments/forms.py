"""Booking or moving an appointment, and saying what became of it."""

from django import forms
from django.utils import timezone

from anchored.ground.dates import today
from anchored.ui.fields import DayField, Rows, TimeOfDayField
from anchored.ui.forms import LaidOut
from groups.planning import at
from patients import queries
from patients.models import Service, ServiceKind
from treatment_plans.models import Appointment


class AppointmentForm(LaidOut, forms.Form):
    """When, with whom, for what. What it clashes with is shown once before it is saved: `seen` says that it was."""

    kind = forms.ModelChoiceField(ServiceKind.objects.filter(offered=True), to_field_name="code", label="Service", empty_label=None)
    clinician = forms.ModelChoiceField(None, label="With", empty_label=None)
    on = DayField(label="Day", noun="day", error_messages={"required": "Enter the day"})
    starts = TimeOfDayField(label="Start", error_messages={"required": "Enter the start"})
    minutes = forms.IntegerField(label="Minutes", min_value=1, max_value=720)
    place = forms.ChoiceField(label="Place", choices=Service.Place.choices)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["clinician"].queryset = queries.who_may_care()

    def for_booking(self):
        given = self.cleaned_data
        facts = {name: given[name] for name in ("kind", "clinician", "minutes", "place")}
        return {**facts, "starts_at": at(given["on"], given["starts"])}


def blank(user):
    """What a new appointment begins with: the first kind of service, today, with whoever books it."""
    kind = ServiceKind.objects.filter(offered=True).first()
    facts = {"kind": kind.code, "minutes": kind.minutes} if kind else {}
    return {**facts, "clinician": user.pk, "on": today(), "place": Service.Place.IN_PERSON}


def as_it_stands(appointment):
    start = timezone.localtime(appointment.starts_at)
    facts = {"kind": appointment.kind.code, "clinician": appointment.clinician_id, "place": appointment.place}
    return {**facts, "on": start.date(), "starts": start.hour * 60 + start.minute, "minutes": appointment.minutes}


class CancelForm(LaidOut, forms.Form):
    """Who cancelled, or that nobody came."""

    outcome = forms.ChoiceField(
        label="What became of it",
        choices=[(each.value, each.label) for each in Appointment.CANCELLED],
        widget=Rows,
        error_messages={"required": "Choose what became of it"},
    )
    because = forms.CharField(label="Why", max_length=300, required=False)
