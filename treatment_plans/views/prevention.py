"""The relapse-prevention plan: one page of the chart, written in place, entry by entry."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from anchored.accounts.roles import Permission
from anchored.ground.dates import today
from anchored.ui.once import once
from patients import head as heads
from patients import locks
from patients.doors import opens_chart
from patients.models import SafetyFlag
from patients.views.answers import add_refusal, status_of

from .. import prevention
from ..actions import prevention as acts
from ..forms.prevention import DayForm, EntryForm
from ..models import PreventionEntry


@require_GET
@opens_chart(Permission.OPEN_CHARTS)
def prevention_plan(request, patient):
    """The page as it stands, or as it stood when a day ended."""
    asked = DayForm(request.GET if "on" in request.GET else None)
    day = asked.cleaned_data["on"] if asked.is_valid() else None
    return _show(request, patient, asked=asked, day=day if day and day < today() else None)


def _show(request, patient, *, adding="", editing=None, form=None, asked=None, day=None):
    head = heads.Head.of(patient)
    sections, look = prevention.with_earlier(patient, prevention.standing(patient, day)), prevention.last_look(patient)
    context = {
        "patient": patient,
        "banner": heads.banner(head, request.user, "patients:prevention"),
        "sections": sections,
        "is_empty": not any(section.entries for section in sections),
        "always": prevention.ALWAYS,
        "look": look,
        "gone_through_today": look is not None and look.day == today(),
        "has_episode": bool(head.stays),
        "overdose_flag": any(flag.kind == SafetyFlag.Kind.OVERDOSE for flag in head.raised),
        "may_write": request.user.holds(Permission.WRITE_PLANS) and day is None,
        "adding": adding,
        "editing": editing,
        "form": form,
        "asked": asked or DayForm(),
        "day": day,
        "at": request.GET.get("at", ""),
    }
    statuses = [status_of(each) for each in (form, asked) if each is not None]
    return render(request, "prevention/page.html", context, status=max(statuses, default=200))


def _section(key):
    section = prevention.section(key)
    if section is None:
        raise Http404
    return section


def _entry(patient, wording_id):
    return get_object_or_404(PreventionEntry.objects.filter(patient=patient), pk=wording_id)


def _to(patient, at, anchor):
    """The page again, where the person was."""
    return redirect(f"{reverse('patients:prevention', args=[patient.pk])}?at={at}#{anchor}")


def _to_entry(patient, entry):
    return _to(patient, entry.pk, f"entry-{entry.pk}")


@once
@opens_chart(Permission.WRITE_PLANS)
def add_prevention(request, patient, section):
    """A new entry at the end of its section; an example of the section goes into the field first, to be adapted."""
    section = _section(section)
    about = {"patient": patient, "section": section}
    if "example" in request.POST or request.method != "POST":
        return _show(request, patient, adding=section.key, form=EntryForm(initial=_with_example(section, request), **about))
    form = EntryForm(request.POST, **about)
    if form.is_valid():
        try:
            return _to_entry(patient, acts.add(patient, section.key, by=request.user, **form.cleaned_data))
        except ValidationError as refusal:
            add_refusal(form, refusal)
    return _show(request, patient, adding=section.key, form=form)


def _with_example(section, request):
    """What was typed so far, with the example that was chosen."""
    given = request.POST if request.method == "POST" else request.GET
    number = given.get("example", "")
    chosen = [example for place, example in enumerate(section.examples) if str(place) == number]
    typed = {name: request.POST.get(name, "") for name in PreventionEntry.SAID}
    return {**typed, "text": "\n".join(filter(None, [typed["text"].strip(), *chosen]))}


@once
@opens_chart(Permission.WRITE_PLANS)
def edit_prevention(request, patient, wording_id):
    """An entry in place. Two people at once: only the same field is a conflict."""
    with transaction.atomic():
        if request.method == "POST":
            locks.patient(patient.pk)
        named = _entry(patient, wording_id)
        entry = PreventionEntry.objects.filter(patient=patient, root=named.root).standing().first()
        if entry is None and request.method != "POST":
            raise Http404("Taken out.")
        form = EntryForm(request.POST or None, instance=entry or named, patient=patient, section=_section(named.section))
        if form.is_valid() and not form.clashes():
            try:
                return _to_entry(patient, acts.change(named, by=request.user, **form.changes()))
            except ValidationError as refusal:
                add_refusal(form, refusal)
    return _show(request, patient, editing=entry and entry.pk, adding="" if entry else named.section, form=form)


@require_POST
@once
@opens_chart(Permission.WRITE_PLANS)
def place_prevention(request, patient, wording_id):
    """One place up or down."""
    entry = _entry(patient, wording_id)
    return _done(request, patient, entry.section, lambda: acts.move(entry, by=request.user, up=request.POST.get("to") == "up"))


@require_POST
@once
@opens_chart(Permission.WRITE_PLANS)
def remove_prevention(request, patient, wording_id):
    """Off the page, with a way back."""
    entry = _entry(patient, wording_id)
    return _done(request, patient, entry.section, lambda: acts.remove(entry, by=request.user))


@require_POST
@once
@opens_chart(Permission.WRITE_PLANS)
def put_back_prevention(request, patient, wording_id):
    """On the page again, in the words it had."""
    entry = _entry(patient, wording_id)
    return _done(request, patient, entry.section, lambda: acts.put_back(entry, by=request.user))


def _done(request, patient, section, act):
    """The entry that was moved or put back; else its section."""
    try:
        entry = act()
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
        entry = None
    if entry is None or entry.removed_at:
        return _to(patient, section, f"section-{section}")
    return _to_entry(patient, entry)


@require_POST
@once
@opens_chart(Permission.WRITE_PLANS)
def go_through_prevention(request, patient):
    """Gone through with the patient today."""
    try:
        acts.go_through(patient, by=request.user)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    else:
        messages.success(request, "Noted: gone through together today.")
    return redirect("patients:prevention", patient.pk)
