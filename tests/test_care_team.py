"""Who cares for a patient: one primary clinician at a time, others beside, and safety flags that everybody sees."""

from datetime import timedelta

import pytest

from anchored.accounts.models import User
from anchored.accounts.refusals import NotNow, NotPermitted, SomeoneWasFirst
from anchored.accounts.roles import Role
from anchored.audit.models import TrailEntry
from anchored.ground.dates import today
from patients.actions import episodes, flags, privacy, team
from patients.models import DischargeReason, NamedAccess, Patient, SafetyFlag

from .checking import everything, what_is_wrong
from .making import make_admitted, make_clinician, make_patient, make_supervisor, make_user, open_stay

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def supervisor():
    return make_supervisor()


@pytest.fixture
def episode():
    return open_stay(make_admitted()).episode


def primaries(episode):
    return [(post.user, post.started_on, post.ended_on) for post in episode.team.filter(part="primary").order_by("assigned_at")]


class TestReassigning:
    def test_one_ends_the_day_the_other_begins(self, episode, supervisor):
        before, after = episode.team.get().user, make_clinician()

        post = team.reassign(episode, to=after, by=supervisor, note="Call the sister on Monday.")

        assert primaries(episode) == [(before, today() - 10 * DAY, today()), (after, today(), None)]
        assert (post.handover_note, post.assigned_by) == ("Call the sister on Monday.", supervisor)
        assert what_is_wrong() == []

    def test_it_is_recorded_without_the_note(self, episode, supervisor):
        before, after = episode.team.get().user, make_clinician()

        team.reassign(episode, to=after, by=supervisor, note="Call the sister.")

        row = TrailEntry.objects.get(event="patient.reassigned")
        assert (row.patient_id, row.facts) == (episode.patient_id, {"came_from": before.pk, "to": after.pk})

    def test_an_unassigned_patient_gets_the_first_one(self, supervisor):
        patient = make_admitted(supervisor)
        episode = open_stay(patient).episode
        team.reassign(episode, to=make_clinician(), by=supervisor)
        other = make_clinician()

        team.reassign(episode, to=other, by=supervisor)

        assert primaries(episode)[-1] == (other, today(), None)

    def test_twice_on_one_day_leaves_a_post_without_a_day(self, episode, supervisor):
        for _ in range(2):
            team.reassign(episode, to=make_clinician(), by=supervisor)

        assert primaries(episode)[1][1:] == (today(), today())
        assert what_is_wrong() == []

    def test_not_to_the_same_person(self, episode, supervisor):
        with pytest.raises(NotNow, match="is the primary clinician already"):
            team.reassign(episode, to=episode.team.get().user, by=supervisor)

    @pytest.mark.parametrize("role", [Role.FRONT_DESK, Role.PRIVACY_OFFICER, Role.ADMINISTRATOR])
    def test_not_to_somebody_who_does_not_care_for_patients(self, episode, supervisor, role):
        with pytest.raises(NotNow, match="does not care for patients"):
            team.reassign(episode, to=make_user(role), by=supervisor)

    def test_not_to_somebody_who_may_not_sign_in(self, episode, supervisor):
        gone = make_clinician()
        User.objects.filter(pk=gone.pk).update(is_active=False)

        with pytest.raises(NotNow, match="does not care for patients"):
            team.reassign(episode, to=User.objects.get(pk=gone.pk), by=supervisor)

    @pytest.mark.parametrize("role", [role for role in Role if role != Role.SUPERVISOR])
    def test_only_by_a_supervisor(self, episode, role):
        with pytest.raises(NotPermitted, match="change who cares for a patient"):
            team.reassign(episode, to=make_clinician(), by=make_user(role))

    def test_not_after_a_discharge(self, episode, supervisor):
        episodes.discharge(episode.stays.get(), on=today(), reason=DischargeReason.objects.first(), by=supervisor)

        with pytest.raises(SomeoneWasFirst, match="was discharged"):
            team.reassign(episode, to=make_clinician(), by=supervisor)


class TestOthers:
    def test_somebody_joins_and_leaves(self, episode, supervisor):
        nurse = make_user(Role.PRESCRIBER)

        member = team.add_member(episode, to=nurse, part="prescriber", by=supervisor)
        team.end_member(member, by=supervisor)

        member.refresh_from_db()
        assert (member.started_on, member.ended_on) == (today(), today())
        told = TrailEntry.objects.filter(patient_id=episode.patient_id).order_by("sequence").values_list("event", flat=True)
        assert list(told)[-2:] == ["team.joined", "team.left"]

    def test_nobody_has_the_same_part_twice(self, episode, supervisor):
        nurse = make_user(Role.PRESCRIBER)
        team.add_member(episode, to=nurse, part="prescriber", by=supervisor)

        with pytest.raises(NotNow, match="has this part on the care team already"):
            team.add_member(episode, to=nurse, part="prescriber", by=supervisor)

    def test_a_second_primary_clinician_is_refused(self, episode, supervisor):
        other, before = make_clinician(), everything()

        with pytest.raises(NotNow, match="Reassign"):
            team.add_member(episode, to=other, part="primary", by=supervisor)

        assert everything() == before

    def test_the_primary_clinician_does_not_just_leave(self, episode, supervisor):
        with pytest.raises(NotNow, match="Reassign the patient"):
            team.end_member(episode.team.get(), by=supervisor)

    def test_nobody_leaves_twice(self, episode, supervisor):
        member = team.add_member(episode, to=make_clinician(), part="covering", by=supervisor)
        team.end_member(member, by=supervisor)

        with pytest.raises(NotNow, match="has left"):
            team.end_member(member, by=supervisor)


class TestFlags:
    def test_a_flag_is_raised_and_closed_by_somebody_by_name(self):
        nurse, patient = make_user(Role.PRESCRIBER), make_patient()

        flag = flags.raise_flag(patient, kind="overdose", note="Carries naloxone.", by=nurse)
        flags.close_flag(flag, by=nurse)

        flag.refresh_from_db()
        assert (flag.raised_by, flag.closed_by, flag.ended_on) == (nurse, nurse, today())
        assert list(TrailEntry.objects.filter(event__startswith="flag.").values_list("facts__kind", flat=True)) == ["overdose", "overdose"]

    def test_a_kind_is_raised_once(self):
        nurse, patient = make_user(Role.PRESCRIBER), make_patient()
        flags.raise_flag(patient, kind="overdose", by=nurse)

        with pytest.raises(NotNow, match="raised already"):
            flags.raise_flag(patient, kind="overdose", by=nurse)
        flags.raise_flag(patient, kind="violence", by=nurse)

    def test_a_closed_one_can_be_raised_anew_but_not_closed_again(self):
        nurse, patient = make_user(Role.PRESCRIBER), make_patient()
        flag = flags.raise_flag(patient, kind="overdose", by=nurse)
        flags.close_flag(flag, by=nurse)

        with pytest.raises(SomeoneWasFirst):
            flags.close_flag(flag, by=nurse)
        flags.raise_flag(patient, kind="overdose", by=nurse)

        assert SafetyFlag.objects.count() == 2

    @pytest.mark.parametrize("role", [Role.FRONT_DESK, Role.PRIVACY_OFFICER, Role.ADMINISTRATOR])
    def test_other_roles_raise_none(self, role):
        with pytest.raises(NotPermitted, match="safety flags"):
            flags.raise_flag(make_patient(), kind="overdose", by=make_user(role))


class TestRestricting:
    @pytest.fixture
    def officer(self):
        return make_user(Role.PRIVACY_OFFICER)

    def test_the_list_is_replaced_and_history_stays(self, officer):
        patient, one, two = make_patient(), make_clinician(), make_clinician()
        privacy.restrict(patient, by=officer, named=[one])

        privacy.restrict(patient, by=officer, named=[two])

        patient.refresh_from_db()
        assert patient.restricted
        assert {(row.user, row.ended_on) for row in NamedAccess.objects.all()} == {(one, today()), (two, None)}

    def test_it_is_lifted_once(self, officer):
        patient = make_patient()
        privacy.restrict(patient, by=officer, named=[make_clinician()])
        privacy.lift(patient, by=officer)

        with pytest.raises(NotNow, match="not restricted"):
            privacy.lift(patient, by=officer)
        assert not NamedAccess.objects.filter(ended_on=None).exists()
        assert not Patient.objects.get(pk=patient.pk).restricted

    def test_a_record_that_nobody_could_open_is_refused(self, officer):
        with pytest.raises(NotNow, match="Name at least one person"):
            privacy.restrict(make_patient(), by=officer, named=[])

    @pytest.mark.parametrize("role", [role for role in Role if role != Role.PRIVACY_OFFICER])
    def test_only_by_the_privacy_officer(self, role):
        with pytest.raises(NotPermitted, match="restrict a record"):
            privacy.restrict(make_patient(), by=make_user(role), named=[make_clinician()])
