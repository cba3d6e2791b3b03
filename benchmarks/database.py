"""A database of our own, gone at the end."""

import os
import subprocess
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

HOUSE = Path(__file__).resolve().parent.parent
HELPER = HOUSE / ".ci" / "postgres"
DURABLE = ("fsync = on", "synchronous_commit = on", "full_page_writes = on")


@contextmanager
def own():
    """Its DATABASE_URL: on the server named in TEST_DATABASE_URL, else on a throw-away one."""
    server = os.environ.get("TEST_DATABASE_URL")
    with _named(server) if server else _throw_away() as url:
        yield url


@contextmanager
def _throw_away():
    started = subprocess.run([HELPER, "start"], check=True, capture_output=True, text=True)
    place = started.stderr.strip().rpartition(" ")[2]
    try:
        yield started.stdout.strip()
    finally:
        subprocess.run([HELPER, "stop", place], check=True)


@contextmanager
def _named(server):
    name = f"anchored_benchmarks_{os.getpid()}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    try:
        yield urlunsplit(urlsplit(server)._replace(path=f"/{name}"))
    finally:
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def write_for_good(url):
    """A throw-away server does not wait for the disk, a clinic's does: measure as in a clinic."""
    if os.environ.get("TEST_DATABASE_URL"):
        return
    with psycopg.connect(url, autocommit=True) as connection:
        for setting in DURABLE:
            connection.execute(f"ALTER SYSTEM SET {setting}")
        connection.execute("SELECT pg_reload_conf()")
        connection.execute("CHECKPOINT")
