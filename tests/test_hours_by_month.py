"""Hours of a month by patient and program."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from anchored.reports.hours_by_month import hours_by_month
from groups import planning
from patients.models import Service, ServiceKind, Stay
from tests.making import make_admitted

pytestmark = pytest.mark.django_db


@pytest.fixture
def stay(db):
    return Stay.objects.select_related("episode").get(episode__patient=make_admitted(on=date(2026, 2, 2)))


def serve(stay, day, minutes=60, starts=600, kind="individual", **facts):
    by = stay.opened_by
    facts |= {"delivered_by": by, "entered_by": by, "kind": ServiceKind.objects.get(code=kind)}
    return Service.objects.create(episode=stay.episode, started_at=planning.at(day, starts), minutes=minutes, **facts)


def test_the_minutes_of_a_month_are_summed_by_the_clinic_s_days(stay):
    serve(stay, date(2026, 3, 1), starts=0)
    serve(stay, date(2026, 3, 31), minutes=45, starts=1439)
    serve(stay, date(2026, 4, 1), starts=0)

    assert list(hours_by_month(2026, 3)) == [(stay.episode.patient_id, stay.program_id, 105)]
    assert list(hours_by_month(2026, 12)) == []


def test_what_does_not_count_or_was_taken_back_is_left_out(stay):
    serve(stay, date(2026, 3, 3), kind="meeting")
    serve(stay, date(2026, 3, 4), taken_back_at=timezone.now())

    assert list(hours_by_month(2026, 3)) == []


def test_a_service_belongs_to_the_program_of_its_day(stay):
    moved = date(2026, 3, 10)
    Stay.objects.filter(pk=stay.pk).update(ended_on=moved)
    after = Stay.objects.create(
        episode=stay.episode, previous=stay, program=stay.program, started_on=moved, counts_from=moved, basis=stay.basis
    )
    for day in (moved - timedelta(days=1), moved):
        serve(stay, day)

    assert list(hours_by_month(2026, 3)) == [(stay.episode.patient_id, after.program_id, 120)]
