"""The record as TEDS-A rows: what was imported comes back exactly, what the clinic wrote is coded and derived."""

import csv
import io
import os
import tempfile
from datetime import date
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from anchored.audit.models import TrailEntry
from anchored.exchange.teds import codebook
from anchored.exchange.teds.states import STATES
from patients.actions import episodes
from patients.models import Admission, DischargeReason, Patient
from tests.making import basis, make_admitted, make_patient, make_supervisor, open_stay, program
from tests.teds_files import SAMPLE, bring_in, file_of, sample, send_out

FLAGS = [name for name in codebook.COLUMNS if name.endswith("FLG")]
DERIVED = {*FLAGS, "IDU", "ALCDRUG", "CASEID"}


def with_derived(row):
    """What a row must say of its substances, worked out here anew from the codebook's words."""
    substances = [row[f"SUB{rank}"] for rank in (1, 2, 3)]
    reported = [substance for substance in substances if substance not in ("-9", "1")]
    injected = "4" in [row[f"ROUTE{rank}"] for rank in (1, 2, 3)]
    others = [substance for substance in reported if substance != "2"]
    kind = (1 if "2" in reported else 0) + (2 if others else 0)
    flags = {flag: str(int(str(number) in substances)) for number, flag in enumerate(FLAGS, 2)}
    return row | flags | {"IDU": str(int(injected)) if reported else "-9", "ALCDRUG": str(kind)}


def any_code(column):
    """Codes of a column, nothing known more often than by chance."""
    codes = sorted(codebook.CODES[column])
    rare = [code for code in ("-9", "1") if code in codes]
    return st.sampled_from(codes) if "-9" not in codes else st.one_of(st.sampled_from(codes), st.sampled_from(rare))


ROW = st.fixed_dictionaries(
    {column: any_code(column) for column in codebook.COLUMNS if column not in DERIVED | {"CBSA2010"}}
    | {"CBSA2010": st.one_of(st.just("-9"), st.integers(10_000, 99_999).map(str))}
).map(with_derived)
FILES = st.tuples(
    st.lists(ROW, min_size=1, max_size=8),
    st.lists(st.integers(1, 10**15 - 1), min_size=8, max_size=8, unique=True),
    st.sets(st.sampled_from(sorted(codebook.OPTIONAL))),
    st.randoms(use_true_random=False),
)


@pytest.mark.django_db
@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(FILES)
def test_any_valid_file_comes_back_exactly(db, file):
    rows, cases, left_out, order = file
    rows = [row | {"CASEID": str(case)} for row, case in zip(rows, cases, strict=False)]
    columns = [column for column in codebook.COLUMNS if column not in left_out]
    order.shuffle(columns)

    with tempfile.TemporaryDirectory() as place, transaction.atomic():
        path = file_of(rows, Path(place), columns)
        bring_in(path)
        connection.check_constraints()
        back = {row["CASEID"]: row for row in send_out()}
        again = bring_in(path)
        transaction.set_rollback(True)

    assert len(back) == len(rows)
    for row in rows:
        assert {column: back[row["CASEID"]][column] for column in columns} == {column: row[column] for column in columns}
    assert again == f"{len(rows)} rows, 0 new, {len(rows)} already here."


@pytest.mark.django_db
class TestWhatWasImported:
    def test_every_column_of_every_row_of_the_sample_comes_back(self):
        bring_in(SAMPLE)

        back = {row["CASEID"]: row for row in send_out()}

        assert list(next(iter(back.values()))) == list(codebook.COLUMNS)
        assert len(back) == 300
        for row in sample():
            assert {column: back[row["CASEID"]][column] for column in row} == row

    def test_columns_that_the_file_lacks_are_derived_or_not_known(self, tmp_path):
        bring_in(file_of(sample(1), tmp_path))

        [row] = send_out()

        assert [row[column] for column in ("GENDER", "EMPLOY", "PSOURCE")] == ["-9"] * 3
        assert [row[column] for column in ("STFIPS", "REGION", "DIVISION", "TRNQFLG", "BARBFLG")] == ["29", "2", "4", "0", "0"]

    def test_every_state_and_territory_goes_in_and_out(self, tmp_path):
        codes = [str(fips) for fips in STATES]
        bring_in(file_of([row | {"STFIPS": fips} for row, fips in zip(sample(), codes, strict=False)], tmp_path))

        rows = send_out()

        assert sorted(row["STFIPS"] for row in rows) == sorted(codes)
        for row in rows:
            assert row["REGION"] in codebook.CODES["REGION"]
            assert (row["REGION"] == "0") == (row["DIVISION"] == "0") == (int(row["STFIPS"]) >= 60)

    def test_a_move_along_the_continuum_leaves_the_admission_as_it_was(self, tmp_path):
        path = file_of([row for row in sample() if row["SERVICES"] == "2"], tmp_path)
        bring_in(path)
        before = send_out()
        supervisor = make_supervisor(works_in=["Residential detox"])
        stay = open_stay(Patient.objects.earliest("record_number"))

        reason = "Withdrawal is over, ready for the next level."
        episodes.move(stay, to=program("IOP Evening"), on=date(2018, 1, 2), basis=basis(), reason=reason, by=supervisor, ratings=["1"] * 6)

        assert send_out() == before
        assert "0 new" in bring_in(path)


@pytest.mark.django_db
class TestWhatTheClinicWrote:
    def test_the_record_is_coded_and_derived(self, settings):
        settings.STATE_FIPS, settings.CBSA = 25, 14460
        details = {"sex": "2", "race": "13", "ethnicity": "5", "veteran": "2", "education": "14", "birth_date": date(1990, 5, 2)}
        items = {"days_waiting": 9, "arrests_30d": 3, "payment_source": "7", "not_in_labor_detail": "96", "pregnant": "97"}
        uses = [
            {"substance": "20", "route": "20", "frequency": "3", "first_use_age": 17},
            {"substance": "2", "route": "1", "frequency": "5", "first_use_age": 11},
        ]
        by = make_supervisor()
        patient = make_patient(by=by, **details)

        make_admitted(by=by, to="Residential detox", on=date(2026, 5, 1), patient=patient, substances=uses, **items)

        [row] = send_out(2026)
        wanted = {"ADMYR": "2026", "AGE": "7", "GENDER": "2", "RACE": "6", "ETHNIC": "4", "VET": "2", "EDUC": "4", "MARSTAT": "-9"}
        wanted |= {"DAYWAIT": "2", "ARRESTS": "2", "PRIMPAY": "2", "DETNLF": "-9", "PREG": "-9", "SERVICES": "2"}
        wanted |= {"STFIPS": "25", "CBSA2010": "14460", "REGION": "1", "DIVISION": "1"}
        wanted |= {"SUB1": "19", "ROUTE1": "5", "FREQ1": "2", "FRSTUSE1": "3", "SUB2": "2", "FRSTUSE2": "1", "SUB3": "-9"}
        wanted |= {"OTHERFLG": "1", "ALCFLG": "1", "HERFLG": "0", "IDU": "0", "ALCDRUG": "3"}
        assert {column: row[column] for column in wanted} == wanted

    def test_where_the_clinic_is_may_be_unknown(self):
        make_admitted(on=date(2026, 5, 1))

        [row] = send_out(2026)

        assert [row[column] for column in ("STFIPS", "CBSA2010", "REGION", "DIVISION")] == ["-9"] * 4

    def test_only_admissions_of_the_year_are_written(self, tmp_path):
        bring_in(file_of(sample(3), tmp_path))
        make_admitted(on=date(2026, 1, 1))

        assert [len(send_out(year)) for year in (2016, 2017, 2026)] == [0, 3, 1]


@pytest.mark.django_db(transaction=True)  # each act commits, as it does in the clinic
def test_each_episode_has_its_own_case_number_for_good():
    by = make_supervisor()
    patient = make_admitted(by=by, on=date(2026, 1, 5))
    first = send_out(2026)[0]["CASEID"]
    reason = DischargeReason.objects.first()

    episodes.discharge(open_stay(patient), on=date(2026, 1, 20), reason=reason, by=by)
    make_admitted(by=by, on=date(2026, 2, 1), patient=patient)

    numbers = [row["CASEID"] for row in send_out(2026)]
    assert numbers == [first, str(int(first) + 1)]
    assert int(first) == 9_000_000_000_000_000 + patient.record_number * 1000 + 1
    assert not codebook.is_sound("CASEID", first)


@pytest.mark.django_db
class TestHowItIsWritten:
    def test_the_trail_says_how_many(self, tmp_path):
        bring_in(file_of(sample(4), tmp_path))

        send_out()

        entry = TrailEntry.objects.get(event="teds.exported")
        assert (entry.patient_id, entry.facts) == (None, {"year": 2017, "count": 4, "to_file": False})

    def test_a_file_takes_its_name_when_it_is_whole(self, tmp_path, monkeypatch):
        bring_in(file_of(sample(4), tmp_path))
        target = tmp_path / "out.csv"
        export_to(target)
        whole = target.read_bytes()

        monkeypatch.setattr(Admission, "objects", None)  # fails before the first row
        with pytest.raises(AttributeError):
            export_to(target)

        assert target.read_bytes() == whole
        assert len(list(csv.DictReader(io.StringIO(whole.decode())))) == 4
        assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".teds-")] == []

    def test_what_cannot_be_written_to_is_refused(self, tmp_path):
        os.mkfifo(tmp_path / "pipe")

        for target in (tmp_path, tmp_path / "missing" / "out.csv", tmp_path / "pipe", Path("/dev/null")):
            with pytest.raises(CommandError, match="No file was written"):
                export_to(target)
        assert (tmp_path / "pipe").is_fifo()

    def test_a_full_disk_leaves_nothing_behind(self, tmp_path, monkeypatch):
        def full(number):
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(os, "fsync", full)

        with pytest.raises(CommandError, match="No space left on device. No file was written"):
            export_to(tmp_path / "out.csv")
        assert list(tmp_path.iterdir()) == []

    def test_a_year_is_a_year(self):
        with pytest.raises(CommandError, match="expected a year of four digits"):
            send_out(17)

    def test_the_cost_does_not_grow_with_the_rows(self, tmp_path):
        bring_in(file_of(sample(2), tmp_path))
        with CaptureQueriesContext(connection) as few:
            send_out()
        bring_in(file_of(sample(30), tmp_path))

        with CaptureQueriesContext(connection) as many:
            assert len(send_out()) == 30
        assert len(many) == len(few) <= 5  # the count, the trail, the rows


def export_to(path):
    call_command("export_teds", year=2017, out=str(path), stdout=io.StringIO())
