"""A cancelled session lists whom to call, for who may open their charts, with a tick for who was told."""

import pytest

from anchored.accounts.roles import Role
from anchored.audit.models import TrailEntry
from anchored.ground.dates import today
from groups.actions import sessions
from groups.models import Leader
from patients.actions import contacts
from tests.grouping import enrolled, make_group, make_session
from tests.making import make_admitted, make_clinician, make_user

from .visiting import follow, get, send, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def clinician():
    return make_clinician(works_in=["IOP Day"])


@pytest.fixture
def patient(clinician):
    made = make_admitted(clinician, to="IOP Day")
    contacts.set_wishes(made, by=clinician, reach_by="text", may_leave_message=False, reach_wishes="Say the dentist called.")
    return made


@pytest.fixture
def session(clinician, patient):
    group = make_group(clinician)
    enrolled(patient, group, by=clinician)
    return sessions.cancel(make_session(group), because="Snow.", by=clinician)


def test_how_a_member_is_reached_and_that_they_were_told(clinician, patient, session):
    client, url = signed_in(clinician), f"/sessions/{session.pk}/"

    part = get(client, url).part("calls")
    assert "Text message" in part
    assert "Not allowed" in part
    assert "Say the dentist called." in part

    page = follow(client, f"{url}told/{patient.episodes.get().pk}/", {})
    assert f"Told {clinician.short_name}" in page.part("calls")
    assert TrailEntry.objects.get(event="session.told").patient_id == patient.pk


def test_a_leader_without_a_relation_sees_the_name_and_no_way_to_call(session, patient):
    leader = make_clinician()
    Leader.objects.create(group=session.group, user=leader, part="co_facilitator", started_on=today())
    client, url = signed_in(leader), f"/sessions/{session.pk}/"

    part = get(client, url).part("calls")
    assert patient.family_name.upper() in part
    assert "Their own team tells them" in part
    assert "dentist" not in part
    assert send(client, f"{url}told/{patient.episodes.get().pk}/", {}).status == 404


def test_the_front_desk_does_not_see_it(session):
    assert get(signed_in(make_user(Role.FRONT_DESK, works_in=["IOP Day"])), f"/sessions/{session.pk}/").status in (403, 404)
