"""Kinds of group, curricula, kinds of service, the note format of groups and what absences ask for, as the house begins with them."""

from django.db import migrations

from groups.reference import load, load_absence_rules


def load_rows(apps, schema_editor):
    load(apps)
    load_absence_rules(apps)


class Migration(migrations.Migration):
    dependencies = [("groups", "0001_initial"), ("treatment_plans", "0002_rows")]

    operations = [migrations.RunPython(load_rows, migrations.RunPython.noop)]
