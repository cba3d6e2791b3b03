"""Start-up checks of what the database must keep."""

from django.core.checks import Tags, Warning, register
from django.core.exceptions import ImproperlyConfigured
from django.db import DEFAULT_DB_ALIAS, DatabaseError, InterfaceError, connections

from . import triggers


@register(Tags.database)
def guards_are_in_place(databases=None, **kwargs):
    """`manage.py check --database default --fail-level WARNING` names each guard that is missing.

    A warning, since `migrate` refuses to run on errors, and it is what puts a new release's guards in their place.
    """
    missing = [name for alias in databases or () for name in missing_in(connections[alias])]
    return [Warning(f"The database guard {name} is missing.", hint="Run manage.py migrate.", id="anchored.W001") for name in missing]


def missing_in(connection):
    return sorted(set(triggers.expected(connection)) - triggers.present(connection))


def serve_only_guarded():
    """Called before the first page: without its guards nothing is served. A database that is away is another matter."""
    connection = connections[DEFAULT_DB_ALIAS]
    try:
        missing = missing_in(connection)
    except (DatabaseError, InterfaceError):
        return
    finally:
        connection.close()
        if hasattr(connection, "close_pool"):
            connection.close_pool()  # the server may fork after this
    if missing:
        raise ImproperlyConfigured(f"The database guards {', '.join(missing)} are missing. Run manage.py migrate.")
