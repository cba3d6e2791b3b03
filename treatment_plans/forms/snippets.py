"""A snippet: its name and its words."""

from django import forms

from anchored.ui.forms import LaidOut
from anchored.ui.two_at_once import TwoAtOnce

from ..models import Snippet


class SnippetForm(TwoAtOnce, LaidOut, forms.ModelForm):
    """Whether the name is free is asked by the action, which knows the others."""

    class Meta:
        model = Snippet
        fields = ["name", "text"]
        help_texts = {"name": "As you look for it beside a note, like Relapse prevention group."}
        widgets = {"text": forms.Textarea(attrs={"rows": 6})}
