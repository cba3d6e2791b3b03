"""The list of patients: who stands on it for whom, filters, order, pages, and what it costs."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from anchored.accounts.roles import Role
from anchored.ground.dates import today
from patients.actions import episodes, flags, privacy, team
from patients.models import CareTeamMember, DischargeReason, Phase
from patients.views import find
from tests.making import basis, make_admitted, make_clinician, make_patient, make_supervisor, make_user, open_stay, program

from .visiting import HTMX, chart_url, cost, cut_at, get, seen, signed_in, silence

pytestmark = pytest.mark.django_db

LIST = "/patients/"
DAY = timedelta(days=1)


@pytest.fixture
def clinician():
    return make_clinician(given_name="Sara", family_name="Lindqvist", works_in=["Residential detox", "IOP Evening"])


@pytest.fixture
def desk(clinician):
    return signed_in(clinician)


def admitted(by, name, **how):
    return make_admitted(by, patient=make_patient(by, family_name=name), **how)


def names(client, address=LIST, **how):
    """The family names on the list, in order."""
    page = get(client, address, **how)
    assert page.status == 200
    return [label.split(",")[0].title() for label, href in page.links if href.startswith("/patients/") and ", " in label]


def test_a_row_says_where_since_when_and_with_whom(clinician, desk):
    patient = admitted(clinician, "Alvarez", on=today() - 9 * DAY, to="IOP Evening")
    flags.raise_flag(patient, kind="overdose", by=clinician)
    flags.raise_flag(patient, kind="medical", by=clinician)

    page = get(desk, LIST)

    due = (today() - 9 * DAY + 30 * DAY).strftime("%d %b")
    assert f"ALVAREZ, Rosa {patient.record_number} IOP Evening 10 S. Lindqvist 0 of 9 h Medical alert +1 {due}" in page.text
    assert page.leads_to("ALVAREZ, Rosa") == chart_url("chart", patient)
    assert page.title == "Patients - Anchored"
    assert "1 in care." in page.text


def test_front_desk_sees_who_is_where_and_neither_flags_nor_reviews(clinician):
    flagged, other = (admitted(clinician, name, on=today() - 40 * DAY, to="IOP Evening") for name in ("Alvarez", "Brook"))
    flags.raise_flag(flagged, kind="overdose", by=clinician)
    front_desk = signed_in(make_user(Role.FRONT_DESK, works_in=["IOP Evening"]))

    page = get(front_desk, LIST)

    assert f"ALVAREZ, Rosa {flagged.record_number} IOP Evening 41 S. Lindqvist BROOK, Rosa {other.record_number}" in page.text
    assert not re.search("flag|overdose|review|overdue", page.text, re.IGNORECASE)
    assert set(page.form("clinician")) == {"clinician", "phase"}
    assert names(front_desk, f"{LIST}?flag=any") == ["Alvarez", "Brook"]


def test_a_review_that_is_late_says_so(clinician, desk):
    admitted(clinician, "Alvarez", on=today() - 40 * DAY, to="IOP Evening")

    assert f"Overdue, {today() - 10 * DAY:%d %b}" in get(desk, LIST).text


def test_only_people_in_care_stand_on_it(clinician, desk):
    make_patient(clinician)
    gone = admitted(clinician, "Gone")
    episodes.discharge(open_stay(gone), on=today(), reason=DischargeReason.objects.get(code="completed"), by=clinician)

    assert names(desk) == []


def test_only_people_one_has_a_relation_to_stand_on_it(clinician, desk):
    admitted(make_clinician(), "Elsewhere", to="PHP")
    admitted(clinician, "Own", to="PHP")
    admitted(make_clinician(), "Program", to="IOP Evening")

    assert names(desk) == ["Own", "Program"]
    assert names(signed_in(make_supervisor(supervises=[clinician]))) == ["Own"]


def test_a_restricted_record_stands_on_it_for_the_people_named_only(clinician, desk):
    privacy.restrict(admitted(clinician, "Own"), by=make_user(Role.PRIVACY_OFFICER), named=[make_clinician()])

    assert names(desk) == []


# Filters


@pytest.fixture
def people(clinician):
    """Four people: of the clinician, of a colleague, of nobody, and one moved without being accepted."""
    colleague = make_clinician(given_name="Dana", family_name="Mensah")
    flags.raise_flag(admitted(clinician, "Mine"), kind="medical", by=clinician)
    admitted(colleague, "Colleague", to="IOP Evening")
    nobody = admitted(clinician, "Nobody")
    CareTeamMember.objects.filter(episode__patient=nobody).update(ended_on=today())
    moved = admitted(clinician, "Moved", to="PHP", on=today() - 3 * DAY)
    episodes.move(
        open_stay(moved), to=program("IOP Evening"), on=today(), basis=basis(), reason="Ready for the next level of care.", by=clinician
    )
    return colleague


def test_filters_narrow_the_list(desk, people):
    phase = Phase.objects.get(short_name="IOP")
    table = {
        "": ["Colleague", "Mine", "Moved", "Nobody"],
        "clinician=me": ["Mine", "Moved"],
        "clinician=none": ["Nobody"],
        f"clinician={people.pk}": ["Colleague"],
        "flag=any": ["Mine"],
        "flag=not_accepted": ["Moved"],
        "track=evening": ["Colleague", "Moved"],
        f"phase={phase.pk}": ["Colleague", "Moved"],
        "clinician=me&flag=any": ["Mine"],
        "clinician=none&flag=any": [],
    }

    assert {query: names(desk, f"{LIST}?{query}") for query in table} == table


def test_what_cannot_be_read_is_left_out(desk, people):
    everybody = ["Colleague", "Mine", "Moved", "Nobody"]
    queries = [
        "clinician=999999",
        "clinician=' OR 1=1",
        "phase=abc",
        "phase=99999999999999999999",
        "flag=\x00",
        "track=night",
        "patient__allergies__startswith=p",
        "clinician=me&clinician=",
        "q=mine",
    ]

    assert {query: names(desk, f"{LIST}?{query}") for query in queries} == dict.fromkeys(queries, everybody)


def test_the_filters_stay_as_they_were_chosen(desk, people):
    page = get(desk, f"{LIST}?clinician=me&flag=any")

    assert page.form("clinician") == {"clinician": "me", "phase": "", "flag": "any"}
    assert "1 in care, as filtered." in page.text


def test_no_filter_names_a_patient(desk, people):
    page = get(desk, LIST)

    assert all("?" not in href or "Mine" not in href for _, href in page.links)
    assert set(page.form("clinician")) == {"clinician", "phase", "flag"}


# Order


@pytest.fixture
def three(clinician):
    admitted(clinician, "Abel", to="PHP", on=today() - 1 * DAY)
    admitted(clinician, "Baker", to="IOP Evening", on=today() - 5 * DAY)
    admitted(clinician, "Cohen", to="Residential detox", on=today() - 3 * DAY)


def test_the_list_is_ordered_by_what_the_house_allows(desk, three):
    by_name = ["Abel", "Baker", "Cohen"]
    table = {
        "": by_name,
        "name": by_name,
        "-name": ["Cohen", "Baker", "Abel"],
        "day": ["Abel", "Cohen", "Baker"],
        "-day": ["Baker", "Cohen", "Abel"],
        "program": ["Cohen", "Abel", "Baker"],
        "-program": ["Baker", "Abel", "Cohen"],
        "password": by_name,
        "-episode__patient__allergies": by_name,
        "id;drop": by_name,
    }

    assert {sort: names(desk, f"{LIST}?sort={sort}") for sort in table} == table


def test_the_heads_say_how_it_is_ordered(desk, three):
    """Of person, program and day."""
    table = {
        "": ["ascending", "none", "none"],
        "-name": ["descending", "none", "none"],
        "program": ["none", "ascending", "none"],
        "-day": ["none", "none", "descending"],
        "nonsense": ["ascending", "none", "none"],
    }

    assert {sort: re.findall(r'aria-sort="(\w+)"', get(desk, f"{LIST}?sort={sort}").html) for sort in table} == table


def test_a_head_turns_the_order_round_and_keeps_the_filters(desk, three):
    assert get(desk, f"{LIST}?clinician=me").leads_to("Person") == "?clinician=me&sort=-name"
    assert get(desk, f"{LIST}?clinician=me&sort=-name&page=2").leads_to("Person") == "?clinician=me&sort=name"


# Pages


@pytest.fixture
def five(clinician, monkeypatch):
    """Five people, and room for four on a page."""
    monkeypatch.setattr(find, "ROWS", 4)
    for number in range(5):
        admitted(clinician, f"Person{number}", to="Outpatient")


def test_so_many_stand_on_a_page(desk, five):
    first, second = get(desk, LIST), get(desk, f"{LIST}?page=2")

    assert "5 in care." in first.text
    assert "Page 1 of 2" in first.text
    assert len(names(desk)) == 4
    assert names(desk, f"{LIST}?page=2") == ["Person4"]
    assert second.leads_to("Previous") == "?page=1"


def test_a_page_has_room_for_a_caseload():
    assert find.ROWS == 25


def test_the_pager_keeps_filters_and_order(desk, five):
    assert get(desk, f"{LIST}?clinician=me&sort=name").leads_to("Next") == "?page=2&clinician=me&sort=name"


def test_a_page_that_is_not_there_is_the_nearest_one(desk, five):
    table = {"0": 1, "-1": 1, "99999999": 1, "1e9": 4, "abc": 4, "": 4, "\x00": 4}

    assert {wanted: len(names(desk, f"{LIST}?page={wanted}")) for wanted in table} == table


def test_the_database_cuts_the_page(desk, five):
    with CaptureQueriesContext(connection) as said:
        get(desk, LIST)

    assert cut_at(4, said)


# Nobody


def test_an_empty_list_says_who_will_stand_there(desk):
    page = get(desk, LIST)

    assert "No one in care yet People you care for appear here." in page.text
    assert "0 in care." in page.text


def test_filters_that_fit_nobody_say_so(desk, people):
    assert "No one matches these filters Choose other filters to see more people." in get(desk, f"{LIST}?clinician=none&flag=any").text


# Page and fragment


def test_a_fragment_is_the_list_alone(clinician, desk):
    admitted(clinician, "Abel")

    answer = desk.get(LIST, headers=HTMX)

    html = answer.content.decode()
    assert html.strip().startswith('<div id="patients">')
    assert "<html" not in html
    assert "ABEL" in html
    assert "HX-Request" in answer["Vary"]


# Who may


def test_who_may_register_is_offered_a_new_patient(desk):
    assert get(desk, LIST).leads_to("New patient") == reverse("patients:new")
    assert get(signed_in(make_user(Role.PRESCRIBER)), LIST).leads_to("New patient") is None


def test_front_desk_of_a_program_is_led_to_details(clinician):
    patient = admitted(clinician, "Abel")

    page = get(signed_in(make_user(Role.FRONT_DESK, works_in=["Residential detox"])), LIST)

    assert page.leads_to("ABEL, Rosa") == chart_url("details", patient)


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.PRIVACY_OFFICER])
def test_those_who_do_not_meet_patients_see_no_list(role):
    assert get(signed_in(make_user(role)), LIST).status == 403


def test_nobody_sees_the_list_without_signing_in(db):
    assert Client().get(LIST)["Location"] == "/accounts/login/?next=/patients/"
    assert Client().get(LIST, headers=HTMX).status_code == 401


# The trail


@pytest.mark.parametrize("how", [{}, {"headers": HTMX}], ids=["page", "fragment"])
def test_each_person_shown_is_recorded(clinician, desk, how):
    shown = [admitted(clinician, name) for name in ("Abel", "Baker")]
    admitted(make_clinician(), "Elsewhere", to="PHP")

    get(desk, LIST, **how)

    assert seen("list.shown", screen="patients") == [patient.pk for patient in shown]


def test_only_the_people_of_the_page_are_recorded(desk, five):
    get(desk, f"{LIST}?page=2")

    assert len(seen("list.shown", screen="patients")) == 1


@pytest.mark.parametrize("how", [{}, {"headers": HTMX}], ids=["page", "fragment"])
def test_without_the_trail_nobody_is_shown(clinician, desk, how, monkeypatch):
    admitted(clinician, "Abel")
    silence(monkeypatch)

    page = get(desk, LIST, **how)

    assert page.status == 503
    assert "ABEL" not in page.html


# What it costs


def test_the_list_costs_the_same_for_one_and_for_twelve(clinician, desk):
    admitted(clinician, "Abel")
    one = cost(desk, LIST), cost(desk, LIST, headers=HTMX)
    for number in range(11):
        patient = admitted(clinician, f"Person{number}", to="IOP Evening")
        flags.raise_flag(patient, kind="medical", by=clinician)
        team.add_member(patient.episodes.get(), to=make_clinician(), part="covering", by=make_supervisor())

    assert one == (cost(desk, LIST), cost(desk, LIST, headers=HTMX)) == (5, 5)
