"""The one way in which rows leave the house as a file. Who, by which filter and how many stands in the trail before the first row."""

import csv
import tempfile
from collections.abc import Iterable

from django.http import FileResponse, StreamingHttpResponse
from openpyxl import Workbook

from anchored.audit import trail

FORMULA = ("=", "+", "-", "@", "\t", "\r")
SPREADSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FORMATS = ("csv", "xlsx")


def send(request, event, *, name, header, rows: Iterable, count, format, **facts):
    """Rows as a download. `facts` say by which filter; `name` is that of the file and tells of nobody."""
    trail.record(event, by=request.user, count=count, format=format, **facts)
    lines = _lines(header, rows)
    return _spreadsheet(name, lines) if format == "xlsx" else _csv(name, lines)


def safe(cell):
    """A cell that no spreadsheet takes for a formula. Numbers stay numbers."""
    return f"'{cell}" if isinstance(cell, str) and cell.lstrip(" ").startswith(FORMULA) else cell


def _lines(header, rows):
    yield [safe(cell) for cell in header]
    for row in rows:
        yield [safe(cell) for cell in row]


class _Written:
    """A file for the csv writer that gives each line back instead of keeping it."""

    def write(self, line):
        return line


def _csv(name, lines):
    writer = csv.writer(_Written())
    answer = StreamingHttpResponse((writer.writerow(line) for line in lines), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return answer


def _spreadsheet(name, lines):
    """Written row by row to the disk: however long, it takes no more memory."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(name[:31])
    for line in lines:
        sheet.append(line)
    file = tempfile.TemporaryFile()  # noqa: SIM115 (closed with the answer)
    book.save(file)
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=f"{name}.xlsx", content_type=SPREADSHEET)
