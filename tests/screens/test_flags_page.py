"""Safety flags: raised by whoever sees the danger, closed by somebody by name."""

import pytest

from anchored.accounts.roles import Role
from anchored.audit.models import TrailEntry
from anchored.ground.dates import today
from patients.actions import flags
from patients.models import SafetyFlag
from tests.making import afresh, made_once, make_admitted, make_both, make_clinician, make_user

from .visiting import SHUT, UNKNOWN_ID, chart_url, cost, doors, follow, get, send, signed_in, silence

pytestmark = pytest.mark.django_db

DETOX = "Residential detox"


both = made_once(lambda: make_both(family_name="Alvarez"))


@pytest.fixture
def clinician(both, db):
    return afresh(both.clinician)


@pytest.fixture
def desk(clinician):
    return signed_in(clinician)


@pytest.fixture
def patient(both, db):
    return afresh(both.patient)


@pytest.fixture
def url(patient):
    return chart_url("flags", patient)


def test_without_flags_the_page_says_so(patient, desk, url):
    page = get(desk, url)

    assert (page.status, page.title, page.heading) == (200, f"Safety flags, No. {patient.record_number} - Anchored", "Safety flags")
    assert "What everybody who meets Rosa Alvarez must know first." in page.text
    assert page.part("raised") == "On the chart No safety flag is raised."
    assert 'id="closed"' not in page.html


def test_a_flag_is_raised_and_stands_on_the_banner(patient, desk, url):
    page = follow(desk, url, {**get(desk, url).form("kind"), "kind": "overdose", "note": "Fentanyl in August."})

    assert "Flag raised: Overdose risk." in page.text
    assert page.part("raised") == f"On the chart Overdose risk Since {today():%d %b %Y}, raised by S. Lindqvist Fentanyl in August. Close"
    assert page.leads_to(f"Overdose risk, {today():%d %b}") == url
    assert TrailEntry.objects.get(event="flag.raised").facts == {"kind": "overdose"}


def test_a_flag_is_closed_and_stays_in_the_list_below(patient, desk, url):
    flag = flags.raise_flag(patient, kind="medical", note="Insulin.", by=make_clinician(given_name="Dana", family_name="Mensah"))
    close = chart_url("close_flag", patient, flag.pk)
    page = get(desk, url)

    after = follow(desk, close, page.form_to(close))

    assert "Close flag Medical alert" in page.buttons
    assert "Flag closed: Medical alert." in after.text
    assert after.part("closed") == f"Closed Medical alert {today():%d %b %Y} to {today():%d %b %Y}, closed by S. Lindqvist Insulin."
    assert after.part("raised") == "On the chart No safety flag is raised."


def test_mistakes_are_named_and_the_typing_is_kept(patient, desk, url):
    page = send(desk, url, {**get(desk, url).form("kind"), "kind": "", "note": "Fentanyl in August."})

    assert (page.status, page.mistakes) == (422, ["Choose the flag"])
    assert page.title == f"Error: Safety flags, No. {patient.record_number} - Anchored"
    assert page.invalid == {"kind"}
    assert page.form("kind")["note"] == "Fentanyl in August."


def test_each_mistake_has_its_sentence(patient, clinician, desk, url):
    flags.raise_flag(patient, kind="overdose", by=clinician)

    def said(**typed):
        page = send(desk, url, {"kind": "medical", "note": "", **typed})
        return page.status, page.mistakes

    assert said(kind="overdose") == (422, ["This flag is raised already."])
    assert said(kind="password") == (422, ["Choose one from the list"])
    assert said(note="x" * 301) == (422, ["Use at most 300 characters. You entered 301."])
    assert said(note="In\x00sulin") == (422, ["Remove the character at position 3. It can't be used in a record."])
    assert SafetyFlag.objects.count() == 1


def test_who_closes_second_is_told_so(patient, clinician, desk):
    flag = flags.raise_flag(patient, kind="medical", by=clinician)
    flags.close_flag(flag, by=make_clinician())

    page = follow(desk, chart_url("close_flag", patient, flag.pk), {})

    assert "This flag is closed already." in page.text
    assert page.heading == "Safety flags"


def test_a_flag_that_is_sent_twice_is_raised_once(patient, desk, url):
    form = {**get(desk, url).form("kind"), "kind": "medical"}

    assert {desk.post(url, form)["Location"] for _ in range(2)} == {url}
    assert SafetyFlag.objects.count() == 1


def test_a_flag_of_somebody_else_cannot_be_closed_here(patient, clinician, desk):
    other = flags.raise_flag(make_admitted(clinician), kind="medical", by=clinician)

    assert send(desk, chart_url("close_flag", patient, other.pk), {}).status == 404
    assert send(desk, chart_url("close_flag", patient, UNKNOWN_ID), {}).status == 404
    assert get(desk, chart_url("close_flag", patient, other.pk)).status == 405
    other.refresh_from_db()
    assert other.ended_on is None


def test_a_nurse_raises_flags_too(patient, url):
    nurse = signed_in(make_user(Role.PRESCRIBER, works_in=[DETOX]))

    assert "Flag raised: Withdrawal risk." in follow(nurse, url, {"kind": "withdrawal"}).text


def test_flags_have_a_door(patient, clinician, url):
    flag = flags.raise_flag(patient, kind="medical", by=clinician)

    assert doors(url, weaker=Role.FRONT_DESK) == SHUT
    assert doors(url, weaker=Role.FRONT_DESK, by="post") == SHUT
    assert doors(chart_url("close_flag", patient, flag.pk), weaker=Role.FRONT_DESK, by="post") == SHUT
    assert SafetyFlag.objects.get().ended_on is None


def test_without_the_trail_nothing_is_shown_raised_or_closed(patient, clinician, desk, url, monkeypatch):
    flag = flags.raise_flag(patient, kind="medical", by=clinician)
    silence(monkeypatch)

    assert get(desk, url).status == send(desk, url, {"kind": "overdose"}).status == 503
    assert send(desk, chart_url("close_flag", patient, flag.pk), {}).status == 503
    assert SafetyFlag.objects.get().ended_on is None


def test_the_page_costs_the_same_for_one_flag_and_for_twelve(patient, clinician, desk, url):
    flags.raise_flag(patient, kind="overdose", by=clinician)
    one = cost(desk, url)
    for _ in range(11):
        flags.close_flag(flags.raise_flag(patient, kind="medical", by=make_clinician()), by=make_clinician())

    assert one == cost(desk, url) == 8
