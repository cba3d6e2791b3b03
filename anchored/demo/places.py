"""How big the clinic is: of the people it knows, how many are in care today, in which program, and with how many clinicians.

Of the first 120 people 100 are in care. Of those after them seven in a hundred are: a clinic that has known 20,000 people has
seen most of them leave. IOP Evening is full from 120 people on; a larger clinic gets places in step, so that it stays just full.
"""

import math
from dataclasses import dataclass

FIRST, IN_CARE_OF_FIRST, IN_CARE_OF_LATER = 120, 100 / 120, 0.07
DETOX, RESIDENTIAL, PHP, DAY, EVENING, OUTPATIENT, ALUMNI = PROGRAMS = (
    "Residential detox",
    "Residential",
    "PHP",
    "IOP Day",
    "IOP Evening",
    "Outpatient",
    "Alumni",
)
OF_A_HUNDRED = {DETOX: 7, RESIDENTIAL: 13, PHP: 11, DAY: 18, EVENING: 36, OUTPATIENT: 9, ALUMNI: 6}
PATIENTS_OF_A_CLINICIAN = 50
CLINICIANS_OF_A_SUPERVISOR = 8
USUAL_EPISODE = 90
DAYS_LOOKED_BACK = 200, 1400


@dataclass(frozen=True)
class Size:
    """The clinic for a number of people known."""

    people: int

    @property
    def in_care(self):
        first = min(self.people, FIRST)
        return round(first * IN_CARE_OF_FIRST + (self.people - first) * IN_CARE_OF_LATER)

    def in_programs(self):
        """How many are in each program today, by largest remainders."""
        exact = {name: self.in_care * share / 100 for name, share in OF_A_HUNDRED.items()}
        whole = {name: int(number) for name, number in exact.items()}
        short = self.in_care - sum(whole.values())
        for name in sorted(exact, key=lambda name: whole[name] - exact[name])[:short]:
            whole[name] += 1
        return whole

    def clinicians_besides(self, known):
        """How many clinicians it takes besides the named ones, at fifty patients each."""
        return max(0, math.ceil(self.in_care / PATIENTS_OF_A_CLINICIAN) - known)

    @property
    def days_looked_back(self):
        """So long ago the first of those who left was discharged, at about ninety days an episode."""
        shortest, longest = DAYS_LOOKED_BACK
        return min(longest, max(shortest, (self.people - self.in_care) * USUAL_EPISODE // max(1, self.in_care)))


def make_room(programs, size):
    """More places in each program, in step with how many more are in care than in the clinic of 120."""
    more = size.in_care / (FIRST * IN_CARE_OF_FIRST)
    for name, taken in size.in_programs().items():
        program = programs[name]
        if more > 1 and program.capacity is not None:
            program.capacity = max(taken, int(program.capacity * more))
            program.save(update_fields=["capacity"])
