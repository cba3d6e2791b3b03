"""An admission in the making: begun from a chart or a referral, its task list, its steps, and the answers before the end."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET
from django_htmx.http import retarget

from anchored.accounts.roles import Permission
from anchored.ui.fragments import wants_fragment
from anchored.ui.once import once

from .. import head as heads
from .. import papers, queries
from ..actions import intakes
from ..doors import KEPT, opens_chart, opens_through
from ..forms.intake import EndIntakeForm, StartForm
from ..intake import BEFORE_THE_FIRST_SESSION, BY_KEY, STEPS, Progress
from ..models import Intake, Patient
from .answers import add_refusal, status_of, way_on


def _known(user):
    known = Intake.objects.filter(patient__in=Patient.objects.visible_to(user))
    return known.select_related("patient", "referral", "program__level", "started_by", "closed_by")


def _to_the_chart(request, intake):
    """One that is over leads to the chart, or to the list for those whom no chart opens. What is sent all the same is refused in words."""
    return redirect(way_on(request.user, intake.patient)) if intake.closed_at and request.method == "GET" else None


@once
@opens_chart(Permission.DO_INTAKE)
def start_intake(request, patient):
    """Begin an admission, or go on with the one that has begun."""
    if patient.episodes.open().exists():
        raise Http404("In care already.")
    open_one = Intake.objects.filter(patient=patient, closed_at=None).first()
    if open_one:
        return redirect("intake", open_one.pk)
    form = StartForm(request.POST or None, initial={"program": queries.program_expected(patient)})
    if request.method == "POST" and form.is_valid():
        try:
            begun = intakes.start(patient, by=request.user, program=form.cleaned_data["program"])
        except ValidationError as refusal:
            add_refusal(form, refusal)
        else:
            return redirect("intake", begun.pk)
    may_admit = request.user.holds(Permission.ADMIT_PATIENTS)
    context = {"patient": patient, "form": form, "may_admit": may_admit, "banner": heads.banner(heads.Head.of(patient), request.user)}
    return render(request, "intake/start.html", context, status=status_of(form))


@require_GET
@opens_through(_known, Permission.DO_INTAKE, part="intake_id", when_over=_to_the_chart)
def intake(request, intake):
    """The task list: nine steps in any order, each with how far it is."""
    progress = Progress.of(intake)
    lines = list(progress.lines(request.user))
    context = {
        "intake": intake,
        "patient": intake.patient,
        "before": lines[:BEFORE_THE_FIRST_SESSION],
        "clinical": lines[BEFORE_THE_FIRST_SESSION:],
        "completed": sum(state == "done" for _, state, _ in lines),
        "steps": len(STEPS),
        "saved_at": progress.saved_at(),
        "may_admit": request.user.holds(Permission.ADMIT_PATIENTS),
    }
    return render(request, "intake/tasks.html", context)


@once
@opens_through(_known, Permission.DO_INTAKE, part="intake_id", when_over=_to_the_chart)
def intake_step(request, intake, step):
    """One step: what was answered stands there, what is typed is kept, and "Save and continue" completes it."""
    step = BY_KEY.get(step)
    if step is None or step.form is None:
        raise Http404("No such step.")
    if request.method == "POST":
        return _keep(request, intake, step)
    progress = Progress.of(intake)
    if step.why_locked(request.user, progress.done):
        return _refuse_locked(request, intake, step, progress)
    return _show(request, intake, step, progress, progress.blank(step, request.user))


def _keep(request, intake, step):
    """Keep what was sent. By itself as one types: a line says so. By a button: then on to the list, or to what is wrong."""
    names = Progress(intake).judged(step, request.user, {}).fields
    typed = {name: _sent(request, name) for name in names}
    shown = {name: _sent(request, f"initial-{name}") for name in names}
    try:
        saved = intakes.keep(intake, step, typed=typed, shown=shown, by=request.user, mine=request.POST.getlist("mine"))
    except ValidationError as refusal:
        return _not_kept(request, intake, step, typed, refusal)
    if wants_fragment(request):
        return _say_kept(request, intake, step, typed, saved)
    return _go_on(request, intake, step, typed, saved)


def _sent(request, name):
    """The text of a field, its lines broken in one way: a button and a script send them differently."""
    return request.POST.get(name, "").replace("\r\n", "\n")


def _say_kept(request, intake, step, typed, saved):
    """The save line with what the page has shown from now on; with a clash, both answers and the choice between them."""
    context = {"step": step, "saved": saved, "shown": typed, "patient": intake.patient}
    if saved.clash:
        context["clashes"] = _clashes(Progress(intake).judged(step, request.user, {}), saved.clash)
        return retarget(render(request, "intake/_clash.html", context, status=409), "#clashes")
    response = render(request, "intake/_saved.html", context)
    response.headers[KEPT] = "1"
    return response


def _clashes(form, clash):
    return [(form.fields[name].label, name, answer) for name, answer in clash.items()]


def _go_on(request, intake, step, typed, saved):
    progress = Progress.of(intake)
    form = progress.judged(step, request.user, typed)
    if saved.clash:
        return _show(request, intake, step, progress, form, 409, _clashes(form, saved.clash))
    if request.POST.get("act") == "later":
        return redirect("intake", intake.pk)
    if request.POST.get("mine"):
        messages.success(request, "Yours is kept.")
        return redirect("intake_step", intake.pk, step.key)
    if not form.is_valid():
        return _show(request, intake, step, progress, form, 422)
    return _complete(request, intake, step)


def _complete(request, intake, step):
    """What is wrong may be what somebody else has typed meanwhile: then all that the step holds is shown."""
    try:
        intakes.complete(intake, step, by=request.user)
    except ValidationError as refusal:
        progress = Progress.of(intake)
        form = progress.judged(step, request.user)
        if form.is_valid():
            add_refusal(form, refusal)
        return _show(request, intake, step, progress, form, max(status_of(form), 422), shown=progress.values(form, step.key))
    messages.success(request, f"{step.title}: completed.")
    return redirect("intake", intake.pk)


def _not_kept(request, intake, step, typed, refusal):
    """Somebody has admitted the person or ended the admission meanwhile, or the text holds what no record can hold."""
    if wants_fragment(request):
        return retarget(render(request, "intake/_refused.html", {"sentences": refusal.messages}, status=422), "#clashes")
    progress = Progress.of(intake)
    form = progress.judged(step, request.user, typed)
    form.is_valid()
    add_refusal(form, refusal)
    return _show(request, intake, step, progress, form, max(status_of(form), 422))


def _refuse_locked(request, intake, step, progress):
    context = {"intake": intake, "patient": intake.patient, "step": step, "why": step.why_locked(request.user, progress.done)}
    return render(request, "intake/locked.html", context, status=422)


def _show(request, intake, step, progress, form, status=200, clashes=(), shown=None):
    if shown is None:
        shown = {name: _sent(request, f"initial-{name}") for name in form.fields} if form.is_bound else progress.values(form, step.key)
    context = {
        "intake": intake,
        "patient": intake.patient,
        "step": step,
        "number": STEPS.index(step) + 1,
        "steps": len(STEPS),
        "form": form,
        "shown": shown,
        "clashes": clashes,
        "saved_at": progress.saved_at(step.key),
    }
    if step.key == "life":
        context |= queries.contacts_and_times(intake.patient)
    if step.key == "level":
        context["fits"] = form.what_fits()
    return render(request, "intake/step.html", context, status=status)


@once
@opens_through(_known, Permission.DO_INTAKE, part="intake_id", when_over=_to_the_chart)
def intake_check(request, intake):
    """All answers with a way to change each, what is missing, and the button that admits."""
    progress, user = Progress.of(intake), request.user
    if request.method == "POST":
        user.must_hold(Permission.ADMIT_PATIENTS)
        try:
            episode = intakes.admit(intake, by=user)
        except ValidationError as refusal:
            return _show_check(request, intake, progress, refusal)
        messages.success(request, f"{episode.patient} is admitted to {episode.stays.get().program}.")
        return redirect(way_on(user, intake.patient))
    return _show_check(request, intake, progress)


def _show_check(request, intake, progress, refusal=None):
    user = request.user
    form = progress.judged(BY_KEY["level"], user)
    form.is_valid()
    context = {
        "intake": intake,
        "patient": intake.patient,
        "program": form.cleaned_data.get("program"),
        "sections": [(step, _said(progress, step, user)) for step in STEPS],
        "gaps": intakes.gaps(progress, user),
        "refused": refusal.messages if refusal else [],
        "may_admit": user.holds(Permission.ADMIT_PATIENTS),
        "is_rated": "dimensions" in progress.done,
        "needs": papers.needed(intake.patient, intake=intake),
    }
    return render(request, "intake/check.html", context, status=422 if refusal else 200)


def _said(progress, step, user):
    """(question, answer) of a step, without what was left empty."""
    if step.form is None or (step.clinical and not user.holds(Permission.ADMIT_PATIENTS)):
        return []
    form = progress.judged(step, user)
    names = form.fields if step.key in progress.done else [name for key, name in progress.answers if key == step.key]
    return [(form.fields[name].label, in_words(form.fields[name], progress.value(step.key, name))) for name in names]


def in_words(field, value):
    """What a person reads of an answer: the label of a choice, Yes for a tick."""
    for key, words in getattr(field, "choices", ()):
        if value and str(key) == value:
            return words
    return "Yes" if value == "on" else value


@once
@opens_through(_known, Permission.ADMIT_PATIENTS, part="intake_id", when_over=_to_the_chart)
def end_intake(request, intake):
    """The admission does not go on, and why."""
    form = EndIntakeForm(request.POST or None)
    if form.is_valid():
        try:
            intakes.end(intake, because=form.cleaned_data["because"], by=request.user)
        except ValidationError as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, "The admission is ended. Its answers stay on record.")
            return redirect(way_on(request.user, intake.patient))
    return render(request, "intake/end.html", {"intake": intake, "patient": intake.patient, "form": form}, status=status_of(form))
