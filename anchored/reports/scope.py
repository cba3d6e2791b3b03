"""Whom a report counts for the person who reads it."""

from django.conf import settings
from django.db.models import Exists, OuterRef, Q

from anchored.accounts.models import Supervision
from anchored.accounts.roles import Permission
from patients.models import CareTeamMember, Episode, NamedAccess, ProgramStaff, Stay


class Scope:
    """Who opens charts counts their part of the house, to the person; who does not counts the whole, and small numbers are not shown.

    Their part: stays in the programs where they work, and episodes whose care team they or somebody they supervise belong to, by
    the posts of today. These are the relations that open charts, without the day on which a chart closes after a discharge:
    a retention of those alone who are still here would be wrong. Restricted records are in it only for the people named on them.
    """

    def __init__(self, user):
        self.user = user
        self.is_whole = not user.holds(Permission.OPEN_CHARTS)
        self.limit = settings.SMALL_CELL if self.is_whole else 0

    @property
    def words(self):
        """Who is counted, as the page says it."""
        if self.is_whole:
            most = self.limit - 1
            return (
                "Everybody in the house is counted, restricted records too. No name is behind a number here. "
                f"A number from 1 to {most} is shown as “fewer than {self.limit}”, and where it could be worked out from the rest, "
                "another number is not shown either. Periods are whole quarters, so that two of them never differ by one person."
            )
        return (
            "Counted are the programs where you work, and the people whose care team you or somebody you supervise belong to, "
            "also after they left. A restricted record is counted only for the people named on it."
        )

    def episodes(self):
        if self.is_whole:
            return Episode.objects.all()
        ours = Stay.objects.filter(episode=OuterRef("pk"), program__in=self._programs())
        return Episode.objects.filter(Exists(ours) | Exists(self._teams(OuterRef("pk"))), self._may_know("patient"))

    def stays(self):
        """Those that stand: without the moves that were taken back."""
        if self.is_whole:
            return Stay.objects.standing()
        theirs = Q(program__in=self._programs()) | Exists(self._teams(OuterRef("episode")))
        return Stay.objects.standing().filter(theirs, self._may_know("episode__patient"))

    def _programs(self):
        return ProgramStaff.objects.now().filter(user=self.user).values("program")

    def _teams(self, episode):
        supervised = Supervision.objects.now().filter(supervisor=self.user).values("clinician")
        return CareTeamMember.objects.filter(Q(user=self.user) | Q(user__in=supervised), episode=episode)

    def _may_know(self, patient):
        named = NamedAccess.objects.now().filter(user=self.user).values("patient_id")
        return Q(**{f"{patient}__restricted": False}) | Q(**{f"{patient}__in": named})
