"""The admin's manners: every list and page looked at is recorded, clinical rows are seen and never changed, nothing is deleted."""

from django.contrib import admin

from . import trail


class Recorded(admin.ModelAdmin):
    """Each look at a list or a row stands in the trail. Nothing is deleted: rows are ended or switched off."""

    explanation = ""
    list_per_page = 50
    show_full_result_count = False

    def changelist_view(self, request, extra_context=None):
        response = super().changelist_view(request, {"explanation": self.explanation, **(extra_context or {})})
        trail.record("admin.listed", by=request.user, about=self.opts.label_lower)
        return response

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        response = super().changeform_view(request, object_id, form_url, {"explanation": self.explanation, **(extra_context or {})})
        if object_id and request.method == "GET":
            trail.record("admin.looked", by=request.user, about=f"{self.opts.label_lower}:{object_id}"[:120])
        return response

    def lookup_allowed(self, lookup, value, request):
        """Only what a filter that is shown asks: Django lets an address ask any column, and the answer tells what it holds."""
        shown = [each[0] if isinstance(each, tuple) else each for each in self.get_list_filter(request)]
        return any(lookup == f"{name}{how}" for name in shown for how in self._ways_to_ask(name))

    def _ways_to_ask(self, name):
        is_relation = "__" not in name and self.opts.get_field(name).is_relation
        return ("__id__exact", "__isnull") if is_relation else ("", "__exact", "__isnull", "__isempty")

    def has_delete_permission(self, request, obj=None):
        return False

    def get_actions(self, request):
        return {}


class ViewOnly(Recorded):
    """Clinical tables: that a row is there and when, without a word of what it says, and no way to change it."""

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False
