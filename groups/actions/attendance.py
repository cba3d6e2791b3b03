"""Attendance of a session: marked row by row, for two facilitators at once; a guest is put on the list with a reason."""

from dataclasses import dataclass
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from anchored.accounts.refusals import NotNow
from anchored.audit import trail
from anchored.ground.acts import refuses_before_it_writes
from anchored.ground.remembered import Remembered, with_kept
from anchored.ground.rows import add, change_each, cleaned
from patients import locks
from patients.head import all_staff
from patients.models import Episode

from .. import apart, queries, rules
from ..models import Attendance, Enrolment, MakeUp
from . import enrolments

State = Attendance.State


@dataclass
class Marked:
    """What became of a mark. `theirs`: as somebody else has marked the row since the page was shown; then nothing was changed."""

    mark: Attendance
    theirs: bool = False
    is_new: bool = False


def mark(session, episode, *, by, state, **facts) -> Marked:
    """Mark one person. `facts`: minutes `late` and `early`, the `reason`, and `shown`, as `mark_each` takes them.

    Raises NotNow before the session, for who is not on its list, for minutes that are not in it, for an excuse without a reason;
    NotPermitted for who does not lead it; SomeoneWasFirst when the note is signed.
    """
    _, became = mark_each(session, {episode.pk: {"state": state, **facts}}, by=by)
    each = became.get(episode.pk, NotNow("This person is not on the list of the session."))
    if isinstance(each, ValidationError):
        raise each
    return each


@refuses_before_it_writes()
def mark_each(session, given, *, by) -> tuple[list[queries.Person], dict[UUID, Marked | ValidationError]]:
    """Mark several people in one act. Gives the list as it is now, and {episode: what became of it, or why it was not marked}.

    `given`: {episode: {state, late, early, reason, shown}}, both by keys; who is not on the list is passed over. `shown` is the state
    on the page when it was opened, "" for not marked; None does not ask. Constant statements, however many people. Raises NotNow
    before the session and NotPermitted for who does not lead it; then nobody is marked.
    """
    session, people = led_with_list(session, by)
    chosen = [(person, given[person.pk]) for person in people if person.pk in given]
    settled = queries.settled(session, [person.mark for person, facts in chosen if _came_after_all(person.mark, facts)])
    became = {person.pk: _judged(session, person, settled, by, **facts) for person, facts in chosen}
    marked = [each for each in became.values() if isinstance(each, Marked)]
    with_kept([each.mark for each in marked if each.theirs], marked_by=all_staff)
    _write(session, [each.mark for each in marked if each.is_new], by)
    return people, became


def _came_after_all(mark, facts):
    return mark is not None and not mark.came and facts["state"] in Attendance.CAME


def _judged(session, person, settled, by, *, state, late=0, early=0, reason="", shown=None):
    """The person's mark as it will be; or the refusal where it may not be, and nothing of it is changed."""
    missed = {"late": late if state == State.LATE else 0, "early": early if state == State.LEFT_EARLY else 0}
    mark = person.mark
    try:
        rules.check_state(state, reason)
        facts = cleaned(Attendance, rules.facts_of_mark(state, **missed, reason=reason))
        rules.check_minutes(session, facts["late"], facts["early"])
        if mark and all(getattr(mark, name) == value for name, value in facts.items()):
            return Marked(mark)
        rules.check_is_open(mark)
        rules.check_stays_absent(mark, state, settled)
    except ValidationError as refusal:
        return refusal
    if mark and shown is not None and mark.state != shown and mark.marked_by_id != by.pk:
        return Marked(mark, theirs=True)
    if mark is None:
        mark = person.mark = Attendance(session=session, episode=person.episode)
    for name, value in facts.items():
        setattr(mark, name, value)
    mark.marked_by = by
    return Marked(mark, is_new=True)


def _write(session, marks, by):
    """Insert the new ones and change the others, each with its line in the trail."""
    now = timezone.now()
    for each in marks:
        each.marked_at = now
    new, changed = [each for each in marks if each._state.adding], [each for each in marks if not each._state.adding]
    _as_guests(session, new)
    if new:
        Attendance.objects.bulk_create(new)
    change_each(changed, rules.FACTS, alike=["marked_by", "marked_at"])
    if marks:
        trail.record_all("attendance.marked", [(each, {"state": each.state}) for each in marks], by=by)


def _as_guests(session, marks):
    """Who makes up for hours is no member that day: a guest, with that reason."""
    if not marks:
        return
    episodes = [each.episode_id for each in marks]
    making_up = {episode for (episode,) in _making_up(session=session.pk, episodes=episodes)}
    if not making_up:
        return
    members = Enrolment.objects.on(session.held_on).filter(group=session.group_id, episode__in=making_up)
    making_up -= set(members.values_list("episode", flat=True))
    for each in marks:
        if each.episode_id in making_up:
            each.is_guest, each.guest_because = True, MakeUp.BECAUSE


_making_up = Remembered(
    lambda session, episodes: MakeUp.objects.standing().filter(session=session, episode__in=episodes).order_by().values_list("episode"),
    session=UUID,
    episodes=[UUID],
)


@transaction.atomic
def mark_all_present(session, *, by) -> int:
    """Everybody on the list who is not marked yet. Gives how many."""
    session, people = led_with_list(session, by)
    unmarked = [person.episode for person in people if person.mark is None]
    _write(session, [Attendance(session=session, episode=each, state=State.PRESENT, marked_by=by) for each in unmarked], by)
    return len(unmarked)


@transaction.atomic
def add_guest(session, patient, *, because, by) -> Attendance:
    """Somebody who came and is not enrolled: on the list, present, with the reason."""
    episode = _not_on_the_list(session, patient, by)
    session = led(session, by)
    if not because.strip():
        raise NotNow({"because": "Write why this person came as a guest"})
    if apart.is_there(patient.pk, session):
        raise NotNow(f"This session {apart.DOES_NOT_FIT}")
    guest = add(Attendance(session=session, episode=episode, state=State.PRESENT, is_guest=True, guest_because=because, marked_by=by))
    trail.record("attendance.guest_added", guest, by=by)
    return guest


@transaction.atomic
def enrol_walk_in(session, patient, *, by) -> Attendance:
    """Somebody who came and is not on the list: a member from today on, and present. Both, or neither."""
    rules.check_can_enrol_there(by, session)
    episode = _not_on_the_list(session, patient, by)
    enrolments.enrol(episode, [session.group], by=by, on=session.held_on)
    session = led(session, by)
    if apart.is_there(patient.pk, session):
        raise NotNow(f"This session {apart.DOES_NOT_FIT}")
    came = Attendance(session=session, episode=episode, state=State.PRESENT, marked_by=by)
    _write(session, [came], by)
    return came


def _not_on_the_list(session, patient, by):
    """The open episode of somebody whom the list does not hold yet, with the patient locked."""
    rules.check_leads(by, session)
    locks.patient(patient.pk)
    episode = Episode.objects.filter(patient=patient, ended_on=None).first()
    if episode is None:
        raise NotNow("This person is not in care. Admit them first.")
    if any(person.pk == episode.pk for person in queries.roster(session, by)):
        raise NotNow("This person is on the list already.")
    return episode


def led(session, by):
    """The session, locked, which this person leads and which is held."""
    (session,) = queries.locked(key=session.pk, user=by.pk)
    _check_takes_attendance(session, by)
    return session


def led_with_list(session, by):
    """The same with its list, the marks locked too. Raises SomeoneWasFirst where it was moved to another day since it was read."""
    now, people = queries.locked_with_list(session, by)
    _check_takes_attendance(now, by)
    rules.check_was_not_moved(now, session)
    return now, people


def _check_takes_attendance(session, by):
    rules.check_is_led(by, session)
    rules.check_is_held(session)
    rules.check_has_begun(session)
