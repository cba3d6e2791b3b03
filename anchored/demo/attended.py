"""What happened in the sessions: who came and for how long, the ledger, the notes with their signatures, as the acts write them."""

import hashlib
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from anchored.signing.models import Signature
from anchored.signing.words import in_words
from groups import writing
from groups.actions.notes import shared_sections
from groups.models import Attendance
from patients.models import Service
from treatment_plans.models import Note, ObjectiveProgress
from treatment_plans.models.note import words_found

from .house import days
from .rows import new_id

SIGNED_AFTER = 2  # days; the notes of younger sessions are written and wait
METHODS = ["Role play, talk in pairs", "Talk in the round, a worksheet", "Short film, talk in pairs", "Worksheet, role play"]
SHARED = [
    "Sorted evenings by how hard they are and practiced two of them.",
    "Wrote down what came before the last hard day and found the first sign in it.",
    "Said no in pairs, first with words ready, then without.",
    "Collected what helps within ten minutes, and tried three of them.",
    "Read a page aloud and said where it fits and where it does not.",
]
PARTS = [
    "Spoke first today and listened after that.",
    "Quiet, then told how Friday went.",
    "Asked for a partner and practiced saying no, twice.",
    "Came tired from work, stayed to the end.",
    "Named three places that are not safe yet.",
    "Laughed about an old excuse, and named the next one.",
    "Held back at first; was asked and answered.",
    "Said what helped last month and what did not.",
    "Disagreed with the leader and stayed kind about it.",
    "Worked on the sheet alone, then read it out.",
]
RESPONSES = [
    "Calls the sponsor before the weekend.",
    "Writes the evenings down until next time.",
    "Tries it with a cousin on Sunday.",
    "Sleeps before the late shift, phone off.",
    "Takes the other way home this week.",
    "Tells a sister when it comes up again.",
    "Brings the list to the next session.",
    "Keeps the meeting on Thursday.",
    "Thinks it over and says more on Monday.",
    "Hangs the sheet on the fridge.",
]
# state, share of the days that are not like the others
ELSE = {"late": 40, "left_early": 12, "excused": 28, "unexcused": 20}
REASONS = ["Work", "School", "Court", "Illness", "Family", "Transport", "Agreed before"]
LATE, EARLY = (5, 10, 10, 15, 20), (10, 15, 30)
IN_PERSON = {"place": Service.Place.IN_PERSON.value, "with_whom": ""}
WORKED_ON, STANDINGS = 0.4, ["some", "on_track", "some", "stuck", "on_track"]


def objectives_of(episodes):
    """{episode: nodes of the objectives of its plan in force}."""
    return writing.objectives_of(list(episodes))


@dataclass
class Meeting:
    """A session while it is written, with what its rows have in common."""

    session: Any
    is_signed: bool
    shared: list  # sections of each note
    mark: dict
    kept: dict  # of the mark of somebody who came
    service: dict
    note: dict
    signature: dict


@dataclass
class Scribe:
    """Writes the sessions of one group into rows."""

    house: Any
    sections: list
    group: Any
    rows: Any
    rng: Any

    def write(self, session, members, leader, number):
        """Who came, and what was written: signed when the session is some days old."""
        session.methods, session.shared = METHODS[number % len(METHODS)], SHARED[number % len(SHARED)]
        session.version, session.saved_by, session.saved_at = 1, leader, session.ended_at
        meeting = self._meeting(session, leader)
        for member in members:
            mark = meeting.mark | self._mark(member)
            if mark["state"] in Attendance.CAME:
                typed, progress = self._typed(member, number)
                mark |= meeting.kept | {"typed": typed}
                if meeting.is_signed:
                    mark["note_id"] = self._sign(meeting, mark, progress)
            self.rows.add_facts(Attendance, mark)

    def _meeting(self, session, leader):
        by, at = leader.pk, session.ended_at + timedelta(minutes=self.rng.randint(5, 900))
        kind = self.group.type
        return Meeting(
            session,
            is_signed=session.held_on < self.house.today - days(SIGNED_AFTER),
            shared=shared_sections(session),
            mark={"session_id": str(session.pk), "marked_by_id": by, "marked_at": session.started_at + timedelta(minutes=25)},
            kept={"version": 1, "saved_by_id": by, "saved_at": session.ended_at},
            service={"kind_id": kind.service_kind_id, "delivered_by_id": by, "entered_by_id": by, "entered_at": at, **IN_PERSON},
            note={"author_id": by, "version": 1, **dict.fromkeys(["begun_at", "saved_at", "sealed_at"], at)}
            | {"format_name": kind.name, "corrects_id": None, "is_late": False},
            signature={"document_type": Note._meta.label_lower, "signed_by_id": by, "signed_at": at, "name_as_signed": str(leader)},
        )

    def _mark(self, member):
        state, rng = Attendance.State.PRESENT.value, self.rng
        if rng.random() > member.steady:
            state = rng.choices(list(ELSE), ELSE.values())[0]
        return {
            "id": str(new_id(rng)),
            "episode_id": str(member.episode),
            "state": state,
            "late": rng.choice(LATE) if state == "late" else 0,
            "early": rng.choice(EARLY) if state == "left_early" else 0,
            "reason": rng.choice(REASONS) if state == "excused" else "",
        }

    def _typed(self, member, number):
        """The individual part, and (node, standing) of an objective that was worked on."""
        texts = PARTS[(member.place + number) % len(PARTS)], RESPONSES[(member.place + 3 * number) % len(RESPONSES)]
        typed = {f"section_{section.key}": text for section, text in zip(self.sections, texts, strict=True)}
        if not member.objectives or self.rng.random() >= WORKED_ON:
            return typed, None
        node, standing = self.rng.choice(member.objectives), self.rng.choice(STANDINGS)
        return typed | {f"standing_{node.row.root}": standing}, (node, standing)

    def _sign(self, meeting, mark, progress):
        """The service, the note about it and the signature. Gives the key of the note."""
        service = self._service(meeting, mark)
        note = self._note(meeting, mark, service, progress)
        signed = {"id": str(new_id(self.rng)), "document_id": note["id"], "digest": note["digest"]}
        self.rows.add_facts(Service, service)
        self.rows.add_facts(Note, note)
        self.rows.add_facts(Signature, meeting.signature | signed)
        if progress:
            node, standing = progress
            told = {"note_id": note["id"], "objective_id": node.row.pk, "root": node.row.root, "standing": standing}
            self.rows.add_facts(ObjectiveProgress, told)
        return note["id"]

    def _service(self, meeting, mark):
        return meeting.service | {
            "id": str(new_id(self.rng)),
            "episode_id": mark["episode_id"],
            "started_at": meeting.session.started_at + timedelta(minutes=mark["late"]),
            "minutes": meeting.session.minutes - mark["late"] - mark["early"],
        }

    def _note(self, meeting, mark, service, progress):
        typed = mark["typed"]
        own = [{"key": each.key, "heading": each.heading, "text": typed[f"section_{each.key}"]} for each in self.sections]
        sections = [*meeting.shared, *own]
        note = meeting.note | {
            "id": str(new_id(self.rng)),
            "episode_id": mark["episode_id"],
            "service_id": service["id"],
            "typed": typed,
            "sections": sections,
            "objectives": [_word(*progress)] if progress else [],
            "found_by": words_found(sections),
        }
        note["digest"] = _digest(note, service)
        return note


def _digest(note, service):
    """What `Note.digest_now` finds for these facts."""
    facts = {name: note[name] for name in Note.SIGNED}
    words = in_words(facts | {"service": {name: service[name] for name in Note.SERVICE}})
    return hashlib.sha256(words.encode()).hexdigest()


def _word(node, standing):
    return {"root": str(node.row.root), "number": node.number, "text": node.row.text, "standing": standing, "words": ""}
