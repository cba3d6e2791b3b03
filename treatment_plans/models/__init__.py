"""A file per aggregate."""

from .appointment import Appointment
from .event import PlanEvent
from .in_error import NoteInError
from .leaving import ContinuingCare, DischargeSummary
from .library import LibraryEntry
from .note import CosignRule, Note, NoteFormat, NoteReturn, NoteSection, ObjectiveProgress
from .plan import Goal, Intervention, Modality, Objective, Plan, Problem
from .prevention import PreventionEntry, PreventionLook
from .review import PlanReview
from .snippet import Snippet
from .word import PatientWord

__all__ = [
    "Appointment",
    "ContinuingCare",
    "CosignRule",
    "DischargeSummary",
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
]
