"""A file per aggregate."""

from .appointment import Appointment
from .caseload import CaseloadFinding, CaseloadReview, FollowUpAnswer
from .event import PlanEvent
from .in_error import NoteInError
from .leaving import ContinuingCare, DischargeSummary
from .library import LibraryEntry
from .note import CosignRule, Note, NoteFormat, NoteReturn, NoteSection, ObjectiveProgress, WhyAlike
from .plan import Goal, Intervention, Modality, Objective, Plan, Problem
from .prevention import PreventionEntry, PreventionLook
from .review import PlanReview
from .snippet import Snippet
from .word import PatientWord

__all__ = [
    "Appointment",
    "CaseloadFinding",
    "CaseloadReview",
    "ContinuingCare",
    "CosignRule",
    "DischargeSummary",
    "FollowUpAnswer",
    "Goal",
    "Intervention",
    "LibraryEntry",
    "Modality",
    "Note",
    "NoteFormat",
    "NoteInError",
    "NoteReturn",
    "NoteSection",
    "Objective",
    "ObjectiveProgress",
    "PatientWord",
    "Plan",
    "PlanEvent",
    "PlanReview",
    "PreventionEntry",
    "PreventionLook",
    "Problem",
    "Snippet",
    "WhyAlike",
]
