"""The main job on real admissions: found in detox, moved to residential, PHP and IOP evening, with everything history keeps."""

import re
from pathlib import Path

import pytest
from django.core.management import call_command
from playwright.sync_api import expect

from anchored.accounts.roles import Role
from patients.models import Patient, Program, Stay
from tests.browser.conftest import Hands
from tests.making import make_clinician, make_supervisor, make_user

SAMPLE = Path(__file__).parent.parent / "data" / "teds_a_2017_sample.csv"
WAY = ["Residential detox", "Residential", "PHP", "IOP Evening"]
FIND, MOVE = 3, 5  # the most interactions each may take


@pytest.fixture
def somebody(live_server):
    """A person of the imported sample who is in detox, with a name that nobody else has, in a house with room for all."""
    call_command("import_teds", str(SAMPLE), verbosity=0)
    Program.objects.filter(name="Residential").update(capacity=60)
    in_detox = Patient.objects.filter(episodes__stays__program__name="Residential detox").order_by("record_number")
    return next(patient for patient in in_detox if _is_the_only_one(patient))


def _is_the_only_one(patient):
    return Patient.objects.filter(given_name=patient.given_name, family_name=patient.family_name).count() == 1


def find(page, somebody):
    """By keyboard from any page: slash, the name, Enter."""
    hands = Hands(page)
    hands.press("/")
    expect(page.get_by_role("combobox", name="Find a patient")).to_be_focused()
    hands.type(f"{somebody.given_name} {somebody.family_name}")
    expect(page.get_by_role("option")).to_have_count(1)
    hands.press("Enter")
    page.wait_for_url(f"**{somebody.get_absolute_url()}")
    assert hands.used <= FIND


def move(page, somebody, to, reason):
    """From the chart, in its dialog."""
    hands = Hands(page)
    hands.click("link", "Move")
    dialog = page.get_by_role("dialog", name=f"Move {somebody}")
    expect(dialog).to_be_visible()
    choice = dialog.get_by_role("group", name="To").get_by_role("radio", name=re.compile(f"^{to} "))
    if not choice.is_checked():
        hands.used += 1
        choice.check()
    hands.choose("Basis", "Ready for next level")
    hands.fill("Reason", reason)
    hands.click("button", f"Move to {to}")
    expect(page.locator("#flash").get_by_text(f"{somebody} moved to {to}.")).to_be_visible()
    page.wait_for_load_state()
    assert hands.used <= MOVE


def now_in(somebody):
    return Stay.objects.get(episode__patient=somebody, ended_on=None).program.name


def test_a_person_of_the_sample_goes_from_detox_to_iop_evening(page, somebody, sign_in, sign_out):
    clinician = make_clinician(works_in=WAY)
    supervisor = make_supervisor(works_in=["IOP Evening", "Alumni"])
    front_desk = make_user(Role.FRONT_DESK, works_in=["IOP Evening", "Alumni"])
    chart = somebody.get_absolute_url()

    sign_in(page, clinician)
    expect(page.get_by_role("heading", name="Today", level=1)).to_be_visible()
    find(page, somebody)
    expect(page.get_by_role("region", name="Patient")).to_contain_text("Residential detox, day")

    move(page, somebody, "Residential", "No withdrawal signs for two days, sleeps and eats.")
    expect(page.get_by_role("region", name="Patient")).to_contain_text("Residential, day 1")
    move(page, somebody, "PHP", "Stable in the house, needs structure by day.")
    move(page, somebody, "IOP Evening", "Back at work by day, groups in the evening.")
    assert now_in(somebody) == "IOP Evening"

    undo_the_last(page, somebody)
    move(page, somebody, "IOP Evening", "Starts the new job after all, evenings then.")
    see_the_history(page, chart, clinician)
    be_refused_outside_the_table(page, somebody)

    sign_out(page)
    sign_in(page, supervisor)
    find(page, somebody)
    move(page, somebody, "Alumni", "Asked to go straight to alumni, family agrees.")
    page.goto(f"{chart}timeline/")
    expect(page.get_by_text("approved by a supervisor outside the table of moves")).to_be_visible()
    assert now_in(somebody) == "Alumni"

    sign_out(page)
    sign_in(page, front_desk)
    be_refused_as_front_desk(page, somebody, chart)


def undo_the_last(page, somebody):
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("#flash").get_by_text(f"Undone. {somebody} is in PHP again.")).to_be_visible()
    assert now_in(somebody) == "PHP"


def see_the_history(page, chart, clinician):
    page.goto(chart)
    page.get_by_role("navigation", name="Chart").get_by_role("link", name="Timeline").click()
    happened = page.get_by_role("region", name="What happened").get_by_role("listitem")
    expect(happened.locator(".line-title").filter(has_text=re.compile("^(Moved|Move undone|Admitted)"))).to_have_text(
        [
            "Moved to IOP Evening",
            "Move undone, back in PHP",
            "Moved to IOP Evening",
            "Moved to PHP",
            "Moved to Residential",
            "Admitted to Residential detox",
        ]
    )
    expect(happened.filter(has_text="Undone").filter(has_text="Back at work by day, groups in the evening")).to_have_count(1)
    expect(happened.filter(has_text="No withdrawal signs for two days")).to_contain_text(clinician.short_name)
    expect(page.get_by_role("table", name="Stays of the episode").get_by_role("rowheader")).to_have_text(
        ["Residential detox", "Residential", "PHP", "PHP", "IOP Evening"]
    )


def be_refused_outside_the_table(page, somebody):
    """From IOP the table knows no way to Alumni: it is not offered, and asking for it all the same is refused in words."""
    alumni = Program.objects.get(name="Alumni")
    page.get_by_role("link", name="Move", exact=True).click()
    choices = page.get_by_role("dialog").get_by_role("group", name="To").get_by_role("radio")
    expect(choices.first).to_be_visible()
    expect(page.get_by_role("radio", name=re.compile("^Alumni"))).to_have_count(0)
    choices.first.evaluate("(radio, value) => { radio.value = value; radio.click(); }", str(alumni.pk))
    page.get_by_role("combobox", name="Basis").select_option("Ready for next level")
    page.get_by_role("textbox", name="Reason").fill("Asked to go straight to alumni.")
    page.get_by_role("dialog").get_by_role("button", name=re.compile("^Move to")).click()
    expect(page.get_by_role("heading", name="There is a problem")).to_be_visible()
    expect(page.get_by_role("dialog").get_by_role("group", name="There is a problem")).to_contain_text("Choose one from the list")
    assert now_in(somebody) == "IOP Evening"
    page.keyboard.press("Escape")


def be_refused_as_front_desk(page, somebody, chart):
    """The front desk finds people and keeps their details; charts and moves are not theirs."""
    expect(page.get_by_role("navigation", name="Main").get_by_role("link")).to_have_text(["Patients", "Referrals"])
    for address in (chart, f"{chart}move/", f"{chart}timeline/", "/continuum/"):
        assert page.goto(address).status == 403
        expect(page.get_by_role("heading", name="No access", level=1)).to_be_visible()
    assert now_in(somebody) == "Alumni"


def test_a_full_program_is_named_with_its_places(page, somebody, enter):
    """The sample fills Residential; the dialog says so before, and again when it is chosen all the same."""
    Program.objects.filter(name="Residential").update(capacity=24)
    enter(make_clinician(works_in=WAY))
    page.goto(somebody.get_absolute_url())

    page.get_by_role("link", name="Move", exact=True).click()
    residential = page.get_by_role("radio", name=re.compile("^Residential .*full"))
    residential.check()
    page.get_by_role("combobox", name="Basis").select_option("Ready for next level")
    page.get_by_role("textbox", name="Reason").fill("No withdrawal signs for two days.")
    page.get_by_role("button", name="Move to Residential").click()

    summary = page.get_by_role("group", name="There is a problem")
    expect(summary).to_be_focused()
    expect(summary).to_contain_text("Residential is full (36 of 24). Choose another or the waitlist.")
    expect(page.get_by_role("textbox", name="Reason")).to_have_value("No withdrawal signs for two days.")
    assert now_in(somebody) == "Residential detox"
