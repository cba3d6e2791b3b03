"""A clinician's whole day on a phone, from the first page to nothing open, by pressing what the pages offer."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from anchored.ground.dates import today
from patients import papers
from patients.actions import episodes
from tests.browser.barriers import found_on
from tests.browser.counted import Counted, row
from tests.grouping import enrolled, make_group, make_session
from tests.making import basis, make_admitted, make_clinician, make_patient, make_supervisor, open_stay, program
from tests.noting import make_appointment
from tests.papers import take
from tests.planning import make_plan, sign
from treatment_plans.actions import caseloads

EVENING, DAY = "IOP Evening", timedelta(days=1)
MOST = 43
PHONE = {"width": 320, "height": 640}


@pytest.fixture
def sara(live_server):
    return make_clinician(given_name="Sara", family_name="Lindqvist", works_in=[EVENING])


def in_care(by, given, family, *, but="", to=EVENING, days=3):
    """Somebody who has answered the whole packet, but for one paper."""
    patient = make_admitted(by, to=to, patient=make_patient(by, given_name=given, family_name=family), on=today() - days * DAY)
    for need in papers.missing_by([patient])[patient.pk]:
        if need.template.code != but:
            take(patient, need.template.code, by=by, how="declined", reason="Would rather talk first.")
    return patient


@pytest.fixture
def day(sara):
    """A group of this evening, an appointment, and five things that are due."""
    group = make_group(sara, programs=[EVENING], name="Relapse prevention", track="evening")
    for given, family in (("Ada", "Adams"), ("Ben", "Baker"), ("Cora", "Cole")):
        enrolled(in_care(sara, given, family), group, by=sara)
    session = make_session(group)
    session.held_on = session.planned_on = today()
    session.save()
    rosa = in_care(sara, "Rosa", "Alvarez", but="telehealth", days=31)
    sign(make_plan(rosa, by=sara), by=sara)
    make_appointment(rosa, by=sara, ago=timedelta(hours=1))
    colleague = make_clinician(works_in=["PHP"])
    joon = in_care(colleague, "Joon", "Kim", to="PHP")
    episodes.move(open_stay(joon), to=program(EVENING), on=today(), basis=basis(), reason="Ready for the next level.", by=colleague)
    ask(rosa, of=sara)
    return rosa


def ask(patient, *, of):
    """A supervisor goes through the caseload and asks for something by today."""
    supervisor = make_supervisor(given_name="Ingrid", family_name="Novak", supervises=[of])
    review = caseloads.begin_review(of, by=supervisor)
    asked = {"looked": True, "finding": "", "follow_up": "Ask about housing.", "due_on": today(), "owner": of}
    facts = {open_stay(patient).episode_id: asked}
    caseloads.keep_review(review, by=supervisor, version=0, summary="", findings=facts)
    caseloads.sign_review(review, by=supervisor)


class Phone(Counted):
    """Somebody at Today, who opens what it asks for and comes back to it; no page is wider than the screen."""

    def press(self, what, name, **how):
        target = self.page.get_by_role(what, name=name, **how)
        expect(target).to_be_visible()
        assert self.page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
        self.do(target.click)

    def fill(self, name, words):
        self.do(self.page.get_by_role("textbox", name=name).fill, words)

    def choose(self, name, choice):
        self.do(self.page.get_by_role("combobox", name=name).select_option, choice)

    def hears(self, words):
        expect(self.page.locator("#flash")).to_contain_text(words)

    def back(self):
        self.press("link", "Anchored")
        expect(self.page.get_by_role("heading", name="Today", level=1)).to_be_visible()


@pytest.fixture
def phone(page, day, sara, enter):
    enter(sara)
    page.set_viewport_size(PHONE)
    page.goto("/")
    return Phone(page)


def test_a_day_on_a_phone_ends_with_nothing_open(phone, page):
    needs = page.locator("#tasks")
    expect(needs).to_contain_text("Needs you 6")

    accepts_who_moves_in(phone)
    takes_attendance_and_signs(phone)
    writes_about_the_appointment(phone)
    rates(phone)
    takes_the_paper(phone)
    answers_the_follow_up(phone)
    calls_who_was_absent(phone)

    expect(needs).to_contain_text("Nothing due.")
    expect(page.locator("#sessions").get_by_role("listitem").filter(has_text="Relapse prevention")).to_contain_text("Signed")
    assert list(found_on(page)) == []
    assert phone.used <= MOST


def accepts_who_moves_in(phone):
    phone.press("button", "Accept Joon Kim")
    phone.hears("Joon Kim is accepted in IOP Evening.")


def takes_attendance_and_signs(phone):
    phone.press("link", re.compile("^Open Relapse prevention"))
    phone.press("button", "Mark all present")
    expect(phone.page.get_by_text("3 of 3 marked")).to_be_visible()
    phone.do(row(phone.page, "Adams").get_by_role("radio", name="Unexcused").check)
    expect(phone.page.get_by_role("status").filter(has_text="1 unexcused")).to_be_visible()
    for name, number in (("BAKER", 3), ("COLE", 4)):
        phone.fill(re.compile(f"Took part for {name}"), f"Spoke about {number} evenings.")
        phone.fill(re.compile(f"Response and plan for {name}"), f"Calls before {number}.")
    phone.press("button", "Review and sign")
    phone.press("button", "Sign 2 notes")
    phone.hears("2 notes signed.")
    phone.back()


def writes_about_the_appointment(phone):
    phone.press("link", re.compile("Write the note Rosa Alvarez"))
    phone.fill("Data", "She came on time.")
    phone.fill("Assessment", "Steady.")
    phone.fill("Plan", "Calls on Sunday.")
    phone.press("button", "Review and sign")
    phone.press("button", "Sign note")
    expect(phone.page.get_by_role("link", name="Add addendum")).to_be_visible()
    phone.back()


def rates(phone):
    phone.press("link", re.compile("Level-of-care review"))
    phone.choose("Occasion", "Continued service")
    for rating in phone.page.get_by_role("combobox", name="Rating").all():
        phone.do(rating.select_option, "1 mild")
    phone.press("button", "Sign assessment")
    phone.hears("The assessment is signed.")
    phone.back()


def takes_the_paper(phone):
    phone.press("link", re.compile("1 paper to sign"))
    phone.press("link", re.compile("Consent to sessions by video or phone"))
    phone.do(phone.page.get_by_role("radio", name=re.compile("Types")).check)
    phone.fill(re.compile("Name"), "Rosa Alvarez")
    phone.press("button", "Sign", exact=True)
    phone.hears("signed, name typed.")
    phone.back()


def answers_the_follow_up(phone):
    phone.press("link", re.compile("Follow-up Rosa Alvarez"))
    phone.fill("What was done", "She keeps her flat.")
    phone.press("button", "Close the follow-up")
    expect(phone.page.get_by_text("Nothing to follow up.")).to_be_visible()
    phone.back()


def calls_who_was_absent(phone):
    phone.press("link", re.compile("Call after absence Ada Adams"))
    phone.choose("How", "Phone")
    phone.choose("Outcome", "Spoke with the person")
    phone.press("button", "Log attempt")
    phone.hears("The attempt is logged.")
    phone.back()
