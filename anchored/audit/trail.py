"""Writing the trail: in the transaction of what it records, so that neither happens without the other."""

import hashlib
from datetime import UTC

from django.core.serializers.json import DjangoJSONEncoder
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from .models import TrailEntry

BEGINNING = "0" * 64
SAID = ("at", "event", "actor_id", "patient_id", "subject", "facts")
ENCODER = DjangoJSONEncoder(sort_keys=True, separators=(",", ":"))


class TrailUnavailable(Exception):
    """The trail cannot be written. Nothing is shown and nothing is changed until it can. Answered with 503."""


def record(event, subject=None, *, by, patient=None, **facts):
    """Write that somebody did or saw something.

    `subject` is what it was done to; its patient is found from it (the patient itself, or `subject.patient_id`).
    `facts` are short and hold no clinical text. Raises TrailUnavailable.
    """
    _append([(event, _patient_of(patient or subject), _name_of(subject), facts)], by)


def record_each(event, subjects, *, by):
    """Write one row for each thing to which the same was done in one act."""
    record_all(event, [(subject, {}) for subject in subjects], by=by)


def record_all(event, told, *, by):
    """Write one row for each of [(subject, facts)], of what was done in one act."""
    _append([(event, _patient_of(subject), _name_of(subject), facts) for subject, facts in told], by)


def record_seen(event, patient_ids, *, by, **facts):
    """Write one row for each patient whom a list or search showed; one row without a patient when it showed none."""
    _append([(event, patient_id, "", facts) for patient_id in patient_ids] or [(event, None, "", {**facts, "found": 0})], by)


def _append(rows, actor):
    now, actor_id = timezone.now(), actor.pk if actor else None
    chain = _chain_in_the_database if connection.vendor == "postgresql" else _chain_here
    try:
        chain([(now, event, actor_id, patient_id, subject, facts) for event, patient_id, subject, facts in rows])
    except DatabaseError as trouble:
        raise TrailUnavailable from trouble


def _chain_in_the_database(rows):
    """PostgreSQL locks, finds the end of the chain, computes and adds in one statement; the lock lasts until the commit."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT trail_append(%s::text[])", [[_in_words(*row) for row in rows]])


@transaction.atomic(savepoint=False)
def _chain_here(rows):
    """On SQLite a transaction that writes holds the only lock there is."""
    entries = []
    sequence, previous = head()
    for row in rows:
        sequence += 1
        entry = TrailEntry(**dict(zip(SAID, row, strict=True)), sequence=sequence, previous_hash=previous)
        entry.hash = previous = hash_of(entry)
        entries.append(entry)
    TrailEntry.objects.bulk_create(entries)


def hash_of(entry):
    """SHA-256 over the row before, the number of this row, and everything that it says."""
    said = _in_words(*(getattr(entry, name) for name in SAID))
    return hashlib.sha256(f"{entry.previous_hash}{entry.sequence}\n{said}".encode()).hexdigest()


def _in_words(at, event, actor_id, patient_id, subject, facts):
    """Everything a row says, written in one way only."""
    moment = at.astimezone(UTC).isoformat(timespec="microseconds")
    return ENCODER.encode([moment, event, actor_id, str(patient_id) if patient_id else None, subject, facts])


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
