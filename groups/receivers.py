"""What groups do when a patient moves or leaves, when a note counts no more, and each night; what they say before a move or admission."""

from django.dispatch import receiver

from anchored.ui.signals import night
from patients.signals import admission_weighed, episode_closed, move_weighed, papers_asked, service_replaced, stay_moved

from . import admission, agreements, members
from .actions import amendments, enrolments, make_ups, plan


@receiver(episode_closed)
def leave_groups(sender, episode, by, **_):
    enrolments.leave_all(episode, by=by, on=episode.ended_on)
    make_ups.cancel_all(episode, by=by)


@receiver(stay_moved)
def follow_the_move(sender, stay, by, **_):
    enrolments.follow_move(stay, by=by)


@receiver(move_weighed)
def say_which_groups(sender, stay, programs, **_):
    return members.weighed(stay, programs)


@receiver(admission_weighed)
def say_which_fit(sender, patient, programs, **_):
    return admission.weighed(patient, programs)


@receiver(papers_asked)
def ask_for_agreements(sender, episodes, **_):
    return agreements.asked(episodes)


@receiver(service_replaced)
def take_back_what_followed(sender, service, **_):
    amendments.take_back_after(service)


@receiver(night)
def plan_sessions(sender, **_):
    return f"{plan.follow()}."
