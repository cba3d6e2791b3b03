"""The floor of Today and of caseloads: who is in care with hours, plans, notes and absences, in one statement a page."""

from datetime import timedelta

from django.urls import path

from anchored.ground.dates import today

from .floor_notes import page, rows_of
from .plain import table

HELD = "{0}.started_on <= {1} AND ({0}.ended_on IS NULL OR {0}.ended_on > {1})"
NOW = HELD.format("{0}", "%(today)s::date")
NAMED = f"SELECT n.patient_id FROM patients_namedaccess n WHERE n.user_id = %(me)s AND {NOW.format('n')}"
OPEN = f"(NOT i.restricted OR i.patient_id IN ({NAMED}))"
CAME = "('present', 'late', 'left_early')"
SUPERVISED = f"SELECT v.clinician_id FROM accounts_supervision v WHERE v.supervisor_id = %(me)s AND {NOW.format('v')}"


def done(monday):
    """The minutes of a week that count."""
    return f"""(SELECT coalesce(sum(v.minutes), 0) FROM patients_service v JOIN patients_servicekind k ON k.id = v.kind_id AND k.counts
      WHERE v.episode_id = i.episode_id AND v.taken_back_at IS NULL AND v.started_at >= {monday}
      AND v.started_at < {monday} + interval '7 days')"""


THIS_WEEK, LAST_WEEK = "%(monday)s::date", "(%(monday)s::date - 7)"
UNSIGNED = f"""
  (SELECT sum(z.minutes - a.late - a.early) FROM groups_attendance a JOIN groups_session z ON z.id = a.session_id
    WHERE a.episode_id = i.episode_id AND a.note_id IS NULL AND a.state IN {CAME} AND z.cancelled_at IS NULL
    AND z.held_on BETWEEN %(monday)s AND %(monday)s::date + 6)"""
PLANNED = f"""
  (SELECT sum(z.minutes) FROM groups_enrolment w JOIN groups_session z ON z.group_id = w.group_id AND z.cancelled_at IS NULL
    WHERE w.episode_id = i.episode_id AND z.ended_at > now() AND {HELD.format("w", "z.held_on")}
    AND z.held_on BETWEEN %(monday)s AND %(monday)s::date + 6)"""
LOOKED = """
  (SELECT greatest(l.in_force_at::date, (SELECT max(y.made_on) FROM treatment_plans_planreview y WHERE y.plan_id = l.id))
    FROM treatment_plans_plan l WHERE l.episode_id = i.episode_id AND l.in_force_at IS NOT NULL AND l.superseded_at IS NULL)"""
DUE = f"coalesce({LOOKED} + coalesce(r.plan_review_days, r.review_days), i.counts_from + r.plan_due_days)"
REVIEW = "greatest(i.counts_from, i.last_rated) + r.review_days"
PEOPLE = f"""
  SELECT i.*, %(today)s::date - i.counts_from + 1 AS day, r.least_hours, {done(THIS_WEEK)} AS done, {UNSIGNED} AS unsigned,
    {PLANNED} AS planned, {DUE} AS plan_due, {REVIEW} AS review_due {{columns}}
  FROM patients_incare i LEFT JOIN patients_programrule r ON r.program_id = i.program_id AND r.ended_on IS NULL
  WHERE i.clinician_id {{whose}} AND {OPEN}"""
DRAFTS = """
  SELECT n.author_id, n.id, n.saved_at, n.returned_at, i.patient_id, i.family_name FROM treatment_plans_note n
  JOIN patients_incare i ON i.episode_id = n.episode_id
  WHERE n.author_id {whose} AND (n.sealed_at IS NULL AND n.discarded_at IS NULL OR n.returned_at IS NOT NULL AND n.replaced_at IS NULL)"""

DAY = f"""
SELECT json_build_object(
  'sessions', (SELECT json_agg(x ORDER BY x.started_at) FROM (
    SELECT z.id, z.started_at, z.ended_at, z.held_on, z.cancelled_at, g.name, g.track,
      (SELECT count(*) FROM groups_enrolment w WHERE w.group_id = g.id AND {HELD.format("w", "z.held_on")}) AS people,
      (SELECT json_build_array(count(*), count(*) FILTER (WHERE a.state IN {CAME}), count(a.note_id))
        FROM groups_attendance a WHERE a.session_id = z.id) AS marks
    FROM groups_session z JOIN groups_group g ON g.id = z.group_id
    WHERE z.held_on BETWEEN %(today)s::date - 90 AND %(today)s::date + 14 AND (z.covered_by_id = %(me)s OR EXISTS (
      SELECT 1 FROM groups_leader l WHERE l.group_id = g.id AND l.user_id = %(me)s AND {HELD.format("l", "z.held_on")}))
      AND (z.held_on >= %(today)s OR EXISTS (SELECT 1 FROM groups_attendance a
        WHERE a.session_id = z.id AND a.note_id IS NULL AND a.state IN {CAME}))) x),
  'appointments', (SELECT json_agg(x) FROM (
    SELECT a.starts_at, a.ends_at, a.place, k.name, a.note_id, i.family_name FROM treatment_plans_appointment a
    JOIN patients_servicekind k ON k.id = a.kind_id JOIN patients_incare i ON i.episode_id = a.episode_id
    WHERE a.clinician_id = %(me)s AND (a.starts_at BETWEEN %(today)s::date AND %(today)s::date + 15 OR a.closed_at IS NULL)) x),
  'mine', (SELECT json_agg(x ORDER BY x.family_name, x.given_name) FROM ({PEOPLE.format(columns="", whose="= %(me)s")}) x),
  'missed', (SELECT json_agg(x) FROM (
    SELECT a.state, z.held_on, g.name, i.family_name FROM groups_attendance a JOIN groups_session z ON z.id = a.session_id
    JOIN groups_group g ON g.id = z.group_id JOIN patients_incare i ON i.episode_id = a.episode_id
    WHERE i.clinician_id = %(me)s AND a.state IN ('excused', 'unexcused') AND z.held_on > %(today)s::date - 90 AND NOT EXISTS (
      SELECT 1 FROM groups_attendance b JOIN groups_session y ON y.id = b.session_id
      WHERE b.episode_id = a.episode_id AND b.state IN {CAME} AND y.started_at > z.started_at)) x),
  'papers', (SELECT json_agg(x) FROM (
    SELECT t.title, i.family_name FROM patients_incare i JOIN patients_papertemplate t ON t.ended_on IS NULL
    WHERE i.clinician_id = %(me)s AND NOT EXISTS (
      SELECT 1 FROM patients_paper q WHERE q.template_id = t.id AND q.episode_id = i.episode_id)) x),
  'notes', (SELECT json_agg(x) FROM ({DRAFTS.format(whose="= %(me)s")}) x),
  'joined', (SELECT json_agg(x) FROM (
    SELECT m.started_on, m.handover_note, i.family_name FROM patients_careteammember m JOIN patients_incare i ON i.episode_id = m.episode_id
    WHERE m.user_id = %(me)s AND m.ended_on IS NULL AND m.assigned_by_id <> %(me)s AND m.started_on >= %(today)s::date - 7) x))"""

MORE = f""",
    {done(LAST_WEEK)} AS done_last_week,
    (SELECT max(v.started_at) FROM treatment_plans_note n JOIN patients_service v ON v.id = n.service_id
      WHERE n.episode_id = i.episode_id AND n.sealed_at IS NOT NULL) AS last_note,
    (SELECT max(c.at) FROM patients_contactattempt c WHERE c.patient_id = i.patient_id AND c.outcome = 'spoke') AS last_contact,
    (SELECT min(z.started_at) FROM groups_enrolment w JOIN groups_session z ON z.group_id = w.group_id AND z.cancelled_at IS NULL
      WHERE w.episode_id = i.episode_id AND z.started_at > now() AND {HELD.format("w", "z.held_on")}) AS next_session,
    (SELECT json_agg(json_build_array(f.kind, f.started_on)) FROM patients_safetyflag f
      WHERE f.patient_id = i.patient_id AND f.ended_on IS NULL) AS flags,
    (SELECT count(*) FROM groups_attendance a JOIN groups_session z ON z.id = a.session_id
      WHERE a.episode_id = i.episode_id AND a.note_id IS NULL AND a.state IN {CAME} AND z.ended_at < now()) AS to_write"""
KEPT = f"""
SELECT json_build_object(
  'kept', (SELECT json_agg(x ORDER BY x.family_name, x.given_name) FROM ({PEOPLE.format(whose="= %(clinician)s", columns=MORE)}) x),
  'drafts', (SELECT json_agg(x) FROM ({DRAFTS.format(whose="= %(clinician)s")}) x),
  'past', (SELECT json_agg(x) FROM (
    SELECT w.sealed_at FROM treatment_plans_caseloadreview w WHERE w.clinician_id = %(clinician)s AND w.sealed_at IS NOT NULL) x))"""

BOARD = f"""
WITH mine AS MATERIALIZED ({PEOPLE.format(whose=f"IN ({SUPERVISED})", columns=f", {done(LAST_WEEK)} AS done_last_week")}),
signed AS (
  SELECT n.author_id, avg(n.sealed_at - v.started_at) AS took, count(n.returned_at) AS back FROM treatment_plans_note n
  JOIN patients_service v ON v.id = n.service_id WHERE n.author_id IN ({SUPERVISED}) AND n.sealed_at >= %(today)s::date - 28 GROUP BY 1),
weeks AS (
  SELECT i.clinician_id, (z.held_on - %(monday)s::date) / 7 AS week, count(*) FILTER (WHERE a.state IN {CAME}) AS came, count(*) AS marked
  FROM groups_attendance a JOIN groups_session z ON z.id = a.session_id JOIN patients_incare i ON i.episode_id = a.episode_id
  WHERE i.clinician_id IN ({SUPERVISED}) AND z.held_on >= %(monday)s::date - 28 AND z.held_on < %(monday)s
    AND z.cancelled_at IS NULL GROUP BY 1, 2),
drafts AS MATERIALIZED ({DRAFTS.format(whose=f"IN ({SUPERVISED})")}),
to_write AS (
  SELECT l.user_id, count(*) AS number FROM groups_attendance a JOIN groups_session z ON z.id = a.session_id
  JOIN groups_leader l ON l.group_id = z.group_id AND l.user_id IN ({SUPERVISED}) AND {HELD.format("l", "z.held_on")}
  WHERE a.note_id IS NULL AND a.state IN {CAME} AND z.ended_at < now() AND z.cancelled_at IS NULL GROUP BY 1)
SELECT u.given_name, u.family_name, g.caseload, m.*, s.took, s.back, w.number,
  (SELECT count(*) FROM drafts x WHERE x.author_id = u.id),
  (SELECT count(*) FROM treatment_plans_note n
    WHERE n.author_id = u.id AND n.needs_cosign AND n.cosigned_at IS NULL AND n.sealed_at IS NOT NULL),
  (SELECT sum(z.minutes) FROM groups_leader l JOIN groups_session z ON z.group_id = l.group_id AND z.cancelled_at IS NULL
    WHERE l.user_id = u.id AND z.held_on BETWEEN %(monday)s AND %(monday)s::date + 6 AND {HELD.format("l", "z.held_on")}),
  (SELECT json_agg(json_build_array(k.week, k.came, k.marked) ORDER BY k.week) FROM weeks k WHERE k.clinician_id = u.id)
FROM accounts_user u LEFT JOIN accounts_rolegrant g ON g.user_id = u.id AND g.ended_on IS NULL
LEFT JOIN signed s ON s.author_id = u.id LEFT JOIN to_write w ON w.user_id = u.id
LEFT JOIN LATERAL (
  SELECT count(*), count(*) FILTER (WHERE plan_due < %(today)s), count(*) FILTER (WHERE review_due < %(today)s),
    count(*) FILTER (WHERE counts_from <= %(monday)s::date - 7 AND done_last_week < least_hours * 60), sum(flag_count)
  FROM mine WHERE mine.clinician_id = u.id) m ON true
WHERE u.id IN ({SUPERVISED}) ORDER BY u.family_name"""


def days():
    return {"today": today(), "monday": today() - timedelta(days=today().weekday())}


def day(request):
    return page(DAY, request, **days())


def kept(request, clinician):
    return page(KEPT, request, clinician=clinician, **days())


def supervised(request):
    return table(rows_of(BOARD, request, **days()))


urlpatterns = [
    path("today/", day),
    path("supervised/", supervised),
    path("supervised/<int:clinician>/", kept),
]
