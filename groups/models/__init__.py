"""A file per aggregate."""

from .absence import AbsenceDecision, AbsenceRule, Outreach
from .amendment import Amendment
from .apart import KeepApart, KeptPerson
from .attendance import Attendance
from .enrolment import Enrolment
from .group import Closure, Group, GroupProgram, Leader, Slot
from .make_up import MakeUp
from .offer import Curriculum, GroupType, Topic
from .relative import Relative
from .session import Session, Told
from .waiting import Waiting

__all__ = [
    "AbsenceDecision",
    "AbsenceRule",
    "Amendment",
    "Attendance",
    "Closure",
    "Curriculum",
    "Enrolment",
    "Group",
    "GroupProgram",
    "GroupType",
    "KeepApart",
    "KeptPerson",
    "Leader",
    "MakeUp",
    "Outreach",
    "Relative",
    "Session",
    "Slot",
    "Told",
    "Topic",
    "Waiting",
]
