"""The hours that are shown equal a recount on paper: late, early, a guest, corrected, or in a night when the clock changed."""

import re
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction
from django.test import override_settings
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from anchored.accounts.models import Supervision
from anchored.ground.dates import today
from groups import hours, planning
from groups.actions import attendance, notes
from patients.models import ServiceKind
from treatment_plans.actions import in_error
from treatment_plans.models import Note

from .grouping import enrolled, make_group, make_slot
from .making import make_admitted, make_clinician, make_patient, make_supervisor
from .noting import make_note
from .screens.visiting import get, signed_in
from .test_sessions import episode, read

ZONES = ("America/New_York", "Pacific/Auckland")
NAMES = ("Rosa Alvarez", "Joon Kim", "Thea Osei")
TEXTS = (
    {"section_part": "She told how the visit went.", "section_response": "A list of three people to call."},
    {"section_part": "He listened; then he drew his way home.", "section_response": "Leaves by the other door on Friday."},
    {"section_part": "They asked about sleep, twice.", "section_response": "Bed at ten, phone in the kitchen."},
)
STATES = ("present", "late", "left_early", "excused", "unexcused", "both")
REST = 15
QUICK = (Phase.explicit, Phase.generate)  # each week takes a second: what fails is told as it is

someone = st.fixed_dictionaries({"state": st.sampled_from(STATES), "late": st.integers(1, 99), "early": st.integers(1, 99)})
meeting = st.fixed_dictionaries(
    {
        "weekday": st.sampled_from([0, 2, 6]),  # on both edges of the week
        "starts": st.sampled_from([0, 540, 1080, 1260]),
        "length": st.sampled_from([50, 90, 165, 180]),
        "people": st.lists(someone, min_size=3, max_size=3),
        "signed": st.sampled_from([True, True, True, False]),
    }
)
weeks = st.fixed_dictionaries(
    {
        "zone": st.sampled_from(ZONES),
        "week": st.sampled_from(["this", "ordinary", "longer", "shorter"]),
        "meetings": st.lists(meeting, min_size=1, max_size=4, unique_by=lambda one: (one["weekday"], one["starts"])),
        "alone": st.lists(st.tuples(st.integers(0, 6), st.integers(20, 60)), max_size=2, unique_by=lambda one: one[0]),
        "struck": st.booleans(),
    }
)


def monday_of(week, zone):
    """The Monday of this week, or one of the past year: of a week in which the clock is put back or forward, or of another."""
    first = today() - timedelta(days=today().weekday())
    if week == "this":
        return first
    mondays = [first - timedelta(weeks=number) for number in range(2, 56)]
    lengths = {monday: instant(monday + timedelta(days=7), 0, zone) - instant(monday, 0, zone) for monday in mondays}
    hours_of = {"ordinary": 168, "longer": 169, "shorter": 167}
    return next(monday for monday in mondays if lengths[monday] == timedelta(hours=hours_of[week]))


def instant(day, minutes, zone):
    """What the clock on the wall means, reckoned without the product."""
    days, minutes = divmod(minutes, 1440)
    return datetime.combine(day + timedelta(days=days), time(*divmod(minutes, 60)), ZoneInfo(zone)).astimezone(UTC)


def real_minutes(day, meeting, zone):
    """Minutes between two readings of the wall clock, without the break."""
    length = instant(day, meeting["starts"] + meeting["length"], zone) - instant(day, meeting["starts"], zone)
    return int(length.total_seconds()) // 60 - REST


def missed(person, minutes):
    """(late, early) of somebody, scaled to the meeting."""
    late = person["late"] * (minutes - 1) // 240 if person["state"] in ("late", "both") else 0
    early = person["early"] * (minutes - 1) // 240 if person["state"] in ("left_early", "both") else 0
    return late, early


def state_of(person):
    return "left_early" if person["state"] == "both" else person["state"]


class House:
    """A group of two members, and a third who comes as a guest."""

    def __init__(self, week):
        self.zone, self.monday = week["zone"], monday_of(week["week"], week["zone"])
        since = self.monday - timedelta(days=3)
        self.leader, self.supervisor = make_clinician(works_in=["IOP Day"]), make_supervisor(works_in=["IOP Day"])
        Supervision.objects.create(supervisor=self.supervisor, clinician=self.leader)
        self.group = make_group(self.leader)
        people = [make_patient(self.leader, given_name=name.split()[0], family_name=name.split()[1]) for name in NAMES]
        self.people = [make_admitted(self.leader, to="IOP Day", patient=patient, on=since) for patient in people]
        for patient in self.people[:2]:
            enrolled(patient, self.group, by=self.leader, on=since)
        self.expected, self.sessions = [0, 0, 0], []

    def meet(self, meeting):
        """Hold one meeting: marked, written, and signed where it is."""
        day = self.monday + timedelta(days=meeting["weekday"])
        slot = make_slot(
            self.group, weekday=meeting["weekday"], starts=meeting["starts"], ends=meeting["starts"] + meeting["length"], rest=REST,
            started_on=self.monday - timedelta(days=7),
        )  # fmt: skip
        session = planning.session_of(slot, day)
        if session.ended_at > timezone.now():
            return
        session.save()
        self.sessions.append(session)
        attendance.add_guest(session, self.people[2], because="Make-up", by=self.leader)
        for number, (patient, person) in enumerate(zip(self.people, meeting["people"], strict=True)):
            self._mark(session, number, patient, person, real_minutes(day, meeting, self.zone), meeting["signed"])
        if meeting["signed"]:
            everybody = list(session.attendance.values_list("episode", flat=True))
            notes.sign(session, everybody, by=self.leader, read=read(session))

    def _mark(self, session, number, patient, person, minutes, signed):
        late, early = missed(person, minutes)
        state = state_of(person)
        late = late if state == "late" else 0
        mark = attendance.mark(session, episode(patient), by=self.leader, state=state, late=late, early=early, reason="Ill").mark
        if not mark.came:
            return
        typed = {**TEXTS[number], "section_part": f"{TEXTS[number]['section_part']} {session.started_at:%A %H}"}
        notes.keep_part(session, episode(patient), typed=typed, version=0, by=self.leader)
        if signed:
            self.expected[number] += minutes - late - early

    def alone(self, weekday, minutes):
        """An individual hour of the first one, at noon of the clinic's clock."""
        on = self.monday + timedelta(days=weekday)
        if instant(on, 14 * 60, self.zone) > timezone.now():
            return
        make_note(self.people[0], by=self.leader, on=on.isoformat(), starts="12:10", minutes=str(minutes))
        if ServiceKind.objects.get(code="individual").counts:
            self.expected[0] += minutes

    def strike_one(self):
        """A note of the week was entered in error, and a second person agrees."""
        note = Note.objects.signed().first()
        if note is None:
            return
        in_error.say(note, because="Written on the wrong chart.", by=self.leader)
        in_error.strike(note, by=self.supervisor)
        number = [patient.pk for patient in self.people].index(note.episode.patient_id)
        self.expected[number] -= note.service.minutes


def as_shown(minutes):
    return f"{minutes / 60:.1f}".removesuffix(".0")


def shown_on(client, address, names=NAMES):
    """{name: hours} as a page says them beside each name."""
    text = get(client, address).text
    nobody_else = r"(?:(?!\b[A-Z]{2,}, ).)*?"
    return {name: re.search(rf"{name.split()[1].upper()}, {name.split()[0]}{nobody_else}([\d.]+) of \d+ h", text)[1] for name in names}


def pages_of_this_week(house, told):
    """Every page that shows the hours of this week beside somebody says the same."""
    desk, members = signed_in(house.leader), NAMES[:2]
    lists = [reverse(name) for name in ("today", "patients:list", "continuum")]
    for address in (*lists, f"{reverse('continuum')}?view=table", f"{reverse('caseload', args=[house.leader.pk])}"):
        who = signed_in(house.supervisor) if "caseload" in address else desk
        assert shown_on(who, address) == told, address
    assert shown_on(desk, reverse("group", args=[house.group.pk]), members) == {name: told[name] for name in members}
    for name, patient in zip(NAMES, house.people, strict=True):
        for page in ("chart", "groups"):
            assert f"{told[name]} of 9 h" in get(desk, reverse(f"patients:{page}", args=[patient.pk])).text, (page, name)


@pytest.mark.django_db
@settings(max_examples=25, deadline=None, phases=QUICK, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(week=weeks)
def test_the_hours_that_are_shown_are_those_of_a_recount_on_paper(week):
    zone = ZoneInfo(week["zone"])
    with override_settings(TIME_ZONE=week["zone"]), timezone.override(zone), transaction.atomic():
        house = House(week)
        for each in week["meetings"]:
            house.meet(each)
        for weekday, minutes in week["alone"]:
            house.alone(weekday, minutes)
        if week["struck"]:
            house.strike_one()

        ledger = hours.of_week([episode(patient).pk for patient in house.people], house.monday)
        assert [ledger[episode(patient).pk].minutes for patient in house.people] == house.expected
        told = dict(zip(NAMES, map(as_shown, house.expected), strict=True))
        for session in house.sessions:
            assert shown_on(signed_in(house.leader), reverse("session", args=[session.pk])) == told
        if week["week"] == "this":
            pages_of_this_week(house, told)
        transaction.set_rollback(True)
