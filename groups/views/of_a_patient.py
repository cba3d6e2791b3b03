"""The groups of a patient: where they are and were, what would fit, and joining several at once."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import redirect, render
from django.utils import timezone

from anchored.accounts.roles import Permission
from anchored.ground.clock import duration
from anchored.ground.dates import today
from anchored.ui.once import once
from anchored.ui.paging import OnePass
from patients import head as heads
from patients import queries as of_patients
from patients.doors import opens_chart
from patients.views.answers import add_refusal, status_of

from .. import apart, coverage, forecast, hours, members, queries
from ..actions import enrolments, waiting
from ..forms.enrolments import EnrolInSeveralForm, WaitForm
from ..models import Enrolment, Group, MakeUp, Waiting

ROWS = 20


@once
@opens_chart(Permission.OPEN_CHARTS)
def chart_groups(request, patient):
    """Memberships, every group of the program against the patient's week, and one button for all that are ticked."""
    if request.method == "POST":
        request.user.must_hold(Permission.ENROL)
    head, commitments = heads.Head.with_answers(patient, of_patients.all_commitments)
    form = _form(request, head)
    if form and form.is_valid():
        try:
            told = _wait(request, head, form) if "wait" in request.POST else _enrol(request, head, form)
        except ValidationError as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, told)
            return redirect("patients:groups", patient.pk)
    return _show(request, patient, head, commitments, form)


def _form(request, head):
    """None for somebody who is not in care."""
    if not head.stay:
        return None
    groups = members.offered_to(head.stay.program)
    if "wait" in request.POST:
        return WaitForm({"group": request.POST["wait"]}, groups=groups)
    return EnrolInSeveralForm(request.POST or None, groups=groups)


def _wait(request, head, form):
    group = form.cleaned_data["group"]
    waiting.wait(head.episode, group, by=request.user)
    return f"Waits for {group}."


def _enrol(request, head, form):
    chosen = list(form.cleaned_data["groups"])
    enrolments.enrol(head.episode, chosen, by=request.user, on=form.cleaned_data["on"])
    return _told(chosen)


def _told(groups):
    hours = duration(sum(members.minutes_a_week(group.meets) for group in groups))
    number = f"{len(groups)} group{'' if len(groups) == 1 else 's'}"
    return f"Enrolled in {number}, {hours} a week together." if hours else f"Enrolled in {number}."


def _week(head):
    """This week and the four before, what is taken to make up for hours, and what would."""
    if not head.stay:
        return {}
    episode, day = head.episode.pk, today()
    mine = hours.of_week([episode], day, {episode: head.stay.program_id})[episode]
    rule = next((program for program in of_patients.rules() if program.pk == head.stay.program_id), None)
    short = forecast.of_one(head, mine)
    make_ups = MakeUp.objects.standing().filter(episode=head.episode, session__ended_at__gt=timezone.now())
    return {
        "week": mine,
        "weeks": hours.last_weeks(episode, rule, head.stay.counts_from),
        "short": short,
        "make_ups": make_ups.select_related("session__group"),
    }


def _show(request, patient, head, commitments, form):
    rows = Enrolment.objects.filter(episode__patient=patient).select_related("group__type", "ended_by").order_by("-started_on")
    current = [row for row in rows if row.ended_on is None or row.ended_on > today()]
    waits = list(Waiting.objects.filter(episode__patient=patient, ended_on=None).select_related("group", "added_by").order_by("added_at"))
    ticked = set(request.POST.getlist("groups"))
    fits = members.fits(head.stay.program, patient, commitments, current, ticked=ticked, waitings=waits) if form else []
    for number, fit in enumerate(fit for fit in fits if not fit.is_member):
        fit.number = number
    may_enrol, whole = request.user.holds(Permission.ENROL), members.tracks(fits)
    _tick(whole, request.GET.get("tick"))
    giving = members.places_to_give(request.user, [row.group for row in waits]) if waits else []
    free = {place.first.waiting.pk for place in giving if place.first}
    page = OnePass(queries.attendance_of(patient), ROWS).get_page(request.GET.get("page"))
    corrections = queries.amendments_of([mark.pk for mark in page])
    context = {
        "patient": patient,
        **_week(head),
        "current": current,
        "waits": [(row, row.pk in free) for row in waits],
        "apart": apart.of_patient(patient, request.user),
        "earlier": [row for row in rows if row not in current],
        "fits": fits,
        "tracks": whole,
        "program": head.stay and head.stay.program,
        "form": form,
        "on": form and (form if "on" in form.fields else EnrolInSeveralForm(groups=Group.objects.none()))["on"],
        "may_enrol": may_enrol,
        "may_tick": may_enrol and not all(fit.is_member for fit in fits),
        "page": page,
        "coverage": coverage.of_episode(head.episode) if head.episode else [],
        "attended": [(mark, corrections.get(mark.pk, [])) for mark in page],
        "banner": heads.banner(head, request.user, "patients:groups"),
    }
    return render(request, "groups/of_a_patient.html", context, status=status_of(form) if form else 200)


def _tick(tracks, wanted):
    """The boxes of a whole track, where its link was followed."""
    for fit in (fit for track in tracks if track.value == wanted for fit in track.fits):
        fit.ticked = True
