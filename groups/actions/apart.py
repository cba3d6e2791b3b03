"""Two people are kept apart in groups, and no more."""

from django.db import transaction

from anchored.accounts.refusals import NotNow, SomeoneWasFirst
from anchored.accounts.roles import Permission
from anchored.audit import trail
from anchored.ground.dates import today
from anchored.ground.rows import add, check
from patients import locks

from .. import apart
from ..models import KeepApart, KeptPerson


@transaction.atomic
def keep(patient, other, *, reason, by) -> KeepApart:
    """From today on the two do not come into one group. Raises SomeoneWasFirst when that is recorded already.

    Where both are members now they stay: somebody decides who leaves.
    """
    by.must_hold(Permission.ENROL)
    if patient.pk == other.pk:
        raise NotNow({"record_number": "Enter the record number of another person"})
    locks.both(patient.pk, other.pk)
    if other.pk in apart.others([patient.pk], today()).get(patient.pk, ()):
        raise SomeoneWasFirst("These two are kept apart already.")
    made = add(KeepApart(reason=reason, recorded_by=by))
    for each in (patient, other):
        trail.record("people.kept_apart", add(KeptPerson(apart=made, patient=each)), by=by)
    return made


@transaction.atomic
def end(kept, *, because, by) -> KeepApart:
    """From today on they may be in one group again; that they were kept apart stays on record."""
    by.must_hold(Permission.ENROL)
    row = KeepApart.objects.select_for_update().get(pk=kept.pk)
    if row.ended_on:
        raise SomeoneWasFirst("This was ended meanwhile. Nothing was changed.")
    row.ended_on, row.ended_by, row.ended_because = today(), by, because
    check(row)
    row.save(update_fields=["ended_on", "ended_by", "ended_because"])
    for side in row.people.all():
        trail.record("people.kept_apart_no_more", side, by=by)
    return row
