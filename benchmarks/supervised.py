"""A supervisor of thirty clinicians, one of them with fifty patients, and somebody who reads reports over the whole house."""

from dataclasses import dataclass
from uuid import uuid4

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
    run = uuid4().hex[:6]
    head = _employed(f"mensura-{run}", Role.SUPERVISOR)
    people = [_employed(f"mensura-{run}-{number}", Role.CLINICIAN) for number in range(CLINICIANS)]
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
    name = {"given_name": "M.", "family_name": username.replace("-", " ").title()}
    user = User.objects.create(username=username, email=f"{username}@clinic.example", **name)
    RoleGrant.objects.create(user=user, role=role)
    return user
