"""Every table of the house, and what may happen to its rows. A new model fails here until somebody has decided."""

import os
import re
import subprocess
import sys
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection, models

from anchored.ground import triggers
from anchored.ground.fields import LengthChecked
from anchored.signing.models import Signable

HOUSE = Path(__file__).resolve().parent.parent.parent
OURS = ("accounts", "audit", "signing", "ui", "patients", "treatment_plans", "groups", "exchange", "demo")

# What may happen to a row:
#   append-only   never changed, never deleted
#   sealable      changed until it is signed, never deleted
#   kept          changed by actions, never deleted
#   configured    changed in the admin, which deletes nothing; rows that are used are protected
#   own           changed and deleted by the person whose it is, and by nobody else
#   passing       comes and goes: nothing is lost with it
#   view          no table, but a question the database answers
TABLES = {
    "accounts.User":            "configured",
    "accounts.RoleGrant":       "configured",
    "accounts.Supervision":     "configured",
    "audit.TrailEntry":         "append-only",
    "signing.Signature":        "append-only",
    "signing.Addendum":         "append-only",
    "ui.SentForm":              "passing",
    "patients.Patient":         "kept",
    "patients.RecordNumber":    "passing",
    "patients.SafetyFlag":      "kept",
    "patients.NamedAccess":     "kept",
    "patients.LevelOfCare":     "configured",
    "patients.Phase":           "configured",
    "patients.Program":         "configured",
    "patients.ProgramRule":     "configured",
    "patients.AllowedMove":     "configured",
    "patients.ProgramStaff":    "configured",
    "patients.DischargeReason": "configured",
    "patients.MoveBasis":       "configured",
    "patients.Dimension":       "configured",
    "patients.RatingOption":    "configured",
    "patients.Episode":         "kept",
    "patients.Stay":            "kept",
    "patients.Discharge":       "kept",
    "patients.Admission":       "kept",
    "patients.SubstanceUse":    "kept",
    "patients.Assessment":      "sealable",
    "patients.CareTeamMember":  "kept",
    "patients.Contact":         "kept",
    "patients.Commitment":      "kept",
    "patients.Diagnosis":       "kept",
    "patients.DiagnosisCode":   "configured",
    "patients.Referral":        "kept",
    "patients.ReferralStep":    "append-only",
    "patients.ContactAttempt":  "append-only",
    "patients.WaitlistEntry":   "kept",
    "patients.Offer":           "kept",
    "patients.Intake":          "kept",
    "patients.IntakeAnswer":    "kept",
    "patients.IntakeStep":      "kept",
    "patients.MinorRule":       "configured",
    "patients.PaperTemplate":   "configured",
    "patients.Paper":           "append-only",
    "patients.Scan":            "kept",
    "patients.Merge":           "kept",
    "treatment_plans.Plan":     "sealable",
    "treatment_plans.Problem":  "kept",
    "treatment_plans.Goal":     "kept",
    "treatment_plans.Objective": "kept",
    "treatment_plans.Intervention": "kept",
    "treatment_plans.PatientWord": "append-only",
    "treatment_plans.PlanEvent": "append-only",
    "treatment_plans.LibraryEntry": "configured",
    "treatment_plans.Appointment": "kept",
    "treatment_plans.Note":     "sealable",
    "treatment_plans.NoteFormat": "configured",
    "treatment_plans.NoteSection": "configured",
    "treatment_plans.CosignRule": "configured",
    "treatment_plans.ObjectiveProgress": "append-only",
    "treatment_plans.NoteReturn": "append-only",
    "treatment_plans.WhyAlike": "append-only",
    "treatment_plans.NoteInError": "kept",
    "treatment_plans.PlanReview": "sealable",
    "treatment_plans.ContinuingCare": "sealable",
    "treatment_plans.DischargeSummary": "sealable",
    "treatment_plans.PreventionEntry": "kept",
    "treatment_plans.PreventionLook": "append-only",
    "treatment_plans.CaseloadReview": "sealable",
    "treatment_plans.CaseloadFinding": "kept",
    "treatment_plans.FollowUpAnswer": "append-only",
    "treatment_plans.Snippet":  "own",
    "exchange.CalendarLink":    "kept",
    "groups.GroupType":         "configured",
    "groups.Curriculum":        "configured",
    "groups.Topic":             "configured",
    "groups.Closure":           "configured",
    "groups.Group":             "kept",
    "groups.GroupProgram":      "configured",
    "groups.Leader":            "kept",
    "groups.Slot":              "kept",
    "groups.Session":           "kept",
    "groups.Told":              "append-only",
    "groups.Enrolment":         "kept",
    "groups.Attendance":        "kept",
    "groups.Waiting":           "kept",
    "groups.KeepApart":         "kept",
    "groups.KeptPerson":        "kept",
    "groups.Amendment":         "kept",
    "groups.Relative":          "kept",
    "groups.MakeUp":            "kept",
    "groups.AbsenceRule":       "configured",
    "groups.Outreach":          "append-only",
    "groups.AbsenceDecision":   "append-only",
    "patients.ServiceKind":     "configured",
    "patients.Service":         "append-only",
    "patients.Relation":        "view",
    "patients.InCare":          "view",
}  # fmt: skip
REFUSED = {
    "append-only": {"update", "delete", "truncate"},
    "sealable": {"update", "delete", "truncate"},
    "kept": {"delete", "truncate"},
}

# Moments whose person is named elsewhere, and where.
NAMED_ELSEWHERE = {
    "accounts.User.joined_at": "the trail of the admin says who added a person",
    "patients.Assessment.sealed_at": "the signature says who sealed it",
    "treatment_plans.Note.sealed_at": "the signature says who sealed it",
    "treatment_plans.Note.begun_at": "the author; nobody else has a draft",
    "treatment_plans.Note.saved_at": "the author; nobody else has a draft",
    "treatment_plans.Note.discarded_at": "the author; nobody else has a draft",
    "treatment_plans.Note.cosigned_at": "the signature says who cosigned it",
    "treatment_plans.Note.returned_at": "the comment with which it went back says who",
    "treatment_plans.Note.replaced_at": "the correction's author, who is the note's",
    "treatment_plans.Note.in_error_at": "who decided that it was entered in error",
    "patients.Service.taken_back_at": "the author of the correction that was signed, or who struck the note through",
    "patients.Service.started_at": "who delivered it",
    "exchange.CalendarLink.made_at": "its own person; nobody else can",
    "exchange.CalendarLink.revoked_at": "its own person; nobody else can",
    "groups.Session.started_at": "who leads the group that day",
    "groups.Session.ended_at": "who leads the group that day",
    "treatment_plans.Appointment.starts_at": "the clinician with whom it is",
    "treatment_plans.Appointment.ends_at": "the clinician with whom it is",
    "treatment_plans.PlanReview.sealed_at": "the signature says who sealed it",
    "treatment_plans.ContinuingCare.sealed_at": "the signature says who sealed it",
    "treatment_plans.DischargeSummary.sealed_at": "the signature says who sealed it",
    "treatment_plans.CaseloadReview.sealed_at": "the signature says who sealed it",
    "treatment_plans.CaseloadReview.begun_at": "its supervisor; nobody else has a draft",
    "treatment_plans.Plan.sealed_at": "the signature says who sealed it",
    "treatment_plans.Plan.in_force_at": "whoever signed last: the signature or the patient's word says who",
    "treatment_plans.Plan.superseded_at": "whoever signed the version that took its place, or took this one back: the trail says who",
}
OUR_MODELS = [model for model in apps.get_models(include_auto_created=True) if model._meta.app_label in OURS]
OUR_TABLES = [model for model in OUR_MODELS if model._meta.managed]


def name_of(thing):
    return f"{thing.model._meta.label}.{thing.name}" if isinstance(thing, models.Field) else thing._meta.label


def fields(*kinds):
    return [field for model in OUR_TABLES for field in model._meta.local_fields if isinstance(field, kinds)]


def test_somebody_decided_what_may_happen_to_each_row():
    assert {model._meta.label for model in OUR_MODELS} == set(TABLES)
    assert {name for name, kind in TABLES.items() if kind == "view"} == {m._meta.label for m in OUR_MODELS if not m._meta.managed}


@pytest.mark.django_db
@pytest.mark.parametrize("label", [label for label, kind in TABLES.items() if kind in REFUSED])
def test_the_database_keeps_it(label):
    table = apps.get_model(label)._meta.db_table
    acts = REFUSED[TABLES[label]] - ({"truncate"} if connection.vendor == "sqlite" else set())

    guarded = {name.rpartition("_")[2] for name, row in triggers.expected(connection).items() if row[0] == table}

    assert acts <= guarded


@pytest.mark.parametrize("model", [model for model in OUR_MODELS if issubclass(model, Signable)], ids=name_of)
def test_what_can_be_signed_is_sealable(model):
    assert TABLES[model._meta.label] == "sealable"


@pytest.mark.parametrize("field", fields(models.ForeignKey), ids=name_of)
def test_nothing_is_deleted_with_what_it_points_to(field):
    assert field.remote_field.on_delete is models.PROTECT


@pytest.mark.parametrize("model", [model for model in apps.get_models() if model._meta.app_label not in OURS], ids=name_of)
def test_nobody_elses_table_is_above_ours(model):
    """A library that deletes its rows takes none of ours along, and our rows need none of theirs."""
    ours = [field for field in fields(models.ForeignKey) if field.related_model is model]

    assert not ours or model._meta.label == "contenttypes.ContentType"


@pytest.mark.parametrize("field", [field for field in fields(models.DateTimeField) if field.name.endswith("_at")], ids=name_of)
def test_a_moment_has_its_person(field):
    if name_of(field) in NAMED_ELSEWHERE:
        return
    names = {other.name for other in field.model._meta.fields}
    by = f"{field.name.removesuffix('_at')}_by"
    assert by in names
    if field.null:
        both = [rule for rule in field.model._meta.constraints if isinstance(rule, models.CheckConstraint) and by in str(rule.condition)]
        assert any(field.name in str(rule.condition) for rule in both), f"{field.name} and {by} go together, or neither"


def test_no_exception_outlives_its_field():
    assert set(NAMED_ELSEWHERE) <= {name_of(field) for field in fields(models.DateTimeField)}


@pytest.mark.parametrize("field", [field for field in fields(models.CharField, models.TextField) if field.name != "password"], ids=name_of)
def test_text_has_a_limit_or_a_list_that_the_database_knows(field):
    check = field.db_check(connection)

    assert check
    assert field.choices or isinstance(field, LengthChecked)


@pytest.mark.parametrize("field", [field for field in fields(models.IntegerField) if field.choices], ids=name_of)
def test_a_number_from_a_list_is_checked_by_the_database(field):
    assert any(field.name in str(rule.condition) for rule in field.model._meta.constraints if isinstance(rule, models.CheckConstraint))


@pytest.mark.django_db
@pytest.mark.parametrize("model", OUR_TABLES, ids=name_of)
def test_the_database_takes_texts_as_long_as_their_field_says(model):
    """Also after a migration that changed the length: the CHECK of a column is altered with it."""
    said = {field.column: field.max_length for field in model._meta.local_fields if isinstance(field, LengthChecked)}
    assert lengths_of(model._meta.db_table) == said


def lengths_of(table):
    """{column: the most characters that a CHECK of the database takes}."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT sql FROM sqlite_master WHERE name = %s", [table])
        else:
            cursor.execute("SELECT string_agg(pg_get_constraintdef(oid), ' ') FROM pg_constraint WHERE conrelid = %s::regclass", [table])
        words = cursor.fetchone()[0] or ""
    found = re.findall(r"""length\(\(?"?(\w+)"?\)?(?:::text)?\) <= (\d+)""", words)
    return {column: int(most) for column, most in found}


@pytest.mark.parametrize("model", OUR_TABLES, ids=name_of)
def test_a_text_that_may_be_empty_is_never_null(model):
    """One way to say nothing: the empty text."""
    assert not [field.name for field in model._meta.local_fields if isinstance(field, models.CharField | models.TextField) and field.null]


@pytest.mark.django_db
def test_no_migration_is_missing():
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


MIGRATING = """
import django
django.setup()
from django.core.management import call_command
from django.db import connection

call_command("migrate", verbosity=0)
call_command("check", databases=["default"], fail_level="WARNING")
call_command("migrate", "accounts", "zero", verbosity=0)
left = [table for table in connection.introspection.table_names() if table.startswith({ours})]
assert not left, left
"""


def test_the_migrations_go_forward_and_back(tmp_path, a_new_database):
    """Everything of ours stands on the people who sign in: to take their table back takes all."""
    ours = tuple(f"{name}_" for name in OURS)

    done = subprocess.run(
        [sys.executable, "-c", MIGRATING.format(ours=ours)],
        cwd=HOUSE,
        env={**os.environ, "DATABASE_URL": a_new_database, "DJANGO_SETTINGS_MODULE": "anchored.settings"},
        capture_output=True,
        text=True,
        timeout=300,
    )

    assert done.returncode == 0, done.stderr


@pytest.fixture
def a_new_database(tmp_path):
    """The address of an empty database on the engine of the tests."""
    if connection.vendor == "sqlite":
        yield f"sqlite:///{tmp_path}/new.sqlite3"
        return
    server = "postgres://{USER}:{PASSWORD}@{HOST}:{PORT}".format(**connection.settings_dict)
    name = f"new_{uuid4().hex[:8]}"
    with psycopg.connect(f"{server}/postgres", autocommit=True) as owner:
        owner.execute(f"CREATE DATABASE {name}")
        yield f"{server}/{name}"
        owner.execute(f"DROP DATABASE {name} WITH (FORCE)")
