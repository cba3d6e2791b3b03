"""One's own draft of a note: kept as it is typed, signed or discarded."""

from uuid import uuid4

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET
from django_htmx.http import retarget

from anchored.accounts import proof
from anchored.accounts.refusals import why_not
from anchored.accounts.roles import Permission
from anchored.ui.fragments import wants_fragment
from anchored.ui.once import once
from patients.doors import KEPT, opens_chart, opens_through
from patients.models import Episode, ServiceKind
from patients.views.answers import add_refusal, status_of

from .. import note_queries, note_rules
from ..actions import notes
from ..forms.notes import NoteForm, about_appointment, blank, texts_of, with_snippets
from ..forms.signing import WhyAlikeForm
from ..models import Appointment, Note, NoteFormat, Plan, Snippet
from ..outline import Outline
from .notes import banner, key_of, known


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
    key = key_of(sent.get("appointment", ""))
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
        about = key_of(request.POST.get("appointment", ""))
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
        "banner": banner(request, patient),
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
        "banner": banner(request, note.patient),
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
    context = {"note": note, "patient": note.patient, "words": words, "banner": banner(request, note.patient)}
    return render(request, "notes/discard.html", context)
