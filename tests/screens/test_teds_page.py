"""What TEDS lacks: by name for whoever may open the chart, as a number else; and the files for the state."""

import csv
import io
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from anchored.accounts.roles import Role
from anchored.audit.models import TrailEntry
from anchored.exchange import teds_views as views
from anchored.exchange.teds import discharging
from anchored.ground.dates import today
from patients.actions import episodes
from patients.models import Admission, DischargeReason
from tests.leaving import make_summary
from tests.making import basis, make_admitted, make_patient, make_supervisor, make_user, open_stay, program

from .visiting import cost, cut_at, get, seen, signed_in

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
USE = [{"substance": "2", "route": "1", "frequency": "5", "first_use_age": 20}]
WHOLE = {
    "education": "12",
    "employment": "1",
    "living_arrangement": "3",
    "referral_source": "1",
    "prior_episodes": "0",
    "medication_opioid_therapy": "2",
}
PERSON = {"sex": "2", "race": "5", "ethnicity": "5", "veteran": "2"}


@pytest.fixture
def supervisor():
    return make_supervisor(works_in=["IOP Day"])


def admitted(by, name="Alvarez", on=None, to="IOP Day", substances=USE, person=PERSON, **items):
    patient = make_patient(by, family_name=name, **person)
    return make_admitted(by, to=to, patient=patient, on=on or today(), substances=substances, **{**WHOLE, **items})


def file(kind, year):
    answer = signed_in(make_user(Role.PRIVACY_OFFICER)).get(f"/reports/teds/file/?rows={kind}&year={year}")
    return list(csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode())))


def test_a_whole_record_lacks_nothing(supervisor):
    admitted(supervisor)

    assert "Every record of this year has what TEDS asks for" in get(signed_in(supervisor), "/reports/teds/").text


def test_each_gap_leads_to_its_page(supervisor):
    patient = admitted(
        supervisor, person={**PERSON, "race": ""}, referral_source="", substances=[{"substance": "2", "route": "", "frequency": "5"}]
    )

    page = get(signed_in(supervisor), "/reports/teds/")

    assert page.leads_to("race") == f"/patients/{patient.pk}/details/"
    assert page.leads_to("referral source") == f"/patients/{patient.pk}/"
    assert page.leads_to("route or frequency of the primary substance") == f"/patients/{patient.pk}/"
    assert seen("list.shown", screen="teds") == [patient.pk]


def test_others_are_a_number(supervisor):
    admitted(make_supervisor(), name="Borel", to="PHP", referral_source="")

    page = get(signed_in(supervisor), "/reports/teds/")
    officer = get(signed_in(make_user(Role.PRIVACY_OFFICER)), "/reports/teds/")

    for each in (page, officer):
        assert "1 more record lacks something. It is of people whose charts you may not open." in each.text
        assert "Borel" not in each.text.title()


def test_a_discharge_lacks_its_signed_summary(supervisor):
    patient = admitted(supervisor, on=today() - 9 * DAY)
    episodes.discharge(open_stay(patient), on=today(), reason=DischargeReason.objects.first(), by=supervisor)
    address = f"/reports/teds/?rows=discharges&year={today().year}"

    page = get(signed_in(supervisor), address)

    assert page.leads_to("last contact: the discharge summary is not signed") == f"/patients/{patient.pk}/discharge-summary/"


def test_the_list_is_paged_in_the_database(supervisor, monkeypatch):
    monkeypatch.setattr(views, "ROWS", 3)
    desk = signed_in(supervisor)
    admitted(supervisor, referral_source="")
    few = cost(desk, "/reports/teds/")
    for _ in range(4):
        admitted(supervisor, referral_source="")

    assert cost(desk, "/reports/teds/") == few <= 12
    with CaptureQueriesContext(connection) as said:
        desk.get("/reports/teds/")
    assert cut_at(3, said)


def test_only_who_answers_for_it_takes_out_the_file(supervisor):
    desk = signed_in(supervisor)

    assert desk.get("/reports/teds/file/").status_code == 403
    assert "The privacy officer takes it out" in get(desk, "/reports/teds/").text


def test_admissions_go_out_as_by_the_command_and_the_trail_counts_them(supervisor):
    admitted(supervisor, on=date(2026, 5, 1))

    [row] = file("admissions", 2026)

    assert (row["ADMYR"], row["SUB1"], row["SUB2"], row["PSOURCE"]) == ("2026", "2", "-9", "1")
    assert Admission.objects.count() == 1
    entry = TrailEntry.objects.get(event="teds.exported")
    assert entry.facts == {"count": 1, "format": "csv", "year": 2026, "rows_of": "admissions"}


def test_each_exit_from_a_setting_is_a_row_in_submission_codes(supervisor, settings):
    settings.STATE_FIPS, settings.TEDS_PROVIDER = 25, "MA0017"
    by = make_supervisor(works_in=["PHP", "IOP Day", "Outpatient"])
    with time_machine.travel(datetime(2026, 6, 30, 18, tzinfo=UTC)):
        patient = admitted(by, to="PHP", on=date(2026, 3, 1))
        for name, on in (("IOP Day", date(2026, 3, 20)), ("Outpatient", date(2026, 5, 4))):
            why = {"basis": basis(), "reason": "Ready for the next level.", "by": by, "ratings": ["1"] * 6}
            episodes.move(open_stay(patient), to=program(name), on=on, **why)
        reason = DischargeReason.objects.get(teds_code="3")
        episodes.discharge(open_stay(patient), on=date(2026, 6, 30), reason=reason, by=by)

    moved, left = file("discharges", 2026)

    assert list(left) == list(discharging.COLUMNS)
    same = {"system_transaction_type": "A", "state_code": "MA", "provider_id": "MA0017", "client_id": str(patient.record_number)}
    same |= {"codependent": "2", "client_transaction_type": "D", "substance_primary": "2", "substance_secondary": "97", "education": "12"}
    same |= dict.fromkeys(("frequency_primary", "employment", "living_arrangement", "arrests_30d", "self_help_30d"), "98")
    for row in (moved, left):
        assert {column: row[column] for column in same} == same
    days = ("admission_date", "discharge_date", "reporting_date", "service_setting", "discharge_reason", "admission_service_setting")
    assert [moved[column] for column in days] == ["03012026", "05042026", "052026", "6", "4", "6"], "PHP and IOP are one setting"
    assert [left[column] for column in days] == ["05042026", "06302026", "062026", "7", "3", "7"]
    assert file("discharges", 2025) == []


def test_the_last_contact_is_that_of_the_signed_summary(supervisor):
    left = make_admitted(supervisor, to="IOP Day", on=today() - 9 * DAY)
    summary = make_summary(left, by=supervisor)

    rows = file("discharges", today().year)

    assert [row["last_contact_date"] for row in rows] == [f"{summary.last_contact_on:%m%d%Y}"]
    assert "Nothing is missing" in get(signed_in(supervisor), "/reports/teds/?rows=discharges").text
