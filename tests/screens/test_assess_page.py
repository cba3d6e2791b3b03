"""Rating the six dimensions, signing, and what is added to a signed rating."""

from datetime import timedelta

import pytest

from anchored.accounts.roles import Role
from anchored.ground.dates import today
from anchored.signing import signatures
from anchored.signing.models import Addendum
from patients.actions import assessments, episodes
from patients.models import Assessment, DischargeReason, LevelOfCare
from tests.making import afresh, basis, made_once, make_admitted, make_both, make_clinician, make_user, open_stay, program

from .visiting import SHUT, UNKNOWN_ID, chart_url, cost, doors, follow, get, send, signed_in, silence

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
DETOX = "Residential detox"


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
    return chart_url("assess", patient)


def filled_in(client, url, **answers):
    return {**get(client, url).form("rating_1"), "rating_1": "2", "comment_1": "Sleeps through.", **answers}


def level(code, edition="3"):
    return str(LevelOfCare.objects.get(code=code, edition=edition).pk)


# The form


def test_the_form_asks_in_the_words_of_the_edition(patient, desk, url):
    page = get(desk, url)

    form = page.form("rating_1")
    assert (page.status, page.title, page.heading) == (
        200,
        f"Assessment, No. {patient.record_number} - Anchored",
        "Rate the six dimensions",
    )
    assert "3rd edition (2013). Not rated yet in this episode." in page.text
    for name in ("1 Withdrawal", "2 Physical health", "3 Emotional", "4 Readiness", "5 Return to use", "6 Living situation"):
        assert f'<legend class="group-head">{name}</legend>' in page.html
    assert (form["made_on"], form["occasion"], form["chosen"]) == (f"{today():%d %b %Y}", "continued", level("3.2-WM"))
    assert "Signing is final. What comes later is an addendum." in page.text
    assert "Sign assessment" in page.buttons


def test_another_edition_has_other_dimensions(clinician, desk):
    patient = make_admitted(clinician, to="Alumni")

    page = get(desk, chart_url("assess", patient))

    assert '<legend class="group-head">6 Person-centered</legend>' in page.html
    assert "Not rated in this edition" in page.text
    assert "4th edition (2023)" in page.text
    assert level("3.2-WM") not in [value for value in page.form("rating_1").values() if value]


def test_the_last_rating_stands_ready(patient, clinician, desk, url):
    assessments.assess(open_stay(patient), by=clinician, made_on=today(), occasion="admission", rating_1="3", comment_1="Was shaking.")

    page = get(desk, url)

    form = page.form("rating_1")
    assert f"The ratings of {today():%d %b %Y} by S. Lindqvist stand ready; change what is different." in page.text
    assert (form["rating_1"], form["comment_1"], form["occasion"]) == ("3", "", "continued")


def test_ratings_of_another_edition_are_named_and_not_taken_over(clinician, desk):
    patient = make_admitted(clinician, to="Outpatient")
    assessments.assess(open_stay(patient), by=clinician, made_on=today(), occasion="continued", rating_1="3")
    episodes.move(open_stay(patient), to=program("Alumni"), on=today(), basis=basis(), reason="Ready for the next level.", by=clinician)

    page = get(desk, chart_url("assess", patient))

    assert f"Rated {today():%d %b %Y} by the 3rd edition (2013), whose dimensions are others." in page.text
    assert page.form("rating_1")["rating_1"] == ""


def test_rating_signs_and_leads_to_the_chart(patient, clinician, desk, url):
    page = follow(desk, url, filled_in(desk, url, rating_6="4", authorised=level("3.2-WM")))

    document = Assessment.objects.get()
    assert "The assessment is signed." in page.text
    assert page.heading == "Chart overview"
    assert f"Rated {today():%d %b %Y} by S. Lindqvist" in page.part("dimensions")
    assert document.sealed_at
    assert (document.made_by, document.rating_1, document.comment_1, document.rating_6) == (clinician, "2", "Sleeps through.", "4")


def test_mistakes_are_named_and_the_typing_is_kept(patient, desk, url):
    page = send(desk, url, filled_in(desk, url, made_on="soon", rating_2="9", comment_3="x" * 2001))

    assert page.status == 422
    assert page.title == f"Error: Assessment, No. {patient.record_number} - Anchored"
    assert page.mistakes == [
        "Enter a real date, like 23 Nov 2026",
        "Choose one from the list",
        "Use at most 2000 characters. You entered 2001.",
    ]
    assert page.invalid == {"made_on", "rating_2", "comment_3"}
    assert page.form("rating_1")["comment_1"] == "Sleeps through."
    assert not Assessment.objects.exists()


def test_each_mistake_has_its_sentence(patient, desk, url):
    def said(**typed):
        page = send(desk, url, filled_in(desk, url, **typed))
        return page.status, page.mistakes

    outside = ["The assessment date must be within the episode, and not in the future."]
    assert said(made_on="") == (422, ["Enter the date of the assessment"])
    assert said(made_on=f"{today() + DAY:%Y-%m-%d}") == (422, outside)
    assert said(made_on=f"{today() - 11 * DAY:%Y-%m-%d}") == (422, outside)
    assert said(rating_1="") == (422, ["Rate at least one dimension."])
    assert said(recommended=level("3.5")) == (422, ["Choose why the level recommended and the level chosen differ"])
    assert said(recommended=level("1.0", "4")) == (422, ["Choose one from the list"])
    assert said(comment_2="a\x00b") == (422, ["Remove the character at position 2. It can't be used in a record."])
    assert not Assessment.objects.exists()


def test_levels_that_differ_are_explained(patient, desk, url):
    follow(desk, url, filled_in(desk, url, recommended=level("3.5"), difference="waiting_list", difference_note="A bed on Monday."))

    page = get(desk, chart_url("assessment", patient, Assessment.objects.get().pk))

    assert "Recommended 3.5 " in page.text
    assert "Authorised Not known" in page.text
    assert "Why they differ Waiting list A bed on Monday." in page.text


def test_a_rating_after_the_discharge_is_refused_with_the_typing_kept(patient, desk, url, clinician):
    form = filled_in(desk, url)
    episodes.discharge(open_stay(patient), on=today(), reason=DischargeReason.objects.get(code="completed"), by=clinician)

    page = send(desk, url, form)

    assert (page.status, page.mistakes) == (409, ["This patient was discharged. Nothing was changed."])
    assert page.form("rating_1")["comment_1"] == "Sleeps through."
    assert get(desk, url).status == 404


def test_a_rating_that_is_sent_twice_is_signed_once(patient, desk, url):
    form = filled_in(desk, url)

    assert {desk.post(url, form)["Location"] for _ in range(2)} == {chart_url("chart", patient)}
    assert Assessment.objects.count() == 1


def test_rating_has_a_door(url):
    assert doors(url, weaker=Role.PRESCRIBER) == SHUT
    assert doors(url, weaker=Role.PRESCRIBER, by="post") == SHUT
    assert not Assessment.objects.exists()


def test_without_the_trail_nothing_is_rated(desk, url, monkeypatch):
    form = filled_in(desk, url)
    silence(monkeypatch)

    assert get(desk, url).status == send(desk, url, form).status == 503
    assert not Assessment.objects.exists()


# The signed rating


@pytest.fixture
def document(patient, clinician):
    facts = {"rating_1": "2", "comment_1": "Sleeps\nthrough.", "rating_5": "0"}
    return assessments.assess(open_stay(patient), by=clinician, made_on=today(), occasion="continued", **facts)


@pytest.fixture
def signed(patient, document):
    return chart_url("assessment", patient, document.pk)


def test_a_signed_rating_is_read_and_not_changed(patient, desk, signed):
    page = get(desk, signed)

    assert (page.status, page.title, page.heading) == (200, f"Assessment, No. {patient.record_number} - Anchored", "Six dimensions")
    assert f"Continued service, {today():%d %b %Y}, 3rd edition (2013)." in page.text
    assert "Sleeps<br>through." in page.html
    assert f"Signed Sara Lindqvist, LCSW, {today():%d %b %Y}" in page.text
    assert page.text.count("Not rated") == 4
    assert not any("rating_1" in form["fields"] for form in page.forms)


def test_an_addendum_is_signed_in_ones_own_name(document, signed):
    author = signed_in(make_clinician(given_name="Dana", family_name="Mensah", works_in=[DETOX]))

    page = follow(author, signed, {**get(author, signed).form("text"), "text": "She slept\nthree hours."})

    assert "The addendum is signed." in page.text
    assert "Addendum She slept three hours. Signed Dana Mensah, LCSW" in page.text
    assert signatures.addenda_of(document)[0].text == "She slept\nthree hours."


def test_an_addendum_without_words_is_none(desk, signed):
    empty, sign = send(desk, signed, {"text": " "}), send(desk, signed, {"text": "three\x00hours"})

    assert (empty.status, empty.mistakes) == (422, ["Write the addendum"])
    assert empty.title.startswith("Error: Assessment, No.")
    assert (sign.status, sign.mistakes) == (422, ["Remove the character at position 6. It can't be used in a record."])
    assert not Addendum.objects.exists()


def test_an_addendum_that_is_sent_twice_is_signed_once(desk, signed):
    form = {**get(desk, signed).form("text"), "text": "She slept three hours."}

    assert {desk.post(signed, form)["Location"] for _ in range(2)} == {signed}
    assert Addendum.objects.count() == 1


def test_after_the_discharge_a_rating_is_still_read_and_added_to(patient, clinician, desk, signed):
    episodes.discharge(open_stay(patient), on=today(), reason=DischargeReason.objects.get(code="completed"), by=clinician)

    assert "The addendum is signed." in follow(desk, signed, {"text": "The laboratory's letter came today."}).text


def test_a_prescriber_reads_and_does_not_add(signed):
    prescriber = signed_in(make_user(Role.PRESCRIBER, works_in=[DETOX]))

    page = get(prescriber, signed)

    assert page.status == 200
    assert "Add an addendum" not in page.text
    assert send(prescriber, signed, {"text": "She slept three hours."}).status == 403
    assert not Addendum.objects.exists()


def test_a_rating_of_somebody_else_is_not_found_here(patient, clinician, desk):
    other = make_admitted(clinician)
    theirs = assessments.assess(open_stay(other), by=clinician, made_on=today(), occasion="continued", rating_1="2")

    assert get(desk, chart_url("assessment", patient, theirs.pk)).status == 404
    assert get(desk, chart_url("assessment", patient, UNKNOWN_ID)).status == 404


def test_a_signed_rating_has_a_door(signed):
    assert doors(signed, weaker=Role.FRONT_DESK) == SHUT
    assert doors(signed, weaker=Role.FRONT_DESK, by="post") == SHUT


def test_without_the_trail_no_rating_is_shown_or_added_to(desk, signed, monkeypatch):
    silence(monkeypatch)

    assert get(desk, signed).status == send(desk, signed, {"text": "She slept three hours."}).status == 503
    assert not Addendum.objects.exists()


def test_the_pages_cost_the_same_however_often_was_rated(patient, clinician, document, desk, url, signed):
    one = cost(desk, url), cost(desk, signed)
    for _ in range(12):
        assessments.assess(open_stay(patient), by=clinician, made_on=today(), occasion="continued", rating_1="2")
        signatures.add(document, text="She slept three hours.", by=clinician)

    assert one == (cost(desk, url), cost(desk, signed)) == (12, 12)
