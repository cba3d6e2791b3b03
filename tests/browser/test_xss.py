"""Payloads in every text of the record, on every page: shown as they were typed, and nothing runs."""

import pytest
from playwright.sync_api import expect

from anchored.ground.dates import today
from patients.models import Assessment, DischargeReason, Program, Stay
from tests.browser.hostile_clinic import EVERYTHING, born, open_hostile_clinic
from tests.making import basis, open_stay
from tests.screens.visiting import signed_in
from tests.xss import PAYLOADS, is_markup

WORDS = """() => [
    document.body.textContent,
    ...[...document.querySelectorAll("input, textarea")].map(field => field.value),
    ...[...document.querySelectorAll("[aria-label], [title]")].map(part => `${part.ariaLabel} ${part.title}`),
].join("\\n")"""


@pytest.fixture
def clinic(live_server):
    return open_hostile_clinic()


class Reader:
    """Opens pages and keeps what ran on them. The browser's own complaints fail the test at its end."""

    def __init__(self, page):
        self.page = page
        self.ran = []
        page.on("dialog", self._hear)

    def _hear(self, dialog):
        self.ran.append(f"{self.page.url}: {dialog.message}")
        dialog.dismiss()

    def open(self, address, expected=()):
        """The page at the address, where all expected words must be read."""
        return self.check(self.page.goto(address), expected)

    def check(self, answer, expected=()):
        assert answer.status < 400
        html = answer.text()
        assert [payload for payload in PAYLOADS if is_markup(payload) and payload in html] == []
        return self.read(expected)

    def read(self, expected):
        words = self.page.evaluate(WORDS)
        assert [payload for payload in expected if payload not in words] == [], self.page.url
        title = self.page.title()
        assert "/admin/" in self.page.url or [payload for payload in PAYLOADS if payload in title] == []
        assert self.ran == []
        return words


@pytest.fixture
def reader(page):
    return Reader(page)


def names(patients):
    return [name for patient in patients for name in (patient.given_name, patient.family_name.upper())]


def test_lists_search_and_administration(clinic, enter, page, reader):
    programs = list(Program.objects.filter(stays__in=Stay.objects.open()).values_list("name", flat=True).distinct())
    enter(clinic.supervisor)

    reader.open("/today/", names(clinic.people))
    listed = [reader.open(f"/patients/?page={number}") for number in (1, 2)]
    assert [name for name in names(clinic.people) if name not in "\n".join(listed)] == []
    reader.open("/continuum/", [*programs, *names(clinic.people)])
    reader.open("/continuum/?view=table", [*programs, *names(clinic.people)])
    for start in range(0, len(clinic.people), 10):
        found = clinic.people[start : start + 10]
        expected = [*names(found), *(patient.preferred_name for patient in found)]
        box = page.get_by_role("combobox", name="Find a patient")
        box.fill(born(start).isoformat())
        expect(page.get_by_role("listbox", name="Patients found").get_by_role("option")).to_have_count(len(found))
        reader.read(expected)
        with page.expect_navigation() as navigation:
            box.evaluate("box => box.form.submit()")
        reader.check(navigation.value, expected)

    enter(clinic.administrator)
    staff = [reader.open(f"/admin/accounts/user/?p={number}") for number in (1, 2)]
    assert [patient.preferred_name for patient in clinic.people if patient.preferred_name not in "\n".join(staff)] == []
    reader.open("/admin/patients/program/", programs)
    reader.open(f"/admin/patients/program/{Program.objects.get(name=programs[0]).pk}/change/", programs[:1])
    for model in ("programrule", "phase", "dischargereason", "movebasis", "programstaff", "allowedmove"):
        reader.open(f"/admin/patients/{model}/")
    for model in (
        "patient",
        "stay",
        "episode",
        "careteammember",
        "safetyflag",
        "discharge",
        "assessment",
        "contact",
        "commitment",
        "paper",
        "scan",
    ):
        reader.open(f"/admin/patients/{model}/?q=%3Cscript%3Ealert(1)%3C/script%3E")


def test_charts(clinic, enter, page, reader):
    enter(clinic.supervisor)
    for patient in clinic.people:
        chart = patient.get_absolute_url()
        reader.open(chart, [*names([patient]), patient.preferred_name, patient.pronouns, patient.allergies, patient.language])
    reader.open(f"{chart}details/", [patient.given_name, patient.family_name, patient.street, patient.city, patient.state])

    full, program = clinic.full.get_absolute_url(), open_stay(clinic.full).program.name
    rated = Assessment.objects.get(episode__patient=clinic.full, occasion="continued")
    staff = [patient.preferred_name for patient in clinic.people]
    reader.open(full, [program])
    reader.open(f"{full}timeline/", PAYLOADS)
    reader.open(f"{full}team/", PAYLOADS)
    reader.open(f"{full}flags/", PAYLOADS[:20])
    reader.open(f"{full}contacts/", PAYLOADS)
    reader.open(f"{full}times/", PAYLOADS)
    reader.open(f"{full}documents/", PAYLOADS)
    signed = clinic.full.papers.filter(how="drawn").latest("taken_at")
    reader.open(f"{full}documents/{signed.template_id}/", PAYLOADS)
    reader.open(f"{full}documents/papers/{signed.pk}/", PAYLOADS)
    reader.open(f"{full}assess/")
    reader.open(f"{full}assessments/{rated.pk}/", PAYLOADS)
    reader.open(f"{full}move/", [program])
    reader.open(f"{full}discharge/", [program])
    reader.open(f"{full}reassign/", staff)
    reader.open(f"{full}team/join/", staff)
    page.goto(full)
    page.get_by_role("link", name="Move", exact=True).click()
    expect(page.get_by_role("dialog")).to_be_visible()
    reader.read([program])


def test_what_was_done_is_told_with_names_as_they_are(clinic, context, page, base_url, reader):
    """All messages of one session on one page: the moves were made without looking at a page in between."""
    desk = signed_in(clinic.supervisor)
    one, other = Program.objects.values_list("pk", flat=True)[:2]
    for patient in clinic.people:
        stay = open_stay(patient)
        sent = {
            "stay": stay.pk,
            "to": other if stay.program_id == one else one,
            "basis": basis().pk,
            "on": today(),
            "reason": "Sleeps and eats again, ready.",
        }
        assert desk.post(f"{patient.get_absolute_url()}move/", sent).status_code == 302
    cookie = desk.cookies["anchored-session"]
    context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": base_url}])

    reader.open("/help/", [name for patient in clinic.people for name in (patient.given_name, patient.family_name)])
    assert page.get_by_role("button", name="Undo").count() == len(clinic.people)

    patient, reason = clinic.people[0], DischargeReason.objects.filter(offered=True).first()
    chart = patient.get_absolute_url()
    sent = {"stay": open_stay(patient).pk, "reason": reason.pk, "on": today(), "note": EVERYTHING}
    assert desk.post(f"{chart}discharge/", sent).status_code == 302
    reader.open(chart, names([patient]))
    reader.open(f"{chart}undo-discharge/", [patient.given_name, reason.label.lower()])
    reader.open(f"{chart}readmit/", [patient.given_name])
    reader.open(f"{chart}timeline/", PAYLOADS)


def test_forms_that_come_back_with_mistakes_show_what_was_typed(clinic, enter, page, reader):
    enter(clinic.supervisor)
    payload = '"><img src=x onerror=alert(1)>'
    page.goto("/patients/new/")
    boxes = page.get_by_role("group", name="Who this is").or_(page.get_by_role("group", name="How to reach them")).get_by_role("textbox")
    for box in boxes.all():
        box.fill(payload)
    page.get_by_role("textbox", name="Allergies").fill("\n".join(PAYLOADS[:10]))
    page.get_by_role("button", name="Register and admit").click()
    expect(page.get_by_role("group", name="There is a problem")).to_be_focused()
    assert reader.read([payload, *PAYLOADS[:10]]).count(payload) >= 10

    page.goto(clinic.full.get_absolute_url())
    page.get_by_role("link", name="Move", exact=True).click()
    page.get_by_role("textbox", name="Reason").fill(EVERYTHING)
    page.get_by_role("textbox", name="Starts").fill(payload)
    page.get_by_role("dialog").locator(".btn-primary").click()
    expect(page.get_by_role("group", name="There is a problem")).to_be_focused()
    reader.read(PAYLOADS)
