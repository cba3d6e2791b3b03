"""Waiting for a place: the order, the offer that holds one, and the last place that goes once."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from anchored.accounts.refusals import NotNow, NotPermitted, SomeoneWasFirst
from anchored.accounts.roles import Role
from anchored.ground.dates import today
from patients import queries
from patients.actions import admissions, episodes, waitlist
from patients.models import Offer, Patient, Program, WaitlistEntry
from tests.making import basis, make_admitted, make_clinician, make_patient, make_user, open_stay, program

pytestmark = pytest.mark.django_db


@pytest.fixture
def clinician():
    return make_clinician(works_in=["PHP"])


def room_for(number):
    Program.objects.filter(name="PHP").update(capacity=number)
    return program("PHP")


def waiting(by, **facts):
    return waitlist.wait(make_patient(by=by), program=program("PHP"), by=by, **facts)


def admit(patient, by):
    return admissions.admit(patient, program=program("PHP"), on=today(), by=by)


class TestWaiting:
    def test_the_order_is_priority_then_the_day(self, clinician):
        late, injects, early = waiting(clinician), waiting(clinician, priority=3), waiting(clinician)
        WaitlistEntry.objects.filter(pk=early.pk).update(since=today() - timedelta(days=9))

        ((_, rows, others),) = queries.waiting_for(clinician)

        assert [row.pk for row in rows] == [injects.pk, early.pk, late.pk]
        assert others == 0

    def test_whom_one_does_not_know_of_is_a_number(self, clinician):
        waiting(clinician)
        other = make_clinician()
        mine = waitlist.wait(make_patient(by=other), program=program("PHP"), by=other)

        ((_, rows, others),) = queries.waiting_for(other)

        assert ([row.pk for row in rows], others) == ([mine.pk], 1)

    @pytest.mark.parametrize("name", ["Outpatient"])
    def test_nobody_waits_where_there_is_no_limit_or_where_they_are(self, clinician, name):
        there = make_admitted(clinician, to="PHP")
        entry = waiting(clinician)

        for patient, to, words in (
            (make_patient(by=clinician), name, "has no limit"),
            (there, "PHP", "already in PHP"),
            (entry.patient, "PHP", "waits for PHP already"),
        ):
            with pytest.raises(NotNow, match=words):
                waitlist.wait(patient, program=program(to), by=clinician)

    def test_the_front_desk_offers_nothing(self, clinician):
        desk, entry = make_user(Role.FRONT_DESK), waiting(clinician)

        for act in (
            lambda: waitlist.offer(entry, held_until=today(), by=desk),
            lambda: waitlist.give_up(entry, because="x", by=desk),
            lambda: waitlist.wait(make_patient(), program=program("PHP"), by=desk),
        ):
            with pytest.raises(NotPermitted):
                act()

    def test_the_staff_of_the_program_know_of_them_until_it_ends(self, clinician):
        colleague, entry = make_clinician(works_in=["PHP"]), waiting(make_clinician())

        assert entry.patient in Patient.objects.visible_to(colleague)
        waitlist.give_up(entry, because="Found a place nearer.", by=colleague)

        assert entry.patient not in Patient.objects.visible_to(colleague)
        with pytest.raises(SomeoneWasFirst, match="ended this wait just now"):
            waitlist.give_up(entry, because="Again.", by=clinician)


class TestAPlaceThatIsHeld:
    def test_it_is_taken_for_everybody_else(self, clinician):
        room_for(1)
        entry = waiting(clinician)
        waitlist.offer(entry, held_until=today() + timedelta(days=2), by=clinician)

        with pytest.raises(NotNow, match="PHP is full .1 of 1.. Choose another or the waitlist."):
            admit(make_patient(by=clinician), clinician)
        with pytest.raises(NotNow, match="PHP is full"):
            waitlist.offer(waiting(clinician), held_until=today(), by=clinician)
        (php,) = [each for each in queries.programs() if each.name == "PHP"]
        assert (php.taken, php.held, php.free) == (0, 1, 0)

        admit(entry.patient, clinician)
        entry.refresh_from_db()
        assert (entry.outcome, Offer.objects.get().outcome) == ("admitted", "taken")

    def test_it_is_free_after_its_last_day(self, clinician):
        room_for(1)
        waitlist.offer(waiting(clinician), held_until=today() + timedelta(days=2), by=clinician)

        with time_machine.travel(timezone.now() + timedelta(days=2)), pytest.raises(NotNow, match="full"):
            admit(make_patient(by=clinician), clinician)
        with time_machine.travel(timezone.now() + timedelta(days=3)):
            admit(make_patient(by=clinician), clinician)

    def test_declined_it_is_free_at_once_and_the_person_waits_on(self, clinician):
        room_for(1)
        entry = waiting(clinician)
        offer = waitlist.offer(entry, held_until=today(), by=clinician)

        waitlist.turn_down(offer, by=clinician)

        admit(make_patient(by=clinician), clinician)
        entry.refresh_from_db()
        assert (entry.closed_at, Offer.objects.get().outcome) == (None, "declined")
        with pytest.raises(SomeoneWasFirst, match="closed this offer just now"):
            waitlist.turn_down(offer, by=clinician)

    def test_one_place_for_one_person(self, clinician):
        entry = waiting(clinician)
        waitlist.offer(entry, held_until=today(), by=clinician)

        with pytest.raises(SomeoneWasFirst, match="offered a place just now"):
            waitlist.offer(entry, held_until=today(), by=clinician)
        with pytest.raises(NotNow, match="until today or later"):
            waitlist.offer(waiting(clinician), held_until=today() - timedelta(days=1), by=clinician)

    def test_a_move_into_the_program_ends_the_wait_too(self, clinician):
        patient = make_admitted(clinician, to="Residential")
        entry = waitlist.wait(patient, program=program("PHP"), by=clinician)
        waitlist.offer(entry, held_until=today(), by=clinician)

        reason = "Ready for the next level."
        episodes.move(open_stay(patient), to=program("PHP"), on=today(), basis=basis(), reason=reason, by=clinician)

        entry.refresh_from_db()
        assert (entry.outcome, Offer.objects.get().outcome) == ("admitted", "taken")

    def test_an_admission_elsewhere_leaves_the_wait(self, clinician):
        entry = waiting(clinician)

        admissions.admit(entry.patient, program=program("Residential detox"), on=today(), by=clinician)

        entry.refresh_from_db()
        assert entry.closed_at is None


def test_a_free_place_says_whose_turn_it_is(clinician):
    room_for(1)
    first, second = waiting(clinician, priority=1), waiting(clinician)

    assert [(row.program.name, row.pk) for row in queries.next_in_line(clinician)][:1] == [("PHP", first.pk)]
    waitlist.offer(first, held_until=today(), by=clinician)
    assert not queries.next_in_line(clinician).exists()
    room_for(2)
    assert [row.pk for row in queries.next_in_line(clinician)] == [second.pk]
