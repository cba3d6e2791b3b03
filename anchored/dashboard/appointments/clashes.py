"""What an appointment would clash with, in words: the patient's week and groups, the clinician's groups, other appointments."""

from datetime import timedelta

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from anchored.ground.clock import clock
from groups.models import Enrolment, Leader, Session, Slot
from patients import queries, week
from treatment_plans import appointment_queries


def found(episode, *, clinician, starts_at, minutes, seen_by, but=None):
    """Sentences; none of them forbids anything. `but`: the appointment that is moved. At most eight statements."""
    ends_at = starts_at + timedelta(minutes=minutes)
    patient, day = episode.patient, timezone.localdate(starts_at)
    stretch = _minutes_of_the_day(starts_at), _minutes_of_the_day(starts_at) + minutes
    theirs, clinicians = appointment_queries.clashing(episode, clinician, starts_at, minutes, but=but)
    busy = week.clashes(queries.all_commitments(patient=patient.pk), day, weekday=day.weekday(), starts=stretch[0], ends=stretch[1])
    attended = Enrolment.objects.on(day).filter(episode=episode).values_list("group", flat=True)
    led = Leader.objects.on(day).filter(user=clinician).values_list("group", flat=True)
    own = clinician == seen_by
    attends = _meetings(Q(group__in=list(attended)), day, starts_at, ends_at, stretch)
    leads = _meetings(Q(group__in=list(led)), day, starts_at, ends_at, stretch, covers=clinician)
    return [
        *(f"{patient} cannot come: {one.get_kind_display().lower()}, {week.hours(one)}." for one in busy),
        *(f"{patient} attends {group}, {hours}." for group, hours in attends),
        *(f"{patient} has another appointment: {str(one.kind).lower()}, {_hours(one)}." for one in theirs),
        *(f"{clinician.short_name} leads {group if own else 'a group'}, {hours}." for group, hours in leads),
        *(f"{clinician.short_name} has another appointment, {_hours(one)}." for one in clinicians),
    ]


def _meetings(groups, day, starts_at, ends_at, stretch, covers=None):
    """(group, hours) of sessions at that time; beyond the sessions that are planned already, of the slots that will plan them."""
    mine = groups & (Q(covered_by=None) | Q(covered_by=covers)) | Q(covered_by=covers) if covers else groups
    held = Session.objects.held().filter(mine, started_at__lt=ends_at, ended_at__gt=starts_at).select_related("group")
    yield from ((row.group, f"{_at(row.started_at)} to {_at(row.ended_at)}") for row in held)
    planned = Session.objects.filter(slot=OuterRef("pk"), planned_on=day)
    slots = Slot.objects.on(day).filter(groups, ~Exists(planned), weekday=day.weekday(), starts__lt=stretch[1], ends__gt=stretch[0])
    yield from ((slot.group, f"{clock(slot.starts)} to {clock(slot.ends)}") for slot in slots.select_related("group"))


def _hours(appointment):
    return f"{_at(appointment.starts_at)} to {_at(appointment.ends_at)}"


def _at(moment):
    return f"{timezone.localtime(moment):%H:%M}"


def _minutes_of_the_day(moment):
    local = timezone.localtime(moment)
    return local.hour * 60 + local.minute
