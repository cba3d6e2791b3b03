"""Who comes: the coded facts of a person and of an admission, in the shares of the national counts of 2017.

Among 120 people a code comes up as often as its share says, not by luck: each column is dealt out evenly. What states did not
report, up to half of a column, is kept to one in twenty-five, because a clinic asks. People under 18 are left out: the programs
are for adults. Where one answer makes another likely (work and wages), the shares are tilted, and stay near the counts.
"""

from bisect import bisect
from dataclasses import dataclass, field
from functools import cache
from itertools import accumulate, pairwise
from random import Random

from patients import coded
from patients.reference import read

_COLUMNS = read("teds_a_2017_codes.json")["variables"]
COUNTS = {name: {code: count for code, (_, count) in column["codes"].items()} for name, column in _COLUMNS.items()}
NOT_KNOWN_SHARE = 0.04
ALWAYS_KNOWN = {"AGE", "GENDER", "SUB1", "SUB2", "SUB3", "ROUTE1"}
NO_SUBSTANCE = "1"
ALCOHOL, COCAINE, CANNABIS = "2", "3", "4"
OPIOIDS = {"5", "6", "7"}
SEDATIVES = {"13", "14", "15", "16"}
CHILDREN = ("1", "2")
_LOWEST_AGES = (18, 21, 25, 30, 35, 40, 45, 50, 55, 65, 79)
AGES = {str(code): (low, above - 1) for code, (low, above) in enumerate(pairwise(_LOWEST_AGES), 3)}
FIRST_USE = {"1": (9, 11), "2": (12, 14), "3": (15, 17), "4": (18, 20), "5": (21, 24), "6": (25, 29), "7": (30, 45)}
WAITING = {"0": (0, 0), "1": (1, 7), "2": (8, 14), "3": (15, 30), "4": (31, 60)}
ARRESTS = {"0": (0, 0), "1": (1, 1), "2": (2, 4)}

# How a substance is usually taken; with the shares of the substances this gives about the national routes.
ROUTES = {
    ALCOHOL: {"1": 1},
    COCAINE: {"2": 58, "3": 33, "4": 8, "1": 1},
    CANNABIS: {"2": 96, "1": 3, "3": 1},
    "5": {"4": 66, "3": 26, "2": 7, "1": 1},
    "6": {"1": 90, "4": 10},
    "7": {"1": 66, "3": 17, "4": 13, "2": 4},
    "8": {"2": 85, "1": 15},
    "9": {"1": 90, "3": 5, "2": 5},
    "10": {"2": 61, "4": 27, "3": 9, "1": 3},
    "11": {"1": 68, "3": 15, "2": 10, "4": 7},
    "12": {"1": 70, "3": 20, "2": 10},
    "17": {"3": 1},
    "19": {"1": 55, "2": 30, "5": 15},
}
BY_MOUTH = {"1": 95, "3": 5}
# Codes of ours that share one public code, and how often each is meant.
MEANT = {
    "education": {
        "1": {"8": 5, "7": 2, "6": 2, "4": 1},
        "2": {"9": 3, "10": 4, "11": 5},
        "4": {"13": 4, "14": 5, "15": 2, "71": 3},
        "5": {"16": 8, "17": 1, "18": 3},
    },
    "marital_status": {"4": {"4": 9, "5": 1}},
    "ethnicity": {"3": {"3": 3, "4": 7}},
    "health_insurance": {"1": {"1": 5, "2": 3, "6": 2}},
    "payment_source": {"2": {"2": 4, "8": 5, "7": 1}},
    "frequency": {"2": {"2": 4, "3": 3, "4": 3}},
    "self_help_30d": {"4": {"4": 6, "5": 4}},
    "not_in_labor_detail": {"5": {"6": 9, "7": 1}},
}
DIAGNOSES = {ALCOHOL: ("4", "9", "3", "1"), COCAINE: ("6", "13"), CANNABIS: ("7", "10"), **dict.fromkeys(OPIOIDS, ("5", "12"))}
OTHER_DIAGNOSES = ("8", "11", "2")
LATER_FIRST_USE = {"1": 0.25, "2": 0.5, "3": 0.8, "4": 1.15, "5": 1.5, "6": 1.6, "7": 1.4}
EARLIER_FIRST_USE = {"1": 1.7, "2": 1.6, "3": 1.25, "4": 0.8, "5": 0.5, "6": 0.35, "7": 0.25}


class Shares:
    """Codes with their weights: a number from 0 up to 1 picks one."""

    def __init__(self, weights):
        self._codes = list(weights)
        self._bounds = list(accumulate(weights.values()))

    def at(self, number):
        return self._codes[bisect(self._bounds, number * self._bounds[-1])]


class Deal:
    """Numbers for everybody: evenly spread over each column, in an order that the seed shuffles."""

    def __init__(self, seed, people):
        self._seed, self._people, self._columns = seed, people, {}

    def hand(self, person):
        return lambda column: self._column(column)[person]

    def _column(self, column):
        if column not in self._columns:
            numbers = [(place + 0.5) / self._people for place in range(self._people)]
            Random(f"{self._seed} {column}").shuffle(numbers)
            self._columns[column] = numbers
        return self._columns[column]


@dataclass(slots=True)
class Facts:
    """What is known of one person on the day of an admission. Coded facts are stored codes."""

    age: int
    person: dict
    circumstances: dict
    admission: dict
    uses: list = field(default_factory=list)

    @property
    def primary(self):
        return self.uses[0]["substance"]

    @property
    def takes_opioids(self):
        return any(use["substance"] in OPIOIDS for use in self.uses)

    @property
    def is_hispanic(self):
        return self.person["ethnicity"] in {"1", "2", "3", "4", "6"}

    @property
    def needs_withdrawal_management(self):
        return self.uses[0]["frequency"] == "5" and self.primary in OPIOIDS | SEDATIVES | {ALCOHOL}


@cache
def shares(column, tilts=()):
    """The national shares of a column, some codes made likelier or rarer."""
    known = {code: count for code, count in COUNTS[column].items() if code != coded.MISSING and not (column == "AGE" and code in CHILDREN)}
    for code, times in tilts:
        known[code] = known[code] * times
    if column not in ALWAYS_KNOWN:
        known[coded.MISSING] = NOT_KNOWN_SHARE * sum(known.values())
    return Shares(known)


def draw(hand, rng):
    """Everything coded about one person: `hand` gives each column's number, `rng` what lies between the codes."""
    return Drawing(hand, rng).facts()


class Drawing:
    """One person's answers, the later ones given the earlier ones."""

    def __init__(self, hand, rng):
        self._hand, self._rng = hand, rng

    def facts(self):
        age = self._rng.randint(*AGES[self._public("AGE")])
        sex = self._public("GENDER")
        facts = Facts(age, self._person(age, sex), self._circumstances(age), {}, self._uses(age))
        facts.admission = self._admission(facts, sex)
        return facts

    def _public(self, column, **tilts):
        return shares(column, tuple((code.removeprefix("c"), times) for code, times in tilts.items())).at(self._hand(column))

    def _stored(self, name, public):
        """The code we store for a public one; where it is finer, the likely ones in turn."""
        finer = MEANT.get(name, {}).get(public)
        return self._rng.choices(list(finer), finer.values())[0] if finer else coded.from_puf(name, public)

    def _person(self, age, sex):
        return {
            "sex": sex,
            "race": self._stored("race", self._public("RACE")),
            "ethnicity": self._stored("ethnicity", self._public("ETHNIC")),
            "veteran": self._stored("veteran", self._public("VET", c1=0.2) if age < 25 else self._public("VET")),
        }

    def _circumstances(self, age):
        employment = self._public("EMPLOY", c1=0.2, c2=0.5, c3=0.2) if age >= 65 else self._public("EMPLOY")
        return {
            "education": self._stored("education", self._public("EDUC", c5=0) if age < 21 else self._public("EDUC")),
            "marital_status": self._stored("marital_status", self._marital_status(age)),
            "employment": self._stored("employment", employment),
            "not_in_labor_detail": self._why_not_working(age, employment),
            "living_arrangement": self._stored("living_arrangement", self._public("LIVARAG")),
            "income_source": self._income(age, employment),
            "health_insurance": self._insurance(age),
        }

    def _marital_status(self, age):
        if age < 25:
            return self._public("MARSTAT", c1=5)
        return self._public("MARSTAT", c1=0.6) if age >= 45 else self._public("MARSTAT")

    def _why_not_working(self, age, employment):
        if employment != "4":
            return "96" if employment in {"1", "2", "3"} else ""
        detail = self._public("DETNLF", c2=6) if age < 25 else self._public("DETNLF", c2=0.3)
        return ("3" if age >= 62 else "4") if detail == "3" else self._stored("not_in_labor_detail", detail)

    def _income(self, age, employment):
        works = employment in {"1", "2"}
        source = self._public("PRIMINC", c1=12, c5=0.1) if works else self._public("PRIMINC", c1=0.25)
        return ("3" if age >= 62 else "4") if source == "3" else self._stored("income_source", source)

    def _insurance(self, age):
        insurance = self._public("HLTHINS", c3=9) if age >= 65 else self._public("HLTHINS")
        return ("3" if age >= 60 else "20") if insurance == "3" else self._stored("health_insurance", insurance)

    def _admission(self, facts, sex):
        referral = self._public("PSOURCE")
        by_court = self._stored("criminal_justice_referral", self._public("DETCRIM")) if referral == "7" else "96"
        return {
            "pregnant": self._pregnant(facts.age, sex),
            "payment_source": self._payment(facts.circumstances["health_insurance"]),
            "referral_source": self._stored("referral_source", referral),
            "criminal_justice_referral": by_court,
            "prior_episodes": self._stored("prior_episodes", self._public("NOPRIOR")),
            "medication_opioid_therapy": self._medication(facts),
            "days_waiting": self._between("DAYWAIT", WAITING),
            "cooccurring": self._stored("cooccurring", self._public("PSYPROB")),
            "arrests_30d": self._between("ARRESTS", ARRESTS),
            "self_help_30d": self._stored("self_help_30d", self._public("FREQ_ATND_SELF_HELP")),
            "diagnosis_class": self._diagnosis(facts.primary),
        }

    def _pregnant(self, age, sex):
        if sex != "2":
            return "96"
        return "1" if self._hand("PREG") < 0.06 and age < 45 else "2"

    def _payment(self, insurance):
        tilts = {"4": {"c4": 6}, "21": {"c1": 3, "c5": 3, "c6": 3, "c4": 0.1, "c2": 0}, "3": {"c3": 60}, "20": {"c3": 20}}
        return self._stored("payment_source", self._public("PRIMPAY", **tilts.get(insurance, {"c2": 20})))

    def _medication(self, facts):
        """Planned for as many as the counts say, all of them people who take opioids: somewhat under half do."""
        if not facts.takes_opioids:
            return "2"
        known = COUNTS["METHUSE"]
        return "1" if self._hand("METHUSE") < known["1"] / (known["1"] + known["2"]) / 0.46 else "2"

    def _diagnosis(self, primary):
        codes = DIAGNOSES.get(primary, OTHER_DIAGNOSES)
        return Shares({code: COUNTS["DSMCRIT"][code] for code in codes}).at(self._hand("DSMCRIT"))

    def _between(self, column, bands):
        """A number inside the band that the counts give; None when it is not known."""
        band = self._public(column)
        return None if band == coded.MISSING else self._rng.randint(*bands[band])

    def _uses(self, age):
        """One to three substances, none twice."""
        uses, taken = [], []
        for rank in (1, 2, 3):
            substance = substances(rank, tuple(taken)).at(self._hand(f"SUB{rank}"))
            if substance == NO_SUBSTANCE:
                break
            taken.append(substance)
            uses.append(self._use(rank, substance, age))
        return uses

    def _use(self, rank, substance, age):
        return {
            "substance": coded.from_puf("substance", substance),
            "route": coded.from_puf("route", routes(substance).at(self._hand(f"ROUTE{rank}"))),
            "frequency": self._stored("frequency", self._public(f"FREQ{rank}")),
            "first_use_age": self._first_use(rank, substance, age),
        }

    def _first_use(self, rank, substance, age):
        usual = EARLIER_FIRST_USE if substance in {ALCOHOL, CANNABIS} else LATER_FIRST_USE
        band = shares(f"FRSTUSE{rank}", tuple(usual.items())).at(self._hand(f"FRSTUSE{rank}"))
        if band == coded.MISSING:
            return None
        youngest, oldest = FIRST_USE[band]
        return min(self._rng.randint(youngest, oldest), age - 1)


@cache
def substances(rank, taken):
    """The shares of the substance of a rank, without those named already; as many people name none as the counts say."""
    known = {code: count for code, count in COUNTS[f"SUB{rank}"].items() if code != coded.MISSING}
    nothing = known.pop(NO_SUBSTANCE)
    left = {code: count for code, count in known.items() if code not in taken}
    if rank == 1:
        return Shares(left)
    if rank == 3:  # whoever has no second substance has no third
        nothing -= _share_without_second() * (nothing + sum(known.values()))
    return Shares(left | {NO_SUBSTANCE: nothing * sum(left.values()) / sum(known.values())})


def _share_without_second():
    second = COUNTS["SUB2"]
    return second[NO_SUBSTANCE] / (sum(second.values()) - second[coded.MISSING])


@cache
def routes(substance):
    return Shares(ROUTES.get(substance, BY_MOUTH))
