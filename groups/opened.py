"""What the page of a session shows beside its list: asked at once, since none of it waits for the answer to another."""

from dataclasses import dataclass
from typing import Any

from anchored.ground.remembered import together

from . import composition, coverage, hours, members, queries, writing


@dataclass
class Opened:
    """`charts`: keys of the patients whose charts open for whoever looks; `hours`: {episode: Hours} of the session's week."""

    charts: set
    hours: dict
    leaders: list
    mix: composition.Mix
    choice: coverage.Choice
    parts: list[writing.Part]

    def opens(self, person):
        return person.patient.pk in self.charts

    def is_led_by(self, user, session):
        return user.pk in {session.covered_by_id, *(leader.user_id for leader in self.leaders)}


def of_session(session, people, user, typed=None) -> Opened:
    """Ten statements in one round trip; the corrections of marks are put with the people. `typed` as in `writing.parts`."""
    group, day, episodes = session.group_id, session.held_on, [person.pk for person in people]
    charts, stays, counted, been, corrections, leaders, given, *written = together(
        queries.open_charts.about(user=user.pk, patients=[person.patient.pk for person in people]),
        hours.stays_of.about(episodes=episodes),
        hours.asked_of_week(episodes, day),
        composition.came_before.about(group=group, day=day, episodes=episodes),
        queries.amendments.about(marks=queries.marks_of(people)),
        queries.leaders_on.about(group=group, day=day),
        coverage.given_before.about(group=group, before=session.started_at),
        *writing.asked_of_parts(people),
    )
    queries.with_corrections(people, corrections)
    return Opened(
        {key for (key,) in charts},
        hours.told_of_week(episodes, day, hours.programs_by(stays), counted),
        leaders,
        composition.told(session, people, members.weeks_by(day, stays), been),
        coverage.chosen_from(session, given),
        writing.parts_from(session, people, typed, *written),
    )


def row_of(session, person, people, user) -> tuple[bool, Any]:
    """(whether the chart opens, Hours) of one person, for the row that saved itself; the corrections are put with all."""
    charts, stays, counted, corrections = together(
        queries.open_charts.about(user=user.pk, patients=[person.patient.pk]),
        hours.stays_of.about(episodes=[person.pk]),
        hours.asked_of_week([person.pk], session.held_on),
        queries.amendments.about(marks=queries.marks_of(people)),
    )
    queries.with_corrections(people, corrections)
    return bool(charts), hours.told_of_week([person.pk], session.held_on, hours.programs_by(stays), counted)[person.pk]
