"""What groups do when a patient leaves."""

from django.dispatch import receiver

from patients.signals import episode_closed

from .actions import enrolments


@receiver(episode_closed)
def leave_groups(sender, episode, by, **_):
    enrolments.leave_all(episode, by=by, on=episode.ended_on)
