"""A believable clinic to try the house with."""

import sys
import time

from django.core.management.base import BaseCommand, CommandError

from anchored.demo import loading, staff

MOST_PEOPLE = 200_000


class Command(BaseCommand):
    help = "Load a made-up clinic: staff over all roles, people along the whole continuum. Running it again changes nothing."

    def add_arguments(self, parser):
        parser.add_argument("--patients", type=int, default=120, metavar="N", help="how many people the clinic has known (120)")
        parser.add_argument("--seed", type=int, default=1, metavar="S", help="another number makes other people (1)")
        parser.add_argument("--sign-ins", action="store_true", help="load nothing; print one sign-in for each role")
        parser.add_argument("--into-this-database", action="store_true", help="load also where there are patients already, or in a clinic")

    def handle(self, *args, patients, seed, sign_ins, into_this_database, **options):
        if sign_ins:
            self._print_sign_ins()
            return
        if not 1 <= patients <= MOST_PEOPLE:
            raise CommandError(f"--patients must be between 1 and {MOST_PEOPLE:,}.")
        self._load(patients, seed, into_this_database)

    def _load(self, patients, seed, into_this_database):
        began, self._done, self._of = time.monotonic(), 0, patients
        try:
            made = loading.load(patients, seed=seed, into_this_database=into_this_database, say=self._show_progress)
        except loading.Refused as refusal:
            raise CommandError(str(refusal)) from None
        if made is None:
            self._say_what_is_there()
            return
        self.stdout.write(f"The demo clinic is loaded: {made:,} people in {time.monotonic() - began:.0f} s.")
        self.stdout.write("Sign-ins: manage.py demo --sign-ins")

    def _show_progress(self, more):
        self._done += more
        if sys.stderr.isatty() and self._of > loading.PEOPLE_AT_ONCE:
            self.stderr.write(f"\r{self._done:,} of {self._of:,} people", ending="\n" if self._done == self._of else "")

    def _say_what_is_there(self):
        facts = loading.loaded().facts
        known = f"{facts['patients']:,} people, seed {facts['seed']}, loaded on {facts['day']}"
        self.stdout.write(f"The demo clinic is there already: {known}. Nothing was changed.")

    def _print_sign_ins(self):
        if not loading.loaded():
            raise CommandError("There is no demo clinic in this database. Load it first: manage.py demo")
        rows = [("Role", "Name", "Username"), *staff.sign_ins()]
        widths = [max(len(row[column]) for row in rows) for column in range(3)]
        for role, name, username in rows:
            password = "Password" if username == "Username" else staff.PASSWORD
            self.stdout.write(f"  {role:{widths[0]}}   {name:{widths[1]}}   {username:{widths[2]}}   {password}")
