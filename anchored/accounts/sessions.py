"""Sessions in the database, with one statement to find and one to change: they stand before and after every page."""

from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.backends.db import SessionStore as DatabaseSessions
from django.contrib.sessions.models import Session
from django.utils import timezone

from anchored.ground.remembered import Remembered
from anchored.ground.rows import change_where

by_key = Remembered(lambda key: Session.objects.filter(session_key=key), key=str)


class SessionStore(DatabaseSessions):
    """Django's own, but for how a row is found and changed."""

    def _get_session_from_db(self):
        found = by_key(key=self.session_key)
        if found and found[0].expire_date > timezone.now():
            return found[0]
        self._session_key = None
        return None

    def save(self, must_create=False):
        """Change a session that is there. Raises UpdateError when it has ended meanwhile."""
        if must_create or self.session_key is None:
            return super().save(must_create)
        data, until = self.encode(self._get_session()), self.get_expiry_date()  # type: ignore[attr-defined]  # of Django's base class
        if not change_where(Session, {"session_key": self.session_key}, {"session_data": data, "expire_date": until}):
            raise UpdateError
        return None
