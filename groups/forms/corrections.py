"""How a signed mark should read, and why it is wrong."""

from django import forms

from anchored.ui.forms import LaidOut

from ..models import Attendance


class CorrectForm(LaidOut, forms.Form):
    state = forms.ChoiceField(label="How it should read", choices=Attendance.State.choices, widget=forms.RadioSelect)
    late = forms.IntegerField(
        label="Minutes late", min_value=0, max_value=720, required=False, widget=forms.NumberInput(attrs={"class": "tiny num"})
    )
    early = forms.IntegerField(
        label="Minutes left early", min_value=0, max_value=720, required=False, widget=forms.NumberInput(attrs={"class": "tiny num"})
    )
    reason = forms.CharField(label="Reason of the absence", max_length=300, required=False, help_text="For an excused absence.")
    because = forms.CharField(
        label="Why the mark is wrong",
        help_text="The second person decides by it. Such as: the sign-in sheet shows that they left at 10:30.",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Write why the mark is wrong"},
    )

    def __init__(self, *args, mark, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial.update(state=mark.state, late=mark.late or None, early=mark.early or None, reason=mark.reason)

    def for_asking(self):
        given = self.cleaned_data
        return {**given, "late": given["late"] or 0, "early": given["early"] or 0}
