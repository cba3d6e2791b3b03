"""What counts toward hours, person by person: delivered, attended with the note to be signed, still to come. One statement."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache
from uuid import UUID

from django.db.models import CharField, Exists, F, Max, OuterRef, Value
from django.utils import timezone

from anchored.ground.intervals import in_force
from anchored.ground.remembered import Remembered
from patients.models import Service

from .models import Attendance, Enrolment, MakeUp, Session
from .planning import at

DAY = timedelta(days=1)
DELIVERED, UNSIGNED, PLANNED, LAST = "delivered", "unsigned", "planned", "last"


@dataclass
class Counted:
    """Of one episode, as [(day, minutes)]; `last` is the start of the last service, where it was asked for."""

    delivered: list = field(default_factory=list)
    unsigned: list = field(default_factory=list)
    planned: list = field(default_factory=list)
    last: datetime | None = None


def between(first, last, episodes, *, with_last=()):
    """{episode: Counted} from one day until another, both included. `with_last`: episodes whose last service is asked for too."""
    asked = {"episodes": episodes, "first": first, "last": last, "begins": at(first, 0), "ends": at(last + DAY, 0), "now": timezone.now()}
    found: dict = defaultdict(Counted)
    day_of = cache(timezone.localdate)  # the members of a group share its sessions
    for episode, what, moment, minutes in _counted(**asked, with_last=with_last) if with_last else _counted_in_days(**asked):
        if what == LAST:
            found[episode].last = moment
        else:
            getattr(found[episode], what).append((day_of(moment), max(0, minutes)))
    return found


def _union(episodes, first, last, begins, ends, now, with_last=()):
    meeting = {"session__cancelled_at": None, "session__held_on__range": (first, last)}
    parts = [
        _row(_ledger(episodes, begins, ends), DELIVERED, "started_at", F("minutes")),
        _row(_unsigned(episodes, meeting), UNSIGNED, "session__started_at", F("session__minutes") - F("late") - F("early")),
        _row(_as_member(episodes, first, last, now), PLANNED, "started_at", F("minutes"), episode="group__enrolments__episode"),
        _row(_as_guest(episodes, meeting, now), PLANNED, "session__started_at", F("session__minutes")),
    ]
    if with_last:
        parts.append(_last(with_last))
    return parts[0].union(*parts[1:], all=True)


_ASKED: dict = {"episodes": [UUID], "first": date, "last": date, "begins": datetime, "ends": datetime, "now": datetime}
_counted_in_days = Remembered(_union, **_ASKED)
_counted = Remembered(_union, **_ASKED, with_last=[UUID])


def _row(rows, what, moment, minutes, episode="episode"):
    return rows.order_by().values_list(episode, _word(what), moment, minutes)


def _word(what):
    return Value(what, output_field=CharField())


def delivered(episode, first, last):
    """Counted of one episode, of what was delivered alone."""
    rows = _ledger([episode], at(first, 0), at(last + DAY, 0)).order_by().values_list("started_at", "minutes")
    return Counted([(timezone.localdate(moment), minutes) for moment, minutes in rows])


def _services(episodes):
    return Service.objects.standing().filter(episode__in=episodes, kind__counts=True)


def _ledger(episodes, begins, ends):
    return _services(episodes).filter(started_at__gte=begins, started_at__lt=ends)


def _unsigned(episodes, meeting):
    rows = Attendance.objects.filter(episode__in=episodes, state__in=Attendance.CAME, note=None, **meeting)
    return rows.filter(session__group__type__service_kind__counts=True)


def _as_member(episodes, first, last, now):
    """Sessions that are not over of the groups they are in that day, where nobody has marked them yet."""
    there = in_force(F("held_on"), "group__enrolments__")
    marked = Attendance.objects.filter(session=OuterRef("pk"), episode=OuterRef("group__enrolments__episode"))
    rows = Session.objects.held().filter(held_on__range=(first, last), ended_at__gt=now)
    rows = rows.filter(there, ~Exists(marked), group__enrolments__episode__in=episodes)
    return rows.filter(group__type__service_kind__counts=True)


def _as_guest(episodes, meeting, now):
    """The same of sessions of other groups, where they make up for one."""
    same = {"session": OuterRef("session"), "episode": OuterRef("episode")}
    member = Enrolment.objects.filter(in_force(OuterRef("session__held_on")), group=OuterRef("session__group"), episode=OuterRef("episode"))
    rows = MakeUp.objects.standing().filter(episode__in=episodes, session__ended_at__gt=now, **meeting)
    rows = rows.filter(~Exists(Attendance.objects.filter(**same)), ~Exists(member))
    return rows.filter(session__group__type__service_kind__counts=True)


def _last(episodes):
    """The last service that counts, of any day."""
    return _services(episodes).order_by().values_list("episode", _word(LAST), Max("started_at"), Max("minutes"))
