"""The pages that people wait for: search, charts, board, notes, groups, caseloads, reports. Product and floor in turn, by rounds."""

import itertools
import os
import re
import sys
import time
import uuid
from urllib.parse import urlencode

from . import asking, clinic, pages_of_caseloads, pages_of_groups, pages_of_notes
from .asking import FRAGMENT, Page

GOAL, NOT_DONE = 2, 4
PATIENT = re.compile(rb"/patients/([0-9a-f-]{36})/")
ID = re.compile(rb"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
REASON = "Steady for some weeks; the next step was planned together."
WARM_UP = 12


def pages(asker):
    from anchored.ground.dates import today
    from patients.models import MoveBasis, Program

    to, basis = Program.objects.get(name="Outpatient").pk, MoveBasis.objects.get(code="ready").pk
    terms, charts = itertools.cycle(asker.terms).__next__, asker.charts
    moves = iter(asker.moves[::-1])
    token = {"csrfmiddlewaretoken": clinic.CSRF}
    last_term = {}

    def search(number):
        last_term[number] = terms()
        return "POST", "/search/", urlencode({"q": last_term[number]} | token), FRAGMENT

    def move(number):
        patient, stay = next(moves)
        ratings = {f"rating_{dimension}": "1" for dimension in range(1, 7)}
        form = {"stay": stay, "to": to, "basis": basis, "on": today().isoformat(), "reason": REASON, "once": uuid.uuid4()}
        return "POST", f"/patients/{patient}/move/", urlencode(form | ratings | token), FRAGMENT

    def floor_move(number):
        _, stay = next(moves)
        return "POST", f"/move/{stay}/{to}/{basis}/", urlencode({"reason": REASON}), ()

    return [
        Page("search", search, lambda number: ("POST", "/search/", urlencode({"q": last_term[number]}), ())),
        Page("caseload", lambda number: ("GET", "/patients/?clinician=me", "", ()), lambda number: ("GET", "/caseload/", "", ())),
        Page(
            "chart",
            lambda number: ("GET", f"/patients/{charts[number % len(charts)]}/", "", ()),
            lambda number: ("GET", f"/chart/{charts[number % len(charts)]}/", "", ()),
            same_people=False,
        ),
        Page(
            "long chart",
            lambda number: ("GET", f"/patients/{asker.long_life}/", "", ()),
            lambda number: ("GET", f"/chart/{asker.long_life}/", "", ()),
            same_people=False,
        ),
        Page("board", lambda number: ("GET", "/continuum/", "", ()), lambda number: ("GET", "/board/", "", ())),
        Page("move", move, floor_move, same_people=False),
    ]


def measure(rounds, requests, until):
    asker = clinic.asker()
    with asking.served("benchmarks.product_settings") as product, asking.served("benchmarks.floor_settings") as floor:
        clients = asking.Client(product, asker.cookie), asking.Client(floor, asker.cookie)
        signatures = 2 * (WARM_UP + rounds * requests)
        asked = [*pages(asker), *pages_of_notes.pages(asker.user, signatures), *pages_of_groups.pages(asker.user, signatures)]
        asked += pages_of_caseloads.pages(asker.user)
        measured = {page.name: (page, asking.Times(), asking.Times()) for page in asked}
        _warm_up(measured.values(), clients)
        for number in range(rounds):
            for page, *times in measured.values():
                if time.monotonic() < until:
                    _one_round(page, times, clients, number * requests, requests)
    _report(measured)


def _warm_up(measured, clients):
    for page, *_ in measured:
        for number in range(WARM_UP):
            product, floor = (_ask(client, ask(number), page) for client, ask in zip(clients, (page.product, page.floor), strict=True))
            if page.same_people and number == 0:
                _compare(page, product, floor)


def _one_round(page, times, clients, first, requests):
    """First the product, then the floor: each as warm as a server that people work with."""
    for client, ask, taken in zip(clients, (page.product, page.floor), times, strict=True):
        for number in range(first, first + requests):
            taken.add(_ask(client, ask(number), page))
        taken.next_round()


def _ask(client, request, page):
    answer = client.ask(*request, cookie=page.cookie)
    if answer.status not in (page.answers, 204):
        sys.exit(f"{page.name}: {request[1]} answered {answer.status}.\n{answer.body.decode()[:2000]}")
    if answer.leads_to:
        client.ask("GET", answer.leads_to, cookie=page.cookie)  # as a browser does, unmeasured: what it was to be told would pile up
    return answer


def _compare(page, product, floor):
    """A floor that shows other people is none."""
    shown, expected = set(PATIENT.findall(product.body)), set(ID.findall(floor.body))
    if shown != expected:
        print(f"{page.name}: the product shows {len(shown)} people, the floor {len(expected)}; {len(shown & expected)} are the same.")


def _report(measured):
    load, cores = os.getloadavg()[0], os.cpu_count() or 1
    print(f"\nMachine: {cores} cores, load {load:.1f}. Times in ms, one connection, product and floor in turn, round by round.")
    if load > cores + 0.5:
        print("The machine is busy with other work: each statement waits for a processor, and the ratios come out too high.")
    print(f"{'':14}{'product':>18}{'floor':>20}{'statements':>13}{'ratio':>8}")
    print(f"{'':14}{'p50':>9}{'p95':>9}{'p50':>11}{'p95':>9}{'':13}{'p50':>8}")
    for page, product, floor in measured.values():
        if not product.statements:
            print(f"{page.name:14} left out, the time is up")
            continue
        ratio = product.middle(0.5) / floor.middle(0.5)
        print(
            f"{page.name:14}{product.middle(0.5):9.1f}{product.middle(0.95):9.1f}{floor.middle(0.5):11.1f}{floor.middle(0.95):9.1f}"
            f"{product.usual_statements:8} / {floor.usual_statements}{ratio:9.2f}   {verdict(ratio)}"
        )
    print(flush=True)


def verdict(ratio):
    if ratio <= GOAL:
        return "goal met"
    return f"above the goal of {GOAL}" if ratio <= NOT_DONE else f"NOT DONE: above {NOT_DONE}"
