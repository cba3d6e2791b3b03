"""That it is still the same person at the keyboard: the password again, when the last time is over a quarter of an hour ago."""

import time

from django.contrib.auth import authenticate

QUARTER = 15 * 60
PROVED = "proved"
WRONG = "The password is not right. Nothing was signed; everything typed is kept."


def is_recent(request):
    """Whether this person gave the password within the last 15 minutes, at sign-in or since."""
    last = max(request.session.get("began", 0), request.session.get(PROVED, 0))
    return time.time() - last < QUARTER


def prove(request):
    """Whether the form that was sent may sign: recently proved, or with the right password. Wrong ones count as at sign-in."""
    if is_recent(request):
        return True
    password = request.POST.get("password", "")
    person = authenticate(request=request, username=request.user.get_username(), password=password) if password else None
    if person is None or person.pk != request.user.pk:
        return False
    request.session[PROVED] = time.time()
    return True
