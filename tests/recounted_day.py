"""What the day asks of one person, counted on paper: each kind of Today's list from all rows."""

from collections import Counter
from datetime import timedelta

from anchored.accounts.roles import Role
from groups import models as g
from patients import models as p
from treatment_plans import models as t

from .recounting import CALLED, CAME, DAY, MISSED, Paper, holds

AHEAD, BEHIND = 7 * DAY, 90 * DAY


class Today(Paper):
    """[(what, when, about whom)] of one person."""

    def __init__(self, every, zone, user):
        super().__init__(every, zone)
        self.user, self.charts = user, self.known(user)
        self.is_head = self.holds_role(user, Role.SUPERVISOR)
        self.stays_listed = self.listed(user)
        self.mine = [stay for stay in self.stays_listed if self.primary.get(stay.episode_id) == user]

    def items(self):
        return Counter(item for kind in KINDS for item in kind(self))

    def opens(self, episode):
        return self.who(episode) in self.charts

    def plans(self):
        for stay in self.mine:
            due = self.plan_due(stay)
            if due and due[1] <= self.day + self.rules[stay.program_id].plan_warn_days * DAY:
                yield *due, self.who(stay.episode_id)

    def level_reviews(self):
        found = [(self.level_review(stay), self.who(stay.episode_id)) for stay in self.mine]
        return [("Level-of-care review", on, who) for on, who in found if on and on <= self.day + AHEAD]

    def papers(self):
        """Everybody in these clinics is an adult, and answers for themselves."""
        taken = self.every(p.Paper)
        for stay in self.mine:
            needs = [(text, self.paper_due(text, stay)) for text in self.texts()]
            answered = {row.template_id for row in taken if row.episode_id == stay.episode_id}
            missing = [on for text, on in needs if on and on <= self.day + AHEAD and text.pk not in answered]
            if missing:
                yield f"{len(missing)} paper{'' if len(missing) == 1 else 's'} to sign", min(missing), self.who(stay.episode_id)

    def texts(self):
        return [text for text in self.every(p.PaperTemplate) if holds(text, self.day) and text.people != "minors"]

    def paper_due(self, text, stay):
        days = [self.episodes[stay.episode_id].started_on, text.started_on]
        if text.program_id:
            if text.program_id != stay.program_id:
                return None
            days.append(stay.started_on)
        kinds = {row.pk for row in self.types.values() if row.agreement == text.code}
        if kinds:
            mine = [row for row in self.enrolments if row.episode_id == stay.episode_id and self.groups[row.group_id].type_id in kinds]
            member = [row.started_on for row in mine if row.ended_on is None or row.ended_on > self.day]
            if not member:
                return None
            days.append(min(member))
        return max(days) + text.due_days * DAY

    def said_in_error(self):
        """Notes about which this person has to decide."""
        below = self.supervised(self.user) if self.is_head else set()
        said = [row for row in self.every(t.NoteInError) if row.outcome == "" and row.said_by_id != self.user]
        notes = [self.notes[row.note_id] for row in said]
        return [note for note in notes if (note.author_id == self.user or note.author_id in below) and self.opens(note.episode_id)]

    def notes_to_do(self):
        """A note that may be struck asks for that decision alone."""
        deciding = {note.pk for note in self.said_in_error()}
        for note in self.to_finish(self.user):
            if self.opens(note.episode_id) and note.pk not in deciding:
                yield "Returned note" if note.returned_at else "Finish the note", None, self.who(note.episode_id)
        for note in self.to_cosign(self.user) if self.is_head else ():
            if self.opens(note.episode_id) and note.pk not in deciding:
                yield "Cosign", None, self.who(note.episode_id)
        for note in self.said_in_error():
            yield "Entered in error?", None, self.who(note.episode_id)

    def sees(self, session):
        """Whether the group is of a program of theirs, led by them or by somebody they supervise, or the session is covered by them."""
        programs = self.programs_of(self.user)
        served = {row.program_id for row in self.every(g.Group.programs.through) if row.group_id == session.group_id}
        leaders = {row.user_id for row in self.leaders if row.group_id == session.group_id and holds(row, self.day)}
        return bool(programs & served or leaders & ({self.user} | self.supervised(self.user))) or session.covered_by_id == self.user

    def corrections_asked(self):
        marks = {mark.pk: mark for mark in self.marks}
        for row in self.every(g.Amendment):
            mark = marks[row.attendance_id]
            session, who = self.sessions[mark.session_id], self.who(mark.episode_id)
            leads = self.user in self.leads(session) or session.covered_by_id == self.user
            may = leads or (self.is_head and who in self.charts)
            shown = self.sees(session) and (not self.patients[who].restricted or who in self.charts)
            if row.outcome == "" and row.asked_by_id != self.user and may and shown:
                yield "Correct attendance?", None, who

    def summaries(self):
        written = {row.discharge_id for row in self.every(t.DischargeSummary)}
        for post in self.posts:
            leaving = self.discharges.get(post.closed_with_id)
            mine = post.user_id == self.user and post.part == "primary" and self.opens(post.episode_id)
            if mine and leaving and not leaving.undone_at and leaving.pk not in written:
                mine = [stay for stay in self.stays if stay.episode_id == post.episode_id]
                last = max(mine, key=lambda stay: (stay.started_on, stay.opened_at))
                days = self.rules[last.program_id].discharge_summary_days
                yield "Discharge summary", None if days is None else leaving.on + days * DAY, self.who(post.episode_id)

    def sessions_over(self):
        for session in self.sessions.values():
            over = not session.cancelled_at and session.ended_at <= self.now and session.held_on >= self.day - BEHIND
            if over and self.user in self.holders(session):
                yield from self.left_of(session)

    def left_of(self, session):
        known = lambda row: not self.patients[self.who(row.episode_id)].restricted or self.opens(row.episode_id)  # noqa: E731
        marks = [mark for mark in self.marks if mark.session_id == session.pk and known(mark)]
        every_mark = {mark.episode_id for mark in self.marks if mark.session_id == session.pk}
        members = [row for row in self.enrolments if row.group_id == session.group_id and holds(row, session.held_on) and known(row)]
        left = sum(holds(self.episodes[row.episode_id], session.held_on) and row.episode_id not in every_mark for row in members)
        unsigned = sum(mark.state in CAME and not mark.note_id for mark in marks)
        served = {row.program_id for row in self.every(g.Group.programs.through) if row.group_id == session.group_id}
        hours = [rule.note_due_hours for key, rule in self.rules.items() if key in served and rule.note_due_hours is not None]
        when, name = self.date(session.ended_at + timedelta(hours=min(hours))) if hours else None, self.groups[session.group_id].name
        if left:
            yield f"Take attendance of {left} {'person' if left == 1 else 'people'}", when, name
        elif unsigned:
            yield f"Sign {unsigned} note{'' if unsigned == 1 else 's'}", when, name

    def appointments(self):
        rows = [row for row in self.every(t.Appointment) if row.clinician_id == self.user and self.opens(row.episode_id)]
        rows = [row for row in rows if not row.closed_at and not row.note_id and row.ends_at < self.now]
        return [("Write the note", self.date(row.starts_at), self.who(row.episode_id)) for row in rows]

    def handed(self):
        programs = self.programs_of(self.user)
        waits = [stay for stay in self.stays_listed if stay.accepted_at is None and stay.previous_id and not stay.reverses_id]
        return [("Accept", None, self.who(stay.episode_id)) for stay in waits if stay.program_id in programs]

    def unassigned(self):
        nobody = [stay for stay in self.stays_listed if stay.episode_id not in self.primary] if self.is_head else []
        return [("Assign a clinician", None, self.who(stay.episode_id)) for stay in nobody]

    def posts_told(self):
        for post in self.posts:
            if post.user_id == self.user and self.opens(post.episode_id):
                who = self.who(post.episode_id)
                if post.ended_on is None and post.started_on >= self.day - 7 * DAY and post.assigned_by_id != self.user:
                    yield "New to me", None, who
                if post.part == "covering" and post.ended_on and holds(post, self.day) and not self.episodes[post.episode_id].ended_on:
                    yield "You cover", None, who

    def calls(self):
        for row in self.referrals:
            if row.closed_at is None and row.patient_id in self.charts:
                tried = sorted((each for each in self.attempts if each.referral_id == row.pk), key=lambda each: each.at)
                when = tried[-1].next_on if tried else self.date(row.received_at + CALLED)
                if when and when <= self.day:
                    yield "Call", when, row.patient_id

    def absent(self):
        rules = [rule for rule in self.every(g.AbsenceRule) if holds(rule, self.day)]
        days = max([90, *(rule.within_days or 0 for rule in rules)])
        for stay in self.mine:
            own = [rule for rule in rules if rule.program_id == stay.program_id] or [rule for rule in rules if rule.program_id is None]
            calls = [self.call_of(stay, rule, days) for rule in own if rule.follows == "call"]
            if any(calls):
                yield "Call after absence", min(self.date(when) for when in calls if when), self.who(stay.episode_id)

    def call_of(self, stay, rule, days):
        """When a call is due; None when nobody waits for one."""
        mine = [(mark, self.sessions[mark.session_id]) for mark in self.marks if mark.episode_id == stay.episode_id]
        mine = [(mark, session) for mark, session in mine if not session.cancelled_at]
        closed = [session.started_at for mark, session in mine if mark.state in CAME]
        closed += [row.at for row in self.every(g.Outreach) if row.episode_id == stay.episode_id and row.outcome == "spoke"]
        closed += [row.at for row in self.every(g.AbsenceDecision) if row.episode_id == stay.episode_id]
        kinds = ("unexcused",) if rule.counts == "unexcused" else MISSED
        missed = [session for mark, session in mine if mark.state in kinds and session.held_on > self.day - days * DAY]
        missed = sorted((each for each in missed if not closed or each.started_at > max(closed)), key=lambda each: each.started_at)
        if len(missed) < rule.number:
            return None
        hours = rule.due_hours
        if self.open_flags(self.who(stay.episode_id)) and rule.due_hours_in_danger is not None:
            hours = rule.due_hours_in_danger
        return missed[rule.number - 1].ended_at + timedelta(hours=hours)

    def follow_ups(self):
        sealed = {row.pk for row in self.every(t.CaseloadReview) if row.sealed_at}
        answered = {row.finding_id for row in self.every(t.FollowUpAnswer)}
        for row in self.every(t.CaseloadFinding):
            asked = row.review_id in sealed and row.follow_up and row.pk not in answered
            if asked and row.owner_id == self.user and self.opens(row.episode_id):
                yield "Follow-up", row.due_on, self.who(row.episode_id)


KINDS = (
    Today.plans, Today.level_reviews, Today.papers, Today.notes_to_do, Today.corrections_asked, Today.summaries, Today.sessions_over,
    Today.appointments, Today.handed, Today.unassigned, Today.posts_told, Today.calls, Today.absent, Today.follow_ups,
)  # fmt: skip
