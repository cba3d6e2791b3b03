"""Notes of a patient: the list, writing one, signing it, adding to it, cosigning."""

from uuid import UUID, uuid4

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET
from django_htmx.http import retarget

from anchored.accounts import proof
from anchored.accounts.doors import requires
from anchored.accounts.refusals import why_not
from anchored.accounts.roles import Permission
from anchored.audit import trail
from anchored.signing import signatures
from anchored.ui.fragments import wants_fragment
from anchored.ui.once import once
from anchored.ui.paging import OnePass
from patients import head as heads
from patients.doors import KEPT, opens_chart, opens_through
from patients.models import Episode, Patient, ServiceKind
from patients.views.answers import add_refusal, status_of

from .. import note_queries, note_rules
from ..actions import notes
from ..forms.notes import NoteForm, about_appointment, blank, texts_of, with_snippets
from ..forms.signing import AddendumForm, CommentForm, WhyAlikeForm
from ..models import Appointment, Note, NoteFormat, Plan, Snippet
from ..outline import Outline

ROWS = 50


def known(user):
    """What is on the charts of people this person may know of, and the drafts that are their own."""
    rows = Note.objects.filter(Q(sealed_at__isnull=False) | Q(author=user), episode__patient__in=Patient.objects.visible_to(user))
    return rows.select_related("episode__patient", "author", "service__kind", "service__delivered_by", "corrects__service")


def _banner(request, patient):
    return heads.banner(heads.Head.of(patient), request.user, "patients:notes")


@opens_chart(Permission.OPEN_CHARTS)
def note_list(request, patient):
    """Signed notes, and one's own drafts. Words are searched by POST, so that they stand in no address."""
    asked = {name: request.GET.get(name, "") for name in ("kind", "author", "objective")}
    words = request.POST.get("words", "")[:100]
    unsigned = request.GET.get("unsigned") == "1"
    authors = list(note_queries.authors(patient))
    author = next((person for person in authors if str(person.pk) == asked["author"]), None)
    facts = {"kind": asked["kind"], "author": author, "objective": _root(asked["objective"]), "unsigned": unsigned, "words": words}
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
        "banner": _banner(request, patient),
    }
    return render(request, "notes/list.html", context)


def _root(text):
    try:
        return UUID(text)
    except ValueError:
        return ""


@require_GET
@opens_chart(Permission.WRITE_NOTES)
def new_note(request, patient):
    """An empty note under a key of its own: it is kept from the first words on."""
    kinds = ServiceKind.objects.filter(offered=True)
    kind = kinds.filter(code=request.GET.get("kind", "")).first() or kinds.first()
    episode = _latest_episode(patient)
    refusal = why_not(note_rules.check_can_begin, request.user, episode)
    if kind is None or refusal:
        raise Http404(refusal or "No kind of service is offered.")
    planned = _appointment(request.GET, request.user, patient)
    return _show(request, patient, uuid4(), None, about_appointment(planned) if planned else blank(kind), episode, planned=planned)


def _appointment(sent, user, patient):
    """The appointment that a new note is about, as the page says: this person's own, with this patient, without a note."""
    key = _root(sent.get("appointment", ""))
    return key and Appointment.objects.planned().filter(pk=key, clinician=user, note=None, episode__patient=patient).first()


def _latest_episode(patient):
    return Episode.objects.filter(patient=patient).order_by("-started_on", "-opened_at").first()


@once
@opens_chart(Permission.WRITE_NOTES)
def draft(request, patient, note_id):
    """One's own draft: kept as it is typed, by itself or by a button. Nobody else has it."""
    note = Note.objects.filter(pk=note_id, episode__patient=patient).first()
    if note and (note.author_id != request.user.pk or note.discarded_at or (note.sealed_at and request.method != "POST")):
        raise Http404("Not a draft of yours.")
    if request.method != "POST":
        if note is None:
            raise Http404("No such draft.")
        return _show(request, patient, note.pk, note, note.typed, note.episode)
    return _keep(request, patient, note_id, note)


def _keep(request, patient, note_id, note):
    typed = _typed(request)
    if note is None and wants_fragment(request) and not _says_something(typed):
        return _say_kept(request, None)
    version = _version(request, "mine") or _version(request, "version")
    try:
        about = _root(request.POST.get("appointment", ""))
        kept = notes.keep(patient, note_id, typed=typed, version=version, by=request.user, appointment=about)
    except ValidationError as refusal:
        return _not_kept(request, patient, note_id, note, typed, refusal.messages)
    if kept.clash:
        return _clash(request, patient, kept, typed)
    if wants_fragment(request):
        return _say_kept(request, kept.note)
    return _go_on(request, patient, kept.note)


def _typed(request):
    """The fields of the note as they were sent; without script a button adds the chosen snippets."""
    typed = {name: text.replace("\r\n", "\n") for name, text in request.POST.items() if _is_ours(name)}
    if request.POST.get("act") != "snippet":
        return typed
    return with_snippets(typed, request.POST, texts_of(Snippet.objects.filter(owner=request.user)))


def _version(request, name):
    """The version of a text on the page: `mine` when the author has seen the other window's text and keeps their own."""
    sent = request.POST.get(name, "")
    return int(sent) if sent.isascii() and sent.isdecimal() and len(sent) < 10 else 0


def _say_kept(request, note):
    """The save line. Once there is a draft, a reload of a new note finds it."""
    response = render(request, "notes/_saved.html", {"note": note})
    response.headers[KEPT] = "1"
    if note:
        response.headers["HX-Replace-Url"] = request.path
    return response


FIELDS = {*NoteForm.FACTS, "format"}


def _says_something(typed):
    """Whether a note was begun: a page that was only opened and left is no draft."""
    return any(text.strip() for name, text in typed.items() if name.startswith(("section_", "standing_", "words_")))


def _is_ours(name):
    return name in FIELDS or name.startswith(("section_", "standing_", "words_"))


def _go_on(request, patient, note):
    act = request.POST.get("act")
    if act == "sign":
        return redirect("sign_note", note.pk)
    if act == "discard":
        return redirect("discard_note", note.pk)
    if act in ("format", "snippet") or "mine" in request.POST:
        return redirect("patients:draft", patient.pk, note.pk)
    messages.success(request, "The draft is saved. Only you see it.")
    return redirect("patients:notes", patient.pk)


def _not_kept(request, patient, note_id, note, typed, sentences):
    if wants_fragment(request):
        return retarget(render(request, "notes/_refused.html", {"sentences": sentences}, status=409), "#clashes")
    episode = note.episode if note else _latest_episode(patient)
    return _show(request, patient, note_id, note, typed, episode, refused=sentences, status=409)


def _clash(request, patient, kept, typed):
    """Another window has saved a newer text: both are shown, and nothing is overwritten."""
    form = _form(typed, kept.note.episode)
    theirs = [(form.fields[name].label if name in form.fields else name, text) for name, text in kept.clash.items()]
    context = {"note": kept.note, "theirs": theirs, "patient": patient}
    if wants_fragment(request):
        return retarget(render(request, "notes/_clash.html", context, status=409), "#clashes")
    return _show(request, patient, kept.note.pk, kept.note, typed, kept.note.episode, clash=theirs, status=409)


def _form(typed, episode, *, bound=False, is_new=False):
    layout = NoteFormat.objects.filter(code=typed.get("format", "")).prefetch_related("sections").first()
    layout = layout or NoteFormat.objects.prefetch_related("sections").first()
    plan = Plan.objects.filter(episode=episode).in_force().first()
    objectives = Outline.of(plan).objectives if plan else []
    return NoteForm(typed if bound else None, initial=typed, layout=layout, objectives=objectives, is_new=is_new)


def _show(request, patient, note_id, note, typed, episode, *, refused=(), clash=(), status=200, planned=None):
    form = _form(typed, episode, is_new=note is None)
    last = Note.objects.signed().filter(episode__patient=patient).select_related("author", "service__kind").order_by("-service__started_at")
    snippets = list(Snippet.objects.filter(owner=request.user))
    kept = {name: text for name, text in typed.items() if name.startswith("section_") and name not in form.fields and text}
    context = {
        "patient": patient,
        "note": note,
        "note_id": note_id,
        "form": form,
        "elsewhere": kept,
        "last": last.first(),
        "minutes": note_queries.minutes_this_week(episode),
        "refused": refused,
        "theirs": clash,
        "returned": getattr(note.corrects, "returned", None) if note and note.corrects_id else None,
        "snippets": snippets,
        "planned": planned,
        "snippet_texts": texts_of(snippets),
        "banner": _banner(request, patient),
    }
    return render(request, "notes/edit.html", context, status=status)


def _own_draft(user):
    return known(user).filter(author=user, sealed_at=None, discarded_at=None)


@once
@opens_through(_own_draft, Permission.WRITE_NOTES, part="note_id")
def sign_note(request, note):
    """The whole note as it will stand, what to look at first, and the signature."""
    form = _form(note.typed, note.episode, bound=True)
    why = _why(request, note, form)
    if request.method == "POST" and form.is_valid() and (why is None or why.is_valid()):
        if not proof.prove(request):
            return _show_signing(request, note, form, why, wrong=proof.WRONG)
        try:
            because = why.cleaned_data["why"] if why else ""
            signed = notes.sign(note, form, by=request.user, version=_version(request, "version"), why=because)
        except ValidationError as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, "Signed." if not signed.needs_cosign else "Signed. A supervisor signs too.")
            return redirect("note", signed.pk)
    return _show_signing(request, note, form, why)


def _why(request, note, form):
    """Where the note is so near to another that it is signed only with a reason: the form for it."""
    alike = note_rules.nearest(note, form) if form.is_valid() else None
    return WhyAlikeForm(request.POST or None) if alike and alike.asks_why else None


def _show_signing(request, note, form, why, wrong=""):
    valid = form.is_valid()
    context = {
        "note": note,
        "patient": note.patient,
        "form": form,
        "valid": valid,
        "facts": form.for_service() if valid else None,
        "sections": form.for_sections() if valid else [],
        "worked_on": form.for_objectives() if valid else [],
        "warnings": note_rules.warnings(note, form) if valid else [],
        "ask_password": not proof.is_recent(request),
        "wrong": wrong,
        "why": why,
        "banner": _banner(request, note.patient),
    }
    status = 422 if wrong or (why and why.errors) else status_of(form) if request.method == "POST" else 200
    return render(request, "notes/sign.html", context, status=status)


@once
@opens_through(_own_draft, Permission.WRITE_NOTES, part="note_id")
def discard_note(request, note):
    """Asked once more, with how many words would be lost."""
    if request.method == "POST":
        notes.discard(note, by=request.user)
        messages.success(request, "The draft is discarded.")
        return redirect("patients:notes", note.patient_id)
    words = sum(len(text.split()) for name, text in note.typed.items() if name.startswith("section_"))
    context = {"note": note, "patient": note.patient, "words": words, "banner": _banner(request, note.patient)}
    return render(request, "notes/discard.html", context)


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
        "banner": _banner(request, note.patient),
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
    context = {"note": note, "patient": note.patient, "form": form, "banner": _banner(request, note.patient)}
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
