"""What a chart asks of a patient beside its head, in the same round trip."""

from uuid import UUID

from anchored.ground.remembered import Remembered
from patients.head import latest_episode
from patients.models import Admission, Assessment, Discharge, SubstanceUse

all_rated = Remembered(lambda patient: Assessment.objects.filter(episode__patient=patient, sealed_at__isnull=False), patient=UUID)
all_discharges = Remembered(lambda patient: Discharge.objects.filter(episode__patient=patient).select_related("reason"), patient=UUID)
last_admission = Remembered(lambda patient: Admission.objects.filter(episode=latest_episode(patient)), patient=UUID)
last_substances = Remembered(lambda patient: SubstanceUse.objects.filter(admission__episode=latest_episode(patient)), patient=UUID)
