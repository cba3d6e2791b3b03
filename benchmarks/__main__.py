"""`python -m benchmarks`: load a clinic of 20,000, serve product and floor, ask both in turn, say how they compare.

On a throw-away PostgreSQL, or in a database of its own on the server that TEST_DATABASE_URL names. Loopback only.
Only ratios taken inside one run count: the machine drifts. The exit status is 0 whatever the verdicts.
"""

import argparse
import os
import sys
import time
from contextlib import nullcontext

from . import database

MOST_SECONDS = 9 * 60


def main():
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Measure the pages next to a floor.")
    parser.add_argument("--patients", type=int, default=20_000, help="how many people the clinic has known (20000)")
    parser.add_argument("--rounds", type=int, default=3, help="rounds of which the median counts (3)")
    parser.add_argument("--requests", type=int, default=40, help="requests for each page in a round (40)")
    parser.add_argument("--export-rows", type=int, default=10_000, help="rows of the TEDS export measured last; 0 leaves it out (10000)")
    parser.add_argument("--only-load", action="store_true", help="load and count the rows, measure no page")
    parser.add_argument("--database", metavar="URL", help="measure on a PostgreSQL database that holds the demo already")
    asked = parser.parse_args()
    with nullcontext(asked.database) if asked.database else database.own() as url:
        os.environ |= {
            "DATABASE_URL": url,
            "DJANGO_SETTINGS_MODULE": "benchmarks.product_settings",
            "DEBUG": "0",
            "EVALUATION": "1",
            "SECRET_KEY": "only-for-measuring-" * 4,
            "ALLOWED_HOSTS": "127.0.0.1",
            "DATABASE_POOL": "24",
        }
        from . import clinic, hours_costs, pages, teds, trail_costs

        clinic.load(0 if asked.database else asked.patients)
        if asked.only_load:
            return
        until = time.monotonic() + MOST_SECONDS
        pages.measure(asked.rounds, asked.requests, until)
        trail_costs.measure()
        hours_costs.measure()
        teds.measure(asked.export_rows, until)


if __name__ == "__main__":
    sys.exit(main())
