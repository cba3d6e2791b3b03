"""My snippets on screen: the list, adding, changing, moving, removing; and put into a note without script."""

from uuid import uuid4

import pytest
from django.urls import reverse

from anchored.accounts.roles import Role
from tests.making import make_admitted, make_clinician, make_patient, make_user
from tests.noting import typed
from treatment_plans.actions import snippets
from treatment_plans.models import Note, Snippet

from .visiting import chart_url, cost, follow, front_desk, get, send, signed_in

pytestmark = pytest.mark.django_db
LIST, NEW = "/snippets/", "/snippets/new/"
TEXT = "Took part from the first to the last minute."


@pytest.fixture
def clinician():
    return make_clinician(given_name="Sara", family_name="Lindqvist", works_in=["IOP Day"])


@pytest.fixture
def desk(clinician):
    return signed_in(clinician)


@pytest.fixture
def snippet(clinician):
    return snippets.add(by=clinician, name="Relapse group", text=TEXT)


@pytest.fixture
def patient(clinician):
    return make_admitted(clinician, to="IOP Day", patient=make_patient(clinician, family_name="Alvarez"))


def page(name, snippet):
    return reverse(name, args=[snippet.pk])


def test_from_the_menu_of_every_page_to_an_empty_list(desk):
    assert get(desk, "/today/").leads_to("My snippets") == LIST

    assert "No snippet yet" in get(desk, LIST).text


def test_who_writes_no_notes_has_no_such_entry():
    desk = signed_in(front_desk(works_in=["IOP Day"]))

    assert "My snippets" not in get(desk, "/patients/").text
    assert desk.get(LIST).status_code == 403


def test_one_is_added_changed_and_removed(desk, clinician):
    listed = follow(desk, NEW, {"name": "Relapse group", "text": TEXT})
    assert "Relapse group" in listed.text
    assert TEXT in listed.text
    snippet = Snippet.objects.get(owner=clinician)

    shown = get(desk, page("snippet", snippet)).form("name")
    listed = follow(desk, page("snippet", snippet), {**shown, "text": "Came late."})
    assert "Came late." in listed.text

    assert "Came late." in get(desk, page("remove_snippet", snippet)).text
    assert "No snippet yet" in follow(desk, page("remove_snippet", snippet), {}).text
    assert not Snippet.objects.exists()


def test_what_is_wrong_is_said_beside_its_field_and_what_was_typed_stays(desk, snippet):
    empty = send(desk, NEW, {"name": "", "text": "Kept."})
    taken = send(desk, NEW, {"name": "Relapse group", "text": "Kept."})

    assert (empty.status, taken.status) == (422, 422)
    assert "Enter the name" in empty.text
    assert "You have a snippet of this name already" in taken.text
    assert empty.form("text")["text"] == taken.form("text")["text"] == "Kept."


def test_the_form_asks_for_no_facts_of_a_patient(desk):
    assert "No patient's name or facts" in get(desk, NEW).text


def test_another_window_is_noticed_field_by_field(desk, clinician, snippet):
    shown = get(desk, page("snippet", snippet)).form("name")
    snippets.change(snippet, by=clinician, text="From the other window.")

    page_again = send(desk, page("snippet", snippet), {**shown, "text": "From this window."})

    assert page_again.status == 409
    assert "From the other window." in page_again.text
    assert Snippet.objects.get().text == "From the other window."


def test_one_moves_up(desk, clinician, snippet):
    last = snippets.add(by=clinician, name="Family session", text=TEXT)

    listed = follow(desk, page("move_snippet", last), {"to": "up"})

    assert listed.text.index("Family session") < listed.text.index("Relapse group")


@pytest.mark.parametrize("name", ["snippet", "remove_snippet", "move_snippet"])
@pytest.mark.parametrize("role", [Role.CLINICIAN, Role.SUPERVISOR, Role.PRESCRIBER])
def test_nobody_else_finds_it(snippet, name, role):
    stranger = signed_in(make_user(role, works_in=["IOP Day"]))

    assert stranger.post(page(name, snippet), {"name": "Mine", "text": "Mine."}).status_code == 404
    assert "Relapse group" not in get(stranger, LIST).text
    assert Snippet.objects.get().text == TEXT


def test_the_administration_knows_nothing_of_them(snippet):
    desk = signed_in(make_user(Role.ADMINISTRATOR))

    assert desk.get("/admin/treatment_plans/snippet/").status_code == 404
    assert "nippet" not in get(desk, "/admin/").text


def test_the_list_costs_the_same_for_one_as_for_twelve(desk, clinician, snippet):
    one = cost(desk, LIST)
    for number in range(11):
        snippets.add(by=clinician, name=f"No. {number}", text=TEXT)

    assert cost(desk, LIST) == one == 3


# Beside a note


def test_without_script_a_button_adds_it_and_the_writing_goes_on(desk, patient, snippet):
    address = chart_url("draft", patient, uuid4())
    form = {**typed(section_data="Came on time."), "version": "0", "act": "snippet", "snippet_section_data": snippet.pk}

    again = follow(desk, address, form)

    assert again.form("section_data")["section_data"] == f"Came on time.\n{TEXT}"
    assert Note.objects.get().typed["section_data"] == f"Came on time.\n{TEXT}"
    assert not [name for name in Note.objects.get().typed if "snippet" in name]


def test_nothing_chosen_keeps_the_draft_as_it_is(desk, patient, snippet):
    form = {**typed(section_data="Came on time."), "version": "0", "act": "snippet", "snippet_section_data": ""}

    assert follow(desk, chart_url("draft", patient, uuid4()), form).form("section_data")["section_data"] == "Came on time."


def test_only_ones_own_are_offered_and_put_in(desk, patient, snippet):
    others = snippets.add(by=make_clinician(), name="Somebody else's", text="Not mine.")
    form = {**typed(section_data="Came on time."), "version": "0", "act": "snippet", "snippet_section_data": others.pk}

    again = follow(desk, chart_url("draft", patient, uuid4()), form)

    assert again.form("section_data")["section_data"] == "Came on time."
    assert "Relapse group" in again.html
    assert "Somebody else" not in again.html
    assert "Not mine." not in again.html


def test_a_section_that_would_be_too_long_loses_nothing(desk, patient, snippet):
    full = "a" * 20_000
    form = {**typed(section_data=full), "version": "0", "act": "snippet", "snippet_section_data": snippet.pk}

    answer = send(desk, chart_url("draft", patient, uuid4()), form)

    assert answer.status == 409
    assert answer.form("section_data")["section_data"] == f"{full}\n{TEXT}"


def test_another_window_is_not_overwritten_by_a_snippet(desk, patient, snippet):
    key = uuid4()
    address = chart_url("draft", patient, key)
    desk.post(address, {**typed(section_data="From the other window."), "version": "0", "act": "save"})

    answer = send(desk, address, {**typed(section_data="Mine."), "version": "0", "act": "snippet", "snippet_section_data": snippet.pk})

    assert answer.status == 409
    assert Note.objects.get(pk=key).typed["section_data"] == "From the other window."


def test_a_note_offers_a_hundred_for_the_price_of_one(desk, clinician, patient, snippet):
    one = cost(desk, chart_url("new_note", patient))
    for number in range(11):
        snippets.add(by=clinician, name=f"No. {number}", text=TEXT)

    assert cost(desk, chart_url("new_note", patient)) == one


def test_the_note_leads_to_the_snippets_also_when_there_are_none(desk, patient):
    new = get(desk, chart_url("new_note", patient))

    assert new.leads_to("My snippets") == LIST
    assert "Choose a snippet" not in new.html
