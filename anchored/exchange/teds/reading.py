"""Lines of a CSV file that may hold anything: never more of it in memory than one line, and no line longer than 64 KB."""

import codecs
import csv
import difflib

from .codebook import COLUMNS, REQUIRED
from .problems import Problem, Refused

LONGEST_LINE = 65_536
AS_UTF8 = "UTF-8 text: save the file as “CSV UTF-8 (comma delimited)”"
NO_UTF8_MARKS = {codecs.BOM_UTF16_LE: "UTF-16", codecs.BOM_UTF16_BE: "UTF-16"}


class Table:
    """A file's header, and then its rows as lists of texts in the order of the header.

    What is read is written to `copy` as well: a pipe can be read only once, and a file may change while it is checked.
    """

    def __init__(self, stream, copy=None):
        self._stream, self._copy, self._row = stream, copy, 0
        self.columns = ()
        self.columns = _header(self._line())

    def __iter__(self):
        """(row, values, problem) of each row: its values, or why it has none."""
        blank = None
        while line := self._line():
            if not line.strip():
                blank = blank or self._row  # at the end of the file nobody minds
                continue
            if blank:
                yield blank, None, Problem(blank, self.columns[0], "", "a row; the line is empty")
                blank = None
            yield self._row, *self._values(line)

    def _line(self):
        """The next line with its end; nothing at the end of the file. Raises Refused at one that is too long to be a row."""
        line = self._stream.readline(LONGEST_LINE + 1)
        self._row += 1
        if len(line) > LONGEST_LINE:
            field = line.rsplit(b",", 1)[-1].decode("latin-1")
            column = _column_at(self.columns, line.count(b","))
            raise Refused([Problem(self._row, column, field, f"a line of at most {LONGEST_LINE:,} bytes")])
        if self._copy:
            self._copy.write(line)
        return line

    def _values(self, line):
        text, problem = _text(self._row, line, self.columns)
        if problem:
            return None, problem
        values = _fields(text)
        wanted = len(self.columns)
        if values is None:
            quote = text.index('"')
            column = _column_at(self.columns, text.count(",", 0, quote))
            return None, Problem(self._row, column, text[quote:], "a closing quote; the quote is not closed on its line")
        if len(values) != wanted:
            column = _column_at(self.columns, min(len(values), wanted))
            surplus = values[wanted] if len(values) > wanted else ""
            return None, Problem(self._row, column, surplus, f"{wanted} fields, one for each column; the row has {len(values)}")
        return values, None


def _header(line):
    """The columns of a file, when they are those it must have."""
    if not line:
        raise Refused([Problem(1, COLUMNS[0], "", f"a header with {len(REQUIRED)} columns; the file is empty")])
    text, problem = _text(1, line.removeprefix(codecs.BOM_UTF8), ())
    if problem:
        raise Refused([problem])
    columns = _fields(text)
    if columns is None:
        raise Refused([Problem(1, "1", text, "a closing quote; the quote is not closed on its line")])
    problems = _wrong_separator(columns) or [*_unknown(columns), *_twice(columns), *_missing(columns)]
    if problems:
        raise Refused(problems)
    return columns


def _wrong_separator(columns):
    for sign, word in ((";", "semicolons"), ("\t", "tabs"), ("|", "bars")):
        if len(columns) == 1 and sign in columns[0]:
            return [Problem(1, "1", columns[0], f"columns separated by commas; these are separated by {word}")]
    return []


def _unknown(columns):
    for position, name in enumerate(columns, 1):
        if name not in COLUMNS:
            near = difflib.get_close_matches(name.strip().upper()[:40], COLUMNS, 1)
            hint = f" (did you mean {near[0]}?)" if near else ""
            yield Problem(1, str(position), name, f"a column of the TEDS-A 2017 codebook{hint}")


def _twice(columns):
    for name in sorted({name for name in columns if name in COLUMNS and columns.count(name) > 1}):
        yield Problem(1, name, name, f"each column once; it is there {columns.count(name)} times")


def _missing(columns):
    for name in REQUIRED:
        if name not in columns:
            yield Problem(1, name, "", "this column; it is missing")


def _text(row, line, columns):
    """The line as text without its end, or the problem with it."""
    for mark, encoding in NO_UTF8_MARKS.items():
        if row == 1 and line.startswith(mark):
            return None, Problem(row, "1", encoding, AS_UTF8)
    if b"\0" in line:
        return None, _bad_byte(row, line, line.index(b"\0"), columns)
    try:
        text = line.decode("utf-8")
    except UnicodeDecodeError as trouble:
        return None, _bad_byte(row, line, trouble.start, columns)
    text = text.removesuffix("\n").removesuffix("\r")
    if "\r" in text:
        start = text.partition("\r")[0]
        column = _column_at(columns, start.count(","))
        return None, Problem(row, column, start[-20:] + "\r", f"lines that end in LF or CRLF, not in CR alone, and {AS_UTF8}")
    return text, None


def _fields(text):
    """The fields of a line; None when a quote in it is not closed."""
    if '"' not in text:
        return text.split(",")
    try:
        return next(csv.reader([text], strict=True))
    except csv.Error:
        return None


def _bad_byte(row, line, position, columns):
    column = _column_at(columns, line.count(b",", 0, position))
    around = line[line.rfind(b",", 0, position) + 1 :].split(b",")[0].strip()
    return Problem(row, column, around.decode("latin-1"), AS_UTF8)


def _too_long(row, line):
    field = line.rsplit(b",", 1)[-1]
    column = f"{line.count(b',') + 1}, counted from the left"
    return Problem(row, column, field[:LONGEST_LINE].decode("latin-1"), f"a line of at most {LONGEST_LINE:,} bytes")


def _column_at(columns, position):
    """The name of the column at a position; its number where there is none."""
    return columns[position] if position < len(columns) else str(position + 1)
