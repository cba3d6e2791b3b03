"""The administration: people, programs and lists to edit; clinical tables by number only; every look recorded."""

import re
from datetime import timedelta
from importlib import import_module

import pytest
from django.contrib import admin
from django.test import Client

from anchored.accounts.models import RoleGrant, User
from anchored.accounts.roles import Role
from anchored.audit.manners import Recorded, ViewOnly
from anchored.audit.models import TrailEntry
from anchored.ground.dates import today
from groups.actions import absences, attendance, make_ups, sessions
from patients.actions import assessments, commitments, contacts, episodes, flags, intakes, referrals, waitlist
from patients.admin_records import Clinical
from patients.models import AllowedMove, DiagnosisCode, DischargeReason, Program
from tests import papers
from tests.grouping import enrolled, make_group, make_session, waits
from tests.leaving import make_continuing_care, make_summary
from tests.making import (
    PASSWORD,
    basis,
    make_admitted,
    make_clinician,
    make_diagnosis,
    make_patient,
    make_supervisor,
    make_user,
    open_stay,
    program,
)
from tests.noting import make_appointment, make_note
from tests.planning import make_plan, sign
from tests.preventing import make_prevention
from treatment_plans.actions import appointments, prevention, reviews

from .pages import Page
from .visiting import cost, follow, get, send, signed_in, silence

pytestmark = pytest.mark.django_db

INDEX = "/admin/"
PEOPLE = "/admin/accounts/user/"
WHY = "Withdrawal is over; she asks for groups."
import_module("anchored.urls")  # settles what is registered
TABLES = list(admin.site._registry.values())
CLINICAL = [table for table in TABLES if isinstance(table, Clinical)]
WRITTEN_ONLY = [table for table in TABLES if isinstance(table, ViewOnly)]
EDITABLE = [table for table in TABLES if table not in WRITTEN_ONLY]


def address(table, *more):
    return "/".join(["/admin", table.opts.app_label, table.opts.model_name, *map(str, more), ""])


@pytest.fixture
def administrator():
    return make_user(Role.ADMINISTRATOR, given_name="Ada", family_name="Osei", credential="")


@pytest.fixture
def desk(administrator):
    return signed_in(administrator)


@pytest.fixture
def told():
    """A patient with words in every clinical table."""
    clinician = make_clinician(given_name="Sara", family_name="Lindqvist")
    facts = {"given_name": "Rosalinda", "family_name": "Alvarez", "preferred_name": "Rosi", "allergies": "Penicillin", "phone": "555 0142"}
    use = {"substance": "2", "route": "1", "frequency": "3", "first_use_age": 17}
    patient = make_patient(clinician, **facts)
    referrals.receive(patient, by=clinician, caller_name="Elena Lopez", why_now="Her job is at stake.")
    intakes.start(patient, by=clinician)
    waitlist.wait(patient, program=program("PHP"), by=clinician, risk="Alone at night.")
    patient = make_admitted(clinician, patient=patient, substances=[use])
    flags.raise_flag(patient, kind="overdose", note="Fentanyl in August.", by=clinician)
    contacts.add(patient, by=clinician, name="Elena Lopez", relationship="sibling", phone="555 0142", caution="Writes it down.")
    commitments.add(patient, by=clinician, kind="work", weekdays=[0], starts=540, ends=1020, note="Warehouse")
    make_diagnosis(patient, by=clinician, severity="severe")
    papers.take(patient, by=clinician, how="declined", reason="Alone too seldom.")
    papers.make_scan(patient, by=clinician, title="Card with photograph")
    assessments.assess(open_stay(patient), by=clinician, made_on=today(), occasion="continued", rating_1="3", comment_1="Shaking badly.")
    plan = sign(make_plan(patient, by=clinician), by=clinician)
    reviews.review(plan, by=clinician, objectives=[], summary="Steady enough.", decision="continue")
    make_note(patient, by=clinician)
    appointments.cancel(make_appointment(patient, by=clinician), outcome="by_patient", because="Car trouble again.", by=clinician)
    make_prevention(patient, by=clinician)
    prevention.go_through(patient, by=clinician)
    group = make_group(clinician, programs=[open_stay(patient).program.name])
    enrolled(patient, group, by=clinician)
    full = make_group(clinician, programs=[open_stay(patient).program.name], capacity=1)
    enrolled(make_admitted(clinician, to=open_stay(patient).program.name), full, by=clinician)
    waits(patient, full, by=clinician)
    other, here = (
        make_session(make_group(clinician, programs=[open_stay(patient).program.name]), ago=timedelta(days=-1)),
        open_stay(patient).episode,
    )
    make_ups.take(other, here, by=clinician)
    absences.log_attempt(here, channel="phone", outcome="message", note="Left her name with the aunt.", by=clinician)
    absences.decide(here, decision="go_on", reason="She calls the evening before.", by=make_supervisor())
    attendance.mark(make_session(group), open_stay(patient).episode, by=clinician, state="excused", reason="Family")
    called_off = sessions.cancel(make_session(group), because="Snow.", by=clinician)
    sessions.tell(called_off, open_stay(patient).episode, by=clinician)
    stay = episodes.move(open_stay(patient), to=program("PHP"), on=today(), basis=basis(), reason=WHY, by=clinician)
    episodes.discharge(stay, on=today(), reason=DischargeReason.objects.get(code="elopement"), note="Left at night.", by=clinician)
    make_continuing_care(patient, by=clinician, supports="Her aunt on Elm Street.")
    make_summary(patient, by=clinician)
    return patient


# Who may


def test_the_administration_is_the_administrators(desk):
    page = get(desk, INDEX)

    assert page.status == 200
    for words in ("People", "Programs", "Allowed moves", "Discharge reasons", "Trail"):
        assert page.leads_to(words)


@pytest.mark.parametrize("role", [role for role in Role if role != Role.ADMINISTRATOR])
def test_nobody_else_enters(role):
    client = signed_in(make_user(role))

    for where in (INDEX, PEOPLE, "/admin/patients/stay/"):
        answer = client.get(where, follow=True)
        assert answer.status_code == 403
        assert "No access" in answer.content.decode()


def test_the_administrations_own_sign_in_is_the_houses(db):
    for where in (INDEX, "/admin/login/", "/admin/patients/stay/"):
        answer = Client().get(where, follow=True)
        assert answer.redirect_chain[-1][0].replace("%2F", "/").startswith("/accounts/login/?next=/admin/")
    assert Client().post("/admin/login/", {"username": "boss", "password": PASSWORD})["Location"].startswith("/accounts/login/")


# Every table


def test_every_table_says_in_a_sentence_what_it_is_and_every_look_is_recorded(desk, administrator):
    for table in TABLES:
        page = get(desk, address(table))
        assert page.status == 200
        assert isinstance(table, Recorded), table
        assert table.explanation.endswith("."), table
        assert table.explanation in page.text, table
        assert len(table.list_display) <= 8, table
        assert table.search_fields, table
        assert "Delete" not in page.text, table

    looks = TrailEntry.objects.filter(event="admin.listed", actor=administrator).order_by("sequence")
    assert [entry.facts for entry in looks] == [{"about": table.opts.label_lower} for table in TABLES]


def test_nothing_is_deleted_in_the_administration(desk, told):
    for table in TABLES:
        row = table.model.objects.first()
        if row:
            assert desk.post(address(table, row.pk, "delete"), {"post": "yes"}).status_code == 403, table
    for table in (*CLINICAL[:2], *EDITABLE[:1]):
        row = table.model.objects.first()
        desk.post(address(table), {"action": "delete_selected", "_selected_action": [row.pk]})
        assert table.model.objects.filter(pk=row.pk).exists(), table


def test_an_address_cannot_ask_a_column_that_is_no_filter(desk, told):
    hidden = {"user": "password", "trailentry": "facts", "patient": "family_name", "stay": "reason", "safetyflag": "note"}

    answers = {
        table: desk.get(address(table), {f"{hidden.get(table.opts.model_name, 'id')}__contains": "A"}).status_code for table in TABLES
    }

    assert answers == dict.fromkeys(TABLES, 400)


def test_every_filter_that_is_shown_works(desk, told):
    """One choice of each."""
    for table in (*CLINICAL, *EDITABLE[-2:]):
        filters = get(desk, address(table)).html.split('id="changelist-filter"')[-1]
        choices = {href.partition("=")[0]: href for href in re.findall(r'href="(\?[^"&;]+)"', filters)}
        assert len(choices) >= len(table.list_filter), table
        for href in choices.values():
            assert desk.get(address(table) + href).status_code == 200, (table, href)


# Clinical tables


def shown(page):
    """The words of the table alone, without its filters."""
    return page.html.split('id="changelist"')[1].split('id="changelist-filter"')[0]


def test_the_clinical_tables_are_there_and_only_looked_at():
    names = {table.opts.object_name for table in CLINICAL}

    assert names == {
        "Patient",
        "Episode",
        "Stay",
        "Discharge",
        "Admission",
        "Assessment",
        "CareTeamMember",
        "SafetyFlag",
        "Referral",
        "Intake",
        "WaitlistEntry",
        "Contact",
        "Commitment",
        "Diagnosis",
        "Paper",
        "Scan",
        "Plan",
        "Note",
        "Appointment",
        "PlanReview",
        "ContinuingCare",
        "DischargeSummary",
        "PreventionEntry",
        "PreventionLook",
        "Service",
        "Enrolment",
        "Waiting",
        "Attendance",
        "Told",
        "MakeUp",
        "Outreach",
        "AbsenceDecision",
    }
    assert set(WRITTEN_ONLY) > set(CLINICAL)


def test_a_clinical_table_shows_the_record_number_and_no_word_of_the_record(desk, told):
    words = [
        "Rosalinda",
        "Alvarez",
        "Car trouble",
        "Rosi",
        "Penicillin",
        "555 0142",
        "1991",
        "Fentanyl",
        "Overdose",
        "Shaking",
        "Withdrawal is over",
        "Left at",
        "Elena",
        "Writes",
        "Warehouse",
        "at stake",
        "at night",
        "Alone too",
        "photograph",
        "card.pdf",
        "Evenings",
        "Steady",
        "brother",
        "Payday",
        "river",
    ]

    for table in CLINICAL:
        page = get(desk, address(table))
        assert str(told.record_number) in page.text
        assert [word for word in words if word in shown(page)] == [], table


def test_signatures_are_listed_without_the_words(desk, told):
    page = get(desk, "/admin/signing/signature/")

    assert "Sara Lindqvist, LCSW" in page.text
    assert "Shaking" not in page.html


def test_what_the_house_writes_is_neither_added_nor_changed(desk, told):
    for table in WRITTEN_ONLY:
        row, before = table.model.objects.first(), table.model.objects.values_list("pk").count()
        assert desk.get(address(table, "add")).status_code == desk.post(address(table, "add"), {"_save": "Save"}).status_code == 403
        if row:
            assert desk.post(address(table, row.pk, "change"), {"_save": "Save"}).status_code == 403, table
        assert table.model is TrailEntry or table.model.objects.count() == before, table


def test_a_clinical_row_is_read_in_the_chart(desk, told):
    for table in CLINICAL:
        for more in ("change", "history"):
            page = get(desk, address(table, table.model.objects.first().pk, more))
            assert page.status == 403
            assert "They are read in the chart, by those who care for the person." in page.text
            assert "Alvarez" not in page.html


def test_clinical_tables_are_searched_by_record_number_and_by_no_name(desk, told):
    other = make_admitted()

    for table in CLINICAL:
        found, by_name = get(desk, f"{address(table)}?q={told.record_number}"), get(desk, f"{address(table)}?q=Alvarez")
        assert str(told.record_number) in shown(found), table
        assert str(other.record_number) not in shown(found), table
        assert str(told.record_number) not in shown(by_name), table


def test_tables_cost_the_same_for_one_row_and_for_many(desk, told):
    costs = {table: cost(desk, address(table)) for table in CLINICAL}
    for _ in range(3):
        patient = make_admitted()
        flags.raise_flag(patient, kind="medical", by=make_clinician())
        assessments.assess(open_stay(patient), by=make_clinician(), made_on=today(), occasion="continued", rating_1="3")

    assert {table: cost(desk, address(table)) for table in costs} == costs


# People


def person_form(client, where=f"{PEOPLE}add/", **answers):
    return {**get(client, where).form("given_name"), **answers}


def test_a_person_is_added_with_a_first_password_and_a_role(desk, administrator):
    facts = {
        "username": "Mensah",
        "given_name": "Dana",
        "family_name": "Mensah",
        "credential": "LADC",
        "password_first": "three-quiet-herons",
    }
    form = person_form(desk, **facts, **{"role_grants-0-role": "clinician", "role_grants-0-started_on": f"{today():%Y-%m-%d}"})

    page = follow(desk, f"{PEOPLE}add/", form)

    person = User.objects.get(username="mensah")
    assert "was added successfully" in page.text
    assert str(person) == "Dana Mensah, LADC"
    assert person.check_password("three-quiet-herons")
    grant = person.role_grants.get()
    assert (grant.role, grant.granted_by) == ("clinician", administrator)
    told = list(TrailEntry.objects.filter(actor=administrator).values_list("event", flat=True))
    assert {"admin.added", "role.granted"} <= set(told)
    assert "herons" not in str(list(TrailEntry.objects.values_list("facts", flat=True)))


def test_mistakes_of_a_person_are_named_and_the_typing_is_kept(desk):
    page = send(desk, f"{PEOPLE}add/", person_form(desk, username="", given_name="", family_name="Mensah", password_first="short"))

    assert page.status == 200  # Django's own page
    assert "This field is required." in page.text
    assert "This password is too short." in page.text
    assert page.form("given_name")["family_name"] == "Mensah"
    assert "short" not in page.form("given_name")["password_first"]
    assert not User.objects.filter(family_name="Mensah").exists()


def test_a_new_person_needs_a_first_password(desk):
    page = send(desk, f"{PEOPLE}add/", person_form(desk, username="mensah", given_name="Dana"))

    assert "Enter a first password" in page.text


def test_somebody_who_leaves_is_shut_out_at_the_next_request(desk):
    person = make_clinician()
    theirs = signed_in(person)
    assert theirs.get("/today/").status_code == 200
    where = f"{PEOPLE}{person.pk}/change/"
    form = person_form(desk, where)
    form.pop("is_active")

    follow(desk, where, form)

    assert theirs.get("/today/")["Location"].startswith("/accounts/login/")


def test_nobody_gives_a_role_to_themselves(desk, administrator):
    where = f"{PEOPLE}{administrator.pk}/change/"
    form = person_form(desk, where)
    number = form["role_grants-TOTAL_FORMS"]
    new = {f"role_grants-{int(number) - 1}-role": "clinician", f"role_grants-{int(number) - 1}-started_on": f"{today():%Y-%m-%d}"}

    page = follow(desk, where, {**form, **new})

    assert "You cannot give a role to yourself. Ask another administrator." in page.text
    assert set(RoleGrant.objects.filter(user=administrator).values_list("role", flat=True)) == {"administrator"}


def test_people_are_found_by_name_and_filtered_by_role(desk, administrator):
    make_clinician(given_name="Dana", family_name="Mensah")

    assert "Mensah" in get(desk, f"{PEOPLE}?q=mensah").text
    assert "Mensah" not in get(desk, f"{PEOPLE}?q=nobody").html.split('id="changelist"')[1]
    assert "Mensah" in get(desk, f"{PEOPLE}?role_grants__role__exact=clinician").text
    assert "Mensah" not in get(desk, f"{PEOPLE}?role_grants__role__exact=supervisor").html.split('id="changelist"')[1]


def test_a_look_at_a_person_is_recorded(desk):
    person = make_clinician()

    get(desk, f"{PEOPLE}{person.pk}/change/")

    assert TrailEntry.objects.get(event="admin.looked").facts == {"about": f"accounts.user:{person.pk}"}


def test_people_cost_the_same_for_one_and_for_twelve(desk):
    one = cost(desk, PEOPLE)
    for _ in range(11):
        make_user(Role.CLINICIAN, Role.SUPERVISOR)

    assert one == cost(desk, PEOPLE)


# What the house is made of


def test_every_row_of_the_house_has_its_form(desk):
    for table in EDITABLE:
        row = table.model.objects.first()
        assert get(desk, address(table, "add")).status == 200
        if row:
            page = get(desk, address(table, row.pk, "change"))
            assert page.status == 200
            assert table.explanation in page.text


def test_a_program_gets_other_places_and_the_board_shows_them(desk):
    php = Program.objects.get(name="PHP")
    where = f"/admin/patients/program/{php.pk}/change/"

    follow(desk, where, {**get(desk, where).form("capacity"), "capacity": "7"})

    make_admitted(to="PHP")
    assert "1 of 7" in get(signed_in(make_clinician(works_in=["PHP"])), "/continuum/").text
    assert TrailEntry.objects.get(event="admin.changed").facts == {"about": f"patients.program:{php.pk}"}


def test_a_second_rule_for_the_same_days_is_refused_in_words(desk):
    rule = Program.objects.get(name="PHP").rules.get()
    form = get(desk, "/admin/patients/programrule/add/").form("least_hours")

    page = send(
        desk,
        "/admin/patients/programrule/add/",
        {**form, "program": rule.program_id, "started_on": f"{today() - timedelta(days=9):%Y-%m-%d}"},
    )

    assert page.status == 200
    assert "End the rule in force first" in page.text or "Another rule of this program is in force" in page.text


def test_a_move_that_is_listed_can_be_made_by_a_clinician(desk):
    detox, op = program("Residential detox").level, program("Outpatient").level
    form = get(desk, "/admin/patients/allowedmove/add/").form("kind")

    follow(desk, "/admin/patients/allowedmove/add/", {**form, "from_level": detox.pk, "to_level": op.pk, "kind": "step_down"})

    clinician = make_clinician()
    patient = make_admitted(clinician)
    assert AllowedMove.objects.filter(from_level=detox, to_level=op).exists()
    assert "Outpatient" in get(signed_in(clinician), f"/patients/{patient.pk}/move/").text


def test_without_the_trail_nothing_is_shown_or_changed(desk, monkeypatch):
    php = Program.objects.get(name="PHP")
    where = f"/admin/patients/program/{php.pk}/change/"
    form = get(desk, where).form("capacity")
    silence(monkeypatch)

    assert get(desk, PEOPLE).status == get(desk, where).status == 503
    assert Page(desk.post(where, {**form, "capacity": "7"})).status == 503
    php.refresh_from_db()
    assert php.capacity == 20


def test_the_first_page_is_in_sections_of_clinic_words_and_leaves_nothing_out(desk):
    page = get(desk, INDEX)

    order = ["People and roles", "Programs", "Groups", "Plans and notes", "Documents", "Lists", "Records, by number only", "Audit"]
    assert re.findall(r'class="section"[^>]*>\s*([^<]+?)\s*</a>', page.html)[-8:] == order
    listed = {entry["model"] for section in admin.site.get_app_list(page_request(desk)) for entry in section["models"]}
    assert listed == set(admin.site._registry)


def page_request(client):
    """The request of somebody's last page."""
    return client.get(INDEX).wsgi_request


NONSENSE = ["9" * 30, "9" * 5000, "-1", "abc", "1,2", "[]", "\x00", "1;drop", "٣"]


def test_no_address_of_a_list_breaks_it(desk, told):
    for table in TABLES:
        names = [each[0] if isinstance(each, tuple) else each for each in table.list_filter]
        asked = [f"{name}{how}" for name in names for how in ("", "__exact", "__id__exact", "__isempty", "__in", "__gt", "__regex")]
        for place, key in enumerate(["q", "p", "o", "pk__in", "_to_field", *asked]):
            value = NONSENSE[place % len(NONSENSE)]
            assert desk.get(address(table), {key: value}).status_code in (200, 302, 400, 404), (table, key, value[:40])


def test_an_address_asks_no_more_than_a_filter_that_is_shown(desk):
    for lookup in ("is_active__regex", "password__startswith", "role_grants__role__in", "role_grants__user__password__startswith"):
        assert desk.get(PEOPLE, {lookup: "a"}).status_code == 400, lookup
    for lookup in ("program__name__startswith", "program__in", "episode__patient__family_name"):
        assert desk.get("/admin/patients/stay/", {lookup: "a"}).status_code == 400, lookup
    assert desk.get("/admin/patients/stay/", {"program__id__exact": str(Program.objects.first().pk)}).status_code == 200


def test_a_code_that_a_chart_has_keeps_its_code_and_its_title_is_corrected(desk, told):
    used, unused = DiagnosisCode.objects.get(code="F10.20"), DiagnosisCode.objects.get(code="F11.20")
    pages = {row: f"/admin/patients/diagnosiscode/{row.pk}/change/" for row in (used, unused)}
    form = {**get(desk, pages[unused]).form("title"), "title": "As the table of the year has it", "code": "F11.99"}

    desk.post(pages[unused], {name: value for name, value in form.items() if name != "offered"})
    desk.post(pages[used], {**form, "code": "F10.99"})

    for row, code, offered in ((used, "F10.20", True), (unused, "F11.99", False)):
        row.refresh_from_db()
        assert (row.code, row.title, row.offered) == (code, "As the table of the year has it", offered)
