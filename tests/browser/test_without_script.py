"""The main job in a browser that runs no script: every page works by links and forms alone."""

import pytest
from playwright.sync_api import expect

from patients.models import Episode, Stay
from tests.browser.clinic import REASON, open_clinic


@pytest.fixture
def clinic(live_server):
    return open_clinic()


@pytest.fixture
def plain(new_context, base_url):
    """A page in a browser without scripts."""
    return new_context(java_script_enabled=False).new_page()


def flash(page, words):
    expect(page.locator("#flash").get_by_text(words)).to_be_visible()


def test_sign_in_find_move_undo_discharge_and_undo_it(clinic, plain, sign_in):
    sign_in(plain, clinic.supervisor)
    expect(plain.get_by_role("heading", name="Caseloads", level=1)).to_be_visible()

    plain.get_by_role("combobox", name="Find a patient").fill("alvarez")
    plain.keyboard.press("Enter")
    plain.get_by_role("region", name="Patients found").get_by_role("link", name="ALVAREZ, Rosa").click()
    expect(plain.get_by_role("region", name="Patient")).to_contain_text("IOP Evening, day 5")

    plain.get_by_role("link", name="Move", exact=True).click()
    expect(plain.get_by_role("heading", name="Move Rosa Alvarez", level=1)).to_be_visible()
    plain.get_by_role("button", name="Move").click()
    expect(plain.get_by_role("group", name="There is a problem")).to_be_focused()
    plain.get_by_role("radio", name="Outpatient").check()
    plain.get_by_role("combobox", name="Basis").select_option("Ready for next level")
    plain.get_by_role("textbox", name="Reason").fill(REASON)
    plain.get_by_role("button", name="Move").click()
    flash(plain, "Rosa Alvarez moved to Outpatient.")
    plain.get_by_role("button", name="Undo").click()
    flash(plain, "Undone. Rosa Alvarez is in IOP Evening again.")

    plain.get_by_text("More", exact=True).click()
    plain.get_by_role("link", name="Discharge").click()
    plain.get_by_role("combobox", name="Reason").select_option("Completed treatment")
    plain.get_by_role("button", name="Discharge Rosa Alvarez").click()
    flash(plain, "Rosa Alvarez is discharged from IOP Evening.")
    assert not Episode.objects.open().filter(patient=clinic.rosa).exists()

    plain.get_by_text("More", exact=True).click()
    plain.get_by_role("link", name="Undo discharge").click()
    plain.get_by_role("textbox", name="Why the discharge is undone").fill("Discharged by mistake, another Rosa was meant.")
    plain.get_by_role("button", name="Undo the discharge").click()
    flash(plain, "The discharge is undone. Rosa Alvarez is in IOP Evening again.")
    assert Stay.objects.get(episode__patient=clinic.rosa, ended_on=None).program.name == "IOP Evening"

    plain.locator(".header-end summary").click()
    plain.get_by_role("button", name="Sign out").click()
    expect(plain.get_by_role("heading", name="Sign in")).to_be_visible()


def test_the_board_and_the_filters_work_too(clinic, enter, plain):
    enter(clinic.supervisor, context=plain.context, page=plain)
    plain.goto("/continuum/")
    plain.get_by_role("combobox", name="Flag").select_option("With a safety flag")
    plain.get_by_role("button", name="Filter").click()
    expect(plain.get_by_role("article")).to_have_count(1)

    plain.get_by_role("button", name="Move Rosa Alvarez").click()
    plain.get_by_role("radio", name="Outpatient").check()
    plain.get_by_role("combobox", name="Basis").select_option("Ready for next level")
    plain.get_by_role("textbox", name="Reason").fill(REASON)
    plain.get_by_role("button", name="Move").click()

    flash(plain, "Rosa Alvarez moved to Outpatient.")
    expect(plain.get_by_role("heading", name="Continuum", level=1)).to_be_visible()


def test_on_a_phone_the_navigation_is_there(clinic, enter, plain):
    plain.set_viewport_size({"width": 320, "height": 700})
    enter(clinic.supervisor, context=plain.context, page=plain)
    plain.goto("/today/")

    plain.get_by_role("navigation", name="Main").get_by_role("link", name="Patients").click()

    expect(plain.get_by_role("heading", name="Patients", level=1)).to_be_visible()
