"""Which sessions somebody may open, and who is in them."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db.models import (
    BooleanField,
    Count,
    Exists,
    ExpressionWrapper,
    F,
    FilteredRelation,
    IntegerField,
    OuterRef,
    Q,
    Subquery,
    Value,
    Window,
)
from django.utils import timezone

from anchored.accounts.models import Supervision, User
from anchored.accounts.roles import Permission
from anchored.ground.dates import today
from anchored.ground.intervals import in_force
from anchored.ground.remembered import Remembered, together
from anchored.ground.text import fold
from patients.models import Contact, Episode, Patient, ProgramRule, ProgramStaff, Stay
from patients.models.relation import days_of_grace

from .models import Amendment, Attendance, Enrolment, Group, Leader, MakeUp, Relative, Session

UNFINISHED = timedelta(days=90)


def groups_visible_to(user):
    """Groups of the programs this person works in, those they lead, and those of the people they supervise."""
    return Group.objects.filter(_of(user, "pk"))


def sessions_visible_to(user):
    """Sessions of those groups, and those this person covers."""
    return Session.objects.filter(_seen_by(user))


def sessions_of_others(user):
    """All but those."""
    return Session.objects.exclude(_seen_by(user))


def _seen_by(user):
    return _of(user, "group") | Q(covered_by=user)


def with_way_to_group(rows, user):
    """The same sessions, each with `opens_group`: whether this person sees its group too, and does not only cover."""
    return rows.annotate(opens_group=ExpressionWrapper(_of(user, "group"), output_field=BooleanField()))


def _of(user, group):
    posts = ProgramStaff.objects.now().filter(user=user, program__groups=OuterRef(group))
    supervised = Supervision.objects.now().filter(supervisor=user).values("clinician")
    leads = Leader.objects.now().filter(Q(user=user) | Q(user__in=supervised), group=OuterRef(group))
    return Q(Exists(posts)) | Q(Exists(leads))


def leads(user, session):
    """Whether this person leads the session: as a leader of the group that day, or covering."""
    return bool(_led(user=user.pk, session=session.pk))


def _led_by(user):
    there = Leader.objects.filter(in_force(OuterRef("held_on")), group=OuterRef("group"), user=user)
    return Q(covered_by=user) | Q(Exists(there))


def _locked(key, user):
    rows = Session.objects.select_for_update(of=["self"]).select_related("group__type__service_kind", "topic")
    return rows.filter(pk=key).annotate(is_led=ExpressionWrapper(_led_by(user), output_field=BooleanField()))


_led = Remembered(
    lambda user, session: Session.objects.filter(_led_by(user), pk=session).order_by().values_list("pk"), user=int, session=UUID
)
_locked_marks = Remembered(
    lambda session: Attendance.objects.select_for_update().filter(session=session).order_by("pk").values_list("pk"), session=UUID
)
locked = Remembered(_locked, key=UUID, user=int)  # a session, while somebody writes its attendance or notes; `is_led`: they lead it


def sessions_of(user, first, last):
    """Sessions this person leads or covers: those of the days from first to last, and those of the last quarter that are not
    finished. Each with how many are `marked`, how many `came`, how many notes are `signed` and how many are `left` to mark, of
    people this person may know of; and `due_hours`, within which the rule asks for the notes. Two statements.
    """
    there = Leader.objects.filter(in_force(OuterRef("held_on")), user=user, group=OuterRef("group"))
    mine = Q(covered_by=user) | (Q(Exists(there)) & (Q(covered_by=None) | Q(Exists(there.filter(part=Leader.Part.CO_FACILITATOR)))))
    rules = ProgramRule.objects.on(today()).filter(program__groups=OuterRef("group"), note_due_hours__isnull=False)
    rows = Session.objects.filter(mine, held_on__range=(min(first, today() - UNFINISHED), last))
    rows = rows.filter(Q(held_on__gte=first) | _may_be_unfinished())
    rows = rows.annotate(due_hours=Subquery(rules.order_by("note_due_hours").values("note_due_hours")[:1]))
    rows = list(rows.select_related("group").order_by("started_at", "group__name"))
    numbers = _numbers_of([row.pk for row in rows], user)
    for row in rows:
        row.marked, row.came, row.signed, row.left = numbers[row.pk]
    return [row for row in rows if row.held_on >= first or _is_unfinished(row)]


def _may_be_unfinished():
    """Over, and somebody came of whom no note is signed, or a member of that day is not marked. Of whom one may know is asked later."""
    to_sign = Attendance.objects.filter(session=OuterRef("pk"), state__in=Attendance.CAME, note=None)
    marked = Attendance.objects.filter(session=OuterRef(OuterRef("pk")), episode=OuterRef("episode"))
    to_mark = Enrolment.objects.filter(in_force(OuterRef("held_on")), ~Exists(marked), group=OuterRef("group"))
    return Q(cancelled_at=None, ended_at__lt=timezone.now()) & (Q(Exists(to_sign)) | Q(Exists(to_mark)))


def _is_unfinished(row):
    lately = row.held_on >= today() - UNFINISHED and row.ended_at < timezone.now() and row.cancelled_at is None
    return lately and (row.left > 0 or row.signed < row.came)


def _numbers_of(sessions, user):
    """{session: (marked, came, signed, left)}, one after another as rows of one statement."""
    if not sessions:
        return {}
    came, nobody = Count("pk", filter=Q(state__in=Attendance.CAME)), Value(0, output_field=IntegerField())
    marked = Attendance.objects.filter(known_members(user), session__in=sessions).order_by().values_list("session")
    marked = marked.annotate(marked=Count("pk"), there=came, signed=Count("note"), left=nobody)
    left = _not_marked(sessions, user).order_by().values_list("group__sessions")
    rows = marked.union(left.annotate(marked=nobody, there=nobody, signed=nobody, left=Count("pk")), all=True)
    found: dict = defaultdict(lambda: (0, 0, 0, 0))
    for session, *numbers in rows:
        found[session] = tuple(map(sum, zip(found[session], numbers, strict=True)))
    return found


def _not_marked(sessions, user):
    """Members on the day of a session of their group, in care that day, of whom nothing is marked: a row for each such session."""
    day = F("group__sessions__held_on")
    marked = Attendance.objects.filter(session=OuterRef("group__sessions"), episode=OuterRef("episode"))
    return Enrolment.objects.filter(in_force(day), _in_care(day), known_members(user), ~Exists(marked), group__sessions__in=sessions)


def leaders_of(session):
    """Who leads a session that day, the facilitator first."""
    return leaders_on(group=session.group_id, day=session.held_on)


leaders_on = Remembered(
    lambda group, day: Leader.objects.on(day).filter(group=group).select_related("user").order_by("-part", "user__family_name"),
    group=UUID,
    day=date,
)


def sessions_that_serve(patient):
    """Sessions of the groups that serve the program where somebody is."""
    stays = Stay.objects.open().filter(episode__patient=patient)
    return Session.objects.filter(group__programs__in=stays.values("program")).select_related("group")


@dataclass
class Person:
    """Somebody on the list of a session: enrolled that day, a guest, or expected as one to make up; marked or not yet."""

    episode: Any
    mark: Attendance | None = None
    tried: str = ""  # a state that was chosen and could not be kept yet
    corrections: list = field(default_factory=list)
    is_settled: bool = False  # as signed: another mark asks for a second person

    @property
    def patient(self):
        return self.episode.patient

    @property
    def pk(self):
        return self.episode.pk

    @property
    def makes_up(self):
        return self.mark is None and not self.episode.is_member

    @property
    def state(self):
        """What the row shows as chosen."""
        return self.tried or (self.mark.state if self.mark else "")


def roster(session, user):
    """Everybody on the list of a session, by name, in one statement. Restricted records only for who may open them.

    Who leads a group and has no relation to a member sees their name, their marks and their part in this group, no chart.
    """
    (listed,) = together(_list_of(session))
    return _people(session, listed, user)


def locked_with_list(session, user):
    """(the session, its list) for whoever writes its attendance or notes: nobody else does until the transaction ends.

    One round trip: the list is read once session and marks are locked. It is that of the day on which `session` was read: ask
    `rules.check_was_not_moved` before using it. The session's `is_led` says whether this person leads it.
    """
    (now,), _, listed = together(locked.about(key=session.pk, user=user.pk), _locked_marks.about(session=session.pk), _list_of(session))
    return now, _people(now, listed, user)


def locked_mark(session, episode):
    """The mark of one person, locked; None while there is none."""
    rows = Attendance.objects.select_for_update(of=["self"]).select_related("episode__patient")
    return rows.filter(session=session, episode=episode).first()


def _list_of(session):
    return _on_the_list.about(session=session.pk, group=session.group_id, day=session.held_on)


def _people(session, listed, user):
    people = [Person(episode, getattr(episode, "mark", None)) for episode in listed]
    for person in people:
        if person.mark:
            person.mark.session, person.mark.episode = session, person.episode
    return sorted(_known(people, user), key=_by_name)


def _by_name(person):
    return fold(f"{person.patient.family_name} {person.patient.given_name}"), person.patient.record_number


def _known(people, user):
    """All but those of restricted records that are not this person's to open; as `known_members`, where rows are many."""
    restricted = [person.patient.pk for person in people if person.patient.restricted]
    charts = charts_of(user, restricted) if restricted else ()
    return [person for person in people if not person.patient.restricted or person.patient.pk in charts]


def _listed(session, group, day):
    """Episodes with their `mark`, of everybody who is marked, a member that day or expected as one to make up."""
    marked = Attendance.objects.filter(session=session)
    members = Enrolment.objects.on(day).filter(_in_care(day), group=group)
    guests = MakeUp.objects.standing().filter(session=session, episode__ended_on=None)
    listed = [rows.order_by().values("episode") for rows in (marked, members, guests)]
    rows = Episode.objects.filter(pk__in=listed[0].union(*listed[1:])).order_by().select_related("patient", "mark")
    mark = FilteredRelation("attendance", condition=Q(attendance__session=session))
    return rows.annotate(mark=mark, is_member=Exists(members.filter(episode=OuterRef("pk"))))


def _in_care(day):
    return Q(episode__started_on__lte=day) & (Q(episode__ended_on=None) | Q(episode__ended_on__gt=day))


_on_the_list = Remembered(_listed, session=UUID, group=UUID, day=date)


def charts_of(user, patients):
    """Those of the patients, by their keys, whose charts open for this person."""
    return {key for (key,) in open_charts(user=user.pk, patients=patients)}


open_charts = Remembered(
    lambda user, patients: Patient.objects.visible_to(User(pk=user), among=patients).order_by().values_list("pk"),
    user=int,
    patients=[UUID],
    varies_with=days_of_grace,
)


def marks_of(people):
    """The keys of their marks."""
    return [person.mark.pk for person in people if person.mark]


def with_corrections(people, rows):
    """Put the corrections of the marks, rows of `amendments`, with the people, and whose mark two people correct."""
    found = by_mark(rows)
    is_signed = any(person.mark and person.mark.note_id for person in people)
    for person in people:
        if person.mark:
            person.corrections = found.get(person.mark.pk, [])
            person.is_settled = bool(person.mark.note_id) or (not person.mark.came and (is_signed or bool(person.corrections)))


def relatives_of(session):
    """{mark: relatives who came with them}, in one statement; none is asked for where relatives do not come."""
    return by_mark(_relatives(session=session.pk)) if session.group.type.for_relatives else {}


_relatives = Remembered(lambda session: Relative.objects.came().filter(attendance__session=session).select_related("contact"), session=UUID)


@dataclass
class Family:
    """A person who came, the contacts who may come with them, and those who did."""

    person: Person
    contacts: list
    came: set


def families(session, people):
    """Those who came to a group for relatives, with contacts of whom the record says what they may be told. Two statements."""
    if not session.group.type.for_relatives:
        return []
    there = [person for person in people if person.mark and person.mark.came]
    ticked = relatives_of(session)
    contacts: dict = {}
    rows = Contact.objects.filter(patient__in=[person.patient for person in there], removed_at=None).exclude(may_be_told="")
    for contact in rows.only("patient", "name", "relationship"):
        contacts.setdefault(contact.patient_id, []).append(contact)
    came = {person.pk: [row.contact for row in ticked.get(person.mark.pk, [])] for person in there}
    return [Family(each, _all_of(contacts.get(each.patient.pk, []), came[each.pk]), {one.pk for one in came[each.pk]}) for each in there]


def _all_of(known, came):
    """Also who came and left the list of contacts since."""
    return [*known, *(contact for contact in came if contact not in known)]


def settled(session, marks):
    """Keys of the marks that stand as signed: all where a note of the session is, else those that were corrected before."""
    keys = {mark.pk for mark in marks}
    if not keys or Attendance.objects.filter(session=session, note__isnull=False).exists():
        return keys
    made = Amendment.objects.filter(attendance__in=keys, outcome=Amendment.Outcome.MADE)
    return set(made.values_list("attendance", flat=True))


def marks_known_to(user):
    """Marks of the sessions this person sees, but of restricted records that are not theirs."""
    rows = Attendance.objects.filter(known_members(user), session__in=sessions_visible_to(user))
    return rows.select_related("session__group", "episode__patient", "note", "marked_by")


def amendments_known_to(user):
    """Corrections of those marks."""
    return Amendment.objects.filter(attendance__in=marks_known_to(user)).select_related(
        "attendance__session", "attendance__episode__patient"
    )


def amendments_to_decide(user, *, cosigns=None):
    """Corrections that wait for this person as the second one, as `rules.check_may_correct` has it; the first asked first.

    `cosigns`: whether they are a supervisor, where the caller knows it.
    """
    session = "attendance__session"
    there = Leader.objects.filter(in_force(OuterRef(f"{session}__held_on")), user=user, group=OuterRef(f"{session}__group"))
    may = Q(**{f"{session}__covered_by": user}) | Q(Exists(there))
    if user.holds(Permission.COSIGN) if cosigns is None else cosigns:
        may |= Q(attendance__episode__patient__in=Patient.objects.visible_to(user))
    same = Q(asked_by=user.person_id) | Q(asked_by__first_account=user.person_id)
    rows = amendments_known_to(user).filter(may, outcome="").exclude(same)
    rows = rows.select_related(f"{session}__group", "attendance__episode__patient", "asked_by")
    return rows.defer("attendance__typed").order_by("asked_at")


def attendance_of(patient):
    """Marks of a person, the latest session first; each knows how many there are."""
    rows = Attendance.objects.filter(episode__patient=patient).select_related("session__group", "session__topic", "marked_by")
    return rows.annotate(in_all=Window(Count("*"))).order_by("-session__started_at")


def amendments_of(marks):
    """{mark: its corrections, the first first}, in one statement."""
    return by_mark(amendments(marks=marks))


def by_mark(rows):
    """{mark: rows}."""
    found: dict = {}
    for row in rows:
        found.setdefault(row.attendance_id, []).append(row)
    return found


amendments = Remembered(lambda marks: Amendment.objects.filter(attendance__in=marks).select_related("asked_by", "decided_by"), marks=[UUID])


def known_members(user):
    """Members a leader may know of: all but those of restricted records that are not theirs to open."""
    return Q(episode__patient__restricted=False) | Q(episode__patient__in=Patient.objects.visible_to(user))


def of_known_people(user):
    """Memberships or waits of people whose chart opens for this person, and of known members of the groups they see."""
    mine = Q(episode__patient__in=Patient.objects.visible_to(user))
    return mine | (Q(group__in=groups_visible_to(user)) & known_members(user))
