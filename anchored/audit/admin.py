"""The trail; and people, roles and supervision: here, above accounts, because every look and change goes into the trail."""

from typing import cast

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.password_validation import validate_password
from django.shortcuts import redirect
from django.urls import reverse

from anchored.accounts.models import RoleGrant, Supervision, User
from anchored.accounts.roles import Role

from . import trail
from .manners import Recorded, ViewOnly
from .models import TrailEntry


@admin.register(TrailEntry)
class TrailEntryAdmin(ViewOnly):
    explanation = "Who saw and did what. Written by the system only; `manage.py verify_trail` tells whether it is as it was written."
    list_display = ["sequence", "at", "event", "actor", "subject"]
    list_filter = ["event"]
    search_fields = ["=sequence", "event", "actor__username"]
    search_help_text = "Row number, event or username."
    fields = ["sequence", "at", "event", "actor", "patient_id", "subject", "previous_hash", "hash"]
    ordering = ["-sequence"]

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("actor")


class PersonForm(forms.ModelForm):
    """A person; a new one with a first password, which they change themselves."""

    password_first = forms.CharField(
        label="First password",
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        required=False,
        strip=False,
        help_text="At least 12 characters. Only for a new person, or to let somebody in again who forgot theirs.",
    )

    class Meta:
        model = User
        fields = ["username", "given_name", "family_name", "credential", "email", "phone", "is_active", "first_account"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        first = cast(forms.ModelChoiceField, self.fields["first_account"])
        first.queryset = User.objects.filter(first_account=None).exclude(pk=self.instance.pk)

    def clean_username(self):
        return self.cleaned_data["username"].lower()

    def clean_password_first(self):
        password = self.cleaned_data["password_first"]
        if password:
            validate_password(password, self.instance)
        elif self.instance._state.adding:
            raise forms.ValidationError("Enter a first password")
        return password


class RoleGrantInline(admin.TabularInline):
    model = RoleGrant
    fk_name = "user"
    fields = ["role", "caseload", "started_on", "ended_on"]
    extra = 1
    can_delete = False
    verbose_name_plural = "Roles: what this person may do, from when until when"

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        """Django names the fields of a row by the head of the column alone, which a screen reader does not find."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        field.widget.attrs["aria-label"] = field.label
        return field


@admin.register(User)
class PersonAdmin(Recorded):
    explanation = (
        "Everybody who signs in. A person who leaves is shut out by unticking “may sign in”; their name stays under what they signed."
    )
    form = PersonForm
    inlines = [RoleGrantInline]
    list_display = ["username", "given_name", "family_name", "credential", "roles_now", "is_active"]
    list_filter = ["is_active", ("role_grants__role", admin.ChoicesFieldListFilter)]
    search_fields = ["username", "given_name", "family_name"]
    search_help_text = "Username or name."
    fieldsets = [
        (
            "Who signs in",
            {
                "fields": ["username", "password_first", "is_active", "first_account"],
                "description": "Usernames are small letters. Nobody but the person knows the password for long.",
            },
        ),
        (
            "Name as signed",
            {
                "fields": ["given_name", "family_name", "credential"],
                "description": "This is how documents are signed from now on. What is signed keeps the old name.",
            },
        ),
        ("Reach", {"fields": ["email", "phone"]}),
    ]

    @admin.display(description="Roles")
    def roles_now(self, person):
        labels = dict(Role.choices)
        return ", ".join(sorted(labels[grant.role] for grant in person.role_grants.all() if grant.ended_on is None)) or "none"

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("role_grants")

    def save_model(self, request, person, form, change):
        if form.cleaned_data.get("password_first"):
            person.set_password(form.cleaned_data["password_first"])
            if change:
                trail.record("person.password_set", person, by=request.user)
        super().save_model(request, person, form, change)

    def save_formset(self, request, form, formset, change):
        for grant in formset.save(commit=False):
            if grant.user_id == request.user.pk and not _only_ends(grant):
                messages.error(request, "You cannot give a role to yourself. Ask another administrator.")
                continue
            if grant._state.adding:
                grant.granted_by = request.user
            grant.save()
            trail.record(
                "role.granted" if grant.ended_on is None else "role.ended", grant, by=request.user, who=grant.user_id, role=grant.role
            )
        formset.save_m2m()

    def user_change_password(self, request, id, form_url=""):
        return redirect(reverse("admin:accounts_user_change", args=[id]))


def _only_ends(grant):
    """Whether a change to a grant does nothing but end it sooner: all that people may do to their own."""
    before = RoleGrant.objects.filter(pk=grant.pk, role=grant.role, started_on=grant.started_on).first()
    return before is not None and grant.ended_on is not None and (before.ended_on is None or grant.ended_on <= before.ended_on)


@admin.register(Supervision)
class SupervisionAdmin(Recorded):
    explanation = (
        "Who supervises whom. A supervisor sees the charts of the people a clinician cares for. End a relation; it is not deleted."
    )
    list_display = ["supervisor", "clinician", "started_on", "ended_on"]
    list_filter = [("ended_on", admin.EmptyFieldListFilter)]
    search_fields = ["supervisor__family_name", "clinician__family_name", "supervisor__username", "clinician__username"]
    autocomplete_fields = ["supervisor", "clinician"]
    list_select_related = ["supervisor", "clinician"]
    fieldsets = [
        (None, {"fields": ["supervisor", "clinician", "started_on", "ended_on"], "description": "Access begins and ends with these days."})
    ]
