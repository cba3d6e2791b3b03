"""Short of hours, on its page and in the chart: who, how much, and a place taken in one step."""

from datetime import date, datetime

import pytest
import time_machine
from django.utils import timezone

from anchored.accounts.roles import Role
from anchored.ground.dates import today
from groups.models import MakeUp, Session
from patients.actions import privacy
from tests.grouping import make_group, make_slot, planned
from tests.making import make_admitted, make_clinician, make_user

from .visiting import chart_url, cost, follow, get, seen, send, signed_in

pytestmark = pytest.mark.django_db

URL = "/groups/short/"


@pytest.fixture(autouse=True)
def midweek():
    with time_machine.travel(datetime(2026, 11, 25, 15, 0, tzinfo=timezone.get_default_timezone()), tick=False):
        yield


@pytest.fixture
def clinician():
    return make_clinician(works_in=["IOP Day"])


@pytest.fixture
def patient(clinician):
    return make_admitted(clinician, to="IOP Day", on=date(2026, 11, 2))


@pytest.fixture
def session(clinician):
    make_slot(make_group(clinician, name="Refusal skills"), weekday=3)
    planned()
    return Session.objects.earliest("started_at")


def test_who_is_short_with_what_would_help(clinician, patient, session):
    page = get(signed_in(clinician), URL)

    assert page.heading == "Short of hours"
    assert patient.family_name.upper() in page.text
    assert "0 of 9 h" in page.text
    assert "Refusal skills Thu 26 Nov, 09:00 to 12:00, 12 places free" in page.text
    assert seen("list.shown", screen="short_of_hours") == [patient.pk]


def test_a_place_is_taken_in_one_step_and_given_back_in_the_chart(clinician, patient, session):
    client = signed_in(clinician)

    page = follow(client, chart_url("make_up", patient, session.pk), {"back": "short"})
    assert page.heading == "Short of hours"
    assert f"{patient} is expected at Refusal skills." in page.text
    assert "Thu 26 Nov, 09:00, expected" in get(client, chart_url("groups", patient)).part("make-up")
    assert "Make-up" in get(client, f"/sessions/{session.pk}/").part("attendance")

    page = follow(client, f"/make-ups/{MakeUp.objects.get().pk}/cancel/", {})
    assert "The make-up place is given back." in page.text
    assert "expected at this session already" not in page.text


def test_a_place_that_went_meanwhile_says_so(clinician, patient, session):
    client = signed_in(clinician)
    follow(client, chart_url("make_up", patient, session.pk), {})

    assert "expected at this session already" in follow(client, chart_url("make_up", patient, session.pk), {}).text


def test_nobody_is_short(clinician):
    client = signed_in(clinician)

    assert "Nobody in your care is short of hours" in get(client, URL).text
    assert "Nobody is short of hours" in get(client, f"{URL}?all=1").text


def test_a_restricted_record_is_not_listed_for_others(clinician, patient):
    colleague = make_clinician(works_in=["IOP Day"])
    assert patient.family_name.upper() in get(signed_in(colleague), f"{URL}?all=1").text
    privacy.restrict(patient, by=make_user(Role.PRIVACY_OFFICER), named=[clinician])

    assert patient.family_name.upper() not in get(signed_in(colleague), f"{URL}?all=1").text


def test_who_may_not_enrol_takes_no_place(patient, session):
    nurse = signed_in(make_user(Role.PRESCRIBER, works_in=["IOP Day"]))

    assert "Take place" not in get(nurse, f"{URL}?all=1").text
    assert send(nurse, chart_url("make_up", patient, session.pk), {}).status == 403


def test_the_page_costs_the_same_for_one_and_for_five(clinician, patient, session):
    client = signed_in(clinician)
    one = cost(client, URL)
    for _ in range(4):
        make_admitted(clinician, to="IOP Day", on=today())

    assert cost(client, URL) == one <= 16


def test_the_chart_shows_the_week_and_the_weeks_before(clinician, patient):
    page = get(signed_in(clinician), chart_url("chart", patient)).part("week")

    assert "from 23 Nov, 9 to 19 h a week 0 of 9 h" in page
    assert "02 Nov 0 of 9 h 09 Nov 0 of 9 h 16 Nov 0 of 9 h" in page
