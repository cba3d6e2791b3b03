"""The floor of plans and notes shows the rows that the product shows, and writes what it writes."""

import re

import pytest

from anchored.signing import signatures
from benchmarks import floor_notes, noted
from tests import benching
from treatment_plans.models import Note, ObjectiveProgress, Plan
from treatment_plans.outline import Outline

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]
NOTE = re.compile(r'href="/notes/([0-9a-f-]{36})/"')


@pytest.fixture(scope="module")
def demo(django_db_setup, django_db_blocker):
    yield from benching.loaded(django_db_blocker, 60, lambda clinician: noted.noted(clinician, 2))


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


def shown(response):
    return response.content.decode()


def test_each_row_of_the_plan(browser, house):
    page, answer = browser.get(f"/plans/{house.known.plan}/"), floor(house, floor_notes.plan, house.known.plan)

    nodes = Outline.of(Plan.objects.get(pk=house.known.plan)).nodes
    assert len(nodes) == 40
    assert all(node.anchor in shown(page) and str(node.pk) in shown(answer) for node in nodes)


def test_the_same_notes_of_a_long_chart(browser, house):
    page, answer = browser.get(f"/patients/{house.known.patient}/notes/"), floor(house, floor_notes.notes, house.known.patient)

    found = NOTE.findall(shown(page))
    assert len(found) == 50
    assert all(note in shown(answer) for note in found)
    assert "2000 notes" in shown(page)
    assert " 2000" in shown(answer)


@pytest.mark.parametrize("words", noted.SEARCHED)
def test_the_same_notes_by_their_words(browser, house, words):
    page = browser.post(f"/patients/{house.known.patient}/notes/", {"words": words})
    answer = floor(house, floor_notes.find_in_notes, house.known.patient, words=words)

    found = set(NOTE.findall(shown(page)))
    assert found
    assert len(found) == shown(answer).count("<p>notes ")
    assert all(note in shown(answer) for note in found)


def test_the_same_thread(browser, house):
    plan, root = house.known.thread

    page, answer = browser.get(f"/plans/{plan}/thread/{root}/"), floor(house, floor_notes.thread, plan, root)

    found = set(NOTE.findall(shown(page)))
    assert len(found) == noted.THREAD
    assert all(note in shown(answer) for note in found)


def test_a_draft_is_kept(house):
    draft = house.known.kept[1]

    answer = floor(house, floor_notes.keep, draft, version="1", section_data="Kept.")

    note = Note.objects.get(pk=draft)
    assert (answer.status_code, note.version, note.typed) == (204, 2, {"section_data": "Kept."})


def test_a_draft_that_has_changed_meanwhile_is_not_overwritten(house):
    answer = floor(house, floor_notes.keep, house.known.kept[1], version="7", section_data="Too late.")

    assert answer.status_code == 409


def test_a_note_is_signed(browser, house):
    by_product, by_floor = house.known.to_sign

    browser.post(f"/notes/{by_product}/sign/", {"version": "1", "once": "3f0c0a4e-7a43-4c36-9a35-4d7c0ac8a001"})
    floor(house, floor_notes.sign, by_floor)

    said = []
    for key in (by_product, by_floor):
        note = Note.objects.select_related("service").get(pk=key)
        told = ObjectiveProgress.objects.filter(note=note).values_list("objective", "root", "standing", "words")
        facts = [getattr(note.service, name) for name in ("episode_id", "kind_id", "started_at", "minutes", "place", "delivered_by_id")]
        as_typed = [(each["key"], each["heading"], each["text"] == note.typed[f"section_{each['key']}"]) for each in note.sections]
        said.append((note.is_sealed, as_typed, bool(note.found_by), note.format_name, facts, set(told), signatures.of(note).count()))
    assert said[0] == said[1]
