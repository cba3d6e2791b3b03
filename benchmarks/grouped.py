"""A group of twelve with plans, and sessions of it to open, to save and to sign: made anew, the same in every run."""

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
    saved: tuple  # two sessions: the product's and the floor's
    to_sign: list  # each to be signed once
    episodes: list
    caseload: list


def grouped(clinician, signatures):
    """`signatures`: how many sessions there are to sign."""
    rng = random.Random(12)
    mine = Patient.objects.visible_to(clinician).filter(restricted=False)
    open_ones = Episode.objects.filter(patient__in=mine, ended_on=None).order_by("pk")
    asked = open_ones.filter(started_on__lt=today() - timedelta(days=LATELY)).exclude(pk__in=Plan.objects.in_force().values("episode"))
    episodes = list(asked.filter(stays__ended_on=None, stays__program__name="IOP Evening").select_related("patient")[:PEOPLE])
    roots = {}
    for episode in episodes:
        roots[episode.pk] = noted.plan_of(episode, clinician, problems=2, objectives=2).objectives.first().root
    group = _group(clinician, episodes)
    sessions = Session.objects.bulk_create(_session(group, number) for number in range(signatures + 3))
    Attendance.objects.bulk_create(
        _mark(session, episode, roots[episode.pk], clinician, rng) for session in sessions for episode in episodes
    )
    keys = [session.pk for session in sessions]
    caseload = [episode.pk for episode in open_ones[:CASELOAD]]
    return Grouped(keys[0], (keys[1], keys[2]), keys[3:], [episode.pk for episode in episodes], caseload)


def _group(clinician, episodes):
    began = today() - timedelta(days=LATELY)
    facts = {"type": GroupType.objects.get(code="relapse-prevention"), "curriculum": Curriculum.objects.get(name="Relapse prevention")}
    group = Group.objects.create(name=f"Mensura {uuid4().hex[:6]}, Evening", track="evening", started_on=began, **facts)
    Leader.objects.create(group=group, user=clinician, started_on=began)
    Enrolment.objects.bulk_create(Enrolment(group=group, episode=each, started_on=began, enrolled_by=clinician) for each in episodes)
    return group


def _session(group, number):
    day = today() - timedelta(days=1 + number % (LATELY - 1))
    times = {"started_at": planning.at(day, 1080), "ended_at": planning.at(day, 1260), "minutes": 165}
    said = {"methods": attended.METHODS[0], "shared": attended.SHARED[0], "topic": group.curriculum.topics.first(), "version": 1}
    return Session(group=group, planned_on=day, held_on=day, saved_by=group.leaders.get().user, saved_at=times["ended_at"], **times, **said)


def _mark(session, episode, root, by, rng):
    words = {f"section_{key}": noted.text(rng, noted.WORDS_IN_A_NOTE // 3) for key in ("part", "response")}
    words[f"standing_{root}"] = "some"
    facts = {"state": "present", "marked_by": by, "saved_by": by, "saved_at": session.ended_at, "version": 1}
    return Attendance(session=session, episode=episode, typed=words, **facts)
