"""Reviews of caseloads: which there are, when the next is due, what they ask of somebody."""

from datetime import timedelta

from django.conf import settings
from django.db.models import Max
from django.utils import timezone

from anchored.accounts.models import Supervision
from anchored.ground.dates import today
from patients.models import Patient

from .models import CaseloadFinding, CaseloadReview


def reviews_known_to(user):
    """Signed reviews that this person wrote, and those of the people they supervise today."""
    supervised = Supervision.objects.now().filter(supervisor=user).values("clinician")
    signed = CaseloadReview.objects.exclude(sealed_at=None)
    return (signed.filter(supervisor=user) | signed.filter(clinician__in=supervised)).select_related("clinician", "supervisor")


def last_reviewed(clinicians):
    """{clinician: the moment of the last signed review}, in one statement."""
    rows = CaseloadReview.objects.filter(clinician__in=clinicians, sealed_at__isnull=False).order_by()
    return dict(rows.values_list("clinician").annotate(Max("sealed_at")))


def due_on(last):
    """The day of the next review; today where there was none."""
    return timezone.localdate(last) + timedelta(days=settings.CASELOAD_REVIEW_DAYS) if last else today()


def findings_of(review, user):
    """What a review says of the patients whose charts this person may open, by name."""
    rows = review.findings.filter(episode__patient__in=Patient.objects.visible_to(user))
    rows = rows.select_related("episode__patient", "owner", "answer__answered_by")
    return rows.order_by("episode__patient__family_name", "episode__patient__given_name", "pk")


def follow_ups_of(user):
    """What signed reviews ask this person to do and nobody has answered, about patients whom they may know of: the first due first."""
    rows = CaseloadFinding.objects.open().filter(owner=user, episode__patient__in=Patient.objects.visible_to(user))
    return rows.select_related("episode__patient", "review__supervisor").order_by("due_on", "pk")
