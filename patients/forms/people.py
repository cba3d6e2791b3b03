"""Who a person is, and the day they come into care."""

from django import forms
from django.core.exceptions import ValidationError

from anchored.ground.dates import today
from anchored.ui.fields import DayField
from anchored.ui.forms import LaidOut
from anchored.ui.two_at_once import TwoAtOnce

from .. import coded, queries
from ..models import Admission, Patient, Program

OLDEST = 120


def not_known(field):
    """What a form offers for a coded fact: the codes, and that it is not known."""
    return [("", "Not known"), *[(code, label) for code, label in coded.choices(field) if code not in ("97", "98")]]


class PersonForm(TwoAtOnce, LaidOut, forms.ModelForm):
    """Identity, contact and circumstances. Only names are asked for; everything else may not be known."""

    birth_date = DayField(
        label="Date of birth",
        noun="date of birth",
        example="4 Mar 1991",
        required=False,
        help_text="For example, 4 Mar 1991. If it is not known, leave it empty.",
    )

    class Meta:
        model = Patient
        fields = [
            "given_name",
            "family_name",
            "preferred_name",
            "pronouns",
            "birth_date",
            "phone",
            "email",
            "street",
            "city",
            "state",
            "postal_code",
            "language",
            "needs_interpreter",
            "allergies",
            "sex",
            "race",
            "ethnicity",
            "education",
            "marital_status",
            "employment",
            "not_in_labor_detail",
            "veteran",
            "living_arrangement",
            "income_source",
            "health_insurance",
        ]
        widgets = {"allergies": forms.Textarea(attrs={"rows": 2})}
        help_texts = {"preferred_name": "What the person wants to be called in group.", "needs_interpreter": ""}
        error_messages = {"given_name": {"required": "Enter the given name, or the only name"}}

    CIRCUMSTANCES = [
        "sex",
        "race",
        "ethnicity",
        "veteran",
        "education",
        "marital_status",
        "employment",
        "not_in_labor_detail",
        "living_arrangement",
        "income_source",
        "health_insurance",
    ]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in self.CIRCUMSTANCES:
            kept = getattr(self.instance, name, "")
            choices = not_known(name)
            if kept and kept not in dict(choices):
                choices.append((kept, coded.label(name, kept)))
            self.add(name, forms.ChoiceField(label=self.fields[name].label, choices=choices, required=False))

    def news(self):
        """What was typed of somebody who has a record: what is left empty stays as it is known, and so does the name."""
        known = ("given_name", "family_name", "birth_date")
        return {name: value for name, value in self.cleaned_data.items() if value and name not in known}

    @property
    def circumstances(self):
        return [self[name] for name in self.CIRCUMSTANCES]

    def clean_birth_date(self):
        born = self.cleaned_data["birth_date"]
        if born and born > today():
            raise ValidationError("Date of birth must be in the past")
        if born and today().year - born.year > OLDEST:
            raise ValidationError("Check the year of birth")
        return born

    def clean_phone(self):
        return phone_number(self.cleaned_data["phone"])


def phone_number(typed):
    """Any way of writing a phone number; empty when it is not known."""
    digits = sum(character.isdigit() for character in typed)
    if typed and not 4 <= digits <= 20:
        raise ValidationError("Enter a phone number, like 555 0142 or +1 555 010 0000 ext 5")
    return typed


class SubstanceFields:
    """Up to three substances with route, frequency and age at first use: a row of four fields each, the primary one first."""

    RANKS = {1: "Primary", 2: "Secondary", 3: "Tertiary"}
    PARTS = ["substance", "route", "frequency"]

    def add_substances(self):
        for rank in self.RANKS:
            for part in self.PARTS:
                self.add(f"{part}_{rank}", forms.ChoiceField(label=part.capitalize(), choices=not_known(part), required=False))
            self.add(f"first_use_age_{rank}", first_use_age())

    def substance_rows(self):
        """The names of the fields of each substance, for the page."""
        return [(self.RANKS[rank], [self[f"{part}_{rank}"] for part in (*self.PARTS, "first_use_age")]) for rank in self.RANKS]

    def clean(self):
        cleaned = super().clean()
        ranks = [rank for rank in self.RANKS if self._said(rank)]
        if ranks and ranks != list(range(1, len(ranks) + 1)):
            raise ValidationError("Fill in the primary substance first, then the secondary, then the tertiary.")
        return cleaned

    def substances(self):
        """The argument of `admissions.admit`."""
        data = self.cleaned_data
        return [{part: data[f"{part}_{rank}"] for part in (*self.PARTS, "first_use_age")} for rank in self.RANKS if self._said(rank)]

    def _said(self, rank):
        return any(self.cleaned_data.get(f"{part}_{rank}") not in (None, "") for part in (*self.PARTS, "first_use_age"))


class AdmitForm(SubstanceFields, LaidOut, forms.ModelForm):
    """Into which program, from when, with whom; and what is known on that day."""

    program = forms.ModelChoiceField(Program.objects.none(), label="Program", empty_label="Choose the program")
    on = DayField(label="Admitted on", error_messages={"required": "Enter the admission date"})
    primary = forms.ModelChoiceField(queries.User.objects.none(), label="Primary clinician", required=False, empty_label="Not assigned yet")

    class Meta:
        model = Admission
        fields = [
            "referral_source",
            "criminal_justice_referral",
            "prior_episodes",
            "days_waiting",
            "payment_source",
            "medication_opioid_therapy",
            "cooccurring",
            "diagnosis_class",
            "pregnant",
            "arrests_30d",
            "self_help_30d",
        ]
        labels = {
            "referral_source": "Referred by",
            "criminal_justice_referral": "If by a court or the police, how",
            "days_waiting": "Days waited",
            "payment_source": "Who pays",
            "medication_opioid_therapy": "Medication for opioid use disorder planned",
            "self_help_30d": "Self-help groups in the last 30 days",
        }

    ITEMS = Meta.fields

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["program"].queryset = queries.programs_running()
        self.fields["program"].label_from_instance = program_and_places
        self.fields["program"].error_messages["required"] = "Choose the program"
        self.fields["primary"].queryset = queries.who_may_care()
        self.fields["on"].initial = today()
        if user in self.fields["primary"].queryset:
            self.fields["primary"].initial = user.pk
        for name in self.ITEMS:
            if name not in ("days_waiting", "arrests_30d"):
                self.add(name, forms.ChoiceField(label=self.fields[name].label, choices=not_known(name), required=False))
        self.add_substances()

    @property
    def items(self):
        return [self[name] for name in self.ITEMS]

    def for_admit(self):
        """The arguments of `admissions.admit`."""
        data = self.cleaned_data
        return {
            "program": data["program"],
            "on": data["on"],
            "primary": data["primary"],
            "substances": self.substances(),
            **{name: data[name] for name in self.ITEMS},
        }


def first_use_age():
    words = {"invalid": "Enter the age in whole years", "max_value": "Enter an age of 95 or less"}
    return forms.IntegerField(label="Age at first use", min_value=0, max_value=95, required=False, error_messages=words)


def program_and_places(program):
    """ "IOP Evening, 2 places" for a choice."""
    return f"{program}, {places(program)}"


def places(program):
    """How many places are free, in words."""
    if program.capacity is None:
        return "no limit"
    if program.is_full:
        return f"full ({program.taken + program.held} of {program.capacity})"
    return f"{program.free} place{'s' if program.free > 1 else ''}"
