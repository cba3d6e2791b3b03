"""Contacts, the patient's wishes about being reached, and the times they cannot come."""

from django import forms
from django.core.exceptions import ValidationError

from anchored.ground.clock import DAY, is_plain
from anchored.ground.dates import today
from anchored.ui.fields import DayField, Ticks, TimeOfDayField, one_of_two
from anchored.ui.forms import LaidOut
from anchored.ui.two_at_once import TwoAtOnce

from ..models import Channel, Commitment, Contact, Patient, Relationship
from .people import phone_number

NEEDED: dict[str | None, tuple[str, str]] = {
    Channel.PHONE: ("phone", "Enter the phone number, or choose another way to reach them"),
    Channel.TEXT: ("phone", "Enter the phone number for text messages, or choose another way to reach them"),
    Channel.EMAIL: ("email", "Enter the email address, or choose another way to reach them"),
}


class ContactForm(TwoAtOnce, LaidOut, forms.ModelForm):
    """Somebody in the patient's life: who, how they are reached, what may be said to them."""

    relationship = forms.ChoiceField(
        label="Who this is to the patient",
        choices=[("", "Choose who this is"), *(choice for choice in Relationship.choices if choice[0] != Relationship.SELF)],
        error_messages={"required": "Choose who this is to the patient"},
    )

    class Meta:
        model = Contact
        fields = [
            "name",
            "relationship",
            "organisation",
            "is_emergency",
            "is_guardian",
            "phone",
            "email",
            "channel",
            "times",
            "may_leave_message",
            "may_be_told",
            "caution",
        ]
        labels = {"may_be_told": "What may be said to them", "times": "When to reach them"}
        help_texts = {
            "organisation": "For example, the school, the court or the clinic they work for.",
            "times": "For example, after 6 pm, not on Sundays.",
            "may_be_told": "Only what the patient agreed to. Without consent, not even that they are a patient here.",
            "caution": "What to know before anybody calls, in a few words.",
        }
        widgets = {"may_be_told": forms.Textarea(attrs={"rows": 3})}
        error_messages = {"name": {"required": "Enter the name"}}

    def clean_phone(self):
        return phone_number(self.cleaned_data["phone"])

    def clean(self):
        super().clean()
        field, words = NEEDED.get(self.cleaned_data.get("channel"), ("", ""))
        if field and not self.cleaned_data.get(field) and field not in self.errors:
            self.add_error(field, words)


class ReachForm(TwoAtOnce, LaidOut, forms.ModelForm):
    """How the patient wants to be reached."""

    class Meta:
        model = Patient
        fields = ["reach_by", "may_leave_message", "reach_wishes"]
        labels = {"reach_by": "Reach the patient by", "reach_wishes": "Wishes"}
        help_texts = {"reach_wishes": "For example: only on the cell phone, not at work, not before noon; no envelope with our name."}
        widgets = {"reach_wishes": forms.Textarea(attrs={"rows": 3})}


class TimesForm(LaidOut, forms.Form):
    """The same hours on some weekdays."""

    kind = forms.ChoiceField(
        label="What for", choices=[("", "Choose what for"), *Commitment.Kind.choices], error_messages={"required": "Choose what for"}
    )
    weekdays = forms.TypedMultipleChoiceField(
        label="Days",
        choices=Commitment.Weekday.choices,
        coerce=int,
        widget=Ticks,
        error_messages={"required": "Choose at least one day"},
    )
    starts = TimeOfDayField(label="From", error_messages={"required": "Enter when it begins, like 9:00"})
    ends = TimeOfDayField(label="To", error_messages={"required": "Enter when it ends, like 5:30 pm"})
    started_on = DayField(label="First day", help_text="", error_messages={"required": "Enter the first day"})
    until = DayField(label="Last day", required=False, help_text="Included. Leave it empty if it goes on.")
    note = forms.CharField(label="Note", required=False, max_length=200)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["started_on"].initial = today()

    def clean(self):
        super().clean()
        starts, ends = self.cleaned_data.get("starts"), self.cleaned_data.get("ends")
        if starts is None or ends is None:
            return
        written = self.data.get("ends", "")
        if starts < DAY and ends <= starts < ends + DAY // 2 and is_plain(written):
            raise ValidationError({"ends": one_of_two(written.strip())})
        self.cleaned_data["ends"] = ends or DAY

    def for_add(self):
        """The arguments of `commitments.add`."""
        return dict(self.cleaned_data)
