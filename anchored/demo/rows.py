"""The rows of some people, kept until they are written together in the order in which they depend on each other.

People come as models. What there is by the hundred thousand comes as facts by column, for a model costs ten times as much to make.
"""

import uuid
from dataclasses import dataclass, field
from functools import cache
from operator import itemgetter

from django.db import connection, models
from psycopg.types.json import JsonbDumper

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

    def add_facts(self, model, facts):
        """A row without a model: {column: value}. What is not said is as a new row of the model has it."""
        self.by_model[model].append(_table(model).line(facts))

    def write(self):
        copies = connection.vendor == "postgresql"
        write = _copy if copies else _insert
        for model, rows in self.by_model.items():
            if rows:
                write(_table(model), rows)
        if copies:
            connection.check_constraints()  # now, while the rows are at hand, and not ten million of them with the commit


class Table:
    """The columns of a model that are written, in their order. A line is a tuple of their values."""

    def __init__(self, model):
        self.model = model
        self.fields = [field for field in model._meta.concrete_fields if not isinstance(field, models.AutoField)]
        self.worked_out = [field for field in self.fields if type(field).pre_save is not models.Field.pre_save]
        self.names = [field.attname for field in self.fields]
        self.new = {field.attname: field.get_default() for field in self.fields if not field.primary_key}
        self.in_order = itemgetter(*self.names)

    def line(self, facts):
        return self.in_order({**self.new, **facts})

    def line_of(self, row):
        for column in self.worked_out:
            column.pre_save(row, True)
        return self.in_order(vars(row))

    def row_of(self, line):
        return self.model(**dict(zip(self.names, line, strict=True)))


_table = cache(Table)


def _insert(table, rows):
    made = [table.row_of(row) if isinstance(row, tuple) else row for row in rows]
    table.model.objects.bulk_create(made, batch_size=AT_ONCE)


def _copy(table, rows):
    """PostgreSQL's own way in for many rows: the same tables, constraints and guards, at a third of the cost."""
    quote = connection.ops.quote_name
    columns = ", ".join(quote(field.column) for field in table.fields)
    with connection.cursor() as cursor:
        for kind in (dict, list):
            cursor.adapters.register_dumper(kind, JsonbDumper)
        with cursor.copy(f"COPY {quote(table.model._meta.db_table)} ({columns}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row if isinstance(row, tuple) else table.line_of(row))


def new_id(rng):
    """The same for the same seed, unlike a real one."""
    return uuid.UUID(int=rng.getrandbits(128), version=4)
