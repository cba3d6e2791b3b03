"""The chart on a sheet of paper: what somebody must know who meets the patient without this screen."""

from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from anchored.accounts.roles import Permission
from anchored.audit import trail
from anchored.ground.remembered import with_kept
from patients import head as heads
from patients import queries
from patients.doors import opens_chart
from patients.forms.continuum import dimensions_of
from patients.models.in_care import review_due

from .events import belonging
from .questions import all_rated, last_admission, last_substances


@require_GET
@opens_chart(Permission.OPEN_CHARTS)
def summary(request, patient):
    """Identity, safety, level of care, team, ratings, substances and whom to call, on one sheet. That it was made is recorded."""
    asked = (all_rated, last_admission, last_substances, queries.all_contacts)
    head, ratings, admission, substances, contacts = heads.Head.with_answers(patient, *asked)
    with_kept(ratings, made_by=heads.all_staff)
    rated = next(iter(belonging(head.episode, ratings)), None) if head.episode else None
    context = {
        "patient": patient,
        "head": head,
        "team": [member for member in head.team if member.ended_on is None],
        "stays": head.stays_of(head.episode) if head.episode else [],
        "rated": rated,
        "ratings": rating_rows(rated),
        "review_due": review_due(head.stay.counts_from, rated and rated.made_on, head.stay.review_days) if head.stay else None,
        "admission": next(iter(admission), None),
        "substances": [use for use in substances if use.substance],
        "contacts": [contact for contact in contacts if contact.removed_at is None],
        "now": timezone.localtime(),
    }
    response = render(request, "chart/summary.html", context)
    trail.record("summary.made", patient, by=request.user)
    return response


def rating_rows(rated):
    """(dimension, value) of a rating, in the order of its edition."""
    if rated is None:
        return []
    return [(dimension, rated.ratings()[dimension.number - 1]) for dimension in dimensions_of(edition=rated.edition)]
