"""What people wait for at the start of the day and in supervision: Today, the board over thirty clinicians, one caseload, the reports."""

from dataclasses import replace

from . import clinic
from .pages_of_notes import get


def pages(clinician):
    from anchored.reports.register import REPORTS

    from . import supervised

    known = supervised.supervised(clinician)
    head, reader = clinic.cookie(known.head), clinic.cookie(known.reader)
    return [
        get("today", "/today/", "/today/"),
        replace(get("30 clinicians", "/caseloads/", "/supervised/"), cookie=head),
        replace(get("caseload of 50", f"/caseloads/{known.clinician.pk}/", f"/supervised/{known.clinician.pk}/"), cookie=head),
        *(replace(get(slug, f"/reports/{slug}/", f"/reports/{slug}/"), cookie=reader) for slug in REPORTS),
    ]
