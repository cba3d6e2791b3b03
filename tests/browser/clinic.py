"""A small clinic in which every page has something to show: everybody on it is there for a page's sake."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from django.urls import reverse

from anchored.accounts.roles import Role
from anchored.ground.dates import today
from anchored.signing import signatures
from groups.actions import apart, attendance
from groups.actions import notes as meeting_notes
from groups.models import Session
from patients.actions import (
    admissions,
    assessments,
    commitments,
    contacts,
    diagnoses,
    episodes,
    flags,
    intakes,
    merges,
    privacy,
    referrals,
    scans,
    team,
    waitlist,
)
from patients.intake import BY_KEY
from patients.models import Assessment, DischargeReason, Merge, Patient, Program
from tests.grouping import enrolled, make_group, make_session, make_slot, planned, signed_mark, waits
from tests.leaving import make_continuing_care, make_summary
from tests.making import basis, make_admitted, make_clinician, make_diagnosis, make_patient, make_supervisor, make_user, open_stay, program
from tests.noting import begin, make_appointment, make_note
from tests.papers import make_scan, take, template
from tests.planning import make_plan
from tests.planning import seal as seal_plan
from tests.planning import sign as sign_plan
from tests.preventing import make_prevention
from treatment_plans.actions import appointments, caseloads, plans, prevention, reviews, snippets
from treatment_plans.models import CosignRule, Note, Objective, Plan

REASON = "Sleeps and eats again, no withdrawal signs for two days."


@dataclass
class Clinic:
    supervisor: object
    clinician: object
    front_desk: object
    administrator: object
    privacy_officer: object
    rosa: Patient  # moved, rated, flagged, with a team
    joon: Patient  # discharged
    thea: Patient  # here for the second time
    amir: Patient  # registered only
    noor: Patient  # her admission is in the making

    @cached_property
    def assessment(self):
        return Assessment.objects.filter(episode__patient=self.rosa, occasion=Assessment.Occasion.CONTINUED).get()

    @cached_property
    def intake(self):
        return self.noor.intakes.get()

    @cached_property
    def entry(self):
        return self.noor.waits.get()

    @cached_property
    def referral(self):
        return self.noor.referrals.get()

    @cached_property
    def group(self):
        """Led by the supervisor, with a slot, a member and a session."""
        group = make_group(self.supervisor, programs=[open_stay(self.rosa).program.name])
        make_slot(group)
        planned()
        return group

    @cached_property
    def enrolment(self):
        return enrolled(self.rosa, self.group, by=self.supervisor)

    @cached_property
    def wait(self):
        """Rosa waits for a group with one place, which somebody has."""
        where = open_stay(self.rosa).program.name
        full = make_group(self.supervisor, programs=[where], capacity=1)
        enrolled(make_admitted(self.supervisor, to=where), full, by=self.supervisor)
        return waits(self.rosa, full, by=self.supervisor)

    @cached_property
    def kept(self):
        """Rosa is kept apart from somebody."""
        pair = apart.keep(self.rosa, make_admitted(self.supervisor), reason="Asked by both.", by=self.supervisor)
        return pair.people.get(patient=self.rosa)

    @cached_property
    def session(self):
        return make_session(self.group)

    @cached_property
    def mark(self):
        """Rosa came, and the note about her is signed."""
        group = make_group(self.supervisor, programs=[open_stay(self.rosa).program.name])
        enrolled(self.rosa, group, by=self.supervisor)
        return signed_mark(make_session(group, ago=timedelta(hours=12)), self.rosa.episodes.get(), by=self.supervisor)

    @cached_property
    def twins(self):
        """Two records of one person, about whom nobody has said anything yet."""
        return list(Patient.objects.filter(family_name="Quispe").order_by("record_number"))

    @cached_property
    def merge(self):
        return Merge.objects.get(outcome="")

    @cached_property
    def plan(self):
        """The version in the making."""
        return Plan.objects.in_making().get(episode__patient=self.rosa)

    @cached_property
    def signed_plan(self):
        return Plan.objects.in_force().get(episode__patient=self.rosa)

    @cached_property
    def review(self):
        return self.signed_plan.reviews.get()

    @cached_property
    def waiting_plan(self):
        """Signed by the clinician; the patient has not said anything yet."""
        return Plan.objects.get(episode__patient=self.thea)

    @cached_property
    def note(self):
        """Signed, with an addendum; it waits for a cosignature."""
        return self.rosa_notes().filter(needs_cosign=True).get()

    @cached_property
    def summary(self):
        """Signed after Joon's discharge."""
        return self.joon.episodes.get().discharge_summaries.get()

    @cached_property
    def meeting(self):
        """A session of yesterday: one person marked and written about, one not marked yet."""
        return Session.objects.get(group__name="Relapse prevention")

    @cached_property
    def appointment(self):
        """Planned, in two days."""
        return self.rosa.episodes.get().appointments.get(outcome="")

    @cached_property
    def draft(self):
        """The supervisor's own."""
        return Note.objects.get(author=self.supervisor, sealed_at=None)

    @cached_property
    def prevention_entry(self):
        """Somebody whom Rosa can call."""
        return self.rosa.prevention_entries.standing().get(section="people")

    @cached_property
    def snippet(self):
        """The supervisor's own."""
        return self.supervisor.snippets.first()

    @cached_property
    def caseload_review(self):
        """Signed, with a follow-up for the clinician about Rosa."""
        review = caseloads.begin_review(self.clinician, by=self.supervisor)
        asked = {"follow_up": "Ask about housing.", "due_on": today(), "owner": self.clinician}
        facts = {open_stay(self.rosa).episode_id: {"looked": True, "finding": "The plan is thin on housing.", **asked}}
        caseloads.keep_review(review, by=self.supervisor, version=0, summary="Agreed today.", findings=facts)
        return caseloads.sign_review(review, by=self.supervisor)

    @cached_property
    def finding(self):
        return self.caseload_review.findings.get()

    def rosa_notes(self):
        return Note.objects.filter(episode__patient=self.rosa, sealed_at__isnull=False)

    @cached_property
    def contact(self):
        return self.rosa.contacts.get(is_emergency=True)

    @cached_property
    def diagnosis(self):
        """The one beside the primary one."""
        return self.rosa.diagnoses.standing().get(is_primary=False)

    @cached_property
    def paper(self):
        """A text that is signed; `taken` is one that Rosa has signed."""
        return template("financial")

    @cached_property
    def taken(self):
        return self.rosa.papers.get(how="drawn")

    @cached_property
    def withdraw_scan(self):
        """The scan that was filed rightly."""
        return self.rosa.scans.get(withdrawn_at=None)

    def page(self, name, patient, *args):
        return reverse(f"patients:{name}", args=[patient.pk, *args])


def open_clinic():
    everywhere = list(Program.objects.now().values_list("name", flat=True))
    clinician = make_clinician(given_name="Sara", family_name="Lindqvist", works_in=["IOP Evening"])
    covering = make_clinician(given_name="Dele", family_name="Mensah")
    supervisor = make_supervisor(given_name="Ingrid", family_name="Novak", works_in=everywhere, supervises=[clinician])
    clinic = Clinic(
        supervisor=supervisor,
        clinician=clinician,
        front_desk=make_user(Role.FRONT_DESK, given_name="Ben", family_name="Castellano", works_in=everywhere),
        administrator=make_user(Role.ADMINISTRATOR, given_name="Omar", family_name="Sayed"),
        privacy_officer=make_user(Role.PRIVACY_OFFICER, given_name="Ruth", family_name="Feldman"),
        rosa=_rosa(clinician, covering, supervisor),
        joon=_joon(clinician),
        thea=_thea(clinician),
        amir=make_patient(by=supervisor, given_name="Amir", family_name="Haddad"),
        noor=_noor(supervisor),
    )
    _plan_and_notes(clinic)
    _prevention(clinic)
    _passing_through(supervisor)
    _one_person(supervisor)
    return clinic


def _one_person(supervisor):
    """Registered twice, says a supervisor; the privacy officer is to decide."""
    facts = {"family_name": "Sato", "birth_date": date(1991, 3, 4)}
    one = make_patient(by=supervisor, given_name="Mika", phone="555 0190", allergies="Latex", **facts)
    other = make_patient(by=supervisor, given_name="Mikaela", phone="555 0191", allergies="Penicillin", city="Salem", **facts)
    merges.propose(one, other, because="Both showed the same photo ID.", by=supervisor)


def _rosa(clinician, covering, supervisor):
    """Everything that a chart can show."""
    rosa = make_patient(
        by=clinician,
        given_name="Rosa",
        family_name="Alvarez",
        preferred_name="Ro",
        pronouns="she/her",
        phone="555 0142",
        street="12 Harbor Street",
        language="Spanish",
        needs_interpreter=True,
        allergies="Penicillin",
    )
    use = {"substance": "2", "route": "1", "frequency": "3", "first_use_age": 16}
    make_admitted(clinician, patient=rosa, on=today() - timedelta(days=20), substances=[use], referral_source="1")
    flags.raise_flag(rosa, kind="overdose", note="Tolerance is down after detox.", by=clinician)
    flags.raise_flag(rosa, kind="safety_plan", by=clinician)
    closed = flags.raise_flag(rosa, kind="withdrawal", note="Tremor at night.", by=clinician)
    flags.close_flag(closed, by=clinician)
    _life_of(rosa, clinician)
    _papers_of(rosa, clinician)
    ratings = ["1", "0", "2", "1", "3", "2"]
    for number, name in enumerate(["Residential", "PHP", "IOP Evening"]):
        on = today() - timedelta(days=14 - 5 * number)
        episodes.move(open_stay(rosa), to=program(name), on=on, basis=basis(), reason=REASON, by=clinician, ratings=ratings)
    stay = open_stay(rosa)
    rated = assessments.assess(stay, by=clinician, made_on=today(), occasion="continued", rating_1="1", comment_1="Sleeps through.")
    signatures.add(rated, text="Her sister confirms it.", by=supervisor)
    team.add_member(stay.episode, to=covering, part="covering", by=supervisor)
    team.reassign(stay.episode, to=supervisor, by=supervisor, note="Court date on the first Monday.")
    return rosa


def _life_of(rosa, clinician):
    """A sister, a probation officer, somebody who left the list; work, a night, a day in court, a time that is over."""
    told = {"may_be_told": "That she comes here, nothing more.", "may_leave_message": True, "times": "After 6 pm"}
    contacts.add(
        rosa, by=clinician, name="Elena Lopez", relationship="sibling", phone="555 0177", channel="phone", is_emergency=True, **told
    )
    contacts.add(
        rosa, by=clinician, name="Bo Adams", relationship="probation", organisation="County Probation", caution="Writes everything down."
    )
    contacts.remove(contacts.add(rosa, by=clinician, name="Chris Doe", relationship="employer"), by=clinician)
    contacts.set_wishes(rosa, by=clinician, reach_by="phone", reach_wishes="Not at work.")
    _diagnoses_of(rosa, clinician)
    commitments.add(rosa, by=clinician, kind="work", weekdays=[0, 1, 2], starts=540, ends=1020, note="Warehouse")
    commitments.add(rosa, by=clinician, kind="work", weekdays=[2], starts=960, ends=360)
    commitments.add(rosa, by=clinician, kind="court", weekdays=[4], starts=570, ends=690, started_on=today() + timedelta(days=7))
    commitments.end(commitments.add(rosa, by=clinician, kind="travel", weekdays=[6], starts=0, ends=1440)[0], by=clinician)


def _diagnoses_of(rosa, clinician):
    """A primary one, another, one that was resolved, one that was entered in error."""
    make_diagnosis(rosa, by=clinician, severity="severe", criteria=8, is_primary=True)
    make_diagnosis(rosa, by=clinician, code="F43.12")
    diagnoses.resolve(make_diagnosis(rosa, by=clinician, code="F12.10", severity="mild"), by=clinician)
    diagnoses.mark_error(make_diagnosis(rosa, by=clinician, code="F11.20"), because="It belongs to another person.", by=clinician)


def _papers_of(rosa, clinician):
    """Signed in each way, declined, still missing; a scan, and one filed in error."""
    take(rosa, "notice-part-2", how="acknowledged", by=clinician)
    take(rosa, "treatment", how="drawn", by=clinician)
    take(rosa, "telehealth", how="declined", reason="Has no place where nobody listens.", by=clinician)
    make_scan(rosa, by=clinician)
    wrong = make_scan(rosa, kind="court", title="Letter of the court", by=clinician)
    scans.withdraw(wrong, because="It belongs to another person.", by=clinician)


def _plan_and_notes(clinic):
    """A plan in force with the next version begun, notes that speak of it, one that waits to be cosigned, a draft."""
    rosa, clinician, supervisor = clinic.rosa, clinic.clinician, clinic.supervisor
    CosignRule.objects.create(credential=clinician.credential)
    signed = sign_plan(make_plan(rosa, by=clinician, problems=2, objectives=2), by=clinician, view="disagrees", words="Fewer groups.")
    root = signed.objectives.first().root
    told = {"root": str(root), "number": "1.1", "text": "Plan 3 evenings a week", "standing": "some", "decision": "keep"}
    told = [{**told, "evidence": "Two of five."}]
    reviews.review(signed, by=clinician, objectives=told, summary="Comes to every group.", decision="revise", participants="Her sister")
    note = make_note(rosa, by=clinician, **{f"standing_{root}": "stuck", f"words_{root}": "Two evenings of five."})
    signatures.add(note, text="Her sister confirms it.", by=supervisor)
    begin(rosa, by=supervisor, ago=timedelta(hours=6), section_plan="")
    for name in ("Relapse prevention group", "Family session"):
        snippets.add(by=supervisor, name=name, text="Took part from the first to the last minute.\nSpoke when asked.")
    make_continuing_care(rosa, by=clinician, signed=False)
    _appointments(clinic)
    _meeting(clinic)
    make_summary(rosa, by=clinician, signed=False)
    bare = plans.start(rosa.episodes.get(), by=clinician, because="review")
    plans.add_row(bare, Objective, parent=bare.goals.first(), by=clinician, text="Improve sleep")
    plans.remove_row(bare.problems.last(), by=clinician)
    seal_plan(make_plan(clinic.thea, by=clinician), by=clinician)


def _appointments(clinic):
    """One that the clinic cancelled, and one in two days."""
    gone = make_appointment(clinic.rosa, by=clinic.supervisor, ago=timedelta(hours=2))
    appointments.cancel(gone, outcome="by_clinic", because="Fire drill.", by=clinic.supervisor)
    make_appointment(clinic.rosa, by=clinic.supervisor, ago=-timedelta(days=2))


def _meeting(clinic):
    group = make_group(clinic.supervisor, clinic.clinician, programs=["IOP Evening", "Residential detox", "PHP"], name="Relapse prevention")
    for patient in (clinic.rosa, clinic.thea):
        enrolled(patient, group, by=clinic.clinician)
    session = make_session(group, ago=timedelta(hours=5))
    episode = clinic.rosa.episodes.get()
    attendance.mark(session, episode, by=clinic.supervisor, state="late", late=10)
    typed = {"section_part": "She spoke about the visit.", "section_response": ""}
    meeting_notes.keep_part(session, episode, typed=typed, version=0, by=clinic.supervisor)


def _prevention(clinic):
    """Written, reworded, something taken out, a contact with another number by now, gone through."""
    rosa, clinician = clinic.rosa, clinic.clinician
    make_prevention(rosa, by=clinician)
    prevention.change(clinic.prevention_entry, by=clinician, contact=clinic.contact, how="555 0100, after 6 pm")
    del clinic.prevention_entry
    prevention.remove(rosa.prevention_entries.standing().filter(section="triggers").last(), by=clinician)
    prevention.go_through(rosa, by=clinician)


def _noor(supervisor):
    """Called last week; safety is answered, identity is typed but not right yet."""
    noor = make_patient(by=supervisor, given_name="Noor", family_name="Aziz", phone="555 0111")
    said = {
        "why_now": "Her mother found her asleep in the car.",
        "overdosed": "yes",
        "caller_name": "Leila Aziz",
        "caller_relationship": "parent",
    }
    call = referrals.receive(noor, by=supervisor, program=program("IOP Evening"), **said)
    referrals.log_attempt(noor, by=supervisor, referral=call, channel="phone", outcome="message", next_on=today())
    referrals.log_attempt(noor, by=supervisor, referral=call, channel="phone", outcome="spoke", note="Can come on Monday.")
    coming = intakes.start(noor, by=supervisor, program=program("IOP Evening"))
    entry = waitlist.wait(noor, program=program("IOP Evening"), by=supervisor, referral=call, priority=2, risk="Overdose in May.")
    waitlist.offer(entry, held_until=today() + timedelta(days=2), by=supervisor)
    waitlist.wait(make_patient(by=supervisor, given_name="Ida", family_name="Berg"), program=program("IOP Evening"), by=supervisor)
    commitments.add(noor, by=supervisor, kind="work", weekdays=[0], starts=540, ends=1020)
    answers = dict.fromkeys(("suicide", "withdrawal", "medical", "violence"), "no")
    answers |= {"overdose": "yes", "overdose_note": "In May, revived."}
    intakes.keep(coming, BY_KEY["safety"], typed=answers, shown={}, by=supervisor)
    intakes.complete(coming, BY_KEY["safety"], by=supervisor)
    intakes.keep(coming, BY_KEY["identity"], typed={"birth_date": "41 Mar", "city": "Salem"}, shown={}, by=supervisor)
    return noor


def _joon(clinician):
    joon = make_admitted(clinician, to="IOP Evening", patient=make_patient(by=clinician, given_name="Joon", family_name="Kim"))
    reason = DischargeReason.objects.filter(offered=True).first()
    episodes.discharge(open_stay(joon), on=today(), reason=reason, note="Goes home to his parents.", by=clinician)
    make_continuing_care(joon, by=clinician)
    make_summary(joon, by=clinician)
    return joon


def _thea(clinician):
    long_ago = today() - timedelta(days=200)
    thea = make_patient(by=clinician, given_name="Thea", family_name="Osei")
    make_admitted(clinician, to="Outpatient", patient=thea, on=long_ago)
    reason = DischargeReason.objects.filter(offered=True).first()
    episodes.discharge(open_stay(thea), on=long_ago + timedelta(days=30), reason=reason, note="", by=clinician)
    admissions.admit(thea, program=program("IOP Evening"), on=today() - timedelta(days=40), by=clinician, primary=clinician)
    return thea


def _passing_through(supervisor):
    """Two people nobody is assigned to, whose review is overdue, and one whom a program has not accepted yet."""
    for name in ("Marta", "Mirta"):
        patient = make_patient(by=supervisor, given_name=name, family_name="Quispe")
        admissions.admit(patient, program=program("Residential detox"), on=today() - timedelta(days=9), by=supervisor)
    restricted = make_admitted(supervisor, to="PHP", patient=make_patient(by=supervisor, given_name="Nina", family_name="Volkov"))
    privacy.restrict(restricted, by=make_user(Role.PRIVACY_OFFICER), named=[supervisor])
