"""Data for tests, from plain functions. A row reaches its state through the real action."""

from datetime import date, timedelta
from itertools import count
from types import SimpleNamespace

import pytest
from django.db import transaction

from anchored.accounts.models import RoleGrant, Supervision, User
from anchored.accounts.roles import Role
from anchored.ground.dates import today
from patients.actions import admissions, diagnoses, registration
from patients.models import DiagnosisCode, MoveBasis, Patient, Program, ProgramStaff

PASSWORD = "a-long-enough-secret"
_numbers = count(1)


def make_user(*roles, works_in=(), supervises=(), **facts):
    """Somebody with roles in force since last year, who works in the programs named."""
    number = next(_numbers)
    facts = {"given_name": "Sam", "family_name": f"Worker{number}", "credential": "LCSW", **facts}
    user = User.objects.create_user(facts.pop("username", f"worker{number}"), PASSWORD, **facts)
    since = today() - timedelta(days=400)
    for role in roles:
        RoleGrant.objects.create(user=user, role=role, started_on=since)
    for name in works_in:
        ProgramStaff.objects.create(program=program(name), user=user, started_on=since)
    for clinician in supervises:
        Supervision.objects.create(supervisor=user, clinician=clinician, started_on=since)
    return User.objects.get(pk=user.pk)


def make_clinician(**facts):
    return make_user(Role.CLINICIAN, **facts)


def make_supervisor(**facts):
    return make_user(Role.SUPERVISOR, **facts)


def program(name):
    return Program.objects.get(name=name)


def basis(code="ready"):
    return MoveBasis.objects.get(code=code)


def make_patient(by=None, **details):
    number = next(_numbers)
    details = {"given_name": "Rosa", "family_name": f"Alvarez{number}", "birth_date": date(1991, 3, 4), **details}
    return registration.register(by=by or make_user(Role.FRONT_DESK), **details)


def make_admitted(by=None, *, to="Residential detox", on=None, primary=None, patient=None, **items):
    """A patient in care: registered and admitted, by default by the clinician who becomes the primary one."""
    by = by or make_clinician()
    patient = patient or make_patient(by=by)
    on = on or today() - timedelta(days=10)
    admissions.admit(patient, program=program(to), on=on, by=by, primary=primary or by, **items)
    return Patient.objects.get(pk=patient.pk)


def make_both(**details):
    """A clinician and their patient, in residential detox for ten days."""
    clinician = make_clinician(given_name="Sara", family_name="Lindqvist")
    return SimpleNamespace(clinician=clinician, patient=make_admitted(clinician, patient=make_patient(clinician, **details)))


def icd(code):
    return DiagnosisCode.objects.get(code=code)


def make_diagnosis(patient, *, by, code="F10.20", **facts):
    return diagnoses.record(patient, code=icd(code), by=by, **facts)


def open_stay(patient):
    return patient.episodes.get(ended_on=None).stays.select_related("program__level", "episode").get(ended_on=None)


def made_once(build):
    """A fixture whose rows are made once for a module: each test works on top of them, and what it did is taken back."""

    @pytest.fixture(scope="module")
    def made(django_db_setup, django_db_blocker):
        with django_db_blocker.unblock(), transaction.atomic():
            yield build()
            transaction.set_rollback(True)

    return made


def afresh(row):
    """A row that was made once, as the database has it: what one test remembers of it is not the next one's."""
    return type(row)._base_manager.get(pk=row.pk)
