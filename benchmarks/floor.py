"""The floor: session and user, one hand-written statement with the same rows, HTML by string formatting.

No form, no trail beyond the one row of a move, no navigation. The product cannot honestly be faster; it should stay near.
"""

import uuid
from html import escape

from django.db import connection, transaction
from django.http import HttpResponse
from django.urls import path

from anchored.ground.dates import today
from anchored.ground.text import fold

from . import floor_caseloads, floor_groups, floor_notes, floor_reports
from .plain import table

IN_FORCE = "{0}.started_on <= %(today)s::date AND ({0}.ended_on IS NULL OR {0}.ended_on > %(today)s::date)"
POSTS = f"SELECT program_id FROM patients_programstaff ps WHERE ps.user_id = %(me)s AND {IN_FORCE.format('ps')}"
NAMED = f"SELECT 1 FROM patients_namedaccess n WHERE n.patient_id = p.id AND n.user_id = %(me)s AND {IN_FORCE.format('n')}"
OPEN_TO_ME = f"(NOT p.restricted OR EXISTS ({NAMED}))"
HANDED_OVER = "(s.opened_by_id = %(me)s AND s.accepted_at IS NULL AND s.previous_id IS NOT NULL AND s.ended_on IS NULL)"
LATELY = "({0}.ended_on IS NULL OR ({0}.ended_on = e.ended_on AND {0}.ended_on >= %(today)s::date - 30))"
SHORT_NAME = "left(u.given_name, 1) || '. ' || u.family_name"

FIND = f"""
WITH found AS MATERIALIZED (SELECT p.* FROM patients_patient p WHERE p.find_by LIKE %(words)s)
SELECT p.id, p.record_number, p.family_name, p.given_name, p.preferred_name, p.birth_date, here.name, c.who, c.user_id = %(me)s AS mine
FROM found p
LEFT JOIN LATERAL (
  SELECT g.name FROM patients_episode e JOIN patients_stay s ON s.episode_id = e.id JOIN patients_program g ON g.id = s.program_id
  WHERE e.patient_id = p.id AND s.ended_on IS NULL) here ON true
LEFT JOIN LATERAL (
  SELECT m.user_id, {SHORT_NAME} AS who FROM patients_episode e
  JOIN patients_careteammember m ON m.episode_id = e.id JOIN accounts_user u ON u.id = m.user_id
  WHERE e.patient_id = p.id AND m.part = 'primary' AND m.ended_on IS NULL) c ON true
WHERE {OPEN_TO_ME} AND (
  EXISTS (
    SELECT 1 FROM patients_episode e JOIN patients_careteammember m ON m.episode_id = e.id
    WHERE e.patient_id = p.id AND m.user_id = %(me)s AND {LATELY.format("m")})
  OR EXISTS (
    SELECT 1 FROM patients_episode e JOIN patients_stay s ON s.episode_id = e.id
    WHERE e.patient_id = p.id AND (s.program_id IN ({POSTS}) AND {LATELY.format("s")} OR {HANDED_OVER})))
ORDER BY mine DESC NULLS LAST, p.family_name, p.given_name, p.record_number LIMIT 10"""

LINE = """
SELECT p.id, p.family_name, p.given_name, p.record_number, g.name, %(today)s::date - s.counts_from + 1, {who},
  f.kind, f.number, greatest(s.counts_from, r.made_on) + rule.review_days {columns}
FROM {stays} s JOIN patients_episode e ON e.id = s.episode_id JOIN patients_patient p ON p.id = e.patient_id
JOIN patients_program g ON g.id = s.program_id
LEFT JOIN patients_programrule rule ON rule.program_id = g.id AND rule.ended_on IS NULL
LEFT JOIN patients_careteammember m ON m.episode_id = e.id AND m.part = 'primary' AND m.ended_on IS NULL
LEFT JOIN accounts_user u ON u.id = m.user_id
LEFT JOIN LATERAL (
  SELECT made_on FROM patients_assessment a WHERE a.episode_id = e.id AND a.sealed_at IS NOT NULL ORDER BY made_on DESC LIMIT 1) r ON true
LEFT JOIN LATERAL (
  SELECT (array_agg(kind ORDER BY started_on DESC, raised_at DESC))[1] AS kind, count(*) AS number
  FROM patients_safetyflag x WHERE x.patient_id = p.id AND x.ended_on IS NULL) f ON true
WHERE s.ended_on IS NULL AND {scope}
ORDER BY {order}"""

CASELOAD = LINE.format(
    who=SHORT_NAME,
    columns=", count(*) OVER ()",
    stays="patients_stay",
    scope=f"{OPEN_TO_ME} AND m.user_id = %(me)s",
    order="p.family_name, p.given_name, s.id LIMIT 25",
)
FIRST_STAYS = f"""
WITH first_stays AS MATERIALIZED (SELECT * FROM (
  SELECT s.*, row_number() OVER (PARTITION BY s.program_id ORDER BY s.counts_from, s.id) AS place,
    count(*) OVER (PARTITION BY s.program_id) AS in_column
  FROM patients_stay s JOIN patients_episode e ON e.id = s.episode_id JOIN patients_patient p ON p.id = e.patient_id
  WHERE s.ended_on IS NULL AND {OPEN_TO_ME} AND (s.program_id IN ({POSTS}) OR {HANDED_OVER} OR EXISTS (
    SELECT 1 FROM patients_careteammember x WHERE x.episode_id = e.id AND x.user_id = %(me)s AND x.ended_on IS NULL))) x
  WHERE place <= 12)"""
BOARD = FIRST_STAYS + LINE.format(
    who=SHORT_NAME, columns=", s.in_column, s.place", stays="first_stays", scope="true", order="s.program_id, s.place"
)

CHART = """
SELECT json_build_object(
  'patient', row_to_json(p),
  'stays', (SELECT json_agg(x ORDER BY x.started_on, x.opened_at) FROM (
    SELECT s.*, g.name, g.phase_id, b.label, u.family_name FROM patients_episode o JOIN patients_stay s ON s.episode_id = o.id
    JOIN patients_program g ON g.id = s.program_id JOIN patients_movebasis b ON b.id = s.basis_id
    LEFT JOIN accounts_user u ON u.id = s.opened_by_id WHERE o.patient_id = p.id) x),
  'flags', (SELECT json_agg(f) FROM patients_safetyflag f WHERE f.patient_id = p.id),
  'team', (SELECT json_agg(x) FROM (
    SELECT m.*, u.family_name FROM patients_careteammember m JOIN accounts_user u ON u.id = m.user_id WHERE m.episode_id = e.id) x),
  'rated', (SELECT json_agg(x ORDER BY x.made_on DESC) FROM (
    SELECT a.*, u.family_name FROM patients_assessment a JOIN accounts_user u ON u.id = a.made_by_id
    WHERE a.episode_id = e.id AND a.sealed_at IS NOT NULL) x),
  'discharges', (SELECT json_agg(d) FROM patients_discharge d WHERE d.episode_id = e.id),
  'admission', (SELECT row_to_json(a) FROM patients_admission a WHERE a.episode_id = e.id),
  'uses', (SELECT json_agg(x ORDER BY x.rank) FROM (
    SELECT y.* FROM patients_admission a JOIN patients_substanceuse y ON y.admission_id = a.id WHERE a.episode_id = e.id) x),
  'contacts', (SELECT json_agg(c) FROM patients_contact c WHERE c.patient_id = p.id AND c.removed_at IS NULL),
  'papers', (SELECT json_agg(x) FROM (
    SELECT t.title, t.version, r.how FROM patients_papertemplate t
    LEFT JOIN patients_paper r ON r.template_id = t.id AND r.episode_id = e.id WHERE t.ended_on IS NULL) x),
  'looked', (SELECT json_agg(x) FROM (
    SELECT t.at FROM audit_trailentry t WHERE t.actor_id = %(me)s AND t.patient_id = p.id AND t.event = 'chart.opened'
    ORDER BY t.sequence DESC LIMIT 12) x),
  'phases', (SELECT json_agg(x ORDER BY x."order") FROM patients_phase x))
FROM patients_patient p JOIN patients_episode e ON e.patient_id = p.id WHERE p.id = %(patient)s ORDER BY e.started_on DESC LIMIT 1"""

END_STAY = "UPDATE patients_stay SET ended_on = %(today)s::date WHERE id = %(stay)s AND ended_on IS NULL"
RATINGS = ", ".join(f"rating_{number}" for number in range(1, 7))
COMMENTS = ", ".join(f"comment_{number}" for number in range(1, 7))
BEGIN_STAY = f"""
WITH following AS (
  INSERT INTO patients_stay (id, episode_id, previous_id, program_id, started_on, counts_from, basis_id, reason,
    patient_took_part, outside_table, opened_by_id, opened_at)
  SELECT %(new)s, episode_id, id, %(to)s, %(today)s::date, %(today)s::date, %(basis)s, %(reason)s, false, false, %(me)s, now()
  FROM patients_stay WHERE id = %(stay)s RETURNING id, episode_id),
rated AS (
  INSERT INTO patients_assessment (id, episode_id, stay_id, occasion, edition, made_on, made_by_id, made_at, sealed_at, digest,
    {RATINGS}, {COMMENTS}, difference, difference_note)
  SELECT gen_random_uuid(), episode_id, id, 'move', '3', %(today)s::date, %(me)s, now(), now(), '',
    '1', '1', '1', '1', '1', '1', '', '', '', '', '', '', '', '' FROM following RETURNING id),
signed AS (
  INSERT INTO signing_signature (id, document_type, document_id, meaning, signed_by_id, signed_at, name_as_signed, digest)
  SELECT gen_random_uuid(), 'patients.assessment', id, 'author', %(me)s, now(), '', '' FROM rated)
INSERT INTO floor_trail (what, ref, at) SELECT 'moved', id, now() FROM following"""


def rows_of(sql, request, **values):
    with connection.cursor() as cursor:
        cursor.execute(sql, {"me": request.user.pk, "today": today(), **values})
        return cursor.fetchall()


def bare(request):
    return HttpResponse("The floor is up.")


def search(request):
    return table(rows_of(FIND, request, words=f"%{fold(request.POST['q'])}%"))


def caseload(request):
    return table(rows_of(CASELOAD, request))


def board(request):
    return table(rows_of(BOARD, request))


def chart(request, patient):
    known = rows_of(CHART, request, patient=patient)[0][0]
    person = known.pop("patient")
    lines = [f"<h1>{escape(person['family_name'])}, {escape(person['given_name'])} {person['record_number']} {person['birth_date']}</h1>"]
    for name, rows in known.items():
        for row in rows if isinstance(rows, list) else [rows or {}]:
            lines.append(f"<p>{name} {escape(' '.join(str(value) for value in row.values()))}")
    return HttpResponse(f"<!doctype html><title>Floor</title>{''.join(lines)}")


def move(request, stay, to, basis):
    values = {"new": uuid.uuid4(), "stay": stay, "to": to, "basis": basis, "reason": request.POST["reason"]}
    values |= {"me": request.user.pk, "today": today()}
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(END_STAY, values)
        cursor.execute(BEGIN_STAY, values)
    return HttpResponse(status=204)


urlpatterns = [
    *floor_notes.urlpatterns,
    *floor_groups.urlpatterns,
    *floor_caseloads.urlpatterns,
    *floor_reports.urlpatterns,
    path("accounts/login/", bare),
    path("search/", search),
    path("caseload/", caseload),
    path("board/", board),
    path("chart/<uuid:patient>/", chart),
    path("move/<uuid:stay>/<int:to>/<int:basis>/", move),
]
