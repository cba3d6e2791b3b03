"""The rows are de-identified: each gets a person who does not exist, the same one on every run.

A case number is hashed and every choice takes its own bytes of the hash, so nothing depends on the order of the rows, on
other rows or on the Python that runs.
"""

import datetime
import hashlib
import json
from pathlib import Path
from typing import NamedTuple

from .derive import AGES

NAMES = json.loads((Path(__file__).parent / "names.json").read_text(encoding="utf-8"))
OLDEST = 84  # of the last band, which has no upper end


class Identity(NamedTuple):
    given_name: str
    family_name: str
    birth_date: datetime.date
    admitted_on: datetime.date


def identity(case, year, age_code):
    """A name, a day in the year of admission, and a birth date that puts the age on that day into its band."""
    digest = hashlib.blake2b(f"teds-a:{case}".encode(), digest_size=32).digest()
    given, family, day, born = (int.from_bytes(digest[start : start + 8], "big") for start in (0, 8, 16, 24))
    first_day = datetime.date(year, 1, 1)
    admitted_on = first_day + datetime.timedelta(days=day % (datetime.date(year + 1, 1, 1) - first_day).days)
    return Identity(
        NAMES["given"][given % len(NAMES["given"])],
        NAMES["family"][family % len(NAMES["family"])],
        _birth_date(admitted_on, age_code, born),
        admitted_on,
    )


def _birth_date(admitted_on, age_code, number):
    youngest, oldest = AGES[age_code - 1]
    latest = _years_before(admitted_on, youngest)
    earliest = _years_before(admitted_on, min(oldest, OLDEST) + 1) + datetime.timedelta(days=1)
    return earliest + datetime.timedelta(days=number % ((latest - earliest).days + 1))


def _years_before(day, years):
    """The same day years ago; for 29 February where there is none, the day before, on which nobody has a birthday later."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)
