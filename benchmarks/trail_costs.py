"""What the trail costs: in one chart view, and with twenty people at once."""

import statistics
import threading
import time

GOAL_MS = 5
VIEWS, WRITERS, ROWS_EACH = 150, 20, 40


def measure():
    from . import clinic

    asker = clinic.asker()
    _in_a_chart_view(asker)
    _with_twenty_writers(asker)


def _in_a_chart_view(asker):
    """The row of a chart view with its lock, its hash and its commit, while the view is asked for as a browser does."""
    from unittest.mock import patch

    from django.test import Client

    from anchored.audit import trail

    taken, write = [], trail.record

    def timed(*args, **kwargs):
        began = time.perf_counter()
        try:
            return write(*args, **kwargs)
        finally:
            taken.append((time.perf_counter() - began) * 1000)

    client = Client(headers={"host": "127.0.0.1"})
    client.cookies.load(asker.cookie)
    with patch.object(trail, "record", timed):
        for number in range(VIEWS):
            assert client.get(f"/patients/{asker.charts[number % len(asker.charts)]}/").status_code == 200
    middle = statistics.median(taken)
    word = "goal met" if middle <= GOAL_MS else f"NOT DONE: above {GOAL_MS} ms"
    print(f"Trail in a chart view: {middle:.2f} ms at the median of {len(taken)}, p95 {sorted(taken)[int(len(taken) * 0.95)]:.2f}   {word}")


def _with_twenty_writers(asker):
    from anchored.audit import trail

    errors = []
    before, _ = trail.head()
    began = time.perf_counter()
    threads = [threading.Thread(target=_write, args=(asker, errors)) for _ in range(WRITERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seconds = time.perf_counter() - began
    written = trail.head()[0] - before
    bad = trail.first_bad_row()
    sound = not errors and not bad and written == WRITERS * ROWS_EACH
    word = "no fork, no gap" if sound else f"NOT DONE: {errors[:1] or bad or written}"
    print(f"Trail with {WRITERS} writers at once: {written / seconds:.0f} rows a second, {written} rows   {word}", flush=True)


def _write(asker, errors):
    from django.db import connection

    from anchored.audit import trail
    from patients.models import Patient

    try:
        patient = Patient(pk=asker.charts[0])
        for _ in range(ROWS_EACH):
            trail.record("chart.opened", patient, by=asker.user, screen="benchmark")
    except Exception as error:  # noqa: BLE001  (whatever goes wrong in a thread is the finding)
        errors.append(repr(error))
    finally:
        connection.close()
