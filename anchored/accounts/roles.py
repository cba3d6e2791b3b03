"""Roles and what they grant: the one table."""

from django.db import models


class Role(models.TextChoices):
    CLINICIAN = "clinician", "Clinician"
    SUPERVISOR = "supervisor", "Supervisor"
    PRESCRIBER = "prescriber", "Prescriber or nurse"
    FRONT_DESK = "front_desk", "Front desk"
    PRIVACY_OFFICER = "privacy_officer", "Privacy officer"
    ADMINISTRATOR = "administrator", "Administrator"


class Permission(models.TextChoices):
    FIND_PATIENTS = "find_patients", "find patients"
    REGISTER_PATIENTS = "register_patients", "register a person"
    EDIT_DETAILS = "edit_details", "see and change name, contact and address"
    OPEN_CHARTS = "open_charts", "open charts"
    TAKE_REFERRALS = "take_referrals", "take calls and follow them up"
    OFFER_PLACES = "offer_places", "offer places to people who wait"
    DO_INTAKE = "do_intake", "work on an admission"
    KEEP_CONTACTS = "keep_contacts", "keep contacts and the times a patient cannot come"
    KEEP_PAPERS = "keep_papers", "have papers signed and file scans"
    OPEN_WITHDRAWN = "open_withdrawn", "open a scan that was filed in error"
    ADMIT_PATIENTS = "admit_patients", "admit a patient"
    ASSESS = "assess", "rate the six dimensions"
    MOVE_PATIENTS = "move_patients", "move a patient along the continuum"
    MOVE_OUTSIDE_TABLE = "move_outside_table", "make a move that the table does not list"
    DISCHARGE_PATIENTS = "discharge_patients", "discharge a patient"
    UNDO_DISCHARGE = "undo_discharge", "undo a discharge"
    WRITE_PLANS = "write_plans", "write and sign plans"
    WRITE_NOTES = "write_notes", "write and sign notes"
    SEE_GROUPS = "see_groups", "see the timetable of groups"
    LEAD_GROUPS = "lead_groups", "take attendance and write notes of the groups they lead"
    ENROL = "enrol", "enrol patients in groups"
    SEE_KEPT_APART = "see_kept_apart", "see everybody who is kept apart in groups"
    SCHEDULE_GROUPS = "schedule_groups", "cancel, move or cover a session"
    DECIDE_ABSENCES = "decide_absences", "decide after absences"
    EXPORT_BILLING = "export_billing", "list and export services for billing"
    COSIGN = "cosign", "cosign plans and notes"
    RAISE_FLAGS = "raise_flags", "raise and close safety flags"
    ASSIGN_CARE_TEAM = "assign_care_team", "change who cares for a patient"
    SEE_CONTINUUM = "see_continuum", "see the continuum board"
    SEE_TODAY = "see_today", "see what the day asks for"
    SEE_CASELOADS = "see_caseloads", "see and review the caseloads of those they supervise"
    SEE_REPORTS = "see_reports", "see reports and take them out as files"
    CHECK_TEDS = "check_teds", "see which records lack what TEDS asks for"
    SEND_TEDS = "send_teds", "take out the TEDS file of the whole house"
    RESTRICT_RECORDS = "restrict_records", "restrict a record to named people"
    PROPOSE_MERGE = "propose_merge", "say that two records are one person"
    MERGE_RECORDS = "merge_records", "merge two records, and undo it"
    CONFIGURE = "configure", "configure the house"


_clinical = {
    Permission.FIND_PATIENTS,
    Permission.OPEN_CHARTS,
    Permission.RAISE_FLAGS,
    Permission.SEE_CONTINUUM,
    Permission.SEE_TODAY,
    Permission.EDIT_DETAILS,
    Permission.KEEP_CONTACTS,
    Permission.KEEP_PAPERS,
}
_desk = {Permission.REGISTER_PATIENTS, Permission.TAKE_REFERRALS, Permission.DO_INTAKE}
_clinician = (
    _clinical
    | _desk
    | {
        Permission.OFFER_PLACES,
        Permission.ADMIT_PATIENTS,
        Permission.ASSESS,
        Permission.MOVE_PATIENTS,
        Permission.DISCHARGE_PATIENTS,
        Permission.WRITE_PLANS,
        Permission.WRITE_NOTES,
        Permission.SEE_GROUPS,
        Permission.LEAD_GROUPS,
        Permission.ENROL,
        Permission.SCHEDULE_GROUPS,
    }
)

GRANTS = {
    Role.CLINICIAN: _clinician,
    Role.SUPERVISOR: _clinician
    | {Permission.MOVE_OUTSIDE_TABLE, Permission.UNDO_DISCHARGE, Permission.ASSIGN_CARE_TEAM, Permission.SEE_KEPT_APART}
    | {Permission.OPEN_WITHDRAWN, Permission.PROPOSE_MERGE, Permission.MERGE_RECORDS, Permission.COSIGN}
    | {Permission.DECIDE_ABSENCES, Permission.SEE_CASELOADS, Permission.SEE_REPORTS, Permission.CHECK_TEDS}
    | {Permission.EXPORT_BILLING},
    Role.PRESCRIBER: _clinical | {Permission.WRITE_NOTES, Permission.SEE_GROUPS},
    Role.FRONT_DESK: _desk
    | {Permission.FIND_PATIENTS, Permission.EDIT_DETAILS, Permission.KEEP_CONTACTS, Permission.KEEP_PAPERS}
    | {Permission.PROPOSE_MERGE},
    Role.PRIVACY_OFFICER: {Permission.RESTRICT_RECORDS, Permission.PROPOSE_MERGE, Permission.MERGE_RECORDS}
    | {Permission.CHECK_TEDS, Permission.SEND_TEDS},
    Role.ADMINISTRATOR: {Permission.CONFIGURE, Permission.SEE_REPORTS},
}


def granted_to(roles):
    """Everything that a set of roles grants together."""
    return frozenset().union(*(GRANTS[role] for role in roles if role in GRANTS))
