"""The way each person takes along the continuum, in programs and days. Rows are made from it in histories.py."""

from dataclasses import dataclass, field
from datetime import date
from random import Random

from . import case_mix
from .house import days
from .places import ALUMNI, DAY, DETOX, EVENING, OUTPATIENT, PHP, PROGRAMS, RESIDENTIAL

LETTERS = dict(zip("DRPIEOA", PROGRAMS, strict=True))
# How people came to where they are: programs by their letter, and how usual that is.
PATHS = {
    DETOX: {"D": 70, "ED": 12, "OD": 8, "DRD": 6, "PD": 4},
    RESIDENTIAL: {"DR": 65, "R": 25, "ER": 6, "PR": 4},
    PHP: {"DP": 28, "P": 22, "RP": 18, "DRP": 27, "EP": 5},
    DAY: {"I": 30, "PI": 24, "DPI": 16, "DRPI": 16, "DI": 6, "EI": 5, "OI": 3},
    EVENING: {"E": 33, "PE": 22, "DPE": 15, "DRPE": 15, "DRE": 5, "IE": 6, "OE": 4},
    OUTPATIENT: {"O": 18, "IO": 16, "EO": 18, "PEO": 12, "DRPEO": 12, "DPIO": 10, "EDEO": 5, "RO": 4, "DO": 5},
    ALUMNI: {"EOA": 34, "PIOA": 24, "DRPEOA": 24, "DPIOA": 14, "IA": 4},
}
USUAL_DAYS = dict(zip(PROGRAMS, ((3, 8), (18, 34), (8, 22), (35, 80), (35, 80), (50, 130), (120, 360)), strict=True))
SO_FAR = {DETOX: 5, RESIDENTIAL: 27, PHP: 18, DAY: 68, EVENING: 68, OUTPATIENT: 110, ALUMNI: 300}
# Why people leave, how often, and from where.
LEAVINGS = {
    "completed": (44, (DAY, EVENING, OUTPATIENT, OUTPATIENT, ALUMNI)),
    "left_against_advice": (20, (DETOX, RESIDENTIAL, PHP, DAY, EVENING)),
    "lost_to_contact": (13, (PHP, DAY, EVENING, OUTPATIENT)),
    "elopement": (4, (DETOX, RESIDENTIAL)),
    "transferred_arrived": (7, (DETOX, RESIDENTIAL, PHP)),
    "ended_by_program": (3, (RESIDENTIAL, DAY, EVENING)),
    "incarcerated": (3, (DAY, EVENING, OUTPATIENT)),
    "moved_away": (2, (EVENING, OUTPATIENT)),
    "administrative_closure": (2, (OUTPATIENT, ALUMNI)),
    "medical_or_psychiatric_need": (2, (DETOX, RESIDENTIAL)),
}
RETURNED_SHARE, RETURNED_TWICE_SHARE = 0.17, 0.02
DAYS_AWAY = 21, 300
HOMELESS = "1"


@dataclass(slots=True)
class Course:
    """One episode: the programs in turn, the day each began, and how it ended."""

    programs: list
    begins: list
    ended_on: date | None
    leaving: str = ""

    def spans(self):
        """(program, first day, first day no longer in it) of each stay."""
        return list(zip(self.programs, self.begins, [*self.begins[1:], self.ended_on], strict=True))


@dataclass(slots=True)
class Person:
    """Somebody on the way: number, facts, and the episodes from the first to the last."""

    number: int
    facts: case_mix.Facts
    courses: list = field(default_factory=list)

    @property
    def first_day(self):
        return self.courses[0].begins[0]

    @property
    def program_today(self):
        last = self.courses[-1]
        return last.programs[-1] if last.ended_on is None else None


def plan(house, size, seed):
    """Everybody with their ways, whoever came first first."""
    deal = case_mix.Deal(seed, size.people)
    people = [Person(number, case_mix.draw(deal.hand(number), Random(f"{seed} {number} facts"))) for number in range(size.people)]
    for person, program in zip(people, _where_today(people, size, seed), strict=True):
        person.courses = _courses(person.facts, program, house.today, size, Random(f"{seed} {person.number} way"))
    return sorted(people, key=lambda person: (person.first_day, person.number))


def _where_today(people, size, seed):
    """A program for each person in care, None for the others. Beds go to those who need them most."""
    rng = Random(f"{seed} places")
    urgency = {person.number: _urgency(person.facts) + rng.random() for person in people}
    most_urgent = sorted(urgency, key=lambda number: -urgency[number])
    taken = size.in_programs()
    beds, rest = [], [None] * (size.people - size.in_care)
    for program, number in taken.items():
        (beds if program in (DETOX, RESIDENTIAL) else rest).extend([program] * number)
    rng.shuffle(rest)
    where = dict(zip(most_urgent, [*beds, *rest], strict=True))
    return [where[person.number] for person in people]


def _urgency(facts):
    return facts.needs_withdrawal_management + 0.4 * (facts.circumstances["living_arrangement"] == HOMELESS)


def _courses(facts, program, today, size, rng):
    """The last course first: it ends today or on a day of its own; those before it lie further back."""
    if program:
        courses = [_open_course(facts, program, today, rng)]
    else:
        courses = [_closed_course(facts, today - days(rng.randint(1, size.days_looked_back)), rng)]
    again = rng.random()
    for share in (RETURNED_SHARE, RETURNED_TWICE_SHARE):
        if again < share:
            courses.insert(0, _closed_course(facts, courses[0].begins[0] - days(rng.randint(*DAYS_AWAY)), rng))
    return courses


def _open_course(facts, program, today, rng):
    path = _path(facts, program, rng)
    return _backwards(path, [*_lengths(path[:-1], path, rng), rng.randint(1, SO_FAR[program])], today)


def _closed_course(facts, ended_on, rng):
    leaving = rng.choices(list(LEAVINGS), [weight for weight, _ in LEAVINGS.values()])[0]
    path = _path(facts, rng.choice(LEAVINGS[leaving][1]), rng)
    lengths = _lengths(path, path, rng)
    if leaving not in ("completed", "transferred_arrived"):
        lengths[-1] = max(1, round(lengths[-1] * rng.uniform(0.1, 0.8)))
    course = _backwards(path, lengths, ended_on)
    course.ended_on, course.leaving = ended_on, leaving
    return course


def _path(facts, program, rng):
    """Whoever needs withdrawal management mostly began with it."""
    usual = PATHS[program]
    weights = [weight * (3 if (letters[0] == "D") == facts.needs_withdrawal_management else 1) for letters, weight in usual.items()]
    return [LETTERS[letter] for letter in rng.choices(list(usual), weights)[0]]


def _lengths(programs, path, rng):
    """Days in each of the programs; shorter where a return to use cut the stay off."""
    lengths = []
    for place, program in enumerate(programs):
        length = rng.randint(*USUAL_DAYS[program])
        steps_up = place + 1 < len(path) and PROGRAMS.index(path[place + 1]) < PROGRAMS.index(program)
        lengths.append(max(2, length // 3) if steps_up else length)
    return lengths


def _backwards(path, lengths, end):
    begins = []
    for length in reversed(lengths):
        end -= days(length)
        begins.insert(0, end)
    return Course(path, begins, None)
