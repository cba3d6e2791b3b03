"""Which sessions somebody may open, and who is in them."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from anchored.accounts.models import Supervision
from anchored.ground.dates import today
from anchored.ground.intervals import in_force
from anchored.ground.text import fold
from patients.models import Patient, ProgramRule, ProgramStaff

from .models import Attendance, Enrolment, Group, Leader, Session

UNFINISHED = timedelta(days=90)


def groups_visible_to(user):
    """Groups of the programs this person works in, those they lead, and those of the people they supervise."""
    return Group.objects.filter(_of(user, "pk"))


def sessions_visible_to(user):
    """Sessions of those groups, and those this person covers."""
    return Session.objects.filter(_of(user, "group") | Q(covered_by=user))


def _of(user, group):
    posts = ProgramStaff.objects.now().filter(user=user, program__groups=OuterRef(group))
    supervised = Supervision.objects.now().filter(supervisor=user).values("clinician")
    leads = Leader.objects.now().filter(Q(user=user) | Q(user__in=supervised), group=OuterRef(group))
    return Q(Exists(posts)) | Q(Exists(leads))


def leads(user, session):
    """Whether this person leads the session: as a leader of the group that day, or covering."""
    if session.covered_by_id == user.pk:
        return True
    return Leader.objects.on(session.held_on).filter(group=session.group_id, user=user).exists()


def sessions_of(user, first, last):
    """Sessions this person leads or covers: those of the days from first to last, and those of the last quarter that are not
    finished. Each with how many are `marked`, how many `came`, how many notes are `signed` and how many are `left` to mark, of
    people this person may know of; and `due_hours`, within which the rule asks for the notes. One statement.
    """
    there = Leader.objects.filter(in_force(OuterRef("held_on")), user=user, group=OuterRef("group"))
    mine = Q(covered_by=user) | (Q(Exists(there)) & (Q(covered_by=None) | Q(Exists(there.filter(part=Leader.Part.CO_FACILITATOR)))))
    marks = Attendance.objects.filter(known_members(user), session=OuterRef("pk"))
    rules = ProgramRule.objects.on(today()).filter(program__groups=OuterRef("group"), note_due_hours__isnull=False)
    rows = Session.objects.filter(mine, held_on__range=(min(first, today() - UNFINISHED), last)).annotate(
        marked=_number(marks, "session"),
        came=_number(marks.filter(state__in=Attendance.CAME), "session"),
        signed=_number(marks.filter(note__isnull=False), "session"),
        left=_number(_not_marked(user), "group"),
        due_hours=Subquery(rules.order_by("note_due_hours").values("note_due_hours")[:1]),
    )
    over = Q(ended_at__lt=timezone.now(), cancelled_at=None, held_on__gte=today() - UNFINISHED)
    rows = rows.filter(Q(held_on__gte=first) | (over & (Q(left__gt=0) | Q(signed__lt=F("came")))))
    return rows.select_related("group").order_by("started_at", "group__name")


def _number(rows, by):
    return Coalesce(Subquery(rows.order_by().values(by).annotate(number=Count("*")).values("number")), 0)


def _not_marked(user):
    """Members on the day of a session, in care that day, of whom nothing is marked."""
    day = OuterRef("held_on")
    marked = Attendance.objects.filter(session=OuterRef(OuterRef("pk")), episode=OuterRef("episode"))
    rows = Enrolment.objects.filter(in_force(day), known_members(user), group=OuterRef("group"), episode__started_on__lte=day)
    return rows.filter(Q(episode__ended_on=None) | Q(episode__ended_on__gt=day)).exclude(Exists(marked))


def leaders_of(session):
    """Who leads a session that day, the facilitator first."""
    return Leader.objects.on(session.held_on).filter(group=session.group_id).select_related("user").order_by("-part", "user__family_name")


@dataclass
class Person:
    """Somebody on the list of a session: enrolled that day or a guest, marked or not yet."""

    episode: Any
    mark: Attendance | None = None
    tried: str = ""  # a state that was chosen and could not be kept yet

    @property
    def patient(self):
        return self.episode.patient

    @property
    def pk(self):
        return self.episode.pk

    @property
    def state(self):
        """What the row shows as chosen."""
        return self.tried or (self.mark.state if self.mark else "")


def roster(session, user):
    """Everybody on the list of a session, by name, in two statements. Restricted records only for who may open them.

    Who leads a group and has no relation to a member sees their name, their marks and their part in this group, no chart.
    """
    shown = known_members(user)
    marks = Attendance.objects.filter(shown, session=session).select_related("episode__patient", "marked_by", "note")
    people = {}
    for mark in marks:
        mark.session = session
        people[mark.episode_id] = Person(mark.episode, mark)
    members = Enrolment.objects.on(session.held_on).filter(shown, group=session.group_id, episode__started_on__lte=session.held_on)
    members = members.filter(Q(episode__ended_on=None) | Q(episode__ended_on__gt=session.held_on))
    for member in members.select_related("episode__patient"):
        people.setdefault(member.episode_id, Person(member.episode))
    return sorted(people.values(), key=lambda person: fold(f"{person.patient.family_name} {person.patient.given_name}"))


def known_members(user):
    """Members a leader may know of: all but those of restricted records that are not theirs to open."""
    return Q(episode__patient__restricted=False) | Q(episode__patient__in=Patient.objects.visible_to(user))


def week_of(user, monday, *, track=""):
    """Sessions of a week, Monday to Sunday, in the order of their start, with how many are enrolled that day."""
    rows = sessions_visible_to(user).filter(held_on__gte=monday, held_on__lt=monday + timedelta(days=7))
    if track:
        rows = rows.filter(group__track=track)
    return rows.select_related("group__type", "covered_by").order_by("started_at", "group__name")


def members_on(day):
    """The condition that an enrolment holds on a day, across the relation from a group."""
    return in_force(day, "enrolments__")
