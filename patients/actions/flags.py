"""Safety flags: raised by whoever sees the danger, closed by somebody by name."""

from django.db import transaction
from django.utils import timezone

from anchored.accounts.refusals import NotNow, SomeoneWasFirst
from anchored.accounts.roles import Permission
from anchored.audit import trail
from anchored.ground.dates import today
from anchored.ground.rows import add

from .. import locks
from ..models import SafetyFlag


@transaction.atomic
def raise_flag(patient, *, kind, by, note="") -> SafetyFlag:
    """Put a flag on the banner of the chart."""
    by.must_hold(Permission.RAISE_FLAGS)
    locks.patient(patient.pk)
    if patient.safety_flags.filter(kind=kind, ended_on=None).exists():
        raise NotNow({"kind": "This flag is raised already."})
    flag = add(SafetyFlag(patient=patient, kind=kind, note=note, raised_by=by))
    trail.record("flag.raised", flag, by=by, kind=kind)
    return flag


@transaction.atomic
def close_flag(flag, *, by) -> SafetyFlag:
    """Take a flag off the banner; it stays in the timeline."""
    by.must_hold(Permission.RAISE_FLAGS)
    flag = SafetyFlag.objects.select_for_update().get(pk=flag.pk)
    if flag.ended_on:
        raise SomeoneWasFirst("This flag is closed already.")
    flag.ended_on, flag.closed_by, flag.closed_at = max(today(), flag.started_on), by, timezone.now()
    flag.save(update_fields=["ended_on", "closed_by", "closed_at"])
    trail.record("flag.closed", flag, by=by, kind=flag.kind)
    return flag
