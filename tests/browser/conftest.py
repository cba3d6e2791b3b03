"""What the journeys stand on: a served house, a way in that skips the sign-in page, and hands that count what they do."""

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import expect

from tests.making import PASSWORD


@pytest.fixture(scope="session")
def base_url(live_server):
    """Pages are named by their path: page.goto("/today/")."""
    return live_server.url


@pytest.fixture
def enter(context, page, base_url):
    """enter(user): signed in without the sign-in page; gives the page back."""

    def signed_in(user, *, context=context, page=page):
        client = Client()
        client.force_login(user, backend="anchored.accounts.backends.StaffBackend")
        cookie = client.cookies[settings.SESSION_COOKIE_NAME]
        context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": base_url, "httpOnly": True}])
        return page

    return signed_in


class Hands:
    """Somebody at the page, whose interactions are counted: a click or tap, a committing key, a field filled in."""

    def __init__(self, page):
        self.page = page
        self.used = 0

    def click(self, role, name):
        self.used += 1
        self.page.get_by_role(role, name=name, exact=True).click()

    def press(self, key):
        self.used += 1
        self.page.keyboard.press(key)

    def type(self, text):
        """Fill in the field that has the focus, letter by letter."""
        self.used += 1
        self.page.keyboard.type(text)

    def fill(self, name, text):
        self.used += 1
        self.page.get_by_role("textbox", name=name, exact=True).fill(text)

    def choose(self, name, option):
        self.used += 1
        self.page.get_by_role("combobox", name=name, exact=True).select_option(option)


@pytest.fixture
def hands(page):
    return Hands(page)


@pytest.fixture
def sign_in():
    """sign_in(page, user): through the page, with the name and the password."""

    def at_the_door(page, user):
        page.goto("/accounts/login/")
        page.get_by_label("User name").fill(user.username)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        expect(page.get_by_role("navigation", name="Main")).to_be_attached()
        page.wait_for_load_state()  # scripts are deferred: keys work from here on

    return at_the_door


@pytest.fixture
def sign_out():
    def by_the_menu(page):
        page.locator(".header-end summary").click()
        page.get_by_role("button", name="Sign out").click()
        expect(page.get_by_role("heading", name="Sign in")).to_be_visible()

    return by_the_menu
