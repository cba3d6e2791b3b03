"""Groups of the day and the evening program: slots, members, the sessions of the last days with attendance and signed notes."""

from datetime import timedelta

from django.utils import timezone

from anchored.ground.dates import today
from groups import planning, queries
from groups.actions import attendance, enrolments, notes
from groups.models import Curriculum, Group, GroupType, Leader, Session, Slot
from patients.models import CareTeamMember, Episode, Service, ServiceKind
from treatment_plans.actions import appointments

from .places import DAY, EVENING

SINCE = timedelta(days=60)
WEEK = timedelta(days=7)
# name, kind, curriculum, program, weekdays, from, to, break
GROUPS = [
    ("Relapse prevention, Evening", "relapse-prevention", "Relapse prevention", EVENING, (0, 1, 3), 1080, 1260, 15),
    ("Early recovery, Day", "skills", "Early recovery skills", DAY, (0, 2, 4), 540, 720, 15),
    ("Family evening", "family", "Family education", EVENING, (2,), 1080, 1170, 0),
]
MEMBERS = 10
APPOINTMENTS = [(0, 780), (0, 930), (1, 600)]  # days ahead, minutes since midnight
PARTS = [
    ("Spoke first today and listened after that.", "Calls the sponsor before the weekend."),
    ("Quiet, then told how Friday went.", "Writes the evenings down until next time."),
    ("Asked for a partner and practiced saying no, twice.", "Tries it with a cousin on Sunday."),
    ("Came tired from work, stayed to the end.", "Sleeps before the late shift, phone off."),
    ("Named three places that are not safe yet.", "Takes the other way home this week."),
    ("Laughed about an old excuse, and named the next one.", "Tells a sister when it comes up again."),
    ("Held back at first; was asked and answered.", "Brings the list to the next session."),
    ("Said what helped last month and what did not.", "Keeps the meeting on Thursday."),
    ("Disagreed with the leader and stayed kind about it.", "Thinks it over and says more on Monday."),
    ("Worked on the sheet alone, then read it out.", "Hangs the sheet on the fridge."),
]


def hold(house):
    """Everything through the real acts, so that hours, notes and the thread are those of the product."""
    for name, kind, curriculum, place, weekdays, starts, ends, rest in GROUPS:
        program = house.programs[place]
        group = _group(name, kind, curriculum, program)
        leader = _leader(group, program)
        if leader is None:
            continue
        hours = {"starts": starts, "ends": ends, "rest": rest}
        slots = [Slot.objects.create(group=group, weekday=day, started_on=today() - SINCE, **hours) for day in weekdays]
        _enrol(group, program, leader)
        _past(group, slots, leader)
    planning.plan_ahead()
    _appointments()


def _appointments():
    """Each clinician sees three of their people in turn: two today, one tomorrow."""
    kind = ServiceKind.objects.get(code="individual")
    posts = CareTeamMember.objects.filter(part="primary", ended_on=None, episode__ended_on=None).select_related("user", "episode")
    for user in {post.user for post in posts}:
        episodes = [post.episode for post in posts.order_by("episode__started_on", "pk") if post.user_id == user.pk]
        for episode, (ahead, starts) in zip(episodes, APPOINTMENTS, strict=False):
            moment = planning.at(today() + timedelta(days=ahead), starts)
            facts = {"kind": kind, "starts_at": moment, "minutes": kind.minutes, "place": Service.Place.IN_PERSON}
            appointments.book(episode, clinician=user, by=user, **facts)


def _group(name, kind, curriculum, program):
    facts = {"type": GroupType.objects.get(code=kind), "curriculum": Curriculum.objects.get(name=curriculum)}
    group = Group.objects.create(name=name, track=program.track, room="Room 2", capacity=12, started_on=today() - SINCE, **facts)
    group.programs.add(program)
    return group


def _leader(group, program):
    """The clinician with the most people in the program."""
    posts = CareTeamMember.objects.filter(part="primary", ended_on=None, episode__stays__program=program, episode__stays__ended_on=None)
    users = [post.user for post in posts.select_related("user")]
    if not users:
        return None
    leader = max(users, key=lambda user: (sum(other == user for other in users), -user.pk))
    Leader.objects.create(group=group, user=leader, started_on=today() - SINCE)
    return leader


def _enrol(group, program, leader):
    episodes = Episode.objects.filter(stays__program=program, stays__ended_on=None, ended_on=None, patient__restricted=False)
    for episode in episodes.order_by("started_on", "pk")[:MEMBERS]:
        enrolments.enrol(episode, [group], by=leader, on=max(episode.started_on, today() - WEEK))


def _past(group, slots, leader):
    """The sessions of the last week: attended with some exceptions, the older ones with signed notes."""
    topics = list(group.curriculum.topics.all())
    days = [(slot, today() - timedelta(days=ago)) for slot in slots for ago in range(1, 8)]
    planned = sorted(((day, slot) for slot, day in days if day.weekday() == slot.weekday), key=lambda each: each[0])
    for number, (day, slot) in enumerate(planned):
        session = planning.session_of(slot, day)
        session.save()
        if session.ended_at < timezone.now():
            _attended(session, leader, topics[number % len(topics)], number)


def _attended(session, leader, topic, number):
    facts = {
        "topic": topic,
        "methods": "Role play, talk in pairs",
        "shared": "Sorted evenings by how hard they are and practiced two of them.",
    }
    notes.keep_shared(session, facts=facts, version=0, by=leader)
    people = queries.roster(session, leader)
    for place, person in enumerate(people):
        state = {3: "late", 7: "unexcused"}.get((place + number) % 10, "present")
        attendance.mark(session, person.episode, by=leader, state=state, late=10)
    for place, person in enumerate(queries.roster(session, leader)):
        if person.mark and person.mark.came:
            part, response = PARTS[(place + number) % len(PARTS)]
            typed = {"section_part": part, "section_response": response}
            notes.keep_part(session, person.episode, typed=typed, version=0, by=leader)
    if session.held_on < today() - timedelta(days=2):
        _sign(session, leader)


def _sign(session, leader):
    session = Session.objects.get(pk=session.pk)
    marks = list(session.attendance.all())
    read = {None: session.version, **{mark.episode_id: mark.version for mark in marks}}
    notes.sign(session, [mark.episode_id for mark in marks if mark.came], by=leader, read=read)
