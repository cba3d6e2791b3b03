"""What waits for a cosignature: the queue, signing too, giving back."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from anchored.accounts import proof
from anchored.accounts.doors import requires
from anchored.accounts.refusals import why_not
from anchored.accounts.roles import Permission
from anchored.audit import trail
from anchored.signing import signatures
from anchored.ui.once import once
from patients.doors import opens_through

from .. import note_queries, note_rules
from ..actions import notes
from ..forms.signing import CommentForm
from .notes import ROWS, known


@require_GET
@requires(Permission.COSIGN)
def cosign_queue(request):
    """What waits for a cosignature of this person, the oldest first, with one of the notes to read and sign beside the list."""
    rows = list(note_queries.to_cosign(request.user)[:ROWS])
    deciding = list(note_queries.to_decide(request.user)[:ROWS])
    chosen = next((row for row in rows if str(row.pk) == request.GET.get("note", "")), rows[0] if rows else None)
    context = {"rows": rows, "deciding": deciding, "note": chosen}
    if chosen:
        context |= {
            "signed": list(signatures.of(chosen)),
            "addenda": list(signatures.addenda_of(chosen)),
            "intact": chosen.is_intact(),
            "why_not": why_not(note_rules.check_can_cosign, request.user, chosen),
            "comment": CommentForm(),
            "ask_password": not proof.is_recent(request),
        }
    response = render(request, "notes/queue.html", context)
    trail.record_seen("list.shown", sorted({row.patient_id for row in [*rows, *deciding]}), by=request.user, screen="cosign")
    if chosen:
        trail.record("chart.opened", chosen.patient, by=request.user, screen="cosign_queue")
    return response


@once
@opens_through(known, Permission.COSIGN, part="note_id")
def cosign_note(request, note):
    """Cosign and on to the next, or return with a comment."""
    if request.method != "POST":
        raise Http404
    comment = CommentForm(request.POST)
    try:
        if request.POST.get("act") == "return":
            comment.is_valid()
            notes.give_back(note, comment=comment.cleaned_data.get("comment", ""), by=request.user)
            messages.success(request, "Returned to the author, with your comment.")
        elif not proof.prove(request):
            messages.error(request, proof.WRONG)
            return redirect(_in_the_queue(note))
        else:
            notes.cosign(note, by=request.user)
            messages.success(request, "Cosigned.")
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
        return redirect("note", note.pk)
    return redirect("cosign_queue")


def _in_the_queue(note):
    return f"{reverse('cosign_queue')}?note={note.pk}"
