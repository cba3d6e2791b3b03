"""What appointments do when a patient leaves."""

from django.dispatch import receiver

from patients.signals import episode_closed

from .actions import appointments


@receiver(episode_closed)
def cancel_appointments(sender, episode, by, **_):
    appointments.cancel_all(episode, by=by)
