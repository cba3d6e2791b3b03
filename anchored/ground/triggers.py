"""Guards that the database keeps: append-only tables, sealed documents, stays without gap or overlap.

Apps declare them with `guard`; they step aside before every `migrate` that has work to do and are made anew after it: a
change to a table on SQLite rebuilds it, which drops its triggers silently and trips over those of other tables that read it.
"""

from django.db import connections, transaction

_guards = {}  # (vendor, name) -> (table, create statement, drop statement)


def guard(name, table, *, postgresql="", sqlite=""):
    """Declare one guard: the whole CREATE TRIGGER statement for each engine (PostgreSQL: with its function)."""
    if postgresql:
        _guards["postgresql", name] = (table, postgresql, f"DROP TRIGGER {name} ON {table}")
    if sqlite:
        _guards["sqlite", name] = (table, sqlite, f"DROP TRIGGER {name}")


def view(name, table, *, postgresql, sqlite):
    """Declare a view that comes and goes with the guards: SQLite trips over views too when it rebuilds a table."""
    _guards["postgresql", name] = (table, postgresql, f"DROP VIEW {name}")
    _guards["sqlite", name] = (table, sqlite, f"DROP VIEW {name}")


def refuse(name, table, acts, sentence, *, when=""):
    """Declare a guard that refuses updates, deletes or truncation of a table, always or when a condition on OLD holds."""
    condition = f"WHEN ({when})" if when else ""
    for act in acts:
        if act == "TRUNCATE":
            guard(f"{name}_truncate", table, postgresql=_pg(f"{name}_truncate", table, "BEFORE TRUNCATE", "STATEMENT", "", sentence))
            continue
        guard(
            f"{name}_{act.lower()}",
            table,
            postgresql=_pg(f"{name}_{act.lower()}", table, f"BEFORE {act}", "ROW", condition, sentence),
            sqlite=f"CREATE TRIGGER {name}_{act.lower()} BEFORE {act} ON {table} {condition} BEGIN SELECT RAISE(ABORT, '{sentence}'); END",
        )


def ask(name, table, moment, condition, sentence, *, when=""):
    """Declare a guard whose question reads other tables, which the condition of a PostgreSQL trigger must not.

    `when` speaks of the row alone: where it does not hold, PostgreSQL does not begin to ask.
    """
    of_rows = f"WHEN ({when}) " if when else ""
    refused = f"({when}) AND ({condition})" if when else condition
    guard(
        name,
        table,
        postgresql=f"CREATE OR REPLACE FUNCTION {name}_f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF {condition} THEN"
        f" RAISE EXCEPTION USING ERRCODE = 'check_violation', MESSAGE = '{sentence}'; END IF; RETURN NEW; END $$;"
        f"CREATE TRIGGER {name} {moment} ON {table} FOR EACH ROW {of_rows}EXECUTE FUNCTION {name}_f();",
        sqlite=f"CREATE TRIGGER {name} {moment} ON {table} WHEN {refused} BEGIN SELECT RAISE(ABORT, '{sentence}'); END",
    )


def no_overlap(name, table, *parents, condition="1"):
    """SQLite: no two rows of the same parents hold on the same day, as an Exclusion keeps it on PostgreSQL. `condition` speaks of ROW."""
    same = " AND ".join(f"o.{parent} = NEW.{parent}" for parent in parents)
    meets = (
        f"{condition.replace('ROW.', 'NEW.')} AND EXISTS (SELECT 1 FROM {table} o WHERE {same} AND o.id <> NEW.id"
        f" AND {condition.replace('ROW.', 'o.')}"
        " AND (o.ended_on IS NULL OR o.ended_on > NEW.started_on) AND (NEW.ended_on IS NULL OR o.started_on < NEW.ended_on)"
        " AND (o.ended_on IS NULL OR o.ended_on > o.started_on) AND (NEW.ended_on IS NULL OR NEW.ended_on > NEW.started_on))"
    )
    for act, moment in (("insert", "BEFORE INSERT"), ("update", "BEFORE UPDATE OF started_on, ended_on")):
        only = f"CREATE TRIGGER {name}_on_{act} {moment} ON {table} WHEN {meets} BEGIN SELECT RAISE(ABORT, '{name}'); END"
        guard(f"{name}_on_{act}", table, sqlite=only)


def changes(*columns):
    """The condition that any of these columns is about to change, from or to nothing too, in words of both engines."""
    as_text = "coalesce(CAST({row}.{column} AS text), '')"
    return " OR ".join(f"{as_text.format(row='OLD', column=column)} <> {as_text.format(row='NEW', column=column)}" for column in columns)


def _pg(name, table, moment, level, condition, sentence):
    return (
        f"CREATE OR REPLACE FUNCTION {name}_says_no() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION USING ERRCODE = 'check_violation', MESSAGE = '{sentence}'; END $$;"
        f"CREATE TRIGGER {name} {moment} ON {table} FOR EACH {level} {condition} EXECUTE FUNCTION {name}_says_no();"
    )


def expected(connection):
    """name -> (table, create, drop) of the guards whose table is there."""
    there = set(connection.introspection.table_names())
    return {name: row for (vendor, name), row in _guards.items() if vendor == connection.vendor and row[0] in there}


def present(connection):
    """The names of the guards that the database really has."""
    catalogue = {
        "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D'"
        " UNION SELECT viewname FROM pg_views WHERE schemaname = current_schema()",
        "sqlite": "SELECT name FROM sqlite_master WHERE type IN ('trigger', 'view')",
    }[connection.vendor]
    with connection.cursor() as cursor:
        cursor.execute(catalogue)
        return {name for (name,) in cursor.fetchall()}


def install(connection):
    """Make every guard anew. Safe to run again."""
    with transaction.atomic(using=connection.alias):
        remove(connection)
        with connection.cursor() as cursor:
            for _, statement, _ in expected(connection).values():
                cursor.execute(statement)


def remove(connection):
    """Take the guards away: for a migration of their tables, and for tests that empty the database."""
    there = present(connection)
    with connection.cursor() as cursor:
        for name, (_, _, drop) in expected(connection).items():
            if name in there:
                cursor.execute(drop)


def step_aside_for_migrate(sender, using, plan=(), **kwargs):
    """Before the first app reports; a `migrate` with nothing to do leaves the guards standing."""
    if plan:
        remove(connections[using])


def install_after_migrate(sender, using, **kwargs):
    """Once per `migrate`: when the last app has reported."""
    from django.apps import apps

    reporting = [app for app in apps.get_app_configs() if app.models_module]
    if sender == reporting[-1]:
        install(connections[using])
