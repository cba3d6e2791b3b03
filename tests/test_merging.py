"""Two records of one person become one: nothing is lost, the number leads on, and it can be taken back."""

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from anchored.accounts.refusals import NotNow, NotPermitted, SomeoneWasFirst
from anchored.accounts.roles import Role
from anchored.audit.models import TrailEntry
from anchored.ground.dates import today
from groups.actions import apart
from patients import merging, queries
from patients.actions import commitments, contacts, diagnoses, episodes, flags, intakes, merges, privacy, referrals, waitlist
from patients.models import DischargeReason, Merge, NamedAccess, Patient
from treatment_plans.actions import prevention

from .checking import everything, what_is_wrong
from .making import basis, make_admitted, make_clinician, make_diagnosis, make_patient, make_supervisor, make_user, open_stay, program
from .papers import make_scan, take
from .preventing import make_prevention

pytestmark = pytest.mark.django_db
WHY = "Both showed the same photo ID today."
BORN = date(1991, 3, 4)


@pytest.fixture
def supervisor():
    return make_supervisor(works_in=["IOP Day", "IOP Evening", "PHP"])


@pytest.fixture
def officer():
    return make_user(Role.PRIVACY_OFFICER)


def leave(patient, by, on=None):
    episodes.discharge(open_stay(patient), on=on or today(), reason=DischargeReason.objects.first(), by=by)


@pytest.fixture
def away(supervisor):
    """The record that was made in error, with something in every table that belongs to a person."""
    patient = make_patient(supervisor, given_name="Rosie", family_name="Nunez", birth_date=BORN, phone="555 0177", city="Salem")
    make_admitted(supervisor, to="IOP Day", patient=patient, on=today() - timedelta(days=300))
    leave(patient, supervisor, today() - timedelta(days=200))
    flags.raise_flag(patient, kind="overdose", note="In May.", by=supervisor)
    contacts.add(patient, by=supervisor, name="Elena Lopez", relationship="sibling")
    commitments.add(patient, by=supervisor, kind="work", weekdays=[0], starts=540, ends=1020)
    make_diagnosis(patient, by=supervisor, is_primary=True)
    call = referrals.receive(patient, by=supervisor, program=program("IOP Day"))
    referrals.log_attempt(patient, referral=call, channel="phone", outcome="spoke", by=supervisor)
    waitlist.wait(patient, program=program("PHP"), by=supervisor)
    intakes.start(patient, by=supervisor)
    take(patient, by=supervisor)
    make_scan(patient, by=supervisor)
    prevention.change(make_prevention(patient, by=supervisor).first(), by=supervisor, text="Payday")
    prevention.go_through(patient, by=supervisor)
    apart.keep(patient, make_patient(make_clinician(), given_name="Ola", family_name="Berg"), reason="They asked for it.", by=supervisor)
    return Patient.objects.get(pk=patient.pk)


@pytest.fixture
def kept(supervisor):
    patient = make_patient(supervisor, given_name="Rosa María", family_name="Núñez", birth_date=BORN, phone="", city="Boston")
    make_admitted(supervisor, to="IOP Day", patient=patient, on=today() - timedelta(days=100))
    leave(patient, supervisor, today() - timedelta(days=50))
    return Patient.objects.get(pk=patient.pk)


@pytest.fixture
def merged(kept, away, supervisor, officer):
    return merges.merge(merges.propose(kept, away, because=WHY, by=supervisor), by=officer)


def rows_of(patient):
    return {model._meta.label: set(model._base_manager.filter(patient=patient).values_list("pk", flat=True)) for model in merging.holders()}


def together(one, other):
    return {label: one[label] | other[label] for label in one}


class TestMerging:
    def test_every_row_of_both_is_in_the_one_that_stays(self, kept, away, supervisor, officer):
        before = together(rows_of(kept), rows_of(away))
        assert all(rows_of(away)[label] for label in rows_of(away) if label != "patients.NamedAccess"), "this test has a row of each table"

        merges.merge(merges.propose(kept, away, because=WHY, by=supervisor), by=officer)

        assert rows_of(kept) == before
        assert not any(rows_of(away).values())
        assert what_is_wrong() == []

    def test_nothing_but_whose_they_are_changes_in_the_rows(self, kept, away, supervisor, officer):
        rows = [label for label in rows_of(kept) if label != "patients.NamedAccess"]
        before = everything(*rows)

        merges.merge(merges.propose(kept, away, because=WHY, by=supervisor), by=officer)

        assert _as_of_one(everything(*rows), kept, away) == _as_of_one(before, kept, away)

    def test_what_is_empty_is_filled_and_what_differs_is_chosen(self, kept, away, supervisor, officer):
        proposed = merges.propose(kept, away, because=WHY, by=supervisor, choices={"city": "away", "given_name": "kept"})

        merges.merge(proposed, by=officer)

        kept.refresh_from_db()
        assert (kept.given_name, kept.city, kept.phone) == ("Rosa María", "Salem", "555 0177")

    def test_the_record_that_goes_away_stays_as_it_was(self, merged):
        away = Patient.objects.get(pk=merged.away_id)
        assert (away.given_name, away.city, away.merged_into) == ("Rosie", "Salem", merged.kept)

    @pytest.mark.parametrize("fact", ["allergies", "reach_wishes"])
    def test_words_about_safety_are_put_together(self, kept, away, supervisor, officer, fact):
        Patient.objects.filter(pk=kept.pk).update(**{fact: "Penicillin"})
        Patient.objects.filter(pk=away.pk).update(**{fact: "Latex"})

        merges.merge(merges.propose(kept, away, because=WHY, by=supervisor), by=officer)

        kept.refresh_from_db()
        assert getattr(kept, fact) == "Penicillin\nLatex"

    def test_the_one_is_found_by_what_the_other_was_found_by(self, merged, supervisor):
        for words in (str(merged.away.record_number), "rosie nunez", "5550177", "Rosa Núñez"):
            assert queries.find(supervisor, words) == [merged.kept], words

    def test_nobody_opens_the_one_that_is_away(self, merged, supervisor):
        assert set(Patient.objects.visible_to(supervisor)) == {merged.kept}

    def test_it_stands_in_the_trail_of_both(self, merged, officer):
        told = TrailEntry.objects.filter(event="records.merged", actor_id=officer.pk).values_list("patient_id", flat=True)
        assert set(told) == {merged.kept_id, merged.away_id}
        assert WHY not in str(list(TrailEntry.objects.values_list("facts", flat=True)))

    def test_a_restricted_record_makes_the_whole_restricted(self, kept, away, supervisor, officer):
        privacy.restrict(away, by=officer, named=[supervisor])

        merges.merge(merges.propose(kept, away, because=WHY, by=supervisor), by=officer)

        kept.refresh_from_db()
        assert kept.restricted
        assert set(Patient.objects.visible_to(supervisor)) == {kept}
        assert not Patient.objects.visible_to(make_supervisor(works_in=["IOP Day", "IOP Evening", "PHP"])).exists()

    def test_somebody_named_for_both_is_named_once(self, kept, away, supervisor, officer):
        for patient in (kept, away):
            privacy.restrict(patient, by=officer, named=[supervisor])

        merges.merge(merges.propose(kept, away, because=WHY, by=supervisor), by=officer)

        assert NamedAccess.objects.filter(patient=kept, user=supervisor, ended_on=None).count() == 1


def _as_of_one(rows, kept, away):
    """Rows as if both had always been one person's, however the database writes a key."""
    names = [(str(away.pk), str(kept.pk)), (away.pk.hex, kept.pk.hex)]
    return {label: sorted(_renamed(line, names) for line in lines) for label, lines in rows.items()}


def _renamed(line, names):
    for old, new in names:
        line = line.replace(old, new)
    return line


class TestWhoMay:
    def test_a_second_person_decides(self, kept, away, officer):
        proposed = merges.propose(kept, away, because=WHY, by=officer)

        with pytest.raises(NotPermitted, match="A second person decides"):
            merges.merge(proposed, by=officer)

    def test_the_database_wants_a_second_person_too(self, kept, away, officer):
        proposed = merges.propose(kept, away, because=WHY, by=officer)

        with pytest.raises(DatabaseError), transaction.atomic():
            Merge.objects.filter(pk=proposed.pk).update(outcome="merged", decided_by=officer, decided_at=proposed.proposed_at)

    @pytest.mark.parametrize("role", [Role.CLINICIAN, Role.PRESCRIBER, Role.ADMINISTRATOR])
    def test_others_do_not_propose(self, kept, away, role):
        with pytest.raises(NotPermitted):
            merges.propose(kept, away, because=WHY, by=make_user(role))

    def test_the_front_desk_proposes_and_does_not_decide(self, kept, away):
        proposed = merges.propose(kept, away, because=WHY, by=make_user(Role.FRONT_DESK))

        with pytest.raises(NotPermitted):
            merges.merge(proposed, by=make_user(Role.FRONT_DESK))

    def test_a_supervisor_knows_of_a_merge_only_with_both_records(self, kept, supervisor, officer):
        elsewhere = make_patient(make_supervisor())
        proposed = merges.propose(kept, elsewhere, because=WHY, by=officer)

        assert not Merge.objects.visible_to(supervisor).exists()
        assert Merge.objects.visible_to(officer).get() == proposed

    def test_it_is_decided_once(self, merged, supervisor):
        with pytest.raises(SomeoneWasFirst, match="merged these records"):
            merges.merge(merged, by=make_supervisor())

    def test_refusing_changes_nothing_but_the_proposal(self, kept, away, supervisor, officer):
        proposed = merges.propose(kept, away, because=WHY, by=supervisor)
        before = everything("patients.Patient", "patients.Episode", "patients.Contact")

        merges.refuse(proposed, by=officer, because="Two cousins of one name.")

        assert everything("patients.Patient", "patients.Episode", "patients.Contact") == before
        assert merges.propose(kept, away, because=WHY, by=supervisor)

    def test_a_reason_is_asked_for(self, kept, away, supervisor):
        with pytest.raises(NotNow, match="at least 15"):
            merges.propose(kept, away, because="Same.", by=supervisor)


class TestWhatStandsInTheWay:
    def blocked(self, kept, away, supervisor):
        with pytest.raises(NotNow) as refusal:
            merges.propose(kept, away, because=WHY, by=supervisor)
        return " ".join(refusal.value.messages)

    def test_both_in_care(self, supervisor):
        one, other = (make_admitted(supervisor, to="IOP Day") for _ in range(2))
        assert "Both are in care" in self.blocked(one, other, supervisor)

    def test_episodes_that_overlap(self, supervisor):
        one, other = (make_admitted(supervisor, to="IOP Day") for _ in range(2))
        leave(one, supervisor)
        assert "overlap in time" in self.blocked(one, other, supervisor)

    def test_an_episode_of_no_day_is_no_obstacle(self, supervisor):
        one, other = make_admitted(supervisor, to="IOP Day"), make_admitted(supervisor, to="IOP Day", on=today())
        leave(other, supervisor)
        assert merges.propose(one, other, because=WHY, by=supervisor)

    def test_the_same_flag_on_both(self, kept, away, supervisor):
        flags.raise_flag(kept, kind="overdose", note="Last winter.", by=supervisor)
        assert "Both have the same safety flag" in self.blocked(kept, away, supervisor)

    def test_the_same_diagnosis_on_both_and_a_primary_one_on_both(self, kept, away, supervisor):
        twice = make_diagnosis(kept, by=supervisor, is_primary=True)
        words = self.blocked(kept, away, supervisor)
        assert "The same diagnosis stands on both. Resolve it on one of them" in words
        assert "Both have a primary diagnosis" in words
        assert "F10" not in words

        diagnoses.resolve(twice, on=twice.diagnosed_on, by=supervisor)

        assert merges.propose(kept, away, because=WHY, by=supervisor)

    def test_two_open_referrals_two_admissions_in_the_making_two_waits(self, kept, away, supervisor):
        referrals.receive(kept, by=supervisor)
        intakes.start(kept, by=supervisor)
        waitlist.wait(kept, program=program("PHP"), by=supervisor)

        words = self.blocked(kept, away, supervisor)

        assert all(part in words for part in ("open referral", "an admission is in the making", "Both wait for PHP"))

    def test_one_record_twice(self, kept, supervisor):
        assert "two records" in self.blocked(kept, kept, supervisor)

    def test_one_that_is_away_already(self, merged, supervisor):
        words = self.blocked(make_patient(supervisor), merged.away, supervisor)
        assert f"was merged into record no. {merged.kept.record_number}" in words

    def test_what_came_up_meanwhile_is_asked_again(self, kept, away, supervisor, officer):
        proposed = merges.propose(kept, away, because=WHY, by=supervisor)
        referrals.receive(kept, by=supervisor)

        with pytest.raises(NotNow, match="open referral"):
            merges.merge(proposed, by=officer)
        assert Merge.objects.get().outcome == ""


class TestUndoing:
    def test_everything_is_as_before(self, kept, away, supervisor, officer):
        of_kept, of_away = rows_of(kept), rows_of(away)
        tables = [label for label in of_kept if label != "patients.NamedAccess"]
        before = everything("patients.Patient", *tables)
        done = merges.merge(merges.propose(kept, away, because=WHY, by=supervisor), by=officer)

        merges.undo(done, by=officer, because="They are two cousins of one name.")

        assert (rows_of(kept), rows_of(away)) == (of_kept, of_away)
        assert everything("patients.Patient", *tables) == before
        assert what_is_wrong() == []

    def test_a_fact_changed_since_stays(self, merged, officer):
        Patient.objects.filter(pk=merged.kept_id).update(phone="555 0001")

        merges.undo(merged, by=officer, because="They are two cousins of one name.")

        assert Patient.objects.get(pk=merged.kept_id).phone == "555 0001"

    def test_what_was_written_since_about_what_came_goes_back_with_it(self, merged, supervisor, officer):
        """The admission that was in the making led to an episode: it is the other person's."""
        coming = merged.kept.intakes.get()
        make_admitted(supervisor, to="IOP Day", patient=merged.kept)
        episode = merged.kept.episodes.get(ended_on=None)
        coming.outcome, coming.episode, coming.closed_by, coming.closed_at = "admitted", episode, supervisor, merged.decided_at
        coming.save()
        episodes.move(open_stay(merged.kept), to=program("PHP"), on=today(), basis=basis(), reason=WHY, by=supervisor)
        signed = take(merged.kept, "telehealth", by=supervisor)

        merges.undo(merged, by=officer, because="They are two cousins of one name.")

        episode.refresh_from_db()
        signed.refresh_from_db()
        assert (episode.patient_id, signed.patient_id) == (merged.away_id, merged.away_id)
        assert what_is_wrong() == []

    def test_what_was_written_since_about_the_person_stays(self, merged, supervisor, officer):
        added = contacts.add(merged.kept, by=supervisor, name="Bo Adams", relationship="friend")

        merges.undo(merged, by=officer, because="They are two cousins of one name.")

        added.refresh_from_db()
        assert added.patient_id == merged.kept_id

    def test_of_two_merges_the_later_goes_first(self, merged, supervisor, officer):
        third = make_patient(supervisor)
        merges.merge(merges.propose(third, merged.kept, because=WHY, by=supervisor), by=officer)

        with pytest.raises(NotNow, match="Undo that merge first"):
            merges.undo(merged, by=officer, because="They are two cousins of one name.")

    def test_once(self, merged, officer):
        merges.undo(merged, by=officer, because="They are two cousins of one name.")

        with pytest.raises(SomeoneWasFirst, match="undid this merge"):
            merges.undo(merged, by=officer, because="They are two cousins of one name.")

    def test_and_merging_again_is_possible(self, merged, supervisor, officer):
        merges.undo(merged, by=officer, because="They are two cousins of one name.")

        again = merges.merge(merges.propose(merged.kept, merged.away, because=WHY, by=supervisor), by=officer)

        assert again.is_in_force


class TestWhatTheDatabaseKeeps:
    @pytest.mark.parametrize("table", [model._meta.db_table for model in merging.holders()])
    def test_no_row_moves_to_another_person_without_a_merge(self, kept, away, officer, supervisor, table):
        privacy.restrict(away, by=officer, named=[supervisor])
        other = make_patient()
        with pytest.raises(DatabaseError, match="only by a merge"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"UPDATE {table} SET patient_id = %s WHERE patient_id = %s", [_key(other), _key(away)])

    def test_nothing_new_on_a_record_that_is_away(self, merged, supervisor):
        with pytest.raises(SomeoneWasFirst, match="Go on there"), transaction.atomic():
            contacts.add(merged.away, by=supervisor, name="Bo Adams", relationship="friend")
        with pytest.raises(DatabaseError, match="Go on there"), transaction.atomic():
            NamedAccess.objects.create(patient=merged.away, user=supervisor, named_by=supervisor)


def _key(patient):
    return patient.pk.hex if connection.vendor == "sqlite" else patient.pk


def test_records_of_one_name_and_day_are_found(supervisor):
    one = make_patient(supervisor, given_name="Rosa", family_name="Núñez", birth_date=BORN)
    other = make_patient(supervisor, given_name="ROSA", family_name="Núñez", birth_date=BORN)
    make_patient(supervisor, given_name="Rosa", family_name="Núñez", birth_date=date(1992, 3, 4))
    make_patient(supervisor, given_name="Ana", family_name="Núñez", birth_date=BORN)

    assert merging.alike(Patient.objects.visible_to(supervisor)) == [(one, other)]


def test_a_pair_of_which_somebody_has_spoken_is_not_asked_about_again(kept, away, supervisor, officer):
    people = Patient.objects.filter(pk__in=[kept.pk, away.pk])
    people.update(given_name="Rosa", family_name="Núñez")
    assert len(merging.alike(people)) == 1

    proposed = merges.propose(kept, away, because=WHY, by=supervisor)
    assert merging.alike(people) == []

    merges.refuse(proposed, by=officer, because="Two cousins of one name.")
    assert merging.alike(people) == []
