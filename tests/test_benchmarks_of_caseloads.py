"""The floor of Today, of caseloads and of reports shows the people and the numbers that the product shows."""

import re

import pytest
from django.utils.html import escape

from anchored.reports.register import REPORTS
from benchmarks import floor_caseloads, floor_reports, pages, supervised
from patients.models import InCare
from tests import benching

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]


@pytest.fixture(scope="module")
def demo(django_db_setup, django_db_blocker):
    yield from benching.loaded(django_db_blocker, 120, supervised.supervised)


@pytest.fixture
def house(demo, db):
    return demo


def test_the_same_people_on_today(client, house):
    client.force_login(house.clinician)

    page = client.get("/today/").content
    answer = benching.floor(house.clinician, floor_caseloads.day).content.decode()

    mine = list(InCare.objects.filter(clinician_id=house.clinician.pk, restricted=False))
    assert mine
    assert all(str(line.patient_id) in answer and str(line.patient_id).encode() in page for line in mine)


def test_the_same_people_in_a_caseload(client, house):
    client.force_login(house.known.head)
    whose = house.known.clinician.pk

    page = client.get(f"/caseloads/{whose}/").content
    answer = benching.floor(house.known.head, floor_caseloads.kept, whose).content

    shown = {key.decode() for key in pages.PATIENT.findall(page)}
    assert shown
    assert all(key in answer.decode() for key in shown)
    assert len(shown) == InCare.objects.filter(clinician_id=whose, restricted=False).count()


def test_the_same_loads_on_the_board(client, house):
    client.force_login(house.known.head)

    page = client.get("/caseloads/?sort=name").content.decode()
    answer = benching.floor(house.known.head, floor_caseloads.supervised).content.decode()

    loads = re.findall(r'href="/caseloads/\d+/">(\d+)</a>', page)
    assert len(loads) == supervised.CLINICIANS
    assert sorted(map(int, loads)) == sorted(int(row.split("<td>")[4]) for row in answer.split("<tr>")[1:])


@pytest.mark.parametrize("slug", REPORTS)
def test_a_report_has_numbers_where_its_floor_has_some(client, house, slug):
    client.force_login(house.known.reader)

    page = client.get(f"/reports/{slug}/").content.decode()
    answer = benching.floor(house.known.reader, floor_reports.report, slug).content.decode()

    assert "<tr>" in answer or "<tr>" not in page  # numbers that are all too small are not shown
    assert escape(REPORTS[slug].title) in page
