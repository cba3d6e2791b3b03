"""The admin's side of the continuum: programs, rules, moves, texts and lists to edit. Clinical tables are in `admin_records`."""

from django import forms
from django.contrib import admin
from django.db import transaction
from django.db.models import Max
from django.urls import reverse
from django.utils.formats import date_format

from anchored.audit.manners import Recorded
from anchored.ground.dates import today

from . import admin_records  # noqa: F401  (registers the clinical tables)
from .models import (
    AllowedMove,
    DiagnosisCode,
    Dimension,
    DischargeReason,
    LevelOfCare,
    MinorRule,
    MoveBasis,
    PaperTemplate,
    Phase,
    Program,
    ProgramRule,
    ProgramStaff,
    RatingOption,
    ServiceKind,
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
        ("least_hours", "most_hours", "days_a_week", "gap_days", "week_starts"),
        ("plan_due_days", "plan_review_days", "plan_review_hours"),
        ("plan_event_days", "plan_warn_days", "supervisor_signs_plans"),
        ("review_days", "review_hours"),
        ("note_due_hours", "discharge_summary_days"),
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
        ("Hours and days", {"fields": ["least_hours", "most_hours", "days_a_week", "gap_days", "week_starts"]}),
        (
            "The plan",
            {
                "fields": [
                    *("plan_due_days", "plan_review_days", "plan_review_hours"),
                    *("plan_event_days", "plan_warn_days", "supervisor_signs_plans"),
                ],
                "description": "Empty means that nothing is asked.",
            },
        ),
        (
            "What else is due when",
            {
                "fields": ["review_days", "review_hours", "note_due_hours", "discharge_summary_days"],
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


@admin.register(DiagnosisCode)
class DiagnosisCodeAdmin(Recorded):
    explanation = (
        "The codes that diagnoses are chosen from. Check them against the table of the year. A code that is not offered stays on charts"
        " that have it; one that a chart has keeps its code, and its title can be corrected."
    )
    list_display = ["code", "title", "fits_mild", "fits_moderate", "fits_severe", "remission", "offered"]
    list_filter = ["offered", "remission"]
    search_fields = ["code", "title"]
    fieldsets = [
        ("Code", {"fields": ["code", "title", "offered"], "description": "As ICD-10-CM has them."}),
        (
            "What it goes with",
            {
                "fields": ["fits_mild", "fits_moderate", "fits_severe", "remission"],
                "description": "A severity or a remission that contradicts the code is refused when a diagnosis is recorded.",
            },
        ),
    ]

    def get_readonly_fields(self, request, obj=None):
        return ("code",) if obj and obj.diagnoses.exists() else ()


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


class PaperTemplateForm(forms.ModelForm):
    """A new version ends the one in force on the day it begins, in the same act."""

    before = None

    def clean(self):
        super().clean()
        given = self.cleaned_data
        if self.instance.pk is None and given.get("code"):
            last = PaperTemplate.objects.filter(code=given["code"]).order_by("-version").first()
            self._follow(last, given)
        return given

    def _follow(self, last, given):
        following = last.version + 1 if last else 1
        if given.get("version") not in (None, following):
            self.add_error("version", f"The next version of this text is {following}.")
        if last is None or last.ended_on or not given.get("started_on"):
            return
        if given["started_on"] <= last.started_on:
            self.add_error("started_on", f"Version {last.version} began on {date_format(last.started_on)}. The new one begins later.")
        self.before = last

    def _get_validation_exclusions(self):
        """The version in force ends when this one is saved: until then two of the same code would clash."""
        return super()._get_validation_exclusions() | ({"code"} if self.before else set())


@admin.register(PaperTemplate)
class PaperTemplateAdmin(Recorded):
    explanation = (
        "The notices, consents and agreements of an admission, version by version. Words that somebody has signed stay: make a new"
        " version of them. It is asked of everybody again. What came with Anchored must be reviewed by counsel first."
    )
    form = PaperTemplateForm
    list_display = ["title", "version", "kind", "needs", "people", "program", "due_days", "ended_on"]
    list_filter = ["kind", "needs", "people", ("ended_on", admin.EmptyFieldListFilter)]
    list_select_related = ["program"]
    search_fields = ["title", "code"]
    autocomplete_fields = ["program"]
    ordering = ["order", "title", "-version"]
    fieldsets = [
        (
            "Text",
            {
                "fields": ["title", "kind", "code", "version", "text"],
                "description": "What the patient reads and answers. The code ties the versions of one text together.",
            },
        ),
        (
            "Whom it is for",
            {"fields": ["needs", "people", "program"], "description": "Who is a minor is said under Minor rules, state by state."},
        ),
        (
            "When",
            {
                "fields": ["due_days", "started_on", "ended_on", "order"],
                "description": "A new version ends the one in force on its own first day.",
            },
        ),
    ]

    def get_readonly_fields(self, request, obj=None):
        return PaperTemplate.WORDS if obj and obj.papers.exists() else ()

    def get_changeform_initial_data(self, request):
        """New version: everything as it is in the version named, but for the number and the days."""
        key = request.GET.get("after", "")
        before = PaperTemplate.objects.filter(pk=key).first() if key.isascii() and key.isdigit() and len(key) < 10 else None
        if before is None:
            return super().get_changeform_initial_data(request)
        same = ("code", "kind", "title", "text", "needs", "people", "program", "due_days", "order")
        latest = PaperTemplate.objects.filter(code=before.code).aggregate(Max("version"))["version__max"]
        return {name: getattr(before, name) for name in same} | {"version": latest + 1, "started_on": today()}

    @transaction.atomic
    def save_model(self, request, obj, form, change):
        if form.before:
            form.before.ended_on = obj.started_on
            form.before.save(update_fields=["ended_on"])
        super().save_model(request, obj, form, change)

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        new = f"{reverse('admin:patients_papertemplate_add')}?after={object_id}" if object_id else ""
        return super().changeform_view(request, object_id, form_url, {"new_version": new, **(extra_context or {})})


@admin.register(MinorRule)
class MinorRuleAdmin(Recorded):
    explanation = (
        "From which age a person is of age, and from which a minor may consent to this treatment alone, state by state, with its source."
        " The row without a state speaks where no other does."
    )
    list_display = ["__str__", "adult_age", "consent_age", "guardian_signs_too", "citation"]
    list_filter = ["guardian_signs_too"]
    search_fields = ["state", "citation"]
    fieldsets = [
        (
            None,
            {
                "fields": ["state", "adult_age", "consent_age", "guardian_signs_too"],
                "description": "The state of the patient's address decides.",
            },
        ),
        ("Source", {"fields": ["citation"], "description": "The law that says so. Have counsel confirm it."}),
    ]


@admin.register(ServiceKind)
class ServiceKindAdmin(Recorded):
    explanation = "What can be delivered and documented. Minutes are what a new note begins with; the ledger holds what was signed."
    list_display = ["name", "code", "minutes", "counts", "needs_plan", "note_format", "offered", "order"]
    list_filter = ["counts", "needs_plan", "offered"]
    search_fields = ["name", "code"]
