"""The floor of the reports: one statement each over everybody, grouped where it is counted."""

from django.conf import settings
from django.urls import path

from anchored.ground.dates import today
from anchored.reports.period import quarter_of

from .floor_notes import rows_of
from .plain import table

STANDING = "NOT EXISTS (SELECT 1 FROM patients_stay b WHERE b.reverses_id = s.id)"
FIRST = "JOIN patients_stay s ON s.episode_id = e.id AND s.previous_id IS NULL JOIN patients_program g ON g.id = s.program_id"
LAST = f"""JOIN LATERAL (SELECT s.program_id FROM patients_stay s WHERE s.episode_id = d.episode_id AND s.ended_on = d.on AND {STANDING}
  ORDER BY s.started_on DESC, s.opened_at DESC LIMIT 1) s ON true JOIN patients_program g ON g.id = s.program_id"""
ON = "s.started_on <= {0} AND (s.ended_on IS NULL OR s.ended_on > {0})"
RULE = "r.started_on <= {0} AND (r.ended_on IS NULL OR r.ended_on > {0})"
SPAN = "BETWEEN %(start)s AND %(end)s"
MINUTES = "v.taken_back_at IS NULL AND v.kind_id IN (SELECT id FROM patients_servicekind WHERE counts)"

REPORTS = {
    "census": f"""
SELECT d::date, g.name, count(*) FROM generate_series(%(start)s::date, %(end)s::date, '1 day') d
JOIN patients_stay s ON {ON.format("d::date")} AND {STANDING} JOIN patients_program g ON g.id = s.program_id GROUP BY 1, 2 ORDER BY 1""",
    "flow": f"""
SELECT 'Admitted', g.name, count(*) FROM patients_episode e {FIRST} WHERE s.started_on {SPAN} AND {STANDING} GROUP BY 2
UNION ALL
SELECT b.label, g.name, count(*) FROM patients_stay s JOIN patients_stay o ON o.id = s.previous_id
JOIN patients_program g ON g.id = o.program_id JOIN patients_movebasis b ON b.id = s.basis_id
WHERE s.started_on {SPAN} AND {STANDING} GROUP BY 1, 2
UNION ALL
SELECT w.label, g.name, count(*) FROM patients_discharge d {LAST} JOIN patients_dischargereason w ON w.id = d.reason_id
WHERE d.undone_at IS NULL AND d.on {SPAN} GROUP BY 1, 2""",
    "length-of-stay": f"""
SELECT g.name, count(*), percentile_cont(0.5) WITHIN GROUP (ORDER BY d.on - e.started_on), json_agg(l.expected_stay)
FROM patients_discharge d JOIN patients_episode e ON e.id = d.episode_id {LAST}
LEFT JOIN LATERAL (SELECT expected_stay FROM treatment_plans_plan l WHERE l.episode_id = e.id AND l.in_force_at IS NOT NULL
  ORDER BY l.number DESC LIMIT 1) l ON true
WHERE d.undone_at IS NULL AND d.on {SPAN} GROUP BY 1""",
    "retention": f"""
SELECT g.name, count(*), json_agg(json_build_array(coalesce(e.ended_on, %(today)s) - e.started_on, e.ended_on IS NOT NULL))
FROM patients_episode e {FIRST} WHERE e.started_on {SPAN} GROUP BY 1""",
    "hours": f"""
WITH asked AS (SELECT r.program_id, m::date AS monday, r.least_hours * 60 AS least
  FROM generate_series(date_trunc('week', %(start)s::date), least(%(end)s, %(today)s::date - 7), '7 days') m
  JOIN patients_programrule r ON {RULE.format("m::date")} AND r.least_hours > 0),
had AS (SELECT v.episode_id, date_trunc('week', v.started_at AT TIME ZONE %(zone)s)::date AS monday, sum(v.minutes) AS minutes
  FROM patients_service v WHERE {MINUTES} AND v.started_at >= date_trunc('week', %(start)s::date) GROUP BY 1, 2)
SELECT k.monday, count(*), count(*) FILTER (WHERE coalesce(had.minutes, 0) >= k.least), sum(had.minutes), sum(k.least)
FROM asked k JOIN patients_stay s ON s.program_id = k.program_id AND s.started_on <= k.monday
  AND (s.ended_on IS NULL OR s.ended_on >= k.monday + 7) AND {STANDING}
LEFT JOIN had ON had.episode_id = s.episode_id AND had.monday = k.monday GROUP BY 1 ORDER BY 1""",
    "hours-by-month": f"""
SELECT x.month, x.name, count(*), sum(x.minutes), percentile_cont(0.5) WITHIN GROUP (ORDER BY x.minutes), max(x.minutes) FROM (
  SELECT date_trunc('month', v.started_at AT TIME ZONE %(zone)s)::date AS month, g.name, e.patient_id, sum(v.minutes) AS minutes
  FROM patients_service v JOIN patients_episode e ON e.id = v.episode_id JOIN patients_stay s ON s.episode_id = e.id
    AND {ON.format("(v.started_at AT TIME ZONE %(zone)s)::date")} AND {STANDING} JOIN patients_program g ON g.id = s.program_id
  WHERE {MINUTES} AND v.started_at >= %(start)s AND v.started_at < %(end)s::date + 1 GROUP BY 1, 2, 3) x GROUP BY 1, 2 ORDER BY 1""",
    "attendance": f"""
SELECT g.name, a.state, count(*) FROM groups_attendance a JOIN groups_session z ON z.id = a.session_id
JOIN groups_group g ON g.id = z.group_id WHERE z.held_on {SPAN} AND z.cancelled_at IS NULL GROUP BY 1, 2 ORDER BY 1""",
    "notes": f"""
SELECT u.given_name, u.family_name, count(*), count(r.note_due_hours), percentile_cont(0.5) WITHIN GROUP (ORDER BY x.took),
  count(*) FILTER (WHERE x.took > r.note_due_hours * interval '1 hour')
FROM (SELECT n.author_id, n.episode_id, (v.started_at AT TIME ZONE %(zone)s)::date AS day,
    n.sealed_at - v.started_at - v.minutes * interval '1 minute' AS took
  FROM treatment_plans_note n JOIN patients_service v ON v.id = n.service_id
  WHERE v.started_at >= %(start)s AND v.started_at < %(end)s::date + 1
  AND n.sealed_at IS NOT NULL AND n.corrects_id IS NULL AND n.in_error_at IS NULL) x
JOIN accounts_user u ON u.id = x.author_id JOIN patients_stay s ON s.episode_id = x.episode_id AND {ON.format("x.day")} AND {STANDING}
LEFT JOIN patients_programrule r ON r.program_id = s.program_id AND {RULE.format("x.day")} GROUP BY 1, 2""",
    "plans": f"""
SELECT g.name, count(*), count(*) FILTER (WHERE l.at <= e.started_on + r.plan_due_days), count(*) FILTER (WHERE l.at IS NULL)
FROM patients_episode e {FIRST} JOIN patients_programrule r ON r.program_id = g.id AND {RULE.format("e.started_on")}
LEFT JOIN LATERAL (SELECT min(l.in_force_at)::date AS at FROM treatment_plans_plan l WHERE l.episode_id = e.id) l ON true
WHERE e.started_on + r.plan_due_days {SPAN} GROUP BY 1""",
    "plan-reviews": f"""
WITH looks AS (
  SELECT l.episode_id, (l.in_force_at AT TIME ZONE %(zone)s)::date AS day, NULL::date AS agreed FROM treatment_plans_plan l
  WHERE l.in_force_at IS NOT NULL
  UNION SELECT l.episode_id, w.made_on, w.next_on FROM treatment_plans_planreview w JOIN treatment_plans_plan l ON l.id = w.plan_id),
asked AS (SELECT s.program_id, lead(k.day) OVER (PARTITION BY k.episode_id ORDER BY k.day) AS following,
    least(k.day + coalesce(r.plan_review_days, r.review_days)::int, CASE WHEN k.agreed > k.day THEN k.agreed END) AS due
  FROM looks k JOIN patients_stay s ON s.episode_id = k.episode_id AND {ON.format("k.day")} AND {STANDING}
  JOIN patients_programrule r ON r.program_id = s.program_id AND {RULE.format("k.day")})
SELECT g.name, count(*), count(*) FILTER (WHERE a.following <= a.due), count(*) FILTER (WHERE a.following IS NULL)
FROM asked a JOIN patients_program g ON g.id = a.program_id WHERE a.due {SPAN} GROUP BY 1""",
    "caseloads": f"""
SELECT u.family_name, u.given_name, g.name, count(*) FROM patients_stay s JOIN patients_program g ON g.id = s.program_id
LEFT JOIN patients_careteammember m ON m.episode_id = s.episode_id AND m.part = 'primary' AND m.started_on <= %(end)s
  AND (m.ended_on IS NULL OR m.ended_on > %(end)s)
LEFT JOIN accounts_user u ON u.id = m.user_id WHERE {ON.format("%(end)s")} AND {STANDING} GROUP BY 1, 2, 3 ORDER BY 1, 2""",
    "step-down": f"""
SELECT o.name, g.name, count(*), count(*) FILTER (WHERE EXISTS (
  SELECT 1 FROM patients_episode f JOIN patients_stay c ON c.episode_id = f.id JOIN patients_program q ON q.id = c.program_id
  JOIN patients_phase y ON y.id = q.phase_id WHERE f.patient_id = e.patient_id AND c.started_on > s.started_on
  AND c.started_on <= s.started_on + 30 AND y."order" <= w."order"))
FROM patients_stay s JOIN patients_episode e ON e.id = s.episode_id JOIN patients_stay p ON p.id = s.previous_id
JOIN patients_program o ON o.id = p.program_id JOIN patients_phase w ON w.id = o.phase_id
JOIN patients_program g ON g.id = s.program_id JOIN patients_phase h ON h.id = g.phase_id
WHERE s.started_on {SPAN} AND {STANDING} AND w."order" < h."order" GROUP BY 1, 2""",
    "case-mix": f"""
SELECT coalesce(y.substance, ''), count(*) FROM patients_admission a JOIN patients_episode e ON e.id = a.episode_id
LEFT JOIN patients_substanceuse y ON y.admission_id = a.id AND y.rank = 1 WHERE e.started_on {SPAN} GROUP BY 1""",
    "curriculum": f"""
SELECT g.name, o.title, count(DISTINCT z.id), count(DISTINCT a.episode_id) FILTER (WHERE a.state IN ('present', 'late', 'left_early'))
FROM groups_group g JOIN groups_topic o ON o.curriculum_id = g.curriculum_id
LEFT JOIN groups_session z ON z.group_id = g.id AND z.topic_id = o.id AND z.held_on {SPAN} AND z.cancelled_at IS NULL
LEFT JOIN groups_attendance a ON a.session_id = z.id GROUP BY 1, 2 ORDER BY 1, 2""",
}


def report(request, slug):
    start, end = quarter_of(today())
    return table(rows_of(REPORTS[slug], request, start=start, end=end, today=today(), zone=settings.TIME_ZONE))


urlpatterns = [path("reports/<slug:slug>/", report)]
