"""What every answer carries, what no address may hold, how fragments are redirected, and how refusals become pages."""

from urllib.parse import urlencode, urlsplit, urlunsplit

from django.conf import settings
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.http import Http404, HttpResponse
from django.shortcuts import resolve_url
from django.utils.cache import patch_vary_headers
from django.utils.http import url_has_allowed_host_and_scheme

from . import errors
from .fragments import wants_fragment

SAVE_LINE = "save-state"
ALWAYS = {
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), magnetometer=(), "
    "microphone=(), midi=(), payment=(), usb=()",
    "X-Content-Type-Options": "nosniff",
}


class Headers:
    """No page is kept by a browser or a proxy, framed, sniffed, or given a device. Static files may be kept."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        is_static = request.path.startswith(settings.STATIC_URL) and response.status_code in (200, 206, 304)
        for name, value in ALWAYS.items():
            if not (is_static and name == "Cache-Control"):
                response.headers[name] = value
        if not is_static:
            patch_vary_headers(response, ["HX-Request"])
        return response


class Addresses:
    """An address holds no NUL: PostgreSQL refuses it, and SQLite stops reading there. Forms are asked field by field."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if "%00" in request.META.get("QUERY_STRING", ""):
            raise Http404
        return self.get_response(request)


class Fragments:
    """A fragment is never swapped for a whole page: htmx is told to go where a redirect leads.

    Whoever must sign in first comes back to a page: the one they were on, not the address a form or fragment was for.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if not (300 <= response.status_code < 400 and response.has_header("Location")):
            return response
        is_fragment = wants_fragment(request)
        must_sign_in = not request.user.is_authenticated and urlsplit(response["Location"]).path == resolve_url(settings.LOGIN_URL)
        if must_sign_in and (is_fragment or request.method != "GET") and not request.path.startswith(resolve_url(settings.LOGIN_URL)):
            response["Location"] = f"{resolve_url(settings.LOGIN_URL)}?{urlencode({REDIRECT_FIELD_NAME: _page_of(request)})}"
        if not is_fragment:
            return response
        if must_sign_in and request.headers.get("HX-Target") == SAVE_LINE:
            return HttpResponse(status=401)  # what is typed stays on the page: its save line asks to sign in
        told = HttpResponse(status=401 if must_sign_in else 204, headers={"HX-Redirect": response["Location"]})
        told.cookies = response.cookies
        return told


def _page_of(request):
    """The page of this house that a form or fragment was sent from; without one, the start."""
    came_from = request.headers.get("HX-Current-URL") or request.headers.get("Referer") or ""
    if url_has_allowed_host_and_scheme(came_from, {request.get_host()}, require_https=request.is_secure()):
        page = urlsplit(came_from)
        return urlunsplit(("", "", page.path or "/", page.query, ""))
    return resolve_url(settings.LOGIN_REDIRECT_URL)


class Refusals:
    """Exceptions that are sentences become answers; a wrong method too. All others stay what they are."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if response.status_code == 405 and not response.content:
            worded = errors.answer(request, 405, "Nothing to see here", errors.WRONG_METHOD)
            worded["Allow"] = response["Allow"]
            return worded
        return response

    def process_exception(self, request, exception):
        return errors.refusal(request, exception)
