"""Every page, light and dark, on a desk and on a phone: no barrier, nothing wider than the screen, no complaint of the browser."""

import pytest
from django.urls import get_resolver, reverse
from playwright.sync_api import expect

from tests.browser.barriers import found_on, in_all_looks
from tests.browser.clinic import open_clinic

NOT_PAGES = {
    "patients:scan": "a file",
    "calendar": "a file",
    "billing_file": "a file",
    "plan_pdf": "a file",
    "review_pdf": "a file",
    "note_pdf": "a file",
    "continuing_care_pdf": "a file",
    "summary_pdf": "a file",
    "patients:prevention_pdf": "a file",
    "home": "leads to another page",
    "search": "by POST",
    "turn_down_place": "by POST",
    "patients:make_up": "by POST",
    "cancel_make_up": "by POST",
    "patients:undo_move": "by POST",
    "patients:accept": "by POST",
    "patients:leave_team": "by POST",
    "patients:close_flag": "by POST",
    "patients:remove_contact": "by POST",
    "patients:put_back_contact": "by POST",
    "patients:end_time": "by POST",
    "patients:make_primary": "by POST",
    "patients:start_plan": "by POST",
    "patients:go_through_prevention": "by POST",
    "patients:place_prevention": "by POST",
    "patients:remove_prevention": "by POST",
    "patients:put_back_prevention": "by POST",
    "place_plan_row": "by POST",
    "remove_plan_row": "by POST",
    "put_back_plan_row": "by POST",
    "cosign_plan": "by POST",
    "rewrite_plan": "by POST",
    "move_snippet": "by POST",
    "correct_note": "by POST",
    "cosign_note": "by POST",
    "decide_in_error": "by POST",
    "mark_attendance": "by POST",
    "decide_correction": "by POST",
    "keep_relatives": "by POST",
    "keep_part": "by POST",
    "keep_shared": "by POST",
    "enrol": "by POST",
    "tell_member": "by POST",
    "enrol_who_waits": "by POST",
    "today_part": "a part of a page",
    "teds_file": "a file",
    "account_reauthenticate": "nothing asks for it yet",
}


@pytest.fixture
def clinic(live_server):
    return open_clinic()


def pages(clinic):
    """Who opens which page: name of the URL -> (whose, address)."""
    supervisor, rosa = clinic.supervisor, clinic.rosa
    alone = {name: (supervisor, reverse(name)) for name in ("today", "continuum", "help", "shortcuts", "language", "preferences")}
    alone["calendar_link"] = (supervisor, reverse("calendar_link"))
    alone |= {name: (supervisor, reverse(name)) for name in ("patients:list", "patients:new", "account_logout", "account_change_password")}
    in_care = ["chart", "timeline", "team", "flags", "details", "move", "discharge", "assess", "reassign", "join_team"]
    charts = {f"patients:{name}": (supervisor, clinic.page(name, rosa)) for name in in_care}
    charts["patients:assessment"] = (supervisor, clinic.page("assessment", rosa, clinic.assessment.pk))
    charts |= {f"patients:{name}": (supervisor, clinic.page(name, rosa)) for name in ("contacts", "new_contact", "reach", "times")}
    charts |= {f"patients:{name}": (supervisor, clinic.page(name, rosa)) for name in ("diagnoses", "new_diagnosis")}
    of_a_diagnosis = ("diagnosis", "resolve_diagnosis", "mistaken_diagnosis")
    charts |= {f"patients:{name}": (supervisor, clinic.page(name, rosa, clinic.diagnosis.pk)) for name in of_a_diagnosis}
    charts |= {"patients:documents": (supervisor, clinic.page("documents", rosa))}
    charts["patients:paper"] = (supervisor, clinic.page("paper", rosa, clinic.paper.pk))
    charts["patients:taken_paper"] = (supervisor, clinic.page("taken_paper", rosa, clinic.taken.pk))
    charts["patients:withdraw_scan"] = (supervisor, clinic.page("withdraw_scan", rosa, clinic.withdraw_scan.pk))
    charts["patients:contact"] = (supervisor, clinic.page("contact", rosa, clinic.contact.pk))
    charts["patients:readmit"] = (supervisor, clinic.page("readmit", clinic.joon))
    charts["patients:undo_discharge"] = (supervisor, clinic.page("undo_discharge", clinic.joon))
    charts["patients:start_intake"] = (supervisor, clinic.page("start_intake", clinic.amir))
    charts["patients:summary"] = (supervisor, clinic.page("summary", rosa))
    coming = clinic.intake.pk
    charts |= {name: (supervisor, reverse(name, args=[coming])) for name in ("intake", "intake_check", "end_intake")}
    charts |= {name: (supervisor, reverse(name)) for name in ("referrals", "new_referral")}
    waits = ("offer_place", "log_waiting", "give_up_waiting")
    charts |= {name: (supervisor, reverse(name, args=[clinic.entry.pk])) for name in waits}
    charts |= {"waitlist": (supervisor, reverse("waitlist")), "patients:wait": (supervisor, clinic.page("wait", rosa))}
    charts["referral"] = (supervisor, reverse("referral", args=[clinic.referral.pk]))
    charts["intake_step"] = (supervisor, reverse("intake_step", args=[coming, "identity"]))
    charts |= {"patients:plan": (supervisor, clinic.page("plan", rosa)), "patients:notes": (supervisor, clinic.page("notes", rosa))}
    charts["patients:new_note"] = (supervisor, clinic.page("new_note", rosa))
    charts["patients:draft"] = (supervisor, clinic.page("draft", rosa, clinic.draft.pk))
    charts |= {name: (supervisor, reverse(name, args=[clinic.draft.pk])) for name in ("sign_note", "discard_note")}
    charts |= {name: (supervisor, reverse(name, args=[clinic.note.pk])) for name in ("note", "add_addendum", "say_in_error")}
    charts |= {"cosign_queue": (supervisor, reverse("cosign_queue")), "plan": (supervisor, reverse("plan", args=[clinic.plan.pk]))}
    charts |= {name: (supervisor, reverse(name, args=[clinic.plan.pk])) for name in ("about_plan", "sign_plan", "compare_plan")}
    row = clinic.plan.objectives.first()
    charts["add_plan_row"] = (supervisor, reverse("add_plan_row", args=[clinic.plan.pk, "problem", clinic.plan.pk]))
    charts["edit_plan_row"] = (supervisor, reverse("edit_plan_row", args=[clinic.plan.pk, row.pk]))
    charts["patients:prevention"] = (supervisor, clinic.page("prevention", rosa))
    charts["patients:add_prevention"] = (supervisor, clinic.page("add_prevention", rosa, "people"))
    charts["patients:edit_prevention"] = (supervisor, clinic.page("edit_prevention", rosa, clinic.prevention_entry.pk))
    charts["plan_word"] = (supervisor, reverse("plan_word", args=[clinic.waiting_plan.pk]))
    charts |= {name: (supervisor, reverse(name, args=[clinic.signed_plan.pk])) for name in ("review_plan", "plan_event")}
    charts |= {f"patients:{name}": (supervisor, clinic.page(name, rosa)) for name in ("continuing_care", "discharge_summary")}
    sessions = ("session", "add_guest", "sign_session", "sign_in_sheet", "leader_sheet")
    charts |= {name: (supervisor, reverse(name, args=[clinic.meeting.pk])) for name in sessions}
    charts["add_to_summary"] = (supervisor, reverse("add_to_summary", args=[clinic.summary.pk]))
    charts["plan_review"] = (supervisor, reverse("plan_review", args=[clinic.review.pk]))
    charts["thread"] = (supervisor, reverse("thread", args=[clinic.signed_plan.pk, row.root]))
    charts |= {name: (supervisor, reverse(name)) for name in ("snippets", "new_snippet")}
    charts |= {name: (supervisor, reverse(name, args=[clinic.snippet.pk])) for name in ("snippet", "remove_snippet")}
    charts |= {name: (supervisor, reverse(name)) for name in ("caseloads", "caseload_items")}
    of_a_clinician = ("caseload", "caseload_sheet", "review_caseload")
    charts |= {name: (supervisor, reverse(name, args=[clinic.clinician.pk])) for name in of_a_clinician}
    of_a_review = ("caseload_review", "add_to_caseload_review")
    charts |= {name: (supervisor, reverse(name, args=[clinic.caseload_review.pk])) for name in of_a_review}
    charts["follow_ups"] = (clinic.clinician, reverse("follow_ups"))
    charts["answer_follow_up"] = (clinic.clinician, reverse("answer_follow_up", args=[clinic.finding.pk]))
    charts |= {"timetable": (supervisor, reverse("timetable")), "patients:groups": (supervisor, clinic.page("groups", rosa))}
    of_a_group = ("group", "edit_group", "add_slot", "end_slot", "change_leader")
    charts |= {name: (supervisor, reverse(name, args=[clinic.group.pk])) for name in of_a_group}
    charts |= {name: (supervisor, reverse(name)) for name in ("short_of_hours", "absences_to_call", "absences_to_decide", "billing")}
    charts["patients:absences"] = (supervisor, clinic.page("absences", rosa))
    charts["end_enrolment"] = (supervisor, reverse("end_enrolment", args=[clinic.enrolment.pk]))
    charts["end_waiting"] = (supervisor, reverse("end_waiting", args=[clinic.wait.pk]))
    charts["patients:keep_apart"] = (supervisor, clinic.page("keep_apart", rosa))
    charts["end_apart"] = (supervisor, reverse("end_apart", args=[clinic.kept.pk]))
    charts["correct_attendance"] = (supervisor, reverse("correct_attendance", args=[clinic.mark.pk]))
    of_a_session = ("cancel_session", "move_session", "cover_session")
    charts |= {name: (supervisor, reverse(name, args=[clinic.session.pk])) for name in of_a_session}
    charts |= {name: (supervisor, reverse(name)) for name in ("tasks", "appointments")} | {
        "patients:book": (supervisor, clinic.page("book", rosa))
    }
    of_an_appointment = ("move_appointment", "cancel_appointment")
    charts |= {name: (supervisor, reverse(name, args=[clinic.appointment.pk])) for name in of_an_appointment}
    charts |= {name: (supervisor, reverse(name)) for name in ("reports", "teds")}
    charts["report"] = (supervisor, reverse("report", args=["census"]))
    charts["propose_merge"] = (supervisor, reverse("propose_merge", args=[patient.pk for patient in clinic.twins]))
    others = {
        "duplicates": (supervisor, reverse("duplicates")),
        "merge": (clinic.privacy_officer, reverse("merge", args=[clinic.merge.pk])),
        "restricted": (clinic.privacy_officer, reverse("restricted")),
        "account_login": (None, reverse("account_login")),
        "account_signup": (None, reverse("account_signup")),
    }
    return alone | charts | others


def more_looks(clinic):
    """The same pages in other states, and pages without a name."""
    supervisor = clinic.supervisor
    return {
        "the continuum as a table": (supervisor, "/continuum/?view=table"),
        "a filter that fits nobody": (supervisor, "/patients/?flag=any&clinician=none&phase=6"),
        "the chart of somebody not admitted": (supervisor, clinic.page("chart", clinic.amir)),
        "the chart of somebody discharged": (supervisor, clinic.page("chart", clinic.joon)),
        "the chart of somebody here again": (supervisor, clinic.page("chart", clinic.thea)),
        "the timeline of moves": (supervisor, clinic.page("timeline", clinic.rosa) + "?kind=move"),
        "the day of a clinician": (clinic.clinician, "/today/"),
        "a day without anything": (supervisor, "/today/?date=2020-01-01"),
        "a week without anything": (supervisor, "/appointments/?week=2020-01-01"),
        "tasks of which there are none": (supervisor, "/tasks/?due=new"),
        "the list of the front desk": (clinic.front_desk, "/patients/"),
        "the details for the front desk": (clinic.front_desk, clinic.page("details", clinic.rosa)),
        "the contacts for the front desk": (clinic.front_desk, clinic.page("contacts", clinic.rosa)),
        "diagnoses of somebody who has none": (supervisor, clinic.page("diagnoses", clinic.thea)),
        "times of somebody who can always come": (supervisor, clinic.page("times", clinic.thea)),
        "the documents for the front desk": (clinic.front_desk, clinic.page("documents", clinic.rosa)),
        "documents of somebody not admitted": (supervisor, clinic.page("documents", clinic.amir)),
        "a new patient at the front desk": (clinic.front_desk, "/patients/new/"),
        "an admission at the front desk": (clinic.front_desk, reverse("intake", args=[clinic.intake.pk])),
        "the waitlist at the front desk": (clinic.front_desk, "/continuum/waitlist/"),
        "ended referrals": (supervisor, "/referrals/?closed=1"),
        "referrals that no filter fits": (supervisor, "/referrals/?urgency=routine&step=scheduled&call=due"),
        "referrals at the front desk": (clinic.front_desk, "/referrals/"),
        "the safety questions": (supervisor, reverse("intake_step", args=[clinic.intake.pk, "safety"])),
        "the substances": (supervisor, reverse("intake_step", args=[clinic.intake.pk, "substances"])),
        "the dimensions": (supervisor, reverse("intake_step", args=[clinic.intake.pk, "dimensions"])),
        "work, school, family": (supervisor, reverse("intake_step", args=[clinic.intake.pk, "life"])),
        "a step that cannot start yet": (supervisor, reverse("intake_step", args=[clinic.intake.pk, "level"])),
        "the chart of somebody whose admission has begun": (supervisor, clinic.page("chart", clinic.noor)),
        "the plan in force": (supervisor, reverse("plan", args=[clinic.signed_plan.pk])),
        "a chart without a relapse-prevention plan": (supervisor, clinic.page("prevention", clinic.joon)),
        "a relapse-prevention plan on a day": (supervisor, clinic.page("prevention", clinic.rosa) + "?on=2020-01-01"),
        "a chart without a plan": (supervisor, clinic.page("plan", clinic.joon)),
        "snippets of somebody who has none": (clinic.clinician, reverse("snippets")),
        "a note that cannot be signed yet": (supervisor, reverse("sign_note", args=[clinic.draft.pk])),
        "no such page": (supervisor, "/nowhere/"),
        "no access": (clinic.front_desk, clinic.page("chart", clinic.rosa)),
        "administration": (clinic.administrator, "/admin/"),
        "the list of people": (clinic.administrator, "/admin/accounts/user/"),
        "a person in the administration": (clinic.administrator, f"/admin/accounts/user/{clinic.clinician.pk}/change/"),
        "programs in the administration": (clinic.administrator, "/admin/patients/program/"),
        "patients in the administration": (clinic.administrator, "/admin/patients/patient/"),
    }


def walk(enter, page, addresses):
    """Open the pages, each as the person whose it is."""
    now = None
    for name, (person, address) in addresses.items():
        if person is None:
            page.context.clear_cookies()
        elif person != now:
            enter(person)
        now = person
        page.goto(address)
        yield name


def test_no_page_is_left_out(clinic):
    named = {name for name in _names(get_resolver()) if isinstance(name, str)}

    assert named - set(NOT_PAGES) == set(pages(clinic))


def _names(resolver, space=""):
    for entry in resolver.url_patterns:
        if hasattr(entry, "url_patterns"):
            if entry.namespace != "admin":
                yield from _names(entry, f"{entry.namespace}:" if entry.namespace else space)
        else:
            yield f"{space}{entry.name}"


once_is_enough = pytest.mark.sqlite  # what a page looks like does not depend on the engine under it


@once_is_enough
@pytest.mark.parametrize("half", [0, 1])
def test_every_page_has_no_barrier_and_fits_a_phone(clinic, enter, page, half):
    every = sorted((pages(clinic) | more_looks(clinic)).items(), key=lambda entry: str(entry[1][0]))[half::2]

    wrong = [words for name in walk(enter, page, dict(every)) for words in in_all_looks(page, name)]

    assert not wrong, "\n".join(wrong)


@once_is_enough
def test_the_states_that_scripts_bring_have_no_barrier_either(clinic, enter, page):
    enter(clinic.supervisor)
    wrong = []

    page.goto(clinic.page("chart", clinic.rosa))
    page.get_by_text("More", exact=True).click()
    wrong += in_all_looks(page, "the menu of a chart", part="details[open]")
    page.get_by_role("link", name="Move", exact=True).click()
    expect(page.get_by_role("dialog")).to_be_visible()
    wrong += in_all_looks(page, "the dialog")
    page.get_by_role("button", name="Move to").click()
    expect(page.get_by_role("heading", name="There is a problem")).to_be_visible()
    wrong += in_all_looks(page, "the dialog with mistakes")
    page.goto("/today/")
    page.get_by_role("combobox", name="Find a patient").press_sequentially("quispe")
    expect(page.get_by_role("option")).to_have_count(2)
    wrong += in_all_looks(page, "people found")
    page.get_by_role("combobox", name="Find a patient").fill("nobody of this name")
    expect(page.locator("#find-panel").get_by_text("No one matches.")).to_be_visible()
    wrong += in_all_looks(page, "no one found")
    page.goto("/patients/new/")
    page.get_by_role("button", name="Register and admit").click()
    expect(page.get_by_role("heading", name="There is a problem")).to_be_visible()
    wrong += in_all_looks(page, "a form with mistakes")
    page.goto(clinic.page("flags", clinic.rosa))
    page.get_by_role("button", name="Close flag Overdose risk").click()
    expect(page.locator("#flash").get_by_text("Flag closed")).to_be_visible()
    wrong += in_all_looks(page, "a flash")

    assert not wrong, "\n".join(wrong)


def test_pages_for_when_the_house_is_broken_have_no_barrier_and_no_traces(clinic, enter, page, monkeypatch, console):
    def broken(*args):
        raise ValueError("Rosa Alvarez in patients_patient")

    monkeypatch.setattr("anchored.dashboard.views.today", broken)
    enter(clinic.supervisor)
    page.goto("/today/")

    expect(page.get_by_role("heading", name="Something went wrong on our side")).to_be_visible()
    assert "Rosa" not in page.content()
    assert "Traceback" not in page.content()
    wrong = list(in_all_looks(page, "the page for a fault"))
    assert not wrong, "\n".join(wrong)
    assert [words for words in console if "500" not in words] == []
    console.clear()


@pytest.mark.parametrize("theme", ["Light", "Dark"])
def test_the_theme_chosen_in_preferences_wins_over_the_device(clinic, enter, page, theme):
    enter(clinic.supervisor)
    page.emulate_media(color_scheme="light" if theme == "Dark" else "dark")
    page.goto("/accounts/preferences/")

    page.get_by_role("radio", name=theme).check(force=True)
    page.get_by_role("button", name="Save preferences").click()

    expect(page.locator("#flash").get_by_text("Preferences saved.")).to_be_visible()
    expect(page.locator("html")).to_have_attribute("data-bs-theme", theme.lower())
    assert list(found_on(page)) == []


def test_on_a_phone_the_continuum_is_a_table_unless_the_board_is_asked_for(clinic, enter, page):
    enter(clinic.supervisor)
    page.set_viewport_size({"width": 390, "height": 800})

    page.goto("/continuum/?track=evening")
    expect(page.get_by_role("region", name="People by level of care")).to_be_visible()
    assert page.url.endswith("/continuum/?track=evening&view=table")

    page.get_by_role("link", name="Board", exact=True).click()
    expect(page.get_by_role("region", name="IOP Evening")).to_be_visible()
    assert "view=board" in page.url
