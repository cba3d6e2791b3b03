"""A session ends after minutes without use and after hours in any case. No parameter, header or poll extends it."""

import time

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout

BY_ITSELF = "/still/"  # in the address of a part that an open page asks for by itself: that is no use of the session
STAMP_EVERY = 60  # seconds: the session row is not written on every request


class SessionLimits:
    """Signs people out who were idle too long or signed in too long ago, before any view sees them."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.user.is_authenticated:
            self._mind(request)
        elif request.session.get("_auth_user_id"):
            request.session.flush()  # a disabled person: the session dies with the first request
        return self.get_response(request)

    def _mind(self, request):
        now = time.time()
        session = request.session
        began, used = session.get("began"), session.get("used")
        if began is None:
            session["began"] = session["used"] = now
        elif not 0 <= now - began <= settings.SESSION_HOURS * 3600 or now - used > settings.SESSION_IDLE_MINUTES * 60:
            logout(request)
            messages.info(request, "Your session ended to protect records. Sign in to continue.")
        elif now - used > STAMP_EVERY and BY_ITSELF not in request.path:
            session["used"] = now
