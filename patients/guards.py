"""What the databases keep for the continuum: nothing clinical is deleted, stays tile their episode, nothing opens on a closed one.

PostgreSQL checks the tiling when a transaction ends (a deferred foreign key in the migration, and the trigger here);
SQLite checks each statement in the order the actions make them.
"""

from anchored.accounts.guards import same_person
from anchored.ground.triggers import ask, changes, guard, no_overlap, refuse

from .merging import holders
from .models import ContactAttempt, Paper, ReferralStep, Service

KEPT = ["patient", "episode", "stay", "discharge", "admission", "substanceuse", "careteammember", "safetyflag", "namedaccess"]
KEPT += [
    "merge",
    "contact",
    "commitment",
    "referral",
    "waitlistentry",
    "offer",
    "intake",
    "intakeanswer",
    "intakestep",
    "scan",
    "service",
    "diagnosis",
]
WRITTEN_ONCE = ["referralstep", "contactattempt", "paper", "service"]
for name in sorted({*KEPT, *WRITTEN_ONCE}):
    refuse(f"{name}_is_kept", f"patients_{name}", ["DELETE", "TRUNCATE"], "Clinical rows are not deleted.")

BEGAN = ["id", "episode_id", "previous_id", "program_id", "started_on", "counts_from", "basis_id", "reason"]
BEGAN += ["patient_took_part", "outside_table", "reverses_id", "opened_by_id", "opened_at"]
refuse(
    "past_stay_is_fixed",
    "patients_stay",
    ["UPDATE"],
    "A stay that began or ended stays as it is.",
    when=f"{changes(*BEGAN)} OR (OLD.ended_on IS NOT NULL AND ({changes('ended_on')}))"
    f" OR (OLD.accepted_at IS NOT NULL AND ({changes('accepted_at', 'accepted_by_id')}))",
)
refuse(
    "past_post_is_fixed",
    "patients_careteammember",
    ["UPDATE"],
    "Who cared for whom stays as it is.",
    when=f"{changes('id', 'episode_id', 'user_id', 'part', 'started_on')} OR (OLD.ended_on IS NOT NULL AND ({changes('ended_on')})"
    " AND NOT (OLD.part = 'covering' AND NEW.ended_on IS NOT NULL AND NEW.ended_on < OLD.ended_on))",
)

# PostgreSQL: both ends of an episode, when the transaction ends.
TILES = """
CREATE OR REPLACE FUNCTION stays_tile(an_episode uuid) RETURNS void LANGUAGE plpgsql AS $$
DECLARE e record; first_day date; last_day date; open_stays int; stays int;
BEGIN
  SELECT started_on, ended_on INTO e FROM patients_episode WHERE id = an_episode;
  SELECT min(started_on), max(ended_on), count(*) FILTER (WHERE ended_on IS NULL), count(*)
    INTO first_day, last_day, open_stays, stays FROM patients_stay WHERE episode_id = an_episode;
  IF stays = 0 OR first_day <> e.started_on
     OR (e.ended_on IS NULL AND open_stays <> 1)
     OR (e.ended_on IS NOT NULL AND (open_stays > 0 OR last_day <> e.ended_on)) THEN
    RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'stays_tile_the_episode',
      MESSAGE = 'The stays of an episode reach from its first day to its last.';
  END IF;
END $$;
"""
guard(
    "stays_tile_after_stay",
    "patients_stay",
    postgresql=TILES
    + """
CREATE OR REPLACE FUNCTION stays_tile_after_stay_f() RETURNS trigger LANGUAGE plpgsql AS
  $$ BEGIN PERFORM stays_tile(NEW.episode_id); RETURN NULL; END $$;
CREATE CONSTRAINT TRIGGER stays_tile_after_stay AFTER INSERT OR UPDATE OF started_on, ended_on ON patients_stay
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION stays_tile_after_stay_f();
""",
)
guard(
    "stays_tile_after_episode",
    "patients_episode",
    postgresql=TILES
    + """
CREATE OR REPLACE FUNCTION stays_tile_after_episode_f() RETURNS trigger LANGUAGE plpgsql AS
  $$ BEGIN PERFORM stays_tile(NEW.id); RETURN NULL; END $$;
CREATE CONSTRAINT TRIGGER stays_tile_after_episode AFTER INSERT OR UPDATE OF started_on, ended_on ON patients_episode
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION stays_tile_after_episode_f();
""",
)
# PostgreSQL looks at `previous` when the transaction ends; a stay that follows itself, or a ring of them, would pass then.
guard(
    "a_stay_follows_one_that_is_there",
    "patients_stay",
    postgresql="""
CREATE OR REPLACE FUNCTION a_stay_follows_one_that_is_there_f() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM patients_stay WHERE id = NEW.previous_id) THEN
    RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = 'stays_follow_without_gap',
      MESSAGE = 'A stay follows one that is there.';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER a_stay_follows_one_that_is_there BEFORE INSERT ON patients_stay
  FOR EACH ROW WHEN (NEW.previous_id IS NOT NULL) EXECUTE FUNCTION a_stay_follows_one_that_is_there_f();
""",
)
CLOSED = "EXISTS (SELECT 1 FROM patients_episode e WHERE e.id = NEW.episode_id AND e.ended_on IS NOT NULL)"
guard(
    "nobody_joins_a_closed_episode",
    "patients_careteammember",
    postgresql="""
CREATE OR REPLACE FUNCTION nobody_joins_a_closed_episode_f() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM patients_careteammember m JOIN patients_episode e ON e.id = m.episode_id
             WHERE m.id = NEW.id AND m.ended_on IS NULL AND e.ended_on IS NOT NULL) THEN
    RAISE EXCEPTION USING ERRCODE = 'check_violation', MESSAGE = 'Nothing opens on a closed episode.';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER nobody_joins_a_closed_episode AFTER INSERT OR UPDATE ON patients_careteammember
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION nobody_joins_a_closed_episode_f();
""",
    sqlite=f"""
CREATE TRIGGER nobody_joins_a_closed_episode BEFORE INSERT ON patients_careteammember WHEN NEW.ended_on IS NULL AND {CLOSED}
BEGIN SELECT RAISE(ABORT, 'Nothing opens on a closed episode.'); END
""",
)
guard(
    "a_discharge_closes_the_care_team",
    "patients_episode",
    postgresql="""
CREATE OR REPLACE FUNCTION a_discharge_closes_the_care_team_f() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM patients_episode e JOIN patients_careteammember m ON m.episode_id = e.id
             WHERE e.id = NEW.id AND e.ended_on IS NOT NULL AND m.ended_on IS NULL) THEN
    RAISE EXCEPTION USING ERRCODE = 'check_violation', MESSAGE = 'A discharge closes the care team too.';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER a_discharge_closes_the_care_team AFTER UPDATE OF ended_on ON patients_episode
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION a_discharge_closes_the_care_team_f();
""",
    sqlite="""
CREATE TRIGGER a_discharge_closes_the_care_team BEFORE UPDATE OF ended_on ON patients_episode
WHEN NEW.ended_on IS NOT NULL AND EXISTS (SELECT 1 FROM patients_careteammember m WHERE m.episode_id = NEW.id AND m.ended_on IS NULL)
BEGIN SELECT RAISE(ABORT, 'A discharge closes the care team too.'); END
""",
)


# SQLite: the same, statement by statement.
def _sqlite(name, table, moment, condition, sentence):
    guard(name, table, sqlite=f"CREATE TRIGGER {name} {moment} ON {table} WHEN {condition} BEGIN SELECT RAISE(ABORT, '{sentence}'); END")


_sqlite(
    "stay_begins_where_the_last_ended",
    "patients_stay",
    "BEFORE INSERT",
    "NEW.previous_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM patients_stay p WHERE p.id = NEW.previous_id"
    " AND p.episode_id = NEW.episode_id AND p.ended_on = NEW.started_on)",
    "stays_follow_without_gap",
)
_sqlite(
    "first_stay_begins_with_the_episode",
    "patients_stay",
    "BEFORE INSERT",
    "NEW.previous_id IS NULL AND NOT EXISTS"
    " (SELECT 1 FROM patients_episode e WHERE e.id = NEW.episode_id AND e.started_on = NEW.started_on)",
    "stays_tile_the_episode",
)
_sqlite(
    "no_stay_opens_on_a_closed_episode", "patients_stay", "BEFORE INSERT", f"NEW.ended_on IS NULL AND {CLOSED}", "stays_tile_the_episode"
)
_sqlite(
    "episode_closes_after_its_stays",
    "patients_episode",
    "BEFORE UPDATE OF ended_on",
    "NEW.ended_on IS NOT NULL AND (SELECT count(*) FILTER (WHERE ended_on IS NULL) > 0 OR max(ended_on) <> NEW.ended_on"
    " FROM patients_stay WHERE episode_id = NEW.id)",
    "stays_tile_the_episode",
)
_sqlite(
    "nobody_rejoins_a_closed_episode",
    "patients_careteammember",
    "BEFORE UPDATE",
    f"NEW.ended_on IS NULL AND {CLOSED}",
    "Nothing opens on a closed episode.",
)
_sqlite(
    "episode_keeps_its_first_day",
    "patients_episode",
    "BEFORE UPDATE OF started_on",
    "NEW.started_on <> OLD.started_on",
    "stays_tile_the_episode",
)


no_overlap("episodes_do_not_overlap", "patients_episode", "patient_id")
no_overlap("stays_do_not_overlap", "patients_stay", "episode_id")
no_overlap("primary_clinicians_do_not_overlap", "patients_careteammember", "episode_id", condition="ROW.part = 'primary'")
no_overlap("program_rules_do_not_overlap", "patients_programrule", "program_id")

# The words that somebody has signed. The question is asked of another table, which no condition of a PostgreSQL trigger may do.
WORDS = changes("code", "version", "kind", "title", "text", "needs")
guard(
    "signed_words_stay",
    "patients_papertemplate",
    postgresql=f"""
CREATE OR REPLACE FUNCTION signed_words_stay_f() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM patients_paper p WHERE p.template_id = OLD.id) THEN
    RAISE EXCEPTION USING ERRCODE = 'check_violation', MESSAGE = 'What somebody has signed keeps its words.';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER signed_words_stay BEFORE UPDATE ON patients_papertemplate
  FOR EACH ROW WHEN ({WORDS}) EXECUTE FUNCTION signed_words_stay_f();
""",
    sqlite=f"""
CREATE TRIGGER signed_words_stay BEFORE UPDATE ON patients_papertemplate
WHEN ({WORDS}) AND EXISTS (SELECT 1 FROM patients_paper p WHERE p.template_id = OLD.id)
BEGIN SELECT RAISE(ABORT, 'What somebody has signed keeps its words.'); END
""",
)
FILED = ["id", "kind", "title", "name", "media_type", "size", "digest", "filed_by_id", "filed_at"]
WITHDRAWN = ["withdrawn_because", "withdrawn_by_id", "withdrawn_at"]
refuse(
    "filed_scan_is_fixed",
    "patients_scan",
    ["UPDATE"],
    "A scan that was filed stays as it is.",
    when=f"{changes(*FILED)} OR (OLD.withdrawn_at IS NOT NULL AND ({changes(*WITHDRAWN)}))",
)

MADE = ["id", "code_id", "recorded_by_id", "recorded_at"]
SAID = ["severity", "criteria", "remission", "in_controlled_environment", "on_maintenance_therapy", "is_primary"]
SAID += ["diagnosed_on", "diagnosed_by_id", "resolved_on", "resolved_by_id"]
IN_ERROR = ["entered_in_error_at", "entered_in_error_by_id", "entered_in_error_because"]
refuse(
    "past_diagnosis_is_fixed",
    "patients_diagnosis",
    ["UPDATE"],
    "A diagnosis that was resolved or entered in error stays as it is. Its code never changes.",
    when=f"{changes(*MADE)} OR (OLD.resolved_on IS NOT NULL AND ({changes(*SAID)}))"
    f" OR (OLD.entered_in_error_at IS NOT NULL AND ({changes(*SAID, *IN_ERROR)}))",
)

for model in (ReferralStep, ContactAttempt, Paper, Service):
    fixed = [field.column for field in model._meta.concrete_fields if field.name not in ("patient", "taken_back_at")]
    refuse(
        f"{model._meta.model_name}_is_written_once",
        model._meta.db_table,
        ["UPDATE"],
        "This row is written once. Write another.",
        when=changes(*fixed) + (f" OR (OLD.taken_back_at IS NOT NULL AND ({changes('taken_back_at')}))" if model is Service else ""),
    )

# Whose a row is changes only with a merge of the two records that is on record; a record that was merged away gets nothing new.
MERGED = (
    "EXISTS (SELECT 1 FROM patients_merge m WHERE m.outcome = 'merged'"
    " AND ((m.away_id = OLD.patient_id AND m.kept_id = NEW.patient_id) OR (m.kept_id = OLD.patient_id AND m.away_id = NEW.patient_id)))"
)
AWAY = "EXISTS (SELECT 1 FROM patients_patient p WHERE p.id = NEW.patient_id AND p.merged_into_id IS NOT NULL)"


def keep_with_its_patient(table):
    """Declare both guards for a table with a column `patient_id`."""
    moves = f"NEW.patient_id <> OLD.patient_id AND NOT {MERGED}"
    ask(f"{table}_moves_by_merge", table, "BEFORE UPDATE OF patient_id", moves, "A row moves to another record only by a merge.")
    ask(f"{table}_not_on_one_away", table, "BEFORE INSERT", AWAY, "This record was merged into another. Go on there.")


for model in holders():
    keep_with_its_patient(model._meta.db_table)
for moment in ("INSERT", "UPDATE"):
    ask(
        f"a_merge_is_decided_by_another_person_{moment.lower()}",
        "patients_merge",
        f"BEFORE {moment}",
        f"NEW.decided_by_id IS NOT NULL AND {same_person('NEW.decided_by_id', 'NEW.proposed_by_id')}",
        "A second person decides about a merge.",
    )
