"""What the databases keep for groups: memberships do not overlap, who is marked was enrolled or a guest, what is signed stays."""

from anchored.ground.triggers import ask, changes, no_overlap, refuse

for name in ("group", "leader", "slot", "session", "enrolment", "attendance", "makeup"):
    refuse(f"groups_{name}_is_kept", f"groups_{name}", ["DELETE", "TRUNCATE"], "Rows of groups are not deleted. End or cancel them.")
for name in ("outreach", "absencedecision"):
    refuse(f"groups_{name}_is_append_only", f"groups_{name}", ["UPDATE", "DELETE", "TRUNCATE"], "What was done after an absence stays.")
refuse(
    "make_up_stays_as_it_was_taken",
    "groups_makeup",
    ["UPDATE"],
    "Who took which place stays.",
    when=f"{changes('id', 'session_id', 'episode_id', 'taken_by_id', 'taken_at')} OR OLD.cancelled_at IS NOT NULL",
)
no_overlap("enrolments_do_not_overlap", "groups_enrolment", "group_id", "episode_id")
refuse(
    "enrolment_stays_as_it_began",
    "groups_enrolment",
    ["UPDATE"],
    "When and where somebody was enrolled stays.",
    when=f"{changes('id', 'group_id', 'episode_id', 'started_on', 'enrolled_by_id', 'enrolled_at')}"
    f" OR (OLD.ended_on IS NOT NULL AND ({changes('ended_on')}))",
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
