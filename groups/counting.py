"""What counts toward hours, person by person: delivered, attended with the note to be signed, still to come. One statement."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import CharField, Exists, F, Max, OuterRef, Sum, Value
from django.db.models.functions import Greatest, TruncDate
from django.utils import timezone

from anchored.ground.intervals import in_force
from anchored.ground.remembered import Kept, Remembered
from patients.models import Service, ServiceKind

from .models import Attendance, Enrolment, GroupType, MakeUp, Session
from .planning import at

DAY = timedelta(days=1)
DELIVERED, UNSIGNED, PLANNED, LAST = "delivered", "unsigned", "planned", "last"


@dataclass
class Counted:
    """Of one episode, as [(day, minutes)], what is planned a session at a time; `last` is the day of the last service, where asked for."""

    delivered: list = field(default_factory=list)
    unsigned: list = field(default_factory=list)
    planned: list = field(default_factory=list)
    last: date | None = None


def asked(first, last, episodes, *, with_last=()):
    """What counts from one day until another, both included: a question, to be asked together with others.

    `with_last`: episodes whose last service is asked for too.
    """
    facts = {"episodes": episodes, "first": first, "last": last, "begins": at(first, 0), "ends": at(last + DAY, 0), "now": timezone.now()}
    facts |= {"kinds": [kind.pk for kind in kinds_that_count()], "types": [kind.pk for kind in types_that_count()]}
    return _counted.about(**facts, with_last=with_last) if with_last else _counted_in_days.about(**facts)


def told(rows):
    """{episode: Counted} from the rows of that question."""
    found: dict = defaultdict(Counted)
    for episode, what, day, minutes in rows:
        if what == LAST:
            found[episode].last = day
        else:
            getattr(found[episode], what).append((day, minutes))
    return found


def _union(episodes, first, last, begins, ends, now, kinds, types, with_last=()):
    held = {"held_on__range": (first, last), "cancelled_at": None, "group__type__in": types}
    meeting = {f"session__{name}": value for name, value in held.items()}
    there = F("session__minutes") - F("late") - F("early")
    services = Service.objects.standing().filter(episode__in=episodes, kind__in=kinds)
    parts = [
        _of_a_day(services.filter(started_at__gte=begins, started_at__lt=ends), DELIVERED, "started_at", F("minutes")),
        _of_a_day(_unsigned(episodes, meeting), UNSIGNED, "session__started_at", Greatest(there, 0)),
        _row(_as_member(episodes, held, now), PLANNED, "started_at", F("minutes"), episode="group__enrolments__episode"),
        _row(_as_guest(episodes, meeting, now), PLANNED, "session__started_at", F("session__minutes")),
    ]
    if with_last:
        parts.append(_last(with_last, kinds))
    return parts[0].union(*parts[1:], all=True)


kinds_that_count = Kept(lambda: ServiceKind.objects.filter(counts=True))
types_that_count = Kept(lambda: GroupType.objects.filter(service_kind__counts=True))
_MOMENTS: dict = {"first": date, "last": date, "begins": datetime, "ends": datetime, "now": datetime}
_ASKED: dict = {"episodes": [UUID], **_MOMENTS, "kinds": [int], "types": [int]}
_counted_in_days = Remembered(_union, **_ASKED)
_counted = Remembered(_union, **_ASKED, with_last=[UUID])


def _row(rows, what, moment, minutes, episode="episode"):
    return rows.order_by().values_list(episode, _word(what), TruncDate(moment), minutes)


def _of_a_day(rows, what, moment, minutes):
    """What each has of each day, as one row."""
    return (
        rows.order_by()
        .values("episode", day=TruncDate(moment))
        .annotate(of_day=Sum(minutes))
        .values_list("episode", _word(what), "day", "of_day")
    )


def _word(what):
    return Value(what, output_field=CharField())


def delivered(episode, first, last):
    """Counted of one episode, of what was delivered alone."""
    services = Service.objects.standing().filter(episode=episode, kind__counts=True)
    rows = services.filter(started_at__gte=at(first, 0), started_at__lt=at(last + DAY, 0)).order_by().values_list("started_at", "minutes")
    return Counted([(timezone.localdate(moment), minutes) for moment, minutes in rows])


def _unsigned(episodes, meeting):
    return Attendance.objects.filter(episode__in=episodes, state__in=Attendance.CAME, note=None, **meeting)


def _as_member(episodes, held, now):
    """Sessions that are not over of the groups they are in that day, where nobody has marked them yet."""
    there = in_force(F("held_on"), "group__enrolments__")
    marked = Attendance.objects.filter(session=OuterRef("pk"), episode=OuterRef("group__enrolments__episode"))
    rows = Session.objects.filter(ended_at__gt=now, **held)
    return rows.filter(there, ~Exists(marked), group__enrolments__episode__in=episodes)


def _as_guest(episodes, meeting, now):
    """The same of sessions of other groups, where they make up for one."""
    same = {"session": OuterRef("session"), "episode": OuterRef("episode")}
    member = Enrolment.objects.filter(in_force(OuterRef("session__held_on")), group=OuterRef("session__group"), episode=OuterRef("episode"))
    rows = MakeUp.objects.standing().filter(episode__in=episodes, session__ended_at__gt=now, **meeting)
    return rows.filter(~Exists(Attendance.objects.filter(**same)), ~Exists(member))


def _last(episodes, kinds):
    """The last service that counts, of any day."""
    rows = Service.objects.standing().filter(episode__in=episodes, kind__in=kinds).order_by()
    return rows.values_list("episode", _word(LAST), TruncDate(Max("started_at")), Max("minutes"))
