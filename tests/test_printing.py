"""Plans, reviews, notes and the relapse-prevention plan as PDF: tagged, with everything on it that was signed, whatever people typed."""

import json
import re
import zlib

import pytest
from django.urls import reverse

from anchored.accounts.roles import Role
from anchored.audit.models import TrailEntry
from anchored.signing import signatures
from treatment_plans import prevention as sheet
from treatment_plans import printing
from treatment_plans.actions import plans, prevention, reviews
from treatment_plans.models import Goal, Plan, Problem
from treatment_plans.outline import Outline

from .making import make_admitted, make_clinician, make_diagnosis, make_patient, make_user
from .noting import make_note
from .papers import DRAWN
from .planning import add_objective, make_plan, sign
from .preventing import make_prevention
from .screens.visiting import get, signed_in

pytestmark = pytest.mark.django_db
ODD = '#let x = $1$ * _a_ [b] "c" \\ </br> é ж'


@pytest.fixture
def clinician():
    return make_clinician(works_in=["IOP Day"])


@pytest.fixture
def patient(clinician):
    return make_admitted(clinician, to="IOP Day", patient=make_patient(clinician, family_name=ODD[:16]))


def is_tagged(content):
    """A PDF that says it is PDF/UA and has its structure and its language."""
    streams = [part.split(b"\nendstream")[0] for part in content.split(b"stream\n")[1:]]
    plain = content + b"".join(_opened(stream) for stream in streams)
    return content.startswith(b"%PDF-") and b"pdfuaid" in plain and b"/StructTreeRoot" in plain and b"/Lang" in plain


def _opened(stream):
    try:
        return zlib.decompress(stream)
    except zlib.error:
        return b""


def test_a_plan_with_its_signatures_as_they_were_made(patient, clinician):
    plan = sign(make_plan(patient, by=clinician, problems=3, objectives=2), by=clinician, how="drawn", drawing=DRAWN, words=ODD)

    assert is_tagged(printing.plan(Outline.of(plan), clinician))


def test_a_plan_of_today_is_printed_with_what_stands_today(patient, clinician, monkeypatch):
    make_diagnosis(patient, by=clinician, severity="severe", is_primary=True)
    first = sign(make_plan(patient, by=clinician), by=clinician)
    digest, handed = first.digest, {}
    compiled = printing.typst.compile
    monkeypatch.setattr(printing.typst, "compile", lambda path, **more: handed.update(more) or compiled(path, **more))

    assert is_tagged(printing.plan(Outline.of(first), clinician))
    assert '"diagnoses": ["F10.20 Alcohol dependence, uncomplicated, primary, severe"]' in handed["sys_inputs"]["data"]

    sign(plans.start(first.episode, by=clinician, because="request"), by=clinician)
    first = Plan.objects.get(pk=first.pk)
    printing.plan(Outline.of(first), clinician)
    assert '"diagnoses": []' in handed["sys_inputs"]["data"]
    assert (first.digest, first.is_intact()) == (digest, True)


def test_what_people_typed_is_never_a_part_of_the_template(patient, clinician, monkeypatch):
    plan = make_plan(patient, by=clinician)
    plans.change_row(Problem.objects.get(), by=clinician, statement=ODD, words=ODD, evidence=ODD)
    plans.change_row(Goal.objects.get(), by=clinician, text=ODD)
    plans.change_about(plan, by=clinician, strengths=ODD)
    add_objective(plan, Goal.objects.get(), by=clinician, text=ODD)
    handed = {}
    compiled = printing.typst.compile
    monkeypatch.setattr(printing.typst, "compile", lambda path, **more: handed.update(more) or compiled(path, **more))

    content = printing.plan(Outline.of(Plan.objects.get()), clinician)

    assert is_tagged(content)
    assert '"draft": true' in handed["sys_inputs"]["data"]
    assert handed["sys_inputs"]["data"].count("#let x") >= 5


@pytest.mark.parametrize(
    "text",
    [ODD, "a\n\nb\n", "#", "=" * 50, "x" * 20_000, "]" * 10, '#include "page.typ"', "//", "@ref", "<label>", "- one\n+ two", "/ a: b"],
)
def test_a_note_prints_whatever_it_says(patient, clinician, text):
    note = make_note(patient, by=clinician, section_data=text, with_whom=ODD)
    signatures.add(note, text=ODD, by=clinician)

    assert is_tagged(printing.note(note, clinician))


def test_letters_that_no_font_here_has_are_no_reason_not_to_print(patient, clinician):
    assert printing.note(make_note(patient, by=clinician, section_data="日本"), clinician).startswith(b"%PDF-")


def test_a_review(patient, clinician):
    plan = sign(make_plan(patient, by=clinician), by=clinician)
    told = {"root": "x", "number": "1.1", "text": ODD, "standing": "some", "evidence": ODD, "decision": "keep"}
    review = reviews.review(plan, by=clinician, objectives=[told], summary=ODD, decision="continue")

    assert is_tagged(printing.review(review, clinician))


def printed_sheet(patient, by):
    return printing.prevention(patient, sheet.standing(patient), sheet.last_look(patient), by)


def test_a_sheet_to_take_home_empty_or_full(patient, clinician):
    assert is_tagged(printed_sheet(patient, clinician))
    make_prevention(patient, by=clinician)
    prevention.go_through(patient, by=clinician)
    assert is_tagged(printed_sheet(patient, clinician))


@pytest.mark.parametrize(
    "text",
    [ODD, "#let x = $1$ *", "a\n\nb", "#", "=" * 50, "x" * 500, "]" * 10, '#include "page.typ"', "//", "@ref", "<label>", "- one\n+ two"],
)
def test_a_sheet_prints_whatever_the_patient_says(patient, clinician, text, monkeypatch):
    prevention.add(patient, "people", by=clinician, text=text, how=text.replace("\n", " ")[:200])
    handed = {}
    compiled = printing.typst.compile
    monkeypatch.setattr(printing.typst, "compile", lambda path, **more: handed.update(more) or compiled(path, **more))

    assert is_tagged(printed_sheet(patient, clinician))
    assert json.loads(handed["sys_inputs"]["data"])["sections"][3]["entries"][0]["text"] == text


def test_the_longest_sheet_prints(patient, clinician):
    for section in sheet.standing(patient):
        for _ in range(20):
            prevention.add(patient, section.key, by=clinician, text="Wide words. " * 40)
    assert is_tagged(printed_sheet(patient, clinician))


def test_the_file_names_no_person_and_the_trail_knows(patient, clinician):
    note = make_note(patient, by=clinician)
    answer = signed_in(clinician).get(reverse("note_pdf", args=[note.pk]))

    assert answer.headers["Content-Type"] == "application/pdf"
    assert re.fullmatch(r'attachment; filename="note-no-\d+\.pdf"', answer.headers["Content-Disposition"])
    assert TrailEntry.objects.filter(event="document.printed", patient_id=patient.pk).count() == 1


def test_who_may_not_read_prints_nothing(patient, clinician):
    plan = make_plan(patient, by=clinician)
    assert get(signed_in(make_clinician()), reverse("plan_pdf", args=[plan.pk])).status == 404
    assert get(signed_in(make_user(Role.FRONT_DESK, works_in=["IOP Day"])), reverse("plan_pdf", args=[plan.pk])).status == 403
