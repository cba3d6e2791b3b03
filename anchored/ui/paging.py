"""Pages of a list that is asked once."""

from typing import Any

from django.core.paginator import Page, Paginator

LONGEST = 6  # digits of a page's number


class OnePass(Paginator):
    """For rows that know how many there are `in_all`, so that counting costs no statement of its own.

    A page that is none (beyond the last, no number) is answered as Django's paginator does: the last one, or the first.
    """

    def __init__(self, rows: Any, per_page: int):
        """`rows` gives slices of itself, and its `count()`."""
        super().__init__(rows, per_page)

    def get_page(self, number):
        number = str(number or 1)
        if not (number.isascii() and number.isdecimal() and len(number) <= LONGEST and int(number)):
            return super().get_page(number)
        start = (int(number) - 1) * self.per_page
        rows = list(self.object_list[start : start + self.per_page])
        if not rows:
            return super().get_page(number)
        self.count = rows[0].in_all
        return Page(rows, int(number), self)
