"""Groups for tests, from plain functions."""

from datetime import timedelta
from itertools import count

from django.utils import timezone

from anchored.ground.dates import today
from groups import planning
from groups.actions import amendments, attendance, enrolments, notes, waiting
from groups.models import Curriculum, Group, GroupType, Leader, Session, Slot

from .making import program

_numbers = count(1)


def make_group(*leaders, programs=("IOP Day",), type="relapse-prevention", capacity=12, track="day", **facts):
    """A group that meets, led by these people since last year, the first as facilitator."""
    since = today() - timedelta(days=400)
    facts = {"name": f"Relapse prevention {next(_numbers)}", "room": "Room 2", **facts}
    curriculum = Curriculum.objects.get(name="Relapse prevention")
    kind = GroupType.objects.get(code=type)
    group = Group.objects.create(type=kind, curriculum=curriculum, capacity=capacity, track=track, started_on=since, **facts)
    group.programs.set([program(name) for name in programs])
    for number, user in enumerate(leaders):
        Leader.objects.create(group=group, user=user, part="co_facilitator" if number else "facilitator", started_on=since)
    return group


def make_slot(group, *, weekday=0, starts=540, ends=720, rest=15, **facts):
    """Mondays 09:00 to 12:00 with a break of 15 minutes."""
    facts = {"started_on": today() - timedelta(days=400), **facts}
    return Slot.objects.create(group=group, weekday=weekday, starts=starts, ends=ends, rest=rest, **facts)


def make_session(group, *, ago=timedelta(hours=4), minutes=165, rest=15):
    """A session that began so long ago."""
    began = timezone.localtime(timezone.now() - ago).replace(second=0, microsecond=0)
    day = began.date()
    times = {"started_at": began, "ended_at": began + timedelta(minutes=minutes + rest), "minutes": minutes}
    return Session.objects.create(group=group, planned_on=day, held_on=day, room=group.room, **times)


def enrolled(patient, group, *, by, on=None):
    """A patient in care, enrolled from the day of the session or earlier."""
    (enrolment,) = enrolments.enrol(patient.episodes.get(ended_on=None), [group], by=by, on=on or today() - timedelta(days=3))
    return enrolment


TYPED = {"section_part": "She spoke about the visit on Saturday.", "section_response": "She calls her sponsor before it."}


def signed_mark(session, episode, *, by, typed=TYPED, **facts):
    """The mark of somebody who came, with the note about them signed."""
    mark = attendance.mark(session, episode, by=by, **{"state": "present", **facts}).mark
    kept = notes.keep_part(session, episode, typed=typed, version=mark.version, by=by)
    versions = {None: Session.objects.get(pk=session.pk).version, episode.pk: kept.row.version}
    notes.sign(session, [episode.pk], by=by, read=versions)
    mark.refresh_from_db()
    return mark


def make_amendment(session, episode, *, by):
    """A correction of a signed mark that waits for a second person."""
    return amendments.ask(signed_mark(session, episode, by=by), state="late", late=15, because="The sign-in sheet says 09:15.", by=by)


planned = planning.plan_ahead


def waits(patient, group, *, by):
    """A patient in care, last on the waitlist of a group."""
    return waiting.wait(patient.episodes.get(ended_on=None), group, by=by)
