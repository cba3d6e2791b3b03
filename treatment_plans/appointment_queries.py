"""Which appointments a clinician or a patient has."""

from datetime import timedelta
from uuid import UUID

from django.db.models import Q
from django.utils import timezone

from anchored.ground.remembered import Remembered
from patients.models import Patient

from .models import Appointment


def known(user):
    """Appointments of people this person may know of."""
    rows = Appointment.objects.filter(episode__patient__in=Patient.objects.visible_to(user))
    return rows.select_related("episode__patient", "kind", "clinician", "note")


def of_the_day(user, since, until):
    """A clinician's own between two moments, and those that are over and not closed yet: somebody has to say what became of them."""
    open_ones = Q(closed_at=None, ends_at__lt=timezone.now())
    return known(user).filter(Q(starts_at__gte=since, starts_at__lt=until) | open_ones, clinician=user).order_by("starts_at")


def clashing(episode, clinician, starts_at, minutes, *, but=None):
    """(of the patient, of the clinician): other appointments that take some of the same minutes. One statement."""
    theirs = Q(episode__patient=episode.patient_id) | Q(clinician=clinician)
    rows = Appointment.objects.not_cancelled().meeting(starts_at, starts_at + timedelta(minutes=minutes)).filter(theirs)
    rows = list(rows.exclude(pk=but and but.pk).select_related("episode", "kind"))
    mine = [row for row in rows if row.patient_id == episode.patient_id]
    return mine, [row for row in rows if row not in mine and row.clinician_id == clinician.pk]


next_of = Remembered(
    lambda patient: (
        Appointment.objects.filter(episode__patient=patient, closed_at=None).select_related("kind", "clinician").order_by("starts_at")[:20]
    ),
    patient=UUID,
)
