"""Saying that a signed note was entered in error, and deciding about it."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from anchored.accounts import proof
from anchored.accounts.refusals import why_not
from anchored.accounts.roles import Permission
from anchored.ui.once import once
from patients import head as heads
from patients.doors import opens_through
from patients.views.answers import add_refusal, status_of

from .. import note_rules
from ..actions import in_error
from ..forms.signing import InErrorForm
from .notes import known


@once
@opens_through(known, Permission.WRITE_NOTES, part="note_id")
def say_in_error(request, note):
    """Why a signed note should not be on this chart; a second person decides."""
    form = InErrorForm(request.POST or None)
    if form.is_valid():
        try:
            in_error.say(note, because=form.cleaned_data["because"], by=request.user)
        except ValidationError as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, "Said. The note counts as before until a second person decides.")
            return redirect("note", note.pk)
    elif request.method != "POST" and why_not(note_rules.check_can_say_in_error, request.user, note):
        raise Http404("Nothing to say of this note now.")
    context = {
        "note": note,
        "patient": note.patient,
        "form": form,
        "banner": heads.banner(heads.Head.of(note.patient), request.user, "patients:notes"),
    }
    return render(request, "notes/in_error.html", context, status=status_of(form))


@require_POST
@once
@opens_through(known, Permission.WRITE_NOTES, part="note_id")
def decide_in_error(request, note):
    """A second person strikes the note through, or lets it stand."""
    try:
        if request.POST.get("act") == "stands":
            in_error.let_stand(note, by=request.user)
            messages.success(request, "The note stands.")
        elif proof.prove(request):
            in_error.strike(note, by=request.user)
            messages.success(request, "Entered in error: the note is struck through and counts no more.")
        else:
            messages.error(request, proof.WRONG)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    return redirect("note", note.pk)
