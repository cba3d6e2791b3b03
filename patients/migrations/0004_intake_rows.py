"""The papers of the packet and the rules for minors, as the house begins with them."""

from django.db import migrations

from patients.reference import load_intake


def load_rows(apps, schema_editor):
    load_intake(apps)


class Migration(migrations.Migration):
    dependencies = [("patients", "0003_intake")]

    operations = [migrations.RunPython(load_rows, migrations.RunPython.noop)]
