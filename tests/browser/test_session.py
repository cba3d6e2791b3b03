"""A group session in the browser: attendance with exceptions, notes, the signature; counted, by keys, and for two at once."""

import re

import pytest
from playwright.sync_api import expect

from groups.actions import attendance
from groups.models import Attendance
from patients.actions import contacts
from patients.models import Service
from tests.browser.counted import NAMES, Counted, row
from tests.grouping import enrolled, make_group, make_session
from tests.making import make_admitted, make_clinician, make_patient
from treatment_plans.models import Note

MOST_FOR_ATTENDANCE, MOST_FOR_NOTES = 14, 52


@pytest.fixture
def leader(live_server):
    return make_clinician(given_name="Sara", family_name="Lindqvist", works_in=["IOP Evening"])


@pytest.fixture
def session(leader):
    group = make_group(leader, programs=["IOP Evening"], name="Relapse prevention, Evening", track="evening")
    for number, name in enumerate(NAMES):
        patient = make_patient(leader, given_name=f"Person{number:02}", family_name=name)
        enrolled(make_admitted(leader, to="IOP Evening", patient=patient), group, by=leader)
    return make_session(group)


def state_of(session, name):
    return Attendance.objects.get(session=session, episode__patient__family_name=name)


def test_twelve_people_with_five_exceptions_and_twelve_notes(page, session, leader, enter):
    enter(leader)
    page.goto(f"/sessions/{session.pk}/")
    hands = Counted(page)

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
    expect(page.get_by_role("status").filter(has_text="1 excused")).to_be_visible()
    assert hands.used <= MOST_FOR_ATTENDANCE
    assert [state_of(session, name).minutes for name in NAMES[:6]] == [165, 150, 155, 135, 0, 0]

    hands = Counted(page)
    for number, name in enumerate(name for name in NAMES if name not in ("Evans", "Foster")):
        who = re.compile(f"for {name.upper()}")
        hands.do(page.get_by_role("textbox", name=re.compile(f"Took part {who.pattern}")).fill, f"Spoke about evening {number}.")
        hands.do(page.get_by_role("textbox", name=re.compile(f"Response and plan {who.pattern}")).fill, f"Calls on day {number}.")
    hands.do(page.get_by_role("button", name="Review and sign").click)
    expect(page.get_by_role("heading", name="Sign notes")).to_be_visible()
    hands.do(page.get_by_role("button", name="Sign 10 notes").click)
    expect(page.get_by_text("10 notes signed.")).to_be_visible()

    assert hands.used <= MOST_FOR_NOTES
    assert (Note.objects.count(), Service.objects.standing().count()) == (10, 10)


def test_ones_own_words_on_their_way_are_never_shown_as_somebody_elses(page, session, leader, enter):
    """Review and sign, pressed while an older text of the same page is still being saved."""
    attendance.mark(session, state_episode(session, "Adams"), by=leader, state="present")
    enter(leader)
    page.goto(f"/sessions/{session.pk}/")
    held = hold_the_first(page, "**/part/**")
    part = page.get_by_role("textbox", name=re.compile("Took part for ADAMS"))
    response = page.get_by_role("textbox", name=re.compile("Response and plan for ADAMS"))
    with page.expect_request("**/part/**"):
        part.fill("Spoke fir")
        response.focus()
    part.fill("Spoke first today.")
    response.fill("Calls on Friday.")
    page.get_by_role("button", name="Review and sign").click()
    held[0].continue_()

    expect(page.get_by_role("heading", name="Sign notes")).to_be_visible()
    expect(page.get_by_text("Spoke first today.")).to_be_visible()
    assert state_of(session, "Adams").typed["section_part"] == "Spoke first today."


def hold_the_first(page, address):
    """The first request to that address waits until somebody lets it go."""
    held: list = []

    def hold(route):
        if held:
            route.continue_()
        else:
            held.append(route)

    page.route(address, hold)
    return held


def state_episode(session, name):
    return session.group.enrolments.get(episode__patient__family_name=name).episode


def test_by_keys_alone(page, session, leader, enter):
    enter(leader)
    page.goto(f"/sessions/{session.pk}/")
    row(page, "Adams").get_by_role("radio", name="Present").focus()

    page.keyboard.press("p")
    expect(row(page, "Baker").get_by_role("radio", name="Present")).to_be_focused()
    page.keyboard.press("u")

    expect(page.get_by_text("2 of 12 marked")).to_be_visible()
    assert [state_of(session, name).state for name in NAMES[:2]] == ["present", "unexcused"]


def test_who_is_marked_is_written_about_without_another_page(page, session, leader, enter):
    enter(leader)
    page.goto(f"/sessions/{session.pk}/")
    expect(page.get_by_text("For each person who came")).to_be_visible()

    row(page, "Adams").get_by_role("radio", name="Present").check()
    part = page.get_by_role("textbox", name=re.compile("Took part for ADAMS"))
    part.fill("Spoke first today.")
    row(page, "Adams").get_by_role("radio", name="Unexcused").check()
    expect(page.get_by_role("status").filter(has_text="1 unexcused")).to_be_visible()
    row(page, "Adams").get_by_role("radio", name="Present").check()
    row(page, "Baker").get_by_role("radio", name="Late").check()
    expect(page.get_by_text("0 of 2 ready")).to_be_visible()
    expect(part).to_have_value("Spoke first today.")
    page.get_by_role("textbox", name=re.compile("Response and plan for ADAMS")).fill("Calls on Friday.")
    page.get_by_role("button", name="Review and sign").click()

    page.get_by_role("button", name="Sign 1 note").click()
    expect(page.get_by_text("1 note signed.")).to_be_visible()


def test_relatives_of_who_is_marked_are_ticked_without_another_page(page, leader, enter):
    group = make_group(leader, programs=["IOP Evening"], name="Family evening", type="family")
    rosa = make_admitted(leader, to="IOP Evening", patient=make_patient(leader, given_name="Rosa", family_name="Adams"))
    contacts.add(rosa, by=leader, name="Elena Lopez", relationship="sibling", may_be_told="How the treatment goes.")
    enrolled(rosa, group, by=leader)
    enter(leader)
    page.goto(f"/sessions/{make_session(group).pk}/")

    row(page, "Adams").get_by_role("radio", name="Present").check()
    page.get_by_role("checkbox", name=re.compile("Elena Lopez")).check()

    expect(page.get_by_role("status").filter(has_text="1 relative")).to_be_visible()


def test_marks_made_faster_than_they_are_saved_are_all_kept_and_counted(page, session, leader, enter):
    enter(leader)
    page.goto(f"/sessions/{session.pk}/")
    held = hold_the_first(page, "**/mark/**")
    adams = row(page, "Adams")

    with page.expect_request("**/mark/**"):
        adams.get_by_role("radio", name="Unexcused").check()
    adams.get_by_role("radio", name="Late").check()
    adams.get_by_role("radio", name="Present").check()
    row(page, "Baker").get_by_role("radio", name="Present").check()
    held[0].continue_()

    expect(page.get_by_text("2 of 12 marked")).to_be_visible()
    expect(page.get_by_role("status").filter(has_text="2 present")).to_be_visible()
    expect(adams.get_by_role("radio", name="Present")).to_be_checked()
    assert [state_of(session, name).state for name in NAMES[:2]] == ["present", "present"]


def test_without_scripts(new_context, session, leader, enter):
    context = new_context(java_script_enabled=False)
    plain = enter(leader, context=context, page=context.new_page())
    plain.goto(f"/sessions/{session.pk}/")
    row(plain, "Adams").get_by_role("radio", name="Present").check()
    row(plain, "Baker").get_by_role("radio", name="Late").check()
    plain.get_by_role("button", name="Save draft").click()

    expect(plain.get_by_text("2 of 12 marked")).to_be_visible()
    plain.get_by_role("textbox", name=re.compile("Took part for ADAMS")).fill("Spoke first today.")
    plain.get_by_role("button", name="Save draft").click()

    expect(plain.locator("#flash").get_by_text("Saved.")).to_be_visible()
    assert state_of(session, "Adams").typed["section_part"] == "Spoke first today."
