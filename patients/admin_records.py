"""Clinical tables in the admin: to count and to date, by record number, without a word of the record."""

from django.contrib import admin

from anchored.accounts.refusals import NotPermitted
from anchored.audit.manners import ViewOnly

from .models import (
    Admission,
    Assessment,
    CareTeamMember,
    Commitment,
    Contact,
    Diagnosis,
    Discharge,
    Episode,
    Intake,
    Paper,
    Patient,
    Referral,
    SafetyFlag,
    Scan,
    Service,
    Stay,
    WaitlistEntry,
)


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
        return (row.patient if hasattr(row, "patient") else row.episode.patient).record_number


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


def clinical(model, columns, sentence, related=("episode__patient",), filters=()):
    attributes = {
        "explanation": sentence,
        "list_display": ["record_number", *columns],
        "list_filter": list(filters),
        "list_select_related": list(related),
        "search_fields": [f"={next((path for path in related if path.endswith('patient')), 'patient')}__record_number"],
        "search_help_text": "Record number.",
    }
    admin.site.register(model, type(f"{model.__name__}Admin", (Clinical,), attributes))


clinical(
    Episode, ["started_on", "ended_on", "opened_by", "opened_at"], "Admission to discharge, by record number.", ["patient", "opened_by"]
)
clinical(
    Stay,
    ["program", "started_on", "ended_on", "opened_by", "opened_at"],
    "Who was in which program when, by record number. Reasons are read in the chart.",
    ["episode__patient", "program", "opened_by"],
    ["program"],
)
clinical(
    Discharge,
    ["on", "discharged_by", "discharged_at", "undone_at"],
    "When episodes ended, by record number.",
    ["episode__patient", "discharged_by"],
)
clinical(Admission, [], "That the admission items are recorded, by record number.")
clinical(
    Assessment,
    ["occasion", "made_on", "made_by", "sealed_at"],
    "When the dimensions were rated and by whom, by record number.",
    ["episode__patient", "made_by"],
)
clinical(
    CareTeamMember,
    ["user", "part", "started_on", "ended_on"],
    "Who cares for whom, by record number.",
    ["episode__patient", "user"],
    ["part"],
)
clinical(
    SafetyFlag,
    ["started_on", "ended_on", "raised_by"],
    "That flags were raised, by record number; of which kind is read in the chart.",
    ["patient", "raised_by"],
)
clinical(
    Contact,
    ["relationship", "added_by", "added_at", "removed_at"],
    "That patients have contacts, by record number. Names, numbers and what may be said are read in the chart.",
    ["patient", "added_by"],
    ["relationship"],
)
clinical(
    Commitment,
    ["started_on", "ended_on", "added_by"],
    "That patients have times when they cannot come, by record number; which is read in the chart.",
    ["patient", "added_by"],
)
clinical(
    Diagnosis,
    ["diagnosed_on", "resolved_on", "recorded_by", "recorded_at", "entered_in_error_at"],
    "That something was diagnosed, by record number; what is read in the chart.",
    ["patient", "recorded_by"],
)
clinical(
    Paper,
    ["template", "how", "taken_by", "taken_at"],
    "Which papers were answered and how, by record number. Signatures and reasons are read in the chart.",
    ["patient", "template", "taken_by"],
    ["how", "template__code"],
)
clinical(
    Scan,
    ["kind", "media_type", "size", "filed_by", "filed_at", "withdrawn_at"],
    "That scans were filed, by record number. Titles, names and files open in the chart.",
    ["patient", "filed_by"],
    ["kind"],
)
clinical(
    Referral,
    ["urgency", "program", "received_by", "received_at", "closed_at"],
    "That somebody was referred and when, by record number. Who called and why is read on the referral.",
    ["patient", "program", "received_by"],
    ["urgency"],
)
clinical(
    Intake,
    ["program", "started_by", "started_at", "outcome", "closed_at"],
    "Admissions in the making, by record number. The answers are read there.",
    ["patient", "program", "started_by"],
    ["outcome"],
)
clinical(
    WaitlistEntry,
    ["program", "since", "priority", "outcome", "closed_at"],
    "Who waits for which program since when, by record number.",
    ["patient", "program"],
    ["program", "outcome"],
)
clinical(
    Service,
    ["kind", "started_at", "minutes", "delivered_by"],
    "The ledger of delivered services: when, how long, by whom. What was done is read in the notes.",
    related=("episode__patient", "kind", "delivered_by"),
    filters=["kind"],
)
