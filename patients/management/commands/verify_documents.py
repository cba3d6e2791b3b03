"""Are the scanned papers as they were filed, and is each of them there?"""

import hashlib
import time

from django.core.management.base import BaseCommand, CommandError

from patients import shelf
from patients.models import Scan

A_DAY = 24 * 3600


class Command(BaseCommand):
    help = "Compare the folder of scanned papers with the record, after a restore too. Exit status 1 when one is changed or missing."

    def add_arguments(self, parser):
        parser.add_argument("--sweep", action="store_true", help="Remove files older than a day that no record knows.")

    def handle(self, *args, sweep, **options):
        damaged = [str(key) for key, digest in Scan.objects.values_list("pk", "digest").iterator() if self._digest(key) != digest]
        strays = sorted(shelf.names() - {str(key) for key in Scan.objects.values_list("pk", flat=True)})
        for name in strays if sweep else ():
            self._remove(name)
        self.stdout.write(f"{Scan.objects.count()} scans, {len(strays)} files without a record.")
        if damaged:
            raise CommandError(f"Changed or missing: {', '.join(damaged)}.")

    def _digest(self, key):
        content = shelf.read(key)
        return hashlib.sha256(content).hexdigest() if content is not None else None

    def _remove(self, name):
        """One that is being filed at this moment has no record yet."""
        if shelf.shelf().get_modified_time(name).timestamp() < time.time() - A_DAY:
            shelf.shelf().delete(name)
