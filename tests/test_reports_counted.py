"""Whom a report counts, on which days, in houses of a few people: apart from the house of chance of test_reports.py."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.utils import timezone

from anchored.accounts.roles import Role
from anchored.ground.dates import today
from anchored.reports import census, hours, plan_reviews
from anchored.reports.period import Period, quarter_of
from anchored.reports.register import REPORTS
from anchored.reports.scope import Scope
from groups.models import Attendance, Session
from patients.actions import episodes, privacy
from patients.models import DischargeReason, ProgramRule, Service, ServiceKind
from tests.grouping import make_group, make_session
from tests.making import make_admitted, make_clinician, make_supervisor, make_user, open_stay, program
from tests.noting import make_note
from tests.planning import make_plan, sign
from treatment_plans.models import PlanReview

DAY = timedelta(days=1)


def rows_of(table):
    return {row[0]: row[1:] for row in table.rows}


@pytest.mark.django_db
class TestWhoIsCounted:
    def number(self, user, slug="census"):
        table, _ = REPORTS[slug].build(Scope(user), Period(today(), today()))
        return table.rows[-1][-1] if table.rows else 0

    def test_a_supervisor_counts_their_programs_and_the_people_of_whom_they_supervise(self):
        clinician = make_clinician()
        make_admitted(clinician, to="IOP Day")
        make_admitted(clinician, to="PHP")
        make_admitted(make_clinician(), to="PHP")

        assert self.number(make_supervisor(works_in=["IOP Day"])) == 1
        assert self.number(make_supervisor(supervises=[clinician])) == 2
        assert self.number(make_supervisor()) == 0
        assert self.number(make_user(Role.ADMINISTRATOR)) == 3

    def test_somebody_who_left_long_ago_counts_for_the_days_they_were_here(self):
        by = make_supervisor(works_in=["IOP Day"])
        patient = make_admitted(by, to="IOP Day", on=today() - 100 * DAY)
        episodes.discharge(open_stay(patient), on=today() - 60 * DAY, reason=DischargeReason.objects.first(), by=by)

        table, _ = census.build(Scope(by), Period(today() - 61 * DAY, today() - 60 * DAY))

        assert [row[-1] for row in table.rows] == [1, 0]

    @pytest.mark.parametrize("slug", ["census", "caseloads"])
    def test_a_restricted_record_is_counted_for_those_named_and_for_the_whole_house(self, slug):
        named, other = make_supervisor(works_in=["IOP Day"]), make_supervisor(works_in=["IOP Day"])
        patient = make_admitted(named, to="IOP Day")
        officer = make_user(Role.PRIVACY_OFFICER)
        privacy.restrict(patient, named=[named], by=officer)

        assert [self.number(user, slug) for user in (named, other, make_user(Role.ADMINISTRATOR))] == [1, 0, 1]


@pytest.mark.django_db
class TestSmallerHouses:
    """What the house of chance does not hold: notes, topics, substances, plans."""

    @pytest.fixture
    def by(self):
        return make_supervisor(works_in=["IOP Day"], given_name="Ada", family_name="Novak")

    def rows(self, slug, by):
        table, _ = REPORTS[slug].build(Scope(by), Period(today() - 30 * DAY, today()))
        return rows_of(table)

    @pytest.mark.parametrize(("hours_of_rule", "counts"), [(1000, (2, 0, 0, 2)), (0, (0, 2, 0, 2)), (None, (0, 0, 2, 2))])
    def test_notes_by_the_hours_of_the_rule(self, by, hours_of_rule, counts):
        patient = make_admitted(by, to="IOP Day")
        ProgramRule.objects.filter(program=program("IOP Day")).update(note_due_hours=hours_of_rule)
        make_note(patient, by=by)
        make_note(patient, by=by)

        rows = self.rows("notes", by)

        assert rows["Ada Novak"][:4] == rows["All"][:4] == counts

    def test_topics_and_who_had_them(self, by):
        group = make_group(by)
        first, second = group.curriculum.topics.all()[:2]
        patients = [make_admitted(by, to="IOP Day") for _ in range(3)]
        for ago, topic, came in ((1, first, patients), (2, first, patients[:1]), (3, second, patients[:2])):
            session = make_session(group, ago=timedelta(days=ago))
            Session.objects.filter(pk=session.pk).update(topic=topic)
            for patient in patients:
                state = "present" if patient in came else "unexcused"
                facts = {"is_guest": True, "guest_because": "Catches up", "marked_by": by}
                Attendance.objects.create(session=session, episode=patient.episodes.get(), state=state, **facts)

        rows = self.rows("curriculum", by)

        assert [rows[f"{group.name}: {topic.title}"] for topic in (first, second)] == [("2", 3), ("1", 2)]
        assert {row for label, row in rows.items() if not label.endswith((first.title, second.title))} <= {("0", 0)}

    def test_substances_beside_the_nation(self, by):
        for code in ("2", "2", "5"):
            make_admitted(by, to="IOP Day", substances=[{"substance": code, "route": "1", "frequency": "5", "first_use_age": 20}])
        make_admitted(by, to="IOP Day")

        rows = self.rows("case-mix", by)

        assert [rows[label][0] for label in ("Alcohol", "Heroin", "Missing/unknown/not collected/invalid", "All")] == [2, 1, 1, 4]
        assert (str(rows["Alcohol"][1]), str(rows["Alcohol"][2])) == ("50%", "29.5%")

    def test_a_first_plan_that_is_missing(self, by):
        ProgramRule.objects.filter(program=program("IOP Day")).update(plan_due_days=3)
        for ago in (10, 3, 0):
            make_admitted(by, to="IOP Day", on=today() - ago * DAY)

        assert self.rows("plans", by)["IOP Day"][:6] == (0, 0, 1, 1, 0, 2)

    def test_each_next_look_at_a_plan_against_the_days_of_the_rule(self, by):
        """Signed 50 days ago, every 10 days: in time, late, agreed sooner and missing; one who left, one whose look is due today."""
        ProgramRule.objects.filter(program=program("IOP Day")).update(plan_review_days=10)
        reviewed, gone, _ = (self.with_plan(by, ago) for ago in (50, 20, 10))
        for ago, agreed in ((40, None), (25, None), (20, 17)):
            PlanReview.objects.create(**self.review(reviewed, by, ago, agreed))
        episodes.discharge(open_stay(gone.patient), on=today() - 12 * DAY, reason=DischargeReason.objects.first(), by=by)

        table, _ = plan_reviews.build(Scope(by), Period(today() - 60 * DAY, today()))

        assert rows_of(table)["IOP Day"][:6] == (2, 1, 1, 1, 1, 6)
        assert str(rows_of(table)["All"][6]) == "50%"

    def with_plan(self, by, ago):
        """A plan of its own that came into force so many days ago."""
        with time_machine.travel(timezone.now() - ago * DAY):
            return sign(make_plan(make_admitted(by, to="IOP Day", on=today()), by=by), by=by)

    def review(self, plan, by, ago, agreed):
        told = {"summary": "Goes well.", "decision": "continue", "next_on": today() - agreed * DAY if agreed else None}
        return {"plan": plan, "made_on": today() - ago * DAY, "made_by": by, **told}


NEW_YORK = ZoneInfo("America/New_York")


@pytest.mark.django_db
class TestDaysOfTheClinic:
    def test_a_service_late_on_sunday_belongs_to_the_week_that_ends(self):
        """23:30 on Sunday in New York is Monday in London, where the server may stand."""
        by = make_supervisor(works_in=["IOP Day"])
        with timezone.override(NEW_YORK), time_machine.travel(datetime(2026, 11, 12, 15, tzinfo=UTC)):
            patient = make_admitted(by, to="IOP Day", on=date(2026, 10, 1))
            episode, kind = patient.episodes.get(), ServiceKind.objects.filter(counts=True).first()
            late = datetime(2026, 11, 1, 23, 30, tzinfo=NEW_YORK)  # the clock changed that morning
            Service.objects.create(episode=episode, kind=kind, started_at=late, minutes=60, delivered_by=by, entered_by=by)

            rows = rows_of(hours.build(Scope(by), Period(date(2026, 10, 26), date(2026, 11, 8)))[0])

        assert [str(row[4]) for row in rows.values()] == ["1", "0"]

    def test_today_is_the_clinics(self):
        by = make_supervisor(works_in=["IOP Day"])
        with timezone.override(NEW_YORK), time_machine.travel(datetime(2026, 3, 2, 3, 30, tzinfo=UTC)):  # still 1 March in New York
            make_admitted(by, to="IOP Day", on=date(2026, 3, 1))

            table, _ = census.build(Scope(by), Period(date(2026, 2, 28), today()))

        assert [row[-1] for row in table.rows] == [0, 1]

    @pytest.mark.parametrize(
        ("day", "first", "last"), [((2025, 2, 3), (2025, 1, 1), (2025, 3, 31)), ((2024, 12, 31), (2024, 10, 1), (2024, 12, 31))]
    )
    def test_a_quarter(self, day, first, last):
        assert quarter_of(date(*day)) == (date(*first), date(*last))
