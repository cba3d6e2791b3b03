"""The admin's side of groups: what is offered and when it meets. Sessions and memberships are listed without a word of them."""

from django import forms
from django.contrib import admin, messages

from anchored.audit.manners import Recorded
from anchored.ui.fields import TimeOfDayField
from patients.admin_records import clinical

from .actions import plan
from .models import (
    AbsenceDecision,
    AbsenceRule,
    Attendance,
    Closure,
    Curriculum,
    Enrolment,
    Group,
    GroupProgram,
    GroupType,
    Leader,
    MakeUp,
    Outreach,
    Slot,
    Told,
    Topic,
    Waiting,
)


@admin.register(GroupType)
class GroupTypeAdmin(Recorded):
    explanation = "Kinds of group. The kind of service says what stands in the ledger, and whether it counts toward hours."
    list_display = ["name", "code", "service_kind", "usual_size", "for_relatives", "mentor_from_week", "offered", "order"]
    list_filter = ["offered", "for_relatives"]
    list_select_related = ["service_kind"]
    search_fields = ["name", "code"]
    autocomplete_fields = ["service_kind"]


class TopicInline(admin.TabularInline):
    model = Topic
    extra = 0
    can_delete = False
    fields = ["title", "order", "offered"]


@admin.register(Curriculum)
class CurriculumAdmin(Recorded):
    explanation = "Ordered topics that groups work through. A topic that is not offered any more stays on the sessions that had it."
    list_display = ["name", "offered"]
    list_filter = ["offered"]
    search_fields = ["name"]
    inlines = [TopicInline]


class SlotForm(forms.ModelForm):
    """A slot with its hours as people write them."""

    starts = TimeOfDayField(label="From", error_messages={"required": "Enter when it begins, like 9:00"})
    ends = TimeOfDayField(label="To", error_messages={"required": "Enter when it ends, like 12:00"})

    class Meta:
        model = Slot
        fields = ["weekday", "starts", "ends", "rest", "room", "started_on", "ended_on"]


class SlotInline(admin.TabularInline):
    model = Slot
    form = SlotForm
    extra = 0
    can_delete = False
    fields = ["weekday", "starts", "ends", "rest", "room", "started_on", "ended_on"]


class GroupProgramInline(admin.TabularInline):
    model = GroupProgram
    extra = 0
    autocomplete_fields = ["program"]
    verbose_name_plural = "Programs that the group serves"


class LeaderInline(admin.TabularInline):
    model = Leader
    extra = 0
    can_delete = False
    fields = ["user", "part", "started_on", "ended_on"]
    autocomplete_fields = ["user"]


@admin.register(Group)
class GroupAdmin(Recorded):
    explanation = (
        "Groups, who leads them and when they meet. Saving plans the sessions of the next 8 weeks, and cancels those of a slot"
        " that has ended. To change a time, end the slot and add another. Clinicians can do this too, on the page of the group."
    )
    list_display = ["name", "type", "track", "room", "capacity", "started_on", "ended_on"]
    list_filter = ["track", "type", ("ended_on", admin.EmptyFieldListFilter)]
    list_select_related = ["type"]
    search_fields = ["name", "room"]
    autocomplete_fields = ["type", "curriculum"]
    inlines = [GroupProgramInline, SlotInline, LeaderInline]

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        tell(request, plan.follow(by=request.user))


@admin.register(Closure)
class ClosureAdmin(Recorded):
    explanation = (
        "Days when nobody meets. Sessions that are planned and of which nothing is typed are cancelled; who is to be told stands on"
        " the page of each. Take the tick away to meet after all: they are held again."
    )
    list_display = ["on", "name", "program", "holds"]
    list_filter = ["holds", "program"]
    list_select_related = ["program"]
    search_fields = ["name"]
    autocomplete_fields = ["program"]

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        tell(request, plan.follow(by=request.user))


def tell(request, followed):
    """What became of the sessions, above the list."""
    messages.info(request, f"{followed}.")


@admin.register(AbsenceRule)
class AbsenceRuleAdmin(Recorded):
    explanation = (
        "How many absences ask for a call, for a supervisor, for a decision about leaving. A program with rules of its own follows those"
        " alone. End a rule and add the next. No rule discharges anybody."
    )
    list_display = ["follows", "number", "counts", "within_days", "program", "due_hours", "started_on", "ended_on"]
    list_filter = ["follows", "program", ("ended_on", admin.EmptyFieldListFilter)]
    list_select_related = ["program"]
    search_fields = ["citation"]
    autocomplete_fields = ["program"]


clinical(
    MakeUp,
    ["session", "taken_by", "taken_at", "cancelled_at"],
    "Who was expected at a session to make up for hours, by record number.",
    related=("episode__patient", "session__group", "taken_by"),
)
clinical(
    Outreach,
    ["by", "at"],
    "That somebody tried to reach a person who did not come, by record number. What came of it is read in the chart.",
    related=("episode__patient", "by"),
)
clinical(
    AbsenceDecision,
    ["by", "at"],
    "That a supervisor decided after absences, by record number. What was decided is read in the chart.",
    related=("episode__patient", "by"),
)
clinical(
    Enrolment,
    ["group", "started_on", "ended_on", "enrolled_by"],
    "Who was in which group when, by record number. Why it ended is read in the chart.",
    related=("episode__patient", "group", "enrolled_by"),
    filters=["group"],
)
clinical(
    Waiting,
    ["group", "started_on", "ended_on", "added_by"],
    "Who waited for which group when, by record number. Why it ended is read in the chart.",
    related=("episode__patient", "group", "added_by"),
    filters=["group"],
)
clinical(
    Attendance,
    ["session", "marked_by", "marked_at"],
    "That attendance was taken, by record number. Who came is read on the session.",
    related=("episode__patient", "session__group", "marked_by"),
)
clinical(
    Told,
    ["session", "news", "told_by", "told_at"],
    "That a member was told of a cancelled session, by record number.",
    related=("episode__patient", "session__group", "told_by"),
)
