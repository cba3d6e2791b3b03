"""The plan on screen: begun, written in place, signed, said something to, compared."""

import pytest
from django.urls import reverse

from anchored.accounts.roles import Role
from patients.actions import diagnoses
from patients.models import DiagnosisCode, ProgramRule
from tests.making import PASSWORD, make_admitted, make_clinician, make_diagnosis, make_patient, make_supervisor, make_user, open_stay
from tests.noting import make_note
from tests.planning import make_plan, sign
from treatment_plans.actions import plans
from treatment_plans.models import Goal, Intervention, LibraryEntry, Objective, Plan, Problem

from .visiting import HTMX, chart_url, cost, follow, get, send, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def clinician():
    return make_clinician(given_name="Sara", family_name="Lindqvist", works_in=["IOP Day"])


@pytest.fixture
def desk(clinician):
    return signed_in(clinician)


@pytest.fixture
def patient(clinician):
    return make_admitted(clinician, to="IOP Day", patient=make_patient(clinician, family_name="Alvarez"))


@pytest.fixture
def plan(patient, clinician):
    return make_plan(patient, by=clinician)


def page_of(plan):
    return reverse("plan", args=[plan.pk])


def add(plan, kind, parent):
    return reverse("add_plan_row", args=[plan.pk, kind, parent.pk])


def edit(row):
    return reverse("edit_plan_row", args=[row.plan_id, row.pk])


def test_a_chart_without_a_plan_says_how_to_begin(desk, patient):
    page = get(desk, chart_url("plan", patient))
    assert "No plan yet" in page.text
    assert page.buttons.count("Start plan") == 1

    begun = follow(desk, chart_url("start_plan", patient), {"because": "initial"})

    assert begun.heading == "Plan, version 1"
    assert "The plan needs a problem" in begun.text


def test_from_an_empty_plan_to_one_that_can_be_signed(desk, patient, clinician):
    plan = plans.start(patient.episodes.get(), by=clinician)
    follow(desk, reverse("about_plan", args=[plan.pk]), {"strengths": "Steady work", "discharge_criteria": "Four weeks without use"})
    follow(desk, add(plan, "problem", plan), {"statement": "Evenings alone", "dimension": "5"})
    follow(desk, add(plan, "goal", Problem.objects.get()), {"text": "Evenings like others have"})
    follow(desk, add(plan, "objective", Goal.objects.get()), {"text": "Plan 5 evenings", "measure": "5 a week", "target_on": "31 Dec 2027"})
    page = follow(
        desk,
        add(plan, "intervention", Objective.objects.get()),
        {"modality": "group", "text": "Relapse prevention", "frequency": "3 a week", "responsible": clinician.pk},
    )

    assert "Nothing is missing." in page.text
    assert "Group: Relapse prevention, 3 a week, S. Lindqvist" in page.text


def test_an_objective_takes_four_answers_and_one_button(desk, plan):
    """The budget: six interactions from the page of the plan."""
    page = get(desk, add(plan, "objective", Goal.objects.get()))

    assert {"text", "measure", "target_on"} < set(page.form("target_on"))
    assert "Add objective" in page.buttons


def test_a_row_is_changed_in_place(desk, plan):
    row = Objective.objects.get()
    page = get(desk, edit(row))
    assert page.form("measure")["text"] == row.text

    page = follow(desk, edit(row), {**page.form("measure"), "measure": "Diary"})

    assert "Measure Diary" in page.text
    assert page.heading == "Plan, version 1"


def test_two_people_in_one_row_lose_nothing(desk, plan, clinician):
    row = Objective.objects.get()
    form = get(desk, edit(row)).form("measure")
    plans.change_row(row, by=clinician, measure="Diary", text="Sleep seven hours on 5 nights")

    page = send(desk, edit(row), {**form, "measure": "Every Friday"})

    assert page.status == 409
    assert "Someone changed measure to “Diary” while you were working. Save again to use yours." in page.text
    assert page.form("measure")["measure"] == "Every Friday"


def test_what_is_empty_is_refused_and_nothing_typed_is_lost(desk, plan):
    page = send(desk, add(plan, "problem", plan), {"statement": "", "words": "Three in the morning is loud."})

    assert page.status == 422
    assert "Enter the problem" in page.text
    assert page.form("statement")["words"] == "Three in the morning is loud."


def test_rows_are_moved_and_taken_out_by_buttons(desk, patient, clinician):
    plan = make_plan(patient, by=clinician, problems=2)
    first, second = Problem.objects.of(plan)

    page = follow(desk, reverse("place_plan_row", args=[plan.pk, second.pk]), {"to": "up"})
    assert page.text.index(second.statement) < page.text.index(first.statement)

    page = follow(desk, reverse("remove_plan_row", args=[plan.pk, first.pk]), {})
    assert "Taken out of this draft (1)" in page.text
    page = follow(desk, reverse("put_back_plan_row", args=[plan.pk, first.pk]), {})
    assert "Taken out of this draft" not in page.text


def test_the_library_is_inserted_with_everything_below_and_then_adapted(desk, patient, clinician):
    plan = plans.start(patient.episodes.get(), by=clinician)
    problem = LibraryEntry.objects.filter(kind="problem", children__children__children__kind="intervention").first()

    page = follow(desk, add(plan, "problem", plan), {"entry": problem.pk})

    assert problem.text in page.text
    assert Intervention.objects.of(plan).exists()
    assert all(row.target_on for row in Objective.objects.of(plan))


def test_signing_names_every_gap_with_its_place(desk, plan, clinician):
    row = Objective.objects.get()
    plans.change_row(row, by=clinician, target_on=None)
    address = reverse("sign_plan", args=[plan.pk])

    page = get(desk, address)

    assert "Cannot sign yet Objective 1.1 needs a date" in page.text
    assert f'href="{page_of(plan)}#objective-{row.pk}"' in page.html
    assert "Sign plan" not in page.buttons
    assert "needs a date" in follow(desk, address, {}).text
    assert not Plan.objects.get().is_sealed


def test_from_signing_to_in_force(desk, plan):
    address = reverse("sign_plan", args=[plan.pk])
    follow(desk, address, get(desk, address).form("digest"))
    word = reverse("plan_word", args=[plan.pk])
    page = get(desk, word)

    said = {**page.form("signer_name"), "view": "disagrees", "words": "Fewer groups.", "how": "typed", "signer_name": "Rosa Alvarez"}
    page = follow(desk, word, said)

    assert "Active" in page.text
    assert "Disagrees Fewer groups." in page.text
    assert not [button for button in page.buttons if button.startswith(("Save", "Add", "Move"))]


def test_a_signed_plan_is_not_changed_by_its_addresses(desk, plan, clinician):
    signed = sign(plan, by=clinician)
    row = Objective.objects.get()

    page = send(desk, edit(row), {"text": "Another", "measure": "x"})

    assert page.status == 409
    assert "signed meanwhile" in page.text
    assert Objective.objects.get().text == row.text
    for address in (
        reverse("sign_plan", args=[signed.pk]),
        edit(row),
        add(signed, "problem", signed),
        reverse("about_plan", args=[signed.pk]),
    ):
        assert get(desk, address).status == 404


def test_a_plan_is_signed_with_the_password_when_it_is_long_ago(desk, plan):
    address = reverse("sign_plan", args=[plan.pk])
    session = desk.session
    session["began"] -= 16 * 60
    session.save()

    after = follow(desk, address, {**get(desk, address).form("password"), "password": "no"})
    assert "The password is not right." in after.text
    assert not Plan.objects.get().is_sealed
    follow(desk, address, {**after.form("password"), "password": PASSWORD})
    assert Plan.objects.get().is_sealed


def test_a_supervisor_cosigns_where_the_rule_asks_for_it(desk, patient, clinician):
    ProgramRule.objects.filter(program=open_stay(patient).program).update(supervisor_signs_plans=True)
    plan = sign(make_plan(patient, by=clinician), by=clinician)
    supervisor = signed_in(make_supervisor(works_in=["IOP Day"]))
    assert "Cosign plan" not in get(desk, page_of(plan)).buttons

    page = follow(supervisor, reverse("cosign_plan", args=[plan.pk]), {})

    assert "Active" in page.text
    assert "Cosigned" in page.text


def test_two_versions_side_by_side(desk, plan, patient, clinician):
    sign(plan, by=clinician)
    after = plans.start(patient.episodes.get(), by=clinician, because="review")
    plans.change_row(Objective.objects.of(after).get(), by=clinician, text="Plan 5 evenings a week")

    page = get(desk, reverse("compare_plan", args=[after.pk]))

    assert page.heading == "From version 1 to version 2"
    assert "Changed: objective 1.1 Objective Plan Removed: 3 Added: 5 evenings a week" in page.text


def test_a_review_shows_what_the_notes_said_and_is_signed(desk, plan, patient, clinician):
    signed = sign(plan, by=clinician)
    root = Objective.objects.of(signed).get().root
    make_note(patient, by=clinician, **{f"standing_{root}": "stuck", f"words_{root}": "Two of five."})
    assert "Plan review due" in get(desk, page_of(signed)).text
    address = reverse("review_plan", args=[signed.pk])

    page = get(desk, address)
    assert "Two of five." in page.text
    assert send(desk, address, {"findings": ""}).status == 422
    said = {**page.form("findings"), f"standing_{root}": "some", "findings": "Comes to every group.", "decision": "revise"}
    after = follow(desk, address, said)

    assert "The review is signed." in after.text
    read = get(desk, reverse("plan_review", args=[signed.reviews.get().pk]))
    assert "Comes to every group." in read.text
    assert "Some progress" in read.text


def test_today_says_which_plans_are_due_and_why(desk, patient):
    page = get(desk, "/today/")
    assert "First plan Rosa Alvarez" in page.part("h-tasks")
    assert "within" in page.part("h-tasks")


def test_the_front_desk_has_no_plan_and_a_prescriber_reads_it(plan):
    assert get(signed_in(make_user(Role.FRONT_DESK, works_in=["IOP Day"])), page_of(plan)).status == 403
    page = get(signed_in(make_user(Role.PRESCRIBER, works_in=["IOP Day"])), page_of(plan))
    assert page.status == 200
    assert "Add objective" not in page.text


def test_a_stranger_learns_nothing(plan):
    stranger = signed_in(make_clinician())
    for address in (page_of(plan), edit(Objective.objects.get()), reverse("sign_plan", args=[plan.pk])):
        assert get(stranger, address).status == 404


def test_a_row_of_another_plan_is_not_found(desk, plan, clinician):
    other = make_plan(make_admitted(clinician, to="IOP Day"), by=clinician)
    row = Objective.objects.of(other).get()

    assert get(desk, reverse("edit_plan_row", args=[plan.pk, row.pk])).status == 404
    assert get(desk, reverse("add_plan_row", args=[plan.pk, "intervention", row.pk])).status == 404
    assert get(desk, reverse("add_plan_row", args=[plan.pk, "wish", plan.pk])).status == 404


def test_a_problem_names_a_diagnosis_that_stands(desk, plan, patient, clinician):
    make_diagnosis(patient, by=clinician, severity="severe", is_primary=True)
    diagnoses.resolve(make_diagnosis(patient, by=clinician, code="F11.20"), by=clinician)
    problem = Problem.objects.get()
    page = get(desk, edit(problem))
    assert '<option value="F10.20 Alcohol dependence, uncomplicated">' in page.html
    assert "F11.20" not in page.html

    follow(desk, edit(problem), {**page.form("diagnosis"), "diagnosis": "F10.20 Alcohol dependence, uncomplicated"})

    problem.refresh_from_db()
    assert problem.diagnosis == "F10.20 Alcohol dependence, uncomplicated"
    refused = send(desk, edit(problem), {**get(desk, edit(problem)).form("diagnosis"), "diagnosis": "F99 Something else"})
    assert (refused.status, refused.mistakes) == (422, ["Choose one from the list"])


def test_what_was_typed_before_there_were_diagnoses_can_be_kept(desk, plan, patient, clinician):
    problem = Problem.objects.get()
    plans.change_row(problem, by=clinician, diagnosis="Alcohol, since school")
    page = get(desk, edit(problem))
    assert page.form("diagnosis")["diagnosis"] == "Alcohol, since school"
    plans.change_row(problem, by=clinician, diagnosis="")

    follow(desk, edit(problem), {**page.form("diagnosis"), "evidence": "Said so."})

    problem.refresh_from_db()
    assert (problem.evidence, problem.diagnosis) == ("Said so.", "")


def test_a_signed_problem_keeps_the_words_of_its_day(plan, patient, clinician):
    made = make_diagnosis(patient, by=clinician)
    plans.change_row(Problem.objects.get(), by=clinician, diagnosis=str(made))
    signed = sign(plan, by=clinician)

    DiagnosisCode.objects.filter(code="F10.20").update(title="Another title")
    diagnoses.mark_error(made, because="It belongs to another person.", by=clinician)

    assert Problem.objects.get().diagnosis == "F10.20 Alcohol dependence, uncomplicated"
    assert signed.is_intact()


def test_the_plan_of_today_shows_what_stands_today(desk, plan, patient, clinician):
    assert "None is recorded yet." in get(desk, page_of(plan)).text
    make_diagnosis(patient, by=clinician, severity="severe", is_primary=True)
    signed = sign(plan, by=clinician)

    assert "Diagnoses today Diagnoses F10.20 Alcohol dependence, uncomplicated Severe Primary" in get(desk, page_of(signed)).text

    sign(plans.start(signed.episode, by=clinician, because="request"), by=clinician)
    assert "Diagnoses today" not in get(desk, page_of(signed)).text


def test_a_larger_plan_costs_no_more(desk, plan, patient, clinician):
    before = cost(desk, page_of(plan))
    for _ in range(4):
        goal = Goal.objects.of(plan).first()
        plans.add_row(plan, Objective, parent=goal, by=clinician, text="Walk")

    assert cost(desk, page_of(plan)) == before <= 23


def test_a_fragment_is_the_page(desk, plan):
    assert 'id="outline"' in get(desk, page_of(plan), headers=HTMX).html
