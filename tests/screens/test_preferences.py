"""Preferences: the look and the keys, kept for the person on every device."""

import json
import re

import pytest
from django.test import Client

from anchored.accounts.models import User
from anchored.accounts.roles import Role
from tests.making import make_clinician, make_user

from .visiting import HTMX, SHUT, cost, follow, get, send, signed_in

pytestmark = pytest.mark.django_db

PREFERENCES = "/accounts/preferences/"


@pytest.fixture
def user():
    return make_clinician(given_name="Sara", family_name="Lindqvist")


@pytest.fixture
def desk(user):
    return signed_in(user)


def keys(page):
    """The keys that the page hands to the script."""
    return [row["keys"] for row in json.loads(re.search(r'<script id="shortcuts"[^>]*>(.*?)</script>', page.html)[1])]


def test_the_page_shows_what_was_chosen(user, desk):
    page = get(desk, PREFERENCES)

    assert (page.status, page.title, page.heading) == (200, "Preferences - Anchored", "Preferences")
    assert "For Sara Lindqvist, LCSW. They hold on every device." in page.text
    form = page.form("theme")
    assert (form["theme"], form["shortcuts"]) == ("system", "on")
    for name in ("Light", "Dark", "System", "Keyboard shortcuts"):
        assert name in page.text
    assert "Save preferences" in page.buttons


@pytest.mark.parametrize(("theme", "drawn"), [("light", "light"), ("dark", "dark"), ("system", "light")])
def test_the_theme_is_drawn_by_the_server(desk, theme, drawn):
    page = follow(desk, PREFERENCES, {**get(desk, PREFERENCES).form("theme"), "theme": theme})

    assert "Preferences saved." in page.text
    assert f'data-bs-theme="{drawn}" data-theme="{theme}"' in page.html
    assert f'data-bs-theme="{drawn}" data-theme="{theme}"' in get(desk, "/today/").html


def test_keys_can_be_switched_off(user, desk):
    assert {"/", "?", "g t"} <= set(keys(get(desk, PREFERENCES)))
    form = get(desk, PREFERENCES).form("theme")
    form.pop("shortcuts")

    page = follow(desk, PREFERENCES, form)

    assert keys(page) == ["Ctrl+Enter", "Esc"]
    assert User.objects.get(pk=user.pk).shortcuts is False
    follow(desk, PREFERENCES, {**form, "shortcuts": "on", "once": ""})
    assert "/" in keys(get(desk, PREFERENCES))


@pytest.mark.parametrize("how", [{}, {"headers": HTMX}], ids=["page", "fragment"])
@pytest.mark.parametrize(("theme", "sentence"), [("", "Choose the theme"), ("pink", "Choose one from the list")])
def test_a_mistake_is_named_and_nothing_is_kept(user, desk, theme, sentence, how):
    page = send(desk, PREFERENCES, {"theme": theme}, **how)

    assert (page.status, page.mistakes) == (422, [sentence])
    assert page.title == "Error: Preferences - Anchored"
    user.refresh_from_db()
    assert (user.theme, user.shortcuts) == ("system", True)


def test_nothing_else_of_a_person_can_be_sent_along(user, desk):
    follow(desk, PREFERENCES, {"theme": "dark", "username": "boss", "is_active": "", "family_name": "Novak"})

    user.refresh_from_db()
    assert (user.theme, user.family_name, user.is_active) == ("dark", "Lindqvist", True)


def test_preferences_are_ones_own(user, desk):
    other = make_clinician()

    follow(desk, PREFERENCES, {"theme": "dark"})

    other.refresh_from_db()
    assert other.theme == "system"


def test_everybody_who_is_signed_in_has_preferences(db):
    assert {role: get(signed_in(make_user(role)), PREFERENCES).status for role in Role} == dict.fromkeys(Role, 200)


def test_nobody_has_preferences_without_signing_in(db):
    assert Client().get(PREFERENCES).status_code == Client().post(PREFERENCES, {"theme": "dark"}).status_code == SHUT["nobody"]
    assert Client().get(PREFERENCES, headers=HTMX).status_code == SHUT["nobody, by htmx"]


def test_preferences_cost_no_statement_of_their_own(desk):
    assert cost(desk, PREFERENCES) == 2
