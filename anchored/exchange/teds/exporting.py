"""The record as TEDS-A rows. One query, read as a stream: how many admissions there are does not matter.

CASEID of an imported admission is the one it came with. Our own admissions are numbered 9,000,000,000,000,000 plus a
thousand times the record number plus which of the person's episodes it is, in the order they were opened. Record
numbers and episodes are never deleted, so a number stays the same for good; and it is above all that may be imported.
"""

from django.conf import settings
from django.db.models import Count, FilteredRelation, OuterRef, Q, Subquery

from anchored.ground.dates import age_on
from patients import coded
from patients.models import Admission, Episode

from . import derive
from .codebook import COLUMNS, RANKS
from .mapping import BANDS, BANDS_OF_USE, OF_ADMISSION, OF_PATIENT, OF_USE, PLACES

OWN_CASES = 9_000_000_000_000_000
EPISODES_OF_ONE = 1_000
AT_A_TIME = 2_000

PERSON = "episode__patient__"
PATHS = (
    "teds_case_id",
    "which_episode",
    "first_stay__program__teds_setting",
    "episode__started_on",
    f"{PERSON}birth_date",
    f"{PERSON}record_number",
    *(PERSON + field for field in OF_PATIENT.values()),
    *OF_ADMISSION.values(),
    *(name for pair in BANDS.values() for name in pair),
    *PLACES.values(),
    *(f"use_{rank}__{field}" for rank in RANKS for field in OF_USE.values()),
    *(f"use_{rank}__{name}" for rank in RANKS for pair in BANDS_OF_USE.values() for name in pair),
)


def of_year(year):
    """The admissions of a calendar year."""
    return Admission.objects.filter(episode__started_on__year=year)


def rows(admissions):
    """Each admission as a dict of all columns of the codebook."""
    facts = _with_relations(admissions).order_by("episode__started_on", f"{PERSON}record_number", "pk").values_list(*PATHS)
    for values in facts.iterator(chunk_size=AT_A_TIME):
        yield _row(dict(zip(PATHS, values, strict=True)))


def write(admissions, writer):
    """Header and rows to a csv writer. Returns the number of rows."""
    writer.writerow(COLUMNS)
    written = 0
    for row in rows(admissions):
        writer.writerow([row[column] for column in COLUMNS])
        written += 1
    return written


def _with_relations(admissions):
    """The first stay, the three substances and the place among the person's episodes, each by one join."""
    opened_before = Q(opened_at__lt=OuterRef("episode__opened_at"))
    opened_with_it = Q(opened_at=OuterRef("episode__opened_at"), pk__lte=OuterRef("episode_id"))
    until_then = Episode.objects.filter(opened_before | opened_with_it, patient=OuterRef("episode__patient"))
    which = until_then.order_by().values("patient").annotate(count=Count("pk")).values("count")
    uses = {f"use_{rank}": FilteredRelation("substances", condition=Q(substances__rank=rank)) for rank in RANKS}
    first_stay = FilteredRelation("episode__stays", condition=Q(episode__stays__previous=None))
    return admissions.annotate(first_stay=first_stay, which_episode=Subquery(which), **uses)


def _row(facts):
    row = {
        "CASEID": str(facts["teds_case_id"] or _own_case(facts)),
        "ADMYR": str(facts["episode__started_on"].year),
        "AGE": derive.age_band(_age(facts)),
        "SERVICES": _number(facts["first_stay__program__teds_setting"]),
    }
    for column, field in OF_PATIENT.items():
        row[column] = coded.to_puf(field, facts[PERSON + field])
    for column, field in OF_ADMISSION.items():
        row[column] = coded.to_puf(field, facts[field])
    for column, (band, number) in BANDS.items():
        row[column] = _band(band, facts[band], facts[number])
    row |= _places(facts)
    for rank in RANKS:
        row |= _use(facts, rank)
    return row | derive.from_substances([row[f"SUB{rank}"] for rank in RANKS], [row[f"ROUTE{rank}"] for rank in RANKS])


def _use(facts, rank):
    """One of the three substances; where none is recorded, the join gives None."""
    row = {f"{column}{rank}": coded.to_puf(field, facts[f"use_{rank}__{field}"] or "") for column, field in OF_USE.items()}
    for column, (band, number) in BANDS_OF_USE.items():
        row[f"{column}{rank}"] = _band(band, facts[f"use_{rank}__{band}"] or "", facts[f"use_{rank}__{number}"])
    return row


def _places(facts):
    """Where: as imported, or where the settings say this clinic is. Region and division follow from the state."""
    ours = facts["teds_case_id"] is None
    state = facts["state_fips"] if facts["state_fips"] is not None or not ours else settings.STATE_FIPS
    cbsa = facts["cbsa"] if facts["cbsa"] is not None or not ours else settings.CBSA
    region, division = facts["census_region"], facts["census_division"]
    return {
        "STFIPS": _number(state),
        "CBSA2010": _number(cbsa),
        "REGION": derive.region(state) if region is None else str(region),
        "DIVISION": derive.division(state) if division is None else str(division),
    }


def _band(field, band, number):
    return coded.to_puf(field, coded.band_of(field, number) if number is not None else band)


def _age(facts):
    born = facts[f"{PERSON}birth_date"]
    return age_on(born, facts["episode__started_on"]) if born else None


def _own_case(facts):
    return OWN_CASES + facts[f"{PERSON}record_number"] * EPISODES_OF_ONE + facts["which_episode"]


def _number(number):
    return coded.MISSING if number is None else str(number)
