"""Moving somebody along the continuum: one form for page and dialog, and the way back."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from anchored.accounts.roles import Role
from anchored.audit.models import TrailEntry
from anchored.ground.dates import today
from patients.actions import assessments, episodes
from patients.models import AllowedMove, Assessment, DischargeReason, Program, ProgramStaff, Stay
from tests.making import (
    afresh,
    basis,
    made_once,
    make_admitted,
    make_both,
    make_clinician,
    make_patient,
    make_supervisor,
    make_user,
    open_stay,
    program,
)

from .pages import Page
from .visiting import HTMX, SHUT, chart_url, cost, doors, follow, get, send, signed_in, silence

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
DETOX = "Residential detox"
WHY = "Withdrawal is over; she asks for groups."


both = made_once(lambda: make_both(family_name="Alvarez"))


@pytest.fixture
def clinician(both, db):
    return afresh(both.clinician)


@pytest.fixture
def desk(clinician):
    return signed_in(clinician)


@pytest.fixture
def patient(both, db):
    return afresh(both.patient)


@pytest.fixture
def url(patient):
    return chart_url("move", patient)


def pk(name):
    return str(program(name).pk)


def filled_in(client, url, **answers):
    return {**get(client, url).form("reason"), "to": pk("PHP"), "basis": str(basis().pk), "reason": WHY, **answers}


def choices(page):
    """Each choice of To, with what stands beside it."""
    rows = re.findall(r'<label class="choice".*?<span>(.*?)</span>\s*<span class="line-meta">(.*?)</span>\s*</label>', page.html, re.DOTALL)
    return {name: " ".join(re.sub(r"<[^>]+>", " ", meta).split()) for name, meta in rows}


# The form


def test_the_form_says_who_moves_from_where(patient, desk, url):
    page = get(desk, url)

    assert (page.status, page.title, page.heading) == (200, f"Move, No. {patient.record_number} - Anchored", "Move Rosa Alvarez")
    assert f"From Residential detox, day 11. Born 04 Mar 1991, record no. {patient.record_number}" in page.text
    assert page.leads_to("Cancel") == chart_url("chart", patient)
    assert page.form("reason")["on"] == f"{today():%d %b %Y}"
    assert [label for label in ("To", "Dimensions") if f"<legend>{label}</legend>" in page.html] == ["To", "Dimensions"]


def test_the_next_step_stands_first_and_is_chosen(desk, url):
    page = get(desk, url)

    assert page.form("reason")["to"] == pk("Residential")
    assert list(choices(page))[0] == "Residential"
    assert choices(page)["Residential"] == "Next step, 24 places"
    assert choices(page)["PHP"] == "Step down, 20 places"
    assert choices(page)["Hospital detox"] == "Step up, 8 places"
    assert choices(page)["Discharge…"] == "Opens its own page"
    assert 'data-leads="Move to Residential"' in page.html


def test_a_full_program_says_so_and_is_not_chosen(patient, desk, url):
    Program.objects.filter(name="Residential").update(capacity=1)
    make_admitted(make_clinician(), to="Residential")

    page = get(desk, url)
    refused = send(desk, url, filled_in(desk, url, to=pk("Residential")))

    assert choices(page)["Residential"] == "Full Next step, full (1 of 1)"
    assert "to" not in page.form("reason")
    assert (refused.status, refused.mistakes) == (422, ["Residential is full (1 of 1). Choose another or the waitlist."])
    assert open_stay(patient).program.name == DETOX


def test_where_one_is_and_what_has_ended_is_no_choice(desk, url):
    Program.objects.filter(name="PHP").update(ended_on=today())

    assert {DETOX, "PHP"}.isdisjoint(choices(get(desk, url)))


def test_only_a_supervisor_is_offered_moves_outside_the_table(patient, clinician, desk, url):
    supervisor = signed_in(make_supervisor(supervises=[clinician]))

    assert "Alumni" not in choices(get(desk, url))
    page = get(supervisor, url)
    assert choices(page)["Alumni"] == "Outside the table of moves, no limit"
    assert "History shows that a supervisor approved it" in page.text

    assert send(desk, url, filled_in(desk, url, to=pk("Alumni"))).mistakes == ["Choose one from the list"]
    follow(supervisor, url, filled_in(supervisor, url, to=pk("Alumni")))
    assert open_stay(patient).outside_table is True


def test_a_column_of_the_board_chooses_for_one(desk, url):
    Program.objects.filter(name="IOP Day").update(capacity=1)
    make_admitted(make_clinician(), to="IOP Day")

    assert get(desk, f"{url}?to={pk('IOP Evening')}").form("reason")["to"] == pk("IOP Evening")
    for not_free in (pk("IOP Day"), pk("Alumni"), "abc", ""):
        assert get(desk, f"{url}?to={not_free}").form("reason")["to"] == pk("Residential")


def test_the_bases_are_those_the_house_offers(desk, url):
    html = get(desk, url).html

    assert "Ready for next level" in html
    assert "Move undone" not in html
    assert ">Admission<" not in html


def test_what_will_happen_is_said_before(desk, url):
    said = get(desk, url).part("what-happens")

    for sentence in (
        "PHP Staff of PHP are asked to accept",
        "Day 1 in PHP is the start date",
        "The level of care is reviewed within 7 days",
        "You can undo it for 10 minutes",
        "Opens the discharge page",
    ):
        assert sentence in said


# The dimensions


def rate(patient, by, **ratings):
    return assessments.assess(open_stay(patient), by=by, made_on=today(), occasion="continued", **ratings)


def test_the_last_rating_stands_ready_with_its_author_and_day(patient, clinician, desk, url):
    rate(patient, clinician, rating_1="1", rating_3="2")
    rate(patient, clinician, rating_1="3", rating_6="0")

    page = get(desk, url)

    form = page.form("reason")
    assert [form[f"rating_{number}"] for number in range(1, 7)] == ["3", "", "", "", "", "0"]
    assert f"From {today():%d %b}, S. Lindqvist. Change what is different today." in page.text


def test_without_a_rating_one_is_asked_for_what_one_knows(desk, url):
    assert "Not rated yet in this episode. Rate what you know." in get(desk, url).text


def test_a_rating_in_another_edition_is_not_taken_over(clinician, desk):
    patient = make_admitted(clinician, to="Outpatient")
    rate(patient, clinician, rating_1="3", rating_6="4")
    episodes.move(open_stay(patient), to=program("Alumni"), on=today(), basis=basis(), reason=WHY, by=clinician)

    page = get(desk, chart_url("move", patient))

    form = page.form("reason")
    assert [form[f"rating_{number}"] for number in range(1, 7)] == [""] * 6
    assert f"Rated {today():%d %b} by the 3rd edition (2013), whose dimensions are others. Rate what you know." in page.text
    assert "6 Person-centered" in page.text
    assert "Not rated in this edition" in page.text


def test_a_rating_of_an_earlier_episode_is_not_taken_over(patient, clinician, desk, url):
    rate(patient, clinician, rating_1="3")
    episodes.discharge(open_stay(patient), on=today(), reason=DischargeReason.objects.get(code="completed"), by=clinician)
    make_admitted(clinician, patient=patient, on=today())

    assert "Not rated yet in this episode." in get(desk, url).text


def test_the_ratings_of_a_move_become_a_signed_assessment(patient, clinician, desk, url):
    follow(desk, url, filled_in(desk, url, rating_1="1", rating_6="2"))

    document = Assessment.objects.get()
    assert document.sealed_at
    assert document.ratings() == ["1", "", "", "", "", "2"]
    assert (document.made_by, document.occasion, document.edition) == (clinician, "move", "3")


def test_a_move_that_demands_ratings_says_so(patient, desk, url):
    AllowedMove.objects.filter(from_level=program(DETOX).level, to_level=program("PHP").level).update(demands_ratings=True)

    page = send(desk, url, filled_in(desk, url, rating_1="1"))

    assert (page.status, page.mistakes) == (422, ["Rate all dimensions for this move."])
    assert page.form("reason")["rating_1"] == "1"


# Moving


def test_moving_leads_back_to_the_chart_with_undo(patient, clinician, desk, url):
    page = follow(desk, url, filled_in(desk, url, patient_took_part="on"))

    stay = open_stay(patient)
    assert (stay.program.name, stay.started_on, stay.reason, stay.patient_took_part) == ("PHP", today(), WHY, True)
    assert "Rosa Alvarez moved to PHP." in page.text
    assert "Undo" in page.buttons
    assert page.form_to(chart_url("undo_move", patient))["once"]
    assert page.heading == "Chart overview"
    assert page.html.index('id="flash" role="status"') < page.html.index("moved to PHP.")


def test_a_move_is_recorded_without_its_words(patient, clinician, desk, url):
    follow(desk, url, filled_in(desk, url))

    entry = TrailEntry.objects.get(event="stay.moved")
    assert (entry.patient_id, entry.actor_id) == (patient.pk, clinician.pk)
    assert WHY not in str(entry.facts)


def test_a_move_can_be_of_an_earlier_day(patient, desk, url):
    follow(desk, url, filled_in(desk, url, on=f"{today() - 3 * DAY:%d %b %Y}"))

    assert open_stay(patient).day() == 4


@pytest.mark.parametrize(
    ("back", "heading"), [("continuum", "Continuum"), ("list", "Patients"), ("today", "Today"), ("//evil.example", "Chart overview")]
)
def test_moving_leads_back_to_where_it_was_begun(desk, url, back, heading):
    page = get(desk, f"{url}?back={back}")

    assert follow(desk, url, filled_in(desk, f"{url}?back={back}")).heading == heading
    assert "evil" not in (page.leads_to("Cancel") or "")


def test_a_form_that_is_sent_twice_moves_once(patient, desk, url):
    form = filled_in(desk, url)

    first, second = desk.post(url, form), desk.post(url, form)

    assert first["Location"] == second["Location"] == chart_url("chart", patient)
    assert Stay.objects.filter(episode__patient=patient).count() == 2


def test_discharge_has_its_own_page(patient, desk, url):
    assert desk.post(url, {"to": "discharge"})["Location"] == chart_url("discharge", patient)
    assert desk.post(url, {"to": "discharge"}, headers=HTMX)["HX-Redirect"] == chart_url("discharge", patient)


def test_whoever_knew_the_patient_through_the_program_keeps_the_chart_until_it_is_accepted(patient, url):
    author = signed_in(make_clinician(works_in=[DETOX]))
    receiver = signed_in(make_clinician(works_in=["PHP"]))

    page = follow(author, url, filled_in(author, url))

    assert "Rosa Alvarez moved to PHP." in page.text
    assert "Undo" in page.buttons
    receiver.post(chart_url("accept", patient))
    assert author.get(chart_url("chart", patient)).status_code == 404


# The dialog


def test_the_dialog_is_the_same_form(patient, desk, url):
    answer = desk.get(f"{url}?back=continuum", headers=HTMX)

    dialog, page = Page(answer), get(desk, f"{url}?back=continuum")
    assert "<html" not in dialog.html
    assert '<h2 id="dialog-title" tabindex="-1">Move Rosa Alvarez</h2>' in dialog.html
    assert f'hx-post="{url}" hx-target="#dialog"' in dialog.html
    ours, theirs = dialog.form("reason"), page.form("reason")
    assert {**ours, "once": "", "csrfmiddlewaretoken": ""} == {**theirs, "once": "", "csrfmiddlewaretoken": ""}
    assert "HX-Request" in answer["Vary"]


def test_out_of_the_dialog_a_whole_page_follows(patient, desk, url):
    answer = desk.post(url, filled_in(desk, f"{url}?back=continuum"), headers=HTMX)

    assert (answer.content, answer["HX-Redirect"]) == (b"", "/continuum/")
    assert "Rosa Alvarez moved to PHP." in get(desk, "/continuum/").text


def test_mistakes_stay_in_the_dialog(desk, url):
    answer = desk.post(url, filled_in(desk, url, reason="too short"), headers=HTMX)

    page = Page(answer)
    assert page.status == 422
    assert "<html" not in page.html
    assert page.mistakes == ["Give the reason in at least 15 characters"]


# Mistakes


def test_mistakes_are_named_and_the_typing_is_kept(patient, desk, url):
    typed = {"basis": "", "reason": "too short", "on": "soon", "rating_2": "3", "patient_took_part": "on"}

    page = send(desk, url, filled_in(desk, url, **typed))

    assert page.status == 422
    assert page.title == f"Error: Move, No. {patient.record_number} - Anchored"
    assert page.mistakes == [
        "Choose the basis of the move",
        "Enter a real date, like 23 Nov 2026",
        "Give the reason in at least 15 characters",
    ]
    assert {"basis", "reason", "on"} <= page.invalid
    kept = page.form("reason")
    assert {name: kept[name] for name in (*typed, "to")} == {**typed, "to": pk("PHP")}
    assert Stay.objects.count() == 1


def test_each_mistake_has_its_sentence(desk, url):
    form = filled_in(desk, url)

    def said(**typed):
        page = send(desk, url, {**form, **typed})
        return page.status, page.mistakes

    admitted = today() - 10 * DAY
    too_short = ["Give the reason in at least 15 characters"]
    assert said(to="") == (422, ["Choose where the patient moves to"])
    assert said(to="999999") == (422, ["Choose one from the list"])
    assert said(reason="") == said(reason=" " * 40) == said(reason="fourteen signs") == (422, too_short)
    assert said(reason="x" * 4001) == (422, ["Use at most 4000 characters. You entered 4001."])
    assert said(reason="Asks for\x00 groups now.") == (422, ["Remove the character at position 9. It can't be used in a record."])
    assert said(on="") == (422, ["Enter the start date"])
    assert said(on=f"{today() + DAY:%Y-%m-%d}") == (422, ["The move date must not be in the future."])
    assert said(on=f"{admitted - DAY:%Y-%m-%d}") == (422, [f"The move must be on or after {admitted:%d %b %Y}, the admission."])
    assert said(rating_1="9") == (422, ["Choose one from the list"])
    assert Stay.objects.count() == 1


def test_a_move_before_the_last_one_says_which_day_that_was(patient, clinician, desk, url):
    episodes.move(open_stay(patient), to=program("PHP"), on=today() - 3 * DAY, basis=basis(), reason=WHY, by=clinician)

    page = send(desk, url, filled_in(desk, url, to=pk("IOP Evening"), on=f"{today() - 4 * DAY:%d %b %Y}"))

    assert page.mistakes == [f"The move must be on or after {today() - 3 * DAY:%d %b %Y}, the last move."]


# Somebody was first


def test_who_moves_second_is_told_who_was_first_and_when(patient, desk, url):
    form = filled_in(desk, url, rating_1="2")
    other = make_clinician(given_name="Dana", family_name="Mensah", works_in=[DETOX])
    with time_machine.travel(timezone.now() - timedelta(minutes=3)):
        episodes.move(open_stay(patient), to=program("IOP Evening"), on=today(), basis=basis(), reason=WHY, by=other)

    for how in ({}, {"headers": HTMX}):
        page = send(desk, url, form, **how)
        assert page.status == 409
        assert page.mistakes == ["D. Mensah moved this patient 3 minutes ago. Nothing was changed."]
        assert (page.form("reason")["reason"], page.form("reason")["rating_1"]) == (WHY, "2")
    assert open_stay(patient).program.name == "IOP Evening"


def test_who_moves_after_a_discharge_is_told_so(patient, clinician, desk, url):
    form = filled_in(desk, url)
    episodes.discharge(open_stay(patient), on=today(), reason=DischargeReason.objects.get(code="completed"), by=clinician)

    page = send(desk, url, form)

    assert (page.status, page.mistakes) == (409, ["S. Lindqvist discharged this patient just now. Nothing was changed."])


def test_a_stay_of_somebody_else_is_not_moved(patient, clinician, desk, url):
    other = make_admitted(clinician, to="Residential")

    assert desk.post(url, filled_in(desk, url, stay=str(open_stay(other).pk))).status_code == 404

    assert open_stay(other).program.name == "Residential"
    assert open_stay(patient).program.name == "Residential detox"


def test_somebody_who_is_not_in_care_is_not_moved(clinician, desk):
    assert get(desk, chart_url("move", make_patient(clinician))).status == 404


# Undo


def test_undo_goes_back_and_history_shows_both(patient, clinician, desk, url):
    page = follow(desk, url, filled_in(desk, url))

    undone = follow(desk, chart_url("undo_move", patient), page.form_to(chart_url("undo_move", patient)))

    assert "Undone. Rosa Alvarez is in Residential detox again." in undone.text
    assert open_stay(patient).day() == 11
    assert "Move undone, back in Residential detox" in undone.part("recent")
    assert TrailEntry.objects.filter(event="stay.move_undone", patient_id=patient.pk).count() == 1


def undo(client, patient):
    return follow(client, chart_url("undo_move", patient), {})


def test_undo_holds_for_ten_minutes(patient, clinician, desk):
    with time_machine.travel(timezone.now() - timedelta(minutes=11)):
        episodes.move(open_stay(patient), to=program("PHP"), on=today(), basis=basis(), reason=WHY, by=clinician)

    page = undo(desk, patient)

    assert "A move can be undone for 10 minutes. Move the patient again instead." in page.text
    assert page.html.index('id="alert" role="alert"') < page.html.index("A move can be undone")
    assert open_stay(patient).program.name == "PHP"


def test_somebody_elses_move_is_not_undone(patient, clinician):
    episodes.move(open_stay(patient), to=program("PHP"), on=today(), basis=basis(), reason=WHY, by=clinician)

    page = send(signed_in(make_clinician(works_in=["PHP"])), chart_url("undo_move", patient), {})

    assert page.status == 403
    assert "Only the person who moved the patient can undo it." in page.text


def test_a_move_that_somebody_followed_up_is_not_undone(patient, clinician, desk):
    episodes.move(open_stay(patient), to=program("PHP"), on=today(), basis=basis(), reason=WHY, by=clinician)
    other = make_clinician(given_name="Dana", family_name="Mensah", works_in=["PHP"])
    episodes.move(open_stay(patient), to=program("IOP Evening"), on=today(), basis=basis(), reason=WHY, by=other)

    assert "D. Mensah moved this patient just now. Nothing was changed." in undo(desk, patient).text
    assert open_stay(patient).program.name == "IOP Evening"


def test_an_admission_is_no_move_to_undo(patient, desk):
    assert "There is no move to undo." in undo(desk, patient).text


def test_undo_is_sent_not_followed(patient, desk):
    assert desk.get(chart_url("undo_move", patient)).status_code == 405


# Who may


@pytest.mark.parametrize("name", ["move", "undo_move"])
def test_moving_and_undoing_have_a_door(patient, name):
    if name == "move":
        assert doors(chart_url(name, patient), weaker=Role.PRESCRIBER) == SHUT
    assert doors(chart_url(name, patient), weaker=Role.PRESCRIBER, by="post") == SHUT
    assert doors(chart_url(name, patient), weaker=Role.FRONT_DESK, by="post") == SHUT
    assert Stay.objects.count() == 1


def test_a_refusal_in_a_dialog_is_a_sentence(patient):
    prescriber = signed_in(make_user(Role.PRESCRIBER, works_in=[DETOX]))

    answer = prescriber.get(chart_url("move", patient), headers=HTMX)

    assert (answer.status_code, answer["HX-Retarget"]) == (403, "#alert")
    assert "Your role does not let you move a patient along the continuum." in answer.content.decode()


def test_without_the_trail_nothing_is_shown_or_moved(patient, clinician, desk, url, monkeypatch):
    reason = "Ready for the next level."
    episodes.move(open_stay(patient), to=program("PHP"), on=today(), basis=basis(), reason=reason, by=clinician)
    form = filled_in(desk, url)
    silence(monkeypatch)

    assert get(desk, url).status == get(desk, url, headers=HTMX).status == 503
    assert send(desk, url, form).status == send(desk, chart_url("undo_move", patient), {}).status == 503
    assert Stay.objects.count() == 2


def test_the_form_costs_the_same_in_a_full_house(patient, clinician, desk, url):
    rate(patient, clinician, rating_1="3")
    one = cost(desk, url), cost(desk, url, headers=HTMX)
    for number in range(12):
        make_admitted(clinician, to=["PHP", "IOP Evening", "Residential"][number % 3])
        rate(patient, clinician, rating_1="2")
    ProgramStaff.objects.create(program=program("PHP"), user=make_clinician(), started_on=today())

    assert one == (cost(desk, url), cost(desk, url, headers=HTMX)) == (14, 11)
