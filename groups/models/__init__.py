"""A file per aggregate."""

from .attendance import Attendance
from .enrolment import Enrolment
from .group import Closure, Group, GroupProgram, Leader, Slot
from .offer import Curriculum, GroupType, Topic
from .session import Session, Told

__all__ = [
    "Attendance",
    "Closure",
    "Curriculum",
    "Enrolment",
    "Group",
    "GroupProgram",
    "GroupType",
    "Leader",
    "Session",
    "Slot",
    "Told",
    "Topic",
]
