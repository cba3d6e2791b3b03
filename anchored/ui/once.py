"""A form that is sent twice has its effect once: double clicks, impatient reloads, lost answers."""

import uuid
from datetime import timedelta
from functools import wraps

from django.db import transaction
from django.shortcuts import redirect
from django.utils import timezone

from anchored.ground.rows import add_unless_there, change_where

from . import errors
from .models import SentForm

KEPT_FOR = timedelta(days=2)
FIELD = "once"
LONGEST_PATH = SentForm._meta.get_field("path").max_length
LONGEST_ANSWER = SentForm._meta.get_field("answer").max_length


def once(view):
    """Let the view answer a sent form; send whoever repeats it to where the first answer led.

    The claim on the form and everything the view does are one transaction. A view that refuses (4xx) gives the claim
    back, so that the corrected form can be sent. A form without a token works, and is not protected.
    """

    @wraps(view)
    def sent_once(request, *args, **kwargs):
        token = _token_of(request)
        if token is None:
            return view(request, *args, **kwargs)
        claim = {"token": token, "user_id": request.user.pk, "path": request.path}
        with transaction.atomic():
            # Most forms lead back to their own page, so the claim says that until it is known: one statement less.
            if not add_unless_there(SentForm(**claim, answer=request.path)):  # a second sender waits here until the first is done
                return _answer_again(request, SentForm.objects.get(**claim))
            response = view(request, *args, **kwargs)
            _keep(claim, response)
            return response

    return sent_once


def forget_old():
    """Forget the forms that nobody sends again. Returns how many."""
    return SentForm.objects.filter(at__lt=timezone.now() - KEPT_FOR).delete()[0]


def _token_of(request):
    if request.method != "POST" or not request.user.is_authenticated or len(request.path) > LONGEST_PATH:
        return None
    try:
        return uuid.UUID(request.POST.get(FIELD, ""))
    except ValueError:
        return None


def _keep(claim, response):
    goal = response.headers.get("Location") or response.headers.get("HX-Redirect") or ""
    if response.status_code >= 400:
        SentForm.objects.filter(**claim).delete()
    elif goal != claim["path"]:
        change_where(SentForm, claim, {"answer": goal if len(goal) <= LONGEST_ANSWER else ""})


def _answer_again(request, claim):
    if claim.answer:
        return redirect(claim.answer)
    return errors.answer(request, 409, "Sent already", errors.SENT_ALREADY)
