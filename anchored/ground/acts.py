"""What people do, each in one transaction."""

from contextlib import contextmanager, nullcontext

from django.db import connection, transaction


@contextmanager
def refuses_before_it_writes():
    """One transaction, or the one that goes on: an act that refuses, refuses before it writes and has nothing to take back.

    `transaction.atomic` would set a savepoint inside another, two statements more, so that a refusal could be caught there.
    """
    with nullcontext() if connection.in_atomic_block else transaction.atomic():
        yield
