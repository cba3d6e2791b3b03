"""What groups do when a patient leaves, and each night."""

from django.dispatch import receiver

from anchored.ui.signals import night
from patients.signals import episode_closed

from .actions import enrolments, plan


@receiver(episode_closed)
def leave_groups(sender, episode, by, **_):
    enrolments.leave_all(episode, by=by, on=episode.ended_on)


@receiver(night)
def plan_sessions(sender, **_):
    return f"{plan.follow()}."
