"""Kinds of service, note formats and the starter library of plans, as the house begins with them."""

from django.db import migrations

from treatment_plans.reference import load_library, load_notes


def load_rows(apps, schema_editor):
    load_notes(apps)
    load_library(apps)


class Migration(migrations.Migration):
    dependencies = [("treatment_plans", "0001_initial"), ("patients", "0002_rows")]

    operations = [migrations.RunPython(load_rows, migrations.RunPython.noop)]
