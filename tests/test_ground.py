"""The ground: days as people write them, text that a record can hold, columns with limits, guards that come back."""

import sys
import unicodedata
from datetime import date

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.db import DatabaseError, OperationalError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from anchored.ground import checks, triggers
from anchored.ground.acts import refuses_before_it_writes
from anchored.ground.checks import serve_only_guarded
from anchored.ground.dates import age_on, read_day, today
from anchored.ground.text import fold, plain_text, tidy, unusable_position

from .making import make_patient


@pytest.mark.parametrize(
    "typed",
    [
        "1991-03-04",
        "3/4/1991",
        "03/04/1991",
        "3.4.1991",
        "4 Mar 1991",
        "4 mar 91",
        "4 March 1991",
        "4th March 1991",
        "March 4, 1991",
        "Mar 4 1991",
        "  4   Mar  1991 ",
    ],
)
def test_a_day_is_read_as_people_write_it(typed):
    assert read_day(typed) == date(1991, 3, 4)


@pytest.mark.parametrize(
    "typed",
    [
        "", "yesterday", "31/12/1991", "2/29/2023", "1991-02-30", "13/13/1991", "4 Marble 1991", "4 Decay 1991", "4/3/91", "1991",
        "0000-00-00", "10000-01-01", "1849-12-31", "2200-01-01", "٣/٤/١٩٩١", "4 Mar 1991; DROP TABLE", "1e3-01-01", "\x00", "4 Ma 1991",
    ],
)  # fmt: skip
def test_what_is_no_day_is_refused(typed):
    with pytest.raises(ValueError):
        read_day(typed)


def test_two_digits_mean_the_last_hundred_years():
    with time_machine.travel(date(2026, 6, 1), tick=False):
        assert read_day("4 Mar 26").year == 2026
        assert read_day("4 Mar 27").year == 1927


def test_today_is_the_clinics_day_wherever_the_server_stands():
    with timezone.override("America/New_York"), time_machine.travel("2026-03-05T03:00:00Z", tick=False):
        assert today() == date(2026, 3, 4)


@pytest.mark.parametrize(
    ("born", "day", "age"),
    [
        (date(1991, 3, 4), date(2026, 3, 3), 34),
        (date(1991, 3, 4), date(2026, 3, 4), 35),
        (date(2000, 2, 29), date(2026, 2, 28), 25),
        (date(2000, 2, 29), date(2026, 3, 1), 26),
    ],
)
def test_age_counts_whole_years(born, day, age):
    assert age_on(born, day) == age


@pytest.mark.parametrize("name", ["Núñez", "Nunez", "NÚÑEZ", "nu\u0301n\u0303ez"])
def test_names_are_found_without_case_and_accents(name):
    assert fold(name) == "nunez"


@pytest.mark.parametrize("text", ["Rosa", "Łukasz O'Neil-Ó", "王小明", "שרה", "multi\nline\ttext\r\n", "👩‍⚕️", "<script>alert(1)</script>"])
def test_letters_of_any_script_are_fine(text):
    plain_text(text)


def test_what_no_record_can_hold_is_as_unicode_has_it():
    turning = {*map(chr, range(0x202A, 0x202F)), *map(chr, range(0x2066, 0x206A))}
    for character in map(chr, range(sys.maxunicode + 1)):
        control = unicodedata.category(character) in ("Cc", "Cs") and character not in "\n\r\t"
        refused = control or character in turning or character == "\ufffd"
        assert unusable_position(f"an{character}d") == (3 if refused else None), hex(ord(character))


@pytest.mark.parametrize("text", ["a\x00b", "bell\x07", "\x7f", "\ud800", "\u202egnp.exe", "\u2066x\u2069", "\x85"])
def test_what_no_record_can_hold_is_refused_with_its_place(text):
    with pytest.raises(ValidationError, match="position"):
        plain_text(text)


def test_paste_loses_its_invisible_edges():
    assert tidy("\ufeff Rosa\u200b ") == "Rosa"


@pytest.mark.django_db
class TestColumns:
    """What a form refuses, the database refuses too, on both engines."""

    @pytest.mark.parametrize("column", ["given_name", "allergies", "email", "postal_code", "sex", "find_by"])
    def test_over_long_text_is_refused(self, column):
        patient = make_patient()

        with pytest.raises(DatabaseError), transaction.atomic():
            raw_update("patients_patient", column, "x" * 20_001, patient)

    @pytest.mark.parametrize("code", ["ZZ", "1 ", "-9"])
    def test_an_unknown_code_is_refused(self, code):
        patient = make_patient()

        with pytest.raises(DatabaseError), transaction.atomic():
            raw_update("patients_patient", "sex", code, patient)

    def test_a_limit_counts_letters_and_not_bytes(self):
        patient = make_patient(given_name="é" * 100)

        patient.refresh_from_db()
        assert patient.given_name == "é" * 100


def raw_update(table, column, value, row):
    with connection.cursor() as cursor:
        key = row._meta.pk.get_db_prep_value(row.pk, connection)
        cursor.execute(f"UPDATE {table} SET {column} = %s WHERE id = %s", [value, key])


@pytest.mark.django_db
class TestGuards:
    def test_all_of_them_are_in_the_database(self):
        assert set(triggers.expected(connection)) <= triggers.present(connection)

    def test_the_check_names_a_missing_one_and_migrate_puts_it_back(self):
        with connection.cursor() as cursor:
            cursor.execute(
                "DROP TRIGGER trail_is_append_only_update" + (" ON audit_trailentry" if connection.vendor == "postgresql" else "")
            )

        with pytest.raises(SystemCheckError, match="trail_is_append_only_update"):
            call_command("check", databases=["default"], fail_level="WARNING")

        call_command("migrate", verbosity=0)
        call_command("check", databases=["default"], fail_level="WARNING")

    def test_a_migration_with_work_to_do_meets_no_guard(self):
        triggers.step_aside_for_migrate(sender=None, using="default", plan=["one"])

        assert not set(triggers.expected(connection)) & triggers.present(connection)

    def test_a_migrate_with_nothing_to_do_leaves_them_standing(self):
        triggers.step_aside_for_migrate(sender=None, using="default", plan=[])

        assert set(triggers.expected(connection)) <= triggers.present(connection)


@refuses_before_it_writes()
def write_and_break():
    Session.objects.create(session_key="k", session_data="", expire_date=timezone.now())
    raise RuntimeError


@pytest.mark.django_db(transaction=True)
class TestActs:
    def test_an_act_is_one_transaction(self):
        with pytest.raises(RuntimeError):
            write_and_break()

        assert not Session.objects.exists()

    def test_inside_another_it_sets_no_savepoint_and_goes_back_with_it(self):
        with pytest.raises(RuntimeError), CaptureQueriesContext(connection) as said, transaction.atomic():
            write_and_break()

        assert said
        assert not any("SAVEPOINT" in each["sql"] for each in said)
        assert not Session.objects.exists()


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_a_connection_keeps_the_plans_of_more_questions_than_a_page_asks():
    connection.close()
    connection.ensure_connection()

    assert connection.connection.prepared_max == 250


class TestServing:
    @pytest.fixture(autouse=True)
    def connection_stays(self, monkeypatch):
        """The test needs its connection, which is closed before a server forks."""
        monkeypatch.setattr(connection, "close", lambda: None)
        monkeypatch.setattr(connection, "close_pool", lambda: None, raising=False)

    @pytest.mark.django_db
    def test_without_one_nothing_is_served(self, monkeypatch):
        serve_only_guarded()

        monkeypatch.setattr(checks, "missing_in", lambda connection: ["trail_is_append_only_update"])
        with pytest.raises(ImproperlyConfigured, match="trail_is_append_only_update.*migrate"):
            serve_only_guarded()

    def test_a_database_that_is_away_is_another_matter(self, monkeypatch):
        def away(connection):
            raise OperationalError("no route")

        monkeypatch.setattr(checks, "missing_in", away)
        serve_only_guarded()
