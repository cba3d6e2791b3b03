"""What happened in an episode, as one list: way in, stays, discharges, care team, flags, assessments, papers, plans, notes, absences."""

from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone
from django.utils.formats import date_format

from anchored.signing.models import Signature
from patients.addresses import address
from patients.head import was_undone
from patients.models import CareTeamMember, SafetyFlag

KINDS = {
    "move": "Moves",
    "assessment": "Assessments",
    "team": "Care team",
    "flag": "Safety flags",
    "referral": "Referral",
    "document": "Documents",
    "plan": "Plan",
    "note": "Notes",
    "attendance": "Attendance",
}


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


def of_episode(head, episode, rated, discharges):
    """All events of an episode, the latest first. Flags belong to the person and are shown with every episode they meet."""
    events = [_of_stay(stay) for stay in belonging(episode, head.stays)]
    events += [_of_discharge(leaving) for leaving in belonging(episode, discharges)]
    events += [_of_rating(head.patient, rating) for rating in belonging(episode, rated)]
    events += [_of_member(member) for member in _team(head, episode)]
    events += [event for flag in head.flags for event in _of_flag(flag) if _meets(event.day, episode)]
    return in_order(events)


def of_the_way_in(head, episode, steps, attempts):
    """Calls and steps from the discharge before to the end of this episode."""
    before = [other.ended_on for other in head.episodes if other.ended_on and other.ended_on <= episode.started_on and other != episode]
    since, until = max(before, default=date.min), episode.ended_on or date.max
    events = [_of_step(step) for step in steps] + [_of_attempt(attempt) for attempt in attempts]
    return [event for event in events if since <= event.day < until]


def of_documents(episode, taken, scans):
    """Papers signed, acknowledged or declined, and scans filed, while the episode lasted or on the way into it."""
    events = [_of_paper(paper) for paper in taken] + [_of_scan(scan) for scan in scans]
    return [event for event in events if episode.ended_on is None or event.day <= episode.ended_on]


def of_plans(episode, plans, reviews, notes):
    """Versions of the plan that came into force, reviews, and signed notes of an episode."""
    events = [_of_plan(plan) for plan in belonging(episode, plans) if plan.in_force_at]
    events += [_of_review(review) for review in reviews if review.plan.episode_id == episode.pk]
    return events + [_of_note(note) for note in belonging(episode, notes)]


def of_attendance(episode, absences, corrections):
    """Sessions that somebody did not attend, each in one line, and marks that two people corrected."""
    events = [_of_absence(mark) for mark in belonging(episode, absences)]
    return events + [_of_correction(row) for row in corrections if row.attendance.episode_id == episode.pk]


def in_order(events):
    """The latest first."""
    return sorted(events, key=lambda event: (event.day, event.at), reverse=True)


def belonging(episode, rows):
    """Those of a person's rows that belong to an episode, in their order."""
    return [row for row in rows if row.episode_id == episode.pk]


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


def _of_discharge(leaving):
    return Event(
        "move",
        leaving.on,
        leaving.discharged_at,
        "Discharged, undone later" if leaving.undone_at else "Discharged",
        f"{leaving.reason}. {leaving.note}".strip(". "),
        _name(leaving.discharged_by),
        is_undone=bool(leaving.undone_at),
    )


def _of_rating(patient, rating):
    return Event(
        "assessment",
        rating.made_on,
        rating.made_at,
        f"Six dimensions rated, {rating.get_occasion_display().lower()}",
        " ".join(f"{number}: {value}" for number, value in enumerate(rating.ratings(), 1) if value),
        f"{rating.made_by.short_name}, {Signature.Meaning.AUTHOR.label.lower()}",
        address("patients:assessment", patient.pk, rating.pk),
    )


def _team(head, episode):
    if episode == head.episode:
        return head.team
    return CareTeamMember.objects.filter(episode=episode).select_related("user", "assigned_by")


def _of_member(member):
    part = f"{member.user.short_name}, {member.get_part_display().lower()}"
    return Event("team", member.started_on, member.assigned_at, part, "", _name(member.assigned_by))


def _of_flag(flag):
    kind = SafetyFlag.Kind(flag.kind).label
    yield Event("flag", flag.started_on, flag.raised_at, f"Flag raised: {kind}", flag.note, _name(flag.raised_by))
    if flag.closed_at:
        yield Event("flag", flag.ended_on, flag.closed_at, f"Flag closed: {kind}", "", _name(flag.closed_by))


def _of_step(step):
    when = f"Appointment {date_format(timezone.localtime(step.appointment), 'DATETIME_FORMAT')}" if step.appointment else ""
    detail = ". ".join(filter(None, [when, step.note]))
    return Event("referral", timezone.localdate(step.at), step.at, f"Referral: {step.get_step_display().lower()}", detail, _name(step.by))


def _of_attempt(attempt):
    title = f"{attempt.get_channel_display()}: {attempt.get_outcome_display().lower()}"
    return Event("referral", timezone.localdate(attempt.at), attempt.at, title, attempt.note, _name(attempt.by))


def _of_paper(paper):
    url = address("patients:taken_paper", paper.patient_id, paper.pk)
    title = f"{paper.template.title}: {paper.get_how_display().lower()}"
    return Event("document", timezone.localdate(paper.taken_at), paper.taken_at, title, paper.reason, _name(paper.taken_by), url)


def _of_scan(scan):
    title = f"Scan filed: {scan.title}"
    return Event(
        "document", timezone.localdate(scan.filed_at), scan.filed_at, title, "", _name(scan.filed_by), is_undone=bool(scan.withdrawn_at)
    )


def _of_plan(plan):
    title = f"{plan}, in force"
    return Event(
        "plan", timezone.localdate(plan.in_force_at), plan.in_force_at, title, plan.get_because_display(), "", address("plan", plan.pk)
    )


def _of_review(review):
    url = address("plan_review", review.pk)
    title = f"Plan reviewed: {review.get_decision_display().lower()}"
    return Event("plan", review.made_on, review.made_at, title, "", _name(review.made_by), url)


def _of_note(note):
    began = note.service.started_at
    title = f"{note.service.kind}, {note.service.minutes} min"
    url, struck = address("note", note.pk), bool(note.in_error_at)
    detail = "Entered in error" if struck else "Its minutes were corrected" if note.service.taken_back_at else ""
    return Event("note", timezone.localdate(began), note.sealed_at, title, detail, _name(note.author), url, is_undone=struck)


def _of_absence(mark):
    title = f"Did not attend {mark.session.group}"
    return Event("attendance", mark.session.held_on, mark.marked_at, title, mark.words, _name(mark.marked_by))


def _of_correction(row):
    session = row.attendance.session
    detail = f"{row.before} to {row.after}. {row.because}"
    return Event("attendance", session.held_on, row.decided_at, f"Attendance corrected: {session.group}", detail, _name(row.decided_by))


def _name(person):
    return person.short_name if person else "Imported"
