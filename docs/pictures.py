"""Take the pictures of the README again: `make screenshots`, or `python docs/pictures.py [NAME ...]`.

A demo clinic in a SQLite file that is thrown away, served on loopback, looked at by Debian's chromium without a window.
"""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import sync_playwright

HOUSE = Path(__file__).resolve().parent.parent
PICTURES = HOUSE / "docs" / "pictures"
HOST = "127.0.0.1"
START_WITHIN = 40
LARGEST = 200_000
DESK, PHONE = {"width": 1280, "height": 800}, {"width": 390, "height": 844}
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-sync"]
PATIENT = "Alvarez"


# What each picture shows: a function that leads a page of somebody signed in to it.


def today(page):
    page.goto("/today/")


def patients(page):
    page.goto("/patients/?clinician=me")


def referrals(page):
    page.goto("/referrals/")


def admission(page):
    """As whoever was interrupted goes on with it."""
    page.goto("/tasks/?due=open")
    page.get_by_role("link", name="Continue the admission").first.click()
    page.get_by_role("heading", name="Admission").wait_for()


def session(page):
    """The group of this evening, or the next one, from the day it stands on."""
    page.goto("/groups/")
    page.get_by_role("link", name="Relapse prevention, Evening", exact=True).first.click()
    page.get_by_role("heading", name="Attendance").wait_for()


def caseloads(page):
    page.goto("/caseloads/")


def report(page):
    page.goto("/reports/hours/")


def board(page):
    page.goto("/continuum/")


def chart(page):
    """Found as everybody finds it: by typing into the header."""
    page.goto("/patients/")
    finder = page.get_by_role("combobox", name="Find a patient")
    finder.fill(PATIENT)
    option = page.get_by_role("option").first
    option.wait_for()
    address = option.get_attribute("data-href")
    page.goto(address)


def timeline(page):
    chart(page)
    page.get_by_role("navigation", name="Chart").get_by_role("link", name="Timeline").click()
    page.get_by_role("heading", level=1).wait_for()


def plan(page):
    """The plan that most notes speak of."""
    thread(page, "Plan")
    page.get_by_role("heading", level=1).wait_for()


def note(page):
    thread(page, "Write note")
    page.get_by_role("textbox", name="Data").fill("Came on time and spoke about her brother's visit on Saturday. No use since 16 October.")
    page.get_by_role("textbox", name="Assessment").fill("Sees the visit as a risk and plans for it without being asked.")
    page.get_by_role("status", name="Save state").get_by_text("Draft saved").wait_for()


def thread(page, lead):
    """Of somebody in the evening program whose plan is in force."""
    page.goto("/patients/?clinician=me&phase=4")
    page.locator("main tbody th a").first.click()
    page.get_by_role("link", name=lead, exact=True).click()


def move(page):
    chart(page)
    page.get_by_role("region", name="Patient").get_by_text("Move", exact=True).click()
    page.get_by_role("dialog").get_by_role("textbox", name="Reason").wait_for()


# name -> (who, window, light or dark, how to get there)
SHOTS = {
    "today": ("lindqvist", DESK, "light", today),
    "patients": ("lindqvist", DESK, "light", patients),
    "referrals": ("lindqvist", DESK, "light", referrals),
    "admission": ("lindqvist", DESK, "light", admission),
    "session": ("lindqvist", DESK, "light", session),
    "caseloads": ("novak", DESK, "dark", caseloads),
    "report": ("novak", DESK, "light", report),
    "board": ("novak", DESK, "light", board),
    "board-dark": ("novak", DESK, "dark", board),
    "chart": ("lindqvist", DESK, "light", chart),
    "timeline": ("lindqvist", DESK, "light", timeline),
    "plan": ("lindqvist", DESK, "light", plan),
    "note": ("lindqvist", DESK, "dark", note),
    "move": ("lindqvist", DESK, "light", move),
    "chart-phone": ("lindqvist", PHONE, "light", chart),
}


def main(names):
    if unknown := set(names) - {*SHOTS, "sign-in"}:
        sys.exit(f"There is no picture named {', '.join(sorted(unknown))}. There are: sign-in, {', '.join(SHOTS)}.")
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch, served_clinic(scratch) as (address, password), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        for name, (who, window, scheme, lead) in SHOTS.items():
            if not names or name in names:
                with picture(browser, address, name, window, scheme) as page:
                    sign_in(page, who, password)
                    lead(page)
        if not names or "sign-in" in names:
            with picture(browser, address, "sign-in", DESK, "light") as page:
                page.goto("/accounts/login/")
        browser.close()


@contextmanager
def picture(browser, address, name, window, scheme):
    """A page to lead somewhere; what it shows then is the picture."""
    context = browser.new_context(base_url=address, viewport=window, color_scheme=scheme, reduced_motion="reduce", locale="en-US")
    page = context.new_page()
    yield page
    page.wait_for_load_state("networkidle")
    goal = PICTURES / f"{name}.png"
    page.screenshot(path=goal)
    context.close()
    size = goal.stat().st_size
    print(f"{goal.relative_to(HOUSE)}  {size // 1000} kB")
    if size > LARGEST:
        sys.exit(f"{goal.name} is larger than {LARGEST // 1000} kB.")


def sign_in(page, who, password):
    page.goto("/accounts/login/")
    page.get_by_label("User name").fill(who)
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(lambda url: "/accounts/login/" not in url)


def chromium():
    found = os.environ.get("CHROMIUM") or shutil.which("chromium") or "/usr/bin/chromium"
    if not Path(found).is_file():
        sys.exit(f"There is no browser at {found}. Install Debian's chromium, or name one in CHROMIUM.")
    return found


@contextmanager
def served_clinic(scratch):
    """Address and password of a fresh demo clinic."""
    with socket.socket() as door:
        door.bind((HOST, 0))
        port = door.getsockname()[1]
    settings = {
        "DATABASE_URL": f"sqlite:///{scratch}/anchored.sqlite3",
        "SECRET_KEY": "only-for-pictures-" * 4,
        "ALLOWED_HOSTS": HOST,
        "DEBUG": "0",
        "EVALUATION": "1",
    }
    environment = {**os.environ, **settings}
    for command in (["migrate", "--verbosity", "0"], ["demo"]):
        subprocess.run([sys.executable, "manage.py", *command], cwd=HOUSE, env=environment, check=True)
    said = subprocess.run([sys.executable, "manage.py", "demo", "--sign-ins"], cwd=HOUSE, env=environment, check=True, capture_output=True)
    server = [sys.executable, "-m", "gunicorn", "anchored.wsgi", "--config", "deploy/gunicorn.conf.py", "--workers", "1"]
    running = subprocess.Popen([*server, "--bind", f"{HOST}:{port}", "--log-level", "warning"], cwd=HOUSE, env=environment)
    try:
        wait_for(port, running)
        yield f"http://{HOST}:{port}", said.stdout.decode().split()[-1]
    finally:
        running.terminate()
        running.wait()


def wait_for(port, running):
    until = time.monotonic() + START_WITHIN
    while time.monotonic() < until and running.poll() is None:
        try:
            socket.create_connection((HOST, port), timeout=1).close()
        except OSError:
            time.sleep(0.2)
        else:
            return
    sys.exit("The server did not start.")


if __name__ == "__main__":
    main(sys.argv[1:])
