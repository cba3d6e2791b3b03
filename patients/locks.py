"""Locks on parent rows, held until the transaction ends.

Always in this order, so that nobody waits for somebody who waits for them: the patient, the episode, the program; the trail
comes last of all.
"""

from uuid import UUID

from anchored.accounts.refusals import SomeoneWasFirst
from anchored.ground.remembered import Remembered

from .models import Episode, Patient, Program

_patients = Remembered(lambda key: Patient.objects.select_for_update().filter(pk=key), key=UUID)
_episodes = Remembered(lambda key: Episode.objects.select_for_update().filter(pk=key), key=UUID)
_programs = Remembered(lambda key: Program.objects.select_for_update(of=["self"]).select_related("level").filter(pk=key), key=int)


def patient(key) -> Patient:
    """The person as known by now. Raises SomeoneWasFirst when the record was merged into another meanwhile."""
    known = _only(_patients(key=key))
    if known.merged_into:
        raise SomeoneWasFirst(
            f"This record is one with record no. {known.merged_into.record_number} since a moment ago. Nothing was changed. Go on there."
        )
    return known


def both(one, other):
    """Two records of, perhaps, one person, always the same one first."""
    first, second = sorted((one, other))
    found = {first: _only(_patients(key=first)), second: _only(_patients(key=second))}
    return found[one], found[other]


def episode(key) -> Episode:
    """The episode as it is now."""
    return _only(_episodes(key=key))


def program(known) -> Program:
    """The program, so that its last place goes once. One without a limit has no last place, and nobody waits for it."""
    return known if known.capacity is None else _only(_programs(key=known.pk))


def _only(rows):
    (row,) = rows
    return row
