"""A list as a file for a spreadsheet: recorded before its first row leaves, written as it is read, and harmless when it is opened."""

import csv

from django.http import StreamingHttpResponse

from anchored.audit import trail

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def export(name, header, rows, *, by, event, patients, count, **narrowed):
    """The rows as a CSV file. The trail holds who took it, narrowed to what, how many rows, and one row for each patient in it."""
    trail.record(event, by=by, rows=count, **narrowed)
    if count:
        trail.record_seen("list.shown", patients, by=by, screen=event)
    writer = csv.writer(_Echo())
    lines = (writer.writerow([harmless(cell) for cell in row]) for row in _chained(header, rows))
    headers = {"Content-Disposition": f'attachment; filename="{name}.csv"', "Cache-Control": "no-store"}
    return StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8", headers=headers)


def harmless(cell):
    """A text that a spreadsheet would take for a formula, as a text."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA) else cell


def _chained(header, rows):
    yield header
    yield from rows


class _Echo:
    """What is written comes back as it is, so that no file is held."""

    def write(self, line):
        return line
