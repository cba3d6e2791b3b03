"""A file per aggregate."""

from .amendment import Amendment
from .apart import KeepApart, KeptPerson
from .attendance import Attendance
from .enrolment import Enrolment
from .group import Closure, Group, GroupProgram, Leader, Slot
from .offer import Curriculum, GroupType, Topic
from .relative import Relative
from .session import Session, Told
from .waiting import Waiting

__all__ = [
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
    "Relative",
    "Session",
    "Slot",
    "Told",
    "Topic",
    "Waiting",
]
