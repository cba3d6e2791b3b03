"""Several patients to another clinician, for good or for some days; the review of a caseload; the answer to a follow-up."""

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.html import format_html

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

    def __init__(self, data: QueryDict | None = None, *, of):
        super().__init__(data)
        episodes: Any = self.fields["episodes"]
        episodes.choices = [(value, value) for value in data.getlist("episodes")[:MOST]] if data is not None else []
        episodes.coerce = forms.UUIDField().clean
        to: Any = self.fields["to"]
        to.queryset = queries.who_may_care().exclude(pk=of.pk)
        self.fields["start"].initial = today()

    @property
    def covers(self):
        return self.data.get("act") == "cover"

    def clean(self):
        super().clean()
        facts = self.cleaned_data
        if self.covers:
            for name, words in (("start", "Enter the first day"), ("until", "Enter the first day when it is over")):
                if not facts.get(name) and name not in self.errors:
                    self.add_error(name, words)
        return facts

    def check_all_there(self, found):
        """Every ticked patient is still in this caseload. Raises SomeoneWasFirst."""
        if set(self.cleaned_data["episodes"]) != set(found):
            raise SomeoneWasFirst("One of these patients has another clinician meanwhile. Nothing was changed. Look again.")


class ReviewForm(LaidOut, forms.Form):
    """A row of fields for each patient, named by the episode, and what was agreed."""

    ASKED = ("follow_up", "due_on", "owner")
    PARTS = ("looked", "finding", *ASKED)

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    agreed = forms.CharField(label="What was agreed", required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args, lines, people, **kwargs):
        super().__init__(*args, **kwargs)
        self.lines, people = lines, list(people)
        for line in lines:
            for part, field in _fields(line, people).items():
                self.add(f"{part}_{line.episode_id}", field)

    def rows(self):
        """[(patient, their fields by part)] in the order of the caseload."""
        return [(line, {part: self[f"{part}_{line.episode_id}"] for part in self.PARTS}) for line in self.lines]

    def clean(self):
        super().clean()
        facts = self.cleaned_data
        for line in self.lines:
            said = {part: facts.get(f"{part}_{line.episode_id}") for part in self.PARTS}
            asked = {"follow_up": "Write what is to be done", "due_on": "Enter by when", "owner": "Choose who does it"}
            if any(said[part] for part in asked):
                for part in [part for part in asked if not said[part] and f"{part}_{line.episode_id}" not in self.errors]:
                    self.add_error(f"{part}_{line.episode_id}", f"{asked[part]} for {line}")
        return facts

    def for_keep(self):
        """{episode: what is said of the patient}; a follow-up that is not complete waits for the rest of it."""
        return {line.episode_id: self._said(line.episode_id) for line in self.lines}

    def _said(self, episode):
        typed = {part: self.cleaned_data.get(f"{part}_{episode}") for part in self.PARTS}
        said = {part: value for part, value in typed.items() if value is not None or part in self.ASKED}
        return said if all(typed[part] for part in self.ASKED) else {**said, "follow_up": "", "due_on": None, "owner": None}


def _fields(line, people):
    known = {str(person.pk): person for person in people}
    choices = [("", "Choose who"), *((key, str(person)) for key, person in known.items())]
    finding = forms.Textarea(attrs={"rows": 2})
    who = forms.TypedChoiceField(
        label=_label("Who", "for", line), required=False, choices=choices, coerce=lambda key: known[key], empty_value=None
    )
    return {
        "looked": forms.BooleanField(label=_label("Looked at", "", line), required=False),
        "finding": forms.CharField(label=_label("Finding", "about", line), required=False, max_length=2000, widget=finding),
        "follow_up": forms.CharField(label=_label("Follow-up", "for", line), required=False, max_length=300),
        "due_on": DayField(label=_label("By when", "for", line), required=False),
        "owner": who,
    }


def _label(words, about, line):
    """The name is heard only: it stands above the fields already."""
    return format_html('{}<span class="visually-hidden"> {}</span>', words, f"{about} {line}".strip())


class AnswerForm(LaidOut, forms.Form):
    """What became of a follow-up."""

    text = forms.CharField(
        label="What was done", max_length=2000, widget=forms.Textarea(attrs={"rows": 2}), error_messages={"required": "Write what was done"}
    )
