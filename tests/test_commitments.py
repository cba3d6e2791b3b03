"""The hours of the week when a patient cannot come: as people write them, added, ended, and what they leave free."""

from datetime import date, timedelta
from types import SimpleNamespace

import pytest
import time_machine
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from anchored.accounts.refusals import NotNow, NotPermitted, SomeoneWasFirst
from anchored.accounts.roles import Role
from anchored.audit.models import TrailEntry
from anchored.audit.trail import TrailUnavailable
from anchored.ground.clock import DAY, CouldBeTwo, clock, duration, is_plain, read_time
from anchored.ground.dates import today
from anchored.ui.fields import TimeOfDayField
from anchored.ui.week import Block, drawn, said
from patients import week
from patients.actions import commitments
from patients.models import Commitment
from tests.checking import everything, trail_broken
from tests.making import make_clinician, make_patient, make_user

MONDAY, TUESDAY, FRIDAY, SATURDAY, SUNDAY = 0, 1, 4, 5, 6
NINE, FIVE = 9 * 60, 17 * 60


@pytest.fixture
def clinician(db):
    return make_clinician(given_name="Sara", family_name="Lindqvist")


@pytest.fixture
def patient(clinician):
    return make_patient(clinician)


def add(patient, by, **facts):
    return commitments.add(patient, by=by, **{"kind": "work", "weekdays": [MONDAY], "starts": NINE, "ends": FIVE, **facts})


def rows():
    return [
        (one.weekday, one.starts, one.ends, one.started_on, one.ended_on) for one in Commitment.objects.order_by("started_on", "weekday")
    ]


# Times as people write them


@pytest.mark.parametrize(
    ("written", "minutes"),
    [
        ("9", 540), ("09", 540), ("9:00", 540), ("9.30", 570), ("9h30", 570), ("0930", 570), ("9 am", 540), ("9am", 540), ("9 A.M.", 540),
        ("5:30 pm", 1050), ("5:30pm", 1050), ("5p", 1020), ("17:30", 1050), ("1730", 1050), ("05:00", 300), ("5 am", 300), ("noon", 720),
        ("Midday", 720), ("12", 720), ("12 pm", 720), ("12:30 am", 30), ("12 am", 0), ("midnight", 0), ("0", 0), ("00:00", 0),
        ("24:00", 1440), ("  7:05  ", 425), ("23:59", 1439),
    ],
)  # fmt: skip
def test_a_time_is_read_as_it_is_written(written, minutes):
    assert read_time(written) == minutes
    assert TimeOfDayField().clean(written) == minutes


@pytest.mark.parametrize("written", ["1", "5", "5:30", "530", "6"])
def test_a_time_that_could_be_two_is_asked_about(written):
    with pytest.raises(CouldBeTwo):
        read_time(written)
    with pytest.raises(ValidationError) as refusal:
        TimeOfDayField().clean(written)

    assert refusal.value.messages == [f"Write {written} am or {written} pm"]


@pytest.mark.parametrize(
    "written",
    ["25", "24:01", "9:60", "9:5", "13 pm", "0 am", "-1", "+9", "9 o'clock", "9:00:00", "1e1", "٩", "９", "nine", "9 xm", "9:00 to 5",
     "99999", "9\x00", "²", "9" * 5000],
)  # fmt: skip
def test_what_is_no_time_is_refused_with_an_example(written):
    with pytest.raises(ValidationError) as refusal:
        TimeOfDayField().clean(written)

    assert refusal.value.messages == ["Enter a time of day, like 9:00 or 5:30 pm"]


@given(st.integers(0, DAY))
def test_a_time_that_is_shown_is_read_again(minutes):
    assert read_time(clock(minutes)) == minutes
    assert TimeOfDayField().prepare_value(minutes) == clock(minutes)


@given(st.text(max_size=12))
def test_no_text_breaks_the_reading(text):
    try:
        assert 0 <= read_time(text) <= DAY
    except ValueError:
        pass
    assert is_plain(text) in (True, False)


def test_how_long_something_takes_is_said_in_hours_and_minutes():
    assert [duration(minutes) for minutes in (0, 45, 60, 2430)] == ["", "45 min", "1 h", "40 h 30 min"]


# Adding


def test_the_same_hours_on_some_days_are_a_row_each(patient, clinician):
    added = add(patient, clinician, weekdays=[FRIDAY, MONDAY], note="Warehouse")

    assert rows() == [(MONDAY, NINE, FIVE, today(), None), (FRIDAY, NINE, FIVE, today(), None)]
    assert {(one.kind, one.note, one.added_by) for one in added} == {("work", "Warehouse", clinician)}
    told = TrailEntry.objects.filter(event="commitment.added")
    assert {entry.subject for entry in told} == {f"patients.commitment:{one.pk}" for one in added}
    assert {(entry.patient_id, str(entry.facts)) for entry in told} == {(patient.pk, "{}")}


def test_the_last_day_is_included(patient, clinician):
    day = today() + timedelta(days=7)

    add(patient, clinician, weekdays=[day.weekday()], started_on=day, until=day)

    assert rows() == [(day.weekday(), NINE, FIVE, day, day + timedelta(days=1))]


def test_a_night_is_two_rows_and_the_second_belongs_to_the_next_day(patient, clinician):
    first, last = today(), today() + timedelta(days=20)

    add(patient, clinician, weekdays=[SUNDAY], starts=22 * 60, ends=6 * 60, started_on=first, until=last)

    assert rows() == [
        (SUNDAY, 22 * 60, DAY, first, last + timedelta(days=1)),
        (MONDAY, 0, 6 * 60, first + timedelta(days=1), last + timedelta(days=2)),
    ]


def test_until_midnight_is_one_row(patient, clinician):
    add(patient, clinician, starts=22 * 60, ends=0)
    add(patient, clinician, starts=0, ends=DAY, weekdays=[TUESDAY])

    assert [row[:3] for row in rows()] == [(MONDAY, 22 * 60, DAY), (TUESDAY, 0, DAY)]


@time_machine.travel("2026-11-25 11:30:00Z", tick=False)  # a Wednesday wherever the clinic of the tests stands
@pytest.mark.parametrize(
    ("facts", "field", "words"),
    [
        ({"weekdays": []}, "weekdays", "Choose at least one day"),
        ({"ends": NINE}, "ends", "The end must be another time than the start"),
        ({"starts": DAY, "ends": NINE}, "ends", "The end must be another time than the start"),
        ({"started_on": date(2062, 1, 1)}, "started_on", "Enter a date within two years, like 23 Nov 2026"),
        ({"until": date(2026, 11, 24)}, "until", "The end date must be the same as or after the start date"),
        ({"started_on": date(2026, 11, 1), "until": date(2026, 11, 24)}, "until", "The last day must not be in the past"),
        ({"weekdays": [4, 5, 6], "until": date(2026, 11, 27)}, "weekdays",
         "There is no Saturday and no Sunday from 25 Nov 2026 to 27 Nov 2026"),
    ],
)  # fmt: skip
def test_each_refusal_stands_beside_its_field_and_changes_nothing(patient, clinician, facts, field, words):
    with pytest.raises(NotNow) as refusal:
        add(patient, clinician, **facts)

    assert refusal.value.message_dict == {field: [words]}
    assert not Commitment.objects.exists()
    assert not TrailEntry.objects.filter(event="commitment.added").exists()


def test_what_no_row_can_hold_is_refused_as_a_whole(patient, clinician):
    for wrong in ({"kind": "leisure"}, {"note": "x" * 201}, {"weekdays": [0, 7]}, {"ends": DAY + 1}):
        with pytest.raises(ValidationError):
            add(patient, clinician, **wrong)
    assert not Commitment.objects.exists()


# Ending


def test_from_the_day_it_is_ended_the_hours_are_free(patient, clinician):
    (work,) = add(patient, clinician)

    commitments.end(work, by=clinician)

    work.refresh_from_db()
    assert (work.ended_on, work.ended_by) == (today(), clinician)
    assert week.in_force([work], today()) == []
    entry = TrailEntry.objects.get(event="commitment.ended")
    assert (entry.patient_id, entry.subject, entry.facts) == (patient.pk, f"patients.commitment:{work.pk}", {})


def test_what_has_not_begun_never_does(patient, clinician):
    (work,) = add(patient, clinician, started_on=today() + timedelta(days=5))

    commitments.end(work, by=clinician)

    work.refresh_from_db()
    assert work.ended_on == work.started_on
    assert week.is_over(work, today())
    with pytest.raises(SomeoneWasFirst):
        commitments.end(work, by=clinician)


def test_who_ends_second_is_told_who_was_first(patient, clinician):
    (work,) = add(patient, clinician)
    commitments.end(work, by=clinician)

    with pytest.raises(SomeoneWasFirst, match=f"S. Lindqvist ended this time on {today():%d %b %Y}. Nothing was changed."):
        commitments.end(work, by=make_clinician())

    assert Commitment.objects.get().ended_by == clinician


def test_what_ended_by_itself_is_not_ended_again(patient, clinician):
    with time_machine.travel(today() - timedelta(days=30)):
        (work,) = add(patient, clinician, until=today() + timedelta(days=10))

    with pytest.raises(SomeoneWasFirst, match="This time ended on"):
        commitments.end(work, by=clinician)


def test_who_keeps_no_times_changes_none(patient, clinician):
    (work,), stranger = add(patient, clinician), make_user(Role.ADMINISTRATOR)
    before = everything("patients.Commitment", "audit.TrailEntry")

    with pytest.raises(NotPermitted):
        add(patient, stranger)
    with pytest.raises(NotPermitted):
        commitments.end(work, by=stranger)

    assert everything("patients.Commitment", "audit.TrailEntry") == before


def test_without_the_trail_nothing_is_added_or_ended(patient, clinician):
    (work,) = add(patient, clinician)
    before = everything("patients.Commitment")

    with trail_broken(), pytest.raises(TrailUnavailable):
        add(patient, clinician, weekdays=[0, 1, 2])
    with trail_broken(), pytest.raises(TrailUnavailable):
        commitments.end(work, by=clinician)

    assert everything("patients.Commitment") == before


# The week, without a database

A_DAY = date(2026, 11, 25)
days_around = st.integers(-3, 3).map(lambda number: A_DAY + timedelta(days=number))


@st.composite
def a_commitment(draw):
    starts = draw(st.integers(0, DAY - 1))
    started_on = draw(days_around)
    return SimpleNamespace(
        pk=draw(st.uuids()),
        kind=draw(st.sampled_from(["work", "school"])),
        weekday=draw(st.integers(0, 6)),
        starts=starts,
        ends=draw(st.integers(starts + 1, DAY)),
        started_on=started_on,
        ended_on=draw(st.none() | days_around.filter(lambda day: day >= started_on)),
    )


some_commitments = st.lists(a_commitment(), max_size=12, unique_by=lambda one: one.pk)


def minute_by_minute(some, weekday):
    """What is taken, found out the slow way."""
    return {
        minute
        for one in some
        if one.weekday == weekday and one.started_on <= A_DAY and (one.ended_on is None or one.ended_on > A_DAY)
        for minute in range(one.starts, one.ends)
    }


@given(some_commitments)
def test_merged_stretches_hold_the_minutes_that_are_taken_and_no_other(some):
    stretches = week.busy(some, A_DAY)

    assert len(stretches) == 7
    for weekday, taken in enumerate(stretches):
        assert {minute for starts, ends in taken for minute in range(starts, ends)} == minute_by_minute(some, weekday)
        assert all(starts < ends for starts, ends in taken)
        assert all(one[1] < following[0] for one, following in zip(taken, taken[1:]))  # apart, in order: nothing left to merge
    assert week.busy_minutes(some, A_DAY) == sum(len(minute_by_minute(some, weekday)) for weekday in range(7))


@given(some_commitments, st.integers(0, 6), st.integers(0, DAY - 1), st.integers(1, DAY))
def test_a_stretch_clashes_exactly_when_it_holds_a_minute_that_is_taken(some, weekday, starts, length):
    ends = min(starts + length, DAY)

    found = week.clashes(some, A_DAY, weekday=weekday, starts=starts, ends=ends)

    assert bool(found) == bool(minute_by_minute(some, weekday) & set(range(starts, ends)))
    assert all(one in some for one in found)


@given(some_commitments)
def test_what_overlaps_does_so_both_ways_and_in_kind(some):
    by_key = {one.pk: one for one in some}
    for key, other in week.overlaps(some).items():
        one = by_key[key]
        assert (one.kind, one.weekday) == (other.kind, other.weekday)
        assert range(max(one.starts, other.starts), min(one.ends, other.ends))
        assert other.pk in week.overlaps(some)


def of(kind="work", weekday=MONDAY, starts=NINE, ends=FIVE, started_on=A_DAY, ended_on=None):
    return SimpleNamespace(pk=object(), kind=kind, weekday=weekday, starts=starts, ends=ends, started_on=started_on, ended_on=ended_on)


def test_one_after_the_other_does_not_overlap_nor_clash():
    morning, afternoon = of(ends=720), of(starts=720)

    assert week.overlaps([morning, afternoon]) == {}
    assert week.busy([morning, afternoon], A_DAY)[MONDAY] == [(NINE, FIVE)]
    assert week.clashes([morning], A_DAY, weekday=MONDAY, starts=720, ends=780) == []
    assert week.overlaps([of(ended_on=A_DAY + timedelta(days=1)), of(started_on=A_DAY + timedelta(days=1))]) == {}
    assert week.overlaps([of(), of(kind="school")]) == {}
    assert len(week.overlaps([of(), of(starts=960, ends=1200)])) == 2


# The drawing


def test_the_drawing_says_the_same_in_words_and_has_no_style_of_its_own():
    blocks = [Block(TUESDAY, 1080, 1200, "School", later=True), Block(MONDAY, NINE, FIVE, "Work")]

    svg = drawn(blocks)

    assert said(blocks) == "Monday: Work 09:00 to 17:00. Tuesday: School 18:00 to 20:00, not yet."
    assert f'role="img" aria-label="{said(blocks)}"' in svg
    assert "style" not in svg
    assert svg.count('class="slot"') == svg.count('class="slot is-later"') == 1
    assert drawn([]) == ""


def test_what_meets_stands_side_by_side_and_the_hours_reach_as_far_as_needed():
    svg = drawn([Block(MONDAY, NINE, FIVE, "Work"), Block(MONDAY, 960, 1080, "Childcare"), Block(SUNDAY, 0, 60, "Work")])

    assert 'x="9.0%"' in svg
    assert 'x="15.25%"' in svg
    assert ">00</text>" in svg
    assert ">24</text>" not in svg
