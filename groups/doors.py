"""The door to a group or a session: 404 where this person may not know of it, 403 where the act is not theirs."""

from functools import wraps
from uuid import UUID

from django.http import Http404
from django.urls import reverse

from anchored.accounts.models import User
from anchored.ground.remembered import Remembered

from . import queries


def opens_group(permission):
    """Hand the view its group."""
    return _opens("group_id", queries.groups_visible_to, permission)


def opens_session(permission):
    """Hand the view its session."""
    return _opens(
        "session_id",
        lambda user: queries.with_way_to_group(queries.sessions_visible_to(user), user).select_related(
            "group__type__service_kind", "group__curriculum", "topic"
        ),
        permission,
    )


def _opens(part, known, permission):
    mine = Remembered(lambda user, key: known(User(pk=user)).filter(pk=key), user=int, key=UUID)

    def decorate(view):
        @wraps(view)
        def gated(request, **kwargs):
            row = next(iter(mine(user=request.user.pk, key=kwargs.pop(part))), None)
            if row is None:
                raise Http404("Not found.")
            request.user.must_hold(permission)
            return view(request, row, **kwargs)

        gated.permission = permission
        return gated

    return decorate


def way_back(user, row):
    """From a membership or a wait: the group's page where this person may see it, else the groups of the chart."""
    if queries.groups_visible_to(user).filter(pk=row.group_id).exists():
        return reverse("group", args=[row.group_id])
    return reverse("patients:groups", args=[row.patient_id])
