"""What is wrong with a file, in lines a person can act on."""

from typing import NamedTuple

SHOWN = 100
LONGEST_VALUE = 40


class Problem(NamedTuple):
    """One mistake. Rows are counted as a spreadsheet counts them: the header is row 1."""

    row: int
    column: str
    value: str
    expected: str

    def __str__(self):
        return f"row {self.row}, column {self.column}: value {_quoted(self.value)}, expected {self.expected}"


class Refused(Exception):
    """The file is not imported. `shown` are its first mistakes, `total` is how many there are."""

    def __init__(self, shown, total=None):
        self.shown, self.total = list(shown), total or len(shown)
        super().__init__(f"{self.total} mistakes")


class Problems:
    """Mistakes as they are found: the first hundred in full, the others counted."""

    def __init__(self):
        self.shown, self.total = [], 0

    def add(self, problem):
        self.total += 1
        if len(self.shown) < SHOWN:
            self.shown.append(problem)

    def extend(self, problems):
        for problem in problems:
            self.add(problem)

    def refuse(self):
        if self.total:
            raise Refused(self.shown, self.total)


def _quoted(value):
    """A value so that it fits on a line and cannot play tricks on a terminal."""
    return repr(value if len(value) <= LONGEST_VALUE else f"{value[:LONGEST_VALUE]}…")
