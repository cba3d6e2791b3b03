"""The demo clinic: believable, and sound by every rule of the house."""

import json
from collections import Counter
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.utils import timezone

from anchored.accounts.models import User
from anchored.accounts.roles import Role
from anchored.audit import trail
from anchored.audit.models import TrailEntry
from anchored.demo import case_mix, loading, places, staff
from anchored.demo.rows import IN_ORDER
from anchored.ground.dates import age_on, today
from anchored.ground.intervals import in_force
from anchored.signing.models import Signature
from groups.actions import notes
from groups.models import Attendance, Session
from patients import coded
from patients.diagnosis_rules import check_fits
from patients.models import (
    Admission,
    AllowedMove,
    Assessment,
    CareTeamMember,
    Commitment,
    Contact,
    Diagnosis,
    Discharge,
    Episode,
    NamedAccess,
    Patient,
    Program,
    ProgramStaff,
    SafetyFlag,
    Stay,
    SubstanceUse,
)
from treatment_plans import note_queries, prevention
from treatment_plans.models import Note, Plan
from treatment_plans.models.note import words_found
from treatment_plans.outline import Outline

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def demo(django_db_setup, django_db_blocker):
    """The clinic of 120, loaded once for this module and rolled back after it."""
    with django_db_blocker.unblock(), transaction.atomic():
        loading.load(120)
        if connection.vendor == "postgresql":  # what else would be checked at the end of the transaction, which never comes
            connection.cursor().execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
        yield
        transaction.set_rollback(True)


@pytest.fixture
def clinic(demo, db):
    """Tests read the loaded clinic."""


def test_a_hundred_and_twenty_people_of_whom_a_hundred_are_in_care(clinic):
    assert Patient.objects.count() == 120
    assert Patient.objects.in_care().count() == 100
    assert Stay.objects.open().values("program").distinct().count() == 7


def test_the_programs_run_from_detox_to_alumni_and_evening_iop_is_full(clinic):
    taken = Counter(Stay.objects.open().values_list("program__name", flat=True))

    assert set(taken) == set(places.PROGRAMS)
    assert taken["IOP Evening"] == Program.objects.get(name="IOP Evening").capacity == 36
    for program in Program.objects.exclude(capacity=None):
        assert taken[program.name] <= program.capacity


def test_a_dozen_staff_hold_every_role_between_them(clinic):
    assert len(staff.PEOPLE) == User.objects.count() == 12
    assert set(User.objects.values_list("role_grants__role", flat=True)) == set(Role)
    assert ProgramStaff.objects.filter(user__username="castellano").count() == 7
    assert User.objects.get(username="novak").supervises.count() == 5


def test_everybody_in_care_has_one_primary_clinician_who_works_in_the_program(clinic):
    for stay in Stay.objects.open().select_related("episode", "program"):
        primary = stay.episode.team.get(part=CareTeamMember.Part.PRIMARY, ended_on=None)
        assert ProgramStaff.objects.filter(program=stay.program, user=primary.user).exists()


def test_each_move_is_in_the_table_or_was_made_by_a_supervisor(clinic):
    undone = {"move_undone", "discharge_undone"}
    supervisors = set(User.objects.filter(in_force(today(), "role_grants__"), role_grants__role=Role.SUPERVISOR))
    moves = Stay.objects.exclude(previous=None).exclude(basis__code__in=undone).select_related("program", "previous__program", "opened_by")
    for stay in moves:
        listed = AllowedMove.objects.filter(from_level=stay.previous.program.level_id, to_level=stay.program.level_id).exists()
        assert stay.outside_table is not listed
        assert listed or stay.opened_by in supervisors
        assert len(stay.reason) >= 15
    assert any(stay.outside_table for stay in moves)


def test_stays_tile_their_episodes(clinic):
    for episode in Episode.objects.prefetch_related("stays"):
        stays = sorted(episode.stays.all(), key=lambda stay: (stay.started_on, stay.opened_at))
        assert stays[0].started_on == episode.started_on
        assert stays[-1].ended_on == episode.ended_on
        assert [stay.ended_on for stay in stays[:-1]] == [stay.started_on for stay in stays[1:]]
        assert [stay.previous_id for stay in stays] == [None, *[stay.pk for stay in stays[:-1]]]


def test_history_has_undone_moves_discharges_and_people_who_came_back(clinic):
    assert Stay.objects.exclude(reverses=None).count() >= 3
    assert Discharge.objects.filter(undone_at=None).values("reason").distinct().count() >= 4
    assert Patient.objects.filter(episodes__ended_on=None).filter(episodes__ended_on__isnull=False).exists()
    returned = [patient for patient in Patient.objects.all() if patient.episodes.count() > 1]
    assert len(returned) >= 10
    for patient in returned:
        assert patient.episodes.first().admission.prior_episodes not in ("0",)


def test_assessments_are_signed_and_intact(clinic):
    assessments = list(Assessment.objects.all())

    assert {assessment.occasion for assessment in assessments} >= {"admission", "move", "continued"}
    assert all(assessment.is_sealed and assessment.is_intact() for assessment in assessments)
    assert Signature.objects.filter(document_type="patients.assessment").count() == len(assessments)


def test_people_have_what_a_chart_shows(clinic):
    assert SafetyFlag.objects.filter(ended_on=None).count() >= 10
    assert Patient.objects.filter(needs_interpreter=True).exists()
    assert Patient.objects.exclude(preferred_name="").count() >= 5
    assert Patient.objects.exclude(allergies="").count() >= 20
    assert Patient.objects.filter(family_name="Kim").count() >= 2
    for patient in Patient.objects.filter(restricted=True):
        assert NamedAccess.objects.filter(patient=patient).count() >= 1


def test_the_primary_diagnosis_is_that_of_the_primary_substance_and_fits_its_code(clinic):
    primary = Diagnosis.objects.standing().filter(is_primary=True).select_related("code")
    alcohol = SubstanceUse.objects.filter(rank=1, substance="2", admission__episode__ended_on=None).values("admission__episode__patient")

    assert primary.count() > 0.9 * Patient.objects.count()
    assert set(primary.filter(patient__in=alcohol).values_list("code__code", flat=True)) <= {"F10.10", "F10.20", "F10.21"}
    for diagnosis in primary:
        check_fits(diagnosis)


def test_people_in_care_have_a_life_beside_it(clinic):
    in_care = Patient.objects.in_care()

    assert Contact.objects.filter(is_emergency=True).values("patient").distinct().count() > 70
    assert not Contact.objects.exclude(patient__in=in_care).exists()
    assert not Commitment.objects.exclude(patient__in=in_care).exists()
    assert Commitment.objects.values("patient").distinct().count() >= 10
    assert set(Commitment.objects.values_list("kind", flat=True)) >= {"work", "childcare"}
    assert 10 <= in_care.exclude(reach_by="").count() <= 50


def test_record_numbers_follow_the_day_of_registration(clinic):
    in_order = Patient.objects.order_by("record_number").values_list("registered_at", flat=True)

    assert [at.date() for at in in_order] == sorted(at.date() for at in in_order)


def test_nothing_lies_in_the_future(clinic):
    for model in (Episode, Stay, CareTeamMember, SafetyFlag):
        assert not model.objects.filter(started_on__gte=today()).exists()
    assert not Commitment.objects.filter(started_on__gt=today()).exists()
    assert not Assessment.objects.filter(made_on__gte=today()).exists()


def test_every_row_passes_its_own_models_rules(clinic):
    for model in IN_ORDER:
        for row in model.objects.all()[:60]:
            row.clean_fields()


@pytest.mark.parametrize(
    ("name", "column"), [("referral_source", "PSOURCE"), ("prior_episodes", "NOPRIOR"), ("living_arrangement", "LIVARAG")]
)
def test_the_case_mix_follows_the_national_counts(clinic, name, column):
    stored = [getattr(patient.episodes.first().admission, name) for patient in Patient.objects.all()]

    assert _distance([coded.to_puf(name, code) for code in stored], column) < 0.1


def test_substances_follow_the_national_counts(clinic):
    primary = SubstanceUse.objects.filter(rank=1, admission__episode__in=[patient.episodes.first() for patient in Patient.objects.all()])

    assert _distance([coded.to_puf("substance", use.substance) for use in primary], "SUB1") < 0.04
    assert _distance([coded.to_puf("route", use.route) for use in primary], "ROUTE1") < 0.06


def _distance(codes, column):
    """How far the shares of known codes are from the national ones: half the sum of differences."""
    found = Counter(code for code in codes if code != "-9")
    national = {code: count for code, count in case_mix.COUNTS[column].items() if code != "-9"}
    known, everybody = sum(found.values()), sum(national.values())
    return sum(abs(found[code] / known - national[code] / everybody) for code in national) / 2


def test_facts_of_one_person_agree(clinic):
    for admission in Admission.objects.select_related("episode__patient"):
        patient, age = admission.episode.patient, age_on(admission.episode.patient.birth_date, admission.episode.started_on)
        assert age >= 16
        assert (admission.pregnant == "96") == (patient.sex == "1")
        assert (admission.criminal_justice_referral == "96") == (admission.referral_source != "7")
        substances = [use.substance for use in admission.substances.all()]
        assert len(substances) == len(set(substances)) >= 1


def test_each_person_made_is_in_the_trail_and_the_chain_is_whole(clinic):
    assert TrailEntry.objects.filter(event="demo.patient_made").values("patient_id").distinct().count() == 120
    assert trail.first_bad_row() is None


def test_somebody_with_many_notes_has_a_whole_relapse_prevention_plan(demo):
    plan = max(Plan.objects.in_force(), key=lambda plan: Note.objects.filter(episode=plan.episode_id).count())

    assert all(section.entries for section in prevention.standing(plan.patient))
    assert prevention.last_look(plan.patient) is not None


def test_one_objective_is_followed_through_many_notes(demo):
    """Three problems, six objectives or more, thirty notes; nothing signed is other than it was."""
    plan = max(Plan.objects.in_force(), key=lambda plan: Note.objects.filter(episode=plan.episode_id).count())
    outline = Outline.of(plan)

    assert len(outline.problems) == 3
    assert len(outline.objectives) >= 6
    assert Note.objects.signed().filter(episode=plan.episode_id, attendance=None).count() == 30
    told = note_queries.threads(plan)
    assert sum(number for number, _ in told.values()) >= 30
    assert max(number for number, _ in told.values()) >= 15
    assert all(note.is_intact() for note in Note.objects.all())


def test_a_year_of_sessions_lies_within_the_stays_of_those_who_came(demo):
    """Across both changes of the clock; every mark has a member behind it, every member a stay in the program."""
    marks = Attendance.objects.select_related("session__group").prefetch_related("episode__stays", "session__group__programs")

    assert Session.objects.filter(held_on__lt=today() - timedelta(days=300)).exists()
    assert {mark.state for mark in marks} == set(Attendance.State.values)
    for mark in marks:
        stays = [stay for stay in mark.episode.stays.all() if stay.started_on <= mark.session.held_on]
        stays = [stay for stay in stays if stay.ended_on is None or stay.ended_on > mark.session.held_on]
        assert [stay.program for stay in stays] == list(mark.session.group.programs.all())
    hours = {timezone.localtime(session.started_at).hour for session in Session.objects.filter(group__name="Early recovery, Day")}
    assert hours == {9}


def test_whoever_came_has_a_signed_note_in_the_ledger_but_for_the_last_days(demo):
    came = Attendance.objects.filter(state__in=Attendance.CAME)
    waiting = came.filter(note=None)

    assert came.exclude(note=None).count() > 1000
    assert not waiting.filter(session__held_on__lt=today() - timedelta(days=2)).exists()
    assert not Attendance.objects.exclude(state__in=Attendance.CAME).exclude(note=None).exists()
    for mark in came.exclude(note=None).select_related("session", "note__service", "saved_by")[:300]:
        service = mark.note.service
        assert (service.episode_id, service.minutes, service.delivered_by) == (mark.episode_id, mark.minutes, mark.marked_by)


def test_a_group_note_of_the_demo_is_what_the_act_writes(clinic):
    """The same words under the same headings as a note that is signed on the page."""
    mark = Attendance.objects.filter(note=None, state="present").select_related("session__group__type__service_kind", "marked_by")[0]
    kept = {None: mark.session.version, mark.episode_id: mark.version}
    signed = notes.sign(mark.session, [mark.episode_id], by=mark.marked_by, read=kept)[0]
    loaded = Note.objects.filter(attendance__session__group=mark.session.group).exclude(pk=signed.pk)[0]

    for name in ("format_name", "is_late", "needs_cosign", "version"):
        assert getattr(signed, name) == getattr(loaded, name)
    assert [(each["key"], each["heading"]) for each in signed.sections] == [(each["key"], each["heading"]) for each in loaded.sections]
    assert set(json.loads(signed.words_to_sign())) == set(json.loads(loaded.words_to_sign()))
    assert loaded.found_by == words_found(loaded.sections)


def test_nothing_that_is_signed_was_changed(demo, capsys):
    call_command("verify_seals")

    assert "none changed" in capsys.readouterr().out
