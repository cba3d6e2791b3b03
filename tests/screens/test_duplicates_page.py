"""Two records of one person on screen: found, compared, proposed, decided by somebody else, undone; the old number leads on."""

from datetime import date
from uuid import uuid4

import pytest
from django.urls import reverse

from anchored.accounts.roles import Role
from patients import merging
from patients.actions import flags, merges, privacy, referrals
from patients.models import Merge, Patient
from tests.making import make_admitted, make_clinician, make_patient, make_supervisor, make_user

from .visiting import chart_url, cost, follow, front_desk, get, seen, send, signed_in

pytestmark = pytest.mark.django_db
PAGE = "/duplicates/"
WHY = "Both showed the same photo ID today."
BORN = date(1991, 3, 4)


@pytest.fixture
def supervisor():
    return make_supervisor(given_name="Ingrid", family_name="Novak", works_in=["IOP Day"])


@pytest.fixture
def officer():
    return make_user(Role.PRIVACY_OFFICER, given_name="Ruth", family_name="Feldman")


@pytest.fixture
def one(supervisor):
    return make_admitted(
        supervisor, to="IOP Day", patient=make_patient(supervisor, family_name="Alvarez", birth_date=BORN, allergies="Penicillin")
    )


@pytest.fixture
def other(supervisor):
    return make_patient(supervisor, given_name="ROSA", family_name="Alvarez", birth_date=BORN, phone="555 0142", allergies="Latex")


def compare(one, other):
    return reverse("propose_merge", args=[one.pk, other.pk])


def test_records_that_look_alike_are_listed_and_any_two_can_be_compared(supervisor, one, other):
    desk = signed_in(supervisor)

    page = get(desk, PAGE)
    side_by_side = follow(desk, PAGE, {"one": str(other.record_number), "other": str(one.record_number)})

    assert f"ALVAREZ, Rosa, no. {one.record_number} and no. {other.record_number} Born 04 Mar 1991" in page.part("alike")
    assert side_by_side.heading == f"No. {one.record_number} and no. {other.record_number}: one person?"
    assert set(seen("records.compared")) == {one.pk, other.pk}


@pytest.mark.parametrize("numbers", [("", ""), ("7", "x"), ("99999", "4"), ("9" * 30, "1001"), ("-1", "0"), ("1001", "1001")])
def test_numbers_that_are_none_are_refused_with_words(supervisor, one, numbers):
    page = send(signed_in(supervisor), PAGE, dict(zip(("one", "other"), numbers, strict=True)))

    assert page.status == 422
    assert page.title.startswith("Error: ")


def test_a_number_this_person_may_not_know_of_is_like_none(supervisor, one):
    elsewhere = make_patient()
    words = [
        send(signed_in(supervisor), PAGE, {"one": str(one.record_number), "other": str(number)}).part("compare")
        for number in (elsewhere.record_number, 9999)
    ]

    assert words[0] == words[1]
    assert get(signed_in(supervisor), compare(one, elsewhere)).status == 404


def test_from_the_comparison_to_one_record(supervisor, officer, one, other):
    desk, privacy_desk = signed_in(supervisor), signed_in(officer)
    page = get(desk, compare(one, other))
    assert page.form("stays")["fact_allergies"] == "both"

    proposed = follow(desk, compare(one, other), {**page.form("stays"), "because": WHY, "fact_given_name": "one"})
    assert "Waits for a second person" in proposed.text
    assert "You proposed this merge. A second person decides." in proposed.text

    address = reverse("merge", args=[Merge.objects.get().pk])
    assert "Decide" in get(privacy_desk, PAGE).text or get(privacy_desk, address).status == 200
    done = follow(privacy_desk, address, {"act": "merge"})

    kept = Patient.objects.get(pk=one.pk)
    assert f"No. {other.record_number} leads to no. {one.record_number}" in done.text
    assert (kept.given_name, kept.phone, kept.allergies) == ("Rosa", "555 0142", "Penicillin\nLatex")


def test_the_younger_number_can_stay(supervisor, officer, one, other):
    desk = signed_in(supervisor)
    form = get(desk, compare(one, other)).form("stays")

    follow(desk, compare(one, other), {**form, "stays": "other", "because": WHY, "fact_given_name": "one"})
    merges.merge(Merge.objects.get(), by=officer)

    assert Patient.objects.get(pk=one.pk).merged_into == other
    other.refresh_from_db()
    assert other.given_name == "Rosa"


def test_the_address_of_the_one_leads_to_the_same_page_of_the_other(supervisor, officer, one, other):
    merges.merge(merges.propose(one, other, because=WHY, by=supervisor), by=officer)
    desk = signed_in(supervisor)

    for name in ("chart", "timeline", "details", "contacts"):
        assert desk.get(chart_url(name, other)).headers["Location"] == chart_url(name, one)
    assert f"Record no. {other.record_number} is record no. {one.record_number} now." in get(desk, chart_url("chart", one)).text
    assert desk.post(chart_url("flags", other), {"kind": "medical"}).headers["Location"] == chart_url("chart", one)
    assert not one.safety_flags.exists()


def test_it_leads_nobody_who_may_not_know(supervisor, officer, one, other):
    merges.merge(merges.propose(one, other, because=WHY, by=supervisor), by=officer)

    assert get(signed_in(make_clinician()), chart_url("chart", other)).status == 404


def test_through_two_merges(supervisor, officer, one, other):
    third = make_patient(supervisor)
    merges.merge(merges.propose(other, third, because=WHY, by=supervisor), by=officer)
    merges.merge(merges.propose(one, other, because=WHY, by=supervisor), by=officer)

    assert signed_in(supervisor).get(chart_url("chart", third)).headers["Location"] == chart_url("chart", one)


def test_what_stands_in_the_way_is_said_before_anything_is_sent(supervisor, one, other):
    for patient in (one, other):
        flags.raise_flag(patient, kind="overdose", by=supervisor)
    page = get(signed_in(supervisor), compare(one, other))

    assert "Both have the same safety flag." in page.text
    sent = send(signed_in(supervisor), compare(one, other), {**page.form("stays"), "because": WHY})
    assert (sent.status, Merge.objects.count()) == (422, 0)
    assert sent.form("stays")["because"] == WHY


def test_a_proposal_is_refused_with_a_reason(supervisor, officer, one, other):
    address = reverse("merge", args=[merges.propose(one, other, because=WHY, by=supervisor).pk])
    desk = signed_in(officer)

    assert send(desk, address, {"act": "refuse", "because": "No."}).status == 422
    page = follow(desk, address, {"act": "refuse", "because": "Two cousins of one name."})

    assert "Not the same person, says R. Feldman" in page.text
    assert not Patient.objects.filter(merged_into__isnull=False).exists()


def test_a_merge_is_undone_with_a_reason(supervisor, officer, one, other):
    done = merges.merge(merges.propose(one, other, because=WHY, by=supervisor), by=officer)
    address = reverse("merge", args=[done.pk])
    desk = signed_in(officer)

    assert send(desk, address, {"act": "undo", "because": ""}).status == 422
    page = follow(desk, address, {"act": "undo", "because": "Two cousins of one name."})

    assert "undone" in page.text
    assert get(signed_in(supervisor), chart_url("details", other)).status == 200


def test_two_who_decide_at_once_the_second_is_told(supervisor, officer, one, other):
    proposed = merges.propose(one, other, because=WHY, by=supervisor)
    address = reverse("merge", args=[proposed.pk])
    merges.refuse(proposed, by=officer, because="Two cousins of one name.")

    page = send(signed_in(make_user(Role.PRIVACY_OFFICER)), address, {"act": "merge"})

    assert page.status == 409
    assert "decided that they are not the same person" in page.text


def test_the_privacy_officer_sees_who_they_are_and_no_clinical_words(supervisor, officer, one, other):
    privacy.restrict(one, by=officer, named=[supervisor])
    desk = signed_in(officer)

    for address in (compare(one, other), reverse("merge", args=[merges.propose(one, other, because=WHY, by=supervisor).pk])):
        page = get(desk, address)
        assert page.status == 200
        assert "555 0142" in page.text
        assert "Penicillin" not in page.text


def test_what_stands_in_the_way_names_no_flag(supervisor, officer, one, other):
    for patient in (one, other):
        flags.raise_flag(patient, kind="overdose", by=supervisor)

    page = get(signed_in(officer), compare(one, other))

    assert "Both have the same safety flag." in page.text
    assert "Overdose" not in page.text


def test_the_front_desk_proposes_and_has_no_button_to_decide(one, other):
    clerk = front_desk(works_in=["IOP Day"])
    mine = [make_patient(clerk, family_name="Alvarez", birth_date=BORN) for _ in range(2)]
    page = get(signed_in(clerk), reverse("merge", args=[merges.propose(*mine, because=WHY, by=clerk).pk]))

    assert page.status == 200
    assert "Merge the records" not in page.buttons


@pytest.mark.parametrize("address", [compare, lambda one, other: PAGE])
def test_who_may_not_is_refused(one, other, address):
    assert get(signed_in(make_clinician(works_in=["IOP Day"])), address(one, other)).status == 403


def test_a_stranger_learns_nothing(supervisor, one, other):
    stranger = signed_in(make_supervisor())
    proposed = merges.propose(one, other, because=WHY, by=supervisor)

    for address in (compare(one, other), reverse("merge", args=[proposed.pk]), reverse("merge", args=[uuid4()])):
        assert get(stranger, address).status == 404
    assert "Alvarez" not in get(stranger, PAGE).text
    assert stranger.post(reverse("merge", args=[proposed.pk]), {"act": "merge"}).status_code == 404


def test_today_says_what_waits_to_be_decided(supervisor, officer, one, other):
    merges.propose(one, other, because=WHY, by=officer)

    needs = get(signed_in(supervisor), "/today/").part("h-tasks")
    assert "One person, two records? Rosa Alvarez" in needs
    assert f"no. {one.record_number}" in needs


def test_more_duplicates_cost_no_more(supervisor, officer, one, other):
    desk = signed_in(supervisor)
    merges.propose(one, other, because=WHY, by=officer)
    before = cost(desk, PAGE)

    for day in range(4):
        pair = [make_patient(supervisor, family_name="Kim", birth_date=date(1990, 1, 1 + day)) for _ in range(2)]
        merges.propose(*pair, because=WHY, by=officer)

    assert cost(desk, PAGE) == before <= 12


def test_the_comparison_asks_for_a_fixed_number_of_rows(supervisor, one, other):
    referrals.receive(other, by=supervisor)

    assert cost(signed_in(supervisor), compare(one, other)) <= 32


def test_every_fact_of_the_details_is_compared():
    """A fact added to a person later must be chosen too."""
    left_out = {"id", "record_number", "restricted", "registered_by", "registered_at", "merged_into", "also_found_by", "find_by"}

    assert {field.name for field in Patient._meta.concrete_fields} - left_out == set(merging.FACTS)
