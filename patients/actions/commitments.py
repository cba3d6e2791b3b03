"""The hours of the week when a patient cannot come."""

from datetime import timedelta

from django.db import transaction

from anchored.audit import trail
from anchored.ground import rows
from anchored.ground.clock import DAY
from anchored.ground.dates import today

from .. import locks, policies
from ..models import Commitment

SAME_DAY, NEXT_DAY = timedelta(), timedelta(days=1)


@transaction.atomic
def add(patient, *, kind, weekdays, starts, ends, by, started_on=None, until=None, note="") -> list[Commitment]:
    """The same hours on some weekdays, from a day on, through `until` (the last day; none: until further notice).

    `starts` and `ends` are minutes since midnight. An end that is not after the start is on the next day: such a night is
    two rows, until midnight and from it, the second with its dates a day later. Raises NotNow beside its field.
    """
    started_on = started_on or today()
    policies.check_can_add_times(by, weekdays=weekdays, starts=starts, ends=ends, started_on=started_on, until=until)
    locks.patient(patient.pk)
    ended_on = until and until + NEXT_DAY
    added = []
    for weekday in sorted(weekdays):
        for day, begins, stops, later in _stretches(weekday, starts, ends):
            dates = {"started_on": started_on + later, "ended_on": ended_on and ended_on + later}
            row = Commitment(patient=patient, kind=kind, weekday=day, starts=begins, ends=stops, note=note, added_by=by, **dates)
            added.append(rows.add(row))
            trail.record("commitment.added", row, by=by)
    return added


def _stretches(weekday, starts, ends):
    """(weekday, starts, ends, how much later) of each part that lies on one day."""
    ends = ends or DAY
    if starts < ends:
        return [(weekday, starts, ends, SAME_DAY)]
    return [(weekday, starts, DAY, SAME_DAY), ((weekday + 1) % 7, 0, ends, NEXT_DAY)]


@transaction.atomic
def end(commitment, *, by) -> Commitment:
    """From today the patient can come at these hours. Raises SomeoneWasFirst when that was so already."""
    policies.check_can_keep_contacts(by)
    locks.patient(commitment.patient_id)
    commitment = Commitment.objects.select_related("ended_by").get(pk=commitment.pk)
    policies.check_goes_on(commitment)
    commitment.ended_on, commitment.ended_by = max(today(), commitment.started_on), by
    commitment.save(update_fields=["ended_on", "ended_by"])
    trail.record("commitment.ended", commitment, by=by)
    return commitment
