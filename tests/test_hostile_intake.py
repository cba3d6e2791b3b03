"""What nobody would type, in the steps of an admission: kept as it is or refused with its place, never a fault, never admitted."""

from uuid import uuid4

import pytest
from django.urls import reverse

from patients.intake import STEPS, Progress
from patients.models import Episode, IntakeAnswer
from tests.browser.clinic import open_clinic
from tests.making import made_once
from tests.screens.visiting import HTMX, Page, signed_in
from tests.test_hostile import UNUSABLE
from tests.xss import PAYLOADS, is_markup

clinic = made_once(open_clinic)
HOSTILE = [
    *PAYLOADS[:12],
    "x" * 9000, "9" * 400, "-1", "1e9", "'; DROP TABLE x; --", "{{7*7}}",
    "../../etc/passwd", "999999999999999999999", "٣", "on", str(uuid4()),
]  # fmt: skip


@pytest.fixture
def desk(clinic, db):
    return signed_in(clinic.supervisor)


def fields_of(clinic, step):
    return list(Progress(clinic.intake).judged(step, clinic.supervisor, {}).fields)


@pytest.mark.parametrize("step", [step for step in STEPS if step.form], ids=lambda step: step.key)
def test_every_field_of_a_step_takes_or_refuses_whatever_is_sent(clinic, desk, step):
    url = reverse("intake_step", args=[clinic.intake.pk, step.key])
    names = fields_of(clinic, step)

    for start in range(0, len(HOSTILE), 6):
        texts = HOSTILE[start:] + HOSTILE[:start]
        typed = {name: texts[place % len(texts)] for place, name in enumerate(names)}
        by_itself = desk.post(url, typed, headers=HTMX).status_code
        by_button = Page(desk.post(url, {**typed, "act": "continue"}))

        assert by_itself in (200, 422), (step.key, by_itself)
        assert by_button.status in (302, 422), (step.key, by_button.status)
        shown = [by_button, *(Page(desk.get(page)) for page in (url, reverse("intake_check", args=[clinic.intake.pk])))]
        assert all(page.status < 500 for page in shown)
        assert [text for text in typed.values() for page in shown if is_markup(text) and text in page.html] == []
    assert desk.post(reverse("intake_check", args=[clinic.intake.pk])).status_code == 422
    assert not Episode.objects.filter(patient=clinic.noor).exists()


def test_what_no_record_can_hold_is_refused_with_its_place_and_nothing_of_the_page_is_half_kept(clinic, desk):
    url = reverse("intake_step", args=[clinic.intake.pk, "reason"])
    before = IntakeAnswer.objects.count()

    for name, text in UNUSABLE.items():
        page = Page(desk.post(url, {"why_now": text, "days_waiting": "3", "act": "continue"}))
        assert (page.status, "why_now" in page.invalid) == (422, True), name
        assert any("Remove the character at position" in sentence for sentence in page.mistakes), name
        assert page.form("why_now")["why_now"] == text
    assert IntakeAnswer.objects.count() == before


def test_fields_that_a_step_does_not_have_are_not_kept(clinic, desk):
    url = reverse("intake_step", args=[clinic.intake.pk, "reason"])

    desk.post(url, {"why_now": "The job.", "restricted": "on", "record_number": "1", "registered_by": "1", "mine": ["x", "y"]})

    assert set(IntakeAnswer.objects.filter(step="reason").values_list("field", flat=True)) == {"why_now"}
