"""Who cares, what everybody must know first, and the six dimensions."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from anchored.accounts.roles import Permission
from anchored.ground.dates import today
from anchored.signing import signatures
from anchored.ui.once import once

from .. import head as heads
from ..actions import assessments, flags, team
from ..doors import opens_chart
from ..forms.care import AddendumForm, AssessForm, FlagForm, JoinForm, ReassignForm
from ..models import Assessment, CareTeamMember, Dimension, Episode, RatingOption, SafetyFlag, Stay
from ..models.assessment import DIMENSIONS
from .answers import add_refusal, status_of, way_on
from .continuum import open_stay


@opens_chart(Permission.OPEN_CHARTS)
def care_team(request, patient):
    """Everybody who cares or cared in this episode, with the hand-over notes."""
    return _show_team(request, patient, _latest_episode(patient))


def _latest_episode(patient):
    return get_object_or_404(Episode.objects.filter(patient=patient).order_by("-started_on", "-opened_at")[:1])


def _show_team(request, patient, episode):
    members = list(episode.team.select_related("user", "assigned_by").order_by("-started_on", "-assigned_at"))
    context = {
        "patient": patient,
        "episode": episode,
        "now": [member for member in members if not _has_left(member)],
        "before": [member for member in members if _has_left(member)],
        "may_assign": request.user.holds(Permission.ASSIGN_CARE_TEAM) and episode.ended_on is None,
    }
    context["banner"] = _banner(request, patient, "patients:team")
    return render(request, "patients/team.html", context)


def _has_left(member):
    return member.ended_on is not None and member.ended_on <= today()


def _banner(request, patient, here=""):
    return heads.banner(heads.Head.of(patient), request.user, here)


def _stay_of_form(request, patient):
    """Where the patient is. A form that was sent may come after the discharge: the action says so, and the typing is kept."""
    last = Stay.objects.filter(episode__patient=patient, next=None).order_by("-started_on", "-opened_at")
    sent_late = last.select_related("episode__patient", "program__level", "program__phase").first() if request.method == "POST" else None
    return sent_late or open_stay(patient)


@once
@opens_chart(Permission.ASSIGN_CARE_TEAM)
def reassign(request, patient):
    """Another primary clinician, with a hand-over note."""
    episode = _stay_of_form(request, patient).episode
    current = episode.team.filter(part=CareTeamMember.Part.PRIMARY, ended_on=None).select_related("user").first()
    form = ReassignForm(request.POST or None, current=current)
    if form.is_valid():
        try:
            following = team.reassign(episode, by=request.user, **form.cleaned_data)
        except ValidationError as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, f"{following.user} is now the primary clinician of {patient}.")
            return redirect(way_on(request.user, patient, "patients:team"))
    context = {"patient": patient, "form": form, "current": current, "banner": _banner(request, patient)}
    return render(request, "patients/reassign.html", context, status=status_of(form))


@once
@opens_chart(Permission.ASSIGN_CARE_TEAM)
def join_team(request, patient):
    """Somebody else joins the care team from today."""
    episode = _stay_of_form(request, patient).episode
    form = JoinForm(request.POST or None)
    if form.is_valid():
        try:
            member = team.add_member(episode, by=request.user, **form.cleaned_data)
        except ValidationError as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, f"{member.user} joined the care team.")
            return redirect("patients:team", patient.pk)
    return render(
        request, "patients/join_team.html", {"patient": patient, "form": form, "banner": _banner(request, patient)}, status=status_of(form)
    )


@require_POST
@once
@opens_chart(Permission.ASSIGN_CARE_TEAM)
def leave_team(request, patient, member_id):
    """Somebody leaves the care team today; the access ends with it."""
    member = get_object_or_404(CareTeamMember.objects.filter(episode__patient=patient), pk=member_id)
    try:
        team.end_member(member, by=request.user)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    else:
        messages.success(request, f"{member.user} left the care team.")
    return redirect(way_on(request.user, patient, "patients:team"))


@once
@opens_chart(Permission.RAISE_FLAGS)
def safety_flags(request, patient):
    """The flags on the banner: raise one, close one, see what was."""
    form = FlagForm(request.POST or None)
    if form.is_valid():
        try:
            flag = flags.raise_flag(patient, by=request.user, **form.cleaned_data)
        except ValidationError as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, f"Flag raised: {flag}.")
            return redirect("patients:flags", patient.pk)
    rows = list(patient.safety_flags.select_related("raised_by", "closed_by"))
    context = {
        "patient": patient,
        "form": form,
        "raised": [flag for flag in rows if flag.ended_on is None],
        "closed": [flag for flag in rows if flag.ended_on is not None],
        "banner": _banner(request, patient, "patients:flags"),
    }
    return render(request, "patients/flags.html", context, status=status_of(form))


@require_POST
@once
@opens_chart(Permission.RAISE_FLAGS)
def close_flag(request, patient, flag_id):
    """Take a flag off the banner."""
    flag = get_object_or_404(SafetyFlag.objects.filter(patient=patient), pk=flag_id)
    try:
        flags.close_flag(flag, by=request.user)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    else:
        messages.success(request, f"Flag closed: {flag}.")
    return redirect("patients:flags", patient.pk)


@once
@opens_chart(Permission.ASSESS)
def assess(request, patient):
    """Rate the six dimensions; the one button signs."""
    stay = _stay_of_form(request, patient)
    form = AssessForm(request.POST or None, stay=stay)
    if form.is_valid():
        try:
            assessments.assess(stay, by=request.user, **form.for_assess())
        except ValidationError as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, "The assessment is signed.")
            return redirect(patient)
    context = {"patient": patient, "stay": stay, "form": form, "banner": _banner(request, patient)}
    return render(request, "patients/assess.html", context, status=status_of(form))


@once
@opens_chart(Permission.OPEN_CHARTS)
def assessment(request, patient, assessment_id):
    """A signed assessment as it was signed, with what was added since."""
    document = get_object_or_404(
        Assessment.objects.filter(episode__patient=patient).select_related("recommended", "chosen", "authorised", "made_by"),
        pk=assessment_id,
    )
    may_add = request.user.holds(Permission.ASSESS)
    form = AddendumForm(request.POST or None) if may_add else None
    if request.method == "POST":
        request.user.must_hold(Permission.ASSESS)
        if form.is_valid():
            signatures.add(document, text=form.cleaned_data["text"], by=request.user)
            messages.success(request, "The addendum is signed.")
            return redirect("patients:assessment", patient.pk, document.pk)
    words = dict(RatingOption.objects.filter(edition=document.edition).values_list("value", "label"))
    names = {dimension.number: dimension.name for dimension in Dimension.objects.filter(edition=document.edition)}
    rows = [
        (number, names.get(number, ""), value, words.get(value, ""), getattr(document, f"comment_{number}"))
        for number, value in zip(DIMENSIONS, document.ratings(), strict=True)
    ]
    context = {
        "patient": patient,
        "document": document,
        "rows": rows,
        "signatures": signatures.of(document),
        "addenda": signatures.addenda_of(document),
        "form": form,
        "banner": _banner(request, patient),
    }
    return render(request, "patients/assessment.html", context, status=status_of(form) if form else 200)
