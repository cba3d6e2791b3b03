"""TEDS-A rows in."""

import os
import sys
import tempfile
from contextlib import contextmanager

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from anchored.audit.trail import TrailUnavailable
from anchored.exchange.teds import importing, rows
from anchored.exchange.teds.problems import Refused
from anchored.exchange.teds.progress import Progress


class Command(BaseCommand):
    help = (
        "Import admissions from a TEDS-A 2017 public-use CSV file: all of it or, when anything in it is wrong, nothing. "
        "Importing a file again changes nothing. Rows are counted as a spreadsheet counts them: the header is row 1."
    )

    def add_arguments(self, parser):
        parser.add_argument("file", metavar="FILE.csv")
        parser.add_argument("--dry-run", action="store_true", help="Check the file and say what would come in; change nothing.")

    def handle(self, *args, file, dry_run, **options):
        with self._in_words(file), open(file, "rb") as stream, tempfile.TemporaryFile() as copy:
            with Progress(sys.stderr, "Checking") as progress:
                total = rows.check(stream, copy, progress)
            copy.seek(0)
            with Progress(sys.stderr, "Comparing" if dry_run else "Importing", total) as progress:
                outcome = importing.bring_in(copy, name=_printable(os.path.basename(file)), progress=progress, dry_run=dry_run)
        said = f"{outcome.rows:,} rows, {outcome.new:,} new, {outcome.here_already:,} already here."
        self.stdout.write(f"{said} A dry run: nothing was imported." if dry_run else said)

    @contextmanager
    def _in_words(self, file):
        """Every refusal is a sentence on standard error and exit status 1."""
        try:
            yield
        except Refused as refusal:
            self._list(refusal)
            raise CommandError(f"{file}: {_count(refusal.total)}. Nothing was imported.") from None
        except OSError as trouble:
            raise CommandError(f"{file}: {trouble.strerror or trouble}. Nothing was imported.") from None
        except (DatabaseError, TrailUnavailable) as trouble:
            reason = str(trouble).partition("\n")[0] or "the trail cannot be written"
            raise CommandError(f"The database refused ({reason}). Nothing was imported.") from None
        except KeyboardInterrupt:
            raise CommandError("Stopped. Nothing was imported.") from None

    def _list(self, refusal):
        for problem in refusal.shown:
            self.stderr.write(str(problem))
        more = refusal.total - len(refusal.shown)
        if more:
            self.stderr.write(f"and {more:,} more")


def _count(mistakes):
    return "1 mistake" if mistakes == 1 else f"{mistakes:,} mistakes"


def _printable(name):
    """A file's name as the trail can hold it: names may hold bytes that are no text."""
    return os.fsencode(name).decode("utf-8", "replace")[:100]
