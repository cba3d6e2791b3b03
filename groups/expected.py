"""Who is to come to which session of some days, and who was marked: for many people at once, in four statements."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from functools import cached_property

from django.utils import timezone

from .models import Attendance, Enrolment, MakeUp, Session


@dataclass
class Expected:
    """The sessions of some days, and for each episode those it is expected at and those where it was marked.

    `sessions` are all that are held, by key; `members` and `guests` {episode: keys of sessions}; `marks` {episode: {key: mark}}.
    """

    sessions: dict
    members: dict
    guests: dict
    marks: dict

    def to_come(self, episode):
        """The sessions of this episode that are not over, where nobody has marked it yet, in order."""
        keys = (self.members[episode] | self.guests[episode]) - self.marks[episode].keys()
        return [session for key, session in self.sessions.items() if key in keys and session.ended_at > timezone.now()]

    def taken(self, session):
        """How many places of a session are taken."""
        return self._taken[session.pk]

    @cached_property
    def _taken(self):
        return Counter(key for keys in (*self.members.values(), *self.guests.values()) for key in keys)


def between(first, last):
    """Who is expected from one day until another, both included."""
    rows = Session.objects.held().filter(held_on__range=(first, last)).select_related("group__type__service_kind")
    sessions = {session.pk: session for session in rows.order_by("started_at", "pk")}
    enrolments = Enrolment.objects.not_over(first).filter(started_on__lte=last)
    guests = MakeUp.objects.standing().filter(session__held_on__range=(first, last))
    marks = Attendance.objects.filter(session__held_on__range=(first, last)).select_related("session")
    return Expected(sessions, _members(enrolments, sessions), _guests(guests), _marks(marks))


def _members(enrolments, sessions):
    by_group, found = defaultdict(list), defaultdict(set)
    for session in sessions.values():
        by_group[session.group_id].append(session)
    for one in enrolments:
        for session in by_group[one.group_id]:
            if one.started_on <= session.held_on and (one.ended_on is None or one.ended_on > session.held_on):
                found[one.episode_id].add(session.pk)
    return found


def _guests(rows):
    found = defaultdict(set)
    for episode, session in rows.values_list("episode", "session"):
        found[episode].add(session)
    return found


def _marks(rows):
    found = defaultdict(dict)
    for mark in rows:
        found[mark.episode_id][mark.session_id] = mark
    return found
