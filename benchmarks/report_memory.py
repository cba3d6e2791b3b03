"""How much memory a report over everybody takes as a file: `python -m benchmarks.report_memory [PEOPLE]`.

Works in a database of its own, like benchmarks.export_memory. Each person has an episode, a stay and a service. Measured are a
report that reads them all, and as many rows through the door by which all files leave. Exit status 1 where one takes 200 MB or more.
"""

import os
import sys
import tempfile
from datetime import timedelta

from .export_memory import LIMIT_MB, environment_of, measured

AT_ONCE = 5_000
ACTS = "benchmarks.report_memory"
ASKED = ("report csv", "report xlsx", "rows csv", "rows xlsx")


def main(people):
    with tempfile.TemporaryDirectory() as scratch:
        environment = environment_of(scratch)
        print(f"{people:,} people, {environment['DATABASE_URL'].partition(':')[0]}")
        measured("migrate", environment, "manage.py", "migrate", "--verbosity", "0")
        measured("make", environment, "-m", ACTS, "make", str(people))
        return int(max([measured(asked, environment, "-m", ACTS, *asked.split(), str(people)) for asked in ASKED]) >= LIMIT_MB)


def make(people):
    """Everybody in care since a year, with an hour of service in the last month, and somebody who reads reports."""
    from django.utils import timezone

    from anchored.accounts.models import RoleGrant, User
    from anchored.accounts.roles import Role
    from anchored.ground.dates import today
    from patients.models import Episode, MoveBasis, Patient, Program, Service, ServiceKind, Stay

    reader = User.objects.create(username="mensura", given_name="M.", family_name="Mensura")
    RoleGrant.objects.create(user=reader, role=Role.ADMINISTRATOR)
    began, program, kind = today() - timedelta(days=365), Program.objects.first(), ServiceKind.objects.filter(counts=True).first()
    basis, by = MoveBasis.objects.first(), {"delivered_by": reader, "entered_by": reader}
    for first in range(1, people + 1, AT_ONCE):
        numbers = range(first, min(first + AT_ONCE, people + 1))
        patients = Patient.objects.bulk_create(Patient(given_name="M.", family_name="Mensura", record_number=number) for number in numbers)
        episodes = Episode.objects.bulk_create(Episode(patient=each, started_on=began) for each in patients)
        facts = {"program": program, "started_on": began, "counts_from": began, "basis": basis}
        Stay.objects.bulk_create(Stay(episode=each, **facts) for each in episodes)
        moment = timezone.now() - timedelta(days=1 + first % 28)
        Service.objects.bulk_create(Service(episode=each, started_at=moment, minutes=60, kind=kind, **by) for each in episodes)


def ask(what, format, people):
    """A file as gunicorn sends it: piece by piece, and nothing kept."""
    from django.test import RequestFactory

    from anchored.accounts.models import User
    from anchored.reports.views import report
    from anchored.ui import exports

    request = RequestFactory().get("/", {"format": format})
    request.user = User.objects.get(username="mensura")
    if what == "report":
        answer = report(request, "hours-by-month")
    else:
        rows = ([number, f"Row {number}", "=1+1"] for number in range(people))
        answer = exports.send(
            request, "report.exported", name="rows", header=["No.", "Row", "Formula"], rows=rows, count=people, format=format
        )
    sent = sum(len(piece) for piece in answer.streaming_content)
    assert sent > (10 * people if what == "rows" and format == "csv" else 100)
    answer.close()


def act(what, *arguments):
    """What a process of its own does."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "anchored.settings")
    import django

    django.setup()
    make(int(arguments[0])) if what == "make" else ask(what, arguments[0], int(arguments[1]))


if __name__ == "__main__":
    if len(sys.argv) > 2:
        act(*sys.argv[1:])
    else:
        sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000))
