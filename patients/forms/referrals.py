"""A call: who asks, for whom, what presses; every attempt to reach them; the next step."""

import datetime

from django import forms
from django.utils import timezone

from anchored.ground.clock import DAY
from anchored.ui.fields import DayField, Segments, Ticks, TimeOfDayField
from anchored.ui.forms import LaidOut

from .. import queries
from ..models import Commitment, ContactAttempt, Referral
from ..models.referral import ENDS, Step
from .find import Narrowing
from .people import PersonForm, not_known, phone_number


class NarrowReferralsForm(Narrowing):
    """Filters of the referrals: of those that are open, or of those that ended."""

    urgency = forms.ChoiceField(label="Urgency", required=False, choices=[("", "Urgency: any"), *Referral.Urgency.choices])
    program = forms.ChoiceField(label="Program wanted", required=False)
    step = forms.ChoiceField(label="Stands at", required=False)
    call = forms.ChoiceField(label="Next call", required=False, choices=[("", "Next call: any day"), ("due", "Call due today or overdue")])

    def __init__(self, data, *, closed, programs):
        super().__init__(data)
        wanted = [(str(program.pk), str(program)) for program in programs]
        self.fields["program"].choices = [("", "Program wanted: any"), ("none", "Not decided"), *wanted]
        steps = [(step.value, step.label) for step in Step if (step in ENDS) == closed]
        self.fields["step"].choices = [("", "Stands at: any step"), *steps]
        if closed:
            del self.fields["call"]  # nobody is called any more
        self.read()


class CalledForForm(PersonForm):
    """Whom the call is for: what one learns on the phone. The rest follows at the admission."""

    CIRCUMSTANCES = ["health_insurance"]

    class Meta(PersonForm.Meta):
        fields = [
            *("given_name", "family_name", "preferred_name", "pronouns", "birth_date"),
            *("phone", "email", "language", "needs_interpreter", "health_insurance"),
        ]


class ReferralForm(LaidOut, forms.ModelForm):
    """Who calls, why now, what presses, what is wanted."""

    wanted_start = DayField(label="Wants to start", noun="day", required=False)

    class Meta:
        model = Referral
        fields = [
            *("caller_relationship", "caller_name", "caller_organisation", "caller_phone"),
            *("referral_source", "criminal_justice_referral", "urgency", "why_now", "substance"),
            *("thinks_of_suicide", "overdosed", "in_withdrawal", "is_pregnant", "injects"),
            *("program", "wanted_track", "wanted_start", "insurance_note"),
        ]
        labels = {
            "caller_relationship": "Who is calling",
            "caller_name": "Name",
            "caller_organisation": "Organisation",
            "caller_phone": "Phone of the caller",
            "why_now": "Why now",
            "insurance_note": "Insurance, authorisation",
        }
        widgets = {"why_now": forms.Textarea(attrs={"rows": 4})}
        help_texts = {
            "why_now": "In the caller's own words where you can.",
            "program": "Its staff see the referral. Without one, the staff of all do.",
        }

    ANSWERS = [("yes", "Yes"), ("no", "No"), ("", "Not asked")]
    SCREEN = ["thinks_of_suicide", "overdosed", "in_withdrawal", "is_pregnant", "injects"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in ("referral_source", "criminal_justice_referral", "substance"):
            self.add(name, forms.ChoiceField(label=str(self.fields[name].label).capitalize(), choices=not_known(name), required=False))
        for name in self.SCREEN:
            answers = [("yes", "Yes"), ("no", "No"), ("", "Not asked")]
            self.add(
                name, forms.ChoiceField(label=str(self.fields[name].label).capitalize(), choices=answers, required=False, widget=Segments)
            )
        self.fields["program"].queryset = queries.programs_running()
        self.fields["program"].empty_label = "Not decided yet"

    @property
    def screen(self):
        return [self[name] for name in self.SCREEN]

    def clean_caller_phone(self):
        return phone_number(self.cleaned_data["caller_phone"])

    def _post_clean(self):
        """The action builds and checks the row."""

    def for_receive(self):
        """The arguments of `referrals.receive`."""
        return dict(self.cleaned_data)


class BusyForm(LaidOut, forms.Form):
    """Hours of the week when the person cannot come, as far as the call tells."""

    busy_kind = forms.ChoiceField(label="Cannot come because of", choices=[("", "Not said"), *Commitment.Kind.choices], required=False)
    busy_days = forms.TypedMultipleChoiceField(label="Days", choices=Commitment.Weekday.choices, coerce=int, widget=Ticks, required=False)
    busy_from = TimeOfDayField(label="From", required=False)
    busy_to = TimeOfDayField(label="To", required=False)

    NEEDED = {"busy_days": "Choose at least one day", "busy_from": "Enter when it begins", "busy_to": "Enter when it ends"}

    def clean(self):
        data = self.cleaned_data
        if data.get("busy_kind") and not self.errors:
            for name, words in (
                ("busy_days", "Choose at least one day"),
                ("busy_from", "Enter when it begins"),
                ("busy_to", "Enter when it ends"),
            ):
                if data.get(name) in (None, "", []):
                    self.add_error(name, words)
        return data

    def for_add(self):
        """The arguments of `commitments.add`; None when nothing was said."""
        data = self.cleaned_data
        if not data["busy_kind"]:
            return None
        return {"kind": data["busy_kind"], "weekdays": data["busy_days"], "starts": data["busy_from"], "ends": data["busy_to"] or DAY}


class AttemptForm(LaidOut, forms.ModelForm):
    """One try to reach them."""

    next_on = DayField(label="Call again on", noun="day", required=False)

    class Meta:
        model = ContactAttempt
        fields = ["channel", "outcome", "note", "next_on"]
        widgets = {"note": forms.Textarea(attrs={"rows": 2})}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name, words in {"channel": "Choose how", "outcome": "Choose the outcome"}.items():
            self.fields[name].choices = [("", words), *(choice for choice in self.fields[name].choices if choice[0])]
            self.fields[name].error_messages["required"] = words

    def _post_clean(self):
        """The action builds and checks the row."""


class StepForm(LaidOut, forms.Form):
    """The next step of the path."""

    CHOICES = [(step.value, step.label) for step in (Step.SCREENED, Step.SCHEDULED, Step.DECLINED, Step.ELSEWHERE)]

    step = forms.ChoiceField(label="Step", choices=[("", "Choose the step"), *CHOICES], error_messages={"required": "Choose the step"})
    appointment_on = DayField(label="Appointment on", noun="day", required=False)
    appointment_at = TimeOfDayField(label="At", required=False)
    step_note = forms.CharField(label="Note", required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 2}))

    def for_step(self):
        """The arguments of `referrals.take_step`."""
        data = self.cleaned_data
        return {"step": data["step"], "note": data["step_note"], "appointment": self._moment()}

    def _moment(self):
        day, minutes = self.cleaned_data["appointment_on"], self.cleaned_data["appointment_at"]
        if day is None or minutes is None:
            return None
        at = datetime.time(*divmod(minutes % DAY, 60))
        return timezone.make_aware(datetime.datetime.combine(day, at))
