"""Today in the browser: how many interactions the work of a day takes, a phone, two looks, no script, a part that is renewed."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from anchored.ground.dates import today
from groups.models import Attendance
from tests.browser.barriers import in_all_looks
from tests.browser.counted import NAMES, Counted, row
from tests.grouping import enrolled, make_group, make_session
from tests.making import make_admitted, make_clinician, make_patient
from tests.noting import make_appointment
from treatment_plans.models import Note

MOST_FOR_ATTENDANCE, MOST_FOR_A_NOTE = 14, 2


@pytest.fixture
def leader(live_server):
    return make_clinician(given_name="Sara", family_name="Lindqvist", works_in=["IOP Evening"])


@pytest.fixture
def session(leader):
    """A session of today, at whatever hour the tests run."""
    group = make_group(leader, programs=["IOP Evening"], name="Relapse prevention, Evening", track="evening")
    for number, name in enumerate(NAMES):
        patient = make_patient(leader, given_name=f"Person{number:02}", family_name=name)
        enrolled(make_admitted(leader, to="IOP Evening", patient=patient), group, by=leader)
    session = make_session(group, ago=timedelta(minutes=5))
    session.held_on = session.planned_on = today()
    session.save()
    return session


@pytest.fixture
def appointment(leader):
    patient = make_admitted(leader, to="IOP Evening", patient=make_patient(leader, given_name="Rosa", family_name="Alvarez"))
    since_midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    return make_appointment(patient, by=leader, starts_at=since_midnight, minutes=1)


def test_attendance_from_today_with_five_exceptions(page, session, leader, enter):
    enter(leader)
    page.goto("/today/")
    hands = Counted(page)

    hands.do(page.get_by_role("link", name=re.compile("^Open Relapse prevention, Evening")).click)
    hands.do(page.get_by_role("button", name="Mark all present").click)
    expect(page.get_by_text("12 of 12 marked")).to_be_visible()
    for name, state, minutes in (("Baker", "Late", "15"), ("Cole", "Late", "10"), ("Diaz", "Left early", "30")):
        hands.do(row(page, name).get_by_role("radio", name=state, exact=True).check)
        quick = page.locator(".att-row", has=row(page, name)).get_by_role("button", name=f"{minutes} minutes")
        hands.do(quick.click)
        expect(quick).to_have_attribute("aria-pressed", "true")
    hands.do(row(page, "Evans").get_by_role("radio", name="Excused", exact=True).check)
    hands.do(page.get_by_role("combobox", name=re.compile("Reason for EVANS")).select_option, "Work")
    hands.do(row(page, "Foster").get_by_role("radio", name="Unexcused").check)
    expect(page.get_by_role("status").filter(has_text="1 unexcused")).to_be_visible()

    assert hands.used <= MOST_FOR_ATTENDANCE
    assert Attendance.objects.count() == 12


def test_an_individual_note_from_today(page, appointment, leader, enter):
    enter(leader)
    page.goto("/today/")
    hands = Counted(page)

    hands.do(page.locator("#sessions").get_by_role("link", name="Write note for Rosa Alvarez").click)
    hands.do(page.get_by_role("textbox", name="Data").fill, "She came on time.")
    page.get_by_role("textbox", name="Data").blur()

    expect(page.get_by_role("status", name="Save state")).to_contain_text("Draft saved")
    assert hands.used <= MOST_FOR_A_NOTE
    assert Note.objects.get().appointment == appointment


def test_today_has_no_barrier_in_any_look(page, session, appointment, leader, enter):
    enter(leader)
    page.goto("/today/")

    wrong = list(in_all_looks(page, "today"))
    for address in ("/tasks/", "/appointments/"):
        page.goto(address)
        wrong += in_all_looks(page, address)

    assert not wrong, "\n".join(wrong)


def test_today_without_scripts(new_context, session, leader, enter):
    context = new_context(java_script_enabled=False)
    plain = enter(leader, context=context, page=context.new_page())
    plain.goto("/today/")

    plain.get_by_role("textbox", name="Day").fill((today() + timedelta(days=1)).isoformat())
    plain.get_by_role("button", name="Go").click()
    expect(plain.get_by_text("No sessions on this day.")).to_be_visible()
    plain.get_by_role("navigation", name="Day").get_by_role("link", name="Today").click()
    plain.get_by_role("link", name=re.compile("^Open Relapse prevention, Evening")).click()

    expect(plain.get_by_role("button", name="Mark all present")).to_be_visible()


def test_a_part_is_renewed_by_itself_and_leaves_the_focus_alone(page, session, leader, enter):
    page.clock.install()
    enter(leader)
    page.goto("/today/")
    episode = session.group.enrolments.first().episode
    find = page.get_by_role("combobox", name="Find a patient")
    find.focus()

    Attendance.objects.create(session=session, episode=episode, state="present", marked_by=leader)
    page.clock.fast_forward(61_000)

    expect(page.locator("#sessions")).to_contain_text("1 of 12 marked")
    expect(find).to_be_focused()
    link = page.get_by_role("link", name=re.compile("^Open Relapse prevention, Evening"))
    link.focus()
    Attendance.objects.filter(session=session).update(state="unexcused")
    page.clock.fast_forward(61_000)
    expect(link).to_be_focused()


def test_a_part_that_cannot_be_renewed_says_so_by_itself(page, session, leader, enter, console):
    page.clock.install()
    enter(leader)
    page.goto("/today/")
    page.route("**/today/still/**", lambda route: route.abort())

    page.clock.fast_forward(61_000)

    expect(page.get_by_text("My sessions could not be brought up to date.")).to_be_visible()
    expect(page.locator("#alert")).to_be_empty()
    console.clear()
