"""One try to reach somebody who did not come; a decision after absences."""

from django import forms

from anchored.ui.fields import OneOf
from anchored.ui.forms import LaidOut
from patients.models import Channel, Contact

from ..models import AbsenceDecision, Outreach


class OutreachForm(LaidOut, forms.Form):
    """How, with whom, what came of it, what is next."""

    channel = forms.ChoiceField(label="How", choices=[("", "Choose how"), *Channel.choices[1:]], error_messages={"required": "Choose how"})
    outcome = forms.ChoiceField(
        label="Outcome", choices=[("", "Choose the outcome"), *Outreach.Outcome.choices], error_messages={"required": "Choose the outcome"}
    )
    contact = OneOf(Contact.objects.none(), label="Contact", empty_label="The person", required=False)
    note = forms.CharField(label="What was said", required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 2}))
    next_step = forms.CharField(label="Next step", required=False, max_length=300)

    def __init__(self, *args, contacts, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["contact"].queryset = contacts


class DecisionForm(LaidOut, forms.Form):
    """What becomes of the absences, and why."""

    decision = forms.ChoiceField(
        label="Decision", choices=[("", "Choose"), *AbsenceDecision.Decision.choices], error_messages={"required": "Choose the decision"}
    )
    reason = forms.CharField(
        label="Reason, and the plan",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Give the reason in at least 15 characters"},
    )
