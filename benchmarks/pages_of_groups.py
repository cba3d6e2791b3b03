"""What people wait for in groups: a session of twelve, its attendance in one post, twelve signatures in one act, the week."""

import itertools
import uuid

from .asking import Page
from .pages_of_notes import MOVED_ON, get, post


def pages(clinician, signatures):
    from anchored.demo.staff import PASSWORD

    from . import grouped

    known = grouped.grouped(clinician, signatures)
    at_product, at_floor, to_sign = itertools.count(), itertools.count(), iter(known.to_sign)
    product, floor = known.saved

    def marks(number):
        """Everybody is late on one page and there on the next, so that each save changes twelve rows."""
        state, late = ("late", 10) if number % 2 == 0 else ("present", 0)
        return {f"state-{each}": state for each in known.episodes} | {f"late-{each}": late for each in known.episodes}

    def sign(number):
        read = {f"version-{each}": 1 for each in known.episodes} | {"version-shared": 1}
        chosen = {"sign": [str(each) for each in known.episodes], "password": PASSWORD, "once": uuid.uuid4()}
        return post(f"/sessions/{next(to_sign)}/sign/", read | chosen)

    return [
        get("session of 12", f"/sessions/{known.opened}/", f"/session/{known.opened}/"),
        Page(
            "save attendance",
            lambda number: post(f"/sessions/{product}/", marks(next(at_product)) | {"once": uuid.uuid4()}),
            lambda number: post(f"/session/{floor}/save/", marks(next(at_floor))),
            answers=MOVED_ON,
            same_people=False,
        ),
        Page(
            "sign 12 notes",
            sign,
            lambda number: post(f"/session/{next(to_sign)}/sign/", {}),
            answers=MOVED_ON,
            same_people=False,
        ),
        get("week of groups", "/groups/", "/groups/"),
    ]
