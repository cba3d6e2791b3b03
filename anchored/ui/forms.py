"""Forms in the house's look: `class MoveForm(LaidOut, forms.Form)` with a `layout`, shown by `{% crispy form %}`."""

from functools import cache

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django import forms
from django.core.validators import ProhibitNullCharactersValidator

from anchored.ground.text import plain_text, tidy

STOCK_WORDS = forms.Field.default_error_messages["required"]
WORDS = {
    "max_length": "Use at most %(limit_value)d characters. You entered %(show_value)d.",
    "min_length": "Use at least %(limit_value)d characters. You entered %(show_value)d.",
    "min_value": "Enter %(limit_value)s or more",
    "max_value": "Enter %(limit_value)s or less",
    "invalid_choice": "Choose one from the list",
    "invalid_pk_value": "Choose from the list",
    "invalid_list": "Choose from the list",
}
LIMITS = ("max_length", "min_length", "min_value", "max_value")


class LaidOut:
    """What every form of the house has: crispy's helper, plain text only, errors in words that name the field.

    The template owns the form element and its buttons. `layout` names the fields in order; without it all are shown.
    """

    layout: Layout | None = None
    frame = "field-row"  # the class around the fields; "" inside a dialog, which spaces its parts itself
    summary = True  # False where the template puts {% error_summary form %} elsewhere

    def __init__(self, *args, **kwargs):
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        self.use_required_attribute = False
        for field in self.fields.values():
            in_house_style(field)

    def add(self, name, field):
        """Put a field in, or in place of another, when the form is made: in the words of the house like the others."""
        in_house_style(field)
        self.fields[name] = field

    @property
    def helper(self):
        helper = FormHelper()
        helper.form_tag = False
        helper.disable_csrf = True
        helper.include_media = False
        helper.template = "ui/parts/_form.html"
        helper.field_template = "ui/parts/_field.html"
        helper.frame = self.frame
        helper.summary = self.summary
        helper.layout = self.layout or Layout(*self.fields)
        return helper


def in_house_style(field):
    """Give one field of one form the words, the tidying and the checks of the house."""
    for code, words in WORDS.items():
        if field.error_messages.get(code) in _stock_words(field.__class__, code):
            field.error_messages[code] = words
    if field.error_messages.get("required") is STOCK_WORDS:
        field.error_messages["required"] = _ask_for(field)
    if isinstance(field, forms.CharField):
        field.validators = [check for check in field.validators if not isinstance(check, ProhibitNullCharactersValidator)]
        field.validators.append(plain_text)
        field.to_python = _tidied(field)


@cache
def _stock_words(kind, code):
    """What a kind of field says of a mistake when nobody gave it words of its own; None for limits, which validators word."""
    own = [getattr(each, "default_error_messages", {}).get(code) for each in kind.__mro__]
    return [words for words in own if words is not None] or ([None] if code in LIMITS else [])


def _ask_for(field):
    """Enter the reason; Choose the basis; Tick "I agree"."""
    label = str(field.label or "answer")
    if isinstance(field, forms.BooleanField) and not isinstance(field, forms.NullBooleanField):
        return f"Tick “{label}”"
    verb = "Choose" if isinstance(field, (forms.ChoiceField, forms.ModelChoiceField)) else "Enter"
    return f"{verb} the {_in_a_sentence(label)}"


def _in_a_sentence(label):
    """Small first letter, unless the word is an abbreviation."""
    return label[:1].lower() + label[1:] if label[1:2].islower() or not label[1:2].isalpha() else label


def _tidied(field):
    read = field.to_python

    def to_python(value):
        text = read(value)
        if not field.strip or not isinstance(text, str):
            return text
        return tidy(text) or field.empty_value

    return to_python
