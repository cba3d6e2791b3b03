"""Is the trail as it was written?"""

from django.core.management.base import BaseCommand, CommandError

from anchored.audit import trail
from anchored.audit.models import TrailEntry


class Command(BaseCommand):
    help = "Recompute the chain of the trail and name the first bad row. Exit status 1 when there is one."

    def add_arguments(self, parser):
        parser.add_argument(
            "--anchor",
            metavar="SEQUENCE:HASH",
            help="A head noted earlier, outside the database. Finds a tail that was cut off or written anew.",
        )

    def handle(self, *args, anchor, **options):
        if bad := trail.first_bad_row():
            raise CommandError(f"Row {bad[0]}: {bad[1]}.")
        if anchor is not None:
            self._compare(anchor)
        sequence, digest = trail.head()
        self.stdout.write(f"{sequence} rows, none changed. Anchor: {sequence}:{digest}")

    def _compare(self, anchor):
        sequence, _, digest = anchor.partition(":")
        if not sequence.isdigit():
            raise CommandError("An anchor looks like 1042:9f86d0…, as this command printed it.")
        there = TrailEntry.objects.filter(sequence=sequence).values_list("hash", flat=True).first()
        if there != digest:
            raise CommandError(f"Row {sequence}: it is not the row that the anchor knew.")
