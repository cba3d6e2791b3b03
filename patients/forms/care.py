"""Care team, safety flags, the six dimensions."""

from django import forms

from anchored.ground.dates import today
from anchored.ui.fields import DayField
from anchored.ui.forms import LaidOut

from .. import queries
from ..models import Assessment, CareTeamMember, LevelOfCare, SafetyFlag
from ..models.assessment import DIMENSIONS
from .continuum import RatingFields


class ReassignForm(LaidOut, forms.Form):
    """Another primary clinician, and what they must know."""

    instead_of = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)
    to = forms.ModelChoiceField(
        queries.User.objects.none(),
        label="New primary clinician",
        empty_label="Choose the clinician",
        error_messages={"required": "Choose the clinician"},
    )
    note = forms.CharField(
        label="Hand-over note",
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="What the next clinician must know first.",
        error_messages={"required": "Write what the next clinician must know first"},
    )

    def __init__(self, *args, current=None, **kwargs):
        super().__init__(*args, **kwargs)
        people = queries.who_may_care()
        self.fields["to"].queryset = people.exclude(pk=current.user_id) if current and not self.is_bound else people


class JoinForm(LaidOut, forms.Form):
    """Somebody else on the care team."""

    to = forms.ModelChoiceField(
        queries.User.objects.none(), label="Person", empty_label="Choose the person", error_messages={"required": "Choose the person"}
    )
    part = forms.ChoiceField(
        label="Part", choices=[choice for choice in CareTeamMember.Part.choices if choice[0] != CareTeamMember.Part.PRIMARY]
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["to"].queryset = queries.who_may_care()


class FlagForm(LaidOut, forms.Form):
    kind = forms.ChoiceField(
        label="Flag", choices=[("", "Choose the flag"), *SafetyFlag.Kind.choices], error_messages={"required": "Choose the flag"}
    )
    note = forms.CharField(label="Note", required=False, max_length=300, help_text="In a few words. Everybody on the chart sees it.")


class AssessForm(RatingFields, LaidOut, forms.ModelForm):
    """All six dimensions with comments, and the levels recommended, chosen and authorised."""

    made_on = DayField(label="Date of the assessment", error_messages={"required": "Enter the date of the assessment"})

    class Meta:
        model = Assessment
        fields = ["made_on", "occasion", "recommended", "chosen", "authorised", "difference", "difference_note"]
        labels = {
            "recommended": "Level recommended",
            "chosen": "Level chosen",
            "authorised": "Level authorised by the payer",
            "difference_note": "More about why",
        }
        widgets = {"difference_note": forms.Textarea(attrs={"rows": 2})}

    def __init__(self, *args, stay, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["made_on"].initial = today()
        self.fields["occasion"].initial = Assessment.Occasion.CONTINUED
        edition = stay.program.level.edition
        for name in ("recommended", "chosen", "authorised"):
            self.fields[name].queryset = LevelOfCare.objects.filter(edition=edition)
            self.fields[name].empty_label = "Not said"
        self.fields["chosen"].initial = stay.program.level_id
        self.add_ratings(stay)
        self.dimension_names = [self.fields[f"rating_{number}"].label for number in DIMENSIONS]
        for number in DIMENSIONS:
            self.fields[f"rating_{number}"].label = "Rating"
            comment = forms.CharField(label="Comment", required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2}))
            self.add(f"comment_{number}", comment)

    def dimension_rows(self):
        """Each dimension under its name: the legend says which, so that its fields need not."""
        return [
            (name, self[f"rating_{number}"], self[f"comment_{number}"])
            for number, name in zip(DIMENSIONS, self.dimension_names, strict=True)
        ]

    def _post_clean(self):
        """The action builds and checks the document: here nothing is written to it."""

    def for_assess(self):
        """The arguments of `assessments.assess`."""
        return dict(self.cleaned_data)


class AddendumForm(LaidOut, forms.Form):
    """What is added to a signed document, in one's own name."""

    text = forms.CharField(
        label="Addendum", max_length=20_000, widget=forms.Textarea(attrs={"rows": 4}), error_messages={"required": "Write the addendum"}
    )
