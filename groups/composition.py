"""Who is in a group at a glance: who is new to it, how long each is in the program, who could mentor."""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef

from anchored.ground.dates import today
from anchored.ground.remembered import Remembered
from patients.models import Episode

from . import members
from .models import Attendance


@dataclass(frozen=True)
class Mix:
    """`new`: who has never come to this group. `weeks`: [(week, how many)]. `mentors`: [(person, week)], the longest there first."""

    new: list
    weeks: list
    mentors: list


def of_group(group, listed):
    """The members whom the page lists, as of today. One statement."""
    there = [(member.enrolment.episode_id, member.patient, member.week) for member in listed]
    return _mix(group, there, today())


def of_session(session, people):
    """Those on the list of a session but who did not come, as of its day. Two statements."""
    episodes = [person.pk for person in people]
    been = came_before(group=session.group_id, day=session.held_on, episodes=episodes)
    return told(session, people, members.weeks_of(episodes, session.held_on), been)


def told(session, people, weeks, been):
    """The same from what was asked for together with other things: the weeks, and rows of `came_before`."""
    here = [person for person in people if person.mark is None or person.mark.came]
    return _mix_of(session.group, [(person.pk, person.patient, weeks.get(person.pk)) for person in here], been)


def _mix(group, there: list[tuple[Any, Any, int | None]], day):
    return _mix_of(group, there, came_before(group=group.pk, day=day, episodes=[episode for episode, *_ in there]))


def _mix_of(group, there: list[tuple[Any, Any, int | None]], been):
    before = {episode for (episode,) in been}
    known = [(patient, week) for _, patient, week in there if week is not None]
    far = group.type.mentor_from_week
    return Mix(
        [patient for episode, patient, _ in there if episode not in before],
        sorted(Counter(week for _, week in known).items()),
        sorted([each for each in known if far and each[1] >= far], key=lambda each: -each[1]),
    )


def _comings(group, day, episodes):
    came = Attendance.objects.filter(episode=OuterRef("pk"), state__in=Attendance.CAME)
    before = came.filter(session__group=group, session__held_on__lt=day)
    return Episode.objects.filter(Exists(before), pk__in=episodes).order_by().values_list("pk")


came_before = Remembered(_comings, group=UUID, day=date, episodes=[UUID])
