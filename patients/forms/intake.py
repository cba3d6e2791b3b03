"""The forms of the nine steps of an admission. Everything may not be known; what is typed is kept before it is right."""

from typing import Any

from django import forms
from django.utils.formats import date_format

from anchored.accounts.models import User
from anchored.ground.dates import today
from anchored.ui.fields import DayField, Segments
from anchored.ui.forms import LaidOut

from .. import policies, queries, signals
from ..models import Assessment, Intake, LevelOfCare, Program, SafetyFlag
from ..models.assessment import DIMENSIONS
from .continuum import dimensions_of, options_of
from .people import PersonForm, SubstanceFields, not_known, program_and_places

YES, NO, UNKNOWN = "yes", "no", "unknown"
ASK = "ask"  # instead of a legend: a question with more about it


def coded(name, label):
    """A list of TEDS codes that may stay "Not known"."""
    return forms.ChoiceField(label=label, choices=not_known(name), required=False)


def some(label, rows=3, longest=4000, **how):
    return forms.CharField(label=label, required=False, max_length=longest, widget=forms.Textarea(attrs={"rows": rows}), **how)


class StepForm(LaidOut):
    """What every step is made with: the admission in the making, and the person who works on it."""

    def __init__(self, *args, intake, user, **kwargs):
        self.intake, self.user = intake, user
        super().__init__(*args, **kwargs)

    def sections(self):
        """(legend, fields) in the order of the page."""
        return [("", [field for field in self if not field.is_hidden])]


class SafetyForm(StepForm, forms.Form):
    """What must be known before anything else. A yes raises the flag of its kind."""

    QUESTIONS = {
        "suicide": (SafetyFlag.Kind.SELF_HARM, "Thoughts of suicide or self-harm, now or in the last month"),
        "overdose": (SafetyFlag.Kind.OVERDOSE, "Overdose in the last 12 months"),
        "withdrawal": (SafetyFlag.Kind.WITHDRAWAL, "Withdrawal now, or seizures or delirium in an earlier withdrawal"),
        "medical": (SafetyFlag.Kind.MEDICAL, "A medical condition or pregnancy that needs attention now"),
        "violence": (SafetyFlag.Kind.VIOLENCE, "In danger from somebody, or a danger to somebody"),
    }
    ANSWERS = [(YES, "Yes"), (NO, "No"), (UNKNOWN, "Not known")]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name, (_, words) in self.QUESTIONS.items():
            missing = {"required": f"Answer “{words}”"}
            self.add(name, forms.ChoiceField(label=words, choices=self.ANSWERS, widget=Segments, error_messages=missing))
            self.add(f"{name}_note", forms.CharField(label=f"About “{words}”", required=False, max_length=300))
        self.add("allergies", some("Allergies", rows=2, longest=1000))

    def sections(self):
        asked = [(ASK, [self[name], self[f"{name}_note"]]) for name in self.QUESTIONS]
        return [*asked, ("", [self["allergies"]])]

    def dangers(self):
        """(kind of flag, note) of each yes."""
        data = self.cleaned_data
        return [(kind, data[f"{name}_note"]) for name, (kind, _) in self.QUESTIONS.items() if data[name] == YES]


class IdentityForm(StepForm, PersonForm):
    """Who this is and how to reach them."""

    CIRCUMSTANCES = ["sex", "race", "ethnicity", "veteran"]

    class Meta(PersonForm.Meta):
        fields = [
            *("given_name", "family_name", "preferred_name", "pronouns", "birth_date"),
            *("phone", "email", "street", "city", "state", "postal_code", "language", "needs_interpreter"),
            *("sex", "race", "ethnicity", "veteran"),
        ]

    def sections(self):
        names = self.Meta.fields
        return [
            ("Who this is", [self[name] for name in names[:5]]),
            ("How to reach them", [self[name] for name in names[5:13]]),
            ("For TEDS", self.circumstances),
        ]

    def _post_clean(self):
        """The step is no record: the admission checks and writes it."""


class ReasonForm(StepForm, forms.Form):
    """What brings the person here now, and who sent them."""

    why_now = some("Why now", rows=5, help_text="In the person's own words where you can.")
    referral_source = coded("referral_source", "Referred by")
    criminal_justice_referral = coded("criminal_justice_referral", "If by a court or the police, how")
    days_waiting = forms.IntegerField(label="Days waited", required=False, min_value=0, max_value=996)


class FundingForm(StepForm, forms.Form):
    """Who pays."""

    health_insurance = coded("health_insurance", "Health insurance")
    payment_source = coded("payment_source", "Who pays")
    income_source = coded("income_source", "Income")
    insurance_note = forms.CharField(
        label="Member number, group, authorisation", required=False, max_length=300, help_text="What the front desk needs to bill."
    )


class SubstancesForm(SubstanceFields, StepForm, forms.Form):
    """What was used, how, how often, since when; treatment before."""

    ITEMS = {
        "prior_episodes": "Treatment episodes before",
        "medication_opioid_therapy": "Medication for opioid use disorder planned",
        "cooccurring": "Co-occurring mental health condition",
        "diagnosis_class": "Diagnosis group",
        "pregnant": "Pregnant",
        "self_help_30d": "Self-help groups in the last 30 days",
    }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.add_substances()
        for name, label in self.ITEMS.items():
            self.add(name, coded(name, label))
        self.add("arrests_30d", forms.IntegerField(label="Arrests in the last 30 days", required=False, min_value=0, max_value=95))

    def sections(self):
        used = [(f"{rank} substance", fields) for rank, fields in self.substance_rows()]
        return [*used, ("History", [self[name] for name in (*self.ITEMS, "arrests_30d")])]


class DimensionsForm(StepForm, forms.Form):
    """The six dimensions in the edition of the house, and the level of care they point to."""

    def __init__(self, *args, edition, **kwargs):
        super().__init__(*args, **kwargs)
        self.edition = edition
        options = [("", "Not rated"), *((option.value, str(option)) for option in options_of(edition=edition))]
        self.rated = [dimension for dimension in dimensions_of(edition=edition) if dimension.is_rated]
        self.names = {dimension.number: str(dimension) for dimension in dimensions_of(edition=edition)}
        for number in DIMENSIONS:
            is_rated = any(dimension.number == number for dimension in self.rated)
            choices = options if is_rated else [("", "Not rated in this edition")]
            self.add(f"rating_{number}", forms.ChoiceField(label="Rating", choices=choices, required=False))
            self.add(f"comment_{number}", some("Comment", rows=2, longest=2000))
        levels = LevelOfCare.objects.filter(edition=edition)
        self.add("recommended", forms.ModelChoiceField(levels, label="Level recommended", required=False, empty_label="Not said"))

    def sections(self):
        rows = [(self.names[number], [self[f"rating_{number}"], self[f"comment_{number}"]]) for number in DIMENSIONS]
        return [*rows, ("Level of care", [self["recommended"]])]

    def clean(self):
        for dimension in self.rated:
            if not self.cleaned_data.get(f"rating_{dimension.number}"):
                self.add_error(f"rating_{dimension.number}", f"Rate dimension {dimension.number}, {dimension.short_name.lower()}")
        return self.cleaned_data

    def facts(self):
        """Ratings, comments and the recommended level, as an `Assessment` has them."""
        return dict(self.cleaned_data)


class LifeForm(StepForm, PersonForm):
    """Work, school and home. The times the person cannot come and their contacts have lists of their own."""

    birth_date = None  # type: ignore[assignment]  # Django's way to leave a declared field out
    CIRCUMSTANCES = ["employment", "not_in_labor_detail", "education", "marital_status", "living_arrangement"]

    class Meta(PersonForm.Meta):
        fields = ["employment", "not_in_labor_detail", "education", "marital_status", "living_arrangement"]

    def sections(self):
        return [("", self.circumstances)]

    def _post_clean(self):
        """The step is no record: the admission checks and writes it."""


class LevelForm(StepForm, forms.Form):
    """Into which program, from when, with whom."""

    program = forms.ModelChoiceField(Program.objects.none(), label="Program", empty_label="Choose the program")
    on = DayField(label="Starts", error_messages={"required": "Enter the day the person starts"})
    primary = forms.ModelChoiceField(User.objects.none(), label="Primary clinician", required=False, empty_label="Not assigned yet")
    difference = forms.ChoiceField(
        label="If another level than recommended, why",
        choices=Assessment.Difference.choices,
        required=False,
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["program"].queryset = queries.programs_running()
        self.fields["program"].label_from_instance = program_and_places
        self.fields["program"].error_messages["required"] = "Choose the program"
        self.fields["primary"].queryset = queries.who_may_care()
        self.fields["on"].initial = date_format(today())
        if self.user.roles & policies.HANDS_ON:
            self.fields["primary"].initial = self.user.pk

    def what_fits(self):
        """[(program, sentences)]: what other parts of the house say of each program against the person's week."""
        programs = list(self.fields["program"].queryset)
        answers: list[Any] = [
            answer for _, answer in signals.admission_weighed.send(Intake, patient=self.intake.patient, programs=programs)
        ]
        said = [(program, [words for answer in answers for words in answer.get(str(program.pk), ())]) for program in programs]
        return [(program, words) for program, words in said if words]


class StartForm(LaidOut, forms.Form):
    """For which program an admission begins: its staff may go on with it."""

    program = forms.ModelChoiceField(
        Program.objects.none(),
        label="Program",
        required=False,
        empty_label="Not decided yet",
        help_text="Its staff can go on with the admission.",
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["program"].queryset = queries.programs_running()
        self.fields["program"].label_from_instance = program_and_places


class EndIntakeForm(LaidOut, forms.Form):
    """Why an admission does not go on."""

    because = forms.CharField(
        label="Why it ends",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Write why the admission ends"},
    )
