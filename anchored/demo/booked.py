"""Appointments of the demo: each clinician sees three of their people in turn, two today and one tomorrow."""

from collections import defaultdict
from datetime import timedelta

from anchored.ground.dates import today
from groups.planning import at
from patients.models import CareTeamMember, Service, ServiceKind
from treatment_plans.actions import appointments

TIMES = [(0, 780), (0, 930), (1, 600)]  # days ahead, minutes since midnight


def book():
    kind = ServiceKind.objects.get(code="individual")
    posts = CareTeamMember.objects.filter(part="primary", ended_on=None, episode__ended_on=None).select_related("user", "episode")
    own = defaultdict(list)
    for post in posts.order_by("episode__started_on", "pk"):
        own[post.user].append(post.episode)
    for user, episodes in own.items():
        for episode, (ahead, starts) in zip(episodes, TIMES, strict=False):
            facts = {"kind": kind, "minutes": kind.minutes, "place": Service.Place.IN_PERSON}
            appointments.book(episode, clinician=user, by=user, starts_at=at(today() + timedelta(days=ahead), starts), **facts)
