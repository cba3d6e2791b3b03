"""Two records of one person: which two, whose number stays, whose facts stand."""

from django import forms

from anchored.ui.fields import Segments
from anchored.ui.forms import LaidOut

from .. import merging

WRONG_NUMBER = "You know of no record with this number"


class TwoRecordsForm(LaidOut, forms.Form):
    """Two record numbers. What this person may not know of is not there."""

    one = forms.IntegerField(label="Record number", min_value=1, error_messages={"required": "Enter the first record number"})
    other = forms.IntegerField(label="And record number", min_value=1, error_messages={"required": "Enter the second record number"})

    def __init__(self, *args, known, **kwargs):
        super().__init__(*args, **kwargs)
        self.known = known
        self.found = {}
        for field in self.fields.values():
            field.error_messages["invalid"] = "Enter the record number, like 1042"

    def clean(self):
        cleaned = super().clean() or {}
        for name in ("one", "other"):
            number = cleaned.get(name)
            self.found[name] = self.known.filter(record_number=number).first() if number and number < 2**31 else None
            if number and not self.found[name]:
                self.add_error(name, WRONG_NUMBER)
        if self.is_valid() and self.found["one"] == self.found["other"]:
            self.add_error("other", "Enter the number of another record")
        return cleaned

    def pair(self):
        """The two, the older record first."""
        return sorted(self.found.values(), key=lambda patient: patient.record_number)


class ProposeForm(LaidOut, forms.Form):
    """Side by side: `one` is the older record. Each fact that differs is chosen; what is empty on one side is filled."""

    stays = forms.ChoiceField(label="Record number that stays", widget=Segments)
    because = forms.CharField(
        label="How you know that it is one person",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="For example, both show the same photo ID, seen on a day. At least 15 characters.",
        error_messages={"required": "Write how you know that it is one person"},
    )

    ONE, OTHER = "one", "other"

    def __init__(self, *args, one, other, sees_clinical, **kwargs):
        super().__init__(*args, **kwargs)
        self.one, self.other = one, other
        self.facts = [fact for fact in merging.facts(one, other) if sees_clinical or fact.name not in merging.CLINICAL]
        numbers = [(self.ONE, f"No. {one.record_number}"), (self.OTHER, f"No. {other.record_number}")]
        self.fields["stays"].choices, self.fields["stays"].initial = numbers, self.ONE
        for fact in self.differing:
            sides = [*numbers, (merging.BOTH, "Both")] if fact.can_be_both else numbers
            usual = {merging.KEPT: self.ONE, merging.AWAY: self.OTHER}.get(fact.usual, fact.usual)
            self.add(f"fact_{fact.name}", forms.ChoiceField(label=fact.label, choices=sides, initial=usual, widget=Segments))

    @property
    def differing(self):
        return [fact for fact in self.facts if fact.differs]

    def rows(self):
        """(fact, its field or None) for the page."""
        return [(fact, self[f"fact_{fact.name}"] if fact.differs else None) for fact in self.facts if fact.one or fact.other]

    def for_propose(self):
        """The arguments of `merges.propose`."""
        data = self.cleaned_data
        first_stays = data["stays"] == self.ONE
        kept, away = (self.one, self.other) if first_stays else (self.other, self.one)
        sides = {self.ONE: merging.KEPT if first_stays else merging.AWAY, self.OTHER: merging.AWAY if first_stays else merging.KEPT}
        choices = {fact.name: sides.get(side := data[f"fact_{fact.name}"], side) for fact in self.differing}
        return {"kept": kept, "away": away, "because": data["because"], "choices": choices}


class DecideForm(LaidOut, forms.Form):
    """Why it is refused, or why a merge is taken back."""

    because = forms.CharField(
        label="Why",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="At least 15 characters.",
        error_messages={"required": "Write why"},
    )
