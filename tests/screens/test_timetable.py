"""The timetable: a week of groups by time and day, with hours, clashes and what is cancelled."""

from datetime import timedelta

import pytest

from anchored.accounts.roles import Role
from anchored.ground.dates import today
from groups.actions import sessions
from groups.models import Session
from patients.models import ProgramRule
from tests.grouping import enrolled, make_group, make_slot, planned
from tests.making import make_admitted, make_clinician, make_user, program

from .visiting import cost, get, signed_in

pytestmark = pytest.mark.django_db
MONDAY = today() + timedelta(days=7 - today().weekday())
URL = f"/groups/?week={MONDAY}"


@pytest.fixture
def clinician():
    return make_clinician(works_in=["IOP Day"], given_name="Sara", family_name="Lindqvist")


def test_a_week_without_groups_says_what_would_stand_here(clinician):
    page = get(signed_in(clinician), URL)

    assert (page.status, page.heading) == (200, "Groups")
    assert "No groups meet this week" in page.text


def test_a_cell_says_group_track_places_facilitator_and_room(clinician):
    group = make_group(clinician, name="Refusal skills")
    make_slot(group)
    planned()
    enrolled(make_admitted(clinician, to="IOP Day"), group, by=clinician)

    page = get(signed_in(clinician), URL)

    assert page.leads_to("Refusal skills") == f"/sessions/{Session.objects.get(held_on=MONDAY).pk}/"
    assert page.leads_to("Group: Refusal skills") == f"/groups/{group.pk}/"
    assert f"Day, until 12:00. Group 1 of 12, {clinician.short_name}, Room 2" in page.text
    assert "Day 2 h 45 min (band 9-19)." in page.text
    assert '<th scope="row" class="num">09:00</th>' in page.html


def test_one_room_for_two_groups_is_said_at_both_and_cancelling_one_ends_it(clinician):
    for name in ("Refusal skills", "Psychoeducation"):
        make_slot(make_group(name=name))
    planned()
    client = signed_in(clinician)

    page = get(client, URL)
    assert "Room 2 is also used by Psychoeducation" in page.text
    assert "Room 2 is also used by Refusal skills" in page.text
    assert "Day 2 h 45 min (band 9-19)." in page.text, "what meets side by side counts once"

    sessions.cancel(Session.objects.get(held_on=MONDAY, group__name="Psychoeducation"), because="Holiday", by=clinician)
    page = get(client, URL)
    assert "is also used by" not in page.text
    assert "<s>Psychoeducation</s>" in page.html


def test_who_is_to_be_in_three_places_at_once_is_said_at_each_of_them(clinician):
    other = make_clinician(works_in=["PHP"], given_name="Ada", family_name="Rahman")
    make_slot(make_group(other, name="Skills"), starts=540, ends=600, rest=0)
    make_slot(make_group(other, name="Process", room="Room 5"), starts=590, ends=650, rest=0)
    make_slot(make_group(other, name="Of PHP", room="Room 6", programs=["PHP"]), starts=545, ends=595, rest=0)
    make_slot(make_group(clinician, other, name="After that", room="Room 7"), starts=650, ends=700, rest=0)
    planned()

    page = get(signed_in(clinician), f"/groups/?day={MONDAY}")

    assert page.text.count("A. Rahman also leads another group") == 2
    assert page.text.count("A. Rahman also leads Process") == page.text.count("A. Rahman also leads Skills") == 1
    assert "is also used by" not in page.text
    assert page.text.count("also leads") == 4, "what begins when another ends clashes with nothing"


def test_who_covers_is_taken_and_whom_they_cover_is_free(clinician):
    away = make_clinician(works_in=["IOP Day"], given_name="Ada", family_name="Rahman")
    make_slot(make_group(away, name="Skills"))
    make_slot(make_group(away, name="Process", room="Room 5"))
    make_slot(make_group(clinician, name="Refusal", room="Room 6"))
    planned()
    Session.objects.filter(group__name="Skills").update(covered_by=clinician)

    page = get(signed_in(clinician), f"/groups/?day={MONDAY}")

    assert f"{clinician.short_name} also leads Refusal" in page.text
    assert f"{clinician.short_name} also leads Skills" in page.text
    assert "A. Rahman also leads" not in page.text


def test_a_track_narrows_and_other_programs_are_not_shown(clinician):
    make_slot(make_group(name="Late group", track="evening"))
    make_slot(make_group(name="Of others", programs=["PHP"]))
    planned()
    client = signed_in(clinician)

    assert "Late group" in get(client, URL).text
    assert "Of others" not in get(client, URL).text
    assert "Nothing of this meets then" in get(client, f"{URL}&track=day").text
    assert get(client, "/groups/?week=rubbish&track=rubbish").status == 200


def test_the_statements_do_not_grow_with_the_groups(clinician):
    client = signed_in(clinician)
    make_slot(make_group(clinician))
    planned()
    few = cost(client, URL)
    for weekday in range(5):
        make_slot(make_group(clinician), weekday=weekday)
    planned()

    assert cost(client, URL) == few == 8


def test_one_day_one_leader_one_room(clinician):
    other = make_clinician(works_in=["IOP Day"])
    make_slot(make_group(clinician, name="Refusal skills"))
    make_slot(make_group(other, name="Psychoeducation", room="Room 5"), weekday=1)
    planned()
    client = signed_in(clinician)

    day = get(client, f"/groups/?day={MONDAY}")
    assert "Refusal skills" in day.text
    assert "Psychoeducation" not in day.text
    assert f"/groups/?day={MONDAY + timedelta(days=1)}" in day.html
    assert "Psychoeducation" not in get(client, f"{URL}&person={clinician.pk}").text
    assert "Refusal skills" not in get(client, f"{URL}&room=Room+5").text
    assert "No group meets on this day" in get(client, f"/groups/?day={MONDAY + timedelta(days=3)}").text
    for odd in ("person=x", "room=nowhere", "day=rubbish", "day=2200-01-01", "week=1850-01-01"):
        assert get(client, f"/groups/?{odd}").status == 200, odd


def test_the_band_is_that_of_the_rule_in_force_that_week(clinician):
    make_slot(make_group(clinician))
    planned()
    ProgramRule.objects.filter(program__name="IOP Day").update(ended_on=MONDAY)
    ProgramRule.objects.create(program=program("IOP Day"), least_hours=12, most_hours=18, started_on=MONDAY)

    assert "Day 2 h 45 min (band 12-18)." in get(signed_in(clinician), URL).text


def test_the_front_desk_does_not_see_it():
    assert get(signed_in(make_user(Role.FRONT_DESK)), URL).status == 403
