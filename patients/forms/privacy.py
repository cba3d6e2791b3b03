"""Which record opens for whom."""

from django import forms

from anchored.ui.fields import SomeOf, Ticks
from anchored.ui.forms import LaidOut

from .. import queries
from ..models import Patient


class RestrictForm(LaidOut, forms.Form):
    """A record is named by its number: the privacy officer needs no name and sees none."""

    record_number = forms.IntegerField(
        label="Record number",
        min_value=1,
        error_messages={"required": "Enter the record number", "invalid": "Enter the record number, like 1042"},
    )
    named = SomeOf(
        queries.User.objects.none(),
        label="Opens for",
        widget=Ticks,
        error_messages={"required": "Name at least one person, or nobody can care for this patient"},
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["named"].queryset = queries.who_may_care()

    def clean_record_number(self):
        number = self.cleaned_data["record_number"]
        self.patient = Patient.objects.filter(record_number=number).select_related("merged_into").first() if number < 2**31 else None
        if self.patient is None:
            raise forms.ValidationError("There is no record with this number")
        if self.patient.merged_into:
            raise forms.ValidationError(f"This record is record no. {self.patient.merged_into.record_number} now")
        return number
