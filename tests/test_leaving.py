"""What goes along when somebody leaves: the continuing-care plan made with them, the discharge summary drawn from the record."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction

from anchored.accounts.refusals import NotNow, NotPermitted, SomeoneWasFirst
from anchored.accounts.roles import Role
from anchored.ground.dates import today
from anchored.signing import signatures
from patients import queries
from patients.actions import episodes
from patients.models import DischargeReason, ProgramRule
from treatment_plans import leaving
from treatment_plans.actions import in_error
from treatment_plans.actions import leaving as actions
from treatment_plans.models import ContinuingCare, DischargeSummary, Objective

from .leaving import PART, TYPED, make_continuing_care, make_summary
from .making import afresh, make_admitted, make_clinician, make_diagnosis, make_supervisor, make_user, open_stay
from .noting import make_note
from .planning import make_plan, sign
from .preventing import make_prevention

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def clinician():
    return make_clinician(works_in=["IOP Day"])


@pytest.fixture
def supervisor(clinician):
    return make_supervisor(works_in=["IOP Day"], supervises=[clinician])


@pytest.fixture
def patient(clinician):
    return make_admitted(clinician, to="IOP Day")


def discharged(patient, by):
    episodes.discharge(open_stay(patient), on=today(), reason=DischargeReason.objects.first(), by=by)
    return patient.episodes.first()


def part(drawn, heading):
    return next((part["lines"] for part in drawn if part["heading"] == heading), [])


class TestContinuingCare:
    def test_it_begins_with_the_way_back_and_what_helps_in_a_crisis(self, patient, clinician):
        plan = actions.begin_continuing_care(patient.episodes.get(), by=clinician)
        assert "come back" in plan.way_back
        assert "988" in plan.crisis

    def test_two_who_begin_it_have_the_same_one(self, patient, clinician, supervisor):
        episode = patient.episodes.get()
        assert actions.begin_continuing_care(episode, by=clinician) == actions.begin_continuing_care(episode, by=supervisor)
        assert ContinuingCare.objects.count() == 1

    def test_signed_it_takes_the_relapse_prevention_plan_along(self, patient, clinician):
        entries = make_prevention(patient, by=clinician)
        plan = make_continuing_care(patient, by=clinician)

        assert plan.is_intact()
        said = [line for each in plan.drawn for line in each["lines"]]
        assert all(any(entry.text in line for line in said) for entry in entries)
        assert [signature.signed_by for signature in signatures.of(plan)] == [clinician]

    def test_places_left_empty_are_no_appointments(self, patient, clinician):
        empty = {"what": "", "with_whom": "", "on": "", "at": "", "where": ""}
        plan = make_continuing_care(patient, by=clinician, appointments=[{**empty, "what": "Dentist", "on": "2026-12-03"}, empty])
        assert [leaving.appointment_words(each) for each in plan.appointments] == ["Dentist, 03 Dec 2026"]

    @pytest.mark.parametrize(
        ("facts", "names"),
        [
            ({"part": ""}, "part"),
            ({"crisis": ""}, "crisis"),
            ({"signer_name": ""}, "signer_name"),
            ({"part": "disagrees"}, "part_words"),
            ({"part": "unable", "signer_name": ""}, "part_words"),
        ],
    )
    def test_what_is_missing_is_named(self, patient, clinician, facts, names):
        plan = make_continuing_care(patient, by=clinician, signed=False, **facts)
        with pytest.raises(NotNow) as refused:
            actions.sign_continuing_care(plan, by=clinician)
        assert set(refused.value.error_dict) == {names}
        assert not ContinuingCare.objects.get().is_sealed

    def test_it_is_written_anew_without_what_the_patient_said_of_the_last(self, patient, clinician):
        first = make_continuing_care(patient, by=clinician, supports="Her sister.")
        second = actions.begin_continuing_care(patient.episodes.get(), by=clinician)
        assert (second.supports, second.part, second.signer_name) == ("Her sister.", "", "")
        assert first.pk != second.pk

    def test_signed_it_stays(self, patient, clinician):
        plan = make_continuing_care(patient, by=clinician)
        with pytest.raises(DatabaseError, match="This document is signed"), transaction.atomic():
            ContinuingCare.objects.update(supports="Nobody.")
        with pytest.raises(SomeoneWasFirst):
            actions.write(plan, by=clinician, supports="Nobody.")

    def test_by_who_writes_plans(self, patient):
        with pytest.raises(NotPermitted):
            actions.begin_continuing_care(patient.episodes.get(), by=make_user(Role.PRESCRIBER))


class TestDischargeSummary:
    def test_it_is_drawn_from_the_record(self, patient, clinician):
        plan = sign(make_plan(patient, by=clinician), by=clinician)
        root = Objective.objects.of(plan).get().root
        make_note(patient, by=clinician, **{f"standing_{root}": "met", f"words_{root}": "Four weeks in a row."})
        make_diagnosis(patient, by=clinician)
        make_continuing_care(patient, by=clinician)
        episode = discharged(patient, clinician)

        drawn = leaving.of_summary(episode)

        assert part(drawn, "In care")[0].startswith("Admitted ")
        assert any(line.startswith("Discharged ") for line in part(drawn, "In care"))
        assert part(drawn, "Where")[0].startswith("IOP Day, level 2.1, from ")
        assert part(drawn, "Objectives of the last plan") == ["1.1 Plan 3 evenings a week: met. Four weeks in a row."]
        assert part(drawn, "Services delivered") == ["Individual therapy: 1, 0 h 50 min"]
        assert len(part(drawn, "Diagnoses")) == 1
        assert part(drawn, "Continuing care") == ["Outpatient group, Ana Novak, 17:30, 12 Harbour St, 555 0100"]

    def test_a_note_entered_in_error_is_not_in_it(self, patient, clinician, supervisor):
        plan = sign(make_plan(patient, by=clinician), by=clinician)
        root = Objective.objects.of(plan).get().root
        note = make_note(patient, by=clinician, **{f"standing_{root}": "met"})
        in_error.say(note, because="Another patient's.", by=clinician)
        in_error.strike(note, by=supervisor)

        drawn = leaving.of_summary(patient.episodes.get())

        assert part(drawn, "Services delivered") == []
        assert part(drawn, "Objectives of the last plan") == ["1.1 Plan 3 evenings a week: no note speaks of it"]

    def test_signed_with_what_was_read(self, patient, clinician):
        summary = make_summary(patient, by=clinician)
        assert summary.is_intact()
        assert summary.drawn == leaving.of_summary(summary.episode)
        assert summary.discharge == leaving.discharge_of(summary.episode)

    def test_not_when_the_record_says_something_else_by_now(self, patient, clinician):
        episode = discharged(patient, clinician)
        summary = make_summary(patient, by=clinician, signed=False)
        shown = leaving.of_summary(episode)
        make_note(patient, by=clinician, ago=timedelta(days=2))
        with pytest.raises(SomeoneWasFirst, match="Read it once more"):
            actions.sign_summary(summary, by=clinician, drawn=shown)

    def test_begun_before_the_discharge_and_signed_after_it(self, patient, clinician):
        summary = make_summary(patient, by=clinician, signed=False)
        with pytest.raises(NotNow, match="after the discharge"):
            actions.sign_summary(summary, by=clinician, drawn=leaving.of_summary(summary.episode))
        episode = discharged(patient, clinician)
        assert actions.sign_summary(summary, by=clinician, drawn=leaving.of_summary(episode)).is_sealed

    @pytest.mark.parametrize("name", [*TYPED, "last_contact_on"])
    def test_what_is_missing_is_named(self, patient, clinician, name):
        discharged(patient, clinician)
        summary = make_summary(patient, by=clinician, signed=False, **{name: None if name == "last_contact_on" else ""})
        with pytest.raises(NotNow) as refused:
            actions.sign_summary(summary, by=clinician, drawn=leaving.of_summary(summary.episode))
        assert set(refused.value.error_dict) == {name}

    def test_one_for_a_discharge_then_addenda(self, patient, clinician):
        summary = make_summary(patient, by=clinician)
        with pytest.raises(SomeoneWasFirst, match="addendum"):
            actions.begin_summary(summary.episode, by=clinician)
        signatures.add(summary, text="The court wrote.", by=clinician)
        assert [each.number for each in signatures.addenda_of(summary)] == [1]

    def test_another_after_the_discharge_was_undone(self, patient, clinician, supervisor):
        first = make_summary(patient, by=clinician)
        episodes.undo_discharge(first.discharge, because="She came back the next day.", by=supervisor)
        second = make_summary(afresh(patient), by=clinician)
        assert first.discharge != second.discharge
        assert DischargeSummary.objects.count() == 2


class TestOwing:
    def owed(self, clinician):
        return leaving.owed(leaving.with_last_program(leaving.posts_owing(clinician)), {rule.pk: rule for rule in queries.rules()})

    def test_the_primary_clinician_owes_it_within_the_days_of_the_rule(self, patient, clinician):
        assert self.owed(clinician) == []
        discharged(patient, clinician)
        (owed,) = self.owed(clinician)
        assert (owed.patient, owed.due_on, owed.is_overdue) == (patient, today() + 15 * DAY, False)

    def test_until_it_is_signed(self, patient, clinician):
        discharged(patient, clinician)
        make_summary(patient, by=clinician)
        assert self.owed(clinician) == []

    def test_nobody_else_owes_it(self, patient, clinician, supervisor):
        discharged(patient, clinician)
        assert self.owed(supervisor) == []

    def test_without_a_rule_it_is_open_without_a_day(self, patient, clinician):
        ProgramRule.objects.update(discharge_summary_days=None)
        queries.all_rules.forget()
        discharged(patient, clinician)
        assert [each.due_on for each in self.owed(clinician)] == [None]


def test_nothing_of_one_is_in_another(clinician):
    one, other = make_admitted(clinician, to="IOP Day"), make_admitted(clinician, to="IOP Day")
    make_note(other, by=clinician)
    assert part(leaving.of_summary(one.episodes.get()), "Services delivered") == []
    assert PART["signer_name"] not in str(leaving.of_summary(one.episodes.get()))
