"""Every form of the house: where it is, who fills it in, what its fields take, and answers that would do."""

from dataclasses import dataclass, field

from django.apps import apps
from django.urls import reverse

from anchored.accounts.models import User
from anchored.ground.dates import today
from patients.models import DischargeReason, MoveBasis, Program
from tests.checking import everything
from tests.papers import file
from tests.screens.visiting import Page, signed_in
from treatment_plans.models import Objective

PERSON = {
    "given_name": 100, "family_name": 100, "preferred_name": 100, "pronouns": 40, "phone": 40, "street": 200, "city": 100, "state": 40,
    "postal_code": 20, "language": 60, "allergies": 1000,
}  # fmt: skip
CODED = ["sex", "race", "ethnicity", "education", "employment", "veteran", "income_source"]
ADMISSION = ["program", "primary", "referral_source", "pregnant", "substance_1", "route_1", "frequency_1"]
RATINGS = [f"rating_{number}" for number in range(1, 7)]
CONTACT = {"name": 120, "organisation": 120, "phone": 40, "times": 200, "may_be_told": 1000, "caution": 300}
LEAVING = {"housing": 1000, "medications": 2000, "told": 1000, "crisis": 1000}
COMMENTS = {f"comment_{number}": 2000 for number in range(1, 7)}


# Forms in whose address no patient stands, and what of the clinic does.
OF_THEIR_OWN = {"end_intake": "intake", "referral": "referral", "offer_place": "entry", "log_waiting": "entry", "give_up_waiting": "entry"}
OF_THEIR_OWN |= {
    "merge": "merge",
    "about_plan": "plan",
    "plan_word": "waiting_plan",
    "review_plan": "signed_plan",
    "add_addendum": "note",
    "say_in_error": "note",
    "correct_attendance": "mark",
    **dict.fromkeys(["add_guest", "cancel_session", "move_session", "cover_session"], "session"),
    **dict.fromkeys(["enrol", "edit_group", "add_slot", "end_slot", "change_leader"], "group"),
    "end_enrolment": "enrolment",
    "end_waiting": "wait",
    "end_apart": "kept",
    "plan_event": "signed_plan",
    "add_to_summary": "summary",
    "snippet": "snippet",
    "move_appointment": "appointment",
    "cancel_appointment": "appointment",
}


@dataclass
class Form:
    """`text` is how much each field takes, `prose` what takes several lines. `of` is somebody of the clinic; `by` too.

    `days` have come or are past, `coming` may lie ahead. `stands_on` is the page that shows it, `sends` what its button says."""

    name: str
    of: str = "rosa"
    by: str = "supervisor"
    text: dict = field(default_factory=dict)
    days: list = field(default_factory=list)
    coming: list = field(default_factory=list)
    choices: list = field(default_factory=list)
    numbers: list = field(default_factory=list)
    stands_on: str = ""
    sends: dict = field(default_factory=dict)

    def address(self, clinic):
        if not self.of:
            return reverse(self.name)
        if self.name == "add_plan_row":
            return reverse(self.name, args=[clinic.plan.pk, "problem", clinic.plan.pk])
        if self.name == "edit_plan_row":
            return reverse(self.name, args=[clinic.plan.pk, clinic.plan.objectives.first().pk])
        if self.name == "propose_merge":
            return reverse(self.name, args=[patient.pk for patient in clinic.twins])
        if self.name == "groups":
            assert clinic.group  # one that can still be ticked
        if self.name in OF_THEIR_OWN:
            return reverse(self.name, args=[getattr(clinic, OF_THEIR_OWN[self.name]).pk])
        if self.name == "add_prevention":
            return clinic.page(self.name, clinic.rosa, "people")
        if self.name == "edit_prevention":
            return clinic.page(self.name, clinic.rosa, clinic.prevention_entry.pk)
        part = "diagnosis" if self.name.endswith("_diagnosis") and self.name != "new_diagnosis" else self.name
        args = [getattr(clinic, part).pk] if part in ("assessment", "contact", "diagnosis", "paper", "withdraw_scan") else []
        return clinic.page(self.name, getattr(clinic, self.of), *args)

    def fields(self):
        return [*self.text, *self.days, *self.coming, *self.numbers, *self.choices]


FORMS = [
    Form(
        "patients:new",
        "",
        text=PERSON,
        days=["birth_date", "on"],
        choices=[*CODED, *ADMISSION],
        numbers=["days_waiting", "first_use_age_1"],
    ),
    Form("details", text=PERSON, days=["birth_date"], choices=CODED),
    Form("readmit", "joon", days=["on"], choices=ADMISSION, numbers=["days_waiting", "first_use_age_1", "arrests_30d"]),
    Form("move", text={"reason": 4000}, days=["on"], choices=["to", "basis", *RATINGS]),
    Form("discharge", text={"note": 4000}, days=["on"], choices=["reason"]),
    Form("undo_discharge", "joon", text={"because": 500}),
    Form("reassign", text={"note": 4000}, choices=["to"]),
    Form("join_team", choices=["to", "part"]),
    Form("new_contact", text=CONTACT, choices=["relationship", "channel"]),
    Form("contact", text=CONTACT, choices=["relationship", "channel"]),
    Form(
        "new_diagnosis",
        days=["diagnosed_on"],
        choices=["code", "severity", "remission", "diagnosed_by"],
        numbers=["criteria"],
    ),
    Form("diagnosis", days=["diagnosed_on"], choices=["code", "severity", "remission", "diagnosed_by"], numbers=["criteria"]),
    Form("resolve_diagnosis", days=["on"]),
    Form("mistaken_diagnosis", text={"because": 300}),
    Form("reach", text={"reach_wishes": 1000}, choices=["reach_by"]),
    Form("times", text={"note": 200}, coming=["started_on", "until"], choices=["kind", "weekdays"]),
    Form("documents", text={"title": 120}, choices=["kind"]),
    Form("paper", text={"signer_name": 200, "reason": 300}, choices=["how", "signer"]),
    Form("withdraw_scan", text={"because": 300}),
    Form(
        "new_referral",
        "",
        text={
            "given_name": 100,
            "family_name": 100,
            "caller_name": 120,
            "caller_organisation": 120,
            "why_now": 4000,
            "insurance_note": 300,
        },
        days=["birth_date"],
        coming=["wanted_start"],
        choices=["caller_relationship", "urgency", "substance", "thinks_of_suicide", "program", "wanted_track", "busy_kind"],
    ),
    Form("referral", "noor", text={"note": 1000}, coming=["next_on"], choices=["channel", "outcome"]),
    Form("wait", "amir", text={"risk": 300}, coming=["wanted_start"], choices=["program", "priority"]),
    Form("offer_place", "noor", coming=["held_until"]),
    Form("log_waiting", "noor", text={"note": 1000}, coming=["next_on"], choices=["channel", "outcome"]),
    Form("give_up_waiting", "noor", text={"because": 1000}),
    Form("start_intake", "amir", choices=["program"]),
    Form("end_intake", "noor", text={"because": 1000}),
    Form("flags", text={"note": 300}, choices=["kind"]),
    Form(
        "assess", text=COMMENTS | {"difference_note": 2000}, days=["made_on"], choices=["occasion", "recommended", "difference", *RATINGS]
    ),
    Form("assessment", text={"text": 20_000}),
    Form(
        "about_plan",
        text={"strengths": 2000, "needs": 2000, "barriers": 2000, "discharge_criteria": 2000, "expected_stay": 100},
    ),
    Form(
        "add_plan_row",
        text={"statement": 300, "evidence": 2000, "words": 300, "standing_because": 300},
        choices=["dimension", "diagnosis", "standing"],
    ),
    Form("edit_plan_row", text={"text": 300, "measure": 200}, coming=["target_on"]),
    Form("plan_word", text={"words": 2000, "signer_name": 200, "reason": 300}, choices=["view", "how"]),
    Form("review_plan", text={"findings": 4000, "participants": 300}, coming=["next_on"], choices=["decision"]),
    Form("add_addendum", text={"text": 20_000}),
    Form("plan_event", text={"words": 300}, days=["on"], choices=["kind"]),
    Form("add_to_summary", text={"text": 20_000}),
    Form(
        "continuing_care",
        text=LEAVING | {"supports": 2000, "way_back": 2000, "part_words": 1000, "signer_name": 200, "what_1": 120},
        coming=["on_1"],
        choices=["kit", "part"],
    ),
    Form(
        "discharge_summary",
        text={"course": 6000, "condition": 4000, "medications": 2000, "needs": 2000, "recommendations": 2000},
        days=["last_contact_on"],
    ),
    Form("book", coming=["on"], choices=["kind", "clinician", "place"], numbers=["minutes"]),
    Form("move_appointment", coming=["on"], choices=["kind", "clinician", "place"], numbers=["minutes"]),
    Form("cancel_appointment", text={"because": 300}, choices=["outcome"]),
    Form("say_in_error", text={"because": 1000}),
    Form("correct_attendance", text={"because": 1000, "reason": 300}, choices=["state"], numbers=["late", "early"]),
    Form("add_guest", text={"because": 200}, choices=["how"], numbers=["record_number"]),
    Form("enrol", coming=["on"], choices=["episode"], stands_on="group"),
    Form("groups", coming=["on"], choices=["groups"]),
    Form("end_enrolment", text={"because": 200}, coming=["on"]),
    Form("end_waiting", text={"because": 200}),
    Form("keep_apart", text={"reason": 1000}, numbers=["record_number"]),
    Form("end_apart", text={"because": 200}),
    Form("cancel_session", text={"because": 300}),
    Form("move_session", text={"room": 80}, coming=["on"]),
    Form("cover_session", choices=["colleague"]),
    Form("edit_group", text={"room": 80, "video_link": 300}, numbers=["capacity"]),
    Form("add_slot", text={"room": 80}, coming=["started_on"], choices=["weekday"], numbers=["rest"]),
    Form("end_slot", coming=["on"], choices=["slot"]),
    Form("change_leader", coming=["on"], choices=["instead_of", "person", "part"]),
    Form("absences", text={"note": 1000, "next_step": 300}, choices=["channel", "outcome", "contact"], sends={"act": "attempt"}),
    Form("absences", text={"reason": 2000}, choices=["decision"], sends={"act": "decide"}),
    Form("add_prevention", text={"text": 500, "how": 200}, choices=["contact"]),
    Form("edit_prevention", text={"text": 500, "how": 200}, choices=["contact"]),
    Form("new_snippet", "", text={"name": 60, "text": 2000}),
    Form("snippet", text={"name": 60, "text": 2000}),
    Form("propose_merge", text={"because": 1000}, choices=["stays"]),
    Form("merge", by="privacy_officer", text={"because": 1000}),
    Form("preferences", "", choices=["theme"]),
    Form("restricted", "", by="privacy_officer", numbers=["record_number"], choices=["named"]),
]


def form(name):
    return next(form for form in FORMS if form.name.rpartition(":")[2] == name)


def answers(name):
    """What makes a form complete where its fields stand empty on the page."""
    reason = "Works by day again, asks for less."
    colleague = User.objects.get(given_name="Sara", family_name="Lindqvist")
    outpatient = Program.objects.get(name="Outpatient")
    basis = MoveBasis.objects.filter(offered=True).first()
    return {
        "patients:new": {"given_name": "Ana", "family_name": "Novotna", "program": outpatient.pk, "act": "admit"},
        "readmit": {"program": outpatient.pk},
        "move": {"to": outpatient.pk, "basis": basis.pk, "reason": reason},
        "discharge": {"reason": DischargeReason.objects.filter(offered=True).first().pk},
        "undo_discharge": {"because": reason},
        "reassign": {"to": colleague.pk, "note": reason},
        "join_team": {"to": colleague.pk, "part": "covering"},
        "new_contact": {"name": "Ana Novotna", "relationship": "friend"},
        "new_diagnosis": {"code": "F43.12"},
        "mistaken_diagnosis": {"because": reason},
        "times": {"kind": "work", "weekdays": "0", "starts": "9", "ends": "17:00"},
        "documents": {"kind": "insurance", "title": "Insurance card", "file": file()},
        "paper": {"how": "declined", "reason": reason},
        "withdraw_scan": {"because": reason},
        "new_referral": {"given_name": "Ana", "caller_relationship": "parent"},
        "referral": {"act": "attempt", "channel": "phone", "outcome": "message"},
        "end_intake": {"because": reason},
        "wait": {"program": Program.objects.get(name="PHP").pk, "priority": 4},
        "log_waiting": {"channel": "phone", "outcome": "message"},
        "give_up_waiting": {"because": reason},
        "add_plan_row": {"statement": "Sleeps badly"},
        "plan_word": {"how": "declined", "reason": reason},
        "add_addendum": {"text": reason},
        "book": {"starts": "22:00"},
        "cancel_appointment": {"outcome": "by_clinic"},
        "say_in_error": {"because": reason},
        "correct_attendance": {"state": "late", "late": "15", "because": reason},
        "add_guest": {"how": "guest", "because": reason},
        **dict.fromkeys(["end_enrolment", "end_waiting", "end_apart", "cancel_session"], {"because": reason}),
        "add_to_summary": {"text": reason},
        "continuing_care": {"act": "save", "supports": reason},
        "discharge_summary": {"act": "save", "course": reason},
        "plan_event": {"kind": "request", "on": today()},
        "add_prevention": {"text": reason},
        "review_plan": {"findings": reason, "decision": "continue", **_standings()},
        "new_snippet": {"name": "Craving diary", "text": reason},
        "propose_merge": {"because": reason},
        "merge": {"act": "refuse", "because": reason},
        "flags": {"kind": "medical"},
        "assess": {"rating_1": "1"},
        "assessment": {"text": reason},
        "restricted": {"named": colleague.pk},
    }.get(name, {})


def _standings():
    """A word for each objective of the plan in force that the clinic has."""
    return {f"standing_{root}": "some" for root in Objective.objects.values_list("root", flat=True)}


class Desk:
    """Somebody who sends a form of the clinic as their browser would, complete, with some answers of their own."""

    def __init__(self, clinic, form):
        self.form = form
        self.client = signed_in(getattr(clinic, form.by))
        self.address = form.address(clinic)
        page = Page(self.client.get(reverse(form.stands_on, args=[clinic.group.pk]) if form.stands_on else self.address))
        shown = max(reversed(page.forms), key=lambda shown: len(set(form.fields()) & set(shown["fields"])))["fields"]
        self.filled = {name: value for name, value in shown.items() if name != "once"} | answers(form.name) | form.sends

    def send(self, **given):
        return Page(self.client.post(self.address, {**self.filled, **given}))


def record():
    """Every row of the record. That charts were opened stands in the trail, which is not a part of it."""
    return everything(
        *(model._meta.label for model in apps.get_models() if model._meta.app_label in ("patients", "groups", "treatment_plans", "signing"))
    )
