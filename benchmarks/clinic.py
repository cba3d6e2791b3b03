"""The clinic that is measured, and who asks."""

import os
import resource
import subprocess
import sys
import time
from dataclasses import dataclass
from importlib import import_module

import django

from . import database

USERNAME = "lindqvist"
CSRF = "b" * 32
TERMS = 40
REASON_TO_MOVE = "Steady for some weeks, planned together."


def load(patients):
    """Migrate, load the demo (none for 0 people), let the database tidy up and wait for the disk from now on."""
    _manage("migrate", "--verbosity", "0")
    if patients:
        began, used = time.monotonic(), _processor_seconds()
        _manage("demo", "--patients", str(patients))
        seconds, busy = time.monotonic() - began, _processor_seconds() - used
        print(f"demo --patients {patients}: {seconds:.1f} s with start-up, {busy:.1f} s of a processor besides the database's", flush=True)
    django.setup()
    from django.db import connection

    _say_rows()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
        cursor.execute("CREATE TABLE IF NOT EXISTS floor_trail (what varchar(60), ref uuid, at timestamptz)")
    database.write_for_good(os.environ["DATABASE_URL"])


def _processor_seconds():
    """Of the commands run so far."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _say_rows():
    from anchored.audit.models import TrailEntry
    from anchored.demo.rows import IN_ORDER

    for model in (*IN_ORDER, TrailEntry):
        print(f"{model._base_manager.count():>10,}  {model._meta.label}", flush=True)


def _manage(*arguments):
    subprocess.run([sys.executable, "manage.py", *arguments], cwd=database.HOUSE, check=True)


@dataclass(frozen=True)
class Asker:
    """Somebody signed in, and what there is to ask for."""

    user: object
    cookie: str
    terms: list
    charts: list  # ids of patients
    moves: list  # (patient id, stay id), each to be moved once
    long_life: object  # id of a patient with 3 episodes, 40 stays and 300 lines of a timeline


def asker():
    """A clinician of the evening IOP, who sees her program and her caseload."""
    from django.contrib.auth import get_user_model

    from patients.models import Patient, Stay

    user = get_user_model().objects.get(username=USERNAME)
    visible = Patient.objects.visible_to(user)
    stays = Stay.objects.open().filter(episode__patient__in=visible, program__name__startswith="IOP").order_by("pk")
    moves = list(stays.values_list("episode__patient_id", "pk"))
    names = visible.order_by("pk").values_list("family_name", flat=True)
    terms = [name[1:6] if len(name) > 5 else name for name in dict.fromkeys(names)][:TERMS]
    numbers = visible.order_by("-pk").values_list("record_number", flat=True)[: TERMS // 4]
    return Asker(user, cookie(user), [*terms, *map(str, numbers)], [patient for patient, _ in moves[:100]], moves, long_life(user))


def long_life(clinician):
    """Somebody here for the third time, made by the actions that people use: 3 episodes, 40 stays, 300 lines of a timeline."""
    from datetime import timedelta

    from django.contrib.auth import get_user_model

    from anchored.ground.dates import today
    from patients.actions import admissions, assessments, episodes, flags, registration
    from patients.models import DischargeReason, MoveBasis, Program, Stay

    by = get_user_model().objects.get(username="novak")
    places = list(Program.objects.filter(name__in=["Outpatient", "Alumni"]).order_by("name"))
    basis, reason = MoveBasis.objects.get(code="ready"), DischargeReason.objects.first()
    patient = registration.register(by=by, given_name="Longa", family_name="Vita")
    for number, stays in enumerate((13, 13, 14)):
        began = today() - timedelta(days=600 - 200 * number)
        admissions.admit(patient, program=places[0], on=began, by=by, primary=clinician)
        for step in range(1, stays):
            stay = Stay.objects.get(episode__patient=patient, ended_on=None)
            on = began + timedelta(days=10 * step)
            assessments.assess(stay, by=by, made_on=on, occasion="continued", rating_1="1", rating_2="2")
            episodes.move(stay, to=places[step % 2], on=on, basis=basis, reason=REASON_TO_MOVE, by=by, ratings=["1"] * 6)
            for kind in ("medical", "other"):
                flags.close_flag(flags.raise_flag(patient, kind=kind, by=by), by=by)
        if number < 2:
            stay = Stay.objects.get(episode__patient=patient, ended_on=None)
            episodes.discharge(stay, on=began + timedelta(days=180), reason=reason, by=by)
    return patient.pk


def cookie(user):
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY], session[HASH_SESSION_KEY] = str(user.pk), user.get_session_auth_hash()
    session[BACKEND_SESSION_KEY] = "anchored.accounts.backends.StaffBackend"
    session.create()
    return f"{settings.SESSION_COOKIE_NAME}={session.session_key}; {settings.CSRF_COOKIE_NAME}={CSRF}"
