"""TEDS in and out: the sample into the loaded clinic, and many rows of it and of a report through processes of their own."""

import os
import subprocess
import sys
import time

from .database import HOUSE

SAMPLE = HOUSE / "tests" / "data" / "teds_a_2017_sample.csv"


def measure(export_rows, until):
    began = time.perf_counter()
    done = subprocess.run([sys.executable, "manage.py", "import_teds", str(SAMPLE)], cwd=HOUSE, capture_output=True, text=True)
    words = f"{time.perf_counter() - began:.1f} s with start-up" if done.returncode == 0 else f"NOT DONE: {done.stderr.strip()[:200]}"
    print(f"import_teds, the sample of 300 rows: {words}", flush=True)
    if not export_rows:
        return
    if time.monotonic() > until:
        print("export_teds and files of reports: left out, the time is up")
        return
    settings = {"DJANGO_SETTINGS_MODULE": "anchored.settings"}
    in_a_file = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    for files in ("export_memory", "report_memory"):
        subprocess.run([sys.executable, "-m", f"benchmarks.{files}", str(export_rows)], cwd=HOUSE, env=in_a_file | settings)
