"""Caseloads: the board, the lists behind its numbers, one caseload and its hand-overs."""

from datetime import datetime, time, timedelta
from types import SimpleNamespace

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from anchored.accounts.models import RoleGrant, Supervision
from anchored.accounts.roles import Role
from anchored.dashboard import caseload_board, caseload_lists, one_caseload
from anchored.dashboard.caseloads import Caseloads
from anchored.dashboard.supervised import supervised
from anchored.ground.dates import today
from groups.actions import absences, attendance
from patients import queries
from patients.actions import flags, privacy, team
from patients.models import CareTeamMember, Patient, ProgramRule
from tests.grouping import make_group, make_session
from tests.making import make_admitted, make_clinician, make_patient, make_supervisor, make_user
from tests.noting import begin, make_note
from treatment_plans.models import CosignRule

from .visiting import cost, cut_at, follow, get, seen, send, signed_in

pytestmark = pytest.mark.django_db
BOARD, ITEMS = "/caseloads/", "/caseloads/overdue/?kind="
DAY = timedelta(days=1)


@pytest.fixture
def house():
    """A supervisor, two clinicians and one whom somebody else supervises."""
    sara = make_clinician(given_name="Sara", family_name="Lindqvist", works_in=["IOP Day"])
    pilar = make_clinician(given_name="Pilar", family_name="Ortiz", credential="Intern")
    head = make_supervisor(supervises=[sara, pilar])
    return SimpleNamespace(sara=sara, pilar=pilar, head=head, desk=signed_in(head))


def admitted(by, name="Alvarez", to="IOP Day", **how):
    return make_admitted(by, patient=make_patient(by, family_name=name), to=to, **how)


def items(user, kind, **how):
    return caseload_lists.items(Caseloads(user, supervised(user, **how)), kind)


def board_of(user, **how):
    return {row.person.pk: row for row in caseload_board.board(Caseloads(user, supervised(user, **how)))}


def busy(clinician, name):
    """Somebody with a plan that is overdue, a flag, a draft, a mark without a note and hours that are asked for."""
    ProgramRule.objects.update(least_hours=9, gap_days=3)
    patient = admitted(clinician, name, on=today() - 40 * DAY)
    flags.raise_flag(patient, kind="self_harm", by=clinician)
    begin(patient, by=clinician)
    attendance.add_guest(session := make_session(make_group(clinician)), patient, because="Tries it out", by=clinician)
    attendance.mark(session, episode_of(patient), state="present", by=clinician)


def episode_of(patient):
    return patient.episodes.get(ended_on=None)


# The board


def test_the_board_names_its_tiles_also_at_nought(house):
    page = get(house.desk, BOARD)

    names = ["Overdue plans, 0", "Unsigned notes, 0", "To cosign, 0", "Under hours, 0", "Safety flags, 0", "Unassigned, 0"]
    assert [f'aria-label="{name}"' in page.html for name in names] == [True] * 6
    assert page.heading == "Caseloads"


def test_overdue_plans_are_one_click_away_and_say_why(house):
    rosa = admitted(house.sara, on=today() - 40 * DAY)

    (link,) = [part for part in get(house.desk, BOARD).html.split("<a ") if 'aria-label="Overdue plans, 1"' in part]
    page = get(house.desk, link.split('href="')[1].split('"')[0].replace("&amp;", "&"))

    assert page.heading == "Overdue plans"
    assert "Rule of IOP Day: within" in page.text
    assert "A signed plan in force" in page.text
    assert page.leads_to("Open plan, Rosa Alvarez") == reverse("patients:plan", args=[rosa.pk])
    assert seen("list.shown", screen="caseloads plans") == [rosa.pk]


def test_a_clinicians_load_is_told_against_the_cap_of_the_day(house):
    RoleGrant.objects.filter(user=house.sara).update(caseload=1)
    admitted(house.sara)
    admitted(house.sara, "Kim")

    row = board_of(house.head)[house.sara.pk]

    assert (row.patients, row.person.cap, row.is_over) == (2, 1, True)
    assert "Over" in get(house.desk, BOARD).text


def test_the_board_sorts_by_any_column_without_script(house):
    admitted(house.pilar)

    page = get(house.desk, f"{BOARD}?sort=-patients")

    assert page.text.index("P. Ortiz") < page.text.index("S. Lindqvist")
    assert 'aria-sort="descending"' in page.html
    assert get(house.desk, f"{BOARD}?sort=nonsense").status == 200


def test_notes_signed_lately_are_cut_in_the_database_and_may_be_those_of_one(house):
    rosa, joon = admitted(house.sara, on=today() - 9 * DAY), admitted(house.pilar, "Kim", on=today() - 9 * DAY)
    make_note(rosa, by=house.sara, ago=timedelta(hours=30))
    make_note(joon, by=house.pilar, ago=timedelta(hours=3))

    with CaptureQueriesContext(connection) as said:
        page = get(house.desk, f"{ITEMS}delay")

    assert cut_at(2, said)  # of two notes there are
    assert page.text.index("ALVAREZ") < page.text.index("KIM")
    assert "KIM" not in get(house.desk, f"{ITEMS}delay&clinician={house.sara.pk}").text


def test_restricted_records_are_in_no_list_and_no_count(house):
    rosa = admitted(house.sara, on=today() - 40 * DAY)
    begin(rosa, by=house.sara)
    privacy.restrict(rosa, by=make_user(Role.PRIVACY_OFFICER), named=[house.sara])

    row = board_of(house.head)[house.sara.pk]

    assert (row.patients, sum(row.counts.values())) == (0, 0)
    assert "ALVAREZ" not in get(house.desk, f"{ITEMS}notes").text


def test_one_level_unless_every_level_is_chosen(house):
    deputy = make_supervisor(given_name="Dee", family_name="Puty")
    below = make_clinician(given_name="Bea", family_name="Low")
    Supervision.objects.create(supervisor=house.head, clinician=deputy)
    Supervision.objects.create(supervisor=deputy, clinician=below)
    Supervision.objects.create(supervisor=deputy, clinician=house.head)  # a ring leads nowhere

    assert below.short_name not in get(house.desk, BOARD).text
    assert below.short_name in get(house.desk, f"{BOARD}?levels=all").text
    assert [person.level for person in supervised(house.head, every_level=True)] == [1, 1, 1, 2]


def test_a_supervision_that_ended_shows_nobody(house):
    Supervision.objects.filter(supervisor=house.head).update(ended_on=today())

    page = get(house.desk, BOARD)

    assert "No one to supervise" in page.text


def test_the_board_costs_the_same_for_one_clinician_and_for_many(house):
    busy(house.sara, "Alvarez")
    few = cost(house.desk, BOARD)
    for number in range(6):
        clinician = make_clinician(works_in=["IOP Day"])
        Supervision.objects.create(supervisor=house.head, clinician=clinician)
        busy(clinician, f"Kim{number}")

    assert cost(house.desk, BOARD) == few == 12


# The lists


def test_a_draft_and_a_group_note_that_is_missing_are_unsigned(house):
    rosa = admitted(house.sara)
    begin(rosa, by=house.sara)
    group = make_group(house.sara)
    session = make_session(group)
    attendance.add_guest(session, rosa, because="Tries it out", by=house.sara)

    assert {item.what for item in items(house.head, "notes")} == {"Draft of a note", "Group note"}


def test_a_note_to_cosign_opens_in_the_queue(house):
    CosignRule.objects.create(credential="Intern")
    note = make_note(admitted(house.pilar), by=house.pilar)

    (item,) = items(house.head, "cosign")

    assert item.url == f"/cosign/?note={note.pk}"
    assert board_of(house.head)[house.pilar.pk].counts["cosign"] == 1


def test_flags_say_since_when_and_by_whom(house):
    rosa = admitted(house.sara)
    flags.raise_flag(rosa, kind="overdose", by=house.sara)

    (item,) = items(house.head, "flags")

    assert item.what == "Overdose risk"
    assert "S. Lindqvist" in item.why
    assert board_of(house.head)[house.sara.pk].counts["flags"] == 1


def test_hours_are_asked_of_the_last_whole_week_and_of_those_who_were_there(house):
    admitted(house.sara, "There", on=today() - 21 * DAY)
    admitted(house.sara, "Justcame", on=today())

    assert [item.person.family_name for item in items(house.head, "hours")] == ["There"]
    assert "h a week" in items(house.head, "hours")[0].why


def test_unassigned_patients_are_assigned_from_the_list(house):
    head = make_supervisor(works_in=["IOP Day"])
    rosa = admitted(house.sara)
    CareTeamMember.objects.filter(episode__patient=rosa).update(ended_on=today())

    (item,) = items(head, "unassigned")

    assert item.url == reverse("patients:reassign", args=[rosa.pk])


def test_a_list_that_is_none_is_not_found(house):
    assert get(house.desk, f"{ITEMS}nonsense").status == 404
    assert get(house.desk, f"{ITEMS}plans&clinician=nobody&page=x").status == 200


# One caseload


def address(person):
    return reverse("caseload", args=[person.pk])


def hand_over(patients, **fields):
    episodes = [episode_of(patient).pk for patient in patients]
    return {"episodes": episodes, "note": "Prefers mornings. Ask about sleep first.", "act": "reassign", **fields}


def test_a_caseload_shows_each_patient_with_what_is_due_and_why(house):
    admitted(house.sara, on=today() - 40 * DAY)

    page = get(house.desk, address(house.sara))

    assert "ALVAREZ" in page.text
    assert "Rule of IOP Day: within" in page.text
    assert "Nothing overdue" not in page.text


def test_the_caseload_of_somebody_else_is_not_found(house):
    other = make_clinician()

    assert get(house.desk, address(other)).status == 404
    assert get(signed_in(house.sara), address(house.sara)).status == 403


def test_several_patients_are_handed_over_at_once_and_the_receiver_is_told(house):
    two = [admitted(house.sara), admitted(house.sara, "Kim")]

    page = follow(house.desk, address(house.sara), hand_over(two, to=house.pilar.pk))

    assert "2 patients now in the care of" in page.text
    assert {post.user for post in CareTeamMember.objects.filter(part="primary", ended_on=None)} == {house.pilar}
    told = queries.joined_lately(house.pilar, today())
    assert {post.handover_note for post in told} == {"Prefers mornings. Ask about sleep first."}


def test_a_hand_over_happens_for_all_or_for_none(house):
    two = [admitted(house.sara), admitted(house.sara, "Kim")]
    form = hand_over(two, to=house.pilar.pk)
    team.reassign(episode_of(two[1]), to=make_clinician(), by=house.head, note="Meanwhile.")

    page = send(house.desk, address(house.sara), form)

    assert page.status == 409
    assert "Nothing was changed" in page.text
    assert CareTeamMember.objects.get(episode=episode_of(two[0]), ended_on=None).user == house.sara


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"to": ""}, "Choose the clinician"),
        ({"note": " "}, "Write what the next clinician must know first"),
        ({"episodes": []}, "Tick at least one patient"),
        ({"act": "cover", "start": "", "until": ""}, "Enter the first day"),
        ({"act": "cover", "start": "1 Jan 2020", "until": "2 Jan 2020"}, "The cover must begin today or later."),
    ],
)
def test_what_is_missing_is_said_and_the_typing_kept(house, wrong, words):
    rosa = admitted(house.sara)

    page = send(house.desk, address(house.sara), {**hand_over([rosa], to=house.pilar.pk), **wrong})

    assert page.status == 422
    assert words in page.text


def test_a_cover_opens_the_chart_on_its_days_and_closes_by_itself(house):
    rosa = admitted(house.sara)
    start, until = today() + DAY, today() + 4 * DAY
    days = {"start": start.isoformat(), "until": until.isoformat()}

    page = follow(house.desk, address(house.sara), hand_over([rosa], to=house.pilar.pk, act="cover", **days))

    assert "covered by" in page.text
    assert "P. Ortiz" in page.text or "Pilar Ortiz" in page.text
    opens = []
    for day in (0, 1, 3, 4):
        with time_machine.travel(_noon(day), tick=False):
            opens.append((Patient.objects.visible_to(house.pilar).exists(), queries.covers_of(house.pilar).exists()))
    assert opens == [(False, False), (True, True), (True, True), (False, False)]
    assert CareTeamMember.objects.get(part="primary", ended_on=None).user == house.sara


def _noon(ahead):
    return timezone.make_aware(datetime.combine(today() + ahead * DAY, time(12)))


def test_the_supervisor_of_who_covers_sees_the_chart_too(house):
    rosa = admitted(make_clinician())
    CareTeamMember.objects.create(
        episode=episode_of(rosa), user=house.pilar, part="covering", started_on=today(), ended_on=today() + 2 * DAY
    )

    assert rosa in Patient.objects.visible_to(house.head)


def test_a_cover_ends_sooner_and_is_not_made_longer(house):
    rosa = admitted(house.sara)
    keys = [episode_of(rosa).pk]
    (member,) = team.cover_several(
        keys, of=house.sara, to=house.pilar, start=today(), until=today() + 5 * DAY, by=house.head, note="Leave."
    )

    team.end_member(member, by=house.head)

    assert not Patient.objects.visible_to(house.pilar).exists()
    with pytest.raises(Exception, match="stays as it is"):
        CareTeamMember.objects.filter(pk=member.pk).update(ended_on=today() + 9 * DAY)


def test_the_review_sheet_prints_the_caseload(house):
    admitted(house.sara)

    page = get(house.desk, reverse("caseload_sheet", args=[house.sara.pk]))

    assert page.heading == "Review sheet"
    assert "ALVAREZ" in page.text


def test_a_caseload_costs_the_same_for_one_patient_and_for_many(house):
    busy(house.sara, "Alvarez")
    few = cost(house.desk, address(house.sara))
    for number in range(8):
        busy(house.sara, f"Kim{number}")

    assert cost(house.desk, address(house.sara)) == few == 15


def test_the_last_week_is_that_of_the_program(house):
    """On a Sunday, a week that begins on Sundays is over since midnight; who came on the Monday in it was not there all of it."""
    ProgramRule.objects.update(least_hours=9, week_starts=6)
    with time_machine.travel(datetime.combine(datetime(2026, 11, 22), time(9), timezone.get_current_timezone()), tick=False):
        rosa = admitted(house.sara, on=today() - 7 * DAY)
        admitted(house.sara, "Kim", on=today() - 6 * DAY)

        (item,) = items(house.head, "hours")

    assert (item.patient_id, item.on) == (rosa.pk, datetime(2026, 11, 15).date())
    assert "from 15 Nov 2026 to 21 Nov 2026" in item.why


def test_a_call_after_an_absence_is_a_contact(house):
    rosa = admitted(house.sara)
    for outcome in ("spoke", "no_answer"):
        absences.log_attempt(episode_of(rosa), channel="phone", outcome=outcome, by=house.sara)

    (row,) = one_caseload.rows_of(Caseloads(house.head, [house.sara]))

    assert row.last_contact == episode_of(rosa).outreach.get(outcome="spoke").at
