"""Who cares for a patient: the list, reassigning with a hand-over note, joining and leaving."""

import pytest

from anchored.accounts.roles import Role
from anchored.audit.models import TrailEntry
from anchored.ground.dates import today
from patients.actions import episodes, team
from patients.models import CareTeamMember, DischargeReason
from tests.making import afresh, made_once, make_admitted, make_both, make_clinician, make_patient, make_supervisor, make_user, open_stay

from .visiting import SHUT, UNKNOWN_ID, chart_url, cost, doors, follow, get, send, signed_in, silence

pytestmark = pytest.mark.django_db

DETOX = "Residential detox"
NOTE = "Calls her sister on Sundays; ask about sleep."


both = made_once(lambda: make_both(family_name="Alvarez"))


@pytest.fixture
def clinician(both, db):
    return afresh(both.clinician)


@pytest.fixture
def supervisor(clinician):
    return make_supervisor(given_name="Ingrid", family_name="Novak", works_in=[DETOX])


@pytest.fixture
def desk(supervisor):
    return signed_in(supervisor)


@pytest.fixture
def patient(both, db):
    return afresh(both.patient)


@pytest.fixture
def mensah():
    return make_clinician(given_name="Dana", family_name="Mensah")


def discharge(patient, by):
    return episodes.discharge(open_stay(patient), on=today(), reason=DischargeReason.objects.get(code="completed"), by=by)


def primary(patient):
    return patient.episodes.get().team.get(part="primary", ended_on=None).user


# The list


def test_the_page_tells_who_cares_and_who_did(patient, clinician, supervisor, mensah, desk):
    team.reassign(patient.episodes.get(), to=mensah, by=supervisor, note=NOTE)

    page = get(desk, chart_url("team", patient))

    day = f"{today():%d %b %Y}"
    began = f"{patient.episodes.get().started_on:%d %b %Y}"
    assert page.heading == "Care team"
    assert f"Of the episode that began {began}. Being on the team opens the chart." in page.text
    assert page.part("now") == f"Now Dana Mensah, LCSW Primary clinician since {day}, assigned by I. Novak {NOTE}"
    assert page.part("before") == f"Before Sara Lindqvist, LCSW Primary clinician, {began} to {day}"


def test_only_those_who_may_assign_are_offered_it(patient, clinician, desk):
    offered, other = get(desk, chart_url("team", patient)), get(signed_in(clinician), chart_url("team", patient))

    assert offered.leads_to("Add a person") == chart_url("join_team", patient)
    assert offered.leads_to("Reassign") == chart_url("reassign", patient)
    assert other.leads_to("Add a person") is other.leads_to("Reassign") is None


def test_a_patient_without_anybody_is_said_so(patient, clinician, desk):
    reader = signed_in(make_clinician(works_in=[DETOX]))
    CareTeamMember.objects.update(ended_on=today())

    assert "No one. Reassign gives the patient a primary clinician." in get(desk, chart_url("team", patient)).part("now")
    assert "No one. A supervisor assigns the primary clinician." in get(reader, chart_url("team", patient)).part("now")


def test_after_the_discharge_nobody_is_assigned(patient, clinician, desk):
    discharge(patient, clinician)

    page = get(desk, chart_url("team", patient))

    assert page.leads_to("Reassign") is None
    assert "Sara Lindqvist, LCSW" in page.part("before")
    assert get(desk, chart_url("reassign", patient)).status == get(desk, chart_url("join_team", patient)).status == 404


def test_somebody_never_admitted_has_no_team(clinician):
    assert get(signed_in(clinician), chart_url("team", make_patient(clinician))).status == 404


def test_the_list_has_a_door(patient):
    assert doors(chart_url("team", patient), weaker=Role.FRONT_DESK) == SHUT


# Reassigning


def reassignment(client, patient, to, **answers):
    return {**get(client, chart_url("reassign", patient)).form("note"), "to": str(to.pk), "note": NOTE, **answers}


def test_a_patient_is_handed_over_with_a_note(patient, mensah, desk):
    url = chart_url("reassign", patient)
    page = get(desk, url)

    after = follow(desk, url, reassignment(desk, patient, mensah))

    assert page.title == f"Reassign, No. {patient.record_number} - Anchored"
    assert "Sara Lindqvist, LCSW is the primary clinician until today." in page.text
    assert "Dana Mensah, LCSW is now the primary clinician of Rosa Alvarez." in after.text
    assert after.heading == "Care team"
    assert NOTE in after.part("now")
    assert primary(patient) == mensah
    assert NOTE not in str(TrailEntry.objects.get(event="patient.reassigned").facts)


def test_only_people_who_care_and_are_there_can_be_chosen(patient, clinician, mensah, desk):
    gone = make_clinician(given_name="Gone", is_active=False)
    others = {make_user(Role.FRONT_DESK, given_name="Front"), make_user(Role.ADMINISTRATOR, given_name="Admin")}

    html = get(desk, chart_url("reassign", patient)).html

    assert f'value="{mensah.pk}"' in html
    assert not [person for person in {gone, clinician, *others} if f'<option value="{person.pk}"' in html]
    assert send(desk, chart_url("reassign", patient), reassignment(desk, patient, gone)).mistakes == ["Choose one from the list"]


def test_mistakes_of_a_hand_over_are_named_and_the_typing_is_kept(patient, clinician, mensah, desk):
    url = chart_url("reassign", patient)

    nothing = send(desk, url, {"to": "", "note": " "})
    no_note = send(desk, url, reassignment(desk, patient, mensah, note=""))

    assert (nothing.status, nothing.mistakes) == (422, ["Choose the clinician", "Write what the next clinician must know first"])
    assert nothing.invalid == {"to", "note"}
    assert nothing.title.startswith("Error: Reassign, No.")
    assert no_note.form("note")["to"] == str(mensah.pk)
    assert primary(patient) == clinician


def test_handing_over_to_whom_somebody_chose_first_is_said(patient, mensah, desk):
    form = reassignment(desk, patient, mensah)
    team.reassign(patient.episodes.get(), to=mensah, by=make_supervisor(), note="Hers from today.")

    page = send(desk, chart_url("reassign", patient), form)

    assert (page.status, page.mistakes) == (422, ["Dana Mensah, LCSW is the primary clinician already."])
    assert page.form("note")["note"] == NOTE


def test_who_reassigns_second_is_told_who_was_first_and_may_insist(patient, mensah, desk):
    form = reassignment(desk, patient, mensah)
    osei = make_clinician(given_name="Thea", family_name="Osei")
    team.reassign(patient.episodes.get(), to=osei, by=make_supervisor(given_name="Theo", family_name="Baptiste"), note="Hers from today.")

    page = send(desk, chart_url("reassign", patient), form)

    assert (page.status, page.mistakes) == (409, ["T. Baptiste reassigned this patient just now. Nothing was changed."])
    assert "Thea Osei, LCSW is the primary clinician until today." in page.text
    assert page.form("note")["note"] == NOTE
    assert primary(patient) == osei
    follow(desk, chart_url("reassign", patient), page.form("note"))
    assert primary(patient) == mensah


def test_the_first_to_take_a_patient_without_anybody_is_told_of(patient, mensah, desk):
    CareTeamMember.objects.update(ended_on=today())
    form = reassignment(desk, patient, mensah)
    team.reassign(patient.episodes.get(), to=make_clinician(), by=make_supervisor(), note="Hers from today.")

    assert send(desk, chart_url("reassign", patient), form).status == 409


def test_a_hand_over_after_the_discharge_is_refused_with_the_note_kept(patient, clinician, mensah, desk):
    form = reassignment(desk, patient, mensah)
    discharge(patient, clinician)

    page = send(desk, chart_url("reassign", patient), form)

    assert (page.status, page.mistakes) == (409, ["This patient was discharged. Nothing was changed."])
    assert page.form("note")["note"] == NOTE


def test_a_supervisor_who_hands_on_the_last_relation_is_led_to_the_list(patient, clinician, mensah):
    client = signed_in(make_supervisor(supervises=[clinician]))

    page = follow(client, chart_url("reassign", patient), reassignment(client, patient, mensah))

    assert "Dana Mensah, LCSW is now the primary clinician of Rosa Alvarez." in page.text
    assert page.heading == "Patients"


def test_the_first_clinician_of_a_patient_without_one(patient, mensah, desk):
    CareTeamMember.objects.update(ended_on=today())

    page = get(desk, chart_url("reassign", patient))
    follow(desk, chart_url("reassign", patient), reassignment(desk, patient, mensah))

    assert "Nobody is the primary clinician yet." in page.text
    assert primary(patient) == mensah


def test_a_hand_over_that_is_sent_twice_happens_once(patient, mensah, desk):
    form = reassignment(desk, patient, mensah)

    assert {desk.post(chart_url("reassign", patient), form)["Location"] for _ in range(2)} == {chart_url("team", patient)}
    assert CareTeamMember.objects.count() == 2


# Joining and leaving


def test_somebody_joins_and_the_chart_opens_for_them(patient, mensah, desk):
    url = chart_url("join_team", patient)
    assert get(signed_in(mensah), chart_url("chart", patient)).status == 404

    page = follow(desk, url, {**get(desk, url).form("part"), "to": str(mensah.pk), "part": "covering"})

    assert "Dana Mensah, LCSW joined the care team." in page.text
    assert f"Covering clinician since {today():%d %b %Y}, assigned by I. Novak" in page.part("now")
    assert get(signed_in(mensah), chart_url("chart", patient)).status == 200


def test_nobody_joins_as_a_second_primary_clinician(patient, mensah, desk):
    page = send(desk, chart_url("join_team", patient), {"to": str(mensah.pk), "part": "primary"})

    assert (page.status, page.mistakes) == (422, ["Choose one from the list"])


def test_mistakes_of_joining_are_named(patient, mensah, desk):
    url = chart_url("join_team", patient)
    team.add_member(patient.episodes.get(), to=mensah, part="covering", by=make_supervisor())

    nobody = send(desk, url, {"to": "", "part": "case_manager"})
    twice = send(desk, url, {"to": str(mensah.pk), "part": "covering"})

    assert (nobody.status, nobody.mistakes) == (422, ["Choose the person"])
    assert nobody.form("part")["part"] == "case_manager"
    assert (twice.status, twice.mistakes) == (422, ["Dana Mensah, LCSW has this part on the care team already."])
    assert twice.invalid == {"to"}


def test_joining_after_the_discharge_is_refused(patient, clinician, mensah, desk):
    discharge(patient, clinician)

    page = send(desk, chart_url("join_team", patient), {"to": str(mensah.pk), "part": "covering"})

    assert (page.status, page.mistakes) == (409, ["This patient was discharged. Nothing was changed."])


def test_somebody_leaves_and_the_chart_closes_for_them(patient, mensah, desk, supervisor):
    member = team.add_member(patient.episodes.get(), to=mensah, part="covering", by=supervisor)
    url = chart_url("leave_team", patient, member.pk)

    page = get(desk, chart_url("team", patient))
    after = follow(desk, url, page.form_to(url))

    assert "Take D. Mensah off the care team" in page.buttons
    assert "Dana Mensah, LCSW left the care team." in after.text
    assert get(signed_in(mensah), chart_url("chart", patient)).status == 404


def test_the_primary_clinician_is_reassigned_not_taken_off(patient, desk):
    member = patient.episodes.get().team.get()

    page = get(desk, chart_url("team", patient))
    after = follow(desk, chart_url("leave_team", patient, member.pk), {})

    assert "Take S. Lindqvist off the care team" not in page.buttons
    assert "Reassign the patient to another primary clinician instead." in after.text
    member.refresh_from_db()
    assert member.ended_on is None


def test_leaving_twice_is_said(patient, mensah, desk, supervisor):
    member = team.add_member(patient.episodes.get(), to=mensah, part="covering", by=supervisor)
    team.end_member(member, by=supervisor)

    assert "This person has left the care team already." in follow(desk, chart_url("leave_team", patient, member.pk), {}).text


def test_a_member_of_another_team_cannot_be_named(patient, clinician, desk):
    other = make_admitted(clinician).episodes.get().team.get()

    assert send(desk, chart_url("leave_team", patient, other.pk), {}).status == 404
    assert send(desk, chart_url("leave_team", patient, UNKNOWN_ID), {}).status == 404
    assert get(desk, chart_url("leave_team", patient, other.pk)).status == 405


# Who may


@pytest.mark.parametrize("name", ["reassign", "join_team"])
def test_assigning_has_a_door(patient, name):
    assert doors(chart_url(name, patient), weaker=Role.CLINICIAN) == SHUT
    assert doors(chart_url(name, patient), weaker=Role.CLINICIAN, by="post") == SHUT


def test_taking_off_has_a_door(patient):
    assert doors(chart_url("leave_team", patient, patient.episodes.get().team.get().pk), weaker=Role.CLINICIAN, by="post") == SHUT


def test_without_the_trail_nobody_is_shown_or_assigned(patient, clinician, mensah, desk, monkeypatch):
    form = reassignment(desk, patient, mensah)
    silence(monkeypatch)

    assert get(desk, chart_url("team", patient)).status == get(desk, chart_url("join_team", patient)).status == 503
    assert send(desk, chart_url("reassign", patient), form).status == 503
    assert send(desk, chart_url("join_team", patient), {"to": str(mensah.pk), "part": "covering"}).status == 503
    assert CareTeamMember.objects.get().user == clinician


def test_the_pages_cost_the_same_for_a_large_team(patient, supervisor, desk):
    names = ("team", "reassign", "join_team")
    one = [cost(desk, chart_url(name, patient)) for name in names]
    for _ in range(12):
        team.add_member(patient.episodes.get(), to=make_clinician(), part="covering", by=supervisor)

    assert one == [cost(desk, chart_url(name, patient)) for name in names] == [9, 10, 9]
