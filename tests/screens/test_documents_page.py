"""The documents of a chart: the packet, a text and what is said to it, the paper as it was taken, scans."""

from datetime import date

import pytest

from anchored.accounts.roles import Role
from anchored.audit.models import TrailEntry
from anchored.ground.dates import today
from patients.actions import contacts, intakes, scans
from patients.models import Paper, PaperTemplate, Scan
from tests import papers
from tests.making import afresh, made_once, make_admitted, make_both, make_patient, make_supervisor, make_user, program

from .visiting import SHUT, UNKNOWN_ID, chart_url, cost, doors, follow, front_desk, get, send, signed_in, silence

pytestmark = pytest.mark.django_db

DETOX = "Residential detox"
WHY = "It belongs to another person."


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
    return chart_url("documents", patient)


@pytest.fixture
def counter():
    return signed_in(front_desk(works_in=[DETOX], given_name="Ben", family_name="Castellano"))


def text_url(patient, code="treatment"):
    return chart_url("paper", patient, papers.template(code).pk)


def new_version(code="treatment", text="Other words."):
    before = papers.template(code)
    PaperTemplate.objects.filter(pk=before.pk).update(ended_on=today())
    same = {name: getattr(before, name) for name in ("code", "kind", "title", "needs", "due_days", "order")}
    return PaperTemplate.objects.create(**same, version=before.version + 1, text=text, started_on=today())


# The page


def test_the_packet_stands_first_each_paper_with_its_state(patient, clinician, desk, url):
    papers.take(patient, "notice-part-2", how="acknowledged", by=clinician)
    papers.take(patient, "telehealth", how="declined", reason="Has no quiet place.", by=clinician)

    page = get(desk, url)

    assert (page.status, page.title, page.heading) == (200, f"Documents, No. {patient.record_number} - Anchored", "Documents")
    assert "6 of 8 papers are still missing." in page.text
    packet = page.part("packet")
    assert f"Acknowledged by Rosa Alvarez, {today():%d %b %Y}, with S. Lindqvist. Acknowledged" in packet
    assert f"Declined by Rosa Alvarez, {today():%d %b %Y}, with S. Lindqvist: Has no quiet place. Declined" in packet
    assert "Consent to treatment Consent, version 1. Overdue 10 days" in packet
    assert page.part("scans") == "Scans No scan is filed."


def test_before_an_admission_there_is_no_packet(clinician):
    coming = make_patient(clinician)

    page = get(signed_in(clinician), chart_url("documents", coming))

    assert "Papers are taken from the admission on." in page.text
    assert 'id="packet"' not in page.html


def test_an_admission_in_the_making_is_a_click_away(clinician):
    coming = make_patient(clinician)
    intake = intakes.start(coming, by=clinician, program=program("IOP Day"))

    page = get(signed_in(clinician), chart_url("documents", coming))

    assert page.leads_to("Back to the admission") == f"/intake/{intake.pk}/"
    assert "Due today" in page.part("packet")


def test_older_versions_stand_below(patient, clinician, desk, url):
    papers.take(patient, by=clinician)
    new_version()

    page = get(desk, url)

    assert "Earlier papers and versions (1)" in page.text
    assert "Consent to treatment Consent, version 2. Due today" in page.part("packet")


def test_the_page_costs_the_same_for_one_and_for_twelve(patient, clinician, desk, url):
    papers.take(patient, by=clinician)
    papers.make_scan(patient, by=clinician)
    one = cost(desk, url)
    for _ in range(11):
        papers.take(patient, how="declined", reason="Later.", by=clinician)
        papers.make_scan(patient, by=clinician)

    assert cost(desk, url) == one == 16
    assert cost(desk, text_url(patient)) == 16


# A minor


@pytest.fixture
def minor(clinician):
    return make_admitted(clinician, patient=make_patient(clinician, given_name="Kim", birth_date=date(today().year - 15, 1, 1)))


def test_without_a_guardian_the_page_says_so_and_leads_to_the_contacts(minor, desk):
    for address in (chart_url("documents", minor), text_url(minor)):
        page = get(desk, address)
        assert "The patient is under 18, and a guardian signs. No contact is marked as the legal guardian." in page.text
        assert page.leads_to("Go to the contacts") == chart_url("contacts", minor)
    assert "Name of who signs" not in page.text


def test_the_guardian_signs(minor, clinician, desk):
    guardian = contacts.add(minor, by=clinician, name="Elena Lopez", relationship="parent", is_guardian=True)
    form = get(desk, text_url(minor)).form("how")
    assert form["signer"] == str(guardian.pk)

    page = follow(desk, text_url(minor), {**form, "signer_name": "Elena Lopez"})

    assert "Signed, name typed by Elena Lopez, guardian" in page.part("packet")
    again = get(desk, text_url(minor)).form("how")
    assert send(desk, text_url(minor), {**again, "signer": "patient"}).mistakes == ["Choose one from the list"]


# A text


def test_a_notice_is_acknowledged_with_one_button(patient, desk, url):
    page = get(desk, text_url(patient, "rights"))
    assert (page.title, page.heading) == (f"Notice, No. {patient.record_number} - Anchored", "Your rights and how to complain")
    assert "A complaint never has a bad effect on your care." in page.text

    after = follow(desk, text_url(patient, "rights"), page.form("how"))

    assert "Your rights and how to complain: acknowledged." in after.text
    assert Paper.objects.get().how == "acknowledged"


def test_a_consent_is_signed_by_typing_the_name(patient, desk):
    follow(desk, text_url(patient), {**get(desk, text_url(patient)).form("how"), "signer_name": "Rosa A."})

    paper = Paper.objects.get()
    assert (paper.how, paper.signer_name, paper.digest) == ("typed", "Rosa A.", papers.template().digest())


def test_a_consent_is_signed_by_drawing_and_the_drawing_is_shown(patient, desk):
    form = get(desk, text_url(patient)).form("how")
    follow(desk, text_url(patient), {**form, "how": "drawn", "drawing": papers.DRAWN, "signer_name": "Rosa A."})

    page = get(desk, chart_url("taken_paper", patient, Paper.objects.get().pk))

    assert '<svg class="signature" viewBox="0 0 600 200" role="img" aria-label="Signature of Rosa A."><path d="M60 120L70 90' in page.html
    assert "style=" not in page.html.partition("<main")[2].partition("</main>")[0]


def test_a_paper_signed_by_hand_comes_with_its_scan(patient, desk):
    form = get(desk, text_url(patient)).form("how")
    page = follow(desk, text_url(patient), {**form, "how": "on_paper", "file": papers.file()})
    assert "Signed on paper" in page.part("packet")
    scan = Scan.objects.get()
    assert (Paper.objects.get().scan, scan.title) == (scan, "Consent to treatment")

    form = get(desk, text_url(patient, "rules")).form("how")
    follow(desk, text_url(patient, "rules"), {**form, "how": "on_paper", "scan": scan.pk})
    assert set(Paper.objects.values_list("scan", flat=True)) == {scan.pk}


def test_mistakes_are_named_and_what_was_drawn_is_kept(patient, desk):
    form = get(desk, text_url(patient)).form("how")

    def said(**typed):
        page = send(desk, text_url(patient), {**form, **typed})
        return page.status, page.mistakes

    assert said() == (422, ["Type the name of who signs"])
    assert said(how="drawn") == (422, ["Draw the signature, or choose another way to sign"])
    assert said(how="on_paper") == (422, ["Choose the scan of the signed paper, or the file"])
    assert said(how="on_paper", file=papers.file(b"<html>")) == (422, ["Use PDF, JPEG or PNG"])
    assert said(how="declined") == (422, ["Write why, in a few words"])
    assert said(how="shouted") == (422, ["Choose one from the list"])
    assert said(how="typed", signer_name="Ro\u202esa") == (422, ["Remove the character at position 3. It can't be used in a record."])
    kept = send(desk, text_url(patient), {**form, "how": "drawn", "drawing": papers.DRAWN, "signer_name": "x" * 201})
    assert kept.form("how")["drawing"] == papers.DRAWN
    assert send(desk, text_url(patient), {**form, "how": "drawn", "drawing": '"><script>'}).form("how")["drawing"] == ""
    assert (Paper.objects.count(), Scan.objects.count()) == (0, 0)


def test_a_version_that_came_meanwhile_is_shown_beside_the_one_that_was_seen(patient, desk):
    form = {**get(desk, text_url(patient)).form("how"), "signer_name": "Rosa"}
    address = text_url(patient)
    newer = new_version()

    page = send(desk, address, form)

    assert (page.status, page.mistakes) == (409, ["Another version of this text is in force. Nothing was signed."])
    assert "I ask for treatment at" in page.text
    assert "Other words." in page.text
    assert page.leads_to("Go on with the text in force") == chart_url("paper", patient, newer.pk)
    assert not Paper.objects.exists()
    assert f"Go to version {newer.version}" in get(desk, address).text


def test_words_that_changed_meanwhile_are_shown_beside_those_that_were_seen(patient, desk):
    form = {**get(desk, text_url(patient)).form("how"), "signer_name": "Rosa"}
    PaperTemplate.objects.filter(code="treatment").update(text="Corrected words.")

    page = send(desk, text_url(patient), form)

    assert (page.status, page.mistakes) == (409, ["The words of this text were changed. Nothing was signed."])
    assert "I ask for treatment at" in page.text
    assert "Corrected words." in page.text
    assert not Paper.objects.exists()


# A paper as it was taken


def test_the_sheet_says_who_what_how_and_when(patient, clinician, desk):
    paper = papers.take(patient, by=clinician)

    page = get(desk, chart_url("taken_paper", patient, paper.pk))

    assert page.title == f"Paper, No. {patient.record_number} - Anchored"
    for words in (
        "Consent, version 1",
        "I ask for treatment at [name of the program].",
        "Signed, name typed",
        f"Rosa Alvarez, born 04 Mar 1991, record no. {patient.record_number}",
        "Taken by Sara Lindqvist, LCSW",
        f"Fingerprint of the words (SHA-256): {paper.digest}",
        "Confidential. Federal law (42 CFR Part 2) protects this record.",
        "Printed by S. Lindqvist",
    ):
        assert words in page.text, words


def test_words_that_are_no_longer_those_signed_are_noticed(patient, clinician, desk, monkeypatch):
    paper = papers.take(patient, by=clinician)
    monkeypatch.setattr(PaperTemplate, "digest", lambda template: "another")

    assert "The words below are not those that were signed." in get(desk, chart_url("taken_paper", patient, paper.pk)).text


# Scans


def test_a_scan_is_filed_and_stands_in_the_list(patient, desk, url):
    page = follow(desk, url, {**get(desk, url).form("kind"), "kind": "insurance", "title": "Card, front", "file": papers.file()})

    assert "The scan is filed." in page.text
    assert f"Card, front Insurance card, PDF, {len(papers.pdf())} bytes. Filed {today():%d %b %Y} by S. Lindqvist" in page.part("scans")
    assert TrailEntry.objects.get(event="scan.filed").facts == {"kind": "insurance"}


def test_a_scan_filed_in_error_is_struck_through_and_says_why(patient, clinician, desk, url):
    scan = papers.make_scan(patient, by=clinician)
    withdraw = chart_url("withdraw_scan", patient, scan.pk)
    assert send(desk, withdraw, {"because": ""}).mistakes == ["Write why it was filed in error"]
    assert send(desk, withdraw, {"because": "Wrong"}).mistakes == ["Give the reason in at least 15 characters"]

    page = follow(desk, withdraw, {**get(desk, withdraw).form("because"), "because": WHY})

    assert f"Filed in error, withdrawn {today():%d %b %Y} by S. Lindqvist: {WHY}" in page.part("scans")
    assert "is-withdrawn" in page.html
    assert page.leads_to(f"Save {scan.title}") is None
    assert send(desk, withdraw, {"because": WHY}).status == 409
    supervisor = signed_in(make_supervisor(supervises=[clinician]))
    assert get(supervisor, url).leads_to(f"Save {scan.title}") == chart_url("scan", patient, scan.pk)


def test_the_front_desk_files_and_takes_papers_but_reads_no_more_than_it_must(patient, clinician, counter, url):
    theirs = papers.make_scan(patient, by=clinician, kind="court", title="Probation letter, theft")
    papers.take(patient, "telehealth", how="declined", reason="Has no quiet place.", by=clinician)
    follow(counter, url, {**get(counter, url).form("kind"), "kind": "insurance", "title": "Card, front", "file": papers.file()})
    own = Scan.objects.exclude(pk=theirs.pk).get()

    page = get(counter, url)

    assert "Card, front" in page.text
    assert "Probation letter" not in page.text
    assert "Has no quiet place." not in page.text
    assert page.leads_to("Save Card, front") is None
    assert page.leads_to("Withdraw Card, front") == chart_url("withdraw_scan", patient, own.pk)
    for scan in (own, theirs):
        assert get(counter, chart_url("scan", patient, scan.pk)).status == 403
    assert send(counter, chart_url("withdraw_scan", patient, theirs.pk), {"because": WHY}).status == 403
    paper = patient.papers.get()
    assert "Has no quiet place." not in get(counter, chart_url("taken_paper", patient, paper.pk)).text


# Doors


def test_who_may_open_the_pages(patient, clinician, url):
    paper, scan = papers.take(patient, by=clinician), papers.make_scan(patient, by=clinician)
    for address in (url, text_url(patient), chart_url("taken_paper", patient, paper.pk), chart_url("withdraw_scan", patient, scan.pk)):
        assert doors(address, weaker=Role.ADMINISTRATOR) == SHUT
    assert doors(chart_url("scan", patient, scan.pk), weaker=Role.FRONT_DESK) == SHUT


def test_what_is_another_patients_is_not_found_here(patient, clinician, desk):
    other = make_admitted(clinician)
    paper, scan = papers.take(other, by=clinician), papers.make_scan(other, by=clinician)

    for name, key in (("taken_paper", paper.pk), ("scan", scan.pk), ("withdraw_scan", scan.pk), ("taken_paper", UNKNOWN_ID)):
        assert get(desk, chart_url(name, patient, key)).status == 404
    assert get(desk, chart_url("paper", patient, 99_999)).status == 404


def test_nothing_is_shown_or_done_that_cannot_be_recorded(patient, clinician, desk, url, monkeypatch):
    scan = papers.make_scan(patient, by=clinician)
    form = {**get(desk, text_url(patient)).form("how"), "signer_name": "Rosa"}
    silence(monkeypatch)

    assert get(desk, url).status == 503
    assert get(desk, chart_url("scan", patient, scan.pk)).status == 503
    assert send(desk, text_url(patient), form).status == 503
    assert not Paper.objects.exists()


# The administration


def test_a_new_version_ends_the_one_in_force_on_its_first_day(patient, clinician):
    papers.take(patient, by=clinician)
    desk = signed_in(make_user(Role.ADMINISTRATOR))
    before = papers.template()
    page = get(desk, f"/admin/patients/papertemplate/{before.pk}/change/")
    form = get(desk, page.leads_to("New version")).form("code")
    assert (form["code"], form["version"], form["text"]) == ("treatment", "2", before.text)

    assert send(desk, "/admin/patients/papertemplate/add/", {**form, "version": "5"}).text.count("The next version of this text is 2.") >= 1
    assert send(desk, "/admin/patients/papertemplate/add/", {**form, "started_on": "2000-01-01"}).status == 200
    assert send(desk, "/admin/patients/papertemplate/add/", {**form, "text": "Reviewed words."}).status == 302

    before.refresh_from_db()
    after = papers.template()
    assert (before.ended_on, after.started_on, after.version, after.text) == (today(), today(), 2, "Reviewed words.")


def test_the_administration_does_not_change_words_that_somebody_has_signed(patient, clinician):
    papers.take(patient, by=clinician)
    desk = signed_in(make_user(Role.ADMINISTRATOR))
    signed, free = papers.template(), papers.template("rules")

    for template, status in ((signed, "signed"), (free, "free")):
        address = f"/admin/patients/papertemplate/{template.pk}/change/"
        form = get(desk, address).form("due_days")
        assert ("text" in form) == (status == "free")
        assert send(desk, address, {**form, "text": "Other words.", "due_days": "3"}).status == 302
        template.refresh_from_db()
        assert (template.due_days, template.text == "Other words.") == (3, status == "free")


def test_scans_and_papers_are_listed_in_the_administration_without_their_words(patient, clinician):
    desk = signed_in(make_user(Role.ADMINISTRATOR))
    papers.take(patient, how="declined", reason="Has no quiet place.", by=clinician)
    scans.withdraw(papers.make_scan(patient, by=clinician, title="Card of Rosa"), because=WHY, by=clinician)

    for table in ("paper", "scan"):
        page = get(desk, f"/admin/patients/{table}/")
        assert str(patient.record_number) in page.text
        for words in ("Rosa", "quiet place", WHY, "card.pdf"):
            assert words not in page.text
