"""A clinic that has lived for some weeks: acts drawn at random, each through the real action, at its own moment."""

from datetime import UTC, datetime, timedelta
from random import Random

from django.core.exceptions import ValidationError
from django.db import transaction

from anchored.accounts.models import RoleGrant, Supervision
from anchored.accounts.refusals import NotPermitted
from anchored.accounts.roles import Role
from anchored.ground.dates import today
from anchored.ground.remembered import Kept
from groups.actions import absences, amendments, attendance, sessions
from groups.models import Amendment, Attendance, GroupType, Leader, Session
from patients.actions import assessments, episodes, flags, privacy, referrals, team
from patients.models import CareTeamMember, Discharge, DischargeReason, PaperTemplate, ProgramRule, Referral, SafetyFlag, Stay
from treatment_plans.actions import appointments, caseloads, events, in_error, notes, reviews
from treatment_plans.models import Appointment, CaseloadFinding, CosignRule, Note, NoteInError, Plan

from .grouping import enrolled, make_group, make_session, signed_mark
from .leaving import make_summary
from .making import basis, make_admitted, make_clinician, make_patient, make_supervisor, make_user, open_stay, program
from .noting import begin, make_appointment
from .noting import seal as seal_note
from .papers import take
from .planning import make_plan, sign

DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
WEEKS_BACK = (0, 0, 0, 1, 1, 2, 3, 6, 7, 7, 7, 8, 13, 14, 15, 20, 21, 27, 28, 29, 30, 34, 35)  # days on both sides of what is counted
STAYED = (0, 3, 7, 8, 14, 15, 29, 36, 43)
PAPERS = ("notice-part-2", "rights", "treatment", "telehealth", "financial", "rules", "communication", "emergency", "agreement", "evening")
PLAN = "She goes on, with a call on the evening before."


class Clinic:
    """A supervisor, those whom they supervise, somebody whom nobody there knows, and their patients, as of one moment."""

    def __init__(self, seed, now, traveller):
        self.rng, self.now, self.traveller = Random(seed), now, traveller
        self.done, self.refused = [], []
        self.begin()
        acts = sorted(self.acts(), key=lambda act: act[0])
        for number, (moment, act, *given) in enumerate(acts):
            self.at(moment + number * timedelta(milliseconds=1))
            self.do(act, *given)
        self.at(now)

    def at(self, moment):
        self.traveller.move_to(moment.astimezone(UTC))  # UTC: the zone of the machine stays as it is
        Kept.forget()

    def do(self, act, *given):
        """What the house refuses is not done."""
        try:
            with transaction.atomic():
                act(*given)
        except (ValidationError, NotPermitted) as refusal:
            self.refused.append((act.__name__, str(refusal)))
        else:
            self.done.append(act.__name__)

    # Who and what is there from the beginning

    def begin(self):
        self.at(self.now - 60 * DAY)
        day = self.day_of(0)
        self.team = [make_clinician(credential=word) for word in ("Intern", "LCSW", "Intern", "Intern")]
        self.head = make_supervisor(supervises=self.team, works_in=[self.rng.choice(["IOP Evening", "PHP"])])
        self.hidden, self.evening = make_clinician(), make_clinician(works_in=["IOP Evening"])
        self.officer = make_user(Role.PRIVACY_OFFICER)
        self.people = [self.head, *self.team, self.hidden, self.evening]
        # the supervision of one ends today, of one tomorrow; one begins today
        for person, ends in ((self.team[2], day + DAY), (self.team[3], day)):
            Supervision.objects.filter(clinician=person).update(ended_on=ends)
        Supervision.objects.create(supervisor=self.head, clinician=self.evening, started_on=day)
        RoleGrant.objects.filter(user__in=self.team).update(caseload=self.rng.choice([1, 2, 3]))
        self.rules(day)
        CosignRule.objects.create(credential="Intern")
        self.papers(day)
        self.groups = [self.led(person, day) for person in [*self.team[:2], self.hidden]]
        self.patients = []

    def rules(self, day):
        """Each program works by other numbers from a day around today on."""
        for rule in ProgramRule.objects.filter(ended_on=None, program__name__in=["IOP Day", "IOP Evening"]):
            ends = day + self.rng.choice([-DAY, 0 * DAY, DAY])
            ProgramRule.objects.filter(pk=rule.pk).update(ended_on=ends, **self.numbers())
            ProgramRule.objects.create(program=rule.program, started_on=ends, **self.numbers())

    def papers(self, day):
        """Texts of groups and of a program; one has another version from a day around today on."""
        facts = {"kind": "agreement", "text": "Be on time.", "started_on": day - 300 * DAY}
        PaperTemplate.objects.create(code="agreement", title="Group agreement", due_days=3, **facts)
        GroupType.objects.filter(code="relapse-prevention").update(agreement="agreement")
        PaperTemplate.objects.create(code="evening", title="Evenings", due_days=2, program=program("IOP Evening"), **facts)
        since = day + self.rng.choice([-8, 0, 1]) * DAY
        PaperTemplate.objects.filter(code="rules").update(ended_on=since)
        PaperTemplate.objects.create(code="rules", version=2, title="Rules", due_days=1, **{**facts, "started_on": since})

    def numbers(self):
        pick = self.rng.choice
        return {
            "least_hours": pick([1, 3, 9]), "week_starts": pick([0, 0, 3, 6]), "plan_due_days": pick([3, 7, 14, None]),
            "review_days": pick([7, 14, 28]), "plan_review_days": pick([7, 14, None]), "plan_review_hours": pick([1, 2, None]),
            "plan_event_days": pick([0, 7, None]), "plan_warn_days": pick([0, 3, 7]), "note_due_hours": pick([24, 72, None]),
            "discharge_summary_days": pick([1, 7, None]),
        }  # fmt: skip

    def led(self, person, day):
        """A group with a second facilitator, and in some another facilitator from yesterday or today on."""
        second, other = self.rng.sample([each for each in self.people if each != person], 2)
        group = make_group(person, second, programs=("IOP Day", "IOP Evening"))
        if self.rng.random() < 0.5:
            since = day - self.rng.choice([0, 1, 3]) * DAY
            Leader.objects.filter(group=group, part="facilitator").update(ended_on=since)
            Leader.objects.create(group=group, user=other, part="facilitator", started_on=since)
        return group

    # When

    def day_of(self, back):
        return self.now.date() - back * DAY

    def moment(self, back=None):
        """Some moment of a day so long ago, often just beside its midnight; never after now."""
        back = self.rng.choice(WEEKS_BACK) if back is None else back
        hour, minute = self.rng.choice([(0, 2), (23, 58), (self.rng.randrange(24), self.rng.randrange(60))])
        day = self.now.date() - back * DAY
        moment = datetime(day.year, day.month, day.day, hour, minute, self.rng.randrange(50), tzinfo=self.now.tzinfo)
        return min(moment.astimezone(UTC), self.now.astimezone(UTC) - self.rng.randrange(1, 90) * MINUTE)

    # What happens

    def acts(self):
        """[(when, what, …)]: people come, each with what befalls them; groups meet; things happen to whoever is there."""
        mine = [*self.team, *self.team, self.hidden]
        for clinician in mine:
            yield self.moment(self.rng.choice(STAYED)) - HOUR, self.admit, clinician
        for group in self.groups:
            for _ in range(5):
                moment = self.moment()
                length = self.rng.choice([50, 90, 165]) * MINUTE
                yield moment - length, self.meet, group, length
                yield moment + 3 * MINUTE, self.take_attendance, group
                for later in (4 * MINUTE, 2 * HOUR, DAY):
                    yield min(moment + later, self.now.astimezone(UTC)), self.write_of_group, group
        for act, often in self.often():
            for _ in range(often):
                yield self.moment(), act

    def often(self):
        return [
            (self.flag, 5), (self.unflag, 3), (self.draft, 7), (self.sign_note, 12), (self.discard, 3), (self.cosign, 3),
            (self.give_back, 7), (self.correct, 3), (self.say_in_error, 4), (self.decide_in_error, 2), (self.plan, 7), (self.review, 4),
            (self.event, 3), (self.assess, 4), (self.book, 9), (self.cancel, 2), (self.write_of_appointment, 3), (self.reach, 3),
            (self.decide_absence, 1), (self.paper, 6), (self.move, 3), (self.accept, 1), (self.discharge, 3), (self.summary, 1),
            (self.undo_discharge, 1), (self.reassign, 6), (self.cover, 4), (self.join, 6), (self.restrict, 1), (self.refer, 3),
            (self.call, 4), (self.ask_correction, 5), (self.decide_correction, 1), (self.look_through, 5), (self.answer, 2),
            (self.stay_away, 4), (self.cover_session, 3), (self.cancel_session, 1), (self.leave_unassigned, 1),
        ]  # fmt: skip

    def words(self):
        """Words that no other note has."""
        return " ".join(f"{self.rng.getrandbits(40):x}" for _ in range(8))

    def somebody(self):
        """(a patient in care, their primary clinician)."""
        posts = CareTeamMember.objects.filter(part="primary", ended_on=None, episode__ended_on=None).select_related(
            "episode__patient", "user"
        )
        post = self.one_of(posts.order_by("episode__patient__record_number"))
        return post.episode.patient, post.user

    def one_of(self, rows):
        """One of some rows; a refusal where there is none."""
        rows = list(rows)
        if not rows:
            raise ValidationError("There is none.")
        return self.rng.choice(rows)

    def admit(self, clinician):
        name = f"P{len(self.patients)}"
        patient = make_admitted(clinician, patient=make_patient(clinician, family_name=name), to="IOP Day", on=today())
        self.patients.append(patient)
        for group in self.rng.sample(self.groups, self.rng.choice([1, 1, 2, 2])):
            enrolled(patient, group, by=clinician, on=today())

    def flag(self):
        patient, clinician = self.somebody()
        flags.raise_flag(patient, kind=self.rng.choice(SafetyFlag.Kind.values), by=clinician)

    def unflag(self):
        flags.close_flag(self.one_of(SafetyFlag.objects.filter(ended_on=None).order_by("raised_at")), by=self.head)

    def draft(self):
        patient, clinician = self.somebody()
        begin(patient, by=self.rng.choice([clinician, clinician, self.head, self.team[0]]), section_data=self.words())

    def sign_note(self):
        patient, clinician = self.somebody()
        ago, minutes = self.rng.choice([1, 2, 20, 26, 50]) * HOUR, str(self.rng.choice([20, 50, 55]))
        kind = self.rng.choice(["individual", "individual", "telephone"])
        facts = {name: self.words() for name in ("section_data", "section_assessment", "section_plan")}
        seal_note(begin(patient, by=clinician, ago=ago, minutes=minutes, kind=kind, **facts), by=clinician)

    def discard(self):
        note = self.one_of(Note.objects.filter(sealed_at=None, discarded_at=None).order_by("begun_at"))
        notes.discard(note, by=note.author)

    def waiting(self):
        return Note.objects.filter(needs_cosign=True, cosigned_at=None, returned_at=None, in_error_at=None).order_by("sealed_at")

    def cosign(self):
        notes.cosign(self.one_of(self.waiting()), by=self.head)

    def give_back(self):
        notes.give_back(self.one_of(self.waiting()), comment="Say what she will do.", by=self.head)

    def correct(self):
        note = self.one_of(Note.objects.filter(returned_at__isnull=False).order_by("sealed_at"))
        draft = notes.correct(note, by=note.author)
        become = self.rng.choice(["signed", "discarded", "kept"])
        if become == "signed" and "format" in draft.typed:  # else it is of a session
            seal_note(draft, by=note.author, why="It corrects the other one.")
        if become == "discarded":
            notes.discard(draft, by=note.author)

    def say_in_error(self):
        note = self.one_of(Note.objects.exclude(sealed_at=None).order_by("sealed_at").select_related("author"))
        in_error.say(note, because="Written on the wrong chart.", by=self.rng.choice([note.author, self.head]))

    def decide_in_error(self):
        said = self.one_of(NoteInError.objects.filter(outcome="").order_by("said_at"))
        self.rng.choice([in_error.strike, in_error.let_stand])(said.note, by=self.rng.choice([said.note.author, self.head]))

    def plan(self):
        patient, clinician = self.somebody()
        because = "review" if patient.episodes.get(ended_on=None).plans.exists() else "initial"
        sign(make_plan(patient, by=clinician, because=because), by=clinician)

    def review(self):
        plan = self.one_of(
            Plan.objects.filter(episode__ended_on=None, in_force_at__isnull=False, superseded_at=None).order_by("in_force_at")
        )
        next_on = today() + self.rng.choice([1, 2, 5, 40]) * DAY
        facts = {"objectives": [], "summary": "Steady.", "decision": "continue", "next_on": self.rng.choice([None, next_on])}
        reviews.review(plan, by=self.head, **facts)

    def event(self):
        patient, clinician = self.somebody()
        on = today() - self.rng.choice([0, 0, 1, 2]) * DAY
        events.happened(patient.episodes.get(ended_on=None), kind=self.rng.choice(["request", "return_to_use"]), on=on, by=clinician)

    def assess(self):
        patient, clinician = self.somebody()
        made_on = today() - self.rng.choice([0, 0, 1]) * DAY
        assessments.assess(open_stay(patient), by=clinician, made_on=made_on, occasion="continued", rating_1="2")

    def book(self):
        patient, clinician = self.somebody()
        ago = self.rng.choice([-2 * HOUR, -30 * MINUTE, 51 * MINUTE, DAY, -DAY])
        make_appointment(patient, by=self.rng.choice([clinician, clinician, self.head]), ago=ago)

    def cancel(self):
        booked = self.one_of(Appointment.objects.filter(closed_at=None).order_by("booked_at"))
        appointments.cancel(booked, outcome=self.rng.choice(["by_patient", "by_clinic"]), by=booked.clinician)

    def write_of_appointment(self):
        booked = self.one_of(Appointment.objects.filter(closed_at=None, note=None).order_by("booked_at").select_related("episode__patient"))
        note = begin(booked.episode.patient, by=booked.clinician, ago=60 * MINUTE, section_data=self.words())
        appointments.begin_note(note, booked.pk)
        if self.rng.random() < 0.5:
            seal_note(note, by=booked.clinician, why="There is little to say.")

    def reach(self):
        patient, clinician = self.somebody()
        outcome = self.rng.choice(["spoke", "message", "no_answer"])
        absences.log_attempt(patient.episodes.get(ended_on=None), channel="phone", outcome=outcome, by=clinician)

    def decide_absence(self):
        patient, _ = self.somebody()
        absences.decide(patient.episodes.get(ended_on=None), decision="go_on", reason=PLAN, by=self.head)

    def paper(self):
        patient, clinician = self.somebody()
        for code in self.rng.sample(PAPERS, 6):
            self.do(self.take, patient, code, clinician)

    def take(self, patient, code, clinician):
        take(patient, code, by=clinician, how=self.rng.choice(["typed", "declined"]), reason="Would rather not.")

    def move(self):
        patient, clinician = self.somebody()
        to = program(self.rng.choice(["IOP Evening", "IOP Day"]))
        facts = {"basis": basis(), "reason": "Evenings fit her work.", "by": clinician}
        episodes.move(open_stay(patient), to=to, on=today() - self.rng.choice([0, 0, 1]) * DAY, **facts)

    def accept(self):
        stay = self.one_of(Stay.objects.filter(ended_on=None, accepted_at=None, previous__isnull=False).order_by("opened_at"))
        episodes.accept(stay, by=self.evening)

    def discharge(self):
        patient, clinician = self.somebody()
        on = today() - self.rng.choice([0, 0, 1]) * DAY
        episodes.discharge(open_stay(patient), on=on, reason=DischargeReason.objects.order_by("pk")[0], by=clinician)

    def summary(self):
        leaving = self.one_of(Discharge.objects.filter(undone_at=None).order_by("discharged_at").select_related("episode__patient"))
        make_summary(leaving.episode.patient, by=leaving.discharged_by)

    def undo_discharge(self):
        leaving = self.one_of(Discharge.objects.filter(undone_at=None).order_by("discharged_at"))
        episodes.undo_discharge(leaving, because="She came back the same day.", by=self.head)

    def reassign(self):
        patient, _ = self.somebody()
        team.reassign(patient.episodes.get(ended_on=None), to=self.rng.choice(self.people), by=self.head, note="Likes to be called early.")

    def cover(self):
        patient, clinician = self.somebody()
        start = today() + self.rng.choice([0, 0, 1]) * DAY
        until = start + self.rng.choice([1, 1, 2, 9]) * DAY
        keys, facts = [patient.episodes.get(ended_on=None).pk], {"by": self.head, "note": "Calls at nine."}
        team.cover_several(keys, of=clinician, to=self.rng.choice(self.people), start=start, until=until, **facts)

    def join(self):
        patient, _ = self.somebody()
        part = self.rng.choice(["case_manager", "covering"])
        team.add_member(patient.episodes.get(ended_on=None), to=self.rng.choice(self.people), part=part, by=self.head)

    def restrict(self):
        patient, clinician = self.somebody()
        privacy.restrict(patient, by=self.officer, named=[clinician, *self.rng.sample(self.people, 1)])

    def refer(self):
        by = self.rng.choice(self.people)
        asked = program("IOP Evening") if self.rng.random() < 0.5 else program("IOP Day")
        referrals.receive(make_patient(by), by=by, program=asked)

    def call(self):
        asked = self.one_of(Referral.objects.filter(closed_at=None).order_by("received_at").select_related("patient", "received_by"))
        next_on = self.rng.choice([None, today(), today() + DAY, today() + 4 * DAY])
        facts = {"channel": "phone", "outcome": self.rng.choice(["spoke", "no_answer"]), "next_on": next_on}
        referrals.log_attempt(asked.patient, referral=asked, by=asked.received_by, **facts)

    # Groups

    def meet(self, group, length):
        rest = self.rng.choice([0, 15])
        make_session(group, ago=0 * HOUR, minutes=int(length / MINUTE) - rest, rest=rest)

    def last_of(self, group):
        return self.one_of(Session.objects.filter(group=group).order_by("-started_at")[:2])

    def leader_of(self, session):
        there = [each.user for each in Leader.objects.filter(group=session.group).select_related("user").order_by("pk")]
        return session.covered_by or self.rng.choice(there)

    def take_attendance(self, group):
        session = self.last_of(group)
        by = self.leader_of(session)
        for episode in self.members(session):
            state = self.rng.choice(["present", "late", "left_early", "excused", "unexcused", "unexcused", "unexcused", "unexcused", ""])
            if state:
                self.do(self.mark, session, episode, by, state)
        self.do(self.guest, session, by)

    def guest(self, session, by):
        patient, _ = self.somebody()
        if patient.restricted:
            raise ValidationError("Who leads the group does not know of them.")
        attendance.add_guest(session, patient, because="Tries it out", by=by)

    def members(self, session):
        posts = session.group.enrolments.filter(ended_on=None, episode__ended_on=None, started_on__lte=session.held_on)
        return [post.episode for post in posts.select_related("episode").order_by("episode__patient__record_number")]

    def mark(self, session, episode, by, state):
        attendance.mark(session, episode, by=by, state=state, late=7, early=9, reason="Ill")

    def stay_away(self):
        """Somebody who was expected as a guest misses two sessions."""
        patient, _ = self.somebody()
        group = self.rng.choice(self.groups)
        for ago in (30 * HOUR, 4 * HOUR):
            session = make_session(group, ago=ago)
            by = self.leader_of(session)
            attendance.add_guest(session, patient, because="Tries it out", by=by)
            self.mark(session, patient.episodes.get(ended_on=None), by, "unexcused")

    def write_of_group(self, group):
        mark = self.one_of(Attendance.objects.filter(session__group=group, note=None).order_by("marked_at"))
        text = {"section_part": self.words(), "section_response": self.words()}
        facts = {"state": mark.state, "late": mark.late, "early": mark.early, "reason": mark.reason}
        signed_mark(mark.session, mark.episode, by=self.leader_of(mark.session), typed=text, **facts)

    def ask_correction(self):
        mark = self.one_of(Attendance.objects.exclude(note=None).order_by("marked_at"))
        by = self.rng.choice([self.leader_of(mark.session), self.head])
        amendments.ask(mark, state=self.rng.choice(["late", "unexcused"]), late=11, because="The sheet says so.", by=by)

    def decide_correction(self):
        asked = self.one_of(Amendment.objects.filter(outcome="").order_by("asked_at"))
        self.rng.choice([amendments.agree, amendments.decline])(asked, by=self.head)

    def cover_session(self):
        session = self.one_of(Session.objects.filter(cancelled_at=None).order_by("started_at"))
        sessions.cover(session, colleague=self.rng.choice(self.people), by=self.team[0])

    def cancel_session(self):
        sessions.cancel(self.one_of(Session.objects.order_by("-started_at")), because="The room was flooded.", by=self.team[0])

    # The supervisor

    def look_through(self):
        """A caseload is gone through; about half of the time it is signed."""
        patient, clinician = self.somebody()
        review = caseloads.begin_review(clinician, by=self.head)
        asked = {"follow_up": "Call her sister.", "due_on": today() + self.rng.choice([0, 1, 5]) * DAY, "owner": clinician}
        found = {patient.episodes.get(ended_on=None).pk: {"looked": True, "finding": "Fine.", **asked}}
        review = caseloads.keep_review(review, by=self.head, version=review.version, summary="Going on.", findings=found)
        if self.rng.random() < 0.7:
            caseloads.sign_review(review, by=self.head)

    def answer(self):
        rows = CaseloadFinding.objects.filter(review__sealed_at__isnull=False).order_by("due_on", "review__sealed_at")
        finding = self.one_of(rows)
        caseloads.answer(finding, text="Done.", by=finding.owner)

    def leave_unassigned(self):
        """No act does that; a post may end in the admin of an older release."""
        patient, _ = self.somebody()
        CareTeamMember.objects.filter(episode__patient=patient, part="primary", ended_on=None).update(ended_on=today())
