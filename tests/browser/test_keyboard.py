"""All of it without a mouse: shortcuts and their off switch, the dialog and its focus, mistakes, menus."""

import re

import pytest
from playwright.sync_api import expect

from patients.models import Stay
from tests.browser.clinic import REASON, open_clinic

FIND = {"name": "Find a patient"}


@pytest.fixture
def clinic(live_server):
    return open_clinic()


@pytest.fixture
def desk(clinic, enter, page):
    """The supervisor on Today."""
    enter(clinic.supervisor)
    page.goto("/today/")
    return page


def now_in(patient):
    return Stay.objects.get(episode__patient=patient, ended_on=None).program.name


def press(page, *keys):
    for key in keys:
        page.keyboard.press(key)


def test_a_patient_is_found_moved_and_moved_back_by_keyboard_alone(clinic, desk):
    press(desk, "/")
    desk.keyboard.type("alvarez rosa")
    expect(desk.get_by_role("option")).to_have_count(1)
    press(desk, "Enter")
    desk.wait_for_url(f"**{clinic.rosa.get_absolute_url()}")

    press(desk, "m")
    dialog = desk.get_by_role("dialog", name="Move Rosa Alvarez")
    expect(dialog.get_by_role("heading", name="Move Rosa Alvarez")).to_be_focused()
    press(desk, "Tab", "Tab")
    expect(dialog.get_by_role("radio", name="Outpatient Next step")).to_be_focused()
    press(desk, "ArrowDown")
    expect(dialog.get_by_role("radio").nth(1)).to_be_checked()
    press(desk, "ArrowUp", "Tab")
    expect(dialog.get_by_role("combobox", name="Basis")).to_be_focused()
    desk.keyboard.type("Ready")
    dialog.get_by_role("textbox", name="Reason").focus()
    desk.keyboard.type(REASON)
    press(desk, "Control+Enter")
    expect(desk.locator("#flash").get_by_text("Rosa Alvarez moved to Outpatient.")).to_be_visible()
    assert now_in(clinic.rosa) == "Outpatient"

    desk.get_by_role("button", name="Undo").focus()
    press(desk, "Enter")
    expect(desk.locator("#flash").get_by_text("Undone. Rosa Alvarez is in IOP Evening again.")).to_be_visible()
    assert now_in(clinic.rosa) == "IOP Evening"


def test_the_dialog_keeps_the_focus_and_gives_it_back(clinic, desk):
    desk.goto(clinic.page("chart", clinic.rosa))
    move = desk.get_by_role("link", name="Move", exact=True)
    move.focus()

    press(desk, "Enter")
    expect(desk.get_by_role("dialog")).to_be_visible()
    for _ in range(30):
        press(desk, "Tab")
        assert desk.evaluate("document.activeElement === document.body || !!document.activeElement.closest('dialog')")
    press(desk, "Escape")

    expect(desk.get_by_role("dialog")).to_have_count(0)
    expect(move).to_be_focused()
    assert desk.locator("#dialog").inner_html() == ""


def test_a_dialog_that_a_key_opened_gives_the_focus_to_what_the_key_stands_for(clinic, desk):
    desk.goto(clinic.page("chart", clinic.rosa))

    press(desk, "m")
    expect(desk.get_by_role("dialog")).to_be_visible()
    desk.get_by_role("button", name="Close").click()

    expect(desk.get_by_role("link", name="Move", exact=True)).to_be_focused()


@pytest.mark.parametrize("key", ["Enter", "Space"])
def test_move_on_a_card_of_the_board_is_a_button_for_the_keyboard_too(clinic, desk, key):
    desk.goto("/continuum/")
    move = desk.get_by_role("region", name="IOP Evening").get_by_role("button", name="Move Rosa Alvarez")
    move.focus()

    press(desk, key)

    expect(desk.get_by_role("dialog", name="Move Rosa Alvarez")).to_be_visible()
    press(desk, "Escape")
    expect(move).to_be_focused()


def test_dragging_a_card_does_no_more_than_its_move_button(clinic, desk):
    """The dialog opens with the column chosen; nothing is moved until it is confirmed."""
    desk.goto("/continuum/")
    card = desk.get_by_role("region", name="IOP Evening").get_by_role("article").filter(has_text="ALVAREZ")

    card.drag_to(desk.get_by_role("region", name="Outpatient"))

    dialog = desk.get_by_role("dialog", name="Move Rosa Alvarez")
    expect(dialog.get_by_role("radio", name="Outpatient")).to_be_checked()
    expect(dialog.get_by_role("button", name="Move to Outpatient")).to_be_visible()
    assert now_in(clinic.rosa) == "IOP Evening"
    desk.goto("/continuum/")
    card.drag_to(desk.get_by_role("region", name="PHP"))
    expect(dialog.get_by_role("radio", name="PHP")).to_be_checked()


def test_keys_lead_to_the_pages_that_the_help_names(desk):
    for keys, heading in (("gp", "Patients"), ("gb", "Continuum"), ("gt", "Today"), ("?", "Keyboard shortcuts")):
        press(desk, *keys)
        expect(desk.get_by_role("heading", name=heading, level=1)).to_be_visible()
        desk.wait_for_load_state()


def test_keys_are_letters_in_a_field(clinic, desk):
    desk.goto(clinic.page("chart", clinic.rosa))
    desk.get_by_role("combobox", **FIND).focus()

    desk.keyboard.type("m?gt/")

    expect(desk.get_by_role("combobox", **FIND)).to_have_value("m?gt/")
    expect(desk.get_by_role("dialog")).to_have_count(0)
    expect(desk).to_have_url(re.compile(clinic.rosa.get_absolute_url()))


def test_single_keys_can_be_switched_off(clinic, desk):
    desk.goto("/accounts/preferences/")
    desk.get_by_role("checkbox", name="Keyboard shortcuts").uncheck()
    desk.get_by_role("button", name="Save preferences").click()
    expect(desk.locator("#flash").get_by_text("Preferences saved.")).to_be_visible()
    desk.goto(clinic.page("chart", clinic.rosa))

    press(desk, "m", "/", "?", "g", "t")

    expect(desk.get_by_role("dialog")).to_have_count(0)
    expect(desk.get_by_role("combobox", **FIND)).not_to_be_focused()
    expect(desk).to_have_url(re.compile(f"{clinic.rosa.get_absolute_url()}$"))
    desk.get_by_role("link", name="Move", exact=True).click()
    desk.get_by_role("textbox", name="Reason").fill("short")
    press(desk, "Control+Enter")  # combinations stay
    expect(desk.get_by_role("group", name="There is a problem")).to_be_focused()


def test_the_first_stop_skips_to_the_content(desk):
    press(desk, "Tab")
    expect(desk.get_by_role("link", name="Skip to main content")).to_be_focused()

    press(desk, "Enter")

    expect(desk.get_by_role("main")).to_be_focused()


@pytest.mark.parametrize(("path", "button", "field"), [("new", "Register and admit", "Given name"), ("assess", "Sign assessment", "")])
def test_mistakes_get_the_focus_and_lead_to_their_fields(clinic, desk, path, button, field):
    desk.goto("/patients/new/" if path == "new" else clinic.page(path, clinic.rosa))
    if path == "assess":
        desk.get_by_role("textbox", name="Date of the assessment").fill("31/02/2026")
        field = "Date of the assessment"

    desk.get_by_role("button", name=button).click()

    summary = desk.get_by_role("group", name="There is a problem")
    expect(summary).to_be_focused()
    expect(desk).to_have_title(re.compile("^Error: "))
    summary.get_by_role("link").first.click()
    expect(desk.get_by_role("textbox", name=field)).to_be_focused()
    expect(desk.get_by_role("textbox", name=field)).to_have_attribute("aria-invalid", "true")
    words = desk.get_by_role("textbox", name=field).evaluate(
        "field => field.getAttribute('aria-describedby').split(' ').map(id => document.getElementById(id).textContent).join(' ')"
    )
    assert words.strip()


def test_menus_close_by_escape_and_keep_the_focus(clinic, desk):
    desk.goto(clinic.page("chart", clinic.rosa))
    more = desk.get_by_text("More", exact=True)
    more.focus()

    press(desk, "Enter", "Tab")
    expect(desk.get_by_role("link", name="Rate the dimensions")).to_be_focused()
    press(desk, "Escape")

    expect(desk.get_by_role("link", name="Rate the dimensions")).to_be_hidden()
    expect(more).to_be_focused()
