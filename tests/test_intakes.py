"""An admission in the making: nothing typed is lost, nothing is admitted by half."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone
from django.utils.formats import date_format

from anchored.accounts.refusals import NotNow, NotPermitted, SomeoneWasFirst
from anchored.accounts.roles import Role
from anchored.ground.dates import today
from patients.actions import admissions, episodes, intakes, referrals
from patients.intake import BY_KEY, Progress
from patients.models import Admission, Assessment, DischargeReason, Intake, IntakeAnswer, Patient, SafetyFlag
from tests.checking import everything, what_is_wrong
from tests.making import make_admitted, make_clinician, make_patient, make_user, open_stay, program

pytestmark = pytest.mark.django_db

SAFE = dict.fromkeys(("suicide", "overdose", "withdrawal", "medical", "violence"), "no")
ROSA = {"given_name": "Rosa", "family_name": "Alvarez", "phone": "555 0142", "birth_date": "4 Mar 1991", "sex": "2"}
RATED = {f"rating_{number}": "1" for number in range(1, 7)}


@pytest.fixture
def clinician():
    return make_clinician(given_name="Sara", family_name="Lindqvist")


@pytest.fixture
def intake(clinician):
    return intakes.start(make_patient(by=clinician), by=clinician)


def answer(intake, step, by, **typed):
    """Type into a step and complete it."""
    saved = intakes.keep(intake, BY_KEY[step], typed=typed, shown={}, by=by)
    assert saved.clash == {}
    return intakes.complete(intake, BY_KEY[step], by=by)


def ready_to_admit(intake, by, **level):
    answer(intake, "safety", by, **SAFE)
    answer(intake, "identity", by, **ROSA)
    answer(intake, "dimensions", by, **RATED)
    answer(intake, "level", by, program=str(program("IOP Evening").pk), on=today().isoformat(), primary=str(by.pk), **level)
    return intake


def held(intake, step, name):
    return Progress.of(Intake.objects.get(pk=intake.pk)).value(step, name)


def ready(intake, step, name):
    known = Progress.of(intake).ready[step, name]
    return known.value, known.source


class TestBeginning:
    def test_it_begins_once_and_goes_on_from_there(self, clinician):
        patient = make_patient(by=clinician)

        first, again = intakes.start(patient, by=clinician), intakes.start(patient, by=make_clinician())

        assert first == again == Intake.objects.get()

    def test_nobody_in_care_is_admitted_again(self, clinician):
        with pytest.raises(SomeoneWasFirst, match="in care already"):
            intakes.start(make_admitted(clinician), by=clinician)

    def test_a_prescriber_does_not_begin_one(self):
        with pytest.raises(NotPermitted):
            intakes.start(make_patient(), by=make_user(Role.PRESCRIBER))

    def test_the_staff_of_its_program_may_go_on(self, clinician):
        colleague, stranger = make_clinician(works_in=["PHP"]), make_clinician(works_in=["IOP Day"])
        patient = make_patient(by=clinician)

        begun = intakes.start(patient, by=clinician, program=program("PHP"))

        assert patient in Patient.objects.visible_to(colleague)
        assert patient not in Patient.objects.visible_to(stranger)
        intakes.end(begun, because="Moved away.", by=clinician)
        assert patient not in Patient.objects.visible_to(colleague)

    def test_the_program_it_began_for_is_not_asked_again(self, clinician):
        called, other, undecided = (make_patient(by=clinician) for _ in range(3))
        for patient in (called, other):
            referrals.receive(patient, by=clinician, program=program("PHP"))

        as_asked = intakes.start(called, by=clinician)
        chosen = intakes.start(other, by=clinician, program=program("IOP Day"))
        day = date_format(today())

        assert ready(as_asked, "level", "program") == (str(program("PHP").pk), f"From the call of {day}")
        assert ready(chosen, "level", "program") == (str(program("IOP Day").pk), f"Chosen as the admission began, {day}")
        assert ("level", "program") not in Progress.of(intakes.start(undecided, by=clinician)).ready


class TestKeeping:
    def test_what_is_typed_is_kept_as_it_is_also_when_it_is_not_right_yet(self, intake, clinician):
        intakes.keep(intake, BY_KEY["identity"], typed={"birth_date": "41 Mar", "phone": "5"}, shown={}, by=clinician)

        assert (held(intake, "identity", "birth_date"), held(intake, "identity", "phone")) == ("41 Mar", "5")
        with pytest.raises(NotNow, match="not complete"):
            intakes.complete(intake, BY_KEY["identity"], by=clinician)

    def test_two_people_in_one_step_keep_both_answers(self, intake, clinician):
        other = make_clinician()
        intakes.keep(intake, BY_KEY["identity"], typed={"phone": "555 0142"}, shown={"phone": ""}, by=clinician)

        saved = intakes.keep(intake, BY_KEY["identity"], typed={"phone": "", "city": "Salem"}, shown={"phone": "", "city": ""}, by=other)

        assert (saved.kept, saved.clash) == (["city"], {})
        assert (held(intake, "identity", "phone"), held(intake, "identity", "city")) == ("555 0142", "Salem")

    def test_the_same_field_is_not_overwritten_until_somebody_says_so(self, intake, clinician):
        other = make_clinician()
        intakes.keep(intake, BY_KEY["identity"], typed={"phone": "555 0142"}, shown={"phone": ""}, by=clinician)
        mine = {"typed": {"phone": "555 0199"}, "shown": {"phone": ""}, "by": other}

        refused = intakes.keep(intake, BY_KEY["identity"], **mine)
        before = held(intake, "identity", "phone")
        chosen = intakes.keep(intake, BY_KEY["identity"], **mine, mine=["phone"])

        assert refused.kept == []
        assert refused.clash["phone"].saved_by == clinician
        assert (before, chosen.kept, held(intake, "identity", "phone")) == ("555 0142", ["phone"], "555 0199")

    def test_what_no_record_can_hold_is_refused_with_its_place(self, intake, clinician):
        before = everything("patients.IntakeAnswer")

        with pytest.raises(NotNow, match="Remove the character at position 2"):
            intakes.keep(intake, BY_KEY["reason"], typed={"why_now": "a\x07b", "days_waiting": "3"}, shown={}, by=clinician)

        assert everything("patients.IntakeAnswer") == before

    def test_the_front_desk_answers_no_clinical_step(self, intake):
        desk = make_user(Role.FRONT_DESK)

        intakes.keep(intake, BY_KEY["identity"], typed={"city": "Salem"}, shown={}, by=desk)

        for step in ("safety", "substances", "dimensions", "level"):
            with pytest.raises(NotPermitted):
                intakes.keep(intake, BY_KEY[step], typed={}, shown={}, by=desk)

    def test_the_dimensions_wait_for_the_safety_questions(self, intake, clinician):
        with pytest.raises(NotNow, match="Complete “Safety questions” first"):
            intakes.keep(intake, BY_KEY["dimensions"], typed=RATED, shown={}, by=clinician)

    def test_a_yes_to_a_safety_question_raises_its_flag_at_once_and_once(self, intake, clinician):
        answer(intake, "safety", clinician, **SAFE | {"overdose": "yes", "overdose_note": "In May, revived."})
        answer(intake, "safety", clinician, suicide="yes")

        raised = {flag.kind: flag.note for flag in SafetyFlag.objects.filter(patient=intake.patient, ended_on=None)}
        assert raised == {"overdose": "In May, revived.", "self_harm": ""}


class TestAdmitting:
    def test_everything_answered_becomes_the_record(self, intake, clinician):
        answer(intake, "reason", clinician, why_now="The job is at stake.", referral_source="1", days_waiting="4")
        answer(intake, "funding", clinician, health_insurance="1", insurance_note="Member 0042")
        answer(intake, "substances", clinician, substance_1="2", route_1="1", frequency_1="3", first_use_age_1="17", prior_episodes="2")
        answer(intake, "life", clinician, employment="1", living_arrangement="3")
        ready_to_admit(intake, clinician)

        episode = intakes.admit(intake, by=clinician)

        patient, admission = Patient.objects.get(pk=intake.patient_id), Admission.objects.get(episode=episode)
        assert (patient.given_name, patient.phone, patient.sex, patient.employment) == ("Rosa", "555 0142", "2", "1")
        assert (admission.why_now, admission.days_waiting, admission.health_insurance) == ("The job is at stake.", 4, "1")
        assert (admission.employment, admission.insurance_note) == ("1", "Member 0042")
        assert [(use.substance, use.first_use_age) for use in admission.substances.all()] == [("2", 17)]
        assert episode.stays.get().program.name == "IOP Evening"
        rating = Assessment.objects.get(episode=episode)
        assert rating.is_sealed
        assert rating.ratings() == ["1"] * 6
        assert rating.chosen == program("IOP Evening").level
        closed = Intake.objects.get()
        assert (closed.outcome, closed.episode, closed.closed_by) == ("admitted", episode, clinician)
        assert what_is_wrong() == []

    def test_each_gap_is_named_and_nothing_is_admitted(self, intake, clinician):
        before = everything("patients.Episode", "patients.Patient")

        with pytest.raises(NotNow) as refusal:
            intakes.admit(intake, by=clinician)

        assert refusal.value.messages == [
            "Complete “Safety questions”", "Complete “Contact and identity”", "Complete “Level of care and start”",
        ]  # fmt: skip
        assert everything("patients.Episode", "patients.Patient") == before

    def test_an_answer_that_went_wrong_after_its_step_was_completed_is_a_gap(self, intake, clinician):
        ready_to_admit(intake, clinician)
        intakes.keep(intake, BY_KEY["identity"], typed={"birth_date": "41 Mar"}, shown={}, by=clinician)

        with pytest.raises(NotNow, match="was changed since and is not right any more"):
            intakes.admit(intake, by=clinician)

    def test_another_level_than_recommended_needs_its_why(self, intake, clinician):
        ready_to_admit(intake, clinician)
        other = program("Residential").level
        intakes.keep(intake, BY_KEY["dimensions"], typed={"recommended": str(other.pk)}, shown={}, by=clinician)

        with pytest.raises(NotNow, match="Choose why the level recommended and the level chosen differ"):
            intakes.admit(intake, by=clinician)
        intakes.keep(intake, BY_KEY["level"], typed={"difference": "patient_preference"}, shown={}, by=clinician)

        assert Assessment.objects.filter(episode=intakes.admit(intake, by=clinician), recommended=other).exists()

    def test_it_is_admitted_once_and_the_second_is_told_by_whom(self, intake, clinician):
        ready_to_admit(intake, clinician)
        intakes.admit(intake, by=clinician)

        with pytest.raises(SomeoneWasFirst, match="S. Lindqvist admitted this patient just now"):
            intakes.admit(intake, by=make_clinician())
        with pytest.raises(SomeoneWasFirst):
            intakes.keep(intake, BY_KEY["identity"], typed={"city": "Salem"}, shown={}, by=clinician)

    def test_the_short_form_closes_it_too(self, intake, clinician):
        episode = admissions.admit(intake.patient, program=program("PHP"), on=today(), by=clinician)

        assert Intake.objects.get().episode == episode

    def test_the_front_desk_admits_nobody(self, intake, clinician):
        ready_to_admit(intake, clinician)

        with pytest.raises(NotPermitted):
            intakes.admit(intake, by=make_user(Role.FRONT_DESK))


class TestAgain:
    def test_what_is_known_from_last_time_stands_ready_and_says_from_when(self, clinician):
        came, patient = today() - timedelta(days=60), make_patient(by=clinician, city="Salem")
        make_admitted(clinician, patient=patient, on=came, payment_source="1", substances=[{"substance": "5"}], arrests_30d=2)
        episodes.discharge(open_stay(patient), on=today() - timedelta(days=5), reason=DischargeReason.objects.first(), by=clinician)

        progress = Progress.of(intakes.start(patient, by=clinician))

        assert progress.value("identity", "city") == "Salem"
        assert progress.value("funding", "payment_source") == "1"
        assert progress.value("substances", "substance_1") == "5"
        assert progress.value("substances", "arrests_30d") == ""
        assert progress.ready["funding", "payment_source"].source.startswith("From the admission of ")
        assert IntakeAnswer.objects.count() == 0

    @pytest.mark.parametrize(
        ("told", "by_rank"),
        [
            ("", {1: ("5", "4", "19"), 2: ("3", "2", "")}),
            ("5", {1: ("5", "4", "19"), 2: ("3", "2", "")}),
            ("3", {1: ("3", "2", ""), 2: ("5", "4", "19")}),
            ("2", {1: ("2", "", ""), 2: ("5", "4", "19"), 3: ("3", "2", "")}),
        ],
    )
    def test_a_route_and_an_age_stay_with_their_substance_when_the_call_tells_of_another(self, clinician, told, by_rank):
        heroin, cocaine = {"substance": "5", "route": "4", "first_use_age": 19}, {"substance": "3", "route": "2"}
        patient = left(clinician, substances=[heroin, cocaine])
        referrals.receive(patient, by=clinician, substance=told)

        progress = Progress.of(intakes.start(patient, by=clinician))

        parts = ("substance", "route", "first_use_age")
        held = {rank: tuple(progress.value("substances", f"{part}_{rank}") for part in parts) for rank in (1, 2, 3)}
        assert {rank: use for rank, use in held.items() if any(use)} == by_rank

    def test_what_was_known_before_the_call_is_not_said_to_come_from_it(self, clinician):
        with time_machine.travel(timezone.now() - timedelta(days=90)):
            known = make_patient(by=clinician, city="Salem")
        new = make_patient(by=clinician, city="Boston")
        for patient in (known, new):
            referrals.receive(patient, by=clinician, why_now="The job.")
        called = f"From the call of {date_format(today())}"

        of_known, of_new = (intakes.start(patient, by=clinician) for patient in (known, new))

        assert (ready(of_known, "identity", "city"), ready(of_known, "reason", "why_now")[1]) == (("Salem", "From the record"), called)
        assert ready(of_new, "identity", "city") == ("Boston", called)


def left(clinician, **items):
    """Somebody who was here for two months and left some days ago."""
    patient = make_patient(by=clinician)
    make_admitted(clinician, patient=patient, on=today() - timedelta(days=60), **items)
    episodes.discharge(open_stay(patient), on=today() - timedelta(days=5), reason=DischargeReason.objects.first(), by=clinician)
    return patient
