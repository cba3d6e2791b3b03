"""Who is in a group, and what would fit somebody: rows for the group's page and for the chart."""

from dataclasses import dataclass

from django.db.models import Prefetch

from anchored.ground.clock import clock, duration
from anchored.ground.dates import today
from patients import week
from patients.models import Episode, InCare, Patient

from . import hours, queries, timetable
from .hours import Hours
from .models import Enrolment, Group, Slot


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
    since = dict(InCare.objects.filter(episode_id__in=[row.episode_id for row in rows]).values_list("episode_id", "counts_from"))
    mine = Patient.objects.visible_to(user).filter(pk__in=[row.episode.patient_id for row in rows])
    mine = set(mine.values_list("pk", flat=True))
    done = hours.of_week([row.episode_id for row in rows], today())
    return [Member(row, _week(since.get(row.episode_id)), row.episode.patient_id in mine, done[row.episode_id]) for row in rows]


def _week(since):
    return None if since is None else (today() - since).days // 7 + 1


def who_could_join(group, user):
    """Open episodes in the group's programs of people this person may know of, who are no members."""
    there = InCare.objects.visible_to(user).filter(program_id__in=group.programs.values("pk"))
    members = Enrolment.objects.filter(group=group, ended_on=None).values("episode")
    rows = Episode.objects.filter(pk__in=there.values("episode_id")).exclude(pk__in=members)
    return rows.select_related("patient").order_by("patient__family_name", "patient__given_name")


@dataclass
class Fit:
    """A group against somebody's week: what of it they could not attend, in words."""

    group: Group
    slots: list
    clashes: list
    taken: int
    is_member: bool
    ticked: bool = False

    @property
    def hours(self):
        return duration(minutes_a_week(self.slots))

    @property
    def is_full(self):
        return self.taken >= self.group.capacity


def minutes_a_week(slots):
    return sum(slot.minutes for slot in slots)


def offered_to(program):
    """The groups of a program that go on, with their slots in `meets`."""
    slots = Prefetch("slots", Slot.objects.not_over(today()), to_attr="meets")
    return Group.objects.not_over(today()).filter(programs=program).prefetch_related(slots).order_by("name")


def fits(program, commitments, enrolments, ticked=()):
    """Each group of the program against the times the person cannot come and the groups they attend."""
    groups = list(offered_to(program))
    joined = {row.group_id for row in enrolments}
    attended = list(Slot.objects.not_over(today()).filter(group__in=joined).select_related("group"))
    taken = timetable.places(groups, today())
    return [
        Fit(
            group,
            group.meets,
            [words for slot in group.meets for words in _clashes(slot, commitments, attended)],
            taken.get(group.pk, 0),
            group.pk in joined,
            str(group.pk) in ticked,
        )
        for group in groups
    ]


def _clashes(slot, commitments, attended):
    day = max(today(), slot.started_on)
    busy = week.clashes(commitments, day, weekday=slot.weekday, starts=slot.starts, ends=slot.ends)
    others = [other for other in attended if other.group_id != slot.group_id and slot.meets(other)]
    return [
        *(f"{one.get_kind_display()}, {one.get_weekday_display()} {week.hours(one)}" for one in busy),
        *(f"Attends {other.group}, {other.get_weekday_display()} {clock(other.starts)}" for other in others),
    ]
