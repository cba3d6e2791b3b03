"""Which topics of a curriculum somebody had, and which they still have to make up; which topic comes next in a group."""

from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from django.db.models import Exists, Max, OuterRef
from django.utils.formats import date_format

from anchored.ground.remembered import Kept, Remembered

from .models import Attendance, Enrolment, Session, Topic


@dataclass
class Coverage:
    """The topics of a curriculum for one person, each with the day. Who had a topic has nothing to make up, whatever they missed later."""

    curriculum: object
    topics: list
    had: dict = field(default_factory=dict)
    missed: dict = field(default_factory=dict)

    @property
    def to_make_up(self):
        """[(topic, the day it was missed)]."""
        return [(topic, self.missed[topic.pk]) for topic in self.topics if topic.pk in self.missed and topic.pk not in self.had]

    @property
    def done(self):
        """[(topic, the day they last had it)]."""
        return [(topic, self.had[topic.pk]) for topic in self.topics if topic.pk in self.had]


def of_episode(episode) -> list[Coverage]:
    """For each curriculum of the groups that somebody is or was in, in this episode. Two statements."""
    groups = Enrolment.objects.filter(episode=episode).values("group")
    found: dict = {}
    for topic in Topic.objects.filter(curriculum__groups__in=groups, offered=True).select_related("curriculum").distinct():
        found.setdefault(topic.curriculum_id, Coverage(topic.curriculum, [])).topics.append(topic)
    told = _told([episode.pk], [topic.pk for each in found.values() for topic in each.topics])
    for each in found.values():
        each.had, each.missed = told.get(episode.pk, ({}, {}))
    return list(found.values())


@dataclass
class Line:
    """A topic of a group: when it was last given, how many of the members had it, who has it to make up."""

    topic: Topic
    given_on: date | None
    had: int
    to_make_up: list


def of_group(group, members) -> list[Line]:
    """The topics of a group's curriculum against its members. Three statements, however many topics and members."""
    topics = _topics(group)
    if not topics:
        return []
    given, told = last_given(group), _told([member.enrolment.episode_id for member in members], [topic.pk for topic in topics])
    return [_line(topic, given.get(topic.pk), members, told) for topic in topics]


def _line(topic, given_on, members, told):
    had = {pk for pk, (had, _) in told.items() if topic.pk in had}
    missed = {pk for pk, (_, missed) in told.items() if topic.pk in missed} - had
    return Line(topic, given_on, len(had), [member.patient for member in members if member.enrolment.episode_id in missed])


def _topics(group):
    return _offered(curriculum=group.curriculum_id) if group.curriculum_id else []


_offered = Kept(lambda curriculum: Topic.objects.filter(curriculum=curriculum, offered=True), curriculum=int)


def _told(episodes, topics):
    """{episode: ({topic had: day}, {topic missed: day})}, the latest day of each, in one statement."""
    rows = Attendance.objects.filter(episode__in=episodes, session__topic__in=topics, session__cancelled_at=None)
    found: dict = {}
    for episode, topic, state, day in rows.order_by("session__held_on").values_list(
        "episode", "session__topic", "state", "session__held_on"
    ):
        had, missed = found.setdefault(episode, ({}, {}))
        (had if state in Attendance.CAME else missed)[topic] = day
    return found


def last_given(group):
    """{topic: the day when the group last had it}."""
    return dict(_last_days(group.pk))


def _last_days(group, **which):
    somebody = Exists(Attendance.objects.filter(session=OuterRef("pk")))
    rows = Session.objects.held().filter(somebody, group=group, topic__isnull=False, **which)
    return rows.order_by().values_list("topic").annotate(Max("held_on"))


given_before = Remembered(lambda group, before: _last_days(group, started_at__lt=before), group=UUID, before=datetime)


@dataclass
class Choice:
    """The topics of a session's group, the one that comes next in order, and when each was last given."""

    topics: list
    next: Topic | None
    given: dict

    def label(self, topic):
        """Boredom, last 03 Nov 2026."""
        return f"{topic}, last {date_format(self.given[topic.pk])}" if topic.pk in self.given else str(topic)


def choice(session) -> Choice:
    """A rolling group goes on with the topic after the last one held, and begins again after the last of the list."""
    return chosen_from(session, given_before(group=session.group_id, before=session.started_at) if session.group.curriculum_id else [])


def chosen_from(session, given) -> Choice:
    """The same from rows of `given_before` that were asked for together with others."""
    topics, given = _topics(session.group), dict(given)
    order = [topic.pk for topic in topics]
    latest = max((pk for pk in order if pk in given), key=lambda pk: (given[pk], order.index(pk)), default=None)
    after = (order.index(latest) + 1) % len(order) if latest else 0
    return Choice(topics, topics[after] if topics else None, given)
