"""What the databases keep for groups: memberships do not overlap, who is marked was enrolled or a guest, what is signed stays,
who is kept apart does not meet."""

from anchored.accounts.guards import same_person
from anchored.ground.triggers import ask, changes, no_overlap, refuse

from .models import Attendance

refuse("told_is_kept", "groups_told", ["UPDATE", "DELETE", "TRUNCATE"], "That somebody was told stays on record.")
KEPT = "group leader slot session enrolment attendance waiting keepapart keptperson amendment relative makeup".split()
for name in KEPT:
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
    " OR (OLD.ended_on IS NOT NULL AND (NEW.ended_on IS NULL OR NEW.ended_on > OLD.ended_on))"
    f" OR (OLD.ended_with_id IS NOT NULL AND ({changes('ended_on', 'ended_by_id', 'ended_because', 'ended_with_id')}))",
)

# A signed mark changes only as a correction says that two people have agreed on, the latest of them; nor does anybody who was
# absent come after all in another way once notes of the session are signed.
MARK = ("state", "late", "early", "reason")
OTHERS = [field.column for field in Attendance._meta.concrete_fields if field.name not in (*MARK, "note")]
FROM = " AND ".join(f"a.was_{name} = OLD.{name} AND a.{name} = NEW.{name}" for name in MARK)
AGREED = (
    f"EXISTS (SELECT 1 FROM groups_amendment a WHERE a.attendance_id = OLD.id AND a.outcome = 'made' AND {FROM} AND NOT EXISTS"
    " (SELECT 1 FROM groups_amendment l WHERE l.attendance_id = OLD.id AND l.outcome = 'made' AND l.decided_at > a.decided_at))"
)
CAME = "('present', 'late', 'left_early')"
ask(
    "signed_attendance_stays",
    "groups_attendance",
    "BEFORE UPDATE",
    f"{changes(*OTHERS)} OR (NEW.note_id IS NOT NULL AND NEW.note_id <> OLD.note_id)"
    f" OR (NEW.note_id IS NULL AND NEW.state IN {CAME}) OR NOT {AGREED}",
    "The note of this attendance is signed.",
    when="OLD.note_id IS NOT NULL",
)
SIGNED = "EXISTS (SELECT 1 FROM groups_attendance s WHERE s.session_id = OLD.session_id AND s.note_id IS NOT NULL)"
CORRECTED = "EXISTS (SELECT 1 FROM groups_amendment a WHERE a.attendance_id = OLD.id AND a.outcome = 'made')"
ask(
    "who_was_absent_stays_absent",
    "groups_attendance",
    "BEFORE UPDATE",
    f"({SIGNED} OR {CORRECTED}) AND NOT {AGREED}",
    "Notes of this session are signed. Attendance is corrected by two people.",
    when=f"OLD.note_id IS NULL AND OLD.state NOT IN {CAME} AND NEW.state IN {CAME}",
)
refuse(
    "what_was_asked_of_a_mark_stays",
    "groups_amendment",
    ["UPDATE"],
    "What was asked of a mark stays, and what was decided.",
    when="OLD.decided_at IS NOT NULL OR "
    + changes("attendance_id", *MARK, *(f"was_{name}" for name in MARK), "because", "asked_by_id", "asked_at"),
)
ask(
    "a_correction_waits_first",
    "groups_amendment",
    "BEFORE INSERT",
    "NEW.outcome <> ''",
    "A correction waits until a second person decides.",
)
ask(
    "a_mark_is_corrected_by_another_person",
    "groups_amendment",
    "BEFORE UPDATE",
    f"NEW.outcome = 'made' AND {same_person('NEW.decided_by_id', 'NEW.asked_by_id')}",
    "A second person decides about a correction of attendance.",
)
refuse(
    "attendance_stays_with_its_person",
    "groups_attendance",
    ["UPDATE"],
    "A mark stays with its session and person.",
    when=changes("session_id", "episode_id"),
)
WRITTEN = "EXISTS (SELECT 1 FROM groups_attendance a WHERE a.id = NEW.attendance_id AND a.note_id IS NOT NULL)"
for moment in ("INSERT", "UPDATE"):
    ask(
        f"relatives_stand_as_signed_{moment.lower()}",
        "groups_relative",
        f"BEFORE {moment}",
        WRITTEN,
        "The note of this attendance is signed. Who came stands in it.",
    )
refuse(
    "a_relative_stays_who_it_was",
    "groups_relative",
    ["UPDATE"],
    "This row is written once. Take it back and write another.",
    when=f"OLD.taken_back_at IS NOT NULL OR {changes('attendance_id', 'contact_id', 'told', 'marked_by_id', 'marked_at')}",
)
ask(
    "a_relative_is_the_patients_own",
    "groups_relative",
    "BEFORE INSERT",
    "NOT EXISTS (SELECT 1 FROM groups_attendance a JOIN patients_episode e ON e.id = a.episode_id"
    " JOIN patients_contact c ON c.patient_id = e.patient_id WHERE a.id = NEW.attendance_id AND c.id = NEW.contact_id)",
    "A relative is a contact of the same patient.",
)
MEMBER = (
    "EXISTS (SELECT 1 FROM groups_session s JOIN groups_enrolment e ON e.group_id = s.group_id WHERE s.id = NEW.session_id"
    " AND e.episode_id = NEW.episode_id AND e.started_on <= s.held_on AND (e.ended_on IS NULL OR e.ended_on > s.held_on))"
)
ask(
    "who_is_marked_is_enrolled",
    "groups_attendance",
    "BEFORE INSERT",
    f"NOT {MEMBER}",
    "Who is marked was enrolled that day, or is a guest with a reason.",
    when="NOT NEW.is_guest",
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
    f"EXISTS (SELECT 1{APART} JOIN groups_session s ON s.id = NEW.session_id WHERE mine.id = NEW.episode_id"
    f" AND k.started_on <= s.held_on AND (k.ended_on IS NULL OR k.ended_on > s.held_on) AND {IS_THERE})"
)
ask(
    "who_is_kept_apart_is_no_guest",
    "groups_attendance",
    "BEFORE INSERT",
    GUEST_MEETS,
    "This session does not fit this person.",
    when="NEW.is_guest",
)
