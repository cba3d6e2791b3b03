"""Who is kept apart from whom: who may know of it, and which groups do not fit for it."""

from django.db.models import Exists, OuterRef, Q

from anchored.accounts.models import RoleGrant
from anchored.accounts.roles import GRANTS, Permission
from anchored.ground.dates import today
from patients.models import Patient

from .models import Attendance, Enrolment, KeepApart, KeptPerson

DOES_NOT_FIT = "does not fit for a reason that is not shown here. Ask a supervisor."
SEE_ALL = [role for role, permissions in GRANTS.items() if Permission.SEE_KEPT_APART in permissions]


def visible_to(user):
    """Those whose two charts open for this person, those they recorded, and for a supervisor all.

    Whoever cannot open a restricted record sees nothing of it here either, also who recorded it before.
    """
    mine = Patient.objects.visible_to(user).values("pk")
    shut = KeptPerson.objects.filter(apart=OuterRef("pk")).exclude(patient__in=mine)
    sees_all = RoleGrant.objects.now().filter(user=user, role__in=SEE_ALL)
    rows = KeepApart.objects.exclude(Exists(shut.filter(patient__restricted=True)))
    return rows.filter(Q(recorded_by=user) | ~Exists(shut) | Exists(sees_all))


def sides_visible_to(user):
    """The rows of people whose chart opens for this person, of the pairs that they may know of."""
    mine = Patient.objects.visible_to(user)
    return KeptPerson.objects.filter(patient__in=mine, apart__in=visible_to(user)).select_related("apart", "patient")


def of_patient(patient, user):
    """[(side, the other person)] of one chart, those in force first. Two statements."""
    rows = KeptPerson.objects.filter(patient=patient, apart__in=visible_to(user)).select_related("apart__recorded_by", "apart__ended_by")
    rows = list(rows.order_by("-apart__started_on", "-apart__recorded_at"))
    others = KeptPerson.objects.filter(apart__in=[row.apart_id for row in rows]).exclude(patient=patient).select_related("patient")
    other = {row.apart_id: row.patient for row in others}
    return sorted(
        ((row, other[row.apart_id]) for row in rows if row.apart_id in other), key=lambda pair: pair[0].apart.ended_on is not None
    )


def others(patients, day):
    """{patient: those they are kept apart from on a day or later}, in one statement."""
    pairs = KeepApart.objects.not_over(day).filter(people__patient__in=patients).values("pk")
    rows = list(KeptPerson.objects.filter(apart__in=pairs).values_list("apart", "patient"))
    wanted, found = set(patients), {}
    for pair, patient in rows:
        if patient in wanted:
            found.setdefault(patient, set()).update(other for same, other in rows if same == pair and other != patient)
    return found


def closed_groups(patients, day=None):
    """{(patient, group)}: groups that do not fit, since somebody they are kept apart from is a member. Two statements at most."""
    day = day or today()
    kept = others(patients, day)
    everybody = set().union(*kept.values()) if kept else set()
    members = Enrolment.objects.not_over(day).filter(episode__patient__in=everybody).values_list("episode__patient", "group")
    return {(patient, group) for other, group in (members if everybody else ()) for patient, theirs in kept.items() if other in theirs}


def is_there(patient, session):
    """Whether somebody whom this person is kept apart from belongs to a session, or came to it."""
    theirs = others([patient], session.held_on).get(patient, ())
    if not theirs:
        return False
    members = Enrolment.objects.on(session.held_on).filter(group=session.group_id, episode__patient__in=theirs)
    return members.exists() or Attendance.objects.filter(session=session, episode__patient__in=theirs, state__in=Attendance.CAME).exists()


def shared_groups(one, other):
    """Groups that two people are both in now, or will be."""
    groups = [
        set(Enrolment.objects.not_over(today()).filter(episode__patient=each).values_list("group__name", flat=True))
        for each in (one, other)
    ]
    return sorted(groups[0] & groups[1])
