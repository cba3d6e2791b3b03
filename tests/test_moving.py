"""Along the continuum: step down, step up, across; taking a move back; taking a patient over."""

from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from anchored.accounts.refusals import NotNow, NotPermitted, SomeoneWasFirst, why_not
from anchored.accounts.roles import Role
from anchored.audit.models import TrailEntry
from anchored.ground.dates import today
from anchored.signing import signatures
from patients import policies, signals
from patients.actions import episodes
from patients.models import AllowedMove, Assessment, Dimension, DischargeReason, Program, Stay

from .checking import everything, what_is_wrong
from .making import afresh, basis, made_once, make_admitted, make_both, make_clinician, make_supervisor, make_user, open_stay, program

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
WHY = "Withdrawal is over; she asks for groups."


both = made_once(make_both)


@pytest.fixture
def clinician(both, db):
    return afresh(both.clinician)


@pytest.fixture
def stay(both, db):
    """Residential detox, for ten days."""
    return open_stay(afresh(both.patient))


def move(stay, by, to="IOP Evening", **facts):
    return episodes.move(stay, by=by, **{"to": program(to), "on": today(), "basis": basis(), "reason": WHY, **facts})


def discharge(stay, by, **facts):
    return episodes.discharge(stay, by=by, **{"on": today(), "reason": DischargeReason.objects.get(code="completed"), **facts})


class TestMoving:
    def test_the_next_stay_begins_the_day_the_last_one_ends(self, stay, clinician):
        on = today() - 2 * DAY

        following = move(stay, clinician, on=on)

        stay.refresh_from_db()
        assert stay.ended_on == following.started_on == following.counts_from == on
        assert (following.previous, following.episode) == (stay, stay.episode)
        assert list(Stay.objects.on(on)) == [following]
        assert what_is_wrong() == []

    def test_a_stay_carries_how_it_came_about(self, stay, clinician):
        following = move(stay, clinician, basis=basis("patient_choice"), patient_took_part=True)

        following.refresh_from_db()
        assert (following.basis.code, following.reason, following.opened_by) == ("patient_choice", WHY, clinician)
        assert following.patient_took_part
        assert not following.outside_table

    def test_it_is_recorded_without_the_reason(self, stay, clinician):
        following = move(stay, clinician)

        row = TrailEntry.objects.get(event="stay.moved")
        assert (row.actor, row.patient_id, row.subject) == (clinician, stay.patient_id, f"patients.stay:{following.pk}")
        assert row.facts == {
            "came_from": stay.program_id,
            "to": following.program_id,
            "on": today().isoformat(),
            "outside_table": False,
        }

    def test_a_patient_goes_the_whole_way(self, stay, clinician):
        for name in ("Residential", "PHP", "IOP Evening", "Outpatient", "Alumni"):
            stay = move(stay, clinician, to=name)

        assert stay.program.name == "Alumni"
        assert stay.episode.stays.count() == 6
        assert what_is_wrong() == []

    def test_two_moves_on_one_day_leave_a_stay_without_a_day(self, stay, clinician):
        residential = move(stay, clinician, to="Residential")
        php = move(residential, clinician, to="PHP")

        residential.refresh_from_db()
        assert residential.started_on == residential.ended_on == php.started_on
        assert list(Stay.objects.on(today())) == [php]

    def test_the_news_travels_inside_the_transaction(self, stay, clinician):
        def refuse(**news):
            raise NotNow(f"No: {news['stay'].program}")

        signals.stay_moved.connect(refuse)
        before = everything()
        try:
            with pytest.raises(NotNow, match="No: IOP Evening"):
                move(stay, clinician)
        finally:
            signals.stay_moved.disconnect(refuse)

        assert everything() == before


class TestRatings:
    def test_they_become_a_signed_assessment_in_the_edition_of_the_program_left(self, stay, clinician):
        following = move(stay, clinician, to="PHP", ratings=["0", "1", "1", "2", "", "3"])

        rated = Assessment.objects.get()
        assert (rated.ratings(), rated.edition, rated.occasion) == (["0", "1", "1", "2", "", "3"], "3", "move")
        assert (rated.chosen, rated.stay) == (following.program.level, following)
        assert rated.is_sealed
        assert signatures.of(rated).get().signed_by == clinician

    @pytest.mark.parametrize("ratings", [None, [""] * 6])
    def test_none_are_needed(self, stay, clinician, ratings):
        move(stay, clinician, ratings=ratings)

        assert not Assessment.objects.exists()

    @pytest.mark.parametrize("ratings", [None, ["1", "1", "1", "1", "1", ""]])
    def test_a_move_may_demand_them_all(self, stay, clinician, ratings):
        AllowedMove.objects.update(demands_ratings=True)

        with pytest.raises(NotNow, match="Rate all dimensions"):
            move(stay, clinician, ratings=ratings)
        move(stay, clinician, ratings=["1"] * 6)

    def test_a_dimension_that_the_edition_does_not_rate_is_not_demanded(self, stay, clinician):
        AllowedMove.objects.update(demands_ratings=True)
        Dimension.objects.filter(edition="3", number=6).update(is_rated=False)

        move(stay, clinician, ratings=["1", "1", "1", "1", "1", ""])


class TestTheTable:
    def test_a_clinician_moves_within_it_only(self, stay, clinician):
        with pytest.raises(
            NotPermitted, match="from Residential detox to Outpatient is not in the table of moves. A supervisor can make it"
        ):
            move(stay, clinician, to="Outpatient")

    def test_a_supervisor_may_go_beyond_and_history_shows_it(self, stay):
        following = move(stay, make_supervisor(), to="Outpatient")

        assert following.outside_table
        assert TrailEntry.objects.get(event="stay.moved").facts["outside_table"] is True

    def test_a_supervisors_move_within_it_needs_no_approval(self, stay):
        assert not move(stay, make_supervisor(), to="PHP").outside_table

    def test_a_row_added_in_the_admin_is_enough(self, stay, clinician):
        AllowedMove.objects.create(from_level=stay.program.level, to_level=program("Outpatient").level, kind="step_down")

        assert not move(stay, clinician, to="Outpatient").outside_table


class TestRefusals:
    @pytest.mark.parametrize("role", [Role.PRESCRIBER, Role.FRONT_DESK, Role.PRIVACY_OFFICER, Role.ADMINISTRATOR])
    def test_other_roles_move_nobody(self, stay, role):
        with pytest.raises(NotPermitted, match="move a patient along the continuum"):
            move(stay, make_user(role))

    @pytest.mark.parametrize(
        ("facts", "sentence"),
        [
            ({"to": "Residential detox"}, "already in Residential detox"),
            ({"on": today() + DAY}, "must not be in the future"),
            ({"on": today() - 11 * DAY}, "the admission"),
            ({"reason": "ready"}, "at least 15 characters"),
            ({"reason": " " * 40}, "at least 15 characters"),
            ({"reason": "x" * 4001}, "4000"),
            ({"reason": "Ready for groups\x00."}, "position 17"),
        ],
        ids=lambda facts: next(iter(facts)) if isinstance(facts, dict) else "",
    )
    def test_a_refusal_is_a_sentence_and_changes_nothing(self, stay, clinician, facts, sentence):
        before = everything()

        with pytest.raises(ValidationError, match=sentence), transaction.atomic():
            move(stay, clinician, **facts)

        assert everything() == before

    def test_a_move_may_be_dated_back_to_the_first_day_of_the_stay(self, stay, clinician):
        move(stay, clinician, on=stay.started_on)

        assert what_is_wrong() == []

    def test_not_into_a_full_program(self, stay, clinician):
        make_admitted(clinician, to="PHP")
        Program.objects.filter(name="PHP").update(capacity=1)

        with pytest.raises(NotNow, match="PHP is full"):
            move(stay, clinician, to="PHP")

    def test_not_into_a_program_that_did_not_run_that_day(self, stay, clinician):
        Program.objects.filter(name="PHP").update(started_on=today() - DAY)

        with pytest.raises(NotNow, match="does not run on"):
            move(stay, clinician, to="PHP", on=today() - 2 * DAY)

    def test_whoever_comes_second_reads_who_was_first(self, stay, clinician):
        move(stay, clinician, to="PHP")

        with pytest.raises(SomeoneWasFirst, match="S. Lindqvist moved this patient just now. Nothing was changed."):
            move(stay, make_clinician(), to="Residential")

    def test_a_discharged_patient_is_not_moved(self, stay, clinician):
        discharge(stay, clinician)

        with pytest.raises(SomeoneWasFirst, match="S. Lindqvist discharged this patient just now"):
            move(stay, clinician)

    def test_the_same_check_feeds_the_greyed_out_button(self, stay, clinician):
        assert why_not(policies.check_can_move, clinician, stay, program("PHP"), today()) is None
        assert "not in the table" in why_not(policies.check_can_move, clinician, stay, program("Alumni"), today())
        assert "Your role" in why_not(policies.check_can_move, make_user(Role.FRONT_DESK), stay, program("PHP"), today())


class TestUndoing:
    def test_the_stay_before_goes_on_and_history_shows_both(self, stay, clinician):
        moved = move(stay, clinician, to="PHP")

        again = episodes.undo_move(moved, by=clinician)

        moved.refresh_from_db()
        assert (again.program, again.counts_from, again.reverses) == (stay.program, stay.counts_from, moved)
        assert moved.started_on == moved.ended_on == again.started_on
        assert again.day() == stay.day() == 11
        assert [row.program.name for row in Stay.objects.standing()] == ["Residential detox", "Residential detox"]
        assert TrailEntry.objects.get(event="stay.move_undone").facts == {"reverses": str(moved.pk)}
        assert what_is_wrong() == []

    def test_a_backdated_move_is_taken_back_to_its_day(self, stay, clinician):
        moved = move(stay, clinician, on=today() - 4 * DAY)

        again = episodes.undo_move(moved, by=clinician)

        assert again.started_on == today() - 4 * DAY
        assert list(Stay.objects.on(today() - 4 * DAY)) == [again]

    def test_the_place_is_the_patients_again_even_when_it_was_taken(self, stay, clinician):
        moved = move(stay, clinician, to="PHP")
        Program.objects.filter(name="Residential detox").update(capacity=0)

        assert episodes.undo_move(moved, by=clinician).program.name == "Residential detox"

    def test_ten_minutes_and_no_longer(self, stay, clinician):
        moved = move(stay, clinician)

        too_late = time_machine.travel(moved.opened_at + timedelta(minutes=10, seconds=1), tick=False)
        with too_late, pytest.raises(NotNow, match="can be undone for 10 minutes"):
            episodes.undo_move(moved, by=clinician)
        with time_machine.travel(moved.opened_at + timedelta(minutes=10), tick=False):
            episodes.undo_move(moved, by=clinician)

    def test_only_by_whoever_moved_the_patient(self, stay, clinician):
        moved = move(stay, clinician)

        with pytest.raises(NotPermitted, match="Only the person who moved"):
            episodes.undo_move(moved, by=make_supervisor())

    def test_not_twice_and_not_the_undoing(self, stay, clinician):
        moved = move(stay, clinician)
        again = episodes.undo_move(moved, by=clinician)
        before = everything()

        with pytest.raises(SomeoneWasFirst):
            episodes.undo_move(moved, by=clinician)
        with pytest.raises(NotNow, match="no move to undo"):
            episodes.undo_move(again, by=clinician)

        assert everything() == before

    def test_not_an_admission(self, stay, clinician):
        with pytest.raises(NotNow, match="no move to undo"):
            episodes.undo_move(stay, by=clinician)

    def test_not_the_stay_that_an_undone_discharge_opened(self, stay):
        supervisor = make_supervisor()
        again = episodes.undo_discharge(discharge(stay, supervisor), because="Discharged by mistake.", by=supervisor)

        with pytest.raises(NotNow, match="no move to undo"):
            episodes.undo_move(again, by=supervisor)

    def test_not_once_something_followed(self, stay, clinician):
        moved = move(stay, clinician, to="Residential")
        move(moved, clinician, to="PHP")

        with pytest.raises(SomeoneWasFirst, match="moved this patient"):
            episodes.undo_move(moved, by=clinician)

    def test_after_an_undoing_the_patient_can_move_on(self, stay, clinician):
        again = episodes.undo_move(move(stay, clinician, to="PHP"), by=clinician)

        assert move(again, clinician, to="Residential").previous == again
        assert what_is_wrong() == []


class TestAccepting:
    def test_staff_of_the_receiving_program_take_the_patient_over(self, stay, clinician):
        moved = move(stay, clinician, to="PHP")
        nurse = make_user(Role.PRESCRIBER, works_in=["PHP"])

        episodes.accept(moved, by=nurse)

        moved.refresh_from_db()
        assert moved.accepted_by == nurse
        assert timezone.now() - moved.accepted_at < timedelta(minutes=1)
        assert TrailEntry.objects.get(event="stay.accepted").actor == nurse

    def test_others_do_not(self, stay, clinician):
        moved = move(stay, clinician, to="PHP")

        with pytest.raises(NotPermitted, match="Only staff of PHP"):
            episodes.accept(moved, by=make_clinician(works_in=["IOP Day"]))

    def test_it_is_done_once(self, stay, clinician):
        moved = move(stay, clinician, to="PHP")
        episodes.accept(moved, by=make_clinician(works_in=["PHP"], family_name="Haddad"))

        with pytest.raises(SomeoneWasFirst, match="S. Haddad accepted this patient"):
            episodes.accept(moved, by=make_clinician(works_in=["PHP"]))

    def test_an_undone_move_gives_back_who_had_accepted_before(self, stay, clinician):
        episodes.accept(stay, by=make_clinician(works_in=["Residential detox"]))

        again = episodes.undo_move(move(stay, clinician, to="PHP"), by=clinician)

        stay.refresh_from_db()
        assert (again.accepted_by, again.accepted_at) == (stay.accepted_by, stay.accepted_at)
