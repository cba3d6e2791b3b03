"""Chart overview and timeline."""

from datetime import timedelta

from django.http import Http404
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from anchored.accounts.roles import Permission
from anchored.ground.dates import today
from anchored.ground.remembered import with_kept
from anchored.ui.banner import Bar
from groups import hours
from patients import head as heads
from patients import queries
from patients.doors import opens_chart
from patients.models import Intake
from patients.models.in_care import review_due
from treatment_plans import appointment_queries
from treatment_plans import due as plan_dates

from . import events
from .questions import (
    all_absences,
    all_attempts,
    all_corrections,
    all_discharges,
    all_papers,
    all_plans,
    all_rated,
    all_reviews,
    all_scans,
    all_steps,
    last_admission,
    last_notes,
    last_substances,
    latest_notes,
    my_looks,
    open_enrolments,
    papers_answered,
    papers_missing,
    plan_looks,
)
from .summary import rating_rows

RECENT = 6
VISIT = timedelta(hours=1)


def _asks(user, patient):
    looks = my_looks.about(user=user, patient=patient)
    asked = (all_rated, all_discharges, last_admission, last_substances, queries.all_contacts, queries.primary_diagnosis)
    asked += (papers_answered, latest_notes, plan_looks, looks, appointment_queries.next_of, open_enrolments)
    return heads.Head.questions(patient, *asked)


@require_GET
@opens_chart(Permission.OPEN_CHARTS, _asks)
def overview(request, patient, answers):
    """Who this is, where on the continuum, what is due and what happened lately, in one look."""
    head, *answers = heads.Head.from_answers(patient, answers)
    rated, discharges, admission, substances, contacts, primary, answered, notes, plans, looked, booked, enrolments = answers
    with_kept(rated, made_by=heads.all_staff)
    with_kept(discharges, discharged_by=heads.all_staff)
    with_kept(notes, author=heads.all_staff)
    context = {
        "patient": patient,
        "head": head,
        "banner": heads.banner(head, request.user, "patients:chart"),
        "admission": next(iter(admission), None),
        "substances": substances,
        "diagnosis": next(iter(primary), None),
        "may_diagnose": request.user.holds(Permission.ASSESS),
        "missing": papers_missing(head, answered),
        "people": [contact for contact in contacts if contact.removed_at is None],
        "coming": [each for each in booked if each.ends_at >= timezone.now()],
        "may_book": request.user.holds(Permission.WRITE_NOTES),
        "may_enrol": request.user.holds(Permission.ENROL),
        "enrolments": enrolments,
        "may_intake": request.user.holds(Permission.DO_INTAKE),
    }
    if head.episode:
        told = events.of_plans(head.episode, plans, [], notes)
        context |= _of_episode(head, rated, discharges, told, _last_look(looked)) | _due(head, discharges, plans)
    else:
        context["intake"] = Intake.objects.filter(patient=patient, closed_at=None).first()
    return render(request, "chart/overview.html", context)


def _last_look(looked):
    """When this person last looked, apart from the visit they are on: the last look that is over an hour old. None if never."""
    visit = timezone.now() - VISIT
    return next((look.at for look in looked if look.at < visit), None)


def _due(head, discharges, plans):
    """When the plan is due, for somebody in care; the discharge summary, for somebody who left."""
    if head.stay:
        rule = next((program for program in queries.rules() if program.pk == head.stay.program_id), None)
        due = plan_dates.of(rule, head.stay.counts_from, next((plan_dates.looked(plan) for plan in plans), None))
        return {"plan_due": due} | _hours(head, rule)
    leaving = next((each for each in events.belonging(head.episode, discharges) if each.undone_at is None), None)
    return {"summary_missing": leaving is not None and not leaving.has_summary}


def _hours(head, rule):
    """This week, and the four before."""
    episode, stay = head.episode.pk, head.stay
    week = hours.of_week([episode], today(), {episode: stay.program_id})[episode]
    return {"week": week, "weeks": hours.last_weeks(episode, rule, stay.counts_from)}


def _of_episode(head, ratings, discharges, told, looked_at):
    rated = next(iter(events.belonging(head.episode, ratings)), None)
    happened = events.in_order(events.of_episode(head, head.episode, ratings, discharges) + told)
    return {
        "rated": rated,
        "ratings": rating_rows(rated),
        "review_due": review_due(head.stay.counts_from, rated and rated.made_on, head.stay.review_days) if head.stay else None,
        "today": today(),
        "recent": [(event, looked_at is not None and event.at > looked_at) for event in happened[:RECENT]],
        "looked_at": looked_at,
        "news": sum(event.at > looked_at for event in happened) if looked_at else 0,
        "earlier": head.episodes[1:],
    }


@require_GET
@opens_chart(Permission.OPEN_CHARTS)
def timeline(request, patient):
    """The stays of an episode to scale, and everything that happened as a list."""
    asked = (all_rated, all_discharges, all_steps, all_attempts, all_papers, all_scans, all_plans, all_reviews, last_notes)
    asked += (all_absences, all_corrections)
    head, *answers = heads.Head.with_answers(patient, *asked)
    rated, discharges, steps, attempts, taken, scans, plans, reviews, notes, absences, corrections = answers
    named = {
        "made_by": [rated, reviews],
        "author": [notes],
        "discharged_by": [discharges],
        "by": [steps, attempts],
        "taken_by": [taken],
        "filed_by": [scans],
        "marked_by": [absences],
        "decided_by": [corrections],
    }
    for name, lists in named.items():
        for rows in lists:
            with_kept(rows, **{name: heads.all_staff})
    if not head.episodes:
        raise Http404("Never admitted.")
    wanted = request.GET.get("episode", "")
    episode = next((episode for episode in head.episodes if str(episode.pk) == wanted), head.episode)
    kind = request.GET.get("kind", "")
    happened = events.of_episode(head, episode, rated, discharges) + events.of_the_way_in(head, episode, steps, attempts)
    happened += events.of_documents(episode, taken, scans) + events.of_plans(episode, plans, reviews, notes)
    happened = events.in_order(happened + events.of_attendance(episode, absences, corrections))
    stays = head.stays_of(episode)
    context = {
        "patient": patient,
        "head": head,
        "banner": heads.banner(head, request.user, "patients:timeline"),
        "episode": episode,
        "bars": [Bar(stay.program.name, _days(stay), stay.ended_on is None) for stay in stays],
        "stays": [(stay, _days(stay)) for stay in stays],
        "events": [event for event in happened if kind not in events.KINDS or event.kind == kind],
        "kinds": events.KINDS,
        "kind": kind if kind in events.KINDS else "",
    }
    return render(request, "chart/timeline.html", context)


def _days(stay):
    """Days that the stay takes up on the bar: half-open, so that the next begins where it ends."""
    return ((stay.ended_on or today()) - stay.started_on).days
