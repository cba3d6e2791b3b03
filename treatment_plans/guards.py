"""What the databases keep for plans: the rows of a signed version stay, what the patient said is written once."""

from anchored.ground.triggers import guard, refuse

ROWS = ["problem", "goal", "objective", "intervention"]
SENTENCE = "This plan is signed. Make the next version."


def _while_draft(name, table, moment, row):
    sealed = f"EXISTS (SELECT 1 FROM treatment_plans_plan p WHERE p.id = {row}.plan_id AND p.sealed_at IS NOT NULL)"
    guard(
        name,
        table,
        postgresql=f"CREATE OR REPLACE FUNCTION {name}_f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF {sealed} THEN"
        f" RAISE EXCEPTION USING ERRCODE = 'check_violation', MESSAGE = '{SENTENCE}'; END IF; RETURN NEW; END $$;"
        f"CREATE TRIGGER {name} BEFORE {moment} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}_f();",
        sqlite=f"CREATE TRIGGER {name} BEFORE {moment} ON {table} WHEN {sealed} BEGIN SELECT RAISE(ABORT, '{SENTENCE}'); END",
    )


for name in ROWS:
    table = f"treatment_plans_{name}"
    refuse(f"plan_{name}_is_kept", table, ["DELETE", "TRUNCATE"], "Clinical rows are not deleted.")
    _while_draft(f"{name}_joins_a_draft", table, "INSERT", "NEW")
    _while_draft(f"{name}_changes_in_a_draft", table, "UPDATE", "OLD")
    _while_draft(f"{name}_stays_in_its_plan", table, "UPDATE OF plan_id", "NEW")
for name, table in (("progress", "objectiveprogress"), ("return", "notereturn")):
    refuse(f"note_{name}_is_kept", f"treatment_plans_{table}", ["UPDATE", "DELETE", "TRUNCATE"], "What was written with a note stays.")
refuse("plan_word_is_kept", "treatment_plans_patientword", ["UPDATE", "DELETE", "TRUNCATE"], "What a patient said is written once.")
