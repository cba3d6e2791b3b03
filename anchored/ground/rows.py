"""Adding a row: what people typed is asked here, in words; what rows promise each other is asked by the database."""


def add(row):
    """Check every fact of a new row and insert it.

    Relations and constraints are left to the database, which checks them while it inserts: asking first would cost a
    statement for each. The policies have asked what a person could get wrong. Raises ValidationError.
    """
    check(row)
    row.save(force_insert=True)
    return row


def check(row):
    """Every fact of a row but its relations. Raises ValidationError."""
    row.clean_fields(exclude=[field.name for field in row._meta.fields if field.is_relation])
    row.clean()
