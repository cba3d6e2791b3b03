"""Ratings of the six dimensions at admission, at each move and at reviews, signed on the day they were made."""

from anchored.signing.models import Signature
from patients.models import Assessment
from patients.models.assessment import DIMENSIONS

from .bundled import WORDS, say
from .places import ALUMNI, DAY, DETOX, EVENING, OUTPATIENT, PHP, RESIDENTIAL
from .rows import new_id

# What is usual for people in each program, dimension 1 to 6.
USUAL = {
    DETOX: (3, 1, 2, 2, 3, 2),
    RESIDENTIAL: (1, 1, 2, 2, 3, 3),
    PHP: (0, 1, 2, 1, 3, 2),
    DAY: (0, 0, 1, 1, 2, 1),
    EVENING: (0, 0, 1, 1, 2, 1),
    OUTPATIENT: (0, 0, 1, 0, 1, 1),
    ALUMNI: (0, 0, 0, 0, 1, 0),
}
WORST = 4
HIGH = 2
TOKENS = ("0", "1", "2", "3A", "4")  # the fourth edition's values, from none to the most
NOT_RATED_IN_FOURTH = 6
DIFFER_SHARE, COMMENT_SHARE, CHANGE_SHARE = 0.1, 0.3, 0.25
HOMELESS = "1"


def rate(*, episode, stay, facts, like, program, occasion, by, at, day, rng, chosen=None):
    """An assessment with its signature. `like`: the program that the ratings speak for; `program`: whose edition is used."""
    edition = program.level.edition
    assessment = Assessment(
        id=new_id(rng),
        episode=episode,
        stay=stay,
        occasion=occasion,
        edition=edition,
        made_on=day,
        made_by=by,
        made_at=at,
        **_ratings(edition, _values(facts, like, rng), rng),
        **_levels(chosen, program, rng),
    )
    assessment.sealed_at, assessment.digest = at, assessment.digest_now()
    return assessment, _signature(assessment, rng)


def _values(facts, like, rng):
    values = [min(WORST, max(0, usual + _change(rng))) for usual in USUAL[like]]
    values[2] = min(WORST, values[2] + (facts.admission["cooccurring"] == "1"))
    values[5] = min(WORST, values[5] + (facts.circumstances["living_arrangement"] == HOMELESS))
    return values


def _change(rng):
    return rng.choice((-1, 1)) if rng.random() < CHANGE_SHARE else 0


def _ratings(edition, values, rng):
    said = {}
    for number, value in zip(DIMENSIONS, values, strict=True):
        if edition == "4" and number == NOT_RATED_IN_FOURTH:
            continue
        said[f"rating_{number}"] = TOKENS[value] if edition == "4" else str(value)
        if rng.random() < COMMENT_SHARE and edition == "3":
            said[f"comment_{number}"] = say(rng, WORDS["comments"][str(number)]["high" if value >= HIGH else "low"])
    return said


def _levels(chosen, program, rng):
    """Mostly the level recommended is the one chosen; where not, with the reason."""
    if chosen is None:
        return {}
    levels = {"recommended": chosen.level, "chosen": chosen.level, "authorised": chosen.level}
    if chosen is not program and rng.random() < DIFFER_SHARE:
        difference = rng.choice(list(WORDS["differences"]))
        levels |= {"recommended": program.level, "difference": difference, "difference_note": WORDS["differences"][difference]}
    return levels


def _signature(assessment, rng):
    return Signature(
        id=new_id(rng),
        document_type=assessment._meta.label_lower,
        document_id=assessment.pk,
        meaning=Signature.Meaning.AUTHOR,
        signed_by=assessment.made_by,
        signed_at=assessment.sealed_at,
        name_as_signed=str(assessment.made_by),
        digest=assessment.digest,
    )
