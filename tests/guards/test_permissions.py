"""Who meets what at which address. Every address of the house stands in the table; a new one fails here until it does."""

import re
from datetime import timedelta
from itertools import product
from types import SimpleNamespace
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import URLResolver, get_resolver, reverse

from anchored.accounts.models import RoleGrant
from anchored.accounts.roles import Permission, Role
from anchored.audit.models import TrailEntry
from anchored.ground.dates import today
from groups.actions import apart, make_ups
from groups.actions import waiting as group_waits
from patients.actions import assessments, commitments, contacts, episodes, flags, intakes, merges, referrals, waitlist
from patients.models import DischargeReason
from tests import papers
from tests.checking import everything
from tests.grouping import enrolled, make_amendment, make_group, make_session
from tests.leaving import make_continuing_care, make_summary
from tests.making import made_once, make_admitted, make_diagnosis, make_patient, make_supervisor, make_user, open_stay
from tests.noting import make_appointment, make_note
from tests.planning import make_plan, sign
from tests.preventing import make_prevention
from treatment_plans.actions import reviews, snippets

# Asked for with GET, by somebody of each role who works in the program of the patient.
#                              nobody  clinician  supervisor  prescriber  front desk  privacy  administrator
MATRIX = {
    "home":                    (302,    302,       302,        302,        302,        302,     302),
    "today":                   (302,    200,       200,        200,        403,        403,     403),
    "today_part":              (302,    200,       200,        200,        403,        403,     403),
    "tasks":                   (302,    200,       200,        200,        403,        403,     403),
    "appointments":            (302,    200,       200,        200,        403,        403,     403),
    "move_appointment":        (302,    200,       200,        200,        403,        403,     403),
    "cancel_appointment":      (302,    200,       200,        200,        403,        403,     403),
    "patients:book":           (302,    200,       200,        200,        403,        403,     403),
    "continuum":               (302,    200,       200,        200,        403,        403,     403),
    "reports":                 (302,    403,       200,        403,        403,        403,     200),
    "report":                  (302,    403,       200,        403,        403,        403,     200),
    "teds":                    (302,    403,       200,        403,        403,        200,     403),
    "teds_file":               (302,    403,       403,        403,        403,        200,     403),
    "search":                  (302,    405,       405,        405,        405,        405,     405),
    "restricted":              (302,    403,       403,        403,        403,        200,     403),
    "duplicates":              (302,    403,       200,        403,        200,        200,     403),
    "propose_merge":           (302,    403,       200,        403,        200,        200,     403),
    "merge":                   (302,    403,       200,        403,        200,        200,     403),
    "patients:list":           (302,    200,       200,        200,        200,        403,     403),
    "patients:new":            (302,    200,       200,        403,        200,        403,     403),
    "patients:chart":          (302,    200,       200,        200,        403,        403,     403),
    "patients:summary":        (302,    200,       200,        200,        403,        403,     403),
    "patients:timeline":       (302,    200,       200,        200,        403,        403,     403),
    "patients:team":           (302,    200,       200,        200,        403,        403,     403),
    "patients:details":        (302,    200,       200,        200,        200,        403,     403),
    "patients:move":           (302,    200,       200,        403,        403,        403,     403),
    "patients:undo_move":      (302,    405,       405,        405,        405,        405,     405),
    "patients:accept":         (302,    405,       405,        405,        405,        405,     405),
    "patients:discharge":      (302,    200,       200,        403,        403,        403,     403),
    "patients:undo_discharge": (302,    403,       200,        403,        403,        403,     403),
    "patients:readmit":        (302,    200,       200,        403,        403,        403,     403),
    "patients:start_intake":   (302,    200,       200,        403,        200,        403,     403),
    "waitlist":                (302,    200,       200,        403,        200,        403,     403),
    "offer_place":             (302,    200,       200,        403,        403,        403,     403),
    "turn_down_place":         (302,    405,       405,        405,        405,        405,     405),
    "log_waiting":             (302,    200,       200,        403,        200,        403,     403),
    "give_up_waiting":         (302,    200,       200,        403,        403,        403,     403),
    "patients:wait":           (302,    200,       200,        403,        403,        403,     403),
    "referrals":               (302,    200,       200,        403,        200,        403,     403),
    "new_referral":            (302,    200,       200,        403,        200,        403,     403),
    "referral":                (302,    200,       200,        403,        200,        403,     403),
    "intake":                  (302,    200,       200,        403,        200,        403,     403),
    "intake_step":             (302,    200,       200,        403,        200,        403,     403),
    "intake_check":            (302,    200,       200,        403,        200,        403,     403),
    "end_intake":              (302,    200,       200,        403,        403,        403,     403),
    "patients:plan":           (302,    200,       200,        200,        403,        403,     403),
    "patients:start_plan":     (302,    405,       405,        405,        405,        405,     405),
    "plan":                    (302,    200,       200,        200,        403,        403,     403),
    "about_plan":              (302,    200,       200,        403,        403,        403,     403),
    "add_plan_row":            (302,    200,       200,        403,        403,        403,     403),
    "edit_plan_row":           (302,    200,       200,        403,        403,        403,     403),
    "place_plan_row":          (302,    405,       405,        405,        405,        405,     405),
    "remove_plan_row":         (302,    405,       405,        405,        405,        405,     405),
    "put_back_plan_row":       (302,    405,       405,        405,        405,        405,     405),
    "sign_plan":               (302,    200,       200,        403,        403,        403,     403),
    "plan_word":               (302,    404,       404,        403,        403,        403,     403),
    "cosign_plan":             (302,    405,       405,        405,        405,        405,     405),
    "rewrite_plan":            (302,    405,       405,        405,        405,        405,     405),
    "compare_plan":            (302,    404,       404,        404,        403,        403,     403),
    "plan_event":              (302,    200,       200,        403,        403,        403,     403),
    "review_plan":             (302,    404,       404,        403,        403,        403,     403),
    "plan_review":             (302,    200,       200,        200,        403,        403,     403),
    "plan_pdf":                (302,    200,       200,        200,        403,        403,     403),
    "review_pdf":              (302,    200,       200,        200,        403,        403,     403),
    "note_pdf":                (302,    200,       200,        200,        403,        403,     403),
    "thread":                  (302,    200,       200,        200,        403,        403,     403),
    "patients:continuing_care": (302,   200,       200,        200,        403,        403,     403),
    "patients:discharge_summary": (302, 200,       200,        200,        403,        403,     403),
    "continuing_care_pdf":     (302,    200,       200,        200,        403,        403,     403),
    "summary_pdf":             (302,    200,       200,        200,        403,        403,     403),
    "add_to_summary":          (302,    200,       200,        403,        403,        403,     403),
    "patients:notes":          (302,    200,       200,        200,        403,        403,     403),
    "patients:new_note":       (302,    200,       200,        200,        403,        403,     403),
    "patients:draft":          (302,    404,       404,        404,        403,        403,     403),
    "patients:prevention":     (302,    200,       200,        200,        403,        403,     403),
    "patients:prevention_pdf": (302,    200,       200,        200,        403,        403,     403),
    "patients:go_through_prevention": (302, 405,   405,        405,        405,        405,     405),
    "patients:add_prevention": (302,    200,       200,        403,        403,        403,     403),
    "patients:edit_prevention": (302,   200,       200,        403,        403,        403,     403),
    "patients:place_prevention": (302,  405,       405,        405,        405,        405,     405),
    "patients:remove_prevention": (302, 405,       405,        405,        405,        405,     405),
    "patients:put_back_prevention": (302, 405,     405,        405,        405,        405,     405),
    "note":                    (302,    200,       200,        200,        403,        403,     403),
    "sign_note":               (302,    404,       404,        404,        404,        404,     404),
    "discard_note":            (302,    404,       404,        404,        404,        404,     404),
    "add_addendum":            (302,    200,       200,        200,        403,        403,     403),
    "correct_note":            (302,    404,       404,        404,        403,        403,     403),
    "cosign_note":             (302,    403,       404,        403,        403,        403,     403),
    "say_in_error":            (302,    404,       200,        404,        403,        403,     403),
    "decide_in_error":         (302,    405,       405,        405,        405,        405,     405),
    "session":                 (302,    200,       200,        200,        403,        403,     403),
    "add_guest":               (302,    200,       200,        403,        403,        403,     403),
    "sign_session":            (302,    200,       200,        403,        403,        403,     403),
    "sign_in_sheet":           (302,    200,       200,        200,        403,        403,     403),
    "leader_sheet":            (302,    200,       200,        403,        403,        403,     403),
    "mark_attendance":         (302,    405,       405,        405,        405,        405,     405),
    "correct_attendance":      (302,    200,       200,        403,        403,        403,     403),
    "decide_correction":       (302,    405,       405,        405,        405,        405,     405),
    "keep_relatives":          (302,    405,       405,        405,        405,        405,     405),
    "keep_part":               (302,    405,       405,        405,        405,        405,     405),
    "keep_shared":             (302,    405,       405,        405,        405,        405,     405),
    "caseloads":               (302,    403,       200,        403,        403,        403,     403),
    "caseload_items":          (302,    403,       200,        403,        403,        403,     403),
    "caseload":                (302,    403,       404,        403,        403,        403,     403),
    "caseload_sheet":          (302,    403,       404,        403,        403,        403,     403),
    "review_caseload":         (302,    403,       404,        403,        403,        403,     403),
    "caseload_review":         (302,    403,       404,        403,        403,        403,     403),
    "add_to_caseload_review":  (302,    403,       404,        403,        403,        403,     403),
    "follow_ups":              (302,    200,       200,        200,        403,        403,     403),
    "answer_follow_up":        (302,    404,       404,        404,        403,        403,     403),
    "cosign_queue":            (302,    403,       200,        403,        403,        403,     403),
    "snippets":                (302,    200,       200,        200,        403,        403,     403),
    "new_snippet":             (302,    200,       200,        200,        403,        403,     403),
    "snippet":                 (302,    404,       404,        404,        403,        403,     403),
    "move_snippet":            (302,    405,       405,        405,        405,        405,     405),
    "remove_snippet":          (302,    404,       404,        404,        403,        403,     403),
    "patients:reassign":       (302,    403,       200,        403,        403,        403,     403),
    "patients:join_team":      (302,    403,       200,        403,        403,        403,     403),
    "patients:leave_team":     (302,    405,       405,        405,        405,        405,     405),
    "patients:contacts":       (302,    200,       200,        200,        200,        403,     403),
    "patients:new_contact":    (302,    200,       200,        200,        200,        403,     403),
    "patients:contact":        (302,    200,       200,        200,        200,        403,     403),
    "patients:remove_contact": (302,    405,       405,        405,        405,        405,     405),
    "patients:put_back_contact": (302,  405,       405,        405,        405,        405,     405),
    "patients:diagnoses":      (302,    200,       200,        200,        403,        403,     403),
    "patients:new_diagnosis":  (302,    200,       200,        403,        403,        403,     403),
    "patients:diagnosis":      (302,    200,       200,        403,        403,        403,     403),
    "patients:make_primary":   (302,    405,       405,        405,        405,        405,     405),
    "patients:resolve_diagnosis": (302, 200,       200,        403,        403,        403,     403),
    "patients:mistaken_diagnosis": (302, 200,      200,        403,        403,        403,     403),
    "patients:reach":          (302,    200,       200,        200,        403,        403,     403),
    "patients:times":          (302,    200,       200,        200,        200,        403,     403),
    "patients:end_time":       (302,    405,       405,        405,        405,        405,     405),
    "patients:documents":      (302,    200,       200,        200,        200,        403,     403),
    "patients:paper":          (302,    200,       200,        200,        200,        403,     403),
    "patients:taken_paper":    (302,    200,       200,        200,        200,        403,     403),
    "patients:scan":           (302,    200,       200,        200,        403,        403,     403),
    "patients:withdraw_scan":  (302,    200,       200,        200,        200,        403,     403),
    "patients:flags":          (302,    200,       200,        200,        403,        403,     403),
    "patients:close_flag":     (302,    405,       405,        405,        405,        405,     405),
    "patients:assess":         (302,    200,       200,        403,        403,        403,     403),
    "patients:assessment":     (302,    200,       200,        200,        403,        403,     403),
    "timetable":               (302,    200,       200,        200,        403,        403,     403),
    "group":                   (302,    200,       200,        200,        403,        403,     403),
    "edit_group":             (302,    200,       200,        403,        403,        403,     403),
    "add_slot":               (302,    200,       200,        403,        403,        403,     403),
    "end_slot":               (302,    200,       200,        403,        403,        403,     403),
    "change_leader":          (302,    200,       200,        403,        403,        403,     403),
    "enrol":                   (302,    405,       405,        405,        405,        405,     405),
    "end_enrolment":           (302,    200,       200,        403,        403,        403,     403),
    "enrol_who_waits":         (302,    405,       405,        405,        405,        405,     405),
    "end_waiting":             (302,    200,       200,        403,        403,        403,     403),
    "end_apart":               (302,    200,       200,        403,        403,        403,     403),
    "patients:keep_apart":     (302,    200,       200,        403,        403,        403,     403),
    "cancel_session":          (302,    200,       200,        403,        403,        403,     403),
    "move_session":            (302,    200,       200,        403,        403,        403,     403),
    "cover_session":           (302,    200,       200,        403,        403,        403,     403),
    "tell_member":             (302,    405,       405,        405,        405,        405,     405),
    "patients:groups":         (302,    200,       200,        200,        403,        403,     403),
    "calendar_link":           (302,    200,       200,        403,        403,        403,     403),
    "calendar":                (404,    404,       404,        404,        404,        404,     404),
    "billing":                 (302,    403,       200,        403,        403,        403,     403),
    "billing_file":            (302,    403,       200,        403,        403,        403,     403),
    "short_of_hours":          (302,    200,       200,        200,        403,        403,     403),
    "patients:make_up":        (302,    405,       405,        405,        405,        405,     405),
    "cancel_make_up":          (302,    405,       405,        405,        405,        405,     405),
    "absences_to_call":        (302,    200,       200,        200,        403,        403,     403),
    "absences_to_decide":      (302,    403,       200,        403,        403,        403,     403),
    "patients:absences":       (302,    200,       200,        200,        403,        403,     403),
    "preferences":             (302,    200,       200,        200,        200,        200,     200),
    "help":                    (302,    200,       200,        200,        200,        200,     200),
    "shortcuts":               (302,    200,       200,        200,        200,        200,     200),
    "language":                (302,    200,       200,        200,        200,        200,     200),
    "account_login":           (200,    302,       302,        302,        302,        302,     302),
    "account_signup":          (200,    302,       302,        302,        302,        302,     302),
    "account_logout":          (302,    200,       200,        200,        200,        200,     200),
    "account_change_password": (302,    200,       200,        200,        200,        200,     200),
    "account_reauthenticate":  (302,    200,       200,        200,        200,        200,     200),
}  # fmt: skip
ROLES = [None, *Role]
DAY = timedelta(days=1)

# Addresses that only answer to POST: the same table for what is sent to them empty.
POSTED = {
    "patients:start_plan":     (302,    302,       302,        403,        403,        403,     403),
    "place_plan_row":          (302,    302,       302,        403,        403,        403,     403),
    "remove_plan_row":         (302,    302,       404,        403,        403,        403,     403),
    "put_back_plan_row":       (302,    302,       302,        403,        403,        403,     403),
    "cosign_plan":             (302,    403,       302,        403,        403,        403,     403),
    "mark_attendance":         (302,    200,       200,        403,        403,        403,     403),
    "decide_correction":       (302,    403,       302,        403,        403,        403,     403),
    "keep_relatives":          (302,    200,       200,        403,        403,        403,     403),
    "keep_part":               (302,    200,       200,        403,        403,        403,     403),
    "keep_shared":             (302,    200,       200,        403,        403,        403,     403),
    "decide_in_error":         (302,    403,       302,        403,        403,        403,     403),
    "rewrite_plan":            (302,    302,       302,        403,        403,        403,     403),
    "patients:go_through_prevention": (302, 302,   302,        403,        403,        403,     403),
    "patients:place_prevention": (302,  302,       302,        403,        403,        403,     403),
    "patients:remove_prevention": (302, 302,       302,        403,        403,        403,     403),
    "patients:put_back_prevention": (302, 302,     302,        403,        403,        403,     403),
    "move_snippet":            (302,    404,       404,        404,        403,        403,     403),
    "tell_member":             (302,    302,       302,        302,        403,        403,     403),
    "enrol":                   (302,    422,       422,        403,        403,        403,     403),
    "enrol_who_waits":         (302,    302,       302,        403,        403,        403,     403),
    "turn_down_place":         (302,    302,       404,        403,        403,        403,     403),
    "search":                  (302,    422,       422,        422,        422,        403,     403),
    "patients:undo_move":      (302,    302,       302,        403,        403,        403,     403),
    "patients:accept":         (302,    302,       302,        302,        403,        403,     403),
    "patients:leave_team":     (302,    403,       302,        403,        403,        403,     403),
    "patients:remove_contact": (302,    302,       302,        302,        302,        403,     403),
    "patients:put_back_contact": (302,  302,       302,        302,        302,        403,     403),
    "patients:make_primary":   (302,    302,       302,        403,        403,        403,     403),
    "patients:make_up":        (302,    302,       302,        403,        403,        403,     403),
    "cancel_make_up":          (302,    302,       302,        403,        403,        403,     403),
    "patients:end_time":       (302,    302,       302,        302,        302,        403,     403),
    "patients:close_flag":     (302,    302,       302,        302,        403,        403,     403),
}  # fmt: skip

# Doors that state their permission in another way, and how.
STATED_ELSEWHERE = {
    "account_login": "allauth: for those who are not signed in",
    "account_signup": "allauth: says that nobody signs up",
    "account_logout": "allauth: whoever is signed in",
    "account_change_password": "allauth: whoever is signed in, with the present password",
    "account_reauthenticate": "allauth: whoever is signed in",
    "admin": "the admin asks each ModelAdmin; tested below",
}
# Parts of an address by which a patient is found where no patient stands in it.
OF_THEIR_OWN = ("intake_id", "referral_id", "entry_id", "plan_id", "note_id", "review_id", "care_id", "summary_id", "enrolment_id")
OF_THEIR_OWN += ("waiting_id", "kept_id")
OF_THEIR_OWN += ("mark_id", "amendment_id", "make_up_id")
OF_THEIR_OWN += ("appointment_id",)
# The patient of these has left: to be admitted again, or to have the discharge undone.
OF_SOMEBODY_WHO_LEFT = ("patients:readmit", "patients:undo_discharge", "patients:start_intake")


def addresses(patterns=None, names=()):
    """(name, view) of every address, also of those without a name."""
    for pattern in patterns or get_resolver().url_patterns:
        if isinstance(pattern, URLResolver):
            yield from addresses(pattern.url_patterns, [*names, *filter(None, [pattern.namespace])])
        else:
            yield ":".join([*names, pattern.name or str(pattern.pattern)]), pattern.callback


NAMED = {name: view for name, view in addresses() if not name.startswith("admin:")}


@pytest.mark.parametrize("name", NAMED)
def test_every_view_states_who_may_use_it(name):
    if name in STATED_ELSEWHERE:
        return
    stated = getattr(NAMED[name], "permission", None)

    assert isinstance(stated, Permission) or getattr(NAMED[name], "open_to_all", None) in ("signed_in", "everyone")


def test_every_address_stands_in_the_table():
    assert set(MATRIX) == set(NAMED)
    assert set(POSTED) == {name for name, row in MATRIX.items() if 405 in row}
    assert set(STATED_ELSEWHERE) - {"admin"} <= set(NAMED)


def test_nothing_of_the_house_is_open_without_signing_in():
    assert [name for name, view in NAMED.items() if getattr(view, "open_to_all", None) == "everyone"] == ["calendar"]


def open_house():
    """Two patients of one program, one of whom has left, and somebody of each role who works there."""
    supervisor = make_supervisor(works_in=["IOP Day"])
    patient, gone = make_admitted(supervisor, to="IOP Day"), make_admitted(supervisor, to="IOP Day")
    stay = open_stay(patient)
    episodes.discharge(open_stay(gone), on=today(), reason=DischargeReason.objects.first(), by=supervisor)
    gone_too = make_admitted(supervisor, to="IOP Day")
    coming = intakes.start(make_patient(by=supervisor), by=supervisor, program=stay.program)
    called = referrals.receive(make_patient(by=supervisor), by=supervisor, program=stay.program)
    waiting = waitlist.wait(make_patient(by=supervisor), program=stay.program, by=supervisor)
    waitlist.offer(waiting, held_until=today(), by=supervisor)
    rated = assessments.assess(stay, by=supervisor, made_on=today(), occasion="continued", rating_1="1")
    flag = flags.raise_flag(patient, kind="overdose", by=supervisor)
    contact = contacts.add(patient, by=supervisor, name="Elena Lopez", relationship="sibling")
    (work,) = commitments.add(patient, by=supervisor, kind="work", weekdays=[0], starts=540, ends=1020)
    plan = make_plan(patient, by=supervisor, problems=2)
    past = sign(make_plan(gone_too, by=supervisor), by=supervisor)
    reviewed = reviews.review(past, by=supervisor, objectives=[], summary="Steady.", decision="continue")
    left = make_admitted(supervisor, to="IOP Day")
    group = make_group(supervisor)
    member = enrolled(patient, group, by=supervisor)
    meeting = make_session(group)
    full = make_group(supervisor, capacity=1)
    enrolled(gone_too, full, by=supervisor)
    line = group_waits.wait(stay.episode, full, by=supervisor)
    kept = apart.keep(patient, gone_too, reason="Asked by both.", by=supervisor).people.get(patient=patient)
    asked = make_amendment(make_session(group, ago=DAY / 2), stay.episode, by=supervisor)
    coming_session = make_session(make_group(supervisor), ago=-DAY)
    proposed = merges.propose(coming.patient, called.patient, because="Both showed the same photo ID.", by=supervisor)
    return SimpleNamespace(
        patient=patient,
        of_patient={"patient_id": patient.pk},
        of_gone={"patient_id": gone.pk},
        parts={
            "member_id": stay.episode.team.get().pk,
            "flag_id": flag.pk,
            "assessment_id": rated.pk,
            "intake_id": coming.pk,
            "referral_id": called.pk,
            "entry_id": waiting.pk,
            "merge_id": proposed.pk,
            "plan_id": plan.pk,
            "note_id": make_note(patient, by=supervisor).pk,
            "review_id": reviewed.pk,
            "session_id": meeting.pk,
            "episode_id": stay.episode_id,
            "care_id": make_continuing_care(patient, by=supervisor).pk,
            "summary_id": make_summary(left, by=supervisor).pk,
            "section": "coping",
            "wording_id": make_prevention(patient, by=supervisor).filter(section="coping").last().pk,
            "snippet_id": snippets.add(by=supervisor, name="Relapse group", text="Took part.").pk,
            "root": plan.objectives.first().root,
            "kind": "problem",
            "parent_id": plan.pk,
            "row_id": plan.problems.last().pk,
            "one_id": coming.patient_id,
            "other_id": called.patient_id,
            "step": "identity",
            "contact_id": contact.pk,
            "diagnosis_id": make_diagnosis(patient, by=supervisor).pk,
            "commitment_id": work.pk,
            "template_id": papers.template().pk,
            "paper_id": papers.take(patient, by=supervisor).pk,
            "scan_id": papers.make_scan(patient, by=supervisor).pk,
            "group_id": group.pk,
            "token": "0" * 64,
            "slug": "census",
            "enrolment_id": member.pk,
            "waiting_id": line.pk,
            "kept_id": kept.pk,
            "mark_id": asked.attendance_id,
            "amendment_id": asked.pk,
            "meeting_id": coming_session.pk,
            "make_up_id": make_ups.take(coming_session, make_admitted(supervisor, to="IOP Day").episodes.get(), by=supervisor).pk,
            "user_id": supervisor.pk,  # nobody of the table supervises them: tests/screens/test_caseloads.py has who does
            "caseload_review_id": uuid4(),
            "finding_id": uuid4(),
            "appointment_id": make_appointment(patient, by=supervisor).pk,
            "part": "tasks",
        },
    )


rows_of_the_house = made_once(open_house)


@pytest.fixture
def house(rows_of_the_house, db):
    return SimpleNamespace(**vars(rows_of_the_house), clients=[signed_in(role) for role in ROLES])


def signed_in(role, works_in=("IOP Day",)):
    client = Client()
    if role:
        client.force_login(make_user(role, works_in=works_in))
    return client


def _converters(name):
    """The parts of an address: the patient, a member of the care team, a flag."""
    *spaces, last = name.split(":")
    resolver = get_resolver()
    for space in spaces:
        resolver = resolver.namespace_dict[space][1]
    return list(resolver.reverse_dict.getlist(last)[0][0][0][1])


def address(name, house, patient=None):
    needed = _converters(name)
    whose = house.of_gone if name in OF_SOMEBODY_WHO_LEFT else house.of_patient
    facts = {**house.parts, **(whose if patient is None else dict.fromkeys(("patient_id", *OF_THEIR_OWN), patient))}
    return reverse(name, kwargs={part: facts[part] for part in needed})


def met(house, names, ask):
    return {name: tuple(ask(client, address(name, house)).status_code for client in house.clients) for name in names}


@pytest.mark.django_db
class TestTheTable:
    def test_each_role_meets_what_the_table_says_and_changes_nothing_by_looking(self, house):
        before = everything(*CLINICAL)

        assert met(house, MATRIX, lambda client, url: client.get(url)) == MATRIX
        assert everything(*CLINICAL) == before

    def test_a_fragment_is_decided_like_its_page(self, house):
        for column in (0, 1, 4):  # nobody, clinician, front desk
            for name in [name for name in MATRIX if not name.startswith(("account_", "home"))]:
                answer = house.clients[column].get(address(name, house), headers={"HX-Request": "true"})
                without_session = 404 if name == "calendar" else 401
                assert (name, answer.status_code) == (name, MATRIX[name][column] if column else without_session)

    def test_what_is_only_sent_is_decided_too(self, house):
        assert met(house, POSTED, lambda client, url: client.post(url)) == POSTED

    def test_somebody_not_signed_in_is_sent_to_the_door(self, house):
        for name in NAMED:
            response = house.clients[0].get(address(name, house))
            if response.status_code == 302:
                assert response["Location"].startswith("/accounts/login/") or name == "account_logout"

    def test_a_stranger_learns_nothing(self, house):
        """The chart of somebody else's patient and one that never was answer alike: not found."""
        strangers = {role: signed_in(role, works_in=()) for role in Role}

        for role, name in product(Role, [name for name in MATRIX if {"patient_id", *OF_THEIR_OWN} & set(_converters(name))]):
            ask = strangers[role].post if name in POSTED else strangers[role].get
            theirs, never = ask(address(name, house)), ask(address(name, house, uuid4()))
            assert (theirs.status_code, never.status_code) == (404, 404), (role, name)
            assert without_tokens(theirs) == without_tokens(never), (role, name)
            assert str(house.patient) not in theirs.content.decode(), (role, name)

    def test_every_page_of_a_patient_is_recorded(self, house):
        clinician = house.clients[1]
        of_a_patient = {"patient_id", *OF_THEIR_OWN}
        for name in [name for name, row in MATRIX.items() if of_a_patient & set(_converters(name)) and row[1] == 200]:
            told = TrailEntry.objects.filter(event="chart.opened").count()
            clinician.get(address(name, house))
            assert TrailEntry.objects.filter(event="chart.opened").count() == told + 1, name

    def test_a_part_of_one_patient_is_not_found_under_another(self, house):
        """The member, flag or assessment of somebody else, asked for under a patient who is mine."""
        supervisor = house.clients[2]
        mine = make_admitted(make_supervisor(), to="IOP Day")
        before = everything(*CLINICAL)

        for name in [name for name in MATRIX if "patient_id" in _converters(name) and len(_converters(name)) > 1]:
            # The text, the sections and the sessions are everybody's; a draft begins under the key of its page.
            if name in ("patients:paper", "patients:draft", "patients:add_prevention", "patients:make_up"):
                continue
            for ask in (supervisor.get, supervisor.post):
                assert ask(address(name, house, mine.pk)).status_code in (404, 405), name

        assert everything(*CLINICAL) == before


CLINICAL = [
    "patients.Patient", "patients.Episode", "patients.Stay", "patients.Discharge", "patients.CareTeamMember", "patients.Assessment",
    "patients.SafetyFlag", "patients.Contact", "patients.Commitment", "patients.Paper", "patients.Scan", "patients.Merge",
    "signing.Signature", "signing.Addendum", "accounts.User", "accounts.RoleGrant", "ui.SentForm",
]  # fmt: skip


def without_tokens(response):
    """The page without what differs from one answer to the next: tokens of forms, and the address itself."""
    return re.sub(r"[A-Za-z0-9]{64}|[0-9a-f]{8}-[0-9a-f-]{27}", "", response.content.decode())


@pytest.mark.django_db
class TestTheAdmin:
    # the admin's own sign-in and out go through the same door as everybody's: test_sign_in.py
    NAMES = sorted({name for name, _ in addresses() if name.startswith("admin:") and "<" not in name} - {"admin:login", "admin:logout"})

    def places(self):
        for name in self.NAMES:
            needs = _converters(name)
            yield name, reverse(name, args=["patients" if part == "app_label" else "1" for part in needs])

    @pytest.mark.parametrize("role", [None, Role.CLINICIAN])
    def test_nobody_but_an_administrator_comes_in(self, role):
        client = signed_in(role)

        for name, url in self.places():
            assert client.get(url).status_code in (302, 403), name
            assert client.post(url).status_code in (302, 403), name

    @pytest.mark.parametrize("role", [role for role in Role if role != Role.ADMINISTRATOR])
    def test_no_other_role_sees_its_first_page(self, role):
        assert signed_in(role).get("/admin/").status_code in (302, 403)

    def test_an_administrator_deletes_nothing_and_adds_nothing_clinical(self):
        client = signed_in(Role.ADMINISTRATOR)
        clinical = (
            "patients_patient",
            "episode",
            "stay",
            "discharge_",
            "admission",
            "assessment",
            "careteammember",
            "safetyflag",
            "contact",
            "commitment",
            "paper_add",
            "scan",
        )
        kept = ("trailentry", "signature", "addendum")

        for name, url in self.places():
            if name.endswith("_delete"):
                assert client.get(url).status_code in (302, 403), name
                assert client.post(url, {"post": "yes"}).status_code in (302, 403), name
            if name.endswith("_add") and any(word in name for word in (*clinical, *kept)):
                assert client.get(url).status_code == 403, name

    def test_every_list_opens_without_a_patients_name(self, house):
        administrator = house.clients[-1]
        before = everything(*CLINICAL)

        for name, url in self.places():
            if name.endswith("_changelist"):
                page = administrator.get(url)
                assert page.status_code == 200, name
                assert house.patient.family_name not in page.content.decode(), name
        assert everything(*CLINICAL) == before

    def test_administrators_give_themselves_nothing(self):
        """Neither a new role nor an old one changed, prolonged or taken up again; ending one is theirs to do."""
        me = make_user(Role.ADMINISTRATOR)
        past = RoleGrant.objects.create(user=me, role=Role.CLINICIAN, started_on=today() - DAY, ended_on=today())
        client = Client()
        client.force_login(me)

        for role, ended_on in (("supervisor", today()), ("clinician", ""), ("clinician", today() + DAY)):
            client.post(f"/admin/accounts/user/{me.pk}/change/", person_form(me, {past.pk: (role, ended_on)}))
            past.refresh_from_db()
            assert (past.role, past.ended_on) == (Role.CLINICIAN, today())

        own = me.role_grants.get(role=Role.ADMINISTRATOR)
        client.post(f"/admin/accounts/user/{me.pk}/change/", person_form(me, {own.pk: ("administrator", today())}))
        own.refresh_from_db()
        assert own.ended_on == today()


def person_form(person, changes):
    """The page of a person as it is, but for some roles: {key: (role, until)}."""
    facts = {"username": person.username, "given_name": person.given_name, "family_name": person.family_name, "is_active": "on"}
    grants = list(RoleGrant.objects.filter(user=person).order_by("user", "-started_on"))
    facts |= {"role_grants-TOTAL_FORMS": len(grants), "role_grants-INITIAL_FORMS": len(grants)}
    for number, grant in enumerate(grants):
        role, ended_on = changes.get(grant.pk, (grant.role, grant.ended_on or ""))
        row = {"id": grant.pk, "user": person.pk, "role": role, "started_on": grant.started_on, "ended_on": ended_on}
        facts |= {f"role_grants-{number}-{name}": value for name, value in row.items()}
    return facts
