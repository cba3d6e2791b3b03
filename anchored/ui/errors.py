"""What people read when something is not possible: plain words, never a record's content, always a way on."""

import logging
import secrets
import sys

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.template.loader import render_to_string

from anchored.accounts.refusals import NotNow, SomeoneWasFirst
from anchored.accounts.roles import Permission
from anchored.audit.trail import TrailUnavailable

from .fragments import wants_fragment

log = logging.getLogger("anchored.errors")

NO_ACCESS = "You do not have access to this page. If you need it for care, ask a supervisor or an administrator."
CHANGED = "Someone changed this while you were working. Nothing of yours is lost."
SENT_ALREADY = "This form was sent already, and it was done once. Reload the page to see how things stand."
CSRF = "Reload the page and try again. What you typed is still there when you go back in your browser."
SESSION_ENDED = "Your session ended to protect records. Sign in to continue."
WRONG_METHOD = "This address only works with the form it belongs to. Go to where you came from and use the button there."
UNAVAILABLE = "Nothing was changed. Wait a minute, then try again."
UNRECORDED = "Access cannot be recorded at the moment, so no record is shown and nothing was changed. Wait a minute, then try again."


def answer(request, status, heading, sentence):
    """A refusal as a page, or for a fragment as a sentence that goes to the alert region."""
    context = {"heading": heading, "sentence": sentence}
    if not wants_fragment(request):
        return render(request, f"{status}.html", context, status=status)
    response = render(request, "ui/parts/_refusal.html", context, status=status)
    response["HX-Retarget"] = "#alert"
    response["HX-Reswap"] = "innerHTML"
    return response


def refusal(request, trouble):
    """The answer to an exception that a view let go; None when it is not one of ours."""
    if isinstance(trouble, SomeoneWasFirst):
        return answer(request, 409, "Someone was first", " ".join(trouble.messages) or CHANGED)
    if isinstance(trouble, NotNow):
        return answer(request, 422, "Not at this moment", " ".join(trouble.messages))
    if isinstance(trouble, TrailUnavailable):
        return unavailable(request, trouble, UNRECORDED)
    if isinstance(trouble, (OperationalError, InterfaceError)):
        return unavailable(request, trouble)
    return None


def bad_request(request, exception=None):
    """400: made without a session or a database, for it may be anybody's request."""
    return _alone(request, 400, "That did not arrive as it should", "Go back, reload the page and try again.")


def permission_denied(request, exception=None):
    """403: the sentence of the policy that refused, if it gave one."""
    return answer(request, 403, "No access", str(exception or "") or NO_ACCESS)


def page_not_found(request, exception=None):
    """404: the same words for what never was and for what is not yours to know of."""
    return answer(request, 404, "Page not found", _way_on(getattr(request, "user", None)))


def _way_on(user):
    """Where this person can go instead."""
    if user is None or not user.is_authenticated:
        return "Check the address, or sign in."
    find = "Find a patient, or go" if user.holds(Permission.FIND_PATIENTS) else "Go"
    return f"{find} to {'Today' if user.holds(Permission.SEE_TODAY) else 'the start'}."


def server_error(request):
    """500, or 503 when the database cannot be reached: with a short reference that the log has too."""
    trouble = sys.exc_info()[1]
    if isinstance(trouble, (OperationalError, InterfaceError, TrailUnavailable)):
        return refusal(request, trouble)
    reference = secrets.token_hex(3).upper()
    log.error("Reference %s: %s %s", reference, request.method, request.path, exc_info=trouble)
    return _alone(request, 500, "Something went wrong on our side", f"Nothing half done was kept. Reference {reference}.")


def csrf_failure(request, reason=""):
    """The form is from another session: it ended meanwhile, somebody else signed in here, or cookies are off."""
    if not request.user.is_authenticated and request.path != resolve_url(settings.LOGIN_URL):
        return redirect(settings.LOGIN_URL) if wants_fragment(request) else answer(request, 403, "You are signed out", SESSION_ENDED)
    return answer(request, 403, "This form is no longer valid", CSRF)


def unavailable(request, trouble, sentence=UNAVAILABLE):
    log.error("Unavailable: %s %s", request.method, request.path, exc_info=trouble)
    response = _alone(request, 503, "Anchored cannot reach its records", sentence)
    response["Retry-After"] = "60"
    return response


def _alone(request, status, heading, sentence):
    """A page that needs nothing: no session, no database, no signed-in person."""
    context = {"heading": heading, "sentence": sentence}
    if not wants_fragment(request):
        return HttpResponse(render_to_string(f"{status}.html", context), status=status)
    return HttpResponse(
        render_to_string("ui/parts/_refusal.html", context), status=status, headers={"HX-Retarget": "#alert", "HX-Reswap": "innerHTML"}
    )
