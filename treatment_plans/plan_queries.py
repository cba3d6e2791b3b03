"""What stands beside a plan on its page."""

from uuid import UUID

from anchored.ground.remembered import Remembered
from anchored.signing import signatures

from .models import PatientWord, Plan, PlanEvent, PlanReview

versions_of = Remembered(lambda episode: Plan.objects.filter(episode=episode).select_related("episode"), episode=UUID)
reviews_of = Remembered(lambda episode: PlanReview.objects.filter(plan__episode=episode).select_related("made_by"), episode=UUID)
LATEST = 10
events_of = Remembered(
    lambda episode: PlanEvent.objects.filter(episode=episode).select_related("said_by").order_by("-happened_on", "-said_at")[:LATEST],
    episode=UUID,
)
word_of = Remembered(lambda plan: PatientWord.objects.filter(plan=plan), plan=UUID)
signatures_of = Remembered(lambda plan: signatures.of(Plan(pk=plan)), plan=UUID)


def beside(plan):
    """Versions, reviews, what happened, the patient's word, signatures: questions that go along with the head of the chart."""
    of_episode = [rows.about(episode=plan.episode_id) for rows in (versions_of, reviews_of, events_of)]
    return [*of_episode, *(rows.about(plan=plan.pk) for rows in (word_of, signatures_of))]
