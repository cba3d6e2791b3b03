"""Out of care: everything open closes together, and a supervisor can take it back."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction

from anchored.accounts.models import User
from anchored.accounts.refusals import NotNow, NotPermitted, SomeoneWasFirst
from anchored.accounts.roles import Role
from anchored.audit.models import TrailEntry
from anchored.ground.dates import today
from patients import signals
from patients.actions import admissions, episodes, team
from patients.models import DischargeReason, Patient, Stay

from .checking import everything, what_is_wrong
from .making import afresh, made_once, make_both, make_clinician, make_supervisor, make_user, open_stay, program

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
MISTAKE = "Entered for the wrong person."


both = made_once(make_both)


@pytest.fixture
def clinician(both, db):
    return afresh(both.clinician)


@pytest.fixture
def supervisor():
    return make_supervisor()


@pytest.fixture
def stay(both, db):
    return open_stay(afresh(both.patient))


def discharge(stay, by, **facts):
    return episodes.discharge(stay, by=by, **{"on": today(), "reason": DischargeReason.objects.get(code="completed"), **facts})


class TestDischarging:
    def test_stay_care_team_and_episode_close_together(self, stay, clinician, supervisor):
        team.add_member(stay.episode, to=make_user(Role.PRESCRIBER), part="prescriber", by=supervisor)

        leaving = discharge(stay, clinician, note="Home, with an appointment on Monday.")

        stay.refresh_from_db()
        stay.episode.refresh_from_db()
        assert stay.ended_on == stay.episode.ended_on == leaving.on == today()
        assert [member.closed_with for member in stay.episode.team.all()] == [leaving, leaving]
        assert what_is_wrong() == []

    def test_it_is_recorded_without_the_note(self, stay, clinician):
        discharge(stay, clinician, note="Home.")

        row = TrailEntry.objects.get(event="patient.discharged")
        assert (row.actor, row.patient_id) == (clinician, stay.patient_id)
        assert row.facts == {"on": today().isoformat(), "reason": "completed"}

    def test_a_backdated_one_closes_later_posts_on_their_first_day(self, stay, clinician, supervisor):
        team.reassign(stay.episode, to=make_clinician(), by=supervisor)

        discharge(stay, clinician, on=today() - 3 * DAY)

        first, second = stay.episode.team.order_by("assigned_at")
        assert (first.ended_on, second.started_on, second.ended_on) == (today(), today(), today())
        assert what_is_wrong() == []

    def test_news_that_cannot_be_taken_in_undoes_it(self, stay, clinician):
        def refuse(**news):
            raise NotNow("No.")

        signals.episode_closed.connect(refuse)
        before = everything()
        try:
            with pytest.raises(NotNow, match="No"):
                discharge(stay, clinician)
        finally:
            signals.episode_closed.disconnect(refuse)

        assert everything() == before

    @pytest.mark.parametrize("role", [Role.PRESCRIBER, Role.FRONT_DESK, Role.PRIVACY_OFFICER, Role.ADMINISTRATOR])
    def test_other_roles_discharge_nobody(self, stay, role):
        with pytest.raises(NotPermitted, match="discharge a patient"):
            discharge(stay, make_user(role))

    @pytest.mark.parametrize(
        ("facts", "sentence"),
        [
            ({"on": today() + DAY}, "must not be in the future"),
            ({"on": today() - 11 * DAY}, "the admission"),
            ({"note": "x" * 4001}, "4000"),
            ({"note": "a\x00"}, "position 2"),
        ],
    )
    def test_a_refusal_changes_nothing(self, stay, clinician, facts, sentence):
        before = everything()

        with pytest.raises(ValidationError, match=sentence), transaction.atomic():
            discharge(stay, clinician, **facts)

        assert everything() == before

    def test_nobody_is_discharged_twice(self, stay, clinician):
        discharge(stay, clinician)

        with pytest.raises(SomeoneWasFirst, match="S. Lindqvist discharged this patient just now. Nothing was changed."):
            discharge(stay, clinician)


class TestUndoing:
    def test_the_episode_goes_on_in_a_new_stay_with_the_same_care_team(self, stay, clinician, supervisor):
        leaving = discharge(stay, clinician, on=today() - DAY)

        again = episodes.undo_discharge(leaving, because=MISTAKE, by=supervisor)

        leaving.refresh_from_db()
        stay.episode.refresh_from_db()
        assert (leaving.undone_by, leaving.undone_because, stay.episode.ended_on) == (supervisor, MISTAKE, None)
        assert (again.program, again.started_on, again.counts_from) == (stay.program, leaving.on, stay.counts_from)
        assert [member.user for member in stay.episode.team.filter(ended_on=None)] == [clinician]
        assert TrailEntry.objects.get(event="patient.discharge_undone").actor == supervisor
        assert what_is_wrong() == []

    def test_only_a_supervisor_can(self, stay, clinician):
        leaving = discharge(stay, clinician)

        with pytest.raises(NotPermitted, match="undo a discharge"):
            episodes.undo_discharge(leaving, because=MISTAKE, by=clinician)

    def test_it_is_done_once(self, stay, clinician, supervisor):
        leaving = discharge(stay, clinician)
        episodes.undo_discharge(leaving, because=MISTAKE, by=supervisor)
        before = everything()

        with pytest.raises(SomeoneWasFirst, match="undid this discharge"):
            episodes.undo_discharge(leaving, because=MISTAKE, by=supervisor)

        assert everything() == before

    @pytest.mark.parametrize("on", [today() - 2 * DAY, today()])
    def test_not_when_the_person_came_back_meanwhile(self, stay, clinician, supervisor, on):
        leaving = discharge(stay, clinician, on=today() - 2 * DAY)
        patient = Patient.objects.get(pk=stay.patient_id)
        admissions.admit(patient, program=program("PHP"), on=on, by=clinician)

        with pytest.raises(NotNow, match="was admitted again"):
            episodes.undo_discharge(leaving, because=MISTAKE, by=supervisor)

    def test_somebody_disabled_meanwhile_does_not_return(self, stay, clinician, supervisor):
        leaving = discharge(stay, clinician)
        User.objects.filter(pk=clinician.pk).update(is_active=False)

        episodes.undo_discharge(leaving, because=MISTAKE, by=supervisor)

        assert not stay.episode.team.filter(ended_on=None).exists()

    def test_somebody_who_cares_for_patients_no_more_does_not_return(self, stay, clinician, supervisor):
        leaving = discharge(stay, clinician)
        clinician.role_grants.update(ended_on=today())

        episodes.undo_discharge(leaving, because=MISTAKE, by=supervisor)

        assert not stay.episode.team.filter(ended_on=None).exists()

    def test_who_left_before_the_discharge_does_not_return(self, stay, clinician, supervisor):
        other = make_clinician()
        team.reassign(stay.episode, to=other, by=supervisor)
        leaving = discharge(stay, other)

        episodes.undo_discharge(leaving, because=MISTAKE, by=supervisor)

        assert [member.user for member in stay.episode.team.filter(ended_on=None)] == [other]

    @pytest.mark.parametrize("because", ["x" * 501, "a\x00b", ""])
    def test_a_reason_that_cannot_be_kept_changes_nothing(self, stay, clinician, supervisor, because):
        leaving = discharge(stay, clinician)
        before = everything()

        with pytest.raises(ValidationError), transaction.atomic():
            episodes.undo_discharge(leaving, because=because, by=supervisor)

        assert everything() == before

    def test_again_and_again(self, stay, clinician, supervisor):
        for _ in range(3):
            stay = episodes.undo_discharge(discharge(stay, supervisor), because=MISTAKE, by=supervisor)

        assert Stay.objects.filter(episode=stay.episode).count() == 4
        assert what_is_wrong() == []
