"""TEDS-A rows into the record: each a person, an episode still open, its first stay, an admission and its substances.

All rows or none. A case that is here already is left alone; when its row says other than its record does, the file is
refused.
"""

from itertools import islice
from typing import NamedTuple

from django.db import transaction

from anchored.audit import trail
from patients import coded
from patients.actions.registration import reserve_record_numbers
from patients.models import Admission, Episode, MoveBasis, Patient, Program, Stay, SubstanceUse

from . import exporting
from .codebook import RANKS
from .derive import MISSING
from .mapping import BANDS, BANDS_OF_USE, CIRCUMSTANCES, OF_ADMISSION, OF_PATIENT, OF_USE, PLACES
from .people import identity
from .problems import Problem, Problems
from .reading import Table

AT_A_TIME = 1_000


class Outcome(NamedTuple):
    rows: int
    new: int

    @property
    def here_already(self):
        return self.rows - self.new


@transaction.atomic
def bring_in(stream, *, name, progress, dry_run=False):
    """Import the checked rows of a stream, or only say what would come in. Raises Refused, and then nothing has changed."""
    if not dry_run:
        reserve_record_numbers(0)  # holds the counter's row, so that two imports at once come one after the other
    programs = {program.teds_import: program for program in Program.objects.exclude(teds_import=None).filter(ended_on=None)}
    problems, without_program, created = Problems(), {}, []
    rows = new = 0
    for chunk in _chunks(Table(stream)):
        unknown = _unknown_cases(chunk, problems)
        for number, row in unknown:
            if int(row["SERVICES"]) not in programs:
                without_program.setdefault(row["SERVICES"], number)
        if not (dry_run or problems.total or without_program):
            created += _create([row for _, row in unknown], programs)
        rows, new = rows + len(chunk), new + len(unknown)
        progress.advance(len(chunk))
    problems.extend(_no_program(row, setting) for setting, row in without_program.items())
    problems.refuse()
    _record(created, name)
    return Outcome(rows, new)


def _record(patients, name):
    """One row of the trail for each person. Last, because nobody else can write the trail until the transaction ends."""
    for start in range(0, len(patients), AT_A_TIME):
        trail.record_seen("teds.imported", patients[start : start + AT_A_TIME], by=None, file=name)


def _chunks(table):
    """Lists of (row number, row as a dict). The rows were sound when they were checked, and the copy is ours."""
    numbered = ((number, dict(zip(table.columns, values, strict=True))) for number, values, _ in table)
    while chunk := list(islice(numbered, AT_A_TIME)):
        yield chunk


def _unknown_cases(chunk, problems):
    """The rows whose case is not here yet. A known case whose record says something else is a problem."""
    here = Admission.objects.filter(teds_case_id__in=[int(row["CASEID"]) for _, row in chunk])
    known = {row["CASEID"]: row for row in exporting.rows(here)} if here.exists() else {}
    unknown = []
    for number, row in chunk:
        there = known.get(row["CASEID"])
        if there is None:
            unknown.append((number, row))
        else:
            problems.extend(_differences(number, row, there))
    return unknown


def _differences(number, row, there):
    for column, value in row.items():
        if value != there[column]:
            sentence = f"{there[column]}, which the record of this case says; it was imported before"
            yield Problem(number, column, value, sentence)


def _no_program(row, setting):
    sentence = f"a setting that a program takes; none takes imported admissions of setting {setting}. Choose one in the admin"
    return Problem(row, "SERVICES", setting, sentence)


def _create(rows, programs):
    """The new rows of one chunk, each kind of thing at once. Returns the keys of the patients."""
    basis = MoveBasis.objects.get(code="admission")
    first_number = reserve_record_numbers(len(rows))
    patients, episodes, stays, admissions, uses = [], [], [], [], []
    for number, row in enumerate(rows, first_number):
        who = identity(int(row["CASEID"]), int(row["ADMYR"]), int(row["AGE"]))
        patient = _patient(row, who, number)
        episode = Episode(patient=patient, started_on=who.admitted_on)
        admission = _admission(row, episode)
        patients.append(patient)
        episodes.append(episode)
        stays.append(_first_stay(episode, programs[int(row["SERVICES"])], basis))
        admissions.append(admission)
        uses += _uses(row, admission)
    Patient.objects.bulk_create(patients, batch_size=AT_A_TIME)
    Episode.objects.bulk_create(episodes, batch_size=AT_A_TIME)
    Stay.objects.bulk_create(stays, batch_size=AT_A_TIME)
    Admission.objects.bulk_create(admissions, batch_size=AT_A_TIME)
    SubstanceUse.objects.bulk_create(uses, batch_size=AT_A_TIME)
    return [patient.pk for patient in patients]


def _patient(row, who, record_number):
    return Patient(
        record_number=record_number,
        given_name=who.given_name,
        family_name=who.family_name,
        birth_date=who.birth_date,
        **_coded(row, OF_PATIENT),
        **_coded(row, CIRCUMSTANCES),
    )


def _first_stay(episode, program, basis):
    return Stay(episode=episode, program=program, started_on=episode.started_on, counts_from=episode.started_on, basis=basis)


def _admission(row, episode):
    return Admission(
        episode=episode,
        teds_case_id=int(row["CASEID"]),
        **_coded(row, OF_ADMISSION),
        **_coded(row, {column: band for column, (band, _) in BANDS.items()}),
        **{field: _number(row.get(column)) for column, field in PLACES.items()},
    )


def _uses(row, admission):
    """The substances of a row; a rank of which nothing is known needs no row."""
    for rank in RANKS:
        facts = _coded(row, {f"{column}{rank}": field for column, field in OF_USE.items()})
        facts |= _coded(row, {f"{column}{rank}": band for column, (band, _) in BANDS_OF_USE.items()})
        if any(facts.values()):
            yield SubstanceUse(admission=admission, rank=rank, **facts)


def _coded(row, columns):
    """Stored codes of the columns; one that the file lacks is not known."""
    return {field: coded.from_puf(field, row.get(column, MISSING)) for column, field in columns.items()}


def _number(value):
    return None if value in (None, MISSING) else int(value)
