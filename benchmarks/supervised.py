"""A supervisor of thirty clinicians, one of them with fifty patients, and somebody who reads reports over the whole house."""

from dataclasses import dataclass

from anchored.accounts.models import RoleGrant, Supervision, User
from anchored.accounts.roles import Role
from anchored.ground.dates import today
from patients.models import CareTeamMember

CLINICIANS, MOST, OTHERS = 30, 50, 15


@dataclass(frozen=True)
class Supervised:
    """Who asks, and whose caseload is asked for."""

    head: User
    clinician: User
    reader: User


def supervised(clinician):
    """Made anew: posts are moved to them from everybody but this clinician, as many as the clinic has."""
    head = _employed("mensura", Role.SUPERVISOR)
    people = [_employed(f"mensura{number}", Role.CLINICIAN) for number in range(CLINICIANS)]
    Supervision.objects.bulk_create(Supervision(supervisor=head, clinician=each) for each in people)
    loads = [people[0]] * MOST + [each for _ in range(OTHERS) for each in people[1:]]
    posts = CareTeamMember.objects.filter(part="primary", ended_on=None).exclude(user=clinician).order_by("episode")
    episodes = list(posts.values_list("episode", flat=True)[: len(loads)])
    posts.filter(episode__in=episodes).update(ended_on=today())
    CareTeamMember.objects.bulk_create(
        CareTeamMember(episode_id=episode, user=owner, assigned_by=head) for episode, owner in zip(episodes, loads, strict=False)
    )
    return Supervised(head, people[0], User.objects.get(username="sayed"))


def _employed(username, role):
    user = User.objects.create(username=username, given_name="M.", family_name=username.title(), email=f"{username}@clinic.example")
    RoleGrant.objects.create(user=user, role=role)
    return user
