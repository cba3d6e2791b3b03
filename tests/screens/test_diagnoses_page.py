"""The diagnoses of a chart: listed, added by typing, changed by two at once, made primary, resolved, marked as an error."""

from datetime import timedelta

import pytest

from anchored.accounts.roles import Role
from anchored.ground.dates import today
from patients.actions import diagnoses
from patients.models import Diagnosis, DiagnosisCode
from tests.making import afresh, icd, made_once, make_admitted, make_both, make_clinician, make_diagnosis, make_patient, make_user

from .visiting import SHUT, UNKNOWN_ID, chart_url, cost, doors, follow, get, send, signed_in, silence

pytestmark = pytest.mark.django_db

DETOX = "Residential detox"
ERROR = "It belongs to another person."
ACTS = ("diagnosis", "resolve_diagnosis", "mistaken_diagnosis")

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
    return chart_url("diagnoses", patient)


@pytest.fixture
def new(patient):
    return chart_url("new_diagnosis", patient)


@pytest.fixture
def alcohol(patient, clinician):
    return make_diagnosis(patient, by=clinician, severity="severe", criteria=7, is_primary=True)


def of(diagnosis, name="diagnosis"):
    return chart_url(name, diagnosis.patient, diagnosis.pk)


def filled(client, address, **typed):
    return {**get(client, address).form("code"), **typed}


def test_without_a_diagnosis_the_page_says_what_comes_next(desk, url, patient, new):
    page = get(desk, url)

    assert (page.status, page.title, page.heading) == (200, f"Diagnoses, No. {patient.record_number} - Anchored", "Diagnoses")
    assert "No diagnosis stands Add what was diagnosed, the primary one first." in page.text
    assert page.leads_to("Add a diagnosis") == new


def test_the_primary_one_comes_first_with_what_its_code_does_not_say(desk, url, patient, clinician, alcohol):
    make_diagnosis(patient, by=clinician, code="F10.10", severity="mild")

    text = get(desk, url).text

    assert "F10.20 Alcohol dependence, uncomplicated Primary Severe, 7 of 11 criteria" in text
    assert f"Since {today():%d %b %Y}, by S. Lindqvist" in text
    assert text.index("F10.20") < text.index("F10.10")


def test_the_earlier_ones_are_folded_below(desk, url, patient, clinician, alcohol):
    diagnoses.resolve(alcohol, by=clinician)
    diagnoses.mark_error(make_diagnosis(patient, by=clinician, code="F11.20"), because=ERROR, by=clinician)

    text = get(desk, url).text

    assert "Earlier (2)" in text
    assert f"to {today():%d %b %Y}, resolved by S. Lindqvist" in text
    assert f"F11.20 Opioid dependence, uncomplicated Entered in error Since {today():%d %b %Y}" in text
    assert f"Marked {today():%d %b %Y} by S. Lindqvist: {ERROR}" in text


@pytest.mark.parametrize(
    "typed", ["F10.20", "f1020", " F10.20 Alcohol dependence, uncomplicated ", "alcohol dependence, uncomplicated", "F10.20 anything"]
)
def test_a_diagnosis_is_found_by_code_by_line_or_by_title(desk, new, typed):
    page = follow(desk, new, filled(desk, new, code=typed, severity="severe"))

    made = Diagnosis.objects.get()
    assert (made.code.code, made.severity, made.is_primary) == ("F10.20", "severe", True)
    assert "F10.20 is recorded." in page.text


def test_the_page_offers_the_lines_without_script(desk, new):
    DiagnosisCode.objects.filter(code="F11.20").update(offered=False)

    html = get(desk, new).html

    assert '<option value="F10.20 Alcohol dependence, uncomplicated"></option>' in html
    assert 'list="codes"' in html
    assert "F11.20 Opioid" not in html


def test_the_first_one_is_proposed_as_primary_and_the_next_one_is_not(desk, new, patient, clinician):
    assert "is_primary" in get(desk, new).form("code")
    make_diagnosis(patient, by=clinician, is_primary=True)
    assert "is_primary" not in get(desk, new).form("code")


@pytest.mark.parametrize(
    ("typed", "mistake"),
    [
        ({"code": ""}, "Choose the diagnosis"),
        ({"code": "Sadness"}, "Choose from the list: type a code like F10.20, or a word of the title, and take the line that fits"),
        ({"code": "\x00F10.20"}, "Choose from the list: type a code like F10.20, or a word of the title, and take the line that fits"),
        (
            {"severity": "mild"},
            "F10.20 goes with moderate or severe, not with mild. Choose another severity or another code.",
        ),
        ({"remission": "early"}, "F10.20 is not in remission. Choose the code of the disorder in remission, or no remission."),
        ({"criteria": "12"}, "Enter 11 or less"),
        ({"diagnosed_on": ""}, "Enter the day"),
        ({"diagnosed_on": "soon"}, "Enter a real date, like 23 Nov 2026"),
        ({"diagnosed_by": ""}, "Choose who made the diagnosis"),
    ],
)
def test_mistakes_stand_beside_their_fields_and_the_typing_is_kept(desk, new, typed, mistake):
    given = filled(desk, new, **{"code": "F10.20", **typed})
    page = send(desk, new, given)

    assert (page.status, page.mistakes) == (422, [mistake])
    assert page.title.startswith("Error: ")
    assert not Diagnosis.objects.exists()


def test_a_diagnosis_is_changed(desk, alcohol, url):
    page = follow(desk, of(alcohol), filled(desk, of(alcohol), severity="moderate", criteria="5", on_maintenance_therapy="on"))

    alcohol.refresh_from_db()
    assert alcohol.specifiers == "Moderate, 5 of 11 criteria, on maintenance therapy"
    assert "F10.20 is saved." in page.text


def test_another_code_goes_on_as_another_row(desk, alcohol):
    page = follow(desk, of(alcohol), filled(desk, of(alcohol), code="F10.21", remission="early"))

    assert "F10.21 is saved." in page.text
    assert Diagnosis.objects.standing().get().specifiers == "Severe, 7 of 11 criteria, early remission"
    assert "Earlier (1)" in page.text


def test_a_primary_one_can_be_changed_to_be_none(desk, alcohol):
    form = filled(desk, of(alcohol))
    del form["is_primary"]

    follow(desk, of(alcohol), form)

    assert not Diagnosis.objects.get().is_primary


def test_a_code_that_was_withdrawn_stays_on_the_row_that_has_it(desk, alcohol):
    DiagnosisCode.objects.filter(code="F10.20").update(offered=False)

    follow(desk, of(alcohol), filled(desk, of(alcohol), severity="moderate"))

    alcohol.refresh_from_db()
    assert (alcohol.severity, alcohol.code) == ("moderate", icd("F10.20"))


def test_two_at_once_keep_both_answers_unless_they_change_the_same_field(desk, alcohol, clinician):
    form = filled(desk, of(alcohol), criteria="9")
    diagnoses.change(alcohol, by=clinician, in_controlled_environment=True)

    follow(desk, of(alcohol), form)

    alcohol.refresh_from_db()
    assert (alcohol.criteria, alcohol.in_controlled_environment) == (9, True)

    form = filled(desk, of(alcohol), severity="moderate")
    diagnoses.change(alcohol, by=clinician, severity="")
    page = send(desk, of(alcohol), form)
    assert page.status == 409
    assert page.mistakes == ["Someone changed severity to “Not said” while you were working. Save again to use yours."]


def test_one_that_was_resolved_meanwhile_is_not_changed(desk, alcohol, clinician):
    form = filled(desk, of(alcohol), criteria="9")
    diagnoses.resolve(alcohol, by=clinician)

    page = send(desk, of(alcohol), form)

    assert page.status == 409
    assert "This diagnosis was resolved on" in page.text
    assert get(desk, of(alcohol)).status == get(desk, of(alcohol, "resolve_diagnosis")).status == 404


def test_another_one_is_made_primary(desk, patient, clinician, alcohol):
    other = make_diagnosis(patient, by=clinician, code="F11.20")

    page = follow(desk, of(other, "make_primary"), {})

    assert "F11.20 is the primary diagnosis now." in page.text
    assert list(Diagnosis.objects.filter(is_primary=True)) == [other]


def test_a_diagnosis_is_resolved(desk, alcohol):
    address = of(alcohol, "resolve_diagnosis")
    assert get(desk, address).form("on")["on"] == f"{today():%d %b %Y}"
    tomorrow = today() + timedelta(days=1)
    assert send(desk, address, {"on": f"{tomorrow:%d %b %Y}"}).mistakes == ["The date must not be in the future."]

    page = follow(desk, address, {"on": f"{today():%d %b %Y}"})

    assert "F10.20 is resolved." in page.text
    assert "No diagnosis stands" in page.text


def test_what_was_entered_in_error_is_struck_through(desk, alcohol):
    address = of(alcohol, "mistaken_diagnosis")
    assert send(desk, address, {"because": "Wrong."}).mistakes == ["Give the reason in at least 15 characters"]

    page = follow(desk, address, {"because": ERROR})

    assert "F10.20 is marked as entered in error." in page.text
    assert "<s>F10.20 Alcohol dependence, uncomplicated</s>" in page.html
    assert get(desk, address).status == 404


def test_a_prescriber_reads_and_writes_nothing(url, alcohol):
    page = get(signed_in(make_user(Role.PRESCRIBER, works_in=[DETOX])), url)

    assert page.status == 200
    assert "Severe, 7 of 11 criteria" in page.text
    assert not {"Change", "Resolve", "Entered in error", "Add a diagnosis", "Make primary"} & {*page.buttons, *page.links}
    assert 'href="' + of(alcohol) not in page.html


def test_it_has_a_door(url, new, alcohol):
    assert doors(url, weaker=Role.FRONT_DESK) == SHUT
    assert doors(new, weaker=Role.PRESCRIBER) == SHUT
    for name in ACTS:
        assert doors(of(alcohol, name), weaker=Role.PRESCRIBER) == SHUT
        assert doors(of(alcohol, name), weaker=Role.PRESCRIBER, by="post") == SHUT
    assert doors(of(alcohol, "make_primary"), weaker=Role.PRESCRIBER, by="post") == SHUT


def test_a_diagnosis_of_somebody_else_is_not_found_here(desk, patient, clinician):
    other = make_diagnosis(make_admitted(clinician), by=clinician)

    for name in ACTS:
        for key in (other.pk, UNKNOWN_ID):
            assert get(desk, chart_url(name, patient, key)).status == send(desk, chart_url(name, patient, key), {}).status == 404
    assert send(desk, chart_url("make_primary", patient, other.pk), {}).status == 404


def test_what_is_sent_twice_is_added_once(desk, new):
    form = filled(desk, new, code="F10.20")

    assert len({desk.post(new, form)["Location"] for _ in range(2)}) == 1
    assert Diagnosis.objects.count() == 1


def test_without_the_trail_nothing_is_shown_or_changed(desk, url, new, alcohol, monkeypatch):
    form = filled(desk, new, code="F11.20")
    silence(monkeypatch)

    assert (
        get(desk, url).status
        == send(desk, new, form).status
        == send(desk, of(alcohol, "resolve_diagnosis"), {"on": f"{today():%d %b %Y}"}).status
        == 503
    )
    assert Diagnosis.objects.standing().get() == alcohol


def test_somebody_who_was_never_admitted_can_have_one(clinician):
    desk = signed_in(clinician)
    address = chart_url("new_diagnosis", make_patient(clinician))

    assert "F10.20 is recorded." in follow(desk, address, filled(desk, address, code="F10.20")).text


def test_the_page_costs_the_same_for_one_and_for_twelve(desk, url, patient, clinician, alcohol):
    one = cost(desk, url)
    for row in DiagnosisCode.objects.filter(remission="without", code__startswith="F1")[:11]:
        if row.code != "F10.20":
            made = make_diagnosis(patient, by=make_clinician(), code=row.code)
            if row.pk % 2:
                diagnoses.resolve(made, by=make_clinician())

    assert one == cost(desk, url) == 8
