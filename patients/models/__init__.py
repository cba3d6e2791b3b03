"""A file per aggregate."""

from .admission import Admission, SubstanceUse
from .assessment import Assessment, Dimension, RatingOption
from .episode import Discharge, DischargeReason, Episode, MoveBasis, Stay
from .in_care import InCare
from .patient import Circumstances, NamedAccess, Patient, RecordNumber, SafetyFlag
from .program import AllowedMove, LevelOfCare, Phase, Program, ProgramRule, ProgramStaff
from .relation import Relation
from .team import CareTeamMember

__all__ = [
    "Admission",
    "AllowedMove",
    "Assessment",
    "CareTeamMember",
    "Circumstances",
    "Dimension",
    "Discharge",
    "DischargeReason",
    "Episode",
    "InCare",
    "LevelOfCare",
    "MoveBasis",
    "NamedAccess",
    "Patient",
    "Phase",
    "Program",
    "ProgramRule",
    "ProgramStaff",
    "RatingOption",
    "RecordNumber",
    "Relation",
    "SafetyFlag",
    "Stay",
    "SubstanceUse",
]
