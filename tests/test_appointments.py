"""Appointments: booked, moved, cancelled, done with their note; what they would clash with."""

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from anchored.accounts.refusals import NotNow, NotPermitted, SomeoneWasFirst
from anchored.accounts.roles import Role
from anchored.audit.models import TrailEntry
from anchored.dashboard.appointments import clashes
from anchored.ground.dates import today
from groups.planning import at
from patients.actions import commitments, episodes
from patients.models import DischargeReason, ServiceKind
from treatment_plans.actions import appointments, notes
from treatment_plans.models import Appointment

from .grouping import enrolled, make_group, make_slot, planned
from .making import make_admitted, make_both, make_clinician, make_user, open_stay
from .noting import begin, seal

pytestmark = pytest.mark.django_db


@pytest.fixture
def both():
    return make_both()


def book(both, *, ago=timedelta(hours=3), **facts):
    facts = {"kind": ServiceKind.objects.get(code="individual"), "minutes": 50, "place": "in_person", **facts}
    facts = {"clinician": both.clinician, "starts_at": timezone.now() - ago, **facts}
    return appointments.book(both.patient.episodes.get(), by=both.clinician, **facts)


def as_it_stands(appointment):
    return {name: getattr(appointment, name) for name in ("kind", "starts_at", "minutes", "place", "clinician")}


def test_an_appointment_is_booked_and_recorded_without_a_clinical_word(both):
    booked = book(both)

    entry = TrailEntry.objects.get(event="appointment.booked")
    assert (booked.minutes, booked.is_planned) == (50, True)
    assert (entry.patient_id, entry.facts) == (both.patient.pk, {})


def test_two_at_the_same_time_are_no_mistake(both):
    book(both)

    book(both)

    assert Appointment.objects.planned().count() == 2


def test_only_who_writes_notes_books_and_only_with_such_a_person(both):
    desk = make_user(Role.FRONT_DESK)
    with pytest.raises(NotPermitted):
        appointments.book(both.patient.episodes.get(), by=desk, **as_it_stands(book(both)))
    with pytest.raises(NotPermitted):
        book(both, clinician=desk)


def test_an_appointment_is_not_before_the_admission(both):
    with pytest.raises(NotNow):
        book(both, ago=timedelta(days=30))


def test_a_moved_appointment_stands_at_its_new_time_and_the_trail_knows_the_old_one(both):
    booked = book(both)

    moved = appointments.move(booked, by=both.clinician, **{**as_it_stands(booked), "starts_at": booked.starts_at + timedelta(days=1)})

    assert moved.ends_at - moved.starts_at == timedelta(minutes=50)
    assert TrailEntry.objects.get(event="appointment.moved").facts == {"came_from": booked.starts_at.isoformat()}


@pytest.mark.parametrize("outcome", ["by_patient", "by_clinic", "absent"])
def test_a_cancelled_appointment_says_who_cancelled_and_is_closed_once(both, outcome):
    booked = book(both)

    closed = appointments.cancel(booked, outcome=outcome, because="Rang at nine.", by=both.clinician)

    assert (closed.outcome, closed.closed_by, closed.is_cancelled) == (outcome, both.clinician, True)
    with pytest.raises(SomeoneWasFirst):
        appointments.cancel(booked, outcome="by_clinic", by=both.clinician)
    with pytest.raises(SomeoneWasFirst):
        appointments.move(booked, by=both.clinician, **as_it_stands(booked))


def test_nobody_is_absent_before_the_time(both):
    with pytest.raises(NotNow):
        appointments.cancel(book(both, ago=-timedelta(hours=1)), outcome="absent", by=both.clinician)


def test_the_note_takes_its_appointment_and_the_signature_closes_it(both):
    booked = book(both)
    note = begin(both.patient, by=both.clinician, ago=timedelta(hours=3))
    appointments.begin_note(note, booked.pk)
    with pytest.raises(NotNow):
        appointments.cancel(booked, outcome="by_clinic", by=both.clinician)

    seal(note, by=both.clinician)

    booked.refresh_from_db()
    assert (booked.outcome, booked.note_id) == ("done", note.pk)


def test_a_discarded_draft_leaves_the_appointment_to_another_note(both):
    booked = book(both)
    note = begin(both.patient, by=both.clinician)
    appointments.begin_note(note, booked.pk)

    notes.discard(note, by=both.clinician)

    booked.refresh_from_db()
    assert (booked.note, booked.is_planned) == (None, True)


def test_a_note_of_somebody_else_is_not_about_this_appointment(both):
    booked, other = book(both), make_clinician()
    patient = make_admitted(other)

    appointments.begin_note(begin(patient, by=other), booked.pk)

    booked.refresh_from_db()
    assert booked.note is None


def test_who_is_discharged_has_no_appointment_ahead(both):
    past, coming = book(both), book(both, ago=-timedelta(days=1))

    episodes.discharge(open_stay(both.patient), on=today(), reason=DischargeReason.objects.first(), by=both.clinician)

    past.refresh_from_db()
    coming.refresh_from_db()
    assert (past.is_planned, coming.outcome, coming.because) == (True, "by_clinic", "Discharged")


def test_what_is_closed_stays_and_nothing_is_deleted(both):
    booked = book(both)
    appointments.cancel(booked, outcome="by_patient", by=both.clinician)

    for change in (
        lambda: Appointment.objects.filter(pk=booked.pk).update(because="Other words."),
        lambda: Appointment.objects.filter(pk=booked.pk)._raw_delete("default"),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


# What it would clash with


def found(both, day, starts, minutes=60, **facts):
    facts = {"clinician": both.clinician, "starts_at": at(day, starts), "minutes": minutes, "seen_by": both.clinician, **facts}
    return clashes.found(both.patient.episodes.get(), **facts)


def next_monday():
    return today() + timedelta(days=7 - today().weekday())


def test_the_times_a_patient_cannot_come_are_said(both):
    day = next_monday()
    commitments.add(both.patient, by=both.clinician, kind="work", weekdays=[0], starts=540, ends=1020)

    assert found(both, day, 600) == [f"{both.patient} cannot come: work, 09:00 to 17:00."]
    assert found(both, day, 1020) == []


@pytest.mark.parametrize("plan", [True, False], ids=["as a session", "as a slot"])
def test_groups_of_the_patient_and_of_the_clinician_are_said(both, plan):
    group = make_group(both.clinician, programs=["Residential detox"], name="Morning group")
    make_slot(group)
    enrolled(both.patient, group, by=both.clinician)
    day = next_monday()
    if plan:
        planned()

    said = [f"{both.patient} attends Morning group, 09:00 to 12:00.", "S. Lindqvist leads Morning group, 09:00 to 12:00."]
    assert found(both, day, 660) == said
    assert found(both, day, 720) == []
    assert found(both, day, 660, seen_by=make_clinician())[1] == "S. Lindqvist leads a group, 09:00 to 12:00."


def test_other_appointments_are_said_without_the_name_of_another_patient(both):
    day = next_monday()
    other = make_admitted(both.clinician, primary=both.clinician)
    kind = ServiceKind.objects.get(code="individual")
    facts = {"kind": kind, "minutes": 50, "place": "phone", "by": both.clinician}
    mine = appointments.book(both.patient.episodes.get(), starts_at=at(day, 600), clinician=make_clinician(), **facts)
    appointments.book(other.episodes.get(), starts_at=at(day, 630), clinician=both.clinician, **facts)

    assert found(both, day, 600) == [
        f"{both.patient} has another appointment: individual therapy, 10:00 to 10:50.",
        "S. Lindqvist has another appointment, 10:30 to 11:20.",
    ]
    assert found(both, day, 600, minutes=20, but=mine) == []


def test_a_day_without_anything_is_free(both):
    assert found(both, date(2199, 1, 7), 600) == []
