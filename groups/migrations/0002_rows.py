"""Kinds of group, curricula, kinds of service and the note format of groups, as the house begins with them."""

from django.db import migrations

from groups.reference import load


def load_rows(apps, schema_editor):
    load(apps)


class Migration(migrations.Migration):
    dependencies = [("groups", "0001_groups"), ("treatment_plans", "0011_leaving")]

    operations = [migrations.RunPython(load_rows, migrations.RunPython.noop)]
