"""Notes of a patient: the list, a signed note and what is added to it, what was done about an objective."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from anchored.accounts import proof
from anchored.accounts.refusals import why_not
from anchored.accounts.roles import Permission
from anchored.signing import signatures
from anchored.ui.once import once
from anchored.ui.paging import OnePass
from patients import head as heads
from patients.doors import opens_chart, opens_through
from patients.models import Patient
from patients.views.answers import add_refusal, status_of

from .. import note_queries, note_rules
from ..actions import notes
from ..forms.signing import AddendumForm, CommentForm
from ..models import Note, Plan
from ..outline import Outline

ROWS = 50


def known(user):
    """What is on the charts of people this person may know of, and the drafts that are their own."""
    rows = Note.objects.filter(Q(sealed_at__isnull=False) | Q(author=user), episode__patient__in=Patient.objects.visible_to(user))
    return rows.select_related("episode__patient", "author", "service__kind", "service__delivered_by", "corrects__service")


def banner(request, patient):
    return heads.banner(heads.Head.of(patient), request.user, "patients:notes")


@opens_chart(Permission.OPEN_CHARTS)
def note_list(request, patient):
    """Signed notes, and one's own drafts. Words are searched by POST, so that they stand in no address."""
    asked = {name: request.GET.get(name, "") for name in ("kind", "author", "objective")}
    words = request.POST.get("words", "")[:100]
    unsigned = request.GET.get("unsigned") == "1"
    authors = list(note_queries.authors(patient))
    author = next((person for person in authors if str(person.pk) == asked["author"]), None)
    facts = {"kind": asked["kind"], "author": author, "objective": key_of(asked["objective"]), "unsigned": unsigned, "words": words}
    rows = note_queries.on_chart(patient, request.user, **facts)
    page = OnePass(rows, ROWS).get_page(request.GET.get("page"))
    context = {
        "patient": patient,
        "page": page,
        "kinds": note_queries.all_kinds(),
        "authors": authors,
        "asked": asked,
        "unsigned": unsigned,
        "words": words,
        "narrowed": any(asked.values()) or unsigned or words,
        "may_write": request.user.holds(Permission.WRITE_NOTES),
        "banner": banner(request, patient),
    }
    return render(request, "notes/list.html", context)


def key_of(text):
    """The key that an address or a form names; empty where it names none."""
    try:
        return UUID(text)
    except ValueError:
        return ""


@require_GET
@opens_through(known, Permission.OPEN_CHARTS, part="note_id")
def note(request, note):
    """A signed note as it was sealed, with its signatures and addenda."""
    if note.is_draft:
        return _draft_moved(note)
    context = {
        "note": note,
        "patient": note.patient,
        "signed": list(signatures.of(note)),
        "addenda": list(signatures.addenda_of(note)),
        "intact": note.is_intact(),
        "returned": getattr(note, "returned", None),
        "alike": getattr(note, "why_alike", None),
        "may_add": request.user.holds(Permission.WRITE_NOTES),
        "may_correct": why_not(note_rules.check_can_correct, request.user, note) is None,
        "said": note.said_in_error.select_related("said_by", "decided_by").first(),
        "may_say_in_error": why_not(note_rules.check_can_say_in_error, request.user, note) is None,
        "may_let_stand": why_not(note_rules.check_can_decide_in_error, request.user, note) is None,
        "may_strike": why_not(note_rules.check_can_strike, request.user, note) is None,
        "may_cosign": why_not(note_rules.check_can_cosign, request.user, note) is None,
        "comment": CommentForm(),
        "ask_password": not proof.is_recent(request),
        "banner": banner(request, note.patient),
    }
    return render(request, "notes/note.html", context)


def _draft_moved(note):
    if note.discarded_at:
        raise Http404("Discarded.")
    return redirect("patients:draft", note.patient_id, note.pk)


@once
@opens_through(known, Permission.WRITE_NOTES, part="note_id")
def add_addendum(request, note):
    """What is added after signing: by the author or whoever cares for the patient."""
    if note.is_draft:
        raise Http404("Not signed yet.")
    form = AddendumForm(request.POST or None)
    if form.is_valid():
        try:
            signatures.add(note, text=form.cleaned_data["text"], by=request.user)
        except ValidationError as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, "The addendum stands under the note.")
            return redirect("note", note.pk)
    context = {"note": note, "patient": note.patient, "form": form, "banner": banner(request, note.patient)}
    return render(request, "notes/addendum.html", context, status=status_of(form))


@once
@opens_through(known, Permission.WRITE_NOTES, part="note_id")
def correct_note(request, note):
    """The author writes a returned note anew, beside the returned one."""
    if request.method != "POST":
        raise Http404
    try:
        begun = notes.correct(note, by=request.user)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
        return redirect("note", note.pk)
    return redirect("patients:draft", note.patient_id, begun.pk)


@require_GET
@opens_through(
    lambda user: Plan.objects.filter(episode__patient__in=Patient.objects.visible_to(user)).select_related("episode__patient"),
    Permission.OPEN_CHARTS,
    part="plan_id",
)
def thread(request, plan, root):
    """What was done about one objective, and what the notes said of it."""
    node = next((node for node in Outline.of(plan).objectives if node.row.root == root), None)
    if node is None:
        raise Http404("No such objective in this version.")
    context = {
        "plan": plan,
        "patient": plan.patient,
        "node": node,
        "told": list(note_queries.thread(plan, root)[:200]),
        "back": f"{reverse('plan', args=[plan.pk])}?at={node.pk}#objective-{node.pk}",
        "banner": heads.banner(heads.Head.of(plan.patient), request.user, "patients:plan"),
    }
    return render(request, "plans/thread.html", context)
