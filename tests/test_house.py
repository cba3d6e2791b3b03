"""The house itself: settings that refuse loudly, commands that exist, a web role that may not touch what is kept."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection

HOUSE = Path(__file__).resolve().parent.parent
CLINIC = {
    "DEBUG": "0",
    "EVALUATION": "0",
    "SECRET_KEY": "f3" * 40,
    "ALLOWED_HOSTS": "anchored.example.org",
    "DATABASE_URL": "postgres://anchored_web:secret@127.0.0.1/anchored",
}


def start(**environment):
    """Read the settings in a process of their own; what it printed and how it ended."""
    surroundings = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG")}
    told = {name: value for name, value in {**CLINIC, **environment}.items() if value is not None}
    return subprocess.run(
        [sys.executable, "-c", "import anchored.settings"],
        cwd=HOUSE,
        env={**surroundings, **told},
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_a_clinic_starts_when_it_is_told_what_it_needs():
    started = start()

    assert started.returncode == 0, started.stderr


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"SECRET_KEY": ""}, "SECRET_KEY is not set"),
        ({"SECRET_KEY": "short"}, "SECRET_KEY is too short"),
        ({"ALLOWED_HOSTS": ""}, "ALLOWED_HOSTS is not set"),
        ({"ALLOWED_HOSTS": "*"}, "ALLOWED_HOSTS must not hold *"),
        ({"DATABASE_URL": "sqlite:///clinic.sqlite3"}, "A clinic needs PostgreSQL"),
        ({"DATABASE_URL": "mysql://root@127.0.0.1/anchored"}, "DATABASE_URL must begin with"),
        ({"SESSION_IDLE_MINUTES": "600"}, "SESSION_IDLE_MINUTES is 600"),
        ({"SESSION_HOURS": "0"}, "SESSION_HOURS is 0"),
    ],
    ids=lambda value: " ".join(f"{name}={said}" for name, said in value.items()) if isinstance(value, dict) else "",
)
def test_a_clinic_refuses_to_start_and_names_what_is_wrong(wrong, named):
    refused = start(**wrong)

    assert refused.returncode != 0
    assert named in refused.stderr


def test_sqlite_needs_the_switch_meant_for_trying_out(tmp_path):
    started = start(EVALUATION="1", DATABASE_URL=f"sqlite:///{tmp_path}/a clinic.sqlite3")

    assert started.returncode == 0, started.stderr


def test_trying_out_still_needs_a_secret_key_and_hosts():
    assert "SECRET_KEY is not set" in start(EVALUATION="1", SECRET_KEY="").stderr
    assert "ALLOWED_HOSTS is not set" in start(EVALUATION="1", ALLOWED_HOSTS="").stderr


def test_every_setting_from_the_environment_stands_in_the_example():
    asked = set(re.findall(r'(?:\benv(?:\.\w+)?|within)\("([A-Z_]+)"', (HOUSE / "anchored" / "settings.py").read_text()))
    shown = set(re.findall(r"^#?([A-Z_]+)=", (HOUSE / ".env.example").read_text(), re.MULTILINE))

    assert asked <= shown


@pytest.mark.parametrize("target", ["run", "test", "test-browser", "check", "lint", "format", "bench", "screenshots"])
def test_make_knows_the_house_command(target):
    planned = subprocess.run(["make", "--dry-run", target], cwd=HOUSE, capture_output=True, text=True, timeout=60)

    assert planned.returncode == 0, planned.stderr


@pytest.mark.parametrize("script", sorted(path.name for path in (HOUSE / ".ci").iterdir() if path.suffix == ""))
def test_a_house_script_runs_and_is_well_formed(script):
    path = HOUSE / ".ci" / script
    shell = path.read_text().splitlines()[0].split("/")[-1].split()[-1]

    assert os.access(path, os.X_OK)
    assert subprocess.run([shell, "-n", path], capture_output=True).stderr == b""


@pytest.mark.postgresql
@pytest.mark.django_db
class TestTheWebRole:
    """deploy/roles.sql, run in the test database; the roles go when the test is rolled back."""

    KEPT = ["audit_trailentry", "signing_signature", "signing_addendum"]

    @pytest.fixture(autouse=True)
    def web_role(self):
        with connection.cursor() as cursor:
            cursor.execute((HOUSE / "deploy" / "roles.sql").read_text())
            cursor.execute((HOUSE / "deploy" / "roles.sql").read_text())  # safe to run again

    def may(self, act, table):
        with connection.cursor() as cursor:
            cursor.execute("SELECT has_table_privilege('anchored_web', %s, %s)", [table, act])
            return cursor.fetchone()[0]

    def test_reads_and_adds_to_every_table_of_the_product(self):
        tables = [name for name in connection.introspection.table_names() if name != "django_migrations"]

        assert all(self.may("SELECT", table) and self.may("INSERT", table) for table in tables)

    @pytest.mark.parametrize("act", ["UPDATE", "DELETE", "TRUNCATE"])
    @pytest.mark.parametrize("table", KEPT)
    def test_may_not_change_what_is_kept(self, act, table):
        assert not self.may(act, table)

    def test_deletes_no_patient_but_may_correct_one(self):
        assert not self.may("DELETE", "patients_patient")
        assert self.may("UPDATE", "patients_patient")

    def test_empties_no_table_at_all(self):
        assert not any(self.may("TRUNCATE", table) for table in connection.introspection.table_names())

    def test_owns_nothing_and_makes_nothing(self):
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_class WHERE pg_get_userbyid(relowner) = 'anchored_web'")
            assert cursor.fetchone()[0] == 0
            cursor.execute("SELECT has_schema_privilege('anchored_web', 'public', 'CREATE')")
            assert not cursor.fetchone()[0]
            cursor.execute("SELECT has_database_privilege('anchored_web', current_database(), 'TEMPORARY')")
            assert not cursor.fetchone()[0]
