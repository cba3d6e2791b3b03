"""Small numbers are not shown, nor any that would give them away.

A table with its sums is a network: each count is an edge from its row to its column, sums are edges that flow back, and what flows
into a row or column flows out of it. A hidden count is safe when the others that are hidden leave room for it to be another number:
when a round trip over hidden edges can add one to it, or take one from it, and every number stays what its mark says.
"""

from collections import defaultdict

SMALL, WITHHELD = "small", "withheld"
EVERYTHING = 10**9
SEVERAL = -1


def hidden(counts, limit, *, has_sum=False, has_total=False):
    """A mark for each count of a matrix: SMALL (1 to limit - 1), WITHHELD (shown, it would give a small one away), or None."""
    marks = [[SMALL if 0 < count < limit else None for count in row] for row in counts]
    while bare := _known(counts, marks, limit, has_sum, has_total):
        following = _next_to_withhold(counts, marks, bare)
        if not following:
            break  # nothing is left to withhold
        for row, column in following:
            marks[row][column] = WITHHELD
    return marks


def _next_to_withhold(counts, marks, bare):
    """For each row with a known one the smallest number that is shown in it, else in its column; never a zero.

    Where none is beside, the smallest of all. Several at once: a table of hundreds of rows would ask what is known for each.
    """
    chosen = []
    for row, column in dict(bare).items():
        beside = _smallest(counts, marks, [(row, other) for other in range(len(counts[row]))])
        chosen += beside or _smallest(counts, marks, [(other, column) for other in range(len(counts))])
    return chosen or _smallest(counts, marks, [(row, column) for row in range(len(counts)) for column in range(len(counts[row]))])


def _smallest(counts, marks, places):
    """The smallest number that is shown at one of the places, as a list of at most one."""
    shown = [(counts[row][column], (row, column)) for row, column in places if marks[row][column] is None and counts[row][column]]
    return [min(shown)[1]] if shown else []


def _known(counts, marks, limit, has_sum, has_total):
    """The places of hidden counts that could be no other number."""
    edges = list(_edges(counts, marks, limit, has_sum, has_total))
    roads, back = defaultdict(dict), defaultdict(dict)
    for number, (_, start, end, can_grow, can_shrink) in enumerate(edges):
        if can_grow:
            _lay(roads, back, start, end, number)
        if can_shrink:
            _lay(roads, back, end, start, number)
    bare = []
    for number, (place, start, end, can_grow, can_shrink) in enumerate(edges):
        grows = can_grow and _leads(roads, back, end, start, number)
        shrinks = can_shrink and _leads(roads, back, start, end, number)
        if not grows and not shrinks:
            bare.append(place)
    return bare


def _lay(roads, back, start, end, number):
    """A road, and the way back along it. Several between the same two places are alike: none of them is the only one."""
    roads[start][end] = back[end][start] = SEVERAL if end in roads[start] else number


def _edges(counts, marks, limit, has_sum, has_total):
    """(place, from, to, can grow, can shrink) of each hidden count. A row or column without a sum is open: nothing is known of it."""
    rows, columns = len(counts), len(counts[0]) if counts else 0
    for row, column in ((row, column) for row in range(rows) for column in range(columns) if marks[row][column]):
        least, most = (1, limit - 1) if marks[row][column] == SMALL else (limit, EVERYTHING)
        count = counts[row][column]
        start = ("row", row) if has_total else "open"
        end = ("column", column) if has_sum else "open"
        is_back = (has_sum and row == rows - 1) != (has_total and column == columns - 1)
        if is_back:
            start, end = end, start
        yield (row, column), start, end, count < most, count > least


def _leads(roads, back, start, end, but):
    """Whether one gets from a row or column to another over hidden counts, without the one that is asked about.

    Looked for from the side with fewer roads, a step ahead: in a large table most ways back are short, one row and one column away.
    """
    if len(back[end]) < len(roads[start]):
        start, end, roads = end, start, back
    if start == end or _joins(roads, start, end, but):
        return True
    seen, open_ends = {start}, [start]
    while open_ends:
        here = open_ends.pop()
        for there, number in roads[here].items():
            if number != but and there not in seen:
                if _joins(roads, there, end, but):
                    return True
                seen.add(there)
                open_ends.append(there)
    return False


def _joins(roads, here, there, but):
    return roads[here].get(there, but) != but
