"""Things break: the n-th statement of every act, the end of the transaction, the whole process. The record stays whole."""

import http.client
import os
import random
import select
import signal
import socket
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor, wait
from itertools import islice, takewhile
from pathlib import Path
from urllib.parse import urlencode
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import OperationalError, connection
from django.test import Client
from django.urls import reverse

from anchored.audit.models import TrailEntry
from anchored.audit.trail import TrailUnavailable
from anchored.ground.dates import today
from patients.actions import admissions, episodes, intakes, registration, team
from patients.intake import BY_KEY
from patients.models import Admission, Assessment, DischargeReason, Episode, Intake, IntakeAnswer, Stay

from .checking import everything, statement_fails, what_is_wrong
from .making import basis, make_admitted, make_clinician, make_patient, make_supervisor, open_stay, program

HOUSE = Path(__file__).resolve().parent.parent
WHY = "Ready for the next level."
KILLS = 20


def ready_to_admit(by):
    """An admission in the making with every answer that it needs."""
    coming = intakes.start(make_patient(by=by), by=by)
    answers = {
        "safety": dict.fromkeys(("suicide", "overdose", "withdrawal", "medical", "violence"), "no"),
        "identity": {"given_name": "Rosa", "family_name": "Alvarez", "phone": "555 0142"},
        "dimensions": {f"rating_{number}": "1" for number in range(1, 7)},
        "level": {"program": str(program("Outpatient").pk), "on": today().isoformat(), "primary": str(by.pk)},
    }
    for step, typed in answers.items():
        intakes.keep(coming, BY_KEY[step], typed=typed, shown={}, by=by)
        intakes.complete(coming, BY_KEY[step], by=by)
    return coming


def acts():
    """Every act that changes the record in several places, ready to be done."""
    supervisor, clinician = make_supervisor(), make_clinician()
    new, resident = make_patient(by=supervisor), open_stay(make_admitted(supervisor, to="Residential"))
    moved = episodes.move(open_stay(make_admitted(supervisor)), to=program("PHP"), on=today(), basis=basis(), reason=WHY, by=supervisor)
    leaving = episodes.discharge(open_stay(make_admitted(supervisor)), on=today(), reason=DischargeReason.objects.first(), by=supervisor)
    uses = [{"substance": "2"}, {"substance": "4"}]
    rated = {"ratings": ["1"] * 6, "patient_took_part": True}
    to, on, why = program("IOP Day"), today(), basis()
    coming, typed = ready_to_admit(supervisor), {"city": "Salem", "phone": "555 0199"}
    return {
        "keep": lambda: intakes.keep(coming, BY_KEY["identity"], typed=typed, shown={}, by=supervisor),
        "complete": lambda: intakes.complete(coming, BY_KEY["safety"], by=supervisor),
        "admit_from_intake": lambda: intakes.admit(coming, by=supervisor),
        "register": lambda: registration.register(by=supervisor, given_name="Rosa"),
        "admit": lambda: admissions.admit(new, program=to, on=on, by=supervisor, primary=clinician, substances=uses),
        "move": lambda: episodes.move(resident, to=to, on=on, basis=why, reason=WHY, by=supervisor, **rated),
        "undo_move": lambda: episodes.undo_move(moved, by=supervisor),
        "discharge": lambda: episodes.discharge(resident, on=on, reason=leaving.reason, by=supervisor),
        "undo_discharge": lambda: episodes.undo_discharge(leaving, because="Wrong person chosen.", by=supervisor),
        "reassign": lambda: team.reassign(resident.episode, to=clinician, by=supervisor),
    }


def nothing_remains_unless_all_of(act):
    """Do it with its first statement failing, then with its second, until none fails: until then the record is as it was."""
    before = everything()

    for number in range(1, 300):
        with statement_fails(number, OperationalError("the disk is full")) as said:
            try:
                act()
                break
            except (OperationalError, TrailUnavailable):
                pass
        assert everything() == before, f"after the failure of statement {number}: {said[-1]}"

    assert number > 4, "the act was not tried"
    assert everything() != before
    assert what_is_wrong() == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    "name", ["register", "admit", "move", "undo_move", "discharge", "undo_discharge", "reassign", "keep", "complete", "admit_from_intake"]
)
def test_whichever_statement_fails_nothing_of_the_act_remains(name):
    nothing_remains_unless_all_of(acts()[name])


@pytest.mark.django_db(transaction=True)
def test_a_transaction_that_cannot_end_leaves_nothing(monkeypatch):
    todo = acts()
    before = everything()

    def fail():
        raise OperationalError("the disk is full")

    monkeypatch.setattr(connection, "_commit", fail)
    for act in todo.values():
        with pytest.raises(OperationalError):
            act()
        assert everything() == before
    monkeypatch.undo()

    assert what_is_wrong() == []
    todo["move"]()


@pytest.mark.django_db(transaction=True)
def test_a_killed_process_leaves_each_move_whole_or_not_at_all():
    supervisor = make_supervisor(username="mover")
    patient = make_admitted(supervisor, to="PHP")
    chance = random.Random(417)
    mother = subprocess_of_movers()
    kept = []

    try:
        for _ in range(KILLS):
            mother.stdin.write(b"begin\n")
            mother.stdin.flush()
            child = int(mother.stdout.readline())
            kept += moves_kept_until(mother, child, chance.randrange(1, 6), chance.random() * 0.02)
    finally:
        mother.stdin.close()
        mother.wait(timeout=30)

    there = {str(pk) for pk in Stay.objects.filter(episode__patient=patient).values_list("pk", flat=True)}
    assert len(kept) >= KILLS
    assert set(kept) <= there, "a move that was acknowledged is gone"
    assert len(there) - 1 - len(kept) <= KILLS, "moves are there that nobody made"
    assert what_is_wrong() == []
    assert Episode.objects.get(patient=patient).ended_on is None
    assert TrailEntry.objects.filter(event="stay.moved").count() == len(there) - 1


def address_of_the_database():
    """The database of the tests, for another process."""
    name = connection.settings_dict["NAME"]
    server = "postgres://{USER}:{PASSWORD}@{HOST}:{PORT}".format(**connection.settings_dict)
    return f"sqlite:///{name}" if connection.vendor == "sqlite" else f"{server}/{name}"


def subprocess_of_movers():
    """A process that sets Django up once and forks a mover for each line it reads; each mover is killed in its turn."""
    return subprocess.Popen(
        [sys.executable, "-m", "tests.movers"],
        cwd=HOUSE,
        env={**os.environ, "DATABASE_URL": address_of_the_database()},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )


def moves_kept_until(mother, child, moves, moment):
    """Let the child make some moves, then kill it a moment later, in the midst of the next one."""
    said = takewhile(lambda line: line != b"killed\n", mother.stdout)
    kept = list(islice(said, moves))
    assert len(kept) == moves, "the mover ended before it was killed"
    select.select([], [], [], moment)
    os.kill(child, signal.SIGKILL)
    kept += said
    return [line.decode().strip() for line in kept]


class Server:
    """The real server, on a port of its own and the database of the tests. Its workers can be killed; new ones take their places."""

    def __init__(self, user):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.cookies = {settings.CSRF_COOKIE_NAME: "k" * 32, settings.SESSION_COOKIE_NAME: session_of(user)}
        command = [sys.executable, "-m", "gunicorn", "tests.serving", "--config", "deploy/gunicorn.conf.py", "--preload", "--workers", "1"]
        self.process = subprocess.Popen(
            [*command, "--bind", f"127.0.0.1:{self.port}", "--log-level", "critical"],
            cwd=HOUSE,
            env={**os.environ, "DATABASE_URL": address_of_the_database(), "DJANGO_SETTINGS_MODULE": "anchored.settings"},
        )

    def ask(self, method, path, form=None, **more):
        """The status of the answer; None when there was none. `more`: headers beside the usual ones."""
        asking = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        body = urlencode({**form, "csrfmiddlewaretoken": "k" * 32}, doseq=True) if form else None
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        try:
            asking.request(method, path, body, {**headers, **more, "Content-Type": "application/x-www-form-urlencoded"})
            return asking.getresponse().status
        except (OSError, http.client.HTTPException):
            return None
        finally:
            asking.close()

    def wait_until_it_serves(self):
        for _ in range(600):
            if self.ask("GET", "/help/") == 200:
                return
            select.select([], [], [], 0.05)
        raise AssertionError("the server does not serve")

    def kill_the_workers(self):
        for stat in Path("/proc").glob("[0-9]*/stat"):
            try:
                parent = int(stat.read_text().rpartition(")")[2].split()[1])
            except OSError:
                continue
            if parent == self.process.pid:
                os.kill(int(stat.parent.name), signal.SIGKILL)

    def killed_in(self, moment, *asked, **more):
        """Ask, and kill the workers a moment later: the status of the answer, None when there was none."""
        with ThreadPoolExecutor(1) as person:
            answer = person.submit(self.ask, *asked, **more)
            wait([answer], timeout=moment)
            self.kill_the_workers()
        return answer.result()

    def stop(self):
        self.process.terminate()
        self.process.wait(timeout=30)


def moments(within, seed, number=KILLS):
    """Moments of the time `within`, in seconds, one in each part of it and in any order: a quick server is met in mid act as a slow one."""
    chance = random.Random(seed)
    return iter(chance.sample([(part + chance.random()) / number * within for part in range(number)], number))


def session_of(user):
    client = Client()
    client.force_login(user)
    return client.cookies[settings.SESSION_COOKIE_NAME].value


@pytest.mark.django_db(transaction=True)
def test_a_server_killed_in_mid_move_has_kept_what_it_answered():
    supervisor = make_supervisor(works_in=["PHP", "IOP Day"])
    patient = make_admitted(supervisor, to="PHP")
    url = reverse("patients:move", args=[patient.pk])
    why, moment = basis().pk, moments(0.08, seed=417)
    answered, unanswered = set(), set()
    server = Server(supervisor)

    try:
        for number in range(KILLS):
            server.wait_until_it_serves()
            stay = open_stay(patient)
            to = program("IOP Day" if stay.program.name == "PHP" else "PHP").pk
            reason = f"The server is killed in move {number}."
            form = {"stay": stay.pk, "to": to, "basis": why, "on": today().isoformat(), "reason": reason, "once": uuid4(), "rating_1": "1"}
            status = server.killed_in(next(moment), "POST", url, form)
            assert status in (302, None)
            (answered if status else unanswered).add(reason)
    finally:
        server.stop()

    kept = set(Stay.objects.exclude(reason="").values_list("reason", flat=True))
    assert answered <= kept, "a move that was answered is gone"
    assert kept <= answered | unanswered
    assert unanswered, "no move was interrupted"
    assert what_is_wrong() == []


@pytest.mark.django_db(transaction=True)
def test_a_server_killed_while_somebody_types_or_admits_has_kept_what_it_answered():
    supervisor = make_supervisor()
    typing, ready = intakes.start(make_patient(by=supervisor), by=supervisor), [ready_to_admit(supervisor) for _ in range(KILLS // 2)]
    step, moment = reverse("intake_step", args=[typing.pk, "reason"]), moments(0.08, seed=2209)
    server, interrupted, admitted = Server(supervisor), 0, []

    try:
        for number, coming in enumerate(ready):
            server.wait_until_it_serves()
            before = words_of(typing)
            typed = {"why_now": f"{number} words typed", "initial-why_now": before}
            kept = server.killed_in(next(moment), "POST", step, typed, **{"HX-Request": "true"})
            assert kept in (200, None)
            assert words_of(typing) in ([typed["why_now"]] if kept else [before, typed["why_now"]])
            server.wait_until_it_serves()
            answered = server.killed_in(next(moment), "POST", reverse("intake_check", args=[coming.pk]), {"once": uuid4()})
            assert answered in (302, None)
            admitted += [coming] if answered else []
            interrupted += (kept is None) + (answered is None)
    finally:
        server.stop()

    assert interrupted, "nothing was interrupted"
    assert all(Intake.objects.get(pk=coming.pk).episode for coming in admitted), "an admission that was answered is gone"
    for coming in Intake.objects.filter(pk__in=[coming.pk for coming in ready]):
        parts = [Episode.objects.filter(patient=coming.patient_id), Stay.objects.filter(episode__patient=coming.patient_id)]
        parts += [model.objects.filter(episode__patient=coming.patient_id) for model in (Admission, Assessment)]
        assert {part.count() for part in parts} == {1 if coming.closed_at else 0}
    assert what_is_wrong() == []


def words_of(intake):
    return getattr(IntakeAnswer.objects.filter(intake=intake, field="why_now").first(), "value", "")
