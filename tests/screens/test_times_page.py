"""The times a patient cannot come: drawn, listed, added for several days at once, ended."""

from datetime import timedelta

import pytest
import time_machine

from anchored.accounts.roles import Role
from anchored.ground.dates import today
from patients.actions import commitments
from patients.models import Commitment
from tests.making import afresh, made_once, make_admitted, make_both, make_clinician, make_user

from .visiting import SHUT, UNKNOWN_ID, chart_url, cost, doors, follow, get, send, signed_in, silence

pytestmark = pytest.mark.django_db

DETOX = "Residential detox"
WORK = {"kind": "work", "weekdays": [0, 1, 2, 3, 4], "starts": "9", "ends": "5 pm", "note": "Warehouse"}


both = made_once(lambda: make_both(family_name="Alvarez"))


@pytest.fixture
def clinician(both, db):
    return afresh(both.clinician)


@pytest.fixture
def desk(clinician):
    return signed_in(clinician)


@pytest.fixture
def patient(both, db):
    return afresh(both.patient)


@pytest.fixture
def url(patient):
    return chart_url("times", patient)


def add(patient, by, **facts):
    return commitments.add(patient, by=by, **{"kind": "work", "weekdays": [0], "starts": 540, "ends": 1020, **facts})


def filled(desk, url, **typed):
    return {**get(desk, url).form("kind"), **typed}


def test_without_times_the_page_says_so_and_offers_the_form(patient, desk, url):
    page = get(desk, url)

    assert (page.status, page.title, page.heading) == (200, f"Times, No. {patient.record_number} - Anchored", "Times")
    assert page.part("week") == "The week No times are known when the patient cannot come."
    assert page.form("kind")["started_on"] == f"{today():%d %b %Y}"
    assert 'class="week"' not in page.html


def test_one_form_adds_the_same_hours_on_several_days(patient, clinician, desk, url):
    page = follow(desk, url, filled(desk, url, **WORK))

    kept = Commitment.objects.order_by("weekday")
    assert [(one.weekday, one.starts, one.ends, one.note) for one in kept] == [(day, 540, 1020, "Warehouse") for day in range(5)]
    assert "Added: Work, Monday 09:00 to 17:00, Tuesday 09:00 to 17:00, Wednesday 09:00 to 17:00" in page.text
    assert "When Rosa Alvarez cannot come. 40 h a week today." in page.text
    assert f"Work Monday 09:00 to 17:00 Since {today():%d %b %Y} Warehouse End Work Tuesday" in page.part("week")
    words = " ".join(f"{day}: Work 09:00 to 17:00." for day in ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday"))
    assert f'<svg class="week" role="img" aria-label="{words}"' in page.html


def test_a_night_is_kept_as_two_times_and_the_page_says_so(desk, url):
    assert "An end before the start is on the next day: a night is kept as two times, until midnight and from it." in get(desk, url).text

    page = follow(desk, url, filled(desk, url, **{**WORK, "weekdays": [6], "starts": "10 pm", "ends": "06:00"}))

    assert "Added: Work, Sunday 22:00 to 24:00, Monday 00:00 to 06:00." in page.text
    assert {(one.weekday, one.starts, one.ends) for one in Commitment.objects.all()} == {(6, 1320, 1440), (0, 0, 360)}


def test_a_last_day_is_included_for_the_person(desk, url):
    day = today() + timedelta(days=10)

    page = follow(desk, url, filled(desk, url, **{**WORK, "weekdays": [day.weekday()], "until": f"{day:%d %b %Y}"}))

    assert Commitment.objects.get().ended_on == day + timedelta(days=1)
    assert f"Since {today():%d %b %Y} to {day:%d %b %Y}" in page.text


def test_one_day_in_court_is_said_as_one_day_and_drawn_as_not_yet(patient, clinician, desk, url):
    day = today() + timedelta(days=10)
    add(patient, clinician, kind="court", weekdays=[day.weekday()], started_on=day, until=day)

    page = get(desk, url)

    assert f"Court or probation {day:%A} 09:00 to 17:00 On {day:%d %b %Y} End" in page.part("week")
    assert f'aria-label="{day:%A}: Court or probation 09:00 to 17:00, not yet."' in page.html
    assert "a week today" not in page.text


def test_times_of_one_kind_that_meet_are_pointed_out_not_refused(patient, clinician, desk, url):
    add(patient, clinician)
    add(patient, clinician, kind="school")

    page = follow(desk, url, filled(desk, url, **{**WORK, "weekdays": [0], "starts": "16:00", "ends": "20:00"}))

    said = page.part("week")
    assert "Work Monday 09:00 to 17:00 Meets another Work, 16:00 to 20:00" in said
    assert "Work Monday 16:00 to 20:00 Meets another Work, 09:00 to 17:00" in said
    assert said.count("Meets another") == 2
    assert "11 h a week today." in page.text


def test_a_time_is_ended_today_and_folded_below(patient, clinician, desk, url):
    first, last = today() - timedelta(days=30), today() - timedelta(days=1)
    (work,) = add(patient, clinician, note="Warehouse", started_on=first)
    end = chart_url("end_time", patient, work.pk)
    page = get(desk, url)

    after = follow(desk, end, page.form_to(end))

    assert "End Work, Monday 09:00 to 17:00" in page.buttons
    assert "Ended: Work, Monday 09:00 to 17:00." in after.text
    past = f"Past (1) Work, Monday 09:00 to 17:00 {first:%d %b %Y} to {last:%d %b %Y}, ended by S. Lindqvist. Warehouse"
    assert past in after.text
    assert after.part("week") == "The week No times are known when the patient cannot come."


def test_who_ends_second_is_told_so(patient, clinician, desk):
    (work,) = add(patient, clinician)
    commitments.end(work, by=make_clinician(given_name="Dana", family_name="Mensah"))

    page = follow(desk, chart_url("end_time", patient, work.pk), {})

    assert f"D. Mensah ended this time on {today():%d %b %Y}. Nothing was changed." in page.text


def test_mistakes_are_named_and_the_typing_is_kept(patient, desk, url):
    page = send(desk, url, filled(desk, url, kind="", starts="soon", ends="", started_on="tomorrow", note="Warehouse"))

    assert (page.status, page.title) == (422, f"Error: Times, No. {patient.record_number} - Anchored")
    assert page.mistakes == [
        "Choose what for",
        "Choose at least one day",
        "Enter a time of day, like 9:00 or 5:30 pm",
        "Enter when it ends, like 5:30 pm",
        "Enter a real date, like 23 Nov 2026",
    ]
    assert {"kind", "starts", "ends", "started_on"} <= page.invalid
    kept = page.form("kind")
    assert (kept["starts"], kept["started_on"], kept["note"]) == ("soon", "tomorrow", "Warehouse")


def test_each_mistake_has_its_sentence(desk, url):
    def said(**typed):
        page = send(desk, url, {**WORK, "started_on": "2026-11-25", "until": "", **typed})
        return page.status, page.mistakes

    with time_machine.travel("2026-11-25 15:00:00Z", tick=False):
        desk = signed_in(make_clinician(works_in=[DETOX]))
        assert said(starts="1") == (422, ["Write 1 am or 1 pm"])
        assert said(ends="5") == (422, ["Write 5 am or 5 pm"])
        assert said(starts="9 am", ends="8") == (422, ["Write 8 am or 8 pm"])  # eleven hours, or till the next morning
        assert said(ends="9") == (422, ["Write 9 am or 9 pm"])
        assert said(ends="9 am") == (422, ["The end must be another time than the start"])
        assert said(weekdays=["7"]) == (422, ["Choose one from the list"])
        assert said(until="24 Nov 2026") == (422, ["The end date must be the same as or after the start date"])
        assert said(weekdays=[5], until="27 Nov 2026") == (422, ["There is no Saturday from 25 Nov 2026 to 27 Nov 2026"])
        assert said(started_on="2031-01-01") == (422, ["Enter a date within two years, like 23 Nov 2026"])
        assert said(note="x" * 201) == (422, ["Use at most 200 characters. You entered 201."])
    assert not Commitment.objects.exists()


def test_a_night_that_could_be_nothing_else_is_not_asked_about(desk, url):
    follow(desk, url, filled(desk, url, **{**WORK, "weekdays": [0], "starts": "20:00", "ends": "8"}))

    assert {(one.weekday, one.starts, one.ends) for one in Commitment.objects.all()} == {(0, 1200, 1440), (1, 0, 480)}


def test_times_that_are_sent_twice_are_added_once(desk, url):
    form = filled(desk, url, **WORK)

    assert {desk.post(url, form)["Location"] for _ in range(2)} == {url}
    assert Commitment.objects.count() == 5


def test_a_time_of_somebody_else_is_not_ended_here(patient, clinician, desk):
    (other,) = add(make_admitted(clinician), clinician)

    assert send(desk, chart_url("end_time", patient, other.pk), {}).status == 404
    assert send(desk, chart_url("end_time", patient, UNKNOWN_ID), {}).status == 404
    assert get(desk, chart_url("end_time", patient, other.pk)).status == 405
    other.refresh_from_db()
    assert other.ended_on is None


def test_the_front_desk_keeps_times(url):
    desk = signed_in(make_user(Role.FRONT_DESK, works_in=[DETOX]))

    assert "Added: Work, Monday" in follow(desk, url, filled(desk, url, **WORK)).text


def test_times_have_a_door(patient, clinician, url):
    (work,) = add(patient, clinician)

    assert doors(url, weaker=Role.ADMINISTRATOR) == SHUT
    assert doors(url, weaker=Role.ADMINISTRATOR, by="post") == SHUT
    assert doors(chart_url("end_time", patient, work.pk), weaker=Role.ADMINISTRATOR, by="post") == SHUT
    work.refresh_from_db()
    assert (work.ended_on, Commitment.objects.count()) == (None, 1)


def test_without_the_trail_nothing_is_shown_added_or_ended(patient, clinician, desk, url, monkeypatch):
    (work,) = add(patient, clinician)
    silence(monkeypatch)

    assert get(desk, url).status == send(desk, url, WORK | {"started_on": today().isoformat()}).status == 503
    assert send(desk, chart_url("end_time", patient, work.pk), {}).status == 503
    assert Commitment.objects.get().ended_on is None


def test_the_page_costs_the_same_for_one_time_and_for_twelve(patient, clinician, desk, url):
    add(patient, clinician)
    one = cost(desk, url)
    for number in range(11):
        add(patient, make_clinician(), weekdays=[number % 7])
        commitments.end(add(patient, make_clinician())[0], by=make_clinician())

    assert one == cost(desk, url) == 8
