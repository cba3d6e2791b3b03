"""Hours of a month by patient and program, and the report that counts them."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from anchored.accounts.roles import Role
from anchored.reports.hours_by_month import REPORT, hours_by_month
from anchored.reports.period import Period
from anchored.reports.scope import Scope
from groups import planning
from patients.models import Service, ServiceKind, Stay
from tests.making import make_admitted, make_supervisor, make_user
from tests.screens.visiting import get, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def stay(db):
    return Stay.objects.select_related("episode").get(episode__patient=make_admitted(on=date(2026, 2, 2)))


def serve(stay, day, minutes=60, starts=600, kind="individual", **facts):
    by = stay.opened_by
    facts |= {"delivered_by": by, "entered_by": by, "kind": ServiceKind.objects.get(code=kind)}
    return Service.objects.create(episode=stay.episode, started_at=planning.at(day, starts), minutes=minutes, **facts)


def of_month(year, month):
    """(patient, program, minutes) of a month."""
    first = date(year, month, 1)
    return [row[1:] for row in hours_by_month(first, (first + timedelta(days=31)).replace(day=1))]


def test_the_minutes_of_a_month_are_summed_by_the_clinic_s_days(stay):
    serve(stay, date(2026, 3, 1), starts=0)
    serve(stay, date(2026, 3, 31), minutes=45, starts=1439)
    serve(stay, date(2026, 4, 1), starts=0)

    assert of_month(2026, 3) == [(stay.episode.patient_id, stay.program_id, 105)]
    assert of_month(2026, 12) == []


def test_what_does_not_count_or_was_taken_back_is_left_out(stay):
    serve(stay, date(2026, 3, 3), kind="meeting")
    serve(stay, date(2026, 3, 4), taken_back_at=timezone.now())

    assert of_month(2026, 3) == []


def test_a_service_belongs_to_the_program_of_its_day(stay):
    moved = date(2026, 3, 10)
    Stay.objects.filter(pk=stay.pk).update(ended_on=moved)
    after = Stay.objects.create(
        episode=stay.episode, previous=stay, program=stay.program, started_on=moved, counts_from=moved, basis=stay.basis
    )
    for day in (moved - timedelta(days=1), moved):
        serve(stay, day)

    assert of_month(2026, 3) == [(stay.episode.patient_id, after.program_id, 120)]


def test_the_report_tells_hours_by_month_and_program_and_names_nobody(stay):
    for day, minutes in ((date(2026, 3, 30), 60), (date(2026, 3, 31), 30), (date(2026, 4, 1), 90)):
        serve(stay, day, minutes=minutes)
    other = make_admitted(on=date(2026, 2, 2), to=stay.program.name).episodes.get().stays.get()
    serve(other, date(2026, 3, 2), minutes=300)

    table, chart = REPORT.build(Scope(make_user(Role.ADMINISTRATOR)), Period(date(2026, 3, 1), date(2026, 4, 30)))

    rows = [tuple(map(str, row)) for row in table.rows]
    assert rows == [
        (f"Mar 2026: {stay.program}", "2", "6.5", "3.2", "5"),
        (f"Apr 2026: {stay.program}", "1", "1.5", "1.5", "1.5"),
    ]
    assert chart.columns == [2]


def test_the_report_counts_whom_its_reader_may_count(stay):
    serve(stay, date(2026, 3, 30))
    march = Period(date(2026, 3, 1), date(2026, 3, 31))

    assert REPORT.build(Scope(make_supervisor()), march)[0].is_empty
    assert not REPORT.build(Scope(make_supervisor(works_in=[stay.program.name])), march)[0].is_empty


def test_small_numbers_are_not_shown_to_who_may_not_know_whom_they_are_about(stay):
    serve(stay, date(2026, 3, 30))

    table, _ = REPORT.build(Scope(make_user(Role.ADMINISTRATOR)), Period(date(2026, 3, 1), date(2026, 3, 31)))

    assert [str(cell) for cell in table.without_small_cells(11).rows[0][1:]] == ["fewer than 11", *["not shown"] * 3]


def test_the_page_and_the_file(stay):
    serve(stay, date(2026, 3, 30))
    desk = signed_in(make_supervisor(works_in=[stay.program.name]))
    asked = "/reports/hours-by-month/?from=2026-03-01&to=2026-03-31"

    page, file = get(desk, asked), desk.get(f"{asked}&format=csv")

    assert page.heading == "How many hours do people get in a month?"
    assert f"Mar 2026: {stay.program}" in page.text
    assert f"Mar 2026: {stay.program},1,1,1,1" in b"".join(file.streaming_content).decode()
    assert get(desk, asked).status == 200
