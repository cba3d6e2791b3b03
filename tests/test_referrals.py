"""From the call to the admission: who asked, every attempt, each step, and who may know of it until it ends."""

from datetime import datetime, time, timedelta

import pytest
import time_machine
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from anchored.accounts.refusals import NotNow, NotPermitted, SomeoneWasFirst
from anchored.accounts.roles import Role
from anchored.ground.dates import today
from patients import queries
from patients.actions import admissions, referrals
from patients.models import ContactAttempt, Patient, Referral, ReferralStep
from tests.checking import everything
from tests.making import make_admitted, make_clinician, make_patient, make_user, program
from tests.screens.visiting import events

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk():
    return make_user(Role.FRONT_DESK, works_in=["IOP Evening"])


@pytest.fixture
def referral(desk):
    return referrals.receive(make_patient(by=desk), by=desk, program=program("IOP Evening"), why_now="The job is at stake.")


def path(referral):
    return [step.step for step in ReferralStep.objects.filter(referral=referral).order_by("at")]


class TestReceiving:
    def test_a_call_is_kept_with_its_first_step(self, referral):
        assert path(referral) == ["received"]
        assert events(referral.patient)[-1] == "referral.received"

    @pytest.mark.parametrize("question", ["in_withdrawal", "overdosed", "thinks_of_suicide"])
    def test_danger_is_a_matter_of_today(self, desk, question):
        assert referrals.receive(make_patient(), by=desk, urgency="routine", **{question: "yes"}).urgency == "today"
        assert referrals.receive(make_patient(), by=desk, urgency="soon", **{question: "no"}).urgency == "soon"

    def test_somebody_in_care_is_not_referred(self, desk):
        with pytest.raises(SomeoneWasFirst, match="in care already"):
            referrals.receive(make_admitted(), by=desk)

    def test_one_referral_at_a_time(self, referral, desk):
        with pytest.raises(NotNow, match="is open since"):
            referrals.receive(referral.patient, by=desk)

    def test_a_prescriber_takes_no_calls(self):
        with pytest.raises(NotPermitted):
            referrals.receive(make_patient(), by=make_user(Role.PRESCRIBER))


class TestThePath:
    def test_the_first_time_somebody_is_spoken_with_is_the_contact(self, referral, desk):
        for outcome in ("no_answer", "spoke", "spoke_caller"):
            referrals.log_attempt(referral.patient, referral=referral, channel="phone", outcome=outcome, by=desk)

        assert path(referral) == ["received", "contacted"]
        assert ContactAttempt.objects.count() == 3

    def test_an_appointment_has_its_time_and_an_end_its_reason(self, referral, desk):
        for step, words in (("scheduled", "day and the time"), ("declined", "Write why"), ("elsewhere", "Write why")):
            with pytest.raises(NotNow, match=words):
                referrals.take_step(referral, step=step, by=desk)
        assert path(referral) == ["received"]

    def test_what_ends_it_ends_it_once(self, referral, desk):
        referrals.take_step(referral, step="screened", note="Fits the level.", by=desk)
        referrals.take_step(referral, step="scheduled", appointment=timezone.now() + timedelta(days=1), by=desk)
        referrals.take_step(referral, step="declined", note="Chose another house.", by=desk)

        with pytest.raises(SomeoneWasFirst, match="closed this referral just now"):
            referrals.take_step(referral, step="screened", by=desk)
        assert path(referral) == ["received", "screened", "scheduled", "declined"]

    def test_only_the_admission_says_admitted(self, referral, desk):
        with pytest.raises(NotNow):
            referrals.take_step(referral, step="admitted", by=desk)

        admissions.admit(referral.patient, program=program("IOP Evening"), on=today(), by=make_clinician())

        referral.refresh_from_db()
        assert (path(referral)[-1], referral.closed_at is None) == ("admitted", False)

    def test_a_day_to_call_again_lies_ahead(self, referral, desk):
        before = everything("patients.ContactAttempt")

        with pytest.raises(NotNow, match="must not be in the past"):
            yesterday = today() - timedelta(days=1)
            referrals.log_attempt(referral.patient, referral=referral, channel="phone", outcome="message", next_on=yesterday, by=desk)

        assert everything("patients.ContactAttempt") == before

    @pytest.mark.parametrize("table", ["referralstep", "contactattempt"])
    def test_steps_and_attempts_are_written_once_also_by_raw_sql(self, referral, desk, table):
        referrals.log_attempt(referral.patient, referral=referral, channel="phone", outcome="message", by=desk)

        for statement in (f"UPDATE patients_{table} SET note = 'x'", f"DELETE FROM patients_{table}"):
            with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(statement)


class TestWhoKnows:
    def test_the_staff_of_the_program_until_it_ends(self, referral, desk):
        colleague, stranger = make_clinician(works_in=["IOP Evening"]), make_clinician(works_in=["PHP"])

        assert [referral.patient in Patient.objects.visible_to(user) for user in (desk, colleague, stranger)] == [True, True, False]
        referrals.take_step(referral, step="declined", note="Chose another house.", by=desk)

        assert referral.patient not in Patient.objects.visible_to(colleague)

    def test_without_a_program_the_staff_of_any(self, desk):
        undecided = referrals.receive(make_patient(by=desk), by=desk)

        assert undecided.patient in Patient.objects.visible_to(make_clinician(works_in=["PHP"]))
        assert undecided.patient not in Patient.objects.visible_to(make_clinician())


def test_calls_that_are_due_are_found_and_no_others(desk):
    agreed, later, new, old = (referrals.receive(make_patient(by=desk), by=desk) for _ in range(4))
    referrals.log_attempt(agreed.patient, referral=agreed, channel="phone", outcome="message", next_on=today(), by=desk)
    referrals.log_attempt(later.patient, referral=later, channel="phone", outcome="message", next_on=today() + timedelta(days=3), by=desk)
    Referral.objects.filter(pk=old.pk).update(received_at=timezone.now() - timedelta(hours=25))

    assert set(queries.calls_due(desk)) == {agreed, old}
    assert new in queries.referrals_open(desk)


@pytest.mark.parametrize("hours", [1, 24, 240])
def test_the_calls_due_are_those_whose_day_the_list_shows_as_today_or_overdue(desk, settings, hours):
    settings.REFERRAL_CALL_HOURS = hours
    noon = timezone.make_aware(datetime.combine(today(), time(12)))
    tried = referrals.receive(make_patient(by=desk), by=desk)
    referrals.log_attempt(tried.patient, referral=tried, channel="phone", outcome="spoke", by=desk)
    for ago in (0, 11, 13, 23, 25, 37, 227, 241, 300):
        received = referrals.receive(make_patient(by=desk), by=desk)
        Referral.objects.filter(pk=received.pk).update(received_at=noon - timedelta(hours=ago))

    for now in (noon - timedelta(hours=12), noon, noon + timedelta(hours=11, minutes=59)):
        with time_machine.travel(now, tick=False):
            as_shown = {row for row in queries.referrals_open(desk) if row.call_due_on and row.call_due_on <= today()}
            assert set(queries.calls_due(desk)) == as_shown
            assert tried not in as_shown
