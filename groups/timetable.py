"""A week of groups: what meets when, who leads it, how many come, what clashes. Six statements, however many meet."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import NamedTuple
from uuid import UUID

from django.utils import timezone

from anchored.accounts.models import User
from anchored.ground.clock import duration
from anchored.ground.remembered import Kept, Remembered, together, with_kept
from patients.head import all_staff
from patients.models import Program, ProgramRule

from . import queries
from .models import Enrolment, Group, GroupProgram, GroupType, Leader, Session

TRACKS = dict(Program.Track.choices)
_types = Kept(lambda: GroupType.objects.select_related("service_kind"))


@dataclass
class Meeting:
    """A session as the timetable shows it: `starts` and `ends` on the clock, `leaders` those of its day, the facilitator first."""

    session: Session
    starts: str
    ends: str
    leaders: list
    enrolled: int
    clashes: list = field(default_factory=list)
    drawn: str = ""  # by the page

    @property
    def track(self):
        return TRACKS[self.session.group.track]

    @property
    def facilitator(self):
        return self.leaders[0].short_name if self.leaders else ""


class Held(NamedTuple):
    """A session of others in the house: where and when it is, and who leads it."""

    pk: UUID
    group_id: UUID
    room: str
    started_at: datetime
    ended_at: datetime
    held_on: date
    covered_by_id: int | None


class Staying(NamedTuple):
    """A membership: from when until when."""

    group_id: UUID
    started_on: date
    ended_on: date | None


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

    @cached_property
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
    days = {"monday": monday, "sunday": monday + timedelta(days=6)}
    mine = {"user": user.pk, **days}
    seen, others, leading = together(_seen.about(**mine), _of_others.about(**mine), _leading.about(**days))
    keys = list({session.group_id for session in seen})
    groups, staying, asked = together(
        _groups.about(groups=keys), _staying.about(groups=keys, **days), _asked.about(groups=keys, day=monday)
    )
    _put_groups(seen, with_kept(groups, type=_types))
    with_kept(seen, covered_by=all_staff)
    leaders, members = _by_group(with_kept(leading, user=all_staff)), _by_group(map(Staying._make, staying))
    meetings = [_meeting(session, leaders.get(session.group_id, ()), members.get(session.group_id, ())) for session in seen]
    _say_clashes(meetings, map(Held._make, others), leaders)
    every = [one for one in meetings if track in ("", one.session.group.track)]
    shown = [one for one in every if room in ("", one.session.room) and person in ("", *(str(each.pk) for each in one.leaders))]
    return Week(monday, shown, every, _bands(asked))


def _of_a_week(user, monday, sunday):
    """Sessions that this person may see, as far as the timetable shows them: nothing that is written about them."""
    me, in_these_days = User(pk=user), {"held_on__range": (monday, sunday)}
    rows = queries.with_way_to_group(queries.sessions_visible_to(me).filter(**in_these_days), me).order_by()
    return rows.only("group", "held_on", "started_at", "ended_at", "minutes", "room", "covered_by", "cancelled_at")


def _elsewhere(user, monday, sunday):
    rows = queries.sessions_of_others(User(pk=user)).held().filter(held_on__range=(monday, sunday))
    return rows.order_by().values_list(*Held._fields)


def _asked_of(groups, day):
    served = GroupProgram.objects.filter(group__in=groups).values("program")
    rules = ProgramRule.objects.on(day).filter(program__in=served, least_hours__isnull=False).order_by("least_hours", "most_hours")
    return rules.values_list("program__track", "least_hours", "most_hours").distinct()


_seen = Remembered(_of_a_week, user=int, monday=date, sunday=date)
_of_others = Remembered(_elsewhere, user=int, monday=date, sunday=date)
_groups = Remembered(lambda groups: Group.objects.filter(pk__in=groups).order_by(), groups=[UUID])
_asked = Remembered(_asked_of, groups=[UUID], day=date)
_leading = Remembered(  # of the whole house, the facilitator first
    lambda monday, sunday: Leader.objects.not_over(monday).filter(started_on__lte=sunday).order_by("-part", "user__family_name"),
    monday=date,
    sunday=date,
)
_staying = Remembered(
    lambda groups, monday, sunday: (
        Enrolment.objects.not_over(monday).filter(group__in=groups, started_on__lte=sunday).order_by().values_list(*Staying._fields)
    ),
    groups=[UUID],
    monday=date,
    sunday=date,
)


def _put_groups(sessions, groups):
    """Each session gets its group, and they stand in the order of their start: what is held often is read once."""
    by_key = {group.pk: group for group in groups}
    for session in sessions:
        session.group = by_key[session.group_id]
    sessions.sort(key=lambda session: (session.started_at, session.group.name))


def _meeting(session, leaders, members):
    zone = timezone.get_current_timezone()
    starts, ends = (f"{moment.astimezone(zone):%H:%M}" for moment in (session.started_at, session.ended_at))
    return Meeting(session, starts, ends, _who_leads(session, leaders), len(_on(members, session.held_on)))


def _bands(asked):
    """{track: the bands of hours a week of its programs}, as the rules in force that week have them."""
    bands: dict = {}
    for track, least, most in asked:
        bands.setdefault(track, []).append(f"{least}-{most}" if most else f"{least} or more")
    return bands


def _by_group(rows):
    """{group: its rows}, in their order."""
    found: dict = {}
    for row in rows:
        found.setdefault(row.group_id, []).append(row)
    return found


def _who_leads(session, leaders):
    """The leaders of the session's day; whoever covers it stands in for the facilitator."""
    there = _on(leaders, session.held_on)
    if session.covered_by_id is None:
        return [one.user for one in there]
    beside = [one.user for one in there if one.part != Leader.Part.FACILITATOR and one.user_id != session.covered_by_id]
    return [session.covered_by, *beside]


def _who_is_taken(held, leaders):
    """The keys of whoever leads a session of the house."""
    there = _on(leaders, held.held_on)
    if held.covered_by_id is None:
        return {one.user_id for one in there}
    return {held.covered_by_id, *(one.user_id for one in there if one.part != Leader.Part.FACILITATOR)}


def _on(rows, day):
    """Those of the dated rows that hold on a day."""
    return [row for row in rows if row.started_on <= day and (row.ended_on is None or row.ended_on > day)]


def _say_clashes(meetings, others, leaders):
    """One room, or one person, at two places at once: said at each that is shown."""
    shown = {meeting.session.pk: meeting for meeting in meetings}
    held = [meeting.session for meeting in meetings if meeting.session.cancelled_at is None]
    taken: dict = {}
    for one in sorted([*held, *others], key=lambda one: (one.started_at, one.pk)):
        people = _who_is_taken(one, leaders.get(one.group_id, ()))
        for what in [one.room.casefold(), *people] if one.room else people:
            taken.setdefault(what, []).append(one)
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
    rows = Enrolment.objects.not_over(day).filter(group__in=groups)
    members = _by_group(map(Staying._make, rows.values_list(*Staying._fields)))
    return {group: max(len(_on(staying, max(one.started_on, day))) for one in staying) for group, staying in members.items()}
