"""Forms for one session: cancel, move, cover. Each leads back to the week of the session."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import redirect, render
from django.urls import reverse

from anchored.accounts.roles import Permission
from anchored.ui.once import once
from patients.views.answers import add_refusal, status_of

from ..actions import sessions
from ..doors import opens_session
from ..forms.one_meeting import CancelForm, CoverForm, MoveForm


@once
@opens_session(Permission.SCHEDULE_GROUPS)
def cancel_session(request, session):
    """It is not held, and why."""
    return _act(request, session, CancelForm(request.POST or None), sessions.cancel, "Cancel the session", "The session is cancelled.")


@once
@opens_session(Permission.SCHEDULE_GROUPS)
def move_session(request, session):
    """Another day, start or room for this one alone."""
    form = MoveForm(request.POST or None, session=session)
    return _act(request, session, form, sessions.move, "Move the session", "The session is moved.")


@once
@opens_session(Permission.SCHEDULE_GROUPS)
def cover_session(request, session):
    """A colleague leads it."""
    form = CoverForm(request.POST if request.method == "POST" else None, session=session)
    return _act(request, session, form, sessions.cover, "Cover the session", "Who leads the session is saved.")


def _act(request, session, form, action, heading, told):
    if form.is_valid():
        try:
            changed = action(session, by=request.user, **form.cleaned_data)
        except ValidationError as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, told)
            return redirect(_week_of(changed))
    context = {"session": session, "form": form, "heading": heading, "back": _week_of(session)}
    return render(request, "groups/one_meeting.html", context, status=status_of(form))


def _week_of(session):
    return f"{reverse('timetable')}?week={session.held_on}"
