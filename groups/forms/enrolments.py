"""Putting somebody into groups, and ending a membership."""

from django import forms

from anchored.ground.dates import today
from anchored.ui.fields import DayField, OneOf, SomeOf
from anchored.ui.forms import LaidOut
from patients.models import Episode

from ..models import Group


class EnrolForm(LaidOut, forms.Form):
    """Whom to put into a group, and from when."""

    episode = OneOf(
        Episode.objects.none(), label="Person", empty_label="Choose the person", error_messages={"required": "Choose the person"}
    )
    on = DayField(label="From", error_messages={"required": "Enter the first day"})

    def __init__(self, *args, episodes, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["episode"].queryset = episodes
        self.fields["episode"].label_from_instance = lambda episode: f"{episode.patient}, no. {episode.patient.record_number}"
        self.fields["on"].initial = today()


class EnrolInSeveralForm(LaidOut, forms.Form):
    """Several groups at once, and from when."""

    groups = SomeOf(
        Group.objects.none(),
        label="Groups",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Tick at least one group"},
    )
    on = DayField(label="From", error_messages={"required": "Enter the first day"})

    def __init__(self, *args, groups, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["groups"].queryset = groups
        self.fields["on"].initial = today()


class WaitForm(LaidOut, forms.Form):
    """The group somebody waits for."""

    group = OneOf(Group.objects.none(), label="Group", error_messages={"required": "Choose the group"})

    def __init__(self, *args, groups, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["group"].queryset = groups


class GiveUpForm(LaidOut, forms.Form):
    """Why something ends today."""

    because = forms.CharField(label="Why", max_length=200, error_messages={"required": "Write why it ends"})


class ApartForm(LaidOut, forms.Form):
    """Whom to keep apart from somebody, by record number, and why."""

    record_number = forms.CharField(
        label="Record number of the other person", max_length=12, error_messages={"required": "Enter the record number"}
    )
    reason = forms.CharField(
        label="Why",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Read only by those who open both charts, by whoever records it, and by supervisors.",
        error_messages={"required": "Write why they are kept apart"},
    )

    def __init__(self, *args, known, **kwargs):
        super().__init__(*args, **kwargs)
        self.known = known

    def clean_record_number(self):
        other = known_by_number(self.known, self.cleaned_data["record_number"])
        if other is None:
            raise forms.ValidationError("No record with this number opens for you")
        return other


def known_by_number(patients, number):
    """The patient whom this number names, as typed; None for what is no number too."""
    return patients.filter(record_number=number).first() if number.isascii() and number.isdecimal() else None


class EndForm(LaidOut, forms.Form):
    """From when somebody is no member any more, and why."""

    on = DayField(label="Ends on", help_text="From this day on they are not on the list.", error_messages={"required": "Enter the day"})
    because = forms.CharField(label="Why", max_length=200, error_messages={"required": "Write why the membership ends"})

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["on"].initial = today()
