"""The search in the header: what it asks and when, which answer it shows, and how its rows are reached."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.clinic import open_clinic


@pytest.fixture
def clinic(live_server):
    return open_clinic()


@pytest.fixture
def desk(clinic, enter, page):
    enter(clinic.supervisor)
    page.goto("/today/")
    return page


@pytest.fixture
def box(desk):
    return desk.get_by_role("combobox", name="Find a patient")


@pytest.fixture
def still(desk):
    """Time stands still on the page, until a test lets some pass."""
    desk.clock.install(time=0)
    desk.goto("/today/")
    desk.clock.pause_at(3_600)
    return desk.clock


@pytest.fixture
def asked(desk):
    """The words of each question that the page has asked."""
    words = []
    desk.on("request", lambda request: request.url.endswith("/search/") and words.append(request.post_data_json["q"]))
    return words


def options(desk):
    return desk.get_by_role("listbox", name="Patients found").get_by_role("option")


def test_it_asks_once_when_somebody_stops_typing(desk, box, asked, still):
    box.focus()

    for letter in "quispe":
        desk.keyboard.type(letter)
        still.run_for(150)
    assert asked == []
    still.run_for(60)
    still.resume()

    expect(options(desk)).to_have_count(2)
    assert asked == ["quispe"]


def test_it_asks_nothing_with_one_letter(desk, box, asked, still):
    box.focus()

    desk.keyboard.type("q")
    still.run_for(2_000)

    assert asked == []
    expect(box).to_have_attribute("aria-expanded", "false")


def test_the_newest_question_wins(desk, box, asked):
    """An answer that comes late is not shown in the place of a newer one."""
    held = []

    def hold_the_first(route):
        if route.request.post_data_json["q"] == "quispe":
            held.append(route)
        else:
            route.continue_()

    desk.route("**/search/", hold_the_first)
    with desk.expect_request("**/search/"):
        box.fill("quispe")
    box.fill("alvarez")
    expect(options(desk)).to_have_count(1)

    held[0].abort()

    expect(options(desk)).to_have_text([re.compile("ALVAREZ")])
    assert asked == ["quispe", "alvarez"]


def test_rows_are_walked_by_arrows_and_opened_by_enter(clinic, desk, box):
    box.press_sequentially("quispe")
    expect(options(desk)).to_have_count(2)
    expect(box).to_have_attribute("aria-expanded", "true")
    first, second = options(desk).nth(0), options(desk).nth(1)
    expect(first).to_have_attribute("aria-selected", "true")

    desk.keyboard.press("ArrowDown")
    expect(second).to_have_attribute("aria-selected", "true")
    expect(box).to_have_attribute("aria-activedescendant", second.get_attribute("id"))
    desk.keyboard.press("ArrowDown")
    expect(first).to_have_attribute("aria-selected", "true")
    desk.keyboard.press("ArrowUp")
    expect(second).to_have_attribute("aria-selected", "true")
    expect(box).to_be_focused()

    desk.keyboard.press("Enter")
    expect(desk.get_by_role("region", name="Patient")).to_contain_text("QUISPE, Mirta")


def test_escape_puts_the_rows_away_and_keeps_the_words(desk, box):
    box.press_sequentially("quispe")
    expect(options(desk)).to_have_count(2)

    desk.keyboard.press("Escape")

    expect(desk.get_by_role("option")).to_have_count(0)
    expect(box).to_have_value("quispe")
    expect(box).to_have_attribute("aria-expanded", "false")
    desk.keyboard.press("ArrowDown")
    expect(options(desk)).to_have_count(2)


def test_people_with_similar_names_are_pointed_out_and_counted_aloud(desk, box):
    box.press_sequentially("quispe")

    expect(desk.locator("#find-said")).to_have_text("2 found. Two people have a similar name. Check the birth date.")
    expect(desk.locator("#find-panel")).to_contain_text("Two people have a similar name. Check the birth date.")


def test_words_that_fit_nobody_say_what_to_do(desk, box):
    box.fill("nobody of this name")

    expect(desk.locator("#find-panel")).to_contain_text("No one matches. Check the spelling, try the birth date, or add a new patient.")
    desk.keyboard.press("Enter")
    expect(desk.get_by_role("heading", name="Patients found")).to_be_visible()
    expect(desk.get_by_role("heading", name="No one matches")).to_be_visible()


def test_enter_before_the_answer_opens_the_only_person(clinic, desk, box):
    box.fill("alvarez")
    desk.keyboard.press("Enter")

    desk.wait_for_url(f"**{clinic.rosa.get_absolute_url()}")


def test_enter_before_the_answer_opens_nobody_when_there_are_two(desk, box):
    box.fill("quispe")
    desk.keyboard.press("Enter")

    expect(options(desk).or_(desk.get_by_role("region", name="Patients found").get_by_role("listitem"))).to_have_count(2)
    expect(desk.get_by_role("region", name="Patient", exact=True)).to_have_count(0)


def test_without_a_connection_it_says_so(desk, box, console):
    desk.route("**/search/", lambda route: route.abort())

    box.press_sequentially("quispe")

    expect(desk.get_by_role("alert")).to_contain_text("No connection. What you typed stays on this page.")
    expect(box).to_have_value("quispe")
    console.clear()  # the browser complains of the request that we broke


def test_an_ended_session_leads_to_the_door_and_back(clinic, desk, box, context):
    context.clear_cookies()

    box.press_sequentially("quispe")

    expect(desk.get_by_role("heading", name="Sign in")).to_be_visible()
    assert "quispe" not in desk.url


def test_the_front_desk_opens_details_not_charts(clinic, enter, page):
    enter(clinic.front_desk)
    page.goto("/patients/")
    page.keyboard.press("/")
    page.keyboard.type("alvarez")
    expect(options(page)).to_have_count(1)

    page.keyboard.press("Enter")

    page.wait_for_url(f"**{clinic.page('details', clinic.rosa)}")
