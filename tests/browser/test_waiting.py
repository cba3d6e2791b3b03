"""From the waitlist to a place: the program is full, somebody leaves, and whose turn it is comes in."""

import re

import pytest
from playwright.sync_api import expect

from patients.models import Offer, Program, Stay, WaitlistEntry
from tests.browser.admitting import answer_no, complete, option, rate_all
from tests.browser.clinic import open_clinic
from tests.making import program

WAITLIST = "/continuum/waitlist/"


@pytest.fixture
def clinic(live_server):
    """IOP Evening is full: Rosa and Thea are there, a place is held for Noor. Ida waits too."""
    clinic = open_clinic()
    Program.objects.filter(name="IOP Evening").update(capacity=3)
    return clinic


def line_of(page, name):
    return page.get_by_role("region", name="IOP Evening").get_by_role("listitem").filter(has_text=name)


def join_the_waitlist(page, patient):
    page.goto(patient.get_absolute_url())
    page.get_by_text("More", exact=True).click()
    page.get_by_role("link", name="Add to a waitlist").click()
    page.get_by_role("combobox", name="Program").select_option(option(page, "IOP Evening"))
    page.get_by_role("combobox", name="Priority").select_option("Pregnant")
    page.get_by_role("button", name="Add to the waitlist").click()
    expect(page.locator("#flash").get_by_text(f"{patient} waits for IOP Evening.")).to_be_visible()


def offer_a_place(page, patient):
    page.goto(WAITLIST)
    page.get_by_role("link", name=f"Offer {patient} a place").click()
    page.get_by_role("button", name="Offer a place").click()


def discharge(page, patient):
    page.goto(f"{patient.get_absolute_url()}discharge/")
    page.get_by_role("combobox", name="Reason").select_option(index=1)
    page.get_by_role("button", name=f"Discharge {patient}").click()
    expect(page.locator("#flash").get_by_text(f"{patient} is discharged from IOP Evening.")).to_be_visible()


def admit(page, patient):
    page.get_by_role("link", name=f"Admit {patient}").click()
    expect(page.get_by_role("combobox", name="Program")).to_have_value(str(program("IOP Evening").pk))
    page.get_by_role("button", name="Start admission").click()
    complete(page, "Safety questions", answer_no)
    complete(page, "Contact and identity", lambda page: None)
    complete(page, "Six-dimension assessment", rate_all)
    complete(page, "Level of care and start", program_stands_ready)
    page.get_by_role("link", name="Check answers").click()
    page.get_by_role("button", name=f"Admit {patient} to IOP Evening").click()
    expect(page.get_by_role("region", name="Patient")).to_contain_text("IOP Evening, day 1")


def program_stands_ready(page):
    expect(page.get_by_role("combobox", name="Program")).to_have_value(str(program("IOP Evening").pk))


def test_who_is_next_gets_the_place_that_somebody_leaves(page, clinic, enter):
    amir, thea = clinic.amir, clinic.thea
    enter(clinic.supervisor)
    join_the_waitlist(page, amir)
    enter(clinic.clinician)
    page.goto(WAITLIST)
    shown = page.get_by_role("region", name="IOP Evening")
    expect(shown).to_contain_text("2 of 3, 1 held, full")
    expect(shown.locator(".line-title")).to_have_text(["AZIZ, Noor", "HADDAD, Amir", "BERG, Ida"])
    expect(shown.get_by_text("Next", exact=True)).to_have_count(0)
    offer_a_place(page, amir)
    expect(page.get_by_role("group", name="There is a problem")).to_contain_text("IOP Evening is full (3 of 3).")

    discharge(page, thea)
    page.goto("/today/")
    expect(page.get_by_role("link", name=re.compile("Offer a place Amir Haddad"))).to_be_visible()
    page.goto(WAITLIST)
    expect(shown).to_contain_text("1 of 3, 1 held, 1 place free")
    expect(line_of(page, "HADDAD").get_by_text("Next", exact=True)).to_be_visible()
    expect(line_of(page, "BERG").get_by_text("Next", exact=True)).to_have_count(0)
    offer_a_place(page, amir)
    expect(line_of(page, "HADDAD")).to_contain_text(re.compile("Place offered held until"))
    expect(shown).to_contain_text("1 of 3, 2 held, full")
    page.get_by_role("link", name="Offer Ida Berg a place").click()
    page.get_by_role("button", name="Offer a place").click()
    expect(page.get_by_role("group", name="There is a problem")).to_contain_text("IOP Evening is full (3 of 3).")

    page.goto(WAITLIST)
    admit(page, amir)

    page.goto(WAITLIST)
    expect(shown.locator(".line-title")).to_have_text(["AZIZ, Noor", "BERG, Ida"])
    expect(shown).to_contain_text("2 of 3, 1 held, full")
    assert WaitlistEntry.objects.get(patient=amir).outcome == "admitted"
    assert Offer.objects.get(entry__patient=amir).outcome == "taken"
    assert Stay.objects.get(episode__patient=amir).program == program("IOP Evening")
