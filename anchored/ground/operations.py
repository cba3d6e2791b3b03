"""Migration steps that only PostgreSQL takes; elsewhere they pass by, forward and backward."""

from django.contrib.postgres.operations import CreateExtension
from django.db import migrations


class Extension(CreateExtension):
    """Create an extension. Both that we use are trusted: the database's owner may, no superuser is needed."""

    def database_backwards(self, app_label, schema_editor, from_state, to_state):
        """Others may rely on it by now: it stays."""


class PostgresSQL(migrations.RunSQL):
    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        if schema_editor.connection.vendor == "postgresql":
            super().database_forwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(self, app_label, schema_editor, from_state, to_state):
        if schema_editor.connection.vendor == "postgresql":
            super().database_backwards(app_label, schema_editor, from_state, to_state)
