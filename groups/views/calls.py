"""Members are called about a session: who was told, by whom."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from anchored.accounts.roles import Permission
from anchored.ui.once import once
from patients.models import Patient

from .. import queries
from ..actions import sessions
from ..doors import opens_session


@require_POST
@once
@opens_session(Permission.OPEN_CHARTS)
def tell_member(request, session, episode_id: UUID):
    """Somebody of the list, whose chart this person may open, was told."""
    person = next((each for each in queries.roster(session, request.user) if each.pk == episode_id), None)
    if person is None or not Patient.objects.visible_to(request.user).filter(pk=person.patient.pk).exists():
        raise Http404("Nobody of this session.")
    try:
        sessions.tell(session, person.episode, by=request.user)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    else:
        messages.success(request, f"Noted that {person.patient} was told.")
    return redirect("session", session.pk)
