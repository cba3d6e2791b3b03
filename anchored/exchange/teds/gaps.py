"""Which admissions and discharges lack something that TEDS asks for. “Unknown” is an answer; nothing is not."""

from dataclasses import dataclass

from django.db.models import BooleanField, Exists, ExpressionWrapper, FilteredRelation, OuterRef, Q

from patients.models import Admission, Discharge, Patient
from treatment_plans.models import DischargeSummary

DETAILS, CHART, SUMMARY = "patients:details", "patients:chart", "patients:discharge_summary"


@dataclass(frozen=True)
class Item:
    """Something asked for: in words, when it lacks, and the page of the chart where it stands."""

    words: str
    lacks: Q
    page: str


def _person(field):
    return Q(**{f"episode__patient__{field}": ""})


OF_ADMISSION = {
    "birth_date": Item("date of birth", Q(episode__patient__birth_date=None), DETAILS),
    "sex": Item("sex", _person("sex"), DETAILS),
    "race": Item("race", _person("race"), DETAILS),
    "ethnicity": Item("ethnicity", _person("ethnicity"), DETAILS),
    "veteran": Item("veteran", _person("veteran"), DETAILS),
    "education": Item("education at admission", Q(education=""), CHART),
    "employment": Item("employment at admission", Q(employment=""), CHART),
    "living": Item("living arrangement at admission", Q(living_arrangement=""), CHART),
    "referral": Item("referral source", Q(referral_source=""), CHART),
    "prior": Item("treatment episodes before", Q(prior_episodes=""), CHART),
    "medication": Item("medication for opioid use disorder", Q(medication_opioid_therapy=""), CHART),
    "substance": Item("primary substance", Q(main_use__pk=None) | Q(main_use__substance=""), CHART),
    "use": Item("route or frequency of the primary substance", Q(main_use__route="") | Q(main_use__frequency=""), CHART),
}
OF_DISCHARGE = {"summary": Item("last contact: the discharge summary is not signed", Q(has_summary=False), SUMMARY)}


def admissions(year):
    """Admissions of a year that lack something, each with `lacks_…` for each item."""
    rows = Admission.objects.filter(episode__started_on__year=year)
    rows = rows.annotate(main_use=FilteredRelation("substances", condition=Q(substances__rank=1)))
    return _lacking(rows, OF_ADMISSION).select_related("episode__patient").order_by("episode__started_on", "pk")


def discharges(year):
    """Discharges of a year, in force, that lack something."""
    signed = DischargeSummary.objects.filter(discharge=OuterRef("pk"), sealed_at__isnull=False)
    rows = Discharge.objects.filter(undone_at=None, on__year=year).annotate(has_summary=Exists(signed))
    return _lacking(rows, OF_DISCHARGE).select_related("episode__patient").order_by("on", "pk")


def _lacking(rows, items):
    lacks = {f"lacks_{key}": ExpressionWrapper(item.lacks, BooleanField()) for key, item in items.items()}
    lacking = Q()
    for item in items.values():
        lacking |= item.lacks
    return rows.annotate(**lacks).filter(lacking)


def visible_to(user, rows):
    """Those of people whose charts this person may open."""
    return rows.filter(episode__patient__in=Patient.objects.visible_to(user))


def of(row, items):
    """The items that a row lacks."""
    return [item for key, item in items.items() if getattr(row, f"lacks_{key}")]
