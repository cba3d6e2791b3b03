"""May this person do it with a group, and may it be done now? A refusal is a sentence."""

from django.utils import timezone
from django.utils.formats import date_format

from anchored.accounts.refusals import NotNow, NotPermitted, SomeoneWasFirst
from anchored.accounts.roles import Permission
from anchored.ground.clock import clock

from . import expected, queries
from .models import Attendance, Enrolment, Slot


def check_episode_is_open(episode, day):
    if episode.ended_on:
        raise NotNow("The episode has ended. Only people in care are enrolled.")
    if day < episode.started_on:
        raise NotNow({"on": f"The first day must be on or after {date_format(episode.started_on)}, the admission."})


def check_can_join(group, episode, day):
    """A place is free, the group goes on, and it serves the program where the person is."""
    if group.ended_on and day >= group.ended_on:
        raise NotNow(f"{group} ended on {date_format(group.ended_on)}.")
    if Enrolment.objects.filter(group=group, episode=episode, ended_on=None).exists():
        raise SomeoneWasFirst(f"This person is enrolled in {group} already.")
    stay = episode.stays.filter(ended_on=None).first()
    if stay is None or not group.programs.filter(pk=stay.program_id).exists():
        raise NotNow(f"{group} does not serve the program where this person is.")
    if Enrolment.objects.on(day).filter(group=group).count() >= group.capacity:
        raise NotNow(f"{group} is full: {group.capacity} of {group.capacity} places are taken.")


def check_is_free(group, episode, day):
    """The person attends no other group at the same time."""
    theirs = Enrolment.objects.not_over(day).filter(episode=episode).exclude(group=group).values("group")
    others = list(Slot.objects.not_over(day).filter(group__in=theirs).select_related("group"))
    for slot in Slot.objects.not_over(day).filter(group=group) if others else ():
        for other in others:
            if slot.meets(other):
                when = f"{other.get_weekday_display()} at {clock(other.starts)}"
                raise NotNow(f"{group}: this person already attends {other.group} on {when}. Choose one.")


def check_leads(user, session):
    """Only who leads the session takes its attendance and writes its notes."""
    user.must_hold(Permission.LEAD_GROUPS)
    if not queries.leads(user, session):
        raise NotPermitted("You do not lead this session. Somebody who does, or who covers it, takes the attendance.")


def check_is_held(session):
    if session.cancelled_at:
        raise SomeoneWasFirst("This session was cancelled. Nothing was changed; drafts and signatures stay.")


def check_has_begun(session):
    if session.started_at > timezone.now():
        raise NotNow("The session has not begun. Attendance is taken from its start on.")


def check_minutes(session, late, early):
    if late + early >= session.minutes:
        raise NotNow({"late": f"Minutes must be between 0 and {session.minutes - 1}"})


def check_is_open(mark):
    """The note of this attendance is not signed yet."""
    if mark and mark.note_id:
        raise SomeoneWasFirst("The note about this person is signed. Their attendance stays as it is.")


def check_state(state, reason):
    if state not in Attendance.State.values:
        raise NotNow({"state": "Choose whether the person came"})
    if state == Attendance.State.EXCUSED and not reason.strip():
        raise NotNow({"reason": "Choose a reason for the excused absence"})


def check_can_make_up(session, episode):
    """The session lies ahead and has a place; the person is in its programs, is not expected there, and is free then."""
    check_is_held(session)
    if session.ended_at <= timezone.now():
        raise NotNow("The session is over. Choose one that is to come.")
    if episode.ended_on:
        raise NotNow("The episode has ended. Only people in care take a make-up place.")
    there = expected.between(session.held_on, session.held_on)
    theirs = there.members[episode.pk] | there.guests[episode.pk]
    if session.pk in theirs:
        raise SomeoneWasFirst("This person is expected at this session already.")
    stay = episode.stays.filter(ended_on=None).first()
    if stay is None or not session.group.programs.filter(pk=stay.program_id).exists():
        raise NotNow(f"{session.group} does not serve the program where this person is.")
    if there.taken(session) >= session.group.capacity:
        raise NotNow(f"{session.group} is full that day: {session.group.capacity} of {session.group.capacity} places are taken.")
    for other in (there.sessions[key] for key in theirs if key in there.sessions):
        if other.started_at < session.ended_at and session.started_at < other.ended_at:
            raise NotNow(f"This person is expected at {other.group} at that time.")
