"""Notes on screen: written as one types, signed, found, added to, cosigned."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from anchored.accounts.roles import Role
from patients.models import Service
from tests.making import PASSWORD, make_admitted, make_clinician, make_patient, make_supervisor, make_user
from tests.noting import begin, make_note, typed
from tests.planning import make_plan, sign
from treatment_plans.actions import notes
from treatment_plans.models import CosignRule, Note, Objective

from .pages import Page
from .visiting import HTMX, chart_url, cost, follow, get, seen, send, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def clinician():
    return make_clinician(given_name="Sara", family_name="Lindqvist", works_in=["IOP Day"], credential="Intern")


@pytest.fixture
def desk(clinician):
    return signed_in(clinician)


@pytest.fixture
def patient(clinician):
    return make_admitted(clinician, to="IOP Day", patient=make_patient(clinician, family_name="Alvarez"))


def draft_url(note):
    return chart_url("draft", note.patient, note.pk)


def page(name, note):
    return reverse(name, args=[note.pk])


def test_from_the_chart_to_the_first_words_in_two_steps(desk, patient):
    chart = get(desk, chart_url("chart", patient))
    assert chart.leads_to("Write note") == chart_url("new_note", patient)

    new = get(desk, chart_url("new_note", patient))

    form = new.form("section_data")
    assert (form["kind"], form["format"], form["minutes"]) == ("individual", "dap", "50")
    assert not Note.objects.exists()


def test_what_is_typed_is_kept_by_itself(desk, patient):
    key = uuid4()
    address = chart_url("draft", patient, key)

    first = Page(desk.post(address, {**typed(), "section_data": "Half a", "version": "0"}, headers=HTMX))
    second = Page(desk.post(address, {**typed(), "section_data": "Half a sentence.", "version": "1"}, headers=HTMX))

    assert "Draft saved" in first.text
    assert 'name="version" value="2"' in second.html
    assert Note.objects.get(pk=key).typed["section_data"] == "Half a sentence."
    assert get(desk, address).form("section_data")["section_data"] == "Half a sentence."


def test_a_page_that_was_only_opened_and_left_is_no_draft(desk, patient):
    form = get(desk, chart_url("new_note", patient)).form("section_data")

    answer = Page(desk.post(chart_url("draft", patient, uuid4()), form, headers=HTMX))

    assert "Nothing to save yet" in answer.text
    assert not Note.objects.exists()


def test_another_window_is_shown_and_nothing_is_overwritten(desk, patient, clinician):
    note = begin(patient, by=clinician)
    notes.keep(patient, note.pk, typed=typed(section_data="From the first window."), version=1, by=clinician)

    answer = desk.post(draft_url(note), {**typed(section_data="From the second."), "version": "1"}, headers=HTMX)
    whole = send(desk, draft_url(note), {**typed(section_data="From the second."), "version": "1", "act": "save"})

    assert (answer.status_code, answer.headers["HX-Retarget"]) == (409, "#clashes")
    assert "From the first window." in Page(answer).text
    assert whole.status == 409
    assert whole.form("section_data")["section_data"] == "From the second."
    assert Note.objects.get().typed["section_data"] == "From the first window."
    assert 'name="mine" value="2"' in Page(answer).html

    follow(desk, draft_url(note), {**typed(section_data="From the second."), "version": "1", "mine": "2"})
    assert Note.objects.get().typed["section_data"] == "From the second."


@pytest.mark.parametrize("number", ["9" * 400, "-1", "x", "²"])
def test_numbers_that_are_none_break_nothing(desk, patient, clinician, number):
    note = begin(patient, by=clinician)
    assert get(desk, f"{chart_url('notes', patient)}?author={number}").status == 200
    assert desk.post(draft_url(note), {**typed(section_data="More"), "version": number, "mine": number}).status_code == 409
    assert send(desk, page("sign_note", note), {"version": number}).status == 409


def test_a_character_that_no_record_can_hold_is_refused_with_the_text_kept(desk, patient, clinician):
    note = begin(patient, by=clinician)
    answer = send(desk, draft_url(note), {**typed(section_data="a\x00b"), "version": "1"})
    assert answer.status == 409
    assert "Remove the character" in answer.text


def test_a_signed_note_takes_no_more_words(desk, patient, clinician):
    note = make_note(patient, by=clinician)

    answer = desk.post(draft_url(note), {**typed(section_data="More"), "version": "1"}, headers=HTMX)

    assert answer.status_code == 409
    assert "This note is signed already." in Page(answer).text
    assert get(desk, draft_url(note)).status == 404


def test_a_draft_is_seen_by_nobody_else(patient, clinician):
    note = begin(patient, by=clinician)
    other = signed_in(make_supervisor(works_in=["IOP Day"], supervises=[clinician]))

    for address in (draft_url(note), page("note", note), page("sign_note", note), page("discard_note", note)):
        assert get(other, address).status == 404
    assert other.post(draft_url(note), {**typed(), "version": "1"}).status_code == 404
    assert "No notes yet" in get(other, chart_url("notes", patient)).text


def test_from_the_draft_to_the_signed_note(desk, patient, clinician):
    plan = sign(make_plan(patient, by=clinician), by=clinician)
    root = Objective.objects.of(plan).get().root
    note = begin(patient, by=clinician, **{f"standing_{root}": "on_track", f"words_{root}": "Four of five."})

    review = get(desk, page("sign_note", note))
    assert "Rosa came on time" in review.text
    assert "1.1 Plan 3 evenings a week: On track. Four of five." in review.text
    signed = follow(desk, page("sign_note", note), review.form("version"))

    assert signed.heading.startswith("Individual therapy, ")
    assert "S. Lindqvist" in signed.text or "Sara Lindqvist" in signed.text
    assert "Save draft" not in signed.buttons
    assert Service.objects.get().minutes == 50
    thread = get(desk, reverse("thread", args=[plan.pk, root]))
    assert "1 note speaks of it." in thread.text
    assert "Four of five." in thread.text
    assert reverse("thread", args=[plan.pk, root]) in get(desk, reverse("plan", args=[plan.pk])).html


def test_what_is_missing_is_named_and_leads_back(desk, patient, clinician):
    note = begin(patient, by=clinician, section_plan="", starts="")

    review = send(desk, page("sign_note", note), {})

    assert review.status == 422
    assert "Write at least one sentence under Plan" in review.text
    assert "Enter the start" in review.text
    assert Note.objects.get().is_draft


def test_the_password_is_asked_again_after_a_quarter_of_an_hour(patient, clinician):
    note = begin(patient, by=clinician, ago=timedelta(hours=4))
    desk = signed_in(clinician)
    session = desk.session
    session["began"] -= 16 * 60
    session.save()

    assert "Your password" in get(desk, page("sign_note", note)).text
    wrong = send(desk, page("sign_note", note), {"version": "1", "password": "no"})
    assert (wrong.status, Note.objects.get().is_draft) == (422, True)
    assert "The password is not right." in wrong.text
    assert "Signed." in follow(desk, page("sign_note", note), {"version": "1", "password": PASSWORD}).text


def test_discarding_asks_and_says_how_much(desk, patient, clinician):
    note = begin(patient, by=clinician, section_data="Three words here", section_assessment="", section_plan="")

    asked = get(desk, page("discard_note", note))
    assert "3 words will be lost." in asked.text
    after = follow(desk, page("discard_note", note), {})

    assert "The draft is discarded." in after.text
    assert get(desk, draft_url(note)).status == 404


def test_another_format_keeps_every_word(desk, patient, clinician):
    note = begin(patient, by=clinician)

    page_ = follow(desk, draft_url(note), {**typed(format="soap"), "version": "1", "act": "format"})

    form = page_.form("section_subjective")
    assert form["section_plan"] == typed()["section_plan"]
    assert form["section_data"] == typed()["section_data"]


def test_an_addendum_stands_under_the_note(desk, patient, clinician):
    note = make_note(patient, by=clinician)
    assert send(desk, page("add_addendum", note), {"text": ""}).status == 422

    shown = follow(desk, page("add_addendum", note), {"text": "Her sister confirms it."})

    assert "Addendum 1 Her sister confirms it." in shown.text


def test_notes_are_narrowed_and_searched_without_words_in_the_address(desk, patient, clinician):
    make_note(patient, by=clinician)
    make_note(patient, by=clinician, kind="telephone", format="free", section_note="Called about Monday.", ago=timedelta(hours=6))
    address = chart_url("notes", patient)

    assert "2 notes" in get(desk, address).text
    assert "1 note found" in get(desk, f"{address}?kind=telephone").text
    assert "1 note found" in send(desk, address, {"words": "MONDAY"}).text
    assert "No note fits" in send(desk, address, {"words": "nowhere"}).text
    assert "2 notes" in get(desk, f"{address}?objective=nonsense&author=x").text


class TestCosigning:
    @pytest.fixture
    def supervisor(self, clinician):
        return make_supervisor(works_in=["IOP Day"], supervises=[clinician])

    @pytest.fixture(autouse=True)
    def rule(self):
        CosignRule.objects.create(credential="Intern")

    def test_cosign_and_next(self, patient, clinician, supervisor):
        first, second = (make_note(patient, by=clinician, ago=timedelta(hours=hours)) for hours in (6, 3))
        desk = signed_in(supervisor)
        assert "2 notes of people you supervise" in get(desk, "/cosign/").text

        after = follow(desk, page("cosign_note", first), {"act": "cosign"})
        assert "Cosign and next" in after.buttons
        assert follow(desk, page("cosign_note", second), {"act": "cosign"}).heading == "To cosign"
        assert set(seen("list.shown", screen="cosign")) == {patient.pk, None} or patient.pk in seen("list.shown", screen="cosign")

    def test_returned_and_corrected(self, desk, patient, clinician, supervisor):
        note = make_note(patient, by=clinician)
        follow(signed_in(supervisor), page("cosign_note", note), {"act": "return", "comment": "Say what you did about the craving."})

        shown = get(desk, page("note", note))
        assert "Returned by" in shown.text
        draft = follow(desk, page("correct_note", note), {})

        assert "Say what you did about the craving." in draft.text
        assert draft.form("section_data")["section_data"] == typed()["section_data"]

    def test_who_does_not_supervise_may_still_look(self, desk, patient, clinician):
        note = make_note(patient, by=clinician)
        assert "Cosign and next" not in get(desk, page("note", note)).buttons
        assert desk.post(page("cosign_note", note), {"act": "cosign"}).status_code == 403


def test_who_may(patient, clinician):
    note = make_note(patient, by=clinician)
    for role, status in ((Role.PRESCRIBER, 200), (Role.FRONT_DESK, 403)):
        assert get(signed_in(make_user(role, works_in=["IOP Day"])), page("note", note)).status == status
    assert get(signed_in(make_clinician()), page("note", note)).status == 404


def test_more_notes_cost_no_more(desk, patient, clinician):
    plan = sign(make_plan(patient, by=clinician), by=clinician)
    root = Objective.objects.of(plan).get().root
    note = make_note(patient, by=clinician, ago=timedelta(hours=9), **{f"standing_{root}": "some"})
    addresses = [chart_url("notes", patient), page("note", note), reverse("plan", args=[plan.pk]), reverse("thread", args=[plan.pk, root])]
    before = [cost(desk, url) for url in addresses]

    for hours in (2, 4, 6):
        make_note(patient, by=clinician, ago=timedelta(hours=hours), **{f"standing_{root}": "some"})

    assert [cost(desk, url) for url in addresses] == before
    assert before[0] <= 10
    assert max(before) <= 21


def test_words_in_notes_are_looked_for_once(desk, patient, clinician):
    make_note(patient, by=clinician)

    assert cost(desk, chart_url("notes", patient), {"words": "brother"}) <= 10


def test_a_draft_that_is_kept_costs_little_and_is_no_second_look_at_the_chart(desk, patient, clinician):
    note = begin(patient, by=clinician)
    looks = len(seen("chart.opened"))

    with CaptureQueriesContext(connection) as said:
        desk.post(draft_url(note), {**typed(section_data="More."), "version": note.version}, headers=HTMX)

    assert len(said) <= 13
    assert len(seen("note.saved")) == 1
    assert len(seen("chart.opened")) == looks


def test_many_objectives_make_a_signature_no_dearer(desk, patient, clinician):
    plan = sign(make_plan(patient, by=clinician, objectives=6), by=clinician)
    roots = list(Objective.objects.of(plan).values_list("root", flat=True))

    few, many = (
        begin(patient, by=clinician, ago=timedelta(hours=2 + 2 * n), **dict.fromkeys(map("standing_{}".format, roots[:n]), "some"))
        for n in (1, 6)
    )

    assert _cost_of_signing(desk, few) == _cost_of_signing(desk, many) <= 37


def _cost_of_signing(desk, note):
    with CaptureQueriesContext(connection) as said:
        assert desk.post(page("sign_note", note), {"version": note.version}).status_code == 302
    return len(said)


def test_nearly_the_same_as_an_own_note_it_asks_for_the_reason(desk, patient, clinician, settings):
    settings.NOTE_COPY_WORDS = 10
    make_note(patient, by=clinician, ago=timedelta(hours=9))
    draft = begin(patient, by=clinician)
    url = reverse("sign_note", args=[draft.pk])
    assert "Why it is nearly the same" in get(desk, url).text

    refused = send(desk, url, {"version": draft.version})
    assert refused.status == 422
    assert "Write why this note is nearly the same as another, or write what was different" in refused.mistakes

    signed = follow(desk, url, {"version": draft.version, "why": "Nothing changed overnight."})
    assert "Nothing changed overnight." in signed.part("alike")
