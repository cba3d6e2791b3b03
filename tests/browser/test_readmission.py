"""Somebody who was here before calls again: what is known stands ready and says from when, and the chart shows both episodes."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone
from django.utils.formats import date_format
from playwright.sync_api import expect

from anchored.ground.dates import today
from patients.actions import assessments, episodes
from patients.models import Admission, DischargeReason, Patient, SubstanceUse
from tests.browser.admitting import answer_no, complete
from tests.browser.clinic import open_clinic
from tests.making import make_admitted, make_patient, open_stay, program

CAME, LEFT = timedelta(days=60), timedelta(days=20)  # ago
WORDS = "He drank again after the funeral and asked to come back."
HEROIN, ALCOHOL, INJECTION, MEDICAID, COURT = "5", "2", "4", "4", "7"


@pytest.fixture
def clinic(live_server):
    return open_clinic()


@pytest.fixture
def luis(clinic):
    """Was here for forty days, was rated, and left three weeks ago."""
    with time_machine.travel(timezone.now() - CAME):
        luis = make_patient(by=clinic.clinician, given_name="Luis", family_name="Ortega", phone="555 0142", city="Salem")
    heroin = {"substance": HEROIN, "route": INJECTION, "first_use_age": 19}
    known = {"payment_source": MEDICAID, "referral_source": COURT, "substances": [heroin]}
    make_admitted(clinic.clinician, to="IOP Evening", patient=luis, on=today() - CAME, **known)
    rated = {f"rating_{number}": "2" for number in range(1, 7)}
    assessments.assess(open_stay(luis), by=clinic.clinician, made_on=today() - LEFT, occasion="continued", **rated)
    reason = DischargeReason.objects.filter(offered=True).first()
    episodes.discharge(open_stay(luis), on=today() - LEFT, reason=reason, note="Moves in with his brother.", by=clinic.clinician)
    return luis


def take_the_call(page):
    page.goto("/referrals/new/")
    page.get_by_role("combobox", name="Who is calling").select_option("Spouse")
    page.get_by_role("textbox", name="Given name").fill("Luis")
    page.get_by_role("textbox", name="Family name").fill("Ortega")
    page.get_by_role("textbox", name="Date of birth").fill("4 Mar 1991")
    page.get_by_role("textbox", name="Phone", exact=True).fill("555 0199")
    page.get_by_role("textbox", name="Why now").fill(WORDS)
    page.get_by_role("combobox", name="Main substance").select_option("Alcohol")
    page.get_by_role("combobox", name="Program wanted").select_option("IOP Evening")
    page.get_by_role("button", name="Keep the call").last.click()


def expect_ready(field, value, source):
    """The field holds what is known already, and its hint says from when."""
    expect(field).to_have_value(value)
    expect(field).to_have_accessible_description(re.compile(f"^{re.escape(source)}"))


def test_the_second_time_nothing_known_is_asked_again_and_each_answer_says_from_when(page, clinic, luis, enter):
    from_the_call = f"From the call of {date_format(today())}."
    from_last_time = f"From the admission of {date_format(today() - CAME)}."
    enter(clinic.front_desk)
    take_the_call(page)
    same = page.get_by_role("group", name="Is this the same person?")
    same.get_by_role("button", name=f"Yes, use record no. {luis.record_number}").click()
    expect(page.get_by_role("heading", name="Referral of Luis Ortega", level=1)).to_be_visible()

    enter(clinic.clinician)
    page.goto("/referrals/")
    page.get_by_role("link", name="ORTEGA, Luis").click()
    page.get_by_role("link", name="Start admission").click()
    page.get_by_role("button", name="Start admission").click()
    complete(page, "Safety questions", answer_no)

    def identity(page):
        expect_ready(page.get_by_role("textbox", name="Phone"), "555 0199", "From the record.")
        expect_ready(page.get_by_role("textbox", name="City"), "Salem", "From the record.")

    def reason(page):
        expect_ready(page.get_by_role("textbox", name="Why now"), WORDS, from_the_call)
        expect_ready(page.get_by_role("combobox", name="Referred by"), COURT, from_last_time)

    def funding(page):
        expect_ready(page.get_by_role("combobox", name="Who pays"), MEDICAID, from_last_time)

    def substances(page):
        first, second = (page.get_by_role("group", name=f"{rank} substance") for rank in ("Primary", "Secondary"))
        expect_ready(first.get_by_role("combobox", name="Substance"), ALCOHOL, from_the_call)
        expect(first.get_by_role("combobox", name="Route")).to_have_value("")
        expect_ready(second.get_by_role("combobox", name="Substance"), HEROIN, from_last_time)
        expect_ready(second.get_by_role("combobox", name="Route"), INJECTION, from_last_time)

    def dimensions(page):
        expect_ready(page.locator("#id_rating_1"), "2", f"Rated {date_format(today() - LEFT)} by S. Lindqvist.")
        page.locator("#id_rating_1").select_option("3")

    def level(page):
        expect_ready(page.get_by_role("combobox", name="Program"), str(program("IOP Evening").pk), from_the_call)

    complete(page, "Contact and identity", identity)
    complete(page, "Why now and referral", reason)
    complete(page, "Funding", funding)
    complete(page, "Substances and treatment history", substances)
    complete(page, "Six-dimension assessment", dimensions)
    complete(page, "Level of care and start", level)
    page.get_by_role("link", name="Check answers").click()
    page.get_by_role("button", name="Admit Luis Ortega to IOP Evening").click()

    see_both_episodes(page)
    again = Admission.objects.get(episode__patient=luis, episode__ended_on=None)
    assert (again.why_now, again.payment_source, again.referral_source) == (WORDS, MEDICAID, COURT)
    assert list(SubstanceUse.objects.filter(admission=again).values_list("substance", "route")) == [(ALCOHOL, ""), (HEROIN, INJECTION)]
    assert luis.referrals.get().closed_at is not None
    assert Patient.objects.filter(family_name="Ortega").count() == 1


def see_both_episodes(page):
    expect(page.get_by_role("region", name="Patient")).to_contain_text("IOP Evening, day 1")
    first, second = (f"{date_format(today() - CAME)} to {date_format(today() - LEFT)}", f"{date_format(today())} to now")
    expect(page.get_by_role("region", name="Earlier episodes").get_by_role("link")).to_have_text([first])
    page.get_by_role("navigation", name="Chart").get_by_role("link", name="Timeline").click()
    both = page.get_by_role("region", name="Episodes", exact=True).get_by_role("link")
    expect(both).to_have_text([second, first])
    both.last.click()
    expect(page.get_by_text(f"Episode of {first}.")).to_be_visible()
    expect(page.get_by_role("region", name="What happened")).to_contain_text("Moves in with his brother")
