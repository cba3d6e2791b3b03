"""Attendance and the notes of a session: marked by two at once, written by both, signed for each in one act, into the one ledger."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from anchored.accounts.refusals import NotNow, NotPermitted, SomeoneWasFirst
from anchored.accounts.roles import Role
from anchored.ground.dates import today
from groups import hours, queries, writing
from groups.actions import attendance, notes, sessions
from groups.models import Attendance, Session
from patients.actions import contacts, episodes, privacy
from patients.models import DischargeReason, Service
from treatment_plans.models import CosignRule, Note, Objective, ObjectiveProgress, PlanEvent

from .checking import everything
from .grouping import enrolled, make_group, make_session, signed_mark
from .making import make_admitted, make_clinician, make_patient, make_supervisor, make_user, open_stay
from .planning import make_plan, sign

pytestmark = pytest.mark.django_db
WORDS = {
    "section_part": "She spoke about the visit on Saturday and asked for a partner.",
    "section_response": "She calls her sponsor before it.",
}
OTHER = {"section_part": "He listened, then told how he walked home another way.", "section_response": "He keeps a list of the evenings."}


@pytest.fixture
def leader():
    return make_clinician(given_name="Sara", family_name="Lindqvist", works_in=["IOP Day"])


@pytest.fixture
def co_leader():
    return make_clinician(given_name="Dana", family_name="Mensah", works_in=["IOP Day"])


@pytest.fixture
def group(leader, co_leader):
    return make_group(leader, co_leader)


@pytest.fixture
def rosa(leader, group):
    patient = make_admitted(leader, to="IOP Day", patient=make_patient(leader, given_name="Rosa", family_name="Alvarez"))
    enrolled(patient, group, by=leader)
    return patient


@pytest.fixture
def joon(leader, group):
    patient = make_admitted(leader, to="IOP Day", patient=make_patient(leader, given_name="Joon", family_name="Kim"))
    enrolled(patient, group, by=leader)
    return patient


@pytest.fixture
def session(group, rosa, joon):
    return make_session(group)


def episode(patient):
    return patient.episodes.get()


def mark(session, patient, by, state="present", **facts):
    return attendance.mark(session, episode(patient), by=by, state=state, **facts).mark


def write(session, patient, by, typed=WORDS, version=0):
    return notes.keep_part(session, episode(patient), typed=typed, version=version, by=by)


def read(session):
    session = Session.objects.get(pk=session.pk)
    return {None: session.version, **{mark.episode_id: mark.version for mark in session.attendance.all()}}


def sign_all(session, by):
    return notes.sign(session, list(session.attendance.values_list("episode", flat=True)), by=by, read=read(session))


class TestMarking:
    def test_minutes_are_those_that_the_person_was_there(self, session, rosa, joon, leader):
        assert mark(session, rosa, leader).minutes == 165
        assert mark(session, rosa, leader, "late", late=15).minutes == 150
        assert mark(session, rosa, leader, "left_early", late=15, early=60).minutes == 105
        assert mark(session, joon, leader, "unexcused").minutes == 0

    @pytest.mark.parametrize(
        ("facts", "sentence"),
        [
            ({"state": "late", "late": 165}, "between 0 and 164"),
            ({"state": "excused"}, "Choose a reason"),
            ({"state": "asleep"}, "Choose whether"),
        ],
    )
    def test_what_cannot_be(self, session, rosa, leader, facts, sentence):
        with pytest.raises(NotNow, match=sentence):
            mark(session, rosa, leader, **facts)
        assert not Attendance.objects.exists()

    def test_mark_all_passes_over_who_is_marked(self, session, rosa, joon, leader):
        mark(session, joon, leader, "excused", reason="Work")
        assert attendance.mark_all_present(session, by=leader) == 1
        assert [person.state for person in queries.roster(session, leader)] == ["present", "excused"]

    def test_two_at_once_see_each_others_marks(self, session, rosa, leader, co_leader):
        mark(session, rosa, co_leader, "late", late=5)

        clash = attendance.mark(session, episode(rosa), by=leader, state="present", shown="")

        assert (clash.theirs, clash.mark.state) == (True, "late")
        assert attendance.mark(session, episode(rosa), by=leader, state="present", shown="late").mark.state == "present"

    def test_by_who_leads_it(self, session, rosa):
        with pytest.raises(NotPermitted, match="do not lead"):
            mark(session, rosa, make_clinician(works_in=["IOP Day"]))
        with pytest.raises(NotPermitted):
            mark(session, rosa, make_user(Role.FRONT_DESK))

    def test_by_who_covers_it(self, session, rosa):
        colleague = make_clinician(works_in=["IOP Day"])
        Session.objects.filter(pk=session.pk).update(covered_by=colleague)
        assert mark(session, rosa, colleague).state == "present"

    def test_not_before_it_begins(self, group, rosa, leader):
        with pytest.raises(NotNow, match="not begun"):
            mark(make_session(group, ago=timedelta(hours=-2)), rosa, leader)

    def test_who_is_not_on_the_list_is_not_marked(self, session, leader):
        with pytest.raises(NotNow, match="not on the list"):
            mark(session, make_admitted(leader, to="IOP Day"), leader)

    def test_a_page_of_another_day_marks_nobody(self, session, rosa, leader):
        as_opened = Session.objects.get(pk=session.pk)
        sessions.move(session, on=session.held_on - timedelta(days=1), starts=9 * 60, by=make_supervisor(works_in=["IOP Day"]))
        with pytest.raises(SomeoneWasFirst, match="moved to another day"):
            mark(as_opened, rosa, leader)

    def test_the_database_asks_for_membership(self, session, leader):
        stranger = make_admitted(leader, to="IOP Day")
        with pytest.raises(DatabaseError, match="enrolled that day"), transaction.atomic():
            Attendance.objects.create(session=session, episode=episode(stranger), state="present", marked_by=leader)

    def test_a_guest_has_a_reason_and_is_there_once(self, session, leader, rosa):
        guest = make_admitted(leader, to="IOP Day")
        with pytest.raises(NotNow, match="Write why"):
            attendance.add_guest(session, guest, because=" ", by=leader)
        attendance.add_guest(session, guest, because="Tries the group out.", by=leader)
        for patient in (guest, rosa):
            with pytest.raises(NotNow, match="on the list already"):
                attendance.add_guest(session, patient, because="Again.", by=leader)


class TestTheList:
    def test_those_enrolled_that_day(self, session, rosa, joon, leader, group):
        enrolment = group.enrolments.get(episode=episode(joon))
        type(enrolment).objects.filter(pk=enrolment.pk).update(ended_on=session.held_on)
        assert [person.patient for person in queries.roster(session, leader)] == [rosa]

    def test_a_restricted_record_only_for_who_may_open_it(self, session, rosa, joon, leader, co_leader):
        privacy.restrict(rosa, named=[leader], by=make_user(Role.PRIVACY_OFFICER))
        assert [person.patient for person in queries.roster(session, co_leader)] == [joon]
        assert len(queries.roster(session, leader)) == 2

    def test_sessions_of_others_are_not_known(self, session):
        stranger = make_clinician(works_in=["PHP"])
        assert session not in queries.sessions_visible_to(stranger)


class TestWriting:
    def test_a_newer_text_of_somebody_else_is_never_overwritten(self, session, rosa, leader, co_leader):
        mark(session, rosa, leader)
        write(session, rosa, co_leader)

        clash = write(session, rosa, leader, typed=OTHER, version=0)

        assert clash.theirs == WORDS
        assert Attendance.objects.get().typed == WORDS
        assert notes.keep_shared(session, facts={"methods": "Role play"}, version=0, by=leader).theirs is None
        assert notes.keep_shared(session, facts={"methods": "Talk"}, version=0, by=co_leader).theirs == {"methods": "Role play"}

    def test_nor_is_a_newer_text_of_ones_own_other_window(self, session, rosa, leader):
        mark(session, rosa, leader)
        write(session, rosa, leader)

        assert write(session, rosa, leader, typed=OTHER, version=0).theirs == WORDS
        assert write(session, rosa, leader, typed=OTHER, version=1).theirs is None

    def test_nothing_is_written_about_who_did_not_come(self, session, rosa, leader):
        mark(session, rosa, leader, "unexcused")
        with pytest.raises(NotNow, match="Mark first"):
            write(session, rosa, leader)

    def test_every_reason_why_a_note_is_not_ready(self, session, rosa, joon, leader):
        contacts.add(rosa, by=leader, name="Elena Lopez", relationship="sibling")
        for patient in (rosa, joon):
            mark(session, patient, leader)
        write(session, rosa, leader, typed={**WORDS, "section_part": "She practiced with Kím's partner."})
        write(session, joon, leader, typed={"section_part": "He asked how Elena is doing."})
        about = {part.person.patient: part for part in writing.parts(session, queries.roster(session, leader))}

        assert about[rosa].troubles == ["Names kim, who is another person here"]
        assert "Names elena, who is another person here" in about[joon].troubles
        assert "Write at least one sentence about KIM, Joon under Response and plan" in about[joon].troubles

    def test_ones_own_names_and_relatives_are_fine(self, session, rosa, leader):
        contacts.add(rosa, by=leader, name="Elena Lopez", relationship="sibling")
        mark(session, rosa, leader)
        write(session, rosa, leader, typed={**WORDS, "section_part": "Rosa spoke about Elena."})
        (part,) = writing.parts(session, queries.roster(session, leader))
        assert part.is_ready

    def test_a_name_in_the_shared_part_stops_every_note(self, session, rosa, leader):
        mark(session, rosa, leader)
        write(session, rosa, leader)
        notes.keep_shared(session, facts={"shared": "Joon showed how he refuses."}, version=0, by=leader)
        with pytest.raises(NotNow, match="The shared part names joon"):
            sign_all(session, leader)

    def test_a_copy_is_named(self, session, rosa, joon, leader, settings):
        settings.NOTE_COPY_WORDS = 5
        for patient in (rosa, joon):
            mark(session, patient, leader)
            write(session, patient, leader)
        assert all(
            "100 % of this text is that of another note of this session" in part.doubts
            for part in writing.parts(session, queries.roster(session, leader))
        )

    def test_nearly_the_same_it_is_signed_only_with_a_reason(self, session, rosa, joon, leader, settings):
        settings.NOTE_COPY_WORDS = 5
        for patient in (rosa, joon):
            mark(session, patient, leader)
            write(session, patient, leader)
        with pytest.raises(NotNow, match="Rosa Alvarez: write why"), transaction.atomic():
            sign_all(session, leader)

        notes.sign(session, [episode(rosa).pk], by=leader, read=read(session), why={episode(rosa).pk: "They worked as a pair."})

        assert Note.objects.get().why_alike.because == "They worked as a pair."

    def test_what_the_group_did_makes_no_copies(self, session, rosa, leader, settings, group):
        """Earlier notes are compared without the shared part, which is the same for everybody."""
        settings.NOTE_COPY_WORDS = 5
        earlier = make_session(group, ago=timedelta(hours=30))
        signed_mark(earlier, episode(rosa), by=leader, typed=WORDS)
        mark(session, rosa, leader)
        write(session, rosa, leader)
        (part,) = writing.parts(session, queries.roster(session, leader))
        assert "100 % of this text is that of an earlier note" in part.doubts


class TestSigning:
    @pytest.fixture
    def written(self, session, rosa, joon, leader):
        notes.keep_shared(session, facts={"shared": "Sorted risky evenings.", "methods": "Role play"}, version=0, by=leader)
        mark(session, rosa, leader)
        mark(session, joon, leader, "late", late=15)
        write(session, rosa, leader)
        write(session, joon, leader, typed=OTHER)
        return session

    def test_each_gets_a_note_of_their_own_with_the_shared_part(self, written, rosa, joon, leader):
        signed = sign_all(written, leader)

        assert {note.patient for note in signed} == {rosa, joon}
        for note in Note.objects.all():
            assert note.is_intact()
            text = " ".join(section["text"] for section in note.sections)
            assert "Sorted risky evenings." in text
            assert ("visit on Saturday" in text, "walked home" in text) == (note.patient == rosa, note.patient == joon)

    def test_the_ledger_has_their_minutes(self, written, rosa, joon, leader):
        sign_all(written, leader)
        rows = {row.episode.patient: (row.kind.code, row.minutes, row.delivered_by) for row in Service.objects.standing()}
        assert rows == {rosa: ("group", 165, leader), joon: ("group", 150, leader)}
        week = hours.of_week([episode(rosa).pk, episode(joon).pk], written.held_on)
        assert [week[episode(patient).pk].words for patient in (rosa, joon)] == ["2.8 of 9 h", "2.5 of 9 h"]

    def test_what_is_signed_stays(self, written, rosa, leader):
        sign_all(written, leader)
        with pytest.raises(SomeoneWasFirst, match="is signed"):
            mark(written, rosa, leader, "unexcused")
        with pytest.raises(DatabaseError, match="is signed"), transaction.atomic():
            Attendance.objects.update(late=5)

    def test_a_second_facilitator_does_no_harm(self, written, leader, co_leader):
        sign_all(written, leader)
        before = everything("treatment_plans.Note", "patients.Service", "signing.Signature")
        assert sign_all(written, co_leader) == []
        assert everything("treatment_plans.Note", "patients.Service", "signing.Signature") == before

    def test_all_of_the_chosen_or_none(self, written, joon, leader):
        write(written, joon, leader, typed={"section_part": ""}, version=1)
        with pytest.raises(NotNow, match="Joon Kim: Write at least one sentence"), transaction.atomic():
            sign_all(written, leader)
        assert not Note.objects.exists()
        assert not Service.objects.exists()

    def test_only_the_words_that_were_read(self, written, rosa, joon, leader, co_leader):
        seen = read(written)
        write(written, rosa, co_leader, typed=OTHER, version=1)
        with pytest.raises(SomeoneWasFirst, match="about Rosa Alvarez"), transaction.atomic():
            notes.sign(written, [episode(rosa).pk], by=leader, read=seen)
        assert len(notes.sign(written, [episode(joon).pk], by=leader, read=seen)) == 1

    def test_objectives_of_ones_own_plan(self, written, rosa, leader):
        plan = sign(make_plan(rosa, by=leader), by=leader)
        root = Objective.objects.of(plan).get().root
        write(written, rosa, leader, typed={**WORDS, f"standing_{root}": "on_track"}, version=1)
        sign_all(written, leader)
        assert [(word.root, word.standing, word.note.patient) for word in ObjectiveProgress.objects.all()] == [(root, "on_track", rosa)]

    def test_a_safety_concern_asks_for_a_look_at_the_plan(self, written, rosa, leader):
        sign(make_plan(rosa, by=leader), by=leader)
        write(written, rosa, leader, typed={**WORDS, "concern": "on"}, version=1)
        sign_all(written, leader)
        assert [(event.kind, event.patient_id) for event in PlanEvent.objects.all()] == [("safety", rosa.pk)]

    def test_who_needs_a_cosignature_gets_one(self, written, leader):
        CosignRule.objects.create(credential=leader.credential)
        sign_all(written, leader)
        assert set(Note.objects.values_list("needs_cosign", flat=True)) == {True}

    def test_not_while_the_session_goes_on(self, group, rosa, leader):
        session = make_session(group, ago=timedelta(minutes=30))
        mark(session, rosa, leader)
        write(session, rosa, leader)
        with pytest.raises(NotNow, match="must be over"), transaction.atomic():
            sign_all(session, leader)


def test_twelve_cost_as_much_as_two(session, leader, group, rosa, joon):
    attendance.mark_all_present(session, by=leader)

    def asked():
        with CaptureQueriesContext(connection) as statements:
            writing.parts(session, queries.roster(session, leader))
        return len(statements)

    asked()  # the sections of the note are kept from now on
    before = asked()
    for _ in range(5):
        patient = make_admitted(leader, to="IOP Day")
        enrolled(patient, group, by=leader)
    attendance.mark_all_present(session, by=leader)
    assert asked() == before


def test_a_discharge_ends_every_membership(rosa, group, leader):
    episodes.discharge(open_stay(rosa), on=today(), reason=DischargeReason.objects.first(), by=leader)
    assert group.enrolments.get(episode=episode(rosa)).ended_on == today()
