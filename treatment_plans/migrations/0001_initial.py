import uuid

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import anchored.ground.dates
import anchored.ground.fields
import treatment_plans.models.note


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "__first__"),
        ("patients", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="NoteFormat",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", anchored.ground.fields.Slug(max_length=20, unique=True)),
                ("name", anchored.ground.fields.Line(max_length=60, unique=True)),
                ("offered", models.BooleanField(default=True)),
                ("order", models.PositiveSmallIntegerField(default=0)),
            ],
            options={
                "ordering": ["order", "name"],
            },
        ),
        migrations.CreateModel(
            name="CaseloadReview",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("sealed_at", models.DateTimeField(editable=False, null=True)),
                ("digest", anchored.ground.fields.Line(blank=True, editable=False, max_length=64)),
                (
                    "clinician",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="caseload_reviews", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "supervisor",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
                ),
                ("begun_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("summary", anchored.ground.fields.Prose(blank=True, max_length=4000, verbose_name="what was agreed")),
                ("version", models.PositiveIntegerField(default=0, editable=False)),
            ],
            options={
                "ordering": ["-begun_at"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("sealed_at", None)), fields=("supervisor", "clinician"), name="one_caseload_review_draft"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="CaseloadFinding",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "review",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="findings", to="treatment_plans.caseloadreview"
                    ),
                ),
                (
                    "episode",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="caseload_findings", to="patients.episode"),
                ),
                ("looked", models.BooleanField(default=False, verbose_name="looked at")),
                ("finding", anchored.ground.fields.Prose(blank=True, max_length=2000)),
                ("follow_up", anchored.ground.fields.Line(blank=True, max_length=300)),
                ("due_on", models.DateField(blank=True, null=True, verbose_name="due")),
                (
                    "owner",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="follow_ups",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="who",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("follow_up", ""), _negated=True), fields=["owner", "due_on"], name="follow_ups_of_a_person"
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("review", "episode"), name="one_finding_per_review_and_episode"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("due_on", None), ("follow_up", ""), ("owner", None)),
                            models.Q(models.Q(("follow_up", ""), _negated=True), ("due_on__isnull", False), ("owner__isnull", False)),
                            _connector="OR",
                        ),
                        name="a_follow_up_has_a_day_and_somebody",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ContinuingCare",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("sealed_at", models.DateTimeField(editable=False, null=True)),
                ("digest", anchored.ground.fields.Line(blank=True, editable=False, max_length=64)),
                ("drawn", models.JSONField(blank=True, default=list, editable=False)),
                (
                    "started_by",
                    models.ForeignKey(
                        editable=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("started_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                (
                    "episode",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="continuing_care", to="patients.episode"),
                ),
                ("appointments", models.JSONField(blank=True, default=list)),
                ("supports", anchored.ground.fields.Prose(blank=True, max_length=2000, verbose_name="people and groups that help")),
                ("housing", anchored.ground.fields.Prose(blank=True, max_length=1000, verbose_name="where the patient lives")),
                ("medications", anchored.ground.fields.Prose(blank=True, max_length=2000)),
                ("told", anchored.ground.fields.Prose(blank=True, max_length=1000, verbose_name="who else is told")),
                ("way_back", anchored.ground.fields.Prose(blank=True, max_length=2000, verbose_name="how to come back")),
                ("crisis", anchored.ground.fields.Prose(blank=True, max_length=1000, verbose_name="in a crisis")),
                (
                    "kit",
                    anchored.ground.fields.Choice(
                        blank=True,
                        choices=[
                            ("", "Not said"),
                            ("has", "Has one and knows how to use it"),
                            ("given", "Given today, with instruction"),
                            ("declined", "Offered and declined"),
                            ("not_needed", "No opioid risk known"),
                        ],
                        default="",
                        max_length=30,
                        verbose_name="overdose reversal kit",
                    ),
                ),
                (
                    "part",
                    anchored.ground.fields.Choice(
                        blank=True,
                        choices=[
                            ("", "Not said"),
                            ("agrees", "Made it with us and agrees"),
                            ("disagrees", "Made it with us and would have it otherwise"),
                            ("declined", "Declined to take part"),
                            ("unable", "Could not take part"),
                        ],
                        default="",
                        max_length=30,
                        verbose_name="the patient's part",
                    ),
                ),
                (
                    "part_words",
                    anchored.ground.fields.Prose(blank=True, max_length=1000, verbose_name="in the patient's words, or why not"),
                ),
                ("signer_name", anchored.ground.fields.Line(blank=True, max_length=200, verbose_name="name of the patient as signed")),
                ("copy_given", models.BooleanField(default=False, verbose_name="the patient has a copy")),
            ],
            options={
                "verbose_name_plural": "continuing-care plans",
                "ordering": ["-started_at"],
                "abstract": False,
                "constraints": [
                    models.UniqueConstraint(condition=models.Q(("sealed_at", None)), fields=("episode",), name="one_continuing_care_draft")
                ],
            },
        ),
        migrations.CreateModel(
            name="CosignRule",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "credential",
                    anchored.ground.fields.Line(help_text="As it stands behind the name, like CADC-I or Intern.", max_length=60),
                ),
                (
                    "kind",
                    models.ForeignKey(
                        blank=True,
                        help_text="Empty: every kind of service.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="patients.servicekind",
                    ),
                ),
            ],
            options={
                "ordering": ["credential"],
                "constraints": [
                    models.UniqueConstraint(fields=("credential", "kind"), name="one_cosign_rule"),
                    models.UniqueConstraint(
                        condition=models.Q(("kind", None)), fields=("credential",), name="one_cosign_rule_for_every_service"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DischargeSummary",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("sealed_at", models.DateTimeField(editable=False, null=True)),
                ("digest", anchored.ground.fields.Line(blank=True, editable=False, max_length=64)),
                ("drawn", models.JSONField(blank=True, default=list, editable=False)),
                (
                    "started_by",
                    models.ForeignKey(
                        editable=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("started_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                (
                    "episode",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="discharge_summaries", to="patients.episode"
                    ),
                ),
                (
                    "discharge",
                    models.OneToOneField(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="summary",
                        to="patients.discharge",
                    ),
                ),
                ("course", anchored.ground.fields.Prose(blank=True, max_length=6000, verbose_name="what happened in treatment")),
                ("condition", anchored.ground.fields.Prose(blank=True, max_length=4000, verbose_name="how the patient leaves")),
                ("last_contact_on", models.DateField(blank=True, null=True, verbose_name="last contact on")),
                ("medications", anchored.ground.fields.Prose(blank=True, max_length=2000)),
                ("needs", anchored.ground.fields.Prose(blank=True, max_length=2000, verbose_name="what remains to be done")),
                ("recommendations", anchored.ground.fields.Prose(blank=True, max_length=2000)),
            ],
            options={
                "verbose_name_plural": "discharge summaries",
                "ordering": ["-started_at"],
                "abstract": False,
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("sealed_at", None)), fields=("episode",), name="one_discharge_summary_draft"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("sealed_at", None), ("discharge__isnull", False), _connector="OR"),
                        name="a_summary_is_of_a_discharge",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="FollowUpAnswer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "finding",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="answer", to="treatment_plans.caseloadfinding"
                    ),
                ),
                ("text", anchored.ground.fields.Prose(max_length=2000, verbose_name="what was done")),
                (
                    "answered_by",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
                ),
                ("answered_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
        ),
        migrations.CreateModel(
            name="LibraryEntry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    anchored.ground.fields.Choice(
                        choices=[("problem", "Problem"), ("goal", "Goal"), ("objective", "Objective"), ("intervention", "Intervention")],
                        max_length=30,
                    ),
                ),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="children",
                        to="treatment_plans.libraryentry",
                    ),
                ),
                (
                    "dimension",
                    anchored.ground.fields.Choice(
                        blank=True,
                        choices=[
                            ("", "None"),
                            ("1", "Dimension 1"),
                            ("2", "Dimension 2"),
                            ("3", "Dimension 3"),
                            ("4", "Dimension 4"),
                            ("5", "Dimension 5"),
                            ("6", "Dimension 6"),
                        ],
                        default="",
                        help_text="Of a problem.",
                        max_length=30,
                    ),
                ),
                ("text", anchored.ground.fields.Line(max_length=300)),
                ("measure", anchored.ground.fields.Line(blank=True, help_text="Of an objective: what is counted.", max_length=200)),
                (
                    "days",
                    models.PositiveSmallIntegerField(
                        blank=True, help_text="Of an objective.", null=True, verbose_name="days until its target"
                    ),
                ),
                (
                    "modality",
                    anchored.ground.fields.Choice(
                        blank=True,
                        choices=[
                            ("", "None"),
                            ("individual", "Individual therapy"),
                            ("group", "Group"),
                            ("family", "Family or couples session"),
                            ("case_management", "Case management"),
                            ("medication_management", "Medication management"),
                            ("peer_support", "Peer support"),
                            ("self_help", "Self-help"),
                            ("referral", "Referral"),
                        ],
                        default="",
                        help_text="Of an intervention.",
                        max_length=30,
                    ),
                ),
                (
                    "group_type",
                    anchored.ground.fields.Line(
                        blank=True, help_text="Of a group: psychoeducation, refusal training and so on.", max_length=40
                    ),
                ),
                ("frequency", anchored.ground.fields.Line(blank=True, help_text="Of an intervention: how often.", max_length=100)),
                ("duration", anchored.ground.fields.Line(blank=True, help_text="Of an intervention: for how long.", max_length=100)),
                ("offered", models.BooleanField(default=True, help_text="Untick what your house does not use.")),
                ("order", models.PositiveSmallIntegerField(default=0)),
            ],
            options={
                "verbose_name": "library entry",
                "verbose_name_plural": "plan library",
                "ordering": ["kind", "dimension", "order", "text"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "problem"), ("parent", None)),
                            models.Q(models.Q(("kind", "problem"), _negated=True), ("parent__isnull", False)),
                            _connector="OR",
                        ),
                        name="only_problems_stand_alone",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Note",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("sealed_at", models.DateTimeField(editable=False, null=True)),
                ("digest", anchored.ground.fields.Line(blank=True, editable=False, max_length=64)),
                ("episode", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="notes", to="patients.episode")),
                (
                    "author",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="notes", to=settings.AUTH_USER_MODEL),
                ),
                (
                    "service",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="notes",
                        to="patients.service",
                    ),
                ),
                (
                    "corrects",
                    models.OneToOneField(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="corrected_by",
                        to="treatment_plans.note",
                    ),
                ),
                ("typed", models.JSONField(blank=True, default=dict)),
                ("version", models.PositiveIntegerField(default=0)),
                ("begun_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("saved_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("discarded_at", models.DateTimeField(blank=True, editable=False, null=True)),
                ("format_name", anchored.ground.fields.Line(blank=True, editable=False, max_length=60)),
                ("sections", models.JSONField(blank=True, default=list, editable=False)),
                ("objectives", models.JSONField(blank=True, default=list, editable=False)),
                ("is_late", models.BooleanField(default=False, editable=False, verbose_name="late entry")),
                ("needs_cosign", models.BooleanField(default=False, editable=False)),
                ("cosigned_at", models.DateTimeField(blank=True, editable=False, null=True)),
                ("returned_at", models.DateTimeField(blank=True, editable=False, null=True)),
                ("replaced_at", models.DateTimeField(blank=True, editable=False, null=True)),
                ("in_error_at", models.DateTimeField(blank=True, editable=False, null=True)),
                ("found_by", treatment_plans.models.note.FoundBy(blank=True, default="", editable=False, max_length=200000)),
            ],
            options={
                "ordering": ["-begun_at"],
                "indexes": [
                    models.Index(fields=["episode", "-begun_at"], name="notes_of_an_episode"),
                    models.Index(
                        condition=models.Q(("discarded_at", None), ("sealed_at", None)),
                        fields=["author", "-saved_at"],
                        name="drafts_of_an_author",
                    ),
                    models.Index(
                        condition=models.Q(("sealed_at__isnull", False)),
                        fields=["author", "sealed_at"],
                        name="notes_signed_by_an_author",
                    ),
                    models.Index(
                        condition=models.Q(("replaced_at", None), ("returned_at__isnull", False)),
                        fields=["author"],
                        name="notes_returned",
                    ),
                    models.Index(
                        condition=models.Q(("cosigned_at", None), ("needs_cosign", True), ("returned_at", None)),
                        fields=["author"],
                        name="notes_to_cosign",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("sealed_at", None), models.Q(("discarded_at", None), ("service__isnull", False)), _connector="OR"
                        ),
                        name="a_signed_note_has_a_service",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("replaced_at", None), ("sealed_at__isnull", False)),
                        fields=("service",),
                        name="one_note_per_service",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("cosigned_at", None), ("in_error_at", None), ("replaced_at", None), ("returned_at", None)),
                            ("sealed_at__isnull", False),
                            _connector="OR",
                        ),
                        name="a_draft_is_only_a_draft",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("cosigned_at", None), ("returned_at", None), _connector="OR"),
                        name="a_note_is_cosigned_or_returned",
                    ),
                    models.CheckConstraint(condition=models.Q(("corrects", models.F("id")), _negated=True), name="a_note_corrects_another"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Appointment",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "episode",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="appointments", to="patients.episode"),
                ),
                (
                    "clinician",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="appointments", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "kind",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="patients.servicekind", verbose_name="service"
                    ),
                ),
                ("starts_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                (
                    "place",
                    anchored.ground.fields.Choice(
                        choices=[("in_person", "In person"), ("video", "Video"), ("phone", "Phone"), ("elsewhere", "Outside the clinic")],
                        default="in_person",
                        max_length=30,
                    ),
                ),
                (
                    "note",
                    models.OneToOneField(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="appointment",
                        to="treatment_plans.note",
                    ),
                ),
                (
                    "booked_by",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
                ),
                ("booked_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "outcome",
                    anchored.ground.fields.Choice(
                        blank=True,
                        choices=[
                            ("", "Planned"),
                            ("done", "Done"),
                            ("by_patient", "The patient cancelled"),
                            ("by_clinic", "The clinic cancelled"),
                            ("absent", "The patient did not come"),
                        ],
                        default="",
                        max_length=30,
                    ),
                ),
                ("because", anchored.ground.fields.Line(blank=True, max_length=300)),
                (
                    "closed_by",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "ordering": ["starts_at"],
                "indexes": [
                    models.Index(fields=["clinician", "starts_at"], name="appointments_of_a_clinician"),
                    models.Index(fields=["episode", "starts_at"], name="appointments_of_an_episode"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("ends_at__gt", models.F("starts_at"))), name="an_appointment_ends_after_it_starts"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("closed_at", None), ("closed_by", None), ("outcome", "")),
                            models.Q(("closed_at__isnull", False), ("closed_by__isnull", False), models.Q(("outcome", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="appointment_closed_by_somebody",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(models.Q(("outcome", "done"), _negated=True), ("note__isnull", False), _connector="OR"),
                        name="an_appointment_is_done_with_its_note",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="NoteInError",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "note",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="said_in_error", to="treatment_plans.note"),
                ),
                ("because", anchored.ground.fields.Prose(max_length=1000, verbose_name="why it was entered in error")),
                ("said_by", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
                ("said_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "outcome",
                    anchored.ground.fields.Choice(
                        blank=True,
                        choices=[("", "Waits for a second person"), ("struck", "Entered in error"), ("stands", "The note stands")],
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
            ],
            options={
                "verbose_name": "note said to be in error",
                "verbose_name_plural": "notes said to be in error",
                "ordering": ["-said_at"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("decided_at", None), ("decided_by", None), ("outcome", "")),
                            models.Q(
                                models.Q(("outcome", ""), _negated=True), ("decided_at__isnull", False), ("decided_by__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="in_error_decided_by_somebody",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("outcome", "struck"), _negated=True),
                            models.Q(("decided_by", models.F("said_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="a_note_is_struck_by_another",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("outcome", "stands"), _negated=True),
                        fields=("note",),
                        name="a_note_is_said_in_error_once",
                        violation_error_message="Somebody has said so already.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="NoteReturn",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "note",
                    models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name="returned", to="treatment_plans.note"),
                ),
                ("comment", anchored.ground.fields.Prose(max_length=2000)),
                ("by", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
        ),
        migrations.CreateModel(
            name="NoteSection",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "format",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="sections", to="treatment_plans.noteformat"
                    ),
                ),
                ("key", anchored.ground.fields.Slug(max_length=30)),
                ("heading", anchored.ground.fields.Line(max_length=60)),
                ("prompt", anchored.ground.fields.Line(blank=True, max_length=300)),
                ("required", models.BooleanField(default=True)),
                ("order", models.PositiveSmallIntegerField(default=0)),
            ],
            options={
                "ordering": ["format", "order", "id"],
                "constraints": [models.UniqueConstraint(fields=("format", "key"), name="one_section_per_key")],
            },
        ),
        migrations.CreateModel(
            name="Plan",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("sealed_at", models.DateTimeField(editable=False, null=True)),
                ("digest", anchored.ground.fields.Line(blank=True, editable=False, max_length=64)),
                ("episode", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="plans", to="patients.episode")),
                ("number", models.PositiveSmallIntegerField(verbose_name="version")),
                (
                    "previous",
                    models.OneToOneField(
                        blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="next", to="treatment_plans.plan"
                    ),
                ),
                (
                    "because",
                    anchored.ground.fields.Choice(
                        choices=[
                            ("initial", "First plan"),
                            ("review", "Review"),
                            ("move", "Move along the continuum"),
                            ("return_to_use", "Return to use"),
                            ("safety", "Safety event"),
                            ("request", "The patient asked for it"),
                            ("correction", "Correction"),
                        ],
                        default="initial",
                        max_length=30,
                        verbose_name="made because of",
                    ),
                ),
                ("strengths", anchored.ground.fields.Prose(blank=True, max_length=2000)),
                ("needs", anchored.ground.fields.Prose(blank=True, max_length=2000, verbose_name="needs and preferences")),
                ("barriers", anchored.ground.fields.Prose(blank=True, max_length=2000)),
                ("discharge_criteria", anchored.ground.fields.Prose(blank=True, max_length=2000)),
                ("expected_stay", anchored.ground.fields.Line(blank=True, max_length=100, verbose_name="expected length of stay")),
                ("needs_supervisor", models.BooleanField(default=False, verbose_name="a supervisor signs too")),
                (
                    "started_by",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
                ),
                ("started_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("in_force_at", models.DateTimeField(blank=True, editable=False, null=True)),
                ("superseded_at", models.DateTimeField(blank=True, editable=False, null=True)),
            ],
            options={
                "ordering": ["-number"],
                "constraints": [
                    models.UniqueConstraint(fields=("episode", "number"), name="one_plan_per_version"),
                    models.UniqueConstraint(
                        condition=models.Q(("in_force_at", None), ("superseded_at", None)),
                        fields=("episode",),
                        name="one_plan_in_the_making",
                        violation_error_message="A version of this plan is in the making already.",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("in_force_at__isnull", False), ("superseded_at", None)),
                        fields=("episode",),
                        name="one_plan_in_force",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("in_force_at", None), ("sealed_at__isnull", False), _connector="OR"),
                        name="a_plan_in_force_is_signed",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PatientWord",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("plan", models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name="word", to="treatment_plans.plan")),
                (
                    "view",
                    anchored.ground.fields.Choice(
                        blank=True, choices=[("agrees", "Agrees"), ("disagrees", "Disagrees"), ("", "Not said")], default="", max_length=30
                    ),
                ),
                ("words", anchored.ground.fields.Prose(blank=True, max_length=2000)),
                (
                    "how",
                    anchored.ground.fields.Choice(
                        choices=[
                            ("typed", "Signed, name typed"),
                            ("drawn", "Signed, drawn on screen"),
                            ("declined", "Declined to sign"),
                            ("unable", "Unable to sign"),
                        ],
                        max_length=30,
                    ),
                ),
                ("signer_name", anchored.ground.fields.Line(blank=True, max_length=200, verbose_name="name of who signed")),
                ("drawing", anchored.ground.fields.Prose(blank=True, max_length=20000)),
                ("reason", anchored.ground.fields.Line(blank=True, max_length=300)),
                ("digest", anchored.ground.fields.Line(max_length=64)),
                ("taken_by", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
                ("taken_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
        ),
        migrations.CreateModel(
            name="PlanEvent",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "episode",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="plan_events", to="patients.episode"),
                ),
                (
                    "kind",
                    anchored.ground.fields.Choice(
                        choices=[
                            ("return_to_use", "Return to use"),
                            ("safety", "Safety event"),
                            ("hospital", "Hospital or emergency room"),
                            ("request", "The patient asks for it"),
                            ("other", "Something else that matters"),
                        ],
                        max_length=30,
                        verbose_name="what happened",
                    ),
                ),
                ("happened_on", models.DateField(default=anchored.ground.dates.today, verbose_name="on")),
                ("words", anchored.ground.fields.Line(blank=True, max_length=300, verbose_name="in a few words")),
                ("said_by", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
                ("said_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "ordering": ["-happened_on", "-said_at"],
                "indexes": [models.Index(fields=["episode", "said_at"], name="plan_events_of_an_episode")],
            },
        ),
        migrations.CreateModel(
            name="PlanReview",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("sealed_at", models.DateTimeField(editable=False, null=True)),
                ("digest", anchored.ground.fields.Line(blank=True, editable=False, max_length=64)),
                ("plan", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="reviews", to="treatment_plans.plan")),
                ("made_on", models.DateField(default=anchored.ground.dates.today)),
                ("made_by", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
                ("made_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("participants", anchored.ground.fields.Line(blank=True, max_length=300, verbose_name="who took part")),
                ("objectives", models.JSONField(blank=True, default=list)),
                ("summary", anchored.ground.fields.Prose(max_length=4000)),
                (
                    "decision",
                    anchored.ground.fields.Choice(
                        choices=[
                            ("continue", "Continue the plan"),
                            ("revise", "Revise the plan"),
                            ("move", "Move along the continuum"),
                            ("discharge", "Discharge"),
                        ],
                        max_length=30,
                    ),
                ),
                ("next_on", models.DateField(blank=True, null=True, verbose_name="next review")),
            ],
            options={
                "ordering": ["-made_on", "-made_at"],
            },
        ),
        migrations.CreateModel(
            name="PreventionEntry",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "patient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="prevention_entries", to="patients.patient"
                    ),
                ),
                (
                    "section",
                    anchored.ground.fields.Choice(
                        choices=[
                            ("triggers", "My triggers"),
                            ("signs", "Early warning signs"),
                            ("coping", "What helps"),
                            ("people", "People I can call"),
                            ("reasons", "Why I stay the course"),
                            ("return", "If I use: what I do next"),
                            ("care", "How I get back into care"),
                        ],
                        max_length=30,
                    ),
                ),
                ("root", models.UUIDField(editable=False)),
                (
                    "replaces",
                    models.OneToOneField(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="replaced_by",
                        to="treatment_plans.preventionentry",
                    ),
                ),
                ("text", anchored.ground.fields.Prose(max_length=500)),
                ("how", anchored.ground.fields.Line(blank=True, max_length=200, verbose_name="how to reach them")),
                (
                    "contact",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="patients.contact",
                        verbose_name="from the contacts",
                    ),
                ),
                ("position", models.PositiveSmallIntegerField(default=0, editable=False)),
                (
                    "written_by",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
                ),
                ("written_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "removed_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("removed_at", models.DateTimeField(blank=True, editable=False, null=True)),
            ],
            options={
                "verbose_name_plural": "prevention entries",
                "ordering": ["position", "written_at", "id"],
                "indexes": [models.Index(fields=["root"], name="wordings_of_an_entry")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("removed_at", None), ("removed_by", None)),
                            models.Q(("removed_at__isnull", False), ("removed_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="prevention_entry_removed_by_somebody",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="PreventionLook",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "patient",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="prevention_looks", to="patients.patient"),
                ),
                ("day", models.DateField(default=anchored.ground.dates.today)),
                ("noted_by", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
                ("noted_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "ordering": ["-day", "-noted_at"],
            },
        ),
        migrations.CreateModel(
            name="Problem",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("root", models.UUIDField(default=uuid.uuid4, editable=False)),
                ("position", models.PositiveSmallIntegerField(default=0, editable=False)),
                (
                    "removed_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("removed_at", models.DateTimeField(blank=True, editable=False, null=True)),
                (
                    "plan",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="problems", to="treatment_plans.plan"),
                ),
                ("statement", anchored.ground.fields.Line(max_length=300, verbose_name="problem")),
                ("evidence", anchored.ground.fields.Prose(blank=True, max_length=2000, verbose_name="what shows it")),
                ("words", anchored.ground.fields.Line(blank=True, max_length=300, verbose_name="in the patient's words")),
                (
                    "dimension",
                    anchored.ground.fields.Choice(
                        blank=True,
                        choices=[
                            ("", "None"),
                            ("1", "Dimension 1"),
                            ("2", "Dimension 2"),
                            ("3", "Dimension 3"),
                            ("4", "Dimension 4"),
                            ("5", "Dimension 5"),
                            ("6", "Dimension 6"),
                        ],
                        default="",
                        max_length=30,
                    ),
                ),
                (
                    "diagnosis",
                    anchored.ground.fields.Line(
                        blank=True, help_text="Code and title, in the words of the day it was chosen.", max_length=220
                    ),
                ),
                (
                    "standing",
                    anchored.ground.fields.Choice(
                        choices=[
                            ("active", "Active"),
                            ("deferred", "Deferred"),
                            ("referred", "Referred elsewhere"),
                            ("resolved", "Resolved"),
                        ],
                        default="active",
                        max_length=30,
                    ),
                ),
                (
                    "standing_because",
                    anchored.ground.fields.Line(blank=True, max_length=300, verbose_name="why deferred or referred, or where to"),
                ),
            ],
            options={
                "ordering": ["position", "id"],
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("removed_at", None), ("removed_by", None)),
                            models.Q(("removed_at__isnull", False), ("removed_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="problem_removed_by_somebody",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Goal",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("root", models.UUIDField(default=uuid.uuid4, editable=False)),
                ("position", models.PositiveSmallIntegerField(default=0, editable=False)),
                (
                    "removed_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("removed_at", models.DateTimeField(blank=True, editable=False, null=True)),
                ("plan", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="goals", to="treatment_plans.plan")),
                (
                    "problem",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="goals", to="treatment_plans.problem"),
                ),
                ("text", anchored.ground.fields.Line(max_length=300, verbose_name="goal")),
                ("words", anchored.ground.fields.Line(blank=True, max_length=300, verbose_name="in the patient's words")),
            ],
            options={
                "ordering": ["position", "id"],
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("removed_at", None), ("removed_by", None)),
                            models.Q(("removed_at__isnull", False), ("removed_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="goal_removed_by_somebody",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Objective",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("root", models.UUIDField(default=uuid.uuid4, editable=False)),
                ("position", models.PositiveSmallIntegerField(default=0, editable=False)),
                (
                    "removed_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("removed_at", models.DateTimeField(blank=True, editable=False, null=True)),
                (
                    "plan",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="objectives", to="treatment_plans.plan"),
                ),
                (
                    "goal",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="objectives", to="treatment_plans.goal"),
                ),
                ("text", anchored.ground.fields.Line(max_length=300, verbose_name="objective")),
                ("measure", anchored.ground.fields.Line(blank=True, max_length=200)),
                ("target_on", models.DateField(blank=True, null=True, verbose_name="by")),
            ],
            options={
                "ordering": ["position", "id"],
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("removed_at", None), ("removed_by", None)),
                            models.Q(("removed_at__isnull", False), ("removed_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="objective_removed_by_somebody",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ObjectiveProgress",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "note",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="progress", to="treatment_plans.note"),
                ),
                (
                    "objective",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="progress", to="treatment_plans.objective"),
                ),
                ("root", models.UUIDField()),
                (
                    "standing",
                    anchored.ground.fields.Choice(
                        choices=[
                            ("on_track", "On track"),
                            ("some", "Some progress"),
                            ("stuck", "Stuck"),
                            ("met", "Met"),
                            ("changed", "Changed"),
                        ],
                        max_length=30,
                    ),
                ),
                ("words", anchored.ground.fields.Line(blank=True, max_length=300)),
            ],
            options={
                "indexes": [models.Index(fields=["root"], name="thread_of_an_objective")],
                "constraints": [models.UniqueConstraint(fields=("note", "objective"), name="one_word_per_note_and_objective")],
            },
        ),
        migrations.CreateModel(
            name="Intervention",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("root", models.UUIDField(default=uuid.uuid4, editable=False)),
                ("position", models.PositiveSmallIntegerField(default=0, editable=False)),
                (
                    "removed_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("removed_at", models.DateTimeField(blank=True, editable=False, null=True)),
                (
                    "plan",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="interventions", to="treatment_plans.plan"),
                ),
                (
                    "objective",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="interventions", to="treatment_plans.objective"
                    ),
                ),
                (
                    "modality",
                    anchored.ground.fields.Choice(
                        choices=[
                            ("individual", "Individual therapy"),
                            ("group", "Group"),
                            ("family", "Family or couples session"),
                            ("case_management", "Case management"),
                            ("medication_management", "Medication management"),
                            ("peer_support", "Peer support"),
                            ("self_help", "Self-help"),
                            ("referral", "Referral"),
                        ],
                        max_length=30,
                        verbose_name="how",
                    ),
                ),
                ("text", anchored.ground.fields.Line(max_length=300, verbose_name="what")),
                ("frequency", anchored.ground.fields.Line(blank=True, max_length=100, verbose_name="how often")),
                ("duration", anchored.ground.fields.Line(blank=True, max_length=100, verbose_name="for how long")),
                (
                    "responsible",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="who",
                    ),
                ),
            ],
            options={
                "ordering": ["position", "id"],
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("removed_at", None), ("removed_by", None)),
                            models.Q(("removed_at__isnull", False), ("removed_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="intervention_removed_by_somebody",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Snippet",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "owner",
                    models.ForeignKey(
                        editable=False, on_delete=django.db.models.deletion.PROTECT, related_name="snippets", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("name", anchored.ground.fields.Line(max_length=60)),
                (
                    "text",
                    anchored.ground.fields.Prose(
                        help_text="No patient's name or facts: what is true of one person is written in their note.", max_length=2000
                    ),
                ),
                ("order", models.PositiveSmallIntegerField(default=0, editable=False)),
            ],
            options={
                "ordering": ["order", "id"],
                "constraints": [models.UniqueConstraint(fields=("owner", "name"), name="one_snippet_of_a_name")],
            },
        ),
        migrations.CreateModel(
            name="WhyAlike",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "note",
                    models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name="why_alike", to="treatment_plans.note"),
                ),
                ("percent", models.PositiveSmallIntegerField(verbose_name="likeness in percent")),
                ("because", anchored.ground.fields.Prose(max_length=1000, verbose_name="why they are alike")),
                ("by", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "verbose_name": "reason for a near copy",
                "verbose_name_plural": "reasons for near copies",
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("percent__gte", 1), ("percent__lte", 100)), name="likeness_is_a_percentage"),
                    models.CheckConstraint(condition=models.Q(("because", ""), _negated=True), name="a_near_copy_has_a_reason"),
                ],
            },
        ),
    ]
