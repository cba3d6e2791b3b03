"""A group: what it is, who leads it, who is in it, when it meets; and somebody new in it."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from anchored.accounts.roles import Permission
from anchored.audit import trail
from anchored.ground.dates import today
from anchored.ui.once import once
from patients.views.answers import add_refusal, status_of

from .. import agreements, composition, coverage, members, timetable
from ..actions import enrolments, waiting
from ..doors import opens_group
from ..forms.enrolments import EnrolForm


@require_GET
@opens_group(Permission.SEE_GROUPS)
def group(request, group):
    """The page of a group. A member's name leads to the chart only for whom it opens."""
    return _show(request, group, _form(request, group))


@require_POST
@once
@opens_group(Permission.ENROL)
def enrol(request, group):
    """Somebody joins from a day on, or waits for a place."""
    form = _form(request, group, request.POST)
    if form.is_valid():
        episode = form.cleaned_data["episode"]
        try:
            told = _join(request, group, episode, form.cleaned_data["on"])
        except ValidationError as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, told)
            return redirect("group", group.pk)
    return _show(request, group, form)


def _join(request, group, episode, day):
    if request.POST.get("act") == "wait":
        waiting.wait(episode, group, by=request.user)
        return f"{episode.patient} waits for a place."
    enrolments.enrol(episode, [group], by=request.user, on=day)
    return f"{episode.patient} is enrolled."


def _form(request, group, data=None):
    return EnrolForm(data, episodes=members.who_could_join(group, request.user))


def _show(request, group, form):
    listed = members.members_of(group, request.user)
    taken = timetable.places([group], today()).get(group.pk, 0)
    waiters = members.waiters_of([group], request.user).get(group.pk, [])
    context = {
        "group": group,
        "programs": group.programs.all(),
        "leaders": group.leaders.now().select_related("user"),
        "slots": group.slots.not_over(today()),
        "members": listed,
        "mix": composition.of_group(group, listed),
        "topics": coverage.of_group(group, listed),
        "free": max(0, group.capacity - taken),
        "waiters": waiters,
        "agreement": agreements.text_of(group),
        "unsigned": agreements.unsigned(group, [member.patient for member in listed]),
        "first": next((one for one in waiters if not one.troubles), None),
        "sessions": timetable.next_sessions(group, today()),
        "form": form,
        "may_enrol": request.user.holds(Permission.ENROL),
        "may_schedule": request.user.holds(Permission.SCHEDULE_GROUPS),
    }
    response = render(request, "groups/group.html", context, status=status_of(form))
    trail.record_seen("list.shown", _shown(listed, waiters), by=request.user, screen="group")
    return response


def _shown(*lists):
    return sorted({each.patient.pk for rows in lists for each in rows})
