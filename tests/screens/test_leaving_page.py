"""Leaving on screen: the continuing-care plan and the discharge summary, kept as drafts, signed, added to, printed."""

from datetime import timedelta

import pytest
from django.urls import reverse

from anchored.accounts.roles import Role
from anchored.ground.dates import today
from patients.actions import episodes
from patients.models import DischargeReason
from tests.leaving import make_continuing_care, make_summary
from tests.making import PASSWORD, make_admitted, make_clinician, make_patient, make_supervisor, make_user, open_stay
from tests.noting import make_note
from tests.preventing import make_prevention
from treatment_plans.models import ContinuingCare, DischargeSummary

from .visiting import chart_url, cost, follow, get, send, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def clinician():
    return make_clinician(given_name="Sara", family_name="Lindqvist", works_in=["IOP Day"])


@pytest.fixture
def desk(clinician):
    return signed_in(clinician)


@pytest.fixture
def patient(clinician):
    return make_admitted(clinician, to="IOP Day", patient=make_patient(clinician, family_name="Alvarez"))


@pytest.fixture
def gone(patient, clinician):
    episodes.discharge(open_stay(patient), on=today(), reason=DischargeReason.objects.first(), by=clinician)
    return patient


CARE = {
    "act": "save",
    "what_1": "Outpatient group",
    "on_1": "3 Dec 2026",
    "at_1": "17:30",
    "way_back": "Call us.",
    "crisis": "988",
    "part": "agrees",
    "signer_name": "Rosa Alvarez",
}
WORDS = {"course": "She came for her evenings.", "condition": "Steady.", "last_contact_on": "today", "recommendations": "Outpatient."}


def summary_filled(desk, url, **also):
    drawn = get(desk, url).form("course")["drawn"]
    return {**WORDS, "last_contact_on": today().isoformat(), "drawn": drawn, **also}


class TestContinuingCare:
    def test_begun_kept_and_signed(self, desk, patient, clinician):
        make_prevention(patient, by=clinician)
        url = chart_url("continuing_care", patient)
        assert "No continuing-care plan yet" in get(desk, url).text
        assert "I walk to the river" in follow(desk, url, {"act": "begin"}).text

        assert "The draft is saved." in follow(desk, url, CARE).text
        assert get(desk, url).form("what_1")["on_1"] == "03 Dec 2026"
        signed = follow(desk, url, {**CARE, "act": "sign"})

        assert "Outpatient group, 03 Dec 2026 17:30" in signed.text
        assert "Made it with us and agrees" in signed.text
        assert ContinuingCare.objects.get().is_sealed

    def test_what_is_missing_is_said_and_what_was_typed_is_kept(self, desk, patient):
        url = chart_url("continuing_care", patient)
        follow(desk, url, {"act": "begin"})

        refused = send(desk, url, {**CARE, "act": "sign", "part": "unable", "signer_name": ""})

        assert refused.mistakes == ["Write the patient's words, or why they took no part"]
        kept = ContinuingCare.objects.get()
        assert (kept.is_sealed, kept.part, kept.appointments[0]["what"]) == (False, "unable", "Outpatient group")

    def test_two_people_at_once_lose_nothing(self, desk, patient, clinician):
        url = chart_url("continuing_care", patient)
        follow(desk, url, {"act": "begin"})
        shown = {f"initial-{name}": "" for name in ("supports", "what_1", "what_2")}
        colleague = signed_in(make_supervisor(works_in=["IOP Day"], supervises=[clinician]))
        follow(colleague, url, {**shown, "act": "save", "supports": "Her sister.", "what_1": "Dentist"})

        clash = send(desk, url, {**shown, "act": "save", "supports": "Her brother.", "what_2": "Group"})

        assert clash.status == 409
        assert any("Her sister." in mistake for mistake in clash.mistakes)
        follow(desk, url, {**shown, "act": "save", "supports": "Her sister.", "what_2": "Group"})
        kept = ContinuingCare.objects.get()
        assert [each["what"] for each in kept.appointments][:2] == ["Dentist", "Group"]

    def test_signed_it_is_changed_by_writing_it_anew(self, desk, patient, clinician):
        make_continuing_care(patient, by=clinician)
        url = chart_url("continuing_care", patient)
        assert "signed meanwhile" in follow(desk, url, CARE).text
        assert follow(desk, url, {"act": "begin"}).form("what_1")["what_1"] == "Outpatient group"
        assert ContinuingCare.objects.count() == 2


class TestDischargeSummary:
    def test_from_today_to_the_signature(self, desk, gone, clinician):
        page = get(desk, "/today/")
        assert "Discharge summary Rosa Alvarez" in page.part("h-tasks")
        url = chart_url("discharge_summary", gone)
        follow(desk, url, {"act": "begin"})

        signed = follow(desk, url, summary_filled(desk, url, act="sign"))

        assert "She came for her evenings." in signed.text
        assert DischargeSummary.objects.get().is_sealed
        assert "Discharge summary" not in get(desk, "/today/").part("h-tasks")

    def test_the_chart_says_that_it_is_missing(self, desk, gone, clinician):
        assert "Discharge summary not signed yet" in get(desk, chart_url("chart", gone)).text
        make_summary(gone, by=clinician)
        assert "not signed yet" not in get(desk, chart_url("chart", gone)).text

    def test_what_came_since_is_read_before_it_is_signed(self, desk, gone, clinician):
        url = chart_url("discharge_summary", gone)
        follow(desk, url, {"act": "begin"})
        filled = summary_filled(desk, url, act="sign")
        make_note(gone, by=clinician, ago=timedelta(days=2))

        refused = send(desk, url, filled)

        assert "The record changed since you read it" in refused.text
        assert "Individual therapy: 1, 0 h 50 min" in refused.text
        assert DischargeSummary.objects.get().course == "She came for her evenings."

    def test_in_care_it_is_kept_and_not_signed(self, desk, patient):
        url = chart_url("discharge_summary", patient)
        begun = follow(desk, url, {"act": "begin"})
        assert "It is signed after the discharge." in begun.text
        assert "has not ended" in send(desk, url, summary_filled(desk, url, act="sign")).text

    def test_the_password_after_a_quarter_of_an_hour(self, desk, gone):
        url = chart_url("discharge_summary", gone)
        follow(desk, url, {"act": "begin"})
        session = desk.session
        session["began"] -= 16 * 60
        session.save()
        assert "The password is not right" in send(desk, url, summary_filled(desk, url, act="sign", password="guess")).text
        follow(desk, url, summary_filled(desk, url, act="sign", password=PASSWORD))
        assert DischargeSummary.objects.get().is_sealed

    def test_added_to_and_printed(self, desk, gone, clinician):
        summary = make_summary(gone, by=clinician)
        page = follow(desk, reverse("add_to_summary", args=[summary.pk]), {"text": "The court wrote."})
        assert "The court wrote." in page.text
        assert desk.get(reverse("summary_pdf", args=[summary.pk])).content.startswith(b"%PDF")

    def test_it_costs_the_same_however_much_there_is(self, desk, patient, clinician):
        url = chart_url("discharge_summary", patient)
        before = cost(desk, url)
        for hours in (2, 5, 9):
            make_note(patient, by=clinician, ago=timedelta(hours=hours))
        assert cost(desk, url) == before <= 40


def test_a_continuing_care_plan_is_printed_as_it_was_written(desk, patient, clinician):
    plan = make_continuing_care(patient, by=clinician, supports='#let x = $1$ * and #image("x")')
    assert desk.get(reverse("continuing_care_pdf", args=[plan.pk])).content.startswith(b"%PDF")


@pytest.mark.parametrize("name", ["continuing_care", "discharge_summary"])
def test_who_does_not_write_plans_reads(name, patient):
    nurse = signed_in(make_user(Role.PRESCRIBER, works_in=["IOP Day"]))
    page = get(nurse, chart_url(name, patient))
    assert "Begin the" not in page.text
    assert nurse.post(chart_url(name, patient), {"act": "begin"}).status_code == 403
