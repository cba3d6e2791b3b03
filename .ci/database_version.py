"""Print the version of the PostgreSQL server that a DATABASE_URL names, or say why it cannot be reached."""

import sys

import environ
import psycopg

named = environ.Env.db_url_config(sys.argv[1])
asked = {"host": named["HOST"], "port": named["PORT"] or 5432, "dbname": named["NAME"], "user": named["USER"]}
try:
    with psycopg.connect(**asked, password=named["PASSWORD"], connect_timeout=5) as connection:
        print(connection.execute("SHOW server_version").fetchone()[0].split()[0])
except psycopg.OperationalError as refusal:
    sys.exit(f"TEST_DATABASE_URL: {refusal}")
