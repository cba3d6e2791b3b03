"""A calendar that somebody's phone reads by a secret link: their sessions, no names, right when the clock changes."""

import logging
from datetime import date, timedelta

import pytest
import time_machine
from django.db import DatabaseError, transaction
from django.test import Client, override_settings
from django.utils import timezone
from icalendar import Calendar

from anchored.accounts.roles import Role
from anchored.audit.models import TrailEntry
from anchored.exchange import calendars
from anchored.exchange.models import CalendarLink
from anchored.ground.dates import today
from anchored.ui.logs import OneLine
from groups.actions import plan, sessions
from groups.models import Session
from tests.grouping import enrolled, make_group, make_session, make_slot
from tests.making import make_admitted, make_clinician, make_user

from .screens.visiting import follow, get, signed_in

pytestmark = pytest.mark.django_db
PAGE = "/accounts/preferences/calendar/"
TOMORROW = today() + timedelta(days=1)


@pytest.fixture
def clinician():
    return make_clinician(works_in=["IOP Day"])


@pytest.fixture
def group(clinician):
    return make_group(clinician, name="Refusal skills", room="Room 2")


def address(user):
    return f"/calendar/{calendars.token_of(calendars.link_of(user))}.ics"


def read(user):
    answer = Client().get(address(user))
    assert answer.status_code == 200
    return list(Calendar.from_ical(answer.content).walk("VEVENT")), answer


def test_the_link_is_made_shown_renewed_and_revoked(clinician):
    client = signed_in(clinician)
    assert "You have no link." in get(client, PAGE).text
    assert f'href="{PAGE}"' in get(client, "/accounts/preferences/").html

    first = address(clinician) if follow(client, PAGE, {"act": "make"}) else ""
    assert first in get(client, PAGE).html
    assert Client().get(first).status_code == 200
    follow(client, PAGE, {"act": "make"})
    assert [Client().get(each).status_code for each in (first, address(clinician))] == [404, 200]
    second = address(clinician)
    follow(client, PAGE, {"act": "revoke"})
    assert Client().get(second).status_code == 404

    told = list(TrailEntry.objects.filter(event__startswith="calendar.").order_by("sequence").values_list("event", flat=True))
    assert told == ["calendar.made", "calendar.fetched", "calendar.revoked", "calendar.made", "calendar.fetched", "calendar.revoked"]


def test_only_the_digest_is_kept_and_what_is_revoked_stays_so(clinician):
    link = calendars.make(clinician)
    assert calendars.token_of(link) not in str(CalendarLink.objects.values_list())
    calendars.revoke(clinician)
    with pytest.raises(DatabaseError, match="stays revoked"), transaction.atomic():
        CalendarLink.objects.update(revoked_at=None)


def test_a_session_says_when_and_where_and_names_nobody(clinician, group):
    patient = make_admitted(clinician, to="IOP Day")
    enrolled(patient, group, by=clinician)
    session = make_session(group)
    calendars.make(clinician)

    (event,), answer = read(clinician)

    assert event.decoded("dtstart") == session.started_at
    assert (event["summary"], event["location"], event["status"]) == ("Group", "Room 2", "CONFIRMED")
    for words in ("Refusal", patient.family_name, str(patient.record_number), str(patient.pk)):
        assert words not in answer.content.decode()
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert (answer["Cache-Control"], answer["Referrer-Policy"]) == ("no-store", "no-referrer")


def test_what_is_cancelled_says_so_and_what_a_colleague_covers_is_theirs(clinician, group):
    colleague = make_clinician(works_in=["IOP Day"])
    cancelled, covered = make_session(group), make_session(group, ago=timedelta(hours=30))
    sessions.cancel(cancelled, because="Snow.", by=clinician)
    sessions.cover(covered, colleague=colleague, by=clinician)
    for each in (clinician, colleague):
        calendars.make(each)

    assert [(event["uid"], event["status"]) for event in read(clinician)[0]] == [(f"{cancelled.pk}@anchored", "CANCELLED")]
    assert [event["uid"] for event in read(colleague)[0]] == [f"{covered.pk}@anchored"]
    assert "Snow" not in read(clinician)[1].content.decode()


@pytest.mark.parametrize(("day", "hours"), [(date(2026, 10, 30), ["13", "14"]), (date(2027, 3, 12), ["14", "13"])])
def test_the_hour_on_the_wall_stays_when_the_clock_changes(clinician, group, day, hours):
    zone = "America/New_York"
    with override_settings(TIME_ZONE=zone), timezone.override(zone), time_machine.travel(f"{day}T12:00:00Z", tick=False):
        make_slot(group, weekday=day.weekday(), starts=540, ends=600, rest=0)
        plan.follow()
        calendars.make(clinician)
        starts = [event.decoded("dtstart") for event in read(clinician)[0]][:2]

    assert [f"{each:%H}" for each in starts] == hours


def test_the_trail_tells_once_a_day_and_the_statements_do_not_grow(clinician, group, django_assert_num_queries):
    make_slot(group)
    plan.follow()
    calendars.make(clinician)
    for _ in range(3):
        read(clinician)
    assert TrailEntry.objects.filter(event="calendar.fetched").count() == 1
    assert Session.objects.count() > 5
    where = address(clinician)
    with django_assert_num_queries(6):
        Client().get(where)


def test_a_wrong_token_and_somebody_who_left_find_nothing(clinician):
    calendars.make(clinician)
    where = address(clinician)
    assert Client().get(f"/calendar/{'0' * 64}.ics").status_code == 404
    assert Client().post(where).status_code == 405
    clinician.is_active = False
    clinician.save()
    assert Client().get(where).status_code == 404


def test_the_front_desk_leads_no_groups():
    assert get(signed_in(make_user(Role.FRONT_DESK)), PAGE).status == 403


def test_no_log_line_holds_the_token():
    line = logging.LogRecord("django.request", logging.WARNING, "", 0, "Not Found: %s", ("/calendar/abc123.ics",), None)
    assert "abc123" not in OneLine().format(line)
