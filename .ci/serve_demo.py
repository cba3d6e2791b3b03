"""Bring the database up to date, load the demo data once, print a sign-in for each role, serve. One start of Django for all four."""

import os
import sys
import warnings
from pathlib import Path

HOUSE = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(HOUSE))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "anchored.settings")

import django
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection
from gunicorn.app.wsgiapp import WSGIApplication


def prepare():
    try:
        django.setup()
    except ImproperlyConfigured as refusal:
        sys.exit(f"Anchored does not start: {refusal}")
    if settings.IN_CLINIC:
        sys.exit("This folder is set up for a clinic (EVALUATION is off), so no demo data goes in. README.md says how to run it for real.")
    try:
        call_command("migrate", verbosity=0)
    except OperationalError as trouble:
        sys.exit(f"The database that DATABASE_URL names cannot be used: {trouble}")
    try:
        call_command("demo")
        call_command("demo", "--sign-ins")
    except CommandError as refusal:
        print(refusal)  # a database with people of its own is served as it is


def serve(address):
    """The workers inherit what is loaded already, but no connection."""
    connection.close()
    if connection.vendor == "postgresql":
        connection.close_pool()
    warnings.filterwarnings("ignore", "No directory at", UserWarning)
    print(f"\nAnchored is at http://{address}   (stop it with Ctrl-C)", flush=True)
    sys.argv[1:] = ["anchored.wsgi", "--config", "deploy/gunicorn.conf.py", "--bind", address]
    sys.argv += ["--preload", "--workers", "1", "--log-level", "warning"]
    WSGIApplication("%(prog)s").run()


os.chdir(HOUSE)
address = sys.argv[1]
prepare()
serve(address)
