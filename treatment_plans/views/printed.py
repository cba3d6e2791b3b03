"""Plans, reviews, notes and the relapse-prevention plan as files to print, with the trail's row."""

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_GET

from anchored.accounts.roles import Permission
from anchored.audit import trail
from patients.doors import opens_chart, opens_through

from .. import prevention, printing
from ..outline import Outline
from . import leaving, notes, plans, reviews


def _file(request, document, name, content, patient=None):
    """Named by the record number: no name of a person is left in a folder of downloads."""
    trail.record("document.printed", document, by=request.user)
    number = (patient or document.patient).record_number
    headers = {"Content-Disposition": f'attachment; filename="{name}-no-{number}.pdf"', "Cache-Control": "no-store"}
    return HttpResponse(content, content_type="application/pdf", headers=headers)


@require_GET
@opens_through(plans.known, Permission.OPEN_CHARTS, part="plan_id")
def plan_pdf(request, plan):
    """A version of a plan; a draft says so."""
    return _file(request, plan, f"plan-{plan.number}", printing.plan(Outline.of(plan), request.user))


@require_GET
@opens_through(reviews.known, Permission.OPEN_CHARTS, part="review_id")
def review_pdf(request, review):
    """A signed review."""
    return _file(request, review, f"review-{review.made_on}", printing.review(review, request.user))


@require_GET
@opens_through(notes.known, Permission.OPEN_CHARTS, part="note_id")
def note_pdf(request, note):
    """A signed note with its addenda."""
    if note.is_draft:
        raise Http404("Not signed yet.")
    return _file(request, note, "note", printing.note(note, request.user))


@require_GET
@opens_chart(Permission.OPEN_CHARTS)
def prevention_pdf(request, patient):
    """The relapse-prevention plan as a sheet to take home."""
    content = printing.prevention(patient, prevention.standing(patient), prevention.last_look(patient), request.user)
    return _file(request, patient, "prevention-plan", content, patient=patient)


@require_GET
@opens_through(leaving.known_plans, Permission.OPEN_CHARTS, part="care_id")
def continuing_care_pdf(request, plan):
    """The signed continuing-care plan, for the patient to take along."""
    return _file(request, plan, "continuing-care", printing.continuing_care(plan, request.user))


@require_GET
@opens_through(leaving.known_summaries, Permission.OPEN_CHARTS, part="summary_id")
def summary_pdf(request, summary):
    """The signed discharge summary with its addenda."""
    return _file(request, summary, "discharge-summary", printing.discharge_summary(summary, request.user))
