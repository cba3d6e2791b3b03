"""Groups of the day and the evening program over the past year: slots, leaders, members for as long as they stayed, sessions."""

import heapq
from collections import Counter, deque
from dataclasses import dataclass, field
from datetime import date
from random import Random

from anchored.audit import trail
from groups import planning
from groups.models import Curriculum, Enrolment, Group, GroupType, Leader, Session, Slot
from patients.models import CareTeamMember, Stay
from treatment_plans.models import NoteFormat

from . import attended
from .house import days
from .places import DAY, EVENING
from .rows import Rows, new_id

YEAR = 365
MENTOR_FROM_WEEK = 9
PLACES = 10  # taken by members in a group of twelve
CANCELLED, COVERED = 40, 20  # one session in so many
BECAUSE = ["Snow. The clinic stayed closed.", "The facilitator was ill and nobody could cover.", "The heating failed."]
LARGE = 1000  # people known; from then on the three hours are three groups of an hour
# name, kind, curriculum, weekdays, from, to, break
OFFERED: dict[str, list] = {
    EVENING: [
        ("Relapse prevention, Evening", "relapse-prevention", "Relapse prevention", (0, 1, 3), 1080, 1260, 15),
        ("Family evening", "family", "Family education", (2,), 1080, 1170, 0),
    ],
    DAY: [("Early recovery, Day", "skills", "Early recovery skills", (0, 2, 4), 540, 720, 15)],
}
BY_THE_HOUR: dict[str, list] = {
    EVENING: [
        ("Check-in, Evening", "process", "Social support", (0, 1, 3), 1080, 1140, 0),
        ("Education, Evening", "psychoeducation", "Early recovery skills", (0, 1, 3), 1140, 1200, 0),
        ("Relapse prevention, Evening", "relapse-prevention", "Relapse prevention", (0, 1, 3), 1200, 1260, 0),
        OFFERED[EVENING][1],
    ],
    DAY: [
        ("Check-in, Day", "process", "Social support", (0, 2, 4), 540, 600, 0),
        ("Education, Day", "psychoeducation", "Early recovery skills", (0, 2, 4), 600, 660, 0),
        ("Skills, Day", "skills", "Relapse prevention", (0, 2, 4), 660, 720, 0),
    ],
}


@dataclass
class Member:
    """Somebody in the program, from the day when they join the groups until they leave it."""

    episode: object
    patient: object
    begins: date
    ends: date | None
    discharged: bool
    place: int = 0
    steady: float = 1.0
    objectives: list = field(default_factory=list)

    def is_there(self, day):
        return self.begins <= day and (self.ends is None or self.ends > day)


def hold(house, team, size):
    """Made in memory and written group by group, as everything that lies long ago."""
    since = house.today - days(max(YEAR, size.days_looked_back))
    GroupType.objects.update(mentor_from_week=MENTOR_FROM_WEEK)
    sections = list(NoteFormat.objects.get(code="group").sections.all())
    for place, offered in (OFFERED if size.people < LARGE else BY_THE_HOUR).items():
        leaders = _leaders(house, team, place)
        for number, members in enumerate(_cohorts(house, place, since)):
            rng = Random(f"{place} {number} meetings")
            leader = leaders[number % len(leaders)]
            _prepare(members, rng)
            for line in offered:
                group = _group(line, number, house.programs[place], leader, since, rng)
                rows = Rows()
                _enrol(group, members, leader, house, rows, rng)
                scribe = attended.Scribe(house, sections, group, rows, rng)
                _sessions(group, line, members, leader, team, since, scribe)
                rows.write()
    planning.plan_ahead()


def _cohorts(house, place, since):
    """Everybody who was in the program since then, in groups with so many places: whoever comes takes the first one that is free."""
    stays = Stay.objects.filter(program=house.programs[place], episode__patient__restricted=False)
    facts = stays.values_list("episode", "episode__patient", "started_on", "ended_on", "episode__ended_on").order_by("started_on", "pk")
    free: list = []
    taken: list = []  # (first day on which it is free again, place)
    cohorts: list = []
    for episode, patient, began, ended, discharged in facts:
        member = Member(episode, patient, max(began + days(1), since), ended, discharged == ended)
        if member.begins >= (ended or house.today):
            continue
        while taken and taken[0][0] <= member.begins:
            heapq.heappush(free, heapq.heappop(taken)[1])
        place = heapq.heappop(free) if free else len(taken)
        heapq.heappush(taken, (ended or house.today + days(1), place))
        if place // PLACES == len(cohorts):
            cohorts.append([])
        member.place = place % PLACES
        cohorts[place // PLACES].append(member)
    return cohorts


def _leaders(house, team, place):
    """Clinicians in the order in which they lead a group: first those with the most people in the program."""
    there = {"episode__stays__program": house.programs[place], "episode__stays__ended_on": None}
    known = Counter(CareTeamMember.objects.filter(part="primary", ended_on=None, **there).values_list("user", flat=True))
    return sorted(team.clinicians + team.floating, key=lambda user: (-known[user.pk], user.pk))


def _prepare(members, rng):
    told = attended.objectives_of(member.episode for member in members if member.ends is None)
    for member in members:
        member.steady = 0.68 + 0.3 * rng.random()
        member.objectives = told.get(member.episode, [])


def _group(line, number, program, leader, since, rng):
    name, kind, curriculum, *_ = line
    facts = {"type": GroupType.objects.select_related("service_kind").get(code=kind), "curriculum": Curriculum.objects.get(name=curriculum)}
    name = f"{name} {number + 1}" if number else name
    room = f"Room {number + 2}"
    group = Group.objects.create(id=new_id(rng), name=name, track=program.track, room=room, capacity=12, started_on=since, **facts)
    group.programs.add(program)
    Leader.objects.create(group=group, user=leader, started_on=since)
    return group


def _enrol(group, members, leader, house, rows, rng):
    for member in members:
        ended = {"ended_on": member.ends, "ended_by": leader, "ended_because": "Discharged" if member.discharged else "Moved"}
        rows.add(
            Enrolment(
                id=new_id(rng),
                group=group,
                episode_id=member.episode,
                started_on=member.begins,
                enrolled_by=leader,
                enrolled_at=house.at(member.begins, rng),
                **(ended if member.ends else {}),
            )
        )
    trail.record_seen("demo.member_made", sorted({member.patient for member in members}), by=None)


def _sessions(group, line, members, leader, team, since, scribe):
    """Every meeting until yesterday on which somebody was a member, in the order of their days."""
    *_, weekdays, starts, ends, rest = line
    slots = {
        weekday: Slot.objects.create(group=group, weekday=weekday, started_on=since, starts=starts, ends=ends, rest=rest)
        for weekday in weekdays
    }
    colleagues = [user for user in team.clinicians if user != leader]
    rng, topics = scribe.rng, list(group.curriculum.topics.all())
    for number, (day, there) in enumerate(_days_with_members(members, slots, since, scribe.house.today), 1):
        session = planning.session_of(slots[day.weekday()], day)
        session.id = new_id(rng)
        scribe.rows.add(session)
        if rng.randrange(CANCELLED) == 0:
            _cancel(session, leader, rng)
            continue
        if rng.randrange(COVERED) == 0:
            session.covered_by = rng.choice(colleagues)
        session.topic = topics[number % len(topics)]
        scribe.write(session, there, session.covered_by or leader, number)


def _days_with_members(members, weekdays, since, today):
    """(day, who is a member then). Members come in the order in which they begin."""
    coming: deque = deque(members)
    there: list = []
    for ago in range((today - since).days, 0, -1):
        day = today - days(ago)
        if day.weekday() not in weekdays:
            continue
        while coming and coming[0].begins <= day:
            there.append(coming.popleft())
        there = [member for member in there if member.is_there(day)]
        if there:
            yield day, there


def _cancel(session: Session, leader, rng):
    session.cancelled_by, session.cancelled_at = leader, session.started_at - days(0.125)
    session.cancelled_because = rng.choice(BECAUSE)
