"""What the databases keep for groups: memberships do not overlap, who is marked was enrolled or a guest, what is signed stays,
who is kept apart does not meet."""

from anchored.ground.triggers import ask, changes, no_overlap, refuse

refuse("told_is_kept", "groups_told", ["UPDATE", "DELETE", "TRUNCATE"], "That somebody was told stays on record.")
for name in ("group", "leader", "slot", "session", "enrolment", "attendance", "waiting", "keepapart", "keptperson"):
    refuse(f"groups_{name}_is_kept", f"groups_{name}", ["DELETE", "TRUNCATE"], "Rows of groups are not deleted. End or cancel them.")
no_overlap("enrolments_do_not_overlap", "groups_enrolment", "group_id", "episode_id")
refuse(
    "enrolment_stays_as_it_began",
    "groups_enrolment",
    ["UPDATE"],
    "When and where somebody was enrolled stays.",
    when=f"{changes('id', 'group_id', 'episode_id', 'started_on', 'enrolled_by_id', 'enrolled_at')}"
    " OR (OLD.ended_on IS NOT NULL AND (NEW.ended_on IS NULL OR NEW.ended_on > OLD.ended_on))"
    f" OR (OLD.ended_with_id IS NOT NULL AND ({changes('ended_on', 'ended_by_id', 'ended_because', 'ended_with_id')}))",
)
refuse(
    "signed_attendance_stays",
    "groups_attendance",
    ["UPDATE"],
    "The note of this attendance is signed.",
    when="OLD.note_id IS NOT NULL",
)
refuse(
    "attendance_stays_with_its_person",
    "groups_attendance",
    ["UPDATE"],
    "A mark stays with its session and person.",
    when=changes("session_id", "episode_id"),
)
MEMBER = (
    "EXISTS (SELECT 1 FROM groups_session s JOIN groups_enrolment e ON e.group_id = s.group_id WHERE s.id = NEW.session_id"
    " AND e.episode_id = NEW.episode_id AND e.started_on <= s.held_on AND (e.ended_on IS NULL OR e.ended_on > s.held_on))"
)
ask(
    "who_is_marked_is_enrolled",
    "groups_attendance",
    "BEFORE INSERT",
    f"NOT NEW.is_guest AND NOT {MEMBER}",
    "Who is marked was enrolled that day, or is a guest with a reason.",
)
for table, made in {
    "groups_waiting": ["id", "group_id", "episode_id", "started_on", "added_by_id", "added_at"],
    "groups_keepapart": ["id", "reason", "started_on", "recorded_by_id", "recorded_at"],
}.items():
    refuse(
        f"{table}_stays_as_it_began",
        table,
        ["UPDATE"],
        "How it began stays, and so does its end.",
        when=f"{changes(*made)} OR (OLD.ended_on IS NOT NULL AND ({changes('ended_on', 'ended_by_id', 'ended_because')}))",
    )
refuse("groups_keptperson_stays", "groups_keptperson", ["UPDATE"], "Who is kept apart stays.", when=changes("id", "apart_id"))

APART = (
    " FROM patients_episode mine JOIN groups_keptperson i ON i.patient_id = mine.patient_id"
    " JOIN groups_keepapart k ON k.id = i.apart_id"
    " JOIN groups_keptperson they ON they.apart_id = k.id AND they.patient_id <> i.patient_id"
    " JOIN patients_episode theirs ON theirs.patient_id = they.patient_id"
)
MEETS = (
    f"EXISTS (SELECT 1{APART} JOIN groups_enrolment e ON e.episode_id = theirs.id WHERE mine.id = NEW.episode_id"
    " AND e.group_id = NEW.group_id AND (NEW.ended_on IS NULL OR NEW.ended_on > NEW.started_on)"
    " AND (k.ended_on IS NULL OR k.ended_on > NEW.started_on) AND (e.ended_on IS NULL OR e.ended_on > NEW.started_on)"
    " AND (NEW.ended_on IS NULL OR (k.started_on < NEW.ended_on AND e.started_on < NEW.ended_on)))"
)
ask("who_is_kept_apart_joins_another_group", "groups_enrolment", "BEFORE INSERT", MEETS, "This group does not fit this person.")
IS_THERE = (
    "(EXISTS (SELECT 1 FROM groups_attendance a WHERE a.session_id = s.id AND a.episode_id = theirs.id"
    " AND a.state IN ('present', 'late', 'left_early'))"
    " OR EXISTS (SELECT 1 FROM groups_enrolment e WHERE e.group_id = s.group_id AND e.episode_id = theirs.id"
    " AND e.started_on <= s.held_on AND (e.ended_on IS NULL OR e.ended_on > s.held_on)))"
)
GUEST_MEETS = (
    f"NEW.is_guest AND EXISTS (SELECT 1{APART} JOIN groups_session s ON s.id = NEW.session_id WHERE mine.id = NEW.episode_id"
    f" AND k.started_on <= s.held_on AND (k.ended_on IS NULL OR k.ended_on > s.held_on) AND {IS_THERE})"
)
ask("who_is_kept_apart_is_no_guest", "groups_attendance", "BEFORE INSERT", GUEST_MEETS, "This session does not fit this person.")
