"""A group as it goes on: its room and places, another time, a time that ends, another leader."""

from django import forms

from anchored.accounts.models import User
from anchored.ground.dates import today
from anchored.ui.fields import DayField, OneOf, TimeOfDayField
from anchored.ui.forms import LaidOut
from patients.models import Commitment

from ..models import Group, Leader, Slot
from .one_meeting import who_may_lead


class FactsForm(LaidOut, forms.Form):
    """Where it meets, and for how many."""

    room = forms.CharField(label="Room", max_length=80, required=False)
    video_link = forms.CharField(label="Link for video", max_length=300, required=False, help_text="For those who join from elsewhere.")
    capacity = forms.IntegerField(
        label="Places", min_value=1, max_value=200, error_messages={"required": "Enter the number of places", "invalid": "Enter a number"}
    )

    def __init__(self, *args, group: Group, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial.update(room=group.room, video_link=group.video_link, capacity=group.capacity)

    def clean_video_link(self):
        link = self.cleaned_data["video_link"]
        if link and not link.startswith("https://"):
            raise forms.ValidationError("Enter a link that begins with https://")
        return link


class SlotForm(LaidOut, forms.Form):
    """One more time to meet, from a day on."""

    weekday = forms.TypedChoiceField(label="Weekday", choices=Commitment.Weekday.choices, coerce=int)
    starts = TimeOfDayField(label="From", error_messages={"required": "Enter when it begins, like 9:00"})
    ends = TimeOfDayField(label="To", error_messages={"required": "Enter when it ends, like 12:00"})
    rest = forms.IntegerField(label="Minutes of break", min_value=0, max_value=720, initial=0)
    room = forms.CharField(label="Room", max_length=80, required=False, help_text="Only when it is another than the group's.")
    started_on = DayField(label="First day", error_messages={"required": "Enter the first day"})

    def __init__(self, *args, group: Group, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial.update(started_on=today())


class EndSlotForm(LaidOut, forms.Form):
    """A time at which the group no longer meets."""

    slot = OneOf(Slot.objects.none(), label="Time", empty_label="Choose the time", error_messages={"required": "Choose the time"})
    on = DayField(label="Ends on", help_text="From this day on it is not held.", error_messages={"required": "Enter the day"})

    def __init__(self, *args, group: Group, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["slot"].queryset = group.slots.not_over(today()).select_related("group")
        self.initial.update(on=today())


class LeaderForm(LaidOut, forms.Form):
    """Who leads from a day on, and in whose place."""

    instead_of = OneOf(Leader.objects.none(), label="In place of", empty_label="Nobody, beside those who lead", required=False)
    person = OneOf(User.objects.none(), label="Who leads", empty_label="Nobody", required=False)
    part = forms.ChoiceField(label="As", choices=Leader.Part.choices, initial=Leader.Part.FACILITATOR)
    on = DayField(label="From", error_messages={"required": "Enter the first day"})

    def __init__(self, *args, group: Group, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["instead_of"].queryset = group.leaders.not_over(today()).select_related("user", "group")
        self.fields["instead_of"].label_from_instance = lambda leader: leader.user.short_name
        self.fields["person"].queryset = who_may_lead()
        self.initial.update(on=today())

    def clean(self):
        super().clean()
        given = self.cleaned_data
        if not given.get("person") and not given.get("instead_of") and not self.errors:
            self.add_error("person", "Choose who leads, or in whose place nobody does")
        return given
