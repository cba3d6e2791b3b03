"""The contacts of a chart: seen, added, changed by two at once, taken off the list; and how the patient wants to be reached."""

import re

import pytest
from django.utils import timezone

from anchored.accounts.roles import Role
from anchored.audit.models import TrailEntry
from anchored.ground.dates import today
from patients.actions import contacts
from patients.models import Contact, Patient
from tests.making import afresh, made_once, make_admitted, make_both, make_clinician, make_user

from .visiting import SHUT, UNKNOWN_ID, chart_url, cost, doors, events, follow, get, send, signed_in, silence

pytestmark = pytest.mark.django_db

DETOX = "Residential detox"
SISTER = {
    "name": "Elena Lopez", "relationship": "sibling", "phone": "555 0142", "channel": "phone", "times": "After 6 pm", "is_emergency": True,
    "may_leave_message": True, "may_be_told": "That she comes here.",
}  # fmt: skip
OFFICER = {
    "name": "Bo Adams", "relationship": "probation", "organisation": "County Probation", "caution": "Writes everything down.",
}  # fmt: skip
NO_CONSENT = "No consent on file. Nothing may be disclosed beyond what the law allows."


both = made_once(lambda: make_both(family_name="Alvarez", phone="555 0100"))


@pytest.fixture
def clinician(both, db):
    return afresh(both.clinician)


@pytest.fixture
def desk(clinician):
    return signed_in(clinician)


@pytest.fixture
def front_desk():
    return signed_in(make_user(Role.FRONT_DESK, works_in=[DETOX]))


@pytest.fixture
def patient(both, db):
    return afresh(both.patient)


@pytest.fixture
def sister(patient, clinician):
    return contacts.add(patient, by=clinician, **SISTER)


@pytest.fixture
def url(patient):
    return chart_url("contacts", patient)


def of(contact, name="contact"):
    return chart_url(name, contact.patient, contact.pk)


def form(client, address):
    return get(client, address).form("relationship")


# The list


def test_without_contacts_the_page_says_what_to_do(patient, desk, url):
    page = get(desk, url)

    assert (page.status, page.title, page.heading) == (200, f"Contacts, No. {patient.record_number} - Anchored", "Contacts")
    assert page.part("contacts") == "On the list No contact yet. Begin with the person to call in an emergency."
    assert page.leads_to("Add a contact") == chart_url("new_contact", patient)
    assert "No longer a contact" not in page.text


def test_each_contact_shows_who_how_and_what_and_the_emergency_contact_is_first(patient, clinician, desk, url):
    contacts.add(patient, by=clinician, **OFFICER)
    contacts.add(patient, by=clinician, **SISTER)

    said = get(desk, url).part("contacts")

    assert said == (
        "On the list"
        " Elena Lopez Emergency contact Sibling Change Remove Reach by Phone Phone 555 0142 When After 6 pm Leaving a message Allowed"
        f" May be told: That she comes here. {NO_CONSENT}"
        " Bo Adams Probation or parole officer, County Probation Change Remove Caution Writes everything down. Phone Not known"
        f" Leaving a message Not allowed May be told: Nothing is agreed. {NO_CONSENT}"
    )


def test_a_list_without_an_emergency_contact_says_so(patient, clinician, desk, url):
    contacts.add(patient, by=clinician, **OFFICER)

    assert "On the list No emergency contact" in get(desk, url).part("contacts")


def test_contacts_are_seen_in_their_own_chart_only(patient, sister, clinician, desk):
    other = make_admitted(clinician)

    for address in (chart_url("contacts", other), chart_url("chart", other), "/patients/", "/today/", chart_url("timeline", other)):
        assert "Elena" not in get(desk, address).html, address
    for words in ("Elena", "Lopez", "555 0142", "5550142"):
        found = send(desk, "/search/", {"q": words})
        assert "No one matches" in found.text, words
    for name in ("contact", "remove_contact", "put_back_contact"):
        address = chart_url(name, other, sister.pk)
        assert {get(desk, address).status, send(desk, address, {}).status} <= {404, 405}
        assert send(desk, chart_url(name, patient, UNKNOWN_ID), {}).status == 404
    assert Contact.objects.get().removed_at is None


# Adding


def test_a_contact_is_added_and_the_trail_holds_no_name(patient, desk, url):
    address = chart_url("new_contact", patient)
    page = follow(desk, address, {**form(desk, address), **OFFICER, "phone": "555 0177", "channel": "phone"})

    contact = Contact.objects.get()
    assert "Bo Adams is a contact now." in page.text
    assert (contact.phone, contact.relationship, contact.is_emergency, contact.patient) == ("555 0177", "probation", False, patient)
    entry = TrailEntry.objects.get(event="contact.added")
    assert (entry.patient_id, entry.facts) == (patient.pk, {})


def test_mistakes_are_named_and_the_typing_is_kept(patient, desk):
    address = chart_url("new_contact", patient)
    sent = {**form(desk, address), "name": "", "relationship": "", "channel": "text", "email": "nobody", "caution": "Writes it down."}
    page = send(desk, address, sent)

    assert (page.status, page.title) == (422, f"Error: New contact, No. {patient.record_number} - Anchored")
    assert page.mistakes == [
        "Enter the name",
        "Choose who this is to the patient",
        "Enter a valid email address.",
        "Enter the phone number for text messages, or choose another way to reach them",
    ]
    assert page.invalid == {"name", "relationship", "email", "phone"}
    assert page.form("relationship")["caution"] == "Writes it down."
    assert not Contact.objects.exists()


def test_each_mistake_has_its_sentence(patient, desk):
    def said(**typed):
        page = send(desk, chart_url("new_contact", patient), {**OFFICER, **typed})
        return page.status, page.mistakes

    assert said(phone="none") == (422, ["Enter a phone number, like 555 0142 or +1 555 010 0000 ext 5"])
    assert said(relationship="self") == (422, ["Choose one from the list"])
    assert said(channel="phone") == (422, ["Enter the phone number, or choose another way to reach them"])
    assert said(channel="phone", phone="no") == (422, ["Enter a phone number, like 555 0142 or +1 555 010 0000 ext 5"])
    assert said(channel="email") == (422, ["Enter the email address, or choose another way to reach them"])
    assert said(name="Bo\nAdams") == (422, ["Remove the line break or tab at position 3. This is one line."])
    assert said(caution="x" * 301) == (422, ["Use at most 300 characters. You entered 301."])
    assert not Contact.objects.exists()


# Changing, also two at once


def test_what_is_known_stands_on_the_form_and_is_changed(sister, clinician, desk):
    filled = form(desk, of(sister))
    assert {name: filled[name] for name in ("name", "phone", "times", "is_emergency")} == {
        "name": "Elena Lopez", "phone": "555 0142", "times": "After 6 pm", "is_emergency": "on",
    }  # fmt: skip

    page = follow(desk, of(sister), {name: value for name, value in filled.items() if name != "is_emergency"} | {"phone": "555 0199"})

    sister.refresh_from_db()
    assert "Saved what is known of Elena Lopez." in page.text
    assert (sister.phone, sister.is_emergency, sister.may_be_told) == ("555 0199", False, "That she comes here.")
    assert TrailEntry.objects.get(event="contact.changed").facts == {"fields": ["is_emergency", "phone"]}


def test_the_page_of_a_contact_names_nobody_in_its_title(sister, desk):
    page = get(desk, of(sister))

    assert (page.title, page.heading) == (f"Contact, No. {sister.patient.record_number} - Anchored", "Change a contact")
    assert f"Added {timezone.localdate(sister.added_at):%d %b %Y} by S. Lindqvist. Every change is recorded." in page.text


def test_two_people_who_change_different_fields_both_win(sister, desk):
    mine = form(desk, of(sister))
    contacts.change(sister, by=make_clinician(), times="Mornings", is_emergency=False)

    follow(desk, of(sister), {**mine, "phone": "555 0199"})

    sister.refresh_from_db()
    assert (sister.phone, sister.times, sister.is_emergency) == ("555 0199", "Mornings", False)


def test_two_people_who_change_one_field_are_told_and_nothing_is_lost(sister, desk):
    mine = form(desk, of(sister))
    contacts.change(sister, by=make_clinician(), phone="555 0111", may_be_told="Nothing\nany more.")

    page = send(desk, of(sister), {**mine, "phone": "555 0199", "caution": "Works nights."})

    assert (page.status, page.invalid) == (409, {"phone"})
    assert page.mistakes == ["Someone changed phone to “555 0111” while you were working. Save again to use yours."]
    again = page.form("relationship")
    assert (again["phone"], again["caution"]) == ("555 0199", "Works nights.")
    sister.refresh_from_db()
    assert (sister.phone, sister.caution) == ("555 0111", "")

    follow(desk, of(sister), again)

    sister.refresh_from_db()
    assert (sister.phone, sister.caution, sister.may_be_told) == ("555 0199", "Works nights.", "Nothing\nany more.")


def test_lines_that_nobody_else_changed_are_no_conflict(sister, clinician, desk):
    contacts.change(sister, by=clinician, may_be_told="One.\nTwo.")

    follow(desk, of(sister), {**form(desk, of(sister)), "may_be_told": "One.\r\nTwo.\r\nThree."})

    sister.refresh_from_db()
    assert sister.may_be_told == "One.\r\nTwo.\r\nThree."


def test_who_changes_a_contact_that_was_removed_is_told_and_keeps_the_typing(sister, desk):
    mine = form(desk, of(sister))
    contacts.remove(sister, by=make_clinician(given_name="Dana", family_name="Mensah"))

    page = send(desk, of(sister), {**mine, "phone": "555 0199"})

    assert (page.status, page.mistakes) == (409, ["D. Mensah took this contact off the list just now. Nothing was changed."])
    assert page.form("relationship")["phone"] == "555 0199"
    assert get(desk, of(sister)).status == 404
    assert Contact.objects.get().phone == "555 0142"


# Removing


def test_who_is_removed_is_folded_at_the_end_and_can_be_put_back(sister, desk, url):
    page = follow(desk, of(sister, "remove_contact"), get(desk, url).form_to(of(sister, "remove_contact")))

    assert "Elena Lopez is no longer a contact. Undo" in page.text
    assert "Elena" not in page.part("contacts")
    folded = f"No longer a contact (1) Elena Lopez Sibling. Taken off the list by S. Lindqvist, {today():%d %b %Y} Put back"
    assert folded in page.text
    assert "555 0142" not in page.text

    back = follow(desk, of(sister, "put_back_contact"), page.form_to(of(sister, "put_back_contact")))

    assert "Elena Lopez is a contact again." in back.text
    assert "Elena Lopez" in back.part("contacts")


def test_who_removes_second_is_told_so(sister, clinician, desk):
    contacts.remove(sister, by=clinician)

    assert (
        "S. Lindqvist took this contact off the list just now. Nothing was changed." in follow(desk, of(sister, "remove_contact"), {}).text
    )
    contacts.put_back(sister, by=clinician)
    assert "This contact is on the list." in follow(desk, of(sister, "put_back_contact"), {}).text


# Wishes


def test_wishes_are_set_and_stand_on_every_page_of_the_chart(patient, desk, url):
    address = chart_url("reach", patient)
    assert get(desk, url).leads_to("Change the wishes") == address

    page = follow(desk, address, {**get(desk, address).form("reach_by"), "reach_by": "phone", "reach_wishes": "Not at work."})

    assert "The wishes are saved." in page.text
    assert "Reach by Phone Phone 555 0100 Leaving a message Not allowed Not at work." in page.part("wishes")
    assert TrailEntry.objects.get(event="patient.wishes_changed").facts == {"fields": ["reach_by", "reach_wishes"]}
    for name in ("chart", "timeline", "team", "times", "details"):
        assert get(desk, chart_url(name, patient)).leads_to("Reach by phone, leave no message, see the wishes") == url, name


@pytest.mark.parametrize(
    ("wishes", "words"),
    [
        ({}, None),
        ({"reach_by": "text"}, "Reach by text message"),
        ({"reach_by": "in_person", "reach_wishes": "Ask."}, "Reach in person only, see the wishes"),
        ({"reach_by": "phone", "may_leave_message": True}, "Reach by phone, a message may be left"),
        ({"reach_wishes": "Ask."}, "Wishes about being reached, leave no message"),
        ({"may_leave_message": True}, "Wishes about being reached, a message may be left"),
    ],
)
def test_the_banner_says_how_in_few_words(patient, clinician, desk, url, wishes, words):
    contacts.set_wishes(patient, by=clinician, **wishes)

    assert [label for label, href in get(desk, url).links if href == url and label != "Contacts"] == ([words] if words else [])


def test_two_people_who_change_the_wishes_are_told_and_nothing_is_lost(patient, clinician, desk):
    address = chart_url("reach", patient)
    mine = get(desk, address).form("reach_by")
    contacts.set_wishes(patient, by=make_clinician(), reach_by="text", may_leave_message=True)

    page = send(desk, address, {**mine, "reach_by": "letter", "reach_wishes": "No envelope with our name."})

    assert page.status == 409
    assert page.mistakes == ["Someone changed reach the patient by to “Text message” while you were working. Save again to use yours."]
    assert page.form("reach_by")["reach_wishes"] == "No envelope with our name."
    follow(desk, address, page.form("reach_by"))
    patient.refresh_from_db()
    assert (patient.reach_by, patient.may_leave_message, patient.reach_wishes) == ("letter", True, "No envelope with our name.")


def test_wishes_have_their_limits(patient, desk):
    page = send(desk, chart_url("reach", patient), {"reach_by": "pigeon", "reach_wishes": "x" * 1001})

    assert (page.status, page.title) == (422, f"Error: Wishes, No. {patient.record_number} - Anchored")
    assert page.mistakes == ["Choose one from the list", "Use at most 1000 characters. You entered 1001."]


def test_the_front_desk_sees_the_wishes_and_does_not_change_them(patient, clinician, front_desk, url):
    contacts.set_wishes(patient, by=clinician, reach_by="text", reach_wishes="Not at work.")

    page = get(front_desk, url)

    assert "Reach by Text message" in page.part("wishes")
    assert "Not at work. Somebody of the care team can change the wishes." in page.part("wishes")
    assert page.leads_to("Change the wishes") is None
    assert page.leads_to("Reach by text message, see the wishes") == url
    assert send(front_desk, chart_url("reach", patient), {"reach_by": "phone"}).status == 403
    assert get(front_desk, chart_url("reach", patient)).status == 403
    assert Patient.objects.get(pk=patient.pk).reach_by == "text"


def test_the_front_desk_keeps_contacts(patient, front_desk, url):
    page = follow(front_desk, chart_url("new_contact", patient), OFFICER)

    assert "Bo Adams is a contact now." in page.text
    assert page.leads_to("Overview") is None
    assert page.leads_to("Times") == chart_url("times", patient)


# Who may, what it costs


def test_contacts_have_a_door(patient, sister, url):
    for address in (url, chart_url("new_contact", patient), of(sister)):
        assert doors(address, weaker=Role.ADMINISTRATOR, by="get") == SHUT
    for address in (chart_url("new_contact", patient), of(sister), of(sister, "remove_contact"), of(sister, "put_back_contact")):
        assert doors(address, weaker=Role.ADMINISTRATOR, by="post") == SHUT
    assert doors(chart_url("reach", patient), weaker=Role.FRONT_DESK, by="post") == SHUT
    assert Contact.objects.get().removed_at is None


def test_a_contact_that_is_sent_twice_is_added_once(patient, desk):
    address = chart_url("new_contact", patient)
    filled = {**form(desk, address), **OFFICER}

    assert {desk.post(address, filled)["Location"] for _ in range(2)} == {chart_url("contacts", patient)}
    assert Contact.objects.count() == 1


def test_looking_is_recorded_and_without_the_trail_nothing_is_shown_or_changed(patient, sister, desk, url, monkeypatch):
    get(desk, url)
    assert events(patient)[-1] == "chart.opened"
    silence(monkeypatch)

    assert get(desk, url).status == get(desk, of(sister)).status == 503
    assert send(desk, chart_url("new_contact", patient), OFFICER).status == 503
    assert send(desk, of(sister), {**SISTER, "phone": "555 0199"}).status == 503
    assert send(desk, of(sister, "remove_contact"), {}).status == 503
    assert send(desk, chart_url("reach", patient), {"reach_by": "text"}).status == 503
    assert (Contact.objects.get().phone, Contact.objects.get().removed_at) == ("555 0142", None)


def test_the_pages_cost_the_same_for_one_contact_and_for_twelve(patient, sister, clinician, desk, url):
    one = cost(desk, url)
    for _ in range(11):
        gone = contacts.add(patient, by=make_clinician(), **OFFICER)
        contacts.add(patient, by=make_clinician(), **OFFICER)
        contacts.remove(gone, by=make_clinician())

    assert one == cost(desk, url) == 8
    assert cost(desk, of(sister)) == 8
    assert cost(desk, chart_url("new_contact", patient)) == 7
    assert cost(desk, chart_url("reach", patient)) == 8


def test_no_name_or_number_of_a_contact_stands_in_an_address(sister, desk, url):
    page = get(desk, url)

    assert not [href for _, href in page.links if re.search("Elena|Lopez|0142", href)]
