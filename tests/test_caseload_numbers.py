"""Every number of the board is counted a second time, from the rows by plain SQL, on a clinic made at random."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import connection

from anchored.accounts.roles import Role
from anchored.dashboard import caseload_board
from anchored.dashboard.caseloads import Caseloads
from anchored.dashboard.supervised import supervised
from anchored.ground.dates import today
from groups.actions import attendance
from patients.actions import flags, privacy
from patients.models import ProgramRule, SafetyFlag
from tests.grouping import make_group, make_session
from tests.making import make_admitted, make_clinician, make_patient, make_supervisor, make_user
from tests.noting import begin, make_note
from treatment_plans.models import CosignRule

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def clinic(seed):
    """A supervisor, three clinicians, patients of all sorts; and some whom the supervisor may not know of."""
    rng = Random(seed)
    ProgramRule.objects.update(least_hours=9)
    CosignRule.objects.create(credential="Intern")
    clinicians = [make_clinician(credential=rng.choice(["Intern", "LCSW"])) for _ in range(3)]
    head, hidden = make_supervisor(supervises=clinicians), make_clinician()
    officer = make_user(Role.PRIVACY_OFFICER)
    for clinician in [*clinicians, hidden]:
        group = make_group(clinician)
        for number in range(rng.randint(2, 4)):
            ago = rng.choice([0, 1, 6, 8, 13, 15, 29, 31, 45])
            patient = make_admitted(
                clinician, patient=make_patient(clinician, family_name=f"P{number}"), to="IOP Day", on=today() - ago * DAY
            )
            if rng.random() < 0.5:
                flag = flags.raise_flag(patient, kind=rng.choice(SafetyFlag.Kind.values), by=clinician)
                if rng.random() < 0.3:
                    flags.close_flag(flag, by=clinician)
            if rng.random() < 0.5:
                begin(patient, by=clinician, ago=timedelta(hours=1))
            if ago:
                for _ in range(rng.randint(0, 2)):
                    make_note(patient, by=clinician, ago=timedelta(hours=rng.randint(2, 20), minutes=rng.randint(0, 59)))
                if rng.random() < 0.5:
                    session = make_session(group, ago=timedelta(hours=5, seconds=number))
                    attendance.add_guest(session, patient, because="Tries it out", by=clinician)
                    episode = patient.episodes.get()
                    attendance.mark(session, episode, state=rng.choice(["present", "unexcused"]), by=clinician)
            if rng.random() < 0.2:
                privacy.restrict(patient, by=officer, named=[clinician])
    return head, clinicians


def rows(sql, *params):
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchall()


KNOWN = """
  FROM patients_episode e JOIN patients_patient p ON p.id = e.patient_id AND p.restricted = %s
  JOIN patients_careteammember m ON m.episode_id = e.id AND m.part = 'primary' AND m.ended_on IS NULL
  JOIN accounts_supervision v ON v.clinician_id = m.user_id AND v.supervisor_id = %s AND v.ended_on IS NULL
"""


def as_day(value):
    return value if isinstance(value, date) else date.fromisoformat(value)


def as_moment(value):
    moment = value if isinstance(value, datetime) else datetime.fromisoformat(value)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def recounted(head, zone):
    """{number: {clinician: how many}}, by SQL and the days of the clinic."""
    here = datetime.now(UTC).astimezone(zone)
    day, known = here.date(), (False, head.pk)
    monday = day - timedelta(days=day.weekday() + 7)
    stays = rows(
        f"SELECT m.user_id, e.id, s.counts_from, r.plan_due_days, r.least_hours {KNOWN}"
        " JOIN patients_stay s ON s.episode_id = e.id AND s.ended_on IS NULL"
        " JOIN patients_programrule r ON r.program_id = s.program_id AND r.ended_on IS NULL WHERE e.ended_on IS NULL",
        *known,
    )
    services = rows(
        f"SELECT e.id, s.started_at, s.minutes {KNOWN} JOIN patients_service s ON s.episode_id = e.id"
        " JOIN patients_servicekind k ON k.id = s.kind_id WHERE s.taken_back_at IS NULL AND k.counts = %s",
        *known,
        True,
    )
    minutes = Counter()
    for episode, started, length in services:
        if monday <= as_moment(started).astimezone(zone).date() < monday + timedelta(days=7):
            minutes[episode] += length
    drafts = rows(f"SELECT n.author_id {KNOWN} JOIN treatment_plans_note n ON n.episode_id = e.id"
                  " WHERE n.sealed_at IS NULL AND n.discarded_at IS NULL", *known)  # fmt: skip
    missing = rows(f"SELECT m.user_id {KNOWN} JOIN groups_attendance a ON a.episode_id = e.id JOIN groups_session s ON s.id = a.session_id"
                   " WHERE a.note_id IS NULL AND a.state IN ('present', 'late', 'left_early') AND s.cancelled_at IS NULL"
                   " AND s.ended_at <= %s", *known, datetime.now(UTC))  # fmt: skip
    waiting = rows(f"SELECT n.author_id {KNOWN} JOIN treatment_plans_note n ON n.episode_id = e.id WHERE n.sealed_at IS NOT NULL"
                   " AND n.needs_cosign = %s AND n.cosigned_at IS NULL AND n.returned_at IS NULL", *known, True)  # fmt: skip
    raised = rows(f"SELECT m.user_id {KNOWN} JOIN patients_safetyflag f ON f.patient_id = p.id WHERE f.ended_on IS NULL", *known)
    plans = [clinician for clinician, _, since, due, _ in stays if due and as_day(since) + timedelta(days=due) < day]
    hours = [who for who, episode, since, _, least in stays if as_day(since) <= monday and minutes[episode] < (least or 0) * 60]
    told = {"patients": [row[0] for row in stays], "plans": plans, "hours": hours, "cosign": [row[0] for row in waiting]}
    told |= {"notes": [row[0] for row in [*drafts, *missing]], "flags": [row[0] for row in raised]}
    return {name: Counter(found) for name, found in told.items()}


ZONES = ["UTC", "Pacific/Auckland", "America/Los_Angeles"]


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("hour", [0, 12, 23])
def test_the_board_says_what_the_rows_say(settings, zone, hour):
    """Also where the clinic is in another zone than the server, and a few minutes before and after its midnight."""
    settings.TIME_ZONE = zone
    here = ZoneInfo(zone)
    with time_machine.travel(datetime(2026, 11, 23, hour, 3 if hour == 0 else 57, tzinfo=here), tick=False):
        head, clinicians = clinic(seed=f"{zone} {hour}")
        board = {row.person.pk: row for row in caseload_board.board(Caseloads(head, supervised(head)))}
        told = recounted(head, here)

        for clinician in clinicians:
            row, pk = board[clinician.pk], clinician.pk
            shown = {"patients": row.patients, **{name: row.counts[name] for name in ("plans", "hours", "cosign", "notes", "flags")}}
            assert shown == {name: told[name][pk] for name in shown}, zone
        tiles = {kind: count for kind, _, count in caseload_board.tiles(Caseloads(head, supervised(head)))}
        assert tiles == {**{name: sum(told[name].values()) for name in ("plans", "notes", "cosign", "hours", "flags")}, "unassigned": 0}
