"""A review: each objective with its evidence, its standing and how it goes on."""

from django import forms

from anchored.ui.fields import DayField, Segments
from anchored.ui.forms import LaidOut

from ..models import ObjectiveProgress, PlanReview


class ReviewForm(LaidOut, forms.Form):
    participants = forms.CharField(label="Who took part", max_length=300, required=False, help_text="The patient, family, staff.")
    findings = forms.CharField(
        label="Summary",
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Progress, hours attended, scores, what the patient says.",
        error_messages={"required": "Write the summary"},
    )
    decision = forms.ChoiceField(
        label="How it goes on",
        choices=PlanReview.Decision.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose how it goes on"},
    )
    next_on = DayField(label="Next review", noun="day", required=False, help_text="Empty: as the rule says.")

    def __init__(self, *args, objectives, **kwargs):
        super().__init__(*args, **kwargs)
        self.objectives = objectives
        for node in objectives:
            root = node.row.root
            required = {"required": f"Choose how objective {node.number} stands"}
            standings = [("", "Choose"), *ObjectiveProgress.Standing.choices]
            self.add(f"standing_{root}", forms.ChoiceField(label=f"Objective {node.number} is", choices=standings, error_messages=required))
            self.add(f"evidence_{root}", forms.CharField(label=f"Evidence for {node.number}", max_length=1000, required=False))
            further = PlanReview.Further.choices
            goes_on = forms.ChoiceField(label=f"{node.number} goes on", choices=further, initial="keep", widget=Segments)
            self.add(f"decision_{root}", goes_on)

    def rows(self):
        """(node, its fields)."""
        names = ("standing", "evidence", "decision")
        return [(node, [self[f"{name}_{node.row.root}"] for name in names]) for node in self.objectives]

    def for_review(self):
        """The arguments of `reviews.review`."""
        given = self.cleaned_data
        objectives = [
            {
                "root": str(node.row.root),
                "number": node.number,
                "text": node.row.text,
                **{name: given[f"{name}_{node.row.root}"] for name in ("standing", "evidence", "decision")},
            }
            for node in self.objectives
        ]
        facts = {name: given[name] for name in ("participants", "decision", "next_on")}
        return {"objectives": objectives, "summary": given["findings"], **facts}
