"""The pages of an admission in the making: task list, steps that save as one types, answers to be checked."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from anchored.accounts.roles import Role
from anchored.ground.dates import today
from groups.models import Group
from patients import papers
from patients.actions import commitments, intakes, referrals, waitlist
from patients.intake import BY_KEY
from patients.models import Episode, Intake, IntakeAnswer, Patient
from tests.grouping import enrolled, make_group, make_slot
from tests.making import make_admitted, make_clinician, make_patient, make_user, program
from tests.papers import take
from tests.test_intakes import RATED, ROSA, SAFE, answer, ready_to_admit

from .visiting import HTMX, SHUT, chart_url, cost, doors, events, follow, front_desk, get, send, signed_in, silence

pytestmark = pytest.mark.django_db


@pytest.fixture
def clinician():
    return make_clinician(given_name="Sara", family_name="Lindqvist", works_in=["IOP Evening"])


@pytest.fixture
def desk(clinician):
    return signed_in(clinician)


@pytest.fixture
def intake(clinician):
    return intakes.start(make_patient(by=clinician, family_name="Alvarez"), by=clinician, program=program("IOP Evening"))


def url(intake, step=""):
    return reverse("intake_step", args=[intake.pk, step]) if step else reverse("intake", args=[intake.pk])


def shown(client, intake, step):
    """What the page of a step holds, as a browser would send it."""
    page = get(client, url(intake, step))
    names = {name: value for form in page.forms for name, value in form["fields"].items()}
    hidden = {name: value for name, value in _outside(page).items() if name.startswith("initial-")}
    return {name: value for name, value in {**names, **hidden}.items() if name not in ("once", "q")}


def _outside(page):
    import re
    from html import unescape

    return {unescape(n): unescape(v) for n, v in re.findall(r'<input type="hidden" form="step" name="([^"]+)" value="([^"]*)">', page.html)}


# Beginning


def test_the_program_whose_place_is_held_stands_ready_else_the_one_the_call_asked_for(clinician, desk):
    patient = make_patient(by=clinician)
    start = chart_url("start_intake", patient)
    before = get(desk, start).form("program")["program"]
    referrals.receive(patient, by=clinician, program=program("PHP"))
    called = get(desk, start).form("program")["program"]
    entry = waitlist.wait(patient, program=program("IOP Evening"), by=clinician)
    waits = get(desk, start).form("program")["program"]
    offer = waitlist.offer(entry, held_until=today(), by=clinician)
    held = get(desk, start).form("program")["program"]
    waitlist.turn_down(offer, by=clinician)

    php, evening = str(program("PHP").pk), str(program("IOP Evening").pk)
    assert [before, called, waits, held] == ["", php, php, evening]
    assert get(desk, start).form("program")["program"] == php


def test_the_chart_leads_to_it_and_it_is_begun_once(clinician, desk):
    patient = make_patient(by=clinician)

    page = follow(desk, chart_url("start_intake", patient), {"program": program("IOP Evening").pk})
    again = desk.get(chart_url("start_intake", patient))

    assert page.heading == f"Admission, {patient}"
    assert again["Location"] == url(Intake.objects.get())


def test_somebody_in_care_has_none(clinician, desk):
    assert get(desk, chart_url("start_intake", make_admitted(clinician))).status == 404


def test_the_list_says_how_far_each_step_is(intake, clinician, desk):
    answer(intake, "identity", clinician, **ROSA)
    intakes.keep(intake, BY_KEY["funding"], typed={"insurance_note": "Member 0042"}, shown={}, by=clinician)

    page = get(desk, url(intake))

    assert "1 of 9 completed" in page.text
    for words in (
        "Safety questions Do first", "Contact and identity Completed", "Funding In progress", "Why now and referral Not started",
        "Six-dimension assessment Complete “Safety questions” first Cannot start yet",
    ):  # fmt: skip
        assert words in page.text, words
    assert page.title == f"Admission, No. {intake.patient.record_number} - Anchored"


def test_papers_that_are_all_taken_are_a_step_completed(intake, clinician, desk):
    for need in papers_needed(intake):
        take(intake.patient, need.template.code, by=clinician, how="declined", reason="Wants to read it at home.")

    page = get(desk, url(intake))

    assert "1 of 9 completed" in page.text
    assert "Consents and notices Completed" in page.text


def papers_needed(intake):
    return papers.needed(intake.patient, intake=intake)


def test_the_front_desk_sees_which_steps_a_clinician_does(intake):
    page = get(signed_in(front_desk(works_in=["IOP Evening"])), url(intake))

    assert "Safety questions A clinician does this step Cannot start yet" in page.text
    assert "Contact and identity Not started" in page.text
    assert page.leads_to("End without admission") is None


# A step


def test_what_was_typed_is_there_after_any_interruption_also_for_somebody_else(intake, desk):
    form = shown(desk, intake, "reason")

    kept = send(desk, url(intake, "reason"), {**form, "why_now": "The job is at", "days_waiting": "x"}, headers=HTMX)
    found = shown(signed_in(make_clinician(works_in=["IOP Evening"])), intake, "reason")

    assert (kept.status, "Saved" in kept.text) == (200, True)
    assert (found["why_now"], found["days_waiting"]) == ("The job is at", "x")


def test_saving_and_continuing_completes_the_step_or_says_what_is_wrong(intake, desk):
    form = shown(desk, intake, "identity")

    wrong = send(desk, url(intake, "identity"), {**form, "birth_date": "41 Mar 1991", "act": "continue"})
    right = follow(desk, url(intake, "identity"), {**form, "birth_date": "4 Mar 1991", "city": "Salem", "act": "continue"})

    assert (wrong.status, wrong.invalid) == (422, {"birth_date"})
    assert wrong.mistakes == ["Enter a real date of birth, like 4 Mar 1991"]
    assert wrong.form("birth_date")["birth_date"] == "41 Mar 1991"
    assert "Contact and identity Completed" in right.text


def test_saving_and_going_back_asks_nothing(intake, desk):
    page = follow(desk, url(intake, "safety"), {**shown(desk, intake, "safety"), "overdose": "yes", "act": "later"})

    assert "Safety questions In progress" in page.text or "Safety questions Do first" not in page.text
    assert IntakeAnswer.objects.get(field="overdose").value == "yes"


def test_two_people_in_one_step_see_both_answers_and_nothing_is_lost(intake, clinician, desk):
    other = signed_in(make_clinician(works_in=["IOP Evening"]))
    mine, theirs = shown(desk, intake, "identity"), shown(other, intake, "identity")
    send(desk, url(intake, "identity"), {**mine, "phone": "555 0142"}, headers=HTMX)

    typed = {**theirs, "phone": "555 0199", "city": "Salem"}
    refused = send(other, url(intake, "identity"), typed, headers=HTMX)
    by_button = send(other, url(intake, "identity"), {**typed, "act": "continue"})
    chosen = send(other, url(intake, "identity"), {**typed, "mine": "phone", "act": "later"})

    assert (refused.status, by_button.status, chosen.status) == (409, 409, 302)
    assert "S. Lindqvist wrote at" in refused.text
    assert "“555 0142”" in refused.text
    assert by_button.form("phone")["phone"] == "555 0199"
    kept = dict(IntakeAnswer.objects.values_list("field", "value"))
    assert (kept["city"], kept["phone"]) == ("Salem", "555 0199")


def test_what_somebody_else_typed_wrong_meanwhile_loses_nothing_of_mine(intake, clinician, desk):
    form = shown(desk, intake, "identity")
    intakes.keep(intake, BY_KEY["identity"], typed={"phone": "5"}, shown={}, by=make_clinician())

    page = send(desk, url(intake, "identity"), {**form, "city": "Salem", "act": "continue"})

    assert (page.status, page.invalid) == (422, {"phone"})
    assert (page.form("city")["city"], page.form("phone")["phone"]) == ("Salem", "5")
    assert IntakeAnswer.objects.get(field="city").value == "Salem"


def test_lines_broken_by_a_button_or_by_a_script_are_the_same_words(intake, desk):
    other = signed_in(make_clinician(works_in=["IOP Evening"]))
    send(desk, url(intake, "reason"), {**shown(desk, intake, "reason"), "why_now": "The job.\nThe boy."}, headers=HTMX)
    theirs = {**shown(other, intake, "reason"), "initial-why_now": "The job.\r\nThe boy.", "why_now": "The job.\r\nThe boy.\r\nThe car."}

    page = send(other, url(intake, "reason"), {**theirs, "act": "later"})

    assert page.status == 302
    assert IntakeAnswer.objects.get(field="why_now").value == "The job.\nThe boy.\nThe car."


def test_a_value_known_already_says_from_when(intake, clinician, desk):
    page = get(desk, url(intake, "identity"))

    assert "From the record" in page.text
    assert page.form("family_name")["family_name"] == "Alvarez"


def test_a_step_that_cannot_start_says_why(intake, desk):
    page = get(desk, url(intake, "dimensions"))

    assert page.status == 422
    assert "This step cannot start yet. Complete “Safety questions” first." in page.text
    assert get(desk, url(intake, "nonsense")).status == 404


def test_a_session_that_ended_sends_nobody_away_from_what_they_typed(intake, desk):
    form = shown(desk, intake, "reason")
    with time_machine.travel(timezone.now() + timedelta(hours=1)):
        answer = desk.post(url(intake, "reason"), {**form, "why_now": "The job"}, headers={**HTMX, "HX-Target": "save-state"})

    assert answer.status_code == 401
    assert "HX-Redirect" not in answer.headers


# The end


def test_each_gap_leads_to_its_step(intake, desk):
    page = get(desk, reverse("intake_check", args=[intake.pk]))

    assert page.leads_to("Complete “Safety questions”") == url(intake, "safety")
    assert "3 things to do before" in page.text


def test_the_last_button_names_the_person_and_the_program_and_admits(intake, clinician, desk):
    check = reverse("intake_check", args=[intake.pk])
    ready_to_admit(intake, clinician)
    page = get(desk, check)

    admitted = follow(desk, check, {})

    assert "Admit Rosa Alvarez to IOP Evening" in page.buttons
    assert "555 0142" in page.text
    assert "is admitted to IOP Evening" in admitted.text
    assert Episode.objects.get().patient == intake.patient
    assert desk.get(url(intake))["Location"] == Patient.objects.get(pk=intake.patient_id).get_absolute_url()


def test_the_step_of_the_level_says_which_groups_fit_and_the_chart_leads_to_enrolling(intake, clinician, desk):
    make_slot(make_group(name="Refusal skills", programs=["IOP Evening"], track="evening"), starts=1020, ends=1200)
    make_slot(make_group(name="Mindfulness", programs=["IOP Evening"], track="day"))
    commitments.add(intake.patient, by=clinician, kind="work", weekdays=[0], starts=540, ends=1020)
    ready_to_admit(intake, clinician)

    fit = get(desk, url(intake, "level")).part("fit")
    assert "Evening: Refusal skills, 2 h 45 min on 1 day a week, short of 9 h on 3 days" in fit
    assert "Does not fit: Mindfulness (Work, Monday 09:00 to 17:00)" in fit

    chart = follow(desk, reverse("intake_check", args=[intake.pk]), {})
    assert "In no group yet" in chart.text
    assert chart.leads_to("Enrol") == chart_url("groups", intake.patient)
    enrolled(intake.patient, Group.objects.get(name="Refusal skills"), by=clinician, on=today())
    assert "In no group yet" not in get(desk, chart_url("chart", intake.patient)).text


def test_a_full_program_is_said_and_nothing_is_admitted(intake, clinician, desk):
    ready_to_admit(intake, clinician)
    type(intake.program).objects.filter(pk=program("IOP Evening").pk).update(capacity=0)

    page = send(desk, reverse("intake_check", args=[intake.pk]), {})

    assert page.status == 422
    assert any("is full" in sentence for sentence in page.mistakes)
    assert not Episode.objects.exists()


def test_it_can_end_with_a_reason(intake, clinician, desk):
    where = reverse("end_intake", args=[intake.pk])

    missing = send(desk, where, {"because": " "})
    follow(desk, where, {"because": "Goes to another town."})

    assert missing.mistakes == ["Write why the admission ends"]
    assert (Intake.objects.get().outcome, Intake.objects.get().closed_because) == ("ended", "Goes to another town.")


# Who, and what it costs


def test_the_doors(intake):
    for where in (url(intake), url(intake, "identity"), reverse("intake_check", args=[intake.pk])):
        assert doors(where, weaker=Role.PRESCRIBER, works_in=["IOP Evening"]) == SHUT


def test_the_front_desk_reads_no_clinical_answer(intake, clinician):
    answer(intake, "safety", clinician, **SAFE | {"overdose": "yes", "overdose_note": "In May, revived."})
    desk = signed_in(make_user(Role.FRONT_DESK, works_in=["IOP Evening"]))

    page = get(desk, reverse("intake_check", args=[intake.pk]))

    assert "revived" not in page.text
    assert get(desk, url(intake, "safety")).status == 422
    assert send(desk, reverse("intake_check", args=[intake.pk]), {}).status == 403


def test_without_the_trail_nothing_is_shown_or_kept(intake, desk, monkeypatch):
    form = shown(desk, intake, "identity")
    silence(monkeypatch)

    assert get(desk, url(intake)).status == get(desk, url(intake, "identity")).status == 503
    assert send(desk, url(intake, "identity"), {**form, "city": "Salem"}, headers=HTMX).status == 503
    assert not IntakeAnswer.objects.exists()


def test_the_pages_cost_the_same_however_much_is_answered(intake, clinician, desk):
    """The answers to be checked ask for the choices of steps that have them, and no more the more was answered."""
    pages = [url(intake), url(intake, "identity")]
    check = reverse("intake_check", args=[intake.pk])
    before = [cost(desk, page) for page in pages]
    ready_to_admit(intake, clinician)
    complete = cost(desk, check)
    for step, typed in {"substances": {"substance_1": "2"}, "funding": {"insurance_note": "x"}, "life": {"employment": "1"}}.items():
        answer(intake, step, clinician, **typed)

    assert [cost(desk, page) for page in pages] == before == [9, 7]
    assert cost(desk, check) == complete == 15


def test_the_trail_names_the_fields_and_not_the_answers(intake, clinician, desk):
    from anchored.audit.models import TrailEntry

    send(desk, url(intake, "identity"), {**shown(desk, intake, "identity"), "city": "Salem"}, headers=HTMX)

    row = TrailEntry.objects.get(event="intake.saved")
    assert (row.facts, row.patient_id) == ({"step": "identity", "fields": ["city"]}, intake.patient_id)
    assert "chart.opened" in events(intake.patient)


def test_dimensions_are_signed_by_who_admits(intake, clinician, desk):
    ready_to_admit(intake, clinician)

    page = get(desk, reverse("intake_check", args=[intake.pk]))

    assert "Admitting signs the six-dimension assessment in your name." in page.text
    assert set(RATED) <= {row.field for row in IntakeAnswer.objects.filter(step="dimensions")}
    assert today()
