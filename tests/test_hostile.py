"""What nobody would type, in every field of every form: refused with words, the typing kept, nothing written, never a fault."""

import re
from dataclasses import replace
from datetime import timedelta
from html import escape

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from anchored.accounts.models import User
from anchored.accounts.roles import Role
from anchored.ground.dates import today
from anchored.ground.text import BREAKS, tidy, unusable_position
from patients.models import Assessment, CareTeamMember, Patient, SafetyFlag, Stay
from tests.browser.clinic import open_clinic
from tests.filling import FORMS, PERSON, Desk, form, record
from tests.making import PASSWORD, made_once, make_admitted, make_clinician, make_patient, make_user, open_stay
from tests.screens.visiting import HTMX, UNKNOWN_ID, Page, signed_in
from tests.xss import PAYLOADS, is_markup

tries = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


open_house = made_once(open_clinic)


@pytest.fixture
def clinic(open_house, db):
    return replace(open_house)  # a copy: what one test remembers of it is not the next one's


def dealt(values):
    """(form, some of the values): every form gets a third of them, the next one another third."""
    return [(each, values[place % 3 :: 3]) for place, each in enumerate(FORMS)]


def refused(page, what, fields=(), words=""):
    """422 in the house's manner: the fields marked, each with a sentence that says what would do."""
    assert page.status == 422, (what, page.status, page.text[:300])
    assert set(fields) <= page.invalid, (what, set(fields) - page.invalid)
    assert page.title.startswith("Error: "), what
    assert any(re.search(words, sentence) for sentence in page.mistakes), (what, page.mistakes)


# Text

UNUSABLE = {
    "NUL": "a\x00b",
    "bell": "a\x07b",
    "escape": "\x1b[31mred",
    "delete": "a\x7fb",
    "C1 control": "a\x9bb",
    "right-to-left override": "Rosa\u202eavlA",
    "isolate": "a\u2066b\u2069",
    "illegible": "a\ufffdb",
}


def test_characters_that_no_record_can_hold_are_refused_with_their_place_and_kept_on_the_page(clinic):
    for each, characters in dealt(list(UNUSABLE.items())):
        desk, before = Desk(clinic, each), record()
        for name, text in characters if each.text else ():
            page = desk.send(**dict.fromkeys(each.text, text))
            refused(page, (each.name, name), each.text, r"Remove the character at position \d")
            kept = page.form(next(iter(each.text)))
            assert {kept[field] for field in each.text} == {text}, (each.name, name)
        assert record() == before, each.name


def test_more_than_fits_is_refused_with_the_limit_and_kept_on_the_page(clinic):
    for each in FORMS:
        desk, before = Desk(clinic, each), record()
        for text in ("x" * 30_000, "Z\u0338\u0353" * 10_000, "🦊" * 21_000) if each.text else ():
            page = desk.send(**dict.fromkeys(each.text, text))
            refused(page, (each.name, text[:3]), each.text)
            limits = {f"Use at most {longest} characters. You entered {len(text)}." for longest in each.text.values()}
            assert limits <= set(page.mistakes), each.name
            kept = page.form(next(iter(each.text)))
            assert {kept[field] for field in each.text} == {text}, each.name
        assert record() == before, each.name


def test_a_name_of_nothing_is_no_name_and_a_line_has_no_second(clinic):
    desk, before = Desk(clinic, form("details")), record()

    for nothing in ("", "   ", "\u200b", "\u00a0\u2003", "\u200b \ufeff\u2060", "\r\n\t"):
        refused(desk.send(given_name=nothing), repr(nothing), ["given_name"], "Enter the given name, or the only name")
    for broken in ("Rosa\nAlvarez", "Rosa\r\nBcc: x", "Rosa\tAlvarez", "Rosa\u2028Alvarez"):
        refused(
            desk.send(given_name=broken, city=broken), repr(broken), ["given_name", "city"], "Remove the line break or tab at position 5"
        )

    assert record() == before


UNUSUAL = ["O'Brien-Ñandú 李", "Null", "True", "N/A", "-", "=SUM(A1)", "{{7*7}}", "{% debug %}", "${7*7}", "%s%n", "🦊", "ﷺ", "Zoe\u0308"]


def test_unusual_names_are_names(clinic):
    for start in range(0, len(UNUSUAL), 2):
        given_name, family_name = (UNUSUAL + UNUSUAL)[start : start + 2]
        desk = Desk(clinic, form("details"))

        page = desk.send(
            given_name=given_name, family_name=family_name, preferred_name=given_name, street=family_name, allergies=given_name
        )

        assert page.status == 302, (given_name, family_name, page.mistakes)
        rosa = Patient.objects.get(pk=clinic.rosa.pk)
        assert (rosa.given_name, rosa.family_name, rosa.allergies) == (given_name, family_name, given_name)
        for address in (rosa.get_absolute_url(), desk.address, "/patients/", "/today/", "/continuum/"):
            assert escape(given_name) in desk.client.get(address).content.decode(), (given_name, address)


@given(text=st.text(max_size=120))
@tries
def test_whatever_is_typed_is_kept_as_it_is_or_refused(clinic, text):
    desk = Desk(clinic, form("details"))
    typed = text.encode("utf-8", "replace").decode()

    status = desk.send(family_name=typed).status

    kept = tidy(typed)
    if unusable_position(kept) or set(kept) & BREAKS or len(kept) > 100:
        assert status == 422
    else:
        assert status == 302
        assert Patient.objects.get(pk=clinic.rosa.pk).family_name == kept


def test_payloads_are_text_in_every_field_and_in_every_mistake(clinic):
    """Read in a browser elsewhere; here they go through every field, another payload in each, kept and refused."""
    fields = [*PERSON, "email", "birth_date"]
    for start in range(0, len(PAYLOADS), len(fields)):
        payloads = dict(zip(fields, PAYLOADS[start:] + PAYLOADS, strict=False))
        fits = {name: payload for name, payload in payloads.items() if len(payload) <= PERSON.get(name, 0) and name != "phone"}
        desk = Desk(clinic, form("details"))

        assert desk.send(**fits).status == 302, payloads
        sent_back = desk.send(**payloads)
        assert sent_back.status == 422, payloads
        shown = Page(desk.client.get(desk.address))

        assert {name: shown.form("family_name")[name] for name in fits} == fits
        assert {name: sent_back.form("family_name")[name] for name in fields} == payloads
        found = Page(desk.client.post("/search/", {"q": payloads["family_name"]}))
        for page in (shown, sent_back, found, Page(desk.client.get(clinic.rosa.get_absolute_url()))):
            assert [payload for payload in payloads.values() if is_markup(payload) and payload in page.html] == []


def test_bytes_that_are_no_text_are_not_kept_as_question_marks(clinic):
    """As an old program sends them, or somebody who hopes to pass a check that the page would not."""
    desk, before = Desk(clinic, form("details")), record()

    for broken in ("%ED%A0%80", "a%FFb", "%C0%80", "%F8%88%80%80%80", "%FE%FE"):
        body = f"given_name={broken}&family_name=Alvarez"
        answer = desk.client.post(desk.address, body, content_type="application/x-www-form-urlencoded")
        refused(Page(answer), broken, ["given_name"], "Remove the character")

    assert record() == before


# Days, choices, numbers, addresses

NO_DAYS = [
    "31/02/1990", "2023-02-29", "0000-00-00", "+012345-01-01", "٢٠٢٦-٠١-٠١", "２０２６-01-01", "01/02/90", "1/2", "yesterday", "1e3",
    "2026-13-01", "-1", "9" * 30, "2026-01-01'; --", "12:30", "2026-01-01T00:00:00Z", "0", "31 Foo 2020", "x" * 10_000, "4 Mar 1\x00",
]  # fmt: skip
NOT_YET = ["2199-12-31", "9999-12-31", "10000-01-01"]


def test_what_is_no_day_is_refused_with_an_example(clinic):
    tomorrow = (today() + timedelta(days=1)).isoformat()
    for each, texts in dealt([*NO_DAYS, *NOT_YET, tomorrow]):
        desk, before = Desk(clinic, each), record()
        for text in texts:
            asked = [*each.days, *(each.coming if text in NO_DAYS else ())]
            if asked:
                page = desk.send(**dict.fromkeys(asked, text))
                refused(page, (each.name, text), words="like|future|past")
                assert {page.form(asked[0])[name] for name in asked} == {text}
        assert record() == before, each.name


def test_a_birth_date_lies_in_a_life(clinic):
    desk = Desk(clinic, form("details"))

    refused(desk.send(birth_date="1850-01-01"), "1850", ["birth_date"], "Check the year of birth")
    refused(desk.send(birth_date="1800-01-01"), "1800", ["birth_date"], "Enter a real date of birth")


NO_CHOICES = ["999999999", "-1", "0x", "9" * 30, "abc", "1 OR 1=1", "1.0", "0x1", "🦊", "None", "true", "\x00", "1\x00", UNKNOWN_ID, "../1"]


def test_what_is_not_on_the_list_is_refused(clinic):
    for each, values in dealt(NO_CHOICES):
        desk, before = Desk(clinic, each), record()
        for value in values if each.choices else ():
            refused(desk.send(**dict.fromkeys(each.choices, value)), (each.name, value), words="Choose|Null characters")
        assert record() == before, each.name


NO_NUMBERS = [
    "-5",
    "1e9",
    "NaN",
    "inf",
    "1e2",
    "60.5",
    "60.0000001",
    "0x10",
    "9" * 30,
    "five",
    "--1",
    "1_000",
    "\x00",
    "1\x00",
    "²",
    "9" * 5000,
]


def test_what_is_no_number_is_refused(clinic):
    for each, values in dealt(NO_NUMBERS):
        desk, before = Desk(clinic, each), record()
        for value in values if each.numbers else ():
            refused(desk.send(**dict.fromkeys(each.numbers, value)), (each.name, value), each.numbers)
        assert record() == before, each.name


def test_phone_numbers_and_addresses(clinic):
    desk, before = Desk(clinic, form("details")), record()
    for phone in ("1" * 39, "letters", "+", "12", "(((((", "٣" * 22):
        refused(desk.send(phone=phone), phone, ["phone"], "like 555 0142")
    for email in (
        "a@b",
        "a@b.example\r\nBcc: x@evil.example",
        "a" * 320 + "@b.example",
        "a b@c.example",
        "<a@b.example>",
        "@",
        "a\x00@b.example",
    ):
        refused(desk.send(email=email), email, ["email"])
    assert record() == before

    assert desk.send(phone="+1 (555) 010-0000 ext 5", postal_code="00501").status == 302

    rosa = Patient.objects.get(pk=clinic.rosa.pk)
    assert (rosa.phone, rosa.postal_code) == ("+1 (555) 010-0000 ext 5", "00501")


# Search

SIGNS = {
    "r%c": "Per%cent", "r_s": "Under_score", "k\\s": "Back\\slash", "o't": "Quo'te", 'u"b': 'Dou"ble', "r*r": "Star*red",
    ";--": "Semi;--colon",
}  # fmt: skip
NOBODY = [
    "%%", "__", "\\\\", "')", "' OR '1'='1", "(a+)+$", "^.*$", "[a-z]", "signs%", "🦊🦊", "31/02/1990", "٠٣", "NULL", "a" * 100,
]  # fmt: skip
NO_WORDS = ["", "x", "  ", " x ", "\u200b\u200b", "x" * 10_000, "a\x00b", "\u202eab", "\ufffd\ufffd"]


@pytest.fixture
def signs(db):
    """People whose names hold the signs that mean something to a database, and some whom a wildcard would find too."""
    clinician = make_clinician()
    for name in [*SIGNS.values(), "Perocent", "Underiscore"]:
        make_admitted(clinician, to="Outpatient", patient=make_patient(by=clinician, given_name=name, family_name="Signs"))
    return signed_in(clinician)


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "fragment"])
def test_a_search_takes_every_sign_as_it_is(signs, headers):
    expected = {words: [name] for words, name in SIGNS.items()} | {words: [] for words in NOBODY}
    for words, names in expected.items():
        answer = signs.post("/search/", {"q": words}, headers=headers)
        assert answer.status_code == 200, words
        shown = answer.content.decode().replace(f'value="{escape(words)}"', "")  # the words stand in their field too
        assert [each for each in Patient.objects.values_list("given_name", flat=True) if f", {escape(each)}" in shown] == names, words
    for words in NO_WORDS:
        answer = signs.post("/search/", {"q": words}, headers=headers)
        assert answer.status_code == 422, words
        assert re.search(r"Enter at (least 2|most 100)|Remove the character", answer.content.decode()), words


@given(words=st.text(min_size=2, max_size=100))
@tries
def test_no_search_breaks(signs, words):
    assert signs.post("/search/", {"q": words.encode("utf-8", "replace")}).status_code in (200, 422)


def test_an_address_with_nul_in_it_is_none(clinic):
    for address in (
        "/patients/?flag=%00",
        "/continuum/?clinician=me%00",
        "/today/?x=%00",
        f"{clinic.rosa.get_absolute_url()}timeline/?kind=%00",
    ):
        page = Page(signed_in(clinic.supervisor).get(address))
        assert (page.status, page.heading) == (404, "Page not found"), address
    assert signed_in(clinic.administrator).get("/admin/audit/trailentry/?event__exact=%00").status_code == 404


# Answers that nobody asked for


def test_a_form_takes_only_the_fields_it_shows(clinic):
    """Mass assignment: every column of a patient, sent along with the details."""
    rosa = Patient.objects.get(pk=clinic.rosa.pk)
    stolen = {"id": UNKNOWN_ID, "pk": UNKNOWN_ID, "record_number": 1, "restricted": "on", "registered_by": clinic.front_desk.pk}
    stolen |= {"registered_at": "2000-01-01", "find_by": "everybody", "created_by": 1, "episodes": UNKNOWN_ID}

    assert Desk(clinic, form("details")).send(**stolen, city="Boston").status == 302

    after = Patient.objects.get(pk=clinic.rosa.pk)
    assert after.city == "Boston"
    kept = ("record_number", "restricted", "registered_by_id", "registered_at")
    assert [getattr(after, name) for name in kept] == [getattr(rosa, name) for name in kept]
    assert "everybody" not in after.find_by


def test_nobody_gives_themselves_a_role_in_the_preferences(clinic):
    person = clinic.supervisor
    stolen = {"username": "root", "is_active": "", "is_staff": "on", "is_superuser": "on", "role_grants-0-role": "administrator"}

    assert Desk(clinic, form("preferences")).send(**stolen, roles="administrator", password="x", theme="dark").status == 302

    after = User.objects.get(pk=person.pk)
    assert (after.username, after.is_active, after.is_staff, after.theme) == (person.username, True, False, "dark")
    assert after.roles == {Role.SUPERVISOR}
    assert after.check_password(PASSWORD)


def test_a_form_does_not_say_in_whose_name_and_when(clinic):
    stay = open_stay(clinic.rosa)
    stolen = {"opened_by": clinic.clinician.pk, "opened_at": "2000-01-01", "outside_table": "on", "accepted_by": 1, "episode": UNKNOWN_ID}
    stolen |= {
        "previous": UNKNOWN_ID,
        "counts_from": "2000-01-01",
        "made_by": clinic.clinician.pk,
        "sealed_at": "",
        "digest": "x",
        "edition": "9",
    }

    assert Desk(clinic, form("assess")).send(**stolen).status == 302
    assert Desk(clinic, form("move")).send(**stolen).status == 302

    signed = Assessment.objects.filter(episode=stay.episode).order_by("-made_at")[:2]
    assert {(row.made_by, row.is_sealed, row.edition, row.digest == row.digest_now()) for row in signed} == {
        (clinic.supervisor, True, "3", True)
    }
    following = Stay.objects.get(previous=stay)
    assert (following.opened_by, following.accepted_by, following.outside_table) == (clinic.supervisor, None, False)
    assert following.counts_from == following.started_on == timezone.localdate(following.opened_at) == today()


def test_of_an_answer_given_twice_the_last_counts_for_the_check_and_for_the_record(clinic):
    desk = Desk(clinic, form("details"))
    for number, first in enumerate(("Ana", "", "\x00")):
        sent = {**desk.filled, "given_name": [first, f"Berta{number}"], "given_name[]": "Carla"}
        assert desk.client.post(desk.address, sent).status_code == 302
        assert Patient.objects.get(pk=clinic.rosa.pk).given_name == f"Berta{number}"
        desk = Desk(clinic, form("details"))


# Rows of somebody else


def test_a_row_of_one_patient_is_not_found_under_another(clinic):
    flag = SafetyFlag.objects.filter(patient=clinic.rosa, ended_on=None).first()
    member = CareTeamMember.objects.get(episode__patient=clinic.rosa, part="covering")
    desk, before = signed_in(clinic.supervisor), record()

    for address in (
        clinic.page("close_flag", clinic.thea, flag.pk),
        clinic.page("leave_team", clinic.thea, member.pk),
        clinic.page("assessment", clinic.thea, clinic.assessment.pk),
    ):
        assert desk.post(address, {"text": "Not hers at all."}).status_code == 404
        assert desk.get(address).status_code in (404, 405)

    assert record() == before


def test_a_form_that_speaks_of_another_patients_stay_changes_nothing(clinic):
    for name in ("move", "discharge"):
        desk, before = Desk(clinic, form(name)), record()
        for stay in (open_stay(clinic.thea).pk, UNKNOWN_ID, "abc", "", "\x00"):
            assert desk.send(stay=str(stay)).status in (404, 422), (name, stay)
        assert record() == before


def test_the_known_person_is_one_of_those_asked_about(clinic):
    """`same_as` names a patient: only somebody with the name and birth date that were typed."""
    desk, before = Desk(clinic, form("new")), record()

    for other in (clinic.rosa.pk, UNKNOWN_ID, "abc", "\x00"):
        assert desk.send(birth_date="1990-01-01", same_as=str(other)).status in (404, 422), other

    assert record() == before


def test_nobody_is_named_on_a_restricted_record_without_a_hand_in_care(clinic):
    strangers = [[make_user(Role.FRONT_DESK).pk], [clinic.administrator.pk], ["abc"], []]
    desk, before = Desk(clinic, form("restricted")), record()

    for named in strangers:
        refused(desk.send(record_number=clinic.rosa.record_number, named=named), named)

    assert record() == before
