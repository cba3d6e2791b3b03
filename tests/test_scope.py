"""Whose charts somebody may know of: each relation opens them alone, and its end closes them."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
import time_machine
from django.utils import timezone

from anchored.accounts.models import Supervision
from anchored.accounts.roles import Role
from anchored.ground.dates import today
from patients import queries
from patients.actions import episodes, privacy, team
from patients.doors import opened
from patients.models import DischargeReason, InCare, Patient, ProgramStaff

from .making import afresh, basis, made_once, make_admitted, make_clinician, make_patient, make_supervisor, make_user, open_stay, program

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
WHY = "Ready for the next level."


def sees(user, patient):
    return Patient.objects.visible_to(user).filter(pk=patient.pk).exists()


def in_days(number):
    """Noon, so many days from now."""
    return time_machine.travel(timezone.localtime().replace(hour=12) + number * DAY, tick=False)


def move(patient, to, by):
    return episodes.move(open_stay(patient), to=program(to), on=today(), basis=basis(), reason=WHY, by=by)


def discharge(patient, by, on=None):
    return episodes.discharge(open_stay(patient), on=on or today(), reason=DischargeReason.objects.first(), by=by)


@made_once
def all_three():
    """A patient in Residential detox, with a primary clinician who has no other relation, and a supervisor who has none."""
    supervisor, primary = make_supervisor(), make_clinician()
    return SimpleNamespace(supervisor=supervisor, primary=primary, patient=make_admitted(supervisor, primary=primary))


@pytest.fixture
def supervisor(all_three, db):
    return afresh(all_three.supervisor)


@pytest.fixture
def patient(all_three, db):
    return afresh(all_three.patient)


@pytest.fixture
def primary(all_three, db):
    return afresh(all_three.primary)


class TestNobodyElse:
    @pytest.mark.parametrize("role", list(Role))
    def test_a_role_alone_opens_nothing(self, patient, role):
        assert not sees(make_user(role), patient)

    def test_whoever_admitted_somebody_has_no_relation_from_it(self, patient, supervisor):
        assert not sees(supervisor, patient)

    def test_one_patient_opens_no_other(self, primary):
        other = make_admitted()

        assert not sees(primary, other)
        assert Patient.objects.visible_to(primary).count() == 1

    def test_several_relations_show_a_patient_once(self, patient, primary, supervisor):
        ProgramStaff.objects.create(program=program("Residential detox"), user=primary)
        team.add_member(open_stay(patient).episode, to=primary, part="case_manager", by=supervisor)

        assert list(Patient.objects.visible_to(primary)) == [patient]


class TestTheCareTeam:
    @pytest.mark.parametrize("part", ["covering", "prescriber", "case_manager"])
    def test_every_part_opens_the_chart_until_it_ends(self, patient, supervisor, part):
        person = make_clinician()
        member = team.add_member(open_stay(patient).episode, to=person, part=part, by=supervisor)
        assert sees(person, patient)

        team.end_member(member, by=supervisor)

        assert not sees(person, patient)

    def test_a_reassigned_patient_is_the_new_clinicians_only(self, patient, primary, supervisor):
        other = make_clinician()

        team.reassign(open_stay(patient).episode, to=other, by=supervisor)

        assert sees(other, patient)
        assert not sees(primary, patient)


class TestSupervisors:
    def test_they_see_whom_their_clinicians_care_for(self, patient, primary):
        assert sees(make_supervisor(supervises=[primary]), patient)

    def test_one_level_up_and_no_further(self, patient, primary):
        middle = make_supervisor(supervises=[primary])

        assert not sees(make_supervisor(supervises=[middle]), patient)

    def test_the_supervised_do_not_see_their_supervisors_patients(self, supervisor):
        patient = make_admitted(supervisor, primary=supervisor)
        supervised = make_clinician()
        Supervision.objects.create(supervisor=supervisor, clinician=supervised)

        assert not sees(supervised, patient)

    @pytest.mark.parametrize(("starts", "ends", "opens"), [(0, None, True), (1, None, False), (-9, 0, False), (-9, 1, True)])
    def test_from_its_first_day_until_its_last(self, patient, primary, supervisor, starts, ends, opens):
        until = None if ends is None else today() + ends * DAY
        Supervision.objects.create(supervisor=supervisor, clinician=primary, started_on=today() + starts * DAY, ended_on=until)

        assert sees(supervisor, patient) is opens


class TestProgramStaff:
    def test_they_see_whom_their_program_has_now(self, patient, supervisor):
        detox, iop = make_clinician(works_in=["Residential detox"]), make_clinician(works_in=["IOP Evening"])
        assert (sees(detox, patient), sees(iop, patient)) == (True, False)

        move(patient, "IOP Evening", supervisor)

        assert (sees(detox, patient), sees(iop, patient)) == (False, True)

    def test_an_undone_move_gives_the_patient_back(self, patient, supervisor):
        detox, iop = make_clinician(works_in=["Residential detox"]), make_clinician(works_in=["IOP Evening"])

        episodes.undo_move(move(patient, "IOP Evening", supervisor), by=supervisor)

        assert (sees(detox, patient), sees(iop, patient)) == (True, False)

    @pytest.mark.parametrize(("starts", "ends", "opens"), [(0, None, True), (1, None, False), (-9, 0, False), (-9, 1, True)])
    def test_from_the_first_day_of_the_post_until_its_last(self, patient, starts, ends, opens):
        person, until = make_clinician(), None if ends is None else today() + ends * DAY
        ProgramStaff.objects.create(program=program("Residential detox"), user=person, started_on=today() + starts * DAY, ended_on=until)

        assert sees(person, patient) is opens


class TestRegistering:
    def test_whoever_registered_somebody_sees_them_for_the_days_of_intake(self, settings):
        front_desk = make_user(Role.FRONT_DESK)
        patient = make_patient(by=front_desk)
        assert sees(front_desk, patient)
        assert not sees(make_user(Role.FRONT_DESK), patient)

        with time_machine.travel(patient.registered_at + settings.INTAKE_DAYS * DAY - timedelta(minutes=1)):
            assert sees(front_desk, patient)
        with time_machine.travel(patient.registered_at + (settings.INTAKE_DAYS + 1) * DAY):
            assert not sees(front_desk, patient)

    def test_until_the_admission(self, supervisor):
        front_desk = make_user(Role.FRONT_DESK)
        patient = make_patient(by=front_desk)

        make_admitted(supervisor, patient=patient)

        assert not sees(front_desk, patient)


class TestAfterADischarge:
    @pytest.fixture
    def everybody(self, primary):
        return [primary, make_supervisor(supervises=[primary]), make_clinician(works_in=["Residential detox"])]

    def test_the_last_relations_hold_for_as_long_as_the_work_that_follows(self, patient, everybody, supervisor, settings):
        discharge(patient, supervisor)

        with in_days(settings.CHART_DAYS_AFTER_DISCHARGE):
            assert [sees(person, patient) for person in everybody] == [True, True, True]
        with in_days(settings.CHART_DAYS_AFTER_DISCHARGE + 1):
            assert [sees(person, patient) for person in everybody] == [False, False, False]

    def test_a_backdated_discharge_leaves_the_chart_to_whoever_took_over_since(self, patient, supervisor):
        other = make_clinician()
        team.reassign(open_stay(patient).episode, to=other, by=supervisor)

        discharge(patient, supervisor, on=today() - 2 * DAY)

        assert sees(other, patient)

    def test_who_was_relieved_on_the_day_of_the_discharge_is_out(self, patient, primary, supervisor):
        team.reassign(open_stay(patient).episode, to=make_clinician(), by=supervisor)
        discharge(patient, supervisor)

        assert not sees(primary, patient)

    def test_a_program_left_on_the_day_of_the_discharge_is_out(self, patient, supervisor):
        detox, iop = make_clinician(works_in=["Residential detox"]), make_clinician(works_in=["IOP Evening"])
        move(patient, "IOP Evening", supervisor)
        discharge(patient, supervisor)

        assert (sees(detox, patient), sees(iop, patient)) == (False, True)

    def test_a_post_that_ends_closes_the_chart_after_a_discharge_too(self, patient, supervisor):
        person = make_clinician(works_in=["Residential detox"])
        discharge(patient, supervisor)

        ProgramStaff.objects.filter(user=person).update(ended_on=today())

        assert not sees(person, patient)

    def test_an_undone_discharge_does_not_hold_a_later_end_open(self, patient, primary, supervisor):
        episodes.undo_discharge(discharge(patient, supervisor), because="Wrong person chosen.", by=supervisor)
        assert sees(primary, patient)

        team.reassign(open_stay(patient).episode, to=make_clinician(), by=supervisor)

        assert not sees(primary, patient)


class TestTheDoors:
    """Chart, list and search ask in their own ways, and let the same people in."""

    def test_they_agree(self, patient, primary, supervisor, settings):
        people = [
            primary,
            supervisor,
            make_supervisor(supervises=[primary]),
            make_clinician(works_in=["Residential detox"]),
            make_clinician(),
        ]
        patients = [patient, make_admitted(supervisor, to="PHP"), make_patient(by=supervisor), make_admitted(primary, to="IOP Day")]
        privacy.restrict(patients[3], by=make_user(Role.PRIVACY_OFFICER), named=[primary])
        discharge(patients[3], supervisor)

        for person in people:
            may = set(Patient.objects.visible_to(person))
            through_the_chart = {row for row in patients if opened(user=person.pk, patient=row.pk)}
            assert through_the_chart == may & set(patients)
            assert {row.patient_id for row in InCare.objects.visible_to(person)} == {row.pk for row in may if row.episodes.open().exists()}
            assert {row.pk for row in queries.find(person, "rosa")} == {row.pk for row in may}


class TestRestricted:
    @pytest.fixture
    def officer(self):
        return make_user(Role.PRIVACY_OFFICER)

    def test_only_the_named_with_a_relation_see_it(self, patient, primary, officer):
        in_program, stranger = make_clinician(works_in=["Residential detox"]), make_clinician()

        privacy.restrict(patient, by=officer, named=[primary, stranger])

        assert [sees(person, patient) for person in (primary, in_program, stranger, officer)] == [True, False, False, False]

    def test_who_is_named_no_more_is_out(self, patient, primary, officer):
        in_program = make_clinician(works_in=["Residential detox"])
        privacy.restrict(patient, by=officer, named=[primary])

        privacy.restrict(patient, by=officer, named=[in_program])

        assert (sees(primary, patient), sees(in_program, patient)) == (False, True)

    def test_lifting_it_opens_the_chart_to_everybody_with_a_relation(self, patient, primary, officer):
        in_program = make_clinician(works_in=["Residential detox"])
        privacy.restrict(patient, by=officer, named=[in_program])

        privacy.lift(patient, by=officer)

        assert (sees(primary, patient), sees(in_program, patient)) == (True, True)
