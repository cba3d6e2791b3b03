"""Two groups of twelve with plans: a session of one to open, sessions of the other to save and to sign. The same in every run."""

import random
from dataclasses import dataclass
from datetime import timedelta
from uuid import uuid4

from anchored.demo import attended
from anchored.ground.dates import today
from groups import planning
from groups.models import Attendance, Curriculum, Enrolment, Group, GroupType, Leader, Session
from patients.models import Episode, Patient
from treatment_plans.models import Plan

from . import noted

PEOPLE, CASELOAD, LATELY = 12, 50, 21


@dataclass(frozen=True)
class Grouped:
    """What there is to ask for: keys of rows."""

    opened: object
    there: list  # the episodes of those who were there
    saved: tuple  # two sessions: the product's and the floor's
    to_sign: list  # each to be signed once
    episodes: list  # of those who are marked and signed
    caseload: list


def grouped(clinician, signatures):
    """`signatures`: how many sessions there are to sign: of other people, whose weeks are fuller than any week in a clinic."""
    rng = random.Random(12)
    mine = Patient.objects.visible_to(clinician).filter(restricted=False)
    open_ones = Episode.objects.filter(patient__in=mine, ended_on=None).order_by("pk")
    asked = open_ones.filter(started_on__lt=today() - timedelta(days=LATELY)).exclude(pk__in=Plan.objects.in_force().values("episode"))
    in_iop = asked.filter(stays__ended_on=None, stays__program__name__startswith="IOP").select_related("patient")
    read, written = list(in_iop[:PEOPLE]), list(in_iop[PEOPLE : 2 * PEOPLE])
    opened, *_ = _met(clinician, read, range(1, LATELY, 2), rng)
    first, second, *to_sign = _met(clinician, written, [8 + number % (LATELY - 8) for number in range(signatures + 2)], rng)
    caseload = [episode.pk for episode in open_ones[:CASELOAD]]
    return Grouped(opened, [each.pk for each in read], (first, second), to_sign, [each.pk for each in written], caseload)


def _met(clinician, episodes, days_ago, rng):
    """The sessions of a group of these people so many days ago, marked and written, not signed."""
    roots = {each.pk: noted.plan_of(each, clinician, problems=2, objectives=2).objectives.first().root for each in episodes}
    group = _group(clinician, episodes)
    sessions = Session.objects.bulk_create(_session(group, ago) for ago in days_ago)
    Attendance.objects.bulk_create(_mark(session, each, roots[each.pk], clinician, rng) for session in sessions for each in episodes)
    return [session.pk for session in sessions]


def _group(clinician, episodes):
    began = today() - timedelta(days=LATELY)
    facts = {"type": GroupType.objects.get(code="relapse-prevention"), "curriculum": Curriculum.objects.get(name="Relapse prevention")}
    group = Group.objects.create(name=f"Mensura {uuid4().hex[:6]}, Evening", track="evening", started_on=began, **facts)
    Leader.objects.create(group=group, user=clinician, started_on=began)
    Enrolment.objects.bulk_create(Enrolment(group=group, episode=each, started_on=began, enrolled_by=clinician) for each in episodes)
    return group


def _session(group, ago):
    day = today() - timedelta(days=ago)
    times = {"started_at": planning.at(day, 1080), "ended_at": planning.at(day, 1260), "minutes": 165}
    said = {"methods": attended.METHODS[0], "shared": attended.SHARED[0], "topic": group.curriculum.topics.first(), "version": 1}
    return Session(group=group, planned_on=day, held_on=day, saved_by=group.leaders.get().user, saved_at=times["ended_at"], **times, **said)


def _mark(session, episode, root, by, rng):
    words = {f"section_{key}": noted.text(rng, noted.WORDS_IN_A_NOTE // 3) for key in ("part", "response")}
    words[f"standing_{root}"] = "some"
    facts = {"state": "present", "marked_by": by, "saved_by": by, "saved_at": session.ended_at, "version": 1}
    return Attendance(session=session, episode=episode, typed=words, **facts)
