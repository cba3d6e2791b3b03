"""Notes: kept as they are typed, signed into the chart and the ledger, cosigned or returned, never changed."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from anchored.accounts.models import Supervision
from anchored.accounts.refusals import NotNow, NotPermitted, SomeoneWasFirst
from anchored.accounts.roles import Role
from anchored.audit.models import TrailEntry
from anchored.signing import signatures
from anchored.signing.models import Addendum
from patients.models import ProgramRule, Service
from treatment_plans import note_queries, note_rules
from treatment_plans.actions import notes, plans
from treatment_plans.models import CosignRule, Note, NoteReturn, Objective, ObjectiveProgress

from .making import make_admitted, make_clinician, make_patient, make_supervisor, make_user, open_stay
from .noting import begin, form_of, judged, make_note, seal, typed
from .planning import make_plan, sign

pytestmark = pytest.mark.django_db


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
def cosigned_house():
    CosignRule.objects.create(credential="intern")


class TestDrafts:
    def test_what_is_typed_is_kept_as_it_is(self, patient, clinician):
        note = begin(patient, by=clinician, on="41 Mar", minutes="", section_data="Half a sen")

        again = notes.keep(patient, note.pk, typed={**note.typed, "section_data": "Half a sentence."}, version=note.version, by=clinician)

        assert (again.note.typed["section_data"], again.note.typed["on"], again.note.version) == ("Half a sentence.", "41 Mar", 2)
        assert not Service.objects.exists()

    def test_the_same_again_is_no_new_version(self, patient, clinician):
        note = begin(patient, by=clinician)
        assert notes.keep(patient, note.pk, typed=note.typed, version=note.version, by=clinician).note.version == note.version

    def test_two_windows_never_overwrite_each_other(self, patient, clinician):
        note = begin(patient, by=clinician)
        notes.keep(patient, note.pk, typed=typed(section_data="From the first window."), version=1, by=clinician)

        second = notes.keep(patient, note.pk, typed=typed(section_data="From the second."), version=1, by=clinician)

        assert second.clash["section_data"] == "From the first window."
        note.refresh_from_db()
        assert note.typed["section_data"] == "From the first window."

    def test_a_packet_that_comes_late_changes_nothing(self, patient, clinician):
        note = begin(patient, by=clinician)
        notes.keep(patient, note.pk, typed=typed(section_data="Newer"), version=1, by=clinician)
        notes.keep(patient, note.pk, typed=typed(section_data="Older"), version=0, by=clinician)

        note.refresh_from_db()
        assert note.typed["section_data"] == "Newer"

    def test_words_in_a_field_that_the_other_window_did_not_have_are_no_less_a_clash(self, patient, clinician):
        """A plan came into force meanwhile: the page of one window asks about its objectives, that of the other did not."""
        note = begin(patient, by=clinician)
        notes.keep(patient, note.pk, typed=typed(section_data="From the first window."), version=1, by=clinician)
        mine = typed(section_data="From the first window.", words_x="Only here.")

        assert notes.keep(patient, note.pk, typed=mine, version=1, by=clinician).clash == {"words_x": ""}

    def test_an_answer_that_was_lost_is_given_again(self, patient, clinician):
        note = begin(patient, by=clinician)
        again = notes.keep(patient, note.pk, typed=note.typed, version=0, by=clinician)
        assert (again.clash, again.note.version) == ({}, 1)

    @pytest.mark.parametrize(("text", "sentence"), [("a\x00b", "position 2"), ("a" * 20_001, "at most 20000")])
    def test_what_no_record_can_hold_is_refused_and_nothing_is_cut_off(self, patient, clinician, text, sentence):
        with pytest.raises(ValidationError, match=sentence):
            begin(patient, by=clinician, section_data=text)
        assert not Note.objects.exists()

    def test_nobody_else_writes_on_it(self, patient, clinician):
        note = begin(patient, by=clinician)

        with pytest.raises(NotPermitted):
            notes.keep(patient, note.pk, typed=typed(section_data="Mine"), version=1, by=make_clinician())

        note.refresh_from_db()
        assert note.typed["section_data"] != "Mine"

    def test_a_discarded_draft_is_not_written_on_and_not_deleted(self, patient, clinician):
        note = notes.discard(begin(patient, by=clinician), by=clinician)

        with pytest.raises(SomeoneWasFirst, match="discarded in another window"):
            notes.keep(patient, note.pk, typed=typed(), version=1, by=clinician)
        with pytest.raises(ValidationError):
            note.delete()

    def test_notes_begin_with_the_admission(self, clinician):
        with pytest.raises(NotNow, match="from the admission on"):
            notes.keep(make_patient(clinician), uuid4(), typed=typed(), version=0, by=clinician)

    @pytest.mark.parametrize("role", [Role.FRONT_DESK, Role.ADMINISTRATOR, Role.PRIVACY_OFFICER])
    def test_others_write_no_notes(self, patient, role):
        with pytest.raises(NotPermitted):
            begin(patient, by=make_user(role))

    def test_the_trail_holds_no_words(self, patient, clinician):
        make_note(patient, by=clinician)
        assert "brother" not in str(list(TrailEntry.objects.values_list("facts", flat=True)))


class TestSigning:
    def test_the_service_is_in_the_ledger_and_the_words_are_sealed(self, patient, clinician):
        note = make_note(patient, by=clinician, minutes="55", with_whom="Her sister")

        service = Service.objects.get()
        assert (service.minutes, service.with_whom, service.delivered_by, service.kind.code) == (55, "Her sister", clinician, "individual")
        assert [section["heading"] for section in note.sections] == ["Data", "Assessment", "Plan"]
        assert note.is_intact()
        assert signatures.of(note).get().digest == note.digest

    @pytest.mark.parametrize(
        ("fields", "sentence"),
        [
            ({"ago": timedelta(minutes=10)}, "must be over when its note is signed"),
            ({"ago": timedelta(days=30)}, "on or after .*, the admission"),
        ],
    )
    def test_a_service_is_over_and_lies_within_the_episode(self, patient, clinician, fields, sentence):
        draft = begin(patient, by=clinician, **fields)
        form = form_of(draft)
        assert form.is_valid()

        with pytest.raises(NotNow, match=sentence):
            seal(draft, by=clinician, form=form)
        assert not Service.objects.exists()

    @pytest.mark.parametrize(
        "wrong", [{"minutes": "0"}, {"minutes": "900"}, {"on": ""}, {"starts": "noonish"}, {"section_plan": " "}, {"kind": "x"}]
    )
    def test_what_is_not_right_is_said(self, patient, clinician, wrong):
        assert not form_of(begin(patient, by=clinician, **wrong)).is_valid()

    def test_a_note_is_signed_once(self, patient, clinician):
        draft = begin(patient, by=clinician)
        seal(draft, by=clinician)

        with pytest.raises(SomeoneWasFirst, match="signed already"):
            seal(draft, by=clinician)
        assert Service.objects.count() == 1

    def test_only_the_words_that_were_read_are_signed(self, patient, clinician):
        draft = begin(patient, by=clinician)
        form = judged(draft)
        notes.keep(patient, draft.pk, typed=typed(section_data="From another window."), version=1, by=clinician)

        with pytest.raises(SomeoneWasFirst, match="Read it once more"):
            seal(draft, by=clinician, form=form)
        assert not Service.objects.exists()

    def test_late_is_late(self, patient, clinician):
        ProgramRule.objects.filter(program=open_stay(patient).program).update(note_due_hours=24)

        assert make_note(patient, by=clinician, ago=timedelta(days=3)).is_late
        assert not make_note(patient, by=clinician).is_late

    def test_the_golden_thread(self, patient, clinician):
        plan = sign(make_plan(patient, by=clinician, objectives=2), by=clinician)
        first, second = Objective.objects.of(plan)

        note = make_note(patient, by=clinician, **{f"standing_{first.root}": "stuck", f"words_{first.root}": "Two of five."})
        after = sign(plans.start(patient.episodes.get(), by=clinician, because="review"), by=clinician)

        assert [(word.note, word.standing, word.words) for word in note_queries.thread(after, first.root)] == [
            (note, "stuck", "Two of five.")
        ]
        assert note_queries.threads(after)[first.root][0] == 1
        assert second.root not in note_queries.threads(after)
        assert note.objectives[0]["text"] == first.text


class TestBeforeSigning:
    def said(self, draft):
        form = form_of(draft)
        assert form.is_valid(), form.errors
        return note_rules.warnings(draft, form)

    def test_an_overlap_is_named(self, patient, clinician):
        make_note(patient, by=clinician, ago=timedelta(hours=3), minutes="60")
        found = self.said(begin(patient, by=clinician, ago=timedelta(hours=2, minutes=20), minutes="50"))
        assert any("overlaps the patient's individual therapy" in sentence and "by 20 min" in sentence for sentence in found)

    def test_so_is_one_with_another_patient_without_naming_them(self, patient, clinician):
        other = make_admitted(clinician, to="IOP Day")
        make_note(other, by=clinician)
        found = self.said(begin(patient, by=clinician))
        assert any("overlaps your service with another patient" in sentence for sentence in found)
        assert str(other) not in str(found)

    def test_a_service_off_the_plan_says_so(self, patient, clinician):
        assert "There is no plan in force that this service follows." in self.said(begin(patient, by=clinician))
        sign(make_plan(patient, by=clinician), by=clinician)
        assert "No objective of the plan is named." in self.said(begin(patient, by=clinician))
        assert not [each for each in self.said(begin(patient, by=clinician, kind="telephone")) if "plan" in each]

    def test_a_near_copy_of_an_own_note_is_named(self, patient, clinician, settings):
        settings.NOTE_COPY_WORDS = 10
        make_note(patient, by=clinician, ago=timedelta(hours=9))
        found = self.said(begin(patient, by=clinician))
        assert any(sentence.startswith("100 % of this text") for sentence in found)

    def test_nearly_the_same_it_is_signed_only_with_a_reason(self, patient, clinician, settings):
        settings.NOTE_COPY_WORDS = 10
        make_note(patient, by=clinician, ago=timedelta(hours=9))
        draft = begin(patient, by=clinician)
        with pytest.raises(NotNow, match="Write why this note is nearly the same"), transaction.atomic():
            seal(draft, by=clinician)
        signed = seal(draft, by=clinician, why="Nothing changed overnight; she says so herself.")
        assert (signed.why_alike.percent, signed.why_alike.by) == (100, clinician)
        assert "overnight" not in str(list(TrailEntry.objects.values()))

    def test_at_the_lower_limit_a_word_is_enough(self, patient, clinician, settings):
        settings.NOTE_COPY_WORDS, settings.NOTE_COPY_REASON_PERCENT = 10, 100
        make_note(patient, by=clinician, ago=timedelta(hours=9))
        draft = begin(patient, by=clinician, section_plan="Calls her sponsor.")
        assert any("% of this text" in sentence for sentence in self.said(draft))
        assert not hasattr(seal(draft, by=clinician), "why_alike")

    def test_nobody_elses_words_are_compared(self, patient, clinician, settings):
        settings.NOTE_COPY_WORDS = 10
        make_note(patient, by=make_clinician(works_in=["IOP Day"]), ago=timedelta(hours=9))
        assert not [sentence for sentence in self.said(begin(patient, by=clinician)) if "% of this text" in sentence]


@pytest.mark.usefixtures("cosigned_house")
class TestCosigning:
    @pytest.fixture
    def note(self, patient, clinician):
        return make_note(patient, by=clinician)

    def test_whose_notes_wait_is_a_rule_by_credential_and_service(self, note, patient):
        assert note.state[1] == "Waiting for cosign"
        assert not make_note(patient, by=make_clinician(credential="LCSW", works_in=["IOP Day"])).needs_cosign
        CosignRule.objects.update(kind=note.service.kind)
        assert not make_note(patient, by=note.author, kind="telephone", ago=timedelta(hours=5)).needs_cosign

    def test_a_supervisor_signs_under_the_author(self, note, supervisor):
        assert list(note_queries.to_cosign(supervisor)) == [note]

        notes.cosign(note, by=supervisor)

        note.refresh_from_db()
        assert note.state[1] == "Cosigned"
        assert [signature.meaning for signature in signatures.of(note)] == ["author", "cosigner"]
        assert list(note_queries.to_cosign(supervisor)) == []

    def test_never_ones_own(self, patient):
        supervisor = make_supervisor(credential="Intern", works_in=["IOP Day"])
        note = make_note(patient, by=supervisor)
        with pytest.raises(NotPermitted, match="your own"):
            notes.cosign(note, by=supervisor)

    def test_another_supervisor_takes_the_queue_over(self, note, supervisor, clinician):
        Supervision.objects.filter(supervisor=supervisor).update(ended_on=timezone.localdate())
        other = make_supervisor(works_in=["IOP Day"], supervises=[clinician])
        assert list(note_queries.to_cosign(supervisor)) == []
        assert list(note_queries.to_cosign(other)) == [note]

    def test_returned_corrected_and_cosigned(self, note, supervisor, clinician):
        notes.give_back(note, comment="Say what you did about the craving.", by=supervisor)
        draft = notes.correct(note, by=clinician)
        notes.keep(note.patient, draft.pk, typed={**draft.typed, "section_data": "Better words."}, version=1, by=clinician)
        draft.refresh_from_db()

        seal(draft, by=clinician)
        draft.refresh_from_db()
        notes.cosign(draft, by=supervisor)

        note.refresh_from_db()
        assert (note.replaced_at is not None, draft.corrects, draft.service) == (True, note, note.service)
        assert "brother" in note.sections[0]["text"]
        assert Service.objects.count() == 1
        assert list(Note.objects.signed()) == [draft]

    def test_a_correction_about_other_minutes_takes_the_place_of_the_service(self, note, supervisor, clinician):
        notes.give_back(note, comment="It was 30 minutes.", by=supervisor)
        draft = notes.correct(note, by=clinician)
        notes.keep(note.patient, draft.pk, typed={**draft.typed, "minutes": "30"}, version=1, by=clinician)
        draft.refresh_from_db()

        seal(draft, by=clinician)

        assert [service.minutes for service in Service.objects.standing()] == [30]
        assert Service.objects.count() == 2
        note.refresh_from_db()
        assert note.is_intact()
        with pytest.raises(DatabaseError, match="written once"), transaction.atomic():
            Service.objects.filter(pk=note.service_id).update(taken_back_at=None)

    def test_cosigned_or_returned_one_of_both(self, note, supervisor):
        notes.give_back(note, comment="Say more.", by=supervisor)
        with pytest.raises(SomeoneWasFirst, match="returned this note already"):
            notes.cosign(note, by=supervisor)
        assert NoteReturn.objects.count() == 1

    def test_a_comment_is_needed(self, note, supervisor):
        with pytest.raises(NotNow, match="Write what to change"):
            notes.give_back(note, comment=" ", by=supervisor)

    def test_only_the_author_corrects(self, note, supervisor):
        notes.give_back(note, comment="Say more.", by=supervisor)
        with pytest.raises(NotPermitted):
            notes.correct(note, by=supervisor)

    def test_a_returned_note_whose_correction_is_discarded_waits_for_another(self, note, supervisor, clinician):
        notes.give_back(note, comment="It was 30 minutes.", by=supervisor)
        draft = notes.correct(note, by=clinician)
        assert note_queries.waiting(clinician, cosigns=False).to_finish == [draft]

        notes.discard(draft, by=clinician)

        assert note_queries.waiting(clinician, cosigns=False).to_finish == [note]
        again = notes.correct(note, by=clinician)
        assert (again.corrects, again.discarded_at) == (note, None)
        assert again != draft

    def test_a_correction_is_begun_once(self, note, supervisor, clinician):
        notes.give_back(note, comment="Say more.", by=supervisor)
        assert notes.correct(note, by=clinician) == notes.correct(note, by=clinician)


class TestAfterSigning:
    @pytest.fixture
    def note(self, patient, clinician):
        return make_note(patient, by=clinician)

    def test_addenda_are_numbered(self, note, clinician, supervisor):
        for by in (clinician, supervisor, clinician):
            signatures.add(note, text="Her sister called.", by=by)
        assert [addendum.number for addendum in signatures.addenda_of(note)] == [1, 2, 3]

    @pytest.mark.parametrize(
        "facts", [{"sections": []}, {"typed": {}}, {"author": None}, {"digest": "x"}, {"sealed_at": None}, {"is_late": True}]
    )
    def test_a_signed_note_stays(self, note, facts):
        if "author" in facts:
            facts = {"author": make_clinician()}
        with pytest.raises(DatabaseError, match="This document is signed"), transaction.atomic():
            Note.objects.filter(pk=note.pk).update(**facts)
        with pytest.raises(ValidationError), transaction.atomic():
            note.save()

    @pytest.mark.parametrize("column", ["cosigned_at", "returned_at", "replaced_at"])
    def test_what_comes_later_comes_once(self, note, column):
        now = timezone.now()
        Note.objects.filter(pk=note.pk).update(**{column: now})
        with pytest.raises(DatabaseError, match="This document is signed"), transaction.atomic():
            Note.objects.filter(pk=note.pk).update(**{column: now + timedelta(days=1)})

    def test_the_ledger_and_the_thread_stay(self, patient, clinician):
        plan = sign(make_plan(patient, by=clinician), by=clinician)
        root = Objective.objects.of(plan).get().root
        make_note(patient, by=clinician, **{f"standing_{root}": "met"})
        for model in (Service, ObjectiveProgress):
            with pytest.raises(DatabaseError), transaction.atomic():
                model.objects.update(**({"minutes": 5} if model is Service else {"standing": "stuck"}))
            with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(f"DELETE FROM {model._meta.db_table}")

    def test_one_note_stands_for_a_service(self, note, patient, clinician):
        other = begin(patient, by=clinician)
        with pytest.raises(DatabaseError), transaction.atomic():
            Note.objects.filter(pk=other.pk).update(service=note.service, sealed_at=timezone.now())

    def test_addenda_stay(self, note, clinician):
        signatures.add(note, text="Her sister called.", by=clinician)
        with pytest.raises(DatabaseError), transaction.atomic():
            Addendum.objects.update(text="Nothing")


class TestOnTheChart:
    def test_drafts_are_ones_own(self, patient, clinician, supervisor):
        draft, signed = begin(patient, by=clinician), make_note(patient, by=clinician, ago=timedelta(hours=5))
        assert set(note_queries.on_chart(patient, clinician)) == {draft, signed}
        assert set(note_queries.on_chart(patient, supervisor)) == {signed}
        assert set(note_queries.on_chart(patient, clinician, unsigned=True)) == {draft}

    @pytest.mark.parametrize(
        ("words", "found"), [("BROTHER", True), ("brother sponsor", True), ("sister", False), ("%", False), ("brother's", True)]
    )
    def test_words_are_found(self, patient, clinician, words, found):
        note = make_note(patient, by=clinician)
        assert (note in note_queries.on_chart(patient, clinician, words=words)) is found

    def test_drafts_first_and_then_the_latest_service(self, patient, clinician):
        late, early, middle = (make_note(patient, by=clinician, ago=timedelta(hours=hours)) for hours in (2, 9, 5))
        draft = begin(patient, by=clinician, ago=timedelta(hours=7))
        assert list(note_queries.on_chart(patient, clinician)) == [draft, late, middle, early]

    def test_nothing_of_another_patient(self, patient, clinician):
        other = make_note(make_admitted(clinician, to="IOP Day"), by=clinician)
        assert other not in note_queries.on_chart(patient, clinician, words="brother")

    def test_the_week_counts_what_counts(self, patient, clinician):
        today = timezone.localtime()
        make_note(patient, by=clinician, minutes="50", ago=timedelta(minutes=70))
        make_note(patient, by=clinician, kind="telephone", minutes="10", ago=timedelta(minutes=15))
        expected = 50 if (today - timedelta(minutes=70)).date() >= (today - timedelta(days=today.weekday())).date() else 0
        assert note_queries.minutes_this_week(patient.episodes.get()) == expected
