"""Several patients to another clinician: for good, or for some days."""

from django import forms

from anchored.accounts.refusals import SomeoneWasFirst
from anchored.ground.dates import today
from anchored.ui.fields import DayField
from anchored.ui.forms import LaidOut
from patients import queries

MOST = 200


class HandOverForm(LaidOut, forms.Form):
    """Who takes the ticked patients, what they must know, and from when until when somebody covers."""

    episodes = forms.TypedMultipleChoiceField(
        label="Patients", widget=forms.MultipleHiddenInput, error_messages={"required": "Tick at least one patient"}
    )
    to = forms.ModelChoiceField(
        queries.User.objects.none(), label="To", empty_label="Choose the clinician", error_messages={"required": "Choose the clinician"}
    )
    note = forms.CharField(
        label="Hand-over note",
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="What the next clinician must know first. It stands in each chart, so name no patient in it.",
        error_messages={"required": "Write what the next clinician must know first"},
    )
    start = DayField(label="Cover from", required=False)
    until = DayField(label="Until", required=False, help_text="The first day when it is over.")

    def __init__(self, *args, of, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["to"].queryset = queries.who_may_care().exclude(pk=of.pk)
        self.fields["episodes"].choices = [(value, value) for value in self.data.getlist("episodes")[:MOST]] if self.is_bound else []
        self.fields["episodes"].coerce = forms.UUIDField().clean
        self.fields["start"].initial = today()

    @property
    def covers(self):
        return self.data.get("act") == "cover"

    def clean(self):
        facts = super().clean()
        if self.covers:
            for name, words in (("start", "Enter the first day"), ("until", "Enter the first day when it is over")):
                if not facts.get(name) and name not in self.errors:
                    self.add_error(name, words)
        return facts

    def check_all_there(self, found):
        """Every ticked patient is still in this caseload. Raises SomeoneWasFirst."""
        if set(self.cleaned_data["episodes"]) != set(found):
            raise SomeoneWasFirst("One of these patients has another clinician meanwhile. Nothing was changed. Look again.")
