import uuid

import django.core.validators
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import anchored.ground.dates
import anchored.ground.fields
import anchored.ground.intervals
import anchored.ground.operations
import patients.models.patient


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "__first__"),
    ]

    operations = [
        anchored.ground.operations.Extension(
            name="btree_gist",
        ),
        anchored.ground.operations.Extension(
            name="pg_trgm",
        ),
        migrations.CreateModel(
            name="Patient",
            fields=[
                (
                    "education",
                    anchored.ground.fields.Choice(
                        blank=True,
                        choices=[
                            ("0", "No schooling"),
                            ("72", "Nursery or preschool"),
                            ("73", "Kindergarten"),
                            ("1", "Grade 1"),
                            ("2", "Grade 2"),
                            ("3", "Grade 3"),
                            ("4", "Grade 4"),
                            ("5", "Grade 5"),
                            ("6", "Grade 6"),
                            ("7", "Grade 7"),
                            ("8", "Grade 8"),
                            ("9", "Grade 9"),
                            ("10", "Grade 10"),
                            ("11", "Grade 11"),
                            ("12", "Grade 12 or GED"),
                            ("13", "College, year 1"),
                            ("14", "College, year 2"),
                            ("15", "College, year 3"),
                            ("16", "College, year 4"),
                            ("17", "Some postgraduate study"),
                            ("18", "Graduate or professional degree"),
                            ("71", "Vocational school"),
                            ("74", "Self-contained special education"),
                            ("P1", "Grade 8 or less"),
                            ("P2", "Grades 9 to 11"),
                            ("P4", "1 to 3 years of college, or vocational school"),
                            ("P5", "4 years of college or more"),
                            ("97", "Unknown"),
                            ("98", "Not collected"),
                        ],
                        default="",
                        max_length=6,
                    ),
                ),
                (
                    "marital_status",
                    anchored.ground.fields.Choice(
                        blank=True,
                        choices=[
                            ("1", "Never married"),
                            ("2", "Married or living as married"),
                            ("3", "Separated"),
                            ("4", "Divorced"),
                            ("5", "Widowed"),
                            ("P4", "Divorced or widowed"),
                            ("97", "Unknown"),
                            ("98", "Not collected"),
                        ],
                        default="",
                        max_length=6,
                    ),
                ),
                (
                    "employment",
                    anchored.ground.fields.Choice(
                        blank=True,
                        choices=[
                            ("1", "Employed full time"),
                            ("2", "Employed part time"),
                            ("5", "Employed, hours not specified"),
                            ("3", "Unemployed, looking for work"),
                            ("4", "Not in the labor force"),
                            ("97", "Unknown"),
                            ("98", "Not collected"),
                        ],
                        default="",
                        max_length=6,
                    ),
                ),
                (
                    "not_in_labor_detail",
                    anchored.ground.fields.Choice(
                        blank=True,
                        choices=[
                            ("1", "Homemaker"),
                            ("2", "Student"),
                            ("3", "Retired"),
                            ("4", "Has a disability"),
                            ("5", "Living in an institution"),
                            ("7", "Sheltered employment"),
                            ("6", "Other"),
                            ("P3", "Retired or has a disability"),
                            ("P5", "Other, or sheltered employment"),
                            ("96", "Not applicable"),
                            ("97", "Unknown"),
                            ("98", "Not collected"),
                        ],
                        default="",
                        max_length=6,
                        verbose_name="why not in the labor force",
                    ),
                ),
                (
                    "living_arrangement",
                    anchored.ground.fields.Choice(
                        blank=True,
                        choices=[
                            ("1", "Experiencing homelessness"),
                            ("2", "Dependent living"),
                            ("3", "Independent living"),
                            ("97", "Unknown"),
                            ("98", "Not collected"),
                        ],
                        default="",
                        max_length=6,
                    ),
                ),
                (
                    "income_source",
                    anchored.ground.fields.Choice(
                        blank=True,
                        choices=[
                            ("1", "Wages or salary"),
                            ("2", "Public assistance"),
                            ("3", "Retirement or pension"),
                            ("4", "Disability benefits"),
                            ("20", "Other"),
                            ("21", "None"),
                            ("P3", "Retirement, pension or disability benefits"),
                            ("97", "Unknown"),
                            ("98", "Not collected"),
                        ],
                        default="",
                        max_length=6,
                    ),
                ),
                (
                    "health_insurance",
                    anchored.ground.fields.Choice(
                        blank=True,
                        choices=[
                            ("1", "Private insurance"),
                            ("2", "Blue Cross or Blue Shield"),
                            ("6", "HMO"),
                            ("4", "Medicaid"),
                            ("3", "Medicare"),
                            ("20", "Other, such as TRICARE"),
                            ("21", "None"),
                            ("P1", "Private insurance, Blue Cross, Blue Shield or HMO"),
                            ("P3", "Medicare or other, such as TRICARE"),
                            ("97", "Unknown"),
                            ("98", "Not collected"),
                        ],
                        default="",
                        max_length=6,
                    ),
                ),
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("record_number", models.PositiveIntegerField(editable=False, unique=True)),
                ("given_name", anchored.ground.fields.Line(max_length=100)),
                ("family_name", anchored.ground.fields.Line(blank=True, max_length=100)),
                ("preferred_name", anchored.ground.fields.Line(blank=True, max_length=100)),
                ("pronouns", anchored.ground.fields.Line(blank=True, max_length=40)),
                ("birth_date", models.DateField(blank=True, null=True, verbose_name="date of birth")),
                ("phone", anchored.ground.fields.Line(blank=True, max_length=40)),
                ("email", anchored.ground.fields.Email(blank=True, max_length=254)),
                ("street", anchored.ground.fields.Line(blank=True, max_length=200)),
                ("city", anchored.ground.fields.Line(blank=True, max_length=100)),
                ("state", anchored.ground.fields.Line(blank=True, max_length=40)),
                ("postal_code", anchored.ground.fields.Line(blank=True, max_length=20)),
                ("language", anchored.ground.fields.Line(blank=True, max_length=60)),
                ("needs_interpreter", models.BooleanField(default=False, verbose_name="needs an interpreter")),
                ("allergies", anchored.ground.fields.Prose(blank=True, max_length=1000)),
                (
                    "reach_by",
                    anchored.ground.fields.Choice(
                        blank=True,
                        choices=[
                            ("", "Not said"),
                            ("phone", "Phone"),
                            ("text", "Text message"),
                            ("email", "Email"),
                            ("letter", "Letter"),
                            ("in_person", "In person only"),
                        ],
                        default="",
                        max_length=30,
                        verbose_name="reach them by",
                    ),
                ),
                ("may_leave_message", models.BooleanField(default=False, verbose_name="a message may be left")),
                ("reach_wishes", anchored.ground.fields.Prose(blank=True, max_length=1000, verbose_name="wishes about being reached")),
                (
                    "sex",
                    anchored.ground.fields.Choice(
                        blank=True,
                        choices=[("1", "Male"), ("2", "Female"), ("97", "Unknown"), ("98", "Not collected")],
                        default="",
                        max_length=6,
                    ),
                ),
                (
                    "race",
                    anchored.ground.fields.Choice(
                        blank=True,
                        choices=[
                            ("1", "Alaska Native"),
                            ("2", "American Indian"),
                            ("13", "Asian"),
                            ("4", "Black or African American"),
                            ("23", "Native Hawaiian or other Pacific Islander"),
                            ("5", "White"),
                            ("20", "Another single race"),
                            ("21", "Two or more races"),
                            ("3", "Asian or Pacific Islander"),
                            ("97", "Unknown"),
                            ("98", "Not collected"),
                        ],
                        default="",
                        max_length=6,
                    ),
                ),
                (
                    "ethnicity",
                    anchored.ground.fields.Choice(
                        blank=True,
                        choices=[
                            ("5", "Not Hispanic or Latino"),
                            ("1", "Puerto Rican"),
                            ("2", "Mexican"),
                            ("3", "Cuban"),
                            ("4", "Another specific Hispanic or Latino origin"),
                            ("6", "Hispanic or Latino, origin not specified"),
                            ("P3", "Cuban or another specific Hispanic or Latino origin"),
                            ("97", "Unknown"),
                            ("98", "Not collected"),
                        ],
                        default="",
                        max_length=6,
                    ),
                ),
                (
                    "veteran",
                    anchored.ground.fields.Choice(
                        blank=True,
                        choices=[("1", "Yes"), ("2", "No"), ("97", "Unknown"), ("98", "Not collected")],
                        default="",
                        max_length=6,
                    ),
                ),
                ("restricted", models.BooleanField(default=False, help_text="Opens only for the people named on the record.")),
                (
                    "registered_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("registered_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                (
                    "merged_into",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="merged",
                        to="patients.patient",
                    ),
                ),
                ("also_found_by", anchored.ground.fields.Prose(blank=True, default="", editable=False, max_length=20000)),
                ("find_by", patients.models.patient.FindBy(default="", editable=False, max_length=20000)),
            ],
            options={
                "ordering": ["family_name", "given_name", "record_number"],
                "indexes": [
                    models.Index(fields=["family_name", "given_name", "record_number"], name="patients_by_name"),
                    models.Index(fields=["birth_date"], name="patients_by_birth_date"),
                    models.Index(fields=["registered_by", "registered_at"], name="patients_by_registrar"),
                ],
            },
        ),
        migrations.CreateModel(
            name="DiagnosisCode",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", anchored.ground.fields.Line(max_length=10, unique=True)),
                ("title", anchored.ground.fields.Line(max_length=200)),
                ("fits_mild", models.BooleanField(default=True, verbose_name="goes with mild")),
                ("fits_moderate", models.BooleanField(default=True, verbose_name="goes with moderate")),
                ("fits_severe", models.BooleanField(default=True, verbose_name="goes with severe")),
                (
                    "remission",
                    anchored.ground.fields.Choice(
                        choices=[
                            ("either", "With or without remission"),
                            ("without", "Only while not in remission"),
                            ("with", "Only in remission"),
                        ],
                        default="either",
                        max_length=30,
                    ),
                ),
                ("offered", models.BooleanField(default=True)),
            ],
            options={
                "ordering": ["code"],
            },
        ),
        migrations.CreateModel(
            name="DischargeReason",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", anchored.ground.fields.Slug(max_length=40, unique=True)),
                ("label", anchored.ground.fields.Line(max_length=80)),
                ("teds_code", anchored.ground.fields.Line(max_length=4, verbose_name="TEDS code")),
                ("order", models.PositiveSmallIntegerField(default=0)),
                ("offered", models.BooleanField(default=True)),
            ],
            options={
                "ordering": ["order", "label"],
            },
        ),
        migrations.CreateModel(
            name="MinorRule",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "state",
                    anchored.ground.fields.Line(
                        blank=True,
                        help_text="As written in addresses, like NY. Empty: where no other row speaks.",
                        max_length=40,
                        unique=True,
                    ),
                ),
                ("adult_age", models.PositiveSmallIntegerField(default=18, verbose_name="of age from")),
                (
                    "consent_age",
                    models.PositiveSmallIntegerField(
                        blank=True, help_text="Empty: not before of age.", null=True, verbose_name="may consent alone from"
                    ),
                ),
                ("guardian_signs_too", models.BooleanField(default=False, verbose_name="a guardian signs beside a minor who may consent")),
                ("citation", anchored.ground.fields.Prose(blank=True, max_length=1000, verbose_name="where this comes from")),
            ],
            options={
                "ordering": ["state"],
            },
        ),
        migrations.CreateModel(
            name="MoveBasis",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", anchored.ground.fields.Slug(max_length=40, unique=True)),
                ("label", anchored.ground.fields.Line(max_length=80)),
                ("order", models.PositiveSmallIntegerField(default=0)),
                ("offered", models.BooleanField(default=True, help_text="Shown on the move form.")),
            ],
            options={
                "verbose_name_plural": "move bases",
                "ordering": ["order", "label"],
            },
        ),
        migrations.CreateModel(
            name="Phase",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", anchored.ground.fields.Line(max_length=60, unique=True)),
                ("short_name", anchored.ground.fields.Line(max_length=20, unique=True)),
                ("order", models.PositiveSmallIntegerField(default=0)),
            ],
            options={
                "ordering": ["order", "name"],
            },
        ),
        migrations.CreateModel(
            name="RecordNumber",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("last", models.PositiveIntegerField(default=1000)),
            ],
        ),
        migrations.CreateModel(
            name="Relation",
            fields=[
                (
                    "patient",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="patients.patient",
                    ),
                ),
                ("user", models.ForeignKey(on_delete=django.db.models.deletion.DO_NOTHING, related_name="+", to=settings.AUTH_USER_MODEL)),
                ("episode_id", models.UUIDField(null=True)),
                ("kind", models.CharField(max_length=20)),
                ("is_open", models.BooleanField()),
                ("left_on", models.DateField(null=True)),
                ("started_on", models.DateField()),
                ("post_started_on", models.DateField()),
                ("post_ended_on", models.DateField(null=True)),
                ("registered_at", models.DateTimeField(null=True)),
            ],
            options={
                "db_table": "patients_relation",
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="Commitment",
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
                (
                    "patient",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="commitments", to="patients.patient"),
                ),
                (
                    "kind",
                    anchored.ground.fields.Choice(
                        choices=[
                            ("work", "Work"),
                            ("school", "School"),
                            ("court", "Court or probation"),
                            ("childcare", "Childcare"),
                            ("travel", "Travel"),
                            ("other", "Other"),
                        ],
                        max_length=30,
                    ),
                ),
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
                (
                    "starts",
                    models.PositiveSmallIntegerField(validators=[django.core.validators.MaxValueValidator(1440)], verbose_name="from"),
                ),
                ("ends", models.PositiveSmallIntegerField(validators=[django.core.validators.MaxValueValidator(1440)], verbose_name="to")),
                ("note", anchored.ground.fields.Line(blank=True, max_length=200)),
                ("added_by", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
                ("added_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "ended_by",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "ordering": ["weekday", "starts", "ends"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("ended_on", None), ("ended_on__gte", models.F("started_on")), _connector="OR"),
                        name="commitment_ends_after_it_starts",
                        violation_error_message="The end date must be the same as or after the start date.",
                    ),
                    models.CheckConstraint(condition=models.Q(("weekday__range", (0, 6))), name="commitment_is_on_a_weekday"),
                    models.CheckConstraint(
                        condition=models.Q(("ends__gt", models.F("starts")), ("ends__lte", 1440)),
                        name="commitment_ends_later_that_day",
                        violation_error_message="The end must be after the start, on the same day.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Contact",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("patient", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="contacts", to="patients.patient")),
                ("name", anchored.ground.fields.Line(max_length=120)),
                (
                    "relationship",
                    anchored.ground.fields.Choice(
                        choices=[
                            ("self", "The patient"),
                            ("spouse", "Spouse"),
                            ("partner", "Partner"),
                            ("former_partner", "Former partner"),
                            ("parent", "Parent"),
                            ("step_parent", "Step-parent"),
                            ("child", "Child"),
                            ("sibling", "Sibling"),
                            ("grandparent", "Grandparent"),
                            ("relative", "Other relative"),
                            ("friend", "Friend"),
                            ("guardian", "Guardian"),
                            ("proxy", "Health care proxy"),
                            ("foster_parent", "Foster parent"),
                            ("sponsor", "Sponsor"),
                            ("coach", "Recovery coach"),
                            ("employer", "Employer"),
                            ("assistance", "Employee assistance program"),
                            ("school", "School"),
                            ("probation", "Probation or parole officer"),
                            ("court", "Court"),
                            ("attorney", "Attorney"),
                            ("child_welfare", "Child-welfare worker"),
                            ("case_manager", "Case manager"),
                            ("primary_care", "Primary-care clinician"),
                            ("hospital", "Hospital"),
                            ("psychiatrist", "Psychiatrist"),
                            ("therapist", "Therapist"),
                            ("prescriber", "Prescriber of medication for addiction"),
                            ("pharmacy", "Pharmacy"),
                            ("treatment", "Other treatment program"),
                            ("housing", "Housing or sober living"),
                            ("payer", "Payer"),
                            ("clergy", "Clergy"),
                            ("other", "Other"),
                        ],
                        max_length=30,
                        verbose_name="who this is to the patient",
                    ),
                ),
                ("organisation", anchored.ground.fields.Line(blank=True, max_length=120)),
                ("phone", anchored.ground.fields.Line(blank=True, max_length=40)),
                ("email", anchored.ground.fields.Email(blank=True, max_length=254)),
                (
                    "channel",
                    anchored.ground.fields.Choice(
                        blank=True,
                        choices=[
                            ("", "Not said"),
                            ("phone", "Phone"),
                            ("text", "Text message"),
                            ("email", "Email"),
                            ("letter", "Letter"),
                            ("in_person", "In person only"),
                        ],
                        default="",
                        max_length=30,
                        verbose_name="reach them by",
                    ),
                ),
                ("times", anchored.ground.fields.Line(blank=True, max_length=200, verbose_name="when")),
                ("may_leave_message", models.BooleanField(default=False, verbose_name="a message may be left")),
                ("may_be_told", anchored.ground.fields.Prose(blank=True, max_length=1000, verbose_name="what may be said to them")),
                ("caution", anchored.ground.fields.Line(blank=True, max_length=300)),
                ("is_emergency", models.BooleanField(default=False, verbose_name="emergency contact")),
                ("is_guardian", models.BooleanField(default=False, verbose_name="legal guardian, signs for a minor")),
                ("added_by", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
                ("added_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "removed_by",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("removed_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "ordering": ["-is_emergency", "name", "added_at"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("removed_at", None), ("removed_by", None)),
                            models.Q(("removed_at__isnull", False), ("removed_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="contact_removed_by_somebody",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Diagnosis",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "patient",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="diagnoses", to="patients.patient"),
                ),
                (
                    "code",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="diagnoses",
                        to="patients.diagnosiscode",
                        verbose_name="diagnosis",
                    ),
                ),
                (
                    "severity",
                    anchored.ground.fields.Choice(
                        blank=True,
                        choices=[("", "Not said"), ("mild", "Mild"), ("moderate", "Moderate"), ("severe", "Severe")],
                        default="",
                        max_length=30,
                    ),
                ),
                (
                    "criteria",
                    models.PositiveSmallIntegerField(
                        blank=True, null=True, validators=[django.core.validators.MaxValueValidator(11)], verbose_name="criteria met, of 11"
                    ),
                ),
                (
                    "remission",
                    anchored.ground.fields.Choice(
                        choices=[("none", "Not in remission"), ("early", "Early remission"), ("sustained", "Sustained remission")],
                        default="none",
                        max_length=30,
                    ),
                ),
                ("in_controlled_environment", models.BooleanField(default=False, verbose_name="in a controlled environment")),
                ("on_maintenance_therapy", models.BooleanField(default=False, verbose_name="on maintenance therapy")),
                ("is_primary", models.BooleanField(default=False, verbose_name="primary diagnosis")),
                ("diagnosed_on", models.DateField(default=anchored.ground.dates.today, verbose_name="since")),
                (
                    "diagnosed_by",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
                ),
                (
                    "resolved_on",
                    models.DateField(blank=True, help_text="The first day it no longer stands.", null=True, verbose_name="resolved"),
                ),
                (
                    "resolved_by",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
                ),
                ("recorded_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "entered_in_error_by",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("entered_in_error_at", models.DateTimeField(blank=True, null=True)),
                ("entered_in_error_because", anchored.ground.fields.Line(blank=True, max_length=300, verbose_name="why it was an error")),
            ],
            options={
                "verbose_name_plural": "diagnoses",
                "ordering": ["-is_primary", "code__code", "diagnosed_on"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("entered_in_error_at", None), ("resolved_on", None), ("is_primary", True)),
                        fields=("patient",),
                        name="one_primary_diagnosis",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("entered_in_error_at", None), ("resolved_on", None)),
                        fields=("patient", "code"),
                        name="a_diagnosis_stands_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("resolved_on", None), ("resolved_on__gte", models.F("diagnosed_on")), _connector="OR"),
                        name="diagnosis_resolved_after_it_was_made",
                        violation_error_message="A diagnosis cannot be resolved before it was made.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("resolved_by", None), ("resolved_on", None)),
                            models.Q(("resolved_by__isnull", False), ("resolved_on__isnull", False)),
                            _connector="OR",
                        ),
                        name="diagnosis_resolved_by_somebody",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("criteria", None), ("criteria__lte", 11), _connector="OR"), name="eleven_criteria_at_most"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("entered_in_error_at", None), ("entered_in_error_because", ""), ("entered_in_error_by", None)),
                            models.Q(
                                ("entered_in_error_at__isnull", False),
                                ("entered_in_error_by__isnull", False),
                                models.Q(("entered_in_error_because", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="diagnosis_in_error_because",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Dimension",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "edition",
                    anchored.ground.fields.Choice(choices=[("3", "3rd edition (2013)"), ("4", "4th edition (2023)")], max_length=30),
                ),
                ("number", models.PositiveSmallIntegerField()),
                ("name", anchored.ground.fields.Line(max_length=100)),
                ("short_name", anchored.ground.fields.Line(max_length=30)),
                ("is_rated", models.BooleanField(default=True, verbose_name="rated")),
                (
                    "guide",
                    anchored.ground.fields.Prose(
                        blank=True, help_text="A licensed site may paste its own guide here.", max_length=8000, verbose_name="rating guide"
                    ),
                ),
            ],
            options={
                "ordering": ["edition", "number"],
                "constraints": [models.UniqueConstraint(fields=("edition", "number"), name="one_dimension_per_number_and_edition")],
            },
        ),
        migrations.CreateModel(
            name="Episode",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("patient", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="episodes", to="patients.patient")),
                ("started_on", models.DateField(verbose_name="admitted on")),
                (
                    "ended_on",
                    models.DateField(blank=True, help_text="The first day no longer in care.", null=True, verbose_name="discharged on"),
                ),
                (
                    "opened_by",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("opened_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "ordering": ["-started_on", "-opened_at"],
                "indexes": [models.Index(fields=["started_on"], name="episodes_by_admission")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("ended_on", None), ("ended_on__gte", models.F("started_on")), _connector="OR"),
                        name="episode_ends_after_it_starts",
                        violation_error_message="The end date must be the same as or after the start date.",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("ended_on", None)),
                        fields=("patient",),
                        name="one_open_episode_per_patient",
                        violation_error_message="This person is in care already.",
                    ),
                    anchored.ground.intervals.Exclusion(
                        expressions=[
                            ("patient", "="),
                            (models.Func("started_on", "ended_on", models.Value("[)"), function="daterange"), "&&"),
                        ],
                        name="episodes_do_not_overlap",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Discharge",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "episode",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="discharges", to="patients.episode"),
                ),
                ("on", models.DateField()),
                ("reason", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="patients.dischargereason")),
                ("note", anchored.ground.fields.Prose(blank=True, max_length=4000)),
                (
                    "discharged_by",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
                ),
                ("discharged_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "undone_by",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("undone_at", models.DateTimeField(blank=True, null=True)),
                ("undone_because", anchored.ground.fields.Prose(blank=True, max_length=500)),
            ],
            options={
                "ordering": ["-discharged_at"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("undone_at", None)), fields=("episode",), name="one_discharge_in_force_per_episode"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("undone_at", None), ("undone_by", None)),
                            models.Q(("undone_at__isnull", False), ("undone_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="discharge_undone_by_somebody",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CareTeamMember",
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
                ("episode", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="team", to="patients.episode")),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="care_team_posts", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "part",
                    anchored.ground.fields.Choice(
                        choices=[
                            ("primary", "Primary clinician"),
                            ("covering", "Covering clinician"),
                            ("prescriber", "Prescriber or nurse"),
                            ("case_manager", "Case manager"),
                        ],
                        default="primary",
                        max_length=30,
                    ),
                ),
                ("handover_note", anchored.ground.fields.Prose(blank=True, max_length=4000)),
                (
                    "assigned_by",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("assigned_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "closed_with",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="patients.discharge"
                    ),
                ),
            ],
            options={
                "ordering": ["started_on", "assigned_at"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("ended_on", None)), fields=["user", "part", "episode"], name="open_posts_of_a_clinician"
                    ),
                    models.Index(
                        condition=models.Q(("ended_on__isnull", False)), fields=["user", "ended_on"], name="ended_posts_of_a_clinician"
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("ended_on", None), ("ended_on__gte", models.F("started_on")), _connector="OR"),
                        name="team_post_ends_after_it_starts",
                        violation_error_message="The end date must be the same as or after the start date.",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("ended_on", None), ("part", "primary")),
                        fields=("episode",),
                        name="one_open_primary_clinician_per_episode",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("ended_on", None)),
                        fields=("episode", "user", "part"),
                        name="one_open_post_per_person_and_part",
                        violation_error_message="This person is on the care team already.",
                    ),
                    anchored.ground.intervals.Exclusion(
                        condition=models.Q(("part", "primary")),
                        expressions=[
                            ("episode", "="),
                            (models.Func("started_on", "ended_on", models.Value("[)"), function="daterange"), "&&"),
                        ],
                        name="primary_clinicians_do_not_overlap",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Admission",
            fields=[
                (
                    "education",
                    anchored.ground.fields.Choice(
                        blank=True,
                        choices=[
                            ("0", "No schooling"),
                            ("72", "Nursery or preschool"),
                            ("73", "Kindergarten"),
                            ("1", "Grade 1"),
                            ("2", "Grade 2"),
                            ("3", "Grade 3"),
                            ("4", "Grade 4"),
                            ("5", "Grade 5"),
                            ("6", "Grade 6"),
                            ("7", "Grade 7"),
                            ("8", "Grade 8"),
                            ("9", "Grade 9"),
                            ("10", "Grade 10"),
                            ("11", "Grade 11"),
                            ("12", "Grade 12 or GED"),
                            ("13", "College, year 1"),
                            ("14", "College, year 2"),
                            ("15", "College, year 3"),
                            ("16", "College, year 4"),
                            ("17", "Some postgraduate study"),
                            ("18", "Graduate or professional degree"),
                            ("71", "Vocational school"),
                            ("74", "Self-contained special education"),
                            ("P1", "Grade 8 or less"),
                            ("P2", "Grades 9 to 11"),
                            ("P4", "1 to 3 years of college, or vocational school"),
                            ("P5", "4 years of college or more"),
                            ("97", "Unknown"),
                            ("98", "Not collected"),
                        ],
                        default="",
                        max_length=6,
                    ),
                ),
                (
                    "marital_status",
                    anchored.ground.fields.Choice(
                        blank=True,
                        choices=[
                            ("1", "Never married"),
                            ("2", "Married or living as married"),
                            ("3", "Separated"),
                            ("4", "Divorced"),
                            ("5", "Widowed"),
                            ("P4", "Divorced or widowed"),
                            ("97", "Unknown"),
                            ("98", "Not collected"),
                        ],
                        default="",
                        max_length=6,
                    ),
                ),
                (
                    "employment",
                    anchored.ground.fields.Choice(
                        blank=True,
                        choices=[
                            ("1", "Employed full time"),
                            ("2", "Employed part time"),
                            ("5", "Employed, hours not specified"),
                            ("3", "Unemployed, looking for work"),
                            ("4", "Not in the labor force"),
                            ("97", "Unknown"),
                            ("98", "Not collected"),
                        ],
                        default="",
                        max_length=6,
                    ),
                ),
                (
                    "not_in_labor_detail",
                    anchored.ground.fields.Choice(
                        blank=True,
                        choices=[
                            ("1", "Homemaker"),
                            ("2", "Student"),
                            ("3", "Retired"),
                            ("4", "Has a disability"),
                            ("5", "Living in an institution"),
                            ("7", "Sheltered employment"),
                            ("6", "Other"),
                            ("P3", "Retired or has a disability"),
                            ("P5", "Other, or sheltered employment"),
                            ("96", "Not applicable"),
                            ("97", "Unknown"),
                            ("98", "Not collected"),
                        ],
                        default="",
                        max_length=6,
                        verbose_name="why not in the labor force",
                    ),
                ),
                (
                    "living_arrangement",
                    anchored.ground.fields.Choice(
                        blank=True,
                        choices=[
                            ("1", "Experiencing homelessness"),
                            ("2", "Dependent living"),
                            ("3", "Independent living"),
                            ("97", "Unknown"),
                            ("98", "Not collected"),
                        ],
                        default="",
                        max_length=6,
                    ),
                ),
                (
                    "income_source",
                    anchored.ground.fields.Choice(
                        blank=True,
                        choices=[
                            ("1", "Wages or salary"),
                            ("2", "Public assistance"),
                            ("3", "Retirement or pension"),
                            ("4", "Disability benefits"),
                            ("20", "Other"),
                            ("21", "None"),
                            ("P3", "Retirement, pension or disability benefits"),
                            ("97", "Unknown"),
                            ("98", "Not collected"),
                        ],
                        default="",
                        max_length=6,
                    ),
                ),
                (
                    "health_insurance",
                    anchored.ground.fields.Choice(
                        blank=True,
                        choices=[
                            ("1", "Private insurance"),
                            ("2", "Blue Cross or Blue Shield"),
                            ("6", "HMO"),
                            ("4", "Medicaid"),
                            ("3", "Medicare"),
                            ("20", "Other, such as TRICARE"),
                            ("21", "None"),
                            ("P1", "Private insurance, Blue Cross, Blue Shield or HMO"),
                            ("P3", "Medicare or other, such as TRICARE"),
                            ("97", "Unknown"),
                            ("98", "Not collected"),
                        ],
                        default="",
                        max_length=6,
                    ),
                ),
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "episode",
                    models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name="admission", to="patients.episode"),
                ),
                (
                    "pregnant",
                    anchored.ground.fields.Choice(
                        blank=True,
                        choices=[("1", "Yes"), ("2", "No"), ("96", "Not applicable"), ("97", "Unknown"), ("98", "Not collected")],
                        default="",
                        max_length=6,
                    ),
                ),
                (
                    "payment_source",
                    anchored.ground.fields.Choice(
                        blank=True,
                        choices=[
                            ("1", "Self-pay"),
                            ("2", "Blue Cross or Blue Shield"),
                            ("8", "Other health insurance"),
                            ("7", "Workers' compensation"),
                            ("3", "Medicare"),
                            ("4", "Medicaid"),
                            ("6", "Other government payment"),
                            ("9", "No charge"),
                            ("95", "Other"),
                            ("P2", "Private insurance"),
                            ("97", "Unknown"),
                            ("98", "Not collected"),
                        ],
                        default="",
                        max_length=6,
                    ),
                ),
                (
                    "referral_source",
                    anchored.ground.fields.Choice(
                        blank=True,
                        choices=[
                            ("1", "Self, family or friend"),
                            ("2", "Alcohol or drug treatment provider"),
                            ("3", "Other health care provider"),
                            ("4", "School"),
                            ("5", "Employer or employee assistance program"),
                            ("6", "Other community referral"),
                            ("7", "Court, criminal justice or impaired driving"),
                            ("97", "Unknown"),
                            ("98", "Not collected"),
                        ],
                        default="",
                        max_length=6,
                    ),
                ),
                (
                    "criminal_justice_referral",
                    anchored.ground.fields.Choice(
                        blank=True,
                        choices=[
                            ("1", "State or federal court"),
                            ("2", "Other court"),
                            ("3", "Probation or parole"),
                            ("4", "Other recognized legal entity"),
                            ("5", "Diversion program"),
                            ("6", "Prison"),
                            ("7", "Impaired driving (DUI or DWI)"),
                            ("8", "Other"),
                            ("96", "Not applicable"),
                            ("97", "Unknown"),
                            ("98", "Not collected"),
                        ],
                        default="",
                        max_length=6,
                    ),
                ),
                (
                    "prior_episodes",
                    anchored.ground.fields.Choice(
                        blank=True,
                        choices=[
                            ("0", "None"),
                            ("1", "1"),
                            ("2", "2"),
                            ("3", "3"),
                            ("4", "4"),
                            ("5", "5 or more"),
                            ("97", "Unknown"),
                            ("98", "Not collected"),
                        ],
                        default="",
                        max_length=6,
                        verbose_name="treatment episodes before",
                    ),
                ),
                (
                    "medication_opioid_therapy",
                    anchored.ground.fields.Choice(
                        blank=True,
                        choices=[("1", "Yes"), ("2", "No"), ("96", "Not applicable"), ("97", "Unknown"), ("98", "Not collected")],
                        default="",
                        max_length=6,
                        verbose_name="medication for opioid use disorder planned",
                    ),
                ),
                (
                    "days_waiting",
                    models.PositiveSmallIntegerField(blank=True, null=True, validators=[django.core.validators.MaxValueValidator(996)]),
                ),
                (
                    "days_waiting_band",
                    anchored.ground.fields.Choice(
                        blank=True,
                        choices=[
                            ("P0", "None"),
                            ("P1", "1 to 7 days"),
                            ("P2", "8 to 14 days"),
                            ("P3", "15 to 30 days"),
                            ("P4", "31 days or more"),
                        ],
                        default="",
                        editable=False,
                        max_length=6,
                    ),
                ),
                (
                    "cooccurring",
                    anchored.ground.fields.Choice(
                        blank=True,
                        choices=[("1", "Yes"), ("2", "No"), ("97", "Unknown"), ("98", "Not collected")],
                        default="",
                        max_length=6,
                        verbose_name="co-occurring mental health condition",
                    ),
                ),
                (
                    "arrests_30d",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        null=True,
                        validators=[django.core.validators.MaxValueValidator(95)],
                        verbose_name="arrests in the last 30 days",
                    ),
                ),
                (
                    "arrests_30d_band",
                    anchored.ground.fields.Choice(
                        blank=True,
                        choices=[("P0", "None"), ("P1", "Once"), ("P2", "Two or more times")],
                        default="",
                        editable=False,
                        max_length=6,
                    ),
                ),
                (
                    "self_help_30d",
                    anchored.ground.fields.Choice(
                        blank=True,
                        choices=[
                            ("1", "None"),
                            ("2", "1 to 3 times (less than weekly)"),
                            ("3", "4 to 7 times (about weekly)"),
                            ("4", "8 to 15 times (2 or 3 a week)"),
                            ("5", "16 to 30 times (4 or more a week)"),
                            ("6", "Some, number not known"),
                            ("P4", "8 to 30 times"),
                            ("96", "Not applicable"),
                            ("97", "Unknown"),
                            ("98", "Not collected"),
                        ],
                        default="",
                        max_length=6,
                        verbose_name="self-help groups in the last 30 days",
                    ),
                ),
                (
                    "diagnosis_class",
                    anchored.ground.fields.Choice(
                        blank=True,
                        choices=[
                            ("1", "Alcohol-induced disorder"),
                            ("2", "Substance-induced disorder"),
                            ("3", "Alcohol intoxication"),
                            ("4", "Alcohol dependence"),
                            ("5", "Opioid dependence"),
                            ("6", "Cocaine dependence"),
                            ("7", "Cannabis dependence"),
                            ("8", "Other substance dependence"),
                            ("9", "Alcohol use without dependence"),
                            ("10", "Cannabis use without dependence"),
                            ("11", "Other substance use without dependence"),
                            ("12", "Opioid use without dependence"),
                            ("13", "Cocaine use without dependence"),
                            ("14", "Anxiety disorder"),
                            ("15", "Depressive disorder"),
                            ("16", "Schizophrenia or other psychotic disorder"),
                            ("17", "Bipolar disorder"),
                            ("18", "Attention deficit or disruptive behavior disorder"),
                            ("19", "Other mental health condition"),
                            ("97", "Unknown"),
                            ("98", "Not collected"),
                        ],
                        default="",
                        max_length=6,
                        verbose_name="diagnosis group",
                    ),
                ),
                ("state_fips", models.SmallIntegerField(blank=True, editable=False, null=True)),
                ("cbsa", models.IntegerField(blank=True, editable=False, null=True)),
                ("census_region", models.SmallIntegerField(blank=True, editable=False, null=True)),
                ("census_division", models.SmallIntegerField(blank=True, editable=False, null=True)),
                ("why_now", anchored.ground.fields.Prose(blank=True, max_length=4000)),
                ("insurance_note", anchored.ground.fields.Line(blank=True, max_length=300)),
                (
                    "teds_case_id",
                    models.BigIntegerField(blank=True, editable=False, null=True, unique=True, verbose_name="TEDS case number"),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="LevelOfCare",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", anchored.ground.fields.Line(max_length=10)),
                (
                    "edition",
                    anchored.ground.fields.Choice(choices=[("3", "3rd edition (2013)"), ("4", "4th edition (2023)")], max_length=30),
                ),
                ("name", anchored.ground.fields.Line(max_length=120)),
                ("least_hours", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="least hours a week")),
                ("most_hours", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="most hours a week")),
                ("is_residential", models.BooleanField(default=False, verbose_name="residential")),
                ("is_withdrawal_management", models.BooleanField(default=False, verbose_name="withdrawal management")),
                ("verified", models.BooleanField(default=False, verbose_name="checked against a public source")),
                ("note", anchored.ground.fields.Line(blank=True, max_length=200)),
            ],
            options={
                "verbose_name": "level of care",
                "verbose_name_plural": "levels of care",
                "ordering": ["edition", "code"],
                "constraints": [
                    models.UniqueConstraint(fields=("code", "edition"), name="one_level_per_code_and_edition"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("least_hours", None), ("most_hours", None), ("most_hours__gte", models.F("least_hours")), _connector="OR"
                        ),
                        name="level_hours_in_order",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="AllowedMove",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "from_level",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="moves_out", to="patients.levelofcare"),
                ),
                (
                    "to_level",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="moves_in", to="patients.levelofcare"),
                ),
                (
                    "kind",
                    anchored.ground.fields.Choice(
                        choices=[("step_down", "Step down"), ("step_up", "Step up"), ("lateral", "Lateral")], max_length=30
                    ),
                ),
                (
                    "is_next_step",
                    models.BooleanField(default=False, help_text="Preselected on the move form.", verbose_name="usual next step"),
                ),
                ("demands_ratings", models.BooleanField(default=False, verbose_name="all dimensions must be rated")),
            ],
            options={
                "ordering": ["from_level", "kind", "to_level"],
                "constraints": [models.UniqueConstraint(fields=("from_level", "to_level"), name="one_row_per_move")],
            },
        ),
        migrations.CreateModel(
            name="Merge",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("kept", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="patients.patient")),
                ("away", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="patients.patient")),
                ("choices", models.JSONField(blank=True, default=dict)),
                ("because", anchored.ground.fields.Prose(max_length=1000, verbose_name="how you know that it is one person")),
                (
                    "proposed_by",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
                ),
                ("proposed_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "outcome",
                    anchored.ground.fields.Choice(
                        blank=True,
                        choices=[("", "Waits for a second person"), ("merged", "Merged"), ("refused", "Not the same person")],
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
                ("refused_because", anchored.ground.fields.Prose(blank=True, max_length=1000)),
                ("moved", models.JSONField(blank=True, default=dict)),
                ("before", models.JSONField(blank=True, default=dict)),
                (
                    "undone_by",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("undone_at", models.DateTimeField(blank=True, null=True)),
                ("undone_because", anchored.ground.fields.Prose(blank=True, max_length=1000)),
            ],
            options={
                "ordering": ["-proposed_at"],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("kept", models.F("away")), _negated=True), name="a_merge_is_of_two_records"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("decided_at", None), ("decided_by", None), ("outcome", "")),
                            models.Q(
                                models.Q(("outcome", ""), _negated=True), ("decided_at__isnull", False), ("decided_by__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="merge_decided_by_somebody",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("decided_by", None), models.Q(("decided_by", models.F("proposed_by")), _negated=True), _connector="OR"
                        ),
                        name="a_merge_is_decided_by_another",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("undone_at", None), ("undone_by", None)),
                            models.Q(("outcome", "merged"), ("undone_at__isnull", False), ("undone_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="merge_undone_by_somebody",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("outcome", ""), models.Q(("outcome", "merged"), ("undone_at", None)), _connector="OR"),
                        fields=("away",),
                        name="a_record_goes_into_one_other",
                        violation_error_message="A merge of this record waits already.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="NamedAccess",
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
                    "patient",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="named_access", to="patients.patient"),
                ),
                ("user", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
                (
                    "named_by",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("named_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("ended_on", None), ("ended_on__gte", models.F("started_on")), _connector="OR"),
                        name="named_access_ends_after_it_starts",
                        violation_error_message="The end date must be the same as or after the start date.",
                    ),
                    models.UniqueConstraint(condition=models.Q(("ended_on", None)), fields=("patient", "user"), name="named_once"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Program",
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
                ("name", anchored.ground.fields.Line(max_length=60, unique=True)),
                ("phase", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="programs", to="patients.phase")),
                (
                    "level",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="programs", to="patients.levelofcare"),
                ),
                (
                    "track",
                    anchored.ground.fields.Choice(
                        blank=True, choices=[("", "No track"), ("day", "Day"), ("evening", "Evening")], default="", max_length=30
                    ),
                ),
                ("site", anchored.ground.fields.Line(blank=True, max_length=80)),
                (
                    "capacity",
                    models.PositiveSmallIntegerField(blank=True, help_text="Empty means no limit.", null=True, verbose_name="places"),
                ),
                (
                    "teds_setting",
                    models.PositiveSmallIntegerField(
                        choices=[
                            (1, "1 Withdrawal management, 24-hour, hospital inpatient"),
                            (2, "2 Withdrawal management, 24-hour, free-standing residential"),
                            (3, "3 Residential, hospital (not withdrawal management)"),
                            (4, "4 Residential, short term (30 days or fewer)"),
                            (5, "5 Residential, long term (more than 30 days)"),
                            (6, "6 Ambulatory, intensive outpatient"),
                            (7, "7 Ambulatory, non-intensive outpatient"),
                            (8, "8 Ambulatory, withdrawal management"),
                        ],
                        verbose_name="TEDS service setting",
                    ),
                ),
                (
                    "teds_import",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        choices=[
                            (1, "1 Withdrawal management, 24-hour, hospital inpatient"),
                            (2, "2 Withdrawal management, 24-hour, free-standing residential"),
                            (3, "3 Residential, hospital (not withdrawal management)"),
                            (4, "4 Residential, short term (30 days or fewer)"),
                            (5, "5 Residential, long term (more than 30 days)"),
                            (6, "6 Ambulatory, intensive outpatient"),
                            (7, "7 Ambulatory, non-intensive outpatient"),
                            (8, "8 Ambulatory, withdrawal management"),
                        ],
                        help_text="import_teds places admissions with this setting here. One program for each setting.",
                        null=True,
                        unique=True,
                        verbose_name="takes imported admissions of setting",
                    ),
                ),
                ("order", models.PositiveSmallIntegerField(default=0, help_text="Among the programs of the same phase.")),
            ],
            options={
                "ordering": ["phase__order", "order", "name"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("ended_on", None), ("ended_on__gte", models.F("started_on")), _connector="OR"),
                        name="program_ends_after_it_starts",
                        violation_error_message="The end date must be the same as or after the start date.",
                    ),
                    models.CheckConstraint(condition=models.Q(("teds_setting__range", (1, 8))), name="program_has_a_teds_setting"),
                    models.CheckConstraint(
                        condition=models.Q(("teds_import", None), ("teds_import__range", (1, 8)), _connector="OR"),
                        name="program_takes_a_teds_setting",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="InCare",
            fields=[
                ("stay_id", models.UUIDField(primary_key=True, serialize=False)),
                ("program", models.ForeignKey(on_delete=django.db.models.deletion.DO_NOTHING, related_name="+", to="patients.program")),
                ("counts_from", models.DateField()),
                ("started_on", models.DateField()),
                ("opened_at", models.DateTimeField()),
                ("previous_id", models.UUIDField(null=True)),
                ("reverses_id", models.UUIDField(null=True)),
                ("accepted_at", models.DateTimeField(null=True)),
                ("episode_id", models.UUIDField()),
                ("patient_id", models.UUIDField()),
                ("family_name", models.CharField(max_length=100)),
                ("given_name", models.CharField(max_length=100)),
                ("record_number", models.PositiveIntegerField()),
                ("restricted", models.BooleanField()),
                ("program_name", models.CharField(max_length=60)),
                ("track", models.CharField(max_length=30)),
                ("phase_id", models.BigIntegerField()),
                ("phase_order", models.PositiveSmallIntegerField()),
                ("program_order", models.PositiveSmallIntegerField()),
                ("clinician_id", models.BigIntegerField(null=True)),
                ("clinician_given", models.CharField(max_length=100, null=True)),
                ("clinician_family", models.CharField(max_length=100, null=True)),
                ("last_rated", models.DateField(null=True)),
                ("flag_kind", models.CharField(max_length=30, null=True)),
                ("flag_count", models.IntegerField()),
            ],
            options={
                "db_table": "patients_incare",
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="PaperTemplate",
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
                ("code", anchored.ground.fields.Slug(max_length=40)),
                ("version", models.PositiveSmallIntegerField(default=1)),
                (
                    "kind",
                    anchored.ground.fields.Choice(
                        choices=[("notice", "Notice"), ("consent", "Consent"), ("agreement", "Agreement")], max_length=30
                    ),
                ),
                ("title", anchored.ground.fields.Line(max_length=120)),
                ("text", anchored.ground.fields.Prose(max_length=20000)),
                (
                    "needs",
                    anchored.ground.fields.Choice(
                        choices=[("acknowledged", "To be acknowledged"), ("signed", "To be signed")],
                        default="signed",
                        max_length=30,
                        verbose_name="what is needed",
                    ),
                ),
                (
                    "people",
                    anchored.ground.fields.Choice(
                        blank=True,
                        choices=[("", "Everybody"), ("adults", "Adults"), ("minors", "Minors")],
                        default="",
                        max_length=30,
                        verbose_name="for",
                    ),
                ),
                (
                    "program",
                    models.ForeignKey(
                        blank=True,
                        help_text="Empty: for all programs.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="patients.program",
                    ),
                ),
                (
                    "due_days",
                    models.PositiveSmallIntegerField(
                        default=0, help_text="0: on the day itself.", verbose_name="due within days of the admission"
                    ),
                ),
                ("order", models.PositiveSmallIntegerField(default=0)),
            ],
            options={
                "ordering": ["order", "title", "-version"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("ended_on", None), ("ended_on__gte", models.F("started_on")), _connector="OR"),
                        name="paper_ends_after_it_starts",
                        violation_error_message="The end date must be the same as or after the start date.",
                    ),
                    models.UniqueConstraint(fields=("code", "version"), name="one_text_per_version"),
                    models.UniqueConstraint(
                        condition=models.Q(("ended_on", None)),
                        fields=("code",),
                        name="one_version_in_force",
                        violation_error_message="End the version in force first.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ProgramRule",
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
                ("program", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="rules", to="patients.program")),
                ("least_hours", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="least hours a week")),
                ("most_hours", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="most hours a week")),
                (
                    "days_a_week",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        null=True,
                        validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(7)],
                    ),
                ),
                (
                    "gap_days",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        help_text="Whole days between two services that count. Days when the house or the program is closed are not counted.",
                        null=True,
                        verbose_name="most days without contact",
                    ),
                ),
                (
                    "week_starts",
                    models.PositiveSmallIntegerField(
                        choices=[
                            (0, "Monday"),
                            (1, "Tuesday"),
                            (2, "Wednesday"),
                            (3, "Thursday"),
                            (4, "Friday"),
                            (5, "Saturday"),
                            (6, "Sunday"),
                        ],
                        default=0,
                        verbose_name="the week begins on",
                    ),
                ),
                ("plan_due_days", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="first plan due after days")),
                ("review_days", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="level of care reviewed every days")),
                ("plan_review_days", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="plan reviewed every days")),
                (
                    "plan_review_hours",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        help_text="Whichever comes first. Empty: the hours of the level-of-care review.",
                        null=True,
                        verbose_name="or after delivered hours",
                    ),
                ),
                (
                    "plan_event_days",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        default=7,
                        help_text="A move, a safety flag, a return to use, the patient's request. Empty: no event asks for it.",
                        null=True,
                        verbose_name="plan reviewed days after an event",
                    ),
                ),
                ("plan_warn_days", models.PositiveSmallIntegerField(default=7, verbose_name="days of warning ahead")),
                ("supervisor_signs_plans", models.BooleanField(default=False, verbose_name="a supervisor signs plans too")),
                ("review_hours", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="or after delivered hours")),
                (
                    "discharge_summary_days",
                    models.PositiveSmallIntegerField(blank=True, default=15, null=True, verbose_name="discharge summary due within days"),
                ),
                ("note_due_hours", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="note due within hours")),
                ("citation", anchored.ground.fields.Prose(blank=True, max_length=1000, verbose_name="where the numbers come from")),
            ],
            options={
                "ordering": ["program", "-started_on"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("ended_on", None), ("ended_on__gte", models.F("started_on")), _connector="OR"),
                        name="program_rule_ends_after_it_starts",
                        violation_error_message="The end date must be the same as or after the start date.",
                    ),
                    models.CheckConstraint(condition=models.Q(("week_starts__range", (0, 6))), name="a_week_starts_on_a_weekday"),
                    models.UniqueConstraint(
                        condition=models.Q(("ended_on", None)),
                        fields=("program",),
                        name="one_open_rule_per_program",
                        violation_error_message="End the rule in force first: one rule per program and day.",
                    ),
                    anchored.ground.intervals.Exclusion(
                        expressions=[
                            ("program", "="),
                            (models.Func("started_on", "ended_on", models.Value("[)"), function="daterange"), "&&"),
                        ],
                        name="program_rules_do_not_overlap",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ProgramStaff",
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
                ("program", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="staff", to="patients.program")),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="program_posts",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="person",
                    ),
                ),
            ],
            options={
                "verbose_name": "program staff",
                "verbose_name_plural": "program staff",
                "ordering": ["program", "user"],
                "indexes": [models.Index(condition=models.Q(("ended_on", None)), fields=["user", "program"], name="posts_of_a_person")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("ended_on", None), ("ended_on__gte", models.F("started_on")), _connector="OR"),
                        name="program_post_ends_after_it_starts",
                        violation_error_message="The end date must be the same as or after the start date.",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("ended_on", None)),
                        fields=("program", "user"),
                        name="one_open_post_per_program_and_person",
                        violation_error_message="This person works in this program already.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RatingOption",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "edition",
                    anchored.ground.fields.Choice(choices=[("3", "3rd edition (2013)"), ("4", "4th edition (2023)")], max_length=30),
                ),
                ("value", anchored.ground.fields.Line(max_length=6)),
                ("label", anchored.ground.fields.Line(max_length=60)),
                ("order", models.PositiveSmallIntegerField(default=0)),
            ],
            options={
                "ordering": ["edition", "order"],
                "constraints": [models.UniqueConstraint(fields=("edition", "value"), name="one_rating_per_value_and_edition")],
            },
        ),
        migrations.CreateModel(
            name="Referral",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "patient",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="referrals", to="patients.patient"),
                ),
                ("caller_name", anchored.ground.fields.Line(blank=True, max_length=120)),
                (
                    "caller_relationship",
                    anchored.ground.fields.Choice(
                        choices=[
                            ("self", "The patient"),
                            ("spouse", "Spouse"),
                            ("partner", "Partner"),
                            ("former_partner", "Former partner"),
                            ("parent", "Parent"),
                            ("step_parent", "Step-parent"),
                            ("child", "Child"),
                            ("sibling", "Sibling"),
                            ("grandparent", "Grandparent"),
                            ("relative", "Other relative"),
                            ("friend", "Friend"),
                            ("guardian", "Guardian"),
                            ("proxy", "Health care proxy"),
                            ("foster_parent", "Foster parent"),
                            ("sponsor", "Sponsor"),
                            ("coach", "Recovery coach"),
                            ("employer", "Employer"),
                            ("assistance", "Employee assistance program"),
                            ("school", "School"),
                            ("probation", "Probation or parole officer"),
                            ("court", "Court"),
                            ("attorney", "Attorney"),
                            ("child_welfare", "Child-welfare worker"),
                            ("case_manager", "Case manager"),
                            ("primary_care", "Primary-care clinician"),
                            ("hospital", "Hospital"),
                            ("psychiatrist", "Psychiatrist"),
                            ("therapist", "Therapist"),
                            ("prescriber", "Prescriber of medication for addiction"),
                            ("pharmacy", "Pharmacy"),
                            ("treatment", "Other treatment program"),
                            ("housing", "Housing or sober living"),
                            ("payer", "Payer"),
                            ("clergy", "Clergy"),
                            ("other", "Other"),
                        ],
                        default="self",
                        max_length=30,
                        verbose_name="who is calling",
                    ),
                ),
                ("caller_organisation", anchored.ground.fields.Line(blank=True, max_length=120)),
                ("caller_phone", anchored.ground.fields.Line(blank=True, max_length=40)),
                (
                    "referral_source",
                    anchored.ground.fields.Choice(
                        blank=True,
                        choices=[
                            ("1", "Self, family or friend"),
                            ("2", "Alcohol or drug treatment provider"),
                            ("3", "Other health care provider"),
                            ("4", "School"),
                            ("5", "Employer or employee assistance program"),
                            ("6", "Other community referral"),
                            ("7", "Court, criminal justice or impaired driving"),
                            ("97", "Unknown"),
                            ("98", "Not collected"),
                        ],
                        default="",
                        max_length=6,
                        verbose_name="referred by",
                    ),
                ),
                (
                    "criminal_justice_referral",
                    anchored.ground.fields.Choice(
                        blank=True,
                        choices=[
                            ("1", "State or federal court"),
                            ("2", "Other court"),
                            ("3", "Probation or parole"),
                            ("4", "Other recognized legal entity"),
                            ("5", "Diversion program"),
                            ("6", "Prison"),
                            ("7", "Impaired driving (DUI or DWI)"),
                            ("8", "Other"),
                            ("96", "Not applicable"),
                            ("97", "Unknown"),
                            ("98", "Not collected"),
                        ],
                        default="",
                        max_length=6,
                        verbose_name="if by a court or the police, how",
                    ),
                ),
                (
                    "urgency",
                    anchored.ground.fields.Choice(
                        choices=[("routine", "Routine"), ("soon", "Soon, within two days"), ("today", "Today")],
                        default="routine",
                        max_length=30,
                    ),
                ),
                ("why_now", anchored.ground.fields.Prose(blank=True, max_length=4000)),
                (
                    "substance",
                    anchored.ground.fields.Choice(
                        blank=True,
                        choices=[
                            ("2", "Alcohol"),
                            ("3", "Cocaine or crack"),
                            ("4", "Marijuana or hashish"),
                            ("5", "Heroin"),
                            ("6", "Methadone, not prescribed"),
                            ("7", "Other opioids and synthetics"),
                            ("8", "PCP"),
                            ("9", "Hallucinogens"),
                            ("10", "Methamphetamine"),
                            ("11", "Other amphetamines"),
                            ("12", "Other stimulants"),
                            ("13", "Benzodiazepines"),
                            ("14", "Other tranquilizers"),
                            ("15", "Barbiturates"),
                            ("16", "Other sedatives or hypnotics"),
                            ("17", "Inhalants"),
                            ("18", "Over-the-counter medications"),
                            ("20", "Other drugs"),
                            ("1", "None"),
                            ("96", "Not applicable"),
                            ("97", "Unknown"),
                            ("98", "Not collected"),
                        ],
                        default="",
                        max_length=6,
                        verbose_name="main substance",
                    ),
                ),
                (
                    "in_withdrawal",
                    anchored.ground.fields.Choice(
                        blank=True,
                        choices=[("", "Not asked"), ("yes", "Yes"), ("no", "No")],
                        default="",
                        max_length=30,
                        verbose_name="withdrawal now",
                    ),
                ),
                (
                    "overdosed",
                    anchored.ground.fields.Choice(
                        blank=True,
                        choices=[("", "Not asked"), ("yes", "Yes"), ("no", "No")],
                        default="",
                        max_length=30,
                        verbose_name="overdose in the last 30 days",
                    ),
                ),
                (
                    "thinks_of_suicide",
                    anchored.ground.fields.Choice(
                        blank=True,
                        choices=[("", "Not asked"), ("yes", "Yes"), ("no", "No")],
                        default="",
                        max_length=30,
                        verbose_name="thoughts of suicide",
                    ),
                ),
                (
                    "is_pregnant",
                    anchored.ground.fields.Choice(
                        blank=True,
                        choices=[("", "Not asked"), ("yes", "Yes"), ("no", "No")],
                        default="",
                        max_length=30,
                        verbose_name="pregnant",
                    ),
                ),
                (
                    "injects",
                    anchored.ground.fields.Choice(
                        blank=True,
                        choices=[("", "Not asked"), ("yes", "Yes"), ("no", "No")],
                        default="",
                        max_length=30,
                        verbose_name="injects drugs",
                    ),
                ),
                (
                    "program",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="patients.program",
                        verbose_name="program wanted",
                    ),
                ),
                (
                    "wanted_track",
                    anchored.ground.fields.Choice(
                        blank=True,
                        choices=[("", "Day or evening"), ("day", "Day"), ("evening", "Evening")],
                        default="",
                        max_length=30,
                        verbose_name="day or evening",
                    ),
                ),
                ("wanted_start", models.DateField(blank=True, null=True, verbose_name="wants to start")),
                ("insurance_note", anchored.ground.fields.Line(blank=True, max_length=300)),
                (
                    "received_by",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
                ),
                ("received_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "closed_by",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "ordering": ["received_at"],
                "indexes": [models.Index(condition=models.Q(("closed_at", None)), fields=["received_at"], name="open_referrals")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("closed_at", None), ("closed_by", None)),
                            models.Q(("closed_at__isnull", False), ("closed_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="referral_closed_by_somebody",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("closed_at", None)),
                        fields=("patient",),
                        name="one_open_referral_per_patient",
                        violation_error_message="There is an open referral for this person already.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Intake",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("patient", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="intakes", to="patients.patient")),
                (
                    "referral",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="intakes", to="patients.referral"
                    ),
                ),
                (
                    "program",
                    models.ForeignKey(
                        blank=True,
                        help_text="Its staff may go on.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="patients.program",
                    ),
                ),
                (
                    "episode",
                    models.OneToOneField(
                        blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="intake", to="patients.episode"
                    ),
                ),
                (
                    "started_by",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
                ),
                ("started_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "outcome",
                    anchored.ground.fields.Choice(
                        blank=True,
                        choices=[("", "Open"), ("admitted", "Admitted"), ("ended", "Ended without admission")],
                        default="",
                        max_length=30,
                    ),
                ),
                ("closed_because", anchored.ground.fields.Prose(blank=True, max_length=1000)),
                (
                    "closed_by",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "ordering": ["-started_at"],
                "indexes": [models.Index(condition=models.Q(("closed_at", None)), fields=["program"], name="open_intakes_of_a_program")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("closed_at", None)),
                        fields=("patient",),
                        name="one_open_intake_per_patient",
                        violation_error_message="An admission of this person has begun already.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("closed_at", None), ("closed_by", None), ("outcome", "")),
                            models.Q(("closed_at__isnull", False), ("closed_by__isnull", False), models.Q(("outcome", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="intake_closed_by_somebody",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("episode__isnull", False), ("outcome", "admitted")),
                            models.Q(models.Q(("outcome", "admitted"), _negated=True), ("episode", None)),
                            _connector="OR",
                        ),
                        name="an_admitted_intake_has_its_episode",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="IntakeAnswer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("intake", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="answers", to="patients.intake")),
                ("step", anchored.ground.fields.Line(max_length=20)),
                ("field", anchored.ground.fields.Line(max_length=60)),
                ("value", anchored.ground.fields.Prose(blank=True, max_length=8000)),
                ("saved_by", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
                ("saved_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "ordering": ["intake", "step", "field"],
                "constraints": [models.UniqueConstraint(fields=("intake", "step", "field"), name="one_answer_per_field")],
            },
        ),
        migrations.CreateModel(
            name="IntakeStep",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("intake", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="steps", to="patients.intake")),
                ("step", anchored.ground.fields.Line(max_length=20)),
                ("done_by", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
                ("done_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "ordering": ["intake", "step"],
                "constraints": [models.UniqueConstraint(fields=("intake", "step"), name="one_row_per_completed_step")],
            },
        ),
        migrations.CreateModel(
            name="ContactAttempt",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "patient",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="contact_attempts", to="patients.patient"),
                ),
                (
                    "referral",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="attempts", to="patients.referral"
                    ),
                ),
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
                    "outcome",
                    anchored.ground.fields.Choice(
                        choices=[
                            ("spoke", "Spoke with the person"),
                            ("spoke_caller", "Spoke with who called for them"),
                            ("message", "Left a message"),
                            ("no_answer", "No answer"),
                            ("wrong", "Wrong number or address"),
                        ],
                        max_length=30,
                    ),
                ),
                ("note", anchored.ground.fields.Prose(blank=True, max_length=1000)),
                ("next_on", models.DateField(blank=True, null=True, verbose_name="call again on")),
                ("by", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "ordering": ["-at"],
                "indexes": [models.Index(fields=["patient", "-at"], name="attempts_to_reach_a_patient")],
            },
        ),
        migrations.CreateModel(
            name="ReferralStep",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("referral", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="steps", to="patients.referral")),
                (
                    "step",
                    anchored.ground.fields.Choice(
                        choices=[
                            ("received", "Received"),
                            ("contacted", "Contacted"),
                            ("screened", "Screened"),
                            ("scheduled", "Scheduled"),
                            ("admitted", "Admitted"),
                            ("declined", "Declined"),
                            ("elsewhere", "Referred elsewhere"),
                        ],
                        max_length=30,
                    ),
                ),
                ("appointment", models.DateTimeField(blank=True, null=True)),
                ("note", anchored.ground.fields.Prose(blank=True, max_length=1000)),
                ("by", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "ordering": ["at", "id"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("step__in", ("admitted", "declined", "elsewhere"))),
                        fields=("referral",),
                        name="a_referral_ends_once",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("step", "received")), fields=("referral",), name="a_referral_is_received_once"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SafetyFlag",
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
                (
                    "patient",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="safety_flags", to="patients.patient"),
                ),
                (
                    "kind",
                    anchored.ground.fields.Choice(
                        choices=[
                            ("overdose", "Overdose risk"),
                            ("self_harm", "Suicide or self-harm risk"),
                            ("withdrawal", "Withdrawal risk"),
                            ("violence", "Risk of violence"),
                            ("medical", "Medical alert"),
                            ("safety_plan", "Safety plan in place"),
                            ("other", "Speak to the primary clinician first"),
                        ],
                        max_length=30,
                    ),
                ),
                ("note", anchored.ground.fields.Line(blank=True, max_length=300)),
                (
                    "raised_by",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
                ),
                ("raised_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "closed_by",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "ordering": ["-started_on", "-raised_at"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("ended_on", None), ("ended_on__gte", models.F("started_on")), _connector="OR"),
                        name="flag_ends_after_it_starts",
                        violation_error_message="The end date must be the same as or after the start date.",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("ended_on", None)),
                        fields=("patient", "kind"),
                        name="one_open_flag_per_kind",
                        violation_error_message="This flag is raised already.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("closed_at", None), ("closed_by", None), ("ended_on", None)),
                            models.Q(("closed_at__isnull", False), ("closed_by__isnull", False), ("ended_on__isnull", False)),
                            _connector="OR",
                        ),
                        name="flag_closed_by_somebody",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Scan",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("patient", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="scans", to="patients.patient")),
                (
                    "kind",
                    anchored.ground.fields.Choice(
                        choices=[
                            ("identity", "Identity document"),
                            ("insurance", "Insurance card"),
                            ("signed", "Signed paper"),
                            ("court", "Court or probation paper"),
                            ("medical", "Medical record"),
                            ("other", "Other"),
                        ],
                        max_length=30,
                    ),
                ),
                ("title", anchored.ground.fields.Line(max_length=120)),
                ("name", anchored.ground.fields.Line(max_length=150, verbose_name="name of the file")),
                (
                    "media_type",
                    anchored.ground.fields.Choice(
                        choices=[("application/pdf", "PDF"), ("image/jpeg", "JPEG"), ("image/png", "PNG")], max_length=30
                    ),
                ),
                ("size", models.PositiveIntegerField(verbose_name="bytes")),
                ("digest", anchored.ground.fields.Line(max_length=64)),
                ("filed_by", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
                ("filed_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("withdrawn_because", anchored.ground.fields.Line(blank=True, max_length=300)),
                (
                    "withdrawn_by",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("withdrawn_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "ordering": ["-filed_at"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("withdrawn_at", None), ("withdrawn_by", None)),
                            models.Q(("withdrawn_at__isnull", False), ("withdrawn_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="scan_withdrawn_by_somebody",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Paper",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("patient", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="papers", to="patients.patient")),
                (
                    "template",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="papers", to="patients.papertemplate"),
                ),
                (
                    "intake",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="papers", to="patients.intake"
                    ),
                ),
                (
                    "episode",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="papers", to="patients.episode"
                    ),
                ),
                (
                    "how",
                    anchored.ground.fields.Choice(
                        choices=[
                            ("acknowledged", "Acknowledged"),
                            ("typed", "Signed, name typed"),
                            ("drawn", "Signed, drawn on screen"),
                            ("on_paper", "Signed on paper"),
                            ("declined", "Declined"),
                            ("unable", "Unable to sign"),
                        ],
                        max_length=30,
                    ),
                ),
                ("signer_name", anchored.ground.fields.Line(blank=True, max_length=200, verbose_name="name of who signed")),
                (
                    "guardian",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="papers", to="patients.contact"
                    ),
                ),
                ("drawing", anchored.ground.fields.Prose(blank=True, max_length=20000)),
                ("reason", anchored.ground.fields.Line(blank=True, max_length=300)),
                (
                    "scan",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="papers", to="patients.scan"
                    ),
                ),
                ("digest", anchored.ground.fields.Line(max_length=64)),
                ("taken_by", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
                ("taken_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "ordering": ["-taken_at"],
                "indexes": [models.Index(fields=["patient", "-taken_at"], name="papers_of_a_patient")],
            },
        ),
        migrations.CreateModel(
            name="ServiceKind",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", anchored.ground.fields.Slug(max_length=40, unique=True)),
                ("name", anchored.ground.fields.Line(max_length=80, unique=True)),
                ("minutes", models.PositiveSmallIntegerField(default=50, verbose_name="usual minutes")),
                ("counts", models.BooleanField(default=True, verbose_name="counts toward program hours")),
                ("needs_plan", models.BooleanField(default=True, verbose_name="follows an objective of the plan")),
                (
                    "note_format",
                    anchored.ground.fields.Line(
                        default="dap", help_text="Code of a note format.", max_length=20, verbose_name="format of its note"
                    ),
                ),
                (
                    "billing_code",
                    anchored.ground.fields.Line(
                        blank=True,
                        help_text="As your payer has it. Empty: not billed by itself.",
                        max_length=20,
                        verbose_name="billing code",
                    ),
                ),
                (
                    "unit_minutes",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        help_text="Empty: the service is one unit.",
                        null=True,
                        validators=[django.core.validators.MinValueValidator(1)],
                        verbose_name="minutes in a unit",
                    ),
                ),
                (
                    "rounding",
                    anchored.ground.fields.Choice(
                        choices=[("down", "Whole units only"), ("half", "A unit from its half on"), ("up", "Every unit begun")],
                        default="down",
                        help_text="As your payer counts.",
                        max_length=30,
                        verbose_name="rounding of units",
                    ),
                ),
                ("offered", models.BooleanField(default=True)),
                ("order", models.PositiveSmallIntegerField(default=0)),
            ],
            options={
                "ordering": ["order", "name"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("unit_minutes", None), ("unit_minutes__gte", 1), _connector="OR"), name="a_unit_takes_minutes"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Service",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("episode", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="services", to="patients.episode")),
                (
                    "kind",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="services", to="patients.servicekind"),
                ),
                ("started_at", models.DateTimeField()),
                ("minutes", models.PositiveSmallIntegerField()),
                (
                    "place",
                    anchored.ground.fields.Choice(
                        choices=[("in_person", "In person"), ("video", "Video"), ("phone", "Phone"), ("elsewhere", "Outside the clinic")],
                        default="in_person",
                        max_length=30,
                    ),
                ),
                ("with_whom", anchored.ground.fields.Line(blank=True, max_length=200, verbose_name="who else was there")),
                (
                    "delivered_by",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
                ),
                (
                    "entered_by",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
                ),
                ("entered_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("taken_back_at", models.DateTimeField(blank=True, editable=False, null=True)),
            ],
            options={
                "ordering": ["-started_at"],
                "indexes": [
                    models.Index(fields=["episode", "-started_at"], name="services_of_an_episode"),
                    models.Index(fields=["delivered_by", "-started_at"], name="services_of_a_clinician"),
                    models.Index(fields=["started_at"], name="services_by_time"),
                ],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("minutes__gte", 1), ("minutes__lte", 1440)), name="a_service_takes_minutes"),
                    models.CheckConstraint(
                        condition=models.Q(("entered_at__gte", models.F("started_at"))), name="a_service_is_entered_after_it_began"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Stay",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("episode", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="stays", to="patients.episode")),
                (
                    "previous",
                    models.OneToOneField(
                        blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="next", to="patients.stay"
                    ),
                ),
                ("program", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="stays", to="patients.program")),
                ("started_on", models.DateField()),
                ("ended_on", models.DateField(blank=True, help_text="The first day no longer in this program.", null=True)),
                ("counts_from", models.DateField()),
                ("basis", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="patients.movebasis")),
                ("reason", anchored.ground.fields.Prose(blank=True, max_length=4000)),
                ("patient_took_part", models.BooleanField(default=False, verbose_name="patient took part in this decision")),
                ("outside_table", models.BooleanField(default=False, verbose_name="approved by a supervisor outside the table of moves")),
                (
                    "reverses",
                    models.OneToOneField(
                        blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="reversed_by", to="patients.stay"
                    ),
                ),
                (
                    "opened_by",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("opened_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "accepted_by",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("accepted_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "ordering": ["started_on", "opened_at"],
                "indexes": [
                    models.Index(condition=models.Q(("ended_on", None)), fields=["program", "counts_from"], name="open_stays_of_a_program"),
                    models.Index(fields=["episode", "started_on"], name="stays_of_an_episode"),
                    models.Index(
                        condition=models.Q(("ended_on__isnull", False)), fields=["program", "ended_on"], name="ended_stays_of_a_program"
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("ended_on", None), ("ended_on__gte", models.F("started_on")), _connector="OR"),
                        name="stay_ends_after_it_starts",
                        violation_error_message="The end date must be the same as or after the start date.",
                    ),
                    models.UniqueConstraint(condition=models.Q(("ended_on", None)), fields=("episode",), name="one_open_stay_per_episode"),
                    models.UniqueConstraint(condition=models.Q(("previous", None)), fields=("episode",), name="one_first_stay_per_episode"),
                    models.CheckConstraint(
                        condition=models.Q(("counts_from__lte", models.F("started_on"))), name="day_one_is_not_after_the_stay_began"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("accepted_at", None), ("accepted_by", None)),
                            models.Q(("accepted_at__isnull", False), ("accepted_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="accepted_by_somebody_at_some_time",
                    ),
                    anchored.ground.intervals.Exclusion(
                        expressions=[
                            ("episode", "="),
                            (models.Func("started_on", "ended_on", models.Value("[)"), function="daterange"), "&&"),
                        ],
                        name="stays_do_not_overlap",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Assessment",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("sealed_at", models.DateTimeField(editable=False, null=True)),
                ("digest", anchored.ground.fields.Line(blank=True, editable=False, max_length=64)),
                (
                    "episode",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="assessments", to="patients.episode"),
                ),
                (
                    "stay",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="assessments", to="patients.stay"
                    ),
                ),
                (
                    "occasion",
                    anchored.ground.fields.Choice(
                        choices=[
                            ("admission", "Admission"),
                            ("continued", "Continued service"),
                            ("move", "Move"),
                            ("discharge", "Discharge"),
                        ],
                        max_length=30,
                    ),
                ),
                (
                    "edition",
                    anchored.ground.fields.Choice(choices=[("3", "3rd edition (2013)"), ("4", "4th edition (2023)")], max_length=30),
                ),
                ("made_on", models.DateField(default=anchored.ground.dates.today)),
                ("made_by", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
                ("made_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("rating_1", anchored.ground.fields.Line(blank=True, max_length=6)),
                ("rating_2", anchored.ground.fields.Line(blank=True, max_length=6)),
                ("rating_3", anchored.ground.fields.Line(blank=True, max_length=6)),
                ("rating_4", anchored.ground.fields.Line(blank=True, max_length=6)),
                ("rating_5", anchored.ground.fields.Line(blank=True, max_length=6)),
                ("rating_6", anchored.ground.fields.Line(blank=True, max_length=6)),
                ("comment_1", anchored.ground.fields.Prose(blank=True, max_length=2000)),
                ("comment_2", anchored.ground.fields.Prose(blank=True, max_length=2000)),
                ("comment_3", anchored.ground.fields.Prose(blank=True, max_length=2000)),
                ("comment_4", anchored.ground.fields.Prose(blank=True, max_length=2000)),
                ("comment_5", anchored.ground.fields.Prose(blank=True, max_length=2000)),
                ("comment_6", anchored.ground.fields.Prose(blank=True, max_length=2000)),
                (
                    "recommended",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="patients.levelofcare"
                    ),
                ),
                (
                    "chosen",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="patients.levelofcare"
                    ),
                ),
                (
                    "authorised",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="patients.levelofcare"
                    ),
                ),
                (
                    "difference",
                    anchored.ground.fields.Choice(
                        blank=True,
                        choices=[
                            ("", "They do not differ"),
                            ("service_not_available", "Service not available"),
                            ("waiting_list", "Waiting list"),
                            ("patient_preference", "Patient's choice"),
                            ("payer_denial", "Payer denied"),
                            ("legal_mandate", "Legal mandate"),
                            ("clinical_judgement", "Clinical judgement"),
                            ("transportation_or_geography", "Transport or distance"),
                            ("other", "Other"),
                        ],
                        default="",
                        max_length=40,
                        verbose_name="why they differ",
                    ),
                ),
                ("difference_note", anchored.ground.fields.Prose(blank=True, max_length=2000)),
            ],
            options={
                "ordering": ["-made_on", "-made_at"],
                "indexes": [models.Index(fields=["episode", "-made_on", "-made_at"], name="assessments_of_an_episode")],
            },
        ),
        migrations.CreateModel(
            name="SubstanceUse",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "admission",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="substances", to="patients.admission"),
                ),
                ("rank", models.PositiveSmallIntegerField(choices=[(1, "Primary"), (2, "Secondary"), (3, "Tertiary")])),
                (
                    "substance",
                    anchored.ground.fields.Choice(
                        blank=True,
                        choices=[
                            ("2", "Alcohol"),
                            ("3", "Cocaine or crack"),
                            ("4", "Marijuana or hashish"),
                            ("5", "Heroin"),
                            ("6", "Methadone, not prescribed"),
                            ("7", "Other opioids and synthetics"),
                            ("8", "PCP"),
                            ("9", "Hallucinogens"),
                            ("10", "Methamphetamine"),
                            ("11", "Other amphetamines"),
                            ("12", "Other stimulants"),
                            ("13", "Benzodiazepines"),
                            ("14", "Other tranquilizers"),
                            ("15", "Barbiturates"),
                            ("16", "Other sedatives or hypnotics"),
                            ("17", "Inhalants"),
                            ("18", "Over-the-counter medications"),
                            ("20", "Other drugs"),
                            ("1", "None"),
                            ("96", "Not applicable"),
                            ("97", "Unknown"),
                            ("98", "Not collected"),
                        ],
                        default="",
                        max_length=6,
                    ),
                ),
                (
                    "route",
                    anchored.ground.fields.Choice(
                        blank=True,
                        choices=[
                            ("1", "Oral"),
                            ("2", "Smoking"),
                            ("3", "Inhalation"),
                            ("4", "Injection"),
                            ("20", "Other"),
                            ("96", "Not applicable"),
                            ("97", "Unknown"),
                            ("98", "Not collected"),
                        ],
                        default="",
                        max_length=6,
                    ),
                ),
                (
                    "frequency",
                    anchored.ground.fields.Choice(
                        blank=True,
                        choices=[
                            ("1", "No use in the past month"),
                            ("2", "1 to 3 days in the past month"),
                            ("3", "1 or 2 days in the past week"),
                            ("4", "3 to 6 days in the past week"),
                            ("5", "Daily"),
                            ("P2", "Some use in the past month"),
                            ("96", "Not applicable"),
                            ("97", "Unknown"),
                            ("98", "Not collected"),
                        ],
                        default="",
                        max_length=6,
                    ),
                ),
                (
                    "first_use_age",
                    models.PositiveSmallIntegerField(
                        blank=True, null=True, validators=[django.core.validators.MaxValueValidator(95)], verbose_name="age at first use"
                    ),
                ),
                (
                    "first_use_band",
                    anchored.ground.fields.Choice(
                        blank=True,
                        choices=[
                            ("P1", "11 or younger"),
                            ("P2", "12 to 14"),
                            ("P3", "15 to 17"),
                            ("P4", "18 to 20"),
                            ("P5", "21 to 24"),
                            ("P6", "25 to 29"),
                            ("P7", "30 or older"),
                        ],
                        default="",
                        editable=False,
                        max_length=6,
                    ),
                ),
            ],
            options={
                "ordering": ["rank"],
                "constraints": [
                    models.UniqueConstraint(fields=("admission", "rank"), name="one_substance_per_rank"),
                    models.CheckConstraint(condition=models.Q(("rank__range", (1, 3))), name="three_substances_at_most"),
                    models.CheckConstraint(
                        condition=models.Q(("first_use_age", None), ("first_use_age__lte", 95), _connector="OR"),
                        name="first_use_age_at_most_95",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="WaitlistEntry",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("patient", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="waits", to="patients.patient")),
                (
                    "referral",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="waits", to="patients.referral"
                    ),
                ),
                ("program", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="waits", to="patients.program")),
                ("since", models.DateField(default=anchored.ground.dates.today, verbose_name="waiting since")),
                ("wanted_start", models.DateField(blank=True, null=True, verbose_name="wants to start")),
                (
                    "priority",
                    models.PositiveSmallIntegerField(
                        choices=[(1, "Pregnant, injects drugs"), (2, "Pregnant"), (3, "Injects drugs"), (4, "No priority")], default=4
                    ),
                ),
                ("risk", anchored.ground.fields.Line(blank=True, max_length=300, verbose_name="risk while waiting")),
                ("added_by", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL)),
                ("added_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "outcome",
                    anchored.ground.fields.Choice(
                        blank=True,
                        choices=[("", "Waiting"), ("admitted", "Admitted"), ("not_proceeding", "Not proceeding")],
                        default="",
                        max_length=30,
                    ),
                ),
                ("closed_because", anchored.ground.fields.Prose(blank=True, max_length=1000)),
                (
                    "closed_by",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "verbose_name_plural": "waitlist",
                "ordering": ["priority", "since", "added_at"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("closed_at", None)), fields=["program", "priority", "since"], name="waiting_for_a_program"
                    )
                ],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("priority__range", (1, 4))), name="waitlist_priority_is_listed"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("closed_at", None), ("closed_by", None), ("outcome", "")),
                            models.Q(("closed_at__isnull", False), ("closed_by__isnull", False), models.Q(("outcome", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="waiting_closed_by_somebody",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("closed_at", None)),
                        fields=("patient", "program"),
                        name="waits_once_for_a_program",
                        violation_error_message="This person waits for this program already.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Offer",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "entry",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="offers", to="patients.waitlistentry"),
                ),
                ("program", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="offers", to="patients.program")),
                ("held_until", models.DateField()),
                (
                    "offered_by",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
                ),
                ("offered_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "outcome",
                    anchored.ground.fields.Choice(
                        blank=True,
                        choices=[("", "Offered"), ("taken", "Admitted"), ("declined", "Declined"), ("withdrawn", "Withdrawn")],
                        default="",
                        max_length=30,
                    ),
                ),
                (
                    "closed_by",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "ordering": ["offered_at"],
                "indexes": [models.Index(condition=models.Q(("closed_at", None)), fields=["program", "held_until"], name="places_held")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("closed_at", None), ("closed_by", None), ("outcome", "")),
                            models.Q(("closed_at__isnull", False), ("closed_by__isnull", False), models.Q(("outcome", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="offer_closed_by_somebody",
                    ),
                    models.UniqueConstraint(condition=models.Q(("closed_at", None)), fields=("entry",), name="one_open_offer_per_wait"),
                ],
            },
        ),
    ]
