"""Absences on screen: whom to call, how they may be reached, what was tried, what a supervisor decides."""

from datetime import timedelta

import pytest

from anchored.accounts.roles import Role
from anchored.ground.dates import today
from groups.actions import attendance
from patients.actions import contacts, episodes, privacy
from patients.models import DischargeReason, Patient
from tests.grouping import enrolled, make_group, make_session
from tests.making import make_admitted, make_clinician, make_supervisor, make_user, open_stay

from .visiting import chart_url, cost, follow, get, seen, send, signed_in

pytestmark = pytest.mark.django_db

URL, DECIDE = "/absences/", "/absences/decide/"
DAY = timedelta(days=1)


@pytest.fixture
def clinician():
    return make_clinician(works_in=["IOP Day"], given_name="Sara", family_name="Lindqvist")


@pytest.fixture
def supervisor():
    return make_supervisor(works_in=["IOP Day"], given_name="Ines", family_name="Novak")


@pytest.fixture
def group(clinician):
    return make_group(clinician, name="Refusal skills")


@pytest.fixture
def joon(clinician, group):
    patient = make_admitted(clinician, to="IOP Day")
    enrolled(patient, group, by=clinician, on=today() - 9 * DAY)
    return patient


@pytest.fixture
def missed(clinician, group, joon):
    for ago in (3 * DAY, 2 * DAY):
        attendance.mark(make_session(group, ago=ago), joon.episodes.get(), by=clinician, state="unexcused")


def test_whom_to_call_and_by_when(clinician, joon, missed):
    page = get(signed_in(clinician), URL)

    assert page.heading == "Absences to call"
    assert f"Overdue {joon.family_name.upper()}, Rosa Refusal skills" in page.text
    assert "and 1 more" in page.text
    assert "0 attempts." in page.text
    assert chart_url("absences", joon) in page.html
    assert seen("list.shown", screen="absences_to_call") == [joon.pk]


def test_nobody_to_call(clinician):
    assert "Nobody to call" in get(signed_in(clinician), URL).text


def test_how_they_may_be_reached_stands_beside_the_log(clinician, joon, missed):
    Patient.objects.filter(pk=joon.pk).update(reach_by="phone", may_leave_message=True, phone="555 0142")
    contacts.add(joon, by=clinician, name="Bo Kim", relationship="sibling", may_be_told="That he is late.")
    contacts.add(joon, by=clinician, name="Ana Kim", relationship="parent")

    page = get(signed_in(clinician), chart_url("absences", joon)).part("reach")

    assert "Reach by phone. A message may be left: your name and number, no details, nothing about treatment." in page
    assert "Bo Kim, sibling, Not known May be told: That he is late. Leave no message." in page
    assert "Ana Kim, parent, Not known Nothing may be said to them" in page


def test_an_attempt_is_logged_and_one_that_reached_them_closes_the_call(clinician, joon, missed):
    client, url = signed_in(clinician), chart_url("absences", joon)
    assert "Call after absence by" in get(client, url).text

    page = follow(client, url, {"act": "attempt", "channel": "phone", "outcome": "no_answer", "next_step": "Calls at noon"})
    assert "No answer Phone" in page.part("attempts")
    assert "Next: Calls at noon" in page.part("attempts")
    assert "Call after absence by" in page.text

    assert "No call is due." in follow(client, url, {"act": "attempt", "channel": "phone", "outcome": "spoke"}).text


def test_what_is_missing_is_said_by_the_field(clinician, joon):
    page = send(signed_in(clinician), chart_url("absences", joon), {"act": "attempt", "note": "Kept"})

    assert page.status == 422
    assert page.mistakes == ["Choose how", "Choose the outcome"]


def test_a_supervisor_sees_who_and_why_and_decides(supervisor, clinician, joon, missed):
    client, url = signed_in(supervisor), chart_url("absences", joon)
    page = get(client, DECIDE)
    assert joon.family_name.upper() in page.text
    assert "2 unexcused absences in a row" in page.text
    assert "Nobody has tried yet." in page.text

    assert send(client, url, {"act": "decide", "decision": "go_on", "reason": "Short."}).status == 422
    page = follow(client, url, {"act": "decide", "decision": "go_on", "reason": "He moved house; a call on Sundays."})

    assert "Continue with a plan Ines Novak" in page.part("decisions")
    assert "Nothing to decide" in get(client, DECIDE).text


def test_who_may_not_decide(clinician, joon, missed):
    client = signed_in(clinician)
    act = {"act": "decide", "decision": "go_on", "reason": "He moved house; a call on Sundays."}

    assert get(client, DECIDE).status == 403
    assert "Keep decision" not in get(client, chart_url("absences", joon)).text
    assert send(client, chart_url("absences", joon), act).status == 403


def test_a_restricted_record_is_in_neither_list_for_others(supervisor, clinician, joon, missed):
    privacy.restrict(joon, by=make_user(Role.PRIVACY_OFFICER), named=[clinician])
    client = signed_in(supervisor)

    for url in (f"{URL}?all=1", DECIDE):
        assert joon.family_name.upper() not in get(client, url).text


def test_somebody_not_in_care_has_no_such_page(clinician):
    other = make_admitted(clinician, to="IOP Day")
    episodes.discharge(open_stay(other), on=today(), reason=DischargeReason.objects.first(), by=clinician)

    assert get(signed_in(clinician), chart_url("absences", other)).status == 404


def test_the_lists_cost_the_same_for_one_and_for_five(supervisor, clinician, group, joon, missed):
    client = signed_in(supervisor)
    one = cost(client, f"{URL}?all=1"), cost(client, DECIDE)
    for _ in range(4):
        patient = make_admitted(clinician, to="IOP Day")
        enrolled(patient, group, by=clinician)
        for ago in (2 * DAY, 1 * DAY):
            attendance.mark(make_session(group, ago=ago), patient.episodes.get(), by=clinician, state="unexcused")

    assert (cost(client, f"{URL}?all=1"), cost(client, DECIDE)) == one
    assert max(one) <= 9
