"""The pages of the waitlist."""

from datetime import timedelta

import pytest
from django.urls import reverse

from anchored.accounts.roles import Role
from anchored.ground.dates import today
from patients.actions import commitments, referrals, waitlist
from patients.models import ContactAttempt, Offer, Program, WaitlistEntry
from tests.making import make_clinician, make_patient, program

from .visiting import SHUT, chart_url, cost, doors, follow, front_desk, get, seen, send, signed_in

pytestmark = pytest.mark.django_db

LIST = "/continuum/waitlist/"


@pytest.fixture
def clinician():
    return make_clinician(works_in=["PHP"])


@pytest.fixture
def desk(clinician):
    return signed_in(clinician)


@pytest.fixture
def entry(clinician):
    return waiting(clinician)


def waiting(by, **facts):
    patient = make_patient(by=by, given_name="Joon", family_name="Kim")
    return waitlist.wait(patient, program=program("PHP"), by=by, **facts)


def test_somebody_is_added_from_the_chart_with_what_the_call_told(clinician, desk):
    patient = make_patient(by=clinician, given_name="Joon", family_name="Kim")
    referrals.receive(patient, by=clinician, program=program("PHP"), is_pregnant="yes", injects="yes")

    form = get(desk, chart_url("wait", patient)).form("priority")
    page = follow(desk, chart_url("wait", patient), form)

    assert (form["program"], form["priority"]) == (str(program("PHP").pk), "1")
    assert "Joon Kim waits for PHP." in page.text
    assert "Pregnant, injects drugs" in page.text


def test_each_line_says_what_whoever_calls_must_know(clinician, entry, desk):
    commitments.add(entry.patient, by=clinician, kind="work", weekdays=[0], starts=540, ends=1020)
    WaitlistEntry.objects.filter(pk=entry.pk).update(since=today() - timedelta(days=3), risk="Alone at night.")

    page = get(desk, LIST)

    for words in ("KIM, Joon", "Waits 3 days", "no contact yet", "Alone at night.", "Cannot come: Monday", "Next"):
        assert words in page.text, words
    assert seen("list.shown", screen="waitlist") == [entry.patient_id]


def test_a_place_is_offered_declined_and_offered_again(entry, desk):
    offer = reverse("offer_place", args=[entry.pk])

    offered = follow(desk, offer, {"held_until": today().isoformat()})
    twice = send(desk, offer, {"held_until": today().isoformat()})
    declined = follow(desk, reverse("turn_down_place", args=[entry.pk]), {})
    again = follow(desk, offer, {"held_until": today().isoformat()})

    assert "Place offered" in offered.text
    assert twice.status == 409
    assert "The place is free again." in declined.text
    assert "Place offered" in again.text
    assert list(Offer.objects.order_by("offered_at").values_list("outcome", flat=True)) == ["declined", ""]


def test_a_full_program_offers_nothing(entry, desk):
    Program.objects.filter(name="PHP").update(capacity=0)

    page = send(desk, reverse("offer_place", args=[entry.pk]), {"held_until": today().isoformat()})

    assert (page.status, page.mistakes) == (422, ["PHP is full (0 of 0). Choose another or the waitlist."])


def test_a_contact_is_logged_also_by_the_front_desk(entry):
    desk = signed_in(front_desk(works_in=["PHP"]))

    page = follow(desk, reverse("log_waiting", args=[entry.pk]), {"channel": "phone", "outcome": "message"})

    assert "last contact" in page.text
    assert ContactAttempt.objects.get().patient == entry.patient
    assert get(desk, reverse("offer_place", args=[entry.pk])).status == 403


def test_not_proceeding_has_its_reason(entry, desk):
    where = reverse("give_up_waiting", args=[entry.pk])

    missing = send(desk, where, {"because": ""})
    page = follow(desk, where, {"because": "Found a place nearer."})

    assert missing.mistakes == ["Write why the wait ends"]
    assert "No one waits" in page.text


def test_today_says_where_a_place_is_free_and_who_is_next(entry, desk):
    page = get(desk, "/today/")

    assert "Offer a place Joon Kim" in page.part("h-tasks")
    assert "waits 0 days" in page.part("h-tasks")


def test_a_stranger_sees_a_number_and_no_name(entry):
    stranger = make_clinician()
    waitlist.wait(make_patient(by=stranger), program=program("PHP"), by=stranger)

    page = get(signed_in(stranger), LIST)

    assert "KIM" not in page.text
    assert "1 more waits, in the care of others." in page.text


def test_the_doors(entry):
    for name in ("offer_place", "give_up_waiting", "log_waiting"):
        assert doors(reverse(name, args=[entry.pk]), weaker=Role.PRESCRIBER, works_in=["PHP"]) == SHUT


def test_the_list_costs_the_same_for_one_and_for_twelve(clinician, entry, desk):
    one = cost(desk, LIST)
    for number in range(12):
        other = waiting(clinician)
        commitments.add(other.patient, by=clinician, kind="work", weekdays=[number % 7], starts=540, ends=1020)
        waitlist.offer(other, held_until=today(), by=clinician)

    assert cost(desk, LIST) == one == 8
