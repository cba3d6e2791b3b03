"""What happened in an episode, as one list: stays, discharges, care team, flags, assessments."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.urls import reverse

from anchored.ground.remembered import Remembered
from anchored.signing.models import Signature
from patients.head import was_undone
from patients.models import Assessment, CareTeamMember, Discharge, SafetyFlag

KINDS = {"move": "Moves", "assessment": "Assessments", "team": "Care team", "flag": "Safety flags"}


@dataclass(frozen=True)
class Event:
    """One line of the timeline: the day it counts for, the moment it was entered, and in whose name."""

    kind: str
    day: date
    at: datetime
    title: str
    detail: str = ""
    who: str = ""
    url: str = ""
    is_undone: bool = False


sealed_in = Remembered(
    lambda episode: Assessment.objects.filter(episode=episode, sealed_at__isnull=False).select_related("made_by", "recommended", "chosen"),
    episode=UUID,
)
discharges_of = Remembered(
    lambda episode: Discharge.objects.filter(episode=episode).select_related("reason", "discharged_by", "undone_by"), episode=UUID
)


def rated_in(episode):
    """The signed assessments of an episode, the latest first."""
    return sealed_in(episode=episode.pk)


def of_episode(head, episode, rated):
    """All events of an episode, the latest first. Flags belong to the person and are shown with every episode they meet."""
    events = [_of_stay(stay) for stay in head.stays if stay.episode_id == episode.pk]
    events += _discharges(episode) + _assessments(head.patient, rated) + _team(head, episode)
    events += [event for flag in head.flags for event in _of_flag(flag) if _meets(event.day, episode)]
    return sorted(events, key=lambda event: (event.day, event.at), reverse=True)


def _meets(day, episode):
    return episode.started_on <= day and (episode.ended_on is None or day <= episode.ended_on)


def _of_stay(stay):
    if stay.previous_id is None:
        title = f"Admitted to {stay.program}"
    elif stay.reverses_id:
        title = f"Move undone, back in {stay.program}"
    elif stay.basis.code == "discharge_undone":
        title = f"Discharge undone, back in {stay.program}"
    else:
        title = f"Moved to {stay.program}"
    remarks = [] if stay.previous_id is None or stay.reverses_id else [stay.basis.label]
    if stay.outside_table:
        remarks.append("approved by a supervisor outside the table of moves")
    if stay.patient_took_part:
        remarks.append("patient took part")
    if was_undone(stay):
        remarks.append("undone")
    detail = ", ".join(remarks) + (f". {stay.reason}" if stay.reason and not stay.reverses_id else "")
    return Event("move", stay.started_on, stay.opened_at, title, detail.strip(". "), _name(stay.opened_by), is_undone=was_undone(stay))


def _discharges(episode):
    events = []
    for leaving in discharges_of(episode=episode.pk):
        detail = f"{leaving.reason}. {leaving.note}".strip(". ")
        title = "Discharged, undone later" if leaving.undone_at else "Discharged"
        events.append(
            Event("move", leaving.on, leaving.discharged_at, title, detail, _name(leaving.discharged_by), is_undone=bool(leaving.undone_at))
        )
    return events


def _assessments(patient, rows):
    return [
        Event(
            "assessment",
            row.made_on,
            row.made_at,
            f"Six dimensions rated, {row.get_occasion_display().lower()}",
            " ".join(f"{number}: {value}" for number, value in enumerate(row.ratings(), 1) if value),
            f"{row.made_by.short_name}, {Signature.Meaning.AUTHOR.label.lower()}",
            reverse("patients:assessment", args=[patient.pk, row.pk]),
        )
        for row in rows
    ]


def _team(head, episode):
    if episode == head.episode:
        members = head.team
    else:
        members = CareTeamMember.objects.filter(episode=episode).select_related("user", "assigned_by")
    return [
        Event(
            "team",
            member.started_on,
            member.assigned_at,
            f"{member.user.short_name}, {member.get_part_display().lower()}",
            "",
            _name(member.assigned_by),
        )
        for member in members
    ]


def _of_flag(flag):
    kind = SafetyFlag.Kind(flag.kind).label
    yield Event("flag", flag.started_on, flag.raised_at, f"Flag raised: {kind}", flag.note, _name(flag.raised_by))
    if flag.closed_at:
        yield Event("flag", flag.ended_on, flag.closed_at, f"Flag closed: {kind}", "", _name(flag.closed_by))


def _name(person):
    return person.short_name if person else "Imported"
