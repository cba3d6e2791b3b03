"""What people wait for in plans and notes: the plan, the list, words, a thread, a draft that is kept, a signature."""

import itertools
import uuid
from urllib.parse import urlencode

from . import clinic
from .asking import FRAGMENT, Page

MOVED_ON = 302


def pages(clinician, signatures):
    from . import noted

    known = noted.noted(clinician, signatures)
    return [*_read(known, noted.SEARCHED), *_written(known)]


def _read(known, searched):
    plan, root = known.thread
    return [
        get("plan, 40 rows", f"/plans/{known.plan}/", f"/plan/{known.plan}/"),
        get("notes, 2,000", f"/patients/{known.patient}/notes/", f"/notes/{known.patient}/"),
        Page(
            "words in notes",
            lambda number: post(f"/patients/{known.patient}/notes/", {"words": searched[number % len(searched)]}),
            lambda number: post(f"/notes/{known.patient}/words/", {"words": searched[number % len(searched)]}),
            same_people=False,
        ),
        get("thread of 30", f"/plans/{plan}/thread/{root}/", f"/thread/{plan}/{root}/"),
    ]


def _written(known):
    product, floor = known.kept
    at_product, at_floor, to_sign = itertools.count(1), itertools.count(1), iter(known.to_sign)

    def typed(version):
        return known.typed | {"section_plan": f"Calls the sponsor on day {version}.", "version": version}

    def keep(number):
        return post(f"/patients/{known.writing}/notes/{product}/", typed(next(at_product)), FRAGMENT)

    def sign(number):
        return post(f"/notes/{next(to_sign)}/sign/", {"version": 1, "once": uuid.uuid4()})

    return [
        Page("keep a draft", keep, lambda number: post(f"/keep/{floor}/", typed(next(at_floor))), same_people=False),
        Page("sign a note", sign, lambda number: post(f"/sign/{next(to_sign)}/", {}), answers=MOVED_ON, same_people=False),
    ]


def get(name, product, floor):
    return Page(name, lambda number: ("GET", product, "", ()), lambda number: ("GET", floor, "", ()), same_people=False)


def post(path, form, headers=()):
    return "POST", path, urlencode(form | {"csrfmiddlewaretoken": clinic.CSRF}, doseq=True), headers
