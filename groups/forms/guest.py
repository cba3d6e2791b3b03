"""Who came and is not on the list, and how they are put there."""

from django import forms

from anchored.ui.forms import LaidOut

from .enrolments import known_by_number

GUEST, ENROL = "guest", "enrol"


class GuestForm(LaidOut, forms.Form):
    """`may_enrol`: a place is free today, and whoever asks may give it."""

    record_number = forms.CharField(label="Record number", max_length=12, widget=forms.TextInput(attrs={"class": "tiny num"}))
    how = forms.ChoiceField(label="How they are put on the list", widget=forms.RadioSelect, initial=GUEST)
    because = forms.CharField(
        label="Why they came as a guest", max_length=200, required=False, help_text="For a guest. Such as: missed the Monday group."
    )

    def __init__(self, *args, known, may_enrol, **kwargs):
        super().__init__(*args, **kwargs)
        self.known = known
        self.fields["record_number"].widget.attrs["inputmode"] = "numeric"
        self.fields["how"].choices = [(GUEST, "Came as a guest"), *([(ENROL, "Enrol from today")] if may_enrol else [])]

    def clean_record_number(self):
        patient = known_by_number(self.known, self.cleaned_data["record_number"])
        if patient is None:
            raise forms.ValidationError("Nobody whom you may know of has this record number")
        return patient

    def clean(self):
        super().clean()
        if self.cleaned_data.get("how") == GUEST and self.cleaned_data.get("because") == "":
            self.add_error("because", "Write why this person came as a guest")
        return self.cleaned_data
