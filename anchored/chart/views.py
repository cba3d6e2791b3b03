"""Chart overview and timeline."""

from django.http import Http404
from django.shortcuts import render
from django.views.decorators.http import require_GET

from anchored.accounts.roles import Permission
from anchored.ground.dates import today
from anchored.ground.remembered import with_kept
from anchored.ui.banner import Bar
from patients import head as heads
from patients.doors import opens_chart
from patients.forms.continuum import dimensions_of
from patients.models.in_care import review_due

from . import events
from .questions import all_discharges, all_rated, last_admission, last_substances

RECENT = 6


@require_GET
@opens_chart(Permission.OPEN_CHARTS)
def overview(request, patient):
    """Who this is, where on the continuum, what is due and what happened lately, in one look."""
    asked = (all_rated, all_discharges, last_admission, last_substances)
    head, rated, discharges, admission, substances = heads.Head.with_answers(patient, *asked)
    with_kept(rated, made_by=heads.all_staff)
    with_kept(discharges, discharged_by=heads.all_staff)
    context = {
        "patient": patient,
        "head": head,
        "banner": heads.banner(head, request.user, "patients:chart"),
        "admission": next(iter(admission), None),
        "substances": substances,
        "may_admit": request.user.holds(Permission.ADMIT_PATIENTS),
    }
    if head.episode:
        context |= _of_episode(head, rated, discharges)
    return render(request, "chart/overview.html", context)


def _of_episode(head, ratings, discharges):
    rated = next(iter(events.belonging(head.episode, ratings)), None)
    happened = events.of_episode(head, head.episode, ratings, discharges)
    return {
        "rated": rated,
        "ratings": _ratings(rated),
        "review_due": review_due(head.stay.counts_from, rated and rated.made_on, head.stay.review_days) if head.stay else None,
        "today": today(),
        "recent": happened[:RECENT],
        "earlier": head.episodes[1:],
    }


def _ratings(rated):
    if rated is None:
        return []
    return [(dimension, rated.ratings()[dimension.number - 1]) for dimension in dimensions_of(edition=rated.edition)]


@require_GET
@opens_chart(Permission.OPEN_CHARTS)
def timeline(request, patient):
    """The stays of an episode to scale, and everything that happened as a list."""
    head, rated, discharges = heads.Head.with_answers(patient, all_rated, all_discharges)
    with_kept(rated, made_by=heads.all_staff)
    with_kept(discharges, discharged_by=heads.all_staff)
    if not head.episodes:
        raise Http404("Never admitted.")
    wanted = request.GET.get("episode", "")
    episode = next((episode for episode in head.episodes if str(episode.pk) == wanted), head.episode)
    kind = request.GET.get("kind", "")
    happened = events.of_episode(head, episode, rated, discharges)
    stays = head.stays_of(episode)
    context = {
        "patient": patient,
        "head": head,
        "banner": heads.banner(head, request.user, "patients:timeline"),
        "episode": episode,
        "bars": [Bar(stay.program.name, _days(stay), stay.ended_on is None) for stay in stays],
        "stays": [(stay, _days(stay)) for stay in stays],
        "events": [event for event in happened if kind not in events.KINDS or event.kind == kind],
        "kinds": events.KINDS,
        "kind": kind if kind in events.KINDS else "",
    }
    return render(request, "chart/timeline.html", context)


def _days(stay):
    """Days that the stay takes up on the bar: half-open, so that the next begins where it ends."""
    return ((stay.ended_on or today()) - stay.started_on).days
