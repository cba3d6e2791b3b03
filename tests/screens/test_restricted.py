"""The privacy officer's page: records that open for named people only, by number and never by name."""

import pytest
from django.test import Client

from anchored.accounts.roles import Role
from anchored.audit.models import TrailEntry
from patients.actions import privacy
from tests.making import afresh, made_once, make_both, make_clinician, make_patient, make_supervisor, make_user

from .visiting import HTMX, SHUT, chart_url, cost, events, follow, get, seen, send, signed_in, silence

pytestmark = pytest.mark.django_db

RESTRICTED = "/restricted/"
DETOX = "Residential detox"


@pytest.fixture
def officer():
    return make_user(Role.PRIVACY_OFFICER, given_name="Ruth", family_name="Feldman")


@pytest.fixture
def desk(officer):
    return signed_in(officer)


@pytest.fixture
def named():
    return make_clinician(given_name="Dana", family_name="Mensah", works_in=[DETOX])


both = made_once(lambda: make_both(family_name="Alvarez"))


@pytest.fixture
def clinician(both, db):
    return afresh(both.clinician)


@pytest.fixture
def patient(both, db):
    return afresh(both.patient)


def opens(user, patient):
    return get(signed_in(user), chart_url("chart", patient)).status == 200


def test_without_restrictions_the_page_says_so(desk):
    page = get(desk, RESTRICTED)

    assert (page.status, page.title, page.heading) == (200, "Restricted records - Anchored", "Restricted records")
    assert page.part("records") == "Restricted now No record is restricted."


def test_a_restricted_record_opens_for_the_people_named_who_care(patient, clinician, named, desk):
    form = {**get(desk, RESTRICTED).form("record_number"), "record_number": str(patient.record_number), "named": [named.pk]}

    page = follow(desk, RESTRICTED, form)

    assert f"Record no. {patient.record_number} opens only for the people named." in page.text
    assert page.part("records") == f"Restricted now Record no. {patient.record_number} D. Mensah Lift"
    assert (opens(named, patient), opens(clinician, patient)) == (True, False)
    assert not opens(make_supervisor(supervises=[clinician]), patient)
    assert "lvarez" not in page.html.lower()


def test_being_named_is_not_enough(patient, desk):
    elsewhere = make_clinician()

    follow(desk, RESTRICTED, {"record_number": str(patient.record_number), "named": [elsewhere.pk]})

    assert not opens(elsewhere, patient)


def test_naming_again_replaces_the_list(patient, clinician, named, desk):
    for person in (clinician, named):
        follow(desk, RESTRICTED, {"record_number": str(patient.record_number), "named": [person.pk]})

    assert (opens(named, patient), opens(clinician, patient)) == (True, False)
    assert get(desk, RESTRICTED).part("records").count("Mensah") == 1


def test_lifting_opens_the_record_again(patient, clinician, named, officer, desk):
    privacy.restrict(patient, by=officer, named=[named])
    lift = get(desk, RESTRICTED)

    page = follow(desk, RESTRICTED, lift.form("act"))

    assert f"Lift the restriction of record no. {patient.record_number}" in lift.buttons
    assert f"Record no. {patient.record_number} opens again for its care team." in page.text
    assert opens(clinician, patient)


def test_who_lifts_second_is_told_so(patient, named, officer, desk):
    privacy.restrict(patient, by=officer, named=[named])
    form = get(desk, RESTRICTED).form("act")
    privacy.lift(patient, by=make_user(Role.PRIVACY_OFFICER))

    page = follow(desk, RESTRICTED, form)

    assert "This record is not restricted." in page.text
    assert page.heading == "Restricted records"


def test_lifting_what_is_no_record_is_not_found(desk):
    for number in ("", "0", "abc", "٣", "9" * 40, "' OR 1=1"):
        assert send(desk, RESTRICTED, {"act": "lift", "record_number": number}).status == 404


def test_mistakes_are_named_and_the_typing_is_kept(patient, named, desk):
    def said(**typed):
        page = send(desk, RESTRICTED, {"record_number": str(patient.record_number), "named": [str(named.pk)], **typed})
        assert page.title.startswith("Error: Restricted records")
        return page.status, page.mistakes

    assert said(record_number="") == (422, ["Enter the record number"])
    assert said(record_number="Rosa") == (422, ["Enter the record number, like 1042"])
    assert said(record_number="999999") == (422, ["There is no record with this number"])
    assert said(record_number="9" * 30) == (422, ["There is no record with this number"])
    assert said(record_number="0") == (422, ["Enter 1 or more"])
    assert said(named=[]) == (422, ["Name at least one person, or nobody can care for this patient"])
    assert said(named=["999999"]) == (422, ["Choose one from the list"])
    page = send(desk, RESTRICTED, {"record_number": "999999", "named": [str(named.pk)]})
    assert page.form("record_number") | {"named": str(named.pk)} == page.form("record_number")
    assert page.form("record_number")["record_number"] == "999999"
    patient.refresh_from_db()
    assert patient.restricted is False


def test_only_people_who_care_can_be_named(named, desk):
    html = get(desk, RESTRICTED).html

    assert "Dana Mensah, LCSW" in html
    assert "Ruth Feldman" not in html.split('id="main"')[1]


def test_the_page_is_the_privacy_officers(patient, named):
    for role in set(Role) - {Role.PRIVACY_OFFICER}:
        client = signed_in(make_user(role))
        assert client.get(RESTRICTED).status_code == SHUT["a weaker role"]
        assert client.post(RESTRICTED, {"record_number": str(patient.record_number), "named": [named.pk]}).status_code == 403
        assert client.post(RESTRICTED, {"act": "lift", "record_number": str(patient.record_number)}).status_code == 403

    patient.refresh_from_db()
    assert patient.restricted is False


def test_nobody_sees_it_without_signing_in(db):
    assert Client().get(RESTRICTED).status_code == SHUT["nobody"]
    assert Client().get(RESTRICTED, headers=HTMX).status_code == SHUT["nobody, by htmx"]


def test_looking_restricting_and_lifting_are_recorded(patient, named, desk):
    follow(desk, RESTRICTED, {"record_number": str(patient.record_number), "named": [named.pk]})
    follow(desk, RESTRICTED, {"act": "lift", "record_number": str(patient.record_number)})

    assert events(patient)[2:] == ["record.restricted", "list.shown", "record.opened_again"]
    assert TrailEntry.objects.get(event="record.restricted").facts == {"named": [named.pk]}
    assert seen("list.shown", screen="restricted") == [patient.pk, None]


def test_without_the_trail_nothing_is_shown_or_changed(patient, named, desk, monkeypatch):
    silence(monkeypatch)

    assert get(desk, RESTRICTED).status == 503
    assert send(desk, RESTRICTED, {"record_number": str(patient.record_number), "named": [named.pk]}).status == 503
    patient.refresh_from_db()
    assert patient.restricted is False


def test_the_page_costs_the_same_for_one_record_and_for_twelve(patient, named, clinician, officer, desk):
    privacy.restrict(patient, by=officer, named=[named])
    one = cost(desk, RESTRICTED)
    for _ in range(11):
        privacy.restrict(make_patient(clinician), by=officer, named=[named, clinician])

    assert one == cost(desk, RESTRICTED) == 6
