"""Topics of a curriculum: had, missed, to make up; what comes next; the sheet a leader takes into a session."""

from datetime import timedelta

import pytest
from django.urls import reverse

from groups import coverage
from groups.actions import attendance
from groups.models import Leader, Session, Topic

from .grouping import enrolled, make_group, make_session, signed_mark
from .making import make_admitted, make_clinician, make_patient
from .planning import make_plan, sign
from .screens.visiting import chart_url, cost, get, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def leader():
    return make_clinician(given_name="Sara", family_name="Lindqvist", works_in=["IOP Day"])


@pytest.fixture
def group(leader):
    return make_group(leader, name="Relapse prevention, Day")


def member(leader, group, given_name="Rosa"):
    patient = make_admitted(leader, to="IOP Day", patient=make_patient(leader, given_name=given_name, family_name="Alvarez"))
    enrolled(patient, group, by=leader)
    return patient


@pytest.fixture
def rosa(leader, group):
    return member(leader, group)


def held(group, topic, *, hours, by, **states):
    """A session with a topic so many hours ago. `states`: what each person is marked, by given name."""
    session = make_session(group, ago=timedelta(hours=hours))
    Session.objects.filter(pk=session.pk).update(topic=Topic.objects.get(curriculum=group.curriculum, title=topic))
    for name, state in states.items():
        episode = group.enrolments.get(episode__patient__given_name=name).episode
        attendance.mark(session, episode, by=by, state=state)
    return session


def titles(pairs):
    return [str(topic) for topic, _ in pairs]


class TestCoverage:
    def test_had_missed_and_made_up(self, group, rosa, leader):
        held(group, "Alcohol", hours=40, by=leader, Rosa="unexcused")
        held(group, "Boredom", hours=30, by=leader, Rosa="unexcused")
        held(group, "Work and recovery", hours=20, by=leader, Rosa="present")
        (about,) = coverage.of_episode(rosa.episodes.get())
        assert (titles(about.to_make_up), titles(about.done)) == (["Alcohol", "Boredom"], ["Work and recovery"])

        held(group, "Boredom", hours=5, by=leader, Rosa="present")

        (about,) = coverage.of_episode(rosa.episodes.get())
        assert (titles(about.to_make_up), titles(about.done)) == (["Alcohol"], ["Boredom", "Work and recovery"])

    def test_made_up_in_another_group_of_the_same_curriculum(self, group, rosa, leader):
        held(group, "Alcohol", hours=40, by=leader, Rosa="unexcused")
        other = make_group(leader)
        enrolled(rosa, other, by=leader)
        held(other, "Alcohol", hours=5, by=leader, Rosa="present")
        (about,) = coverage.of_episode(rosa.episodes.get())
        assert not about.to_make_up

    def test_on_the_pages_of_chart_and_group(self, group, rosa, leader):
        member(leader, group, "Joon")
        held(group, "Alcohol", hours=40, by=leader, Rosa="unexcused", Joon="present")
        desk = signed_in(leader)
        assert "To make up Alcohol (missed" in get(desk, chart_url("groups", rosa)).part("topics-1")
        assert "1 of 2 ALVAREZ, Rosa" in get(desk, reverse("group", args=[group.pk])).part("topics")

    def test_more_members_and_topics_cost_no_more(self, group, rosa, leader):
        client, page, chart = signed_in(leader), reverse("group", args=[group.pk]), chart_url("groups", rosa)
        held(group, "Alcohol", hours=40, by=leader, Rosa="present")
        before = cost(client, page), cost(client, chart)
        for name in ("Joon", "Thea"):
            member(leader, group, name)
        held(group, "Boredom", hours=30, by=leader, Rosa="present", Joon="unexcused")
        assert (cost(client, page), cost(client, chart)) == before


class TestTheNextTopic:
    def test_after_the_last_one_held_and_around(self, group, rosa, leader):
        session = make_session(group)
        assert str(coverage.choice(session).next) == "Alcohol"
        held(group, "Boredom", hours=30, by=leader, Rosa="present")
        assert str(coverage.choice(session).next) == "Avoiding drift"
        held(group, "One day at a time", hours=10, by=leader, Rosa="present")
        assert str(coverage.choice(session).next) in ("Alcohol", "Avoiding drift")

    def test_it_is_preselected_with_the_day_it_was_last_given(self, group, rosa, leader):
        held(group, "Alcohol", hours=40, by=leader, Rosa="present")
        session = make_session(group)
        page = get(signed_in(leader), reverse("session", args=[session.pk]))
        assert page.form("topic")["topic"] == str(Topic.objects.get(title="Boredom", curriculum=group.curriculum).pk)
        assert "Alcohol, last" in page.text
        assert "Next in order." in page.text


class TestTheLeadersSheet:
    def test_objectives_and_the_last_plan_of_whose_chart_opens(self, group, rosa, leader):
        plan = sign(make_plan(rosa, by=leader), by=leader)
        signed_mark(make_session(group, ago=timedelta(hours=30)), rosa.episodes.get(), by=leader)
        page = get(signed_in(leader), reverse("leader_sheet", args=[make_session(group).pk]))
        assert page.heading == "Leader's sheet"
        assert plan.objectives.first().text in page.text
        assert "She calls her sponsor before it." in page.text

    def test_of_others_the_name_alone(self, group, rosa, leader):
        signed_mark(make_session(group, ago=timedelta(hours=30)), rosa.episodes.get(), by=leader)
        guest_leader = make_clinician(works_in=["PHP"])
        Leader.objects.create(group=group, user=guest_leader, part="co_facilitator", started_on=group.started_on)
        page = get(signed_in(guest_leader), reverse("leader_sheet", args=[make_session(group).pk]))
        assert "ALVAREZ, Rosa" in page.text
        assert "You do not open this chart" in page.text
        assert "sponsor" not in page.text

    def test_twelve_cost_as_much_as_one(self, group, rosa, leader):
        client, page = signed_in(leader), reverse("leader_sheet", args=[make_session(group).pk])
        before = cost(client, page)
        for number in range(4):
            member(leader, group, f"Person{number}")
        assert cost(client, page) == before
