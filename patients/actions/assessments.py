"""The six dimensions, rated and signed in one act."""

from django.db import transaction

from anchored.accounts.refusals import NotNow
from anchored.signing import signatures

from .. import locks, policies
from ..models import Assessment


@transaction.atomic
def assess(stay, *, by, made_on, **facts) -> Assessment:
    """Record and seal a rating of the six dimensions in the edition of the current program's level."""
    episode = locks.episode(stay.episode_id)
    policies.check_can_assess(by, episode, made_on)
    assessment = Assessment(episode=episode, stay=stay, edition=stay.program.level.edition, made_on=made_on, made_by=by, **facts)
    if not any(assessment.ratings()):
        raise NotNow("Rate at least one dimension.")
    if _differs(assessment) and not assessment.difference:
        raise NotNow({"difference": "Choose why the level recommended and the level chosen differ"})
    return signatures.sealed(assessment, by=by)


def _differs(assessment):
    return assessment.recommended_id and assessment.chosen_id and assessment.recommended_id != assessment.chosen_id
