"""A file per aggregate."""

from .attendance import Attendance
from .enrolment import Enrolment
from .group import Closure, Group, Leader, Slot
from .offer import Curriculum, GroupType, Topic
from .session import Session

__all__ = ["Attendance", "Closure", "Curriculum", "Enrolment", "Group", "GroupType", "Leader", "Session", "Slot", "Topic"]
