"""Appointments on screen: booking with what it clashes with, moving, cancelling, my week, the chart."""

from datetime import timedelta

import pytest
from django.utils import timezone

from anchored.accounts.roles import Role
from anchored.ground.dates import today
from patients.actions import commitments, episodes
from patients.models import DischargeReason
from tests.making import make_admitted, make_both, open_stay
from tests.noting import begin, make_appointment
from treatment_plans.actions import appointments
from treatment_plans.models import Appointment

from .visiting import SHUT, chart_url, cost, doors, follow, get, seen, send, signed_in

pytestmark = pytest.mark.django_db
WEEK = "/appointments/"
MORROW = timedelta(days=1)


@pytest.fixture
def both():
    return make_both()


@pytest.fixture
def desk(both):
    return signed_in(both.clinician)


def given(both, **more):
    on = (today() + MORROW).isoformat()
    return {"kind": "individual", "clinician": both.clinician.pk, "on": on, "starts": "10:00", "minutes": "50", "place": "phone", **more}


def test_an_appointment_is_booked_from_the_chart_and_stands_there(both, desk):
    chart = get(desk, chart_url("chart", both.patient))
    address = chart.leads_to("Book appointment")
    shown = get(desk, address)

    page = follow(desk, address, given(both))

    booked = Appointment.objects.get()
    assert (shown.title, shown.form("starts")["minutes"]) == (f"Book appointment, No. {both.patient.record_number} - Anchored", "50")
    assert "No appointment ahead. Book appointment" in chart.text
    assert f"booked for {today() + MORROW:%d %b %Y}, 10:00." in page.text
    assert f"Individual therapy {today() + MORROW:%d %b} 10:00, S. Lindqvist" in page.part("where")
    assert page.leads_to("Individual therapy") == f"{WEEK}{booked.pk}/move/"


def test_what_it_clashes_with_is_shown_before_it_is_saved(both, desk):
    day = today() + MORROW
    commitments.add(both.patient, by=both.clinician, kind="work", weekdays=[day.weekday()], starts=540, ends=1020)
    address = chart_url("book", both.patient)

    page = send(desk, address, given(both))

    assert page.status == 422
    assert f"{both.patient} cannot come: work, 09:00 to 17:00." in page.text
    assert "Nothing is saved yet." in page.text
    assert "Book appointment all the same" in page.buttons
    assert Appointment.objects.count() == 0
    follow(desk, address, page.form("seen"))
    assert Appointment.objects.filter(place="phone").exists()


def test_what_was_shown_before_does_not_excuse_another_clash(both, desk):
    address, day = chart_url("book", both.patient), today() + MORROW
    commitments.add(both.patient, by=both.clinician, kind="work", weekdays=[day.weekday()], starts=540, ends=1020)
    page = send(desk, address, given(both))
    commitments.add(both.patient, by=both.clinician, kind="court", weekdays=[day.weekday()], starts=600, ends=660)

    again = send(desk, address, page.form("seen"))

    assert again.status == 422
    assert "cannot come: court or probation, 10:00 to 11:00." in again.text


def test_mistakes_are_said_beside_their_fields(both, desk):
    page = send(desk, chart_url("book", both.patient), given(both, on="nonsense", starts="", minutes="0"))

    assert page.status == 422
    assert page.mistakes == ["Enter a real day, like 23 Nov 2026", "Enter the start", "Enter 1 or more"]


def test_an_appointment_is_moved(both, desk):
    booked = make_appointment(both.patient, by=both.clinician)
    address = f"{WEEK}{booked.pk}/move/"

    page = follow(desk, address, {**get(desk, address).form("starts"), **given(both)})

    booked.refresh_from_db()
    assert f"moved to {today() + MORROW:%d %b %Y}, 10:00." in page.text
    assert f"{timezone.localtime(booked.starts_at):%H:%M}" == "10:00"


def test_an_appointment_is_cancelled_with_who_did(both, desk):
    booked = make_appointment(both.patient, by=both.clinician)
    address = f"{WEEK}{booked.pk}/cancel/"

    empty = send(desk, address, {"because": ""})
    page = follow(desk, address, {"outcome": "by_patient", "because": "Rang at nine."})

    booked.refresh_from_db()
    assert empty.mistakes == ["Choose what became of it"]
    assert "The patient cancelled: Individual therapy" in page.text
    assert (booked.outcome, booked.because) == ("by_patient", "Rang at nine.")
    assert desk.get(address).status_code == 404
    assert send(desk, address, {"outcome": "by_clinic"}).status == 409


def test_a_note_that_is_begun_keeps_its_appointment(both, desk):
    booked = make_appointment(both.patient, by=both.clinician)
    appointments.begin_note(begin(both.patient, by=both.clinician), booked.pk)

    page = send(desk, f"{WEEK}{booked.pk}/cancel/", {"outcome": "absent"})

    assert page.mistakes == ["A note about this appointment is begun. Sign or discard it first."]


def test_my_week_is_a_list_by_day(both, desk):
    booked = make_appointment(both.patient, by=both.clinician)
    day = timezone.localdate(booked.starts_at)

    page = get(desk, f"{WEEK}?week={day.isoformat()}")

    assert f"{day:%A}, {day:%d %b}" in page.text
    assert page.leads_to(f"Move Individual therapy, {both.patient}") == f"{WEEK}{booked.pk}/move/"
    assert page.leads_to(f"Cancel Individual therapy, {both.patient}") == f"{WEEK}{booked.pk}/cancel/"
    assert page.leads_to(f"Write note for {both.patient}")
    assert seen("list.shown", screen="appointments") == [both.patient.pk]
    assert "Nothing is planned this week" in get(desk, WEEK + page.leads_to("Previous week")).text


def test_my_week_costs_the_same_for_one_and_for_many(both, desk):
    def one_more():
        make_appointment(make_admitted(both.clinician), by=both.clinician)
        return cost(desk, WEEK)

    assert [one_more(), one_more(), one_more()] == [5, 5, 5]


def test_the_doors(both):
    booked = make_appointment(both.patient, by=both.clinician)
    for address in (chart_url("book", both.patient), f"{WEEK}{booked.pk}/move/", f"{WEEK}{booked.pk}/cancel/"):
        assert doors(address, weaker=Role.FRONT_DESK) == SHUT


def test_only_people_in_care_get_an_appointment(both, desk):
    episodes.discharge(open_stay(both.patient), on=today(), reason=DischargeReason.objects.first(), by=both.clinician)

    assert desk.get(chart_url("book", both.patient)).status_code == 404
    assert "Book appointment" not in get(desk, chart_url("chart", both.patient)).text
