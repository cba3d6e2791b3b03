"""The rows of some people, kept until they are written together in the order in which they depend on each other."""

import uuid
from dataclasses import dataclass, field
from operator import attrgetter

from django.db import connection, models
from psycopg.types.json import Jsonb

from anchored.signing.models import Signature
from groups.models import Attendance, Enrolment, Session
from patients.models import (
    Admission,
    Assessment,
    CareTeamMember,
    Commitment,
    Contact,
    Diagnosis,
    Discharge,
    Episode,
    NamedAccess,
    Paper,
    Patient,
    SafetyFlag,
    Service,
    Stay,
    SubstanceUse,
)
from treatment_plans.models import Note, ObjectiveProgress

IN_ORDER = (
    Patient,
    SafetyFlag,
    NamedAccess,
    Contact,
    Commitment,
    Diagnosis,
    Episode,
    Stay,
    Discharge,
    Admission,
    SubstanceUse,
    CareTeamMember,
    Assessment,
    Signature,
    Paper,
    Enrolment,
    Session,
    Service,
    Note,
    ObjectiveProgress,
    Attendance,
)
AT_ONCE = 2000


@dataclass
class Rows:
    """Made in memory first, so that a thousand people cost a dozen statements."""

    by_model: dict = field(default_factory=lambda: {model: [] for model in IN_ORDER})

    def add(self, row):
        self.by_model[type(row)].append(row)
        return row

    def write(self):
        write = _copy if connection.vendor == "postgresql" else _insert
        for model, rows in self.by_model.items():
            if rows:
                write(model, rows)


def _insert(model, rows):
    model.objects.bulk_create(rows, batch_size=AT_ONCE)


def _copy(model, rows):
    """PostgreSQL's own way in for many rows: the same tables, constraints and guards, at a third of the cost."""
    columns = [field for field in model._meta.concrete_fields if not isinstance(field, models.AutoField)]
    worked_out = [field for field in columns if type(field).pre_save is not models.Field.pre_save]
    names = ", ".join(connection.ops.quote_name(field.column) for field in columns)
    values = attrgetter(*[field.attname for field in columns])
    documents = [place for place, field in enumerate(columns) if isinstance(field, models.JSONField)]
    with connection.cursor() as cursor, cursor.copy(f"COPY {connection.ops.quote_name(model._meta.db_table)} ({names}) FROM STDIN") as copy:
        for row in rows:
            for field in worked_out:
                field.pre_save(row, True)
            said = values(row)
            if documents:
                said = list(said)
                for place in documents:
                    said[place] = Jsonb(said[place])
            copy.write_row(said)


def new_id(rng):
    """The same for the same seed, unlike a real one."""
    return uuid.UUID(int=rng.getrandbits(128), version=4)
