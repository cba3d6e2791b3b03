"""Can somebody still reach the hours of the week, and which sessions would make up for what is missing?"""

from dataclasses import dataclass, field

from django.db.models import Prefetch
from django.utils import timezone

from anchored.ground.dates import today
from patients import queries, week
from patients.models import Commitment, InCare, Program

from . import expected, hours
from .models import Group, Session

OFFERED = 4


@dataclass
class Offer:
    """A session with a free place that somebody could come to. `free`: how many places."""

    session: Session
    free: int


@dataclass
class Short:
    """Somebody whose week does not reach what is required with what is planned. `offers`: sessions that would help."""

    line: InCare
    hours: hours.Hours
    offers: list = field(default_factory=list)
    to_come: int = 0

    @property
    def patient_id(self):
        return self.line.patient_id

    @property
    def can_be_made_up(self):
        """Whether what is offered, taken together, brings the hours and the days that are missing."""
        minutes = sum(offer.session.minutes for offer in self.offers)
        days = {day for day, _ in (*self.hours.done, *self.hours.unsigned_on, *self.hours.planned_on)}
        more = {offer.session.held_on for offer in self.offers} - days
        return minutes >= self.hours.missing and len(more) >= self.hours.missing_days

    @property
    def words(self):
        """Where the week stands, as a sentence without a name."""
        if self.can_be_made_up:
            return "Can be made up this week."
        return "A session would help, and the week stays short." if self.offers else "Nothing that fits is left this week."


def short_of_hours(user, day=None, *, everybody=False) -> list[Short]:
    """People in this person's primary care (or all whom they see) who miss hours, days or contact this week, the worst first.

    A constant number of statements, however many people there are.
    """
    lines = InCare.objects.visible_to(user, only_own=not everybody).order_by("family_name", "given_name", "stay_id")
    lines = queries.lines(lines, queries.rules())
    keys = {line.episode_id: line.program_id for line in lines}
    done = hours.of_week(list(keys), day or today(), keys) if keys else {}
    short = [Short(line, done[line.episode_id]) for line in lines if is_short(done[line.episode_id])]
    return sorted(with_offers(short), key=lambda each: (-each.hours.missing, -each.hours.missing_days))


def of_one(head, week):
    """The same for the person of a chart; None who is not short."""
    line = InCare(episode_id=head.episode.pk, patient_id=head.patient.pk, program_id=head.stay.program_id)
    return next(iter(with_offers([Short(line, week)])), None) if is_short(week) else None


def is_short(week):
    """Hours, days or contact are missing that nothing planned will bring."""
    return bool(week.is_short or week.missing_days or week.contact_is_late)


def with_offers(short):
    """The same people with the sessions that each could come to, in a constant number of statements."""
    if not short:
        return []
    first = today()
    last = max(each.hours.begins for each in short) + hours.WEEK - hours.DAY
    there = expected.between(first, last)
    programs = _programs(there)
    busy = _busy(short)
    for each in short:
        line = each.line
        coming = there.to_come(line.episode_id)
        fitting = [s for s in _open(there, programs, line, each.hours) if _is_free(s, coming, busy.get(line.patient_id, ()))]
        each.offers = [Offer(session, session.group.capacity - there.taken(session)) for session in _apart(fitting)][:OFFERED]
        each.to_come = len(coming)
    return short


def _programs(there):
    """{group: keys of the programs it serves}."""
    groups = Group.objects.filter(pk__in={session.group_id for session in there.sessions.values()})
    groups = groups.prefetch_related(Prefetch("programs", Program.objects.only("pk")))
    return {group.pk: {program.pk for program in group.programs.all()} for group in groups}


def _busy(short):
    """{patient: their commitments}."""
    found = {}
    for one in Commitment.objects.filter(patient__in=[each.line.patient_id for each in short]):
        found.setdefault(one.patient_id, []).append(one)
    return found


def _open(there, programs, line, theirs):
    """Sessions of this week, still to begin, that count, with a place, of the program, and where the person is not expected."""
    known = there.members[line.episode_id] | there.guests[line.episode_id] | there.marks[line.episode_id].keys()
    for session in there.sessions.values():
        kind = session.group.type
        if (
            session.pk not in known
            and session.started_at > timezone.now()
            and session.held_on < theirs.begins + hours.WEEK
            and kind.service_kind.counts
            and not kind.for_relatives
            and line.program_id in programs.get(session.group_id, ())
            and there.taken(session) < session.group.capacity
        ):
            yield session


def _is_free(session, coming, commitments):
    if any(other.started_at < session.ended_at and session.started_at < other.ended_at for other in coming):
        return False
    began, ended = timezone.localtime(session.started_at), timezone.localtime(session.ended_at)
    starts = began.hour * 60 + began.minute
    ends = starts + int((ended - began).total_seconds() // 60)
    return not week.clashes(commitments, session.held_on, weekday=session.held_on.weekday(), starts=starts, ends=ends)


def _apart(sessions):
    """Those of the sessions that one person could attend all: of two at the same time the first."""
    chosen: list = []
    for session in sessions:
        if all(other.ended_at <= session.started_at or session.ended_at <= other.started_at for other in chosen):
            chosen.append(session)
    return chosen
