"""A plan by keyboard and in place: from the library to the signatures."""

import re

import pytest
from playwright.sync_api import expect

from patients.models import ProgramRule
from tests.making import make_admitted, make_clinician, make_patient, make_supervisor, open_stay
from treatment_plans.models import LibraryEntry, Plan

WORKS_IN = ["IOP Evening"]


@pytest.fixture
def clinician(live_server):
    return make_clinician(given_name="Sara", family_name="Lindqvist", works_in=WORKS_IN)


@pytest.fixture
def joon(clinician):
    return make_admitted(clinician, to="IOP Evening", patient=make_patient(clinician, given_name="Joon", family_name="Kim"))


def begin(page, joon):
    page.goto(f"/patients/{joon.pk}/plan/")
    page.get_by_role("button", name="Start plan").click()
    expect(page.get_by_role("heading", name="Plan, version 1", level=1)).to_be_visible()


def test_from_the_library_to_three_signatures(page, new_context, joon, clinician, enter):
    ProgramRule.objects.filter(program=open_stay(joon).program).update(supervisor_signs_plans=True)
    problem = LibraryEntry.objects.filter(kind="problem", dimension="5").first()
    enter(clinician)
    begin(page, joon)
    page.get_by_role("link", name="Edit about the patient").click()
    page.get_by_role("textbox", name="Strengths").fill("Steady work.")
    page.get_by_role("textbox", name="Discharge criteria").fill("Four weeks without use.")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("heading", name="About the patient")).to_be_focused()
    page.get_by_role("link", name="Problem", exact=True).click()
    page.get_by_role("combobox", name="From the library").select_option(problem.text)
    page.get_by_role("button", name="Insert").click()
    expect(page.get_by_role("heading", name=f"Problem 1. {problem.text}")).to_be_focused()
    expect(page.get_by_text("Nothing is missing.")).to_be_visible()

    page.get_by_role("link", name="Review and sign").click()
    page.get_by_role("button", name="Sign plan").click()
    page.get_by_role("radio", name="Disagrees").check(force=True)
    page.get_by_role("textbox", name="In the patient's words").fill("Fewer groups.")
    page.get_by_role("textbox", name="Name of who signs").fill("Joon Kim")
    page.get_by_role("button", name="Sign", exact=True).click()
    expect(page.get_by_text("Waiting for signatures").first).to_be_visible()

    supervisor = new_context().new_page()
    enter(make_supervisor(works_in=WORKS_IN), context=supervisor.context, page=supervisor)
    supervisor.goto(page.url)
    supervisor.get_by_role("button", name="Cosign plan").click()
    expect(supervisor.get_by_text("Active").first).to_be_visible()
    assert Plan.objects.in_force().get().word.words == "Fewer groups."


def test_rows_in_place_by_keyboard(page, joon, clinician, enter):
    enter(clinician)
    begin(page, joon)
    page.get_by_role("link", name="Problem", exact=True).focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("textbox", name="Problem")).to_be_focused()
    page.keyboard.type("Evenings alone")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Problem 1. Evenings alone")).to_be_focused()

    page.get_by_role("link", name="Add goal to problem 1").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("textbox", name="Goal")).to_be_focused()
    page.keyboard.type("Evenings like others have")
    page.keyboard.press("Enter")
    for words in ("Plan five evenings", "Call the sponsor"):
        page.get_by_role("link", name="Add objective to goal 1").focus()
        page.keyboard.press("Enter")
        expect(page.get_by_role("textbox", name="Objective")).to_be_focused()
        page.keyboard.type(words)
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name=words)).to_be_focused()

    page.get_by_role("button", name="Move objective 1.2 up").focus()
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", level=4).first).to_have_text("Call the sponsor")
    expect(page.get_by_role("heading", name="Call the sponsor")).to_be_focused()


def test_without_script(new_context, joon, clinician, enter):
    page = new_context(java_script_enabled=False).new_page()
    enter(clinician, context=page.context, page=page)
    begin(page, joon)
    page.get_by_role("link", name="Problem", exact=True).click()
    page.get_by_role("textbox", name="Problem").fill("Evenings alone")
    page.get_by_role("button", name="Add problem").click()
    page.get_by_role("link", name="Edit problem 1").click()
    page.get_by_role("textbox", name="Problem").fill("Evenings at home")
    page.get_by_role("button", name="Save problem").click()
    expect(page.get_by_role("heading", name="Problem 1. Evenings at home")).to_be_visible()
    page.goto(f"/patients/{joon.pk}/notes/new/")
    page.get_by_role("textbox", name="Data").fill("Half a sentence")
    page.get_by_role("button", name="Save draft").last.click()
    expect(page.get_by_role("link", name=re.compile("Draft, "))).to_be_visible()
