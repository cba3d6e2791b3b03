"""The forecast of a week, and a place for one session that makes up for hours."""

from datetime import date, datetime, timedelta

import pytest
import time_machine
from django.utils import timezone

from anchored.accounts.refusals import NotNow, SomeoneWasFirst
from anchored.ground.dates import today
from groups import forecast, hours, queries
from groups.actions import attendance, make_ups, sessions
from groups.models import MakeUp, Session
from patients.actions import commitments, episodes
from patients.models import DischargeReason
from tests.grouping import enrolled, make_group, make_slot, planned
from tests.making import make_admitted, make_clinician, open_stay

pytestmark = pytest.mark.django_db

WEDNESDAY = datetime(2026, 11, 25, 15, 0, tzinfo=timezone.get_default_timezone())


@pytest.fixture(autouse=True)
def midweek():
    with time_machine.travel(WEDNESDAY, tick=False):
        yield


@pytest.fixture
def leader():
    return make_clinician(works_in=["IOP Day"])


@pytest.fixture
def rosa(leader):
    return make_admitted(leader, to="IOP Day", on=date(2026, 11, 2))


def a_group(leader, *weekdays, starts=960, **facts):
    group = make_group(leader, **facts)
    for weekday in weekdays:
        make_slot(group, weekday=weekday, starts=starts, ends=starts + 180)
    planned()
    return group


def on(group, weekday):
    return Session.objects.get(group=group, held_on=date(2026, 11, 23) + timedelta(days=weekday))


def episode(patient):
    return patient.episodes.get()


def short(user, **how):
    return forecast.short_of_hours(user, **how)


def offered(user):
    (only,) = short(user)
    return [offer.session for offer in only.offers]


class TestTheForecast:
    def test_who_reaches_it_with_what_is_planned_is_not_short(self, leader, rosa):
        group = a_group(leader, 2, 3, 4, 5)
        enrolled(rosa, group, by=leader, on=today())

        assert short(leader) == []

    def test_what_is_missing_and_which_sessions_would_bring_it(self, leader, rosa):
        mine, other = a_group(leader, 2, 3), a_group(leader, 4, 5)
        enrolled(rosa, mine, by=leader, on=today())

        (only,) = short(leader)

        assert only.hours.missing_words == "3.5 h and 1 day short with what is planned"
        assert [offer.session for offer in only.offers] == [on(other, 4), on(other, 5)]
        assert only.to_come == 2
        assert only.words == "Can be made up this week."

    def test_what_does_not_fit_is_not_offered(self, leader, rosa):
        mine = a_group(leader, 3)
        enrolled(rosa, mine, by=leader, on=today())
        a_group(leader, 3, starts=900)
        at_work, full, cancelled = a_group(leader, 4), a_group(leader, 5, capacity=1), a_group(leader, 5)
        commitments.add(rosa, by=leader, kind="work", weekdays=[4], starts=540, ends=1020)
        enrolled(make_admitted(make_clinician(), to="IOP Day"), full, by=leader, on=today())
        sessions.cancel(on(cancelled, 5), because="Snow.", by=leader)
        a_group(leader, 5, programs=["IOP Evening"])
        a_group(leader, 5, type="mutual-help")
        a_group(leader, 5, type="family")

        assert offered(leader) == []
        assert short(leader)[0].words == "Nothing that fits is left this week."
        assert at_work

    def test_two_at_the_same_time_are_not_both_offered(self, leader, rosa):
        one, _ = a_group(leader, 4), a_group(leader, 4, starts=1000)

        assert offered(leader) == [on(one, 4)]

    def test_ones_own_people_or_all_whom_one_sees(self, leader, rosa):
        colleague = make_clinician(works_in=["IOP Day"])

        assert short(colleague) == []
        assert [each.patient_id for each in short(colleague, everybody=True)] == [rosa.pk]
        assert short(make_clinician(), everybody=True) == []

    def test_ten_cost_as_much_as_two(self, leader, rosa, django_assert_num_queries):
        a_group(leader, 3, 4)
        make_admitted(leader, to="IOP Day", on=date(2026, 11, 2))
        short(leader)
        with django_assert_num_queries(9):
            short(leader)
        for _ in range(8):
            make_admitted(leader, to="IOP Day", on=date(2026, 11, 2))
        with django_assert_num_queries(9):
            assert len(short(leader)) == 10


class TestAPlace:
    def test_it_is_planned_and_stands_on_the_list(self, leader, rosa):
        session = on(a_group(leader, 3), 3)

        make_ups.take(session, episode(rosa), by=leader)

        (guest,) = queries.roster(session, leader)
        assert (guest.patient, guest.makes_up) == (rosa, True)
        assert hours.of_week([episode(rosa).pk], today())[episode(rosa).pk].planned == 165

    def test_who_comes_is_marked_as_a_guest_who_makes_up(self, leader, rosa):
        session = on(a_group(leader, 2), 2)
        make_ups.take(session, episode(rosa), by=leader)

        with time_machine.travel(WEDNESDAY + timedelta(hours=5)):
            attendance.mark_all_present(session, by=leader)

        mark = session.attendance.get()
        assert (mark.is_guest, mark.guest_because) == (True, "Make-up")

    def test_the_last_place_goes_once(self, leader, rosa):
        session = on(a_group(leader, 3, capacity=1), 3)
        make_ups.take(session, episode(make_admitted(leader, to="IOP Day")), by=leader)

        with pytest.raises(NotNow, match="full that day: 1 of 1"):
            make_ups.take(session, episode(rosa), by=leader)

    def test_not_twice_not_at_two_places_not_elsewhere_not_when_over(self, leader, rosa):
        one, same_time, elsewhere = a_group(leader, 3), a_group(leader, 3), a_group(leader, 3, programs=["PHP"])
        make_ups.take(on(one, 3), episode(rosa), by=leader)

        with pytest.raises(SomeoneWasFirst, match="expected at this session already"):
            make_ups.take(on(one, 3), episode(rosa), by=leader)
        with pytest.raises(NotNow, match="at that time"):
            make_ups.take(on(same_time, 3), episode(rosa), by=leader)
        with pytest.raises(NotNow, match="does not serve the program"):
            make_ups.take(on(elsewhere, 3), episode(rosa), by=leader)
        with time_machine.travel(WEDNESDAY + timedelta(days=2)), pytest.raises(NotNow, match="is over"):
            make_ups.take(on(one, 3), episode(rosa), by=leader)

    def test_it_is_given_back_once_and_by_a_discharge(self, leader, rosa):
        session = on(a_group(leader, 3), 3)
        first = make_ups.take(session, episode(rosa), by=leader)
        make_ups.cancel(first, by=leader)
        with pytest.raises(SomeoneWasFirst):
            make_ups.cancel(first, by=leader)
        make_ups.take(session, episode(rosa), by=leader)

        episodes.discharge(open_stay(rosa), on=today(), reason=DischargeReason.objects.first(), by=leader)

        assert not MakeUp.objects.standing().exists()
        assert queries.roster(session, leader) == []
