"""What the house does each night."""

from importlib import import_module

from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils import timezone

from anchored.ui import once, signals


class Command(BaseCommand):
    help = "Nightly work: forgets ended sessions, old sent forms and sign-in attempts; plans groups ahead. Safe to run again."

    def handle(self, *args, **options):
        import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()
        self.stdout.write("Ended sessions are forgotten.")
        self.stdout.write(f"{once.forget_old()} sent forms are forgotten.")
        self.stdout.write(f"{self._forget_attempts()} sign-in attempts are forgotten.")
        for _, words in signals.night.send(sender=self.__class__):
            self.stdout.write(str(words))

    def _forget_attempts(self):
        """Attempts whose lock is over. Signing in and being refused stays in the trail."""
        over = timezone.now() - settings.AXES_COOLOFF_TIME
        return sum(model.objects.filter(attempt_time__lt=over).delete()[0] for model in (AccessAttempt, AccessFailureLog, AccessLog))
