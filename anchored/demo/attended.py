"""What happened in the sessions: who came and for how long, the ledger, the notes with their signatures, as the acts write them."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from anchored.signing.models import Signature
from groups import writing
from groups.actions.notes import shared_sections
from groups.models import Attendance
from patients.models import Service
from treatment_plans.models import Note, ObjectiveProgress

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
WORKED_ON, STANDINGS = 0.4, ["some", "on_track", "some", "stuck", "on_track"]


def objectives_of(episodes):
    """{episode: nodes of the objectives of its plan in force}."""
    return writing.objectives_of(list(episodes))


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
        shared = shared_sections(session)
        is_signed = session.held_on < self.house.today - days(SIGNED_AFTER)
        signed_at = session.ended_at + timedelta(minutes=self.rng.randint(5, 900))
        for member in members:
            mark = self._mark(session, member, leader)
            if mark.came:
                progress = self._typed(mark, member, leader, number)
                if is_signed:
                    self._sign(session, mark, leader, shared, progress, signed_at)

    def _mark(self, session, member, leader):
        state, rng = Attendance.State.PRESENT.value, self.rng
        if rng.random() > member.steady:
            state = rng.choices(list(ELSE), ELSE.values())[0]
        mark = Attendance(
            id=new_id(rng),
            session=session,
            episode_id=member.episode,
            state=state,
            late=rng.choice(LATE) if state == "late" else 0,
            early=rng.choice(EARLY) if state == "left_early" else 0,
            reason=rng.choice(REASONS) if state == "excused" else "",
            marked_by=leader,
            marked_at=session.started_at + timedelta(minutes=25),
        )
        return self.rows.add(mark)

    def _typed(self, mark, member, leader, number):
        """The individual part. Gives (node, standing) of an objective that was worked on."""
        texts = PARTS[(member.place + number) % len(PARTS)], RESPONSES[(member.place + 3 * number) % len(RESPONSES)]
        typed = {f"section_{section.key}": text for section, text in zip(self.sections, texts, strict=True)}
        progress = None
        if member.objectives and self.rng.random() < WORKED_ON:
            progress = self.rng.choice(member.objectives), self.rng.choice(STANDINGS)
            typed[f"standing_{progress[0].row.root}"] = progress[1]
        mark.typed, mark.version, mark.saved_by, mark.saved_at = typed, 1, leader, mark.session.ended_at
        return progress

    def _sign(self, session, mark, leader, shared, progress, at):
        service = Service(
            id=new_id(self.rng),
            episode_id=mark.episode_id,
            kind=self.group.type.service_kind,
            started_at=session.started_at + timedelta(minutes=mark.late),
            minutes=mark.minutes,
            delivered_by=leader,
            entered_by=leader,
            entered_at=at,
        )
        note = Note(
            id=new_id(self.rng),
            episode_id=mark.episode_id,
            author=leader,
            service=service,
            typed=mark.typed,
            version=1,
            begun_at=at,
            saved_at=at,
            format_name=self.group.type.name,
            sections=[*shared, *self._own(mark)],
            objectives=[_word(*progress)] if progress else [],
            sealed_at=at,
        )
        note.digest = note.digest_now()
        mark.note = note
        self.rows.add(service)
        self.rows.add(note)
        self._signature(note, leader)
        if progress:
            node, standing = progress
            self.rows.add(ObjectiveProgress(note=note, objective=node.row, root=node.row.root, standing=standing))

    def _own(self, mark):
        return [{"key": each.key, "heading": each.heading, "text": mark.typed[f"section_{each.key}"]} for each in self.sections]

    def _signature(self, note, leader):
        self.rows.add(
            Signature(
                id=new_id(self.rng),
                document_type=Note._meta.label_lower,
                document_id=note.pk,
                signed_by=leader,
                signed_at=note.sealed_at,
                name_as_signed=str(leader),
                digest=note.digest,
            )
        )


def _word(node, standing):
    return {"root": str(node.row.root), "number": node.number, "text": node.row.text, "standing": standing, "words": ""}
