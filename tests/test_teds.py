"""TEDS-A rows become people in care; a file with anything wrong in it becomes nothing."""

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from django.core.management import CommandError

from anchored.audit import trail
from anchored.audit.models import TrailEntry
from anchored.exchange.teds import importing
from anchored.exchange.teds.reading import LONGEST_LINE
from anchored.ground.dates import age_on
from patients.models import Admission, Episode, Patient, Program, Stay, SubstanceUse
from tests.teds_files import SAMPLE, bring_in, changed, file_of, refusal, sample

HOUSE = Path(__file__).resolve().parent.parent


@pytest.mark.django_db
class TestWhatComesIn:
    def test_each_row_is_a_person_in_care(self):
        said = bring_in(SAMPLE)

        assert said == "300 rows, 300 new, 0 already here."
        assert Patient.objects.count() == Episode.objects.open().count() == Stay.objects.open().count() == Admission.objects.count() == 300
        assert SubstanceUse.objects.count() == 900

    def test_the_setting_chooses_the_program(self, tmp_path):
        bring_in(file_of([row for row in sample() if row["SERVICES"] in ("2", "7")], tmp_path))

        programs = set(Stay.objects.values_list("program__teds_import", "basis__code", "previous"))

        assert programs == {(2, "admission", None), (7, "admission", None)}

    def test_codes_are_stored_as_states_submit_them(self, tmp_path):
        values = {"RACE": "6", "ETHNIC": "4", "EDUC": "1", "MARSTAT": "4", "FREQ1": "2", "DAYWAIT": "3", "VET": "-9"}

        bring_in(changed(tmp_path, 2, count=1, **values))

        admission = Admission.objects.select_related("episode__patient").get()
        patient = admission.episode.patient
        assert (patient.race, patient.ethnicity, patient.veteran, patient.sex) == ("13", "5", "", "")
        assert (admission.education, admission.marital_status, admission.days_waiting_band) == ("P1", "P4", "P3")
        assert (patient.education, patient.marital_status) == ("P1", "P4")
        assert admission.substances.get(rank=1).frequency == "P2"

    def test_people_are_the_same_on_each_run_whatever_the_order(self, tmp_path):
        rows = sample(20)
        bring_in(file_of(rows, tmp_path))
        first = known_people()

        Admission.objects.update(teds_case_id=None)
        bring_in(file_of(rows[::-1], tmp_path))

        assert len(first) == 20
        assert known_people() == first

    def test_birth_dates_lie_in_the_age_band(self):
        bring_in(SAMPLE)

        bands = {row["CASEID"]: row["AGE"] for row in sample()}
        for admission in Admission.objects.select_related("episode__patient"):
            day = admission.episode.started_on
            age = age_on(admission.episode.patient.birth_date, day)
            assert day.year == 2017
            assert youngest_of(bands[str(admission.teds_case_id)]) <= age <= oldest_of(bands[str(admission.teds_case_id)])

    def test_the_trail_has_a_row_for_each_person(self, tmp_path):
        bring_in(file_of(sample(7), tmp_path, name="seven.csv"))

        entries = TrailEntry.objects.filter(event="teds.imported")
        assert {entry.patient_id for entry in entries} == set(Patient.objects.values_list("pk", flat=True))
        assert [entry.facts for entry in entries] == [{"file": "seven.csv"}] * 7
        assert trail.first_bad_row() is None

    def test_importing_again_changes_nothing(self, tmp_path):
        bring_in(file_of(sample(20), tmp_path))
        before = list(Patient.objects.order_by("pk").values()), TrailEntry.objects.count()

        assert bring_in(file_of(sample(20), tmp_path)) == "20 rows, 0 new, 20 already here."
        assert bring_in(file_of(sample(25), tmp_path)) == "25 rows, 5 new, 20 already here."
        assert list(Patient.objects.exclude(pk__in=new_ones(5)).order_by("pk").values()) == before[0]
        assert TrailEntry.objects.count() == before[1] + 5

    def test_a_dry_run_changes_nothing(self, tmp_path):
        bring_in(file_of(sample(4), tmp_path))

        said = bring_in(file_of(sample(10), tmp_path), "--dry-run")

        assert said == "10 rows, 6 new, 4 already here. A dry run: nothing was imported."
        assert Patient.objects.count() == 4

    def test_a_pipe_is_read_like_a_file(self, tmp_path):
        pipe = tmp_path / "pipe"
        os.mkfifo(pipe)
        feeder = threading.Thread(target=lambda: pipe.write_bytes(SAMPLE.read_bytes()))
        feeder.start()

        assert bring_in(pipe) == "300 rows, 300 new, 0 already here."
        feeder.join()

    @pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r\n\r\n\r\n", b""])
    def test_line_ends_a_mark_and_quotes_do_not_matter(self, tmp_path, end):
        lines = SAMPLE.read_bytes().split(b"\r\n")[:4]
        path = tmp_path / "rows.csv"
        path.write_bytes(b"\xef\xbb\xbf" + (end.strip(b"\r\n") or b"\n").join(lines).replace(b"2017,", b'"2017",') + end)

        assert bring_in(path) == "3 rows, 3 new, 0 already here."


def known_people():
    facts = ("teds_case_id", "episode__patient__given_name", "episode__patient__family_name", "episode__patient__birth_date")
    return set(Admission.objects.exclude(teds_case_id=None).values_list(*facts, "episode__started_on"))


def new_ones(count):
    return Patient.objects.order_by("-record_number").values_list("pk", flat=True)[:count]


def youngest_of(code):
    return (12, 15, 18, 21, 25, 30, 35, 40, 45, 50, 55, 65)[int(code) - 1]


def oldest_of(code):
    return (14, 17, 20, 24, 29, 34, 39, 44, 49, 54, 64, 150)[int(code) - 1]


@pytest.mark.django_db
class TestWhatIsRefused:
    @pytest.mark.parametrize(
        ("column", "value", "expected"),
        [
            ("AGE", "13", "1 to 12"),
            ("AGE", "-9", "1 to 12"),
            ("AGE", " 6", "1 to 12, in plain digits without spaces"),
            ("AGE", "06", "1 to 12, in plain digits without spaces"),
            ("AGE", "6.0", "1 to 12, in plain digits without spaces"),
            ("AGE", "٣", "1 to 12, in plain digits without spaces"),
            ("AGE", "", "1 to 12, in plain digits without spaces"),
            ("AGE", "=1+1", "1 to 12, in plain digits without spaces"),
            ("EDUC", "<b>1</b>", "1 to 5 or -9, in plain digits without spaces"),
            ("SUB2", "20", "1 to 19 or -9"),
            ("SERVICES", "9", "1 to 8"),
            ("ADMYR", "2018", "2017"),
            ("STFIPS", "3", "a state's FIPS code, 1 to 78"),
            ("CBSA2010", "12", "a whole number of 5 digits, or -9"),
            ("CASEID", "12a", "a whole number of 1 to 15 digits, in plain digits without spaces"),
            ("CASEID", "1" * 16, "a whole number of 1 to 15 digits"),
            ("ALCFLG", "-9", "0 or 1"),
        ],
    )
    def test_a_value_that_the_codebook_does_not_know(self, tmp_path, column, value, expected):
        assert refusal(changed(tmp_path, 4, **{column: value})) == [f"row 4, column {column}: value {value!r}, expected {expected}"]
        assert not Patient.objects.exists()

    @pytest.mark.parametrize(
        ("values", "line"),
        [
            ({"IDU": "1"}, "row 3, column IDU: value '1', expected 0, because ROUTE1 to ROUTE3 are 2, 1, 1 (4 is injection)"),
            ({"HERFLG": "1"}, "row 3, column HERFLG: value '1', expected 0, because none of SUB1 to SUB3 is 5 (Heroin)"),
            ({"COKEFLG": "0"}, "row 3, column COKEFLG: value '0', expected 1, because SUB1 is 3 (Cocaine/crack)"),
            ({"ALCDRUG": "1"}, "row 3, column ALCDRUG: value '1', expected 3, because SUB1 to SUB3 are 3, 4, 2 (2 is alcohol)"),
        ],
    )
    def test_a_row_that_contradicts_itself(self, tmp_path, values, line):
        clean = {"SUB1": "3", "SUB2": "4", "SUB3": "2", "ROUTE1": "2", "ROUTE2": "1", "ROUTE3": "1", "IDU": "0", "ALCDRUG": "3"}
        clean |= {flag: "0" for flag in sample(1)[0] if flag.endswith("FLG")} | {"COKEFLG": "1", "MARFLG": "1", "ALCFLG": "1"}

        assert refusal(changed(tmp_path, 3, **clean | values)) == [line]

    def test_injection_cannot_be_known_where_no_substance_is_reported(self, tmp_path):
        nothing = {"SUB1": "1", "SUB2": "-9", "SUB3": "1", "ROUTE1": "-9", "ROUTE2": "-9", "ROUTE3": "-9", "IDU": "0", "ALCDRUG": "0"}
        nothing |= {flag: "0" for flag in sample(1)[0] if flag.endswith("FLG")}

        assert refusal(changed(tmp_path, 3, **nothing)) == [
            "row 3, column IDU: value '0', expected -9, because SUB1 to SUB3 report no substance"
        ]

    def test_a_case_that_stands_in_the_file_twice(self, tmp_path):
        [line] = refusal(changed(tmp_path, 5, CASEID=sample(1)[0]["CASEID"]))

        assert line == "row 5, column CASEID: value '20170169854', expected each case once; this one stands in an earlier row"

    def test_a_known_case_whose_row_differs_now(self, tmp_path):
        bring_in(file_of(sample(5), tmp_path))

        [line] = refusal(changed(tmp_path, 6, count=8, EDUC="5", PREG=sample(5)[4]["PREG"]))

        assert line.startswith("row 6, column EDUC: value '5', expected ")
        assert "imported before" in line
        assert Patient.objects.count() == 5

    def test_a_setting_that_no_program_takes(self, tmp_path):
        Program.objects.filter(teds_import=6).update(teds_import=None)

        [line] = refusal(SAMPLE)

        assert line.startswith("row 2, column SERVICES: value '6', expected a setting that a program takes")
        assert not Patient.objects.exists()

    def test_the_first_hundred_mistakes_are_listed_and_the_others_counted(self, tmp_path):
        lines = refusal(file_of([row | {"AGE": "99"} for row in sample()], tmp_path))

        assert len(lines) == 101
        assert lines[-1] == "and 200 more"

    @pytest.mark.parametrize(
        ("columns", "lines"),
        [
            (lambda names: names[1:], ["row 1, column ADMYR: value '', expected this column; it is missing"]),
            (lambda names: [*names, "EDUC"], ["row 1, column EDUC: value 'EDUC', expected each column once; it is there 2 times"]),
            (lambda names: [*names, "NAME"], ["row 1, column 56: value 'NAME', expected a column of the TEDS-A 2017 codebook"]),
            (
                lambda names: ["admyr", *names[1:]],
                [
                    "row 1, column 1: value 'admyr', expected a column of the TEDS-A 2017 codebook (did you mean ADMYR?)",
                    "row 1, column ADMYR: value '', expected this column; it is missing",
                ],
            ),
        ],
    )
    def test_columns_that_are_missing_doubled_or_unknown(self, tmp_path, columns, lines):
        rows = [row | {"NAME": "x", "admyr": "2017"} for row in sample(2)]

        assert refusal(file_of(rows, tmp_path, columns(list(sample(1)[0])))) == lines

    @pytest.mark.parametrize(
        ("spoil", "line"),
        [
            (lambda text: b"", "row 1, column CASEID: value '', expected a header with 55 columns; the file is empty"),
            (lambda text: text.split(b"\n")[0], "row 2, column ADMYR: value '', expected at least one row;"),
            (lambda text: text.decode().encode("utf-16"), "row 1, column 1: value 'UTF-16', expected UTF-8 text"),
            (lambda text: text.decode().encode("utf-16-le"), "row 1, column 1: value 'A\\x00D\\x00"),
            (lambda text: text.replace(b",2,", b",2\xe9,", 1), "row 2, column EDUC: value '2é', expected UTF-8 text"),
            (lambda text: text.replace(b",2,", b",2\0,", 1), "row 2, column EDUC: value '2\\x00', expected UTF-8 text"),
            (lambda text: text.replace(b"\n", b"\r"), "row 1, column 55: value ',IDU,ALCDRUG,ARRESTS\\r', expected lines that end in LF"),
            (lambda text: text.replace(b",", b";"), "row 1, column 1: value 'ADMYR;CASEID;"),
            (lambda text: text + b",9", "row 4, column 56: value '9', expected 55 fields"),
            (lambda text: text.rpartition(b",")[0], "row 4, column ARRESTS: value '', expected 55 fields"),
            (lambda text: text.replace(b",2,", b',"2,', 1), "row 2, column EDUC: value '\"2,"),
            (lambda text: text.replace(b"\n", b"\n\n", 2), "row 2, column ADMYR: value '', expected a row; the line is empty"),
            (lambda text: text + b"9" * LONGEST_LINE, "row 4, column ARRESTS: value '0999"),
        ],
    )
    def test_a_file_that_is_no_table(self, tmp_path, spoil, line):
        path = tmp_path / "spoilt.csv"
        path.write_bytes(spoil(b"\n".join(SAMPLE.read_bytes().split(b"\r\n")[:4])))

        assert refusal(path)[0].startswith(line)
        assert not Patient.objects.exists()

    def test_a_line_of_a_gigabyte_is_not_read(self, tmp_path):
        path = tmp_path / "endless.csv"
        path.write_bytes(SAMPLE.read_bytes()[:2000])
        os.truncate(path, 1 << 30)  # zeros that take no room

        assert refusal(path)[0].endswith(f"expected a line of at most {LONGEST_LINE:,} bytes")

    def test_nothing_stays_when_the_trail_cannot_be_written(self, tmp_path, monkeypatch):
        def broken(*args, **kwargs):
            raise trail.TrailUnavailable

        monkeypatch.setattr(importing.trail, "record_seen", broken)

        with pytest.raises(CommandError, match="Nothing was imported"):
            bring_in(file_of(sample(5), tmp_path))
        assert not Patient.objects.exists()

    @pytest.mark.parametrize("name", ["missing.csv", "", "."])
    def test_a_file_that_cannot_be_opened(self, tmp_path, name):
        assert refusal(tmp_path / name if name else "") == []


@pytest.mark.django_db(transaction=True)
def test_the_same_file_imported_twice_at_once_comes_in_once(tmp_path):
    path = file_of(sample(60), tmp_path)
    said = []

    def run():
        from django.db import connection

        said.append(bring_in(path))
        connection.close()

    threads = [threading.Thread(target=run) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(said) == ["60 rows, 0 new, 60 already here."] * 2 + ["60 rows, 60 new, 0 already here."]
    assert Patient.objects.count() == 60


def test_a_refusal_is_one_line_and_status_one(tmp_path):
    for path in (tmp_path / "missing.csv", tmp_path):
        ended = subprocess.run(
            [sys.executable, "manage.py", "import_teds", str(path)],
            cwd=HOUSE,
            env={**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings"},
            capture_output=True,
            text=True,
            timeout=60,
        )

        assert ended.returncode == 1
        assert ended.stderr.startswith(f"CommandError: {path}: ")
        assert len(ended.stderr.splitlines()) == 1
