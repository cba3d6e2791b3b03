"""A person's sessions as an iCalendar feed, at a secret address that they make and revoke.

The feed names no patient and no group: a phone shows it on its locked screen. The token of the address follows from the link and
the secret key of the house, so that it can be shown again and stands in no table.
"""

import hashlib
from datetime import UTC, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac
from icalendar import Calendar, Event

from anchored.accounts.models import User
from anchored.audit import trail
from anchored.ground.dates import today
from anchored.ground.intervals import in_force
from groups.models import Leader, Session

from .models import CalendarLink

BEFORE, AHEAD = timedelta(weeks=4), timedelta(weeks=26)


@transaction.atomic
def make(user) -> CalendarLink:
    """A new address; the one before is revoked."""
    revoke(user)
    link = CalendarLink(user=user)
    link.digest = _digest(token_of(link))
    link.save(force_insert=True)
    trail.record("calendar.made", link, by=user)
    return link


@transaction.atomic
def revoke(user):
    """The address leads nowhere any more."""
    User.objects.select_for_update(of=["self"]).get(pk=user.pk)
    for link in CalendarLink.objects.filter(user=user, revoked_at=None):
        link.revoked_at = timezone.now()
        link.save(update_fields=["revoked_at"])
        trail.record("calendar.revoked", link, by=user)


def link_of(user):
    """The address in force; None when there is none, or none that the house could still spell out."""
    link = CalendarLink.objects.filter(user=user, revoked_at=None).first()
    return link if link and constant_time_compare(link.digest, _digest(token_of(link))) else None


def token_of(link):
    return salted_hmac("anchored.exchange.calendar", str(link.pk), algorithm="sha256").hexdigest()


@transaction.atomic
def whose(token):
    """The person whose calendar asks, or None. The trail tells the first time of a day."""
    link = CalendarLink.objects.select_related("user").filter(digest=_digest(token), revoked_at=None, user__is_active=True).first()
    if link is None:
        return None
    if CalendarLink.objects.filter(Q(fetched_on=None) | Q(fetched_on__lt=today()), pk=link.pk).update(fetched_on=today()):
        trail.record("calendar.fetched", link, by=link.user)
    return link.user


def sessions_of(user):
    """Sessions that somebody leads or covers, from some weeks ago on; not those that a colleague covers for them."""
    leads = Leader.objects.filter(in_force(OuterRef("held_on")), group=OuterRef("group"), user=user)
    beside = leads.filter(part=Leader.Part.CO_FACILITATOR)
    mine = Q(covered_by=user) | Q(Exists(leads), covered_by=None) | Q(Exists(beside))
    span = (today() - BEFORE, today() + AHEAD)
    return Session.objects.filter(mine, held_on__range=span).order_by("started_at")


def feed(sessions, *, house) -> bytes:
    """The sessions as a calendar. Moments are in UTC: right on both sides of a change of the clock."""
    calendar = Calendar()
    calendar.add("prodid", "-//Anchored//Sessions//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", "Anchored")
    for session in sessions:
        calendar.add_component(_event(session, house))
    return calendar.to_ical()


def _event(session, house):
    event = Event()
    event.add("uid", f"{session.pk}@anchored")
    event.add("dtstamp", timezone.now().astimezone(UTC))
    event.add("dtstart", session.started_at.astimezone(UTC))
    event.add("dtend", session.ended_at.astimezone(UTC))
    event.add("summary", "Cancelled: group" if session.cancelled_at else "Group")
    event.add("status", "CANCELLED" if session.cancelled_at else "CONFIRMED")
    event.add("class", "PRIVATE")
    event.add("url", house + reverse("session", args=[session.pk]))
    if session.room:
        event.add("location", session.room)
    return event


def _digest(token):
    return hashlib.sha256(token.encode()).hexdigest()
