"""What PostgreSQL keeps beyond Django's constraints, and the domain's rows as the house begins with them."""

from django.db import migrations

from anchored.ground.operations import PostgresSQL
from patients.reference import load, load_diagnoses, load_intake

WITHOUT_GAP = """
ALTER TABLE patients_stay ADD CONSTRAINT stay_boundary UNIQUE (id, ended_on, episode_id);
ALTER TABLE patients_stay ADD CONSTRAINT stays_follow_without_gap
  FOREIGN KEY (previous_id, started_on, episode_id) REFERENCES patients_stay (id, ended_on, episode_id) DEFERRABLE INITIALLY DEFERRED;
"""
WITH_GAP = """
ALTER TABLE patients_stay DROP CONSTRAINT stays_follow_without_gap;
ALTER TABLE patients_stay DROP CONSTRAINT stay_boundary;
"""


def load_rows(apps, schema_editor):
    load(apps)
    load_intake(apps)
    load_diagnoses(apps)


class Migration(migrations.Migration):
    dependencies = [("patients", "0001_initial")]

    operations = [
        PostgresSQL(WITHOUT_GAP, WITH_GAP),
        PostgresSQL(
            "CREATE INDEX patients_found_by ON patients_patient USING gin (find_by gin_trgm_ops)",
            "DROP INDEX patients_found_by",
        ),
        migrations.RunPython(load_rows, migrations.RunPython.noop),
    ]
