"""Questions whose SQL is built once. Building it costs Django more than the database needs to answer: half of a chart's time.

The SQL and how a row becomes an instance are Django's, taken from the queryset; only the values are filled in anew each time.
"""

import datetime
import re
import time
import uuid
from contextlib import ExitStack, contextmanager, nullcontext
from typing import ClassVar

from django.db import connection
from django.db.models.query import ModelIterable, get_related_populators
from django.utils import timezone

from .dates import today

KEPT_SECONDS = 60
LONG_AGO = datetime.datetime(1607, 5, 14, tzinfo=datetime.UTC)
PLACE = re.compile(r"%%|IN \(%s\)|%s")
# Values that nobody's record holds, one for each kind of slot: they mark the place in the parameters.
MARKS = {
    int: lambda place: 8_071_990 + place,
    datetime.date: lambda place: (LONG_AGO + datetime.timedelta(days=place)).date(),
    datetime.datetime: lambda place: LONG_AGO + datetime.timedelta(days=place),
    uuid.UUID: lambda place: uuid.UUID(int=0xA4C40000_0000_4000_8000_000000000000 + place),
    str: lambda place: f"qzxwvkqzxw{place}",
}


class Remembered:
    """A queryset with slots: `Remembered(lambda user, patient: …, user=int, patient=UUID)`, asked with the values by name.

    `build` gets a mark for each slot. What else it depends on must be in `varies_with`; the day and the zone always are, since
    most questions are about those in force today. A text slot may stand in a `contains`; a slot for a list, `episodes=[UUID]`,
    in an `in`. A moment is aware. Rows of a `values_list` are tuples.
    """

    def __init__(self, build, *, varies_with=lambda: (), **slots):
        self.build, self.varies_with, self.slots = build, varies_with, slots
        self._ready = {}

    def __call__(self, **values):
        """The rows, as the queryset would give them."""
        (rows,) = together(self.about(**values))
        return rows

    def about(self, **values):
        """The question with its values, to be asked together with others."""
        key = (connection.vendor, today(), timezone.get_current_timezone_name(), self.varies_with())
        question = self._ready.get(key)
        if question is None:
            question = self._prepare()
            self._ready = {key: question}  # at midnight another thread may put its own in its place
        return question, values

    def _prepare(self):
        marks = {name: _mark(kind, place) for place, (name, kind) in enumerate(self.slots.items())}
        rows = self.build(**marks)
        compiler = rows.query.get_compiler(connection=connection)
        sql, params = compiler.as_sql()
        found = [_slot(param, marks) for param in params]
        if connection.vendor == "postgresql":
            sql = _with_arrays(sql, [isinstance(marks.get(name), list) for name, _ in found])
        missing = set(marks) - {name for name, _ in found if name}
        if missing:
            raise ValueError(f"No place was found for {', '.join(sorted(missing))}.")
        read = Reading(compiler) if rows._iterable_class is ModelIterable else Tuples(compiler)
        return Question(sql, [fill for _, fill in found], read)


def together(*questions):
    """Ask several questions at once, none of which waits for the answer to another: the rows of each, in their order.

    `stays, flags = together(all_stays.about(patient=key), all_flags.about(patient=key))` is one round trip on PostgreSQL.
    """
    with ExitStack() as stack:
        cursors = [stack.enter_context(connection.cursor()) for _ in questions]
        with _in_one_go() if len(questions) > 1 else nullcontext():
            for cursor, (question, values) in zip(cursors, questions, strict=True):
                question.send(cursor, values)
        return [question.rows(cursor) for cursor, (question, _) in zip(cursors, questions, strict=True)]


@contextmanager
def _in_one_go():
    if connection.vendor != "postgresql":
        yield
        return
    with connection.wrap_database_errors, connection.connection.pipeline():
        yield


class Kept:
    """A question whose rows each process keeps for a minute.

    Only for lists that an administrator edits once in a while, and for the choices of a filter. Nothing of a patient, and
    nothing that opens or allows anything. Whoever gets a row does not change it.
    """

    _all: ClassVar[list] = []

    def __init__(self, build, **slots):
        self._ask, self._rows = Remembered(build, **slots), {}
        self._all.append(self)

    def __call__(self, **values):
        return self._now(values)[0]

    def by_key(self, wanted):
        """The rows by their primary key; asked anew when one that is wanted is newer than the list."""
        keyed = self._now({})[1]
        return keyed if keyed.keys() >= wanted else self._now({}, anew=True)[1]

    def _now(self, values, anew=False):
        key = tuple(values.values())
        rows, keyed, until = self._rows.get(key, (None, None, 0))
        if anew or time.monotonic() >= until:
            rows = self._ask(**values)
            keyed = {row.pk: row for row in rows}
            self._rows[key] = rows, keyed, time.monotonic() + KEPT_SECONDS
        return rows, keyed

    @classmethod
    def forget(cls):
        """Ask anew from now on."""
        for each in cls._all:
            each._rows.clear()


def with_kept(rows, **lists):
    """The rows, with relations filled in from lists that are kept: no statement need join them.

    `with_kept(stays, program=all_places)`; the lists are whole tables.
    """
    for name, kept in lists.items():
        keys = [getattr(row, f"{name}_id") for row in rows]
        there = kept.by_key({key for key in keys if key is not None})
        for row, key in zip(rows, keys, strict=True):
            if key is not None:
                setattr(row, name, there[key])
    return rows


class Question:
    """A statement, what fills its places, and how its rows are read."""

    def __init__(self, sql, places, read):
        self.sql, self.places, self.read = sql, places, read

    def send(self, cursor, values):
        given = [fill(values) for fill in self.places]
        if connection.vendor != "postgresql" and any(isinstance(each, Several) for each in given):
            cursor.execute(_widened(self.sql, given), [one for each in given for one in (each if isinstance(each, Several) else [each])])
        else:
            cursor.execute(self.sql, given)

    def rows(self, cursor):
        return [self.read(row) for row in cursor.fetchall()]


class Several(list):
    """The values of a list."""


def _with_arrays(sql, lists):
    """The statement with one place for each list, which PostgreSQL takes whole: one plan for lists of every length."""
    return _placed(sql, lists, lambda is_list: "= ANY(%s)" if is_list else "IN (%s)")


def _widened(sql, given):
    """The statement with as many places for each list as it has values."""
    return _placed(sql, given, lambda each: f"IN ({', '.join(['%s'] * (len(each) if isinstance(each, Several) else 1))})")


def _placed(sql, places, in_list):
    """The statement with each `IN (%s)` as `in_list` says of what stands there."""
    places = iter(places)

    def place(found):
        if found[0] == "%%":
            return "%%"
        each = next(places)
        return "%s" if found[0] == "%s" else in_list(each)

    return PLACE.sub(place, sql)


class Tuples:
    """How a row of a `values_list` becomes what it holds."""

    def __init__(self, compiler):
        self.converters = compiler.get_converters([column for column, _, _ in compiler.select]).items()

    def __call__(self, row):
        return tuple(self.converted(row))

    def converted(self, row):
        row = list(row)
        for place, (converters, expression) in self.converters:
            for convert in converters:
                row[place] = convert(row[place], expression, connection)
        return row


class Reading(Tuples):
    """How a row becomes an instance: what Django works out anew for every queryset that is run."""

    def __init__(self, compiler):
        super().__init__(compiler)
        info = compiler.klass_info
        columns = info["select_fields"]
        self.model = info["model"]
        self.own = slice(columns[0], columns[-1] + 1)
        self.names = [column.target.attname for column, _, _ in compiler.select[self.own]]
        self.related = get_related_populators(info, compiler.select, connection.alias)  # type: ignore[call-arg]  # as in Django 5.2
        self.annotations = compiler.annotation_col_map.items()

    def __call__(self, row):
        row = self.converted(row)
        instance = self.model.from_db(connection.alias, self.names, row[self.own])
        for related in self.related:
            related.populate(row, instance)
        for name, place in self.annotations:
            setattr(instance, name, row[place])
        return instance


def _mark(kind, place):
    return [MARKS[kind[0]](place)] if isinstance(kind, list) else MARKS[kind](place)


def _slot(param, marks):
    """The name of the slot that a parameter stands for, and how it is filled; the parameter itself when it is none."""
    for name, mark in marks.items():
        if isinstance(mark, list) and param == _adapt(mark[0]):
            return name, _several(name, param)
        if not isinstance(mark, list) and param == _adapt(mark):
            return name, _one(name, param)
        if isinstance(param, str) and isinstance(mark, str) and mark in param:
            return name, lambda values, name=name, mark=mark: param.replace(mark, connection.ops.prep_for_like_query(values[name]))
    return None, lambda values: param


def _one(name, param):
    fit = _fitting(param)
    return lambda values: fit(values[name])


def _several(name, param):
    """The values of a list; the mark for none at all: no row holds it."""
    fit = _fitting(param)
    return lambda values: Several([fit(value) for value in values[name]] or [param])


def _fitting(param):
    """Whole numbers keep the width that Django chose for their column; a key that is asked for as it is stays so."""
    if isinstance(param, uuid.UUID):
        return lambda value: value
    return type(param) if isinstance(param, int) else _adapt


def _adapt(value):
    if isinstance(value, uuid.UUID):
        return value if connection.features.has_native_uuid_field else value.hex
    if isinstance(value, datetime.datetime):
        return connection.ops.adapt_datetimefield_value(value)
    if isinstance(value, datetime.date):
        return connection.ops.adapt_datefield_value(value)
    return value
