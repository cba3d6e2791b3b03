"""Every form that is sent: protected against other sites, and with its effect once however often it is sent."""

import re
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.apps import apps
from django.db import transaction
from django.test import Client

from anchored.accounts.models import Supervision
from anchored.accounts.roles import Role
from anchored.ground.dates import today
from groups.actions import apart, attendance, enrolments, make_ups, sessions
from groups.actions import notes as meetings
from groups.actions import waiting as group_waits
from patients import merging
from patients.actions import assessments, commitments, contacts, episodes, flags, intakes, merges, referrals, team, waitlist
from patients.intake import BY_KEY
from patients.models import DischargeReason, ProgramStaff
from tests import papers
from tests.checking import everything
from tests.grouping import enrolled, make_amendment, make_group, make_session, make_slot, signed_mark
from tests.guards.test_permissions import NAMED, address
from tests.leaving import make_continuing_care, make_summary
from tests.making import basis, make_admitted, make_clinician, make_diagnosis, make_patient, make_supervisor, make_user, open_stay, program
from tests.noting import begin, make_appointment, make_note, typed
from tests.planning import make_plan
from tests.planning import seal as seal_plan
from tests.preventing import make_prevention
from treatment_plans.actions import caseloads, in_error, notes, plans, prevention, snippets
from treatment_plans.models import CosignRule

HOUSE = Path(__file__).resolve().parent.parent.parent
TEMPLATES = sorted(
    path for place in ("templates", "anchored", "patients", "groups", "treatment_plans") for path in (HOUSE / place).rglob("*.html")
)
# Forms whose repetition has no effect of its own.
WITHOUT_EFFECT = {
    "ui/parts/_header.html: {{ search_url }}": "a search",
    'ui/parts/_header.html: {% page "account_logout" %}': "signing out",
    "merges/duplicates.html: itself": "two numbers lead to the page that compares them",
    "notes/list.html: itself": "a search",
    "account/": "signing in and out, passwords: allauth's, which ask for a password each time",
}


def post_forms():
    for path in TEMPLATES:
        name = str(path.relative_to(HOUSE)).removeprefix("templates/")
        for form in re.findall(r"<form\b.*?</form>", path.read_text(encoding="utf-8"), re.DOTALL):
            opening = re.match(r"<form\b(?:[^>{]|\{%.*?%\}|\{\{.*?\}\})*>", form, re.DOTALL)[0]
            if re.search(r'method="post"', opening, re.IGNORECASE):
                action = re.search(r'action="((?:\{%.*?%\}|\{\{.*?\}\}|[^"])*)"', opening)
                yield f"{name}: {action[1] if action else 'itself'}", form


@pytest.mark.parametrize(("where", "form"), list(post_forms()), ids=[where for where, _ in post_forms()])
def test_a_form_is_protected_and_sent_once(where, form):
    assert re.search(r"\{%\s*csrf_token\s*%\}", form)
    if not where.startswith(tuple(WITHOUT_EFFECT)):
        assert re.search(r"\{%\s*once\s*%\}", form)


def test_there_are_forms_and_no_exception_outlives_its_own():
    found = [where for where, _ in post_forms()]

    assert len(found) > 15
    assert all(any(where.startswith(name) for where in found) for name in WITHOUT_EFFECT)


class House:
    """A patient in care, one who has left, and everybody whom the forms speak of; each form filled in as people would."""

    def __init__(self):
        self.supervisor = make_supervisor(works_in=["IOP Day"])
        self.officer = make_user(Role.PRIVACY_OFFICER)
        self.other = make_clinician()
        self.patient = make_admitted(self.supervisor, to="IOP Day")
        self.gone = make_admitted(self.supervisor, to="IOP Day")
        stay = open_stay(self.patient)
        episodes.discharge(open_stay(self.gone), on=today(), reason=DischargeReason.objects.first(), by=self.supervisor)
        member = team.add_member(stay.episode, to=make_clinician(), part="covering", by=self.supervisor)
        flag = flags.raise_flag(self.patient, kind="overdose", by=self.supervisor)
        rated = assessments.assess(stay, by=self.supervisor, made_on=today(), occasion="continued", rating_1="1")
        self.contact = contacts.add(self.patient, by=self.supervisor, name="Elena Lopez", relationship="sibling")
        (work,) = commitments.add(self.patient, by=self.supervisor, kind="work", weekdays=[0], starts=540, ends=1020)
        self.coming = intakes.start(make_patient(by=self.supervisor), by=self.supervisor, program=stay.program)
        self.of_patient, self.of_gone = {"patient_id": self.patient.pk}, {"patient_id": self.gone.pk}
        self.parts = {"member_id": member.pk, "flag_id": flag.pk, "assessment_id": rated.pk}
        self.parts |= {"diagnosis_id": make_diagnosis(self.patient, by=self.supervisor).pk}
        self.parts |= {"contact_id": self.contact.pk, "commitment_id": work.pk}
        self.parts |= {"template_id": papers.template().pk, "paper_id": papers.take(self.patient, by=self.supervisor).pk}
        self.parts |= {"scan_id": papers.make_scan(self.patient, by=self.supervisor).pk}
        called = referrals.receive(make_patient(by=self.supervisor), by=self.supervisor, program=stay.program)
        self.waiting = waitlist.wait(make_patient(by=self.supervisor), program=stay.program, by=self.supervisor)
        self.parts |= {"intake_id": self.coming.pk, "step": "identity", "referral_id": called.pk, "entry_id": self.waiting.pk}
        self.one, self.other_record = make_patient(by=self.supervisor), make_patient(by=self.supervisor)
        self.proposed = merges.propose(called.patient, self.waiting.patient, because="Both showed the same photo ID.", by=self.officer)
        self.parts |= {"merge_id": self.proposed.pk, "one_id": self.one.pk, "other_id": self.other_record.pk}
        self.plan = make_plan(self.patient, by=self.supervisor, problems=2)
        self.parts |= {"plan_id": self.plan.pk, "kind": "problem", "parent_id": self.plan.pk, "row_id": self.plan.problems.last().pk}
        self.entry = make_prevention(self.patient, by=self.supervisor).filter(section="coping").last()
        self.parts |= {"wording_id": self.entry.pk, "section": "coping"}
        CosignRule.objects.create(credential="LCSW")
        self.note, self.draft = make_note(self.patient, by=self.supervisor), begin(self.patient, by=self.supervisor, ago=DAY / 4)
        self.others = make_note(self.patient, by=self.other, ago=DAY / 3)
        self.parts |= {"review_id": uuid4(), "note_id": self.note.pk, "root": self.plan.objectives.first().root}
        for name in ("Relapse group", "Family session"):
            self.snippet = snippets.add(by=self.supervisor, name=name, text="Took part.")
        self.parts |= {"snippet_id": self.snippet.pk}
        self.summary = make_summary(make_admitted(self.supervisor, to="IOP Day"), by=self.supervisor)
        self.parts |= {"summary_id": self.summary.pk, "care_id": uuid4()}
        make_continuing_care(self.patient, by=self.supervisor, signed=False)
        group = make_group(self.supervisor)
        mine = enrolled(self.patient, group, by=self.supervisor)
        self.meeting, self.newcomer = make_session(group), make_admitted(self.supervisor, to="IOP Day")
        self.parts |= {"session_id": self.meeting.pk, "episode_id": stay.episode_id}
        self.parts |= {"mark_id": signed_mark(make_session(group, ago=DAY / 2), stay.episode, by=self.supervisor).pk}
        self.asked = make_amendment(make_session(group, ago=DAY * 2), stay.episode, by=self.supervisor)
        self.parts |= {"amendment_id": self.asked.pk}
        self.day = today().isoformat()
        self.parts |= {"appointment_id": make_appointment(self.patient, by=self.supervisor).pk, "part": "tasks"}
        self.appointment_filled = {"kind": "individual", "clinician": self.supervisor.pk, "minutes": "50", "place": "video"}
        self.appointment_filled |= {"on": (today() + 40 * DAY).isoformat(), "starts": "20:00"}
        self.group = make_group(self.supervisor)
        self.slot = make_slot(self.group)
        self.parts |= {"group_id": self.group.pk, "enrolment_id": mine.pk, "token": "0" * 64, "slug": "census"}
        full, colleague = make_group(self.supervisor, capacity=1), make_admitted(self.supervisor, to="IOP Day")
        in_the_way = enrolled(colleague, full, by=self.supervisor)
        self.parts["waiting_id"] = group_waits.wait(stay.episode, full, by=self.supervisor).pk
        enrolments.leave(in_the_way, because="Moves away.", by=self.supervisor)
        kept = apart.keep(self.patient, colleague, reason="Asked by both.", by=self.supervisor)
        self.parts["kept_id"] = kept.people.get(patient=self.patient).pk
        following, another = make_session(self.group, ago=-DAY), make_admitted(self.supervisor, to="IOP Day")
        taken = make_ups.take(following, another.episodes.get(), by=self.supervisor)
        self.parts |= {"meeting_id": following.pk, "make_up_id": taken.pk}
        theirs = make_clinician()
        Supervision.objects.create(supervisor=self.supervisor, clinician=theirs)
        of_theirs = make_admitted(theirs, to="IOP Day").episodes.get().pk
        reviewed = caseloads.begin_review(theirs, by=self.supervisor)
        asked = {"looked": True, "follow_up": "Ask about housing.", "due_on": today(), "owner": self.supervisor}
        caseloads.keep_review(reviewed, by=self.supervisor, version=0, summary="", findings={of_theirs: asked})
        caseloads.sign_review(reviewed, by=self.supervisor)
        self.parts |= {"user_id": theirs.pk, "caseload_review_id": reviewed.pk, "finding_id": reviewed.findings.get().pk}
        self.of_theirs = of_theirs
        self.diagnosed = {"diagnosed_on": self.day, "diagnosed_by": self.supervisor.pk}

    def write_part(self):
        """The patient came to the session, and something is written about them."""
        episode = open_stay(self.patient).episode
        attendance.mark(self.meeting, episode, by=self.supervisor, state="present")
        typed = {"section_part": "Spoke first today.", "section_response": "Calls the sponsor."}
        meetings.keep_part(self.meeting, episode, typed=typed, version=0, by=self.supervisor)

    def move_on(self):
        """The patient is where somebody moved them just now, who works there too."""
        php = program("PHP")
        ProgramStaff.objects.create(program=php, user=self.supervisor)
        episodes.move(open_stay(self.patient), to=php, on=today(), basis=basis(), reason="Asks for more hours.", by=self.supervisor)

    def answer_all(self):
        """The admission in the making is ready for its last button."""
        answers = {
            "safety": dict.fromkeys(("suicide", "overdose", "withdrawal", "medical", "violence"), "no"),
            "identity": {"given_name": "Rosa", "family_name": "Alvarez"},
            "dimensions": {f"rating_{number}": "1" for number in range(1, 7)},
            "level": {"program": str(program("IOP Day").pk), "on": self.day},
        }
        for step, given in answers.items():
            intakes.keep(self.coming, BY_KEY[step], typed=given, shown={}, by=self.supervisor)
            intakes.complete(self.coming, BY_KEY[step], by=self.supervisor)

    def merge_filled(self):
        differ = [fact.name for fact in merging.facts(self.one, self.other_record) if fact.differs]
        return {"stays": "one", "because": "Both showed the same photo ID.", **{f"fact_{name}": "one" for name in differ}}

    def review_filled(self):
        facts = {"standing": "some", "decision": "keep"}
        rows = {f"{name}_{row.root}": word for row in self.plan.objectives.all() for name, word in facts.items()}
        return {**rows, "findings": "Steady.", "decision": "continue"}

    def filled(self, name):
        place = {"program": program("PHP").pk, "on": self.day}
        return {
            "patients:new": {"given_name": "Luis", "family_name": "Ortega", **place},
            "patients:details": {"given_name": "Rosalia", "family_name": "Alvarez"},
            "patients:readmit": place,
            "patients:start_intake": {},
            "patients:wait": {"program": program("PHP").pk, "priority": 4},
            "offer_place": {"held_until": self.day},
            "log_waiting": {"channel": "phone", "outcome": "message"},
            "give_up_waiting": {"because": "Moved away."},
            "new_referral": {"given_name": "Ana", "caller_relationship": "parent", "urgency": "routine"},
            "referral": {"act": "attempt", "channel": "phone", "outcome": "message"},
            "intake_step": {"given_name": "Rosa", "family_name": "Alvarez", "city": "Salem", "act": "continue"},
            "end_intake": {"because": "Goes to another town."},
            "patients:move": {
                "stay": open_stay(self.patient).pk, "to": program("PHP").pk, "basis": basis().pk, "on": self.day,
                "reason": "Asks for more hours of groups.", "rating_1": "1",
            },
            "patients:discharge": {"stay": open_stay(self.patient).pk, "reason": DischargeReason.objects.first().pk, "on": self.day},
            "patients:undo_discharge": {"because": "Entered for the wrong person."},
            "patients:reassign": {"to": self.other.pk, "note": "Call the sister."},
            "patients:join_team": {"to": self.other.pk, "part": "covering"},
            "patients:new_contact": {"name": "Bo Adams", "relationship": "friend"},
            "patients:contact": {"name": "Elena Lopez", "relationship": "parent"},
            "patients:reach": {"reach_by": "text"},
            "patients:new_diagnosis": {"code": "F43.12", "remission": "none", **self.diagnosed},
            "patients:diagnosis": {"code": "F10.20", "severity": "severe", "remission": "none", **self.diagnosed},
            "patients:resolve_diagnosis": {"on": self.day},
            "patients:mistaken_diagnosis": {"because": "It belongs to another person."},
            "patients:times": {"kind": "school", "weekdays": ["1"], "starts": "9", "ends": "12:30", "started_on": self.day},
            "patients:documents": {"kind": "insurance", "title": "Insurance card", "file": papers.file()},
            "patients:paper": {"signer": "patient", "how": "typed", "signer_name": "Rosa", "digest": papers.template().digest()},
            "patients:withdraw_scan": {"because": "It belongs to another person."},
            "patients:flags": {"kind": "violence", "note": ""},
            "patients:assess": {"made_on": self.day, "occasion": "continued", "rating_1": "2", "rating_2": "1"},
            "patients:assessment": {"text": "She slept well."},
            "duplicates": {"one": self.one.record_number, "other": self.other_record.record_number},
            "propose_merge": self.merge_filled(),
            "merge": {"act": "merge"},
            "about_plan": {"strengths": "A sister who helps."},
            "add_plan_row": {"statement": "Sleeps badly", "standing": "active"},
            "edit_plan_row": {"statement": "Sleeps badly", "standing": "active"},
            "place_plan_row": {"to": "up"},
            "plan_word": {"how": "declined", "reason": "Would rather talk first.", "digest": self.plan.digest},
            "patients:draft": {**typed(section_data="More words."), "version": 1, "act": "save"},
            "patients:add_prevention": {"text": "I walk home the long way"},
            "patients:edit_prevention": {"text": "I walk home the long way"},
            "patients:place_prevention": {"to": "up"},
            "review_plan": self.review_filled(),
            "add_to_summary": {"text": "The court wrote."},
            "patients:continuing_care": {"act": "sign", "part": "agrees", "signer_name": "Rosa", "way_back": "Call.", "crisis": "988"},
            "patients:discharge_summary": {"act": "begin"},
            "session": {"act": "save", f"state-{self.parts['episode_id']}": "late", f"late-{self.parts['episode_id']}": "15"},
            "sign_session": {"sign": self.parts["episode_id"], f"version-{self.parts['episode_id']}": "1", "version-shared": "0"},
            "add_guest": {"record_number": self.newcomer.record_number, "how": "guest", "because": "Tries the group out."},
            "correct_attendance": {"state": "late", "late": "15", "because": "The sign-in sheet says 09:15."},
            "decide_correction": {"act": "decline"},
            "plan_event": {"kind": "request", "on": today()},
            "sign_plan": {"digest": self.plan.digest_now()},
            "sign_note": {"version": self.draft.version},
            "add_addendum": {"text": "Her sister called."},
            "cosign_note": {"act": "cosign"},
            "caseload": {"act": "reassign", "episodes": [self.of_theirs], "to": self.other.pk, "note": "Call the sister."},
            "review_caseload": {"act": "save", "version": 0, f"looked_{self.of_theirs}": "on"},
            "add_to_caseload_review": {"text": "We met on Tuesday."},
            "answer_follow_up": {"text": "She keeps her flat."},
            "say_in_error": {"because": "The wrong chart."},
            "decide_in_error": {"act": "strike"},
            "new_snippet": {"name": "Craving diary", "text": "Went through the diary."},
            "snippet": {"name": "Craving diary", "text": "Went through the diary."},
            "move_snippet": {"to": "up"},
            "restricted": {"record_number": self.patient.record_number, "named": [self.other.pk]},
            "preferences": {"theme": "dark"},
            "enrol": {"episode": self.patient.episodes.get().pk, "on": self.day},
            "patients:groups": {"groups": [self.group.pk], "on": self.day},
            "edit_group": {"room": "Room 9", "capacity": 14},
            "add_slot": {"weekday": 2, "starts": "9:00", "ends": "12:00", "rest": 0, "started_on": today() + timedelta(days=90)},
            "end_slot": {"slot": self.slot.pk, "on": self.day},
            "change_leader": {"person": self.other.pk, "part": "co_facilitator", "on": today() + timedelta(days=90)},
            "end_waiting": {"because": "Found another group."},
            "end_apart": {"because": "Both agreed."},
            "patients:keep_apart": {"record_number": self.newcomer.record_number, "reason": "Asked by both."},
            "patients:absences": {"act": "attempt", "channel": "phone", "outcome": "no_answer"},
            "end_enrolment": {"on": self.day, "because": "Works by day now."},
            "patients:book": self.appointment_filled,
            "move_appointment": self.appointment_filled,
            "cancel_appointment": {"outcome": "by_patient"},
            "cancel_session": {"because": "Snow."},
            "move_session": {"on": self.day, "starts": "17:30", "room": "Room 5"},
            "cover_session": {"colleague": self.other.pk},
        }.get(name, {})  # fmt: skip


SENT = [
    "patients:new", "patients:details", "patients:readmit", "patients:move", "patients:undo_move", "patients:accept", "patients:discharge",
    "patients:undo_discharge", "patients:reassign", "patients:join_team", "patients:leave_team", "patients:flags", "patients:close_flag",
    "caseload", "review_caseload", "add_to_caseload_review", "answer_follow_up",
    "patients:wait", "offer_place", "turn_down_place", "log_waiting", "give_up_waiting",
    "new_referral", "referral", "patients:start_intake", "intake_step", "intake_check", "end_intake",
    "patients:new_contact", "patients:contact", "patients:remove_contact", "patients:put_back_contact", "patients:reach", "patients:times",
    "patients:new_diagnosis", "patients:diagnosis", "patients:make_primary", "patients:resolve_diagnosis", "patients:mistaken_diagnosis",
    "patients:documents", "patients:paper", "patients:withdraw_scan",
    "patients:end_time", "patients:assess", "patients:assessment", "restricted", "preferences",
    "propose_merge", "merge",
    "patients:start_plan", "about_plan", "add_plan_row", "edit_plan_row", "place_plan_row", "remove_plan_row", "put_back_plan_row",
    "sign_plan", "plan_word", "cosign_plan", "rewrite_plan",
    "patients:add_prevention", "patients:edit_prevention", "patients:place_prevention", "patients:remove_prevention",
    "patients:put_back_prevention", "patients:go_through_prevention",
    "patients:draft", "sign_note", "discard_note", "add_addendum", "correct_note", "cosign_note", "review_plan",
    "say_in_error", "decide_in_error", "plan_event", "add_to_summary", "patients:continuing_care",
    "patients:discharge_summary", "session", "add_guest", "sign_session", "correct_attendance", "decide_correction",
    "new_snippet", "snippet", "move_snippet", "remove_snippet",
    "enrol", "end_enrolment", "patients:groups", "cancel_session", "move_session", "cover_session", "tell_member",
    "edit_group", "add_slot", "end_slot", "change_leader", "calendar_link",
    "enrol_who_waits", "end_waiting", "end_apart", "patients:keep_apart",
    "patients:make_up", "cancel_make_up", "patients:absences",
    "patients:book", "move_appointment", "cancel_appointment",
]  # fmt: skip
DAY = timedelta(days=1)
PROBED = "patients.patient signing.signature signing.addendum accounts.user exchange.calendarlink".split()


def clinical_rows():
    models = [model for app in ("patients", "treatment_plans", "groups") for model in apps.get_app_config(app).get_models()]
    return everything(*{*PROBED, *(model._meta.label for model in models if model._meta.managed)})


def is_sent_once(view):
    """Whether `once` is among the decorators of a view."""
    while view is not None:
        if view.__code__.co_name == "sent_once":
            return True
        view = getattr(view, "__wrapped__", None)
    return False


def test_every_address_that_takes_a_form_is_tried():
    assert {name for name, view in NAMED.items() if not name.startswith("account_") and is_sent_once(view)} == set(SENT)


@pytest.mark.django_db
def test_the_other_addresses_change_nothing_whatever_they_are_sent():
    house, client = House(), Client()
    client.force_login(house.supervisor)
    before = clinical_rows()

    for name in [name for name in NAMED if name not in SENT and not name.startswith("account_")]:
        assert client.post(address(name, house), house.filled("patients:move")).status_code < 500, name
    assert clinical_rows() == before


@contextmanager
def taken_back():
    """What happens in here is forgotten at its end."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.mark.django_db
def test_what_is_sent_twice_happens_once():
    house = House()
    clients = {person: Client() for person in (house.supervisor, house.officer)}
    for person, client in clients.items():
        client.force_login(person)

    for name in SENT:
        with taken_back():
            if name in ("patients:undo_move", "patients:accept"):
                house.move_on()
            if name == "turn_down_place":
                waitlist.offer(house.waiting, held_until=today(), by=house.supervisor)
            if name == "intake_check":
                house.answer_all()
            if name == "patients:put_back_contact":
                contacts.remove(house.contact, by=house.supervisor)
            if name in ("plan_word", "rewrite_plan", "cosign_plan"):
                house.plan = seal_plan(house.plan, by=house.other if name == "cosign_plan" else house.supervisor)
            if name == "put_back_plan_row":
                plans.remove_row(house.plan.problems.last(), by=house.supervisor)
            if name == "patients:put_back_prevention":
                prevention.remove(house.entry, by=house.supervisor)
            if name in ("patients:start_plan", "review_plan"):
                house.plan = seal_plan(house.plan, by=house.supervisor)
                plans.take_word(house.plan, by=house.supervisor, how="unable", reason="Asleep.", digest=house.plan.digest)
            if name in ("patients:draft", "sign_note", "discard_note"):
                house.parts["note_id"] = house.draft.pk
            if name in ("add_addendum", "correct_note"):
                house.parts["note_id"] = house.note.pk
            if name == "correct_note":
                notes.give_back(house.note, comment="Say more.", by=make_supervisor())
            if name in ("say_in_error", "decide_in_error"):
                house.parts["note_id"] = house.others.pk
            if name == "decide_in_error":
                in_error.say(house.others, because="The wrong chart.", by=house.others.author)
            if name == "cosign_note":
                house.parts["note_id"] = house.others.pk
            if name == "sign_session":
                house.write_part()
            if name == "tell_member":
                sessions.cancel(house.meeting, because="Snow.", by=house.supervisor)
            client = clients[house.officer if name == "restricted" else house.supervisor]
            url, form = address(name, house), {**house.filled(name), "once": str(uuid4())}
            before = clinical_rows()

            first = client.post(url, form)
            after = clinical_rows()
            second = client.post(url, form)

            assert first.status_code == 302, (name, re.findall(r'href="#[^>]*>([^<]*)', first.content.decode()))
            assert after != before, name
            assert clinical_rows() == after, name
            assert (second.status_code, second["Location"]) == (302, first["Location"]), name


@pytest.mark.django_db
def test_no_form_is_taken_from_another_site():
    client = Client(enforce_csrf_checks=True)
    house = House()
    client.force_login(house.supervisor)
    before = clinical_rows()

    for name in SENT:
        assert client.post(address(name, house), house.filled(name)).status_code == 403, name
    assert clinical_rows() == before


@pytest.mark.django_db
def test_a_form_changes_only_what_it_shows():
    """Fields that the page does not have are not taken from what is sent."""
    house, client = House(), Client()
    client.force_login(house.supervisor)
    number, registered_by = house.patient.record_number, house.patient.registered_by_id
    extra = {
        "record_number": 1,
        "restricted": "on",
        "registered_by": house.other.pk,
        "registered_at": "2020-01-01",
        "find_by": "x",
        "id": uuid4(),
    }

    client.post(address("patients:details", house), {**house.filled("patients:details"), **extra})
    client.post(address("patients:move", house), {**house.filled("patients:move"), "opened_by": house.other.pk, "outside_table": "on"})
    client.post(address("preferences", house), {"theme": "light", "username": "root", "is_active": "", "roles": "administrator"})

    house.patient.refresh_from_db()
    stay = open_stay(house.patient)
    assert (house.patient.record_number, house.patient.registered_by_id, house.patient.restricted) == (number, registered_by, False)
    assert (stay.opened_by, stay.outside_table) == (house.supervisor, False)
    assert make_patient().record_number == 1013
    house.supervisor.refresh_from_db()
    assert (house.supervisor.is_active, house.supervisor.theme) == (True, "light")
    assert house.supervisor.username != "root"
