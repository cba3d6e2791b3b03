"""Into care: episode, first stay, admission record and primary clinician, all or nothing."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction

from anchored.accounts.models import User
from anchored.accounts.refusals import NotNow, NotPermitted, SomeoneWasFirst
from anchored.accounts.roles import Role
from anchored.audit.models import TrailEntry
from anchored.ground.dates import today
from patients.actions import admissions, episodes
from patients.models import Admission, CareTeamMember, DischargeReason, Episode, Program, Stay

from .checking import everything, what_is_wrong
from .making import make_admitted, make_clinician, make_patient, make_user, open_stay, program

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def clinician():
    return make_clinician()


@pytest.fixture
def patient(clinician):
    return make_patient(by=clinician, living_arrangement="1", education="12")


def admit(patient, by, **facts):
    return admissions.admit(patient, by=by, **{"program": program("Residential detox"), "on": today(), **facts})


class TestAdmitting:
    def test_it_opens_an_episode_with_its_first_stay(self, patient, clinician):
        episode = admit(patient, clinician, on=today() - 3 * DAY, primary=clinician)

        stay = episode.stays.get()
        assert (stay.started_on, stay.counts_from, stay.ended_on) == (today() - 3 * DAY, today() - 3 * DAY, None)
        assert (stay.program, stay.basis.code, stay.opened_by) == (program("Residential detox"), "admission", clinician)
        assert episode.team.get().user == clinician
        assert what_is_wrong() == []

    def test_it_is_recorded_with_where_and_when(self, patient, clinician):
        admit(patient, clinician, on=today() - DAY)

        row = TrailEntry.objects.get(event="patient.admitted")
        assert (row.patient_id, row.actor) == (patient.pk, clinician)
        assert row.facts == {"program": program("Residential detox").pk, "on": (today() - DAY).isoformat(), "backdated": True}

    def test_the_admission_keeps_how_the_person_lived_that_day(self, patient, clinician):
        episode = admit(patient, clinician, education="8", days_waiting=0)
        patient.education = "14"
        patient.save()

        admission = Admission.objects.get(episode=episode)
        assert (admission.living_arrangement, admission.education, admission.days_waiting) == ("1", "8", 0)

    def test_up_to_three_substances_are_kept_in_their_order(self, patient, clinician):
        uses = [
            {"substance": "2", "route": "1", "frequency": "5", "first_use_age": 15},
            {"substance": "4"},
            {"substance": "5", "first_use_age": 0},
        ]

        episode = admit(patient, clinician, substances=uses)

        rows = episode.admission.substances.all()
        assert [(row.rank, row.substance, row.first_use_age) for row in rows] == [(1, "2", 15), (2, "4", None), (3, "5", 0)]

    def test_nobody_needs_to_be_the_primary_clinician_yet(self, patient, clinician):
        assert not admit(patient, clinician).team.exists()

    def test_a_program_without_a_limit_takes_everybody(self, clinician):
        for _ in range(3):
            make_admitted(clinician, to="Outpatient")

        assert Stay.objects.open().filter(program__name="Outpatient").count() == 3

    def test_somebody_comes_back_on_the_day_they_left(self, clinician):
        patient = make_admitted(clinician)
        episodes.discharge(open_stay(patient), on=today(), reason=DischargeReason.objects.first(), by=clinician)

        again = admit(patient, clinician)

        assert patient.episodes.count() == 2
        assert again.stays.get().previous is None
        assert what_is_wrong() == []


class TestRefusals:
    @pytest.mark.parametrize("role", [Role.PRESCRIBER, Role.FRONT_DESK, Role.PRIVACY_OFFICER, Role.ADMINISTRATOR])
    def test_other_roles_admit_nobody(self, patient, role):
        with pytest.raises(NotPermitted, match="admit a patient"):
            admit(patient, make_user(role))

    def test_not_in_the_future(self, patient, clinician):
        with pytest.raises(NotNow, match="must not be in the future"):
            admit(patient, clinician, on=today() + DAY)

    def test_not_before_birth(self, patient, clinician):
        with pytest.raises(NotNow, match="before the date of birth"):
            admit(patient, clinician, on=date(1991, 3, 3))

    def test_not_while_in_care(self, clinician):
        patient = make_admitted(clinician)

        with pytest.raises(SomeoneWasFirst, match="in care already, since"):
            admit(patient, clinician, on=today() - 30 * DAY)

    def test_not_before_the_last_discharge(self, clinician):
        patient = make_admitted(clinician)
        episodes.discharge(open_stay(patient), on=today() - DAY, reason=DischargeReason.objects.first(), by=clinician)

        with pytest.raises(NotNow, match="the last discharge"):
            admit(patient, clinician, on=today() - 2 * DAY)

    def test_not_into_a_full_program(self, patient, clinician):
        make_admitted(clinician)
        Program.objects.filter(name="Residential detox").update(capacity=1)

        with pytest.raises(NotNow, match="Residential detox is full .1 of 1.. Choose another or the waitlist."):
            admit(patient, clinician)

    @pytest.mark.parametrize("days", [{"started_on": today() + DAY}, {"ended_on": today()}])
    def test_not_into_a_program_that_does_not_run(self, patient, clinician, days):
        Program.objects.filter(name="Residential detox").update(**days)

        with pytest.raises(NotNow, match="does not run on"):
            admit(patient, clinician)

    @pytest.mark.parametrize("who", ["front desk", "disabled"])
    def test_nobody_is_cared_for_by_somebody_who_does_not_care_for_patients(self, patient, clinician, who):
        person = make_user(Role.FRONT_DESK) if who == "front desk" else make_clinician()
        if who == "disabled":
            User.objects.filter(pk=person.pk).update(is_active=False)

        with pytest.raises(NotNow, match="does not care for patients"):
            admit(patient, clinician, primary=User.objects.get(pk=person.pk))

    @pytest.mark.parametrize(
        "wrong",
        [
            {"referral_source": "99"},
            {"days_waiting": 997},
            {"days_waiting": -1},
            {"arrests_30d": 96},
            {"substances": [{"substance": "999"}]},
            {"substances": [{"substance": "2", "first_use_age": 96}]},
            {"substances": [{"substance": "2"}] * 4},
        ],
        ids=str,
    )
    def test_one_wrong_answer_admits_nobody(self, patient, clinician, wrong):
        before = everything()

        with pytest.raises(ValidationError), transaction.atomic():
            admit(patient, clinician, primary=clinician, **wrong)

        assert everything() == before

    def test_a_refusal_leaves_nothing(self, clinician):
        patient = make_admitted(clinician)
        before = everything()

        with pytest.raises(SomeoneWasFirst):
            admit(patient, clinician, primary=clinician)

        assert everything() == before
        assert (Episode.objects.count(), CareTeamMember.objects.count()) == (1, 1)
