"""Rows for screens: people found, people in care, programs with their places, whom one may ask."""

from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from uuid import UUID

from django.db.models import Case, Count, Exists, F, OuterRef, Q, Subquery, When, Window
from django.db.models.functions import Coalesce
from django.utils import timezone

from anchored.accounts.models import RoleGrant, User
from anchored.ground.dates import read_day, today
from anchored.ground.intervals import in_force
from anchored.ground.remembered import Kept, Remembered, together
from anchored.ground.text import fold

from . import week
from .models import (
    CareTeamMember,
    Commitment,
    Contact,
    ContactAttempt,
    Diagnosis,
    Episode,
    InCare,
    Intake,
    IntakeAnswer,
    Merge,
    Offer,
    Patient,
    Program,
    ProgramRule,
    ProgramStaff,
    Referral,
    ReferralStep,
    Stay,
    WaitlistEntry,
)
from .models.relation import days_of_grace

NOBODY = UUID(int=0)
FOUND_AT_MOST = 10
CARDS_IN_A_COLUMN = 12
SOON = timedelta(days=7)
QUARTER = timedelta(days=90)
LINES_OF_A_DAY = 400


def find(user, text):
    """People this person may know of whom the words match: own caseload first, ten at most, each with `now` if in care.

    Every word must be in the name, record number, birth date or phone number; a whole date is read as a birth date.
    """
    try:
        found = list(_mine_first(Patient.objects.filter(birth_date=read_day(text)), user.pk))
    except ValueError:
        words = fold(text).split()
        asked = by_words.get(len(words), _by_words)
        found = list(asked(user=user.pk, **{f"word_{place}": word for place, word in enumerate(words)}))
    return _with_where_they_are(found)


def _by_words(user, **words):
    matching = Patient.objects.all()
    for word in words.values():
        matching = matching.filter(find_by__contains=word)
    return _mine_first(matching, user)


def _mine_first(matching, user):
    mine = InCare.objects.filter(patient_id=OuterRef("pk"), clinician_id=user)
    matching = matching.visible_to(User(pk=user)).annotate(is_mine=Exists(mine))
    return matching.order_by("-is_mine", "family_name", "given_name", "record_number")[:FOUND_AT_MOST]


def _with_where_they_are(found):
    padded = [patient.pk for patient in found] + [NOBODY] * (FOUND_AT_MOST - len(found))
    now = {line.patient_id: line for line in in_care_of(**{f"patient_{place}": key for place, key in enumerate(padded)})}
    for patient in found:
        patient.now = now.get(patient.pk)
    return found


by_words = {
    count: Remembered(_by_words, user=int, **{f"word_{place}": str for place in range(count)}, varies_with=days_of_grace)
    for count in (1, 2, 3)
}
in_care_of = Remembered(
    lambda **patients: InCare.objects.filter(patient_id__in=list(patients.values())),
    **{f"patient_{place}": UUID for place in range(FOUND_AT_MOST)},
)


def alike(patients):
    """Whether two of them are easily taken for each other: same family name and first letter."""
    keys = [(fold(patient.family_name), fold(patient.given_name)[:1]) for patient in patients]
    return len(keys) != len(set(keys))


def lines(rows, programs):
    """Rows of a list with the review rule of their program and the day filled in."""
    every = {program.pk: program.review_days for program in programs}
    rows, day = list(rows), today()
    for row in rows:
        row.review_days, row.seen_on = every.get(row.program_id), day
    return rows


@dataclass(frozen=True)
class People:
    """People in care as a list shows them: narrowed, in order, asked for by slices; every row knows how many there are `in_all`.

    What a list looks like is a matter of few questions that are asked all day: each is built once.
    """

    user: User
    narrow: dict
    order: tuple
    only_own: bool = False

    def __getitem__(self, part):
        if part.stop <= part.start:
            return []
        values = {name: value for name, value in self.narrow.items() if name in SLOTS and value != "none"}
        shape = tuple((name, None if name in values else value) for name, value in sorted(self.narrow.items()))
        return _people(self.only_own, shape, self.order, part.start, part.stop)(user=self.user.pk, **values)

    def count(self):
        return InCare.objects.visible_to(self.user, only_own=self.only_own).narrowed(**self.narrow).count()


SLOTS = {"clinician": int, "phase": int, "track": str}


@lru_cache(maxsize=200)
def _people(only_own, shape, order, start, stop):
    def build(user, **values):
        rows = InCare.objects.visible_to(User(pk=user), only_own=only_own).narrowed(**{**dict(shape), **values})
        return rows.order_by(*order).annotate(in_all=Window(Count("*")))[start:stop]

    slots = {name: SLOTS[name] for name, value in shape if value is None}
    return Remembered(build, user=int, **slots, varies_with=days_of_grace)


RULE = ("review_days", "review_hours", "plan_due_days", "plan_review_days", "plan_review_hours", "plan_event_days", "plan_warn_days")
RULE += ("discharge_summary_days", "least_hours", "most_hours", "days_a_week", "gap_days", "week_starts", "note_due_hours")


def _rules():
    rules = ProgramRule.objects.on(today()).filter(program=OuterRef("pk"))
    rule = {name: Subquery(rules.values(name)[:1]) for name in RULE}
    return Program.objects.select_related("phase").annotate(**rule).in_order()


def rules():
    """All programs in the order of the continuum, with the review rule in force today."""
    return all_rules()


def programs():
    """The same, with their level and the places taken, counted at this moment."""
    return all_programs()


def clinicians():
    """People who have somebody in primary care today: the choices of a filter."""
    return all_clinicians()


def _with_places_taken(programs):
    """Counted in the index of open stays, program by program: a join would read every stay there ever was."""
    taken = Stay.objects.open().filter(program=OuterRef("pk")).order_by().values("program").annotate(number=Count("*")).values("number")
    held = Offer.objects.holding(today()).filter(program=OuterRef("pk")).order_by().values("program").annotate(number=Count("*"))
    return programs.annotate(taken=Coalesce(Subquery(taken), 0), held=Coalesce(Subquery(held.values("number")), 0))


def running(programs):
    """Those of today."""
    day = today()
    return [program for program in programs if program.started_on <= day and (program.ended_on is None or program.ended_on > day)]


def programs_running():
    """Programs of today with the places taken, as a queryset for a form's choices."""
    return _with_places_taken(Program.objects.now().select_related("phase", "level")).in_order()


def _clinicians():
    open_primary = CareTeamMember.objects.filter(part=CareTeamMember.Part.PRIMARY, ended_on=None, user=OuterRef("pk"))
    return User.objects.filter(Exists(open_primary)).order_by("family_name", "given_name")


all_rules, all_clinicians = Kept(_rules), Kept(_clinicians)
all_programs = Remembered(lambda: _with_places_taken(_rules().select_related("phase", "level")))


def who_may_care():
    """People to whom a patient can be assigned: active, with a hands-on role in force."""
    from .policies import HANDS_ON

    grants = RoleGrant.objects.now().filter(user=OuterRef("pk"), role__in=HANDS_ON)
    return User.objects.filter(Exists(grants), is_active=True).order_by("family_name", "given_name")


def lines_of_the_day(user, *, assigns):
    """People in care with whom this person has something to do, in one statement: `is_mine` in primary care, `is_handed` to a
    program of theirs and not accepted yet, and for who `assigns`, those without a clinician. With what the packet of papers asks.
    """
    return lines(_lines_of_the_day[assigns](user=user.pk), rules())


def _of_the_day(user, assigns):
    posts = Program.objects.filter(staff__in=ProgramStaff.objects.now().filter(user=user)).values("pk")
    handed = Q(accepted_at=None, previous_id__isnull=False, reverses_id=None, program__in=posts)
    wanted = Q(clinician_id=user) | handed
    if assigns:
        wanted |= Q(clinician_id=None)
    patient = Patient.objects.filter(pk=OuterRef("patient_id"))
    rows = (
        InCare.objects.visible_to(User(pk=user))
        .filter(wanted)
        .annotate(
            is_mine=Case(When(clinician_id=user, then=True), default=False),
            is_handed=Case(When(handed, then=True), default=False),
            birth_date=Subquery(patient.values("birth_date")),
            state=Subquery(patient.values("state")),
            admitted_on=Subquery(Episode.objects.filter(pk=OuterRef("episode_id")).values("started_on")),
        )
    )
    return rows.order_by("-is_mine", "family_name", "given_name", "stay_id")[:LINES_OF_A_DAY]


_lines_of_the_day = {
    assigns: Remembered(lambda user, assigns=assigns: _of_the_day(user, assigns), user=int, varies_with=days_of_grace)
    for assigns in (True, False)
}


def posts_of(user):
    """Posts of this person with patients whom they may know of, the latest assigned first."""
    rows = CareTeamMember.objects.filter(user=user, episode__patient__in=Patient.objects.visible_to(user))
    return rows.select_related("episode__patient", "assigned_by").order_by("-assigned_at")


def joined(user, since):
    """Of posts: assigned lately by somebody else."""
    return Q(ended_on=None, started_on__gte=since) & ~Q(assigned_by=user)


def covering():
    """Of posts: in place of the clinician, today, for some days."""
    return in_force(today()) & Q(part=CareTeamMember.Part.COVERING, ended_on__isnull=False, episode__ended_on=None)


def joined_lately(user, since):
    """Patients assigned to this person lately by somebody else, with the hand-over note."""
    return posts_of(user).filter(joined(user, since))


def covers_of(user):
    """Patients whom this person covers today for some days, with the hand-over note: the first to end first."""
    return posts_of(user).filter(covering()).order_by("ended_on", "assigned_at")


def covers_given(user, clinician):
    """Patients of a clinician whom somebody covers now or will, of those whom this person may know of."""
    rows = CareTeamMember.objects.not_over(today()).filter(part=CareTeamMember.Part.COVERING, ended_on__isnull=False)
    mine = InCare.objects.visible_to(user).filter(clinician_id=clinician.pk).values("episode_id")
    return rows.filter(episode__in=mine).select_related("episode__patient", "user").order_by("started_on", "episode__patient__family_name")


all_contacts = Remembered(lambda patient: Contact.objects.filter(patient=patient), patient=UUID)
all_diagnoses = Remembered(lambda patient: Diagnosis.objects.filter(patient=patient).select_related("code"), patient=UUID)
primary_diagnosis = Remembered(
    lambda patient: Diagnosis.objects.standing().filter(patient=patient, is_primary=True).select_related("code"), patient=UUID
)
all_commitments = Remembered(lambda patient: Commitment.objects.filter(patient=patient), patient=UUID)


def contacts_and_times(patient):
    """What `_contacts_list.html` and `_times_list.html` show: the contacts on the list, and the times that hold now or will."""
    contacts, commitments = together(all_contacts.about(patient=patient.pk), all_commitments.about(patient=patient.pk))
    return {
        "contacts": [contact for contact in contacts if contact.removed_at is None],
        "commitments": week.lines(commitments, today()),
    }


def admissions_begun(user):
    """Admissions in the making that this person may go on with, the latest saved first: each with `saved_at` and `completed`."""
    rows = Intake.objects.filter(closed_at=None, patient__in=Patient.objects.visible_to(user)).select_related("patient", "started_by")
    saved = Subquery(IntakeAnswer.objects.filter(intake=OuterRef("pk")).order_by("-saved_at").values("saved_at")[:1])
    return rows.annotate(saved_at=Coalesce(saved, "started_at"), completed=Count("steps")).order_by("-saved_at")


PRESSING = Case(When(urgency="today", then=0), When(urgency="soon", then=1), default=2)


def referrals_open(user):
    """Open referrals this person may see, the most pressing first, then by the next call; each with how it stands."""
    rows = Referral.objects.open().visible_to(user).with_standing().select_related("patient", "program")
    return rows.order_by(PRESSING, F("next_call_on").asc(nulls_first=True), "received_at", "pk")


def referrals_closed(user):
    """Those that ended in the last 90 days, of people this person may still see: the latest first."""
    since = timezone.now() - QUARTER
    rows = Referral.objects.filter(closed_at__gte=since).visible_to(user).with_standing().select_related("patient", "program")
    return rows.order_by("-closed_at", "pk")


def referral_times(user):
    """(times to the first contact, times to the admission) of the last 90 days, as lists of timedelta."""
    since = timezone.now() - QUARTER
    seen = Referral.objects.visible_to(user).filter(received_at__gte=since)
    steps = ReferralStep.objects.filter(referral__in=seen, step__in=("contacted", "admitted"))
    taken = steps.values_list("step", "at", "referral__received_at")
    contacted = [at - received for step, at, received in taken if step == "contacted"]
    return contacted, [at - received for step, at, received in taken if step == "admitted"]


def calls_due(user):
    """Open referrals whose next call is today or overdue: as agreed, else within the hours of the house after they came."""
    return referrals_open(user).to_call()


def waiting_for(user):
    """[(program with its places, those who wait whom this person may know of, how many others)], where anybody waits.

    In the order of the block grant's priority, then of the day they joined; each with `offer` (open and held), `is_next`,
    `in_care`, `busy` (lines of times) and `last_try`. Five statements.
    """
    entries = WaitlistEntry.objects.filter(closed_at=None)
    tries = ContactAttempt.objects.filter(patient=OuterRef("patient")).order_by("-at").values("at")[:1]
    rows = entries.filter(patient__in=Patient.objects.visible_to(user)).select_related("patient")
    in_care = Episode.objects.open().filter(patient=OuterRef("patient"))
    rows = list(rows.annotate(last_try=Subquery(tries), in_care=Exists(in_care)))
    held = {offer.entry_id: offer for offer in Offer.objects.holding(today()).filter(entry__in=rows)}
    busy = _busy_of(rows)
    for row in rows:
        row.offer, row.busy = held.get(row.pk), busy.get(row.patient_id, [])
    everybody = dict(entries.order_by().values_list("program").annotate(number=Count("*")))
    waiting = []
    for program in [each for each in programs() if each.pk in everybody]:
        mine = [row for row in rows if row.program_id == program.pk]
        following = next((row for row in mine if row.offer is None), None) if program.free else None
        for row in mine:
            row.is_next = row is following
        waiting.append((program, mine, everybody[program.pk] - len(mine)))
    return waiting


def _busy_of(rows):
    """{patient: lines of the times they cannot come}."""
    by_patient = {}
    for commitment in Commitment.objects.filter(patient__in=[row.patient_id for row in rows]):
        by_patient.setdefault(commitment.patient_id, []).append(commitment)
    return {key: week.lines(commitments, today()) for key, commitments in by_patient.items()}


def program_expected(patient):
    """The key of the program a place is held in for this person, else of that which the open call asks for; None without either."""
    held = Offer.objects.holding(today()).filter(entry__patient=patient).order_by("offered_at").values_list("program", flat=True)
    called = Referral.objects.open().filter(patient=patient).values_list("program", flat=True)
    return held.first() or called.first()


def next_in_line(user):
    """Waits whom this person may know of and who hold no place, where a place is free: the first of a program is next."""
    holding = Offer.objects.holding(today())
    waiting = WaitlistEntry.objects.filter(closed_at=None, patient__in=Patient.objects.visible_to(user))
    waiting = waiting.exclude(Exists(holding.filter(entry=OuterRef("pk")))).annotate(
        taken=number_of(Stay.objects.open().filter(program=OuterRef("program"))),
        held=number_of(holding.filter(program=OuterRef("program"))),
    )
    rows = waiting.filter(program__in=Program.objects.now(), program__capacity__gt=F("taken") + F("held"))
    return rows.select_related("patient", "program").order_by("program__phase__order", "program__order", *WaitlistEntry._meta.ordering)


def number_of(rows, what="program"):
    """How many rows of a program, or of something else, there are, as part of a question."""
    return Coalesce(Subquery(rows.order_by().values(what).annotate(number=Count("*")).values("number")), 0)


def merges_waiting(user):
    """Two records that somebody else says are one person, where this person may decide: the longest waiting first."""
    return Merge.objects.visible_to(user).waiting().exclude(proposed_by=user).order_by("proposed_at")
