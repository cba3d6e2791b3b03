"""A week of groups: what meets when, who leads it, how many come, what clashes. Six statements, however many meet."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import NamedTuple
from uuid import UUID

from django.utils import timezone

from anchored.ground.clock import duration
from anchored.ground.remembered import Kept, with_kept
from patients.head import all_staff
from patients.models import Program, ProgramRule

from . import queries
from .models import Enrolment, GroupProgram, GroupType, Leader, Session

TRACKS = dict(Program.Track.choices)
_types = Kept(lambda: GroupType.objects.select_related("service_kind"))


@dataclass
class Meeting:
    """A session as the timetable shows it. `leaders` are those of its day, the facilitator first."""

    session: Session
    leaders: list
    enrolled: int
    clashes: list = field(default_factory=list)
    drawn: str = ""  # by the page

    @cached_property
    def starts(self):
        return f"{timezone.localtime(self.session.started_at):%H:%M}"

    @property
    def ends(self):
        return f"{timezone.localtime(self.session.ended_at):%H:%M}"

    @property
    def track(self):
        return self.session.group.get_track_display()

    @property
    def facilitator(self):
        return self.leaders[0].short_name if self.leaders else ""


class Held(NamedTuple):
    """A session of the house, whoever may see it: where and when it is, and who leads it."""

    pk: UUID
    group: UUID
    room: str
    started_at: datetime
    ended_at: datetime
    held_on: date
    covered_by: int | None


@dataclass
class Week:
    """Monday to Sunday: `days` with their meetings, `rows` by the time when they begin, and the hours each track offers.

    `meetings` are those that are shown, `every` those among which they were narrowed, `bands` the hours a week that the rule in
    force asks of each track.
    """

    monday: date
    meetings: list
    every: list = field(default_factory=list)
    bands: dict = field(default_factory=dict)

    @property
    def people(self):
        """Those who lead something this week, by name."""
        people = {person for meeting in self.every for person in meeting.leaders}
        return sorted(people, key=lambda person: (person.family_name, person.given_name))

    @property
    def rooms(self):
        return sorted({meeting.session.room for meeting in self.every if meeting.session.room})

    @property
    def dates(self):
        return [self.monday + timedelta(days=number) for number in range(7)]

    @property
    def days(self):
        """(day, its meetings) of the days on which something meets."""
        by_day: dict = {}
        for meeting in self.meetings:
            by_day.setdefault(meeting.session.held_on, []).append(meeting)
        return sorted(by_day.items())

    @property
    def rows(self):
        """(time, a list of meetings for each day)."""
        cells: dict = {}
        for meeting in self.meetings:
            cells.setdefault((meeting.starts, meeting.session.held_on), []).append(meeting)
        times = sorted({time for time, _ in cells})
        return [(time, [cells.get((time, day), []) for day in self.dates]) for time in times]

    @property
    def hours(self):
        """Day 15 h, Evening 12 h (band 9-19): what somebody can attend that counts; what meets side by side counts once."""
        minutes = {}
        until = {}
        for meeting in self.meetings:
            session, track = meeting.session, meeting.session.group.track
            begins_later = track not in until or session.started_at >= until[track]
            if not session.cancelled_at and session.group.type.service_kind.counts and begins_later:
                minutes[track] = minutes.get(track, 0) + session.minutes
                until[track] = session.ended_at
        tracks = sorted(minutes, key=_place_of)
        bands = [self._band(track) for track in tracks]
        if len(set(bands)) == 1:
            return ", ".join(f"{TRACKS[track]} {duration(minutes[track])}" for track in tracks) + bands[0]
        return ", ".join(f"{TRACKS[track]} {duration(minutes[track])}{band}" for track, band in zip(tracks, bands, strict=True))

    def _band(self, track):
        bands = self.bands.get(track, ())
        return f" (band{'' if len(bands) == 1 else 's'} {', '.join(bands)})" if bands else ""


def _place_of(track):
    """Day, evening, and last what belongs to no track."""
    return (track == Program.Track.NONE, list(TRACKS).index(track))


def week_of(user, monday, *, track="", person="", room="") -> Week:
    """The meetings of a week that this person may see, of a track, a leader or a room. Clashes are found among all of the house."""
    sunday = monday + timedelta(days=6)
    of_the_week = queries.sessions_visible_to(user).filter(held_on__range=(monday, sunday))
    rows = queries.with_way_to_group(of_the_week, user).select_related("group").order_by("started_at", "group__name")
    known = with_kept(list(rows), covered_by=all_staff)
    with_kept([session.group for session in known], type=_types)
    groups = {session.group_id for session in known}
    leaders, members = _leaders(monday, sunday), _members(groups, monday, sunday)
    meetings = [
        Meeting(session, _who_leads(session, leaders.get(session.group_id, ())), _count(members.get(session.group_id, ()), session.held_on))
        for session in known
    ]
    _say_clashes(meetings, _held(monday, sunday), leaders)
    every = [one for one in meetings if track in ("", one.session.group.track)]
    shown = [one for one in every if room in ("", one.session.room) and person in ("", *(str(each.pk) for each in one.leaders))]
    return Week(monday, shown, every, _bands({one.session.group_id for one in every}, monday))


def _bands(groups, day):
    """{track: the bands of hours a week of its programs}, as the rules in force that day have them."""
    served = GroupProgram.objects.filter(group__in=groups).values("program")
    rules = ProgramRule.objects.on(day).filter(program__in=served, least_hours__isnull=False).order_by("least_hours", "most_hours")
    bands: dict = {}
    for track, least, most in rules.values_list("program__track", "least_hours", "most_hours").distinct():
        bands.setdefault(track, []).append(f"{least}-{most}" if most else f"{least} or more")
    return bands


def _leaders(first, last):
    """{group: its leaders in those days, the facilitator first}, of the whole house."""
    rows = Leader.objects.not_over(first).filter(started_on__lte=last)
    found: dict = {}
    for one in with_kept(list(rows.order_by("-part", "user__family_name")), user=all_staff):
        found.setdefault(one.group_id, []).append(one)
    return found


def _members(groups, first, last):
    """{group: the spans of its members in those days}."""
    spans: dict = {}
    rows = Enrolment.objects.not_over(first).filter(group__in=groups, started_on__lte=last)
    for group, began, ended in rows.values_list("group", "started_on", "ended_on"):
        spans.setdefault(group, []).append((began, ended))
    return spans


def _held(first, last):
    """Every session of the house in those days that is not cancelled, as far as a clash is a matter of it."""
    rows = Session.objects.held().filter(held_on__range=(first, last)).order_by("started_at", "pk")
    return [Held(*row) for row in rows.values_list(*Held._fields)]


def _who_leads(session, leaders):
    """The leaders of the session's day; whoever covers it stands in for the facilitator."""
    there = [one for one in leaders if _holds(one.started_on, one.ended_on, session.held_on)]
    if not session.covered_by:
        return [one.user for one in there]
    beside = [one.user for one in there if one.part != Leader.Part.FACILITATOR and one.user_id != session.covered_by_id]
    return [session.covered_by, *beside]


def _who_is_taken(held, leaders):
    """The keys of whoever leads a session of the house."""
    there = [one for one in leaders if _holds(one.started_on, one.ended_on, held.held_on)]
    if held.covered_by is None:
        return {one.user_id for one in there}
    return {held.covered_by, *(one.user_id for one in there if one.part != Leader.Part.FACILITATOR)}


def _holds(started_on, ended_on, day):
    return started_on <= day and (ended_on is None or ended_on > day)


def _count(members, day):
    return sum(_holds(began, ended, day) for began, ended in members)


def _say_clashes(meetings, every, leaders):
    """One room, or one person, at two places at once: said at each that is shown."""
    shown = {meeting.session.pk: meeting for meeting in meetings}
    taken: dict = {}
    for held in every:
        people = _who_is_taken(held, leaders.get(held.group, ()))
        for what in [held.room.casefold(), *people] if held.room else people:
            taken.setdefault(what, []).append(held)
    for what, sessions in taken.items():
        for one, other in _at_once(sessions):
            for here, there in ((one, other), (other, one)):
                if here.pk in shown:
                    shown[here.pk].clashes.append(_clash(shown[here.pk], what, shown.get(there.pk)))


def _at_once(sessions):
    """The pairs of them that overlap; they come in the order in which they begin."""
    running: list = []
    for session in sessions:
        running = [one for one in running if one.ended_at > session.started_at]
        yield from ((one, session) for one in running)
        running.append(session)


def _clash(here, what, there):
    name = str(there.session.group) if there else "another group"
    if isinstance(what, str):
        return f"{here.session.room} is also used by {name}"
    return f"{next(person.short_name for person in here.leaders if person.pk == what)} also leads {name}"


def next_sessions(group, day, number=8):
    """The coming sessions of a group, cancelled ones too."""
    return group.sessions.filter(held_on__gte=day).select_related("covered_by").order_by("started_at")[:number]


def places(groups, day):
    """{group: the most members on any day from this one on}, in one statement; restricted records count like all."""
    spans: dict = {}
    rows = Enrolment.objects.not_over(day).filter(group__in=groups)
    for group, began, ended in rows.values_list("group", "started_on", "ended_on"):
        spans.setdefault(group, []).append((max(began, day), ended))
    return {
        group: max(sum(_holds(began, ended, first) for began, ended in members) for first, _ in members) for group, members in spans.items()
    }
