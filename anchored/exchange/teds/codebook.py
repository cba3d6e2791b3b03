"""The columns of TEDS-A 2017 and what each may hold."""

import re

from patients.reference import read

from .states import STATES

_variables = read("teds_a_2017_codes.json")["variables"]

COLUMNS = tuple(_variables)
# Left out of the published extracts that drop columns with little in them: read when present.
OPTIONAL = {"GENDER", "EMPLOY", "PSOURCE", "REGION", "DIVISION", "TRNQFLG", "BARBFLG"}
REQUIRED = tuple(name for name in COLUMNS if name not in OPTIONAL)

RANKS = (1, 2, 3)
CASE_DIGITS = 15  # above these stand the case numbers of our own admissions (exporting.py)
WHOLE_NUMBER = re.compile(r"0|-?[1-9][0-9]*")

_PATTERNS = {
    "CASEID": (re.compile(rf"[1-9][0-9]{{0,{CASE_DIGITS - 1}}}"), f"a whole number of 1 to {CASE_DIGITS} digits"),
    "CBSA2010": (re.compile(r"-9|[1-9][0-9]{4}"), "a whole number of 5 digits, or -9"),
}
CODES = {name: frozenset(variable["codes"]) for name, variable in _variables.items() if name not in _PATTERNS}
CODES["STFIPS"] = frozenset(str(fips) for fips in STATES)


def label(column, code):
    """What the codebook calls a code."""
    return _variables[column]["codes"][code][0]


def is_sound(column, value):
    """Whether a column may hold this text."""
    if column in _PATTERNS:
        return _PATTERNS[column][0].fullmatch(value) is not None
    return value in CODES[column]


def expected(column, value=""):
    """What a column may hold, in words, with a hint when the text is no plain number."""
    if column == "STFIPS":
        words = "a state's FIPS code, 1 to 78"
    elif column in _PATTERNS:
        words = _PATTERNS[column][1]
    else:
        words = _in_words(CODES[column])
    return words if WHOLE_NUMBER.fullmatch(value) else f"{words}, in plain digits without spaces"


def _in_words(codes):
    """Codes as people say them: "1 to 19, or -9"."""
    numbers = sorted(int(code) for code in codes)
    missing = [-9] if -9 in numbers else []
    numbers = [number for number in numbers if number >= 0]
    if len(numbers) > 2 and numbers[-1] - numbers[0] == len(numbers) - 1:
        parts = [f"{numbers[0]} to {numbers[-1]}"]
    else:
        parts = [str(number) for number in numbers]
    parts += [str(number) for number in missing]
    return " or ".join([", ".join(parts[:-1]), parts[-1]]) if len(parts) > 1 else parts[0]
