"""From the first questions to the first day in care: interrupted twice, by two people, with nothing typed again."""

import re

import pytest
from playwright.sync_api import expect

from anchored.accounts.roles import Role
from patients.models import Admission, Episode, IntakeAnswer, Program, SafetyFlag
from tests.browser.admitting import answer_no, choose, complete, option, rate_all
from tests.making import make_clinician, make_patient, make_user, program

WORKS_IN = ["IOP Evening"]
WORDS = "My wife said it is this or the divorce."


@pytest.fixture
def staff(live_server):
    clinician = make_clinician(given_name="Sara", family_name="Lindqvist", works_in=WORKS_IN)
    return clinician, make_user(Role.FRONT_DESK, given_name="Ben", family_name="Castellano", works_in=WORKS_IN)


@pytest.fixture
def joon(staff):
    return make_patient(by=staff[1], given_name="Joon", family_name="Kim", phone="555 0142")


def kept(page):
    """The line says that everything typed so far is kept."""
    expect(page.get_by_role("status", name="Save state")).to_have_text(re.compile(r"^\s*Saved \d\d:\d\d"))


def begin_at_the_front_desk(page, joon):
    page.goto(f"/patients/{joon.pk}/details/")
    page.get_by_role("link", name="Admit").click()
    page.get_by_role("combobox", name="Program").select_option(option(page, "IOP Evening"))
    page.get_by_role("button", name="Start admission").click()
    expect(page.get_by_role("heading", name="Admission, Joon Kim", level=1)).to_be_visible()


def test_two_people_and_two_interruptions_and_nothing_is_typed_again(page, new_context, joon, staff, enter):
    clinician, front_desk = staff
    enter(front_desk)
    begin_at_the_front_desk(page, joon)
    page.get_by_role("link", name="Contact and identity").click()
    page.get_by_role("textbox", name="Date of birth").fill("6 May 1990")
    page.get_by_role("textbox", name="City").fill("Salem")
    page.get_by_role("heading", level=1).click()
    kept(page)
    page.close()  # the phone rings, the browser is closed

    desk = new_context().new_page()
    enter(clinician, context=desk.context, page=desk)
    desk.goto("/today/")
    desk.get_by_role("link", name=re.compile("Continue the admission Joon Kim")).click()
    complete(desk, "Safety questions", answer_no)
    desk.get_by_role("link", name="Why now and referral").click()
    desk.get_by_role("textbox", name="Why now").fill(WORDS)
    kept(desk)
    desk.reload()  # the power fails
    expect(desk.get_by_role("textbox", name="Why now")).to_have_value(WORDS)
    desk.get_by_role("button", name="Save and continue").click()

    complete(
        desk, "Contact and identity", lambda page: expect(page.get_by_role("textbox", name="Date of birth")).to_have_value("6 May 1990")
    )
    complete(desk, "Six-dimension assessment", rate_all)
    complete(
        desk,
        "Level of care and start",
        lambda page: page.get_by_role("combobox", name="Program").select_option(option(page, "IOP Evening")),
    )
    desk.get_by_role("link", name="Check answers").click()
    expect(desk.get_by_text(WORDS)).to_be_visible()
    desk.get_by_role("button", name="Admit Joon Kim to IOP Evening").click()

    expect(desk.get_by_role("region", name="Patient")).to_contain_text("IOP Evening, day 1")
    joon.refresh_from_db()
    assert (joon.city, str(joon.birth_date), joon.phone) == ("Salem", "1990-05-06", "555 0142")
    assert Admission.objects.get(episode__patient=joon).why_now == WORDS


def test_two_people_in_one_step_see_both_answers(page, new_context, joon, staff, enter):
    clinician, front_desk = staff
    enter(front_desk)
    begin_at_the_front_desk(page, joon)
    page.get_by_role("link", name="Contact and identity").click()
    other = new_context().new_page()
    enter(clinician, context=other.context, page=other)
    other.goto(page.url)
    expect(other.get_by_role("textbox", name="City")).to_be_visible()

    page.get_by_role("textbox", name="City").fill("Salem")
    kept(page)
    other.get_by_role("textbox", name="City").fill("Boston")
    notice = other.locator("#clashes")
    expect(notice).to_contain_text("B. Castellano wrote at")
    expect(notice).to_contain_text("“Salem”")
    expect(other.get_by_role("textbox", name="City")).to_have_value("Boston")
    assert IntakeAnswer.objects.get(field="city").value == "Salem"
    other.get_by_role("button", name="Use mine for City").click()

    expect(other.get_by_role("textbox", name="City")).to_have_value("Boston")
    assert IntakeAnswer.objects.get(field="city").value == "Boston"


def test_without_script_by_buttons_alone(new_context, joon, staff, enter):
    plain = new_context(java_script_enabled=False).new_page()
    plain.set_viewport_size({"width": 320, "height": 800})
    clinician, _ = staff
    joon.registered_by = clinician
    joon.save(update_fields=["registered_by"])
    enter(clinician, context=plain.context, page=plain)
    begin_at_the_front_desk(plain, joon)

    def yes_to_overdose(page):
        answer_no(page)
        choose(page.get_by_role("group", name="Overdose in the last 12 months").get_by_role("radio", name="Yes"))
        page.get_by_role("textbox", name="About “Overdose in the last 12 months”").fill("In May, revived.")

    complete(plain, "Safety questions", yes_to_overdose)
    complete(plain, "Contact and identity", lambda page: page.get_by_role("textbox", name="City").fill("Salem"))
    complete(plain, "Six-dimension assessment", rate_all)
    complete(
        plain,
        "Level of care and start",
        lambda page: page.get_by_role("combobox", name="Program").select_option(option(page, "IOP Evening")),
    )
    plain.get_by_role("link", name="Check answers").click()
    plain.get_by_role("button", name="Admit Joon Kim to IOP Evening").click()

    expect(plain.get_by_role("region", name="Patient")).to_contain_text("IOP Evening, day 1")
    assert SafetyFlag.objects.get(patient=joon).note == "In May, revived."
    assert Episode.objects.get(patient=joon).stays.get().program == program("IOP Evening")


def test_the_safety_questions_by_keyboard_alone(page, joon, staff, enter):
    clinician, front_desk = staff
    enter(front_desk)
    begin_at_the_front_desk(page, joon)
    address = page.url
    enter(clinician)
    page.goto(address)
    page.get_by_role("link", name="Safety questions").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Safety questions")).to_be_visible()
    page.get_by_role("radio", name="Yes").first.focus()
    for _ in range(5):
        page.keyboard.press("Space")
        page.keyboard.press("ArrowRight")
        page.keyboard.press("Tab")
    kept(page)
    page.keyboard.press("Control+Enter")

    expect(page.locator("#flash").get_by_text("Safety questions: completed.")).to_be_visible()
    assert set(IntakeAnswer.objects.filter(step="safety", value="no").values_list("field", flat=True)) == {
        "suicide", "overdose", "withdrawal", "medical", "violence",
    }  # fmt: skip


def test_a_lost_connection_keeps_the_words_and_says_so(page, joon, staff, enter, console):
    clinician, front_desk = staff
    enter(front_desk)
    begin_at_the_front_desk(page, joon)
    page.get_by_role("link", name="Why now and referral").click()
    page.context.set_offline(True)
    page.get_by_role("textbox", name="Why now").fill(WORDS)
    line = page.get_by_role("status", name="Save state")

    expect(line).to_have_text(re.compile("Not saved - no connection. Your text is still here."))
    page.context.set_offline(False)
    page.get_by_role("textbox", name="Why now").press_sequentially(" Indeed.")
    kept(page)

    assert IntakeAnswer.objects.get(field="why_now").value == f"{WORDS} Indeed."
    assert Program.objects.exists()
    console[:] = [words for words in console if "Failed to load resource" not in words and "htmx" not in words]


def test_a_call_becomes_an_admission_and_nothing_said_is_asked_again(page, new_context, staff, enter):
    clinician, front_desk = staff
    enter(front_desk)
    page.goto("/referrals/")
    page.get_by_role("link", name="New referral").first.click()
    page.get_by_role("combobox", name="Who is calling").select_option("Spouse")
    page.get_by_role("textbox", name="Given name").fill("Joon")
    page.get_by_role("textbox", name="Family name").fill("Kim")
    page.get_by_role("textbox", name="Date of birth").fill("6 May 1990")
    page.get_by_role("textbox", name="Phone", exact=True).fill("555 0142")
    page.get_by_role("textbox", name="Why now").fill(WORDS)
    choose(page.get_by_role("group", name="Overdose in the last 30 days").get_by_role("radio", name="Yes"))
    page.get_by_role("combobox", name="Program wanted").select_option("IOP Evening")
    page.get_by_role("button", name="Keep the call").last.click()
    expect(page.get_by_text("Act today.")).to_be_visible()
    page.get_by_role("combobox", name="How").select_option("Phone")
    page.get_by_role("combobox", name="Outcome").select_option("Spoke with the person")
    page.get_by_role("button", name="Log attempt").click()
    expect(page.get_by_role("region", name="Path")).to_contain_text("Contacted")

    desk = new_context().new_page()
    enter(clinician, context=desk.context, page=desk)
    desk.goto("/referrals/")
    desk.get_by_role("link", name="KIM, Joon").click()
    desk.get_by_role("link", name="Start admission").click()
    desk.get_by_role("button", name="Start admission").click()
    complete(desk, "Safety questions", answer_the_rest)
    desk.get_by_role("link", name="Why now and referral").click()
    expect(desk.get_by_role("textbox", name="Why now")).to_have_value(WORDS)
    expect(desk.get_by_text(re.compile("From the call of")).first).to_be_visible()
    desk.get_by_role("button", name="Save and continue").click()
    complete(desk, "Contact and identity", lambda page: expect(page.get_by_role("textbox", name="Phone")).to_have_value("555 0142"))
    complete(desk, "Six-dimension assessment", rate_all)
    complete(
        desk, "Level of care and start", lambda page: expect(page.get_by_role("combobox", name="Program")).to_have_value(re.compile(r"\d+"))
    )
    desk.get_by_role("link", name="Check answers").click()
    desk.get_by_role("button", name="Admit Joon Kim to IOP Evening").click()

    expect(desk.get_by_role("region", name="Patient")).to_contain_text("IOP Evening, day 1")
    admission = Admission.objects.get()
    assert (admission.why_now, admission.days_waiting) == (WORDS, 0)
    assert SafetyFlag.objects.get().kind == "overdose"
    assert admission.episode.patient.referrals.get().closed_by == clinician


def answer_the_rest(page):
    """What the call told stands there already."""
    expect(page.get_by_role("group", name="Overdose in the last 12 months").get_by_role("radio", name="Yes")).to_be_checked()
    for name in ("suicide", "withdrawal", "medical", "violence"):
        choose(page.locator(f"input[name={name}][value=no]"))
