"""Scanned papers: filed, withdrawn when they were filed in error, read with a look at whether they are as they were filed."""

import hashlib
from contextlib import contextmanager

from django.db import transaction
from django.utils import timezone

from anchored.accounts.roles import Permission
from anchored.audit import trail
from anchored.ground import rows

from .. import locks, policies, shelf
from ..models import Scan


class Damaged(Exception):
    """The file is not there, or not as it was filed."""


def file(patient, *, upload, kind, title, by) -> Scan:
    """Put a scanned paper into the chart. `upload` has passed `uploads.check`."""
    with transaction.atomic(), filed(patient, upload=upload, kind=kind, title=title, by=by) as scan:
        return scan


@contextmanager
def filed(patient, *, upload, kind, title, by):
    """The same as a part of a larger act, whose failure takes the file off the shelf again."""
    by.must_hold(Permission.KEEP_PAPERS)
    locks.patient(patient.pk)
    scan = Scan(
        patient=patient,
        kind=kind,
        title=title,
        name=upload.name,
        media_type=upload.media_type,
        size=len(upload.content),
        digest=hashlib.sha256(upload.content).hexdigest(),
        filed_by=by,
    )
    with shelf.kept(scan.pk, upload.content):
        rows.add(scan)
        trail.record("scan.filed", scan, by=by, kind=kind)
        yield scan


@transaction.atomic
def withdraw(scan, *, because, by) -> Scan:
    """It was filed in error. It stays on record and no longer opens but for a supervisor."""
    locks.patient(scan.patient_id)
    scan = Scan.objects.select_related("withdrawn_by").get(pk=scan.pk)
    policies.check_can_withdraw(by, scan)
    policies.check_says_why("because", because)
    scan.withdrawn_because, scan.withdrawn_by, scan.withdrawn_at = because, by, timezone.now()
    rows.check(scan)
    scan.save(update_fields=["withdrawn_because", "withdrawn_by", "withdrawn_at"])
    trail.record("scan.withdrawn", scan, by=by)
    return scan


def read(scan, *, by):
    """The bytes as they were filed. Raises Damaged, after it is recorded, when the file is another one or is gone."""
    policies.check_can_open_scan(by, scan)
    content = shelf.read(scan.pk)
    if content is None or hashlib.sha256(content).hexdigest() != scan.digest:
        trail.record("scan.damaged", scan, by=by)
        raise Damaged
    trail.record("scan.opened", scan, by=by, withdrawn=scan.withdrawn_at is not None)
    return content
