"""The floor of groups: a session, a week and hours read in one statement each; attendance and notes of twelve written in one commit."""

import hashlib
import json
import uuid
from collections import Counter
from datetime import timedelta
from html import escape

from django.conf import settings
from django.db import connection, transaction
from django.http import HttpResponse
from django.urls import path

from anchored.ground.dates import today
from anchored.ground.text import fold

NOW = "{0}.started_on <= current_date AND ({0}.ended_on IS NULL OR {0}.ended_on > current_date)"
HELD = "{0}.started_on <= s.held_on AND ({0}.ended_on IS NULL OR {0}.ended_on > s.held_on)"
OBJECTIVES = """
  (SELECT json_agg(json_build_array(b.root, b.text, b.id)) FROM treatment_plans_plan l
    JOIN treatment_plans_objective b ON b.plan_id = l.id AND b.removed_at IS NULL
    WHERE l.episode_id = e.id AND l.in_force_at IS NOT NULL AND l.superseded_at IS NULL)"""
CAME = "('present', 'late', 'left_early')"
CHART = f"""
  ((NOT p.restricted OR p.id IN (SELECT n.patient_id FROM patients_namedaccess n WHERE n.user_id = %(me)s AND {NOW.format("n")}))
    AND (EXISTS (SELECT 1 FROM patients_careteammember m WHERE m.episode_id = e.id AND m.user_id = %(me)s AND m.ended_on IS NULL)
      OR y.program_id IN (SELECT ps.program_id FROM patients_programstaff ps WHERE ps.user_id = %(me)s AND {NOW.format("ps")})))"""
THEM, MONDAY = "ANY (ARRAY(SELECT id FROM members))", "(SELECT monday FROM week)"
KINDS = "ANY (ARRAY(SELECT id FROM patients_servicekind WHERE counts))"
TYPES = f"ANY (ARRAY(SELECT id FROM groups_grouptype WHERE service_kind_id = {KINDS}))"
COUNTED = f"""
  SELECT v.episode_id, v.minutes AS done, 0 AS unsigned, 0 AS planned FROM patients_service v
    WHERE v.episode_id = {THEM} AND v.kind_id = {KINDS} AND v.taken_back_at IS NULL
    AND v.started_at >= {MONDAY}::timestamp AT TIME ZONE %(zone)s AND v.started_at < ({MONDAY} + 7)::timestamp AT TIME ZONE %(zone)s
  UNION ALL SELECT m.episode_id, 0, z.minutes - m.late - m.early, 0 FROM groups_attendance m
    JOIN groups_session z ON z.id = m.session_id AND z.cancelled_at IS NULL AND z.held_on BETWEEN {MONDAY} AND {MONDAY} + 6
    JOIN groups_group o ON o.id = z.group_id AND o.type_id = {TYPES}
    WHERE m.episode_id = {THEM} AND m.note_id IS NULL AND m.state IN {CAME}
  UNION ALL SELECT w.episode_id, 0, 0, z.minutes FROM groups_enrolment w
    JOIN groups_session z ON z.group_id = w.group_id AND z.cancelled_at IS NULL AND z.ended_at > now()
      AND z.held_on BETWEEN {MONDAY} AND {MONDAY} + 6 AND {HELD.format("w").replace("s.held_on", "z.held_on")}
    JOIN groups_group o ON o.id = z.group_id AND o.type_id = {TYPES}
    WHERE w.episode_id = {THEM}
    AND NOT EXISTS (SELECT 1 FROM groups_attendance m WHERE m.session_id = z.id AND m.episode_id = w.episode_id)"""
BEEN = f"""
  EXISTS (SELECT 1 FROM groups_attendance m JOIN groups_session z ON z.id = m.session_id
    WHERE m.episode_id = e.id AND m.state IN {CAME} AND z.group_id = g.id AND z.held_on < s.held_on)"""
GIVEN = """
  SELECT z.topic_id, max(z.held_on) AS on FROM groups_session s JOIN groups_session z ON z.group_id = s.group_id
  WHERE s.id = %(session)s AND z.started_at < s.started_at AND z.cancelled_at IS NULL
    AND EXISTS (SELECT 1 FROM groups_attendance m WHERE m.session_id = z.id) GROUP BY 1"""
SESSION = f"""
WITH week AS MATERIALIZED (
  SELECT s.held_on + 1 - extract(isodow FROM s.held_on)::int AS monday FROM groups_session s WHERE s.id = %(session)s),
members AS MATERIALIZED (
  SELECT w.episode_id AS id FROM groups_session s JOIN groups_enrolment w ON w.group_id = s.group_id
  WHERE s.id = %(session)s AND {HELD.format("w")}),
weeks AS MATERIALIZED (
  SELECT episode_id, sum(done) AS minutes, sum(unsigned) AS unsigned, sum(planned) AS planned FROM ({COUNTED}) AS counted GROUP BY 1),
given AS MATERIALIZED ({GIVEN})
SELECT json_build_object('session', row_to_json(s), 'group', row_to_json(g), 'type', row_to_json(t),
  'leaders', (SELECT json_agg(x) FROM (SELECT l.part, u.given_name, u.family_name FROM groups_leader l
    JOIN accounts_user u ON u.id = l.user_id WHERE l.group_id = g.id AND {HELD.format("l")}) x),
  'topics', (SELECT json_agg(json_build_array(o.id, o.title, given.on) ORDER BY o."order") FROM groups_topic o
    LEFT JOIN given ON given.topic_id = o.id WHERE o.curriculum_id = g.curriculum_id AND o.offered),
  'sections', (SELECT json_agg(json_build_array(c.key, c.heading) ORDER BY c."order") FROM treatment_plans_notesection c
    JOIN treatment_plans_noteformat f ON f.id = c.format_id WHERE f.code = 'group'),
  'people', (SELECT json_agg(x ORDER BY x.family_name, x.given_name) FROM (
    SELECT e.id, p.family_name, p.given_name, p.preferred_name, p.record_number, p.birth_date, r.least_hours,
      a.state, a.late, a.early, a.reason, a.typed, a.version, a.note_id, {CHART} AS chart,
      weeks.minutes, weeks.unsigned, weeks.planned, (s.held_on - y.counts_from) / 7 + 1 AS week, {BEEN} AS been, {OBJECTIVES} AS objectives,
      (SELECT json_agg(row_to_json(d)) FROM groups_amendment d WHERE d.attendance_id = a.id) AS corrections,
      (SELECT json_agg(c.name) FROM patients_contact c WHERE c.patient_id = p.id AND c.removed_at IS NULL) AS relatives,
      (SELECT json_agg(h.sections) FROM (SELECT n.sections FROM treatment_plans_note n JOIN groups_attendance m ON m.note_id = n.id
        WHERE n.episode_id = e.id AND n.sealed_at IS NOT NULL AND n.replaced_at IS NULL ORDER BY n.begun_at DESC LIMIT 3) h) AS earlier
    FROM members JOIN patients_episode e ON e.id = members.id JOIN patients_patient p ON p.id = e.patient_id
    LEFT JOIN weeks ON weeks.episode_id = e.id
    LEFT JOIN groups_attendance a ON a.session_id = s.id AND a.episode_id = e.id
    LEFT JOIN patients_stay y ON y.episode_id = e.id AND y.ended_on IS NULL
    LEFT JOIN patients_programrule r ON r.program_id = y.program_id AND r.ended_on IS NULL) x))
FROM groups_session s JOIN groups_group g ON g.id = s.group_id JOIN groups_grouptype t ON t.id = g.type_id WHERE s.id = %(session)s"""

SAVE = """
WITH marked AS (
  UPDATE groups_attendance a SET state = m.state, late = m.late, marked_by_id = %(me)s, marked_at = now()
  FROM jsonb_to_recordset(%(marks)s::jsonb) AS m(episode uuid, state text, late int)
  WHERE a.session_id = %(session)s AND a.episode_id = m.episode AND a.note_id IS NULL RETURNING a.id)
INSERT INTO floor_trail (what, ref, at) SELECT 'marked', id, now() FROM marked"""

TO_SIGN = f"""
SELECT a.id, e.id, a.typed, s.started_at, s.minutes, s.shared, s.methods, g.name, t.name, t.service_kind_id, o.title, {OBJECTIVES}
FROM groups_attendance a JOIN groups_session s ON s.id = a.session_id JOIN groups_group g ON g.id = s.group_id
JOIN groups_grouptype t ON t.id = g.type_id LEFT JOIN groups_topic o ON o.id = s.topic_id
JOIN patients_episode e ON e.id = a.episode_id WHERE s.id = %(session)s AND a.note_id IS NULL FOR UPDATE OF a"""
SIGN = """
WITH said AS (SELECT * FROM jsonb_to_recordset(%(notes)s::jsonb) AS n(mark uuid, note uuid, service uuid, episode uuid, kind int,
    started_at timestamptz, minutes int, typed jsonb, sections jsonb, objectives jsonb, format text, found_by text, digest text)),
served AS (
  INSERT INTO patients_service (id, episode_id, kind_id, started_at, minutes, place, with_whom, delivered_by_id, entered_by_id, entered_at)
  SELECT service, episode, kind, started_at, minutes, 'in_person', '', %(me)s, %(me)s, now() FROM said),
noted AS (
  INSERT INTO treatment_plans_note (id, episode_id, author_id, service_id, typed, version, begun_at, saved_at, format_name, sections,
    objectives, is_late, needs_cosign, found_by, sealed_at, digest)
  SELECT note, episode, %(me)s, service, typed, 1, now(), now(), format, sections, objectives, false, false, found_by, now(), digest
  FROM said RETURNING id),
worked_on AS (
  INSERT INTO treatment_plans_objectiveprogress (note_id, objective_id, root, standing, words)
  SELECT said.note, o.objective, o.root, o.standing, '' FROM said,
    jsonb_to_recordset(said.objectives) AS o(root uuid, objective uuid, standing text)),
signed AS (
  INSERT INTO signing_signature (id, document_type, document_id, meaning, signed_by_id, signed_at, name_as_signed, digest)
  SELECT gen_random_uuid(), 'treatment_plans.note', note, 'author', %(me)s, now(), %(name)s, digest FROM said),
marked AS (UPDATE groups_attendance a SET note_id = said.note FROM said WHERE a.id = said.mark)
INSERT INTO floor_trail (what, ref, at) SELECT 'signed', note, now() FROM said"""

WEEK = f"""
SELECT s.id, s.started_at, s.ended_at, s.room, s.cancelled_at, g.name, g.track, t.name,
  (SELECT string_agg(left(u.given_name, 1) || '. ' || u.family_name, ', ') FROM groups_leader l JOIN accounts_user u ON u.id = l.user_id
    WHERE l.group_id = g.id AND {HELD.format("l")}),
  (SELECT count(*) FROM groups_enrolment w WHERE w.group_id = g.id AND {HELD.format("w")})
FROM groups_session s JOIN groups_group g ON g.id = s.group_id JOIN groups_grouptype t ON t.id = g.type_id
WHERE s.held_on BETWEEN %(monday)s AND %(monday)s::date + 6 AND (s.covered_by_id = %(me)s
  OR EXISTS (SELECT 1 FROM groups_leader l WHERE l.group_id = g.id AND l.user_id = %(me)s AND l.ended_on IS NULL)
  OR EXISTS (SELECT 1 FROM groups_groupprogram gp JOIN patients_programstaff ps ON ps.program_id = gp.program_id
    WHERE gp.group_id = g.id AND ps.user_id = %(me)s AND ps.ended_on IS NULL))
ORDER BY s.started_at, g.name"""

SAID_OF_A_PERSON = ("given_name", "preferred_name", "record_number", "birth_date", "late", "early", "reason", "corrections")
SAID_OF_A_PERSON += ("minutes", "unsigned", "planned", "least_hours")
STATES = ("present", "late", "left_early", "excused", "unexcused")


def rows_of(sql, request, **values):
    with connection.cursor() as cursor:
        cursor.execute(sql, {"me": request.user.pk, **values})
        return cursor.fetchall()


def session(request, session):
    found = told(request, session)
    sections = found["sections"]
    people = found.pop("people")
    states = Counter(person["state"] for person in people)
    mix = Counter(person["week"] for person in people), [person["family_name"] for person in people if not person["been"]]
    head = "".join(f"<p>{escape(str(value))}" for value in (*found.values(), states, *mix))
    rows = "".join(_person(person, sections) for person in people)
    return HttpResponse(f"<!doctype html><title>Floor</title>{head}<form method=post>{rows}</form>")


def told(request, session):
    """All that the page of a session stands on."""
    return rows_of(SESSION, request, session=session, zone=settings.TIME_ZONE)[0][0]


def _person(person, sections):
    key, typed = person["id"], person["typed"] or {}
    facts = [person[name] for name in SAID_OF_A_PERSON]
    name = f"<a href=/chart/{key}/>{escape(person['family_name'])}</a>" if person["chart"] else escape(person["family_name"])
    states = "".join(f"<input type=radio name=state-{key} value={each}{' checked' * (person['state'] == each)}>" for each in STATES)
    texts = "".join(
        f"<textarea name={key}-section_{name}>{escape(typed.get(f'section_{name}', ''))}</textarea>" for name, heading in sections
    )
    goals = "".join(
        f"<label>{escape(text)}<select name={key}-standing_{root}><option>{escape(typed.get(f'standing_{root}', ''))}</select></label>"
        for root, text, _ in person["objectives"] or []
    )
    return f"<p>{name} {escape(' '.join(map(str, facts)))}{states}{texts}{goals}"


def save(request, session):
    states = {name.removeprefix("state-"): value for name, value in request.POST.items() if name.startswith("state-")}
    marks = [{"episode": key, "state": state, "late": int(request.POST.get(f"late-{key}") or 0)} for key, state in states.items()]
    with connection.cursor() as cursor:
        cursor.execute(SAVE, {"me": request.user.pk, "session": session, "marks": json.dumps(marks)})
        return HttpResponse(status=204 if cursor.rowcount == len(marks) else 409)


def sign(request, session):
    with transaction.atomic():
        notes = [_sealed(*row) for row in rows_of(TO_SIGN, request, session=session)]
        values = {"me": request.user.pk, "name": request.user.get_full_name(), "notes": json.dumps(notes, default=str)}
        with connection.cursor() as cursor:
            cursor.execute(SIGN, values)
            return HttpResponse(status=204 if cursor.rowcount == len(notes) else 409)


def _sealed(mark, episode, typed, began, minutes, shared, methods, group, kind_name, kind, topic, objectives):
    typed = json.loads(typed) if isinstance(typed, str) else typed
    told = {"Group": group, "Topic": topic, "Methods": methods, "What the group did": shared}
    sections = [{"key": "shared", "heading": heading, "text": text} for heading, text in told.items()]
    sections += [{"key": name, "text": text} for name, text in typed.items() if name.startswith("section_")]
    worked_on = [
        {"root": root, "objective": key, "text": text, "standing": typed[f"standing_{root}"]}
        for root, text, key in objectives or []
        if typed.get(f"standing_{root}")
    ]
    facts = {"mark": mark, "note": uuid.uuid4(), "service": uuid.uuid4(), "episode": episode, "kind": kind, "started_at": began}
    facts |= {"minutes": minutes, "typed": typed, "sections": sections, "objectives": worked_on, "format": kind_name}
    digest = hashlib.sha256(json.dumps(facts, default=str, sort_keys=True).encode()).hexdigest()
    return facts | {"digest": digest, "found_by": fold(" ".join(section["text"] for section in sections))}


def week(request):
    monday = today() - timedelta(days=today().weekday())
    lines = "".join("<tr>" + "".join(f"<td>{escape(str(cell))}" for cell in row) for row in rows_of(WEEK, request, monday=monday))
    return HttpResponse(f"<!doctype html><title>Floor</title><table>{lines}</table>")


urlpatterns = [
    path("groups/", week),
    path("session/<uuid:session>/", session),
    path("session/<uuid:session>/save/", save),
    path("session/<uuid:session>/sign/", sign),
]
