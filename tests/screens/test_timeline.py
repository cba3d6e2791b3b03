"""The timeline: an episode to scale and in words, with what was undone."""

import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.utils import timezone

from anchored.accounts.roles import Role
from anchored.ground.dates import today
from patients.actions import assessments, episodes, flags, team
from patients.models import DischargeReason
from tests.making import (
    afresh,
    basis,
    made_once,
    make_admitted,
    make_both,
    make_clinician,
    make_patient,
    make_supervisor,
    open_stay,
    program,
)

from .pages import plain
from .visiting import SHUT, UNKNOWN_ID, chart_url, cost, doors, get, signed_in

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
WHY = "Withdrawal is over; she asks for groups."


both = made_once(make_both)


@pytest.fixture
def clinician(both, db):
    return afresh(both.clinician)


@pytest.fixture
def desk(clinician):
    return signed_in(clinician)


@pytest.fixture
def patient(both, db):
    return afresh(both.patient)


def move(patient, to, by, on=None, **facts):
    return episodes.move(open_stay(patient), to=program(to), on=on or today(), basis=basis(), reason=WHY, by=by, **facts)


def discharge(patient, by, on=None, **facts):
    return episodes.discharge(open_stay(patient), on=on or today(), reason=DischargeReason.objects.get(code="completed"), by=by, **facts)


def timeline(client, patient, query=""):
    page = get(client, chart_url("timeline", patient) + query)
    assert page.status == 200
    return page


def happened(page):
    """Each line of What happened without the moment it was entered."""
    section = re.search(r'<section[^>]*aria-labelledby="happened".*?</section>', page.html, re.DOTALL)[0]
    lines = [plain(line) for line in re.findall(r"<li.*?</li>", section, re.DOTALL)]
    return [re.sub(r", entered .*", "", line) for line in lines]


def day(days_ago):
    return f"{today() - days_ago * DAY:%d %b %Y}"


def test_an_episode_is_told_with_the_latest_first(patient, clinician, desk):
    supervisor = make_supervisor(given_name="Ingrid", family_name="Novak", supervises=[clinician])
    move(patient, "PHP", clinician, on=today() - 6 * DAY, patient_took_part=True)
    move(patient, "Hospital residential", supervisor, on=today() - 5 * DAY)
    move(patient, "Alumni", supervisor, on=today() - 4 * DAY)
    discharge(patient, supervisor, on=today() - DAY, note="Goes to her sister.")

    assert happened(timeline(desk, patient)) == [
        f"{day(1)} Discharged Completed treatment. Goes to her sister I. Novak",
        f"{day(4)} Moved to Alumni Ready for next level, approved by a supervisor outside the table of moves. {WHY[:-1]} I. Novak",
        f"{day(5)} Moved to Hospital residential Ready for next level. {WHY[:-1]} I. Novak",
        f"{day(6)} Moved to PHP Ready for next level, patient took part. {WHY[:-1]} S. Lindqvist",
        f"{day(10)} S. Lindqvist, primary clinician S. Lindqvist",
        f"{day(10)} Admitted to Residential detox S. Lindqvist",
    ]


def test_every_event_says_when_it_was_entered(clinician, desk):
    moment = datetime(2026, 3, 3, 1, 30, tzinfo=UTC)
    with timezone.override("America/New_York"), time_machine.travel(moment):  # half past eight in the evening of the day before
        patient = make_admitted(clinician, on=today())
        client = signed_in(clinician)
        page = timeline(client, patient)

    assert "02 Mar 2026 Admitted to Residential detox S. Lindqvist, entered 02 Mar 2026 20:30" in page.text


def test_what_was_undone_stays_and_is_marked(patient, clinician, desk):
    supervisor = make_supervisor(given_name="Ingrid", family_name="Novak", supervises=[clinician])
    episodes.undo_move(move(patient, "PHP", clinician), by=clinician)
    episodes.undo_discharge(discharge(patient, clinician), because="Discharged by mistake.", by=supervisor)

    lines = happened(timeline(desk, patient, "?kind=move"))

    assert lines == [
        f"{day(0)} Discharge undone, back in Residential detox Discharge undone. Discharged by mistake I. Novak",
        f"{day(0)} Discharged, undone later Undone Completed treatment S. Lindqvist",
        f"{day(0)} Move undone, back in Residential detox S. Lindqvist",
        f"{day(0)} Moved to PHP Undone Ready for next level, undone. {WHY[:-1]} S. Lindqvist",
        f"{day(10)} Admitted to Residential detox S. Lindqvist",
    ]


def test_stays_are_drawn_to_scale_and_stand_in_a_table(patient, clinician, desk):
    move(patient, "PHP", clinician, on=today() - 4 * DAY)
    episodes.undo_move(move(patient, "IOP Evening", clinician), by=clinician)

    page = timeline(desk, patient)

    assert 'role="img" aria-label="Residential detox 6 days, PHP 4 days, PHP 0 days so far"' in page.html
    assert (
        f"Residential detox {day(10)} {day(4)} 6 Admission PHP {day(4)} {day(0)} 4 Ready for next level PHP {day(0)} Now 0 Move undone"
        in page.part("levels")
    )


def test_flags_ratings_and_the_care_team_are_told(patient, clinician, desk):
    flags.close_flag(flags.raise_flag(patient, kind="overdose", note="Fentanyl in August.", by=clinician), by=clinician)
    document = assessments.assess(open_stay(patient), by=clinician, made_on=today(), occasion="continued", rating_1="2", rating_5="4")
    team.reassign(
        patient.episodes.get(), to=make_clinician(given_name="Dana", family_name="Mensah"), by=make_supervisor(), note="Calls at ten."
    )

    page = timeline(signed_in(make_supervisor(works_in=["Residential detox"])), patient)

    lines = happened(page)
    assert f"{day(0)} Flag raised: Overdose risk Fentanyl in August. S. Lindqvist" in lines
    assert f"{day(0)} Flag closed: Overdose risk S. Lindqvist" in lines
    assert f"{day(0)} Six dimensions rated, continued service 1: 2 5: 4 S. Lindqvist, signed" in lines
    assert any(line.startswith(f"{day(0)} D. Mensah, primary clinician") for line in lines)
    assert page.leads_to("Six dimensions rated, continued service") == chart_url("assessment", patient, document.pk)


def test_one_kind_can_be_asked_for(patient, clinician, desk):
    flags.raise_flag(patient, kind="overdose", by=clinician)

    kinds = {
        kind: [line.split(" ", 3)[3] for line in happened(timeline(desk, patient, f"?kind={kind}"))]
        for kind in ("move", "team", "flag", "assessment")
    }

    assert kinds == {
        "move": ["Admitted to Residential detox S. Lindqvist"],
        "team": ["S. Lindqvist, primary clinician S. Lindqvist"],
        "flag": ["Flag raised: Overdose risk S. Lindqvist"],
        "assessment": ["kind in this episode."],
    }
    assert len(happened(timeline(desk, patient, "?kind=password"))) == 3
    chosen = timeline(desk, patient, "?kind=flag").html
    assert chosen.count('aria-current="true"') == 1
    assert 'aria-current="true">Safety flags' in chosen


def test_earlier_episodes_are_a_click_away(patient, clinician, desk):
    discharge(patient, clinician, on=today() - 3 * DAY)
    first = patient.episodes.get()
    make_admitted(clinician, patient=patient, to="PHP", on=today() - DAY)

    now = timeline(desk, patient)
    before = timeline(desk, patient, f"?episode={first.pk}")

    assert f"Episode of {day(1)}, in care." in now.text
    assert now.part("episodes") == f"Episodes {day(1)} to now {day(10)} to {day(3)}"
    assert now.leads_to(f"{day(10)} to {day(3)}") == f"?episode={first.pk}"
    assert f"Episode of {day(10)} to {day(3)}." in before.text
    assert happened(before)[0].startswith(f"{day(3)} Discharged")
    assert before.leads_to("Moves") == f"?episode={first.pk}&kind=move"
    assert "1 episode" not in timeline(desk, patient).text


def test_an_episode_that_is_none_of_theirs_is_the_latest(patient, desk):
    for episode in ("abc", UNKNOWN_ID, "' OR 1=1", "\x00"):
        assert f"Episode of {day(10)}, in care." in timeline(desk, patient, f"?episode={episode}").text


def test_an_episode_of_somebody_else_is_not_shown(patient, clinician, desk):
    other = make_admitted(clinician, to="PHP", on=today() - 2 * DAY)

    page = timeline(desk, patient, f"?episode={other.episodes.get().pk}")

    assert f"Episode of {day(10)}, in care." in page.text
    assert "Admitted to PHP" not in page.text


def test_somebody_never_admitted_has_no_timeline(clinician, desk):
    assert get(desk, chart_url("timeline", make_patient(clinician))).status == 404


def test_the_timeline_has_a_door(patient):
    assert doors(chart_url("timeline", patient), weaker=Role.FRONT_DESK) == SHUT


def test_a_timeline_costs_the_same_however_long_it_is(patient, clinician, desk):
    discharge(patient, clinician, on=today() - 3 * DAY)
    first = patient.episodes.get()
    make_admitted(clinician, patient=patient, to="PHP", on=today() - 2 * DAY)
    url = chart_url("timeline", patient)
    one = cost(desk, url), cost(desk, f"{url}?episode={first.pk}")
    for number in range(12):
        move(patient, ["PHP", "IOP Evening"][number % 2 - 1], clinician)
        assessments.assess(open_stay(patient), by=clinician, made_on=today(), occasion="continued", rating_1="2")
        flags.close_flag(flags.raise_flag(patient, kind="medical", by=clinician), by=clinician)

    assert one == (cost(desk, url), cost(desk, f"{url}?episode={first.pk}")) == (18, 19)
