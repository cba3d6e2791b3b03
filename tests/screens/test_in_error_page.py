"""A note entered in error on screen: said at its foot, decided by a second person, struck through."""

import pytest
from django.urls import reverse

from tests.making import PASSWORD, make_admitted, make_clinician, make_patient, make_supervisor
from tests.noting import make_note
from treatment_plans.models import Note

from .visiting import chart_url, cost, follow, get, send, signed_in

pytestmark = pytest.mark.django_db
WHY = "It belongs in the chart of another patient."


@pytest.fixture
def clinician():
    return make_clinician(given_name="Sara", family_name="Lindqvist", works_in=["IOP Day"])


@pytest.fixture
def supervisor(clinician):
    return make_supervisor(given_name="Ana", family_name="Novak", works_in=["IOP Day"], supervises=[clinician])


@pytest.fixture
def note(clinician):
    return make_note(make_admitted(clinician, to="IOP Day", patient=make_patient(clinician, family_name="Alvarez")), by=clinician)


def page(name, note):
    return reverse(name, args=[note.pk])


def test_said_by_one_struck_through_by_another(note, clinician, supervisor):
    desk = signed_in(clinician)
    assert get(desk, page("note", note)).leads_to("This note was entered in error") == page("say_in_error", note)
    assert send(desk, page("say_in_error", note), {"because": ""}).mistakes == ["Write why it was entered in error"]
    said = follow(desk, page("say_in_error", note), {"because": WHY})
    assert (WHY in said.text, "Take it back" in said.text, "Strike it through" in said.text) == (True, True, False)

    office = signed_in(supervisor)
    assert "Entered in error?" in get(office, "/today/").part("h-tasks")
    assert "Individual therapy" in get(office, "/cosign/").part("in-error")
    assert "Strike it through" in get(office, page("note", note)).text
    struck = follow(office, page("decide_in_error", note), {"act": "strike"})

    assert f"Entered in error, struck through {Note.objects.get().in_error_at:%d %b %Y} by A. Novak. S. Lindqvist: {WHY}" in struck.text
    assert "Rosa came on time" in struck.text
    assert "This note was entered in error" not in struck.text
    assert "Entered in error" in get(desk, chart_url("notes", note.patient)).text
    assert get(desk, page("say_in_error", note), status=404)


def test_left_standing(note, clinician, supervisor):
    follow(signed_in(clinician), page("say_in_error", note), {"because": WHY})

    shown = follow(signed_in(supervisor), page("decide_in_error", note), {"act": "stands"})

    assert "A. Novak decided" in shown.text
    assert "This note was entered in error" in shown.text


def test_striking_asks_for_the_password_after_a_quarter_of_an_hour(note, clinician, supervisor):
    follow(signed_in(clinician), page("say_in_error", note), {"because": WHY})
    office = signed_in(supervisor)
    session = office.session
    session["began"] -= 16 * 60
    session.save()

    assert "The password is not right" in follow(office, page("decide_in_error", note), {"act": "strike", "password": "guess"}).text
    assert not Note.objects.get().in_error_at
    follow(office, page("decide_in_error", note), {"act": "strike", "password": PASSWORD})
    assert Note.objects.get().in_error_at


def test_it_is_printed_with_its_reason(note, clinician, supervisor):
    follow(signed_in(clinician), page("say_in_error", note), {"because": WHY})
    office = signed_in(supervisor)
    follow(office, page("decide_in_error", note), {"act": "strike"})
    assert office.get(page("note_pdf", note)).content.startswith(b"%PDF")


def test_the_page_of_a_note_costs_the_same_whatever_was_said(note, clinician, supervisor):
    desk = signed_in(supervisor)
    before = cost(desk, page("note", note))
    follow(signed_in(clinician), page("say_in_error", note), {"because": WHY})
    assert cost(desk, page("note", note)) <= before + 1
