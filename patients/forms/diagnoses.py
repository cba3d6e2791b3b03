"""A diagnosis: its code, found by typing, and what the code does not say."""

from django import forms
from django.core.exceptions import ValidationError

from anchored.ground.dates import today
from anchored.ui.fields import DayField
from anchored.ui.forms import LaidOut
from anchored.ui.two_at_once import TwoAtOnce

from .. import queries
from ..models import Diagnosis
from ..models.diagnosis import Remission, Severity

REMISSION = [
    (Remission.NONE, "Not in remission"),
    (Remission.EARLY, "Early, 3 to under 12 months"),
    (Remission.SUSTAINED, "Sustained, 12 months or more"),
]


class CodeField(forms.Field):
    """A code from the list: typed alone (F10.20, f1020) or as the line that the browser offers for what was typed."""

    def __init__(self, *, codes, **kwargs):
        kwargs.setdefault("widget", forms.TextInput(attrs={"list": "codes", "autocomplete": "off", "spellcheck": "false"}))
        super().__init__(**kwargs)
        self.by_code = {_bare(code.code): code for code in codes}
        self.by_title = {code.title.casefold(): code for code in codes}

    def to_python(self, value):
        words = " ".join(str(value or "").split())
        if not words:
            return None
        found = self.by_code.get(_bare(words.split()[0])) or self.by_title.get(words.casefold())
        if found is None:
            raise ValidationError("Choose from the list: type a code like F10.20, or a word of the title, and take the line that fits")
        return found

    def prepare_value(self, value):
        return value if isinstance(value, str) or value is None else str(value)


def _bare(code):
    return code.replace(".", "").upper()


class DiagnosisForm(TwoAtOnce, LaidOut, forms.ModelForm):
    """Recorded and changed by the same fields. What contradicts the code is the rules' to say."""

    severity = forms.ChoiceField(label="Severity", choices=Severity.choices, required=False)
    remission = forms.ChoiceField(label="Remission", choices=REMISSION, initial=Remission.NONE)
    criteria = forms.IntegerField(
        label="Criteria met",
        help_text="Of 11, where they were counted. 2 or 3 are mild, 4 or 5 moderate, 6 or more severe.",
        min_value=0,
        max_value=11,
        required=False,
        widget=forms.NumberInput(attrs={"class": "tiny num"}),
    )
    diagnosed_on = DayField(label="Since", error_messages={"required": "Enter the day"})

    class Meta:
        model = Diagnosis
        fields = [
            "code",
            "is_primary",
            "severity",
            "criteria",
            "remission",
            "in_controlled_environment",
            "on_maintenance_therapy",
            "diagnosed_on",
            "diagnosed_by",
        ]
        labels = {"is_primary": "This is the primary diagnosis", "diagnosed_by": "Diagnosed by"}
        help_texts = {"is_primary": "What treatment is mainly for. It takes this place from the one that has it now."}

    def __init__(self, *args, codes, by, **kwargs):
        super().__init__(*args, **kwargs)
        self.codes = codes
        help_text = "Type a code or a word of the title: F10, alcohol."
        words = {"required": "Choose the diagnosis"}
        self.add("code", CodeField(label="Diagnosis", codes=codes, help_text=help_text, error_messages=words))
        self.fields["remission"].help_text = "Counted from the day the last criterion other than craving was met."
        self.fields["diagnosed_by"].queryset = queries.who_may_care()
        self.fields["diagnosed_by"].error_messages["required"] = "Choose who made the diagnosis"
        self.fields["diagnosed_by"].empty_label = "Choose who"
        if self.instance._state.adding:
            self.initial.update(diagnosed_on=today(), diagnosed_by=by.pk)
        else:
            self.initial["code"] = self.instance.code

    def _post_clean(self):
        """The action builds and checks the row."""


class ResolveForm(LaidOut, forms.Form):
    """From when a diagnosis no longer stands."""

    on = DayField(label="Resolved on", help_text="The first day it no longer stands.", error_messages={"required": "Enter the day"})

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["on"].initial = today()


class ErrorForm(LaidOut, forms.Form):
    """Why a diagnosis should never have been on this chart."""

    because = forms.CharField(
        label="Why it was an error",
        max_length=300,
        help_text="For example: it belongs to another person, or another code was meant. No names.",
        error_messages={"required": "Write why it was an error"},
    )
