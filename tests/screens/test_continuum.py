"""The continuum as a board and as a table: who is where, what is full, who may move."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from anchored.accounts.roles import Role
from anchored.dashboard import views
from anchored.ground.dates import today
from patients import queries
from patients.actions import episodes, flags, privacy
from patients.models import CareTeamMember, Phase, Program
from tests.making import basis, make_admitted, make_clinician, make_patient, make_supervisor, make_user, open_stay, program

from .pages import plain
from .visiting import HTMX, chart_url, cost, cut_at, get, seen, signed_in, silence

pytestmark = pytest.mark.django_db

CONTINUUM = "/continuum/"
BOARD, TABLE = "/continuum/?view=board", "/continuum/?view=table"
DAY = timedelta(days=1)


@pytest.fixture
def clinician():
    return make_clinician(given_name="Sara", family_name="Lindqvist", works_in=["Residential detox", "IOP Evening"])


@pytest.fixture
def desk(clinician):
    return signed_in(clinician)


def admitted(by, name, **how):
    return make_admitted(by, patient=make_patient(by, family_name=name), **how)


def columns(page):
    """The words of each column of the board that is not folded, by program."""
    found = re.findall(r'<section class="board-col" aria-label="([^"]+)".*?>(.*?)</section>', page.html, re.DOTALL)
    return {name: plain(html) for name, html in found}


def names(page):
    return [label.split(",")[0].title() for label, href in page.links if href.startswith("/patients/") and ", " in label]


# The board


def test_the_board_is_what_one_sees_first(desk):
    page = get(desk, CONTINUUM)

    assert page.title == "Continuum - Anchored"
    assert page.heading == "Continuum"
    assert 'aria-current="page"><span>Board</span>' in page.html
    assert get(desk, f"{CONTINUUM}?view=nonsense").html.count('class="board"') == 1


def test_a_card_says_the_day_the_flag_the_review_and_the_clinician(clinician, desk):
    patient = admitted(clinician, "Alvarez", to="IOP Evening", on=today() - 9 * DAY)
    flags.raise_flag(patient, kind="overdose", by=clinician)
    flags.raise_flag(patient, kind="self_harm", by=clinician)

    page = get(desk, BOARD)

    review = f"{today() + 21 * DAY:%d %b}"
    assert columns(page) == {
        "IOP Evening": f"IOP Evening 1 of 36 ALVAREZ, Rosa Move day 10, review {review} 0 of 9 h"
        " Suicide or self-harm risk +1 SL S. Lindqvist"
    }
    assert page.leads_to("ALVAREZ, Rosa") == chart_url("chart", patient)


def test_a_card_says_when_nobody_has_accepted_or_a_review_is_late(clinician, desk):
    moved = admitted(clinician, "Moved", to="PHP", on=today() - 2 * DAY)
    episodes.move(
        open_stay(moved), to=program("Outpatient"), on=today(), basis=basis(), reason="She is ready for the next level.", by=clinician
    )
    admitted(clinician, "Late", to="IOP Evening", on=today() - 31 * DAY)
    unassigned = admitted(clinician, "Unassigned")
    CareTeamMember.objects.filter(episode__patient=unassigned).update(ended_on=today())

    shown = columns(get(desk, BOARD))

    assert "To accept" in shown["Outpatient"]
    assert "Review overdue" in shown["IOP Evening"]
    assert "Not assigned" in shown["Residential detox"]


def test_a_column_says_how_full_it_is(clinician, desk):
    Program.objects.filter(name="IOP Evening").update(capacity=1)
    admitted(clinician, "Alvarez", to="IOP Evening")
    admitted(clinician, "Brandt", to="Outpatient")

    shown = columns(get(desk, BOARD))

    assert shown["IOP Evening"].startswith("IOP Evening 1 of 1 Full")
    assert shown["Outpatient"].startswith("Outpatient 1 person")


def test_columns_stand_in_the_order_of_the_continuum_and_empty_ones_are_folded(clinician, desk):
    admitted(clinician, "Alvarez", to="PHP")

    page = get(desk, BOARD)

    order = re.findall(r'aria-label="([^"]+)" data-program', page.html)
    assert [name.split(",")[0] for name in order] == [each.name for each in Program.objects.in_order()]
    assert list(columns(page)) == ["PHP"]


def test_a_program_that_has_ended_has_no_column(desk):
    Program.objects.filter(name="Alumni").update(ended_on=today())

    assert "Alumni" not in get(desk, BOARD).text


def test_the_longest_stand_first_and_a_column_stays_readable(clinician, desk, monkeypatch):
    monkeypatch.setattr(queries, "CARDS_IN_A_COLUMN", 2)
    for number in range(4):
        admitted(clinician, f"Person{number}", to="IOP Evening", on=today() - number * DAY)

    page = get(desk, f"{BOARD}&clinician=me")

    assert names(page) == ["Person3", "Person2"]
    assert page.leads_to("2 more") == f"?view=table&clinician=me&phase={Phase.objects.get(short_name='IOP').pk}&track=evening"
    assert sorted(names(get(desk, CONTINUUM + page.leads_to("2 more")))) == ["Person0", "Person1", "Person2", "Person3"]


def test_a_column_holds_twelve_cards():
    assert queries.CARDS_IN_A_COLUMN == 12


def test_counts_are_of_the_house_and_cards_of_those_one_may_know_of(clinician, desk):
    admitted(clinician, "Own", to="PHP")
    admitted(make_clinician(), "Elsewhere", to="PHP")
    restricted = admitted(clinician, "Restricted", to="PHP")
    privacy.restrict(restricted, by=make_user(Role.PRIVACY_OFFICER), named=[make_clinician()])

    page = get(desk, BOARD)

    assert names(page) == ["Own"]
    assert columns(page)["PHP"].startswith("PHP 3 of 20")
    assert "3 people in care." in page.text


# The table


def test_the_table_says_the_same_in_rows(clinician, desk):
    patient = admitted(clinician, "Alvarez", to="IOP Evening", on=today() - 9 * DAY)

    page = get(desk, TABLE)

    assert f"ALVAREZ, Rosa IOP Evening 10 S. Lindqvist 0 of 9 h {today() + 21 * DAY:%d %b} Move" in page.text
    assert page.leads_to("ALVAREZ, Rosa") == chart_url("chart", patient)
    assert "1 person in care." in page.text


def test_the_table_follows_the_continuum(clinician, desk):
    admitted(clinician, "Third", to="IOP Evening")
    admitted(clinician, "Second", on=today() - 1 * DAY)
    admitted(clinician, "First", on=today() - 5 * DAY)

    assert names(get(desk, TABLE)) == ["First", "Second", "Third"]


def test_the_table_has_pages_which_the_database_cuts(clinician, desk, monkeypatch):
    monkeypatch.setattr(views, "ROWS", 2)
    for number in range(3):
        admitted(clinician, f"Person{number}", on=today() - (3 - number) * DAY)

    with CaptureQueriesContext(connection) as said:
        first = get(desk, f"{TABLE}&clinician=me")

    assert cut_at(2, said)
    assert names(first) == ["Person0", "Person1"]
    assert "Page 1 of 2" in first.text
    assert first.leads_to("Next") == "?page=2&view=table&clinician=me"
    assert names(get(desk, f"{TABLE}&page=2")) == names(get(desk, f"{TABLE}&page=99")) == ["Person2"]
    assert names(get(desk, f"{TABLE}&page=abc")) == names(get(desk, f"{TABLE}&page=")) == ["Person0", "Person1"]


def test_an_empty_table_says_what_to_do(desk):
    page = get(desk, f"{TABLE}&flag=any")

    assert "No one here Choose other filters to see more people." in page.text
    assert "0 people as filtered." in page.text


# Both


def test_filters_narrow_both(clinician, desk):
    colleague = make_clinician()
    flags.raise_flag(admitted(clinician, "Mine"), kind="medical", by=clinician)
    admitted(colleague, "Colleague", to="IOP Evening")
    table = {
        "": ["Mine", "Colleague"],
        "clinician=me": ["Mine"],
        f"clinician={colleague.pk}": ["Colleague"],
        "clinician=none": [],
        "flag=any": ["Mine"],
        "track=evening": ["Colleague"],
        "track=night&clinician=abc&flag=%ff": ["Mine", "Colleague"],
    }

    assert {query: names(get(desk, f"{BOARD}&{query}")) for query in table} == table
    assert {query: names(get(desk, f"{TABLE}&{query}")) for query in table} == table


def test_the_view_changes_and_the_filters_stay(desk):
    board, table = get(desk, f"{BOARD}&clinician=me&track=day"), get(desk, f"{TABLE}&clinician=me&flag=any&page=3")

    assert board.leads_to("Table") == "?view=table&clinician=me&track=day"
    assert table.leads_to("Board") == "?view=board&clinician=me&flag=any"
    assert board.form("clinician") == {"view": "board", "clinician": "me", "flag": "", "track": "day"}
    assert table.form("clinician") == {"view": "table", "clinician": "me", "phase": "", "flag": "any", "track": ""}


def test_move_comes_back_to_the_continuum(clinician, desk):
    patient = admitted(clinician, "Alvarez")

    for view in (BOARD, TABLE):
        assert get(desk, view).leads_to("Move Rosa Alvarez") == f"{chart_url('move', patient)}?back=continuum"


def test_a_prescriber_sees_the_continuum_and_moves_nobody(clinician):
    admitted(clinician, "Alvarez")
    prescriber = signed_in(make_user(Role.PRESCRIBER, works_in=["Residential detox"]))

    for view in (BOARD, TABLE):
        page = get(prescriber, view)
        assert names(page) == ["Alvarez"]
        assert page.leads_to("Move Rosa Alvarez") is None
        assert "Use Move on a card" not in page.text
        assert "data-move-url" not in page.html


@pytest.mark.parametrize("role", [Role.FRONT_DESK, Role.ADMINISTRATOR, Role.PRIVACY_OFFICER])
def test_the_continuum_is_for_those_who_care(role):
    client = signed_in(make_user(role))

    assert client.get(CONTINUUM).status_code == client.get(TABLE, headers=HTMX).status_code == 403
    assert CONTINUUM not in client.get("/help/").content.decode()


def test_nobody_sees_the_continuum_without_signing_in():
    assert Client().get(CONTINUUM)["Location"].startswith("/accounts/login/")
    assert Client().get(CONTINUUM, headers=HTMX).status_code == 401


@pytest.mark.parametrize("view", ["board", "table"])
def test_each_person_shown_is_recorded_and_nobody_else(view, clinician, desk, monkeypatch):
    monkeypatch.setattr(queries, "CARDS_IN_A_COLUMN", 2)
    monkeypatch.setattr(views, "ROWS", 2)
    shown = [admitted(clinician, f"Person{number}", on=today() - (9 - number) * DAY) for number in range(3)]
    admitted(make_clinician(), "Elsewhere", to="PHP")

    get(desk, f"{CONTINUUM}?view={view}")

    assert seen("list.shown", screen=view) == [patient.pk for patient in shown[:2]]


@pytest.mark.parametrize("view", ["board", "table"])
def test_without_the_trail_nobody_is_shown(view, clinician, desk, monkeypatch):
    admitted(clinician, "Alvarez")
    silence(monkeypatch)

    page = get(desk, f"{CONTINUUM}?view={view}")

    assert page.status == 503
    assert "ALVAREZ" not in page.html


def test_board_and_table_cost_the_same_for_one_and_for_twelve(clinician, desk):
    admitted(clinician, "Alvarez")
    one = cost(desk, BOARD), cost(desk, TABLE)
    for number in range(11):
        patient = admitted(clinician, f"Person{number}", to=["IOP Evening", "PHP", "Outpatient"][number % 3])
        flags.raise_flag(patient, kind="medical", by=clinician)

    assert one == (cost(desk, BOARD), cost(desk, TABLE)) == (7, 6)


def test_a_supervisor_sees_the_people_of_those_supervised(clinician):
    admitted(clinician, "Alvarez")

    assert names(get(signed_in(make_supervisor(supervises=[clinician])), BOARD)) == ["Alvarez"]
    assert names(get(signed_in(make_supervisor()), BOARD)) == []
