"""A group changes on its page: times, leaders, room and places, with what it means said before it is saved."""

from datetime import timedelta

import pytest

from anchored.accounts.roles import Role
from anchored.ground.dates import today
from groups.actions import plan
from groups.models import Leader, Session, Slot
from tests.grouping import enrolled, make_group, make_slot
from tests.making import make_admitted, make_clinician, make_user

from .visiting import cost, get, send, signed_in

pytestmark = pytest.mark.django_db
MONDAY = today() + timedelta(days=7 - today().weekday())
TIME = {"weekday": 0, "starts": "9", "ends": "12:00", "rest": 15, "started_on": MONDAY}


@pytest.fixture
def clinician():
    return make_clinician(works_in=["IOP Day"], given_name="Sara", family_name="Lindqvist")


@pytest.fixture
def client(clinician):
    return signed_in(clinician)


@pytest.fixture
def group(clinician):
    return make_group(clinician, name="Refusal skills")


def url(group, more=""):
    return f"/groups/{group.pk}/edit/{more}"


def seen(page):
    return {"seen": page.form("seen")["seen"]}


def test_a_time_is_added_after_its_sessions_are_said(client, group):
    page = send(client, url(group, "time/"), TIME)
    assert "Nothing is saved yet" in page.text
    assert "planned sessions will be added, from" in page.text
    assert not Slot.objects.exists()

    assert send(client, url(group, "time/"), TIME | seen(page)).status == 302
    assert Slot.objects.get().starts == 540
    assert Session.objects.count() in (7, 8)


def test_a_room_and_a_person_at_two_places_are_said_first(client, group, clinician):
    make_slot(make_group(clinician, name="Psychoeducation"), starts=600)

    page = send(client, url(group, "time/"), TIME)

    assert "Room 2 is also used by Psychoeducation, Monday 10:00 to 12:00." in page.text
    assert f"{clinician.short_name} also leads Psychoeducation" in page.text


def test_a_group_of_elsewhere_is_another_group(client, group):
    make_slot(make_group(name="Hidden", programs=["PHP"]))

    page = send(client, url(group, "time/"), TIME)

    assert "Room 2 is also used by another group, Monday 09:00 to 12:00." in page.text


def test_members_who_attend_another_group_then_are_counted(client, group, clinician):
    other, patient = make_group(room="Room 5"), make_admitted(clinician, to="IOP Day")
    make_slot(other)
    for each in (group, other):
        enrolled(patient, each, by=clinician)

    assert "1 member attends another group at that time." in send(client, url(group, "time/"), TIME).text


def test_what_was_seen_is_what_is_saved(client, group):
    page = send(client, url(group, "time/"), TIME)

    again = send(client, url(group, "time/"), TIME | {"starts": "10:00"} | seen(page))

    assert again.status == 422
    assert not Slot.objects.exists()


def test_a_time_ends_from_a_day_on(client, group):
    slot = make_slot(group)
    plan.follow()
    page = send(client, url(group, "end/"), {"slot": slot.pk, "on": MONDAY + timedelta(days=7)})
    assert "planned sessions will be cancelled" in page.text

    assert send(client, url(group, "end/"), {"slot": slot.pk, "on": MONDAY + timedelta(days=7)} | seen(page)).status == 302

    assert [session.held_on for session in Session.objects.held() if session.held_on > today()] == [MONDAY]


def test_somebody_else_leads_from_a_day_on(client, group, clinician):
    make_slot(group)
    plan.follow()
    colleague, first = make_clinician(), group.leaders.get()
    form = {"instead_of": first.pk, "person": colleague.pk, "part": "facilitator", "on": MONDAY}

    page = send(client, url(group, "leader/"), form)
    assert f"will be led by {colleague.short_name}." in page.text
    send(client, url(group, "leader/"), form | seen(page))

    assert [(row.user, row.ended_on) for row in Leader.objects.order_by("started_on")] == [(clinician, MONDAY), (colleague, None)]


def test_another_room_moves_what_is_planned_there(client, group):
    make_slot(group)
    make_slot(group, weekday=2, room="Kitchen")
    plan.follow()

    page = send(client, url(group), {"room": "Room 7", "video_link": "", "capacity": 8})
    assert "move to Room 7." in page.text
    send(client, url(group), {"room": "Room 7", "video_link": "", "capacity": 8} | seen(page))

    assert set(Session.objects.to_come().values_list("room", flat=True)) == {"Room 7", "Kitchen"}
    group.refresh_from_db()
    assert group.capacity == 8


@pytest.mark.parametrize(
    ("more", "form", "sentence"),
    [
        ("", {"room": "", "video_link": "http://x.example", "capacity": 8}, "Enter a link that begins with https://"),
        ("", {"room": "", "capacity": ""}, "Enter the number of places"),
        ("time/", TIME | {"starts": "12:00", "ends": "9"}, "The end must be after the start"),
        ("time/", TIME | {"started_on": "2020-01-06"}, "The day must be today or later"),
        ("end/", {"slot": "", "on": ""}, "Choose the time"),
        ("leader/", {"on": MONDAY, "part": "facilitator"}, "Choose who leads"),
    ],
)
def test_refusals_are_sentences(client, group, more, form, sentence):
    page = send(client, url(group, more), form)
    if page.status == 422 and "Nothing is saved yet" in page.text:
        page = send(client, url(group, more), form | seen(page))

    assert sentence in page.text
    assert not Slot.objects.exists()


def test_nobody_leads_twice_and_no_time_stands_twice(client, group, clinician):
    make_slot(group)
    twice = send(client, url(group, "time/"), TIME)
    assert "meets at that time already" in send(client, url(group, "time/"), TIME | seen(twice)).text
    form = {"person": clinician.pk, "part": "co_facilitator", "on": MONDAY}
    assert "leads this group already" in send(client, url(group, "leader/"), form).text


def test_the_page_costs_the_same_with_more_times(client, group):
    make_slot(group)
    few = cost(client, url(group))
    for weekday in range(1, 6):
        make_slot(group, weekday=weekday)
    assert cost(client, url(group)) == few


def test_a_nurse_reads_and_does_not_change(group):
    nurse = signed_in(make_user(Role.PRESCRIBER, works_in=["IOP Day"]))

    assert get(nurse, url(group)).status == 403
    assert "/edit/" not in get(nurse, f"/groups/{group.pk}/").html
