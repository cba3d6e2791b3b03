"""The look, the parts of pages, and log lines."""

import logging
import posixpath
import re
import sys
from datetime import date
from pathlib import Path
from urllib.parse import unquote

import pytest
from django.contrib.messages.storage.base import Message
from django.contrib.staticfiles import finders
from django.template import Context, Template

from anchored.accounts.models import User
from anchored.ui import flash
from anchored.ui.banner import Act, Alert, Banner, Bar, Step, View
from anchored.ui.logs import OneLine


def shown(template, **context):
    return Template("{% load anchored %}" + template).render(Context(context))


# The look


def test_the_look_loads_nothing_that_the_policy_refuses():
    css = Path(finders.find("ui/app.css")).read_text()

    files = re.findall(r'url\("?([^")]+)', css)
    assert files
    for name in files:
        assert finders.find(posixpath.normpath(f"ui/{unquote(name)}")), name


@pytest.mark.parametrize(
    "marks", [".form-select", '.form-check-input[type="checkbox"]:checked', '.form-check-input[type="radio"]:checked', ".btn-close"]
)
def test_marks_that_bootstrap_draws_as_data_are_files_here(marks):
    css = Path(finders.find("ui/app.css")).read_text()

    assert re.search(rf'^{re.escape(marks)} {{[^}}]*background-image: url\("img/', css, re.MULTILINE)


# Parts


def test_a_status_is_a_word_and_a_shape():
    html = shown('{% status "ok" "Present" %}')

    assert html == '<span class="status is-ok"><i class="bi bi-check-circle-fill" aria-hidden="true"></i>Present</span>'


def test_names_are_escaped_and_the_family_name_is_told_apart():
    rosa = User(family_name="O'Neil <b>", given_name="Rosa")

    assert shown("{% person_name who %}", who=rosa) == '<span class="family">O&#x27;NEIL &lt;B&gt;</span>, Rosa'
    assert shown("{% person_name who %}", who=User(given_name="Cher")) == "Cher"


def test_days_not_known_are_said_so():
    assert shown("{% day none %}") == "Not known"
    assert shown("{% day d %}", d=date(2026, 11, 23)) == '<time datetime="2026-11-23">23 Nov 2026</time>'
    assert shown('{% day d "short" %}', d=date(2026, 11, 2)) == '<time datetime="2026-11-02">02 Nov</time>'


@pytest.mark.parametrize(
    ("count", "of", "width", "full"), [(8, 10, "80.0%", False), (12, 12, "100%", True), (3, 0, "0%", False), (13, 12, "100%", True)]
)
def test_a_meter_never_runs_over(count, of, width, full):
    html = shown("{% meter count of %}", count=count, of=of)

    assert f'class="meter-fill" width="{width}"' in html
    assert ("is-full" in html) is full


def test_the_staybar_says_what_it_shows():
    html = shown("{% staybar bars %}", bars=[Bar("Detox", 6), Bar("PHP", 1), Bar("IOP <b>", 22, now=True)])

    assert 'aria-label="Detox 6 days, PHP 1 day, IOP &lt;b&gt; 22 days so far"' in html
    assert html.count("<rect") == 3
    assert "style" not in html
    assert shown("{% staybar bars %}", bars=[]) == ""


def test_the_stepper_says_where_each_step_stands():
    steps = [Step("Referral", "06 Oct", "done"), Step("Detox", "Skipped", "skipped"), Step("IOP", "Day 22", "now"), Step("OP")]

    html = shown("{% stepper steps %}", steps=steps)

    assert '<ol class="stepper" aria-label="Level of care">' in html
    assert html.count('aria-current="step"') == 1
    assert 'class="step is-done before-skip"' in html
    for words in ("completed", "current", "not reached", "Skipped"):
        assert words in html


def test_the_banner_labels_everything_but_the_name():
    banner = Banner(
        family_name="Alvarez",
        given_name="Rosa",
        record_number=1042,
        facts=(("Level", "IOP Evening, day 22"), ("Allergies", "")),
        alerts=(Alert("stop", "exclamation-triangle-fill", "Safety plan", "/x/"), Alert("info", "translate", "Interpreter: Spanish")),
        actions=(Act("Move", "/move/", main=True, dialog=True, key="m"), Act("Discharge", "/d/", why_not="Ask a supervisor.")),
        more=(Act("Reassign", "/r/"),),
        views=(View("Overview", "/o/", here=True), View("Timeline", "/t/")),
    )

    html = shown('{% include "ui/parts/_banner.html" %}', banner=banner)

    assert '<section aria-label="Patient" class="patient">' in html
    assert html.count("Not known") == 3  # born, pronouns, allergies
    assert "Preferred name" not in html
    assert 'data-dialog="/move/" data-shortcut="m"' in html
    assert 'href="/d/"' not in html
    assert "Ask a supervisor." in html
    assert '<a href="/o/" aria-current="page">Overview</a>' in html


@pytest.mark.parametrize(
    ("tags", "undo"),
    [
        ("undo:/patients/x/undo-move/", "/patients/x/undo-move/"),
        ("undo://evil.example/", ""),
        ("undo:https://evil/", ""),
        ("", ""),
        ("undo:/\\evil", ""),
    ],
)
def test_undo_leads_into_this_house_only(tags, undo):
    assert flash.undo_of(Message(25, "Moved.", extra_tags=tags)) == undo


# Log lines


def a_line(message, *args, trouble=None):
    record = logging.LogRecord("patients", logging.ERROR, __file__, 1, message, args, trouble)
    return OneLine().format(record)


def test_a_log_line_names_the_kind_and_place_of_an_exception_and_not_its_words():
    try:
        raise ValueError("Rosa Alvarez drank")
    except ValueError as drank:
        line = a_line("Could not: %s", drank, trouble=sys.exc_info())

    assert "Rosa" not in line
    assert "Could not: ValueError" in line
    assert re.search(r"\[builtins\.ValueError at .*tests/test_ui_parts\.py:\d+\]$", line)


def test_nobody_writes_a_line_of_their_own_into_the_log():
    line = a_line("Not Found: %s", "/x\n2026-01-01 ERROR forged\x1b[31m\u2028")

    assert "\n" not in line
    assert "\x1b" not in line
    assert "\\n2026" in line
    assert len(a_line("x" * 9000)) < 600
