"""What groups do when a patient leaves, when a note of theirs counts no more, and each night."""

from django.dispatch import receiver

from anchored.ui.signals import night
from patients.signals import episode_closed, service_replaced

from . import planning
from .actions import amendments, enrolments


@receiver(episode_closed)
def leave_groups(sender, episode, by, **_):
    enrolments.leave_all(episode, by=by, on=episode.ended_on)


@receiver(service_replaced)
def take_back_what_followed(sender, service, **_):
    amendments.take_back_after(service)


@receiver(night)
def plan_sessions(sender, **_):
    return f"{planning.plan_ahead()} sessions are planned."
