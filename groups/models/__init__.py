"""A file per aggregate."""

from .amendment import Amendment
from .attendance import Attendance
from .enrolment import Enrolment
from .group import Closure, Group, GroupProgram, Leader, Slot
from .offer import Curriculum, GroupType, Topic
from .relative import Relative
from .session import Session

__all__ = [
    "Amendment",
    "Attendance",
    "Closure",
    "Curriculum",
    "Enrolment",
    "Group",
    "GroupProgram",
    "GroupType",
    "Leader",
    "Relative",
    "Session",
    "Slot",
    "Topic",
]
