"""The floor of plans and notes: what is read in one statement each, what is written in one commit with the row of the trail."""

import hashlib
import json
import uuid
from datetime import datetime, timedelta
from html import escape

from django.db import connection, transaction
from django.http import HttpResponse
from django.urls import path
from django.utils import timezone

from anchored.ground.text import fold

HEAD = """
  'patient', row_to_json(p),
  'stays', (SELECT json_agg(x ORDER BY x.started_on, x.opened_at) FROM (
    SELECT s.*, g.name, g.phase_id FROM patients_episode o JOIN patients_stay s ON s.episode_id = o.id
    JOIN patients_program g ON g.id = s.program_id WHERE o.patient_id = p.id) x),
  'flags', (SELECT json_agg(f) FROM patients_safetyflag f WHERE f.patient_id = p.id),
  'team', (SELECT json_agg(x) FROM (
    SELECT m.*, u.family_name FROM patients_careteammember m JOIN accounts_user u ON u.id = m.user_id WHERE m.episode_id = e.id) x),
  'phases', (SELECT json_agg(x ORDER BY x."order") FROM patients_phase x)"""
ROWS = "(SELECT json_agg(x ORDER BY x.position, x.id) FROM treatment_plans_{0} x WHERE x.plan_id = l.id AND x.removed_at IS NULL)"

PLAN = f"""
SELECT json_build_object({HEAD},
  'plan', row_to_json(l), 'began', (SELECT family_name FROM accounts_user u WHERE u.id = l.started_by_id),
  'problems', {ROWS.format("problem")}, 'goals', {ROWS.format("goal")}, 'objectives', {ROWS.format("objective")},
  'interventions', (SELECT json_agg(x ORDER BY x.position, x.id) FROM (
    SELECT i.*, u.family_name FROM treatment_plans_intervention i LEFT JOIN accounts_user u ON u.id = i.responsible_id
    WHERE i.plan_id = l.id AND i.removed_at IS NULL) x),
  'told', (SELECT json_agg(x) FROM (
    SELECT g.root, count(*), max(v.started_at) FROM treatment_plans_objectiveprogress g JOIN treatment_plans_note n ON n.id = g.note_id
    JOIN patients_service v ON v.id = n.service_id WHERE n.episode_id = e.id AND n.replaced_at IS NULL GROUP BY g.root) x),
  'versions', (SELECT json_agg(x ORDER BY x.number DESC) FROM (
    SELECT id, number, sealed_at, in_force_at, superseded_at FROM treatment_plans_plan o WHERE o.episode_id = e.id) x),
  'signed', (SELECT json_agg(s ORDER BY s.signed_at) FROM signing_signature s
    WHERE s.document_type = 'treatment_plans.plan' AND s.document_id = l.id),
  'word', (SELECT row_to_json(w) FROM treatment_plans_patientword w WHERE w.plan_id = l.id),
  'reviews', (SELECT json_agg(x) FROM (SELECT r.made_on, r.decision, u.family_name FROM treatment_plans_planreview r
    JOIN treatment_plans_plan o ON o.id = r.plan_id JOIN accounts_user u ON u.id = r.made_by_id WHERE o.episode_id = e.id) x),
  'rule', (SELECT row_to_json(r) FROM patients_stay s JOIN patients_programrule r ON r.program_id = s.program_id AND r.ended_on IS NULL
    WHERE s.episode_id = e.id AND s.ended_on IS NULL))
FROM treatment_plans_plan l JOIN patients_episode e ON e.id = l.episode_id JOIN patients_patient p ON p.id = e.patient_id
WHERE l.id = %(plan)s"""

ON_CHART = """
  FROM treatment_plans_note n JOIN patients_episode o ON o.id = n.episode_id JOIN accounts_user u ON u.id = n.author_id
  LEFT JOIN patients_service v ON v.id = n.service_id LEFT JOIN patients_servicekind k ON k.id = v.kind_id
  WHERE o.patient_id = p.id AND (n.sealed_at IS NOT NULL AND n.replaced_at IS NULL
    OR n.author_id = %(me)s AND n.sealed_at IS NULL AND n.discarded_at IS NULL)"""
NOTES = f"""
SELECT json_build_object({HEAD},
  'notes', (SELECT json_agg(x) FROM (
    SELECT n.id, v.started_at, v.minutes, k.name, u.family_name, n.needs_cosign, n.cosigned_at, n.returned_at, n.begun_at,
      count(*) OVER () AS number
    {ON_CHART} {{found}} ORDER BY v.started_at DESC NULLS FIRST, n.begun_at DESC LIMIT 50) x),
  'kinds', (SELECT json_agg(x ORDER BY x."order") FROM patients_servicekind x),
  'authors', (SELECT json_agg(x) FROM (SELECT DISTINCT u.id, u.family_name, u.given_name {ON_CHART} AND n.sealed_at IS NOT NULL) x))
FROM patients_patient p JOIN patients_episode e ON e.patient_id = p.id WHERE p.id = %(patient)s ORDER BY e.started_on DESC LIMIT 1"""
WORDS = "AND n.found_by LIKE ALL(%(words)s::text[])"

THREAD = f"""
SELECT json_build_object({HEAD},
  'objective', (SELECT row_to_json(x) FROM treatment_plans_objective x WHERE x.plan_id = l.id AND x.root = %(root)s),
  'told', (SELECT json_agg(x) FROM (
    SELECT n.id, v.started_at, k.name, u.family_name, g.standing, g.words
    FROM treatment_plans_objectiveprogress g JOIN treatment_plans_note n ON n.id = g.note_id JOIN accounts_user u ON u.id = n.author_id
    JOIN patients_service v ON v.id = n.service_id JOIN patients_servicekind k ON k.id = v.kind_id
    WHERE g.root = %(root)s AND n.episode_id = e.id AND n.replaced_at IS NULL ORDER BY v.started_at DESC LIMIT 200) x))
FROM treatment_plans_plan l JOIN patients_episode e ON e.id = l.episode_id JOIN patients_patient p ON p.id = e.patient_id
WHERE l.id = %(plan)s"""

KEEP = """
WITH kept AS (
  UPDATE treatment_plans_note SET typed = %(typed)s::jsonb, version = version + 1, saved_at = now()
  WHERE id = %(note)s AND author_id = %(me)s AND version = %(version)s AND sealed_at IS NULL AND discarded_at IS NULL RETURNING id)
INSERT INTO floor_trail (what, ref, at) SELECT 'kept', id, now() FROM kept"""

DRAFT = """
SELECT n.typed, n.episode_id, k.id, f.name,
  (SELECT json_agg(json_build_array(s.key, s.heading) ORDER BY s."order") FROM treatment_plans_notesection s WHERE s.format_id = f.id)
FROM treatment_plans_note n JOIN patients_servicekind k ON k.code = n.typed ->> 'kind'
JOIN treatment_plans_noteformat f ON f.code = n.typed ->> 'format'
WHERE n.id = %(note)s AND n.author_id = %(me)s AND n.sealed_at IS NULL AND n.discarded_at IS NULL FOR UPDATE OF n"""
SIGN = """
WITH served AS (
  INSERT INTO patients_service (id, episode_id, kind_id, started_at, minutes, place, with_whom, delivered_by_id, entered_by_id, entered_at)
  VALUES (%(service)s, %(episode)s, %(kind)s, %(started_at)s, %(minutes)s, %(place)s, %(with_whom)s, %(me)s, %(me)s, now())
  RETURNING id),
sealed AS (
  UPDATE treatment_plans_note SET service_id = served.id, sections = %(sections)s::jsonb, objectives = %(objectives)s::jsonb,
    format_name = %(format)s, found_by = %(found_by)s, digest = %(digest)s, sealed_at = now()
  FROM served WHERE treatment_plans_note.id = %(note)s RETURNING treatment_plans_note.id, episode_id),
worked_on AS (
  INSERT INTO treatment_plans_objectiveprogress (note_id, objective_id, root, standing, words)
  SELECT sealed.id, o.id, o.root, w.standing, w.words FROM sealed
  JOIN treatment_plans_plan l ON l.episode_id = sealed.episode_id AND l.in_force_at IS NOT NULL AND l.superseded_at IS NULL
  JOIN treatment_plans_objective o ON o.plan_id = l.id AND o.removed_at IS NULL
  JOIN jsonb_to_recordset(%(objectives)s::jsonb) AS w(root uuid, standing text, words text) ON w.root = o.root),
signed AS (
  INSERT INTO signing_signature (id, document_type, document_id, meaning, signed_by_id, signed_at, name_as_signed, digest)
  SELECT gen_random_uuid(), 'treatment_plans.note', id, 'author', %(me)s, now(), %(name)s, %(digest)s FROM sealed)
INSERT INTO floor_trail (what, ref, at) SELECT 'signed', id, now() FROM sealed"""


def rows_of(sql, request, **values):
    with connection.cursor() as cursor:
        cursor.execute(sql, {"me": request.user.pk, **values})
        return cursor.fetchall()


def page(sql, request, **values):
    """Everything that one statement found, a line for each row."""
    lines = []
    for name, rows in rows_of(sql, request, **values)[0][0].items():
        for row in rows if isinstance(rows, list) else [rows]:
            words = " ".join(str(value) for value in row.values()) if isinstance(row, dict) else row
            lines.append(f"<p>{name} {escape(str(words))}")
    return HttpResponse(f"<!doctype html><title>Floor</title>{''.join(lines)}")


def plan(request, plan):
    return page(PLAN, request, plan=plan)


def notes(request, patient):
    return page(NOTES.format(found=""), request, patient=patient)


def find_in_notes(request, patient):
    words = [f"%{word}%" for word in fold(request.POST["words"]).split()]
    return page(NOTES.format(found=WORDS), request, patient=patient, words=words)


def thread(request, plan, root):
    return page(THREAD, request, plan=plan, root=root)


def keep(request, note):
    typed = {name: text for name, text in request.POST.items() if name not in ("version", "csrfmiddlewaretoken")}
    values = {"me": request.user.pk, "note": note, "version": int(request.POST["version"]), "typed": json.dumps(typed)}
    with connection.cursor() as cursor:
        cursor.execute(KEEP, values)
        return HttpResponse(status=204 if cursor.rowcount else 409)


def sign(request, note):
    with transaction.atomic():
        draft, episode, kind, layout, sections = rows_of(DRAFT, request, note=note)[0]
        typed = json.loads(draft)
        values = _sealed(typed, sections) | {"episode": episode, "kind": kind, "format": layout, "note": note}
        values |= {"me": request.user.pk, "name": request.user.get_full_name()}
        with connection.cursor() as cursor:
            cursor.execute(SIGN, values)
            return HttpResponse(status=204 if cursor.rowcount else 409)


def _sealed(typed, layout):
    """What the signature fixes: the facts, the words under their headings, what became of the objectives, and the digest of it all."""
    began = timezone.make_aware(datetime.fromisoformat(f"{typed['on']}T{typed['starts']}"))
    roots = [name.removeprefix("standing_") for name, text in typed.items() if name.startswith("standing_") and text]
    sections = [{"key": key, "heading": heading, "text": typed[f"section_{key}"]} for key, heading in layout]
    objectives = [{"root": root, "standing": typed[f"standing_{root}"], "words": typed[f"words_{root}"]} for root in roots]
    facts = {"service": uuid.uuid4(), "started_at": began, "minutes": int(typed["minutes"]), "place": typed["place"]}
    facts |= {"with_whom": typed["with_whom"], "sections": json.dumps(sections), "objectives": json.dumps(objectives)}
    assert began + timedelta(minutes=facts["minutes"]) <= timezone.now()
    digest = hashlib.sha256(json.dumps(facts, default=str, sort_keys=True).encode()).hexdigest()
    return {**facts, "digest": digest, "found_by": fold(" ".join(section["text"] for section in sections))}


urlpatterns = [
    path("plan/<uuid:plan>/", plan),
    path("notes/<uuid:patient>/", notes),
    path("notes/<uuid:patient>/words/", find_in_notes),
    path("thread/<uuid:plan>/<uuid:root>/", thread),
    path("keep/<uuid:note>/", keep),
    path("sign/<uuid:note>/", sign),
]
