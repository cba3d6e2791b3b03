"""The admin's side of plans: the library to edit. Plans themselves are listed by record number, without a word of them."""

from django.contrib import admin

from anchored.audit.manners import Recorded
from patients.admin_records import clinical

from .models import LibraryEntry, Plan


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


clinical(
    Plan,
    ["number", "because", "started_at", "started_by", "sealed_at", "in_force_at", "superseded_at"],
    "Versions of plans, when they were begun, signed and in force. Plans are read in the charts.",
    related=("episode__patient", "started_by"),
    filters=["because"],
)
