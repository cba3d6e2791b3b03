"""When a plan is due: by days, by delivered hours, by what happened; told as many days ahead as the rule says."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from anchored.accounts.refusals import NotNow, NotPermitted
from anchored.accounts.roles import Role
from anchored.ground import triggers
from anchored.ground.dates import today
from patients.actions import episodes, flags
from patients.models import DischargeReason, ProgramRule
from treatment_plans import due
from treatment_plans.actions import events, plans, reviews
from treatment_plans.models import PlanEvent

from .making import basis, make_admitted, make_clinician, make_user, open_stay, program
from .noting import make_note
from .planning import make_plan, sign

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
NOW = timezone.now


class TestByDays:
    RULE = ProgramRule(plan_due_days=7, plan_review_days=30, review_days=14)

    def test_the_first_plan_counts_from_the_start(self):
        found = due.of(self.RULE, today() - 8 * DAY)
        assert (found.what, found.on, found.is_overdue) == ("First plan", today() - DAY, True)
        assert not due.of(self.RULE, today() - 7 * DAY).is_overdue

    def test_a_review_counts_from_the_last_one_or_from_the_day_in_force(self):
        signed = NOW() - 40 * DAY
        assert due.of(self.RULE, today(), due.Looked(signed)).on == timezone.localdate(signed) + 30 * DAY
        assert due.of(self.RULE, today(), due.Looked(signed, today() - 5 * DAY)).on == today() + 25 * DAY

    def test_what_was_agreed_may_be_earlier_and_never_later(self):
        signed, reviewed = NOW() - 40 * DAY, today() - 5 * DAY
        assert due.of(self.RULE, today(), due.Looked(signed, reviewed, today() + DAY)).why == "as agreed at the last review"
        assert due.of(self.RULE, today(), due.Looked(signed, reviewed, today() + 90 * DAY)).on == today() + 25 * DAY

    def test_without_its_own_days_the_review_of_the_level_speaks(self):
        rule = ProgramRule(review_days=14)
        assert due.of(rule, today(), due.Looked(NOW())).on == today() + 14 * DAY
        assert due.of(rule, today()) is None
        assert due.of(None, today()) is None

    def test_the_rule_says_how_far_ahead_it_is_told(self):
        rule = ProgramRule(plan_due_days=14, plan_warn_days=3)
        assert not due.of(rule, today() - 10 * DAY).is_near
        assert due.of(rule, today() - 11 * DAY).is_near


class TestByHoursAndEvents:
    RULE = ProgramRule(plan_review_days=30, plan_review_hours=27, plan_event_days=7)

    def test_hours_or_days_whichever_comes_first(self):
        found = due.of(self.RULE, today(), due.Looked(NOW() - 9 * DAY, hours_on=today() - DAY))
        assert (found.on, found.why) == (today() - DAY, "27 hours delivered since the last look")
        assert due.of(self.RULE, today(), due.Looked(NOW() - 40 * DAY, hours_on=today() - DAY)).why == "every 30 days"

    def test_an_event_has_its_days(self):
        found = due.of(self.RULE, today(), due.Looked(NOW(), events=((today() - DAY, "return to use"),)))
        assert found.on == today() + 6 * DAY
        assert found.why.startswith("within 7 days of return to use on ")

    def test_a_rule_may_ask_for_neither(self):
        looked = due.Looked(NOW(), hours_on=today(), events=((today(), "return to use"),))
        rule = ProgramRule(plan_review_days=30, plan_event_days=None)
        assert due.of(rule, today(), looked).why == "every 30 days"


@pytest.fixture
def clinician():
    return make_clinician(works_in=["IOP Day"])


@pytest.fixture
def patient(clinician):
    return make_admitted(clinician, to="IOP Day")


@pytest.fixture
def plan(patient, clinician):
    return sign(make_plan(patient, by=clinician), by=clinician)


@pytest.fixture
def rule():
    return ProgramRule.objects.get(program=program("IOP Day"), ended_on=None)


def looked(plan):
    return due.plans_of([plan.episode_id])[plan.episode_id]


def reviewed(plan, by):
    return reviews.review(plan, by=by, objectives=[], summary="Steady.", decision="continue", next_on=today() + 9 * DAY)


def backdated(plan, days):
    """As if everybody had signed so many days ago; the database would keep a signed version from it."""
    triggers.remove(connection)
    type(plan).objects.filter(pk=plan.pk).update(in_force_at=NOW() - days * DAY)
    triggers.install(connection)


def move_to_evening(patient, by):
    how = {"basis": basis(), "reason": "Evenings fit her work."}
    return episodes.move(open_stay(patient), to=program("IOP Evening"), on=today(), by=by, **how)


def make_plan_again(patient, clinician):
    return plans.start(patient.episodes.get(), by=clinician, because="return_to_use")


class TestTheRecord:
    def test_many_plans_are_asked_in_one_statement(self, plan, clinician, django_assert_num_queries):
        reviewed(plan, clinician)
        with django_assert_num_queries(1):
            found = due.plans_of([plan.episode_id])
        assert found == {plan.episode_id: due.Looked(plan.in_force_at, today(), today() + 9 * DAY)}

    def test_the_day_on_which_the_hours_were_full(self, plan, patient, clinician, rule):
        backdated(plan, 3)
        ProgramRule.objects.filter(pk=rule.pk).update(plan_review_hours=2)
        made = [make_note(patient, by=clinician, ago=ago) for ago in (50 * DAY / 24, 30 * DAY / 24, 4 * DAY / 24, 2 * DAY / 24)]

        assert looked(plan).hours_on == timezone.localdate(made[2].service.started_at)

    def test_hours_before_the_last_look_do_not_count(self, plan, patient, clinician, rule):
        ProgramRule.objects.filter(pk=rule.pk).update(plan_review_hours=1)
        make_note(patient, by=clinician, minutes="90", ago=DAY / 8)
        assert looked(plan).hours_on is None

    def test_what_does_not_count_toward_hours_does_not_count_here(self, plan, patient, clinician, rule):
        backdated(plan, 3)
        ProgramRule.objects.filter(pk=rule.pk).update(plan_review_hours=1)
        make_note(patient, by=clinician, kind="telephone", minutes="90")
        assert looked(plan).hours_on is None
        make_note(patient, by=clinician, minutes="60", ago=DAY / 4)
        assert looked(plan).hours_on

    def test_a_move_asks_for_a_look(self, plan, patient, clinician):
        episodes.move(
            open_stay(patient), to=program("IOP Evening"), on=today(), basis=basis(), reason="Evenings fit her work.", by=clinician
        )
        assert looked(plan).events == ((today(), "a move along the continuum"),)

    def test_a_move_that_was_undone_asks_for_none(self, plan, patient, clinician):
        episodes.move(
            open_stay(patient), to=program("IOP Evening"), on=today(), basis=basis(), reason="Evenings fit her work.", by=clinician
        )
        episodes.undo_move(open_stay(patient), by=clinician)
        assert looked(plan).events == ()

    def test_a_safety_flag_asks_for_a_look(self, plan, patient, clinician):
        flags.raise_flag(patient, kind="overdose", note="", by=clinician)
        assert looked(plan).events == ((today(), "a safety flag"),)

    def test_what_happened_asks_for_a_look_until_the_next_review(self, plan, clinician):
        events.happened(plan.episode, kind="request", on=today(), by=clinician)
        events.happened(plan.episode, kind="return_to_use", on=today() - 2 * DAY, words="On Saturday.", by=clinician)
        assert looked(plan).events == ((today() - 2 * DAY, "return to use"),)

        reviewed(plan, clinician)

        assert looked(plan).events == ()

    def test_a_new_version_in_force_answers_it_too(self, plan, patient, clinician):
        events.happened(plan.episode, kind="return_to_use", on=today(), by=clinician)
        newer = sign(make_plan_again(patient, clinician), by=clinician)
        assert looked(newer).events == ()


class TestSayingWhatHappened:
    @pytest.mark.parametrize("on", [today() + DAY, today() - 400 * DAY])
    def test_within_the_episode(self, plan, clinician, on):
        with pytest.raises(NotNow, match="not in the future"):
            events.happened(plan.episode, kind="safety", on=on, by=clinician)

    def test_not_after_the_discharge(self, plan, patient, clinician):
        episodes.discharge(open_stay(patient), on=today(), reason=DischargeReason.objects.first(), by=clinician)
        with pytest.raises(NotNow, match="has ended"):
            events.happened(plan.episode, kind="safety", on=today(), by=clinician)

    def test_by_who_writes_plans(self, plan):
        with pytest.raises(NotPermitted):
            events.happened(plan.episode, kind="safety", on=today(), by=make_user(Role.FRONT_DESK))

    def test_it_stays(self, plan, clinician):
        events.happened(plan.episode, kind="safety", on=today(), by=clinician)
        with pytest.raises(DatabaseError), transaction.atomic():
            PlanEvent.objects.update(kind="other")
