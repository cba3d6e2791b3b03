"""People who sign in, what they may do, and who supervises whom."""

from functools import cached_property

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.validators import ASCIIUsernameValidator
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower

from anchored.ground.dates import today
from anchored.ground.fields import Choice, Email, Line, Username
from anchored.ground.intervals import Dated, ends_after_start

from .refusals import NotPermitted
from .roles import Permission, Role, granted_to


class UserManager(BaseUserManager):
    def create_user(self, username, password=None, **facts):
        """Somebody who may sign in. Usernames are ASCII and told apart without regard to case."""
        user = self.model(username=username.lower(), **facts)
        user.set_password(password)
        user.full_clean(exclude=["password"])
        user.save()
        return user

    def get_by_natural_key(self, username):
        return self.get(username__iexact=username)


class User(AbstractBaseUser):
    """A person who signs in. The name stands as it is signed, with the credential after it. Rows are never reused."""

    class Theme(models.TextChoices):
        SYSTEM = "system", "System"
        LIGHT = "light", "Light"
        DARK = "dark", "Dark"

    username = Username(max_length=60, unique=True, validators=[ASCIIUsernameValidator()], help_text="Letters, digits and @ . + - _ only.")
    given_name = Line(max_length=100)
    family_name = Line(max_length=100, blank=True)
    credential = Line(max_length=40, blank=True, help_text="As signed, such as LCSW or LADC.")
    email = Email(blank=True)
    phone = Line(max_length=40, blank=True)
    is_active = models.BooleanField(
        "may sign in", default=True, help_text="Untick to shut the person out at the next request. Nothing is deleted."
    )
    first_account = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="further_accounts",
        help_text="If this person has another account already: that one. Two accounts of one person never count as two people.",
    )
    theme = Choice(choices=Theme.choices, default=Theme.SYSTEM)
    shortcuts = models.BooleanField("keyboard shortcuts", default=True)
    joined_at = models.DateTimeField(auto_now_add=True)

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS = ["given_name"]
    objects = UserManager()

    class Meta:
        verbose_name = "person"
        verbose_name_plural = "people"
        ordering = ["family_name", "given_name"]
        constraints = [
            models.UniqueConstraint(
                Lower("username"), name="usernames_differ_by_more_than_case", violation_error_message="Somebody has this username already."
            ),
            models.CheckConstraint(
                condition=~Q(first_account=F("id")),
                name="an_account_is_not_its_own_first",
                violation_error_message="Choose the person's other account.",
            ),
        ]

    def __str__(self):
        name = f"{self.given_name} {self.family_name}".strip()
        return f"{name}, {self.credential}" if self.credential else name

    def clean(self):
        super().clean()
        first = self.first_account
        if first and (first.first_account_id or (self.pk and self.further_accounts.exists())):
            raise ValidationError({"first_account": "Choose the account that this person had first, and that none other comes after."})

    @property
    def person_id(self):
        """The same for every account of one person."""
        return self.first_account_id or self.pk

    def is_same_person(self, other):
        return self.person_id == other.person_id

    @property
    def short_name(self):
        return f"{self.given_name[:1]}. {self.family_name}" if self.family_name else self.given_name

    @property
    def initials(self):
        return (self.given_name[:1] + self.family_name[:1]).upper()

    def get_full_name(self):
        return str(self)

    get_short_name = get_full_name

    @cached_property
    def roles(self):
        """The roles in force today, asked once per request."""
        return frozenset(self.role_grants.on(today()).values_list("role", flat=True)) if self.pk else frozenset()

    @cached_property
    def permissions(self):
        return granted_to(self.roles) if self.is_active else frozenset()

    def holds(self, permission):
        return permission in self.permissions

    def must_hold(self, permission):
        if not self.holds(permission):
            raise NotPermitted(f"Your role does not let you {Permission(permission).label}. Ask a supervisor or an administrator.")

    @property
    def is_staff(self):
        """May enter the Django admin."""
        return self.holds(Permission.CONFIGURE)

    def has_perm(self, perm, obj=None):
        """For the Django admin: an administrator configures everything it offers; what it offers is each ModelAdmin's word."""
        return self.is_staff

    def has_perms(self, perm_list, obj=None):
        return self.is_staff

    def has_module_perms(self, app_label):
        return self.is_staff


class RoleGrant(Dated):
    """A role that somebody holds from a day until, perhaps, another. Two roles grant together what each grants."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="role_grants")
    role = Choice(choices=Role.choices)
    caseload = models.PositiveSmallIntegerField(
        "patients at most",
        null=True,
        blank=True,
        help_text="As primary clinician. Empty: no limit. For another number, end this role and begin it anew.",
    )
    granted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, editable=False, related_name="+"
    )

    class Meta:
        ordering = ["user", "-started_on"]
        constraints = [
            ends_after_start("role_grant_ends_after_it_starts"),
            models.UniqueConstraint(
                fields=["user", "role"],
                condition=Q(ended_on=None),
                name="one_open_grant_per_role",
                violation_error_message="This person holds this role already.",
            ),
        ]

    def __str__(self):
        return f"{self.user} as {self.get_role_display().lower()}"


class Supervision(Dated):
    """Who supervises whom. A supervisor sees the charts of the people a clinician cares for."""

    supervisor = models.ForeignKey(User, on_delete=models.PROTECT, related_name="supervises")
    clinician = models.ForeignKey(User, on_delete=models.PROTECT, related_name="supervised_by")

    class Meta:
        verbose_name = "supervision"
        verbose_name_plural = "supervision"
        ordering = ["supervisor", "clinician"]
        constraints = [
            ends_after_start("supervision_ends_after_it_starts"),
            models.UniqueConstraint(
                fields=["supervisor", "clinician"],
                condition=Q(ended_on=None),
                name="one_open_supervision_per_pair",
                violation_error_message="This supervision is recorded already.",
            ),
            models.CheckConstraint(
                condition=~Q(supervisor=F("clinician")),
                name="nobody_supervises_themselves",
                violation_error_message="Nobody supervises themselves.",
            ),
        ]

    def __str__(self):
        return f"{self.supervisor} supervises {self.clinician}"

    def clean(self):
        if self.supervisor_id and self.clinician_id and self.supervisor.is_same_person(self.clinician):
            raise ValidationError("Nobody supervises themselves.")
        if self.supervisor_id and Role.SUPERVISOR not in self.supervisor.roles:
            raise ValidationError({"supervisor": f"{self.supervisor} does not hold the role of supervisor."})
