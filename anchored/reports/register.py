"""All reports, in the order of the page."""

from . import (
    attendance,
    case_mix,
    caseloads,
    census,
    curriculum,
    flow,
    hours,
    hours_by_month,
    length_of_stay,
    notes,
    plan_reviews,
    plans,
    retention,
    step_down,
)

ROOMS = (
    census,
    flow,
    length_of_stay,
    retention,
    hours,
    hours_by_month,
    attendance,
    notes,
    plans,
    plan_reviews,
    caseloads,
    step_down,
    case_mix,
    curriculum,
)
REPORTS = {room.REPORT.slug: room.REPORT for room in ROOMS}
