"""The rows of a plan, what it says of the patient, what the patient says to it."""

from django import forms
from django.core.exceptions import ValidationError

from anchored.ui.fields import DayField, Segments
from anchored.ui.forms import LaidOut
from anchored.ui.two_at_once import TwoAtOnce
from patients import drawing, queries

from ..models import Goal, Intervention, LibraryEntry, Objective, PatientWord, Plan, PlanEvent, Problem

How = PatientWord.How


class RowForm(TwoAtOnce, LaidOut, forms.ModelForm):
    """A row in place. Nothing but its first words is needed to keep it; gaps are named before signing.

    `diagnoses`: those that stand, for a problem to name one of them.
    """

    def __init__(self, *args, diagnoses=(), **kwargs):
        self.diagnoses = [str(diagnosis) for diagnosis in diagnoses]
        super().__init__(*args, **kwargs)

    def _post_clean(self):
        """The action builds and checks the row."""

    def first(self):
        return next(iter(self))


FROM_THE_CHART = "Those that stand on the chart. More are added under Diagnoses."


class ProblemForm(RowForm):
    class Meta:
        model = Problem
        fields = list(Problem.TYPED)
        labels = {"statement": "Problem", "evidence": "What shows it", "words": "In the patient's words", "standing": "Stands at"}
        widgets = {"evidence": forms.Textarea(attrs={"rows": 2})}
        error_messages = {"statement": {"required": "Enter the problem"}}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in ("dimension", "standing"):
            field = self.fields[name]
            self.add(name, forms.ChoiceField(label=field.label, choices=self._choices(name), initial=field.initial, required=False))
        self.add("diagnosis", forms.ChoiceField(label="Diagnosis", choices=self._diagnoses(), help_text=FROM_THE_CHART, required=False))

    def _diagnoses(self):
        """Those that stand, and the words that the problem has or had when its page was opened."""
        words = [*self.diagnoses, self.instance.diagnosis, self.data.get("initial-diagnosis", "")]
        return [("", "None"), *((line, line) for line in dict.fromkeys(words) if line)]

    def _choices(self, name):
        return [("", "None"), *NUMBERS] if name == "dimension" else Problem.Standing.choices

    def clean_standing(self):
        return self.cleaned_data["standing"] or Problem.Standing.ACTIVE


NUMBERS = [
    ("1", "1 Intoxication and withdrawal"),
    ("2", "2 Biomedical"),
    ("3", "3 Emotional, behavioral, cognitive"),
    ("4", "4 Readiness"),
    ("5", "5 Return to use, continued use"),
    ("6", "6 Recovery environment"),
]


class GoalForm(RowForm):
    class Meta:
        model = Goal
        fields = list(Goal.TYPED)
        labels = {"text": "Goal", "words": "In the patient's words"}
        error_messages = {"text": {"required": "Enter the goal"}}


class ObjectiveForm(RowForm):
    target_on = DayField(label="By", noun="day", required=False)

    class Meta:
        model = Objective
        fields = list(Objective.TYPED)
        labels = {"text": "Objective"}
        help_texts = {"text": "What one will see the patient do.", "measure": "What is counted: 3 a week, a diary, a test."}
        error_messages = {"text": {"required": "Enter the objective"}}


class InterventionForm(RowForm):
    class Meta:
        model = Intervention
        fields = list(Intervention.TYPED)
        labels = {"modality": "How", "text": "What", "frequency": "How often", "duration": "For how long", "responsible": "Who"}
        error_messages = {"text": {"required": "Enter what is done"}, "modality": {"required": "Choose how"}}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["responsible"].queryset = queries.who_may_care()
        self.fields["responsible"].empty_label = "Not decided yet"


class EventForm(LaidOut, forms.Form):
    """What happened that asks for a look at the plan, and on which day."""

    kind = forms.ChoiceField(
        label="What happened",
        choices=[("", "Choose"), *PlanEvent.Kind.choices],
        error_messages={"required": "Choose what happened"},
    )
    on = DayField(label="On", noun="day", error_messages={"required": "Enter the day"})
    words = forms.CharField(label="In a few words", max_length=300, required=False)

    def for_event(self):
        return {name: self.cleaned_data[name] for name in ("kind", "on", "words")}


class AboutForm(TwoAtOnce, LaidOut, forms.ModelForm):
    """What holds for the whole plan."""

    class Meta:
        model = Plan
        fields = list(Plan.ABOUT)
        labels = {"needs": "Needs and preferences"}
        widgets = {name: forms.Textarea(attrs={"rows": 2}) for name in ("strengths", "needs", "barriers", "discharge_criteria")}
        help_texts = {
            "strengths": "What the patient brings: people, work, what helped before.",
            "barriers": "Transport, childcare, work, housing, language.",
            "discharge_criteria": "How everybody will know that it is time for the next step.",
        }

    def _post_clean(self):
        """The action checks the plan."""


class FromLibraryForm(LaidOut, forms.Form):
    """A row of the library, with everything below it."""

    entry = forms.ModelChoiceField(
        LibraryEntry.objects.none(),
        label="From the library",
        empty_label="Choose from the library",
        error_messages={"required": "Choose from the library"},
    )

    def __init__(self, *args, kind, dimension="", **kwargs):
        super().__init__(*args, **kwargs)
        rows = LibraryEntry.objects.filter(kind=kind, offered=True).order_by("dimension", "order", "text")
        if dimension:
            above = {"goal": "parent", "objective": "parent__parent", "intervention": "parent__parent__parent"}[kind]
            rows = rows.filter(**{f"{above}__dimension": dimension})
        self.fields["entry"].queryset = rows


class WordForm(LaidOut, forms.Form):
    """What the patient says to the plan, and how it is signed."""

    digest = forms.CharField(widget=forms.HiddenInput, max_length=64, required=False)
    view = forms.ChoiceField(
        label="The patient", choices=[("agrees", "Agrees"), ("disagrees", "Disagrees")], required=False, widget=Segments
    )
    words = forms.CharField(label="In the patient's words", max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3}))
    how = forms.ChoiceField(
        label="How",
        choices=[
            (How.TYPED, "Types the name"),
            (How.DRAWN, "Draws the signature"),
            (How.DECLINED, "Declines to sign"),
            (How.UNABLE, "Is unable to sign"),
        ],
        widget=forms.RadioSelect,
        initial=How.TYPED,
        error_messages={"required": "Choose how"},
    )
    signer_name = forms.CharField(label="Name of who signs", max_length=200, required=False)
    drawing = forms.CharField(widget=forms.HiddenInput, required=False)
    reason = forms.CharField(label="Why", max_length=300, required=False)

    def ways(self):
        """(value, words, whether it is the chosen one)."""
        return [(how, words, str(self["how"].value()) == how) for how, words in self.fields["how"].choices]

    def kept_drawing(self):
        sent = self["drawing"].value() or ""
        return sent if drawing.is_drawn(sent) else ""

    def clean_drawing(self):
        sent = self.cleaned_data["drawing"]
        if sent and not drawing.is_drawn(sent):
            raise ValidationError("Let the patient draw the signature again")
        return sent

    def for_take(self):
        """The arguments of `plans.take_word`: what the answer chosen does not ask for is left out."""
        given, how = self.cleaned_data, self.cleaned_data["how"]
        facts = {"how": how, "digest": given["digest"], "view": given["view"], "words": given["words"]}
        if how in (How.TYPED, How.DRAWN):
            facts["signer_name"] = given["signer_name"]
        if how == How.DRAWN:
            facts["drawing"] = given["drawing"]
        if how in (How.DECLINED, How.UNABLE):
            facts["reason"] = given["reason"]
        return facts


FORMS = {"problem": ProblemForm, "goal": GoalForm, "objective": ObjectiveForm, "intervention": InterventionForm}
