"""The pages of referrals: the list, a call, the path of one."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from anchored.accounts.roles import Role
from anchored.ground.dates import today
from patients.actions import referrals
from patients.models import Commitment, ContactAttempt, Patient, Referral
from patients.views import referrals as pages
from tests.making import make_clinician, make_patient, make_user, program

from .visiting import SHUT, cost, cut_at, doors, events, follow, front_desk, get, seen, send, signed_in

pytestmark = pytest.mark.django_db

NEW = "/referrals/new/"


@pytest.fixture
def person():
    return front_desk(given_name="Ben", family_name="Castellano", works_in=["IOP Evening"])


@pytest.fixture
def desk(person):
    return signed_in(person)


def called(by, name="Kim", **said):
    patient = make_patient(by=by, given_name="Joon", family_name=name)
    return referrals.receive(patient, by=by, program=program("IOP Evening"), **said)


def form(client, **said):
    shown = get(client, NEW).form("given_name")
    return {**shown, "given_name": "Joon", "family_name": "Kim", "caller_relationship": "parent", **said}


class TestTakingACall:
    def test_a_name_is_enough_and_the_person_has_a_record(self, desk):
        page = follow(desk, NEW, form(desk))

        assert page.heading == "Referral of Joon Kim"
        assert Referral.objects.get().patient.record_number
        assert page.title == f"Referral, No. {Patient.objects.get().record_number} - Anchored"

    def test_everything_said_is_there_with_the_times_they_cannot_come(self, desk):
        said = {"why_now": "The job is at stake.", "phone": "555 0142", "substance": "2", "program": program("IOP Evening").pk}
        busy = {"busy_kind": "work", "busy_days": ["0", "1"], "busy_from": "9", "busy_to": "17:00"}

        page = follow(desk, NEW, form(desk, **said, **busy))

        for words in ("The job is at stake.", "555 0142", "Alcohol", "For IOP Evening", "Work"):
            assert words in page.text, words
        assert Commitment.objects.count() == 2

    def test_danger_says_what_to_do_today(self, desk):
        page = follow(desk, NEW, form(desk, thinks_of_suicide="yes"))

        assert "Act today. Thoughts of suicide." in page.text
        assert Referral.objects.get().urgency == "today"

    def test_somebody_known_to_me_is_asked_about_before_anything_is_created(self, person, desk):
        known = make_patient(by=person, given_name="Joon", family_name="Kim")
        typed = form(desk, birth_date="4 Mar 1991")

        asked = send(desk, NEW, typed)
        same = follow(desk, NEW, {**typed, "same_as": str(known.pk)})

        assert (asked.status, "Is this the same person?" in asked.text) == (422, True)
        assert same.heading == "Referral of Joon Kim"
        assert Referral.objects.get().patient == known
        assert Patient.objects.count() == 1

    def test_what_the_call_tells_of_somebody_known_is_kept_and_the_rest_stays(self, person, desk):
        known = make_patient(by=person, given_name="Joon", family_name="Kim", phone="555 0142", email="joon@example.org", language="Korean")
        typed = form(desk, given_name="JOON", birth_date="4 Mar 1991", phone="555 0199", needs_interpreter="on")

        follow(desk, NEW, {**typed, "same_as": str(known.pk)})

        known.refresh_from_db()
        assert (known.given_name, known.phone, known.email, known.language) == ("Joon", "555 0199", "joon@example.org", "Korean")
        assert known.needs_interpreter
        assert "patient.details_changed" in events(known)

    def test_a_call_that_is_refused_changes_nothing_of_somebody_known(self, person, desk):
        known = called(person).patient
        typed = form(desk, birth_date="4 Mar 1991", phone="555 0199")

        page = send(desk, NEW, {**typed, "same_as": str(known.pk)})

        known.refresh_from_db()
        assert (page.status, known.phone) == (422, "")

    def test_nobody_learns_that_somebody_elses_patient_is_one(self, desk):
        make_patient(by=make_clinician(), given_name="Joon", family_name="Kim")

        page = follow(desk, NEW, form(desk, birth_date="4 Mar 1991"))

        assert page.heading == "Referral of Joon Kim"
        assert Patient.objects.count() == 2

    def test_a_second_call_is_told_where_the_first_is(self, person, desk):
        first = called(person)
        typed = form(desk, birth_date="4 Mar 1991")

        page = send(desk, NEW, {**typed, "same_as": str(first.patient_id)})

        assert page.status == 422
        assert any("is open since" in sentence for sentence in page.mistakes)

    def test_mistakes_are_shown_with_the_typing_kept(self, desk):
        page = send(desk, NEW, form(desk, given_name="", birth_date="41 Mar", busy_kind="work", caller_phone="1"))

        assert page.status == 422
        assert {"given_name", "birth_date", "caller_phone", "busy_from", "busy_to"} <= page.invalid
        assert page.form("birth_date")["birth_date"] == "41 Mar"
        assert not Patient.objects.exists()


class TestOne:
    def test_a_contact_is_logged_in_seven_interactions(self, person, desk):
        """Open it, how, outcome, note, day to call again, the button: six."""
        referral = called(person)
        where = reverse("referral", args=[referral.pk])

        page = follow(desk, where, {"act": "attempt", "channel": "phone", "outcome": "spoke", "note": "Monday.", "next_on": today()})

        assert "Logged: spoke with the person." in page.text
        assert "Contacted" in page.part("path")
        assert ContactAttempt.objects.get().next_on == today()

    def test_an_appointment_stands_on_the_path(self, person, desk):
        where = reverse("referral", args=[called(person).pk])

        missing = send(desk, where, {"act": "step", "step": "scheduled"})
        page = follow(desk, where, {"act": "step", "step": "scheduled", "appointment_on": "30 Nov 2030", "appointment_at": "10:30"})

        assert missing.mistakes == ["Enter the day and the time of the appointment"]
        assert "Appointment 30 Nov 2030 10:30" in page.text

    def test_an_end_closes_it(self, person, desk):
        referral = called(person)

        desk.post(reverse("referral", args=[referral.pk]), {"act": "step", "step": "declined", "step_note": "Chose another house."})

        referral.refresh_from_db()
        assert referral.closed_by == person

    def test_it_leads_to_the_admission(self, person, desk):
        referral = called(person)

        page = get(desk, reverse("referral", args=[referral.pk]))

        assert page.leads_to("Start admission") == reverse("patients:start_intake", args=[referral.patient_id])

    def test_the_doors(self, person):
        where = reverse("referral", args=[called(person).pk])

        assert doors(where, weaker=Role.PRESCRIBER, works_in=["IOP Evening"]) == SHUT


class TestTheList:
    def test_the_most_pressing_come_first_and_the_trail_says_who_was_shown(self, person, desk):
        routine, soon, now = called(person, "Later"), called(person, "Soon", urgency="soon"), called(person, "Now", overdosed="yes")

        page = get(desk, "/referrals/")

        assert [page.text.index(name) for name in ("NOW", "SOON", "LATER")] == sorted(page.text.index(n) for n in ("NOW", "SOON", "LATER"))
        assert set(seen("list.shown", screen="referrals")) == {row.patient_id for row in (routine, soon, now)}

    def test_a_stranger_sees_none_of_them(self, person):
        called(person)

        page = get(signed_in(make_clinician(works_in=["PHP"])), "/referrals/")

        assert "No open referrals" in page.text
        assert "KIM" not in page.text

    def test_the_ended_ones_are_behind_a_link(self, person, desk):
        referral = called(person)
        referrals.take_step(referral, step="elsewhere", note="To the hospital.", by=person)

        assert "KIM" not in get(desk, "/referrals/").text
        assert "Referred elsewhere" in get(desk, "/referrals/?closed=1").text

    def test_pages_cost_the_same_for_one_and_for_twelve(self, person, desk):
        referral = called(person)
        pages = ["/referrals/", "/referrals/?closed=1", NEW, reverse("referral", args=[referral.pk])]
        one = [cost(desk, page) for page in pages]
        for _ in range(12):
            other = called(person)
            referrals.log_attempt(other.patient, referral=other, channel="phone", outcome="spoke", by=person)
            referrals.log_attempt(referral.patient, referral=referral, channel="phone", outcome="message", by=person)

        assert [cost(desk, page) for page in pages] == one == [6, 5, 3, 8]

    def test_who_does_not_take_calls_has_no_way_there(self):
        page = get(signed_in(make_user(Role.PRESCRIBER, works_in=["IOP Evening"])), "/today/")

        assert page.leads_to("Referrals") is None


def names(client, query=""):
    """The family names on the list, in order."""
    return [words.split(",")[0].title() for words, _ in get(client, f"/referrals/?{query}").links if ", " in words]


@pytest.fixture
def four(person):
    """One of each urgency, and one for whom no program is decided; of calls due, one agreed for today and one overdue."""
    desk = called(person, "Screened", urgency="soon")
    referrals.take_step(desk, step="screened", by=person)
    agreed = called(person, "Agreed", overdosed="yes")
    referrals.log_attempt(agreed.patient, referral=agreed, channel="phone", outcome="spoke", next_on=today(), by=person)
    late = called(person, "Late")
    Referral.objects.filter(pk=late.pk).update(received_at=timezone.now() - timedelta(days=3), program=program("PHP"))
    undecided = make_patient(by=person, given_name="Joon", family_name="Undecided")
    referrals.receive(undecided, by=person)


class TestFilters:
    def test_they_narrow_the_list(self, desk, four):
        table = {
            "": ["Agreed", "Screened", "Late", "Undecided"],
            "urgency=today": ["Agreed"],
            "urgency=routine": ["Late", "Undecided"],
            f"program={program('PHP').pk}": ["Late"],
            "program=none": ["Undecided"],
            "step=received": ["Late", "Undecided"],
            "step=contacted": ["Agreed"],
            "step=screened": ["Screened"],
            "call=due": ["Agreed", "Late"],
            "call=due&urgency=today": ["Agreed"],
            "step=scheduled": [],
        }

        assert {query: names(desk, query) for query in table} == table

    def test_what_cannot_be_read_is_left_out(self, desk, four):
        everybody = ["Agreed", "Screened", "Late", "Undecided"]
        queries = [
            "urgency=now",
            "program=abc",
            "program=99999999999999999999",
            "program=' OR 1=1",
            "step=admitted",
            "step=\x00",
            "call=never",
            "closed=yes",
            "patient__family_name=late",
            "call=due&call=",
        ]

        assert {query: names(desk, query) for query in queries} == dict.fromkeys(queries, everybody)

    def test_they_stay_as_they_were_chosen(self, desk, four):
        page = get(desk, "/referrals/?urgency=routine&call=due")

        assert page.form("urgency") == {"urgency": "routine", "program": "", "step": "", "call": "due"}
        assert "1 open, as filtered." in page.text

    def test_those_that_ended_have_ends_to_choose_from_and_no_calls(self, person, desk):
        for name, step in (("Gone", "elsewhere"), ("Other", "declined")):
            referrals.take_step(called(person, name), step=step, note="To the hospital.", by=person)

        assert get(desk, "/referrals/?closed=1").form("urgency") == {"closed": "1", "urgency": "", "program": "", "step": ""}
        assert names(desk, "closed=1&step=declined") == ["Other"]
        assert set(names(desk, "closed=1&step=received&call=due")) == {"Gone", "Other"}

    @pytest.mark.parametrize(("query", "back"), [("step=scheduled", "/referrals/"), ("closed=1&urgency=today", "?closed=1")])
    def test_when_they_fit_nobody_the_page_says_so_and_leads_back(self, desk, query, back):
        page = get(desk, f"/referrals/?{query}")

        assert "No referral matches these filters" in page.text
        assert page.leads_to("Clear the filters") == back

    def test_the_database_narrows_and_cuts_and_the_pager_keeps_them(self, person, desk, monkeypatch):
        monkeypatch.setattr(pages, "ROWS", 4)
        for _ in range(5):
            called(person, "Soon", urgency="soon")
            called(person, "Later")

        with CaptureQueriesContext(connection) as said:
            page = get(desk, "/referrals/?urgency=soon")

        assert cut_at(4, said)
        assert page.leads_to("Next") == "?page=2&urgency=soon"
        assert names(desk, "urgency=soon&page=2") == ["Soon"]

    def test_the_trail_knows_those_who_were_shown_and_no_others(self, desk, four):
        get(desk, "/referrals/?step=screened")

        assert seen("list.shown", screen="referrals") == [Patient.objects.get(family_name="Screened").pk]

    def test_none_of_them_shows_a_referral_of_somebody_else(self, four):
        stranger = signed_in(make_clinician(works_in=["Residential detox"]))

        assert names(stranger, f"program={program('PHP').pk}") == names(stranger, "call=due") == []

    def test_they_cost_the_same_for_one_and_for_twelve(self, person, desk):
        queries = [f"urgency=routine&step=received&call=due&program={program('IOP Evening').pk}", "closed=1&step=declined"]

        def more():
            ended, due = called(person), called(person)
            referrals.take_step(ended, step="declined", note="Chose another house.", by=person)
            Referral.objects.filter(pk=due.pk).update(received_at=timezone.now() - timedelta(days=3))

        more()
        one = [cost(desk, f"/referrals/?{query}") for query in queries]
        for _ in range(11):
            more()

        assert [len(names(desk, query)) for query in queries] == [12, 12]
        assert [cost(desk, f"/referrals/?{query}") for query in queries] == one == [6, 6]
