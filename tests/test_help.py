"""Preferences, help, and the one table of keyboard shortcuts."""

import json
import re

import pytest
from django.test import Client
from django.utils.html import escape

from anchored.accounts.models import User
from anchored.accounts.roles import Role
from anchored.ui import shortcuts
from anchored.ui.wording import WORDING
from tests.making import make_user

pytestmark = pytest.mark.django_db


def signed_in(user):
    client = Client()
    client.force_login(user, backend="anchored.accounts.backends.StaffBackend")
    return client


def page(user, address):
    answer = signed_in(user).get(address)
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", answer.content.decode())


def keys_for_script(html):
    found = re.search(r'<script id="shortcuts" type="application/json">(.*?)</script>', html)
    return [row["keys"] for row in json.loads(found[1])]


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("address", ["/help/", "/help/shortcuts/", "/help/language/", "/accounts/preferences/"])
def test_help_is_there_for_everybody_who_is_signed_in(role, address):
    html = page(make_user(role), address)

    assert html.count("<h1") == 1
    heading = re.search(r"<h1[^>]*>(.*?)</h1>", html)[1]
    assert f"<title>{heading} - Anchored</title>" in html


@pytest.mark.parametrize("address", ["/help/", "/help/shortcuts/", "/help/language/", "/accounts/preferences/"])
def test_help_is_not_for_strangers(address):
    assert Client().get(address).headers["Location"].startswith("/accounts/login/")


@pytest.mark.parametrize("role", list(Role))
def test_the_help_page_and_the_script_know_the_same_shortcuts(role):
    user = make_user(role)

    html = page(user, "/help/shortcuts/")

    listed = [
        (re.findall(r"<kbd>(.*?)</kbd>", keys), does) for keys, does in re.findall(r'<th scope="row">(.*?)</th> <td>(.*?)</td>', html)
    ]
    registered = shortcuts.open_to(user)
    assert listed == [([escape(stroke) for stroke in shortcut.strokes], escape(shortcut.does)) for shortcut in registered]
    assert keys_for_script(html) == [shortcut.keys for shortcut in registered]


def test_every_shortcut_leads_somewhere():
    user = make_user(*Role)

    assert [shortcut.keys for shortcut in shortcuts.open_to(user)] == [shortcut.keys for shortcut in shortcuts.SHORTCUTS]
    assert all(row["target"] is not None for row in shortcuts.for_page(user))
    assert len(shortcuts.for_page(user)) == len(shortcuts.SHORTCUTS)


def test_no_two_shortcuts_share_their_keys():
    keys = [shortcut.keys for shortcut in shortcuts.SHORTCUTS]

    assert len(keys) == len(set(keys))


def test_switched_off_only_key_combinations_remain():
    user = make_user(Role.CLINICIAN, shortcuts=False)

    html = page(user, "/help/shortcuts/")

    assert keys_for_script(html) == ["Ctrl+Enter", "Esc"]
    assert "Single letters are switched off for you." in html


def test_preferences_are_kept():
    user = make_user(Role.CLINICIAN)

    answer = signed_in(user).post("/accounts/preferences/", {"theme": "dark"}, follow=True)

    kept = User.objects.get(pk=user.pk)
    assert (kept.theme, kept.shortcuts) == ("dark", False)
    assert "Preferences saved." in answer.content.decode()
    assert 'data-bs-theme="dark" data-theme="dark"' in answer.content.decode()


def test_a_theme_that_is_none_is_refused():
    user = make_user(Role.CLINICIAN)

    answer = signed_in(user).post("/accounts/preferences/", {"theme": "purple"})

    assert answer.status_code == 422
    assert "Choose one from the list" in answer.content.decode()
    assert User.objects.get(pk=user.pk).theme == "system"


def test_the_page_of_words_lists_each():
    html = page(make_user(Role.CLINICIAN), "/help/language/")

    for leave, write in WORDING:
        assert f'<td class="muted">{escape(leave)}</td> <td>{escape(write)}</td>' in html


@pytest.mark.parametrize(
    ("role", "entries"),
    [
        (Role.CLINICIAN, ["Today", "Patients", "Referrals", "Continuum", "Groups"]),
        (Role.FRONT_DESK, ["Patients", "Referrals"]),
        (Role.ADMINISTRATOR, ["Reports", "Administration"]),
        (Role.PRIVACY_OFFICER, ["TEDS", "Restricted records", "Duplicates"]),
    ],
)
def test_the_navigation_holds_what_the_role_may_use(role, entries):
    html = page(make_user(role), "/help/")

    navigation = re.search(r'aria-label="Main">(.*?)</nav>', html)[1]
    assert re.findall(r'<a href="[^"]*">(.*?)</a>', navigation) == entries
    assert ('aria-label="Find a patient"' in html) is ("Patients" in entries)


def test_no_search_words_or_names_can_get_into_an_address():
    html = page(make_user(Role.CLINICIAN), "/help/")

    assert '<form class="find" role="search" action="/search/" method="post">' in html
    assert 'hx-post="/search/"' in html
