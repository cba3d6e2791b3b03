"""Questions whose SQL is built once. Building it costs Django more than the database needs to answer: half of a chart's time.

The model, its columns and its converters stay Django's; only the values are filled in anew each time.
"""

import copy
import datetime
import uuid

from django.db import connection, connections

from .dates import today

# Values that nobody's record holds, one for each kind of slot: they mark the place in the parameters.
MARKS = {
    int: lambda place: 8_071_990 + place,
    uuid.UUID: lambda place: uuid.UUID(int=0xA4C40000_0000_4000_8000_000000000000 + place),
    str: lambda place: f"qzxwvkqzxw{place}",
}


class Remembered:
    """A queryset with slots: `Remembered(lambda user, patient: …, user=int, patient=UUID)`, asked with the values by name.

    `build` gets a mark for each slot. What else it depends on must be in `varies_with`; the day always is, since most
    questions are about those in force today. A text slot may stand in a `contains`.
    """

    def __init__(self, build, *, varies_with=lambda: (), **slots):
        self.build, self.varies_with, self.slots = build, varies_with, slots
        self._ready = {}

    def __call__(self, **values):
        """The rows, as the queryset would give them."""
        key = (connection.vendor, today(), self.varies_with())
        ready = self._ready.get(key)
        if ready is None:
            ready = self._prepare()
            self._ready = {key: ready}  # at midnight another thread may put its own in its place
        queryset, compiler, sql, places = ready
        asking = copy.copy(compiler)
        asking.connection = connections[queryset.db]  # itself: the stand-in looks it up anew for every column
        asking.as_sql = lambda *args, **kwargs: (sql, tuple(fill(values) for fill in places))
        query = copy.copy(queryset.query)
        query.get_compiler = lambda *args, **kwargs: asking
        again = copy.copy(queryset)
        again._query, again._result_cache, again._prefetch_done = query, None, False
        return list(again)

    def _prepare(self):
        marks = {name: MARKS[kind](place) for place, (name, kind) in enumerate(self.slots.items())}
        queryset = self.build(**marks)
        compiler = queryset.query.get_compiler(using=queryset.db)
        sql, params = compiler.as_sql()
        found = [_slot(param, marks) for param in params]
        missing = set(marks) - {name for name, _ in found if name}
        if missing:
            raise ValueError(f"No place was found for {', '.join(sorted(missing))}.")
        return queryset, compiler, sql, tuple(fill for _, fill in found)


def _slot(param, marks):
    """The name of the slot that a parameter stands for, and how it is filled; the parameter itself when it is none."""
    for name, mark in marks.items():
        adapted = _adapt(mark)
        if isinstance(param, int) and param == adapted:
            return name, _of_kind(name, type(param))
        if param == adapted:
            return name, lambda values, name=name: _adapt(values[name])
        if isinstance(param, str) and isinstance(mark, str) and mark in param:
            return name, lambda values, name=name, mark=mark: param.replace(mark, connection.ops.prep_for_like_query(values[name]))
    return None, lambda values: param


def _of_kind(name, kind):
    """Whole numbers keep the width that Django chose for their column."""
    return lambda values: kind(values[name])


def _adapt(value):
    if isinstance(value, uuid.UUID):
        return value if connection.features.has_native_uuid_field else value.hex
    if isinstance(value, datetime.date):
        raise TypeError("A day is no slot: questions are built anew each day.")
    return value
