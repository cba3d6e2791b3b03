"""The trail: who saw and did what. In the transaction of what it records, without gaps, and no row changes unseen."""

import json
from datetime import timedelta

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import DatabaseError, OperationalError, connection, transaction

from anchored.accounts.roles import Role
from anchored.audit import trail
from anchored.audit.models import TrailEntry
from anchored.ground import triggers
from anchored.ground.dates import today
from patients.actions import episodes, flags, registration, team
from patients.models import DischargeReason, Patient

from .checking import everything, trail_broken
from .making import basis, make_admitted, make_clinician, make_patient, make_supervisor, make_user, open_stay, program

pytestmark = pytest.mark.django_db
SECRET = "Zanzibar-0417"  # stands in every free text; may stand in no row of the trail


@pytest.fixture
def written():
    """Ten rows, from real work."""
    patient = make_admitted()
    user = make_clinician()
    for _ in range(10 - TrailEntry.objects.count()):
        trail.record("chart.opened", patient, by=user, screen="overview")
    return TrailEntry.objects.order_by("sequence")


def raw(statements, *values):
    """Statements by hand, up to the end of a transaction, when PostgreSQL looks at what may wait till then."""
    with connection.cursor() as cursor:
        for statement in statements.split("; "):
            cursor.execute(statement, values[: statement.count("%s")])
    connection.check_constraints()


def tamper(statement, *values):
    """What somebody with the owner's password can do: take the guards away, change, put them back."""
    triggers.remove(connection)
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
    triggers.install(connection)


class TestWriting:
    def test_rows_are_numbered_without_gaps_and_chained(self, written):
        rows = list(written)

        assert [row.sequence for row in rows] == list(range(1, 11))
        assert rows[0].previous_hash == trail.BEGINNING
        assert [row.previous_hash for row in rows[1:]] == [row.hash for row in rows[:-1]]
        assert trail.first_bad_row() is None

    def test_a_row_says_who_did_what_to_whom_and_when(self):
        patient, user = make_patient(), make_clinician()

        with time_machine.travel("2026-03-04T12:00:00Z", tick=False):
            trail.record("flag.raised", patient, by=user, kind="overdose")

        row = TrailEntry.objects.latest("sequence")
        assert (row.event, row.actor, row.patient_id) == ("flag.raised", user, patient.pk)
        assert (row.subject, row.facts) == (f"patients.patient:{patient.pk}", {"kind": "overdose"})
        assert row.at.isoformat() == "2026-03-04T12:00:00+00:00"

    def test_the_patient_is_found_from_whatever_was_touched(self):
        patient = make_admitted()
        stay = open_stay(patient)

        for subject in (stay, stay.episode, stay.episode.admission, stay.episode.team.get()):
            trail.record("looked.at", subject, by=None)

        assert {row.patient_id for row in TrailEntry.objects.filter(event="looked.at")} == {patient.pk}

    def test_a_list_leaves_one_row_for_each_patient_it_showed(self):
        people = [make_patient().pk for _ in range(3)]

        trail.record_seen("list.shown", people, by=make_clinician(), screen="board")

        assert list(TrailEntry.objects.order_by("sequence").values_list("patient_id", flat=True))[-3:] == people
        assert trail.first_bad_row() is None

    def test_a_search_without_a_result_leaves_one_row(self):
        trail.record_seen("search.shown", [], by=make_clinician())

        row = TrailEntry.objects.get(event="search.shown")
        assert row.patient_id is None
        assert row.facts == {"found": 0}

    def test_one_row_costs_at_most_three_statements(self, django_assert_max_num_queries):
        patient, user = make_patient(), make_clinician()

        with django_assert_max_num_queries(3), transaction.atomic(savepoint=False):
            trail.record("chart.opened", patient, by=user)
        with django_assert_max_num_queries(3):
            trail.record_seen("list.shown", [patient.pk] * 50, by=user)

    def test_a_clock_set_back_does_not_disturb_the_order(self, written):
        with time_machine.travel(written.last().at - timedelta(days=2), tick=False):
            trail.record("clock.set_back", by=None)

        assert TrailEntry.objects.get(event="clock.set_back").sequence == 11
        assert trail.first_bad_row() is None

    def test_facts_of_every_kind_are_verified_as_they_were_written(self):
        text = 'é “quoted” \\ \n "'
        trail.record("kinds", by=None, day=today(), text=text, number=10**15, nothing=None, yes=True, many=["b"], nested={"z": 1, "a": [2]})

        assert trail.first_bad_row() is None

    def test_undone_work_leaves_no_row(self):
        before = TrailEntry.objects.count()

        with pytest.raises(ZeroDivisionError), transaction.atomic():
            print(make_patient().age() / 0)

        assert TrailEntry.objects.count() == before


class TestNoClinicalText:
    def test_no_row_holds_a_name_a_reason_or_a_note(self):
        supervisor = make_supervisor()
        reach = {"phone": "5550142", "email": "z.0417@example.org"}
        patient = make_patient(by=supervisor, given_name=SECRET, family_name=SECRET, allergies=SECRET, **reach)
        make_admitted(supervisor, patient=patient, to="Residential")
        registration.change_details(patient, by=supervisor, street=SECRET, allergies=f"{SECRET} too")
        flag = flags.raise_flag(patient, kind="overdose", note=SECRET, by=supervisor)
        flags.close_flag(flag, by=supervisor)
        moved = episodes.move(
            open_stay(patient), to=program("PHP"), on=today(), basis=basis(), reason=SECRET * 2, ratings=["1"] * 6, by=supervisor
        )
        stay = episodes.undo_move(moved, by=supervisor)
        team.reassign(stay.episode, to=make_clinician(), note=SECRET, by=supervisor)
        leaving = episodes.discharge(stay, on=today(), reason=DischargeReason.objects.first(), note=SECRET, by=supervisor)
        episodes.undo_discharge(leaving, because=SECRET * 2, by=supervisor)

        told = json.dumps(list(TrailEntry.objects.values_list("event", "subject", "facts")), default=str)
        assert "patient.discharge_undone" in told
        assert SECRET not in told
        assert "5550142" not in told
        assert "example.org" not in told


class TestVerifying:
    def test_a_whole_trail_is_said_to_be_whole_with_its_anchor(self, written, capsys):
        call_command("verify_trail")

        assert f"10 rows, none changed. Anchor: 10:{written.last().hash}" in capsys.readouterr().out

    def test_an_empty_trail_is_whole(self, capsys):
        call_command("verify_trail")

        assert "0 rows" in capsys.readouterr().out

    @pytest.mark.parametrize(
        ("change", "value"),
        [
            ("event = %s", "list.shown"),
            ("subject = %s", "patients.patient:another"),
            ("actor_id = %s", None),
            ("patient_id = %s", None),
            ("at = %s", "2020-01-01 00:00:00"),
            ("facts = %s", '{"screen": "move"}'),
            ("hash = %s", "f" * 64),
        ],
    )
    def test_a_changed_row_is_named(self, written, change, value):
        tamper(f"UPDATE audit_trailentry SET {change} WHERE sequence = 5", value)

        with pytest.raises(CommandError, match="Row 5: it was changed after it was written"):
            call_command("verify_trail")

    def test_a_row_hashed_anew_is_found_by_the_row_after_it(self, written):
        row = written[4]
        row.event = "nothing.happened"
        tamper("UPDATE audit_trailentry SET event = %s, hash = %s WHERE sequence = 5", row.event, trail.hash_of(row))

        with pytest.raises(CommandError, match="Row 6: it does not follow from the row before"):
            call_command("verify_trail")

    @pytest.mark.parametrize("gone", [1, 5])
    def test_a_missing_row_is_named(self, written, gone):
        tamper("DELETE FROM audit_trailentry WHERE sequence = %s", gone)

        with pytest.raises(CommandError, match=f"Row {gone}: this row is missing"):
            call_command("verify_trail")

    def test_rows_in_another_order_are_found(self, written):
        tamper("UPDATE audit_trailentry SET sequence = CASE sequence WHEN 4 THEN -5 WHEN 5 THEN -4 END WHERE sequence IN (4, 5)")
        tamper("UPDATE audit_trailentry SET sequence = -sequence WHERE sequence < 0")

        with pytest.raises(CommandError, match="Row 4: it does not follow"):
            call_command("verify_trail")

    def test_a_cut_tail_is_found_by_an_anchor_kept_elsewhere(self, written):
        anchor = "10:" + written.last().hash
        tamper("DELETE FROM audit_trailentry WHERE sequence > 7")

        call_command("verify_trail")  # what is left is whole
        with pytest.raises(CommandError, match="Row 10: it is not the row that the anchor knew"):
            call_command("verify_trail", anchor=anchor)

    def test_a_tail_written_anew_is_found_by_an_anchor(self, written):
        anchor = "10:" + written.last().hash
        tamper("DELETE FROM audit_trailentry WHERE sequence > 7")
        for _ in range(3):
            trail.record("nothing.happened", by=None)

        call_command("verify_trail")
        with pytest.raises(CommandError, match="Row 10"):
            call_command("verify_trail", anchor=anchor)

    def test_an_anchor_that_still_holds_is_silent(self, written):
        call_command("verify_trail", anchor=f"5:{written[4].hash}")

    @pytest.mark.parametrize("anchor", ["", ":", "ten:abc", "-1:abc", "5"])
    def test_a_wrong_anchor_is_explained(self, written, anchor):
        with pytest.raises(CommandError):
            call_command("verify_trail", anchor=anchor)


class TestTheTrailCannotBeWritten:
    """No trail, no change: what cannot be recorded does not happen."""

    @pytest.mark.parametrize("act", ["register", "change_details", "admit", "move", "discharge", "reassign", "raise_flag"])
    def test_nothing_happens(self, act):
        supervisor, clinician = make_supervisor(), make_clinician()
        new, patient = make_patient(by=supervisor), make_admitted(supervisor)
        stay = open_stay(patient)
        acts = {
            "register": lambda: make_patient(by=supervisor),
            "change_details": lambda: registration.change_details(patient, by=supervisor, city="Duluth"),
            "admit": lambda: make_admitted(supervisor, patient=new),
            "move": lambda: episodes.move(stay, to=program("PHP"), on=today(), basis=basis(), reason="Ready to go on.", by=supervisor),
            "discharge": lambda: episodes.discharge(stay, on=today(), reason=DischargeReason.objects.first(), by=supervisor),
            "reassign": lambda: team.reassign(stay.episode, to=clinician, by=supervisor),
            "raise_flag": lambda: flags.raise_flag(patient, kind="overdose", by=supervisor),
        }
        before = everything()

        with trail_broken(), pytest.raises(trail.TrailUnavailable):
            acts[act]()

        assert everything() == before

    def test_reading_the_head_may_fail_too(self):
        patient = make_patient()

        def refuse(execute, sql, params, many, context):
            if "trail" in sql:
                raise OperationalError("connection lost")
            return execute(sql, params, many, context)

        with connection.execute_wrapper(refuse), pytest.raises(trail.TrailUnavailable):
            trail.record("chart.opened", patient, by=None)


class TestTheDatabaseRefuses:
    @pytest.mark.parametrize(
        "attack",
        [
            "UPDATE audit_trailentry SET event = 'x' WHERE sequence = 5",
            "UPDATE audit_trailentry SET hash = hash",
            "DELETE FROM audit_trailentry WHERE sequence = 10",
            "DELETE FROM audit_trailentry",
            pytest.param("TRUNCATE audit_trailentry", marks=pytest.mark.postgresql),
            pytest.param("REPLACE INTO audit_trailentry SELECT * FROM audit_trailentry WHERE sequence = 5", marks=pytest.mark.sqlite),
            pytest.param("UPDATE OR REPLACE audit_trailentry SET sequence = 4 WHERE sequence = 5", marks=pytest.mark.sqlite),
        ],
    )
    def test_changing_the_trail_by_hand(self, written, attack):
        before = everything("audit.TrailEntry")
        connection.check_constraints()

        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            raw(attack)

        assert everything("audit.TrailEntry") == before

    @pytest.mark.parametrize(
        "attack",
        [
            lambda row: TrailEntry.objects.filter(pk=row.pk).update(event="x"),
            lambda row: TrailEntry.objects.bulk_update([row], ["event"]),
            lambda row: row.save(),
            lambda row: row.delete(),
            lambda row: TrailEntry.objects.all().delete(),
        ],
    )
    def test_changing_the_trail_by_the_models(self, written, attack):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            attack(written[4])

    def test_two_rows_with_one_number(self, written):
        row = written[4]
        row._state.adding = True

        with pytest.raises(DatabaseError), transaction.atomic():
            row.save(force_insert=True)

    def test_deleting_the_person_who_acted(self):
        patient = make_patient(by=make_user(Role.FRONT_DESK))
        actor = TrailEntry.objects.get(event="patient.registered", patient_id=patient.pk).actor

        with pytest.raises(DatabaseError), transaction.atomic():
            raw("DELETE FROM accounts_rolegrant; DELETE FROM accounts_user WHERE id = %s", actor.pk)

    def test_the_trail_outlives_what_it_tells_of(self):
        assert not TrailEntry._meta.get_field("patient_id").is_relation
        assert Patient not in {field.related_model for field in TrailEntry._meta.fields}
