"""What is written under a signed note: an addendum, or a comment with which it goes back."""

from django import forms

from anchored.ui.forms import LaidOut


class AddendumForm(LaidOut, forms.Form):
    text = forms.CharField(
        label="Addendum", max_length=20_000, widget=forms.Textarea(attrs={"rows": 6}), error_messages={"required": "Write the addendum"}
    )


class CommentForm(LaidOut, forms.Form):
    comment = forms.CharField(
        label="What to change",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Write what to change"},
    )
