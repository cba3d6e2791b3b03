"""The columns that nobody fills in: worked out from the others, in public-use codes."""

from .states import REGION_OF_DIVISION, STATES

MISSING = "-9"
NONE, ALCOHOL, INJECTION = "1", "2", "4"
NOT_REPORTED = {NONE, MISSING}

# flag -> the code of SUB1 to SUB3 that raises it
FLAGS = {
    "ALCFLG": "2",
    "COKEFLG": "3",
    "MARFLG": "4",
    "HERFLG": "5",
    "METHFLG": "6",
    "OPSYNFLG": "7",
    "PCPFLG": "8",
    "HALLFLG": "9",
    "MTHAMFLG": "10",
    "AMPHFLG": "11",
    "STIMFLG": "12",
    "BENZFLG": "13",
    "TRNQFLG": "14",
    "BARBFLG": "15",
    "SEDHPFLG": "16",
    "INHFLG": "17",
    "OTCFLG": "18",
    "OTHERFLG": "19",
}
AGES = ((12, 14), (15, 17), (18, 20), (21, 24), (25, 29), (30, 34), (35, 39), (40, 44), (45, 49), (50, 54), (55, 64), (65, 150))


def from_substances(substances, routes):
    """ALCFLG to OTHERFLG, IDU and ALCDRUG, of the three substances and their three routes."""
    reported = {substance for substance in substances if substance not in NOT_REPORTED}
    columns = {flag: "1" if substance in reported else "0" for flag, substance in FLAGS.items()}
    columns["IDU"] = _injection(reported, routes)
    columns["ALCDRUG"] = _kind_of_use(reported)
    return columns


def _injection(reported, routes):
    if not reported:
        return MISSING
    return "1" if INJECTION in routes else "0"


def _kind_of_use(reported):
    if not reported:
        return "0"
    if reported == {ALCOHOL}:
        return "1"
    return "3" if ALCOHOL in reported else "2"


def age_band(age):
    """The AGE code of an age in years; -9 when it is not known or under 12, for which the codebook has no code."""
    for code, (youngest, oldest) in enumerate(AGES, 1):
        if age is not None and youngest <= age <= oldest:
            return str(code)
    return MISSING


def division(state):
    return str(STATES[state]) if state in STATES else MISSING


def region(state):
    return str(REGION_OF_DIVISION[STATES[state]]) if state in STATES else MISSING
