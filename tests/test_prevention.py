"""The relapse-prevention plan: one per person, nothing said is lost, and what stood there on a day can be told."""

from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from anchored.accounts.refusals import NotNow, NotPermitted, SomeoneWasFirst
from anchored.accounts.roles import Role
from anchored.audit import trail
from anchored.audit.models import TrailEntry
from anchored.ground.dates import today
from patients.actions import admissions, contacts, episodes, merges
from patients.models import DischargeReason
from treatment_plans import prevention as page
from treatment_plans.actions import prevention
from treatment_plans.models import PreventionEntry, PreventionLook
from treatment_plans.policies import MOST_ENTRIES
from treatment_plans.reference import PREVENTION

from .checking import everything, trail_broken, what_is_wrong
from .making import make_admitted, make_clinician, make_patient, make_supervisor, make_user, open_stay, program
from .preventing import make_prevention, words

pytestmark = pytest.mark.django_db
NOON = timezone.localtime().replace(hour=12, minute=0)


@pytest.fixture
def clinician():
    return make_clinician(works_in=["IOP Day"])


@pytest.fixture
def patient(clinician):
    return make_admitted(clinician, to="IOP Day")


@pytest.fixture
def entry(patient, clinician):
    return prevention.add(patient, "coping", by=clinician, text="I walk to the river")


class TestSections:
    def test_each_has_a_heading_a_prompt_and_examples_in_plain_words(self):
        sections = PREVENTION["sections"]

        assert [section["key"] for section in sections] == ["triggers", "signs", "coping", "people", "reasons", "return", "care"]
        for section in sections:
            assert section["heading"]
            assert section["prompt"].endswith(".")
            assert len(section["examples"]) >= 4
            assert all(len(example) <= 150 for example in section["examples"])
        assert "naloxone" in str(PREVENTION).lower()

    def test_the_words_are_person_first(self):
        said = str(PREVENTION).lower()
        assert [word for word in ("addict", "abuse", "relapse", "clean", "dirty", "fail", "refuse") if word in said] == []


class TestStanding:
    def test_every_section_in_order_with_its_entries_in_one_statement(self, patient, clinician, django_assert_num_queries):
        make_prevention(patient, by=clinician)

        with django_assert_num_queries(1):
            sections = page.standing(patient)
            told = [(section.heading, [(entry.text, entry.how, entry.contact_now) for entry in section.entries]) for section in sections]

        assert told[0] == ("My triggers", [("Payday, alone in the car", "", None), ("The bar at the corner", "", None)])
        assert told[3] == ("People I can call", [("My sister Elena", "555 0177", None)])
        assert len(told) == 7

    def test_of_somebody_without_a_page_every_section_is_empty(self, patient):
        assert [section.entries for section in page.standing(patient)] == [[]] * 7
        assert page.last_look(patient) is None

    def test_what_stood_there_on_any_day(self, patient, clinician):
        days = [today() - timedelta(days=ago) for ago in (6, 5, 4, 3, 2)]
        moments = [NOON - timedelta(days=ago) for ago in (6, 5, 4, 3)]
        with time_machine.travel(moments[0], tick=False):
            entry = prevention.add(patient, "signs", by=clinician, text="first")
        with time_machine.travel(moments[1], tick=False):
            entry = prevention.change(entry, by=clinician, text="second")
        with time_machine.travel(moments[2], tick=False):
            prevention.remove(entry, by=clinician)
        with time_machine.travel(moments[3], tick=False):
            prevention.put_back(entry, by=clinician)

        assert [words(patient, "signs", day) for day in days] == [["first"], ["second"], [], ["second"], ["second"]]
        assert words(patient, "signs", days[0] - timedelta(days=1)) == []
        assert words(patient, "signs") == ["second"]
        assert page.standing(patient, days[0])[1].entries[0].text == "first"

    def test_it_goes_along_into_aftercare_and_the_next_episode(self, patient, clinician, entry):
        reason = DischargeReason.objects.first()
        episodes.discharge(open_stay(patient), on=today(), reason=reason, by=clinician)

        prevention.add(patient, "coping", by=clinician, text="I write a list")
        admissions.admit(patient, program=program("IOP Day"), on=today(), by=clinician)

        assert words(patient, "coping") == ["I walk to the river", "I write a list"]


class TestWriting:
    def test_another_wording_is_another_row_in_the_same_place(self, patient, clinician, entry):
        prevention.add(patient, "coping", by=clinician, text="I eat something")

        after = prevention.change(entry, by=clinician, text="I walk to the river and back")

        assert words(patient, "coping") == ["I walk to the river and back", "I eat something"]
        assert (after.replaces, after.root, after.position) == (entry, entry.pk, entry.position)
        assert PreventionEntry.objects.get(pk=entry.pk).text == "I walk to the river"

    def test_the_same_words_again_write_nothing(self, patient, clinician, entry):
        before = everything("treatment_plans.PreventionEntry", "audit.TrailEntry")

        assert prevention.change(entry, by=clinician, text="I walk to the river") == entry
        assert everything("treatment_plans.PreventionEntry", "audit.TrailEntry") == before

    def test_an_older_wording_leads_to_the_one_that_stands(self, clinician, entry):
        second = prevention.change(entry, by=clinician, text="second")

        third = prevention.change(entry, by=clinician, text="third")

        assert third.replaces == second

    def test_up_and_down_and_no_further_than_the_ends(self, patient, clinician, entry):
        for text in ("b", "c"):
            prevention.add(patient, "coping", by=clinician, text=text)
        prevention.move(entry, by=clinician, up=True)
        assert words(patient, "coping") == ["I walk to the river", "b", "c"]

        prevention.move(entry, by=clinician, up=False)
        assert words(patient, "coping") == ["b", "I walk to the river", "c"]

    def test_what_is_taken_out_stays_and_comes_back_in_its_words(self, patient, clinician, entry):
        prevention.remove(entry, by=clinician)
        assert words(patient, "coping") == []

        again = prevention.put_back(entry, by=clinician)

        assert words(patient, "coping") == ["I walk to the river"]
        assert (again.replaces, again.root) == (entry, entry.root)
        with pytest.raises(SomeoneWasFirst, match="on the page again"):
            prevention.put_back(entry, by=clinician)

    def test_what_somebody_took_out_is_neither_reworded_nor_moved_nor_taken_out_again(self, clinician, entry):
        prevention.remove(entry, by=clinician)

        for act in (
            lambda: prevention.change(entry, by=clinician, text="x"),
            lambda: prevention.move(entry, by=clinician, up=True),
            lambda: prevention.remove(entry, by=clinician),
        ):
            with pytest.raises(SomeoneWasFirst, match="took this entry out"):
                act()

    def test_a_section_is_as_long_as_a_page_to_take_home_bears(self, patient, clinician):
        for number in range(MOST_ENTRIES):
            entry = prevention.add(patient, "signs", by=clinician, text=str(number))
        with pytest.raises(NotNow, match="20 entries"):
            prevention.add(patient, "signs", by=clinician, text="one more")

        prevention.remove(entry, by=clinician)
        prevention.add(patient, "signs", by=clinician, text="one more")
        with pytest.raises(NotNow, match="20 entries"):
            prevention.put_back(entry, by=clinician)

    @pytest.mark.parametrize(
        "said", [{"text": ""}, {"text": "x" * 501}, {"text": "a\x00b"}, {"text": "\u202egro"}, {"text": "x", "how": "a\nb"}]
    )
    def test_what_no_page_can_hold_is_refused(self, patient, clinician, said):
        before = everything("treatment_plans.PreventionEntry")
        with pytest.raises(ValidationError):
            prevention.add(patient, "people", by=clinician, **said)
        with pytest.raises(ValidationError):
            prevention.add(patient, "no-such", by=clinician, text="x")
        assert everything("treatment_plans.PreventionEntry") == before

    def test_who_may(self, patient, entry):
        for role in (Role.PRESCRIBER, Role.FRONT_DESK, Role.ADMINISTRATOR, Role.PRIVACY_OFFICER):
            user = make_user(role)
            for act in (
                lambda user=user: prevention.add(patient, "signs", by=user, text="x"),
                lambda user=user: prevention.change(entry, by=user, text="x"),
                lambda user=user: prevention.move(entry, by=user, up=True),
                lambda user=user: prevention.remove(entry, by=user),
                lambda user=user: prevention.put_back(entry, by=user),
                lambda user=user: prevention.go_through(patient, by=user),
            ):
                with pytest.raises(NotPermitted):
                    act()

    def test_the_trail_knows_who_and_which_section_and_no_word(self, patient, clinician, entry):
        after = prevention.change(entry, by=clinician, text="I swim")
        prevention.remove(after, by=clinician)
        prevention.put_back(after, by=clinician)
        prevention.go_through(patient, by=clinician)

        told = TrailEntry.objects.filter(event__startswith="prevention.", patient_id=patient.pk).order_by("sequence")
        assert [row.event.partition(".")[2] for row in told] == [
            "entry_added",
            "entry_changed",
            "entry_removed",
            "entry_put_back",
            "gone_through",
        ]
        assert told[1].facts == {"section": "coping", "fields": ["text"]}
        assert "river" not in str([row.facts for row in told])
        assert "swim" not in str([row.facts for row in told])

    def test_without_a_trail_nothing_is_written(self, patient, clinician, entry):
        before = everything("treatment_plans.PreventionEntry", "treatment_plans.PreventionLook")
        for act in (
            lambda: prevention.add(patient, "signs", by=clinician, text="x"),
            lambda: prevention.change(entry, by=clinician, text="x"),
            lambda: prevention.remove(entry, by=clinician),
            lambda: prevention.go_through(patient, by=clinician),
        ):
            with trail_broken(), pytest.raises(trail.TrailUnavailable), transaction.atomic():
                act()
        assert everything("treatment_plans.PreventionEntry", "treatment_plans.PreventionLook") == before


class TestContacts:
    def test_an_entry_may_name_a_contact(self, patient, clinician):
        elena = contacts.add(patient, by=clinician, name="Elena Lopez", relationship="sibling", phone="555 0177")
        entry = prevention.add(patient, "people", by=clinician, text="My sister", how="555 0177", contact=elena)
        assert (entry.contact_now, entry.other_phone) == (elena, "")

        contacts.change(elena, by=clinician, phone="555 0199")
        assert PreventionEntry.objects.get().other_phone == "555 0199"

        contacts.remove(elena, by=clinician)
        assert PreventionEntry.objects.get().contact_now is None

    def test_nobody_of_another_chart_and_nobody_who_left_the_list(self, patient, clinician, entry):
        theirs = contacts.add(make_admitted(clinician), by=clinician, name="Bo Adams", relationship="friend")
        gone = contacts.remove(contacts.add(patient, by=clinician, name="Chris Doe", relationship="friend"), by=clinician)

        for contact in (theirs, gone):
            with pytest.raises(SomeoneWasFirst, match="no longer among the contacts"):
                prevention.add(patient, "people", by=clinician, text="x", contact=contact)
            with pytest.raises(SomeoneWasFirst, match="no longer among the contacts"):
                prevention.change(entry, by=clinician, contact=contact)


class TestGoingThrough:
    def test_a_dated_row_once_a_day(self, patient, clinician, entry):
        look = prevention.go_through(patient, by=clinician)

        assert (look.day, look.noted_by) == (today(), clinician)
        assert page.last_look(patient) == look
        with pytest.raises(SomeoneWasFirst, match="noted already"):
            prevention.go_through(patient, by=clinician)

    def test_only_what_is_written(self, patient, clinician):
        with pytest.raises(NotNow, match="Nothing is written"):
            prevention.go_through(patient, by=clinician)


class TestWhatTheDatabaseKeeps:
    @pytest.mark.parametrize("change", [{"text": "x"}, {"how": "x"}, {"section": "signs"}, {"written_at": NOON}, {"replaces": None}])
    def test_a_wording_stays(self, clinician, entry, change):
        after = prevention.change(entry, by=clinician, text="I swim")
        with pytest.raises(DatabaseError, match="A wording stays"), transaction.atomic():
            PreventionEntry.objects.filter(pk=after.pk).update(**change)

    def test_who_took_it_out_stays(self, clinician, entry):
        prevention.remove(entry, by=clinician)
        with pytest.raises(DatabaseError, match="A wording stays"), transaction.atomic():
            PreventionEntry.objects.filter(pk=entry.pk).update(removed_by=None, removed_at=None)

    def test_nothing_is_deleted(self, patient, clinician, entry):
        look = prevention.go_through(patient, by=clinician)
        for row in (entry, look):
            with pytest.raises(DatabaseError, match="not deleted"), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(f"DELETE FROM {row._meta.db_table}")
        with pytest.raises(DatabaseError, match="written once"), transaction.atomic():
            PreventionLook.objects.filter(pk=look.pk).update(day=today() - timedelta(days=1))

    def test_a_wording_takes_the_place_of_its_own_entry_once(self, patient, clinician, entry):
        other = prevention.add(patient, "signs", by=clinician, text="I say nothing")
        facts = {"patient": patient, "written_by": clinician, "text": "x"}
        for wrong in (
            {"section": "coping", "root": entry.root, "replaces": other},
            {"section": "signs", "root": entry.root, "replaces": entry},
            {"section": "coping", "root": other.root, "replaces": entry},
        ):
            with pytest.raises(DatabaseError, match="same entry"), transaction.atomic():
                PreventionEntry.objects.create(**facts, **wrong)
        prevention.change(entry, by=clinician, text="second")
        with pytest.raises(DatabaseError), transaction.atomic():
            PreventionEntry.objects.create(**facts, section="coping", root=entry.root, replaces=entry)

    def test_contacts_are_of_the_same_patient(self, patient, clinician):
        theirs = contacts.add(make_admitted(clinician), by=clinician, name="Bo Adams", relationship="friend")
        row = PreventionEntry(patient=patient, section="people", written_by=clinician, text="x", contact=theirs)
        row.root = row.pk
        with pytest.raises(DatabaseError, match="of the same patient"), transaction.atomic():
            row.save(force_insert=True)


class TestTwoRecordsOfOnePerson:
    @pytest.fixture
    def officer(self):
        return make_user(Role.PRIVACY_OFFICER)

    def test_both_pages_become_one_and_go_apart_again_with_what_was_reworded_since(self, clinician, officer):
        supervisor = make_supervisor(works_in=["IOP Day"])
        kept, away = make_patient(supervisor), make_patient(supervisor)
        mine = prevention.add(kept, "coping", by=supervisor, text="I swim")
        theirs = prevention.add(away, "coping", by=supervisor, text="I run")
        elena = contacts.add(away, by=supervisor, name="Elena Lopez", relationship="sibling")
        prevention.add(away, "people", by=supervisor, text="My sister", contact=elena)
        merged = merges.merge(merges.propose(kept, away, because="Both showed the same photo ID.", by=supervisor), by=officer)

        assert sorted(words(kept, "coping")) == ["I run", "I swim"]
        theirs.refresh_from_db()
        for text in ("I run far", "I run to the river"):
            prevention.change(theirs, by=supervisor, text=text)
        prevention.change(mine, by=supervisor, text="I swim at six")
        merges.undo(merged, by=officer, because="They are two cousins of one name.")

        assert (words(kept, "coping"), words(away, "coping")) == (["I swim at six"], ["I run to the river"])
        assert PreventionEntry.objects.get(section="people").contact_now == elena
        assert what_is_wrong() == []

    def test_a_contact_that_went_back_is_not_named_in_this_chart(self, clinician, officer):
        supervisor = make_supervisor(works_in=["IOP Day"])
        kept, away = make_patient(supervisor), make_patient(supervisor)
        elena = contacts.add(away, by=supervisor, name="Elena Lopez", relationship="sibling", phone="555 0177")
        merged = merges.merge(merges.propose(kept, away, because="Both showed the same photo ID.", by=supervisor), by=officer)
        elena.refresh_from_db()
        prevention.add(merged.kept, "people", by=supervisor, text="My sister", how="555 0100", contact=elena)

        merges.undo(merged, by=officer, because="They are two cousins of one name.")

        entry = PreventionEntry.objects.get()
        assert (entry.patient, entry.contact_now, entry.other_phone) == (kept, None, "")
