"""The manners of every page: headers, fragments, refusals, sending twice."""

import re
import threading
import uuid
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.db import OperationalError, connection
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.test import Client, RequestFactory
from django.urls import include, path
from django.utils import timezone

from anchored.accounts.doors import open_to_all
from anchored.accounts.models import User
from anchored.accounts.refusals import NotNow, NotPermitted, SomeoneWasFirst
from anchored.accounts.roles import Role
from anchored.audit.trail import TrailUnavailable
from anchored.ui import errors
from anchored.ui.models import SentForm
from anchored.ui.once import once
from tests.making import make_clinician, make_user

HTMX = {"HX-Request": "true"}


# Pages that exist for these tests only, beside those of the product


def raising(trouble):
    @open_to_all
    def view(request):
        raise trouble

    return view


@open_to_all
@once
def sent(request):
    """Writes one name, and answers as the form asks."""
    User.objects.create_user(f"sent-{uuid.uuid4().hex[:8]}", given_name="Sent")
    wish = request.POST.get("answer", "redirect")
    if wish == "mistakes":
        return HttpResponse("mistakes", status=422)
    if wish == "page":
        return HttpResponse("done")
    if wish == "break":
        raise SomeoneWasFirst("D. Mensah moved this patient 3 minutes ago. Nothing was changed.")
    return redirect("/help/?from=sent")


urlpatterns = [
    path("test/403/", raising(NotPermitted("You cannot cosign your own note."))),
    path("test/403/plain/", raising(PermissionDenied())),
    path("test/404/", raising(Http404("secret reason"))),
    path("test/409/", raising(SomeoneWasFirst("D. Mensah was first."))),
    path("test/422/", raising(NotNow("This stay has already ended."))),
    path("test/500/", raising(RuntimeError("Rosa Alvarez drank"))),
    path("test/503/trail/", raising(TrailUnavailable())),
    path("test/503/database/", raising(OperationalError("could not connect to 10.0.0.1"))),
    path("test/sent/", sent),
    path("", include("anchored.urls")),
]
handler400 = "anchored.ui.errors.bad_request"
handler403 = "anchored.ui.errors.permission_denied"
handler404 = "anchored.ui.errors.page_not_found"
handler500 = "anchored.ui.errors.server_error"

pytestmark = pytest.mark.urls("tests.test_ui")


def signed_in(user):
    client = Client(raise_request_exception=False)
    client.force_login(user, backend="anchored.accounts.backends.StaffBackend")
    return client


@pytest.fixture
def clinician(db):
    return make_clinician(given_name="Sara", family_name="Lindqvist")


@pytest.fixture
def desk(clinician):
    return signed_in(clinician)


# Headers

ADDRESSES = [
    "/help/",
    "/accounts/login/",
    "/accounts/preferences/",
    "/admin/",
    "/nowhere/",
    "/test/403/",
    "/test/404/",
    "/test/409/",
    "/test/422/",
    "/test/500/",
    "/test/503/database/",
]


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "fragment"])
@pytest.mark.parametrize("who", ["stranger", "clinician"])
def test_every_answer_carries_the_headers(who, headers, address, clinician):
    client = signed_in(clinician) if who == "clinician" else Client(raise_request_exception=False)

    answer = client.get(address, headers=headers)

    assert answer["Cache-Control"] == "no-store"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["Referrer-Policy"] == "same-origin"
    assert answer["Cross-Origin-Opener-Policy"] == answer["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "camera=()" in answer["Permissions-Policy"]
    assert "HX-Request" in answer["Vary"]
    assert "default-src 'self'" in answer["Content-Security-Policy"]
    assert "unsafe" not in answer["Content-Security-Policy"]


def test_an_unknown_host_is_refused_with_words_and_headers(db):
    answer = Client().get("/help/", headers={"host": "evil.example"})

    assert answer.status_code == 400
    assert "Go back, reload the page and try again." in answer.content.decode()
    assert answer["Cache-Control"] == "no-store"


@pytest.mark.parametrize("address", ["/help/", "/help/shortcuts/", "/accounts/preferences/", "/nowhere/", "/test/500/"])
def test_no_page_holds_a_script_or_a_style_of_its_own(desk, address):
    html = desk.get(address).content.decode()

    assert not re.search(r"<script(?![^>]*( src=|type=\"application/json\"))", html)
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:|hx-on|hx-vals=.js:", html)


# Fragments


def test_a_fragment_is_not_swapped_for_the_sign_in_page(db):
    answer = Client().get("/accounts/preferences/", headers={**HTMX, "HX-Current-URL": "http://testserver/help/"})

    assert answer.status_code == 401
    assert answer["HX-Redirect"] == "/accounts/login/?next=%2Fhelp%2F"


def test_after_signing_in_nobody_is_sent_to_another_house(db):
    answer = Client().get("/accounts/preferences/", headers={**HTMX, "HX-Current-URL": "https://evil.example/help/"})

    assert "evil" not in answer["HX-Redirect"]


def test_a_redirect_of_a_fragment_moves_the_whole_page(desk):
    answer = desk.post("/test/sent/", headers=HTMX)

    assert (answer.status_code, answer["HX-Redirect"]) == (204, "/help/?from=sent")


def test_a_form_sent_after_the_session_ended_leads_back_to_its_page(db):
    answer = Client().post("/test/sent/", headers={"Referer": "http://testserver/help/?a=1"})

    assert answer["Location"] == "/accounts/login/?next=%2Fhelp%2F%3Fa%3D1"


def test_a_page_asked_for_by_a_stranger_is_where_signing_in_leads(db):
    answer = Client().get("/help/language/", headers={"Referer": "http://testserver/help/"})

    assert answer["Location"] == "/accounts/login/?next=/help/language/"


def test_a_boosted_link_is_a_page(desk):
    answer = desk.get("/test/404/", headers={**HTMX, "HX-Boosted": "true"})

    assert "<!doctype html>" in answer.content.decode()


# Refusals


@pytest.mark.parametrize(
    ("address", "status", "sentence"),
    [
        ("/test/403/", 403, "You cannot cosign your own note."),
        ("/test/403/plain/", 403, errors.NO_ACCESS),
        ("/test/404/", 404, "Find a patient, or go to Today."),
        ("/test/409/", 409, "D. Mensah was first."),
        ("/test/422/", 422, "This stay has already ended."),
        ("/test/503/trail/", 503, "no record is shown and nothing was changed"),
        ("/test/503/database/", 503, "Nothing was changed."),
        ("/test/500/", 500, "Something went wrong on our side"),
    ],
)
def test_a_refusal_is_a_page_with_words_or_a_sentence_for_the_alert_region(desk, address, status, sentence):
    page = desk.get(address)
    fragment = desk.get(address, headers=HTMX)

    assert page.status_code == fragment.status_code == status
    for answer in (page, fragment):
        said = answer.content.decode()
        assert sentence in said
        assert not re.search("Rosa|drank|secret reason|10.0.0.1|Traceback", said)
    assert "<h1" in page.content.decode()
    assert "<html" not in fragment.content.decode()
    assert fragment["HX-Retarget"] == "#alert"


def test_what_never_was_and_what_is_not_yours_read_the_same(desk):
    strip = re.compile(rb'(?<=csrfmiddlewaretoken" value=")[^"]+|(?<=X-CSRFToken": ")[^"]+')

    never, not_yours = desk.get("/nowhere/"), desk.get("/test/404/")

    assert strip.sub(b"", never.content) == strip.sub(b"", not_yours.content)


def test_the_page_of_a_broken_server_needs_no_database(caplog):
    try:
        raise RuntimeError("Rosa Alvarez drank")
    except RuntimeError:
        answer = errors.server_error(RequestFactory().get("/patients/1/"))

    reference = re.search(r"Reference ([0-9A-F]{6})", answer.content.decode())[1]
    assert answer.status_code == 500
    assert reference in caplog.text


@pytest.mark.parametrize("method", ["get", "put", "delete", "options"])
def test_a_wrong_method_is_answered_with_words(desk, method):
    answer = getattr(desk, method)("/search/")

    assert (answer.status_code, answer["Allow"]) == (405, "POST")
    assert errors.WRONG_METHOD in answer.content.decode()


def test_signing_in_says_what_is_missing_and_never_which_was_wrong(clinician):
    empty = Client().post("/accounts/login/", {"login": "", "password": ""}).content.decode()
    wrong = [
        Client().post("/accounts/login/", {"login": name, "password": "not-this-one"}).content.decode()
        for name in (clinician.username, "nobody-of-that-name")
    ]

    assert "<title>Error: Sign in - Anchored</title>" in empty
    for target, words in [("id_login", "Enter your user name"), ("id_password", "Enter your password")]:
        assert f'<a href="#{target}">{words}</a>' in empty
    for html in wrong:
        assert "The user name or the password is not right" in html
        assert "not-this-one" not in html


def test_a_form_of_an_ended_session_says_so(db):
    client = Client(enforce_csrf_checks=True)

    page = client.post("/accounts/preferences/", {"theme": "dark"})
    fragment = client.post("/search/", headers={**HTMX, "HX-Current-URL": "http://testserver/help/"})

    assert page.status_code == 403
    assert errors.SESSION_ENDED in page.content.decode()
    assert (fragment.status_code, fragment["HX-Redirect"]) == (401, "/accounts/login/?next=%2Fhelp%2F")


def test_a_stale_form_token_is_explained(clinician):
    client = Client(enforce_csrf_checks=True)
    client.force_login(clinician, backend="anchored.accounts.backends.StaffBackend")

    answer = client.post("/accounts/preferences/", {"theme": "dark"})

    assert answer.status_code == 403
    assert "Reload the page and try again." in answer.content.decode()


# Sending twice


def sendings():
    return User.objects.filter(username__startswith="sent-").count()


def test_a_form_sent_twice_has_its_effect_once_and_leads_to_the_same_page(desk):
    form = {"once": str(uuid.uuid4())}

    first, second = desk.post("/test/sent/", form), desk.post("/test/sent/", form)

    assert first["Location"] == second["Location"] == "/help/?from=sent"
    assert sendings() == 1


def test_out_of_a_dialog_too(desk):
    form = {"once": str(uuid.uuid4())}

    first, second = (desk.post("/test/sent/", form, headers=HTMX) for _ in range(2))

    assert first["HX-Redirect"] == second["HX-Redirect"] == "/help/?from=sent"
    assert sendings() == 1


def test_a_form_with_mistakes_can_be_sent_again(desk):
    token = str(uuid.uuid4())

    desk.post("/test/sent/", {"once": token, "answer": "mistakes"})
    corrected = desk.post("/test/sent/", {"once": token})

    assert corrected.status_code == 302
    assert not SentForm.objects.filter(answer="").exists()


def test_a_refusal_takes_everything_back_and_frees_the_form(desk):
    token = str(uuid.uuid4())

    refused = desk.post("/test/sent/", {"once": token, "answer": "break"})

    assert (refused.status_code, sendings(), SentForm.objects.count()) == (409, 0, 0)


def test_an_answer_that_leads_nowhere_is_not_given_twice(desk):
    form = {"once": str(uuid.uuid4()), "answer": "page"}

    first, second = desk.post("/test/sent/", form), desk.post("/test/sent/", form)

    assert (first.status_code, second.status_code, sendings()) == (200, 409, 1)
    assert "it was done once" in second.content.decode()


@pytest.mark.parametrize("token", ["", "nonsense", "1", "\x00", "' OR 1=1"])
def test_a_form_without_a_usable_token_works_unprotected(desk, token):
    for _ in range(2):
        assert desk.post("/test/sent/", {"once": token}).status_code == 302

    assert sendings() == 2


def test_the_token_of_somebody_else_closes_nothing(desk):
    form = {"once": str(uuid.uuid4())}

    desk.post("/test/sent/", form)
    answer = signed_in(make_user(Role.SUPERVISOR)).post("/test/sent/", form)

    assert (answer.status_code, sendings()) == (302, 2)


@pytest.mark.django_db(transaction=True)
def test_two_at_the_same_moment_have_one_effect():
    clinician, token, answers = make_clinician(), str(uuid.uuid4()), []
    clients = [signed_in(clinician) for _ in range(4)]
    together = threading.Barrier(len(clients))

    def send(client):
        together.wait()
        answers.append(client.post("/test/sent/", {"once": token}))
        connection.close()

    threads = [threading.Thread(target=send, args=[client]) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [answer["Location"] for answer in answers] == ["/help/?from=sent"] * len(clients)
    assert sendings() == 1


def test_at_night_old_forms_are_forgotten(clinician, capsys):
    for days in (0, 1, 3):
        SentForm.objects.create(token=uuid.uuid4(), user=clinician, path="/", at=timezone.now() - timedelta(days=days))

    call_command("nightly")

    assert SentForm.objects.count() == 2
    assert "1 sent forms are forgotten." in capsys.readouterr().out
