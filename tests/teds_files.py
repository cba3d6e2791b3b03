"""TEDS-A files for tests: the public sample of 300 rows, files made from it, and what the commands say."""

import csv
import io
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

SAMPLE = Path(__file__).parent / "data" / "teds_a_2017_sample.csv"


def sample(count=300):
    """Rows of the sample as dicts."""
    with SAMPLE.open(encoding="utf-8", newline="") as file:
        return [row for row, _ in zip(csv.DictReader(file), range(count), strict=False)]


def file_of(rows, place, columns=None, name="rows.csv"):
    """A file that holds these rows."""
    path = place / name
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns or list(rows[0]), extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)
    return path


def changed(place, number, count=5, **values):
    """A file of some rows of the sample in which one row, counted as a spreadsheet does, holds other values."""
    rows = sample(count)
    rows[number - 2] |= values
    return file_of(rows, place)


def bring_in(path, *options):
    """Import a file; what the command said."""
    said = io.StringIO()
    call_command("import_teds", str(path), *options, stdout=said, stderr=io.StringIO())
    return said.getvalue().strip()


def refusal(path):
    """The lines with which a file is refused."""
    complaint = io.StringIO()
    with pytest.raises(CommandError, match="Nothing was imported"):
        call_command("import_teds", str(path), stdout=io.StringIO(), stderr=complaint)
    return complaint.getvalue().splitlines()


def send_out(year=2017):
    """Export a year to standard output; its rows as dicts."""
    said = io.StringIO(newline="")
    call_command("export_teds", year=year, stdout=said)
    return list(csv.DictReader(io.StringIO(said.getvalue(), newline="")))
