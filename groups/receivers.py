"""What groups do when a patient leaves, and each night."""

from django.dispatch import receiver

from anchored.ui.signals import night
from patients.signals import episode_closed

from . import planning
from .actions import enrolments, make_ups


@receiver(episode_closed)
def leave_groups(sender, episode, by, **_):
    enrolments.leave_all(episode, by=by, on=episode.ended_on)
    make_ups.cancel_all(episode, by=by)


@receiver(night)
def plan_sessions(sender, **_):
    return f"{planning.plan_ahead()} sessions are planned."
