"""A week of groups: what meets when, who leads it, how many come, what clashes. Six statements, however many meet."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import combinations

from django.utils import timezone

from anchored.ground.clock import duration
from patients.models import Program, ProgramRule

from . import queries
from .models import Enrolment, GroupProgram, Leader, Session

TRACKS = dict(Program.Track.choices)


@dataclass
class Meeting:
    """A session as the timetable shows it. `leaders` are those of its day, the facilitator first. `opens_group`: its page is theirs."""

    session: Session
    leaders: list
    enrolled: int
    opens_group: bool | None
    clashes: list = field(default_factory=list)

    @property
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
        by_day = {day: [one for one in self.meetings if one.session.held_on == day] for day in self.dates}
        return [(day, meetings) for day, meetings in by_day.items() if meetings]

    @property
    def rows(self):
        """(time, a list of meetings for each day)."""
        times = sorted({meeting.starts for meeting in self.meetings})
        return [(time, [self._at(day, time) for day in self.dates]) for time in times]

    def _at(self, day, time):
        return [one for one in self.meetings if one.session.held_on == day and one.starts == time]

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
    of_the_week = Session.objects.filter(held_on__range=(monday, sunday))
    every = list(of_the_week.select_related("group__type__service_kind", "covered_by").order_by("started_at", "group__name"))
    mine = queries.with_way_to_group(queries.sessions_visible_to(user).filter(held_on__range=(monday, sunday)), user)
    known = dict(mine.values_list("pk", "opens_group"))
    groups = {session.group_id for session in every}
    leaders = _leaders(groups, monday, sunday)
    members = list(_between(Enrolment, groups, monday, sunday).values_list("group", "started_on", "ended_on"))
    meetings = [Meeting(session, _who_leads(session, leaders), _count(members, session), known.get(session.pk)) for session in every]
    _find_clashes(meetings, known)
    every = [one for one in meetings if one.session.pk in known and track in ("", one.session.group.track)]
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


def _between(model, groups, first, last):
    return model.objects.not_over(first).filter(group__in=groups, started_on__lte=last)


def _leaders(groups, first, last):
    return list(_between(Leader, groups, first, last).select_related("user").order_by("-part", "user__family_name"))


def _who_leads(session, leaders):
    """The leaders of the session's day; whoever covers it stands in for the facilitator."""
    there = [one for one in leaders if one.group_id == session.group_id and _holds(one.started_on, one.ended_on, session.held_on)]
    if not session.covered_by:
        return [one.user for one in there]
    beside = [one.user for one in there if one.part != Leader.Part.FACILITATOR and one.user_id != session.covered_by_id]
    return [session.covered_by, *beside]


def _holds(started_on, ended_on, day):
    return started_on <= day and (ended_on is None or ended_on > day)


def _count(members, session):
    return sum(group == session.group_id and _holds(began, ended, session.held_on) for group, began, ended in members)


def _find_clashes(meetings, known):
    """One room, or one person, at two places at once: said at both."""
    for one, other in combinations([meeting for meeting in meetings if not meeting.session.cancelled_at], 2):
        if one.session.started_at < other.session.ended_at and other.session.started_at < one.session.ended_at:
            for here, there in ((one, other), (other, one)):
                here.clashes += _clashes(here, there, known)


def _clashes(here, there, known):
    name = str(there.session.group) if there.session.pk in known else "another group"
    room = here.session.room
    words = [f"{room} is also used by {name}"] if room and room.casefold() == there.session.room.casefold() else []
    return words + [f"{person.short_name} also leads {name}" for person in here.leaders if person in there.leaders]


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
