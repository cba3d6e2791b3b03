"""The starter library of plans."""

from django.db import migrations

from treatment_plans.reference import load_library


def load_rows(apps, schema_editor):
    load_library(apps)


class Migration(migrations.Migration):
    dependencies = [("treatment_plans", "0003_note_rows")]

    operations = [migrations.RunPython(load_rows, migrations.RunPython.noop)]
