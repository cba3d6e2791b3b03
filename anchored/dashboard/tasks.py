"""Needs you: everything that is due, as one list. Each kind is a small function; another room adds one by adding to KINDS.

Nothing here is typed in: every item follows from dates in the record, and goes when what it asks for is done.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from itertools import chain
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from anchored.accounts.models import User
from anchored.accounts.roles import Permission
from anchored.ground.dates import today
from anchored.ground.remembered import Remembered
from groups import absences
from patients import meter, papers, queries
from patients.addresses import address
from patients.models import CareTeamMember
from patients.models.referral import Step
from patients.models.relation import days_of_grace
from treatment_plans import due as plan_dates
from treatment_plans import leaving, note_queries

from . import agenda, desk

NEWS_DAYS = 7
OWN = 200
Part = CareTeamMember.Part
ROWS = 50
WORDS = {
    "overdue": ("stop", "Overdue"),
    "today": ("live", "Today"),
    "open": ("quiet", "Open"),
    "new": ("info", "New"),
    "soon": ("quiet", "Soon"),
}
ORDER = list(WORDS)


@dataclass(frozen=True)
class Item:
    """One thing to do: what, who it is about, why (the rule and its dates), what clears it, and where that is done.

    `when` is the day it is due; None for what has no day. `accept`: where one button does it at once.
    """

    when: date | None
    what: str
    who: str
    why: str
    clears: str
    url: str
    patients: tuple[UUID, ...] = ()
    said: str = ""
    is_news: bool = False
    accept: str = ""

    @property
    def due(self):
        if self.when is None:
            return "new" if self.is_news else "open"
        day = today()
        return "overdue" if self.when < day else "today" if self.when == day else "soon"

    @property
    def tone(self):
        return WORDS[self.due][0]

    @property
    def word(self):
        return WORDS[self.due][1]


@dataclass
class Day:
    """What several kinds of items and the page itself ask, each asked once. `on` is the day whose sessions are shown."""

    user: User
    on: date

    def holds(self, permission):
        return self.user.holds(permission)

    @cached_property
    def rules(self):
        return {program.pk: program for program in queries.rules()}

    @cached_property
    def led_and_booked(self):
        return agenda.rows_of(self.user, self.on)

    @cached_property
    def lines(self):
        return queries.lines_of_the_day(self.user, assigns=self.holds(Permission.ASSIGN_CARE_TEAM))

    @cached_property
    def mine(self):
        """My patients, with the hours of their week."""
        return meter.fill(line for line in self.lines if line.is_mine)

    @cached_property
    def posts(self):
        """Patients assigned to this person lately, those they cover, and posts that owe a discharge summary, in one statement."""
        return posts_lately(user=self.user.pk)

    @cached_property
    def desk(self):
        """{kind: rows} of what comes seldom, in one statement."""
        return desk.waiting(self.user)

    @cached_property
    def notes(self):
        return note_queries.waiting(self.user, cosigns=self.holds(Permission.COSIGN))


def _posts(user):
    since = today() - timedelta(days=NEWS_DAYS)
    wanted = queries.joined(user, since) | queries.covering() | leaving.OWING
    rows = leaving.with_last_program(queries.posts_of(User(pk=user)).filter(wanted))
    return rows.select_related("episode__patient", "assigned_by", "closed_with__reason")[:OWN]


posts_lately = Remembered(_posts, user=int, varies_with=days_of_grace)


def items(day):
    """The whole list: overdue first, then today, what has no day, what is new, and what is soon; the earliest first."""
    return sorted(chain.from_iterable(kind(day) for kind in KINDS), key=lambda item: (ORDER.index(item.due), item.when or date.max))


def short(day):
    """23 Nov."""
    return date_format(day, "MONTH_DAY_FORMAT")


def _day_of(moment):
    return short(timezone.localdate(moment))


def _soon(when):
    return when is not None and when <= today() + queries.SOON


def _line_url(name, line):
    return address(name, line.patient_id)


def sessions_to_finish(day):
    """Sessions that are over: attendance not taken, notes not signed."""
    for row in day.led_and_booked[0]:
        if row.cancelled_at or row.ended_at > timezone.now():
            continue
        hours = row.due_hours
        when = timezone.localdate(row.ended_at + timedelta(hours=hours)) if hours is not None else None
        why = f"held {_day_of(row.started_at)}" + (f", due within {hours} hours: {short(when)}" if when else "")
        url = reverse("session", args=[row.pk])
        if row.left:
            what = f"Take attendance of {row.left} {'person' if row.left == 1 else 'people'}"
            yield Item(when, what, str(row.group), why, "Marking everybody clears it", url)
        elif row.signed < row.came:
            number = row.came - row.signed
            yield Item(when, f"Sign {number} note{'' if number == 1 else 's'}", str(row.group), why, "Signing clears it", url)


def appointments_to_close(day):
    """Appointments that are over, about which no note is begun, and nobody said that they were not held."""
    for row in day.led_and_booked[1]:
        if row.is_planned and row.note_id is None and row.ends_at < timezone.now():
            why = f"{str(row.kind).lower()}, {_day_of(row.starts_at)} {timezone.localtime(row.starts_at):%H:%M}"
            url, clears = agenda.note_url(row), "The signed note clears it, or saying that it was not held"
            yield Item(timezone.localdate(row.starts_at), "Write the note", str(row.patient), why, clears, url, (row.patient_id,))


def plans_due(day):
    """The first plan or the review of my patients: within the days of warning, or overdue."""
    looked = plan_dates.plans_of([line.episode_id for line in day.mine])
    for line in day.mine:
        due = plan_dates.of(day.rules.get(line.program_id), line.counts_from, looked.get(line.episode_id))
        if due and due.is_near:
            clears = "A signed plan clears it" if due.what == "First plan" else "A signed review clears it"
            yield Item(
                due.on, due.what, str(line), f"{short(due.on)}, {due.why}", clears, _line_url("patients:plan", line), (line.patient_id,)
            )


def reviews_due(day):
    """The level of care of my patients, rated anew as often as the rule of the program says."""
    page = "patients:assess" if day.holds(Permission.ASSESS) else "patients:chart"
    for line in day.mine:
        if _soon(line.review_due):
            why = f"{short(line.review_due)}, every {line.review_days} days"
            what, clears = "Level-of-care review", "A signed rating clears it"
            yield Item(line.review_due, what, str(line), why, clears, _line_url(page, line), (line.patient_id,))


def papers_due(day):
    """Papers of the packet that my patients have not answered."""
    if not day.holds(Permission.KEEP_PAPERS):
        return
    missing = papers.missing_of(day.mine)
    for line in day.mine:
        needs = [need for need in missing.get(line.patient_id, []) if _soon(need.due_on)]
        if needs:
            when = min(need.due_on for need in needs)
            what = f"{len(needs)} paper{'' if len(needs) == 1 else 's'} to sign"
            why = f"{short(when)}, as the packet of {line.program_name} asks"
            clears, url = "Signing or declining clears it", _line_url("patients:documents", line)
            yield Item(when, what, str(line), why, clears, url, (line.patient_id,))


def notes_to_finish(day):
    """My drafts, and notes that came back to me."""
    for note in day.notes.to_finish:
        patient, key = str(note.patient), (note.patient_id,)
        if note.returned_at:
            why, url = f"returned {_day_of(note.returned_at)}", reverse("note", args=[note.pk])
            yield Item(None, "Returned note", patient, why, "Signing the correction clears it", url, key)
        else:
            why = f"saved {_day_of(note.saved_at)} {timezone.localtime(note.saved_at):%H:%M}"
            url = address("patients:draft", note.patient_id, note.pk)
            yield Item(None, "Finish the note", patient, why, "Signing or discarding clears it", url, key)


def notes_to_look_at(day):
    """What waits for my cosignature, and what somebody says was entered in error."""
    for note in day.notes.to_cosign:
        yield _to_look_at(note, "Cosign", "Cosigning or returning clears it", reverse("note", args=[note.pk]))
    for note in day.notes.to_decide:
        yield _to_look_at(note, "Entered in error?", "A second person decides", f"{reverse('note', args=[note.pk])}#in-error")


def _to_look_at(note, what, clears, url):
    why = f"{str(note.service.kind).lower()} by {note.author.short_name}, signed {_day_of(note.sealed_at)}"
    return Item(None, what, str(note.patient), why, clears, url, (note.patient_id,))


def corrections_to_decide(day):
    """Corrections of signed attendance that a colleague asked for, and a second person decides."""
    for row in day.desk.get("correction", ()):
        why = f"{row.words} {short(row.day)}, asked by {row.by} {_day_of(row.moment)}"
        clears, url = "Agreeing or leaving it as it is clears it", reverse("correct_attendance", args=[row.key])
        yield Item(None, "Correct attendance?", row.who, why, clears, url, (row.patient_id,))


def summaries_owed(day):
    """Discharge summaries of those whose primary clinician I was last."""
    for each in leaving.owed([post for post in day.posts if post.part == Part.PRIMARY and post.closed_with_id], day.rules):
        why = f"discharged {short(each.discharge.on)}"
        if each.due_on:
            days = (each.due_on - each.discharge.on).days
            why += f", due within {days} days: {short(each.due_on)}"
        url = address("patients:discharge_summary", each.patient.pk)
        yield Item(each.due_on, "Discharge summary", str(each), why, "Signing it clears it", url, (each.patient.pk,))


def calls_due(day):
    """People who called for help, whose next call is due: as agreed, else within the hours of the house."""
    for row in day.desk.get("call", ()):
        since = (timezone.now() - row.moment).days
        why = f"{Step(row.words).label.lower()}, {since} day{'' if since == 1 else 's'} since the call"
        when = row.day or timezone.localdate(row.moment + timedelta(hours=settings.REFERRAL_CALL_HOURS))
        url = reverse("referral", args=[row.key])
        yield Item(when, "Call", row.who, why, "Logging the call clears it", url, (row.patient_id,))


def hand_overs(day):
    """Patients moved to a program of mine whom nobody there has accepted."""
    for line in day.lines:
        if line.is_handed:
            why, url = f"moved to {line.program_name} {short(line.started_on)}", _line_url("patients:chart", line)
            accept = _line_url("patients:accept", line)
            yield Item(None, "Accept", str(line), why, "Accepting clears it", url, (line.patient_id,), accept=accept)


def without_clinician(day):
    """For who assigns: people in care without a primary clinician."""
    for line in day.lines:
        if line.clinician_id is None and day.holds(Permission.ASSIGN_CARE_TEAM):
            why, url = f"{line.program_name}, day {line.day}", _line_url("patients:reassign", line)
            yield Item(None, "Assign a clinician", str(line), why, "Assigning clears it", url, (line.patient_id,))


def new_to_me(day):
    """Patients assigned to me lately by somebody else, with the hand-over note."""
    for post in day.posts:
        if post.ended_on is None:
            patient = post.episode.patient
            why = f"{post.get_part_display().lower()} since {short(post.started_on)}"
            why += f", from {post.assigned_by.short_name}" if post.assigned_by else ""
            clears, url = f"Goes after {NEWS_DAYS} days", address("patients:team", patient.pk)
            yield Item(None, "New to me", str(patient), why, clears, url, (patient.pk,), said=post.handover_note[:160], is_news=True)


def covers(day):
    """Patients whom I look after for some days in place of their clinician."""
    covered = [post for post in day.posts if post.part == Part.COVERING and post.ended_on]
    for post in sorted(covered, key=lambda post: (post.ended_on, post.assigned_at)):
        patient = post.episode.patient
        why = f"until {short(post.ended_on - timedelta(days=1))}, from {post.assigned_by.short_name}"
        clears, url = "Goes when the cover ends", address("patients:chart", patient.pk)
        yield Item(None, "You cover", str(patient), why, clears, url, (patient.pk,), said=post.handover_note[:160], is_news=True)


def absences_to_call(day):
    """My patients who missed a group and whom nobody has spoken with since."""
    for each in absences.to_call_among(absences.standings_of(day.mine, only_when=True)):
        why = f"{each.last.get_state_display().lower()} absence, {each.last.session.group} {short(each.last.session.held_on)}"
        if each.tried:
            why += f", tried {len(each.tried)} time{'' if len(each.tried) == 1 else 's'}"
        clears, url = "An attempt that reaches them clears it", address("patients:absences", each.patient_id)
        when = each.call_due and timezone.localdate(each.call_due)
        yield Item(when, "Call after absence", str(each.line), why, clears, url, (each.patient_id,))


def follow_ups(day):
    """What reviews of caseloads ask me to do."""
    for row in day.desk.get("follow-up", ()):
        why, url = f"asked by {row.by}, due {short(row.day)}", reverse("answer_follow_up", args=[row.key])
        yield Item(row.day, "Follow-up", row.who, why, "Answering it clears it", url, (row.patient_id,), said=row.words[:160])


def places_in_groups(day):
    """Groups with a free place, and who waits the longest. Whom it fits stands on the group's page."""
    for row in desk.first_of_each(day.desk.get("group", ())):
        why = f"{row.number} free in {row.words}, waits since {short(row.day)}"
        url = reverse("group", args=[row.key])
        yield Item(None, "Give a place in a group", row.who, why, "Enrolling clears it", url, (row.patient_id,))


def admissions_begun(day):
    """Admissions in the making that I may go on with."""
    for row in reversed(day.desk.get("admission", ())):
        steps = f"{row.number} step{'' if row.number == 1 else 's'} completed"
        why = f"{steps}, saved {_day_of(row.moment)} {timezone.localtime(row.moment):%H:%M}"
        url = reverse("intake", args=[row.key])
        yield Item(None, "Continue the admission", row.who, why, "Admitting or ending it clears it", url, (row.patient_id,))


def places_free(day):
    """Who is next where a place is free."""
    for row in desk.first_of_each(day.desk.get("place", ())):
        waits = (today() - row.day).days
        why = f"{row.number} free in {row.words}, waits {waits} day{'' if waits == 1 else 's'}"
        url = reverse("offer_place", args=[row.key])
        yield Item(None, "Offer a place", row.who, why, "Offering it clears it", url, (row.patient_id,))


def merges_to_decide(day):
    """Two records that somebody says are one person."""
    for row in day.desk.get("merge", ()):
        why = f"no. {row.number} and no. {row.more}, proposed by {row.by} {_day_of(row.moment)}"
        keys, url = (row.patient_id, row.other), reverse("merge", args=[row.key])
        yield Item(None, "One person, two records?", row.who, why, "Deciding clears it", url, keys)


# A kind takes the Day and gives its items.
KINDS = [
    hand_overs,
    absences_to_call,
    sessions_to_finish,
    appointments_to_close,
    plans_due,
    reviews_due,
    papers_due,
    notes_to_finish,
    notes_to_look_at,
    corrections_to_decide,
    summaries_owed,
    calls_due,
    without_clinician,
    new_to_me,
    covers,
    follow_ups,
    admissions_begun,
    places_free,
    places_in_groups,
    merges_to_decide,
]
