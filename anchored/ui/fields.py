"""Fields and widgets of the house: days as people write them, choices as rows, "Not known"."""

import datetime

from django import forms
from django.core.exceptions import ValidationError
from django.utils.formats import date_format

from anchored.ground.clock import CouldBeTwo, clock, read_time
from anchored.ground.dates import read_day

NOT_KNOWN = ("", "Not known")


class DayField(forms.DateField):
    """A day, typed as people type it (4 Mar 1991, 3/4/1991, 1991-03-04) and shown as 04 Mar 1991.

    `noun` is how an error calls it: DayField(label="Born", noun="date of birth", example="4 Mar 1991").
    """

    def __init__(self, *, noun="date", example="23 Nov 2026", **kwargs):
        kwargs.setdefault("widget", forms.TextInput(attrs={"class": "short num", "autocomplete": "off"}))
        super().__init__(**kwargs)
        self.error_messages["invalid"] = f"Enter a real {noun}, like {example}"

    def to_python(self, value):
        if value in self.empty_values or not str(value).strip():
            return None
        if isinstance(value, datetime.datetime):
            return value.date()
        if isinstance(value, datetime.date):
            return value
        try:
            return read_day(value)
        except ValueError as trouble:
            raise ValidationError(self.error_messages["invalid"], code="invalid") from trouble

    def prepare_value(self, value):
        return date_format(value) if isinstance(value, datetime.date) else value

    def has_changed(self, initial, data):
        try:
            return self.to_python(data) != self.to_python(initial)
        except ValidationError:
            return True


class TimeOfDayField(forms.Field):
    """A time of day as people write it (9, 9:00, 9 am, 5:30 pm, 17:30, noon), in minutes since midnight; shown as 17:30."""

    def __init__(self, **kwargs):
        kwargs.setdefault("widget", forms.TextInput(attrs={"class": "tiny num", "autocomplete": "off"}))
        super().__init__(**kwargs)
        self.error_messages["invalid"] = "Enter a time of day, like 9:00 or 5:30 pm"

    def to_python(self, value):
        if isinstance(value, int) or value in self.empty_values or not str(value).strip():
            return value if isinstance(value, int) else None
        try:
            return read_time(value)
        except CouldBeTwo as trouble:
            raise ValidationError(one_of_two(trouble.written), code="could_be_two") from trouble
        except ValueError as trouble:
            raise ValidationError(self.error_messages["invalid"], code="invalid") from trouble

    def prepare_value(self, value):
        return clock(value) if isinstance(value, int) else value


def one_of_two(written):
    """What to write instead of a time that could be in the morning or in the evening."""
    return f"Write {written} am or {written} pm"


class OneOf(forms.ModelChoiceField):
    """One row of a table. What is no key at all is no choice either, and is told in the same words."""

    def to_python(self, value):
        try:
            return super().to_python(value)
        except ValidationError as trouble:
            raise ValidationError(self.error_messages["invalid_choice"], code="invalid_choice") from trouble


class SomeOf(forms.ModelMultipleChoiceField):
    """Several rows of a table. What is no key, or too large for any column, is no choice, and is told in the same words."""

    def clean(self, value):
        try:
            return super().clean(value)
        except OverflowError as trouble:
            raise ValidationError(self.error_messages["invalid_choice"], code="invalid_choice") from trouble
        except ValidationError as trouble:
            if trouble.code == "invalid":
                raise ValidationError(self.error_messages["invalid_choice"], code="invalid_choice") from trouble
            raise


class Rows(forms.RadioSelect):
    """Radios as full rows with a remark at the right end: {"PHP's key": "Next step, 2 places"}."""

    look = "rows"

    def __init__(self, *args, remarks=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.remarks = remarks or {}

    def create_option(self, name, value, *args, **kwargs):
        option = super().create_option(name, value, *args, **kwargs)
        option["remark"] = self.remarks.get(str(value), "")
        return option


class Segments(forms.RadioSelect):
    """Two or three short choices side by side."""

    look = "segments"


class Ticks(forms.CheckboxSelectMultiple):
    """Short ticks side by side."""

    look = "inline"


def with_not_known(choices):
    """A list that can always be answered: "Not known" first, stored as empty."""
    return [NOT_KNOWN, *((value, label) for value, label in choices if value != "")]
