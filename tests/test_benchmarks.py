"""The benchmarks' floor shows the people that the product shows: a floor that shows others is none."""

import re

import pytest
from django.db import connection, transaction
from django.test import RequestFactory

from anchored.accounts.models import User
from anchored.demo import loading
from benchmarks import floor, pages
from patients.models import InCare, Patient, Stay

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]
ID = re.compile(rb"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


@pytest.fixture(scope="module")
def demo(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), transaction.atomic():
        loading.load(120)
        yield
        transaction.set_rollback(True)


@pytest.fixture
def clinician(demo, db):
    return User.objects.get(username="lindqvist")


@pytest.fixture
def ask(client, clinician):
    """The people on a page of the product and on the floor's answer to the same question."""
    client.force_login(clinician)

    def both(product, answer, **form):
        page = client.post(product, form, headers={"HX-Request": "true"}) if form else client.get(product)
        request = RequestFactory().post("/", form)
        request.user = clinician
        return set(pages.PATIENT.findall(page.content)), set(ID.findall(answer(request).content))

    return both


@pytest.mark.parametrize("words", ["kim", "alv", "10", "ur"])
def test_search(ask, words):
    product, floor_shows = ask("/search/", floor.search, q=words)

    assert product == floor_shows


def test_caseload(ask):
    product, floor_shows = ask("/patients/?clinician=me", floor.caseload)

    assert product == floor_shows != set()


def test_board(ask):
    product, floor_shows = ask("/continuum/", floor.board)

    assert product == floor_shows != set()


def test_chart(clinician):
    patient = Patient.objects.visible_to(clinician).filter(pk__in=InCare.objects.values("patient_id")).first()
    request = RequestFactory().get("/")
    request.user = clinician

    answer = floor.chart(request, patient.pk).content.decode()

    assert patient.family_name in answer
    for stay in Stay.objects.filter(episode__patient=patient):
        assert str(stay.pk) in answer


def test_move(clinician):
    stay = Stay.objects.open().filter(program__name="IOP Evening").select_related("basis").first()
    outpatient = Stay.objects.filter(program__name="Outpatient").first().program
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE floor_trail (what varchar(60), ref uuid, at timestamptz)")
    request = RequestFactory().post("/", {"reason": pages.REASON})
    request.user = clinician

    floor.move(request, stay.pk, outpatient.pk, stay.basis_id)

    assert Stay.objects.get(episode=stay.episode, ended_on=None).program == outpatient
