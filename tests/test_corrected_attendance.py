"""Correcting a signed mark: one asks, another decides, and every sum of hours follows while the signed note stays."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.db.models import Sum

from anchored.accounts.refusals import NotNow, NotPermitted, SomeoneWasFirst
from anchored.accounts.roles import Role
from anchored.audit.models import TrailEntry
from groups import hours
from groups.actions import amendments, attendance, notes
from groups.models import Amendment, Attendance, Session
from patients.models import Service
from treatment_plans import note_queries
from treatment_plans.actions import in_error
from treatment_plans.models import Note, NoteInError

from .checking import everything
from .grouping import enrolled, make_group, make_session
from .making import make_admitted, make_clinician, make_patient, make_supervisor, make_user

pytestmark = pytest.mark.django_db
TYPED = {"section_part": "She spoke about the visit on Saturday.", "section_response": "She calls her sponsor before it."}
OTHER = {"section_part": "He told how he walked home another way.", "section_response": "He keeps a list of the evenings."}
WHY = "She went to the dentist; the sign-in sheet says so."


@pytest.fixture
def leader():
    return make_clinician(given_name="Sara", family_name="Lindqvist", works_in=["IOP Day"])


@pytest.fixture
def co_leader():
    return make_clinician(given_name="Dana", family_name="Mensah", works_in=["IOP Day"])


@pytest.fixture
def group(leader, co_leader):
    return make_group(leader, co_leader)


def member(leader, group, given_name):
    patient = make_admitted(leader, to="IOP Day", patient=make_patient(leader, given_name=given_name, family_name="Alvarez"))
    enrolled(patient, group, by=leader)
    return patient


@pytest.fixture
def session(group, leader):
    """Rosa came and her note is signed; Joon did not come."""
    people = [member(leader, group, name) for name in ("Rosa", "Joon")]
    session = make_session(group)
    attendance.mark(session, people[0].episodes.get(), by=leader, state="present")
    attendance.mark(session, people[1].episodes.get(), by=leader, state="unexcused")
    write_and_sign(session, people[0].episodes.get(), leader)
    return session


def write_and_sign(session, episode, by, typed=TYPED):
    mark = Attendance.objects.get(session=session, episode=episode)
    kept = notes.keep_part(session, episode, typed=typed, version=mark.version, by=by)
    versions = {None: Session.objects.get(pk=session.pk).version, episode.pk: kept.row.version}
    return notes.sign(session, [episode.pk], by=by, read=versions)


@pytest.fixture
def rosa(session):
    return Attendance.objects.get(episode__patient__given_name="Rosa")


@pytest.fixture
def joon(session):
    return Attendance.objects.get(episode__patient__given_name="Joon")


def correct(mark, *, asks, decides, **facts):
    asked = amendments.ask(mark, by=asks, because=WHY, **facts)
    made = amendments.agree(asked, by=decides)
    mark.refresh_from_db()
    return made


def minutes(mark):
    """The same sum asked in each place that counts hours."""
    asked = {
        hours.of_week([mark.episode_id], mark.session.held_on)[mark.episode_id].minutes,
        note_queries.minutes_this_week(mark.episode),
        note_queries.minutes_since(mark.episode, mark.session.started_at - timedelta(days=1)),
        Service.objects.standing().filter(episode=mark.episode).aggregate(total=Sum("minutes"))["total"] or 0,
    }
    (same,) = asked
    return same


class TestAsking:
    def test_nothing_changes_until_a_second_person_agrees(self, rosa, leader):
        amendments.ask(rosa, state="left_early", early=45, because=WHY, by=leader)

        rosa.refresh_from_db()
        assert (rosa.state, minutes(rosa)) == ("present", 165)

    @pytest.mark.parametrize(
        ("facts", "sentence"),
        [
            ({"state": "present"}, "reads already"),
            ({"state": "late", "late": 165}, "between 0 and 164"),
            ({"state": "excused"}, "Choose a reason"),
            ({"state": "late", "late": 5, "because": " "}, "Write why"),
        ],
    )
    def test_what_cannot_be(self, rosa, leader, facts, sentence):
        with pytest.raises(NotNow, match=sentence):
            amendments.ask(rosa, by=leader, **{"because": WHY, **facts})
        assert not Amendment.objects.exists()

    def test_one_at_a_time(self, rosa, leader, co_leader):
        amendments.ask(rosa, state="late", late=5, because=WHY, by=leader)
        with pytest.raises(SomeoneWasFirst, match="waits already"):
            amendments.ask(rosa, state="late", late=10, because=WHY, by=co_leader)

    def test_what_is_not_signed_is_changed_on_the_page(self, group, leader):
        session = make_session(group, ago=timedelta(hours=20))
        patient = member(leader, group, "Ana")
        mark = attendance.mark(session, patient.episodes.get(), by=leader, state="present").mark
        with pytest.raises(NotNow, match="Nothing about this person is signed"):
            amendments.ask(mark, state="late", late=5, because=WHY, by=leader)

    def test_not_by_who_has_nothing_to_do_with_it(self, rosa):
        for stranger in (make_clinician(works_in=["IOP Day"]), make_supervisor(works_in=["PHP"]), make_user(Role.PRESCRIBER)):
            with pytest.raises(NotPermitted):
                amendments.ask(rosa, state="late", late=5, because=WHY, by=stranger)

    def test_kinds_of_absence_need_no_second_person(self, joon, leader, session):
        with pytest.raises(NotNow, match="no hours depend on it"):
            amendments.ask(joon, state="excused", reason="Illness", because=WHY, by=leader)
        assert attendance.mark(session, joon.episode, by=leader, state="excused", reason="Illness").mark.state == "excused"


class TestDeciding:
    def test_other_minutes_follow_in_every_sum_and_the_note_stays(self, rosa, leader, co_leader):
        before = everything("treatment_plans.Note", "signing.Signature")

        correct(rosa, asks=leader, decides=co_leader, state="late", late=15, early=30)

        assert (rosa.state, rosa.minutes, minutes(rosa)) == ("late", 120, 120)
        assert everything("treatment_plans.Note", "signing.Signature") == before
        assert rosa.note.is_intact()
        row = Service.objects.standing().get()
        assert (row.started_at, row.delivered_by, row.entered_by) == (rosa.session.started_at + timedelta(minutes=15), leader, co_leader)

    def test_and_once_more(self, rosa, leader, co_leader):
        first = correct(rosa, asks=leader, decides=co_leader, state="late", late=15)
        correct(rosa, asks=co_leader, decides=leader, state="left_early", early=60)

        assert minutes(rosa) == 105
        assert Service.objects.count() == 3
        assert [row.before for row in rosa.amendments.all()] == ["Present", "Late, 15 min late"]
        assert Amendment.objects.get(pk=first.pk).service.taken_back_at

    def test_who_did_not_come_has_no_hours_and_the_note_is_entered_in_error(self, rosa, leader, co_leader):
        note = rosa.note
        asked = correct(rosa, asks=leader, decides=co_leader, state="excused", reason="Illness")

        assert (rosa.state, rosa.reason, rosa.note, minutes(rosa)) == ("excused", "Illness", None, 0)
        said = NoteInError.objects.get(note=note)
        assert (said.outcome, said.said_by, said.decided_by) == ("struck", leader, co_leader)
        assert WHY in said.because
        assert (asked.note, note.is_intact()) == (note, True)

    def test_who_came_after_all_can_have_a_note(self, joon, leader, co_leader, session):
        correct(joon, asks=co_leader, decides=leader, state="late", late=20)
        assert (joon.state, minutes(joon)) == ("late", 0)

        write_and_sign(session, joon.episode, leader, typed=OTHER)

        assert minutes(joon) == 145

    def test_there_and_back_again(self, rosa, leader, co_leader, session):
        correct(rosa, asks=leader, decides=co_leader, state="unexcused")
        with pytest.raises(SomeoneWasFirst, match="Ask for a correction"):
            attendance.mark(session, rosa.episode, by=leader, state="present")
        correct(rosa, asks=leader, decides=co_leader, state="present")
        write_and_sign(session, rosa.episode, leader)
        assert minutes(rosa) == 165
        assert Note.objects.filter(in_error_at=None).count() == 1

    def test_by_a_supervisor_who_may_see_the_person(self, rosa, leader):
        correct(rosa, asks=leader, decides=make_supervisor(works_in=["IOP Day"]), state="late", late=5)
        assert rosa.late == 5

    def test_never_by_who_asked_with_whatever_account(self, rosa, leader, group):
        second = make_clinician(works_in=["IOP Day"], first_account=leader)
        group.leaders.create(user=second, part="co_facilitator", started_on=group.started_on)
        asked = amendments.ask(rosa, state="late", late=5, because=WHY, by=leader)
        for person in (leader, second):
            with pytest.raises(NotPermitted, match="A second person decides"):
                amendments.agree(asked, by=person)

    def test_declined_it_stays_and_may_be_asked_again(self, rosa, leader, co_leader):
        asked = amendments.ask(rosa, state="late", late=5, because=WHY, by=leader)
        amendments.decline(asked, by=co_leader)
        with pytest.raises(SomeoneWasFirst, match="already"):
            amendments.agree(asked, by=co_leader)
        rosa.refresh_from_db()
        assert rosa.state == "present"
        correct(rosa, asks=leader, decides=co_leader, state="late", late=5)

    def test_who_asked_may_take_it_back(self, rosa, leader):
        assert amendments.decline(amendments.ask(rosa, state="late", late=5, because=WHY, by=leader), by=leader).outcome == "declined"

    def test_a_word_about_the_note_itself_comes_first(self, rosa, leader, co_leader):
        in_error.say(rosa.note, because="The wrong chart.", by=leader)
        asked = amendments.ask(rosa, state="unexcused", because=WHY, by=leader)
        with pytest.raises(NotNow, match="Decide about that first"), transaction.atomic():
            amendments.agree(asked, by=co_leader)
        assert minutes(rosa) == 165

    def test_it_is_on_the_trail_without_a_word_of_it(self, rosa, leader, co_leader):
        correct(rosa, asks=leader, decides=co_leader, state="late", late=5)
        rows = TrailEntry.objects.filter(event__startswith="attendance.correct")
        assert [row.event for row in rows.order_by("sequence")] == ["attendance.correction_asked", "attendance.corrected"]
        assert "dentist" not in str(list(rows.values()))


class TestTheNoteAfterwards:
    def test_struck_through_its_corrected_minutes_count_no_more(self, rosa, leader, co_leader):
        correct(rosa, asks=leader, decides=co_leader, state="late", late=15)
        in_error.say(rosa.note, because="The wrong chart.", by=leader)
        in_error.strike(rosa.note, by=make_supervisor(works_in=["IOP Day"]))
        assert minutes(rosa) == 0

    def test_then_other_minutes_bring_nothing_back(self, rosa, leader, co_leader):
        in_error.say(rosa.note, because="The wrong chart.", by=leader)
        in_error.strike(rosa.note, by=make_supervisor(works_in=["IOP Day"]))
        correct(rosa, asks=leader, decides=co_leader, state="late", late=15)
        assert minutes(rosa) == 0


class TestTheDatabase:
    def refused(self, sentence, act):
        with pytest.raises(DatabaseError, match=sentence), transaction.atomic():
            act()

    def test_a_signed_mark_changes_only_as_agreed(self, rosa, leader, co_leader):
        marks = Attendance.objects.filter(pk=rosa.pk)
        self.refused("is signed", lambda: marks.update(state="late", late=5))
        asked = amendments.ask(rosa, state="late", late=5, because=WHY, by=leader)
        self.refused("is signed", lambda: marks.update(state="late", late=5))
        amendments.agree(asked, by=co_leader)
        self.refused("is signed", lambda: marks.update(state="present", late=0))
        self.refused("is signed", lambda: marks.update(note=None))
        self.refused("is signed", lambda: marks.update(typed={}))

    def test_absent_stays_absent(self, joon):
        self.refused("corrected by two people", lambda: Attendance.objects.filter(pk=joon.pk).update(state="present"))

    def test_nobody_agrees_with_themselves(self, rosa, leader):
        second = make_clinician(first_account=leader)
        asked = amendments.ask(rosa, state="late", late=5, because=WHY, by=leader)
        rows = Amendment.objects.filter(pk=asked.pk)
        for person in (leader, second):
            self.refused(None, lambda person=person: rows.update(outcome="made", decided_by=person, decided_at=asked.asked_at))

    def test_what_was_asked_stays(self, rosa, leader, co_leader):
        asked = correct(rosa, asks=leader, decides=co_leader, state="late", late=5)
        rows = Amendment.objects.filter(pk=asked.pk)
        self.refused("stays", lambda: rows.update(because="Another reason."))
        self.refused("not deleted", rows.delete)
        self.refused(
            "waits until",
            lambda: Amendment.objects.create(
                attendance=rosa, was_state="late", was_late=5, was_early=0, state="present", because=WHY, asked_by=leader,
                outcome="made", decided_by=co_leader, decided_at=asked.asked_at,
            ),
        )  # fmt: skip
