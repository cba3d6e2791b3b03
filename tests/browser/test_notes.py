"""A note from the first letter to the signature, through a lost session; a note returned, corrected and cosigned."""

import re

import pytest
from playwright.sync_api import expect

from tests.making import make_admitted, make_clinician, make_patient, make_supervisor
from tests.noting import make_note
from tests.planning import make_plan, sign
from treatment_plans.actions import snippets
from treatment_plans.models import CosignRule, Note

WORKS_IN = ["IOP Evening"]
WORDS = "He came on time and spoke about the visit on Saturday."


@pytest.fixture
def clinician(live_server):
    return make_clinician(given_name="Sara", family_name="Lindqvist", works_in=WORKS_IN, credential="Intern")


@pytest.fixture
def joon(clinician):
    patient = make_patient(clinician, given_name="Joon", family_name="Kim")
    return make_admitted(clinician, to="IOP Evening", patient=patient)


def begins_to_write(page, words):
    """Letters typed once the page has put the cursor into the first section, as a person would."""
    expect(page.get_by_role("textbox", name="Data")).to_be_focused()
    page.keyboard.type(words)


def saved(page):
    expect(page.get_by_role("status", name="Save state")).to_have_text(re.compile(r"Draft saved \d\d:\d\d"))


def test_from_today_to_the_first_letter_in_one_step_and_to_the_signature(page, joon, clinician, enter):
    plan = sign(make_plan(joon, by=clinician), by=clinician)
    enter(clinician)
    page.goto("/today/")

    page.get_by_role("link", name="Write note for Joon Kim").click()
    begins_to_write(page, WORDS)
    page.get_by_role("textbox", name="Assessment").fill("He plans for it without being asked.")
    saved(page)
    page.reload()
    expect(page.get_by_role("textbox", name="Data")).to_have_value(WORDS)

    page.get_by_role("textbox", name="Plan", exact=True).fill("He calls his sponsor on Saturday.")
    page.get_by_role("combobox", name="1.1 Plan 3 evenings a week").select_option("On track")
    page.get_by_role("textbox", name="A word on 1.1").fill("Four of five.")
    page.get_by_role("button", name="Review and sign").click()
    expect(page.get_by_text("Four of five.")).to_be_visible()
    page.get_by_role("button", name="Sign note").click()

    expect(page.get_by_role("link", name="Add addendum")).to_be_visible()
    assert Note.objects.get().is_intact()
    page.goto(f"/plans/{plan.pk}/")
    page.get_by_role("link", name="1 note on objective 1.1").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Objective 1.1")
    page.get_by_role("link", name=re.compile("Individual therapy")).click()
    expect(page.get_by_text(WORDS)).to_be_visible()


def test_a_session_that_ends_in_the_middle_loses_nothing(page, context, joon, clinician, enter):
    enter(clinician)
    page.goto(f"/patients/{joon.pk}/notes/new/")
    page.get_by_role("textbox", name="Data").fill("The first half.")
    page.get_by_role("textbox", name="Assessment").focus()
    saved(page)

    context.clear_cookies()
    page.get_by_role("textbox", name="Data").fill("The first half. The second half.")
    page.get_by_role("textbox", name="Assessment").focus()
    expect(page.get_by_role("status", name="Save state")).to_contain_text("Sign in again to save. Your text is still here.")
    expect(page.get_by_role("textbox", name="Data")).to_have_value("The first half. The second half.")

    enter(clinician)
    page.goto("/today/")
    page.get_by_role("link", name=re.compile("Finish the note Joon Kim")).click()
    expect(page.get_by_role("textbox", name="Data")).to_have_value("The first half.")


def test_returned_corrected_and_cosigned(page, new_context, joon, clinician, enter):
    CosignRule.objects.create(credential="Intern")
    supervisor = make_supervisor(works_in=WORKS_IN, supervises=[clinician])
    make_note(joon, by=clinician)
    enter(supervisor)
    page.goto("/today/")
    page.get_by_role("link", name=re.compile("Cosign Joon Kim")).click()
    page.get_by_role("textbox", name="What to change").fill("Say what you did about the craving.")
    page.get_by_role("button", name="Return with comment").click()
    expect(page.get_by_text("Nothing waits for your signature.")).to_be_visible()

    desk = new_context().new_page()
    enter(clinician, context=desk.context, page=desk)
    desk.goto("/today/")
    desk.get_by_role("link", name=re.compile("Returned note Joon Kim")).click()
    desk.get_by_role("button", name="Write the correction").click()
    expect(desk.get_by_text("Say what you did about the craving.")).to_be_visible()
    desk.get_by_role("textbox", name="Data").fill("We went through the craving of Saturday step by step.")
    desk.get_by_role("button", name="Review and sign").click()
    desk.get_by_role("button", name="Sign note").click()

    page.goto("/cosign/")
    page.get_by_role("link", name=re.compile("KIM, Joon")).click()
    page.get_by_role("button", name="Cosign and next").click()
    expect(page.get_by_text("Nothing waits for your signature.")).to_be_visible()
    assert [note.state[1] for note in Note.objects.order_by("begun_at")] == ["Returned", "Cosigned"]


def test_two_windows_show_both_texts_and_one_button_keeps_mine(page, context, joon, clinician, enter):
    enter(clinician)
    page.goto(f"/patients/{joon.pk}/notes/new/")
    begins_to_write(page, "The beginning.")
    page.get_by_role("textbox", name="Assessment").focus()
    saved(page)
    other = context.new_page()
    other.goto(page.url)
    other.get_by_role("textbox", name="Data").fill("From the other window.")
    other.get_by_role("textbox", name="Assessment").focus()
    saved(other)
    expect(other.get_by_role("status", name="Save state").locator("input")).to_have_value("2")

    page.get_by_role("textbox", name="Data").fill("From this window.")
    page.get_by_role("textbox", name="Assessment").focus()
    expect(page.get_by_text("Another window has saved this note. Nothing of yours is lost.")).to_be_visible()
    expect(page.get_by_role("alert").get_by_text("From the other window.")).to_be_visible()
    page.get_by_role("button", name="Save mine").click()

    expect(page.get_by_role("textbox", name="Data")).to_have_value("From this window.")
    expect(page.get_by_text("Another window has saved this note.")).to_have_count(0)
    assert Note.objects.get().typed["section_data"] == "From this window."


@pytest.fixture
def snippet(clinician):
    return snippets.add(by=clinician, name="Relapse group", text="Took part to the end.\nSpoke when asked.")


def insert(page, section):
    page.get_by_role("combobox", name=f"Snippet for {section}").select_option("Relapse group")
    page.get_by_role("button", name=f"Insert the snippet into {section}").click()


def test_a_snippet_goes_where_the_caret_is_and_is_kept_like_typed_words(page, joon, clinician, snippet, enter):
    enter(clinician)
    page.goto(f"/patients/{joon.pk}/notes/new/")
    data = page.get_by_role("textbox", name="Data")
    data.fill("Before. After.")
    for _ in range(len("After.")):
        page.keyboard.press("ArrowLeft")

    insert(page, "Data")

    expect(data).to_have_value("Before. Took part to the end.\nSpoke when asked.After.")
    expect(data).to_be_focused()
    expect(page.get_by_role("combobox", name="Snippet for Data")).to_have_value("")
    page.keyboard.type(" ")
    saved(page)
    page.reload()
    expect(data).to_have_value("Before. Took part to the end.\nSpoke when asked. After.")
    page.get_by_role("textbox", name="Assessment").focus()
    insert(page, "Data")
    expect(data).to_have_value("Before. Took part to the end.\nSpoke when asked. After.\nTook part to the end.\nSpoke when asked.")


def test_one_step_back_takes_a_snippet_out_again(page, joon, clinician, snippet, enter):
    enter(clinician)
    page.goto(f"/patients/{joon.pk}/notes/new/")
    page.get_by_role("textbox", name="Data").fill("Before.")
    insert(page, "Data")

    page.keyboard.press("Control+z")

    expect(page.get_by_role("textbox", name="Data")).to_have_value("Before.")


def test_insert_without_a_choice_leads_to_the_choice(page, joon, clinician, snippet, enter):
    enter(clinician)
    page.goto(f"/patients/{joon.pk}/notes/new/")

    page.get_by_role("button", name="Insert the snippet into Plan").click()

    expect(page.get_by_role("combobox", name="Snippet for Plan")).to_be_focused()
    assert page.url.endswith("/notes/new/")


def test_from_the_menu_to_a_snippet_and_into_a_note_without_script(new_context, joon, clinician, enter):
    context = new_context(java_script_enabled=False)
    page = context.new_page()
    enter(clinician, context=context, page=page)
    page.goto("/today/")
    page.get_by_text("S. Lindqvist", exact=True).click()
    page.get_by_role("link", name="My snippets").click()
    page.get_by_role("link", name="Add a snippet").click()
    page.get_by_role("textbox", name="Name").fill("Relapse group")
    page.get_by_role("textbox", name="Text").fill("Took part to the end.")
    page.get_by_role("button", name="Add snippet").click()

    page.goto(f"/patients/{joon.pk}/notes/new/")
    page.get_by_role("textbox", name="Data").fill("Came on time.")
    insert(page, "Data")

    expect(page.get_by_role("textbox", name="Data")).to_have_value("Came on time.\nTook part to the end.")
    assert page.url.endswith("#id_section_data")
    assert Note.objects.get().typed["section_data"] == "Came on time.\nTook part to the end."
