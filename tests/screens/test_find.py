"""Finding a patient: whom the search shows to whom, in which words, and what it leaves in the trail."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from anchored.accounts.roles import Role
from anchored.audit.models import TrailEntry
from anchored.ground.dates import today
from patients.actions import episodes, privacy, registration
from patients.models import DischargeReason
from tests.making import make_admitted, make_clinician, make_patient, make_supervisor, make_user, open_stay

from .pages import Page
from .visiting import HTMX, chart_url, cost, front_desk, seen, send, signed_in, silence

pytestmark = pytest.mark.django_db

SEARCH = "/search/"


@pytest.fixture
def clinician():
    return make_clinician(given_name="Sara", family_name="Lindqvist")


@pytest.fixture
def desk(clinician):
    return signed_in(clinician)


def found(client, words, **how):
    """The names on the page of results, in order."""
    page = send(client, SEARCH, {"q": words}, **how)
    assert page.status == 200
    return [words.split(" Born")[0].split(" “")[0] for words, href in page.links if href.startswith("/patients/") and "Born" in words]


def test_a_line_says_enough_to_tell_people_apart(clinician, desk):
    rosa = make_admitted(clinician, patient=make_patient(clinician, family_name="Alvarez", preferred_name="Ro"), to="IOP Evening")

    page = send(desk, SEARCH, {"q": "alvarez"})

    age = today().year - 1991 - ((today().month, today().day) < (3, 4))
    line = f"ALVAREZ, Rosa “Ro” Born 04 Mar 1991 ({age}). No. {rosa.record_number}. IOP Evening. S. Lindqvist My patient"
    assert page.leads_to(line) == chart_url("chart", rosa)
    assert "1 found, your own patients first." in page.text


def test_people_are_found_by_name_birth_date_and_phone(clinician, desk):
    facts = {"given_name": "José Iñez", "family_name": "Núñez", "preferred_name": "Chepe", "phone": "(555) 0142"}
    make_patient(clinician, birth_date=date(1987, 3, 4), **facts)
    make_patient(clinician, given_name="Thea", family_name="Osei", birth_date=date(1990, 1, 1))
    typed = ["nunez", "NÚÑEZ", "jose nu", "núñez josé", "chepe", " nunez ", "iñez nunez"]
    typed += ["4 Mar 1987", "1987-03-04", "3/4/1987", "0142", "5550142"]

    assert {words: found(desk, words) for words in typed} == dict.fromkeys(typed, ["NÚÑEZ, José Iñez"])


def test_people_are_found_by_record_number(clinician, desk):
    thea = make_patient(clinician, given_name="Thea", family_name="Osei")

    assert found(desk, str(thea.record_number)) == ["OSEI, Thea"]


def test_signs_are_read_as_they_stand(clinician, desk):
    make_patient(clinician)
    make_patient(clinician, given_name="Thea", family_name="Osei")
    typed = ["%%", "__", "a%z", "\\\\", "' OR 1=1", "(a+)+$", "osei alvarez"]

    assert {words: found(desk, words) for words in typed} == {words: [] for words in typed}


def test_the_own_caseload_comes_first_and_then_the_alphabet(clinician, desk):
    colleague = make_clinician(works_in=["Residential detox"])
    clinician.program_posts.create(program=colleague.program_posts.get().program)
    for name in ("Abel", "Cohen"):
        make_admitted(colleague, patient=make_patient(colleague, given_name="Kim", family_name=name))
    make_admitted(clinician, patient=make_patient(clinician, given_name="Kim", family_name="Zola"))

    assert found(desk, "kim") == ["ZOLA, Kim", "ABEL, Kim", "COHEN, Kim"]


def test_ten_are_shown_at_most(clinician, desk):
    for _ in range(12):
        make_patient(clinician)

    assert len(found(desk, "rosa")) == len(seen("search.shown")) == 10


def test_nobody_finds_people_they_have_no_relation_to(desk):
    make_admitted(make_clinician())

    page = send(desk, SEARCH, {"q": "alvarez"})

    assert "No one matches" in page.text
    assert "ALVAREZ" not in page.html


def test_a_restricted_record_is_found_by_the_people_named_only(clinician, desk):
    named = make_clinician(works_in=["Residential detox"])
    patient = make_admitted(clinician)
    privacy.restrict(patient, by=make_user(Role.PRIVACY_OFFICER), named=[named])

    assert found(desk, "alvarez") == []
    assert len(found(signed_in(named), "alvarez")) == 1


def test_a_discharged_patient_is_not_in_care(clinician, desk):
    patient = make_admitted(clinician)
    episodes.discharge(open_stay(patient), on=today(), reason=DischargeReason.objects.get(code="completed"), by=clinician)

    page = send(desk, SEARCH, {"q": "alvarez"})

    assert f"No. {patient.record_number}. Not in care" in page.text


def test_a_birth_date_that_is_not_known_is_said_so(clinician, desk):
    make_patient(clinician, birth_date=None)

    assert "Born Not known. No." in send(desk, SEARCH, {"q": "alvarez"}).text


@pytest.mark.parametrize("how", [{}, {"headers": HTMX}], ids=["page", "fragment"])
def test_similar_names_are_warned_of(clinician, desk, how):
    make_patient(clinician, given_name="Rosa", family_name="Álvarez")
    make_patient(clinician, given_name="Ramona", family_name="Alvarez")

    assert "Two people have a similar name. Check the birth date." in send(desk, SEARCH, {"q": "alv"}, **how).text


def test_different_names_are_not_warned_of(clinician, desk):
    make_patient(clinician, given_name="Rosa", family_name="Alvarez")
    make_patient(clinician, given_name="Thea", family_name="Alvarez")

    assert "similar name" not in send(desk, SEARCH, {"q": "alv"}).text


# Page and fragment


def test_the_combobox_gets_the_options_alone(clinician, desk):
    rosa = make_patient(clinician, preferred_name="Ro")

    answer = desk.post(SEARCH, {"q": "rosa"}, headers=HTMX)

    html = answer.content.decode()
    assert "<html" not in html
    assert html.count('role="option"') == 1
    assert f'data-href="{chart_url("chart", rosa)}"' in html
    assert 'data-said="1 found."' in html
    assert "HX-Request" in answer["Vary"]


def test_without_script_the_header_leads_to_a_page(clinician, desk):
    make_patient(clinician)
    today_page = Page(desk.get("/today/"))

    page = send(desk, SEARCH, {**today_page.form("q"), "q": "rosa"})

    assert page.title == "Patients found - Anchored"
    assert page.heading == "Patients found"


def test_the_search_is_never_part_of_an_address(desk):
    assert desk.get(SEARCH, {"q": "alvarez"}).status_code == 405


def test_the_page_can_be_read_again_and_shown_to_nobody_else(desk):
    assert desk.post(SEARCH, {"q": "alvarez"})["Cache-Control"] == "no-store"


# Nothing found, nothing asked


def test_whoever_may_register_is_led_to_a_new_patient(desk):
    page = send(desk, SEARCH, {"q": "nobody"})
    fragment = send(desk, SEARCH, {"q": "nobody"}, headers=HTMX)

    assert "Check the spelling, try the birth date, or add a new patient." in page.text
    assert page.leads_to("Add a patient") == fragment.leads_to("add a new patient") == reverse("patients:new")
    assert "No one matches. Check the spelling, try the birth date, or add a new patient." in fragment.text


def test_whoever_may_not_register_is_not_led_there():
    prescriber = signed_in(make_user(Role.PRESCRIBER))

    for how in ({}, {"headers": HTMX}):
        page = send(prescriber, SEARCH, {"q": "nobody"}, **how)
        assert "Check the spelling or try the birth date." in page.text
        assert "/patients/new/" not in page.html


def test_too_little_to_search_for_is_said(desk):
    for words in ("", "a", " a ", "\u200b\u200b\u200b"):
        page = send(desk, SEARCH, {"q": words})
        fragment = send(desk, SEARCH, {"q": words}, headers=HTMX)

        assert (page.status, fragment.status) == (422, 422)
        assert page.title == "Error: Patients found - Anchored"
        assert page.mistakes == [fragment.text.strip()] == ["Enter at least 2 letters or digits"]
        assert page.form("q")["q"] == words


@pytest.mark.parametrize(
    ("words", "sentence"),
    [("a" * 10_000, "Enter at most 100 characters"), ("ro\x00sa", "Remove the character at position 3. It can't be used in a record.")],
)
def test_what_cannot_be_searched_for_is_said(desk, words, sentence):
    page = send(desk, SEARCH, {"q": words})

    assert page.status == 422
    assert page.mistakes == [sentence]


# Who may


def test_front_desk_is_led_to_details_not_to_the_chart():
    person = front_desk()
    patient = make_patient(person)

    page = send(signed_in(person), SEARCH, {"q": "alvarez"})

    assert chart_url("details", patient) in page.html
    assert f'"{chart_url("chart", patient)}"' not in page.html


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.PRIVACY_OFFICER])
def test_those_who_do_not_meet_patients_may_not_search(role):
    client = signed_in(make_user(role))

    assert client.post(SEARCH, {"q": "alvarez"}).status_code == 403
    assert client.post(SEARCH, {"q": "alvarez"}, headers=HTMX).status_code == 403
    assert 'id="find"' not in client.get("/help/").content.decode()


def test_nobody_searches_without_signing_in():
    assert Client().post(SEARCH, {"q": "alvarez"})["Location"].startswith("/accounts/login/")
    assert Client().post(SEARCH, {"q": "alvarez"}, headers=HTMX).status_code == 401


# The trail


def test_each_person_shown_is_recorded_and_never_the_words(clinician, desk):
    shown = [make_patient(clinician) for _ in range(3)]
    make_patient(clinician, given_name="Thea", family_name="Osei")

    found(desk, "rosa")

    assert sorted(seen("search.shown")) == sorted(patient.pk for patient in shown)
    assert not TrailEntry.objects.filter(facts__icontains="rosa").exists()


def test_a_search_that_finds_nobody_is_recorded_too(desk):
    found(desk, "nobody")

    assert seen("search.shown", found=0) == [None]


def test_a_search_that_was_not_made_is_not_recorded(desk):
    send(desk, SEARCH, {"q": "a"})

    assert seen("search.shown") == []


@pytest.mark.parametrize("how", [{}, {"headers": HTMX}], ids=["page", "fragment"])
def test_without_the_trail_nobody_is_shown(clinician, desk, how, monkeypatch):
    make_patient(clinician)
    silence(monkeypatch)

    page = send(desk, SEARCH, {"q": "rosa"}, **how)

    assert page.status == 503
    assert "ALVAREZ" not in page.html
    assert "Access cannot be recorded at the moment" in page.text


# What it costs


def test_a_search_costs_the_same_for_one_and_for_ten(clinician, desk):
    make_admitted(clinician)
    one = cost(desk, SEARCH, {"q": "rosa"}), cost(desk, SEARCH, {"q": "rosa"}, headers=HTMX)
    for _ in range(9):
        make_admitted(clinician)

    assert one == (cost(desk, SEARCH, {"q": "rosa"}), cost(desk, SEARCH, {"q": "rosa"}, headers=HTMX)) == (5, 5)


def test_a_changed_name_is_found_at_once(clinician, desk):
    patient = make_patient(clinician)

    registration.change_details(patient, by=clinician, family_name="Brandt")

    assert found(desk, "brandt") == ["BRANDT, Rosa"]
    assert found(desk, "alvarez") == []


def test_a_supervisor_finds_the_patients_of_those_supervised():
    clinician = make_clinician()
    make_admitted(clinician)

    assert len(found(signed_in(make_supervisor(supervises=[clinician])), "rosa")) == 1
    assert found(signed_in(make_supervisor()), "rosa") == []
