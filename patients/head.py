"""The head of a chart: who this is, where on the continuum, what everybody must know first. Four statements."""

from dataclasses import dataclass
from functools import cached_property
from uuid import UUID

from django.db.models import OuterRef, Subquery
from django.utils.formats import date_format

from anchored.accounts.models import User
from anchored.accounts.roles import Permission
from anchored.ground.dates import today
from anchored.ground.remembered import Kept, Remembered, together, with_kept
from anchored.ui.banner import NOT_KNOWN, Act, Alert, Banner, Step, View

from .addresses import address
from .models import CareTeamMember, Channel, Episode, MoveBasis, Patient, Phase, Program, ProgramRule, SafetyFlag, Stay

GRAVE = {SafetyFlag.Kind.OVERDOSE, SafetyFlag.Kind.SELF_HARM, SafetyFlag.Kind.WITHDRAWAL, SafetyFlag.Kind.VIOLENCE}
# Empty before the first admission.
OF_AN_EPISODE = {"patients:timeline", "patients:plan", "patients:notes", "patients:groups", "patients:prevention", "patients:team"}
VIEWS = [
    ("Overview", "patients:chart", Permission.OPEN_CHARTS),
    ("Timeline", "patients:timeline", Permission.OPEN_CHARTS),
    ("Diagnoses", "patients:diagnoses", Permission.OPEN_CHARTS),
    ("Plan", "patients:plan", Permission.OPEN_CHARTS),
    ("Notes", "patients:notes", Permission.OPEN_CHARTS),
    ("Groups", "patients:groups", Permission.OPEN_CHARTS),
    ("Relapse prevention", "patients:prevention", Permission.OPEN_CHARTS),
    ("Care team", "patients:team", Permission.OPEN_CHARTS),
    ("Contacts", "patients:contacts", Permission.KEEP_CONTACTS),
    ("Times", "patients:times", Permission.KEEP_CONTACTS),
    ("Documents", "patients:documents", Permission.KEEP_PAPERS),
    ("Safety flags", "patients:flags", Permission.RAISE_FLAGS),
    ("Details", "patients:details", Permission.EDIT_DETAILS),
]


def _stays(patient):
    rules = ProgramRule.objects.on(today()).filter(program=OuterRef("program"))
    rows = Stay.objects.filter(episode__patient=patient).annotate(review_days=Subquery(rules.values("review_days")[:1]))
    rows = rows.select_related("episode")
    return rows.order_by("-episode__started_on", "-episode__opened_at", "started_on", "opened_at")


def latest_episode(patient):
    """The key of the episode that is open, or was last: as part of a question."""
    return Subquery(Episode.objects.filter(patient=patient).order_by("-started_on", "-opened_at").values("pk")[:1])


all_stays = Remembered(_stays, patient=UUID)
last_team = Remembered(lambda patient: CareTeamMember.objects.filter(episode=latest_episode(patient)), patient=UUID)
all_flags = Remembered(lambda patient: SafetyFlag.objects.filter(patient=patient), patient=UUID)
all_phases = Kept(lambda: Phase.objects.all())
all_places = Kept(lambda: Program.objects.select_related("phase", "level"))
all_bases = Kept(lambda: MoveBasis.objects.all())
all_staff = Kept(lambda: User.objects.only("username", "given_name", "family_name", "credential"))


@dataclass
class Head:
    """A patient with all stays and flags, and the care team of the latest episode."""

    patient: Patient
    stays: list
    flags: list
    team: list

    @classmethod
    def of(cls, patient):
        (head,) = cls.with_answers(patient)
        return head

    @classmethod
    def with_answers(cls, patient, *questions):
        """The head, and the rows that answer other questions about the patient, asked in the same round trip.

        A question that needs more than the patient comes with its values: `my_looks.about(user=…, patient=…)`.
        """
        return cls.from_answers(patient, together(*cls.questions(patient.pk, *questions)))

    @staticmethod
    def questions(patient, *more):
        """What a head asks, and more, ready to be sent."""
        asked = (all_stays, all_flags, last_team, *more)
        return [each if isinstance(each, tuple) else each.about(patient=patient) for each in asked]

    @classmethod
    def from_answers(cls, patient, answers):
        """The head and the other answers, from rows that were asked for with `questions`."""
        stays, flags, team, *others = answers
        with_kept(stays, program=all_places, basis=all_bases, opened_by=all_staff, accepted_by=all_staff)
        with_kept(flags, raised_by=all_staff, closed_by=all_staff)
        with_kept(team, user=all_staff, assigned_by=all_staff)
        undone = {stay.reverses_id for stay in stays}
        for stay in stays:
            stay.was_undone = stay.pk in undone
        return cls(patient, stays, flags, team), *others

    @cached_property
    def episodes(self):
        """The latest first."""
        return list({stay.episode_id: stay.episode for stay in self.stays}.values())

    @property
    def episode(self):
        return self.episodes[0] if self.episodes else None

    def stays_of(self, episode):
        """In order, without those that were undone."""
        return [stay for stay in self.stays if stay.episode_id == episode.pk and not was_undone(stay)]

    @cached_property
    def stay(self):
        """The open stay; None when not in care."""
        return next((stay for stay in self.stays if stay.ended_on is None), None)

    @property
    def primary(self):
        return next((member.user for member in self.team if member.part == "primary" and member.ended_on is None), None)

    @property
    def raised(self):
        return [flag for flag in self.flags if flag.ended_on is None]


def was_undone(stay):
    """Whether a later row took this stay back."""
    return stay.was_undone


def banner(head, user, here=""):
    """What the banner shows of a head to this person, with the acts that their role lets them do."""
    patient = head.patient
    is_chart = user.holds(Permission.OPEN_CHARTS)
    return Banner(
        family_name=patient.family_name,
        given_name=patient.given_name,
        record_number=patient.record_number,
        born=patient.birth_date,
        age=patient.age(),
        preferred_name=patient.preferred_name,
        pronouns=patient.pronouns,
        facts=_facts(head) if is_chart else (),
        alerts=(*(_alerts(head) if is_chart else ()), *_wishes(patient)),
        actions=_main_acts(head, user),
        more=_more_acts(head, user),
        steps=steps(head) if is_chart and head.stays else (),
        views=tuple(
            View(words, address(name, patient.pk), here=name == here)
            for words, name, permission in VIEWS
            if user.holds(permission) and (head.stays or name not in OF_AN_EPISODE)
        ),
    )


def _facts(head):
    stay = head.stay
    if stay:
        level = f"{stay.program}, day {stay.day()}"
    elif head.episode:
        level = f"Discharged {date_format(head.episode.ended_on)}"
    else:
        level = "Not admitted"
    clinician = head.primary.short_name if head.primary else "Not assigned"
    return (("Level", level), ("Clinician", clinician), ("Allergies", head.patient.allergies or NOT_KNOWN))


def _alerts(head):
    url = address("patients:flags", head.patient.pk)
    alerts = [
        Alert(
            "stop" if flag.kind in GRAVE else "warn",
            "exclamation-triangle-fill" if flag.kind in GRAVE else "shield-fill-check",
            f"{flag.get_kind_display()}, {date_format(flag.started_on, 'MONTH_DAY_FORMAT')}",
            url,
        )
        for flag in head.raised
    ]
    if head.patient.needs_interpreter:
        alerts.append(Alert("info", "translate", f"Interpreter: {head.patient.language or 'language not known'}"))
    return tuple(alerts)


REACHED = {
    Channel.NOT_SAID: "Wishes about being reached",
    Channel.PHONE: "Reach by phone",
    Channel.TEXT: "Reach by text message",
    Channel.EMAIL: "Reach by email",
    Channel.LETTER: "Reach by letter",
    Channel.IN_PERSON: "Reach in person only",
}


def _wishes(patient):
    """How the patient wants to be reached, once they have said so: whoever calls must see it first."""
    if not (patient.reach_by or patient.may_leave_message or patient.reach_wishes):
        return ()
    words = [REACHED[patient.reach_by]]
    if patient.may_leave_message or patient.reach_by in ("", Channel.PHONE):
        words.append("a message may be left" if patient.may_leave_message else "leave no message")
    if patient.reach_wishes and patient.reach_by:
        words.append("see the wishes")
    return (Alert("info", "telephone-fill", ", ".join(words), address("patients:contacts", patient.pk)),)


def _main_acts(head, user):
    if head.stay:
        write = Act("Write note", address("patients:new_note", head.patient.pk), key="n")
        move = Act("Move", address("patients:move", head.patient.pk), main=True, dialog=True, key="m")
        offered = ((write, Permission.WRITE_NOTES), (move, Permission.MOVE_PATIENTS))
        return tuple(act for act, permission in offered if user.holds(permission))
    if not head.stay and user.holds(Permission.DO_INTAKE):
        words = "Admit again" if head.episode else "Admit"
        return (Act(words, address("patients:start_intake", head.patient.pk), main=True),)
    return ()


def _more_acts(head, user):
    offered = [
        ("Rate the dimensions", "patients:assess", Permission.ASSESS, head.stay),
        ("Reassign", "patients:reassign", Permission.ASSIGN_CARE_TEAM, head.stay),
        ("Add to a waitlist", "patients:wait", Permission.OFFER_PLACES, True),
        ("Discharge", "patients:discharge", Permission.DISCHARGE_PATIENTS, head.stay),
        ("Print summary", "patients:summary", Permission.OPEN_CHARTS, True),
        ("Undo discharge", "patients:undo_discharge", Permission.UNDO_DISCHARGE, head.episode and not head.stay),
    ]
    return tuple(Act(words, address(name, head.patient.pk)) for words, name, permission, now in offered if now and user.holds(permission))


def steps(head):
    """The phases of the continuum as the latest episode went through them."""
    by_phase = {}
    for stay in head.stays_of(head.episode):
        by_phase.setdefault(stay.program.phase_id, []).append(stay)
    phases = all_phases()
    reached = [number for number, phase in enumerate(phases) if phase.pk in by_phase]
    return tuple(_step(phase, by_phase.get(phase.pk), before=number < max(reached)) for number, phase in enumerate(phases))


def _step(phase, stays, before):
    if not stays:
        return Step(phase.short_name, "Skipped" if before else "", "skipped" if before else "ahead")
    if stays[-1].ended_on is None:
        return Step(phase.short_name, f"Day {stays[-1].day()}", "now")
    first, last = (date_format(day, "MONTH_DAY_FORMAT") for day in (stays[0].counts_from, stays[-1].ended_on))
    return Step(phase.short_name, first if first == last else f"{first}–{last}", "done")
