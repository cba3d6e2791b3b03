"""May this person do it with a group, and may it be done now? A refusal is a sentence."""

from django.utils import timezone
from django.utils.formats import date_format

from anchored.accounts.refusals import NotNow, NotPermitted, SomeoneWasFirst
from anchored.accounts.roles import Permission
from anchored.ground.clock import clock
from anchored.ground.dates import today
from patients.models import Patient

from . import apart, expected, planning, queries, timetable
from .models import Attendance, Enrolment, Slot, Waiting


def check_episode_is_open(episode, day):
    if episode.ended_on:
        raise NotNow("The episode has ended. Only people in care are enrolled.")
    if day < episode.started_on:
        raise NotNow({"on": f"The first day must be on or after {date_format(episode.started_on)}, the admission."})


def check_can_join(group, episode, day):
    """A place is free, the group goes on, and it serves the program where the person is."""
    check_serves(group, episode, day)
    if is_full(group, day):
        raise NotNow(f"{group} is full: {group.capacity} of {group.capacity} places are taken.")
    check_is_not_kept_apart(group, episode, day)


def check_serves(group, episode, day):
    """The group goes on, the person is no member yet, and it serves the program where they are."""
    if group.ended_on and day >= group.ended_on:
        raise NotNow(f"{group} ended on {date_format(group.ended_on)}.")
    if Enrolment.objects.filter(group=group, episode=episode, ended_on=None).exists():
        raise SomeoneWasFirst(f"This person is enrolled in {group} already.")
    stay = episode.stays.filter(ended_on=None).first()
    if stay is None or not group.programs.filter(pk=stay.program_id).exists():
        raise NotNow(f"{group} does not serve the program where this person is.")


def is_full(group, day):
    """Whether no place is free from a day on: who joins later has theirs already."""
    return timetable.places([group], day).get(group.pk, 0) >= group.capacity


def check_can_wait(group, episode):
    """Nobody waits for a group that has a place, unless others wait before them."""
    check_serves(group, episode, today())
    if Waiting.objects.filter(group=group, episode=episode, ended_on=None).exists():
        raise SomeoneWasFirst(f"This person waits for {group} already.")
    if not is_full(group, today()) and not Waiting.objects.filter(group=group, ended_on=None).exists():
        raise NotNow(f"{group} has a free place. Enrol the person.")


def check_waits(waiting):
    if waiting.ended_on:
        raise SomeoneWasFirst(f"This person waits no more for {waiting.group}: {waiting.ended_because}. Nothing was changed.")


def check_is_not_kept_apart(group, episode, day):
    """The refusal never says who the other is, nor why."""
    if apart.closed_groups([episode.patient_id], day) & {(episode.patient_id, group.pk)}:
        raise NotNow(f"{group} {apart.DOES_NOT_FIT}")


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
    _check_leads(user, queries.leads(user, session))


def check_is_led(user, session):
    """The same of a session that was `queries.locked` for this person."""
    _check_leads(user, session.is_led)


def _check_leads(user, does):
    user.must_hold(Permission.LEAD_GROUPS)
    if not does:
        raise NotPermitted("You do not lead this session. Somebody who does, or who covers it, takes the attendance.")


def check_is_held(session):
    if session.cancelled_at:
        raise SomeoneWasFirst("This session was cancelled. Nothing was changed; drafts and signatures stay.")


def check_was_not_moved(session, read):
    """The session is held on the day on which it was when it was `read`: another day has other members."""
    if session.held_on != read.held_on:
        raise SomeoneWasFirst("This session was moved to another day meanwhile. Nothing was changed. Look at it again.")


def check_is_open_on(group, day):
    """Neither the house nor every program of the group is closed that day."""
    closure = planning.closed_for(group, planning.closures(day, day).get(day, {}))
    if closure:
        raise NotNow({"on": f"Nobody meets on {date_format(day)}: {closure}."})


def check_can_enrol_there(user, session):
    """Somebody who came is enrolled on the spot while the session is of today and the group has a place."""
    user.must_hold(Permission.ENROL)
    if session.held_on != today():
        raise NotNow("Who came on another day is enrolled on the page of the group.")
    if is_full(session.group, today()):
        raise NotNow(f"{session.group} is full. Who came is put on the list as a guest.")


def check_has_begun(session):
    if session.started_at > timezone.now():
        raise NotNow("The session has not begun. Attendance is taken from its start on.")


def check_minutes(session, late, early):
    if late + early >= session.minutes:
        raise NotNow({"late": f"Minutes must be between 0 and {session.minutes - 1}"})


def check_is_open(mark):
    """The note of this attendance is not signed yet."""
    if mark and mark.note_id:
        raise SomeoneWasFirst("The note about this person is signed. Ask for a correction of their attendance.")


def check_part_is_open(mark):
    """What is typed after the signature is no part of the note."""
    if mark.note_id:
        raise SomeoneWasFirst(f"The note about {mark.patient} is signed. What you typed was not kept: add it to the note as an addendum.")


def check_came(episode, mark) -> Attendance:
    """Gives the mark of somebody who is marked as there; of nobody else is anything kept."""
    if mark is None or not mark.came:
        raise NotNow(f"Nothing was kept about {episode.patient}, who is not marked as there. Mark first that they came.")
    return mark


def check_brings_relatives(session, episode, mark):
    if not session.group.type.for_relatives:
        raise NotNow("Relatives come to family and couples groups only.")
    check_came(episode, mark)
    check_is_open(mark)


def check_may_be_told(contact):
    """The patient's consent: without it the contact does not even hear that they are a patient here."""
    if not contact.may_be_told:
        raise NotNow(f"Nothing says what {contact.name} may be told. Ask the patient, and write it among the contacts.")


FACTS = ("state", "late", "early", "reason")


def facts_of_mark(state, late, early, reason):
    """A mark without what does not belong to its state: minutes of who was there in part, the reason of who was not."""
    partly, away = state in (Attendance.State.LATE, Attendance.State.LEFT_EARLY), state not in Attendance.CAME
    return {"state": state, "late": late if partly else 0, "early": early if partly else 0, "reason": reason if away else ""}


def check_stays_absent(mark, state, settled):
    """Once notes of the session are signed, nobody who was absent came after all by one person's word."""
    if mark and mark.pk in settled and not mark.came and state in Attendance.CAME:
        raise SomeoneWasFirst(f"Notes of this session are signed. Ask for a correction of {mark.patient}'s attendance.")


def check_may_correct(user, mark):
    """Who leads the session, or a supervisor who may see the person."""
    user.must_hold(Permission.LEAD_GROUPS)
    if queries.leads(user, mark.session):
        return
    if not user.holds(Permission.COSIGN) or not Patient.objects.visible_to(user).filter(pk=mark.patient_id).exists():
        raise NotPermitted("You do not lead this session. Somebody who does, or a supervisor, corrects its attendance.")


def check_can_ask(user, mark):
    """Of a mark that is signed, once at a time."""
    check_may_correct(user, mark)
    if not mark.note_id and (mark.came or not queries.settled(mark.session, [mark])):
        raise NotNow("Nothing about this person is signed. Change the mark on the page of the session.")
    if mark.amendments.filter(outcome="").exists():
        raise SomeoneWasFirst("A correction of this mark waits already. A second person decides.")


def check_corrects(mark, facts, because):
    """It changes something that needs two people, and says why."""
    if not because.strip():
        raise NotNow({"because": "Write why the mark is wrong"})
    if all(getattr(mark, name) == value for name, value in facts.items()):
        raise NotNow({"state": "That is how the mark reads already"})
    if not mark.came and facts["state"] not in Attendance.CAME:
        raise NotNow({"state": "Change the kind of absence on the page of the session: no hours depend on it"})


def check_is_second_person(user, amendment):
    """Another person than who asked, with another account too."""
    if amendment.asked_by.is_same_person(user):
        raise NotPermitted("You asked for this correction. A second person decides.")


def check_is_as_asked(mark, amendment):
    """The mark is still what it was when the correction was asked."""
    if any(getattr(mark, name) != getattr(amendment, f"was_{name}") for name in FACTS):
        raise SomeoneWasFirst("The mark was changed since this was asked. Leave it as it is, and ask once more if it is wrong.")


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
    if apart.is_there(episode.patient_id, session):
        raise NotNow(f"This session {apart.DOES_NOT_FIT}")
