"""Membership of groups along the continuum: moves, waitlists, people who are kept apart."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction

from anchored.accounts.refusals import NotNow, SomeoneWasFirst
from anchored.accounts.roles import Role
from anchored.audit.models import TrailEntry
from anchored.ground.dates import today
from anchored.ground.remembered import Kept
from groups import admission, agreements, composition, members, queries
from groups import apart as kept_apart
from groups.actions import apart, attendance, enrolments, waiting
from groups.models import Attendance, Enrolment, Group, GroupType, KeepApart, KeptPerson, Leader, Waiting
from patients import papers
from patients.actions import commitments, episodes, merges, privacy
from patients.actions import papers as signing
from patients.models import DischargeReason, Episode, PaperTemplate
from tests.grouping import enrolled, make_group, make_session, make_slot, waits
from tests.making import basis, make_admitted, make_clinician, make_patient, make_supervisor, make_user, open_stay, program

from .screens.visiting import chart_url, get, signed_in
from .test_races import at_once, done

DAY = timedelta(days=1)
WHY = "Ready for the next level."


@pytest.fixture
def clinician(db):
    return make_clinician(works_in=["IOP Day", "PHP"])


@pytest.fixture
def patient(clinician):
    return make_admitted(clinician, to="IOP Day")


def move(patient, by, to="PHP", on=None):
    return episodes.move(open_stay(patient), to=program(to), on=on or today(), basis=basis(), reason=WHY, by=by, ratings=["1"] * 6)


def discharge(patient, by):
    return episodes.discharge(open_stay(patient), on=today(), reason=DischargeReason.objects.first(), by=by)


def keep(one, other, by):
    return apart.keep(one, other, reason="One testified against the other.", by=by)


@pytest.mark.django_db
class TestMoves:
    def test_a_move_ends_what_the_new_program_has_no_part_in_from_its_day_on(self, clinician, patient):
        day, both = make_group(), make_group(programs=["IOP Day", "PHP"])
        left, kept = enrolled(patient, day, by=clinician), enrolled(patient, both, by=clinician)

        stay = move(patient, clinician, on=today() - DAY)

        left.refresh_from_db()
        kept.refresh_from_db()
        assert (left.ended_on, left.ended_because, left.ended_by, left.ended_with) == (today() - DAY, "Moved to PHP", clinician, stay)
        assert kept.ended_on is None
        assert TrailEntry.objects.filter(event="group.left", patient_id=patient.pk).count() == 1

    def test_a_membership_that_was_to_end_later_ends_with_the_move(self, clinician, patient):
        mine = enrolled(patient, make_group(), by=clinician)
        enrolments.leave(mine, by=clinician, on=today() + 10 * DAY, because="Goes to work.")

        move(patient, clinician)

        mine.refresh_from_db()
        assert (mine.ended_on, mine.ended_because) == (today(), "Moved to PHP")

    def test_a_move_that_is_undone_gives_back_what_it_ended_where_a_place_is_free(self, clinician, patient):
        group, last_place, full = make_group(), make_group(capacity=1), make_group(capacity=1)
        for each in (group, last_place):
            enrolled(patient, each, by=clinician)
        enrolled(make_admitted(clinician, to="IOP Day"), full, by=clinician)
        line = waits(patient, full, by=clinician)
        stay = move(patient, clinician)
        enrolled(make_admitted(clinician, to="IOP Day"), last_place, by=clinician, on=today())

        episodes.undo_move(stay, by=clinician)

        assert list(Enrolment.objects.filter(episode=stay.episode, ended_on=None).values_list("group", "started_on")) == [
            (group.pk, today())
        ]
        again = Waiting.objects.get(episode=stay.episode, ended_on=None)
        assert (again.group, again.added_at, again.added_by) == (full, line.added_at, clinician)

    def test_before_a_move_its_page_says_which_groups_are_left_and_which_fit(self, clinician, patient, django_assert_num_queries):
        enrolled(patient, make_group(name="Refusal skills"), by=clinician)
        fits, works = make_group(name="Mindfulness", programs=["PHP"]), make_group(name="Psychoeducation", programs=["PHP"])
        make_slot(fits, weekday=1)
        make_slot(works)
        commitments.add(patient, by=clinician, kind="work", weekdays=[0], starts=540, ends=1020)
        programs, stay = [program(name) for name in ("PHP", "IOP Evening", "Residential detox")], open_stay(patient)

        with django_assert_num_queries(7):
            said = {name: list(words) for name, words in members.weighed(stay, programs).items()}

        assert said[str(programs[0].pk)] == ["Leaves Refusal skills", "Groups of PHP that fit and have a place: Mindfulness"]
        assert said[str(programs[1].pk)] == ["Leaves Refusal skills"]

    def test_before_an_admission_its_page_says_what_of_each_program_fits(self, clinician, django_assert_num_queries):
        comes = make_patient(clinician)
        for name, weekday, facts in (
            ("Psychoeducation", 1, {}),
            ("Refusal skills", 3, {}),
            ("Mindfulness", 0, {}),
            ("Family", 4, {"capacity": 1}),
        ):
            make_slot(make_group(name=name, **facts), weekday=weekday)
        enrolled(make_admitted(clinician, to="IOP Day"), Group.objects.get(name="Family"), by=clinician)
        commitments.add(comes, by=clinician, kind="work", weekdays=[0], starts=540, ends=1020)
        programs = [program(name) for name in ("IOP Day", "IOP Evening")]

        with django_assert_num_queries(7):
            said = admission.weighed(comes, programs)

        assert said == {
            str(programs[0].pk): [
                "Day: Psychoeducation and Refusal skills, 5 h 30 min on 2 days a week, short of 9 h on 3 days",
                "Full: Family",
                "Does not fit: Mindfulness (Work, Monday 09:00 to 17:00)",
            ],
            str(programs[1].pk): [],
        }

    def test_whom_somebody_is_kept_apart_from_is_not_said_at_their_admission(self, clinician, patient):
        group, comes = make_group(name="Refusal skills"), make_patient(clinician)
        enrolled(patient, group, by=clinician)
        keep(patient, comes, make_supervisor())

        assert admission.weighed(comes, [program("IOP Day")]) == {
            str(program("IOP Day").pk): ["No group fits", "Does not fit: Refusal skills (ask a supervisor)"]
        }


@pytest.mark.django_db
class TestComposition:
    @pytest.fixture
    def group(self, clinician):
        group = make_group(clinician)
        GroupType.objects.filter(pk=group.type_id).update(mentor_from_week=4)
        group.type.refresh_from_db()
        return group

    @pytest.fixture
    def old(self, clinician, group):
        """Came to the group before; week 5 of the program."""
        old = make_admitted(clinician, to="IOP Day", on=today() - 30 * DAY)
        enrolled(old, group, by=clinician)
        attendance.mark(make_session(group, ago=2 * DAY), old.episodes.get(), state="present", by=clinician)
        return old

    def test_of_a_group_who_is_new_how_long_each_is_there_and_who_could_mentor(
        self, clinician, patient, group, old, django_assert_num_queries
    ):
        enrolled(patient, group, by=clinician)
        listed = members.members_of(group, clinician)

        with django_assert_num_queries(1):
            mix = composition.of_group(group, listed)

        assert (mix.new, mix.weeks, mix.mentors) == ([patient], [(2, 1), (5, 1)], [(old, 5)])

    def test_of_a_session_without_those_who_did_not_come(self, clinician, patient, group, old, django_assert_num_queries):
        enrolled(patient, group, by=clinician)
        session = make_session(group)
        attendance.mark(session, old.episodes.get(), state="unexcused", by=clinician)
        people = queries.roster(session, clinician)

        with django_assert_num_queries(2):
            mix = composition.of_session(session, people)

        assert (mix.new, mix.weeks, mix.mentors) == ([patient], [(2, 1)], [])

    def test_without_a_number_of_weeks_nobody_is_named_to_mentor(self, clinician, group, old):
        group.type.mentor_from_week = None

        assert composition.of_group(group, members.members_of(group, clinician)).mentors == []


@pytest.mark.django_db
class TestWaiting:
    def test_somebody_waits_once_for_a_full_group_and_never_for_one_with_a_place(self, clinician, patient):
        group = make_group(capacity=1)
        with pytest.raises(NotNow, match="has a free place"):
            waits(patient, group, by=clinician)
        enrolled(make_admitted(clinician, to="IOP Day"), group, by=clinician)
        waits(patient, group, by=clinician)

        with pytest.raises(SomeoneWasFirst, match="waits for .* already"):
            waits(patient, group, by=clinician)

    def test_a_freed_place_is_offered_to_the_first_whom_the_group_fits(self, clinician):
        group = make_group(clinician, capacity=1)
        make_slot(group)
        there = enrolled(make_admitted(clinician, to="IOP Day"), group, by=clinician)
        works, comes, later = (make_admitted(clinician, to="IOP Day") for _ in range(3))
        for each in (works, comes, later):
            waits(each, group, by=clinician)
        commitments.add(works, by=clinician, kind="work", weekdays=[0], starts=540, ends=1020)
        assert members.places_to_give(clinician) == []

        enrolments.leave(there, by=clinician, because="Works by day now.")

        (place,) = members.places_to_give(clinician)
        assert (place.group, place.free, place.first.patient) == (group, 1, comes)
        enrolments.enrol_who_waits(place.first.waiting, by=clinician)
        assert Waiting.objects.get(episode__patient=comes).ended_because == "Enrolled"
        assert members.places_to_give(clinician) == []
        with pytest.raises(SomeoneWasFirst, match="waits no more"):
            enrolments.enrol_who_waits(place.first.waiting, by=clinician)

    def test_whoever_leads_a_group_reads_only_that_somebody_cannot_come(self, clinician, patient):
        group, leader = make_group(clinician, capacity=1), make_clinician()
        Leader.objects.create(group=group, user=leader, part="co_facilitator", started_on=today())
        make_slot(group)
        enrolled(make_admitted(clinician, to="IOP Day"), group, by=clinician)
        waits(patient, group, by=clinician)
        commitments.add(patient, by=clinician, kind="court", weekdays=[0], starts=540, ends=1020)

        assert [one.troubles for one in members.waiters_of([group], leader)[group.pk]] == [["Cannot come at that time"]]
        privacy.restrict(patient, by=make_user(Role.PRIVACY_OFFICER), named=[clinician])
        assert members.waiters_of([group], leader) == {}

    def test_a_wait_ends_by_hand_with_a_move_and_with_a_discharge(self, clinician):
        group = make_group(capacity=1)
        enrolled(make_admitted(clinician, to="IOP Day"), group, by=clinician)
        one, moved, left = (make_admitted(clinician, to="IOP Day") for _ in range(3))
        lines = [waits(each, group, by=clinician) for each in (one, moved, left)]

        waiting.give_up(lines[0], because="Found another group.", by=clinician)
        move(moved, clinician)
        discharge(left, clinician)

        because = [Waiting.objects.get(pk=line.pk).ended_because for line in lines]
        assert because == ["Found another group.", "Moved to PHP", "Discharged"]
        with pytest.raises(DatabaseError), transaction.atomic():
            Waiting.objects.filter(pk=lines[0].pk).update(ended_on=None, ended_by=None, ended_because="")

    def test_the_cost_of_places_to_give_does_not_grow(self, clinician, django_assert_num_queries):
        for _ in range(3):
            group = make_group(clinician, capacity=1)
            make_slot(group)
            there = enrolled(make_admitted(clinician, to="IOP Day"), group, by=clinician)
            for _ in range(2):
                waits(make_admitted(clinician, to="IOP Day"), group, by=clinician)
            enrolments.leave(there, by=clinician, because="Works by day now.")

        with django_assert_num_queries(7):
            assert len(members.places_to_give(clinician)) == 3

    def test_who_begins_next_week_has_their_place_already(self, clinician, patient):
        group = make_group(capacity=1)
        enrolled(make_admitted(clinician, to="IOP Day"), group, by=clinician, on=today() + 7 * DAY)

        with pytest.raises(NotNow, match="is full"):
            enrolled(patient, group, by=clinician, on=today())


@pytest.mark.django_db
class TestKeptApart:
    def test_they_come_into_one_group_by_no_way_and_the_refusal_names_nobody(self, clinician, patient):
        other, group = make_admitted(clinician, to="IOP Day"), make_group(clinician, capacity=1)
        mine = enrolled(patient, group, by=clinician)
        line = waits(other, group, by=clinician)
        keep(patient, other, clinician)
        group.capacity = 2
        group.save()
        refused = f"^\\['{group} does not fit for a reason that is not shown here. Ask a supervisor.'\\]$"

        with pytest.raises(NotNow, match=refused):
            enrolled(other, group, by=clinician)
        with pytest.raises(NotNow, match=refused):
            enrolments.enrol_who_waits(line, by=clinician)
        with pytest.raises(NotNow, match="This session does not fit"):
            attendance.add_guest(make_session(group), other, because="Tries it.", by=clinician)
        assert members.places_to_give(clinician)[0].first is None
        enrolments.leave(mine, by=clinician, because="Goes to another group.")
        enrolled(other, group, by=clinician, on=today())

    def test_the_database_refuses_it_too(self, clinician, patient):
        other, group = make_admitted(clinician, to="IOP Day"), make_group(clinician)
        enrolled(patient, group, by=clinician)
        keep(patient, other, clinician)
        episode = other.episodes.get()

        with pytest.raises(DatabaseError), transaction.atomic():
            Enrolment.objects.create(group=group, episode=episode, enrolled_by=clinician)
        guest = {"state": "present", "is_guest": True, "guest_because": "Tries it.", "marked_by": clinician}
        with pytest.raises(DatabaseError), transaction.atomic():
            Attendance.objects.create(session=make_session(group), episode=episode, **guest)

    def test_two_guests_who_are_kept_apart_do_not_meet(self, clinician, patient):
        other, session = make_admitted(clinician, to="IOP Day"), make_session(make_group(clinician))
        keep(patient, other, clinician)
        attendance.add_guest(session, patient, because="Tries it.", by=clinician)

        with pytest.raises(NotNow, match="does not fit"):
            attendance.add_guest(session, other, because="Tries it.", by=clinician)

    def test_it_ends_and_stays_on_record(self, clinician, patient):
        other, group = make_admitted(clinician, to="IOP Day"), make_group(clinician)
        enrolled(patient, group, by=clinician)
        kept = keep(patient, other, clinician)
        with pytest.raises(SomeoneWasFirst, match="already"):
            keep(other, patient, clinician)

        apart.end(kept, because="Both agreed.", by=clinician)

        enrolled(other, group, by=clinician, on=today())
        assert KeepApart.objects.get().ended_because == "Both agreed."
        assert TrailEntry.objects.filter(event__startswith="people.kept_apart", patient_id=other.pk).count() == 2
        with pytest.raises(DatabaseError), transaction.atomic():
            KeptPerson.objects.all().delete()

    def test_only_who_opens_both_charts_who_recorded_it_and_a_supervisor_know(self, clinician, patient):
        other, colleague = make_admitted(clinician, to="PHP"), make_clinician(works_in=["IOP Day"])
        keep(patient, other, clinician)

        assert kept_apart.of_patient(patient, colleague) == []
        assert not kept_apart.sides_visible_to(colleague).exists()
        for user in (clinician, make_supervisor(works_in=["IOP Day"])):
            assert [person for _, person in kept_apart.of_patient(patient, user)] == [other]

    def test_a_restricted_record_shows_in_no_pair_to_whom_it_is_shut(self, clinician, patient):
        other, officer = make_admitted(clinician, to="IOP Day"), make_user(Role.PRIVACY_OFFICER)
        keep(patient, other, clinician)
        privacy.restrict(other, by=officer, named=[make_clinician(works_in=["IOP Day"])])

        for user in (clinician, make_supervisor(works_in=["IOP Day"])):
            assert kept_apart.of_patient(patient, user) == []

    def test_it_follows_a_merge_of_duplicates(self, clinician, patient):
        supervisor, officer = make_supervisor(works_in=["IOP Day"]), make_user(Role.PRIVACY_OFFICER)
        twin = make_patient(by=clinician)
        other, group = make_admitted(clinician, to="IOP Day"), make_group(clinician)
        keep(twin, other, clinician)
        enrolled(other, group, by=clinician)

        proposed = merges.propose(patient, twin, because="The same photo ID.", by=supervisor)
        merges.merge(proposed, by=officer)

        with pytest.raises(NotNow, match="does not fit"):
            enrolled(patient, group, by=clinician)


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_a_freed_place_goes_once_to_one_of_twenty_who_wait():
    clinician = make_clinician()
    group = make_group(capacity=1, programs=["Outpatient"])
    first = enrolled(make_admitted(clinician, to="Outpatient"), group, by=clinician)
    lines = [waits(make_admitted(clinician, to="Outpatient"), group, by=clinician) for _ in range(20)]
    enrolments.leave(first, by=clinician, because="Moves away.")

    outcomes = at_once(*[lambda line=line: enrolments.enrol_who_waits(line, by=clinician) for line in lines])

    assert len(done(outcomes)) == 1
    assert Enrolment.objects.filter(ended_on=None).count() == 1
    assert Waiting.objects.filter(ended_on=None).count() == 19
    assert Episode.objects.count() == 21


@pytest.fixture
def agreement(db):
    """The text that members of a relapse prevention group sign, within three days."""
    facts = {"title": "Group agreement", "text": "What is said here stays here.", "kind": "agreement", "due_days": 3}
    text = PaperTemplate.objects.create(code="group-agreement", started_on=today() - 300 * DAY, **facts)
    GroupType.objects.filter(code="relapse-prevention").update(agreement="group-agreement")
    Kept.forget()
    yield text
    Kept.forget()


@pytest.mark.django_db
class TestAgreements:
    def test_only_members_are_asked_and_from_their_first_day_on(self, clinician, patient, agreement):
        other = make_admitted(clinician, to="IOP Day")
        enrolled(patient, make_group(), by=clinician)
        enrolled(other, make_group(type="psychoeducation"), by=clinician)

        (need,) = [need for need in papers.needed(patient, episode=patient.episodes.get()) if need.template == agreement]
        assert (need.due_on, need.paper) == (today(), None)
        assert agreement not in [need.template for need in papers.needed(other, episode=other.episodes.get())]

    def test_who_has_signed_is_asked_no_more_until_another_version(self, clinician, patient, agreement):
        group = make_group()
        enrolled(patient, group, by=clinician)
        assert list(agreements.unsigned(group, [patient])) == [patient.pk]

        signing.take(patient, agreement, how="typed", signer_name="Rosa", digest=agreement.digest(), by=clinician)

        assert agreements.unsigned(group, [patient]) == {}

    def test_the_pages_of_the_group_and_of_the_chart_say_it(self, clinician, patient, agreement):
        group, client = make_group(clinician), signed_in(clinician)
        enrolled(patient, group, by=clinician)

        assert "Group agreement, version 1, not signed yet by 1" in get(client, f"/groups/{group.pk}/").text
        assert "Agreement: Due today" in get(client, f"/groups/{group.pk}/").part("members")
        missing = [need for need in papers.needed(patient, episode=patient.episodes.get()) if need.paper is None]
        assert f"{len(missing)} paper" in get(client, chart_url("chart", patient)).text
        assert "Group agreement" in get(client, chart_url("documents", patient)).text
