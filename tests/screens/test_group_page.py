"""A group's page: who leads it, who is in it, when it meets; enrolling, and forms for one session."""

import pytest

from anchored.accounts.roles import Role
from anchored.ground.dates import today
from groups.actions import enrolments
from groups.models import Enrolment, Leader, Waiting
from patients.actions import privacy
from tests.grouping import enrolled, make_group, make_session, make_slot, planned, waits
from tests.making import make_admitted, make_clinician, make_user

from .visiting import events, follow, get, send, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def clinician():
    return make_clinician(works_in=["IOP Day"])


def test_the_page_says_what_the_group_is_and_who_is_in_it(clinician):
    group = make_group(clinician, name="Refusal skills")
    make_slot(group)
    planned()
    patient = make_admitted(clinician, to="IOP Day")
    enrolled(patient, group, by=clinician)

    page = get(signed_in(clinician), f"/groups/{group.pk}/")

    assert page.heading == "Refusal skills"
    assert "11 of 12 places free" in page.text
    assert "Monday 09:00 to 12:00" in page.part("about")
    assert "Week 2 in the program" in page.part("members")
    assert "In the program: 1 in week 2" in page.part("members")
    assert f"/patients/{patient.pk}/" in page.html
    assert events(patient)[-1] == "list.shown"


def test_a_leader_without_a_relation_sees_names_without_a_way_to_the_chart(clinician):
    group = make_group(clinician)
    patient, hidden = make_admitted(clinician, to="IOP Day"), make_admitted(clinician, to="IOP Day")
    for each in (patient, hidden):
        enrolled(each, group, by=clinician)
    privacy.restrict(hidden, by=make_user(Role.PRIVACY_OFFICER), named=[clinician])
    leader = make_clinician()
    Leader.objects.create(group=group, user=leader, part="co_facilitator", started_on=today())

    page = get(signed_in(leader), f"/groups/{group.pk}/")

    assert patient.family_name.upper() in page.text
    assert f"/patients/{patient.pk}/" not in page.html
    assert hidden.family_name.upper() not in page.text


def test_somebody_of_the_program_is_enrolled_once(clinician):
    group, patient = make_group(clinician), make_admitted(clinician, to="IOP Day")
    stranger = make_admitted(to="PHP")
    client, url = signed_in(clinician), f"/groups/{group.pk}/"
    page = get(client, url)
    assert stranger.family_name not in page.text

    page = follow(client, f"{url}enrol/", {**page.form("episode"), "episode": patient.episodes.get().pk})

    assert f"{patient} is enrolled." in page.text
    assert Enrolment.objects.get().episode.patient == patient
    assert send(client, f"{url}enrol/", {"episode": patient.episodes.get().pk, "on": today()}).mistakes == ["Choose one from the list"]


def test_a_group_that_is_not_theirs_is_not_found(clinician):
    group = make_group(clinician)

    assert get(signed_in(make_clinician()), f"/groups/{group.pk}/").status == 404


def test_one_session_is_cancelled_moved_or_covered(clinician):
    group = make_group(clinician)
    session, client, colleague = make_session(group), signed_in(clinician), make_clinician()
    address = f"/sessions/{session.pk}/"

    assert get(client, f"{address}move/").form("starts")["room"] == "Room 2"
    assert "The session is moved." in follow(client, f"{address}move/", {"on": today(), "starts": "17:30", "room": "Room 5"}).text
    assert "covers" in follow(client, f"{address}cover/", {"colleague": colleague.pk}).text
    assert send(client, f"{address}cancel/", {"because": ""}).mistakes == ["Write why the session is cancelled"]
    assert "Cancelled" in follow(client, f"{address}cancel/", {"because": "Snow."}).text
    assert send(client, f"{address}move/", {"on": today(), "starts": "17:30"}).status == 409


def test_a_freed_place_is_said_on_the_page_and_given_with_one_press(clinician):
    group, client = make_group(clinician, capacity=1), signed_in(clinician)
    there = enrolled(make_admitted(clinician, to="IOP Day"), group, by=clinician)
    waiter, url = make_admitted(clinician, to="IOP Day"), f"/groups/{group.pk}/"
    joining = {**get(client, url).form("episode"), "episode": waiter.episodes.get().pk}
    assert "is full" in send(client, f"{url}enrol/", joining).text

    page = follow(client, f"{url}enrol/", {**joining, "act": "wait"})
    assert f"{waiter} waits for a place." in page.text
    assert waiter.family_name.upper() in page.part("waitlist")
    assert "places are free" not in page.text

    enrolments.leave(there, because="Works by day now.", by=clinician)
    page = get(client, url)
    assert f"A place is free, and 1 person waits. The first whom it fits is {waiter}." in page.text
    line = Waiting.objects.get()
    page = follow(client, f"/waits/{line.pk}/enrol/", {})
    assert f"{waiter} is enrolled in {group}." in page.text
    assert "A place is free" not in page.text
    assert "waits no more" in follow(client, f"/waits/{line.pk}/enrol/", {}).text


def test_a_wait_ends_with_its_reason(clinician):
    group, client = make_group(clinician, capacity=1), signed_in(clinician)
    enrolled(make_admitted(clinician, to="IOP Day"), group, by=clinician)
    line = waits(make_admitted(clinician, to="IOP Day"), group, by=clinician)

    assert send(client, f"/waits/{line.pk}/end/", {"because": ""}).mistakes == ["Write why it ends"]
    assert "waits no more" in follow(client, f"/waits/{line.pk}/end/", {"because": "Found another group."}).text
    assert send(client, f"/waits/{line.pk}/end/", {"because": "Again."}).status == 409
