"""The admin's side of the continuum: programs, rules, moves and lists to edit; clinical tables to count, without their words."""

from django.contrib import admin

from anchored.accounts.refusals import NotPermitted
from anchored.audit.manners import Recorded, ViewOnly

from .models import (
    Admission,
    AllowedMove,
    Assessment,
    CareTeamMember,
    Commitment,
    Contact,
    Dimension,
    Discharge,
    DischargeReason,
    Episode,
    LevelOfCare,
    MoveBasis,
    Patient,
    Phase,
    Program,
    ProgramRule,
    ProgramStaff,
    RatingOption,
    SafetyFlag,
    Stay,
)


@admin.register(LevelOfCare)
class LevelOfCareAdmin(Recorded):
    explanation = (
        "Levels of the ASAM ladder by edition. The same code may mean another thing in another edition. Hours that were not checked say so."
    )
    list_display = ["code", "edition", "name", "least_hours", "most_hours", "is_residential", "is_withdrawal_management", "verified"]
    list_filter = ["edition", "is_residential", "is_withdrawal_management", "verified"]
    search_fields = ["code", "name"]
    fieldsets = [
        ("Level", {"fields": ["code", "edition", "name"], "description": "Code and name as the edition has them."}),
        (
            "Hours a week",
            {
                "fields": ["least_hours", "most_hours", "verified", "note"],
                "description": "For adults. A program's own rule decides what is asked of patients.",
            },
        ),
        ("Kind", {"fields": ["is_residential", "is_withdrawal_management"]}),
    ]


@admin.register(Phase)
class PhaseAdmin(Recorded):
    explanation = "The steps of the continuum as staff and patients speak of them, in their order on the chart and the board."
    list_display = ["short_name", "name", "order"]
    search_fields = ["name", "short_name"]


class ProgramRuleInline(admin.StackedInline):
    model = ProgramRule
    extra = 0
    can_delete = False
    fields = [
        ("started_on", "ended_on"),
        ("least_hours", "most_hours", "days_a_week"),
        ("plan_due_days", "review_days", "review_hours"),
        ("note_due_hours", "absences_before_call"),
        "citation",
    ]


@admin.register(Program)
class ProgramAdmin(Recorded):
    explanation = (
        "A place in the continuum: one level of care, by day or evening, with so many places. A program that closes gets an end date."
    )
    list_display = ["name", "phase", "level", "track", "capacity", "teds_setting", "ended_on"]
    list_filter = ["phase", "track", ("ended_on", admin.EmptyFieldListFilter)]
    list_select_related = ["phase", "level"]
    search_fields = ["name", "site"]
    autocomplete_fields = ["phase", "level"]
    inlines = [ProgramRuleInline]
    fieldsets = [
        (
            "Program",
            {
                "fields": ["name", "phase", "level", "track", "site", "order"],
                "description": "As it stands on the board and in the move form.",
            },
        ),
        (
            "Places and days",
            {"fields": ["capacity", "started_on", "ended_on"], "description": "A full program takes nobody until a place is free."},
        ),
        (
            "TEDS",
            {
                "fields": ["teds_setting", "teds_import"],
                "description": "How admissions to this program are reported, and which imported ones come here.",
            },
        ),
    ]


@admin.register(ProgramRule)
class ProgramRuleAdmin(Recorded):
    explanation = (
        "The numbers a program works by, from a day on, with their source. End a rule and add the next; what was in force then stays true."
    )
    list_display = ["program", "started_on", "ended_on", "least_hours", "most_hours", "review_days", "plan_due_days"]
    list_filter = ["program", ("ended_on", admin.EmptyFieldListFilter)]
    list_select_related = ["program"]
    search_fields = ["program__name", "citation"]
    autocomplete_fields = ["program"]
    fieldsets = [
        (None, {"fields": ["program", "started_on", "ended_on"], "description": "One rule per program and day."}),
        ("Hours and days", {"fields": ["least_hours", "most_hours", "days_a_week"]}),
        (
            "What is due when",
            {
                "fields": ["plan_due_days", "review_days", "review_hours", "note_due_hours", "absences_before_call"],
                "description": "Empty means that nothing is asked.",
            },
        ),
        ("Source", {"fields": ["citation"], "description": "The law, the payer or the house rule that says so."}),
    ]


@admin.register(AllowedMove)
class AllowedMoveAdmin(Recorded):
    explanation = (
        "Which level may follow which without a supervisor. A move that is not listed can be made by a supervisor, and history says so."
    )
    list_display = ["from_level", "to_level", "kind", "is_next_step", "demands_ratings"]
    list_filter = ["kind", "from_level"]
    list_select_related = ["from_level", "to_level"]
    search_fields = ["from_level__code", "to_level__code"]
    autocomplete_fields = ["from_level", "to_level"]
    fieldsets = [
        (
            None,
            {
                "fields": ["from_level", "to_level", "kind", "is_next_step", "demands_ratings"],
                "description": "The usual next step is preselected on the move form.",
            },
        )
    ]


@admin.register(ProgramStaff)
class ProgramStaffAdmin(Recorded):
    explanation = (
        "Who works in which program. They see the charts of the people whose current stay is there, as far as their role lets them."
    )
    list_display = ["user", "program", "started_on", "ended_on"]
    list_filter = ["program", ("ended_on", admin.EmptyFieldListFilter)]
    list_select_related = ["user", "program"]
    search_fields = ["user__family_name", "user__given_name", "user__username", "program__name"]
    autocomplete_fields = ["user", "program"]
    fieldsets = [
        (None, {"fields": ["user", "program", "started_on", "ended_on"], "description": "Access begins and ends with these days."})
    ]


@admin.register(DischargeReason)
class DischargeReasonAdmin(Recorded):
    explanation = (
        "Why episodes end, each with the TEDS code your state uses. A reason that is no longer used is not offered; old discharges keep it."
    )
    list_display = ["label", "code", "teds_code", "order", "offered"]
    list_filter = ["offered", "teds_code"]
    search_fields = ["label", "code"]
    fieldsets = [
        (None, {"fields": ["label", "code", "teds_code", "order", "offered"], "description": "The label is what clinicians choose."})
    ]


@admin.register(MoveBasis)
class MoveBasisAdmin(Recorded):
    explanation = "On what a move can rest. Those not offered are used by the system itself."
    list_display = ["label", "code", "order", "offered"]
    list_filter = ["offered"]
    search_fields = ["label", "code"]
    fieldsets = [(None, {"fields": ["label", "code", "order", "offered"], "description": "The label is what clinicians choose."})]


@admin.register(Dimension)
class DimensionAdmin(Recorded):
    explanation = "The six dimensions by edition. A site that licenses the criteria may paste its own rating guide."
    list_display = ["edition", "number", "name", "short_name", "is_rated"]
    list_filter = ["edition", "is_rated"]
    search_fields = ["name", "short_name"]


@admin.register(RatingOption)
class RatingOptionAdmin(Recorded):
    explanation = "The values a rating may have, by edition. They are words of a scale, not numbers to average."
    list_display = ["edition", "value", "label", "order"]
    list_filter = ["edition"]
    search_fields = ["value", "label"]


class Clinical(ViewOnly):
    """A clinical table in the admin: ids, days and who entered it. No names of patients, no text."""

    list_display_links = None

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        """A row by itself would carry its words in title and breadcrumbs: it is read in the chart."""
        raise NotPermitted(
            "Clinical rows are listed here by record number only. They are read in the chart, by those who care for the person."
        )

    history_view = changeform_view

    @admin.display(description="Record no.")
    def record_number(self, row):
        return row.episode.patient.record_number if hasattr(row, "episode") else row.patient.record_number


@admin.register(Patient)
class PatientAdmin(Clinical):
    explanation = "That a record exists, by number. Names and everything else are read in the chart, by those who care for the person."
    list_display = ["record_number", "registered_at", "registered_by", "restricted"]
    list_filter = ["restricted"]
    search_fields = ["=record_number"]
    search_help_text = "Record number."
    list_select_related = ["registered_by"]
    ordering = ["-registered_at"]

    def record_number(self, patient):
        return patient.record_number


def _clinical(model, columns, sentence, related=("episode__patient",), filters=()):
    attributes = {
        "explanation": sentence,
        "list_display": ["record_number", *columns],
        "list_filter": list(filters),
        "list_select_related": list(related),
        "search_fields": [f"={'episode__' if 'episode__patient' in related else ''}patient__record_number"],
        "search_help_text": "Record number.",
    }
    admin.site.register(model, type(f"{model.__name__}Admin", (Clinical,), attributes))


_clinical(
    Episode, ["started_on", "ended_on", "opened_by", "opened_at"], "Admission to discharge, by record number.", ["patient", "opened_by"]
)
_clinical(
    Stay,
    ["program", "started_on", "ended_on", "opened_by", "opened_at"],
    "Who was in which program when, by record number. Reasons are read in the chart.",
    ["episode__patient", "program", "opened_by"],
    ["program"],
)
_clinical(
    Discharge,
    ["on", "discharged_by", "discharged_at", "undone_at"],
    "When episodes ended, by record number.",
    ["episode__patient", "discharged_by"],
)
_clinical(Admission, [], "That the admission items are recorded, by record number.")
_clinical(
    Assessment,
    ["occasion", "made_on", "made_by", "sealed_at"],
    "When the dimensions were rated and by whom, by record number.",
    ["episode__patient", "made_by"],
)
_clinical(
    CareTeamMember,
    ["user", "part", "started_on", "ended_on"],
    "Who cares for whom, by record number.",
    ["episode__patient", "user"],
    ["part"],
)
_clinical(
    SafetyFlag,
    ["started_on", "ended_on", "raised_by"],
    "That flags were raised, by record number; of which kind is read in the chart.",
    ["patient", "raised_by"],
)
_clinical(
    Contact,
    ["relationship", "added_by", "added_at", "removed_at"],
    "That patients have contacts, by record number. Names, numbers and what may be said are read in the chart.",
    ["patient", "added_by"],
    ["relationship"],
)
_clinical(
    Commitment,
    ["started_on", "ended_on", "added_by"],
    "That patients have times when they cannot come, by record number; which is read in the chart.",
    ["patient", "added_by"],
)
