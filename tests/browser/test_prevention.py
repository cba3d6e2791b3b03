"""The relapse-prevention plan by keyboard and in place; and without script."""

import pytest
from playwright.sync_api import expect

from tests.making import make_admitted, make_clinician, make_patient
from tests.preventing import words
from treatment_plans.reference import PREVENTION

HELPS = PREVENTION["sections"][2]["examples"]


@pytest.fixture
def clinician(live_server):
    return make_clinician(given_name="Sara", family_name="Lindqvist", works_in=["IOP Evening"])


@pytest.fixture
def joon(clinician):
    return make_admitted(clinician, to="IOP Evening", patient=make_patient(clinician, given_name="Joon", family_name="Kim"))


def test_entries_in_place_by_keyboard(page, joon, clinician, enter):
    enter(clinician)
    page.goto(f"/patients/{joon.pk}/relapse-prevention/")
    page.get_by_role("link", name=HELPS[0]).focus()
    page.keyboard.press("Enter")
    text = page.get_by_role("textbox", name="Step")
    expect(text).to_be_focused()
    expect(text).to_have_value(HELPS[0])
    text.fill("Walk to the river")
    page.get_by_role("button", name="Add step").press("Enter")
    expect(page.get_by_text("Walk to the river", exact=True)).to_be_focused()

    page.get_by_role("link", name="Add to What helps").press("Enter")
    text.fill("Call before I decide")
    page.get_by_role("button", name=HELPS[2]).press("Enter")
    expect(text).to_have_value(f"Call before I decide\n{HELPS[2]}")
    text.fill("Call before I decide")
    page.get_by_role("button", name="Add step").press("Enter")
    expect(page.get_by_text("Call before I decide", exact=True)).to_be_focused()

    page.get_by_role("button", name="Move step 2 of What helps up").press("Enter")
    expect(page.locator("#section-coping .said-words")).to_have_text(["Call before I decide", "Walk to the river"])
    expect(page.get_by_text("Call before I decide", exact=True)).to_be_focused()
    page.get_by_role("button", name="Take out step 2 of What helps").press("Enter")
    expect(page.get_by_role("heading", name="What helps")).to_be_focused()
    page.get_by_text("Earlier wordings of What helps (1)").click()
    page.get_by_role("button", name="Put back: Walk to the river").click()
    expect(page.get_by_text("Walk to the river", exact=True)).to_be_focused()
    assert words(joon, "coping") == ["Call before I decide", "Walk to the river"]


def test_enter_in_a_field_adds_what_was_typed_and_no_example(page, joon, clinician, enter):
    enter(clinician)
    page.goto(f"/patients/{joon.pk}/relapse-prevention/")
    page.get_by_role("link", name="Add to People I can call").click()
    page.get_by_role("textbox", name="Person").fill("My sister Elena")
    page.get_by_role("textbox", name="How to reach them").fill("555 0177")
    page.keyboard.press("Enter")

    expect(page.get_by_text("My sister Elena")).to_be_focused()
    assert words(joon, "people") == ["My sister Elena"]


def test_without_script(new_context, joon, clinician, enter):
    page = new_context(java_script_enabled=False).new_page()
    enter(clinician, context=page.context, page=page)
    page.goto(f"/patients/{joon.pk}/relapse-prevention/")
    page.get_by_role("link", name=HELPS[0]).click()
    page.get_by_role("textbox", name="Step").fill("Walk to the river")
    page.get_by_role("button", name="Add step").click()
    page.get_by_role("link", name="Edit step 1 of What helps").click()
    page.get_by_role("textbox", name="Step").fill("Swim")
    page.get_by_role("button", name="Save step").click()
    expect(page.locator("#section-coping .said-words")).to_have_text(["Swim"])
    page.get_by_role("button", name="We went through it today").click()
    expect(page.get_by_text("Last gone through together")).to_be_visible()
