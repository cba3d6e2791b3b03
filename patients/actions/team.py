"""Who cares: the primary clinician and the others of the care team."""

from django.db import transaction
from django.db.models import Q

from anchored.accounts.refusals import NotNow, SomeoneWasFirst
from anchored.audit import trail
from anchored.ground.dates import today
from anchored.ground.rows import add

from .. import locks, policies
from ..models import CareTeamMember


@transaction.atomic
def reassign(episode, *, to, by, note="", instead_of="") -> CareTeamMember:
    """Give an episode another primary clinician from today, with a hand-over note. Also the first one of an unassigned patient.

    `instead_of`: the post that the person saw filled, or "nobody". Raises SomeoneWasFirst when it is another by now.
    """
    episode = locks.episode(episode.pk)
    policies.check_can_assign(by, episode, to)
    day = today()
    current = episode.team.filter(part=CareTeamMember.Part.PRIMARY, ended_on=None).select_related("user", "assigned_by").first()
    if current and current.user_id == to.pk:
        raise NotNow({"to": f"{to} is the primary clinician already."})
    if instead_of:
        policies.check_is_still(current, instead_of)
    if current:
        current.ended_on = max(day, current.started_on)
        current.save(update_fields=["ended_on"])
    following = _join(episode, to, CareTeamMember.Part.PRIMARY, by, note)
    trail.record("patient.reassigned", following, by=by, came_from=current.user_id if current else None, to=to.pk)
    return following


@transaction.atomic
def reassign_several(episodes, *, of, to, by, note) -> list[CareTeamMember]:
    """Give several episodes of one clinician to another, all or none. Raises SomeoneWasFirst when one is not theirs by now."""
    done = []
    for key in sorted(episodes):
        episode = locks.episode(key)
        _check_is_still_of(episode, of)
        done.append(reassign(episode, to=to, by=by, note=note))
    return done


@transaction.atomic
def cover_several(episodes, *, of, to, start, until, by, note) -> list[CareTeamMember]:
    """Somebody covers several patients of a clinician from a day until another, all or none; their charts open on those days."""
    if start < today():
        raise NotNow({"start": "The cover must begin today or later."})
    if until <= start:
        raise NotNow({"until": "The cover must end after it begins."})
    done = []
    for key in sorted(episodes):
        episode = locks.episode(key)
        policies.check_can_assign(by, episode, to)
        _check_is_still_of(episode, of)
        posts = episode.team.filter(user=to, part=CareTeamMember.Part.COVERING, started_on__lt=until)
        if posts.filter(Q(ended_on=None) | Q(ended_on__gt=start)).exists():
            raise NotNow({"to": f"{to} covers one of these patients already on some of these days."})
        facts = {"started_on": max(start, episode.started_on), "ended_on": until, "handover_note": note, "assigned_by": by}
        member = add(CareTeamMember(episode=episode, user=to, part=CareTeamMember.Part.COVERING, **facts))
        trail.record("team.covered", member, by=by, who=to.pk, start=start, until=until)
        done.append(member)
    return done


def _check_is_still_of(episode, clinician):
    if not episode.team.filter(user=clinician, part=CareTeamMember.Part.PRIMARY, ended_on=None).exists():
        raise SomeoneWasFirst("One of these patients has another clinician meanwhile. Nothing was changed. Look again.")


@transaction.atomic
def add_member(episode, *, to, part, by, note="") -> CareTeamMember:
    """Add a covering clinician, prescriber or case manager from today."""
    episode = locks.episode(episode.pk)
    policies.check_can_assign(by, episode, to)
    if part == CareTeamMember.Part.PRIMARY:
        raise NotNow({"part": "Reassign the patient to change the primary clinician."})
    if episode.team.filter(user=to, part=part, ended_on=None).exists():
        raise NotNow({"to": f"{to} has this part on the care team already."})
    member = _join(episode, to, part, by, note)
    trail.record("team.joined", member, by=by, who=to.pk, part=part)
    return member


@transaction.atomic
def end_member(member, *, by) -> CareTeamMember:
    """Take somebody other than the primary clinician off the care team; their access ends with it."""
    episode = locks.episode(member.episode_id)
    member = CareTeamMember.objects.select_related("user").get(pk=member.pk)
    policies.check_can_assign(by, episode, by)
    if member.ended_on and member.ended_on <= today():
        raise NotNow("This person has left the care team already.")
    if member.part == CareTeamMember.Part.PRIMARY:
        raise NotNow("Reassign the patient to another primary clinician instead.")
    member.ended_on = max(today(), member.started_on)
    member.save(update_fields=["ended_on"])
    trail.record("team.left", member, by=by, who=member.user_id)
    return member


def _join(episode, user, part, by, note):
    since = max(today(), episode.started_on)
    return add(CareTeamMember(episode=episode, user=user, part=part, started_on=since, handover_note=note, assigned_by=by))
