"""Who a person is, and the day they come into care."""

import datetime

from django import forms
from django.core.exceptions import ValidationError
from django.utils.formats import date_format

from anchored.ground.dates import today
from anchored.ui.fields import DayField
from anchored.ui.forms import LaidOut

from .. import coded, queries
from ..models import Admission, Patient, Program

OLDEST = 120


def not_known(field):
    """What a form offers for a coded fact: the codes, and that it is not known."""
    return [("", "Not known"), *[(code, label) for code, label in coded.choices(field) if code not in ("97", "98")]]


class PersonForm(LaidOut, forms.ModelForm):
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
        self.shown_since = {}  # somebody else's answers that a conflict has shown
        for name in self.CIRCUMSTANCES:
            kept = getattr(self.instance, name, "")
            choices = not_known(name)
            if kept and kept not in dict(choices):
                choices.append((kept, coded.label(name, kept)))
            self.add(name, forms.ChoiceField(label=self.fields[name].label, choices=choices, required=False))

    @property
    def circumstances(self):
        return [self[name] for name in self.CIRCUMSTANCES]

    def seen(self, name):
        """The value the person was shown when the page was opened, not what stands in the record by now."""
        field = self.fields[name]
        shown = field.hidden_widget().value_from_datadict(self.data, self.files, f"initial-{name}")
        try:
            return field.to_python(shown)
        except ValidationError:
            return None

    def was_shown(self, name):
        return f"initial-{name}" in self.data

    def changed_by_person(self, data):
        """The fields whose answer differs from what was shown."""
        return [name for name in self.fields if self.cleaned_data[name] != self.seen(name)]

    def shown_values(self):
        """Hidden inputs that remember what the person was shown, so that two people at once are noticed field by field."""
        if self.is_bound:
            values = {name: self.data[f"initial-{name}"] for name in self.fields if self.was_shown(name)}
        else:
            values = {name: self.get_initial_for_field(self.fields[name], name) for name in self.fields}
        values |= self.shown_since
        return [(f"initial-{name}", self.fields[name].prepare_value(value)) for name, value in values.items()]

    def told(self, name, value):
        """What somebody else made of an answer, as the page shows it."""
        if isinstance(value, bool):
            words = "Yes" if value else "No"
        elif isinstance(value, datetime.date):
            words = date_format(value)
        else:
            words = dict(getattr(self.fields[name], "choices", ())).get(value) or value or "Not known"
        label = str(self.fields[name].label)
        return f"Someone changed {label[:1].lower()}{label[1:]} to “{words}”"

    def clean_birth_date(self):
        born = self.cleaned_data["birth_date"]
        if born and born > today():
            raise ValidationError("Date of birth must be in the past")
        if born and today().year - born.year > OLDEST:
            raise ValidationError("Check the year of birth")
        return born

    def clean_phone(self):
        phone = self.cleaned_data["phone"]
        digits = sum(character.isdigit() for character in phone)
        if phone and not 4 <= digits <= 20:
            raise ValidationError("Enter a phone number, like 555 0142 or +1 555 010 0000 ext 5")
        return phone


class AdmitForm(LaidOut, forms.ModelForm):
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
    RANKS = {1: "Primary", 2: "Secondary", 3: "Tertiary"}
    PARTS = ["substance", "route", "frequency"]

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
        for rank in self.RANKS:
            for part in self.PARTS:
                self.add(f"{part}_{rank}", forms.ChoiceField(label=part.capitalize(), choices=not_known(part), required=False))
            self.add(f"first_use_age_{rank}", first_use_age())

    @property
    def items(self):
        return [self[name] for name in self.ITEMS]

    def substance_rows(self):
        """The names of the fields of each substance, for the page."""
        return [(self.RANKS[rank], [self[f"{part}_{rank}"] for part in (*self.PARTS, "first_use_age")]) for rank in self.RANKS]

    def clean(self):
        cleaned = super().clean()
        ranks = [rank for rank in self.RANKS if self._said(rank)]
        if ranks and ranks != list(range(1, len(ranks) + 1)):
            raise ValidationError("Fill in the primary substance first, then the secondary, then the tertiary.")
        return cleaned

    def _said(self, rank):
        return any(self.cleaned_data.get(f"{part}_{rank}") not in (None, "") for part in (*self.PARTS, "first_use_age"))

    def for_admit(self):
        """The arguments of `admissions.admit`."""
        data = self.cleaned_data
        substances = [{part: data[f"{part}_{rank}"] for part in (*self.PARTS, "first_use_age")} for rank in self.RANKS if self._said(rank)]
        return {
            "program": data["program"],
            "on": data["on"],
            "primary": data["primary"],
            "substances": substances,
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
    free = program.capacity - program.taken
    if free <= 0:
        return f"full ({program.taken} of {program.capacity})"
    return f"{free} place{'s' if free > 1 else ''}"
