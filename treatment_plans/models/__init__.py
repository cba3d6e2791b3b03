"""A file per aggregate."""

from .library import LibraryEntry
from .plan import Goal, Intervention, Modality, Objective, Plan, Problem
from .word import PatientWord

__all__ = ["Goal", "Intervention", "LibraryEntry", "Modality", "Objective", "PatientWord", "Plan", "Problem"]
