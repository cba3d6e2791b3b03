import uuid

import django.core.validators
import django.db.models.deletion
import django.db.models.expressions
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import anchored.ground.dates
import anchored.ground.fields
import anchored.ground.intervals


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "__first__"),
        ("patients", "0001_initial"),
        ("treatment_plans", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Curriculum",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", anchored.ground.fields.Line(max_length=80, unique=True)),
                ("source", anchored.ground.fields.Prose(blank=True, max_length=500, verbose_name="where the topics come from")),
                ("offered", models.BooleanField(default=True)),
            ],
            options={
                "verbose_name_plural": "curricula",
                "ordering": ["name"],
            },
        ),
        migrations.CreateModel(
            name="GroupType",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", anchored.ground.fields.Slug(max_length=40, unique=True)),
                ("name", anchored.ground.fields.Line(max_length=80, unique=True)),
                (
                    "service_kind",
                    models.ForeignKey(
                        help_text="What stands in the ledger, and whether it counts toward hours.",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="patients.servicekind",
                    ),
                ),
                ("usual_size", models.PositiveSmallIntegerField(default=12, verbose_name="usual size")),
                ("for_relatives", models.BooleanField(default=False, verbose_name="relatives come too")),
                (
                    "eligibility",
                    anchored.ground.fields.Line(
                        blank=True, help_text="For a single-interest group: such as parents.", max_length=200, verbose_name="whom it is for"
                    ),
                ),
                (
                    "agreement",
                    anchored.ground.fields.Slug(
                        blank=True,
                        help_text="The code of a text under Documents. It is asked of who joins such a group, and of nobody else.",
                        max_length=40,
                        verbose_name="agreement that members sign",
                    ),
                ),
                (
                    "mentor_from_week",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        help_text="From this week in the program on, members are named as those who could mentor newer ones. Empty: nobody is.",
                        null=True,
                        verbose_name="could mentor from week",
                    ),
                ),
                ("offered", models.BooleanField(default=True)),
                ("order", models.PositiveSmallIntegerField(default=0)),
            ],
            options={
                "ordering": ["order", "name"],
            },
        ),
        migrations.CreateModel(
            name="Group",
            fields=[
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
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("name", anchored.ground.fields.Line(max_length=80, unique=True)),
                ("type", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="groups", to="groups.grouptype")),
                (
                    "curriculum",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="groups", to="groups.curriculum"
                    ),
                ),
                (
                    "track",
                    anchored.ground.fields.Choice(
                        blank=True, choices=[("", "No track"), ("day", "Day"), ("evening", "Evening")], default="", max_length=30
                    ),
                ),
                ("room", anchored.ground.fields.Line(blank=True, max_length=80)),
                ("video_link", anchored.ground.fields.Line(blank=True, max_length=300, verbose_name="link for video")),
                ("capacity", models.PositiveSmallIntegerField(default=12, verbose_name="places")),
            ],
            options={
                "ordering": ["name"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("ended_on", None), ("ended_on__gte", models.F("started_on")), _connector="OR"),
                        name="group_ends_after_it_starts",
                        violation_error_message="The end date must be the same as or after the start date.",
                    ),
                    models.CheckConstraint(condition=models.Q(("capacity__gte", 1)), name="a_group_has_a_place"),
                ],
            },
        ),
        migrations.CreateModel(
            name="GroupProgram",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("group", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="groups.group")),
                ("program", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="patients.program")),
            ],
            options={
                "verbose_name": "program of a group",
                "verbose_name_plural": "programs of groups",
                "constraints": [models.UniqueConstraint(fields=("group", "program"), name="a_group_serves_a_program_once")],
            },
        ),
        migrations.CreateModel(
            name="KeepApart",
            fields=[
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
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("reason", anchored.ground.fields.Prose(max_length=1000)),
                (
                    "recorded_by",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
                ),
                ("recorded_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "ended_by",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("ended_because", anchored.ground.fields.Line(blank=True, max_length=200)),
            ],
            options={
                "verbose_name": "people kept apart",
                "verbose_name_plural": "people kept apart",
                "ordering": ["-started_on", "recorded_at"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("ended_on", None), ("ended_on__gte", models.F("started_on")), _connector="OR"),
                        name="apart_ends_after_it_starts",
                        violation_error_message="The end date must be the same as or after the start date.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ended_because", ""), ("ended_by", None), ("ended_on", None)),
                            models.Q(
                                ("ended_by__isnull", False), ("ended_on__isnull", False), models.Q(("ended_because", ""), _negated=True)
                            ),
                            _connector="OR",
                        ),
                        name="apart_ended_by_somebody",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="KeptPerson",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("apart", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="people", to="groups.keepapart")),
                (
                    "patient",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="kept_apart", to="patients.patient"),
                ),
            ],
            options={
                "verbose_name": "person kept apart",
                "verbose_name_plural": "persons kept apart",
            },
        ),
        migrations.CreateModel(
            name="Leader",
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
                ("group", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="leaders", to="groups.group")),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="leads",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="person",
                    ),
                ),
                (
                    "part",
                    anchored.ground.fields.Choice(
                        choices=[("facilitator", "Facilitator"), ("co_facilitator", "Co-facilitator")], default="facilitator", max_length=30
                    ),
                ),
            ],
            options={
                "ordering": ["group", "-part", "user"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("ended_on", None), ("ended_on__gte", models.F("started_on")), _connector="OR"),
                        name="leader_ends_after_they_start",
                        violation_error_message="The end date must be the same as or after the start date.",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("ended_on", None)),
                        fields=("group", "user"),
                        name="one_open_lead_per_group_and_person",
                        violation_error_message="This person leads this group already.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Outreach",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("episode", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="outreach", to="patients.episode")),
                (
                    "channel",
                    anchored.ground.fields.Choice(
                        choices=[
                            ("phone", "Phone"),
                            ("text", "Text message"),
                            ("email", "Email"),
                            ("letter", "Letter"),
                            ("in_person", "In person only"),
                        ],
                        max_length=30,
                        verbose_name="how",
                    ),
                ),
                (
                    "contact",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="patients.contact",
                        verbose_name="whom",
                    ),
                ),
                (
                    "outcome",
                    anchored.ground.fields.Choice(
                        choices=[
                            ("spoke", "Spoke with the person"),
                            ("spoke_contact", "Spoke with a contact"),
                            ("message", "Left a message"),
                            ("no_answer", "No answer"),
                            ("wrong", "Wrong number or address"),
                        ],
                        max_length=30,
                    ),
                ),
                ("note", anchored.ground.fields.Prose(blank=True, max_length=1000, verbose_name="what was said")),
                ("next_step", anchored.ground.fields.Line(blank=True, max_length=300)),
                ("by", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "verbose_name_plural": "outreach",
                "ordering": ["-at"],
                "indexes": [models.Index(fields=["episode", "-at"], name="outreach_of_an_episode")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("outcome", "spoke_contact"), _negated=True), ("contact__isnull", False), _connector="OR"
                        ),
                        name="a_contact_has_a_name",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Slot",
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
                ("group", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="slots", to="groups.group")),
                (
                    "weekday",
                    models.PositiveSmallIntegerField(
                        choices=[
                            (0, "Monday"),
                            (1, "Tuesday"),
                            (2, "Wednesday"),
                            (3, "Thursday"),
                            (4, "Friday"),
                            (5, "Saturday"),
                            (6, "Sunday"),
                        ]
                    ),
                ),
                ("starts", models.PositiveSmallIntegerField(verbose_name="from")),
                ("ends", models.PositiveSmallIntegerField(verbose_name="to")),
                ("rest", models.PositiveSmallIntegerField(default=0, verbose_name="minutes of break")),
                ("room", anchored.ground.fields.Line(blank=True, help_text="Only when it is another than the group's.", max_length=80)),
            ],
            options={
                "ordering": ["weekday", "starts"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("ended_on", None), ("ended_on__gte", models.F("started_on")), _connector="OR"),
                        name="slot_ends_after_it_starts",
                        violation_error_message="The end date must be the same as or after the start date.",
                    ),
                    models.CheckConstraint(condition=models.Q(("weekday__range", (0, 6))), name="slot_is_on_a_weekday"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ends__gt", models.F("starts")),
                            ("ends__lte", 1440),
                            ("ends__lte", django.db.models.expressions.CombinedExpression(models.F("starts"), "+", models.Value(720))),
                        ),
                        name="slot_ends_later_that_day",
                        violation_error_message="The end must be after the start, on the same day, and within 12 hours.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("rest__lt", django.db.models.expressions.CombinedExpression(models.F("ends"), "-", models.F("starts")))
                        ),
                        name="slot_is_more_than_its_break",
                        violation_error_message="The break must be shorter than the meeting.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Topic",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "curriculum",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="topics", to="groups.curriculum"),
                ),
                ("title", anchored.ground.fields.Line(max_length=120)),
                ("order", models.PositiveSmallIntegerField(default=0)),
                ("offered", models.BooleanField(default=True)),
            ],
            options={
                "ordering": ["curriculum", "order", "id"],
                "constraints": [models.UniqueConstraint(fields=("curriculum", "title"), name="one_topic_per_title")],
            },
        ),
        migrations.CreateModel(
            name="Session",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("group", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="sessions", to="groups.group")),
                (
                    "slot",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="sessions", to="groups.slot"
                    ),
                ),
                ("planned_on", models.DateField(verbose_name="planned for")),
                ("held_on", models.DateField(verbose_name="held on")),
                ("started_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField()),
                ("minutes", models.PositiveSmallIntegerField()),
                ("room", anchored.ground.fields.Line(blank=True, max_length=80)),
                (
                    "covered_by",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "topic",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="sessions", to="groups.topic"
                    ),
                ),
                ("methods", anchored.ground.fields.Line(blank=True, max_length=300)),
                ("shared", anchored.ground.fields.Prose(blank=True, max_length=6000, verbose_name="what the group did")),
                ("version", models.PositiveIntegerField(default=0, editable=False)),
                (
                    "saved_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("saved_at", models.DateTimeField(blank=True, editable=False, null=True)),
                (
                    "cancelled_by",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("cancelled_at", models.DateTimeField(blank=True, null=True)),
                ("cancelled_because", anchored.ground.fields.Line(blank=True, max_length=300)),
                ("cancelled_by_plan", models.BooleanField(default=False, editable=False)),
            ],
            options={
                "ordering": ["started_at"],
                "indexes": [
                    models.Index(fields=["started_at"], name="sessions_by_start"),
                    models.Index(fields=["group", "started_at"], name="sessions_of_a_group"),
                    models.Index(fields=["held_on"], name="sessions_by_day"),
                    models.Index(fields=["group", "held_on"], name="sessions_of_a_group_by_day"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("slot", "planned_on"), name="one_session_per_slot_and_day"),
                    models.CheckConstraint(
                        condition=models.Q(("ended_at__gt", models.F("started_at"))), name="a_session_ends_after_it_starts"
                    ),
                    models.CheckConstraint(condition=models.Q(("minutes__gte", 1), ("minutes__lte", 720)), name="a_session_takes_minutes"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("cancelled_at", None), ("cancelled_by", None), ("cancelled_by_plan", False)),
                            models.Q(
                                ("cancelled_at__isnull", False),
                                models.Q(("cancelled_by__isnull", False), ("cancelled_by_plan", True), _connector="OR"),
                            ),
                            _connector="OR",
                        ),
                        name="session_cancelled_by_somebody",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("saved_at", None), ("saved_by", None)),
                            models.Q(("saved_at__isnull", False), ("saved_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="session_saved_by_somebody",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("cancelled_at", None), models.Q(("cancelled_because", ""), _negated=True), _connector="OR"),
                        name="session_cancelled_because",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Attendance",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("session", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="attendance", to="groups.session")),
                (
                    "episode",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="attendance", to="patients.episode"),
                ),
                (
                    "state",
                    anchored.ground.fields.Choice(
                        choices=[
                            ("present", "Present"),
                            ("late", "Late"),
                            ("left_early", "Left early"),
                            ("excused", "Excused"),
                            ("unexcused", "Unexcused"),
                        ],
                        max_length=30,
                    ),
                ),
                ("late", models.PositiveSmallIntegerField(default=0, verbose_name="minutes late")),
                ("early", models.PositiveSmallIntegerField(default=0, verbose_name="minutes left early")),
                ("reason", anchored.ground.fields.Line(blank=True, max_length=300)),
                ("is_guest", models.BooleanField(default=False, verbose_name="guest")),
                ("guest_because", anchored.ground.fields.Line(blank=True, max_length=200)),
                (
                    "marked_by",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
                ),
                ("marked_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("typed", models.JSONField(blank=True, default=dict)),
                ("version", models.PositiveIntegerField(default=0)),
                (
                    "saved_by",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("saved_at", models.DateTimeField(blank=True, null=True)),
                (
                    "note",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="attendance",
                        to="treatment_plans.note",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "attendance",
                "ordering": ["session", "marked_at"],
                "indexes": [
                    models.Index(fields=["episode", "session", "state"], name="attendance_of_an_episode"),
                    models.Index(condition=models.Q(("note", None)), fields=["episode", "session"], name="attendance_without_a_note"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("session", "episode"), name="one_mark_per_session_and_person"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("guest_because", ""), ("is_guest", False)),
                            models.Q(("is_guest", True), models.Q(("guest_because", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="a_guest_has_a_reason",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "excused"), _negated=True), models.Q(("reason", ""), _negated=True), _connector="OR"
                        ),
                        name="an_excuse_has_a_reason",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "present"), _negated=True), models.Q(("early", 0), ("late", 0)), _connector="OR"
                        ),
                        name="present_is_the_whole_session",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("saved_at", None), ("saved_by", None)),
                            models.Q(("saved_at__isnull", False), ("saved_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="attendance_saved_by_somebody",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("note", None), ("state__in", ["present", "late", "left_early"]), _connector="OR"),
                        name="who_came_has_the_note",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Relative",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "attendance",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="relatives", to="groups.attendance"),
                ),
                ("contact", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="patients.contact")),
                ("told", anchored.ground.fields.Prose(max_length=1000, verbose_name="what could be said to them")),
                (
                    "marked_by",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
                ),
                ("marked_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "taken_back_by",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("taken_back_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "verbose_name": "relative who came",
                "verbose_name_plural": "relatives who came",
                "ordering": ["marked_at"],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("told", ""), _negated=True), name="a_relative_may_be_told"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("taken_back_at", None), ("taken_back_by", None)),
                            models.Q(("taken_back_at__isnull", False), ("taken_back_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="relative_taken_back_by_somebody",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("taken_back_at", None)), fields=("attendance", "contact"), name="a_relative_comes_once"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="MakeUp",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("session", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="make_ups", to="groups.session")),
                ("episode", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="make_ups", to="patients.episode")),
                ("taken_by", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
                ("taken_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "cancelled_by",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("cancelled_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "verbose_name": "make-up place",
                "ordering": ["taken_at"],
                "indexes": [models.Index(fields=["episode"], name="make_ups_of_an_episode")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("cancelled_at", None)), fields=("session", "episode"), name="one_make_up_per_session_and_person"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("cancelled_at", None), ("cancelled_by", None)),
                            models.Q(("cancelled_at__isnull", False), ("cancelled_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="make_up_cancelled_by_somebody",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Told",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("session", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="told", to="groups.session")),
                ("episode", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="told", to="patients.episode")),
                ("news", anchored.ground.fields.Choice(choices=[("cancelled", "It is cancelled"), ("held", "It is held")], max_length=30)),
                ("told_by", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
                ("told_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "verbose_name": "call about a session",
                "verbose_name_plural": "calls about sessions",
                "ordering": ["told_at"],
                "indexes": [models.Index(fields=["session", "told_at"], name="who_was_told_of_a_session")],
            },
        ),
        migrations.CreateModel(
            name="Waiting",
            fields=[
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
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("group", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="waitings", to="groups.group")),
                ("episode", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="waitings", to="patients.episode")),
                ("added_by", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
                ("added_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "ended_by",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("ended_because", anchored.ground.fields.Line(blank=True, max_length=200)),
                (
                    "ended_with",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="patients.stay"
                    ),
                ),
            ],
            options={
                "verbose_name": "wait for a group",
                "verbose_name_plural": "waitlists of groups",
                "ordering": ["group", "added_at"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("ended_on", None), ("ended_on__gte", models.F("started_on")), _connector="OR"),
                        name="waiting_ends_after_it_starts",
                        violation_error_message="The end date must be the same as or after the start date.",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("ended_on", None)),
                        fields=("group", "episode"),
                        name="one_open_wait_per_group",
                        violation_error_message="This person waits for this group already.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ended_because", ""), ("ended_by", None), ("ended_on", None)),
                            models.Q(
                                ("ended_by__isnull", False), ("ended_on__isnull", False), models.Q(("ended_because", ""), _negated=True)
                            ),
                            _connector="OR",
                        ),
                        name="waiting_ended_by_somebody",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="AbsenceDecision",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "episode",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="absence_decisions", to="patients.episode"),
                ),
                (
                    "decision",
                    anchored.ground.fields.Choice(
                        choices=[
                            ("go_on", "Continue with a plan"),
                            ("change", "Change the group or the track"),
                            ("level", "Review the level of care"),
                            ("leaving", "Begin a discharge review"),
                        ],
                        max_length=30,
                    ),
                ),
                ("reason", anchored.ground.fields.Prose(max_length=2000)),
                ("by", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "verbose_name": "decision after absences",
                "verbose_name_plural": "decisions after absences",
                "ordering": ["-at"],
                "indexes": [models.Index(fields=["episode", "-at"], name="decisions_of_an_episode")],
                "constraints": [models.CheckConstraint(condition=models.Q(("reason", ""), _negated=True), name="a_decision_has_a_reason")],
            },
        ),
        migrations.CreateModel(
            name="AbsenceRule",
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
                    "program",
                    models.ForeignKey(
                        blank=True,
                        help_text="Empty: the whole house.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="absence_rules",
                        to="patients.program",
                    ),
                ),
                (
                    "counts",
                    anchored.ground.fields.Choice(
                        choices=[("unexcused", "Unexcused only"), ("any", "Excused and unexcused")],
                        default="unexcused",
                        max_length=30,
                        verbose_name="which absences",
                    ),
                ),
                (
                    "number",
                    models.PositiveSmallIntegerField(validators=[django.core.validators.MinValueValidator(1)], verbose_name="how many"),
                ),
                ("within_days", models.PositiveSmallIntegerField(blank=True, help_text="Empty: in a row.", null=True)),
                (
                    "follows",
                    anchored.ground.fields.Choice(
                        choices=[
                            ("call", "Call after absence"),
                            ("supervisor", "A supervisor decides"),
                            ("leaving", "A supervisor decides whether a discharge review begins"),
                        ],
                        max_length=30,
                        verbose_name="what follows",
                    ),
                ),
                ("due_hours", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="call due within hours")),
                (
                    "due_hours_in_danger",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        help_text="While a safety flag is raised. Empty: the same.",
                        null=True,
                        verbose_name="within hours with a safety flag",
                    ),
                ),
                ("citation", anchored.ground.fields.Prose(blank=True, max_length=1000, verbose_name="where the numbers come from")),
            ],
            options={
                "ordering": ["program", "follows", "number"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("ended_on", None), ("ended_on__gte", models.F("started_on")), _connector="OR"),
                        name="absence_rule_ends_after_it_starts",
                        violation_error_message="The end date must be the same as or after the start date.",
                    ),
                    models.CheckConstraint(condition=models.Q(("number__gte", 1)), name="an_absence_rule_counts_absences"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("due_hours__isnull", False), ("follows", "call")),
                            models.Q(("follows", "call"), _negated=True),
                            _connector="OR",
                        ),
                        name="a_call_is_due_sometime",
                        violation_error_message="Enter within how many hours the call is due.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Amendment",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "attendance",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="amendments", to="groups.attendance"),
                ),
                (
                    "was_state",
                    anchored.ground.fields.Choice(
                        choices=[
                            ("present", "Present"),
                            ("late", "Late"),
                            ("left_early", "Left early"),
                            ("excused", "Excused"),
                            ("unexcused", "Unexcused"),
                        ],
                        max_length=30,
                    ),
                ),
                ("was_late", models.PositiveSmallIntegerField()),
                ("was_early", models.PositiveSmallIntegerField()),
                ("was_reason", anchored.ground.fields.Line(blank=True, max_length=300)),
                (
                    "state",
                    anchored.ground.fields.Choice(
                        choices=[
                            ("present", "Present"),
                            ("late", "Late"),
                            ("left_early", "Left early"),
                            ("excused", "Excused"),
                            ("unexcused", "Unexcused"),
                        ],
                        max_length=30,
                    ),
                ),
                ("late", models.PositiveSmallIntegerField(default=0, verbose_name="minutes late")),
                ("early", models.PositiveSmallIntegerField(default=0, verbose_name="minutes left early")),
                ("reason", anchored.ground.fields.Line(blank=True, max_length=300)),
                ("because", anchored.ground.fields.Prose(max_length=1000, verbose_name="why the mark is wrong")),
                ("asked_by", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
                ("asked_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "outcome",
                    anchored.ground.fields.Choice(
                        blank=True,
                        choices=[("", "Waits for a second person"), ("made", "Corrected"), ("declined", "Left as it was")],
                        default="",
                        max_length=30,
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                (
                    "note",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="treatment_plans.note"
                    ),
                ),
                (
                    "replaces",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="amendments", to="patients.service"
                    ),
                ),
                (
                    "service",
                    models.OneToOneField(
                        blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="amendment", to="patients.service"
                    ),
                ),
            ],
            options={
                "verbose_name": "correction of attendance",
                "verbose_name_plural": "corrections of attendance",
                "ordering": ["asked_at"],
                "indexes": [models.Index(fields=["attendance", "asked_at"], name="amendments_of_a_mark")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("decided_at", None), ("decided_by", None), ("outcome", "")),
                            models.Q(
                                models.Q(("outcome", ""), _negated=True), ("decided_at__isnull", False), ("decided_by__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="amendment_decided_by_somebody",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("outcome", "made"), _negated=True),
                            models.Q(("decided_by", models.F("asked_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="a_mark_is_corrected_by_another",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "excused"), _negated=True), models.Q(("reason", ""), _negated=True), _connector="OR"
                        ),
                        name="a_corrected_excuse_has_a_reason",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("outcome", "")),
                        fields=("attendance",),
                        name="one_amendment_at_a_time",
                        violation_error_message="A correction of this mark waits already.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Closure",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("on", models.DateField()),
                ("name", anchored.ground.fields.Line(max_length=80)),
                (
                    "program",
                    models.ForeignKey(
                        blank=True,
                        help_text="Empty: the whole house.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="closures",
                        to="patients.program",
                    ),
                ),
                (
                    "holds",
                    models.BooleanField(
                        default=True, help_text="Take the tick away when groups meet that day after all.", verbose_name="we are closed"
                    ),
                ),
            ],
            options={
                "ordering": ["on"],
                "constraints": [
                    models.UniqueConstraint(fields=("on", "program"), name="one_closure_per_day_and_program"),
                    models.UniqueConstraint(condition=models.Q(("program", None)), fields=("on",), name="one_closure_of_the_house_per_day"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Enrolment",
            fields=[
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
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("group", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="enrolments", to="groups.group")),
                (
                    "episode",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="enrolments", to="patients.episode"),
                ),
                (
                    "enrolled_by",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
                ),
                ("enrolled_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "ended_by",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("ended_because", anchored.ground.fields.Line(blank=True, max_length=200)),
                (
                    "ended_with",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="patients.stay"
                    ),
                ),
            ],
            options={
                "ordering": ["group", "started_on"],
                "indexes": [models.Index(condition=models.Q(("ended_on", None)), fields=["group"], name="members_of_a_group")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("ended_on", None), ("ended_on__gte", models.F("started_on")), _connector="OR"),
                        name="enrolment_ends_after_it_starts",
                        violation_error_message="The end date must be the same as or after the start date.",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("ended_on", None)),
                        fields=("group", "episode"),
                        name="one_open_enrolment_per_group",
                        violation_error_message="This person is enrolled in this group already.",
                    ),
                    anchored.ground.intervals.Exclusion(
                        expressions=[
                            ("group", "="),
                            ("episode", "="),
                            (models.Func("started_on", "ended_on", models.Value("[)"), function="daterange"), "&&"),
                        ],
                        name="enrolments_do_not_overlap",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="Group",
            name="programs",
            field=models.ManyToManyField(related_name="groups", through="groups.GroupProgram", to="patients.program"),
        ),
    ]
