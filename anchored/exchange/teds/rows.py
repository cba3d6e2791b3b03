"""Whether the rows of a file are sound: every code known, every case once, nothing that contradicts itself."""

from . import codebook, derive
from .derive import FLAGS, MISSING, NONE
from .problems import Problem, Problems
from .reading import Table

DERIVED = (*FLAGS, "IDU", "ALCDRUG")
SUBSTANCES = tuple(f"SUB{rank}" for rank in codebook.RANKS)
ROUTES = tuple(f"ROUTE{rank}" for rank in codebook.RANKS)


def check(stream, copy, progress):
    """Read a whole file, writing what is read to `copy`. Returns the number of rows; raises Refused."""
    problems = Problems()
    table = Table(stream, copy)
    checker = Checker(table.columns)
    for row, values, problem in table:
        problems.extend([problem] if problem else checker.check(row, values))
        progress.advance()
    if not progress.done:
        problems.add(Problem(2, table.columns[0], "", "at least one row; the file has a header and nothing else"))
    problems.refuse()
    return progress.done


class Checker:
    """Checks the rows of one file, in the order of its columns."""

    def __init__(self, columns):
        self.columns = columns
        self._allowed = [codebook.CODES.get(name) for name in columns]
        self._seen = set()
        self._place = {name: position for position, name in enumerate(columns)}
        self._derived = [name for name in DERIVED if name in self._place]

    def check(self, row, values):
        """The mistakes of one row."""
        problems = [
            Problem(row, name, value, codebook.expected(name, value))
            for name, value, allowed in zip(self.columns, values, self._allowed, strict=True)
            if (value not in allowed if allowed else not codebook.is_sound(name, value))
        ]
        wrong = {problem.column for problem in problems}
        if "CASEID" not in wrong:
            problems += self._seen_before(row, values[self._place["CASEID"]])
        if wrong.isdisjoint(SUBSTANCES + ROUTES):
            problems += [problem for problem in self._contradictions(row, values) if problem.column not in wrong]
        return problems

    def _seen_before(self, row, case):
        if int(case) in self._seen:
            return [Problem(row, "CASEID", case, "each case once; this one stands in an earlier row")]
        self._seen.add(int(case))
        return []

    def _contradictions(self, row, values):
        """Flags, IDU and ALCDRUG that say other than the substances and routes of their row."""
        substances = [values[self._place[name]] for name in SUBSTANCES]
        routes = [values[self._place[name]] for name in ROUTES]
        right = derive.from_substances(substances, routes)
        for name in self._derived:
            value = values[self._place[name]]
            if value != right[name]:
                yield Problem(row, name, value, f"{right[name]}, because {_reason(name, substances, routes)}")


def _reason(column, substances, routes):
    """Why a derived column must be what it must be, in the columns it follows from."""
    if column in FLAGS:
        for name, substance in zip(SUBSTANCES, substances, strict=True):
            if substance == FLAGS[column]:
                return f"{name} is {substance} ({codebook.label(name, substance)})"
        return f"none of SUB1 to SUB3 is {FLAGS[column]} ({codebook.label('SUB1', FLAGS[column])})"
    if all(substance in (NONE, MISSING) for substance in substances):
        return "SUB1 to SUB3 report no substance"
    if column == "IDU":
        return f"ROUTE1 to ROUTE3 are {', '.join(routes)} (4 is injection)"
    return f"SUB1 to SUB3 are {', '.join(substances)} (2 is alcohol)"
