"""The numbers of the house counted on paper: plain loops over all rows, with none of the product's questions, days or rules in them."""

from collections import Counter, defaultdict
from datetime import UTC, datetime, time, timedelta

from anchored.accounts.models import RoleGrant, Supervision
from groups import models as g
from patients import models as p
from treatment_plans import models as t

CAME, MISSED = ("present", "late", "left_early"), ("excused", "unexcused")
DAY = timedelta(days=1)
GRACE, INTAKE, REVIEWED, CALLED = 30 * DAY, 14 * DAY, 30 * DAY, timedelta(hours=24)  # what a house has that sets nothing


class Rows:
    """Every row of a table, read once."""

    def __init__(self):
        self.read = {}

    def __call__(self, model):
        if model not in self.read:
            self.read[model] = list(model._base_manager.all())
        return self.read[model]


def holds(row, day):
    return row.started_on <= day and (row.ended_on is None or row.ended_on > day)


class Paper:
    """All rows, as somebody would have them who reads the tables at this moment of the clinic's clock."""

    def __init__(self, every, zone):
        self.every, self.zone, self.now = every, zone, datetime.now(UTC)
        self.day = self.date(self.now)
        self.monday = self.day - self.day.weekday() * DAY
        self.read_people()
        self.read_work()

    def date(self, moment):
        return moment.astimezone(self.zone).date()

    def read_people(self):
        self.patients = {row.pk: row for row in self.every(p.Patient)}
        self.episodes = {row.pk: row for row in self.every(p.Episode)}
        self.stays, self.posts, self.flags = self.every(p.Stay), self.every(p.CareTeamMember), self.every(p.SafetyFlag)
        self.discharges = {row.pk: row for row in self.every(p.Discharge)}
        self.supervisions, self.staff, self.named = self.every(Supervision), self.every(p.ProgramStaff), self.every(p.NamedAccess)
        self.grants, self.referrals, self.attempts = self.every(RoleGrant), self.every(p.Referral), self.every(p.ContactAttempt)
        self.rules = {rule.program_id: rule for rule in self.every(p.ProgramRule) if holds(rule, self.day)}
        self.open_stay = {stay.episode_id: stay for stay in self.stays if stay.ended_on is None}
        self.primary = {post.episode_id: post.user_id for post in self.posts if post.part == "primary" and post.ended_on is None}

    def read_work(self):
        self.notes = {row.pk: row for row in self.every(t.Note)}
        self.corrections = {row.corrects_id: row for row in self.notes.values() if row.corrects_id}
        self.services = {row.pk: row for row in self.every(p.Service)}
        self.kinds = {row.pk: row for row in self.every(p.ServiceKind)}
        self.groups, self.sessions = {row.pk: row for row in self.every(g.Group)}, {row.pk: row for row in self.every(g.Session)}
        self.types = {row.pk: row for row in self.every(g.GroupType)}
        self.marks, self.leaders, self.enrolments = self.every(g.Attendance), self.every(g.Leader), self.every(g.Enrolment)

    # Who may know of whom

    def supervised(self, head):
        return {row.clinician_id for row in self.supervisions if row.supervisor_id == head and holds(row, self.day)}

    def related(self, user):
        """({episodes of people in care}, {patients whose charts open}) by an open relation, or one that ended lately."""
        episodes, patients = set(), set()
        whose, programs = (
            {user} | self.supervised(user),
            {row.program_id for row in self.staff if row.user_id == user and holds(row, self.day)},
        )
        for post in self.posts:
            if post.user_id in whose and post.started_on <= self.day:
                covers = post.part == "covering" and post.ended_on and post.closed_with_id is None and post.ended_on > self.day
                if post.ended_on is None or covers:
                    episodes.add(post.episode_id)
                elif post.closed_with_id and not self.discharges[post.closed_with_id].undone_at and post.ended_on >= self.day - GRACE:
                    patients.add(self.episodes[post.episode_id].patient_id)
        followed = {stay.previous_id for stay in self.stays}
        for stay in self.stays:
            if stay.ended_on is None:
                handed = stay.opened_by_id == user and stay.accepted_at is None and stay.previous_id
                if stay.program_id in programs or handed:
                    episodes.add(stay.episode_id)
            elif stay.program_id in programs and stay.pk not in followed and stay.ended_on >= self.day - GRACE:
                patients.add(self.episodes[stay.episode_id].patient_id)
        patients |= {self.episodes[key].patient_id for key in episodes} | self.before_care(user, programs)
        return episodes, patients

    def programs_of(self, user):
        return {row.program_id for row in self.staff if row.user_id == user and holds(row, self.day)}

    def before_care(self, user, programs):
        came = {row.patient_id for row in self.episodes.values()}
        midnight = datetime.combine(self.day - INTAKE, time.min, self.zone)
        registered = {row.pk for row in self.patients.values() if row.registered_by_id == user and row.registered_at >= midnight}
        asked = [row for row in self.referrals if row.closed_at is None]
        asked = [row for row in asked if row.received_by_id == user or row.program_id in programs or (row.program_id is None and programs)]
        return registered - came | {row.patient_id for row in asked}

    def open_for(self, user, patient):
        named = any(row.patient_id == patient and row.user_id == user and holds(row, self.day) for row in self.named)
        return not self.patients[patient].restricted or named

    def known(self, user):
        """Patients whose charts open for somebody."""
        return {key for key in self.related(user)[1] if self.open_for(user, key)}

    def listed(self, user):
        """Open stays of those whom somebody's lists show."""
        return [self.open_stay[key] for key in self.related(user)[0] if key in self.open_stay and self.open_for(user, self.who(key))]

    def who(self, episode):
        return self.episodes[episode].patient_id

    def holds_role(self, user, role):
        return any(row.user_id == user and row.role == role and holds(row, self.day) for row in self.grants)

    # What is due of a patient

    def open_flags(self, patient):
        return [flag for flag in self.flags if flag.patient_id == patient and flag.ended_on is None]

    def level_review(self, stay):
        rated = [row.made_on for row in self.every(p.Assessment) if row.episode_id == stay.episode_id and row.sealed_at]
        days = self.rules[stay.program_id].review_days
        return None if days is None else max([stay.counts_from, *rated]) + days * DAY

    def plan_due(self, stay):
        """(what, on); None where nothing is due."""
        rule = self.rules[stay.program_id]
        plans = [row for row in self.every(t.Plan) if row.episode_id == stay.episode_id and row.in_force_at and not row.superseded_at]
        if not plans:
            return rule.plan_due_days and ("First plan", stay.counts_from + rule.plan_due_days * DAY)
        days = sorted(self.review_days(rule, stay, plans[0]))
        return ("Plan review", days[0]) if days else None

    def review_days(self, rule, stay, plan):
        reviews = sorted((row for row in self.every(t.PlanReview) if row.plan_id == plan.pk), key=lambda row: (row.made_on, row.made_at))
        last, looked_on, looked_at = (reviews or [None])[-1], self.date(plan.in_force_at), plan.in_force_at
        if last:
            looked_on, looked_at = max(looked_on, last.made_on), max(looked_at, last.made_at)
        if every_days := rule.plan_review_days or rule.review_days:
            yield looked_on + every_days * DAY
        if last and last.next_on and last.next_on > looked_on:
            yield last.next_on
        if full := self.hours_full(stay.episode_id, looked_at, rule.plan_review_hours or rule.review_hours):
            yield self.date(full)
        if rule.plan_event_days is not None:
            for happened in self.happened(stay, looked_at):
                yield happened + rule.plan_event_days * DAY

    def hours_full(self, episode, since, hours):
        left = (hours or 0) * 60
        for row in sorted(self.counting(episode), key=lambda row: row.started_at):
            if row.started_at >= since and left > 0:
                left -= row.minutes
                if left <= 0:
                    return row.started_at
        return None

    def happened(self, stay, since):
        if stay.previous_id and not stay.reverses_id and stay.opened_at > since:
            yield stay.started_on
        yield from (
            self.date(flag.raised_at) for flag in self.flags if flag.patient_id == self.who(stay.episode_id) and flag.raised_at > since
        )
        yield from (row.happened_on for row in self.every(t.PlanEvent) if row.episode_id == stay.episode_id and row.said_at > since)

    # Hours

    def counting(self, episode):
        return [
            row for row in self.services.values() if row.episode_id == episode and not row.taken_back_at and self.kinds[row.kind_id].counts
        ]

    def counts(self, session):
        return not session.cancelled_at and self.kinds[self.types[self.groups[session.group_id].type_id].service_kind_id].counts

    def week_of(self, day, stay):
        """The first day of the week of the program."""
        first = self.rules[stay.program_id].week_starts or 0
        while day.weekday() != first:
            day -= DAY
        return day

    def hours(self, stay, first):
        """(delivered, to sign, planned) minutes of the week that begins on a day."""
        episode, last = stay.episode_id, first + 6 * DAY
        done = sum(row.minutes for row in self.counting(episode) if first <= self.date(row.started_at) <= last)
        mine = {mark.session_id: mark for mark in self.marks if mark.episode_id == episode}
        there = {key for key, row in self.sessions.items() if self.counts(row) and first <= row.held_on <= last}
        unsigned = [mark for key, mark in mine.items() if key in there and mark.state in CAME and not mark.note_id]
        came = sum(self.sessions[mark.session_id].minutes - mark.late - mark.early for mark in unsigned)
        ahead = [self.sessions[key] for key in there - set(mine) if self.sessions[key].ended_at > self.now]
        return done, came, sum(row.minutes for row in ahead if self.is_member(episode, row))

    def is_member(self, episode, session):
        mine = [row for row in self.enrolments if row.episode_id == episode and row.group_id == session.group_id]
        return any(holds(row, session.held_on) for row in mine)

    # Notes and groups

    def stands(self, note):
        return note.sealed_at and not note.replaced_at and not note.in_error_at

    def to_finish(self, author):
        """Drafts, and returned notes that nobody corrects."""
        for note in self.notes.values():
            correction = self.corrections.get(note.pk)
            corrects = correction and not correction.discarded_at
            draft = not note.sealed_at and not note.discarded_at
            if note.author_id == author and (draft or (note.returned_at and self.stands(note) and not corrects)):
                yield note

    def to_cosign(self, head):
        below = self.supervised(head)
        for note in self.notes.values():
            if self.stands(note) and note.needs_cosign and not note.cosigned_at and not note.returned_at and note.author_id in below:
                yield note

    def leads(self, session, part=None):
        """Who leads a group on the day of a session."""
        there = [row for row in self.leaders if row.group_id == session.group_id and holds(row, session.held_on)]
        return {row.user_id for row in there if part in (None, row.part)}

    def holders(self, session):
        """Who holds it: the co-facilitators, and the facilitator, or who stands in for them."""
        first = {session.covered_by_id} if session.covered_by_id else self.leads(session, "facilitator")
        return first | self.leads(session, "co_facilitator")


class Board(Paper):
    """What one supervisor is shown of some clinicians."""

    def __init__(self, every, zone, head, owners):
        super().__init__(every, zone)
        self.head, self.owners, self.charts = head, owners, self.known(head)
        self.stays_listed = self.listed(head)
        self.mine = [stay for stay in self.stays_listed if self.primary.get(stay.episode_id) in owners]

    def items(self, kind):
        """Counter of (patient, owner, day) of a list."""
        return Counter(getattr(self, kind)())

    def _of(self, stay, on):
        return self.who(stay.episode_id), self.primary.get(stay.episode_id), on

    def plans(self):
        found = [(stay, self.plan_due(stay)) for stay in self.mine]
        return [self._of(stay, due[1]) for stay, due in found if due and due[1] < self.day]

    def reviews(self):
        found = [(stay, self.level_review(stay)) for stay in self.mine]
        return [self._of(stay, on) for stay, on in found if on and on < self.day]

    def flags_up(self):
        return [self._of(stay, flag.started_on) for stay in self.mine for flag in self.open_flags(self.who(stay.episode_id))]

    def short(self):
        """Those who were there all of the last whole week of their program, and had too few hours in it."""
        for stay in self.mine:
            first, least = self.week_of(self.day, stay) - 7 * DAY, self.rules[stay.program_id].least_hours
            if stay.counts_from <= first and sum(self.hours(stay, first)) < (least or 0) * 60:
                yield self._of(stay, first)

    def unassigned(self):
        return [self._of(stay, stay.started_on) for stay in self.stays_listed if stay.episode_id not in self.primary]

    def cosign(self):
        waits = [note for note in self.to_cosign(self.head) if note.author_id in self.owners]
        return [
            (self.who(note.episode_id), note.author_id, self.date(note.sealed_at))
            for note in waits
            if self.who(note.episode_id) in self.charts
        ]

    def unsigned(self):
        for owner in self.owners:
            for note in self.to_finish(owner):
                if self.who(note.episode_id) in self.charts:
                    yield self.who(note.episode_id), owner, self.date(note.returned_at or note.begun_at)
        for mark in self.marks:
            session = self.sessions[mark.session_id]
            over = not session.cancelled_at and session.ended_at <= self.now
            if over and mark.state in CAME and not mark.note_id and self.who(mark.episode_id) in self.charts:
                for owner in {session.covered_by_id} if session.covered_by_id else self.leads(session, "facilitator"):
                    if owner in self.owners:
                        yield self.who(mark.episode_id), owner, self.date(session.ended_at)

    def lately(self, owner):
        """Notes signed since the midnight four weeks ago that are no correction and not struck."""
        since = datetime.combine(self.day - 28 * DAY, time.min, self.zone)
        signed = [note for note in self.notes.values() if note.author_id == owner and note.sealed_at and note.sealed_at >= since]
        return [note for note in signed if not note.corrects_id and not note.in_error_at and self.who(note.episode_id) in self.charts]

    def took(self, note):
        return note.sealed_at - self.services[note.service_id].started_at

    def minutes_led(self, owner):
        week = [row for row in self.sessions.values() if self.monday <= row.held_on < self.monday + 7 * DAY and not row.cancelled_at]
        return sum(row.minutes for row in week if owner in self.holders(row))

    def weeks(self, owner):
        """[(came, marked)] of the last four whole weeks."""
        mine = {stay.episode_id for stay in self.mine if self.primary[stay.episode_id] == owner}
        found: dict = defaultdict(lambda: [0, 0])
        for mark in self.marks:
            session = self.sessions[mark.session_id]
            if mark.episode_id in mine and not session.cancelled_at:
                week = found[session.held_on - session.held_on.weekday() * DAY]
                week[0], week[1] = week[0] + (mark.state in CAME), week[1] + 1
        return [tuple(found[self.monday - back * 7 * DAY]) for back in (4, 3, 2, 1)]

    def row(self, owner):
        """All numbers of one clinician."""
        notes, mine = self.lately(owner), [stay for stay in self.mine if self.primary[stay.episode_id] == owner]
        of = {name: sum(item[1] == owner for item in getattr(self, kind)()) for name, kind in COUNTED.items()}
        took = [self.took(note) / DAY for note in notes]
        caps = [row.caseload for row in self.grants if row.user_id == owner and holds(row, self.day) and row.caseload is not None]
        return {
            "patients": len(mine), **of, "minutes": self.minutes_led(owner), "weeks": self.weeks(owner),
            "days": round(sum(took) / len(took), 4) if took else None, "is_over": bool(caps) and len(mine) > max(caps),
            "seen": sum(bool(note.returned_at or (note.needs_cosign and note.cosigned_at)) for note in notes),
            "returned": sum(bool(note.returned_at) for note in notes),
        }  # fmt: skip

    def moments(self, stay):
        """(last note, last time somebody spoke with them, next session)."""
        mine = [note for note in self.notes.values() if note.episode_id == stay.episode_id and self.stands(note)]
        held = [self.services[note.service_id].started_at for note in mine]
        spoke = [row.at for row in self.attempts if row.patient_id == self.who(stay.episode_id) and row.outcome == "spoke"]
        spoke += [row.at for row in self.every(g.Outreach) if row.episode_id == stay.episode_id and row.outcome == "spoke"]
        ahead = [row for row in self.sessions.values() if row.started_at > self.now and not row.cancelled_at]
        coming = [row.started_at for row in ahead if self.is_member(stay.episode_id, row)]
        return max(held, default=None), max(spoke, default=None), min(coming, default=None)

    def next_review(self, owner):
        sealed = [row.sealed_at for row in self.every(t.CaseloadReview) if row.clinician_id == owner and row.sealed_at]
        return self.date(max(sealed)) + REVIEWED if sealed else self.day


COUNTED = {"plans": "plans", "reviews": "reviews", "notes": "unsigned", "cosign": "cosign", "hours": "short", "flags": "flags_up"}
