"""Days as people write them."""

import datetime
import re

from django.conf import settings
from django.utils import timezone

MONTHS = "january february march april may june july august september october november december".split()
ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
NUMBERS = re.compile(r"(\d{1,2})[/.](\d{1,2})[/.](\d{4})")
WORDS = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?\s+([a-z]{3,9})\.?,?\s+(\d{4}|\d{2})", re.IGNORECASE)
WORDS_US = re.compile(r"([a-z]{3,9})\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})", re.IGNORECASE)
EARLIEST, LATEST = datetime.date(1850, 1, 1), datetime.date(2200, 1, 1)


def today():
    """The clinic's day, wherever the server stands."""
    return timezone.localdate()


def read_day(text):
    """The day somebody typed: 1991-03-04, 3/4/1991 (month first in American English), 4 Mar 91, March 4, 1991.

    Raises ValueError when it is no real day or could be two of them.
    """
    text = " ".join(str(text).split())
    if not text.isascii():
        raise ValueError("A day is written in the digits 0 to 9.")
    if found := ISO.fullmatch(text):
        year, month, day = map(int, found.groups())
    elif found := NUMBERS.fullmatch(text):
        first, second, year = map(int, found.groups())
        month, day = (first, second) if settings.LANGUAGE_CODE == "en-us" else (second, first)
    elif found := WORDS.fullmatch(text):
        day, month, year = int(found[1]), _month(found[2]), _year(found[3])
    elif found := WORDS_US.fullmatch(text):
        day, month, year = int(found[2]), _month(found[1]), int(found[3])
    else:
        raise ValueError("Not a day.")
    day = datetime.date(year, month, day)
    if not EARLIEST <= day < LATEST:
        raise ValueError("Out of range.")
    return day


def _month(word):
    """March, mar or Sept: a month by its first letters, three at least."""
    for number, month in enumerate(MONTHS, 1):
        if month.startswith(word.lower()):
            return number
    raise ValueError("Not a month.")


def _year(digits):
    """91 is 1991: two digits mean the last hundred years."""
    if len(digits) == 4:
        return int(digits)
    this_year = today().year
    year = this_year - this_year % 100 + int(digits)
    return year if year <= this_year else year - 100


def age_on(born, day):
    """Whole years lived on a day. Somebody born on 29 February has the birthday on 1 March in other years."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))
