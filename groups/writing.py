"""The notes of a session as its page shows them: whose is ready to sign, and what stands in the way of the others."""

import re
from collections import defaultdict
from dataclasses import dataclass, field
from functools import cached_property
from itertools import combinations
from typing import Any
from uuid import UUID

from django.db.models import OuterRef, Subquery

from anchored.ground.remembered import Remembered, together
from anchored.ground.text import fold
from patients.models import Contact, Episode
from treatment_plans.models import Note
from treatment_plans.note_rules import could_be_copies, most_alike, words_of
from treatment_plans.outline import aims_in_force, objectives_in_force

from . import queries
from .forms.session import PartForm, group_sections

LONG = re.compile(r"\w{3,}")  # what may be a name
SHARED = ("group", "topic", "methods", "shared", "relatives")  # sections that are not about one person alone


@dataclass
class Part:
    """The individual part of somebody who came. `troubles` keep it from being signed; `doubts` are looked at first."""

    person: Any
    form: PartForm
    relatives: list = field(default_factory=list)
    alike: Any = None  # the note that it is near to
    troubles: list = field(default_factory=list)
    doubts: list = field(default_factory=list)

    @property
    def pk(self):
        return self.person.pk

    @cached_property
    def words(self):
        """What was typed, folded."""
        return words_of(self.form.text())

    @property
    def mark(self):
        return self.person.mark

    @property
    def is_signed(self):
        return self.mark.note_id is not None

    @property
    def is_ready(self):
        return not self.is_signed and not self.troubles

    @property
    def state(self):
        """(tone, word) of the row."""
        if self.is_signed:
            return "ok", "Signed"
        if self.troubles:
            return ("quiet", "Needs text") if not self.form.text() else ("warn", "Check")
        return ("warn", "Check") if self.doubts else ("ok", "Ready")


def parts(session, people, typed=None):
    """A Part for each person who came, in order. `typed`: {episode: fields} as a page has sent them, in place of what is kept.

    Constant statements, however many came.
    """
    return parts_from(session, people, typed, *together(*asked_of_parts(people)))


def asked_of_parts(people):
    """What is asked for the parts, to be asked together with other things."""
    episodes = [person.pk for person in came(people)]
    return [
        aims_in_force.about(episodes=episodes),
        _contacts.about(patients=[person.patient.pk for person in people]),
        _group_notes.about(episodes=episodes),
    ]


def came(people):
    return [person for person in people if person.mark and person.mark.came]


def parts_from(session, people, typed, aims, contacts, earlier):
    """The parts from what was asked for together with other things."""
    sections, objectives = group_sections(), objectives_in_force(aims)
    found = [_part(person, sections, objectives.get(person.pk, []), typed) for person in came(people)]
    relatives = queries.relatives_of(session) if found else {}
    for part in found:
        part.relatives = relatives.get(part.mark.pk, [])
    _judge(session, found, people, _relatives(contacts), _earlier(earlier))
    return found


def objectives_of(episodes):
    """{episode: nodes of the objectives of its plan in force}."""
    return objectives_in_force(aims_in_force(episodes=episodes))


def _part(person, sections, objectives, typed):
    words = (typed or {}).get(person.pk, person.mark.typed)
    family, given = person.patient.family_name.upper(), person.patient.given_name
    return Part(person, PartForm(words, sections=sections, objectives=objectives, name=f"{family}, {given}"))


def _judge(session, found, people, relatives, earlier):
    names = {person.pk: names_of(person.patient) for person in people}
    for part in found:
        relatives.setdefault(part.person.patient.pk, set()).update(*(_words(row.contact.name) for row in part.relatives))
    shared = _words(f"{session.shared} {session.methods}")
    guests = {name for part in found for row in part.relatives for name in _words(row.contact.name)}
    everybody, all_kin = set().union(*names.values()), set().union(*relatives.values())
    in_shared = sorted(shared & (everybody | guests))
    near = _near_ones(found)
    for part in found:
        if part.is_signed:
            continue
        if not part.form.is_valid():
            part.troubles += [message for errors in part.form.errors.values() for message in errors]
        if in_shared:
            part.troubles.append(f"The shared part names {', '.join(in_shared)}. It goes to every chart: take the name out")
        others = (everybody - names[part.pk]) | (all_kin - relatives[part.person.patient.pk])
        part.troubles += [f"Names {name}, who is another person here" for name in sorted(_long(" ".join(part.words)) & others)]
        part.alike = _nearest(part, near[part.pk], earlier.get(part.pk, []))
        part.doubts += _doubts(part)


def _doubts(part):
    if part.form.objectives and part.form.is_valid() and not part.form.for_objectives():
        yield "No objective of the plan is named"
    if part.alike:
        yield part.alike.sentence.rstrip(".")


def _near_ones(found):
    """{episode: words of the session's other notes that it could be a copy of}; each two are looked at once."""
    near = defaultdict(list)
    for one, other in combinations(found, 2):
        if not (one.is_signed and other.is_signed) and could_be_copies(one.words, other.words):
            near[one.pk].append(other.words)
            near[other.pk].append(one.words)
    return near


def _nearest(part, others, earlier):
    """The nearest of the session's other notes and of the person's last three group notes."""
    told = [(words, "another note of this session") for words in others]
    return most_alike(part.words, [*told, *((words, "an earlier note") for words in earlier)])


def _earlier(rows):
    """{episode: words of what was written about the person in its last three group notes, without the shared part}."""
    return {episode: [_own_words(sections) for sections in notes if sections is not None] for episode, *notes in rows}


def _own_words(sections):
    return words_of(" ".join(section["text"] for section in sections if section["key"] not in SHARED))


def _last_notes(episodes):
    """The sections of the last three group notes of each, found one by one in the index of notes."""
    notes = Note.objects.signed().filter(episode=OuterRef("pk"), attendance__isnull=False).order_by("-begun_at").values("sections")
    return Episode.objects.filter(pk__in=episodes).order_by().values_list("pk", *(Subquery(notes[back : back + 1]) for back in range(3)))


_group_notes = Remembered(_last_notes, episodes=[UUID])


def names_of(patient):
    """The folded words of somebody's names that are long enough to be meant."""
    return _words(f"{patient.given_name} {patient.family_name} {patient.preferred_name}")


def _relatives(contacts):
    """{patient: names of their contacts}."""
    found: dict = {}
    for patient, name in contacts:
        found.setdefault(patient, set()).update(_words(name))
    return found


_contacts = Remembered(
    lambda patients: Contact.objects.filter(patient__in=patients, removed_at=None).order_by().values_list("patient", "name"),
    patients=[UUID],
)


def _words(text):
    return _long(fold(text))


def _long(folded):
    """The words that are long enough to be a name."""
    return set(LONG.findall(folded))
