"""Adding a row: what people typed is asked here, in words; what rows promise each other is asked by the database."""

from django.core.exceptions import ValidationError
from django.db import connection


def add(row):
    """Check every fact of a new row and insert it.

    Relations and constraints are left to the database, which checks them while it inserts: asking first would cost a
    statement for each. The policies have asked what a person could get wrong. Raises ValidationError.
    """
    check(row)
    row.save(force_insert=True)
    return row


def add_unless_there(row):
    """Insert a row unless one is there that it may not stand beside. Gives whether it was added.

    Somebody who is adding the other one at this moment is waited for. No transaction breaks, and no savepoint is needed.
    """
    fields = [field for field in row._meta.concrete_fields if not field.primary_key]
    columns = ", ".join(connection.ops.quote_name(field.column) for field in fields)
    places = ", ".join(["%s"] * len(fields))
    table = connection.ops.quote_name(row._meta.db_table)
    with connection.cursor() as cursor:
        statement = f"INSERT INTO {table} ({columns}) VALUES ({places}) ON CONFLICT DO NOTHING"  # noqa: S608 (names from the model)
        cursor.execute(statement, [field.get_db_prep_save(field.pre_save(row, True), connection) for field in fields])
        return cursor.rowcount == 1


def change_where(model, found_by, facts):
    """What `filter(**found_by).update(**facts)` of plain columns does, sooner said. Gives how many rows were changed."""
    where, changes = (_named(model, values) for values in (found_by, facts))
    table = connection.ops.quote_name(model._meta.db_table)
    with connection.cursor() as cursor:
        statement = f"UPDATE {table} SET {', '.join(changes)} WHERE {' AND '.join(where)}"  # noqa: S608 (names from the model)
        cursor.execute(statement, [*changes.values(), *where.values()])
        return cursor.rowcount


def _named(model, values):
    fields = {model._meta.get_field(name): value for name, value in values.items()}
    quote = connection.ops.quote_name
    return {f"{quote(field.column)} = %s": field.get_db_prep_save(value, connection) for field, value in fields.items()}


def change_each(rows, names, alike=()):
    """Write these facts of many rows of one kind in one statement. It says what `bulk_update` does, which takes long to say it.

    `alike`: further facts that all of the rows have in common.
    """
    if not rows:
        return
    meta, quote = rows[0]._meta, connection.ops.quote_name
    common, fields = [meta.get_field(name) for name in alike], [meta.pk, *(meta.get_field(name) for name in names)]
    columns = [[_kept_as(field, row) for row in rows] for field in fields]
    given, values = (_in_arrays if connection.vendor == "postgresql" else _in_rows)(fields, columns)
    changes = [f"{quote(field.column)} = %s" for field in common]
    changes += [f"{quote(field.column)} = given.column{place}" for place, field in enumerate(fields[1:], 2)]
    table, key = quote(meta.db_table), quote(meta.pk.column)
    statement = f"UPDATE {table} SET {', '.join(changes)} FROM {given} WHERE {table}.{key} = given.column1"  # noqa: S608 (names from the model)
    with connection.cursor() as cursor:
        cursor.execute(statement, [*(_kept_as(field, rows[0]) for field in common), *values])


def _kept_as(field, row):
    return field.get_db_prep_save(getattr(row, field.attname), connection)


def _in_arrays(fields, columns):
    """A column as one value: the statement is the same for however many rows, so it is planned once."""
    names = ", ".join(f"column{place}" for place, _ in enumerate(fields, 1))
    return f"unnest({', '.join(f'%s::{_kind(field)}[]' for field in fields)}) AS given ({names})", columns


def _kind(field):
    """The type of a column; a text is never cut to the length of its column, but refused."""
    kind = field.db_type(connection)
    return "text" if kind.startswith("varchar") else kind


def _in_rows(fields, columns):
    places = ", ".join([f"({', '.join(['%s'] * len(fields))})"] * len(columns[0]))
    return f"(VALUES {places}) AS given", [value for row in zip(*columns, strict=True) for value in row]


def check(row):
    """Every fact of a row but its relations. Raises ValidationError."""
    row.clean_fields(exclude=[field.name for field in row._meta.fields if field.is_relation])
    row.clean()


def cleaned(model, facts):
    """{name: value}, each as a row of this kind would keep it. Raises ValidationError with what is wrong, before any row holds it."""
    found, wrong = {}, {}
    for name, value in facts.items():
        try:
            found[name] = model._meta.get_field(name).clean(value, None)
        except ValidationError as mistake:
            wrong[name] = mistake.error_list
    if wrong:
        raise ValidationError(wrong)
    return found
