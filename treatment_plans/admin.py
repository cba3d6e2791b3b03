"""The admin's side of plans: the library to edit. Plans themselves are listed by record number, without a word of them."""

from django.contrib import admin

from anchored.audit.manners import Recorded
from patients.admin_records import clinical

from .models import (
    Appointment,
    ContinuingCare,
    CosignRule,
    DischargeSummary,
    LibraryEntry,
    Note,
    NoteFormat,
    NoteSection,
    Plan,
    PlanReview,
    PreventionEntry,
    PreventionLook,
)


class BelowInline(admin.TabularInline):
    """What hangs on an entry: the goals of a problem, the objectives of a goal, the interventions of an objective."""

    model = LibraryEntry
    fk_name = "parent"
    extra = 0
    can_delete = False
    verbose_name_plural = "what hangs on it"
    fields = ["kind", "text", "measure", "days", "modality", "frequency", "duration", "offered", "order"]


@admin.register(LibraryEntry)
class LibraryEntryAdmin(Recorded):
    explanation = (
        "What plans are begun from: problems with goals, objectives and interventions. An entry is copied into a plan and adapted there; "
        "changing it here changes no plan."
    )
    list_display = ["text", "kind", "dimension", "modality", "offered", "order"]
    list_filter = ["kind", "dimension", "modality", "offered"]
    search_fields = ["text"]
    autocomplete_fields = ["parent"]
    inlines = [BelowInline]


class SectionInline(admin.TabularInline):
    model = NoteSection
    extra = 0
    can_delete = False
    fields = ["heading", "key", "prompt", "required", "order"]


@admin.register(NoteFormat)
class NoteFormatAdmin(Recorded):
    explanation = "How notes are laid out. A signed note keeps its headings; what is not offered any more stays readable."
    list_display = ["name", "code", "offered", "order"]
    search_fields = ["name", "code"]
    inlines = [SectionInline]


@admin.register(CosignRule)
class CosignRuleAdmin(Recorded):
    explanation = "Whose notes a supervisor signs too: by the credential behind the name, for one kind of service or for all."
    list_display = ["credential", "kind"]
    list_select_related = ["kind"]
    search_fields = ["credential"]
    autocomplete_fields = ["kind"]


clinical(
    Note,
    ["begun_at", "author", "sealed_at", "needs_cosign", "cosigned_at", "returned_at"],
    "Notes, when they were begun, signed and cosigned. They are read in the charts.",
    related=("episode__patient", "author"),
    filters=["needs_cosign"],
)
clinical(
    Appointment,
    ["starts_at", "ends_at", "clinician", "outcome", "closed_at", "closed_by"],
    "Appointments, when they were planned for and what became of them. They are kept from the charts.",
    related=("episode__patient", "clinician", "closed_by"),
    filters=["outcome"],
)
clinical(
    Plan,
    ["number", "because", "started_at", "started_by", "sealed_at", "in_force_at", "superseded_at"],
    "Versions of plans, when they were begun, signed and in force. Plans are read in the charts.",
    related=("episode__patient", "started_by"),
    filters=["because"],
)
clinical(
    PlanReview,
    ["made_on", "made_by", "decision", "next_on"],
    "Reviews of plans, when they were made and signed. They are read in the charts.",
    related=("plan__episode__patient", "made_by"),
    filters=["decision"],
)
clinical(
    PreventionEntry,
    ["written_at", "written_by", "removed_at", "removed_by"],
    "Entries of relapse-prevention plans, when they were written and taken out. They are read in the charts.",
    related=("patient", "written_by", "removed_by"),
)
clinical(
    PreventionLook,
    ["day", "noted_by", "noted_at"],
    "When relapse-prevention plans were gone through with the patient. They are read in the charts.",
    related=("patient", "noted_by"),
)
for document, words in ((ContinuingCare, "Continuing-care plans"), (DischargeSummary, "Discharge summaries")):
    clinical(
        document,
        ["started_at", "started_by", "sealed_at"],
        f"{words}, when they were begun and signed. They are read in the charts.",
        related=("episode__patient", "started_by"),
    )
