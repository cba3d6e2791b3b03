"""Joining a waitlist, the day a place is held until, why somebody does not go on."""

from datetime import timedelta

from django import forms
from django.conf import settings
from django.utils.formats import date_format

from anchored.ground.dates import today
from anchored.ui.fields import DayField
from anchored.ui.forms import LaidOut

from .. import queries
from ..models import Program, WaitlistEntry
from .people import program_and_places


class WaitForm(LaidOut, forms.Form):
    """Which program, from when, with what priority."""

    program = forms.ModelChoiceField(Program.objects.none(), label="Program", empty_label="Choose the program")
    wanted_start = DayField(label="Wants to start", noun="day", required=False)
    priority = forms.TypedChoiceField(
        label="Priority",
        choices=WaitlistEntry.Priority.choices,
        coerce=int,
        help_text="The order of the block grant; the longest waiting first.",
    )
    risk = forms.CharField(label="Risk while waiting", required=False, max_length=300, help_text="In a few words, for whoever calls.")

    def __init__(self, *args, referral=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["program"].queryset = queries.programs_running().filter(capacity__isnull=False)
        self.fields["program"].label_from_instance = program_and_places
        self.fields["program"].error_messages["required"] = "Choose the program"
        self.fields["priority"].initial = priority_of(referral)
        if referral:
            self.initial.update(program=referral.program_id, wanted_start=referral.wanted_start)


def priority_of(referral):
    """What the pre-screen of a call says, in the order of the federal block grant (45 CFR 96.131)."""
    pregnant, injects = (getattr(referral, name, "") == "yes" for name in ("is_pregnant", "injects"))
    by_answers = {(True, True): 1, (True, False): 2, (False, True): 3}
    return by_answers.get((pregnant, injects), WaitlistEntry.Priority.NONE)


class OfferForm(LaidOut, forms.Form):
    """Until when a place is held."""

    held_until = DayField(
        label="Held until", noun="day", help_text="That day is included.", error_messages={"required": "Enter the last day"}
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["held_until"].initial = date_format(today() + timedelta(days=settings.OFFER_HOLD_DAYS))


class GiveUpForm(LaidOut, forms.Form):
    """Why the wait ends."""

    because = forms.CharField(
        label="Why the wait ends",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Write why the wait ends"},
    )
