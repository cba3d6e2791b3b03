"""The relapse-prevention plan on screen: written in place with the patient, gone through, printed."""

from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from anchored.accounts.roles import Role
from anchored.audit.models import TrailEntry
from anchored.ground.dates import today
from patients.actions import contacts, episodes, flags
from patients.models import DischargeReason
from tests.making import make_admitted, make_clinician, make_patient, make_user, open_stay
from tests.planning import make_plan
from tests.preventing import make_prevention, words
from treatment_plans.actions import prevention
from treatment_plans.models import PreventionEntry, PreventionLook
from treatment_plans.reference import PREVENTION

from .visiting import HTMX, chart_url, cost, doors, follow, get, send, signed_in

pytestmark = pytest.mark.django_db
ODD = "<script>alert(1)</script> #let x = $1$ * {{ x }} é ж"


@pytest.fixture
def clinician():
    return make_clinician(given_name="Sara", family_name="Lindqvist", works_in=["IOP Day"])


@pytest.fixture
def desk(clinician):
    return signed_in(clinician)


@pytest.fixture
def patient(clinician):
    return make_admitted(clinician, to="IOP Day", patient=make_patient(clinician, family_name="Alvarez"))


@pytest.fixture
def entry(patient, clinician):
    return prevention.add(patient, "coping", by=clinician, text="I walk to the river")


def page_of(patient):
    return chart_url("prevention", patient)


def add(patient, section):
    return chart_url("add_prevention", patient, section)


def edit(entry):
    return chart_url("edit_prevention", entry.patient, entry.pk)


def test_an_empty_page_says_what_comes_next_and_offers_examples(desk, patient):
    page = get(desk, page_of(patient))

    assert page.heading == "Relapse prevention"
    assert "Nothing is written yet. Begin with one evening that was hard" in page.text
    assert "We went through it today" not in page.buttons
    for section in PREVENTION["sections"]:
        assert section["heading"] in page.text
        assert section["prompt"] in page.text
        assert all(page.leads_to(example) for example in section["examples"])


def test_an_example_goes_into_the_field_and_is_kept_only_as_adapted(desk, patient):
    example = PREVENTION["sections"][0]["examples"][1]
    page = get(desk, f"{add(patient, 'triggers')}?example=1")
    form = page.form("text")
    assert form["text"] == example
    assert not PreventionEntry.objects.exists()

    page = follow(desk, add(patient, "triggers"), {**form, "text": "The road home past the bakery"})

    assert "The road home past the bakery" in page.text
    assert words(patient, "triggers") == ["The road home past the bakery"]


def test_an_example_does_not_take_away_what_was_typed(desk, patient):
    form = get(desk, add(patient, "people")).form("text")
    sent = {**form, "text": "Elena", "how": "555 0177", "example": "0", "once": str(uuid4())}

    page = send(desk, add(patient, "people"), sent)

    assert page.form("text")["text"] == f"Elena\n{PREVENTION['sections'][3]['examples'][0]}"
    assert page.form("text")["how"] == "555 0177"
    assert page.form("text")["once"] != sent["once"]
    assert not PreventionEntry.objects.exists()


@pytest.mark.parametrize("number", ["99", "-1", "x", "", "²", "9" * 5000])
def test_an_example_that_is_none_leaves_the_field_empty(desk, patient, number):
    assert get(desk, add(patient, "signs"), data={"example": number}).form("text")["text"] == ""


def test_an_entry_is_reworded_in_place_and_the_earlier_wording_is_told(desk, patient, entry):
    page = get(desk, edit(entry))
    assert page.form("text")["text"] == "I walk to the river"

    page = follow(desk, edit(entry), {**page.form("text"), "text": "I swim"})

    assert words(patient, "coping") == ["I swim"]
    assert "Earlier wordings of What helps (1)" in page.text
    assert "I walk to the river" in page.text
    assert f"?at={PreventionEntry.objects.standing().get().pk}" in _back(desk, entry)


def _back(desk, entry):
    return desk.post(edit(entry), {"text": "I swim"})["Location"]


def test_after_an_act_the_place_on_the_page_is_kept(desk, patient, entry):
    second = prevention.add(patient, "coping", by=make_clinician(), text="I eat")

    page = follow(desk, chart_url("place_prevention", patient, second.pk), {"to": "up"})
    assert words(patient, "coping") == ["I eat", "I walk to the river"]
    assert 'tabindex="-1" data-focus>I eat' in page.html

    page = follow(desk, chart_url("remove_prevention", patient, second.pk), {})
    assert 'id="name-coping" tabindex="-1" data-focus' in page.html
    assert "taken out" in page.text

    page = follow(desk, chart_url("put_back_prevention", patient, second.pk), {})
    assert words(patient, "coping") == ["I walk to the river", "I eat"]
    assert 'tabindex="-1" data-focus>I eat' in page.html


def test_two_people_in_one_entry_lose_nothing(desk, patient, clinician, entry):
    form = get(desk, edit(entry)).form("text")
    prevention.change(entry, by=clinician, text="I swim")

    page = send(desk, edit(entry), {**form, "text": "I walk to the river and back"})
    assert page.status == 409
    assert "Someone changed step to “I swim” while you were working. Save again to use yours." in page.text
    assert page.form("text")["text"] == "I walk to the river and back"

    follow(desk, edit(entry), page.form("text"))
    assert words(patient, "coping") == ["I walk to the river and back"]


def test_an_entry_that_was_taken_out_meanwhile_keeps_what_was_typed(desk, patient, clinician, entry):
    form = get(desk, edit(entry)).form("text")
    prevention.remove(entry, by=clinician)

    page = send(desk, edit(entry), {**form, "text": "I swim"})

    assert page.status == 409
    assert "Somebody took this entry out meanwhile" in page.text
    assert page.form("text")["text"] == "I swim"
    assert get(desk, edit(entry)).status == 404
    follow(desk, add(patient, "coping"), page.form("text"))
    assert words(patient, "coping") == ["I swim"]


def test_a_refusal_is_told_and_changes_nothing(desk, patient, clinician, entry):
    prevention.remove(entry, by=clinician)

    page = follow(desk, chart_url("remove_prevention", patient, entry.pk), {})

    assert "Somebody took this entry out meanwhile" in page.text


def test_a_contact_brings_name_and_number(desk, patient, clinician):
    elena = contacts.add(patient, by=clinician, name="Elena Lopez", relationship="sibling", phone="555 0177")
    form = get(desk, add(patient, "people")).form("text")

    page = follow(desk, add(patient, "people"), {**form, "contact": elena.pk})
    assert "Elena Lopez 555 0177" in page.text

    contacts.change(elena, by=clinician, phone="555 0199")
    page = get(desk, page_of(patient))
    assert "Contacts has another number by now 555 0199" in page.text


def test_a_number_that_was_taken_away_is_not_put_back(desk, patient, clinician):
    elena = contacts.add(patient, by=clinician, name="Elena Lopez", relationship="sibling", phone="555 0177")
    entry = prevention.add(patient, "people", by=clinician, text="My sister", how="555 0177", contact=elena)

    follow(desk, edit(entry), {**get(desk, edit(entry)).form("text"), "how": ""})

    assert PreventionEntry.objects.standing().get().how == ""


def test_contacts_of_others_are_neither_shown_nor_taken(desk, patient, clinician):
    theirs = contacts.add(make_admitted(clinician, to="IOP Day"), by=clinician, name="Bo Adams", relationship="friend")
    page = get(desk, add(patient, "people"))
    assert "Bo Adams" not in page.text

    page = send(desk, add(patient, "people"), {"text": "Bo", "contact": theirs.pk})

    assert page.status == 422
    assert not PreventionEntry.objects.exists()


def test_only_sections_about_people_ask_how_they_are_reached(desk, patient):
    assert {"contact", "how"} <= set(get(desk, add(patient, "care")).form("text"))
    assert not {"contact", "how"} & set(get(desk, add(patient, "reasons")).form("text"))
    follow(desk, add(patient, "reasons"), {"text": "My son", "how": "555"})
    assert PreventionEntry.objects.get().how == ""


@pytest.mark.parametrize("text", ["", "   ", "x" * 501, "a\x00b", "\u202egro", "\ud83d"])
def test_what_no_page_can_hold_is_refused_in_words_and_kept_in_the_field(desk, patient, text):
    page = send(desk, add(patient, "signs"), {"text": text.encode("utf-8", "surrogatepass").decode("utf-8", "replace")})

    assert page.status == 422
    assert page.mistakes
    assert not PreventionEntry.objects.exists()


def test_what_was_typed_is_never_a_part_of_the_page(desk, patient, clinician, entry):
    prevention.change(entry, by=clinician, text=ODD)
    prevention.add(patient, "people", by=clinician, text=ODD, how=ODD)

    for address in (page_of(patient), edit(entry), add(patient, "people")):
        html = get(desk, address).html
        assert "<script>alert" not in html
        assert "&lt;script&gt;alert(1)" in html


def test_gone_through_today_stands_at_the_top(desk, patient, entry):
    assert "Not gone through together yet." in get(desk, page_of(patient)).text

    page = follow(desk, chart_url("go_through_prevention", patient), {})

    assert f"Last gone through together {today():%d %b %Y}, with S. Lindqvist." in page.text
    assert "We went through it today" not in page.buttons
    page = follow(desk, chart_url("go_through_prevention", patient), {})
    assert "It is noted already" in page.text
    assert PreventionLook.objects.count() == 1


def test_the_page_of_a_day_is_read_only(desk, patient, clinician, entry):
    with time_machine.travel(timezone.now() + timedelta(days=2)):
        later = signed_in(clinician)
        prevention.change(entry, by=clinician, text="I swim")
        page = get(later, page_of(patient), data={"on": f"{today() - timedelta(days=2)}"})

    assert page.heading.startswith("Relapse prevention on ")
    assert "I walk to the river" in page.text
    assert "I swim" not in page.text
    assert page.leads_to("Back to today")
    assert "We went through it today" not in page.buttons
    assert not page.leads_to("Edit")


def test_a_day_that_is_none_is_refused_in_words(desk, patient, entry):
    page = get(desk, page_of(patient), data={"on": "41 Mar"})
    assert page.status == 422
    assert "Enter a real date" in page.text
    assert get(desk, page_of(patient), data={"on": "1 Jan 2999"}).heading == "Relapse prevention"


def test_a_flag_for_overdose_asks_for_the_naloxone(desk, patient, clinician):
    assert "Write down where the naloxone is" not in get(desk, page_of(patient)).text
    flags.raise_flag(patient, kind="overdose", by=clinician)
    assert "Write down where the naloxone is" in get(desk, page_of(patient)).text


def test_after_discharge_it_is_written_on(desk, patient, clinician, entry):
    episodes.discharge(open_stay(patient), on=today(), reason=DischargeReason.objects.first(), by=clinician)

    page = follow(desk, add(patient, "coping"), {"text": "I call the alumni group"})

    assert "I call the alumni group" in page.text


def test_it_is_reached_from_the_chart_and_from_the_plan(desk, patient, clinician):
    plan = make_plan(patient, by=clinician)
    assert get(desk, chart_url("chart", patient)).leads_to("Relapse prevention") == page_of(patient)
    assert get(desk, reverse("plan", args=[plan.pk])).leads_to("The page in the patient's words") == page_of(patient)


def test_a_prescriber_reads_it_and_is_told_who_writes(patient, entry):
    reader = signed_in(make_user(Role.PRESCRIBER, works_in=["IOP Day"]))
    page = get(reader, page_of(patient))

    assert "I walk to the river" in page.text
    assert "It is written by clinicians and supervisors" in page.text
    assert not {"We went through it today", "Put back"} & set(page.buttons)
    assert not page.leads_to("Edit")
    assert get(reader, edit(entry)).status == 403
    assert reader.post(chart_url("remove_prevention", patient, entry.pk)).status_code == 403


def test_who_has_no_relation_learns_nothing(patient, entry):
    for address in (page_of(patient), edit(entry), add(patient, "signs"), chart_url("prevention_pdf", patient)):
        answers = doors(address, weaker=Role.FRONT_DESK, works_in=("IOP Day",))
        assert answers == {"a stranger": 404, "a weaker role": 403, "nobody": 302, "nobody, by htmx": 401}


def test_an_entry_of_somebody_else_is_not_found(desk, patient, clinician):
    other = prevention.add(make_admitted(clinician, to="IOP Day"), "signs", by=clinician, text="x")

    for name in ("edit_prevention", "place_prevention", "remove_prevention", "put_back_prevention"):
        assert desk.post(chart_url(name, patient, other.pk), {"text": "y"}).status_code == 404
    assert get(desk, add(patient, "no-such")).status == 404


def test_a_longer_page_costs_no_more(desk, patient, clinician, entry):
    before = cost(desk, page_of(patient))

    for entry in make_prevention(patient, by=clinician):
        contact = contacts.add(patient, by=clinician, name="Bo Adams", relationship="friend")
        prevention.change(entry, by=clinician, text="x", contact=contact)
        prevention.remove(prevention.add(patient, "signs", by=clinician, text="x"), by=clinician)

    assert cost(desk, page_of(patient)) == before <= 12


def test_a_fragment_is_the_page(desk, patient, entry):
    page = get(desk, page_of(patient), headers=HTMX)
    assert 'id="outline"' in page.html
    assert 'id="rail"' in page.html


def test_the_sheet_is_printed_and_the_trail_knows(desk, patient, clinician, entry):
    answer = desk.get(chart_url("prevention_pdf", patient))

    assert answer.content.startswith(b"%PDF-")
    assert answer["Content-Disposition"] == f'attachment; filename="prevention-plan-no-{patient.record_number}.pdf"'
    told = TrailEntry.objects.filter(event="document.printed", patient_id=patient.pk).get()
    assert "river" not in f"{told.facts}{told.subject}"
