"""The groups of a chart: what fits the patient's week, several joined at once, what was before."""

import re

import pytest

from groups.actions import apart, enrolments
from groups.models import Enrolment
from patients.actions import commitments
from tests.grouping import enrolled, make_group, make_slot
from tests.making import make_admitted, make_clinician

from .visiting import chart_url, follow, get, send, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def clinician():
    return make_clinician(works_in=["IOP Day"])


@pytest.fixture
def patient(clinician):
    return make_admitted(clinician, to="IOP Day")


@pytest.fixture
def groups(clinician):
    """On Monday from 09:00, and on Tuesday from 13:00."""
    monday, tuesday = make_group(clinician, name="Refusal skills"), make_group(clinician, name="Psychoeducation")
    make_slot(monday)
    make_slot(tuesday, weekday=1, starts=780, ends=960)
    return monday, tuesday


def test_each_group_fits_or_says_what_it_clashes_with(clinician, patient, groups):
    commitments.add(patient, by=clinician, kind="work", weekdays=[0], starts=540, ends=1020)

    page = get(signed_in(clinician), chart_url("groups", patient))

    assert page.status == 200
    assert "Refusal skills Monday 09:00 to 12:00 2 h 45 min 0 of 12 Work, Monday 09:00 to 17:00" in page.text
    assert "Psychoeducation Tuesday 13:00 to 16:00 2 h 45 min 0 of 12 Fits" in page.text


def test_what_is_ticked_is_joined_at_once_and_the_hours_are_said(clinician, patient, groups):
    client, url = signed_in(clinician), chart_url("groups", patient)

    page = follow(client, url, {**get(client, url).form("on"), "groups": [group.pk for group in groups]})

    assert "Enrolled in 2 groups, 5 h 30 min a week together." in page.text
    assert Enrolment.objects.count() == 2


def test_all_or_none_when_two_meet_at_the_same_time(clinician, patient, groups):
    other = make_group(clinician, name="Mindfulness")
    make_slot(other, starts=600, ends=660, rest=0)
    client, url = signed_in(clinician), chart_url("groups", patient)

    page = send(client, url, {**get(client, url).form("on"), "groups": [other.pk, *(group.pk for group in groups)]})

    assert page.status == 422
    assert page.mistakes[0].endswith("Choose one.")
    assert not Enrolment.objects.exists()


def test_nothing_ticked_is_a_mistake(clinician, patient, groups):
    client, url = signed_in(clinician), chart_url("groups", patient)

    assert send(client, url, get(client, url).form("on")).mistakes == ["Tick at least one group"]


def test_an_ended_membership_stands_among_the_earlier_with_its_reason(clinician, patient, groups):
    mine = enrolled(patient, groups[0], by=clinician)
    client = signed_in(clinician)
    url = f"/enrolments/{mine.pk}/end/"

    page = follow(client, url, {**get(client, url).form("because"), "because": "Works by day now."})

    assert page.heading == "Refusal skills"
    assert "No one is enrolled." in page.text
    assert "Works by day now." in get(client, chart_url("groups", patient)).text


def test_somebody_waits_for_a_full_group_and_their_chart_says_when_a_place_is_free(clinician, patient):
    full, client, url = make_group(clinician, name="Refusal skills", capacity=1), signed_in(clinician), chart_url("groups", patient)
    there = enrolled(make_admitted(clinician, to="IOP Day"), full, by=clinician)

    page = follow(client, url, {"wait": full.pk})

    assert "Waits for Refusal skills." in page.text
    assert "Since" in page.part("waits")
    assert "A place is free" not in page.text
    assert send(client, url, {"wait": full.pk}).status == 409
    enrolments.leave(there, because="Works by day now.", by=clinician)
    assert "A place is free" in get(client, url).part("waits")
    assert f"Enrol {patient} in Refusal skills" in get(client, url).html


def test_people_are_kept_apart_from_the_chart_and_only_who_opens_both_reads_of_it(clinician, patient):
    other, shared, client = make_admitted(clinician, to="PHP"), make_group(clinician), signed_in(clinician)
    url = chart_url("groups", patient)
    enrolled(patient, shared, by=clinician)

    assert send(client, f"{url}apart/", {"record_number": "999999", "reason": "Asked."}).mistakes == [
        "No record with this number opens for you"
    ]
    page = follow(client, f"{url}apart/", {"record_number": other.record_number, "reason": "Asked by both."})

    assert f"{patient} and {other} are kept apart from now on." in page.text
    assert "Asked by both." in page.part("apart")
    colleague = get(signed_in(make_clinician(works_in=["IOP Day"])), url)
    assert other.family_name not in colleague.text
    assert "Asked by both." not in colleague.text
    kept = patient.kept_apart.get()
    assert "They are kept apart no more." in follow(client, f"/apart/{kept.pk}/end/", {"because": "Both agreed."}).text
    assert send(client, f"/apart/{kept.pk}/end/", {"because": "Again."}).status == 409


def test_a_group_of_somebody_they_are_kept_apart_from_only_does_not_fit(clinician, patient):
    other, group = make_admitted(clinician, to="IOP Day"), make_group(clinician, name="Mindfulness")
    enrolled(other, group, by=clinician)
    apart.keep(patient, other, reason="Asked by both.", by=clinician)
    client, url = signed_in(make_clinician(works_in=["IOP Day"])), chart_url("groups", patient)

    assert "Does not fit. Ask a supervisor" in get(client, url).text
    page = send(client, url, {**get(client, url).form("on"), "groups": [group.pk]})
    assert page.mistakes == ["Mindfulness does not fit for a reason that is not shown here. Ask a supervisor."]
    assert other.family_name not in page.text


def test_all_that_fit_of_a_track_are_ticked_with_one_link_and_joined_with_one_button(clinician, patient, groups):
    make_slot(make_group(clinician, name="Same time"), starts=600, ends=660, rest=0)
    make_slot(make_group(clinician, name="At work"), weekday=4)
    make_slot(make_group(clinician, name="By night", track="evening"), weekday=2, starts=1050, ends=1230)
    commitments.add(patient, by=clinician, kind="work", weekdays=[4], starts=540, ends=1020)
    client, url = signed_in(clinician), chart_url("groups", patient)
    assert "Tick all that fit: Day, 2 groups, 5 h 30 min a week; Evening, 1 group, 2 h 45 min a week" in get(client, url).text

    page = get(client, f"{url}?tick=day")
    ticked = re.findall(r'name="groups" value="([^"]+)"[^>]* checked', page.html)
    page = follow(client, url, {**page.form("on"), "groups": ticked})

    assert "Enrolled in 2 groups, 5 h 30 min a week together." in page.text
