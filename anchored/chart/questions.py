"""What a chart asks of a patient beside its head, in the same round trip."""

from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from anchored.audit.models import TrailEntry
from anchored.ground.remembered import Remembered
from groups.models import Amendment, Attendance, Enrolment
from patients import papers
from patients.head import latest_episode
from patients.models import (
    Admission,
    Assessment,
    ContactAttempt,
    Discharge,
    Paper,
    ReferralStep,
    Scan,
    SubstanceUse,
)
from patients.models.assessment import DIMENSIONS
from treatment_plans import due
from treatment_plans.models import DischargeSummary, Note, Plan, PlanReview
from treatment_plans.note_queries import LONG

UNREAD = [*(f"comment_{number}" for number in DIMENSIONS), "difference_note", "digest"]  # a rating's own page shows them
all_rated = Remembered(
    lambda patient: Assessment.objects.filter(episode__patient=patient, sealed_at__isnull=False).defer(*UNREAD), patient=UUID
)
all_discharges = Remembered(
    lambda patient: (
        Discharge.objects.filter(episode__patient=patient)
        .select_related("reason")
        .annotate(has_summary=Exists(DischargeSummary.objects.filter(discharge=OuterRef("pk"), sealed_at__isnull=False)))
    ),
    patient=UUID,
)
last_admission = Remembered(lambda patient: Admission.objects.filter(episode=latest_episode(patient)), patient=UUID)
last_substances = Remembered(lambda patient: SubstanceUse.objects.filter(admission__episode=latest_episode(patient)), patient=UUID)
all_steps = Remembered(lambda patient: ReferralStep.objects.filter(referral__patient=patient), patient=UUID)
all_attempts = Remembered(lambda patient: ContactAttempt.objects.filter(patient=patient), patient=UUID)
all_papers = Remembered(
    lambda patient: Paper.objects.filter(patient=patient).select_related("template").defer("drawing", "template__text"), patient=UUID
)
papers_answered = Remembered(
    lambda patient: Paper.objects.filter(
        Q(episode=latest_episode(patient)) | Q(intake__episode=latest_episode(patient)), patient=patient, scan__withdrawn_at=None
    ).only("template", "how", "guardian"),
    patient=UUID,
)
SHOWN_NOTES = 100
all_plans = Remembered(lambda patient: Plan.objects.filter(episode__patient=patient, sealed_at__isnull=False), patient=UUID)
all_reviews = Remembered(
    lambda patient: PlanReview.objects.filter(plan__episode__patient=patient).select_related("plan").defer("objectives", "summary"),
    patient=UUID,
)


def _notes(number):
    """The latest signed notes of a patient, without their words."""
    return Remembered(
        lambda patient: (
            Note.objects.filter(episode__patient=patient, sealed_at__isnull=False, replaced_at=None)
            .select_related("service__kind")
            .defer(*LONG)
            .order_by("-service__started_at")[:number]
        ),
        patient=UUID,
    )


latest_notes, last_notes = _notes(6), _notes(SHOWN_NOTES)
plan_looks = Remembered(lambda patient: due.with_looks(Plan.objects.filter(episode=latest_episode(patient))), patient=UUID)
all_absences = Remembered(
    lambda patient: (
        Attendance.objects.filter(episode__patient=patient)
        .exclude(state__in=Attendance.CAME)
        .select_related("session__group")
        .defer("typed")
    ),
    patient=UUID,
)
all_corrections = Remembered(
    lambda patient: (
        Amendment.objects.filter(attendance__episode__patient=patient, outcome=Amendment.Outcome.MADE)
        .select_related("attendance__session__group")
        .defer("attendance__typed")
    ),
    patient=UUID,
)
open_enrolments = Remembered(
    lambda patient: Enrolment.objects.filter(episode=latest_episode(patient), ended_on=None).only("group"), patient=UUID
)
all_scans = Remembered(lambda patient: Scan.objects.filter(patient=patient), patient=UUID)
LOOKS = 12
my_looks = Remembered(
    lambda user, patient: (
        TrailEntry.objects.filter(actor=user, patient_id=patient, event="chart.opened").only("at").order_by("-sequence")[:LOOKS]
    ),
    user=int,
    patient=UUID,
)


def papers_missing(head, answered):
    """Papers of the packet that nobody has answered yet, for somebody in care; the packet and the rules are kept for a minute."""
    if not head.stay:
        return []
    case = papers.Case(head.patient, episode=head.episode, stay=head.stay)
    needs = papers.needs_among(case, papers.minor_rules(), papers.latest_of(papers.packet()), answered, papers.asked_of([head.episode.pk]))
    return sorted((need for need in needs if need.paper is None), key=lambda need: need.due_on)
