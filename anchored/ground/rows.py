"""Adding a row: what people typed is asked here, in words; what rows promise each other is asked by the database."""

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


def check(row):
    """Every fact of a row but its relations. Raises ValidationError."""
    row.clean_fields(exclude=[field.name for field in row._meta.fields if field.is_relation])
    row.clean()
