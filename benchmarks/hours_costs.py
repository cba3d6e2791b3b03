"""What hours cost: of a caseload of fifty, and of everybody in a month, next to one hand-written statement each."""

import statistics
import time
from datetime import timedelta

OF_WEEK = """
SELECT e.id, (SELECT sum(v.minutes) FROM patients_service v JOIN patients_servicekind k ON k.id = v.kind_id AND k.counts
    WHERE v.episode_id = e.id AND v.taken_back_at IS NULL AND v.started_at >= %(first)s AND v.started_at < %(last)s), r.least_hours
FROM patients_episode e LEFT JOIN patients_stay s ON s.episode_id = e.id AND s.ended_on IS NULL
LEFT JOIN patients_programrule r ON r.program_id = s.program_id AND r.ended_on IS NULL WHERE e.id = ANY(%(episodes)s)"""
OF_MONTH = """
SELECT e.patient_id, s.program_id, sum(v.minutes) FROM patients_service v JOIN patients_servicekind k ON k.id = v.kind_id AND k.counts
JOIN patients_episode e ON e.id = v.episode_id JOIN patients_stay s ON s.episode_id = e.id
  AND s.started_on <= (v.started_at AT TIME ZONE %(zone)s)::date
  AND (s.ended_on IS NULL OR s.ended_on > (v.started_at AT TIME ZONE %(zone)s)::date)
WHERE v.taken_back_at IS NULL AND v.started_at >= %(first)s AND v.started_at < %(last)s GROUP BY 1, 2"""
TIMES = {"hours of 50": 40, "hours of a month": 5}


def measure():
    from django.conf import settings

    from anchored.ground.dates import today
    from anchored.reports.hours_by_month import hours_by_month
    from groups import hours, planning
    from patients.models import Episode

    episodes = list(Episode.objects.filter(ended_on=None, stays__program__name="IOP Evening").values_list("pk", flat=True)[:50])
    day = today() - timedelta(days=7)
    monday, month = day - timedelta(days=day.weekday()), today().replace(day=1) - timedelta(days=1)
    week = {"first": planning.at(monday, 0), "last": planning.at(monday + timedelta(days=7), 0), "episodes": episodes}
    first, after = month.replace(day=1), month + timedelta(days=1)
    whole = {"first": planning.at(first, 0), "last": planning.at(after, 0)}
    whole["zone"] = settings.TIME_ZONE
    _compare("hours of 50", lambda: hours.of_week(episodes, day), lambda: _rows(OF_WEEK, week))
    _compare("hours of a month", lambda: list(hours_by_month(first, after)), lambda: _rows(OF_MONTH, whole))


def _rows(sql, values):
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall()


def _compare(name, product, floor):
    """In turn, in this process: what the questions cost without a page around them."""
    from .pages import verdict

    found, times = (len(product()), len(floor())), ([], [])
    for _ in range(TIMES[name]):
        for ask, taken in zip((product, floor), times, strict=True):
            began = time.perf_counter()
            ask()
            taken.append((time.perf_counter() - began) * 1000)
    said = [f"p50 {statistics.median(taken):.1f} p95 {sorted(taken)[int(len(taken) * 0.95)]:.1f} ms" for taken in times]
    ratio = statistics.median(times[0]) / statistics.median(times[1])
    print(f"{name}: product {said[0]}, {found[0]} rows; floor {said[1]}, {found[1]} rows; ratio {ratio:.2f}   {verdict(ratio)}", flush=True)
