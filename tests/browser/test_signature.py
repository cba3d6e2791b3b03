"""A consent is signed: drawn with the mouse or a finger, typed by keyboard alone, without script; on a phone, light and dark."""

import json
import re

import pytest
from playwright.sync_api import expect

from patients import drawing
from patients.models import Paper
from tests.browser.barriers import in_all_looks
from tests.browser.clinic import open_clinic
from tests.papers import pdf


@pytest.fixture
def clinic(live_server):
    return open_clinic()


@pytest.fixture
def desk(clinic, enter, page):
    """A clinician in front of a consent that Rosa has not signed yet."""
    enter(clinic.clinician)
    page.goto(clinic.page("paper", clinic.rosa, clinic.paper.pk))
    return page


def draw(page, *strokes):
    """Strokes of points in shares of the field."""
    pad = page.locator("canvas[data-signature]")
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    for stroke in strokes:
        places = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in stroke]
        page.mouse.move(*places[0])
        page.mouse.down()
        for place in places[1:]:
            page.mouse.move(*place, steps=4)
        page.mouse.up()


A_NAME = [(0.1, 0.7), (0.2, 0.2), (0.3, 0.7), (0.5, 0.4), (0.8, 0.5)]
A_LINE = [(0.1, 0.85), (0.9, 0.8)]


def signed(clinic):
    return Paper.objects.get(patient=clinic.rosa, template=clinic.paper)


def test_a_signature_is_drawn_with_the_mouse_and_stands_on_the_sheet(clinic, desk):
    expect(desk.locator("canvas")).to_be_hidden()
    desk.get_by_role("radio", name="Draws the signature").check()
    draw(desk, A_LINE)
    desk.get_by_role("button", name="Clear").click()
    assert desk.locator("#drawing").input_value() == ""
    draw(desk, A_NAME, A_LINE)
    expect(desk.get_by_role("img", name="Field for the signature, something is drawn")).to_be_visible()
    desk.get_by_role("button", name="Sign", exact=True).click()

    expect(desk.locator("#flash").get_by_text("signed, drawn on screen")).to_be_visible()
    paper = signed(clinic)
    strokes = drawing.read(paper.drawing)
    assert len(strokes) == 2
    assert strokes[0][0] == (60, 140)
    desk.goto(clinic.page("taken_paper", clinic.rosa, paper.pk))
    expect(desk.get_by_role("img", name="Signature of Rosa Alvarez")).to_be_visible()


def test_what_was_drawn_stays_when_something_else_is_wrong(clinic, desk):
    desk.get_by_role("radio", name="Draws the signature").check()
    draw(desk, A_NAME)
    desk.get_by_role("textbox", name="Name of who signs").fill("Ro\u202esa")
    desk.get_by_role("button", name="Sign", exact=True).click()

    expect(desk.get_by_role("group", name="There is a problem")).to_be_focused()
    expect(desk.get_by_role("img", name="Field for the signature, something is drawn")).to_be_visible()
    assert json.loads(desk.locator("#drawing").input_value())
    desk.get_by_role("textbox", name="Name of who signs").fill("Rosa")
    desk.get_by_role("button", name="Sign", exact=True).click()
    expect(desk.locator("#flash").get_by_text("signed, drawn on screen")).to_be_visible()


def test_more_than_fits_is_not_drawn(clinic, desk):
    desk.get_by_role("radio", name="Draws the signature").check()
    pad = desk.locator("canvas[data-signature]")
    pad.evaluate(
        """pad => {
            const box = pad.getBoundingClientRect();
            const at = (kind, x, y) => pad.dispatchEvent(new PointerEvent(kind, { clientX: box.x + x, clientY: box.y + y, bubbles: true }));
            pad.setPointerCapture = () => {};
            at("pointerdown", 10, 10);
            for (let turn = 0; turn < 9000; turn++) at("pointermove", 10 + (turn % 50) * 5, 10 + ((turn * 7) % 90));
            at("pointerup", 10, 10);
        }"""
    )

    kept = desk.locator("#drawing").input_value()

    assert len(kept) < drawing.LONGEST
    assert drawing.read(kept)


def test_a_name_is_typed_by_keyboard_alone(clinic, desk):
    desk.get_by_role("radio", name="Rosa Alvarez, the patient").focus()
    desk.keyboard.press("Tab")
    expect(desk.get_by_role("radio", name="Types the name")).to_be_focused()
    desk.keyboard.press("Tab")
    expect(desk.get_by_role("textbox", name="Name of who signs")).to_be_focused()
    desk.keyboard.type("Rosa Alvarez")
    desk.keyboard.press("Tab")
    desk.keyboard.press("Tab")
    expect(desk.get_by_role("button", name="Sign", exact=True)).to_be_focused()
    desk.keyboard.press("Enter")

    expect(desk.locator("#flash").get_by_text("signed, name typed")).to_be_visible()
    assert (signed(clinic).how, signed(clinic).signer_name) == ("typed", "Rosa Alvarez")


def test_the_button_says_what_it_does(clinic, desk):
    for way, button, field in (
        ("Declines", "Record as declined", "Why"),
        ("Is unable to sign", "Record as unable", "Why"),
        ("Signed on paper", "File the signed paper", "File"),
        ("Types the name", "Sign", "Name of who signs"),
    ):
        desk.get_by_role("radio", name=way).check()
        expect(desk.get_by_role("button", name=button, exact=True)).to_be_visible()
        expect(desk.get_by_label(field, exact=True)).to_be_visible()
    expect(desk.get_by_label("Why", exact=True)).to_be_hidden()


def test_without_script_a_name_is_typed(clinic, enter, new_context, base_url):
    plain = new_context(java_script_enabled=False).new_page()
    enter(clinic.clinician, context=plain.context, page=plain)
    plain.goto(clinic.page("paper", clinic.rosa, clinic.paper.pk))
    expect(plain.locator("canvas")).to_be_hidden()

    plain.get_by_role("textbox", name="Name of who signs").fill("Rosa Alvarez")
    plain.get_by_role("button", name="Sign", exact=True).click()

    expect(plain.locator("#flash").get_by_text("signed, name typed")).to_be_visible()


def test_a_scan_is_filed_and_saved_as_a_file(clinic, desk, tmp_path):
    desk.goto(clinic.page("documents", clinic.rosa))
    desk.get_by_role("combobox", name="Kind").select_option("Identity document")
    desk.get_by_role("textbox", name="Title").fill("Card")
    desk.get_by_label("File", exact=True).set_input_files({"name": "card.pdf", "mimeType": "application/pdf", "buffer": pdf()})
    desk.get_by_role("button", name="File the scan").click()
    expect(desk.locator("#flash").get_by_text("The scan is filed.")).to_be_visible()

    with desk.expect_download() as saved:
        desk.get_by_role("link", name="Save Card", exact=True).click()

    assert re.fullmatch(r"scan-[0-9a-f]{8}\.pdf", saved.value.suggested_filename)
    saved.value.save_as(tmp_path / "saved")
    assert (tmp_path / "saved").read_bytes() == pdf()


def test_nothing_stands_in_the_way_in_any_look(clinic, desk):
    wrong = list(in_all_looks(desk, "a text to sign"))
    desk.get_by_role("radio", name="Draws the signature").check()
    draw(desk, A_NAME)
    wrong += in_all_looks(desk, "a drawn signature")
    desk.get_by_role("button", name="Clear").click()
    desk.get_by_role("button", name="Sign", exact=True).click()
    expect(desk.get_by_role("heading", name="There is a problem")).to_be_visible()
    wrong += in_all_looks(desk, "a signature that is missing")
    desk.goto(clinic.page("documents", clinic.rosa))
    wrong += in_all_looks(desk, "documents")
    desk.goto(clinic.page("taken_paper", clinic.rosa, clinic.taken.pk))
    wrong += in_all_looks(desk, "the sheet")
    desk.goto(clinic.page("withdraw_scan", clinic.rosa, clinic.withdraw_scan.pk))
    wrong += in_all_looks(desk, "withdrawing")

    assert not wrong, "\n".join(wrong)
