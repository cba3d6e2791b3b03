"""What a report says: a table of counts and of figures drawn from them, and which of its numbers the chart shows."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from . import small_cells


@dataclass(frozen=True)
class Figure:
    """A share, a mean, a median. `of` are the counts that it rests on: it is shown only where all of them are."""

    words: str
    value: float | None = None
    of: tuple[int, ...] = ()

    def __str__(self):
        return self.words


NONE = Figure("")


def share(part, whole):
    """So many of a hundred, or nothing of nobody."""
    if not whole:
        return NONE
    percent = round(100 * part / whole)
    return Figure(f"{percent}%", percent, (part, whole - part, whole))


@dataclass(frozen=True)
class Hidden:
    """A number that is not shown."""

    words: str

    def __str__(self):
        return self.words


@dataclass(frozen=True)
class Table:
    """Rows of a label and cells. An int counts people, or what they did; with `has_sum` the last row is the sum of those above,
    with `has_total` the last int of a row is the sum of those before it. Words and Figures are no counts."""

    heads: Sequence[str]
    rows: list[tuple]
    has_sum: bool = False
    has_total: bool = False

    def without_small_cells(self, limit):
        """The same table for somebody who may not know whom a small number is about."""
        if not limit or not self.rows:
            return self
        places = [place for place, cell in enumerate(self.rows[0]) if type(cell) is int]
        counts = [[row[place] for place in places] for row in self.rows]
        hidden = small_cells.hidden(counts, limit, has_sum=self.has_sum, has_total=self.has_total)
        rows = [_shown(row, places, marks, limit) for row, marks in zip(self.rows, hidden, strict=True)]
        return Table(self.heads, rows, self.has_sum, self.has_total)

    @property
    def body(self):
        return self.rows[:-1] if self.has_sum else self.rows

    @property
    def foot(self):
        return self.rows[-1:] if self.has_sum else []

    @property
    def is_empty(self):
        return not any(type(cell) is int and cell for row in self.rows for cell in row)


def _shown(row, places, marks, limit):
    cells = list(row)
    for place, mark in zip(places, marks, strict=True):
        if mark:
            cells[place] = Hidden(f"fewer than {limit}" if mark == small_cells.SMALL else "not shown")
    for place, cell in enumerate(cells):
        if isinstance(cell, Figure) and cell.of and (any(marks) or any(0 < count < limit for count in cell.of)):
            cells[place] = Hidden("not shown")
    return tuple(cells)


@dataclass(frozen=True)
class Chart:
    """Which numbers of the table are drawn: `bars` of one column, a line for each of some columns, or for each of some rows."""

    kind: str  # bars, columns, rows
    columns: Sequence[int]
    title: str
    rows: Sequence[str] = ()
    most: float | None = None
    unit: str = ""


@dataclass(frozen=True)
class Report:
    """A question, how it is answered, and what its words mean."""

    slug: str
    title: str
    about: str
    terms: Sequence[str]
    build: Callable[[Any, Any], tuple[Table, Chart]]
    tracked: bool = field(default=True)
    days: int = 28  # of the time that it is first opened with
