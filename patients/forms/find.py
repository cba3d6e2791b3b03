"""Finding a person, and narrowing a list."""

from django import forms

from anchored.accounts.roles import Permission
from anchored.ui.forms import LaidOut

from ..models import Program


class FindForm(LaidOut, forms.Form):
    q = forms.CharField(
        label="Find a patient",
        min_length=2,
        max_length=100,
        help_text="Name, record number, date of birth or the last digits of the phone number.",
        widget=forms.TextInput(attrs={"id": "find"}),  # the field in the header of every page
        error_messages={
            "required": "Enter at least 2 letters or digits",
            "min_length": "Enter at least 2 letters or digits",
            "max_length": "Enter at most 100 characters",
        },
    )


class Narrowing(forms.Form):
    """Filters of a list. What can't be read is left out: a link never fails on an old filter."""

    def __init__(self, data):
        super().__init__(data, auto_id="narrow_%s")

    def read(self):
        """Once the choices are known."""
        for field in self.fields.values():
            field.widget.attrs |= {"class": "form-select form-select-sm w-auto", "aria-label": field.label}
        self.is_valid()

    @property
    def chosen(self):
        """The filters that could be read, as the rows' `narrowed` takes them."""
        return {name: value for name, value in self.cleaned_data.items() if value}


class NarrowForm(Narrowing):
    """Filters of the patient list and the board."""

    FLAGS = [("", "Flag: any or none"), ("any", "With a safety flag"), ("not_accepted", "Hand-over not accepted")]

    clinician = forms.ChoiceField(label="Clinician", required=False)
    phase = forms.TypedChoiceField(label="Phase", required=False, coerce=int, empty_value=None)
    track = forms.ChoiceField(
        label="Track", required=False, choices=[("", "Track: any"), *[choice for choice in Program.Track.choices if choice[0]]]
    )
    flag = forms.ChoiceField(label="Flag", required=False, choices=FLAGS)

    def __init__(self, data, *, user, clinicians, programs):
        super().__init__(data)
        self.user = user
        others = [(str(person.pk), person.short_name) for person in clinicians if person != user]
        self.fields["clinician"].choices = [("", "Clinician: all"), ("me", "My patients"), ("none", "Not assigned"), *others]
        phases = {program.phase_id: str(program.phase) for program in programs}
        self.fields["phase"].choices = [("", "Phase: all"), *phases.items()]
        if not user.holds(Permission.OPEN_CHARTS):
            del self.fields["flag"]  # who has a flag stands in the chart
        self.read()

    @property
    def chosen(self):
        chosen = super().chosen
        return chosen | {"clinician": self.user.pk} if self.is_own else chosen

    @property
    def is_own(self):
        """Whether the list is of this person's own patients."""
        return self.cleaned_data.get("clinician") == "me"
