"""Episodes, stays, moves, discharges and care teams of one person, as the actions of the house would have written them."""

from dataclasses import dataclass, field
from datetime import timedelta

from anchored.accounts.models import User
from patients.models import Admission, AllowedMove, Assessment, CareTeamMember, Discharge, Episode, Stay, SubstanceUse

from . import ratings
from .bundled import WORDS, say
from .house import days
from .places import ALUMNI, DAY, DETOX, EVENING, OUTPATIENT, PHP, RESIDENTIAL
from .rows import new_id

Kind, Part, Occasion = AllowedMove.Kind, CareTeamMember.Part, Assessment.Occasion
READY_FOR = {DETOX: "Detox", RESIDENTIAL: "Residential", PHP: "PHP", DAY: "IOP", EVENING: "IOP", OUTPATIENT: "OP", ALUMNI: "Alumni"}
BASES = {
    Kind.STEP_DOWN: {"ready": 84, "payer_decision": 8, "patient_choice": 8},
    Kind.STEP_UP: {"return_to_use": 75, "withdrawal_risk": 25},
    Kind.LATERAL: {"transfer": 60, "attendance": 25, "patient_choice": 15},
}
UP_TO_DETOX = {"withdrawal_risk": 70, "return_to_use": 30}
UNDONE_MOVE_SHARE, UNDONE_DISCHARGE_SHARE, HANDED_OVER_SHARE = 0.05, 0.015, 0.35
WAITS_FOR_ACCEPTANCE, ACCEPTED_WITHIN_DAYS = 0.6, 2
LONG_ENOUGH = 6
REVIEWS_AT_MOST, OVERDUE_SHARE = 3, 0.12
RATED_SINCE_DAYS = 400  # before that the clinic rated on paper


@dataclass
class Care:
    """One episode while its rows are made: who is the primary clinician now, and the stays so far."""

    person: object
    patient: object
    course: object
    episode: Episode
    primary: User
    stays: list = field(default_factory=list)


class Historian:
    """Makes the rows of one person, for the house as it stands."""

    def __init__(self, house, staff, rows, rng):
        self.house, self.staff, self.rows, self.rng = house, staff, rows, rng

    def write(self, person, patient):
        """Every episode, the first one first. Gives back the last one's primary clinician."""
        for number, course in enumerate(person.courses):
            care = self._begin(person, patient, course, times_before=number)
            for program, started_on, ended_on in course.spans():
                self._stay(care, program, started_on, ended_on)
            self._end(care)
        return care.primary

    def _begin(self, person, patient, course, times_before):
        primary = self._primary_for(course, course.programs[0])
        at = self.house.at(course.begins[0], self.rng, latest=11)
        episode = Episode(
            id=new_id(self.rng), patient=patient, started_on=course.begins[0], ended_on=course.ended_on, opened_by=primary, opened_at=at
        )
        self.rows.add(episode)
        care = Care(person, patient, course, episode, primary)
        self._admission(care, times_before)
        self._join(care, primary, Part.PRIMARY, course.begins[0], by=primary)
        self._others(care)
        return care

    def _primary_for(self, course, program):
        """In care today: whoever has the fewest patients. Long ago: anybody who works there."""
        if course.ended_on is None and program == course.programs[-1]:
            return self.staff.least_busy(program)
        return self.rng.choice([*self.staff.posted[program], *self.staff.floating])

    def _admission(self, care, times_before):
        """Earlier episodes here count among the treatment episodes before."""
        facts = care.person.facts
        since = len(care.person.courses) - 1 - times_before
        before = facts.admission["prior_episodes"]
        if before:
            before = str(min(5, max(0, max(int(before), times_before + since) - since)))
        items = facts.admission | {"prior_episodes": before}
        admission = self.rows.add(Admission(id=new_id(self.rng), episode=care.episode, **facts.circumstances, **items))
        for rank, use in enumerate(facts.uses, 1):
            self.rows.add(SubstanceUse(id=new_id(self.rng), admission=admission, rank=rank, **use))

    def _stay(self, care, program, started_on, ended_on):
        """A stay as planned, now and then with a move or a discharge in it that was taken back."""
        previous = care.stays[-1] if care.stays else None
        self._open(care, program, started_on, previous)
        last_day = ended_on or self.house.today
        if (last_day - started_on).days >= LONG_ENOUGH:
            middle = started_on + days(self.rng.randint(2, (last_day - started_on).days - 2))
            chance = self.rng.random()
            if chance < UNDONE_MOVE_SHARE:
                self._undone_move(care, middle)
            elif chance < UNDONE_MOVE_SHARE + UNDONE_DISCHARGE_SHARE:
                self._undone_discharge(care, middle)
        care.stays[-1].ended_on = ended_on
        if ended_on is None:
            self._reviews(care, started_on)

    def _open(self, care, program, on, previous):
        if previous is None:
            stay = self._row(care, program, on, "admission", "", at=care.episode.opened_at, by=care.primary)
            self._rate(care, stay, Occasion.ADMISSION, like=program, edition_of=program, at=stay.opened_at + timedelta(minutes=40))
            return
        if self.rng.random() < HANDED_OVER_SHARE or care.primary not in self.staff.posted[program]:
            self._hand_over(care, program, on)
        stay = self._move(care, program, on)
        stay.accepted_by, stay.accepted_at = self._acceptance(stay, program)
        if previous.program.level.edition == "3":
            self._rate(care, stay, Occasion.MOVE, like=program, edition_of=previous.program.name, at=stay.opened_at)

    def _move(self, care, program, on):
        """With basis, reason and author. What the table does not list, a supervisor makes."""
        listed = self.house.allows(care.stays[-1].program.name, program)
        if listed:
            basis = self._basis(listed, program)
            sentences = WORDS["ready"][READY_FOR[program]] if basis == "ready" else WORDS[basis]
        else:
            basis, sentences = "patient_choice", WORDS["outside_table"]
        by = care.primary if listed else self._supervisor(care)
        reason = say(self.rng, sentences, so_far=(on - care.episode.started_on).days)
        stay = self._row(care, program, on, basis, reason, at=self.house.at(on, self.rng), by=by)
        stay.outside_table, stay.patient_took_part = not listed, self.rng.random() < 0.8
        return stay

    def _basis(self, kind, program):
        usual = UP_TO_DETOX if kind == Kind.STEP_UP and program == DETOX else BASES[kind]
        return self.rng.choices(list(usual), usual.values())[0]

    def _row(self, care, program, on, basis, reason, *, at, by):
        previous = care.stays[-1] if care.stays else None
        if previous:
            previous.ended_on = on
        stay = Stay(
            id=new_id(self.rng),
            episode=care.episode,
            previous=previous,
            program=self.house.programs[program],
            started_on=on,
            counts_from=on,
            basis=self.house.bases[basis],
            reason=reason,
            opened_by=by,
            opened_at=at,
        )
        care.stays.append(stay)
        return self.rows.add(stay)

    def _acceptance(self, stay, program):
        """The receiving program takes over the same day; the newest moves may still wait."""
        is_new = (self.house.today - stay.started_on).days <= ACCEPTED_WITHIN_DAYS
        if is_new and self.rng.random() < WAITS_FOR_ACCEPTANCE:
            return None, None
        return self.rng.choice(self.staff.posted[program]), stay.opened_at + timedelta(minutes=self.rng.randint(15, 180))

    def _undone_move(self, care, on):
        """Moved by mistake, taken back within minutes: history shows both, and the days go on counting."""
        before = care.stays[-1]
        targets = [target for origin, target in self.house.moves if origin == before.program.name]
        mistaken = self._move(care, self.rng.choice(targets), on)
        at = mistaken.opened_at + timedelta(minutes=self.rng.randint(1, 9))
        reason = f"The move to {mistaken.program} was undone."
        again = self._as_before(care, before, on, "move_undone", reason, at=at, by=mistaken.opened_by)
        again.reverses = mistaken

    def _undone_discharge(self, care, on):
        """Discharged too early; a supervisor took it back the next day."""
        before, supervisor = care.stays[-1], self._supervisor(care)
        because, at = say(self.rng, WORDS["undone_discharge"]), self.house.at(on + days(1), self.rng, latest=11)
        leaving = self._discharge(care, on, "left_against_advice")
        leaving.undone_by, leaving.undone_at, leaving.undone_because = supervisor, at, because
        self._as_before(care, before, on, "discharge_undone", because, at=at, by=supervisor)
        for member in self._close_team(care, on, leaving):
            self._join(care, member.user, member.part, on, by=supervisor, note=member.handover_note, at=at)

    def _as_before(self, care, before, on, basis, reason, *, at, by):
        """The stay goes on in a new row, its days counted as if nothing had been."""
        again = self._row(care, before.program.name, on, basis, reason, at=at, by=by)
        again.counts_from, again.accepted_by, again.accepted_at = before.counts_from, before.accepted_by, before.accepted_at
        return again

    def _end(self, care):
        if care.course.ended_on is None:
            return
        leaving = self._discharge(care, care.course.ended_on, care.course.leaving)
        self._close_team(care, care.course.ended_on, leaving)

    def _discharge(self, care, on, reason):
        return self.rows.add(
            Discharge(
                id=new_id(self.rng),
                episode=care.episode,
                on=on,
                reason=self.house.reasons[reason],
                note=say(self.rng, WORDS["discharges"][reason]),
                discharged_by=care.primary,
                discharged_at=self.house.at(on, self.rng, earliest=15),
            )
        )

    def _supervisor(self, care):
        return self.staff.supervisor_of[care.primary]

    # The care team

    def _others(self, care):
        """A prescriber for whoever takes medication, a nurse on the team of whoever begins in detox."""
        physician, nurse = self.staff.prescribers
        if care.person.facts.admission["medication_opioid_therapy"] == "1":
            self._join(care, physician, Part.PRESCRIBER, care.episode.started_on, by=care.primary)
        if care.course.programs[0] == DETOX and self.rng.random() < 0.5:
            self._join(care, nurse, Part.PRESCRIBER, care.episode.started_on, by=care.primary)

    def _hand_over(self, care, program, on):
        """The next primary clinician, with a note."""
        following = self._primary_for(care.course, program)
        if following == care.primary:
            return
        for member in self._open_members(care):
            if member.part == Part.PRIMARY:
                member.ended_on = on
        note = say(self.rng, WORDS["handovers"])
        self._join(care, following, Part.PRIMARY, on, by=self._supervisor(care), note=note)
        care.primary = following

    def _join(self, care, user, part, on, *, by, note="", at=None):
        at = at or self.house.at(on, self.rng, latest=11)
        self.rows.add(
            CareTeamMember(
                id=new_id(self.rng),
                episode=care.episode,
                user=user,
                part=part,
                started_on=on,
                handover_note=note,
                assigned_by=by,
                assigned_at=at,
            )
        )

    def _open_members(self, care):
        members = self.rows.by_model[CareTeamMember]
        return [member for member in members[-12:] if member.episode is care.episode and member.ended_on is None]

    def _close_team(self, care, on, leaving):
        members = self._open_members(care)
        for member in members:
            member.ended_on, member.closed_with = on, leaving
        return members

    # Ratings

    def _rate(self, care, stay, occasion, *, like, edition_of, at, day=None):
        if (self.house.today - stay.started_on).days > RATED_SINCE_DAYS:
            return
        assessment, signature = ratings.rate(
            episode=care.episode,
            stay=stay,
            facts=care.person.facts,
            like=like,
            program=self.house.programs[edition_of],
            occasion=occasion,
            by=stay.opened_by if occasion == Occasion.MOVE else care.primary,
            at=at,
            day=day or stay.started_on,
            rng=self.rng,
            chosen=None if occasion == Occasion.CONTINUED else stay.program,
        )
        self.rows.add(assessment)
        self.rows.add(signature)

    def _reviews(self, care, started_on):
        """The last reviews of the current stay, when its rule asks for them; for a few the last one is overdue."""
        stay, every = care.stays[-1], self.house.review_days.get(care.stays[-1].program.name)
        if not every:
            return
        newest = self.house.today - days(1 + (every if self.rng.random() < OVERDUE_SHARE else self.rng.randrange(every)))
        for back in range(REVIEWS_AT_MOST):
            day = newest - days(every * back)
            if day > started_on:
                at = self.house.at(day, self.rng)
                self._rate(care, stay, Occasion.CONTINUED, like=stay.program.name, edition_of=stay.program.name, at=at, day=day)
