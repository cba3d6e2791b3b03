"""The notes of a session as its page shows them: whose is ready to sign, and what stands in the way of the others."""

import re
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import Any
from uuid import UUID

from anchored.ground.remembered import Remembered, together
from anchored.ground.text import fold
from patients.models import Contact
from treatment_plans.models import Note, Plan
from treatment_plans.note_rules import most_alike, words_of
from treatment_plans.outline import Outline

from . import queries
from .forms.session import PartForm, group_sections

SHORTEST_NAME = 3
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
    came = [person for person in people if person.mark and person.mark.came]
    if not came:
        return []
    episodes = [person.pk for person in came]
    plans, contacts, earlier = together(
        _plans_in_force.about(episodes=episodes),
        _contacts.about(patients=[person.patient.pk for person in people]),
        _group_notes(1 << len(episodes).bit_length()).about(episodes=episodes),
    )
    sections, objectives = group_sections(), _objectives(plans)
    found = [_part(person, sections, objectives.get(person.pk, []), typed) for person in came]
    relatives = queries.relatives_of(session)
    for part in found:
        part.relatives = relatives.get(part.mark.pk, [])
    _judge(session, found, people, _relatives(contacts), _earlier(earlier))
    return found


def objectives_of(episodes):
    """{episode: nodes of the objectives of its plan in force}."""
    return _objectives(_plans_in_force(episodes=episodes))


def _objectives(plans):
    outlines = Outline.of_many(plans)
    return {plan.episode_id: outlines[plan.pk].objectives for plan in plans}


_plans_in_force = Remembered(lambda episodes: Plan.objects.filter(episode__in=episodes).in_force(), episodes=[UUID])


def _part(person, sections, objectives, typed):
    words = (typed or {}).get(person.pk, person.mark.typed)
    data = {f"{person.pk}-{name}": value for name, value in words.items()}
    family, given = person.patient.family_name.upper(), person.patient.given_name
    return Part(person, PartForm(data, prefix=str(person.pk), sections=sections, objectives=objectives, name=f"{family}, {given}"))


def _judge(session, found, people, relatives, earlier):
    names = {person.pk: names_of(person.patient) for person in people}
    for part in found:
        relatives.setdefault(part.person.patient.pk, set()).update(*(_words(row.contact.name) for row in part.relatives))
    shared = _words(f"{session.shared} {session.methods}")
    guests = {name for part in found for row in part.relatives for name in _words(row.contact.name)}
    in_shared = sorted({name for each in [*names.values(), guests] for name in shared & each})
    for part in found:
        if part.is_signed:
            continue
        if not part.form.is_valid():
            part.troubles += [message for errors in part.form.errors.values() for message in errors]
        if in_shared:
            part.troubles.append(f"The shared part names {', '.join(in_shared)}. It goes to every chart: take the name out")
        own = relatives.get(part.person.patient.pk, set())
        others = {name for pk, each in names.items() if pk != part.pk for name in each} - names[part.pk]
        others |= {name for patient, each in relatives.items() if patient != part.person.patient.pk for name in each - own}
        part.troubles += [f"Names {name}, who is another person here" for name in sorted(_long(" ".join(part.words)) & others)]
        part.alike = _nearest(part, found, earlier.get(part.pk, []))
        part.doubts += _doubts(part)


def _doubts(part):
    if part.form.objectives and part.form.is_valid() and not part.form.for_objectives():
        yield "No objective of the plan is named"
    if part.alike:
        yield part.alike.sentence.rstrip(".")


def _nearest(part, found, earlier):
    """The nearest of the session's other notes and of the person's last three group notes."""
    others = [(other.words, "another note of this session") for other in found if other is not part]
    return most_alike(part.words, [*others, *((words_of(text), "an earlier note") for text in earlier)])


def _earlier(notes):
    """{episode: what was written about the person in its last three group notes, without the shared part}."""
    found: dict = {}
    for episode, sections in notes:
        words = " ".join(section["text"] for section in sections if section["key"] not in SHARED)
        found.setdefault(episode, []).append(words)
    return {episode: words[:3] for episode, words in found.items()}


@cache
def _group_notes(people):
    """The latest signed ones of so many people: six for each, so that hardly anybody misses one of their last three."""
    rows = Note.objects.signed().filter(attendance__isnull=False).order_by("-begun_at").values_list("episode", "sections")
    return Remembered(lambda episodes: rows.filter(episode__in=episodes)[: 3 * people * 2], episodes=[UUID])


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
    return {word for word in re.findall(r"\w+", folded) if len(word) >= SHORTEST_NAME}
