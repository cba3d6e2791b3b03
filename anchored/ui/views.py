"""Preferences of the person who is signed in, and help."""

from django import forms
from django.conf import settings
from django.shortcuts import redirect, render

from anchored.accounts.doors import open_to_all
from anchored.accounts.models import User
from anchored.accounts.roles import Permission

from . import shortcuts
from .fields import Segments
from .flash import say
from .forms import LaidOut
from .once import once
from .wording import WORDING

LIGHT, DARK, SYSTEM = User.Theme.LIGHT, User.Theme.DARK, User.Theme.SYSTEM


class PreferencesForm(LaidOut, forms.ModelForm):
    theme = forms.ChoiceField(
        label="Theme",
        choices=[(theme.value, theme.label) for theme in (LIGHT, DARK, SYSTEM)],
        widget=Segments,
        help_text="System follows the light or dark setting of this device.",
    )
    shortcuts = forms.BooleanField(
        label="Keyboard shortcuts",
        required=False,
        help_text="Single letters that work outside fields. Switch them off if they get in the way of speech input.",
    )

    class Meta:
        model = User
        fields = ("theme", "shortcuts")


@open_to_all
@once
def preferences(request):
    form = PreferencesForm(request.POST or None, instance=request.user)
    if form.is_valid():
        request.user.save(update_fields=["theme", "shortcuts"])
        say(request, "Preferences saved.")
        return redirect("preferences")
    leads = request.user.holds(Permission.LEAD_GROUPS)
    return render(request, "ui/preferences.html", {"form": form, "leads_groups": leads}, status=422 if form.errors else 200)


@open_to_all
def help_page(request):
    return render(request, "help/help.html", {"undo_minutes": settings.MOVE_UNDO_MINUTES})


@open_to_all
def shortcuts_page(request):
    groups = {}
    for shortcut in shortcuts.open_to(request.user):
        groups.setdefault(shortcut.where, []).append(shortcut)
    return render(request, "help/shortcuts.html", {"groups": groups.items()})


@open_to_all
def language(request):
    return render(request, "help/language.html", {"wording": WORDING})
