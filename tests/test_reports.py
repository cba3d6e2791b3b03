"""Reports in numbers: every number equals a recount in plain Python, whoever asks."""

import itertools
import random
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given
from hypothesis import settings as how
from hypothesis import strategies as st

from anchored.accounts.roles import Role
from anchored.ground.dates import today
from anchored.reports import attendance, caseloads, census, flow, hours, length_of_stay, plans, retention, small_cells, step_down
from anchored.reports.period import Period
from anchored.reports.register import REPORTS
from anchored.reports.scope import Scope
from anchored.reports.survival import kaplan_meier, median_days, still_there
from anchored.reports.table import Figure, Table, share
from groups.models import Attendance
from patients.actions import episodes
from patients.models import CareTeamMember, Discharge, DischargeReason, Episode, Program, ProgramRule, Service, ServiceKind, Stay
from tests.grouping import make_group, make_session
from tests.making import basis, made_once, make_admitted, make_supervisor, make_user, open_stay, program

DAY = timedelta(days=1)
PROGRAMS = ["Residential detox", "PHP", "IOP Day", "IOP Evening"]


def build_history():
    """Thirty people whose days are drawn by chance, through the real actions; a supervisor works in every program."""
    draw = random.Random(7)
    by = make_supervisor(works_in=[program.name for program in Program.objects.all()], given_name="Ada", family_name="Novak")
    reasons = list(DischargeReason.objects.all())
    for _ in range(30):
        on = today() - timedelta(days=draw.randint(20, 200))
        patient = make_admitted(by, to=draw.choice(PROGRAMS), on=on)
        for _ in range(draw.randint(0, 2)):
            on += timedelta(days=draw.randint(1, 40))
            stay = open_stay(patient)
            to = program(draw.choice(PROGRAMS))
            if on < today() and to != stay.program:
                episodes.move(stay, to=to, on=on, basis=basis(), reason="Ready for the next level.", by=by, ratings=["1"] * 6)
        on += timedelta(days=draw.randint(1, 40))
        if draw.random() < 0.6 and on <= today():
            episodes.discharge(open_stay(patient), on=on, reason=draw.choice(reasons), by=by)
    kind = ServiceKind.objects.filter(counts=True).first()
    for episode in Episode.objects.all():
        for _ in range(draw.randint(0, 12)):
            began = datetime.combine(today() - timedelta(days=draw.randint(1, 60)), datetime.min.time(), UTC)
            began += timedelta(minutes=draw.randint(0, 1439))
            facts = {"kind": kind, "minutes": draw.randint(20, 180), "delivered_by": by, "entered_by": by}
            Service.objects.create(episode=episode, started_at=began, **facts)
    groups = [make_group(by), make_group(by)]
    for group, ago in itertools.product(groups, (1, 5, 9)):
        session = make_session(group, ago=timedelta(days=ago))
        for episode in draw.sample(list(Episode.objects.all()), 12):
            state = draw.choice(list(Attendance.State))
            facts = {"reason": "Ill" if state == "excused" else "", "is_guest": True, "guest_because": "Catches up", "marked_by": by}
            Attendance.objects.create(session=session, episode=episode, state=state, **facts)
    return SimpleNamespace(by=by, administrator=make_user(Role.ADMINISTRATOR))


house = made_once(build_history)
SPANS = [(200, 0), (60, 30), (10, 10), (27, 0)]


def span(days):
    return Period(today() - timedelta(days=days[0]), today() - timedelta(days=days[1]))


def rows_of(table):
    return {row[0]: row[1:] for row in table.rows}


def standing_stays():
    return [
        stay for stay in Stay.objects.select_related("program", "episode", "basis", "previous__program") if not hasattr(stay, "reversed_by")
    ]


@pytest.mark.django_db
@pytest.mark.parametrize("days", SPANS)
class TestARecount:
    def test_the_census(self, house, days):
        period = span(days)

        table, _ = census.build(Scope(house.by), period)

        assert [row[-1] for row in table.rows] == [
            sum(stay.started_on <= day and (stay.ended_on is None or day < stay.ended_on) for stay in standing_stays())
            for day in census.days_of(period)
        ]
        assert all(sum(row[1:-1]) == row[-1] for row in table.rows)

    def test_admissions_moves_and_discharges(self, house, days):
        period = span(days)
        within = lambda day: period.start <= day <= period.end  # noqa: E731

        rows = rows_of(flow.build(Scope(house.by), period)[0])

        came = sum(within(episode.started_on) for episode in Episode.objects.all())
        moved = sum(within(stay.started_on) for stay in standing_stays() if stay.previous)
        left = sum(within(leaving.on) for leaving in Discharge.objects.all() if not leaving.undone_at)
        told = {word: sum(row[-1] for label, row in rows.items() if label.startswith(word)) for word in ("Admitted", "Moved", "Discharged")}
        assert told == {"Admitted": came, "Moved": moved, "Discharged": left}

    def test_lengths_of_stay(self, house, days):
        period = span(days)
        gone = [leaving for leaving in Discharge.objects.all() if period.start <= leaving.on <= period.end]
        lengths = sorted((leaving.on - leaving.episode.started_on).days for leaving in gone)

        rows = rows_of(length_of_stay.build(Scope(house.by), period)[0])

        assert (rows["All"][3] if rows else 0) == len(lengths)
        if lengths:
            half = len(lengths) // 2
            assert rows["All"][4].value == (lengths[half] if len(lengths) % 2 else (lengths[half - 1] + lengths[half]) / 2)

    def test_retention(self, house, days):
        period = span(days)
        kept = [episode for episode in Episode.objects.all() if period.start <= episode.started_on <= period.end]

        rows = rows_of(retention.build(Scope(house.by), period)[0])

        assert (rows["All"][0] if rows else 0) == len(kept)
        for place, after in enumerate(retention.AFTER, 1):
            if rows and rows["All"][place].words:
                assert rows["All"][place].value == round(100 * by_hand(kept, after))

    def test_hours_by_week(self, house, days):
        period = span(days)
        zone = timezone.get_current_timezone()

        table, _ = hours.build(Scope(house.by), period)

        for row, monday in zip(table.rows, hours._mondays(period), strict=True):
            wanted = [0, 0]
            for stay in standing_stays():
                rule = ProgramRule.objects.on(monday).filter(program=stay.program).first()
                whole = stay.started_on <= monday and (stay.ended_on is None or stay.ended_on >= monday + 7 * DAY)
                if whole and rule and rule.least_hours:
                    delivered = sum(
                        service.minutes
                        for service in Service.objects.filter(episode=stay.episode)
                        if monday <= service.started_at.astimezone(zone).date() < monday + 7 * DAY
                    )
                    wanted[delivered < rule.least_hours * 60] += 1
            assert list(row[1:3]) == wanted

    def test_attendance(self, house, days):
        period = span(days)
        marks = [mark for mark in Attendance.objects.select_related("session") if period.start <= mark.session.held_on <= period.end]

        rows = rows_of(attendance.build(Scope(house.by), period)[0])

        states = [mark.state for mark in marks]
        wanted = [states.count(state) for state in ("present", "late", "left_early", "excused", "unexcused")]
        assert list(rows["All"][:6]) == [*wanted, len(marks)] if rows else not marks

    def test_caseloads(self, house, days):
        period = span(days)
        here = [stay.episode_id for stay in standing_stays() if stay.started_on <= period.end < (stay.ended_on or date.max)]

        rows = rows_of(caseloads.build(Scope(house.by), period)[0])

        primary = CareTeamMember.objects.on(period.end).filter(part="primary", user=house.by, episode__in=here).count()
        assert rows.get("All", (0,))[-1] == len(here)
        assert rows.get("Ada Novak", (0,))[-1] == primary

    def test_steps_down(self, house, days):
        period = span(days)
        stays = standing_stays()
        phase = lambda stay: stay.program.phase.order  # noqa: E731
        down = [
            stay for stay in stays if stay.previous and period.start <= stay.started_on <= period.end and phase(stay) > phase(stay.previous)
        ]
        back = [
            stay
            for stay in down
            if any(
                other.episode.patient_id == stay.episode.patient_id
                and stay.started_on < other.started_on <= stay.started_on + 90 * DAY
                and phase(other) <= phase(stay.previous)
                for other in stays
            )
        ]

        rows = rows_of(step_down.build(Scope(house.by), period)[0])

        assert (rows["All"][0], rows["All"][3]) == (len(back), len(down)) if rows else not down


def by_hand(episodes_kept, after):
    """The estimate, day by day."""
    spans = [((episode.ended_on or today()) - episode.started_on, episode.ended_on is not None) for episode in episodes_kept]
    share_left = 1.0
    for day in range(after + 1):
        there = sum(length.days >= day for length, _ in spans)
        left = sum(length.days == day and gone for length, gone in spans)
        share_left *= 1 - left / there if there else 1
    return share_left


@pytest.mark.django_db
@pytest.mark.parametrize("slug", REPORTS)
def test_the_statements_of_a_report_do_not_grow(house, slug):
    few, many = span((3, 0)), span((200, 0))
    scope = Scope(house.by)
    REPORTS[slug].build(scope, many)  # rules are kept in memory from here on

    with CaptureQueriesContext(connection) as said:
        REPORTS[slug].build(scope, many)
    with CaptureQueriesContext(connection) as said_few:
        REPORTS[slug].build(scope, few)

    assert len(said_few) <= len(said) <= MOST_STATEMENTS[slug]


MOST_STATEMENTS = dict.fromkeys(REPORTS, 1) | {"flow": 3, "hours": 3, "caseloads": 2, "plan-reviews": 2, "step-down": 2, "curriculum": 4}


class TestKaplanAndMeier:
    def test_the_example_worked_out_by_hand(self):
        """Ten people: left on days 6, 6, 6, 7, 10; still here after 6, 9, 10, 11, 17 days.

        Day 6: 10 there, 3 left, 0.7. Day 7: 6 there, 1 left, 0.7 * 5/6 = 0.58333. Day 10: 4 there, 1 left, 0.58333 * 3/4 = 0.4375.
        """
        spans = [(6, True)] * 3 + [(7, True), (10, True)] + [(days, False) for days in (6, 9, 10, 11, 17)]

        curve = kaplan_meier(spans)

        assert [(day, round(left, 5), there) for day, left, there in curve] == [(6, 0.7, 10), (7, 0.58333, 6), (10, 0.4375, 4)]
        assert (still_there(curve, 5), round(still_there(curve, 9), 5), median_days(curve)) == (1.0, 0.58333, 10)

    def test_without_anybody_still_here_it_is_the_plain_share(self):
        curve = kaplan_meier([(days, True) for days in (1, 2, 3, 4)])

        assert [left for _, left, _ in curve] == [0.75, 0.5, 0.25, 0.0]

    def test_nobody_left(self):
        assert kaplan_meier([(5, False), (9, False)]) == []
        assert median_days([]) is None


@pytest.mark.parametrize(
    ("words", "days"),
    [
        ("12 weeks", 84),
        ("8 to 12 weeks", 56),
        ("90 days", 90),
        ("about 3 months", 90),
        ("8-12 weeks", 56),
        ("as long as needed", None),
        ("", None),
    ],
)
def test_the_length_that_a_plan_names(words, days):
    assert length_of_stay.expected_days(words) == days


@pytest.mark.parametrize(
    ("due", "ended", "first", "standing"),
    [
        (0, None, 0, plans.IN_TIME),
        (0, None, 1, plans.LATE),
        (-1, None, None, plans.MISSING),
        (0, None, None, plans.NOT_YET),
        (0, 0, None, plans.LEFT),
    ],
)
def test_how_a_first_plan_stands(due, ended, first, standing):
    on = lambda days: None if days is None else today() + days * DAY  # noqa: E731

    assert plans.standing(on(due), on(ended), on(first)) == standing


class TestSmallCells:
    LIMIT = 4

    @how(deadline=None, max_examples=150)
    @given(st.integers(1, 3), st.integers(1, 3), st.booleans(), st.booleans(), st.data())
    def test_no_hidden_number_can_be_worked_out(self, height, width, has_sum, has_total, data):
        """All tables that say the same as what is shown are tried: each hidden number differs in two of them."""
        counts = [[data.draw(st.integers(0, 6)) for _ in range(width)] for _ in range(height)]
        counts = [[*row, sum(row)] for row in counts] if has_total else counts
        counts = [*counts, [sum(column) for column in zip(*counts, strict=True)]] if has_sum else counts

        marks = small_cells.hidden(counts, self.LIMIT, has_sum=has_sum, has_total=has_total)

        places = [(row, column) for row, cells in enumerate(marks) for column, mark in enumerate(cells) if mark]
        assert all(marks[row][column] for row, cells in enumerate(counts) for column, count in enumerate(cells) if 0 < count < self.LIMIT)
        if len(places) == sum(map(len, counts)) or len(places) > 7:
            return  # nothing is shown; or too many tables to try
        found = {place: set() for place in places}
        for numbers in itertools.product(*(self._could_be(counts, marks, place) for place in places)):
            other = [list(row) for row in counts]
            for (row, column), number in zip(places, numbers, strict=True):
                other[row][column] = number
            if adds_up(other, has_sum, has_total):
                for place, number in zip(places, numbers, strict=True):
                    found[place].add(number)
        assert all(len(numbers) > 1 for numbers in found.values())

    def _could_be(self, counts, marks, place):
        row, column = place
        if marks[row][column] == small_cells.SMALL:
            return range(1, self.LIMIT)
        return range(self.LIMIT, counts[row][column] + 3)

    def test_one_small_number_takes_another_with_it(self):
        table = Table(["", "A", "All"], [("x", 3, 3), ("y", 30, 30), ("All", 33, 33)], has_sum=True, has_total=False)

        shown = table.without_small_cells(11)

        assert [[str(cell) for cell in row[1:]] for row in shown.rows] == [["fewer than 11"] * 2, ["not shown"] * 2, ["33", "33"]]

    def test_zero_is_shown_and_figures_of_small_numbers_are_not(self):
        table = Table(
            ["", "Came", "All", "Share"], [("x", 0, 40, share(0, 40)), ("y", 37, 40, share(37, 40)), ("z", 20, 40, share(20, 40))]
        )

        shown = [[str(cell) for cell in row[1:]] for row in table.without_small_cells(11).rows]

        assert shown == [["0", "40", "0%"], ["37", "40", "not shown"], ["20", "40", "50%"]]

    def test_who_opens_charts_sees_every_number(self):
        table = Table(["", "A"], [("x", 1), ("All", 1)], has_sum=True)

        assert table.without_small_cells(0) is table


def adds_up(counts, has_sum, has_total):
    body = counts[:-1] if has_sum else counts
    rows_do = not has_total or all(sum(row[:-1]) == row[-1] for row in counts)
    return rows_do and (not has_sum or [sum(column) for column in zip(*body, strict=True)] == list(counts[-1]))


def test_a_share_of_nobody_is_nothing():
    assert share(0, 0) == Figure("")
