import django.contrib.auth.validators
import django.db.models.deletion
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models

import anchored.ground.dates
import anchored.ground.fields


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="User",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("password", models.CharField(max_length=128, verbose_name="password")),
                ("last_login", models.DateTimeField(blank=True, null=True, verbose_name="last login")),
                (
                    "username",
                    anchored.ground.fields.Username(
                        help_text="Letters, digits and @ . + - _ only.",
                        max_length=60,
                        unique=True,
                        validators=[django.contrib.auth.validators.ASCIIUsernameValidator()],
                    ),
                ),
                ("given_name", anchored.ground.fields.Line(max_length=100)),
                ("family_name", anchored.ground.fields.Line(blank=True, max_length=100)),
                ("credential", anchored.ground.fields.Line(blank=True, help_text="As signed, such as LCSW or LADC.", max_length=40)),
                ("email", anchored.ground.fields.Email(blank=True, max_length=254)),
                ("phone", anchored.ground.fields.Line(blank=True, max_length=40)),
                (
                    "is_active",
                    models.BooleanField(
                        default=True,
                        help_text="Untick to shut the person out at the next request. Nothing is deleted.",
                        verbose_name="may sign in",
                    ),
                ),
                (
                    "theme",
                    anchored.ground.fields.Choice(
                        choices=[("system", "System"), ("light", "Light"), ("dark", "Dark")], default="system", max_length=30
                    ),
                ),
                ("shortcuts", models.BooleanField(default=True, verbose_name="keyboard shortcuts")),
                ("joined_at", models.DateTimeField(auto_now_add=True)),
                (
                    "first_account",
                    models.ForeignKey(
                        blank=True,
                        help_text="If this person has another account already: that one. Two accounts of one person never count as two people.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="further_accounts",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "person",
                "verbose_name_plural": "people",
                "ordering": ["family_name", "given_name"],
                "constraints": [
                    models.UniqueConstraint(
                        django.db.models.functions.text.Lower("username"),
                        name="usernames_differ_by_more_than_case",
                        violation_error_message="Somebody has this username already.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("first_account", models.F("id")), _negated=True),
                        name="an_account_is_not_its_own_first",
                        violation_error_message="Choose the person's other account.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RoleGrant",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("started_on", models.DateField(default=anchored.ground.dates.today, verbose_name="from")),
                (
                    "ended_on",
                    models.DateField(
                        blank=True,
                        help_text="The first day it no longer holds. Empty means it still does.",
                        null=True,
                        verbose_name="until",
                    ),
                ),
                (
                    "role",
                    anchored.ground.fields.Choice(
                        choices=[
                            ("clinician", "Clinician"),
                            ("supervisor", "Supervisor"),
                            ("prescriber", "Prescriber or nurse"),
                            ("front_desk", "Front desk"),
                            ("privacy_officer", "Privacy officer"),
                            ("administrator", "Administrator"),
                        ],
                        max_length=30,
                    ),
                ),
                (
                    "caseload",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        help_text="As primary clinician. Empty: no limit. For another number, end this role and begin it anew.",
                        null=True,
                        verbose_name="patients at most",
                    ),
                ),
                (
                    "granted_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="role_grants", to=settings.AUTH_USER_MODEL),
                ),
            ],
            options={
                "ordering": ["user", "-started_on"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("ended_on", None), ("ended_on__gte", models.F("started_on")), _connector="OR"),
                        name="role_grant_ends_after_it_starts",
                        violation_error_message="The end date must be the same as or after the start date.",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("ended_on", None)),
                        fields=("user", "role"),
                        name="one_open_grant_per_role",
                        violation_error_message="This person holds this role already.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Supervision",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("started_on", models.DateField(default=anchored.ground.dates.today, verbose_name="from")),
                (
                    "ended_on",
                    models.DateField(
                        blank=True,
                        help_text="The first day it no longer holds. Empty means it still does.",
                        null=True,
                        verbose_name="until",
                    ),
                ),
                (
                    "clinician",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="supervised_by", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "supervisor",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="supervises", to=settings.AUTH_USER_MODEL),
                ),
            ],
            options={
                "verbose_name": "supervision",
                "verbose_name_plural": "supervision",
                "ordering": ["supervisor", "clinician"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("ended_on", None), ("ended_on__gte", models.F("started_on")), _connector="OR"),
                        name="supervision_ends_after_it_starts",
                        violation_error_message="The end date must be the same as or after the start date.",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("ended_on", None)),
                        fields=("supervisor", "clinician"),
                        name="one_open_supervision_per_pair",
                        violation_error_message="This supervision is recorded already.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("supervisor", models.F("clinician")), _negated=True),
                        name="nobody_supervises_themselves",
                        violation_error_message="Nobody supervises themselves.",
                    ),
                ],
            },
        ),
    ]
