"""A group changes from a day on. What it would mean is said before it is saved."""

import hashlib

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import redirect, render

from anchored.accounts.roles import Permission
from anchored.ground.dates import today
from anchored.ui.once import once
from patients.views.answers import add_refusal, status_of

from .. import impact
from ..actions import groups
from ..doors import opens_group
from ..forms.group import EndSlotForm, FactsForm, LeaderForm, SlotForm


@once
@opens_group(Permission.SCHEDULE_GROUPS)
def edit_group(request, group):
    """Room, link and places; the times and leaders with what can be done to them."""
    more = {"slots": group.slots.not_over(today()), "leaders": group.leaders.not_over(today()).select_related("user")}
    return _change(request, group, FactsForm, impact.of_facts, groups.change, "Change the group", **more)


@once
@opens_group(Permission.SCHEDULE_GROUPS)
def add_slot(request, group):
    """One more time to meet."""
    return _change(request, group, SlotForm, impact.of_new_slot, groups.add_slot, "Add a time")


@once
@opens_group(Permission.SCHEDULE_GROUPS)
def end_slot(request, group):
    """A time at which the group no longer meets."""
    return _change(request, group, EndSlotForm, impact.of_ending, groups.end_slot, "End a time")


@once
@opens_group(Permission.SCHEDULE_GROUPS)
def change_leader(request, group):
    """Somebody else leads it."""
    return _change(request, group, LeaderForm, impact.of_leader, groups.change_leader, "Change who leads")


def _change(request, group, form_class, means, act, heading, **more):
    """Saved at once where it means nothing to anything planned; otherwise when the sentences that were shown still hold."""
    chosen = {name: request.GET[name] for name in ("slot", "instead_of") if name in request.GET}
    form = form_class(request.POST if request.method == "POST" else None, group=group, initial=chosen)
    sentences = []
    if form.is_valid():
        sentences = means(group, request.user, **form.cleaned_data)
        if not sentences or request.POST.get("seen") == _digest(form, sentences):
            try:
                act(group, by=request.user, **form.cleaned_data)
            except ValidationError as refusal:
                add_refusal(form, refusal)
            else:
                messages.success(request, "The group is changed.")
                return redirect("edit_group", group.pk)
    context = {"group": group, "form": form, "heading": heading, "sentences": sentences, **more}
    context |= {"seen": _digest(form, sentences) if sentences else "", "back": "group" if more else "edit_group"}
    return render(request, "groups/change.html", context, status=422 if sentences else status_of(form))


def _digest(form, sentences):
    """Stands for what was typed and what was said of it."""
    return hashlib.sha256("\n".join([*map(str, form.cleaned_data.values()), *sentences]).encode()).hexdigest()[:32]
