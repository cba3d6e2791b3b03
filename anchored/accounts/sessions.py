"""Sessions in the database, asked for with a question whose SQL is built once: it stands before every page."""

from django.contrib.sessions.backends.db import SessionStore as DatabaseSessions
from django.contrib.sessions.models import Session
from django.utils import timezone

from anchored.ground.remembered import Remembered

by_key = Remembered(lambda key: Session.objects.filter(session_key=key), key=str)


class SessionStore(DatabaseSessions):
    """Django's own, but for how a row is found."""

    def _get_session_from_db(self):
        found = by_key(key=self.session_key)
        if found and found[0].expire_date > timezone.now():
            return found[0]
        self._session_key = None
        return None
