"""The plan on one page: read, written row by row in place, signed, compared."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from anchored.accounts import proof
from anchored.accounts.refusals import NotNow, why_not
from anchored.accounts.roles import Permission
from anchored.ground.dates import today
from anchored.ui.once import once
from patients import head as heads
from patients.doors import opens_chart, opens_through
from patients.models import Diagnosis, Episode, Patient, ProgramRule
from patients.views.answers import add_refusal, status_of

from .. import comparing, due, note_queries, plan_queries, policies
from ..actions import plans
from ..forms.plans import FORMS, AboutForm, FromLibraryForm, WordForm
from ..gaps import gaps, hints
from ..models import Goal, Intervention, Objective, Plan, Problem
from ..outline import Outline

MODELS = {"problem": Problem, "goal": Goal, "objective": Objective, "intervention": Intervention}
CHILD = {"": "problem", "problem": "goal", "goal": "objective", "objective": "intervention"}


def known(user):
    return Plan.objects.filter(episode__patient__in=Patient.objects.visible_to(user)).select_related("episode__patient", "started_by")


@require_GET
@opens_chart(Permission.OPEN_CHARTS)
def chart_plan(request, patient):
    """The plan of the latest episode: the version in force, else the one in the making; where there is none, how to begin."""
    episode = Episode.objects.filter(patient=patient).order_by("-started_on", "-opened_at").first()
    if episode is None:
        raise Http404("Never admitted.")
    versions = list(Plan.objects.filter(episode=episode).select_related("episode"))
    plan = next((plan for plan in versions if plan.is_in_force), versions[0] if versions else None)
    if plan:
        return _show(request, known(request.user).get(pk=plan.pk))
    context = {
        "patient": patient,
        "banner": heads.banner(heads.Head.of(patient), request.user, "patients:plan"),
        "why_not": why_not(policies.check_can_start, request.user, episode),
    }
    return render(request, "plans/none.html", context)


@require_POST
@once
@opens_chart(Permission.WRITE_PLANS)
def start_plan(request, patient):
    """Begin the plan, or the next version of the one in force."""
    episode = get_object_or_404(Episode.objects.filter(patient=patient, ended_on=None))
    because = request.POST.get("because")
    try:
        plan = plans.start(episode, by=request.user, because=because if because in Plan.Because.values else Plan.Because.INITIAL)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
        return redirect("patients:plan", patient.pk)
    messages.success(request, f"Version {plan.number} is begun.")
    return redirect("plan", plan.pk)


@require_GET
@opens_through(known, Permission.OPEN_CHARTS, part="plan_id")
def plan(request, plan):
    """One version, nested; while it is a draft each row is changed in place."""
    return _show(request, plan)


def _show(request, plan, *, editing=None, adding=None, form=None, library=None, about=None):
    outline = Outline.of(plan)
    head, versions, reviews, happened, words, signed = heads.Head.with_answers(plan.patient, *plan_queries.beside(plan))
    may_write = request.user.holds(Permission.WRITE_PLANS) and plan.is_draft
    context = {
        "patient": plan.patient,
        "plan": plan,
        "outline": outline,
        "versions": versions,
        "banner": heads.banner(head, request.user, "patients:plan"),
        "may_write": may_write,
        "gaps": gaps(outline) if plan.is_draft else [],
        "hints": {node.pk: hints(problem, node) for problem in outline.problems for node in _objectives_of(problem)} if may_write else {},
        "editing": editing,
        "adding": adding,
        "form": form,
        "library": library,
        "about": about,
        "threads": note_queries.threads(plan),
        "at": request.GET.get("at", ""),
        "signed": signed,
        "cosigned": any(signature.meaning == "cosigner" for signature in signed),
        "word": next(iter(words), None),
        "may_take_word": why_not(policies.check_can_take_word, request.user, plan) is None,
        "may_cosign": _may_cosign(request.user, plan, signed),
        "ask_password": not proof.is_recent(request),
        "may_go_on": request.user.holds(Permission.WRITE_PLANS) and plan.episode.ended_on is None and not plan.is_draft,
        "reasons": [choice for choice in Plan.Because.choices if choice[0] != Plan.Because.INITIAL],
        "removed": _removed(plan) if may_write else [],
        "diagnoses": _diagnoses(plan) if plan.is_of_today else [],
        "reviews": reviews,
        "happened": happened,
        "due": _due(plan, head.stay),
    }
    statuses = [status_of(each) for each in (form, library, about) if each is not None]
    return render(request, "plans/plan.html", context, status=max(statuses, default=200))


def _due(plan, stay):
    """When this plan is due for review, or the first one to be signed; None once the episode has ended."""
    if plan.superseded_at or plan.episode.ended_on:
        return None
    rule = ProgramRule.objects.on(today()).filter(program=stay.program_id).first() if stay else None
    looked = due.plans_of([plan.episode_id]).get(plan.episode_id) if plan.is_in_force else None
    return due.of(rule, stay and stay.counts_from, looked)


def _objectives_of(problem):
    return [objective for goal in problem.children for objective in goal.children]


def _may_cosign(user, plan, signed):
    if not (plan.needs_supervisor and plan.is_sealed and not plan.superseded_at and user.holds(Permission.COSIGN)):
        return False
    return all(signature.meaning != "cosigner" and not signature.signed_by.is_same_person(user) for signature in signed)


def _removed(plan):
    """Rows taken out whose place is still there."""
    return [(kind, row) for kind, model in MODELS.items() for row in model.objects.filter(plan=plan).exclude(removed_at=None)]


def _to(plan, row=None):
    """The page again, where the person was."""
    page = reverse("plan", args=[plan.pk])
    return redirect(f"{page}?at={row.pk}#{row._meta.model_name}-{row.pk}" if row else page)


@once
@opens_through(known, Permission.WRITE_PLANS, part="plan_id")
def about_plan(request, plan):
    """Strengths, needs, barriers, discharge criteria: in place."""
    with transaction.atomic():
        plan = _for_change(request, plan)
        form = AboutForm(request.POST or None, instance=plan)
        if form.is_valid() and not form.clashes():
            try:
                plans.change_about(plan, by=request.user, **form.changes())
                return redirect(f"{reverse('plan', args=[plan.pk])}?at=about#about")
            except ValidationError as refusal:
                add_refusal(form, refusal)
    return _show(request, plan, about=form)


def _for_change(request, plan):
    """A draft to be written on. While something is sent, nobody else changes the plan."""
    if request.method == "POST":
        return known(request.user).select_for_update(of=["self"]).get(pk=plan.pk)
    if not plan.is_draft:
        raise Http404("This version is signed.")
    return plan


@once
@opens_through(known, Permission.WRITE_PLANS, part="plan_id")
def add_row(request, plan, kind, parent_id):
    """A new row at the end of its place, typed or from the library."""
    if request.method != "POST" and not plan.is_draft:
        raise Http404("This version is signed.")
    parent = _parent_of(plan, kind, parent_id)
    dimension = Outline.of(plan).problem_of(parent_id).row.dimension if parent else ""
    from_library = "entry" in request.POST and bool(request.POST["entry"])
    form = FORMS[kind](request.POST if request.method == "POST" and not from_library else None, diagnoses=_diagnoses(plan, kind))
    library = FromLibraryForm(request.POST if from_library else None, kind=kind, dimension=dimension)
    try:
        if library.is_valid():
            return _to(plan, plans.insert(plan, library.cleaned_data["entry"], parent=parent, by=request.user))
        if form.is_valid():
            return _to(plan, plans.add_row(plan, MODELS[kind], parent=parent, by=request.user, **form.cleaned_data))
    except ValidationError as refusal:
        add_refusal(library if from_library else form, refusal)
    return _show(request, plan, adding=(kind, parent_id), form=form, library=library)


def _diagnoses(plan, kind="problem"):
    """Those that stand today, the primary one first."""
    patient = plan.patient
    return list(Diagnosis.objects.standing().filter(patient=patient).select_related("code")) if kind == "problem" else []


def _parent_of(plan, kind, parent_id):
    if kind not in MODELS:
        raise Http404
    if kind == "problem":
        if parent_id != plan.pk:
            raise Http404
        return None
    above = next(name for name, child in CHILD.items() if child == kind)
    return get_object_or_404(MODELS[above].objects.of(plan), pk=parent_id)


@once
@opens_through(known, Permission.WRITE_PLANS, part="plan_id")
def edit_row(request, plan, row_id):
    """A row in place. Two people at once: only the same field is a conflict."""
    with transaction.atomic():
        plan = _for_change(request, plan)
        kind, row = _row_of(plan, row_id)
        form = FORMS[kind](request.POST or None, instance=row, diagnoses=_diagnoses(plan, kind))
        if form.is_valid() and not form.clashes():
            try:
                return _to(plan, plans.change_row(row, by=request.user, **form.changes()))
            except ValidationError as refusal:
                add_refusal(form, refusal)
    return _show(request, plan, editing=row.pk, form=form)


def _row_of(plan, row_id, rows=lambda model, plan: model.objects.of(plan)):
    for kind, model in MODELS.items():
        row = rows(model, plan).filter(pk=row_id).select_related("plan").first()
        if row:
            return kind, row
    raise Http404


@require_POST
@once
@opens_through(known, Permission.WRITE_PLANS, part="plan_id")
def place_row(request, plan, row_id):
    """One place up or down."""
    _, row = _row_of(plan, row_id)
    return _done(request, plan, row, lambda: plans.move_row(row, by=request.user, up=request.POST.get("to") == "up"))


@require_POST
@once
@opens_through(known, Permission.WRITE_PLANS, part="plan_id")
def remove_row(request, plan, row_id):
    """Out of the draft, with a way back."""
    _, row = _row_of(plan, row_id)
    return _done(request, plan, None, lambda: plans.remove_row(row, by=request.user))


@require_POST
@once
@opens_through(known, Permission.WRITE_PLANS, part="plan_id")
def put_back_row(request, plan, row_id):
    """In again, with what hangs on it."""
    _, row = _row_of(plan, row_id, lambda model, plan: model.objects.filter(plan=plan))
    return _done(request, plan, row, lambda: plans.put_back_row(row, by=request.user))


def _done(request, plan, row, act):
    try:
        act()
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    return _to(plan, row)


@once
@opens_through(known, Permission.WRITE_PLANS, part="plan_id")
def sign_plan(request, plan):
    """The clinician reads the whole and signs; every gap is named, with its place."""
    if request.method == "POST":
        try:
            if not proof.prove(request):
                raise NotNow(proof.WRONG)
            plans.sign(plan, by=request.user, digest=request.POST.get("digest", ""))
        except ValidationError as refusal:
            messages.error(request, " ".join(refusal.messages))
            return redirect("sign_plan", plan.pk) if plan.is_draft else _to(plan)
        messages.success(request, "Signed. What does the patient say to it?")
        return redirect("plan_word", plan.pk)
    if not plan.is_draft:
        raise Http404("Signed already.")
    outline = Outline.of(plan)
    context = {
        "patient": plan.patient,
        "plan": plan,
        "outline": outline,
        "gaps": gaps(outline),
        "digest": plan.digest_now(),
        "ask_password": not proof.is_recent(request),
        "banner": heads.banner(heads.Head.of(plan.patient), request.user, "patients:plan"),
    }
    return render(request, "plans/sign.html", context)


@once
@opens_through(known, Permission.WRITE_PLANS, part="plan_id")
def plan_word(request, plan):
    """What the patient says to the signed plan: drawn or typed, or why not."""
    form = WordForm(request.POST or None, initial={"digest": plan.digest})
    if form.is_valid():
        try:
            word = plans.take_word(plan, by=request.user, **form.for_take())
        except ValidationError as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, f"Kept: {word.get_how_display().lower()}.")
            return _to(plan)
    elif request.method != "POST" and why_not(policies.check_can_take_word, request.user, plan):
        raise Http404("There is nothing to say to this version now.")
    context = {
        "patient": plan.patient,
        "plan": plan,
        "outline": Outline.of(plan),
        "form": form,
        "banner": heads.banner(heads.Head.of(plan.patient), request.user, "patients:plan"),
    }
    return render(request, "plans/word.html", context, status=status_of(form))


@require_POST
@once
@opens_through(known, Permission.COSIGN, part="plan_id")
def cosign_plan(request, plan):
    """The supervisor signs."""
    if not proof.prove(request):
        messages.error(request, proof.WRONG)
        return _to(plan)
    return _done(request, plan, None, lambda: plans.cosign(plan, by=request.user))


@require_POST
@once
@opens_through(known, Permission.WRITE_PLANS, part="plan_id")
def rewrite_plan(request, plan):
    """A version that waits for signatures is taken back, and the next one begun from it."""
    try:
        return _to(plans.rewrite(plan, by=request.user))
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
        return _to(plan)


@require_GET
@opens_through(known, Permission.OPEN_CHARTS, part="plan_id")
def compare_plan(request, plan):
    """Two versions: a list of changes, and each changed text word by word."""
    others = list(Plan.objects.filter(episode=plan.episode_id).exclude(pk=plan.pk))
    wanted = request.GET.get("with", "")
    other = next((each for each in others if str(each.number) == wanted), None) or next(
        (each for each in others if each.number < plan.number), None
    )
    if other is None:
        raise Http404("There is no other version.")
    older, newer = sorted((plan, other), key=lambda each: each.number)
    context = {
        "patient": plan.patient,
        "plan": plan,
        "older": older,
        "newer": newer,
        "others": others,
        "changes": comparing.changes(Outline.of(older), Outline.of(newer)),
        "banner": heads.banner(heads.Head.of(plan.patient), request.user, "patients:plan"),
    }
    return render(request, "plans/compare.html", context)
