"""Reports as pages and as files: what they say, who may see what, what the trail keeps."""

import csv
import io
import re
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from zipfile import ZipFile

import openpyxl
import pytest

from anchored.accounts.roles import Role
from anchored.audit.models import TrailEntry
from anchored.ground.dates import today
from anchored.reports.register import REPORTS
from anchored.ui import exports
from tests.making import make_admitted, make_clinician, make_supervisor, make_user

from .visiting import cost, get, signed_in, silence

pytestmark = pytest.mark.django_db
CENSUS = "/reports/census/"


@pytest.fixture
def supervisor():
    return make_supervisor(works_in=["IOP Day", "IOP Evening", "PHP"], given_name="Ada", family_name="Novak")


@pytest.fixture
def desk(supervisor):
    return signed_in(supervisor)


def lines(answer):
    return list(csv.reader(io.StringIO(b"".join(answer).decode())))


def test_the_list_asks_its_questions_in_order(desk):
    page = get(desk, "/reports/")

    assert page.heading == "Reports"
    asked = [label for label, href in page.links if href.startswith("/reports/") and href not in ("/reports/", "/reports/teds/")]
    assert asked == [report.title for report in REPORTS.values()]


def test_how_many_stay_is_first_told_of_a_year_of_admissions_and_the_others_of_four_weeks(desk):
    for slug, days in (("retention", 365), ("flow", 28)):
        first = today() - timedelta(days=days - 1)
        assert f'name="from" value="{first:%Y-%m-%d}"' in get(desk, f"/reports/{slug}/").html


@pytest.mark.parametrize("slug", REPORTS)
def test_each_report_opens_empty_and_with_people(supervisor, desk, slug):
    assert "Nothing to count" in get(desk, f"/reports/{slug}/").text

    make_admitted(supervisor, to="IOP Day")
    page = get(desk, f"/reports/{slug}/?from=2020-01-01")

    assert (page.status, page.title, page.heading) == (200, f"{REPORTS[slug].title} - Anchored", REPORTS[slug].title)
    assert all(sentence in page.text for sentence in REPORTS[slug].terms)
    assert "style=" not in page.html.split("<main")[1]


def test_the_chart_says_the_numbers_of_the_table(supervisor, desk):
    make_admitted(supervisor, to="IOP Day")
    make_admitted(supervisor, to="PHP")

    page = get(desk, "/reports/caseloads/")

    assert '<desc id="plot-said">Ada Novak: 2</desc>' in page.html
    assert "Ada Novak 1 1 2" in page.text


def test_filters_narrow_and_rubbish_is_left_out(supervisor, desk):
    make_admitted(supervisor, to="IOP Day")
    make_admitted(supervisor, to="IOP Evening")
    program = supervisor.program_posts.get(program__name="IOP Day").program_id

    def last(query):
        return lines(desk.get(f"{CENSUS}?{query}&format=csv").streaming_content)[-1][-1]

    assert [last(f"program={program}"), last("track=day"), last("program=x&track=y&from=z&to=2026-02-31")] == ["1", "1", "2"]
    assert get(desk, f"{CENSUS}?from=9999-01-01&to=0001-01-01").status == 200
    assert "IOP Evening" not in get(desk, f"{CENSUS}?program={program}").text.split("What is counted")[0].split("Show")[1]


def test_a_file_holds_the_rows_of_the_page_and_the_trail_says_so(supervisor, desk):
    make_admitted(supervisor, to="IOP Day")
    since = today() - timedelta(days=2)

    answer = desk.get(f"{CENSUS}?from={since}&format=csv")
    rows = lines(answer.streaming_content)

    assert answer["Content-Disposition"] == f'attachment; filename="census-{since}-{today()}.csv"'
    assert rows[0] == ["Day", "IOP Day", "All"]
    assert [row[1:] for row in rows[1:]] == [["1", "1"]] * 3
    entry = TrailEntry.objects.get(event="report.exported")
    assert (entry.actor, entry.facts["count"], entry.facts["report"], entry.facts["since"]) == (supervisor, 3, "census", str(since))


def test_a_spreadsheet_holds_the_same(supervisor, desk):
    make_admitted(supervisor, to="IOP Day")

    answer = desk.get(f"{CENSUS}?from={today()}&format=xlsx")

    sheet = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content))).active
    assert [[cell.value for cell in row][1:] for row in sheet.rows] == [["IOP Day", "All"], [1, 1]]


def test_nothing_leaves_when_the_trail_is_silent(desk, monkeypatch):
    silence(monkeypatch)

    assert desk.get(f"{CENSUS}?format=csv").status_code == 503


@pytest.mark.parametrize("start", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1"])
def test_no_cell_becomes_a_formula(start):
    assert exports.safe(start) == f"'{start}"
    assert exports.safe(-9) == -9


@pytest.mark.parametrize("slug", REPORTS)
def test_the_statements_of_a_page_stay_the_same(supervisor, desk, slug):
    make_admitted(supervisor, to="IOP Day")
    few = cost(desk, f"/reports/{slug}/")
    for _ in range(4):
        make_admitted(supervisor, to="IOP Day")

    assert cost(desk, f"/reports/{slug}/") == few <= 12


class TestWhoMayNotKnowWhom:
    def test_an_administrator_sees_no_small_number_in_page_or_file(self):
        clinician = make_clinician(given_name="Sara", family_name="Lindqvist")
        for _ in range(15):
            make_admitted(clinician, to="IOP Day")
        make_admitted(clinician, to="PHP")
        desk = signed_in(make_user(Role.ADMINISTRATOR))

        page = get(desk, "/reports/caseloads/")
        rows = lines(desk.get("/reports/caseloads/?format=csv").streaming_content)

        assert "Sara Lindqvist fewer than 11 not shown 16" in page.text
        assert rows[1] == ["Sara Lindqvist", "fewer than 11", "not shown", "16"]
        assert "fewer than 11" not in get(signed_in(make_supervisor(supervises=[clinician])), "/reports/caseloads/").text

    def test_their_time_is_a_quarter_and_the_whole_house(self, supervisor):
        make_admitted(supervisor, to="IOP Day")
        desk = signed_in(make_user(Role.ADMINISTRATOR))

        page = get(desk, f"{CENSUS}?from=2025-02-11&to=2025-02-12&program=1&track=evening")

        assert "01 Jan 2025 to 31 Mar 2025." in page.text
        assert re.findall(r'name="(\w+)"', page.html.split('aria-label="Filters"')[1].split("</form>")[0]) == ["from"]

    def test_no_name_of_a_patient_is_in_any_report(self, supervisor, desk):
        patient = make_admitted(supervisor, to="IOP Day")

        for slug in REPORTS:
            assert patient.family_name not in get(desk, f"/reports/{slug}/").html


def test_a_long_file_takes_no_more_memory_than_a_short_one(tmp_path):
    """100,000 rows as CSV and as a spreadsheet, each in a process of its own under 200 MB."""
    script = tmp_path / "long.py"
    script.write_text(LONG)
    for format in ("csv", "xlsx"):
        said = subprocess.run(
            [sys.executable, str(script), format], cwd=Path(__file__).parents[2], capture_output=True, text=True, check=True
        )
        rows, memory = map(int, said.stdout.split())
        assert rows > 0
        assert memory < 200


LONG = """
import os, sys
sys.path.insert(0, os.getcwd())
os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
import django
django.setup()
from types import SimpleNamespace
from anchored.audit import trail
from anchored.ui import exports
trail.record = lambda *args, **facts: None
rows = ([number, "Residential", "IOP Evening", number % 7, "x" * 40] for number in range(100_000))
how = {"name": "long", "header": list("abcde"), "rows": rows, "count": 100_000, "format": sys.argv[1]}
answer = exports.send(SimpleNamespace(user=None), "report.exported", **how)
sent = sum(len(part) for part in answer.streaming_content)
most = next(line for line in open("/proc/self/status") if line.startswith("VmHWM"))  # its own, not that of whoever started it
print(sent, int(most.split()[1]) // 1024)
"""


def test_the_spreadsheet_is_a_real_one(supervisor, desk):
    make_admitted(supervisor, to="IOP Day")
    content = b"".join(desk.get(f"{CENSUS}?format=xlsx").streaming_content)

    assert "xl/workbook.xml" in ZipFile(io.BytesIO(content)).namelist()
