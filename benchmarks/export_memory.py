"""How much memory and time the TEDS import and export take: `python -m benchmarks.export_memory [ROWS]`.

Works in a database of its own: a SQLite file that is thrown away, or an empty PostgreSQL database named by DATABASE_URL.
Each command runs in a process of its own, whose highest memory is asked of the system. Exit status 1 when the export
takes 200 MB or more, or does not give back what was imported.
"""

import csv
import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HOUSE = Path(__file__).resolve().parent.parent
LIMIT_MB = 200


def main(count):
    with tempfile.TemporaryDirectory() as scratch:
        given, back = Path(scratch, "given.csv"), Path(scratch, "back.csv")
        environment = environment_of(scratch)
        write_rows(given, count)
        print(f"{count:,} rows, {environment['DATABASE_URL'].partition(':')[0]}")
        measured("migrate", environment, "manage.py", "migrate", "--verbosity", "0")
        measured("import", environment, "manage.py", "import_teds", str(given))
        measured("import again", environment, "manage.py", "import_teds", str(given))
        memory = measured("export", environment, "manage.py", "export_teds", "--year", "2017", "--out", str(back))
        different = differences(given, back)
        print(f"{different} cells differ between what went in and what came out")
        return 1 if different or memory >= LIMIT_MB else 0


def environment_of(scratch):
    """A clinic in a folder that is thrown away, unless DATABASE_URL names another."""
    house = {"EVALUATION": "1", "SECRET_KEY": "only-for-measuring-" * 4, "ALLOWED_HOSTS": "localhost"}
    return {"DATABASE_URL": f"sqlite:///{scratch}/anchored.sqlite3", **os.environ, **house}


def measured(name, environment, *arguments):
    """Run a command; print and return its highest memory in MB."""
    start = time.perf_counter()
    process = subprocess.Popen([sys.executable, *arguments], cwd=HOUSE, env=environment, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"{name} failed.")
    memory = usage.ru_maxrss / 1024
    print(f"{name:14} {time.perf_counter() - start:7.1f} s {memory:7.0f} MB")
    return memory


def write_rows(path, count, seed=20):
    """Rows of any valid codes, with flags that follow from them."""
    sys.path.insert(0, str(HOUSE))
    from anchored.exchange.teds import codebook, derive

    draw = random.Random(seed)
    codes = {column: sorted(values) for column, values in codebook.CODES.items()}
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, codebook.COLUMNS)
        writer.writeheader()
        for number in range(1, count + 1):
            row = {column: draw.choice(values) for column, values in codes.items()}
            row |= {"CASEID": 20_170_000_000 + number, "CBSA2010": draw.choice(["-9", "41180", "11260"])}
            writer.writerow(row | derive.from_substances([row[f"SUB{n}"] for n in (1, 2, 3)], [row[f"ROUTE{n}"] for n in (1, 2, 3)]))


def differences(given, back):
    with given.open(encoding="utf-8") as one, back.open(encoding="utf-8") as other:
        returned = {row["CASEID"]: row for row in csv.DictReader(other)}
        return sum(returned.get(row["CASEID"], {}).get(column) != value for row in csv.DictReader(one) for column, value in row.items())


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000))
