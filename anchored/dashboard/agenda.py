"""My sessions of a day: groups this person leads or covers and their own appointments, in order of time, with the state of the notes."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from groups import queries as sessions
from groups.planning import at
from patients.addresses import address
from treatment_plans import appointment_queries as appointments
from treatment_plans.models import Appointment

AHEAD = timedelta(days=14)  # how far the page looks for the next session of an empty day
STATES = {"Cancelled": "dash-circle", "Did not come": "dash-circle"}


@dataclass(frozen=True)
class Meeting:
    """One line of the day. `done` and `of` are notes signed and to sign, where some are begun."""

    starts_at: datetime
    ends_at: datetime
    title: str
    detail: str
    tone: str
    words: str
    url: str = ""
    act: str = ""
    label: str = ""
    done: int = 0
    of: int = 0
    patient_id: UUID | None = None
    planned: UUID | None = None  # the appointment that can still be moved or cancelled
    is_cancelled: bool = False
    is_past: bool = False
    follows_now: bool = False

    @property
    def shape(self):
        return STATES.get(self.words, "")


def rows_of(user, day):
    """(sessions, appointments) of a day and the fortnight after it, and those before that are not finished. Three statements."""
    until = day + AHEAD
    led = sessions.sessions_of(user, day, until)
    return led, list(appointments.of_the_day(user, at(day, 0), at(until + timedelta(days=1), 0)))


def meetings(led, booked, day):
    """The lines of a day; the first that is still to come knows that it follows now."""
    now = timezone.now()
    lines = [_of_session(row, now) for row in led if row.held_on == day]
    lines += [_of_appointment(row, now) for row in booked if timezone.localdate(row.starts_at) == day]
    lines.sort(key=lambda line: (line.starts_at, line.title))
    coming = next((place for place, line in enumerate(lines) if line.starts_at > now), None)
    if coming and timezone.localdate(now) == day:
        lines[coming] = _marked(lines[coming])
    return lines


def _marked(line):
    return Meeting(**{**vars(line), "follows_now": True})


def upcoming(led, booked, day):
    """Tue 24 Nov, 09:00 Relapse prevention: what comes first after a day; empty when nothing is planned for a fortnight."""
    coming = [(row.started_at, str(row.group)) for row in led if row.held_on > day and not row.cancelled_at]
    coming += [(row.starts_at, title_of(row)) for row in booked if timezone.localdate(row.starts_at) > day and not row.is_cancelled]
    if not coming:
        return ""
    moment, title = min(coming)
    moment = timezone.localtime(moment)
    return f"{date_format(moment, 'D')} {date_format(moment, 'MONTH_DAY_FORMAT')}, {moment:%H:%M} {title}"


def title_of(appointment):
    return f"{appointment.kind}, {appointment.patient}"


def _of_session(row, now):
    tone, words = state_of(row, now)
    people = row.marked + row.left
    track = row.group.get_track_display()
    detail = f"{track}, {people} {'person' if people == 1 else 'people'}" if track else f"{people} {'person' if people == 1 else 'people'}"
    label = f"Open {row.group}, {timezone.localtime(row.started_at):%H:%M}, {words[:1].lower()}{words[1:]}"
    line: dict[str, Any] = {"is_cancelled": row.cancelled_at is not None, "is_past": row.ended_at < now}
    if row.cancelled_at is None:
        line |= {"url": reverse("session", args=[row.pk]), "act": "Open", "label": label}
    if words.endswith("notes"):
        line |= {"done": row.signed, "of": row.came}
    return Meeting(row.started_at, row.ended_at, str(row.group), detail, tone, words, **line)


def state_of(row, now):
    """(tone, words) of a session of `groups.queries.sessions_of`."""
    if row.cancelled_at:
        return "quiet", "Cancelled"
    if not row.marked or row.started_at > now:
        return "quiet", "Not started"
    if row.left:
        return "live", f"{row.marked} of {row.marked + row.left} marked"
    if not row.came:
        return "ok", "Nobody came"
    return ("ok", "Signed") if row.signed == row.came else ("live", f"{row.signed} of {row.came} notes")


def _of_appointment(row, now):
    tone, words, url, act = _state_of_appointment(row)
    label = f"Write note for {row.patient}" if act == "Write" else f"Open note about {row.patient}" if act else ""
    line = {"is_cancelled": row.is_cancelled, "is_past": row.ends_at < now, "patient_id": row.patient_id}
    line["planned"] = row.pk if row.is_planned else None
    return Meeting(row.starts_at, row.ends_at, title_of(row), row.get_place_display(), tone, words, url, act, label, **line)


def _state_of_appointment(row):
    if row.is_cancelled:
        return "quiet", "Did not come" if row.outcome == Appointment.Outcome.ABSENT else "Cancelled", "", ""
    if row.outcome == Appointment.Outcome.DONE:
        return "ok", "Signed", reverse("note", args=[row.note_id]), "Open"
    return ("live", "Draft", note_url(row), "Write") if row.note_id else ("quiet", "Not started", note_url(row), "Write")


def note_url(appointment):
    """Where the note about an appointment is written: its draft, else a new one that begins with what was planned."""
    if appointment.note_id:
        return address("patients:draft", appointment.patient_id, appointment.note_id)
    return f"{address('patients:new_note', appointment.patient_id)}?appointment={appointment.pk}"
