"""Signing in and out: one door, which tells nothing to those outside, and closes behind those who leave."""

import re
from datetime import timedelta
from urllib.parse import urlencode

import pytest
import time_machine
from django.apps import apps
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from anchored.accounts.lockout import address_of
from anchored.accounts.models import RoleGrant, User
from anchored.accounts.roles import Role
from anchored.audit.models import TrailEntry
from anchored.ground.dates import today
from patients.models import ProgramStaff

from .checking import trail_broken
from .making import PASSWORD, make_admitted, make_clinician, make_user

pytestmark = pytest.mark.django_db
LOGIN = "/accounts/login/"
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@pytest.fixture
def sara():
    return make_clinician(username="sara", given_name="Sara", family_name="Lindqvist", works_in=["IOP Day"])


def sign_in(client, username="sara", password=PASSWORD, address="10.0.0.1", door=LOGIN):
    return client.post(door, {"login": username, "password": password}, REMOTE_ADDR=address)


def is_in(client):
    return client.get("/help/").status_code == 200


def signed_in(user):
    client = Client()
    assert sign_in(client, user.username).status_code == 302
    assert is_in(client)
    return client


class TestTheDoor:
    def test_somebody_comes_in_and_it_is_recorded(self, sara):
        client = signed_in(sara)

        row = TrailEntry.objects.get(event="session.began")
        assert row.actor == sara
        assert client.get("/")["Location"] == "/today/"

    def test_a_username_is_read_in_any_case(self, sara):
        client = Client()

        assert sign_in(client, "SARA").status_code == 302
        assert is_in(client)

    @pytest.mark.parametrize(
        ("username", "password"),
        [
            ("sara", "wrong"),
            ("nobody", PASSWORD),
            ("disabled", PASSWORD),
            ("ｓara", PASSWORD),
            ("sara", PASSWORD + " "),
            ("' OR 1=1 --", "x"),
        ],
    )
    def test_others_read_the_same_words_whatever_was_wrong(self, sara, username, password):
        make_user(username="disabled", is_active=False)
        usual = sign_in(Client(), "sara", "another wrong one")

        client = Client()
        refused = sign_in(client, username, password, address="10.0.0.2")

        assert refused.status_code == usual.status_code == 200
        assert words(refused) == words(usual).replace("sara", username)
        assert not is_in(client)

    @pytest.mark.parametrize("username", ["", "a\x00b", "\ud800", "x" * 10_000, "sara\r\nX: y"])
    def test_nonsense_is_refused_in_words(self, sara, username):
        client = Client()

        typed = urlencode({"login": username, "password": "x"}, errors="surrogatepass")
        response = client.post(LOGIN, typed, content_type="application/x-www-form-urlencoded")

        assert response.status_code == 200
        assert not is_in(client)

    def test_what_was_typed_in_vain_stands_in_no_row(self, sara):
        Client().post(f"{LOGIN}?next=/my-secret-password", {"login": "my-secret-password", "password": "my-secret-password"})

        assert TrailEntry.objects.filter(event="session.refused").exists()
        tables = [model for model in apps.get_models() if model._meta.managed]
        assert "my-secret-password" not in "".join(str(list(model._base_manager.values())) for model in tables)

    def test_a_new_session_has_a_new_key(self, sara):
        client = Client()
        client.get(LOGIN)
        before = client.cookies.get("anchored-session")

        sign_in(client)

        assert client.cookies["anchored-session"].value != (before.value if before else None)

    @pytest.mark.parametrize(
        "elsewhere", ["//evil.example/", "https://evil.example/", "/\\evil.example", "javascript:alert(1)", "https:evil.example"]
    )
    def test_nobody_is_sent_to_another_house(self, sara, elsewhere):
        response = Client().post(LOGIN, {"login": "sara", "password": PASSWORD, "next": elsewhere})

        assert (response.status_code, response["Location"]) == (302, "/")

    def test_somebody_comes_back_to_the_page_they_asked_for(self, sara):
        client = Client()
        asked = client.get("/continuum/?view=table")

        response = client.post(asked["Location"], {"login": "sara", "password": PASSWORD})

        assert response["Location"] == "/continuum/?view=table"

    def test_nobody_signs_up(self):
        before = User.objects.count()

        page = Client().post("/accounts/signup/", {"username": "eve", "password1": PASSWORD, "password2": PASSWORD})

        assert "Accounts are made by your clinic" in page.content.decode()
        assert User.objects.count() == before

    def test_there_is_no_other_way_in(self):
        for path in (
            "/accounts/password/reset/",
            "/accounts/email/",
            "/accounts/confirm-email/x/",
            "/accounts/social/",
            "/accounts/3rdparty/",
        ):
            assert Client().get(path).status_code in (302, 404), path

    def test_the_admin_has_no_door_of_its_own(self, sara):
        administrator = make_user(Role.ADMINISTRATOR)
        client = Client()

        for path in ("/admin/login/", "/admin/", "/admin/accounts/user/"):
            assert client.get(path, follow=True).redirect_chain[-1][0].startswith(LOGIN), path
        assert client.post("/admin/login/", {"username": administrator.username, "password": PASSWORD})["Location"].startswith(LOGIN)
        assert not is_in(client)

    def test_signing_out_needs_more_than_a_link(self, sara):
        client = signed_in(sara)

        client.get("/accounts/logout/")
        assert is_in(client)
        stolen = client.cookies["anchored-session"].value
        client.post("/accounts/logout/")

        assert not is_in(client)
        thief = Client()
        thief.cookies["anchored-session"] = stolen
        assert not is_in(thief)
        assert TrailEntry.objects.filter(event="session.ended", actor=sara).count() == 1


def words(response):
    """What a person reads on the page, without tokens."""
    html = re.sub(r"(?s)<(script|style).*?</\1>|<[^>]+>", " ", response.content.decode())
    return " ".join(re.sub(r"[A-Za-z0-9]{64}", "", html).split())


class TestLockout:
    def fail(self, times, username="sara", address="10.0.0.1"):
        for _ in range(times):
            response = sign_in(Client(), username, "wrong", address)
        return response

    def test_after_five_wrong_passwords_the_right_one_reads_the_same_words(self, sara):
        locked = self.fail(5)
        again = self.fail(1)

        client = Client()
        right = sign_in(client)

        assert (locked.status_code, again.status_code, right.status_code) == (429, 429, 429)
        assert words(right) == words(again)
        assert not is_in(client)

    def test_four_are_forgiven(self, sara):
        self.fail(4)

        client = signed_in(sara)
        assert is_in(client)
        self.fail(4)
        assert signed_in(sara)

    def test_it_counts_in_any_case(self, sara):
        for name in ("sara", "SARA", "Sara", "sARA", "saRA"):
            sign_in(Client(), name, "wrong")

        assert sign_in(Client(), "sarA").status_code == 429

    def test_another_browser_is_no_other_address(self, sara):
        for number in range(5):
            Client(headers={"User-Agent": f"Browser {number}"}).post(LOGIN, {"login": "sara", "password": "wrong"}, REMOTE_ADDR="10.0.0.1")

        assert sign_in(Client()).status_code == 429

    def test_another_address_and_another_person_are_not_locked_out(self, sara):
        other = make_clinician(username="noor")
        self.fail(6)

        assert sign_in(Client(), "sara", address="10.0.0.9").status_code == 302
        assert sign_in(Client(), other.username).status_code == 302

    def test_a_forged_header_is_no_other_address(self, sara):
        self.fail(5)

        client = Client(headers={"X-Forwarded-For": "1.2.3.4", "X-Real-IP": "1.2.3.4", "Forwarded": "for=1.2.3.4"})
        assert sign_in(client).status_code == 429

    @pytest.mark.parametrize(
        ("proxies", "forwarded", "address"),
        [
            (0, "1.2.3.4", "10.0.0.1"),
            (1, "1.2.3.4", "1.2.3.4"),
            (1, "9.9.9.9, 1.2.3.4", "1.2.3.4"),
            (2, "9.9.9.9, 1.2.3.4, 10.0.0.2", "1.2.3.4"),
            (2, "1.2.3.4", "10.0.0.1"),
            (1, "", "10.0.0.1"),
            (1, "somewhere", "10.0.0.1"),
            (1, "2001:DB8::1", "2001:db8::1"),
        ],
    )
    def test_only_trusted_proxies_say_where_somebody_sits(self, settings, rf, proxies, forwarded, address):
        settings.TRUSTED_PROXIES = proxies

        request = rf.post(LOGIN, REMOTE_ADDR="10.0.0.1", headers={"X-Forwarded-For": forwarded})

        assert address_of(request) == address

    def test_it_ends_by_itself(self, sara, settings):
        self.fail(5)

        with time_machine.travel(timezone.now() + settings.AXES_COOLOFF_TIME + MINUTE, tick=True):
            assert sign_in(Client()).status_code == 302

    def test_the_doors_of_the_admin_and_of_fragments_count_too(self, sara):
        self.fail(3)
        Client().post(LOGIN, {"login": "sara", "password": "wrong"}, headers={"HX-Request": "true"}, REMOTE_ADDR="10.0.0.1")
        Client().post(f"{LOGIN}?next=/admin/", {"login": "sara", "password": "wrong"}, REMOTE_ADDR="10.0.0.1")

        assert sign_in(Client()).status_code == 429

    def test_a_name_that_nobody_has_is_locked_alike(self, sara):
        assert words(self.fail(6, "nobody")) == words(self.fail(6, "sara"))


class TestSessions:
    def test_fifteen_minutes_without_use_end_it(self, sara, settings):
        with time_machine.travel(timezone.now(), tick=False) as clock:
            client = signed_in(sara)
            clock.shift(settings.SESSION_IDLE_MINUTES * MINUTE)
            assert is_in(client)
            clock.shift(settings.SESSION_IDLE_MINUTES * MINUTE + MINUTE / 60)
            assert not is_in(client)
            clock.shift(-10 * MINUTE)
            assert not is_in(client), "what has ended does not begin again"

    def test_twelve_hours_end_it_in_any_case(self, sara, settings):
        with time_machine.travel(timezone.now(), tick=False) as clock:
            client = signed_in(sara)
            for _ in range(settings.SESSION_HOURS * 6):
                clock.shift(10 * MINUTE)
                assert is_in(client)
            clock.shift(MINUTE)
            assert not is_in(client)

    @pytest.mark.parametrize("way", ["?skip_timeout_reset=1", "?keep=1", "fragment", "a poll"])
    def test_nothing_holds_it_open(self, sara, settings, way):
        headers = {"HX-Request": "true"} if way == "fragment" else {}
        url = f"/help/{way}" if way.startswith("?") else "/help/"
        with time_machine.travel(timezone.now(), tick=False) as clock:
            client = signed_in(sara)
            clock.shift(settings.SESSION_IDLE_MINUTES * MINUTE + MINUTE)
            assert client.get(url, headers=headers).status_code in (302, 401)

    def test_a_clock_set_back_does_not_lengthen_it(self, sara):
        with time_machine.travel(timezone.now(), tick=False) as clock:
            client = signed_in(sara)
            clock.shift(-HOUR)
            assert not is_in(client)

    def test_a_session_is_kept_by_the_server(self, sara):
        client = signed_in(sara)
        Session.objects.all().delete()

        assert not is_in(client)

    def test_a_busy_session_is_not_written_at_each_request(self, sara, django_assert_max_num_queries):
        client = signed_in(sara)
        client.get("/help/")

        with django_assert_max_num_queries(2):
            client.get("/help/")


class TestFromOneRequestToTheNext:
    """What is taken from somebody is gone at the next request, not at the next sign-in."""

    @pytest.fixture
    def patient(self):
        return make_admitted(to="IOP Day")

    @pytest.fixture
    def client(self, sara, patient):
        client = signed_in(sara)
        assert client.get(patient.get_absolute_url()).status_code == 200
        return client

    def test_somebody_disabled_is_out(self, sara, patient, client):
        User.objects.filter(pk=sara.pk).update(is_active=False)

        assert client.get(patient.get_absolute_url())["Location"].startswith(LOGIN)
        User.objects.filter(pk=sara.pk).update(is_active=True)
        assert not is_in(client), "the session is dead, not asleep"

    def test_a_role_that_ended_grants_nothing(self, sara, patient, client):
        RoleGrant.objects.filter(user=sara).update(ended_on=today())

        assert client.get(patient.get_absolute_url()).status_code == 403

    def test_a_relation_that_ended_opens_nothing(self, sara, patient, client):
        ProgramStaff.objects.filter(user=sara).update(ended_on=today())

        assert client.get(patient.get_absolute_url()).status_code == 404

    def test_a_record_that_was_restricted_is_not_found(self, patient, client):
        type(patient).objects.filter(pk=patient.pk).update(restricted=True)

        assert client.get(patient.get_absolute_url()).status_code == 404

    def test_a_changed_password_ends_the_other_sessions(self, sara, client):
        here = signed_in(sara)

        changed = here.post(
            "/accounts/password/change/", {"oldpassword": PASSWORD, "password1": "river-lamp-orbit-9", "password2": "river-lamp-orbit-9"}
        )

        assert changed.status_code == 302
        assert not is_in(client)

    def test_without_the_trail_no_chart_is_shown(self, patient, client):
        with trail_broken():
            page = client.get(patient.get_absolute_url())

        assert page.status_code == 503
        assert patient.family_name not in page.content.decode()

    def test_without_the_trail_nobody_comes_in(self, sara):
        client = Client()
        with trail_broken():
            page = sign_in(client)

        assert page.status_code == 503
        assert not is_in(client)
