"""Services for billing: units, what stands in the way in words, who sees them, and the file that leaves."""

import csv
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.formats import date_format

from anchored.accounts.roles import Role
from anchored.audit.models import TrailEntry
from anchored.exchange import billing
from anchored.ground.dates import today
from anchored.ui import exports
from groups.actions import amendments
from patients.actions import privacy
from patients.models import ServiceKind
from tests.grouping import enrolled, make_amendment, make_group, make_session
from tests.making import make_admitted, make_clinician, make_supervisor, make_user, open_stay, program
from tests.noting import make_note
from tests.planning import make_plan, sign
from treatment_plans.models import CosignRule

from .screens.visiting import cost, get, seen, signed_in

pytestmark = pytest.mark.django_db
MONTH = today().replace(day=1)
AGO = timedelta(minutes=70)


@pytest.fixture
def supervisor():
    return make_supervisor(works_in=["IOP Day"])


@pytest.fixture
def patient(supervisor):
    return make_admitted(supervisor, to="IOP Day")


@pytest.fixture
def coded():
    ServiceKind.objects.update(billing_code="H0015", unit_minutes=15, rounding="down")


def month_of(user, **how):
    """Of the month in which a service of a moment ago began."""
    return list(billing.services(user, MONTH, **how))


@pytest.mark.parametrize(
    ("minutes", "units"),
    [(7, (0, 0, 1)), (8, (0, 1, 1)), (15, (1, 1, 1)), (22, (1, 1, 2)), (23, (1, 2, 2)), (50, (3, 3, 4))],
)
def test_units_are_counted_by_the_rule_of_the_kind_in_words_and_in_the_database(supervisor, patient, minutes, units):
    make_note(patient, by=supervisor, ago=AGO, minutes=str(minutes))
    for rule, expected in zip(("down", "half", "up"), units, strict=True):
        ServiceKind.objects.update(unit_minutes=15, rounding=rule)
        (service,) = month_of(supervisor)
        assert (service.units, service.kind.units_of(minutes)) == (expected, expected)
    ServiceKind.objects.update(unit_minutes=None)
    assert [service.units for service in month_of(supervisor)] == [1]


def test_what_stands_in_the_way_is_said_in_words(supervisor, patient):
    ServiceKind.objects.update(billing_code="", unit_minutes=60)
    make_note(patient, by=supervisor, ago=AGO)
    (service,) = month_of(supervisor)
    assert billing.why_not(service) == ["No billing code", "Less than one unit", f"No plan in force on {date_format(today())}"]
    assert (month_of(supervisor, ready=True), month_of(supervisor, ready=False)) == ([], [service])


def test_a_service_is_ready_with_code_plan_signature_and_credential(supervisor, patient, coded):
    sign(make_plan(patient, by=supervisor), by=supervisor)
    make_note(patient, by=supervisor, ago=AGO)

    (service,) = month_of(supervisor, ready=True)

    assert billing.why_not(service) == []
    assert (service.units, service.plan_number, billing.credential(service)) == (3, 1, "LCSW")
    assert month_of(supervisor, ready=False) == []


def test_a_note_that_waits_for_a_cosignature_is_not_ready(supervisor, patient, coded):
    CosignRule.objects.create(credential=supervisor.credential)
    sign(make_plan(patient, by=supervisor), by=supervisor)
    make_note(patient, by=supervisor, ago=AGO)
    assert [billing.why_not(service) for service in month_of(supervisor, ready=False)] == [["Waits for a cosignature"]]


def test_a_signature_without_a_credential_is_not_ready(patient, supervisor, coded):
    sign(make_plan(patient, by=supervisor), by=supervisor)
    make_note(patient, by=make_clinician(works_in=["IOP Day"], credential=""), ago=AGO)
    assert [billing.why_not(service) for service in month_of(supervisor, ready=False)] == [["Signed without a credential"]]


def test_after_a_correction_of_attendance_the_service_that_stands_has_its_note(supervisor, patient, coded):
    sign(make_plan(patient, by=supervisor), by=supervisor)
    group = make_group(supervisor)
    enrolled(patient, group, by=supervisor)
    asked = make_amendment(make_session(group), open_stay(patient).episode, by=supervisor)
    amendments.agree(asked, by=make_supervisor(works_in=["IOP Day"]))

    (service,) = month_of(supervisor)

    assert (service.minutes, billing.why_not(service)) == (150, [])


def test_the_list_is_narrowed_to_a_program_and_a_month(supervisor, patient):
    make_note(patient, by=supervisor, ago=AGO)
    assert len(month_of(supervisor, program=program("IOP Day").pk)) == 1
    assert month_of(supervisor, program=program("PHP").pk) == []
    assert list(billing.services(supervisor, billing.following(MONTH))) == []


def test_whom_one_may_not_see_is_in_no_row_and_no_count(supervisor, patient):
    make_note(patient, by=supervisor, ago=AGO)
    privacy.restrict(patient, by=make_user(Role.PRIVACY_OFFICER), named=[make_clinician(works_in=["IOP Day"])])
    for stranger in (supervisor, make_supervisor(works_in=["PHP"])):
        shown = get(signed_in(stranger), "/billing/")
        assert "0 services" in shown.text
        assert len(read(signed_in(stranger))) == 1


def read(client, address="/billing/services.csv"):
    answer = client.get(address)
    assert answer.status_code == 200
    return list(csv.reader(b"".join(answer.streaming_content).decode().splitlines()))


def test_the_page_has_numbers_and_no_names(supervisor, patient):
    make_note(patient, by=supervisor, ago=AGO)
    shown = get(signed_in(supervisor), "/billing/?program=nine&show=x&month=2026-99")
    assert [get(signed_in(supervisor), f"/billing/?month={month}").status for month in ("9999-12", "0001-01", "x")] == [200] * 3
    assert str(patient.record_number) in shown.text
    assert patient.family_name not in shown.text
    assert "No plan in force on" in shown.text
    assert seen("list.shown", screen="billing")[:1] == [patient.pk]
    assert "Services for billing" in get(signed_in(supervisor), "/groups/").text


def test_the_file_has_the_rows_and_the_trail_has_who_what_and_how_many(supervisor, patient):
    make_note(patient, by=supervisor, ago=AGO)
    header, row = read(signed_in(supervisor), f"/billing/services.csv?show=not&month={today():%Y-%m}")
    assert (header[1], row[1]) == ("Record number", str(patient.record_number))
    told = TrailEntry.objects.get(event="billing.exported")
    assert (told.actor_id, told.facts) == (
        supervisor.pk,
        {"count": 1, "format": "csv", "month": f"{today():%Y-%m}", "program": "", "show": "not"},
    )
    assert seen("list.shown", screen="billing.exported") == [patient.pk]


def test_formulas_are_texts_in_the_file(supervisor, patient):
    ServiceKind.objects.update(billing_code="=1+1")
    make_note(patient, by=supervisor, ago=AGO)
    assert read(signed_in(supervisor))[1][3] == "'=1+1"
    assert [exports.safe(cell) for cell in ("-1", "+a", "@b", "\tc", "H0015", 12)] == ["'-1", "'+a", "'@b", "'\tc", "H0015", 12]


def test_how_many_services_there_are_costs_no_statement_more(supervisor, patient):
    client = signed_in(supervisor)
    make_note(patient, by=supervisor, ago=AGO)
    before = cost(client, "/billing/")
    for number in range(2, 5):
        make_note(make_admitted(supervisor, to="IOP Day"), by=supervisor, ago=AGO + timedelta(minutes=number))
    assert cost(client, "/billing/") == before == 7

    with CaptureQueriesContext(connection) as said:
        assert len(list(billing.stream(billing.services(supervisor, today().replace(day=1))))) == 4
    assert len(said) == 1
