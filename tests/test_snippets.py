"""Snippets: one person's own text blocks, and what the database keeps of that."""

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from anchored.accounts.refusals import NotNow, NotPermitted, SomeoneWasFirst
from anchored.accounts.roles import Role
from anchored.audit.models import TrailEntry
from tests.making import make_clinician, make_user
from treatment_plans.actions import snippets
from treatment_plans.forms.notes import with_snippets
from treatment_plans.models import Snippet

pytestmark = pytest.mark.django_db
TEXT = "Took part from the first to the last minute."


@pytest.fixture
def clinician():
    return make_clinician()


@pytest.fixture
def three(clinician):
    return [snippets.add(by=clinician, name=name, text=TEXT) for name in ("Group", "Family", "Diary")]


def names(owner):
    return [snippet.name for snippet in Snippet.objects.filter(owner=owner)]


def told():
    return [(row.event, row.patient_id) for row in TrailEntry.objects.filter(event__startswith="snippet.").order_by("sequence")]


def test_a_new_one_stands_after_the_others(clinician, three):
    assert names(clinician) == ["Group", "Family", "Diary"]


def test_the_trail_says_what_was_done_and_none_of_the_words(clinician, three):
    snippets.change(three[0], by=clinician, text="Came late.")
    snippets.move(three[0], by=clinician, up=False)
    snippets.remove(three[0], by=clinician)

    assert told() == [("snippet.added", None)] * 3 + [("snippet.changed", None), ("snippet.moved", None), ("snippet.removed", None)]
    said = " ".join(str(row.facts) + row.subject for row in TrailEntry.objects.all())
    assert "Group" not in said
    assert "late" not in said


def test_it_is_changed(clinician, three):
    snippets.change(three[1], by=clinician, name="Family session", text="Her sister came.")

    three[1].refresh_from_db()
    assert (three[1].name, three[1].text) == ("Family session", "Her sister came.")


@pytest.mark.parametrize(
    ("which", "up", "order"),
    [
        (0, False, ["Family", "Group", "Diary"]),
        (2, True, ["Group", "Diary", "Family"]),
        (0, True, ["Group", "Family", "Diary"]),
        (2, False, ["Group", "Family", "Diary"]),
    ],
)
def test_it_moves_one_place_and_never_off_the_end(clinician, three, which, up, order):
    snippets.move(three[which], by=clinician, up=up)

    assert names(clinician) == order


def test_it_is_removed_for_good_and_the_next_one_stands_last(clinician, three):
    snippets.remove(three[0], by=clinician)
    snippets.add(by=clinician, name="Group", text=TEXT)

    assert names(clinician) == ["Family", "Diary", "Group"]


def test_two_people_may_use_one_name(three):
    assert snippets.add(by=make_clinician(), name="Group", text=TEXT).order == 1


@pytest.mark.parametrize("act", ["add", "change"])
def test_one_person_may_not(clinician, three, act):
    with pytest.raises(NotNow, match="of this name already"):
        if act == "add":
            snippets.add(by=clinician, name="Group", text=TEXT)
        else:
            snippets.change(three[1], by=clinician, name="Group")

    assert names(clinician) == ["Group", "Family", "Diary"]


def test_nobody_has_more_than_100(clinician):
    Snippet.objects.bulk_create(Snippet(owner=clinician, name=f"No. {number}", text=TEXT, order=number) for number in range(100))

    with pytest.raises(NotNow, match="the most there can be"):
        snippets.add(by=clinician, name="One more", text=TEXT)
    assert snippets.add(by=make_clinician(), name="One more", text=TEXT)


def test_neither_does_the_database_take_more(clinician):
    rows = [Snippet(owner=clinician, name=f"No. {number}", text=TEXT, order=number) for number in range(101)]

    with pytest.raises(DatabaseError), transaction.atomic():
        Snippet.objects.bulk_create(rows)


def test_the_database_keeps_its_owner_and_its_name(clinician, three):
    with pytest.raises(DatabaseError), transaction.atomic():
        Snippet.objects.filter(pk=three[0].pk).update(owner=make_clinician())
    with pytest.raises(IntegrityError), transaction.atomic():
        Snippet.objects.filter(pk=three[0].pk).update(name="Family")


@pytest.mark.parametrize("act", ["change", "move", "remove"])
def test_somebody_elses_is_out_of_reach(three, act):
    other = make_clinician()

    with pytest.raises(SomeoneWasFirst):
        {
            "change": lambda: snippets.change(three[0], by=other, text="Mine now."),
            "move": lambda: snippets.move(three[0], by=other, up=False),
            "remove": lambda: snippets.remove(three[0], by=other),
        }[act]()

    assert Snippet.objects.get(pk=three[0].pk).text == TEXT


def test_who_writes_no_notes_has_none():
    with pytest.raises(NotPermitted):
        snippets.add(by=make_user(Role.FRONT_DESK), name="Group", text=TEXT)


def test_a_chosen_snippet_goes_under_the_text_of_its_section():
    typed = {"section_data": "Came on time.\n", "section_plan": "", "kind": "individual"}
    chosen = {"snippet_section_data": "a", "snippet_section_plan": "b", "snippet_kind": "a"}

    put_in = with_snippets(typed, chosen, {"a": "Took part.", "b": "Calls on Friday."})

    assert put_in == {"section_data": "Came on time.\nTook part.", "section_plan": "Calls on Friday.", "kind": "individual"}


def test_one_that_is_not_theirs_adds_nothing():
    typed = {"section_data": "Came on time."}

    assert with_snippets(typed, {"snippet_section_data": "c"}, {"a": "Took part."}) == typed
