"""Processes that move a patient to and fro until they are killed, for tests/test_faults.py.

For each line on standard input a mover is forked. Standard output has its process number, the key of each stay after the
transaction that made it has ended, and the word `killed` when the mover is gone.
"""

import os
import sys
from itertools import cycle

import django


def say(word):
    """In one piece, at once."""
    os.write(1, f"{word}\n".encode())


def move_to_and_fro():
    from anchored.accounts.models import User
    from anchored.ground.dates import today
    from patients.actions import episodes
    from patients.models import MoveBasis, Program, Stay

    mover = User.objects.get(username="mover")
    stay = Stay.objects.get(ended_on=None)
    programs = {program.name: program for program in Program.objects.filter(name__in=["PHP", "IOP Day"])}
    basis = MoveBasis.objects.get(code="ready")
    for name in cycle(["IOP Day", "PHP"]):
        if name != stay.program.name:
            reason = "To and fro, until I am killed."
            stay = episodes.move(stay, to=programs[name], on=today(), basis=basis, reason=reason, ratings=["1"] * 6, by=mover)
            say(stay.pk)


def fork_a_mover():
    child = os.fork()
    if child:
        say(child)
        os.waitpid(child, 0)
        say("killed")
        return
    try:
        move_to_and_fro()
    finally:
        os._exit(1)


if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    from tests import settings

    settings.DATABASES["default"]["NAME"] = os.environ["DATABASE_URL"].partition("sqlite:///")[2] or settings.DATABASES["default"]["NAME"]
    django.setup()
    for _ in sys.stdin:
        fork_a_mover()
