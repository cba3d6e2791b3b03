"""Whom to call about a cancelled session, or about one that is held after all: how they wish to be reached, and who was told."""

from dataclasses import dataclass

from django.utils import timezone

from .models import Told
from .queries import Person


@dataclass
class Call:
    """One member. `told` is the row that says so; `is_mine`: this person may open the chart, so may see how they are reached."""

    person: Person
    told: Told | None
    is_mine: bool

    @property
    def patient(self):
        return self.person.patient


def about(session, people, charts):
    """The calls that a session asks for, in one statement; none for one that has begun and was held.

    Of a session that is held after all, those who had been told that it is cancelled.
    """
    if not session.cancelled_at and session.started_at <= timezone.now():
        return []
    last = last_told(session)
    news = news_of(session)
    asked = [person for person in people if session.cancelled_at or person.pk in last]
    return [Call(person, _if_it_says(last.get(person.pk), news), person.patient.pk in charts) for person in asked]


def news_of(session):
    """What there is to tell."""
    return Told.News.CANCELLED if session.cancelled_at else Told.News.HELD


def last_told(session):
    """{episode: what they were told last}."""
    return {row.episode_id: row for row in session.told.select_related("told_by").order_by("told_at", "pk")}


def _if_it_says(row, news):
    return row if row and row.news == news else None
