"""Relatives in family and couples groups: ticked with the patient's consent, in the patient's own note, in nobody else's."""

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from anchored.accounts.refusals import NotNow, SomeoneWasFirst
from groups import queries, writing
from groups.actions import attendance, notes, relatives
from groups.models import Relative
from patients.actions import contacts
from patients.models import Service
from treatment_plans.models import Note

from .grouping import enrolled, make_group, make_session, signed_mark
from .making import make_admitted, make_clinician, make_patient
from .screens.visiting import HTMX, cost, follow, get, signed_in

pytestmark = pytest.mark.django_db
WORDS = {"section_part": "Spoke first and listened well.", "section_response": "Calls the sponsor."}


@pytest.fixture
def leader():
    return make_clinician(given_name="Sara", family_name="Lindqvist", works_in=["IOP Day"])


@pytest.fixture
def group(leader):
    return make_group(leader, name="Family evening", type="family")


@pytest.fixture
def rosa(leader, group):
    return member(leader, group, "Rosa", "Alvarez")


@pytest.fixture
def joon(leader, group):
    return member(leader, group, "Joon", "Kim")


def member(leader, group, given_name, family_name):
    patient = make_admitted(leader, to="IOP Day", patient=make_patient(leader, given_name=given_name, family_name=family_name))
    enrolled(patient, group, by=leader)
    return patient


@pytest.fixture
def session(group, rosa, joon, leader):
    session = make_session(group)
    attendance.mark_all_present(session, by=leader)
    return session


@pytest.fixture
def elena(rosa, leader):
    facts = {"relationship": "sibling", "may_be_told": "How the treatment goes."}
    return contacts.add(rosa, by=leader, name="Elena Lopez", **facts)


def key(patient):
    return patient.episodes.get().pk


def came(session, patient, *who, by):
    relatives.set_came(session, patient.episodes.get(), came=[one.pk for one in who], by=by)


def write(session, patient, by, **typed):
    return notes.keep_part(session, patient.episodes.get(), typed={**WORDS, **typed}, version=0, by=by)


def part_of(session, patient, user):
    return next(part for part in writing.parts(session, queries.roster(session, user)) if part.person.patient == patient)


class TestComing:
    def test_ticked_with_what_they_may_be_told_as_it_stands(self, session, rosa, elena, leader):
        came(session, rosa, elena, by=leader)
        assert [(row.contact, row.told) for row in Relative.objects.came()] == [(elena, "How the treatment goes.")]

    def test_not_without_consent(self, session, rosa, leader):
        friend = contacts.add(rosa, by=leader, name="Bo Adams", relationship="friend")
        with pytest.raises(NotNow, match="Nothing says what Bo Adams may be told"):
            came(session, rosa, friend, by=leader)

    def test_taken_back_it_stays_on_record_and_may_come_again(self, session, rosa, elena, leader):
        came(session, rosa, elena, by=leader)
        relatives.set_came(session, rosa.episodes.get(), left_out=[elena.pk], by=leader)
        assert not Relative.objects.came().exists()
        came(session, rosa, elena, by=leader)
        assert (Relative.objects.count(), Relative.objects.came().count()) == (2, 1)

    def test_nobody_elses_contact(self, session, joon, elena, leader):
        came(session, joon, elena, by=leader)
        assert not Relative.objects.exists()
        with pytest.raises(DatabaseError, match="same patient"), transaction.atomic():
            mark = session.attendance.get(episode__patient=joon)
            Relative.objects.create(attendance=mark, contact=elena, told="All.", marked_by=leader)

    def test_only_to_groups_for_relatives_and_with_who_came(self, session, rosa, elena, leader):
        attendance.mark(session, rosa.episodes.get(), by=leader, state="unexcused")
        with pytest.raises(NotNow, match="Mark first"):
            came(session, rosa, elena, by=leader)
        other = make_group(leader)
        enrolled(rosa, other, by=leader)
        meeting = make_session(other)
        attendance.mark(meeting, rosa.episodes.get(), by=leader, state="present")
        with pytest.raises(NotNow, match="family and couples"):
            came(meeting, rosa, elena, by=leader)

    def test_as_signed(self, session, rosa, elena, leader):
        came(session, rosa, elena, by=leader)
        signed_mark(session, rosa.episodes.get(), by=leader)
        with pytest.raises(SomeoneWasFirst):
            relatives.set_came(session, rosa.episodes.get(), left_out=[elena.pk], by=leader)
        with pytest.raises(DatabaseError, match="is signed"), transaction.atomic():
            Relative.objects.update(taken_back_by=leader, taken_back_at=session.ended_at)


class TestWriting:
    def test_the_patients_own_note_says_who_came_and_nobody_elses(self, session, rosa, joon, elena, leader):
        came(session, rosa, elena, by=leader)
        for patient in (rosa, joon):
            signed_mark(session, patient.episodes.get(), by=leader, typed=WORDS)

        texts = {note.patient: str(note.sections) for note in Note.objects.all()}
        assert "Elena Lopez, sibling" in texts[rosa]
        assert "Elena" not in texts[joon]
        assert Service.objects.get(episode__patient=rosa).with_whom == "Sibling"
        assert Note.objects.get(episode__patient=rosa).is_intact()

    def test_their_names_are_kept_out_of_the_shared_part_and_of_others(self, session, rosa, joon, elena, leader):
        came(session, rosa, elena, by=leader)
        write(session, rosa, leader, section_part="Elena and Rosa spoke.")
        write(session, joon, leader, section_part="He answered Elena.")
        assert part_of(session, rosa, leader).troubles == []
        assert part_of(session, joon, leader).troubles == ["Names elena, who is another person here"]
        session.shared = "Elena told how it began."
        assert "The shared part names elena" in part_of(session, rosa, leader).troubles[0]

    def test_also_of_who_left_the_list_of_contacts_since(self, session, rosa, joon, elena, leader):
        came(session, rosa, elena, by=leader)
        contacts.remove(elena, by=leader)
        write(session, joon, leader, section_part="He answered Elena.")
        assert part_of(session, joon, leader).troubles == ["Names elena, who is another person here"]

    def test_two_relatives_of_one_name_are_each_their_own(self, session, rosa, joon, elena, leader):
        contacts.add(joon, by=leader, name="Elena Kim", relationship="spouse")
        write(session, joon, leader, section_part="His wife Elena was sick today.")
        assert part_of(session, joon, leader).troubles == []


class TestOnScreen:
    def test_ticked_on_the_page_counted_and_read_before_signing(self, session, rosa, elena, leader):
        client, url = signed_in(leader), reverse("session", args=[session.pk])
        assert "Elena Lopez, sibling" in get(client, url).part("relatives")

        sent = {"act": "save", f"relatives-shown-{key(rosa)}": "", f"relatives-{key(rosa)}": str(elena.pk)}
        shown = follow(client, url, sent)

        assert "1 relative" in shown.text
        assert "With Elena Lopez, sibling" in get(client, reverse("sign_session", args=[session.pk])).text

    def test_one_family_is_kept_by_itself_and_unticked_again(self, session, rosa, elena, leader):
        client, url = signed_in(leader), reverse("keep_relatives", args=[session.pk, key(rosa)])
        ticked = client.post(url, {f"relatives-shown-{key(rosa)}": "", f"relatives-{key(rosa)}": str(elena.pk)}, **HTMX)
        assert b"checked" in ticked.content
        assert b"1 relative" in ticked.content
        client.post(url, {f"relatives-shown-{key(rosa)}": ["", str(elena.pk)]}, **HTMX)
        assert not Relative.objects.came().exists()

    def test_other_groups_have_no_such_part(self, leader, rosa, elena):
        other = make_group(leader)
        enrolled(rosa, other, by=leader)
        meeting = make_session(other)
        attendance.mark_all_present(meeting, by=leader)
        assert "Elena" not in get(signed_in(leader), reverse("session", args=[meeting.pk])).text

    def test_six_families_cost_as_much_as_two(self, session, rosa, elena, leader, group):
        client, url = signed_in(leader), reverse("session", args=[session.pk])
        before = cost(client, url)
        for number in range(4):
            patient = member(leader, group, f"Person{number}", "Gray")
            contacts.add(patient, by=leader, name=f"Relative {number}", relationship="parent", may_be_told="All.")
        attendance.mark_all_present(session, by=leader)
        assert cost(client, url) == before
