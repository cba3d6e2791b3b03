"""The coded facts of a person and an admission: what each code means, and what the public-use file (PUF) calls it.

We store the codes that states submit to TEDS. The public-use file is coarser, so what came from it is stored under a code
of its own, `P` and the public code, unless only one of our codes can be meant. An empty text means not known.
"""

from collections import defaultdict
from functools import cache

from .reference import read

NOT_KNOWN = ""
MISSING = "-9"

FIELDS = read("coded_fields.json")


def choices(field):
    """What a form offers: [(code, label)]."""
    return [(row["code"], row["label"]) for row in FIELDS[field] if row["offered"]]


def all_codes(field):
    """Every code that a record may hold, as [(code, label)]."""
    return [(row["code"], row["label"]) for row in FIELDS[field]]


choices_of = all_codes  # as the columns of the models call it


def label(field, code):
    """The words for a code."""
    return "Not known" if code == NOT_KNOWN else _labels(field)[code]


def to_puf(field, code):
    """The one public-use code of a stored code; -9 when it is not known or not applicable."""
    return MISSING if code == NOT_KNOWN else _puf_codes(field)[code]


def from_puf(field, puf):
    """The one stored code of a public-use code."""
    return NOT_KNOWN if puf == MISSING else _stored_codes(field)[puf]


def band_of(field, number):
    """The band that a number falls into: `band_of("days_waiting_band", 9)` is the code of 8 to 14 days."""
    if number is None:
        return NOT_KNOWN
    for row in FIELDS[field]:
        if row["low"] <= number and (row["high"] is None or number <= row["high"]):
            return row["code"]
    return NOT_KNOWN


@cache
def _labels(field):
    return dict(all_codes(field))


@cache
def _puf_codes(field):
    return {row["code"]: row["puf"] for row in FIELDS[field]}


@cache
def _stored_codes(field):
    """Several stored codes may share a public code; then the coarse one stands for it."""
    sharing = defaultdict(list)
    for row in FIELDS[field]:
        sharing[row["puf"]].append(row["code"])
    return {puf: codes[0] if len(codes) == 1 else f"P{puf}" for puf, codes in sharing.items() if puf != MISSING}
