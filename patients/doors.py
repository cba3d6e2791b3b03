"""The door to a chart: whose it is, whether this person may, and the trail's row, in that order."""

from functools import wraps
from uuid import UUID

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect

from anchored.accounts.models import User
from anchored.audit import trail
from anchored.ground.remembered import Remembered, together

from .models import Patient
from .models.relation import days_of_grace

opened = Remembered(
    lambda user, patient: Patient.objects.visible_to(User(pk=user)).filter(pk=patient), user=int, patient=UUID, varies_with=days_of_grace
)


KEPT = "X-Kept"  # the header of an answer that only says that what was typed is kept


def shows_something(response):
    """Not when it only leads on: then the act has its own row, and the page that follows will have one."""
    return not (300 <= response.status_code < 400 or "HX-Redirect" in response.headers)


def opens_chart(permission, asks=None):
    """Hand the view its patient; 404 if the chart is not theirs to know of, 403 if the act is not.

    `asks(user, patient)`: questions that the view would ask next. They go along with the door's own, in one round trip, and
    the view gets their rows as `answers`; where the door stays shut nobody reads them.
    """

    def decorate(view):
        @wraps(view)
        def gated(request, patient_id, **kwargs):
            also = asks(request.user.pk, patient_id) if asks else ()
            found, *answers = together(opened.about(user=request.user.pk, patient=patient_id), *also)
            patient = next(iter(found), None)
            if patient is None:
                return _where_it_is_now(request, patient_id)
            request.user.must_hold(permission)
            if asks:
                kwargs["answers"] = answers
            response = view(request, patient, **kwargs)
            # After the view: an action locks the episode before the trail, and so must everybody.
            if shows_something(response) and not response.headers.get(KEPT):
                trail.record("chart.opened", patient, by=request.user, screen=view.__name__)
            return response

        gated.permission = permission
        return gated

    return decorate


def _where_it_is_now(request, patient_id):
    """The same page of the record that this one was merged into; 404 for those who may not know of it."""
    away = kept = get_object_or_404(Patient, pk=patient_id, merged_into__isnull=False)
    while kept.merged_into:
        kept = kept.merged_into
    get_object_or_404(Patient.objects.visible_to(request.user), pk=kept.pk)
    messages.info(request, f"Record no. {away.record_number} is record no. {kept.record_number} now.")
    if request.method != "GET":
        return redirect(kept)
    return redirect(request.resolver_match.view_name, **{**request.resolver_match.kwargs, "patient_id": kept.pk})


def opens_through(known, permission, *, part, when_over=None):
    """The same for something of a patient that has an address of its own: a referral, a wait, an admission in the making.

    `known(user)`: those of people this person may know of, by nothing but who the user is. `part`: the name of its key in the
    address. `when_over(request, row)` may answer in place of the view.
    """
    mine = Remembered(lambda user, key: known(User(pk=user)).filter(pk=key), user=int, key=UUID, varies_with=days_of_grace)

    def decorate(view):
        @wraps(view)
        def gated(request, **kwargs):
            row = next(iter(mine(user=request.user.pk, key=kwargs.pop(part))), None)
            if row is None:
                raise Http404("Not found.")
            request.user.must_hold(permission)
            instead = when_over(request, row) if when_over else None
            if instead is not None:
                return instead
            response = view(request, row, **kwargs)
            if shows_something(response) and not response.headers.get(KEPT):
                trail.record("chart.opened", row.patient, by=request.user, screen=view.__name__)
            return response

        gated.permission = permission
        return gated

    return decorate
