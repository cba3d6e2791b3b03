"""What is written about a session: kept as it is typed by either facilitator, signed for each person in one act."""

from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from anchored.accounts.refusals import NotNow, SomeoneWasFirst
from anchored.audit import trail
from anchored.ground.rows import change_each, check
from patients.models import Service
from treatment_plans import note_rules
from treatment_plans.actions import events, notes
from treatment_plans.models import Plan, PlanEvent

from .. import queries, rules, writing
from ..models import Attendance, Session
from .attendance import led_with_list


@dataclass
class Kept:
    """What became of what was typed. `theirs`: the text that somebody, or another window, has saved meanwhile; nothing was kept then."""

    row: Session | Attendance
    theirs: dict | None = None


@transaction.atomic
def keep_shared(session, *, facts, version, by) -> Kept:
    """Keep the shared part. A newer text, of somebody else or of another window, is never overwritten."""
    session = Session.objects.select_for_update(of=["self"]).get(pk=session.pk)
    rules.check_leads(by, session)
    rules.check_is_held(session)
    changed = [name for name, value in facts.items() if getattr(session, name) != value]
    if not changed:
        return Kept(session)
    if session.version != version:
        return Kept(session, {name: getattr(session, name) for name in changed})
    for name in changed:
        setattr(session, name, facts[name])
    session.version, session.saved_by, session.saved_at = session.version + 1, by, timezone.now()
    check(session)
    session.save(update_fields=[*changed, "version", "saved_by", "saved_at"])
    trail.record("session.written", session, by=by, fields=sorted(changed), version=session.version)
    return Kept(session)


@transaction.atomic
def keep_part(session, episode, *, typed, version, by) -> Kept:
    """Keep what is typed about one person who came."""
    note_rules.check_can_be_kept(typed)
    rules.check_leads(by, session)
    rules.check_is_held(session)
    mark = rules.check_came(episode, queries.locked_mark(session, episode))
    rules.check_part_is_open(mark)
    if mark.typed == typed:
        return Kept(mark)
    if mark.version != version:
        return Kept(mark, mark.typed)
    mark.typed, mark.version, mark.saved_by, mark.saved_at = typed, mark.version + 1, by, timezone.now()
    mark.save(update_fields=["typed", "version", "saved_by", "saved_at"])
    trail.record("attendance.written", mark, by=by, version=mark.version)
    return Kept(mark)


@transaction.atomic
def sign(session, chosen, *, by, read, why=None) -> list:
    """Sign the notes of the chosen people: all of them or none. Gives the notes that were signed by this call.

    `chosen`: episodes. `read`: {episode: version, None: version of the shared part} as the page showed them. `why`: {episode: why its
    note is nearly the same as another}. Whoever is signed already is passed over, so that a second facilitator who signs the same does
    no harm. Raises SomeoneWasFirst when a text was changed since, NotNow with what stands in the way.
    """
    session, people = led_with_list(session, by)
    wanted = set(chosen)
    parts = [part for part in writing.parts(session, people) if part.pk in wanted and not part.is_signed]
    if parts and session.version != read.get(None):
        raise SomeoneWasFirst("Somebody changed the shared part since you read it. Nothing was signed. Read it once more.")
    why = why or {}
    signed = notes.write_signed([_written(session, part, read, why.get(part.pk, "")) for part in parts], by=by)
    for part, note in zip(parts, signed, strict=True):
        part.mark.note = note
        _tell_of_concern(session, part, by)
    change_each([part.mark for part in parts], ["note"])
    return signed


def _written(session, part, read, why):
    """What is signed about one person. Raises for a text that was changed since it was read, and for what is not right."""
    if part.mark.version != read.get(part.pk):
        raise SomeoneWasFirst(f"Somebody changed what is written about {part.person.patient} since you read it. Nothing was signed.")
    if part.troubles:
        raise NotNow([f"{part.person.patient}: {trouble}." for trouble in part.troubles])
    if part.alike and part.alike.asks_why and not why.strip():
        raise NotNow(f"{part.person.patient}: write why this note is nearly the same as another, or what was different.")
    return notes.Written(
        part.mark.episode,
        service=_service(session, part.mark, part.relatives),
        sections=[*shared_sections(session), *_came_with(part.relatives), *part.form.for_sections()],
        format_name=str(session.group.type),
        worked_on=part.form.for_objectives(),
        typed=part.mark.typed,
        alike=part.alike,
        why=why,
    )


def _tell_of_concern(session, part, by):
    """A concern for safety has the plan looked at."""
    episode = part.mark.episode
    if part.form.has_concern and Plan.objects.filter(episode=episode).in_force().exists():
        events.happened(episode, kind=PlanEvent.Kind.SAFETY, on=session.held_on, words=f"{session.group}", by=by)


def _service(session, mark, relatives):
    began = session.started_at + timedelta(minutes=mark.late)
    return {
        "kind": session.group.type.service_kind,
        "started_at": began,
        "minutes": mark.minutes,
        "place": Service.Place.IN_PERSON,
        "with_whom": ", ".join(row.contact.get_relationship_display() for row in relatives)[:200],
    }


def _came_with(relatives):
    """Who of the patient's own people came, as a section of their note."""
    names = "; ".join(str(row.contact) for row in relatives)
    return [{"key": "relatives", "heading": "Relatives who came", "text": names}] if names else []


def shared_sections(session):
    """The shared part as sections of a note."""
    found = [("group", "Group", str(session.group)), ("topic", "Topic", str(session.topic) if session.topic else "")]
    found += [("methods", "Methods", session.methods), ("shared", "What the group did", session.shared)]
    return [{"key": key, "heading": heading, "text": text} for key, heading, text in found if text]
