"""A file per aggregate."""

from .absence import AbsenceDecision, AbsenceRule, Outreach
from .attendance import Attendance
from .enrolment import Enrolment
from .group import Closure, Group, GroupProgram, Leader, Slot
from .make_up import MakeUp
from .offer import Curriculum, GroupType, Topic
from .session import Session

__all__ = [
    "AbsenceDecision",
    "AbsenceRule",
    "Attendance",
    "Closure",
    "Curriculum",
    "Enrolment",
    "Group",
    "GroupProgram",
    "GroupType",
    "Leader",
    "MakeUp",
    "Outreach",
    "Session",
    "Slot",
    "Topic",
]
