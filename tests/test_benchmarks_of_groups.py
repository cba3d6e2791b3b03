"""The floor of groups shows what the product shows, and writes what it writes."""

from collections import Counter
from datetime import date
from uuid import UUID

import pytest
from django.utils.html import escape

from anchored.demo.staff import PASSWORD
from anchored.signing import signatures
from benchmarks import floor_groups, grouped
from groups import opened, queries
from groups.models import Attendance, Group, Session
from patients.models import Patient
from tests import benching
from treatment_plans.models import ObjectiveProgress

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]


@pytest.fixture(scope="module")
def demo(django_db_setup, django_db_blocker):
    yield from benching.loaded(django_db_blocker, 120, lambda clinician: grouped.grouped(clinician, 2))


@pytest.fixture
def house(demo, db):
    benching.trail_of_the_floor()
    return demo


@pytest.fixture
def browser(client, house):
    client.force_login(house.clinician)
    return client


def floor(house, answer, *keys, **form):
    return benching.floor(house.clinician, answer, *keys, **form)


def test_the_same_people_and_words_in_a_session(browser, house):
    page = browser.get(f"/sessions/{house.known.opened}/").content.decode()
    answer = floor(house, floor_groups.session, house.known.opened).content.decode()

    assert len(house.known.there) == len(house.known.episodes) == grouped.PEOPLE
    for patient in Patient.objects.filter(episodes__in=house.known.there):
        assert escape(patient.family_name).upper() in page.upper()
        assert escape(patient.family_name) in answer
    for mark in Attendance.objects.filter(session=house.known.opened):
        assert mark.typed["section_part"] in page
        assert mark.typed["section_part"] in answer


def test_the_same_is_told_of_each_in_a_session(house):
    session = Session.objects.select_related("group__type").get(pk=house.known.opened)
    people = queries.roster(session, house.clinician)
    page = opened.of_session(session, people, house.clinician)
    answer = benching.floor(house.clinician, lambda request: floor_groups.told(request, session.pk))

    def told(person):
        week = page.hours[person.pk]
        hours = (week.minutes, week.unsigned, week.planned, week.least)
        return (str(person.pk), page.opens(person), person.patient not in page.mix.new, len(person.corrections), *hours)

    def floor_tells(person):
        hours = [person[name] or 0 for name in ("minutes", "unsigned", "planned")]
        return (person["id"], person["chart"], person["been"], len(person["corrections"] or ()), *hours, 60 * person["least_hours"])

    assert sorted(map(told, people)) == sorted(map(floor_tells, answer["people"]))
    assert page.mix.weeks == sorted(Counter(person["week"] for person in answer["people"]).items())
    assert {part.person.pk: len(part.form.objectives) for part in page.parts} == {
        UUID(person["id"]): len(person["objectives"]) for person in answer["people"]
    }
    given = {key: date.fromisoformat(day) for key, _, day in answer["topics"] if day}
    assert given
    assert given == page.choice.given
    assert any(person["unsigned"] for person in answer["people"]), "else this compares nothing"


def test_the_same_groups_in_a_week(browser, house):
    page, answer = browser.get("/groups/").content.decode(), floor(house, floor_groups.week).content.decode()

    for group in Group.objects.exclude(slots=None):
        assert (group.name in page) == (group.name in answer)


def test_everybody_is_marked(browser, house):
    by_product, by_floor = house.known.saved
    form = {f"state-{each}": "late" for each in house.known.episodes} | {f"late-{each}": "10" for each in house.known.episodes}

    browser.post(f"/sessions/{by_product}/", form | {"once": "3f0c0a4e-7a43-4c36-9a35-4d7c0ac8a001"})
    floor(house, floor_groups.save, by_floor, **form)

    for session in house.known.saved:
        assert list(Attendance.objects.filter(session=session).values_list("state", "late")) == [("late", 10)] * grouped.PEOPLE


def test_everybody_s_note_is_signed(browser, house):
    by_product, by_floor = house.known.to_sign
    form = {f"version-{each}": "1" for each in house.known.episodes} | {"version-shared": "1", "password": PASSWORD}
    form |= {"sign": [str(each) for each in house.known.episodes], "once": "3f0c0a4e-7a43-4c36-9a35-4d7c0ac8a002"}

    browser.post(f"/sessions/{by_product}/sign/", form)
    floor(house, floor_groups.sign, by_floor)

    said = []
    for session in (by_product, by_floor):
        marks = Attendance.objects.filter(session=session).select_related("note__service").order_by("episode")
        notes = [mark.note for mark in marks]
        told = ObjectiveProgress.objects.filter(note__in=notes).order_by("note__episode").values_list("root", "standing")
        facts = [(note.episode_id, note.found_by, note.format_name, note.service.minutes, signatures.of(note).count()) for note in notes]
        said.append((facts, list(told)))
    assert len(said[0][0]) == len(said[0][1]) == grouped.PEOPLE
    assert said[0][1] == said[1][1]
    assert [fact[0::2] for fact in said[0][0]] == [fact[0::2] for fact in said[1][0]]
