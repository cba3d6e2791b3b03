"""Chart overview and timeline."""

from uuid import UUID

from django.http import Http404
from django.shortcuts import render
from django.views.decorators.http import require_GET

from anchored.accounts.roles import Permission
from anchored.ground.dates import today
from anchored.ground.remembered import Remembered
from anchored.ui.banner import Bar
from patients import head as heads
from patients.doors import opens_chart
from patients.models import Admission, Dimension, SubstanceUse
from patients.models.in_care import review_due

from . import events

RECENT = 6

admission_of = Remembered(lambda episode: Admission.objects.filter(episode=episode), episode=UUID)
substances_of = Remembered(lambda episode: SubstanceUse.objects.filter(admission__episode=episode), episode=UUID)
dimensions_of = Remembered(lambda edition: Dimension.objects.filter(edition=edition), edition=str)


@require_GET
@opens_chart(Permission.OPEN_CHARTS)
def overview(request, patient):
    """Who this is, where on the continuum, what is due and what happened lately, in one look."""
    head = heads.Head.of(patient)
    context = {"patient": patient, "head": head, "banner": heads.banner(head, request.user, "patients:chart")}
    context["may_admit"] = request.user.holds(Permission.ADMIT_PATIENTS)
    if head.episode:
        context |= _of_episode(head)
    return render(request, "chart/overview.html", context)


def _of_episode(head):
    ratings = events.rated_in(head.episode)
    rated = ratings[0] if ratings else None
    happened = events.of_episode(head, head.episode, ratings)
    return {
        "rated": rated,
        "ratings": _ratings(rated),
        "review_due": review_due(head.stay.counts_from, rated and rated.made_on, head.stay.review_days) if head.stay else None,
        "today": today(),
        "admission": next(iter(admission_of(episode=head.episode.pk)), None),
        "substances": substances_of(episode=head.episode.pk),
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
    head = heads.Head.of(patient)
    if not head.episodes:
        raise Http404("Never admitted.")
    wanted = request.GET.get("episode", "")
    episode = next((episode for episode in head.episodes if str(episode.pk) == wanted), head.episode)
    kind = request.GET.get("kind", "")
    happened = [
        event for event in events.of_episode(head, episode, events.rated_in(episode)) if kind not in events.KINDS or event.kind == kind
    ]
    stays = head.stays_of(episode)
    context = {
        "patient": patient,
        "head": head,
        "banner": heads.banner(head, request.user, "patients:timeline"),
        "episode": episode,
        "bars": [Bar(stay.program.name, _days(stay), stay.ended_on is None) for stay in stays],
        "stays": [(stay, _days(stay)) for stay in stays],
        "events": happened,
        "kinds": events.KINDS,
        "kind": kind if kind in events.KINDS else "",
    }
    return render(request, "chart/timeline.html", context)


def _days(stay):
    """Days that the stay takes up on the bar: half-open, so that the next begins where it ends."""
    return ((stay.ended_on or today()) - stay.started_on).days
