"""Writing the trail: in the transaction of what it records, so that neither happens without the other."""

import hashlib
import json
from datetime import UTC

from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from .models import TrailEntry

BEGINNING = "0" * 64


class TrailUnavailable(Exception):
    """The trail cannot be written. Nothing is shown and nothing is changed until it can. Answered with 503."""


def record(event, subject=None, *, by, patient=None, **facts):
    """Write that somebody did or saw something.

    `subject` is what it was done to; its patient is found from it (the patient itself, or `subject.patient_id`).
    `facts` are short and hold no clinical text. Raises TrailUnavailable.
    """
    return _append([(event, _patient_of(patient or subject), _name_of(subject), facts)], by)[0]


def record_seen(event, patient_ids, *, by, **facts):
    """Write one row for each patient whom a list or search showed; one row without a patient when it showed none."""
    rows = [(event, patient_id, "", facts) for patient_id in patient_ids] or [(event, None, "", {**facts, "found": 0})]
    return _append(rows, by)


def _append(rows, actor):
    try:
        with transaction.atomic(savepoint=False):
            return TrailEntry.objects.bulk_create(_chained(rows, actor, *_head()))
    except DatabaseError as trouble:
        raise TrailUnavailable from trouble


def _head():
    """The last sequence and hash, with a lock that lasts until this transaction ends: an unlocked chain forks.

    On PostgreSQL the function locks and then looks, in one round trip; on SQLite the transaction holds the only lock.
    """
    if connection.vendor != "postgresql":
        return head()
    with connection.cursor() as cursor:
        cursor.execute("SELECT sequence, hash FROM trail_head()")
        return cursor.fetchone() or (0, BEGINNING)


def _chained(rows, actor, sequence, previous):
    now = timezone.now()
    entries = []
    for event, patient_id, subject, facts in rows:
        sequence += 1
        entry = TrailEntry(
            sequence=sequence, at=now, event=event, actor=actor, patient_id=patient_id, subject=subject, facts=facts, previous_hash=previous
        )
        entry.hash = previous = hash_of(entry)
        entries.append(entry)
    return entries


def hash_of(entry):
    """SHA-256 over the row before and everything this row says, written in one way only."""
    said = [
        entry.previous_hash,
        entry.sequence,
        entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        entry.event,
        entry.actor_id,
        str(entry.patient_id) if entry.patient_id else None,
        entry.subject,
        entry.facts,
    ]
    encoder = TrailEntry._meta.get_field("facts").encoder
    return hashlib.sha256(json.dumps(said, cls=encoder, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def first_bad_row():
    """The sequence and the reason of the first row that is not as it was written; None when the chain is whole."""
    expected, previous = 1, BEGINNING
    for entry in TrailEntry.objects.order_by("sequence").iterator(chunk_size=5000):
        if entry.sequence != expected:
            return expected, "this row is missing"
        if entry.previous_hash != previous:
            return entry.sequence, "it does not follow from the row before"
        if hash_of(entry) != entry.hash:
            return entry.sequence, "it was changed after it was written"
        expected, previous = expected + 1, entry.hash
    return None


def head():
    """The last sequence and hash: what an anchor outside the database keeps, so that a cut or rewritten tail is found."""
    return TrailEntry.objects.order_by("-sequence").values_list("sequence", "hash").first() or (0, BEGINNING)


def _patient_of(subject):
    if subject is None:
        return None
    if subject._meta.label == "patients.Patient":
        return subject.pk
    return getattr(subject, "patient_id", None)


def _name_of(subject):
    return f"{subject._meta.label_lower}:{subject.pk}" if subject is not None else ""
