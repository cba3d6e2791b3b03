"""A signed note that was entered in error: said by one person, struck through by another, readable ever after."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from anchored.accounts.models import Supervision
from anchored.accounts.refusals import NotNow, NotPermitted, SomeoneWasFirst
from anchored.audit.models import TrailEntry
from patients.models import Service
from treatment_plans import note_queries, note_rules
from treatment_plans.actions import in_error, notes
from treatment_plans.models import CosignRule, Note, NoteInError, Objective

from .checking import everything
from .making import make_admitted, make_clinician, make_supervisor
from .noting import make_note, seal
from .planning import make_plan, sign

pytestmark = pytest.mark.django_db
WHY = "It belongs in the chart of another patient."


@pytest.fixture
def clinician():
    return make_clinician(works_in=["IOP Day"], credential="Intern")


@pytest.fixture
def supervisor(clinician):
    return make_supervisor(works_in=["IOP Day"], supervises=[clinician])


@pytest.fixture
def patient(clinician):
    return make_admitted(clinician, to="IOP Day")


@pytest.fixture
def note(patient, clinician):
    return make_note(patient, by=clinician)


@pytest.fixture
def struck(note, clinician, supervisor):
    in_error.say(note, because=WHY, by=clinician)
    in_error.strike(note, by=supervisor)
    return Note.objects.get(pk=note.pk)


class TestSaying:
    def test_until_a_second_person_decides_the_note_counts(self, note, clinician, supervisor):
        in_error.say(note, because=WHY, by=clinician)

        assert list(Note.objects.signed()) == [note]
        assert Service.objects.standing().count() == 1
        assert list(note_queries.to_decide(supervisor)) == [note]
        assert list(note_queries.to_decide(clinician)) == []

    def test_a_supervisor_says_it_too_and_then_the_author_decides(self, note, clinician, supervisor):
        in_error.say(note, because=WHY, by=supervisor)

        assert note_queries.waiting(clinician, cosigns=False) == ([], [], [note])
        in_error.strike(note, by=clinician)

        assert Note.objects.get().in_error_at

    def test_not_by_a_colleague_of_the_author(self, note):
        with pytest.raises(NotPermitted):
            in_error.say(note, because=WHY, by=make_clinician(works_in=["IOP Day"]))

    def test_with_a_reason(self, note, clinician):
        with pytest.raises(NotNow, match="Write why it was entered in error"):
            in_error.say(note, because=" ", by=clinician)

    def test_once(self, note, clinician, supervisor):
        in_error.say(note, because=WHY, by=clinician)
        with pytest.raises(SomeoneWasFirst, match="said so already"):
            in_error.say(note, because=WHY, by=supervisor)

    def test_again_after_it_was_left_standing(self, note, clinician, supervisor):
        in_error.say(note, because=WHY, by=clinician)
        in_error.let_stand(note, by=supervisor)

        in_error.say(note, because=WHY, by=clinician)
        in_error.strike(note, by=supervisor)

        assert [said.outcome for said in note.said_in_error.order_by("said_at")] == ["stands", "struck"]

    def test_of_the_correction_not_of_what_it_took_the_place_of(self, patient, clinician, supervisor):
        CosignRule.objects.create(credential="Intern")
        note = make_note(patient, by=clinician)
        notes.give_back(note, comment="Say more.", by=supervisor)
        seal(notes.correct(note, by=clinician), by=clinician)
        with pytest.raises(NotNow, match="Say it of the correction"):
            in_error.say(note, because=WHY, by=clinician)


class TestDeciding:
    def test_struck_through_it_stays_as_it_was_signed(self, struck, clinician):
        assert struck.is_intact()
        assert struck.state == ("stop", "Entered in error")
        assert list(note_queries.on_chart(struck.patient, clinician)) == [struck]
        assert TrailEntry.objects.filter(event="note.struck").count() == 1

    def test_its_service_counts_no_more(self, struck):
        assert list(Service.objects.standing()) == []
        assert Service.objects.get().taken_back_at

    def test_it_is_out_of_the_thread(self, patient, clinician, supervisor):
        plan = sign(make_plan(patient, by=clinician), by=clinician)
        root = Objective.objects.of(plan).get().root
        note = make_note(patient, by=clinician, **{f"standing_{root}": "met"})
        in_error.say(note, because=WHY, by=clinician)
        in_error.strike(note, by=supervisor)

        assert note_queries.threads(plan) == {}
        assert list(note_queries.thread(plan, root)) == []
        assert note_queries.told_since(plan, None) == {}

    def test_never_by_who_said_it(self, note, supervisor):
        in_error.say(note, because=WHY, by=supervisor)
        with pytest.raises(NotPermitted, match="A second person decides"):
            in_error.strike(note, by=supervisor)

    def test_nor_with_another_account(self, note, supervisor, clinician):
        second = make_supervisor(first_account=supervisor, works_in=["IOP Day"])
        in_error.say(note, because=WHY, by=supervisor)
        with pytest.raises(NotPermitted, match="A second person decides"):
            in_error.strike(note, by=second)
        with pytest.raises(DatabaseError), transaction.atomic():
            NoteInError.objects.update(outcome="struck", decided_by=second, decided_at=timezone.now())

    def test_whoever_said_it_may_take_it_back(self, note, clinician):
        in_error.say(note, because=WHY, by=clinician)
        in_error.let_stand(note, by=clinician)
        assert NoteInError.objects.get().outcome == "stands"

    def test_decided_once(self, struck, supervisor):
        before = everything("treatment_plans.NoteInError", "treatment_plans.Note", "patients.Service")
        for act in (in_error.strike, in_error.let_stand):
            with pytest.raises(SomeoneWasFirst, match="decided about this note already"):
                act(struck, by=supervisor)
        assert everything("treatment_plans.NoteInError", "treatment_plans.Note", "patients.Service") == before

    def test_what_was_decided_stays(self, struck):
        with pytest.raises(DatabaseError), transaction.atomic():
            NoteInError.objects.update(because="Something else")
        with pytest.raises(DatabaseError), transaction.atomic():
            Note.objects.filter(pk=struck.pk).update(in_error_at=None)

    def test_it_is_not_cosigned_any_more(self, patient, clinician, supervisor):
        CosignRule.objects.create(credential="Intern")
        note = make_note(patient, by=clinician)
        in_error.say(note, because=WHY, by=clinician)
        in_error.strike(note, by=supervisor)

        assert list(note_queries.to_cosign(supervisor)) == []
        with pytest.raises(NotNow, match="waits for no cosignature"):
            notes.cosign(note, by=supervisor)

    def test_a_correction_in_the_making_is_not_signed(self, patient, clinician, supervisor):
        CosignRule.objects.create(credential="Intern")
        note = make_note(patient, by=clinician)
        notes.give_back(note, comment="Say more.", by=supervisor)
        draft = notes.correct(note, by=clinician)
        in_error.say(note, because=WHY, by=clinician)
        in_error.strike(note, by=supervisor)

        with pytest.raises(SomeoneWasFirst, match="Discard this draft"):
            seal(draft, by=clinician)
        assert list(Service.objects.standing()) == []
        with pytest.raises(SomeoneWasFirst, match="needs no correction"):
            note_rules.check_can_correct(clinician, Note.objects.get(pk=note.pk))

    def test_the_same_hour_can_be_written_anew(self, struck, patient, clinician):
        made_anew = make_note(patient, by=clinician, ago=timedelta(hours=2))
        assert list(Note.objects.signed()) == [made_anew]
        assert Service.objects.standing().count() == 1


def test_what_a_supervisor_decides_follows_supervision(note, clinician, supervisor):
    in_error.say(note, because=WHY, by=clinician)
    Supervision.objects.filter(supervisor=supervisor).update(ended_on=timezone.localdate())
    other = make_supervisor(works_in=["IOP Day"], supervises=[clinician])

    assert list(note_queries.to_decide(supervisor)) == []
    assert list(note_queries.to_decide(other)) == [note]
