"""Whom people in care have in their life, how they want to be reached, and when they cannot come. For those in care today only."""

from random import Random

from patients.models import Channel, Commitment, Contact, Relationship

from .bundled import NAMES, WORDS
from .house import days
from .people import AREA_CODES
from .places import DAY, EVENING, OUTPATIENT
from .rows import new_id

FAMILY = ["parent", "parent", "spouse", "partner", "sibling", "sibling", "child", "grandparent"]
OTHERS = {"friend": 3, "sponsor": 3, "primary_care": 3, "employer": 1, "case_manager": 1, "housing": 1}
ORGANISATIONS = {
    "probation": "Hampden County Probation", "primary_care": "Bay Street Family Medicine", "employer": "Millbrook Supply",
    "case_manager": "Valley Community Services", "housing": "Harbor House",
}  # fmt: skip
BY_COURT, FULL_TIME, PART_TIME, STUDENT = "7", "1", "2", "2"
WEEKDAYS = range(5)
MORNING, AFTERNOON, EVENING_SHIFT, NIGHT = (480, 960), (540, 1020), (960, 1320), (1380, 420)


def write(person, patient, house, by, rows):
    """Of its own dice, so that everything else is as it would be without it."""
    if person.program_today is None:
        return
    rng = Random(f"{patient.pk} life")
    since = person.courses[-1].begins[0]
    at = house.at(since, rng, earliest=12)
    _wishes(patient, rng)
    for facts in _contacts(person, patient, rng):
        rows.add(Contact(id=new_id(rng), patient=patient, added_by=by, added_at=at, **facts))
    for kind, weekday, starts, ends, later in _times(person, rng):
        begins = since + days(later)
        rows.add(
            Commitment(
                id=new_id(rng),
                patient=patient,
                kind=kind,
                weekday=weekday,
                starts=starts,
                ends=ends,
                started_on=begins,
                added_by=by,
                added_at=at,
            )
        )


def _wishes(patient, rng):
    if rng.random() < 0.3:
        patient.reach_by = rng.choice([Channel.PHONE, Channel.TEXT, Channel.TEXT, Channel.EMAIL if patient.email else Channel.PHONE])
        patient.may_leave_message = rng.random() < 0.3
        patient.reach_wishes = rng.choice(WORDS["wishes"]) if rng.random() < 0.5 else ""


def _contacts(person, patient, rng):
    """Family first, as the emergency contact; an officer of the court for those whom it sent; others."""
    if rng.random() < 0.85:
        told = rng.choice(WORDS["may_be_told"]) if rng.random() < 0.7 else ""
        yield _somebody(rng.choice(FAMILY), patient.family_name, rng) | {"is_emergency": True, "may_be_told": told}
    if person.facts.admission["referral_source"] == BY_COURT:
        yield _somebody("probation", "", rng) | {"caution": rng.choice(WORDS["cautions"]) if rng.random() < 0.5 else ""}
    if rng.random() < 0.4:
        yield _somebody(rng.choices(list(OTHERS), OTHERS.values())[0], "", rng)


def _somebody(relationship, family, rng):
    given = rng.choice(NAMES[rng.choice(["women", "men"])])
    if not family or rng.random() < 0.3:
        family = rng.choice(NAMES["families"])
    return {
        "name": f"{given} {family}",
        "relationship": Relationship(relationship),
        "organisation": ORGANISATIONS.get(relationship, ""),
        "phone": f"({rng.choice(AREA_CODES)}) 555-01{rng.randint(0, 99):02}",
        "channel": Channel.PHONE,
        "may_leave_message": rng.random() < 0.4,
    }


def _times(person, rng):
    """(kind, weekday, starts, ends, days later) of work, school and childcare; those in day programs work in the evening."""
    facts, program = person.facts.circumstances, person.program_today
    if program not in (DAY, EVENING, OUTPATIENT):
        return
    if facts["employment"] in (FULL_TIME, PART_TIME):
        shift = rng.choice([EVENING_SHIFT, NIGHT] if program == DAY else [MORNING, AFTERNOON, AFTERNOON])
        worked = WEEKDAYS if facts["employment"] == FULL_TIME else rng.sample(WEEKDAYS, 3)
        yield from _on(sorted(worked), "work", *shift)
    elif facts["not_in_labor_detail"] == STUDENT and program != DAY:
        yield from _on(range(4), "school", 510, 870)
    if rng.random() < 0.15:
        yield from _on(WEEKDAYS, "childcare", 870, 990)


def _on(weekdays, kind, starts, ends):
    for weekday in weekdays:
        if starts < ends:
            yield kind, weekday, starts, ends, 0
        else:
            yield kind, weekday, starts, 1440, 0
            yield kind, (weekday + 1) % 7, 0, ends, 1
