"""The door to a session: whose it is, and whether this person may. What a page shows, the view puts on the trail."""

from functools import wraps

from django.shortcuts import get_object_or_404

from . import queries


def opens_session(permission):
    """Hand the view its session; 404 if it is not theirs to know of, 403 if the act is not."""

    def decorate(view):
        @wraps(view)
        def gated(request, session_id, **kwargs):
            rows = queries.sessions_visible_to(request.user).select_related("group__type__service_kind", "group__curriculum", "topic")
            session = get_object_or_404(rows, pk=session_id)
            request.user.must_hold(permission)
            return view(request, session, **kwargs)

        gated.permission = permission
        return gated

    return decorate
