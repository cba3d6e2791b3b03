"""TEDS-A rows out."""

import csv
import os
import stat
import tempfile
from contextlib import contextmanager, suppress

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from anchored.audit import trail
from anchored.exchange.teds import exporting

YEARS = range(1900, 2200)


class Command(BaseCommand):
    help = (
        "Write the admissions of a year as TEDS-A public-use rows, with every column of the 2017 codebook; -9 where not known. "
        "The file can be read by its owner only."
    )

    def add_arguments(self, parser):
        parser.add_argument("--year", type=int, required=True, metavar="YYYY")
        parser.add_argument("--out", metavar="FILE", help="Where to write. Without it, to standard output.")

    def handle(self, *args, year, out, **options):
        if year not in YEARS:
            raise CommandError(f"--year {year}: expected a year of four digits, such as 2017.")
        with _in_words(out):
            if out:
                with _new_file(out) as target:
                    count = self._export(year, target)
                self.stdout.write(f"{count:,} rows written to {out}.")
            else:
                self._export(year, self.stdout)

    def _export(self, year, target):
        """The trail first and in a transaction of its own: nothing leaves unrecorded, and nobody waits for a slow reader."""
        admissions = exporting.of_year(year)
        trail.record("teds.exported", by=None, year=year, count=admissions.count(), to_file=target is not self.stdout)
        count = exporting.write(admissions, csv.writer(target))
        target.flush()
        return count


@contextmanager
def _in_words(out):
    try:
        yield
    except BrokenPipeError:
        with suppress(OSError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # so that Python's own flush at the end stays silent
        raise CommandError("The reader closed the pipe before the end.") from None
    except OSError as trouble:
        raise CommandError(f"{out or 'Standard output'}: {trouble.strerror or trouble}. No file was written.") from None
    except trail.TrailUnavailable:
        raise CommandError("The trail cannot be written, so nothing was exported.") from None
    except DatabaseError as trouble:
        raise CommandError(f"The database refused ({str(trouble).partition(chr(10))[0]}). No file was written.") from None
    except KeyboardInterrupt:
        raise CommandError("Stopped. No file was written.") from None


@contextmanager
def _new_file(path):
    """A file that takes its name only when it is whole. What stood there before stays until then."""
    path = os.path.realpath(path)
    if os.path.exists(path) and not stat.S_ISREG(os.stat(path).st_mode):
        raise CommandError(f"{path}: expected a file; this is a folder or a device. No file was written.")
    number, draft = tempfile.mkstemp(dir=os.path.dirname(path), prefix=".teds-")
    try:
        with open(number, "w", newline="", encoding="utf-8") as target:
            yield target
            os.fsync(number)
        os.replace(draft, path)
    except BaseException:
        os.unlink(draft)
        raise
