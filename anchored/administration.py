"""The Django admin of the house: what there is to configure, in the order in which people look for it."""

from django.contrib.admin import AdminSite
from django.contrib.admin.apps import AdminConfig
from django.urls import reverse
from django.utils.text import slugify

SECTIONS = {
    "People and roles": ["accounts.User", "accounts.Supervision", "patients.ProgramStaff"],
    "Programs": [
        "patients.Program",
        "patients.ProgramRule",
        "patients.LevelOfCare",
        "patients.Phase",
        "patients.AllowedMove",
        "patients.MoveBasis",
    ],
    "Groups": ["groups.Group", "groups.GroupType", "groups.Curriculum", "groups.Closure", "groups.AbsenceRule"],
    "Plans and notes": ["treatment_plans.LibraryEntry", "patients.ServiceKind", "treatment_plans.NoteFormat", "treatment_plans.CosignRule"],
    "Documents": ["patients.PaperTemplate", "patients.MinorRule"],
    "Lists": ["patients.DiagnosisCode", "patients.DischargeReason", "patients.Dimension", "patients.RatingOption"],
    "Records, by number only": [
        "patients.Patient",
        "patients.Episode",
        "patients.Stay",
        "patients.Admission",
        "patients.Discharge",
        "patients.CareTeamMember",
        "patients.SafetyFlag",
        "patients.Referral",
        "patients.Intake",
        "patients.WaitlistEntry",
        "patients.Contact",
        "patients.Commitment",
        "patients.Diagnosis",
        "patients.Paper",
        "patients.Scan",
        "patients.Assessment",
        "treatment_plans.Plan",
        "treatment_plans.PlanReview",
        "treatment_plans.ContinuingCare",
        "treatment_plans.DischargeSummary",
        "treatment_plans.Note",
        "treatment_plans.Appointment",
        "treatment_plans.PreventionEntry",
        "treatment_plans.PreventionLook",
        "patients.Service",
        "groups.Enrolment",
        "groups.Waiting",
        "groups.Attendance",
        "groups.Told",
        "groups.MakeUp",
        "groups.Outreach",
        "groups.AbsenceDecision",
        "signing.Signature",
        "signing.Addendum",
    ],
    "Audit": ["audit.TrailEntry"],
}


class AdministrationConfig(AdminConfig):
    """Named in INSTALLED_APPS in place of Django's own."""

    default_site = "anchored.administration.Administration"


class Administration(AdminSite):
    """The start page and the side bar in sections of clinic words, not of apps."""

    site_header = site_title = "Anchored administration"

    def get_app_list(self, request, app_label=None):
        """One entry for each section that holds something this person may see; the page of one app stays Django's."""
        apps = super().get_app_list(request, app_label)
        if app_label:
            return apps
        offered = {entry["model"]._meta.label: entry for app in apps for entry in app["models"]}
        sections = [self._section(name, [offered[label] for label in labels if label in offered]) for name, labels in SECTIONS.items()]
        return [section for section in sections if section["models"]]

    def _section(self, name, entries):
        key = slugify(name)
        return {
            "name": name,
            "app_label": key,
            "app_url": f"{reverse('admin:index', current_app=self.name)}#{key}",
            "has_module_perms": True,
            "models": entries,
        }
