"""What the databases keep for plans: the rows of a signed version stay, what the patient said is written once; a snippet is its owner's."""

from anchored.accounts.guards import same_person
from anchored.ground.triggers import ask, changes, refuse

from .models import PreventionEntry, PreventionLook, Snippet

ROWS = ["problem", "goal", "objective", "intervention"]
SENTENCE = "This plan is signed. Make the next version."


def _while_draft(name, table, moment, row):
    sealed = f"EXISTS (SELECT 1 FROM treatment_plans_plan p WHERE p.id = {row}.plan_id AND p.sealed_at IS NOT NULL)"
    ask(name, table, f"BEFORE {moment}", sealed, SENTENCE)


for name in ROWS:
    table = f"treatment_plans_{name}"
    refuse(f"plan_{name}_is_kept", table, ["DELETE", "TRUNCATE"], "Clinical rows are not deleted.")
    _while_draft(f"{name}_joins_a_draft", table, "INSERT", "NEW")
    _while_draft(f"{name}_changes_in_a_draft", table, "UPDATE", "OLD")
    _while_draft(f"{name}_stays_in_its_plan", table, "UPDATE OF plan_id", "NEW")
refuse("note_in_error_is_kept", "treatment_plans_noteinerror", ["DELETE", "TRUNCATE"], "Clinical rows are not deleted.")
refuse(
    "what_was_said_of_a_note_stays",
    "treatment_plans_noteinerror",
    ["UPDATE"],
    "What was said of a note stays, and what was decided.",
    when=f"OLD.decided_at IS NOT NULL OR {changes('note_id', 'because', 'said_by_id', 'said_at')}",
)
ask(
    "a_note_is_struck_by_another_person",
    "treatment_plans_noteinerror",
    "BEFORE UPDATE",
    f"NEW.outcome = 'struck' AND {same_person('NEW.decided_by_id', 'NEW.said_by_id')}",
    "A second person decides that a note was entered in error.",
)
for name, table in (("progress", "objectiveprogress"), ("return", "notereturn"), ("likeness", "whyalike")):
    refuse(f"note_{name}_is_kept", f"treatment_plans_{table}", ["UPDATE", "DELETE", "TRUNCATE"], "What was written with a note stays.")
refuse("plan_event_is_kept", "treatment_plans_planevent", ["UPDATE", "DELETE", "TRUNCATE"], "What happened stays on record.")
refuse("plan_word_is_kept", "treatment_plans_patientword", ["UPDATE", "DELETE", "TRUNCATE"], "What a patient said is written once.")

# The relapse-prevention plan: a wording stays as it is, takes the place of one of the same entry, and is taken out once.
ENTRY, LOOK = PreventionEntry._meta.db_table, PreventionLook._meta.db_table
MOVING = ("patient", "position", "removed_by", "removed_at")
WORDING = [field.column for field in PreventionEntry._meta.concrete_fields if field.name not in MOVING]
REMOVED = changes("removed_by_id", "removed_at")
refuse("prevention_entry_is_kept", ENTRY, ["DELETE", "TRUNCATE"], "Clinical rows are not deleted.")
refuse(
    "prevention_wording_is_fixed",
    ENTRY,
    ["UPDATE"],
    "A wording stays. Write another.",
    when=f"{changes(*WORDING)} OR (OLD.removed_at IS NOT NULL AND ({REMOVED}))",
)
ask(
    "prevention_wording_follows_its_own",
    ENTRY,
    "BEFORE INSERT",
    f"NEW.replaces_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM {ENTRY} e WHERE e.id = NEW.replaces_id"
    " AND e.root = NEW.root AND e.patient_id = NEW.patient_id AND e.section = NEW.section)",
    "A wording takes the place of one of the same entry.",
)
ask(
    "prevention_names_own_contacts",
    ENTRY,
    "BEFORE INSERT",
    "NEW.contact_id IS NOT NULL AND NOT EXISTS"
    " (SELECT 1 FROM patients_contact c WHERE c.id = NEW.contact_id AND c.patient_id = NEW.patient_id)",
    "A contact is of the same patient.",
)
refuse("prevention_look_is_kept", LOOK, ["DELETE", "TRUNCATE"], "Clinical rows are not deleted.")
refuse(
    "prevention_look_is_fixed",
    LOOK,
    ["UPDATE"],
    "This row is written once. Write another.",
    when=changes("id", "day", "noted_by_id", "noted_at"),
)
refuse("snippet_keeps_its_owner", "treatment_plans_snippet", ["UPDATE"], "A snippet belongs to one person.", when=changes("owner_id"))
FULL = f"(SELECT count(*) FROM treatment_plans_snippet s WHERE s.owner_id = NEW.owner_id) >= {Snippet.MOST}"
MANY = f"Nobody has more than {Snippet.MOST} snippets."
ask("snippets_are_not_too_many", "treatment_plans_snippet", "BEFORE INSERT", FULL, MANY)

# A review of a caseload: its rows stay as they were signed; what became of a follow-up is written once.
FINDING, ANSWER = "treatment_plans_caseloadfinding", "treatment_plans_followupanswer"
refuse("caseload_finding_is_kept", FINDING, ["DELETE", "TRUNCATE"], "Clinical rows are not deleted.")
for moment, row in (("INSERT", "NEW"), ("UPDATE", "OLD"), ("UPDATE OF review_id", "NEW")):
    ask(
        f"caseload_finding_{moment.split()[0].lower()}s_in_a_draft_{row.lower()}",
        FINDING,
        f"BEFORE {moment}",
        f"EXISTS (SELECT 1 FROM treatment_plans_caseloadreview r WHERE r.id = {row}.review_id AND r.sealed_at IS NOT NULL)",
        "This review is signed. Write an addendum instead.",
    )
refuse("follow_up_answer_is_kept", ANSWER, ["UPDATE", "DELETE", "TRUNCATE"], "What was answered stays.")
ask(
    "follow_ups_are_answered_once_asked",
    ANSWER,
    "BEFORE INSERT",
    f"NOT EXISTS (SELECT 1 FROM {FINDING} f JOIN treatment_plans_caseloadreview r ON r.id = f.review_id"
    " WHERE f.id = NEW.finding_id AND f.follow_up <> '' AND r.sealed_at IS NOT NULL)",
    "A follow-up of a signed review is answered.",
)
refuse("appointment_is_kept", "treatment_plans_appointment", ["DELETE", "TRUNCATE"], "Clinical rows are not deleted.")
refuse(
    "closed_appointment_stays",
    "treatment_plans_appointment",
    ["UPDATE"],
    "An appointment that was held or cancelled stays as it is.",
    when=f"OLD.closed_at IS NOT NULL OR {changes('id', 'episode_id', 'booked_by_id', 'booked_at')}",
)
