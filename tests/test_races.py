"""Everybody at once, with real threads and real transactions. Somebody is first; the others follow or are told so."""

import threading
from collections import Counter
from datetime import timedelta
from functools import partial
from uuid import uuid4

import pytest
from django.db import connection
from django.http.response import HttpResponseBase
from django.test import Client
from django.urls import reverse

from anchored.accounts.refusals import NotNow, SomeoneWasFirst
from anchored.accounts.roles import Role
from anchored.audit import trail
from anchored.audit.models import TrailEntry
from anchored.ground.dates import today
from anchored.signing import signatures
from anchored.signing.models import Signature
from groups.actions import make_ups
from groups.models import MakeUp
from patients.actions import admissions, contacts, episodes, flags, merges, registration, team, waitlist
from patients.doors import opened
from patients.models import Assessment, CareTeamMember, DischargeReason, Episode, Offer, Patient, Program, RecordNumber, SafetyFlag, Stay

from .checking import what_is_wrong
from .grouping import make_group, make_session
from .making import basis, make_admitted, make_clinician, make_patient, make_supervisor, make_user, open_stay, program

pytestmark = pytest.mark.django_db(transaction=True)
WHY = "Ready for the next level."
DAY = timedelta(days=1)


def at_once(*acts, seats=None):
    """Do all of it at the same moment, each in a thread of its own; what each gave, or the refusal it met.

    `seats`: how many are served at a time, as by a server with so many threads; the others stand in line.
    """
    gate, outcomes = threading.Barrier(len(acts)), [None] * len(acts)
    line = threading.Semaphore(seats or len(acts))

    def do(number, act):
        gate.wait()
        try:
            with line:
                outcomes[number] = act()
        except NotNow as refusal:
            outcomes[number] = refusal
        finally:
            connection.close()

    threads = [threading.Thread(target=do, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


def done(outcomes):
    return [outcome for outcome in outcomes if not isinstance(outcome, NotNow)]


def move(stay, to, by):
    return episodes.move(stay, to=to, on=today(), basis=basis(), reason=WHY, by=by)


def discharge(stay, by):
    return episodes.discharge(stay, on=today(), reason=DischargeReason.objects.first(), by=by)


def test_fifty_people_move_one_patient():
    supervisor = make_supervisor()
    patient = make_admitted(supervisor)
    stay, programs = open_stay(patient), list(Program.objects.exclude(name="Residential detox")[:5])

    one = at_once(*[lambda to=programs[number % 5]: move(stay, to, supervisor) for number in range(50)])
    some = at_once(*[lambda to=programs[number % 5]: move(open_stay(patient), to, supervisor) for number in range(50)])

    assert len(done(one)) == 1
    assert all(isinstance(outcome, Stay | SomeoneWasFirst) for outcome in one)
    assert len(done(some)) >= 1
    assert Stay.objects.filter(episode=stay.episode).count() == 1 + len(done(one)) + len(done(some))
    assert Stay.objects.open().count() == 1
    assert what_is_wrong() == []


def test_two_people_admit_one_patient_and_twenty_want_the_last_place():
    clinician = make_clinician()
    twice = [make_patient(by=clinician) for _ in range(5)]
    waiting = [make_patient(by=clinician) for _ in range(20)]
    Program.objects.filter(name="PHP").update(capacity=1)

    def admit(patient, to):
        return admissions.admit(patient, program=to, on=today(), by=clinician, primary=clinician)

    outpatient, php = program("Outpatient"), program("PHP")
    for patient in twice:
        both = at_once(lambda who=patient: admit(who, outpatient), lambda who=patient: admit(who, outpatient))
        assert {type(outcome) for outcome in both} == {Episode, SomeoneWasFirst}
    place = at_once(*[lambda who=patient: admit(who, php) for patient in waiting])

    assert len(done(place)) == 1
    assert {str(refusal.messages[0]) for refusal in place if isinstance(refusal, NotNow)} == {
        "PHP is full (1 of 1). Choose another or the waitlist."
    }
    assert Episode.objects.count() == 6
    assert what_is_wrong() == []


def test_the_last_place_is_offered_once_or_taken_once():
    clinician = make_clinician()
    Program.objects.filter(name="PHP").update(capacity=1)
    php = program("PHP")
    entries = [waitlist.wait(make_patient(by=clinician), program=php, by=clinician) for _ in range(20)]
    others = [make_patient(by=clinician) for _ in range(5)]

    offered = at_once(*[lambda entry=entry: waitlist.offer(entry, held_until=today(), by=clinician) for entry in entries])

    assert len(done(offered)) == 1
    assert Offer.objects.holding(today()).count() == 1
    waitlist.turn_down(done(offered)[0], by=clinician)
    acts = [lambda entry=entry: waitlist.offer(entry, held_until=today(), by=clinician) for entry in entries[:5]]
    acts += [lambda who=patient: admissions.admit(who, program=php, on=today(), by=clinician) for patient in others]
    assert len(done(at_once(*acts))) == 1
    assert Offer.objects.holding(today()).count() + Stay.objects.open().filter(program=php).count() == 1
    assert what_is_wrong() == []


def test_the_last_make_up_place_is_taken_once():
    leader = make_clinician(works_in=["IOP Day"])
    session = make_session(make_group(leader, capacity=1), ago=-DAY)
    people = [make_admitted(leader, to="IOP Day").episodes.get() for _ in range(5)]

    outcomes = at_once(*(partial(make_ups.take, session, each, by=leader) for each in people))

    assert len(done(outcomes)) == MakeUp.objects.standing().count() == 1


def test_a_patient_is_reassigned_moved_discharged_and_flagged_at_the_same_moment():
    """In some order, each act finds the record as the one before left it."""
    supervisor, others = make_supervisor(), [make_clinician() for _ in range(4)]
    iop = program("IOP Day")

    for _ in range(4):
        patient = make_admitted(supervisor, to="Outpatient")
        stay = open_stay(patient)
        acts = [lambda to=person: team.reassign(stay.episode, to=to, by=supervisor) for person in others]
        acts += [lambda: discharge(stay, supervisor), lambda: discharge(stay, supervisor), lambda: move(stay, iop, supervisor)]
        acts += [lambda who=patient: flags.raise_flag(who, kind="overdose", by=supervisor)] * 3

        outcomes = at_once(*acts)

        assert len(done(outcomes[4:7])) == 1, "either moved or discharged, and once"
        assert SafetyFlag.objects.filter(patient=patient).count() == 1
    assert what_is_wrong() == []


def test_two_reassignments_leave_one_primary_clinician():
    supervisor = make_supervisor()
    episode = open_stay(make_admitted(supervisor)).episode
    people = [make_clinician() for _ in range(10)]

    at_once(*[lambda to=person: team.reassign(episode, to=to, by=supervisor) for person in people])

    assert CareTeamMember.objects.filter(episode=episode, part="primary", ended_on=None).count() == 1
    assert CareTeamMember.objects.filter(episode=episode).count() == 11
    assert what_is_wrong() == []


def test_a_move_is_undone_once_and_not_while_the_patient_moves_on():
    supervisor = make_supervisor()
    moved = move(open_stay(make_admitted(supervisor)), program("PHP"), supervisor)

    outcomes = at_once(*[lambda: episodes.undo_move(moved, by=supervisor)] * 5, *[lambda: move(moved, program("IOP Day"), supervisor)] * 5)

    assert len(done(outcomes)) == 1
    assert what_is_wrong() == []


def test_patients_who_change_places_do_not_lock_each_other_out():
    supervisor = make_supervisor()
    one, two = make_admitted(supervisor, to="PHP"), make_admitted(supervisor, to="IOP Day")
    places = [program("PHP"), program("IOP Day")]

    for number in range(10):
        to, other = places[(number + 1) % 2], places[number % 2]
        outcomes = at_once(
            lambda to=to: move(open_stay(one), to, supervisor),
            lambda to=other: move(open_stay(two), to, supervisor),
        )
        assert len(done(outcomes)) == 2
    assert what_is_wrong() == []


def test_twenty_people_register_patients_and_no_number_is_given_twice():
    clinician = make_clinician()
    RecordNumber.objects.all().delete()

    at_once(*[lambda: [registration.register(by=clinician, given_name="Rosa") for _ in range(3)]] * 20)

    assert sorted(Patient.objects.values_list("record_number", flat=True)) == list(range(1001, 1061))


def test_twenty_writers_leave_one_trail_without_forks_and_gaps():
    clinician = make_clinician()

    def write():
        for _ in range(20):
            trail.record("chart.opened", by=clinician)

    at_once(*[write] * 20)

    assert TrailEntry.objects.count() == 400
    assert trail.first_bad_row() is None
    assert max(Counter(TrailEntry.objects.values_list("previous_hash", flat=True)).values()) == 1


def test_questions_asked_at_once_are_answered_to_whoever_asked():
    """The door of the chart builds its SQL once for everybody: nobody gets what another thread asked for."""
    people = [make_clinician() for _ in range(8)]
    patients = [make_admitted(person, to="Outpatient") for person in people]

    def look(me):
        return [
            [
                opened(user=people[me].pk, patient=patient.pk) == ([patient] if me == theirs else [])
                for theirs, patient in enumerate(patients)
            ]
            for _ in range(10)
        ]

    opened._ready = {}
    answers = at_once(*[lambda me=number: look(me) for number in range(8)])

    assert all(all(all(row) for row in rows) for rows in answers)


def test_a_document_is_sealed_by_one_of_ten_signatures():
    people = [make_clinician() for _ in range(10)]
    stay = open_stay(make_admitted(people[0]))
    draft = Assessment.objects.create(episode=stay.episode, stay=stay, occasion="continued", edition="3", made_by=people[0], rating_1="2")

    outcomes = at_once(*[lambda by=person: signatures.sign(Assessment.objects.get(pk=draft.pk), by=by) for person in people])

    assert len(done(outcomes)) == 1
    assert Signature.objects.get().digest == Assessment.objects.get().digest_now()


class TestThroughThePages:
    """The same through the pages: everybody is answered with a page, nobody with a failure."""

    SEATS = 16  # two workers of eight threads: deploy/gunicorn.conf.py

    def clients(self, user, number):
        first = Client()
        first.force_login(user)
        others = [Client() for _ in range(number)]
        for client in others:
            client.cookies = first.cookies
        return others

    def form(self, stay, to):
        facts = {"stay": stay.pk, "to": to.pk, "basis": basis().pk, "on": today().isoformat(), "reason": WHY}
        return {**facts, "once": str(uuid4()), **{f"rating_{number}": "1" for number in range(1, 7)}}

    def test_fifty_people_send_the_move_form(self):
        supervisor = make_supervisor(works_in=[row.name for row in Program.objects.all()])
        patient = make_admitted(supervisor)
        stay, programs = open_stay(patient), list(Program.objects.exclude(name="Residential detox")[:5])
        url = reverse("patients:move", args=[patient.pk])
        forms = [self.form(stay, programs[number % 5]) for number in range(50)]
        for form in forms[::7]:
            del form["once"]

        acts = [
            lambda client=client, form=form: client.post(url, form)
            for client, form in zip(self.clients(supervisor, 50), forms, strict=True)
        ]

        answers = at_once(*acts, seats=self.SEATS)

        assert Counter(answer.status_code for answer in answers) == {302: 1, 409: 49}
        assert Stay.objects.filter(episode=stay.episode).count() == 2
        assert what_is_wrong() == []

    def test_one_form_arrives_ten_times_at_once(self):
        supervisor = make_supervisor(works_in=[row.name for row in Program.objects.all()])
        patient = make_admitted(supervisor)
        url, form = reverse("patients:move", args=[patient.pk]), self.form(open_stay(patient), program("PHP"))
        admit = {
            "given_name": "Luis",
            "family_name": "Ortega",
            "program": program("PHP").pk,
            "on": today().isoformat(),
            "once": str(uuid4()),
        }

        moved = at_once(*[lambda client=client: client.post(url, form) for client in self.clients(supervisor, 10)])
        admitted = at_once(*[lambda client=client: client.post(reverse("patients:new"), admit) for client in self.clients(supervisor, 10)])

        assert {(answer.status_code, answer["Location"]) for answer in moved} == {(302, patient.get_absolute_url())}
        assert {answer.status_code for answer in admitted} == {302}
        assert len({answer["Location"] for answer in admitted}) == 1
        assert Patient.objects.filter(given_name="Luis").count() == 1
        assert TrailEntry.objects.filter(event="stay.moved").count() == 1
        assert what_is_wrong() == []

    def test_charts_are_read_while_patients_move(self):
        supervisor = make_supervisor(works_in=[row.name for row in Program.objects.all()])
        patients = [make_admitted(supervisor, to="Outpatient") for _ in range(6)]
        php, iop = program("PHP"), program("IOP Day")
        acts = []
        for patient, client in zip(patients, self.clients(supervisor, 6), strict=True):
            form = self.form(open_stay(patient), php)
            acts.append(lambda client=client, who=patient, form=form: client.post(reverse("patients:move", args=[who.pk]), form))
            acts.append(lambda client=client, who=patient: client.get(who.get_absolute_url()))
            acts.append(lambda who=patient: move(open_stay(who), iop, supervisor))
            acts.append(lambda client=client: client.get("/continuum/"))

        answers = [answer for answer in at_once(*acts, seats=self.SEATS) if isinstance(answer, HttpResponseBase)]

        assert {answer.status_code for answer in answers} <= {200, 302, 409}
        assert what_is_wrong() == []

    def test_ten_people_correct_the_same_field(self):
        """One is first; the others are shown what it says now, and what they typed."""
        clinician = make_clinician()
        patient = make_admitted(clinician)
        url = reverse("patients:details", args=[patient.pk])
        shown = {"given_name": "Rosa", "family_name": patient.family_name, "birth_date": "1991-03-04", "city": ""}
        form = {**shown, **{f"initial-{name}": value for name, value in shown.items()}}
        towns = [f"Town {number}" for number in range(10)]

        acts = [
            lambda client=client, town=town: client.post(url, {**form, "city": town, "once": str(uuid4())})
            for client, town in zip(self.clients(clinician, 10), towns, strict=True)
        ]
        answers = at_once(*acts)

        assert Counter(answer.status_code for answer in answers) == {302: 1, 409: 9}
        assert TrailEntry.objects.filter(event="patient.details_changed").count() == 1


def test_what_is_written_while_two_records_become_one_is_lost_on_neither():
    """A contact added to the record that goes away comes along, or is refused with words; a merge is done once."""
    supervisor, officers = make_supervisor(works_in=["IOP Day"]), [make_user(Role.PRIVACY_OFFICER) for _ in range(2)]
    for _ in range(5):
        kept, away = make_admitted(supervisor, to="IOP Day"), make_patient(by=supervisor)
        proposed = merges.propose(kept, away, because="Both showed the same photo ID.", by=supervisor)

        def add(number, away=away):
            return contacts.add(away, by=supervisor, name=f"Contact {number}", relationship="friend")

        outcomes = at_once(
            *[lambda officer=officer: merges.merge(proposed, by=officer) for officer in officers], *[lambda n=n: add(n) for n in range(6)]
        )

        assert len(done(outcomes[:2])) == 1
        assert kept.contacts.count() == len(done(outcomes[2:]))
        assert away.contacts.count() == 0
    assert what_is_wrong() == []
