"""Going through a caseload: kept, signed, added to; its follow-ups stand in their owner's list until they are answered."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from anchored.accounts.models import Supervision
from anchored.accounts.roles import Role
from anchored.ground.dates import today
from patients.actions import flags, privacy
from tests.making import make_admitted, make_clinician, make_patient, make_supervisor, make_user
from tests.noting import begin
from treatment_plans import caseloads as reviews
from treatment_plans.actions import caseloads as actions
from treatment_plans.models import CaseloadFinding, CaseloadReview, FollowUpAnswer

from .visiting import HTMX, cost, follow, get, send, signed_in

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def house():
    sara = make_clinician(given_name="Sara", family_name="Lindqvist")
    head = make_supervisor(supervises=[sara])
    rosa = make_admitted(sara, patient=make_patient(sara, family_name="Alvarez"), to="IOP Day")
    episode = rosa.episodes.get()
    return SimpleNamespace(
        sara=sara, head=head, desk=signed_in(head), rosa=rosa, episode=episode, page=reverse("review_caseload", args=[sara.pk])
    )


def typed(house, **fields):
    """What the page sends: looked at, with a follow-up."""
    key = house.episode.pk
    facts = {"looked": "on", "finding": "Plan is thin on housing.", "follow_up": "Ask about housing.", "due_on": "", "owner": house.sara.pk}
    facts["due_on"] = (today() + 3 * DAY).isoformat()
    row = {f"{name}_{key}": fields.pop(name, value) for name, value in facts.items()}
    return {**row, "version": 0, "agreed": "Agreed on Monday.", "act": "sign", **fields}


def signed(house, **fields):
    follow(house.desk, house.page, typed(house, **fields))
    return CaseloadReview.objects.get(sealed_at__isnull=False)


def test_a_draft_is_kept_and_only_its_supervisor_has_it(house):
    page = follow(house.desk, house.page, typed(house, act="save"))

    assert "The draft is saved" in page.text
    assert page.form("version")[f"finding_{house.episode.pk}"] == "Plan is thin on housing."
    assert not reviews.follow_ups_of(house.sara).exists()
    other = make_supervisor(supervises=[house.sara])
    assert "Plan is thin" not in get(signed_in(other), house.page).html


def test_signed_it_is_sealed_and_follow_ups_reach_their_owner(house):
    review = signed(house)

    page = get(signed_in(house.sara), "/follow-ups/")

    assert review.is_intact()
    assert "Ask about housing." in page.text
    assert "Plan is thin" in get(house.desk, reverse("caseload_review", args=[review.pk])).text


def test_the_database_keeps_what_was_signed(house):
    review = signed(house)
    finding = review.findings.get()

    for change in (
        lambda: CaseloadFinding.objects.filter(pk=finding.pk).update(finding="Nothing."),
        lambda: CaseloadReview.objects.filter(pk=review.pk).update(summary="Nothing."),
        lambda: CaseloadFinding.objects.create(review=review, episode=make_admitted(house.sara, to="IOP Day").episodes.get(), looked=True),
        lambda: CaseloadFinding.objects.filter(pk=finding.pk).delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_a_follow_up_is_closed_once_with_an_answer(house):
    finding = signed(house).findings.get()
    desk, address = signed_in(house.sara), reverse("answer_follow_up", args=[finding.pk])

    assert send(desk, address, {"text": " "}).status == 422
    assert "Nothing to follow up" in follow(desk, address, {"text": "She keeps her flat."}).text
    assert send(desk, address, {"text": "Again."}).status == 404
    with pytest.raises(DatabaseError), transaction.atomic():
        FollowUpAnswer.objects.update(text="Changed.")


def test_a_follow_up_of_a_draft_is_not_answered_by_the_database_either(house):
    follow(house.desk, house.page, typed(house, act="save"))

    with pytest.raises(DatabaseError), transaction.atomic():
        FollowUpAnswer.objects.create(finding=CaseloadFinding.objects.get(), text="Done.", answered_by=house.sara)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"owner": ""}, "Choose who does it for Rosa Alvarez"),
        ({"due_on": ""}, "Enter by when"),
        ({"follow_up": ""}, "Write what is to be done"),
        ({"looked": ""}, "Look at one patient at least"),
    ],
)
def test_what_is_missing_is_said_and_nothing_is_signed(house, fields, words):
    page = send(house.desk, house.page, typed(house, **fields))

    assert page.status == 422
    assert words in page.text
    assert not CaseloadReview.objects.filter(sealed_at__isnull=False).exists()


def test_two_windows_never_overwrite_each_other(house):
    follow(house.desk, house.page, typed(house, act="save"))

    page = send(house.desk, house.page, typed(house, act="save", finding="From the older window."))

    assert page.status == 409
    assert "From the older window." in page.html
    assert CaseloadFinding.objects.get().finding == "Plan is thin on housing."


def test_what_is_typed_is_kept_by_itself_and_a_follow_up_once_it_is_complete(house):
    half = send(house.desk, house.page, typed(house, act="", owner=""), headers=HTMX)
    kept = CaseloadFinding.objects.get()

    assert "Draft saved, without the follow-up that is not complete" in half.text
    assert (kept.looked, kept.finding, kept.follow_up) == (True, "Plan is thin on housing.", "")
    whole = send(house.desk, house.page, typed(house, act="", version=1), headers=HTMX)
    assert 'name="version" value="2"' in whole.html
    assert CaseloadFinding.objects.get().follow_up == "Ask about housing."
    stale = send(house.desk, house.page, typed(house, act="", finding="From the older window."), headers=HTMX)
    assert (stale.status, "Another window has changed this review" in stale.text) == (409, True)


def test_a_page_that_sends_what_it_has_just_saved_meets_no_other_window(house):
    send(house.desk, house.page, typed(house, act=""), headers=HTMX)

    page = follow(house.desk, house.page, typed(house))

    assert "The review is signed." in page.text


def test_nobody_owns_a_follow_up_who_would_not_see_it(house):
    stranger = make_clinician(given_name="Pilar", family_name="Ortiz")

    page = send(house.desk, house.page, typed(house, owner=stranger.pk))

    assert page.status == 422
    assert "Pilar Ortiz, LCSW cannot open the chart of Rosa Alvarez" in page.text
    assert not reviews.follow_ups_of(stranger).exists()


def test_each_patient_stands_with_what_changed_and_what_is_overdue(house):
    begin(house.rosa, by=house.sara)

    page = get(house.desk, house.page)

    assert "Changed in the last 30 days 1 ALVAREZ, Rosa IOP Day, day 11 New in this caseload" in page.text
    assert "Draft of a note Begun" in page.text


def test_only_a_supervisor_of_the_clinician_reviews(house):
    assert get(signed_in(make_supervisor()), house.page).status == 404
    assert get(signed_in(house.sara), house.page).status == 403
    follow(house.desk, house.page, typed(house, act="save"))
    Supervision.objects.update(ended_on=today())
    with pytest.raises(Exception, match="do not supervise"):
        actions.sign_review(CaseloadReview.objects.get(), by=house.head)


def test_what_is_said_of_a_restricted_patient_is_not_shown_to_others(house):
    review = signed(house)
    privacy.restrict(house.rosa, by=make_user(Role.PRIVACY_OFFICER), named=[house.sara])

    assert "Plan is thin" not in get(house.desk, reverse("caseload_review", args=[review.pk])).html
    assert "Ask about housing." in get(signed_in(house.sara), "/follow-ups/").text


def test_what_changed_since_the_last_review_comes_first(house, settings):
    signed(house)
    flags.raise_flag(house.rosa, kind="overdose", by=house.sara)

    page = get(house.desk, house.page)

    assert "Safety flag raised: Overdose risk" in page.text
    assert "New in this caseload" not in page.text
    assert reviews.due_on(reviews.last_reviewed([house.sara.pk])[house.sara.pk]) == today() + settings.CASELOAD_REVIEW_DAYS * DAY


def test_an_addendum_stands_under_the_review(house):
    review = signed(house)

    page = follow(house.desk, reverse("add_to_caseload_review", args=[review.pk]), {"text": "We met on Tuesday instead."})

    assert "We met on Tuesday instead." in page.text


def test_the_pages_cost_the_same_for_one_patient_and_for_many(house):
    review = signed(house)
    pages = (house.page, reverse("caseload_review", args=[review.pk]))
    few = [cost(house.desk, page) for page in pages]
    for _ in range(5):
        make_admitted(house.sara, to="IOP Day")

    assert [cost(house.desk, page) for page in pages] == few


def test_what_is_typed_about_one_costs_the_same_among_many_patients(house):
    few = cost(house.desk, house.page, typed(house, act=""), headers=HTMX)
    for _ in range(5):
        make_admitted(house.sara, to="IOP Day")

    assert cost(house.desk, house.page, typed(house, act="", version=2), headers=HTMX) == few
