"""Kinds of service and note formats, as the house begins with them."""

from django.db import migrations

from treatment_plans.reference import load_notes


def load_rows(apps, schema_editor):
    load_notes(apps)


class Migration(migrations.Migration):
    dependencies = [("treatment_plans", "0002_notes")]

    operations = [migrations.RunPython(load_rows, migrations.RunPython.noop)]
