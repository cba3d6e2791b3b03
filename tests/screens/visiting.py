"""A person in front of a screen: asking, sending, being refused; what it costs and what the trail says of it."""

import re
import time

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from anchored.accounts.roles import Role
from anchored.audit import trail
from anchored.audit.models import TrailEntry
from tests.making import make_clinician, make_user

from .pages import Page

HTMX = {"HX-Request": "true"}
BACKEND = "anchored.accounts.backends.StaffBackend"
SHUT = {"a stranger": 404, "a weaker role": 403, "nobody": 302, "nobody, by htmx": 401}
UNKNOWN_ID = "00000000-0000-4000-8000-000000000000"


def signed_in(user):
    """A browser of somebody who signed in a moment ago."""
    store = SessionStore()
    store.update({SESSION_KEY: str(user.pk), BACKEND_SESSION_KEY: BACKEND, HASH_SESSION_KEY: user.get_session_auth_hash()})
    store.update(dict.fromkeys(("began", "used"), time.time()))
    store.save()
    client = Client(raise_request_exception=False)
    client.cookies[settings.SESSION_COOKIE_NAME] = store.session_key
    return client


def chart_url(name, patient, *more):
    return reverse(f"patients:{name}", args=[getattr(patient, "pk", patient), *more])


def doors(address, *, weaker, works_in=("Residential detox",), by="get"):
    """How the door answers a clinician without a relation, a role that may not, and somebody not signed in."""
    ask = lambda client, **how: getattr(client, by)(address, **how).status_code  # noqa: E731
    return {
        "a stranger": ask(signed_in(make_clinician())),
        "a weaker role": ask(signed_in(make_user(weaker, works_in=works_in))),
        "nobody": ask(Client()),
        "nobody, by htmx": ask(Client(), headers=HTMX),
    }


def cost(client, address, data=None, **how):
    """Statements of a page, asked a second time: what is kept in memory is there by then.

    SQLite reads the end of the trail before it adds to it; PostgreSQL does both in the one statement that is counted."""
    ask = (lambda: client.post(address, data, **how)) if data is not None else (lambda: client.get(address, **how))
    ask()
    with CaptureQueriesContext(connection) as said:
        answer = ask()
    assert answer.status_code == 200
    return len([query for query in said if not query["sql"].startswith('SELECT "audit_trailentry"."sequence"')])


def cut_at(rows, said):
    """Whether the database was asked for so many rows in order, and not for all of them."""
    return any("ORDER BY" in query["sql"] and re.search(rf"LIMIT {rows}\b", query["sql"]) for query in said)


def seen(event, **facts):
    """The patients whom the trail says were shown, in the order of its rows."""
    rows = TrailEntry.objects.filter(event=event).order_by("sequence")
    return [row.patient_id for row in rows if facts.items() <= row.facts.items()]


def events(patient=None):
    """What the trail tells, the oldest first: without the sign-ins, which are not about a screen."""
    rows = TrailEntry.objects.exclude(event__startswith="session.").order_by("sequence")
    return [row.event for row in rows if patient is None or row.patient_id == patient.pk]


def silence(monkeypatch):
    """From now on the trail cannot be written."""

    def refuse(*args):
        raise trail.TrailUnavailable

    monkeypatch.setattr(trail, "_append", refuse)


def get(client, address, **how):
    return Page(client.get(address, **how))


def send(client, address, data, **how):
    return Page(client.post(address, data, **how))


def follow(client, address, data):
    """Send a form and look at the page it leads to."""
    answer = client.post(address, data)
    assert answer.status_code == 302, Page(answer).mistakes
    return Page(client.get(answer["Location"]))


def front_desk(**facts):
    return make_user(Role.FRONT_DESK, **facts)
