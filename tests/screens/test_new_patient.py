"""Registering and admitting on one page, the question whether the person is known, and coming back."""

from datetime import date, timedelta

import pytest
from django.test import Client

from anchored.accounts.roles import Role
from anchored.ground.dates import today
from patients.actions import admissions, episodes, privacy
from patients.models import DischargeReason, Episode, Patient, Program
from tests.making import make_admitted, make_clinician, make_patient, make_supervisor, make_user, open_stay, program

from .visiting import HTMX, SHUT, chart_url, cost, doors, events, follow, front_desk, get, seen, send, signed_in, silence

pytestmark = pytest.mark.django_db

NEW = "/patients/new/"
DAY = timedelta(days=1)
ROSA = {"given_name": "Rosa", "family_name": "Alvarez", "birth_date": "4 Mar 1991"}
BORN = date(1991, 3, 4)


@pytest.fixture
def clinician():
    return make_clinician(given_name="Sara", family_name="Lindqvist")


@pytest.fixture
def desk(clinician):
    return signed_in(clinician)


@pytest.fixture
def front_worker():
    return front_desk()


@pytest.fixture
def front(front_worker):
    return signed_in(front_worker)


def filled_in(client, **answers):
    """The page's form with these answers; admitted to the evening program unless they say otherwise."""
    form = get(client, NEW).form("given_name")
    if "program" in form:
        answers = {"program": str(program("IOP Evening").pk), **answers}
    return {**form, **ROSA, **answers}


def answered(page, **answer):
    """The form of a page that asks something, with the answer."""
    return {**page.form("given_name"), **answer}


# Without mistakes


def test_the_page_asks_for_the_person_and_the_admission(desk):
    page = get(desk, NEW)

    assert (page.status, page.title, page.heading) == (200, "New patient - Anchored", "New patient")
    assert "Only the name, the program and the day are needed; the rest can follow." in page.text
    assert page.form("given_name")["on"] == f"{today():%d %b %Y}"
    assert "Register only" in page.buttons
    assert "Register and admit" in page.buttons


def test_a_person_is_registered_and_admitted_on_one_page(clinician, desk):
    page = follow(desk, NEW, filled_in(desk, preferred_name="Ro", referral_source="1", substance_1="2", route_1="1", first_use_age_1="17"))

    patient = Patient.objects.get()
    stay = open_stay(patient)
    assert f"Rosa Alvarez is admitted to IOP Evening, record no. {patient.record_number}." in page.text
    assert page.heading == "Chart overview"
    assert (patient.preferred_name, patient.birth_date, patient.registered_by) == ("Ro", BORN, clinician)
    assert (stay.program.name, stay.started_on) == ("IOP Evening", today())
    assert stay.episode.admission.substances.get().first_use_age == 17
    assert stay.episode.team.get(ended_on=None).user == clinician
    assert events(patient) == ["patient.registered", "patient.admitted", "chart.opened"]


def test_a_person_can_be_registered_only(desk):
    page = follow(desk, NEW, filled_in(desk, act="register", program=""))

    patient = Patient.objects.get()
    assert f"Rosa Alvarez is registered, record no. {patient.record_number}." in page.text
    assert page.heading == "Details"
    assert not Episode.objects.exists()


def test_only_one_name_is_needed(front):
    follow(front, NEW, {**get(front, NEW).form("given_name"), "given_name": "  Sukarno "})

    assert str(Patient.objects.get()) == "Sukarno"


def test_any_letters_are_a_name(front):
    for name in ("O'Brien-Ñandú 李", "Null", "=SUM(A1)", "{{7*7}}", "<b>Rosa</b>"):
        page = follow(front, NEW, filled_in(front, given_name=name))
        assert f"{name} Alvarez is registered" in page.text
        assert "<b>Rosa</b>" not in page.html
        assert Patient.objects.filter(given_name=name).count() == 1


def test_front_desk_registers_and_does_not_admit(front):
    page = get(front, NEW)

    assert "Only a name is needed; the rest can follow." in page.text
    assert "program" not in page.form("given_name")
    assert "Register and admit" not in page.buttons
    follow(front, NEW, {**filled_in(front), "act": "admit", "program": str(program("IOP Evening").pk), "on": f"{today():%Y-%m-%d}"})
    assert Patient.objects.count() == 1
    assert not Episode.objects.exists()


def test_whoever_admits_for_a_colleague_may_lose_the_chart_and_is_led_to_the_list(desk):
    page = follow(desk, NEW, filled_in(desk, primary=str(make_clinician().pk)))

    assert "is admitted to IOP Evening" in page.text
    assert page.heading == "Patients"


def test_a_form_that_is_sent_twice_makes_one_person(desk):
    form = filled_in(desk)

    first, second = desk.post(NEW, form), desk.post(NEW, form)

    assert first["Location"] == second["Location"]
    assert Patient.objects.count() == Episode.objects.count() == 1


# With mistakes


def test_mistakes_are_named_and_the_typing_is_kept(desk):
    typed = {
        "given_name": " ",
        "family_name": "Alvarez",
        "birth_date": "31/02/1990",
        "phone": "call her",
        "program": "",
        "on": "",
        "first_use_age_1": "120",
    }

    page = send(desk, NEW, filled_in(desk, **typed, allergies="Penicillin", language="Spanish"))

    assert page.status == 422
    assert page.title == "Error: New patient - Anchored"
    assert page.mistakes == [
        "Enter the given name, or the only name",
        "Enter a real date of birth, like 4 Mar 1991",
        "Enter a phone number, like 555 0142 or +1 555 010 0000 ext 5",
        "Choose the program",
        "Enter the admission date",
        "Enter an age of 95 or less",
    ]
    assert page.invalid == {"given_name", "birth_date", "phone", "program", "on", "first_use_age_1"}
    kept = page.form("given_name")
    assert {name: kept[name] for name in typed} == {**typed, "given_name": " "}
    assert (kept["allergies"], kept["language"]) == ("Penicillin", "Spanish")
    assert not Patient.objects.exists()


def test_each_mistake_has_its_sentence(desk):
    form = filled_in(desk)

    def said(**typed):
        page = send(desk, NEW, {**form, **typed})
        return page.status, page.mistakes

    assert said(birth_date=f"{today() + DAY:%Y-%m-%d}") == (422, ["Date of birth must be in the past"])
    assert said(birth_date="1890-01-01") == (422, ["Check the year of birth"])
    assert said(given_name="a" * 101) == (422, ["Use at most 100 characters. You entered 101."])
    assert said(given_name="Ro\u202esa") == (422, ["Remove the character at position 3. It can't be used in a record."])
    assert said(email="rosa at home") == (422, ["Enter a valid email address."])
    assert said(on=f"{today() + DAY:%Y-%m-%d}") == (422, ["The admission date must not be in the future."])
    assert said(on="1990-01-01") == (422, ["The admission date must not be before the date of birth."])
    assert said(program="999999") == (422, ["Choose one from the list"])
    assert said(referral_source="<script>") == (422, ["Choose one from the list"])
    assert said(substance_2="2") == (422, ["Fill in the primary substance first, then the secondary, then the tertiary."])
    assert not Patient.objects.exists()


def test_a_full_program_takes_nobody_and_nobody_is_half_registered(clinician, desk):
    Program.objects.filter(name="IOP Evening").update(capacity=1)
    make_admitted(clinician, to="IOP Evening")

    page = send(desk, NEW, filled_in(desk, given_name="Thea"))

    assert (page.status, page.mistakes) == (422, ["IOP Evening is full (1 of 1). Choose another or the waitlist."])
    assert page.invalid == {"program"}
    assert page.form("given_name")["given_name"] == "Thea"
    assert Patient.objects.count() == 1


def test_registering_only_keeps_what_was_typed_for_the_admission(desk):
    typed = {"on": "2 Nov 2026", "referral_source": "1", "substance_1": "2", "program": str(program("PHP").pk)}

    page = send(desk, NEW, filled_in(desk, act="register", given_name="", **typed))

    kept = page.form("given_name")
    assert page.mistakes == ["Enter the given name, or the only name"]
    assert {name: kept[name] for name in typed} == typed


def test_a_program_that_is_full_says_so_in_the_list(clinician, desk):
    Program.objects.filter(name="IOP Evening").update(capacity=1)
    Program.objects.filter(name="Alumni").update(ended_on=today())
    make_admitted(clinician, to="IOP Evening")

    page = get(desk, NEW)

    assert "IOP Evening, full (1 of 1)" in page.text
    assert "PHP, 20 places" in page.text
    assert "Outpatient, no limit" in page.text
    assert "Alumni, " not in page.text


# Is this the same person?


def asked(page):
    return "Is this the same person?" in page.text


def test_the_same_name_and_birth_date_are_asked_about_before_anything_is_created(desk, clinician):
    known = make_patient(clinician, family_name="Álvarez", birth_date=BORN)

    page = send(desk, NEW, filled_in(desk, allergies="Penicillin"))

    assert page.status == 422
    assert f"ÁLVAREZ, Rosa, born 04 Mar 1991, record no. {known.record_number} Yes, use record no. {known.record_number}" in page.text
    assert "No, different person" in page.buttons
    assert page.form("given_name")["allergies"] == "Penicillin"
    assert Patient.objects.count() == 1
    assert seen("same_person.asked") == [known.pk]


def test_a_preferred_name_is_a_name_too(desk, clinician):
    make_patient(clinician, given_name="Rosalinda", preferred_name="Rosa", family_name="Alvarez", birth_date=BORN)

    assert asked(send(desk, NEW, filled_in(desk, family_name="ALVAREZ")))


def test_somebody_alike_is_not_told_of(front, front_worker):
    alike = [
        {"given_name": "Ros"},
        {"family_name": "Alvarezz"},
        {"birth_date": date(1991, 3, 5)},
        {"birth_date": None},
        {"given_name": "R%"},
    ]
    for facts in alike:
        make_patient(front_worker, **{"given_name": "Rosa", "family_name": "Alvarez", "birth_date": BORN, **facts})

    assert front.post(NEW, filled_in(front)).status_code == 302
    assert Patient.objects.count() == len(alike) + 1


def test_a_restricted_record_is_not_told_of(desk, clinician):
    known = make_patient(clinician, family_name="Alvarez", birth_date=BORN)
    privacy.restrict(known, by=make_user(Role.PRIVACY_OFFICER), named=[make_clinician()])

    assert desk.post(NEW, filled_in(desk)).status_code == 302


def test_another_person_is_created_when_that_is_said(desk, clinician):
    known = make_patient(clinician, family_name="Alvarez", birth_date=BORN)
    page = send(desk, NEW, filled_in(desk))

    follow(desk, NEW, answered(page, different="yes"))

    other = Patient.objects.exclude(pk=known.pk).get()
    assert open_stay(other).program.name == "IOP Evening"


def test_saying_another_person_does_not_admit_whom_one_only_registers(desk, clinician):
    make_patient(clinician, family_name="Alvarez", birth_date=BORN)
    page = send(desk, NEW, filled_in(desk, act="register"))

    follow(desk, NEW, answered(page, different="yes"))

    assert Patient.objects.count() == 2
    assert not Episode.objects.exists()


def test_the_same_person_is_admitted_under_the_record_there_is(desk, clinician):
    known = make_patient(clinician, family_name="Alvarez", birth_date=BORN)
    page = send(desk, NEW, filled_in(desk))

    chart = follow(desk, NEW, answered(page, same_as=str(known.pk)))

    assert chart.heading == "Chart overview"
    assert f"record no. {known.record_number}." in chart.text
    assert Patient.objects.get() == known
    assert open_stay(known).program.name == "IOP Evening"


def test_the_same_person_who_is_in_care_here_opens_the_chart(clinician, desk):
    known = make_admitted(clinician, patient=make_patient(clinician, family_name="Alvarez", birth_date=BORN))
    page = send(desk, NEW, filled_in(desk))

    chart = follow(desk, NEW, answered(page, same_as=str(known.pk)))

    assert "Rosa Alvarez is in care already. This is the chart." in chart.text
    assert chart.heading == "Chart overview"
    assert Episode.objects.count() == 1


def test_nobody_is_told_of_a_person_in_care_elsewhere(desk):
    """A name and a birth date typed exactly say nothing about whom this person has no relation to."""
    make_admitted(patient=make_patient(family_name="Alvarez", birth_date=BORN), to="PHP")

    chart = follow(desk, NEW, filled_in(desk))

    assert chart.heading == "Chart overview"
    assert Patient.objects.count() == Episode.objects.count() == 2
    assert "same_person.asked" not in events()


def test_what_was_typed_anew_is_kept_in_the_record_there_is(desk, clinician):
    known = make_patient(clinician, family_name="Alvarez", birth_date=BORN, city="Salem")
    page = send(desk, NEW, filled_in(desk, phone="555 0199", city="", allergies="Latex"))

    follow(desk, NEW, answered(page, same_as=str(known.pk)))

    known.refresh_from_db()
    assert (known.phone, known.city, known.allergies) == ("555 0199", "Salem", "Latex")


def test_front_desk_learns_the_record_number_only(front, front_worker):
    known = make_patient(front_worker, family_name="Alvarez", birth_date=BORN)
    page = send(front, NEW, filled_in(front))

    after = follow(front, NEW, answered(page, same_as=str(known.pk)))

    assert f"Record no. {known.record_number} is on file. Nothing was created." in after.text
    assert after.heading == "Patients"
    assert Patient.objects.count() == 1


def test_the_answer_holds_for_what_is_typed_now(desk, clinician):
    known = make_patient(clinician, family_name="Alvarez", birth_date=BORN)
    page = send(desk, NEW, filled_in(desk))

    again = send(desk, NEW, answered(page, same_as=str(known.pk), birth_date="5 Mar 1991"))

    assert again.status == 422
    assert again.mistakes == ["The name or the date of birth is not that of the record any more. Check them and send the form again."]
    assert not Episode.objects.exists()


def test_a_record_that_was_not_asked_about_cannot_be_named(desk, clinician):
    other = make_patient(clinician, given_name="Thea", family_name="Osei")

    page = send(desk, NEW, filled_in(desk, same_as=str(other.pk)))

    assert page.status == 422
    assert "Osei" not in page.html
    assert not Episode.objects.exists()


def test_enter_in_a_field_answers_no_question(desk, clinician):
    make_patient(clinician, family_name="Alvarez", birth_date=BORN)
    asking = send(desk, NEW, filled_in(desk))

    first = asking.html.split("</h1>")[1].split("<button")[1].split("</button>")[0]

    assert 'name="act" value="admit"' in first
    assert "Yes" not in first


# Who may


def test_a_new_patient_has_a_door():
    assert doors(NEW, weaker=Role.PRESCRIBER) == {**SHUT, "a stranger": 200}
    assert signed_in(make_user(Role.ADMINISTRATOR)).post(NEW, ROSA).status_code == 403
    assert Client().post(NEW, ROSA, headers=HTMX).status_code == 401
    assert not Patient.objects.exists()


def test_without_the_trail_nobody_is_registered_asked_about_or_shown(desk, monkeypatch):
    form = filled_in(desk)
    silence(monkeypatch)

    assert send(desk, NEW, form).status == 503
    assert not Patient.objects.exists()


def test_without_the_trail_nobody_known_is_shown(desk, monkeypatch):
    make_patient(family_name="Alvarez", birth_date=BORN)
    form = filled_in(desk)
    silence(monkeypatch)

    page = send(desk, NEW, form)

    assert page.status == 503
    assert not asked(page)


def test_the_page_costs_the_same_in_a_large_house(clinician, desk):
    one = cost(desk, NEW)
    for _ in range(3):
        make_clinician()
        make_admitted(clinician)

    assert one == cost(desk, NEW) == 5


# Coming back


@pytest.fixture
def returning(clinician):
    """Somebody who was here last month, with answers of that admission."""
    items = {
        "referral_source": "1",
        "payment_source": "1",
        "arrests_30d": 1,
        "days_waiting": 5,
        "substances": [{"substance": "2", "route": "1", "frequency": "3", "first_use_age": 17}],
    }
    patient = make_admitted(clinician, patient=make_patient(clinician, family_name="Alvarez"), on=today() - 20 * DAY, **items)
    reason = DischargeReason.objects.get(code="completed")
    episodes.discharge(open_stay(patient), on=today() - 10 * DAY, reason=reason, by=clinician)
    return patient


def readmission(client, patient, **answers):
    form = get(client, chart_url("readmit", patient)).form("program")
    return {**form, "program": str(program("PHP").pk), **answers}


def test_what_seldom_changes_stands_ready(returning, desk):
    page = get(desk, chart_url("readmit", returning))

    form = page.form("program")
    assert page.title == f"Admit, No. {returning.record_number} - Anchored"
    assert page.heading == "Admit Rosa Alvarez again"
    assert f"taken from the admission of {today() - 20 * DAY:%d %b %Y}; check them." in page.text
    assert (form["referral_source"], form["payment_source"]) == ("1", "1")
    assert (form["substance_1"], form["route_1"], form["frequency_1"], form["first_use_age_1"]) == ("2", "1", "3", "17")
    assert form["arrests_30d"] == form["days_waiting"] == form["program"] == ""


def test_coming_back_is_a_new_episode(returning, desk):
    page = follow(desk, chart_url("readmit", returning), readmission(desk, returning))

    assert "Rosa Alvarez is admitted again, to PHP." in page.text
    assert returning.episodes.count() == 2
    assert open_stay(returning).program.name == "PHP"
    assert f"{today() - 20 * DAY:%d %b %Y} to {today() - 10 * DAY:%d %b %Y}" in page.part("episodes")


def test_the_first_admission_of_somebody_registered_says_so(clinician, desk):
    patient = make_patient(clinician, family_name="Alvarez")

    page = get(desk, chart_url("readmit", patient))
    after = follow(desk, chart_url("readmit", patient), readmission(desk, patient))

    assert page.heading == "Admit Rosa Alvarez"
    assert "The first episode of this person here." in page.text
    assert "Rosa Alvarez is admitted to PHP." in after.text


def test_mistakes_of_a_readmission_are_named(returning, desk):
    form = readmission(desk, returning, payment_source="2")

    def said(**typed):
        page = send(desk, chart_url("readmit", returning), {**form, **typed})
        assert page.title.startswith("Error: Admit, No.")
        assert page.form("program")["payment_source"] == "2"
        return page.status, page.mistakes

    left = today() - 10 * DAY
    assert said(program="") == (422, ["Choose the program"])
    assert said(on="") == (422, ["Enter the admission date"])
    assert said(on=f"{today() + DAY:%Y-%m-%d}") == (422, ["The admission date must not be in the future."])
    assert said(on=f"{left - DAY:%Y-%m-%d}") == (422, [f"The admission must be on or after {left:%d %b %Y}, the last discharge."])
    assert returning.episodes.count() == 1


def test_who_admits_second_is_told_so_and_keeps_the_typing(returning, desk):
    form = readmission(desk, returning, days_waiting="3")
    supervisor = make_supervisor()
    admissions.admit(returning, program=program("Outpatient"), on=today(), by=supervisor)

    page = send(desk, chart_url("readmit", returning), form)

    assert page.status == 409
    assert page.mistakes == [f"Rosa Alvarez is in care already, since {today():%d %b %Y}. Nothing was changed."]
    assert page.form("program")["days_waiting"] == "3"
    assert returning.episodes.count() == 2


def test_somebody_in_care_is_not_admitted_again(clinician, desk):
    assert get(desk, chart_url("readmit", make_admitted(clinician))).status == 404


def test_a_readmission_has_a_door(returning):
    assert doors(chart_url("readmit", returning), weaker=Role.PRESCRIBER) == SHUT
    assert doors(chart_url("readmit", returning), weaker=Role.PRESCRIBER, by="post") == SHUT
    assert returning.episodes.count() == 1


def test_without_the_trail_nobody_comes_back(returning, desk, monkeypatch):
    form = readmission(desk, returning)
    silence(monkeypatch)

    assert send(desk, chart_url("readmit", returning), form).status == 503
    assert returning.episodes.count() == 1
