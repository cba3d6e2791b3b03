"""Who is in a group, and what would fit somebody: rows for the group's page and for the chart."""

from dataclasses import dataclass

from django.db.models import Prefetch, Q

from anchored.ground.clock import clock, duration
from anchored.ground.dates import today
from patients import queries as of_patients
from patients import week
from patients.models import Commitment, Episode, InCare, Patient

from . import apart, hours, queries, timetable
from .hours import Hours
from .models import Enrolment, Group, GroupProgram, Slot, Waiting

KEPT_APART = "Does not fit. Ask a supervisor"
NOT_NOW = "Cannot come at that time"


@dataclass
class Member:
    """A member as the page of the group shows them; `is_mine`: their chart opens for this person."""

    enrolment: Enrolment
    week: int | None
    is_mine: bool
    hours: Hours

    @property
    def patient(self):
        return self.enrolment.episode.patient


def members_of(group, user):
    """Those whom this person may know of, by name, with the week of their stay and its hours. Ten statements."""
    rows = Enrolment.objects.not_over(today()).filter(queries.known_members(user), group=group).select_related("episode__patient")
    rows = sorted(rows, key=lambda row: (row.episode.patient.family_name.casefold(), row.episode.patient.given_name.casefold()))
    weeks = weeks_of([row.episode_id for row in rows], today())
    mine = queries.charts_of(user, [row.episode.patient_id for row in rows])
    done = hours.of_week([row.episode_id for row in rows], today())
    return [Member(row, weeks.get(row.episode_id), row.episode.patient_id in mine, done[row.episode_id]) for row in rows]


def weeks_of(episodes, day):
    """{episode: the week in the program where they are, on a day}, of those who were there by then. One statement."""
    return weeks_by(day, hours.stays_of(episodes=episodes))


def weeks_by(day, stays):
    """The same from rows of `hours.stays_of` that were asked for together with others."""
    return {episode: (day - began).days // 7 + 1 for episode, _, began in stays if began <= day}


def who_could_join(group, user):
    """Open episodes in the group's programs of people this person may know of, who are no members."""
    there = InCare.objects.visible_to(user).filter(program_id__in=group.programs.values("pk"))
    members = Enrolment.objects.filter(group=group, ended_on=None).values("episode")
    rows = Episode.objects.filter(pk__in=there.values("episode_id")).exclude(pk__in=members)
    return rows.select_related("patient").order_by("patient__family_name", "patient__given_name")


@dataclass
class Fit:
    """A group against somebody's week: what of it they could not attend, in words. `waiting`: their place on its waitlist.

    `number`: which it is among those that can be ticked.
    """

    group: Group
    slots: list
    clashes: list
    taken: int
    is_member: bool
    ticked: bool = False
    waiting: Waiting | None = None
    number: int = 0

    @property
    def hours(self):
        return duration(minutes_a_week(self.slots))

    @property
    def is_full(self):
        return self.taken >= self.group.capacity

    @property
    def is_open(self):
        """It could be joined now."""
        return not (self.is_member or self.is_full or self.clashes)


def minutes_a_week(slots):
    return sum(slot.minutes for slot in slots)


def offered_to(program):
    """The groups of a program that go on, with their slots in `meets`."""
    return going_on().filter(programs=program)


def going_on():
    """Groups that go on, with their slots in `meets`."""
    slots = Prefetch("slots", Slot.objects.not_over(today()), to_attr="meets")
    return Group.objects.not_over(today()).prefetch_related(slots).order_by("name")


def fits(program, patient, commitments, enrolments, *, ticked=(), waitings=()):
    """Each group of the program against the times the person cannot come, the groups they attend and whom they are kept apart from."""
    groups = list(offered_to(program))
    joined = {row.group_id for row in enrolments}
    attended = list(Slot.objects.not_over(today()).filter(group__in=joined).select_related("group"))
    taken, waits = timetable.places(groups, today()), {row.group_id: row for row in waitings}
    closed = apart.closed_groups([patient.pk])
    return [
        Fit(
            group,
            group.meets,
            troubles_of(group, group.meets, patient.pk, commitments, attended, closed),
            taken.get(group.pk, 0),
            group.pk in joined,
            str(group.pk) in ticked,
            waits.get(group.pk),
        )
        for group in groups
    ]


def troubles_of(group, slots, patient, commitments, attended, closed):
    """Why somebody could not attend a group, in words: their week, the slots they attend, whom they are kept apart from."""
    words = [words for slot in slots for words in _clashes(slot, commitments, attended)]
    return [*words, KEPT_APART] if (patient, group.pk) in closed else words


def _clashes(slot, commitments, attended):
    day = max(today(), slot.started_on)
    busy = week.clashes(commitments, day, weekday=slot.weekday, starts=slot.starts, ends=slot.ends)
    others = [other for other in attended if other.group_id != slot.group_id and slot.meets(other)]
    return [
        *(f"{one.get_kind_display()}, {one.get_weekday_display()} {week.hours(one)}" for one in busy),
        *(f"Attends {other.group}, {other.get_weekday_display()} {clock(other.starts)}" for other in others),
    ]


@dataclass
class Track:
    """What somebody can attend of the day or the evening groups, with a free place in each and none at the time of another."""

    value: str
    fits: list

    @property
    def label(self):
        return self.fits[0].group.get_track_display() if self.value else "No track"

    @property
    def hours(self):
        return duration(sum(minutes_a_week(fit.slots) for fit in self.fits))


def tracks(fits):
    """A Track for each of which some group can be joined."""
    found: dict = {}
    for fit in fits:
        chosen = found.setdefault(fit.group.track, [])
        others = [slot for other in chosen for slot in other.slots]
        if fit.is_open and not any(slot.meets(other) for slot in fit.slots for other in others):
            chosen.append(fit)
    return [Track(value, chosen) for value, chosen in found.items() if chosen]


def served_by(programs):
    """{program: keys of its groups}, in one statement."""
    served: dict = {str(program.pk): set() for program in programs}
    for program, group in GroupProgram.objects.filter(program__in=programs).values_list("program", "group"):
        served[str(program)].add(group)
    return served


def weighed(stay, programs):
    """{program: sentences}: which groups a move there would end, and which of the program fit. Constant statements."""
    served = served_by(programs)
    joined = list(Enrolment.objects.not_over(today()).filter(episode=stay.episode_id).select_related("group").order_by("group__name"))
    groups = list(going_on().filter(pk__in=set().union(*served.values())))
    patient, taken = stay.episode.patient_id, timetable.places(groups, today())
    commitments, closed = list(of_patients.all_commitments(patient=patient)), apart.closed_groups([patient])
    said = {}
    for program in programs:
        theirs = served[str(program.pk)]
        kept = {row.group_id for row in joined if row.group_id in theirs}
        attended = [slot for group in groups if group.pk in kept for slot in group.meets]
        offered = [group for group in groups if group.pk in theirs]
        fit = [
            group
            for group in offered
            if group.pk not in kept
            and taken.get(group.pk, 0) < group.capacity
            and not troubles_of(group, group.meets, patient, commitments, attended, closed)
        ]
        said[str(program.pk)] = _in_words(program, [row.group for row in joined if row.group_id not in theirs], offered, fit)
    return said


def _in_words(program, left, offered, fit):
    if left:
        yield f"Leaves {listed(left)}"
    if fit:
        yield f"Groups of {program} that fit and have a place: {listed(fit)}"
    elif offered:
        yield f"No group of {program} that fits has a free place"


def listed(groups):
    """A, B and C."""
    *most, last = [str(group) for group in groups]
    return f"{', '.join(most)} and {last}" if most else last


@dataclass
class Waiter:
    """Somebody on the waitlist of a group. `troubles`: why the group does not fit them now, in words this person may read."""

    waiting: Waiting
    troubles: list
    is_mine: bool

    @property
    def patient(self):
        return self.waiting.episode.patient


def waiters_of(groups, user):
    """{group: those who wait, in order, whom this person may know of}, in constant statements."""
    mine = Q(episode__patient__in=Patient.objects.visible_to(user))
    rows = Waiting.objects.filter(queries.known_members(user), group__in=groups, ended_on=None).annotate(is_mine=mine)
    rows = list(rows.select_related("episode__patient", "group", "added_by").order_by("added_at"))
    patients = {row.episode.patient_id for row in rows}
    joined = Enrolment.objects.not_over(today()).filter(episode__in={row.episode_id for row in rows})
    meetings = Slot.objects.not_over(today()).filter(Q(group__in={row.group_id for row in rows}) | Q(group__in=joined.values("group")))
    slots = _by(meetings.select_related("group"), "group_id")
    attended = _by(joined, "episode_id")
    commitments = _by(Commitment.objects.not_over(today()).filter(patient__in=patients), "patient_id")
    closed = apart.closed_groups(patients)
    found: dict = {}
    for row in rows:
        patient, meets = row.episode.patient_id, slots.get(row.group_id, [])
        theirs = [slot for one in attended.get(row.episode_id, []) for slot in slots.get(one.group_id, [])]
        troubles = troubles_of(row.group, meets, patient, commitments.get(patient, []), theirs, closed)
        found.setdefault(row.group_id, []).append(Waiter(row, troubles if row.is_mine or not troubles else [NOT_NOW], row.is_mine))
    return found


def _by(rows, name):
    found: dict = {}
    for row in rows:
        found.setdefault(getattr(row, name), []).append(row)
    return found


@dataclass
class PlaceToGive:
    """A free place in a group that people wait for, and the first in order whom it fits; None where it fits nobody now."""

    group: Group
    free: int
    first: Waiter | None


def waited_for(groups):
    """Those of the groups that somebody waits for, by name."""
    return groups.not_over(today()).filter(waitings__ended_on=None, waitings__isnull=False).distinct().order_by("name")


def places_to_give(user, groups=None):
    """A PlaceToGive for each group this person sees that has a free place and a waitlist, by name."""
    known = list(
        waited_for(queries.groups_visible_to(user) if groups is None else Group.objects.filter(pk__in=[group.pk for group in groups]))
    )
    taken, waiters = timetable.places(known, today()), waiters_of(known, user)
    return [
        PlaceToGive(group, group.capacity - taken.get(group.pk, 0), next((one for one in waiters[group.pk] if not one.troubles), None))
        for group in known
        if group.pk in waiters and taken.get(group.pk, 0) < group.capacity
    ]
