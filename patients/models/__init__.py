"""A file per aggregate."""

from .admission import Admission, SubstanceUse
from .assessment import Assessment, Dimension, RatingOption
from .commitment import Commitment
from .contact import Contact, Relationship
from .diagnosis import Diagnosis, DiagnosisCode
from .episode import Discharge, DischargeReason, Episode, MoveBasis, Stay
from .in_care import InCare
from .intake import Intake, IntakeAnswer, IntakeStep, MinorRule
from .merge import Merge
from .paper import Paper, PaperTemplate, Scan
from .patient import Channel, Circumstances, NamedAccess, Patient, RecordNumber, SafetyFlag
from .program import AllowedMove, LevelOfCare, Phase, Program, ProgramRule, ProgramStaff
from .referral import ContactAttempt, Referral, ReferralStep
from .relation import Relation
from .service import Service, ServiceKind
from .team import CareTeamMember
from .waitlist import Offer, WaitlistEntry

__all__ = [
    "Admission",
    "AllowedMove",
    "Assessment",
    "CareTeamMember",
    "Channel",
    "Circumstances",
    "Commitment",
    "Contact",
    "ContactAttempt",
    "Diagnosis",
    "DiagnosisCode",
    "Dimension",
    "Discharge",
    "DischargeReason",
    "Episode",
    "InCare",
    "Intake",
    "IntakeAnswer",
    "IntakeStep",
    "LevelOfCare",
    "Merge",
    "MinorRule",
    "MoveBasis",
    "NamedAccess",
    "Offer",
    "Paper",
    "PaperTemplate",
    "Patient",
    "Phase",
    "Program",
    "ProgramRule",
    "ProgramStaff",
    "RatingOption",
    "RecordNumber",
    "Referral",
    "ReferralStep",
    "Relation",
    "Relationship",
    "SafetyFlag",
    "Scan",
    "Service",
    "ServiceKind",
    "Stay",
    "SubstanceUse",
    "WaitlistEntry",
]
