"""What a chart asks of a patient beside its head, in the same round trip."""

from uuid import UUID

from anchored.audit.models import TrailEntry
from anchored.ground.remembered import Remembered
from patients.head import latest_episode
from patients.models import Admission, Assessment, ContactAttempt, Discharge, Paper, ReferralStep, Scan, SubstanceUse

all_rated = Remembered(lambda patient: Assessment.objects.filter(episode__patient=patient, sealed_at__isnull=False), patient=UUID)
all_discharges = Remembered(lambda patient: Discharge.objects.filter(episode__patient=patient).select_related("reason"), patient=UUID)
last_admission = Remembered(lambda patient: Admission.objects.filter(episode=latest_episode(patient)), patient=UUID)
last_substances = Remembered(lambda patient: SubstanceUse.objects.filter(admission__episode=latest_episode(patient)), patient=UUID)
all_steps = Remembered(lambda patient: ReferralStep.objects.filter(referral__patient=patient), patient=UUID)
all_attempts = Remembered(lambda patient: ContactAttempt.objects.filter(patient=patient), patient=UUID)
all_papers = Remembered(lambda patient: Paper.objects.filter(patient=patient).select_related("template"), patient=UUID)
all_scans = Remembered(lambda patient: Scan.objects.filter(patient=patient), patient=UUID)
LOOKS = 20
my_looks = Remembered(
    lambda user, patient: TrailEntry.objects.filter(actor=user, patient_id=patient, event="chart.opened").order_by("-sequence")[:LOOKS],
    user=int,
    patient=UUID,
)
