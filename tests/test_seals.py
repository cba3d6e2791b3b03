"""What is signed is found when it was changed behind the guards; each way of changing it is refused before."""

import json
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from anchored.ground import triggers
from anchored.signing import signatures
from anchored.signing.models import Signable
from anchored.signing.words import in_words
from treatment_plans.models import Note, Plan

from .checking import everything
from .making import make_admitted, make_clinician
from .noting import make_note
from .planning import make_plan, sign

pytestmark = pytest.mark.django_db


@pytest.fixture
def clinician():
    return make_clinician(works_in=["IOP Day"])


@pytest.fixture
def signed(clinician):
    """A plan and a note that are signed, with an addendum."""
    patient = make_admitted(clinician, to="IOP Day")
    plan = sign(make_plan(patient, by=clinician), by=clinician)
    note = make_note(patient, by=clinician)
    signatures.add(note, text="Her sister called.", by=clinician)
    return plan, note


def test_a_moment_is_the_same_in_every_zone():
    here = datetime(2026, 11, 26, 9, 30, tzinfo=ZoneInfo("America/New_York"))
    assert in_words({"at": here}) == in_words({"at": here.astimezone(UTC)}) == '{"at": "2026-11-26T14:30:00Z"}'


def raw(statement):
    with connection.cursor() as cursor:
        cursor.execute(statement)


def test_nothing_changed_is_said_with_how_many(signed, capsys):
    call_command("verify_seals")
    assert capsys.readouterr().out == "2 signed documents, none changed.\n"


@pytest.mark.parametrize(
    ("statement", "named"),
    [
        ("UPDATE treatment_plans_note SET sections = '[]'", "treatment_plans.note"),
        ("UPDATE treatment_plans_note SET is_late = NOT is_late", "treatment_plans.note"),
        ("UPDATE patients_service SET minutes = minutes + 1", "treatment_plans.note"),
        ("UPDATE treatment_plans_plan SET strengths = 'None.'", "treatment_plans.plan"),
        ("UPDATE treatment_plans_intervention SET frequency = 'never'", "treatment_plans.plan"),
        (
            "UPDATE treatment_plans_goal SET removed_at = '2026-01-01', removed_by_id = (SELECT min(id) FROM accounts_user)",
            "treatment_plans.plan",
        ),
        ("UPDATE signing_signature SET digest = 'x'", "treatment_plans.note"),
        ("DELETE FROM signing_signature WHERE document_type = 'treatment_plans.note'", "treatment_plans.note"),
        ("UPDATE treatment_plans_note SET sealed_at = NULL, service_id = NULL", "signed, and not sealed"),
        ("UPDATE signing_addendum SET number = 7", "a number is missing"),
    ],
)
def test_what_the_owner_of_the_database_changed_is_named(signed, statement, named):
    triggers.remove(connection)
    raw(statement)

    with pytest.raises(CommandError, match=named):
        call_command("verify_seals")


def loaded(row):
    """The row with another word in it, as `loaddata` would bring it in."""
    from django.core import serializers

    (written,) = json.loads(serializers.serialize("json", [row]))
    written["fields"]["digest"] = "x"
    for document in serializers.deserialize("json", json.dumps([written])):
        document.save()


@pytest.mark.parametrize(
    "attack",
    [
        lambda row: type(row).objects.filter(pk=row.pk).update(digest="x"),
        lambda row: type(row).objects.bulk_update([_with_another_digest(row)], ["digest"]),
        lambda row: super(Signable, _with_another_digest(row)).save(),
        lambda row: type(row).objects.filter(pk=row.pk)._raw_delete("default"),
        lambda row: raw(f"UPDATE {row._meta.db_table} SET digest = 'x'"),
        lambda row: raw(f"DELETE FROM {row._meta.db_table}"),
        loaded,
        pytest.param(lambda row: raw(f"TRUNCATE {row._meta.db_table} CASCADE"), marks=pytest.mark.postgresql),
        pytest.param(lambda row: raw(f"REPLACE INTO {row._meta.db_table} SELECT * FROM {row._meta.db_table}"), marks=pytest.mark.sqlite),
    ],
)
@pytest.mark.parametrize("which", [Plan, Note])
def test_every_path_ends_at_a_refusal(signed, attack, which):
    row = next(document for document in signed if isinstance(document, which))
    before = everything("treatment_plans.Plan", "treatment_plans.Note")
    connection.check_constraints()

    with pytest.raises(DatabaseError, match="is signed|not deleted"), transaction.atomic():
        attack(row)

    assert everything("treatment_plans.Plan", "treatment_plans.Note") == before


def _with_another_digest(row):
    row.digest = "x"
    return row
