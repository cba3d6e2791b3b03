"""What people were diagnosed with at their last admission: the primary substance, and for some a condition beside it."""

from random import Random

from patients.models import Diagnosis
from patients.models.diagnosis import Remission, Severity

from .places import ALUMNI
from .rows import new_id

FAMILIES = {
    "2": "F10", "3": "F14", "4": "F12", **dict.fromkeys("567", "F11"), "8": "F16", "9": "F16", **dict.fromkeys(("10", "11", "12"), "F15"),
    **dict.fromkeys(("13", "14", "15", "16"), "F13"), "17": "F18",
}  # fmt: skip
OTHER_SUBSTANCE = "F19"
WITHOUT_DEPENDENCE = {"9", "10", "11", "12", "13"}  # of the diagnosis groups of TEDS
BESIDE = ["F33.1", "F41.1", "F43.12", "F33.0"]
YES = "1"


def write(person, patient, house, by, rows):
    """Of its own dice, like the life beside treatment."""
    rng = Random(f"{patient.pk} diagnosis")
    since = person.courses[-1].begins[0]
    facts = {"diagnosed_on": since, "diagnosed_by": by, "recorded_by": by, "recorded_at": house.at(since, rng, earliest=12)}
    if person.facts.uses:
        code, beside = _of_the_substance(person, rng)
        _add(rows, rng, patient, house, code, is_primary=True, **beside, **facts)
    if person.facts.admission["cooccurring"] == YES:
        _add(rows, rng, patient, house, rng.choice(BESIDE), **facts)


def _add(rows, rng, patient, house, code, **facts):
    """Unless an administrator has renamed the code."""
    if code in house.diagnosis_codes:
        rows.add(Diagnosis(id=new_id(rng), patient=patient, code=house.diagnosis_codes[code], **facts))


def _of_the_substance(person, rng):
    family = FAMILIES.get(person.facts.uses[0]["substance"], OTHER_SUBSTANCE)
    if person.facts.admission["diagnosis_class"] in WITHOUT_DEPENDENCE:
        return f"{family}.10", {"severity": Severity.MILD, "criteria": rng.randint(2, 3)}
    severe = rng.random() < 0.65
    beside = {"severity": Severity.SEVERE, "criteria": rng.randint(6, 10)} if severe else {"severity": Severity.MODERATE, "criteria": 5}
    if person.program_today == ALUMNI:
        return f"{family}.21", {**beside, "remission": rng.choice([Remission.EARLY, Remission.SUSTAINED])}
    return f"{family}.20", beside
