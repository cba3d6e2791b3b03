"""Many rows changed in one statement: the same as each saved by itself, on both engines."""

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from anchored.ground.rows import change_each, change_where
from groups.actions import attendance
from groups.models import Attendance
from tests.grouping import enrolled, make_group, make_session
from tests.making import make_admitted, make_clinician

pytestmark = pytest.mark.django_db


@pytest.fixture
def marks():
    leader = make_clinician(works_in=["IOP Day"])
    group = make_group(leader)
    for _ in range(3):
        enrolled(make_admitted(leader, to="IOP Day"), group, by=leader)
    session = make_session(group)
    attendance.mark_all_present(session, by=leader)
    return list(Attendance.objects.order_by("pk"))


def test_each_row_gets_what_it_says_and_the_others_stay(marks):
    first, second, third = marks
    other, now = make_clinician(), timezone.now()
    first.state, first.late, first.marked_by, first.marked_at = "late", 15, other, now
    second.state, second.reason = "excused", 'It\'s "Work"; %s & <b>'
    third.state = "unexcused"

    with CaptureQueriesContext(connection) as said:
        change_each([first, second], ["state", "late", "reason"], alike=["marked_by", "marked_at"])

    assert len(said) == 1
    kept = [Attendance.objects.get(pk=mark.pk) for mark in marks]
    assert [(mark.state, mark.late) for mark in kept] == [("late", 15), ("excused", 0), ("present", 0)]
    assert (kept[0].marked_by, kept[0].marked_at, kept[1].reason) == (other, now, second.reason)


def test_what_is_left_empty_in_all_rows_is_empty(marks):
    for mark in marks:
        mark.saved_by = mark.saved_at = mark.note = None
        mark.typed = {"section_part": "Ünïcode"}

    change_each(marks, ["saved_by", "saved_at", "note", "typed"])

    found = Attendance.objects.values_list("saved_by", "saved_at", "note", "typed")
    assert list(found) == [(None, None, None, {"section_part": "Ünïcode"})] * 3


def test_of_no_rows_nothing_is_asked(django_assert_num_queries):
    with django_assert_num_queries(0):
        change_each([], ["state"])


def test_what_the_database_refuses_changes_nothing(marks):
    for mark in marks:
        mark.state, mark.late = "present", 5

    with pytest.raises(DatabaseError), transaction.atomic():
        change_each(marks, ["state", "late"])

    assert set(Attendance.objects.values_list("late", flat=True)) == {0}


@pytest.mark.postgresql
def test_a_text_that_is_too_long_for_its_column_is_refused_and_not_cut(marks):
    marks[0].state, marks[0].reason = "excused", "a" * 301

    with pytest.raises(DatabaseError), transaction.atomic():
        change_each(marks[:1], ["state", "reason"])


def test_rows_found_by_some_facts_get_others_and_no_other_row_does(marks):
    first = marks[0]
    found_by = {"session": first.session_id, "episode_id": first.episode_id}

    assert change_where(Attendance, found_by, {"state": "excused", "reason": '50% of "it" isn\'t work'}) == 1
    assert change_where(Attendance, found_by | {"state": "present"}, {"late": 1}) == 0

    first.refresh_from_db()
    assert (first.state, first.reason) == ("excused", '50% of "it" isn\'t work')
    assert {mark.state for mark in Attendance.objects.exclude(pk=first.pk)} == {"present"}
