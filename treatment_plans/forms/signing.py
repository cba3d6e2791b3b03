"""What is written under a signed note: an addendum, why it was entered in error, a comment with which it goes back."""

from django import forms

from anchored.ui.forms import LaidOut


class AddendumForm(LaidOut, forms.Form):
    text = forms.CharField(
        label="Addendum", max_length=20_000, widget=forms.Textarea(attrs={"rows": 6}), error_messages={"required": "Write the addendum"}
    )


class InErrorForm(LaidOut, forms.Form):
    because = forms.CharField(
        label="Why it was entered in error",
        help_text="Such as: written in another patient's chart, the service did not take place.",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Write why it was entered in error"},
    )


class WhyAlikeForm(LaidOut, forms.Form):
    why = forms.CharField(
        label="Why it is nearly the same",
        help_text="A supervisor reads it under the note.",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": "Write why this note is nearly the same as another, or write what was different"},
    )


class CommentForm(LaidOut, forms.Form):
    comment = forms.CharField(
        label="What to change",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Write what to change"},
    )
