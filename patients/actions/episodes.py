"""Along the continuum: move, undo, discharge, undo the discharge."""

from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from anchored.accounts.refusals import why_not
from anchored.audit import trail
from anchored.ground.dates import today
from anchored.ground.remembered import Remembered
from anchored.ground.rows import add, check
from anchored.signing import signatures

from .. import locks, policies, signals
from ..models import Assessment, CareTeamMember, Discharge, Episode, MoveBasis, Stay
from ..models.assessment import DIMENSIONS
from . import waitlist


def _with_its_episode(stay):
    """Both rows are locked: read after a wait, they are as whoever was first has left them. Rows may still refer to them."""
    rows = Stay.objects.select_for_update(of=["self", "episode"], no_key=True).filter(pk=stay)
    return rows.select_related("episode__patient", "program__level", "previous__program", "basis")


as_it_is_now = Remembered(_with_its_episode, stay=UUID)


@transaction.atomic
def move(stay, *, to, on, basis, reason, by, ratings=None, patient_took_part=False) -> Stay:
    """Step up, step down or across: end this stay and begin the next on the same day.

    `ratings`: six values of the edition of the program left, in the order of the dimensions; they become a signed
    assessment. Raises SomeoneWasFirst when the stay has ended, NotPermitted outside the table of moves, NotNow otherwise.
    """
    stay = _locked(stay)
    to = locks.program(to)
    listed = policies.check_can_move(by, stay, to, on)
    if listed and listed.demands_ratings:
        policies.check_is_rated(stay, ratings)
    policies.check_says_why("reason", reason)

    _end(stay, on)
    following = add(
        Stay(
            episode=stay.episode,
            previous=stay,
            program=to,
            started_on=on,
            counts_from=on,
            basis=basis,
            reason=reason,
            patient_took_part=patient_took_part,
            outside_table=listed is None,
            opened_by=by,
        )
    )
    if ratings and any(ratings):
        _assess_move(stay, following, ratings, by)
    waitlist.close_admitted(stay.episode.patient_id, to, by=by)
    trail.record("stay.moved", following, by=by, came_from=stay.program_id, to=to.pk, on=on, outside_table=following.outside_table)
    signals.stay_moved.send(Stay, stay=following, by=by)
    return following


@transaction.atomic
def undo_move(stay, *, by) -> Stay:
    """Take a move back: its stay keeps no day, and the stay before goes on in a new row. History shows both."""
    stay = _locked(stay)
    policies.check_can_undo_move(by, stay)
    before = stay.previous
    locks.program(before.program)  # the place was free minutes ago; it is the patient's again

    _end(stay, stay.started_on)
    again = add(
        Stay(
            episode=stay.episode,
            previous=stay,
            program=before.program,
            started_on=stay.started_on,
            counts_from=before.counts_from,
            basis=MoveBasis.objects.get(code="move_undone"),
            reason=f"The move to {stay.program} was undone.",
            reverses=stay,
            opened_by=by,
            accepted_by=before.accepted_by,
            accepted_at=before.accepted_at,
        )
    )
    trail.record("stay.move_undone", again, by=by, reverses=str(stay.pk))
    signals.stay_moved.send(Stay, stay=again, by=by)
    return again


@transaction.atomic
def discharge(stay, *, on, reason, by, note="") -> Discharge:
    """Out of care: close the open stay, the care team and the episode together."""
    stay = _locked(stay)
    policies.check_can_discharge(by, stay, on)

    _end(stay, on)
    leaving = add(Discharge(episode=stay.episode, on=on, reason=reason, note=note, discharged_by=by))
    for member in stay.episode.team.filter(ended_on=None):
        member.ended_on, member.closed_with = max(on, member.started_on), leaving
        member.save(update_fields=["ended_on", "closed_with"])
    stay.episode.ended_on = on
    stay.episode.save(update_fields=["ended_on"])
    trail.record("patient.discharged", leaving, by=by, on=on, reason=reason.code)
    signals.episode_closed.send(Episode, episode=stay.episode, by=by)
    return leaving


@transaction.atomic
def undo_discharge(leaving, *, because, by) -> Stay:
    """As if the person had not left: the episode goes on in a new stay, with the care team that the discharge closed."""
    episode = locks.episode(leaving.episode_id)
    leaving = Discharge.objects.get(pk=leaving.pk)
    policies.check_can_undo_discharge(by, leaving)
    policies.check_says_why("because", because)
    last = episode.stays.select_related("program").get(next=None)

    leaving.undone_by, leaving.undone_at, leaving.undone_because = by, timezone.now(), because
    check(leaving)
    leaving.save(update_fields=["undone_by", "undone_at", "undone_because"])
    episode.ended_on = None
    episode.save(update_fields=["ended_on"])
    again = add(
        Stay(
            episode=episode,
            previous=last,
            program=last.program,
            started_on=leaving.on,
            counts_from=last.counts_from,
            basis=MoveBasis.objects.get(code="discharge_undone"),
            reason=because,
            opened_by=by,
            accepted_by=last.accepted_by,
            accepted_at=last.accepted_at,
        )
    )
    _rejoin(leaving, by)
    trail.record("patient.discharge_undone", leaving, by=by)
    return again


@transaction.atomic
def accept(stay, *, by) -> Stay:
    """The receiving program takes a moved patient over."""
    stay = _locked(stay)
    policies.check_can_accept(by, stay)
    stay.accepted_by, stay.accepted_at = by, timezone.now()
    stay.save(update_fields=["accepted_by", "accepted_at"])
    trail.record("stay.accepted", stay, by=by)
    return stay


def undoable_until(stay):
    """The moment until which its author may take this move back."""
    return stay.opened_at + timedelta(minutes=settings.MOVE_UNDO_MINUTES)


def _locked(stay):
    """The stay as it is now, with its episode locked until the transaction ends."""
    (now,) = as_it_is_now(stay=stay.pk)
    return now


def _end(stay, on):
    stay.ended_on = on
    Stay.objects.filter(pk=stay.pk).update(ended_on=on)


def _assess_move(left, following, ratings, by):
    level = following.program.level
    values = {f"rating_{number}": value for number, value in zip(DIMENSIONS, ratings, strict=True)}
    signatures.sealed(
        Assessment(
            episode=left.episode,
            stay=following,
            occasion=Assessment.Occasion.MOVE,
            edition=left.program.level.edition,
            made_on=today(),
            made_by=by,
            chosen=level,
            **values,
        ),
        by=by,
    )


def _rejoin(leaving, by):
    for member in CareTeamMember.objects.filter(closed_with=leaving).select_related("user"):
        if why_not(policies.check_may_care, member.user):
            continue
        add(
            CareTeamMember(
                episode=member.episode,
                user=member.user,
                part=member.part,
                started_on=member.ended_on,
                handover_note=member.handover_note,
                assigned_by=by,
            )
        )
