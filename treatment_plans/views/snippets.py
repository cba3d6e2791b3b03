"""My snippets: one's own text blocks. Nobody else's are found here."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from anchored.accounts.doors import requires
from anchored.accounts.roles import Permission
from anchored.ui.once import once
from patients.views.answers import add_refusal, status_of

from ..actions import snippets
from ..forms.snippets import SnippetForm
from ..models import Snippet


@require_GET
@requires(Permission.WRITE_NOTES)
def snippet_list(request):
    """All of them, in the order in which the note offers them."""
    rows = list(Snippet.objects.filter(owner=request.user))
    return render(request, "snippets/list.html", {"snippets": rows, "most": Snippet.MOST})


@once
@requires(Permission.WRITE_NOTES)
def new_snippet(request):
    """One more, after the others."""
    form = SnippetForm(request.POST or None)
    if form.is_valid():
        try:
            added = snippets.add(by=request.user, **form.cleaned_data)
        except ValidationError as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, f"{added.name} is a snippet of yours now.")
            return redirect("snippets")
    return render(request, "snippets/snippet.html", {"form": form}, status=status_of(form))


@once
@requires(Permission.WRITE_NOTES)
def snippet(request, snippet_id):
    """Another name, other words. Two windows at once: only the same field is a conflict."""
    known = _mine(request, snippet_id)
    form = SnippetForm(request.POST or None, instance=known)
    if form.is_valid() and not form.clashes():
        try:
            changed = snippets.change(known, by=request.user, **form.changes())
        except ValidationError as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, f"{changed.name} is saved.")
            return redirect("snippets")
    return render(request, "snippets/snippet.html", {"form": form, "snippet": _mine(request, snippet_id)}, status=status_of(form))


@require_POST
@once
@requires(Permission.WRITE_NOTES)
def move_snippet(request, snippet_id):
    """One place up or down."""
    try:
        snippets.move(_mine(request, snippet_id), by=request.user, up=request.POST.get("to") == "up")
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    return redirect("snippets")


@once
@requires(Permission.WRITE_NOTES)
def remove_snippet(request, snippet_id):
    """Asked once more, with the words that would be gone."""
    known = _mine(request, snippet_id)
    if request.method != "POST":
        return render(request, "snippets/remove.html", {"snippet": known})
    try:
        snippets.remove(known, by=request.user)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    else:
        messages.success(request, f"{known.name} is removed.")
    return redirect("snippets")


def _mine(request, snippet_id):
    return get_object_or_404(Snippet.objects.filter(owner=request.user), pk=snippet_id)
