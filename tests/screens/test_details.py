"""What is known of a person: corrected, completed, and two people at it at once."""

from datetime import date

import pytest
from django.utils import timezone

from anchored.accounts.roles import Role
from anchored.audit.models import TrailEntry
from patients.actions import registration
from patients.models import Patient
from tests.making import make_admitted, make_clinician, make_patient, make_user

from .visiting import SHUT, chart_url, cost, doors, events, follow, front_desk, get, send, signed_in, silence

pytestmark = pytest.mark.django_db

FACTS = {"family_name": "Alvarez", "phone": "555 0142", "city": "Springfield", "language": "Spanish", "needs_interpreter": True, "sex": "2"}


@pytest.fixture
def clinician():
    return make_clinician()


@pytest.fixture
def desk(clinician):
    return signed_in(clinician)


@pytest.fixture
def patient(clinician):
    return make_admitted(clinician, patient=make_patient(clinician, birth_date=date(1991, 3, 4), **FACTS))


@pytest.fixture
def url(patient):
    return chart_url("details", patient)


def form(client, url):
    return get(client, url).form("given_name")


def without(data, *names):
    """What a browser sends when these boxes are not ticked."""
    return {name: value for name, value in data.items() if name not in names}


def test_what_is_known_stands_on_the_form(patient, desk, url):
    page = get(desk, url)

    kept = page.form("given_name")
    assert (page.status, page.heading) == (200, "Details")
    assert {name: kept[name] for name in FACTS} == {**FACTS, "needs_interpreter": "on"}
    assert kept["birth_date"] == "04 Mar 1991"
    assert f"Registered {timezone.localdate(patient.registered_at):%d %b %Y}. Every change is recorded." in page.text


def test_answers_are_corrected_and_the_fields_are_recorded_not_the_values(patient, desk, url):
    page = follow(desk, url, {**without(form(desk, url), "needs_interpreter"), "phone": "555 0199", "birth_date": "5 Mar 1991", "sex": ""})

    patient.refresh_from_db()
    assert "Saved." in page.text
    assert (patient.phone, patient.birth_date, patient.sex, patient.needs_interpreter) == ("555 0199", date(1991, 3, 5), "", False)
    assert (patient.family_name, patient.city) == ("Alvarez", "Springfield")
    entry = TrailEntry.objects.get(event="patient.details_changed")
    assert entry.facts == {"fields": ["birth_date", "needs_interpreter", "phone", "sex"]}


def test_saving_without_a_change_changes_nothing(desk, url, patient):
    page = follow(desk, url, form(desk, url))

    assert "Saved." in page.text
    assert "patient.details_changed" not in events(patient)


def test_mistakes_are_named_and_the_typing_is_kept(patient, desk, url):
    page = send(desk, url, {**form(desk, url), "given_name": "", "birth_date": "tomorrow", "phone": "none", "city": "Boston"})

    assert page.status == 422
    assert page.title == f"Error: Details, No. {patient.record_number} - Anchored"
    assert page.mistakes == [
        "Enter the given name, or the only name",
        "Enter a real date of birth, like 4 Mar 1991",
        "Enter a phone number, like 555 0142 or +1 555 010 0000 ext 5",
    ]
    assert page.invalid == {"given_name", "birth_date", "phone"}
    assert page.form("given_name")["city"] == "Boston"
    assert "ALVAREZ, Rosa" in page.text  # the banner shows what is on record, not what was typed
    assert Patient.objects.get(pk=patient.pk).city == "Springfield"


def test_a_coded_answer_from_an_import_stays(clinician, desk):
    patient = make_patient(clinician, marital_status="P4", family_name="Alvarez")
    url = chart_url("details", patient)

    follow(desk, url, {**form(desk, url), "city": "Boston"})

    patient.refresh_from_db()
    assert (patient.marital_status, patient.city) == ("P4", "Boston")


# Two at once


def test_two_people_who_change_different_fields_both_win(patient, desk, url):
    mine = form(desk, url)
    registration.change_details(patient, by=front_desk(), city="Boston", needs_interpreter=False)

    follow(desk, url, {**mine, "phone": "555 0199"})

    patient.refresh_from_db()
    assert (patient.phone, patient.city, patient.needs_interpreter) == ("555 0199", "Boston", False)


def test_two_people_who_change_one_field_are_told_and_nothing_is_lost(patient, desk, url):
    mine = form(desk, url)
    registration.change_details(patient, by=front_desk(), phone="555 0100", city="Boston")

    page = send(desk, url, {**mine, "phone": "555 0199", "language": "Portuguese"})

    assert page.status == 409
    assert page.mistakes == ["Someone changed phone to “555 0100” while you were working. Save again to use yours."]
    assert page.invalid == {"phone"}
    kept = page.form("given_name")
    assert (kept["phone"], kept["language"]) == ("555 0199", "Portuguese")
    patient.refresh_from_db()
    assert (patient.phone, patient.city, patient.language) == ("555 0100", "Boston", "Spanish")


def test_saving_again_uses_mine_and_leaves_theirs_elsewhere(patient, desk, url):
    mine = form(desk, url)
    registration.change_details(patient, by=front_desk(), phone="555 0100", city="Boston", sex="1")
    conflict = send(desk, url, {**mine, "phone": "555 0199", "language": "Portuguese"})

    follow(desk, url, conflict.form("given_name"))

    patient.refresh_from_db()
    assert (patient.phone, patient.language) == ("555 0199", "Portuguese")
    assert (patient.city, patient.sex) == ("Boston", "1")


def test_after_a_conflict_a_third_change_is_noticed_again(patient, desk, url):
    mine = form(desk, url)
    registration.change_details(patient, by=front_desk(), phone="555 0100")
    conflict = send(desk, url, {**mine, "phone": "555 0199"})
    registration.change_details(patient, by=front_desk(), phone="555 0111")

    page = send(desk, url, conflict.form("given_name"))

    assert (page.status, page.mistakes) == (409, ["Someone changed phone to “555 0111” while you were working. Save again to use yours."])


def test_a_value_that_somebody_took_out_is_told_of(patient, desk, url):
    mine = form(desk, url)
    registration.change_details(patient, by=front_desk(), phone="", birth_date=None, needs_interpreter=False)

    page = send(desk, url, {**mine, "phone": "555 0199", "birth_date": "5 Mar 1991"})

    assert sorted(page.mistakes) == [
        "Someone changed date of birth to “Not known” while you were working. Save again to use yours.",
        "Someone changed phone to “Not known” while you were working. Save again to use yours.",
    ]


def test_what_stands_in_a_list_is_told_in_its_words(patient, desk, url):
    mine = form(desk, url)
    registration.change_details(patient, by=front_desk(), sex="1", birth_date=date(1991, 3, 6))

    page = send(desk, url, {**mine, "sex": "", "birth_date": "5 Mar 1991"})

    assert page.status == 409
    assert "Someone changed sex to “Male” while you were working. Save again to use yours." in page.mistakes
    assert "Someone changed date of birth to “06 Mar 1991” while you were working. Save again to use yours." in page.mistakes


def test_the_same_answer_twice_is_no_conflict(patient, desk, url):
    mine = form(desk, url)
    registration.change_details(patient, by=front_desk(), phone="555 0199")

    assert "Saved." in follow(desk, url, {**mine, "phone": "555 0199"}).text


def test_a_mistake_in_between_hides_no_change_of_somebody_else(patient, desk, url):
    mine = form(desk, url)
    registration.change_details(patient, by=front_desk(), city="Boston")
    mistaken = send(desk, url, {**mine, "given_name": ""})

    follow(desk, url, {**mistaken.form("given_name"), "given_name": "Rosa", "phone": "555 0199"})

    patient.refresh_from_db()
    assert (patient.city, patient.phone) == ("Boston", "555 0199")


# Who may


def test_front_desk_sees_name_and_contact_and_nothing_of_the_chart(patient):
    page = get(signed_in(make_user(Role.FRONT_DESK, works_in=["Residential detox"])), chart_url("details", patient))

    assert page.status == 200
    assert page.leads_to("Overview") is page.leads_to("Move") is page.leads_to("Safety flags") is None
    assert "Residential detox" not in page.text


def test_front_desk_keeps_somebody_they_registered_for_some_days():
    person = front_desk()
    patient = make_patient(person)

    assert get(signed_in(person), chart_url("details", patient)).status == 200
    assert get(signed_in(front_desk()), chart_url("details", patient)).status == 404


def test_details_have_a_door(patient, url):
    without_a_role = make_user(works_in=["Residential detox"])
    answers = doors(url, weaker=Role.ADMINISTRATOR)

    assert signed_in(without_a_role).get(url).status_code == SHUT["a weaker role"]
    assert answers == SHUT


def test_without_the_trail_nothing_is_shown_or_changed(patient, desk, url, monkeypatch):
    mine = form(desk, url)
    silence(monkeypatch)

    assert get(desk, url).status == 503
    assert send(desk, url, {**mine, "phone": "555 0199"}).status == 503
    assert Patient.objects.get(pk=patient.pk).phone == "555 0142"


def test_details_cost_the_same_for_everybody(clinician, desk, url):
    one = cost(desk, url)
    for _ in range(3):
        make_admitted(clinician)

    assert one == cost(desk, url) == 8
