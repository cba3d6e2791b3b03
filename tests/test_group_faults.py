"""Groups while things break: whichever statement fails, two facilitators who sign at once, a server killed in mid signing."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from anchored.audit.models import TrailEntry
from anchored.signing.models import Signature
from groups.actions import attendance, enrolments, notes, sessions
from groups.models import Attendance
from patients.models import Service
from treatment_plans.models import Note

from .checking import what_is_wrong
from .grouping import enrolled, make_group, make_session
from .making import make_admitted, make_clinician, make_patient, make_supervisor
from .test_faults import KILLS, Server, moments, nothing_remains_unless_all_of
from .test_races import at_once, done
from .test_sessions import OTHER, WORDS, episode, mark, read, write

ROUNDS = 100


def make_members(*leaders, of=("Rosa Alvarez", "Joon Kim")):
    """A group of these leaders with its members, who are in care since before the session."""
    group = make_group(*leaders)
    patients = [make_patient(leaders[0], given_name=name.split()[0], family_name=name.split()[1]) for name in of]
    for patient in patients:
        enrolled(make_admitted(leaders[0], to="IOP Day", patient=patient), group, by=leaders[0])
    return group, patients


def written_sessions(group, patients, by, number):
    """Sessions of the last day, one minute after the other, each marked and written, ready to be signed."""
    made = [make_session(group, ago=timedelta(hours=8, minutes=minute)) for minute in range(number)]
    facts = {"state": "present", "marked_by": by, "version": 1, "saved_by": by, "saved_at": timezone.now()}
    texts = [(patient, typed) for patient, typed in zip(patients, (WORDS, OTHER), strict=True)]
    Attendance.objects.bulk_create(
        Attendance(session=session, episode=episode(patient), typed=_varied(typed, evening), **facts)
        for evening, session in enumerate(made)
        for patient, typed in texts
    )
    return made


def _varied(typed, evening):
    return {**typed, "section_part": f"{typed['section_part']} That was evening {evening}."}


def acts():
    """Each act of a group, ready to be done."""
    leader, supervisor = make_clinician(works_in=["IOP Day"]), make_supervisor(works_in=["IOP Day"])
    group, (rosa, joon) = make_members(leader)
    session, later = make_session(group), make_session(group, ago=timedelta(days=-3))
    walk_in = make_admitted(leader, to="IOP Day")
    membership = enrolled(make_admitted(leader, to="IOP Day"), group, by=leader)
    others = [make_group(leader), make_group(leader)]
    mark(session, rosa, leader)
    write(session, rosa, leader)
    unmarked, now = make_session(group, ago=timedelta(hours=30)), make_session(group, ago=timedelta(0))
    return {
        "mark": transaction.atomic(lambda: mark(session, joon, leader, "late", late=15)),  # it has no savepoint of its own
        "mark_all": lambda: attendance.mark_all_present(unmarked, by=leader),
        "guest": lambda: attendance.add_guest(session, walk_in, because="Asked to look in.", by=leader),
        "walk_in": lambda: attendance.enrol_walk_in(now, walk_in, by=leader),
        "write": lambda: write(session, rosa, leader, typed=OTHER, version=1),
        "sign": lambda: notes.sign(session, [episode(rosa).pk], by=leader, read=read(session)),
        "enrol": lambda: enrolments.enrol(episode(walk_in), others, by=leader),
        "leave": lambda: enrolments.leave(membership, by=leader, because="Works then."),
        "cancel": lambda: sessions.cancel(later, because="Ill.", by=supervisor),
    }


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["mark", "mark_all", "guest", "walk_in", "write", "sign", "enrol", "leave", "cancel"])
def test_whichever_statement_fails_nothing_of_the_act_remains(name):
    nothing_remains_unless_all_of(acts()[name])


def all_is_signed_once(rounds, patients):
    """One note, one service and one signature for each who came; the ledger has the minutes of the attendance."""
    marks = list(Attendance.objects.filter(session__in=rounds).select_related("session", "note__service"))
    assert len(marks) == len(rounds) * len(patients)
    assert all(one.note and one.note.is_intact() for one in marks)
    assert [one.note.service.minutes for one in marks] == [one.minutes for one in marks]
    assert Note.objects.count() == Service.objects.count() == len(marks)
    assert Signature.objects.filter(document_type="treatment_plans.note").count() == len(marks)
    assert what_is_wrong() == []


@pytest.mark.django_db(transaction=True)
def test_two_facilitators_sign_the_same_session_at_once_a_hundred_times():
    leader, co_leader = make_clinician(works_in=["IOP Day"]), make_clinician(works_in=["IOP Day"])
    group, patients = make_members(leader, co_leader)
    rounds, everybody = written_sessions(group, patients, leader, ROUNDS), [episode(patient).pk for patient in patients]

    for session in rounds:
        seen = read(session)
        outcomes = at_once(
            *[lambda by=by, session=session, seen=seen: notes.sign(session, everybody, by=by, read=seen) for by in (leader, co_leader)]
        )
        assert sorted(len(signed) for signed in done(outcomes)) == [0, 2]

    all_is_signed_once(rounds, patients)


@pytest.mark.django_db(transaction=True)
def test_two_facilitators_mark_the_same_person_at_once_and_one_of_them_hears_of_it():
    leader, co_leader = make_clinician(works_in=["IOP Day"]), make_clinician(works_in=["IOP Day"])
    group, (rosa, _) = make_members(leader, co_leader)
    choices = [(leader, {"state": "late", "late": 15}), (co_leader, {"state": "unexcused"})]

    for minute in range(20):
        session = make_session(group, ago=timedelta(hours=8, minutes=minute))
        outcomes = at_once(
            *[
                lambda by=by, facts=facts, session=session: attendance.mark(session, episode(rosa), by=by, shown="", **facts)
                for by, facts in choices
            ]
        )
        assert sorted(each.theirs for each in done(outcomes)) == [False, True]
        kept = Attendance.objects.get(session=session)
        assert {each.mark.state for each in outcomes} == {kept.state}


@pytest.mark.django_db(transaction=True)
def test_two_facilitators_who_tick_different_people_sign_them_all():
    leader, co_leader = make_clinician(works_in=["IOP Day"]), make_clinician(works_in=["IOP Day"])
    group, patients = make_members(leader, co_leader)
    (session,) = rounds = written_sessions(group, patients, leader, 1)
    seen, pairs = read(session), zip((leader, co_leader), patients, strict=True)

    at_once(*[lambda by=by, one=one: notes.sign(session, [episode(one).pk], by=by, read=seen) for by, one in pairs])

    all_is_signed_once(rounds, patients)


@pytest.mark.django_db(transaction=True)
def test_a_server_killed_while_a_session_is_signed_has_signed_all_of_it_or_nothing():
    leader = make_clinician(works_in=["IOP Day"])
    group, patients = make_members(leader)
    rounds, moment = written_sessions(group, patients, leader, KILLS), moments(0.15, seed=2611)
    server, answered, interrupted = Server(leader), [], 0

    try:
        for session in rounds:
            server.wait_until_it_serves()
            form = everything_ticked(session)
            status = server.killed_in(next(moment), "POST", reverse("sign_session", args=[session.pk]), form)
            assert status in (302, None)
            answered += [session] if status else []
            interrupted += status is None
        server.wait_until_it_serves()
        assert interrupted, "nothing was interrupted"
        assert_each_is_whole_or_untouched(rounds, answered)
        for session in rounds:
            assert server.ask("POST", reverse("sign_session", args=[session.pk]), everything_ticked(session)) == 302
    finally:
        server.stop()

    all_is_signed_once(rounds, patients)


def everything_ticked(session):
    """What the page of signing sends, everybody ticked."""
    versions = {f"version-{pk or 'shared'}": version for pk, version in read(session).items()}
    chosen = list(session.attendance.values_list("episode", flat=True))
    return {**versions, "sign": chosen, "once": uuid4()}


def assert_each_is_whole_or_untouched(rounds, answered):
    for session in rounds:
        signed = session.attendance.filter(note__isnull=False).count()
        assert signed in ((2,) if session in answered else (0, 2))
    told = TrailEntry.objects.filter(event="document.signed").count()
    assert Note.objects.count() == Service.objects.count() == told
    assert what_is_wrong() == []
