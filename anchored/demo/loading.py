"""Loading the demo: all of it or nothing, once."""

from contextlib import nullcontext
from random import Random

from django.conf import settings
from django.db import connection, transaction

from anchored.audit import trail
from anchored.audit.models import TrailEntry
from anchored.ground.dates import today
from patients.actions.registration import reserve_record_numbers
from patients.models import Patient

from . import booked, calls, diagnoses, life, meetings, overlaps, papers, places, staff, thread, ways
from . import house as clinic
from . import people as persons
from .histories import Historian
from .rows import Rows

PEOPLE_AT_ONCE = 1000
LOADED = "demo.loaded"


class Refused(Exception):
    """Why no demo data goes in, in one sentence."""


def loaded():
    """The trail's word that the demo was loaded, or None."""
    return TrailEntry.objects.filter(event=LOADED).order_by().first()


@transaction.atomic
def load(number, *, seed=1, into_this_database=False, say=lambda done: None):
    """Make the clinic. Returns how many people it now knows, or None when it was there already."""
    first_number = reserve_record_numbers(number)  # its lock makes a second load wait for this one
    if loaded():
        transaction.set_rollback(True)
        return None
    _check_may_load(into_this_database)
    house = _house()
    size = places.Size(number)
    places.make_room(house.programs, size)
    team = staff.make(house, size, seed)
    trail.record(LOADED, by=None, patients=number, seed=seed, day=house.today)
    _people(house, size, team, seed, first_number, say)
    calls.take(house, team)
    thread.write(house)
    with overlaps.asked_at_the_end() if number >= meetings.LARGE else nullcontext():
        meetings.hold(house, team, size)
    booked.book()
    _take_stock()
    return number


def _take_stock():
    """Let the database count its rows now: by itself it counts only what is committed, and plans for empty tables until then."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _check_may_load(into_this_database):
    if settings.IN_CLINIC and not into_this_database:
        raise Refused("This is set up for a clinic, so no demo data goes in. To load it all the same, add --into-this-database.")
    real = Patient.objects.exclude(episodes__admission__teds_case_id__isnull=False)
    if real.exists() and not into_this_database:
        raise Refused("There are patients in this database already. To load the demo beside them, add --into-this-database.")
    if taken := staff.usernames_taken():
        raise Refused(f"There are people with these usernames already: {', '.join(taken)}.")


def _house():
    try:
        return clinic.look_up(today())
    except LookupError as missing:
        raise Refused(str(missing)) from None


def _people(house, size, team, seed, first_number, say):
    everybody = ways.plan(house, size, seed)
    names = persons.namesakes(everybody)
    for start in range(0, size.people, PEOPLE_AT_ONCE):
        rows, made = Rows(), []
        for place, person in enumerate(everybody[start : start + PEOPLE_AT_ONCE], start):
            patient = _person(person, names.get(person.number), house, team, rows, Random(f"{seed} {person.number} rows"))
            patient.record_number = first_number + place
            made.append(patient)
        rows.write()
        trail.record_seen("demo.patient_made", [patient.pk for patient in made], by=None)
        say(len(made))


def _person(person, name, house, team, rows, rng):
    patient = rows.add(persons.patient(person, name, house, team, rng))
    primary = Historian(house, team, rows, rng).write(person, patient)
    life.write(person, patient, house, primary, rows)
    diagnoses.write(person, patient, house, primary, rows)
    papers.write(person, patient, house, primary, rows)
    for flag in persons.flags(person, patient, house, primary, rng):
        rows.add(flag)
    if patient.restricted:
        supervisor = team.supervisor_of[primary]
        for access in persons.names_on_restricted(patient, [primary, supervisor], supervisor, house, rng):
            rows.add(access)
    return patient
