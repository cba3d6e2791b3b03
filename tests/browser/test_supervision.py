"""A supervisor's round: overdue plans, a caseload of twelve gone through and signed, patients handed over; by mouse and by keys."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from anchored.ground.dates import today
from patients.models import CareTeamMember
from tests.browser.barriers import in_all_looks
from tests.browser.counted import NAMES, Counted
from tests.making import make_admitted, make_clinician, make_patient, make_supervisor
from treatment_plans.models import CaseloadReview

DAY = timedelta(days=1)
MOST_FOR_THE_LIST, MOST_FOR_A_REVIEW, MOST_FOR_A_HAND_OVER = 1, 18, 4
NOTE = "Prefers mornings. Ask about sleep first."


class House:
    """A supervisor of two, one of whom has twelve patients without a plan."""

    def __init__(self):
        self.sara = make_clinician(given_name="Sara", family_name="Lindqvist", works_in=["IOP Evening"])
        self.pilar = make_clinician(given_name="Pilar", family_name="Ortiz")
        self.head = make_supervisor(given_name="Ingrid", family_name="Novak", supervises=[self.sara, self.pilar])
        for name in NAMES:
            patient = make_patient(self.sara, given_name="Person", family_name=name)
            make_admitted(self.sara, to="IOP Evening", patient=patient, on=today() - 40 * DAY)

    @property
    def page(self):
        return f"/caseloads/{self.sara.pk}/"

    def now_with(self, person):
        return CareTeamMember.objects.filter(part="primary", ended_on=None, user=person).count()


@pytest.fixture
def house(live_server):
    return House()


@pytest.fixture
def desk(house, enter, page):
    enter(house.head)
    page.goto("/")
    return page


def hears(page, words):
    expect(page.locator("#flash")).to_contain_text(words)


def test_overdue_plans_then_a_caseload_of_twelve_reviewed_and_its_follow_up_closed(house, desk, new_context, enter):
    hands = Counted(desk)
    hands.do(desk.get_by_role("link", name="Overdue plans, 12").click)
    expect(desk.get_by_role("link", name=re.compile("^Open plan, "))).to_have_count(12)
    assert hands.used <= MOST_FOR_THE_LIST

    hands = Counted(desk)
    desk.get_by_role("link", name="Caseloads").first.click()
    desk.get_by_role("row", name=re.compile("S. Lindqvist")).get_by_role("link", name="S. Lindqvist").click()
    hands.do(desk.get_by_role("link", name="Review caseload").click)
    for name in NAMES:
        hands.do(desk.get_by_role("checkbox", name=f"Looked at Person {name}").check)
    finding = desk.get_by_role("textbox", name="Finding about Person Baker")
    hands.do(finding.fill, "The plan is thin on housing.")
    looks_into_a_chart_and_comes_back(desk, "BAKER, Person")
    expect(finding).to_have_value("The plan is thin on housing.")
    hands.do(desk.get_by_role("textbox", name="Follow-up for Person Baker").fill, "Ask about housing.")
    hands.do(desk.get_by_role("textbox", name="By when for Person Baker").fill, (today() + DAY).isoformat())
    hands.do(desk.get_by_role("combobox", name="Who for Person Baker").select_option, "Sara Lindqvist, LCSW")
    hands.do(desk.get_by_role("button", name="Sign review").click)
    hears(desk, "The review is signed.")
    assert hands.used <= MOST_FOR_A_REVIEW
    assert CaseloadReview.objects.get().findings.filter(looked=True).count() == 12
    review = desk.url

    owner = new_context().new_page()
    enter(house.sara, context=owner.context, page=owner)
    owner.goto("/today/")
    owner.locator("#tasks").get_by_role("link", name=re.compile("Soon Follow-up Person Baker, .*Ask about housing.")).click()
    owner.get_by_role("textbox", name="What was done").fill("She keeps her flat.")
    owner.get_by_role("button", name="Close the follow-up").click()
    hears(owner, "Answered. It is off your list.")
    desk.goto(review)
    expect(desk.get_by_text("She keeps her flat.")).to_be_visible()


def looks_into_a_chart_and_comes_back(desk, name):
    """No word of a review is lost by it."""
    expect(desk.get_by_role("status", name="Save state")).to_have_text("Draft saved")
    desk.get_by_role("heading", name=name).get_by_role("link").click()
    expect(desk.get_by_role("region", name="Patient")).to_be_visible()
    desk.go_back()


def test_a_whole_caseload_is_handed_over_in_four_steps_and_the_receiver_is_told(house, desk, new_context, enter):
    desk.goto(house.page)
    hands = Counted(desk)

    hands.do(desk.get_by_role("button", name="Choose all 12").click)
    expect(desk.get_by_role("status").filter(has_text="12 of 12 chosen")).to_be_visible()
    hands.do(desk.get_by_role("combobox", name="To", exact=True).select_option, "Pilar Ortiz, LCSW")
    hands.do(desk.get_by_role("textbox", name="Hand-over note").fill, NOTE)
    hands.do(desk.get_by_role("button", name="Reassign").click)
    hears(desk, "12 patients now in the care of Pilar Ortiz")

    assert hands.used <= MOST_FOR_A_HAND_OVER
    receiver = new_context().new_page()
    enter(house.pilar, context=receiver.context, page=receiver)
    receiver.goto("/today/")
    told = receiver.locator("#tasks").get_by_role("link", name=re.compile(r"New to me Person .*from I\. Novak"))
    expect(told).to_have_count(4)
    expect(told.first).to_contain_text(NOTE)
    assert list(in_all_looks(receiver, "told on Today")) == []


def test_the_round_by_keyboard_alone(house, desk):
    def press(*keys):
        for key in keys:
            desk.keyboard.press(key)

    def tab_to(target):
        for _ in range(40):
            press("Tab")
            if target.evaluate("here => here === document.activeElement"):
                return
        raise AssertionError(f"The keyboard does not come to {target}.")

    tab_to(desk.get_by_role("link", name="Overdue plans, 12"))
    press("Enter")
    expect(desk.get_by_role("heading", name="Overdue plans", level=1)).to_be_visible()
    press("g", "c")
    expect(desk.get_by_role("heading", name="Caseloads", level=1)).to_be_visible()
    tab_to(desk.get_by_role("link", name="S. Lindqvist"))
    press("Enter")
    tab_to(desk.get_by_role("link", name="Review caseload"))
    press("Enter")
    tab_to(desk.get_by_role("checkbox", name="Looked at Person Adams"))
    press("Space", "Tab")
    desk.keyboard.type("The plan is thin on housing.")
    press("Control+Enter")
    hears(desk, "The review is signed.")
    desk.goto(house.page)
    tab_to(desk.get_by_role("checkbox", name="Choose Person Adams"))
    press("Space")
    tab_to(desk.get_by_role("combobox", name="To", exact=True))
    desk.keyboard.type("Pilar")
    press("Tab")
    press("Control+Enter")
    expect(desk.get_by_role("group", name="There is a problem")).to_be_focused()
    expect(desk.get_by_role("checkbox", name="Choose Person Adams")).to_be_checked()
    desk.get_by_role("group", name="There is a problem").get_by_role("link", name="Write what the next").focus()
    press("Enter")
    expect(desk.get_by_role("textbox", name="Hand-over note")).to_be_focused()
    desk.keyboard.type(NOTE)
    press("Control+Enter")
    hears(desk, "1 patient now in the care of Pilar Ortiz")
    assert house.now_with(house.pilar) == 1


def test_the_round_without_script(house, new_context, enter):
    context = new_context(java_script_enabled=False)
    plain = enter(house.head, context=context, page=context.new_page())
    plain.goto("/")
    plain.get_by_role("columnheader", name="Patients").get_by_role("link").click()
    plain.get_by_role("link", name="Overdue plans, 12").click()
    plain.get_by_role("combobox", name="Clinician").select_option("P. Ortiz")
    plain.get_by_role("button", name="Show").click()
    expect(plain.get_by_text("This list is empty today.")).to_be_visible()

    plain.goto(f"{house.page}review/")
    plain.get_by_role("checkbox", name="Looked at Person Adams").check()
    plain.get_by_role("textbox", name="Finding about Person Adams").fill("The plan is thin on housing.")
    plain.get_by_role("button", name="Save draft").click()
    hears(plain, "The draft is saved.")
    plain.get_by_role("button", name="Sign review").click()
    hears(plain, "The review is signed.")

    plain.goto(house.page)
    expect(plain.get_by_role("button", name="Choose all 12")).to_be_hidden()
    for name in NAMES[:2]:
        plain.get_by_role("checkbox", name=f"Choose Person {name}").check()
    plain.get_by_role("combobox", name="To", exact=True).select_option("Pilar Ortiz, LCSW")
    plain.get_by_role("textbox", name="Hand-over note").fill(NOTE)
    plain.get_by_role("button", name="Reassign").click()
    hears(plain, "2 patients now in the care of Pilar Ortiz")
