"""The chart on a sheet of paper."""

import pytest

from anchored.accounts.roles import Role
from anchored.audit.models import TrailEntry
from patients.actions import contacts, flags
from tests.making import make_admitted, make_clinician, make_patient

from .visiting import SHUT, chart_url, cost, doors, get, signed_in, silence

pytestmark = pytest.mark.django_db


@pytest.fixture
def clinician():
    return make_clinician(given_name="Sara", family_name="Lindqvist")


@pytest.fixture
def patient(clinician):
    person = make_patient(clinician, family_name="Alvarez", allergies="Penicillin", phone="555 0100")
    return make_admitted(clinician, patient=person, why_now="The job is at stake.", substances=[{"substance": "2"}])


@pytest.fixture
def desk(clinician):
    return signed_in(clinician)


def test_it_holds_what_somebody_must_know_without_this_screen(patient, clinician, desk):
    flags.raise_flag(patient, kind="overdose", note="Carries naloxone.", by=clinician)
    contacts.add(patient, by=clinician, name="Elena Lopez", relationship="sibling", phone="555 0177", is_emergency=True)

    page = get(desk, chart_url("summary", patient))

    for words in (
        "ALVAREZ, Rosa", "Overdose risk", "Carries naloxone.", "Penicillin", "Residential detox, day 11", "Sara Lindqvist, LCSW",
        "The job is at stake.", "Alcohol", "Elena Lopez, sibling", "555 0177", "Printed by S. Lindqvist", "42 CFR Part 2",
    ):  # fmt: skip
        assert words in page.text, words
    assert page.title == f"Summary, No. {patient.record_number} - Anchored"


def test_that_it_was_made_is_recorded(patient, clinician, desk, monkeypatch):
    get(desk, chart_url("summary", patient))

    assert TrailEntry.objects.get(event="summary.made").patient_id == patient.pk
    silence(monkeypatch)
    assert get(desk, chart_url("summary", patient)).status == 503


def test_of_somebody_not_admitted_it_says_so(clinician, desk):
    page = get(desk, chart_url("summary", make_patient(by=clinician)))

    assert "Not admitted" in page.text
    assert "Not rated yet." in page.text


def test_the_doors(patient):
    assert doors(chart_url("summary", patient), weaker=Role.FRONT_DESK) == SHUT


def test_it_costs_the_same_however_much_there_is(patient, clinician, desk):
    one = cost(desk, chart_url("summary", patient))
    for number in range(12):
        contacts.add(patient, by=clinician, name=f"Friend {number}", relationship="friend", is_emergency=True)

    assert one == cost(desk, chart_url("summary", patient)) == 12
