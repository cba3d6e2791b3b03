"""Rows about notes for screens: the list of a chart, the thread of an objective, what waits for a cosignature."""

from datetime import timedelta
from typing import NamedTuple

from django.db.models import Count, F, Max, Q, Sum, Window
from django.utils import timezone

from anchored.accounts.models import Supervision, User
from anchored.accounts.roles import Permission
from anchored.ground.dates import today
from anchored.ground.remembered import Kept, Remembered
from anchored.ground.text import fold
from patients.models import Patient, Service, ServiceKind
from patients.models.relation import days_of_grace

from .models import Note, NoteInError, ObjectiveProgress

QUIET_DAYS = timedelta(days=14)
AT_MOST = 200  # notes that wait on the page of a day
LONG = ("typed", "sections", "objectives", "found_by")  # words of a note that a list of notes does not show
all_kinds = Kept(lambda: ServiceKind.objects.all())


def on_chart(patient, user, *, kind="", author=None, objective="", unsigned=False, words=""):
    """Notes of a patient, the latest service first: what is signed, and the drafts of this person. Each knows how many there are."""
    mine = Q(author=user, sealed_at=None, discarded_at=None)
    if unsigned:
        rows = Note.objects.filter(mine)
    else:
        rows = Note.objects.filter(Q(sealed_at__isnull=False, replaced_at=None) | mine)
    rows = rows.filter(episode__patient=patient)
    if kind:
        rows = rows.filter(service__kind__code=kind)
    if author:
        rows = rows.filter(author=author)
    if objective:
        rows = rows.filter(progress__root=objective)
    for word in fold(words).split():
        rows = rows.filter(found_by__contains=word)
    rows = rows.select_related("author", "service__kind").defer(*LONG).annotate(in_all=Window(Count("*")))
    return rows.order_by(F("service__started_at").desc(nulls_first=True), "-begun_at")


def authors(patient):
    """Who has signed notes of this patient: the choices of a filter."""
    signed = Note.objects.signed().filter(episode__patient=patient)
    return User.objects.filter(pk__in=signed.values("author")).order_by("family_name", "given_name")


def threads(plan):
    """{root: (how many notes, the day of the last one)} of the objectives of a plan, in one statement."""
    rows = ObjectiveProgress.objects.standing().filter(note__episode=plan.episode_id)
    told = rows.order_by().values_list("root").annotate(number=Count("pk"), last=Max("note__service__started_at"))
    return {root: (number, last) for root, number, last in told}


def thread(plan, root):
    """What notes said about one objective, in every version of the plan: the latest first."""
    rows = ObjectiveProgress.objects.standing().filter(note__episode=plan.episode_id, root=root)
    rows = rows.select_related("note__author", "note__service__kind").defer(*(f"note__{name}" for name in LONG))
    return rows.order_by("-note__service__started_at")


def is_quiet(last, since):
    """Whether nobody has worked on an objective for 14 days."""
    begun = timezone.localdate(last) if last else since
    return begun is not None and today() - begun >= QUIET_DAYS


def to_cosign(user):
    """What waits for this person: notes of those whom they supervise today, of patients they may know of; the oldest first."""
    return _of_known_people(waiting_for_cosign(user), user)


def to_decide(user):
    """Notes that somebody says were entered in error, for this person to decide about: their own, and of those they supervise."""
    return _of_known_people(_deciding(user, cosigns=user.holds(Permission.COSIGN)), user)


def _of_known_people(rows, user):
    rows = rows.filter(episode__patient__in=Patient.objects.visible_to(user))
    return rows.select_related("author", "service__kind", "episode__patient").order_by("sealed_at")


def waiting_for_cosign(user):
    """Notes of those whom this person supervises today; whose patients they may know of is for the caller to ask."""
    supervised = Supervision.objects.now().filter(supervisor=user).values("clinician")
    return Note.objects.waiting_for_cosign().filter(author__in=supervised)


def _deciding(user, *, cosigns):
    supervised = Supervision.objects.now().filter(supervisor=user).values("clinician")
    theirs = Q(author=user) | Q(author__in=supervised) if cosigns else Q(author=user)
    return Note.objects.filter(theirs, pk__in=NoteInError.objects.waiting().exclude(said_by=user).values("note"))


def minutes_this_week(episode):
    """Minutes of the services that count toward the hours of the program, since Monday."""
    monday = today() - timedelta(days=today().weekday())
    rows = Service.objects.standing().filter(episode=episode, kind__counts=True, started_at__date__gte=monday)
    return rows.aggregate(total=Sum("minutes"))["total"] or 0


class Waiting(NamedTuple):
    """Drafts and returned notes to finish, notes to cosign, notes of which somebody says that they were entered in error."""

    to_finish: list
    to_cosign: list
    to_decide: list


def waiting(user, *, cosigns):
    """What this person is to do with notes, in one statement."""
    rows = _waiting[cosigns](user=user.pk)
    rest = [row for row in rows if not row.decides]
    mine, others = [row for row in rest if row.author_id == user.pk], [row for row in rest if row.author_id != user.pk]
    return Waiting(mine, others, [row for row in rows if row.decides])


def _that_wait(user, cosigns):
    """Each kind by itself, each on an index of its own: asked for together they would be looked for among all notes of the house.

    Found first and then told of: PostgreSQL moves no join across the limit, and would otherwise join all the notes one may know of.
    """
    mine, deciding = Note.objects.filter(author=user), _deciding(user, cosigns=cosigns).order_by().values("pk")
    returned = mine.filter(returned_at__isnull=False, replaced_at=None, in_error_at=None, corrected_by=None)
    kinds = [mine.filter(sealed_at=None, discarded_at=None), returned, *([waiting_for_cosign(user)] if cosigns else [])]
    wanted = deciding.union(*(rows.order_by().values("pk") for rows in kinds))
    known = Note.objects.filter(pk__in=wanted, episode__patient__in=Patient.objects.visible_to(user)).order_by("saved_at").values("pk")
    rows = Note.objects.filter(pk__in=known[:AT_MOST]).annotate(decides=Q(pk__in=deciding))
    return rows.select_related("episode__patient", "service__kind", "author").defer(*LONG).order_by("saved_at")


_waiting = {
    cosigns: Remembered(lambda user, cosigns=cosigns: _that_wait(User(pk=user), cosigns), user=int, varies_with=days_of_grace)
    for cosigns in (True, False)
}


def told_since(plan, since):
    """{root: words of notes on it since the last review}, the latest first: what a review looks at. One statement."""
    rows = ObjectiveProgress.objects.standing().filter(note__episode=plan.episode_id)
    if since:
        rows = rows.filter(note__sealed_at__gt=since)
    told: dict = {}
    for word in rows.select_related("note__service__kind", "note__author").order_by("-note__service__started_at")[:500]:
        told.setdefault(word.root, []).append(word)
    return told


def minutes_since(episode, moment):
    """Minutes of the services that count, since then."""
    rows = Service.objects.standing().filter(episode=episode, kind__counts=True, started_at__gte=moment)
    return rows.aggregate(total=Sum("minutes"))["total"] or 0
