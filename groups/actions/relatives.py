"""Who of a patient's relatives came with them to a session."""

from django.db import transaction
from django.utils import timezone

from anchored.audit import trail
from anchored.ground.rows import add
from patients.models import Contact

from .. import queries, rules
from ..models import Relative
from .attendance import led


@transaction.atomic
def set_came(session, episode, *, came=(), left_out=(), by):
    """Tick some of the patient's contacts as there, and take others back. Contacts that somebody else has ticked stay as they are.

    Raises NotNow for a group without relatives, for whom nobody marked as having come, for a contact of whom the record does not
    say that they may be told something; SomeoneWasFirst when the note is signed.
    """
    session = led(session, by)
    mark = queries.locked_mark(session, episode)
    rules.check_brings_relatives(session, episode, mark)
    there = {row.contact_id: row for row in Relative.objects.filter(attendance=mark, taken_back_at=None)}
    known = Contact.objects.filter(patient=mark.episode.patient_id, removed_at=None)
    for contact in known.filter(pk__in=[pk for pk in came if pk not in there]):
        rules.check_may_be_told(contact)
        row = add(Relative(attendance=mark, contact=contact, told=contact.may_be_told, marked_by=by))
        trail.record("session.relative_came", row, by=by)
    for row in [there[pk] for pk in left_out if pk in there]:
        row.taken_back_by, row.taken_back_at = by, timezone.now()
        row.save(update_fields=["taken_back_by", "taken_back_at"])
        trail.record("session.relative_taken_back", row, by=by)
