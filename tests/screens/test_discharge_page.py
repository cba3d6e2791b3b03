"""Out of care: a check page, and the supervisor's way back."""

from datetime import timedelta

import pytest

from anchored.accounts.roles import Role
from anchored.audit.models import TrailEntry
from anchored.ground.dates import today
from patients.actions import admissions, episodes, team
from patients.models import Discharge, DischargeReason
from tests.making import afresh, basis, made_once, make_both, make_clinician, make_patient, make_supervisor, make_user, open_stay, program

from .visiting import SHUT, chart_url, cost, doors, follow, get, send, signed_in, silence

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
DETOX = "Residential detox"
MISTAKE = "Discharged by mistake, she is here."


both = made_once(lambda: make_both(family_name="Alvarez"))


@pytest.fixture
def clinician(both, db):
    return afresh(both.clinician)


@pytest.fixture
def supervisor(clinician):
    return make_supervisor(given_name="Ingrid", family_name="Novak", supervises=[clinician])


@pytest.fixture
def desk(clinician):
    return signed_in(clinician)


@pytest.fixture
def patient(both, db):
    return afresh(both.patient)


@pytest.fixture
def url(patient):
    return chart_url("discharge", patient)


def reason(code="completed"):
    return DischargeReason.objects.get(code=code)


def filled_in(client, url, **answers):
    return {**get(client, url).form("reason"), "reason": str(reason().pk), **answers}


def discharge(patient, by, on=None):
    return episodes.discharge(open_stay(patient), on=on or today(), reason=reason(), by=by)


# The check page


def test_the_page_says_what_will_happen(patient, clinician, desk, url):
    team.add_member(
        patient.episodes.get(), to=make_clinician(given_name="Dana", family_name="Mensah"), part="covering", by=make_supervisor()
    )

    page = get(desk, url)

    assert (page.status, page.title, page.heading) == (200, f"Discharge, No. {patient.record_number} - Anchored", "Discharge Rosa Alvarez")
    assert "From Residential detox, day 11. Only a supervisor can undo a discharge." in page.text
    assert page.part("what-happens") == (
        "What will happen The stay in Residential detox and the episode end on this day"
        " S. Lindqvist leaves the care team as primary clinician D. Mensah leaves the care team as covering clinician"
        " The discharge summary is asked for. The continuing-care plan is best made with the patient before"
        " Coming back opens a new episode; this one stays a click away"
    )
    assert "Discharge Rosa Alvarez" in page.buttons
    assert page.leads_to("Cancel") == chart_url("chart", patient)


def test_the_reasons_are_those_the_house_offers(desk, url):
    DischargeReason.objects.filter(code="other").update(offered=False)

    page = get(desk, url)

    assert "Left before completion, against advice" in page.text
    assert ">Other<" not in page.html


def test_a_discharge_closes_everything_and_the_chart_says_so(patient, desk, url):
    page = follow(desk, url, filled_in(desk, url, note="Goes to her sister.", on=f"{today() - DAY:%d %b %Y}"))

    episode = patient.episodes.get()
    assert "Rosa Alvarez is discharged from Residential detox." in page.text
    assert "Undo" not in page.buttons
    assert episode.ended_on == today() - DAY
    assert not episode.stays.filter(ended_on=None).exists()
    assert not episode.team.filter(ended_on=None).exists()
    assert f"Level Discharged {today() - DAY:%d %b %Y}" in page.text
    assert "Goes to her sister" not in str(TrailEntry.objects.get(event="patient.discharged").facts)


def test_mistakes_are_named_and_the_typing_is_kept(patient, desk, url):
    page = send(desk, url, filled_in(desk, url, reason="", on="soon", note="Goes to her sister."))

    assert page.status == 422
    assert page.title.startswith("Error: Discharge, No.")
    assert page.mistakes == ["Choose the reason of the discharge", "Enter a real date, like 23 Nov 2026"]
    assert page.invalid == {"reason", "on"}
    kept = page.form("reason")
    assert (kept["on"], kept["note"]) == ("soon", "Goes to her sister.")
    assert not Discharge.objects.exists()


def test_the_day_lies_between_the_last_move_and_today(patient, clinician, desk, url):
    def said(day):
        return send(desk, url, filled_in(desk, url, on=f"{day:%Y-%m-%d}")).mistakes

    assert said(today() + DAY) == ["The discharge date must not be in the future."]
    assert said(today() - 11 * DAY) == [f"The discharge must be on or after {today() - 10 * DAY:%d %b %Y}, the admission."]
    episodes.move(
        open_stay(patient), to=program("PHP"), on=today() - 3 * DAY, basis=basis(), reason="Ready for the next level.", by=clinician
    )
    assert said(today() - 4 * DAY) == [f"The discharge must be on or after {today() - 3 * DAY:%d %b %Y}, the last move."]


def test_a_form_that_is_sent_twice_discharges_once(patient, desk, url):
    form = filled_in(desk, url)

    assert [desk.post(url, form)["Location"] for _ in range(2)] == [chart_url("chart", patient)] * 2
    assert Discharge.objects.count() == 1


def test_who_discharges_second_is_told_who_was_first(patient, clinician, supervisor, desk, url):
    form = filled_in(desk, url, note="Goes to her sister.")
    discharge(patient, supervisor)

    page = send(desk, url, form)

    assert (page.status, page.mistakes) == (409, ["I. Novak discharged this patient just now. Nothing was changed."])
    assert page.form("reason")["note"] == "Goes to her sister."


def test_who_discharges_after_a_move_is_told_so(patient, supervisor, desk, url):
    form = filled_in(desk, url)
    episodes.move(open_stay(patient), to=program("PHP"), on=today(), basis=basis(), reason="Ready for the next level.", by=supervisor)

    page = send(desk, url, form)

    assert (page.status, page.mistakes) == (409, ["I. Novak moved this patient just now. Nothing was changed."])
    assert open_stay(patient).program.name == "PHP"


def test_nobody_who_is_not_in_care_is_discharged(clinician, desk):
    assert get(desk, chart_url("discharge", make_patient(clinician))).status == 404


def test_a_discharge_has_a_door(patient, url):
    assert doors(url, weaker=Role.PRESCRIBER) == SHUT
    assert doors(url, weaker=Role.PRESCRIBER, by="post") == SHUT
    assert not Discharge.objects.exists()


def test_without_the_trail_nobody_is_discharged(desk, url, monkeypatch):
    form = filled_in(desk, url)
    silence(monkeypatch)

    assert get(desk, url).status == send(desk, url, form).status == 503
    assert not Discharge.objects.exists()


# The way back


@pytest.fixture
def back(patient, clinician):
    """The page that undoes the discharge of yesterday."""
    discharge(patient, clinician, on=today() - DAY)
    return chart_url("undo_discharge", patient)


def test_a_supervisor_takes_a_discharge_back_with_the_reason(patient, clinician, supervisor, back):
    client = signed_in(supervisor)

    page = get(client, back)
    after = follow(client, back, {**page.form("because"), "because": MISTAKE})

    assert page.title == f"Undo discharge, No. {patient.record_number} - Anchored"
    assert f"Rosa Alvarez was discharged on {today() - DAY:%d %b %Y}: completed treatment." in page.text
    assert "The discharge is undone. Rosa Alvarez is in Residential detox again." in after.text
    assert open_stay(patient).day() == 11
    assert patient.episodes.get().team.get(ended_on=None).user == clinician
    assert MISTAKE not in str(TrailEntry.objects.get(event="patient.discharge_undone").facts)


@pytest.mark.parametrize("because", ["", "mistake", " " * 20])
def test_the_reason_is_asked_for(patient, supervisor, back, because):
    page = send(signed_in(supervisor), back, {"because": because})

    assert (page.status, page.mistakes) == (422, ["Give the reason in at least 15 characters"])
    assert page.invalid == {"because"}
    assert page.form("because")["because"] == because
    assert patient.episodes.get().ended_on


def test_who_takes_it_back_second_is_told_who_was_first(patient, supervisor, back):
    other = make_supervisor(given_name="Theo", family_name="Baptiste")
    episodes.undo_discharge(Discharge.objects.get(), because=MISTAKE, by=other)

    page = send(signed_in(supervisor), back, {"because": "She did not leave at all."})

    assert (page.status, page.mistakes) == (409, ["T. Baptiste undid this discharge just now. Nothing was changed."])
    assert page.form("because")["because"] == "She did not leave at all."


def test_a_discharge_is_not_taken_back_once_the_person_came_back(patient, clinician, supervisor, back):
    admissions.admit(patient, program=program("PHP"), on=today(), by=clinician, primary=clinician)

    page = send(signed_in(supervisor), back, {"because": MISTAKE})

    assert page.status == 422
    assert page.mistakes == [f"Rosa Alvarez was admitted again on {today():%d %b %Y}. The discharge can't be undone."]


def test_there_is_no_way_back_for_somebody_in_care(patient, supervisor):
    assert get(signed_in(supervisor), chart_url("undo_discharge", patient)).status == 404
    assert send(signed_in(supervisor), chart_url("undo_discharge", patient), {"because": MISTAKE}).status == 404


def test_the_way_back_has_a_door(back):
    assert doors(back, weaker=Role.CLINICIAN) == SHUT
    assert doors(back, weaker=Role.CLINICIAN, by="post") == SHUT
    assert send(signed_in(make_user(Role.PRESCRIBER, works_in=[DETOX])), back, {"because": MISTAKE}).status == 403
    assert Discharge.objects.get().undone_at is None


def test_without_the_trail_nothing_is_taken_back(supervisor, back, monkeypatch):
    client = signed_in(supervisor)
    silence(monkeypatch)

    assert get(client, back).status == send(client, back, {"because": MISTAKE}).status == 503
    assert Discharge.objects.get().undone_at is None


def test_both_pages_cost_the_same_for_a_large_care_team(patient, clinician, supervisor, desk, url):
    one = cost(desk, url)
    for _ in range(12):
        team.add_member(patient.episodes.get(), to=make_clinician(), part="covering", by=supervisor)
    assert one == cost(desk, url) == 10

    discharge(patient, clinician)
    assert cost(signed_in(supervisor), chart_url("undo_discharge", patient)) == 9
