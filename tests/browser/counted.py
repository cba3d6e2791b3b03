"""Hands that count, and the row of somebody in the attendance of a session: what several journeys need."""

import re

NAMES = ["Adams", "Baker", "Cole", "Diaz", "Evans", "Foster", "Gray", "Hayes", "Irwin", "Jones", "Kelly", "Lopez"]


class Counted:
    """Each act is an interaction: a click or tap, a committing key, a field filled in."""

    def __init__(self, page):
        self.page, self.used = page, 0

    def do(self, act, *args):
        self.used += 1
        act(*args)


def row(page, name):
    return page.get_by_role("radiogroup", name=re.compile(f"^{name.upper()}"))
