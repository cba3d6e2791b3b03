"""Two records of one person: found, compared side by side, decided by a second person, taken back."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render

from anchored.accounts.doors import requires
from anchored.accounts.refusals import why_not
from anchored.accounts.roles import Permission
from anchored.audit import trail
from anchored.ui.once import once

from .. import merging, policies
from ..actions import merges as actions
from ..forms.merges import DecideForm, ProposeForm, TwoRecordsForm
from ..models import Merge
from ..models.merge import known_to
from .answers import add_refusal, status_of

LATELY = 50


@requires(Permission.PROPOSE_MERGE)
def duplicates(request):
    """What waits for a second person, records that look alike, merges of late; any two by their numbers."""
    known = known_to(request.user)
    form = TwoRecordsForm(request.POST or None, known=known, initial={"one": request.GET.get("one")})
    if form.is_valid():
        return redirect("propose_merge", *(patient.pk for patient in form.pair()))
    rows = Merge.objects.visible_to(request.user).select_related("kept", "away", "proposed_by", "decided_by")
    context = {
        "form": form,
        "waiting": list(rows.waiting().order_by("proposed_at")),
        "decided": list(rows.exclude(outcome="").order_by("-decided_at")[:LATELY]),
        "alike": merging.alike(known),
    }
    response = render(request, "merges/duplicates.html", context, status=status_of(form))
    shown = {patient.pk for merge in (*context["waiting"], *context["decided"]) for patient in (merge.kept, merge.away)}
    shown |= {patient.pk for pair in context["alike"] for patient in pair}
    trail.record_seen("list.shown", sorted(shown), by=request.user, screen="duplicates")
    return response


@once
@requires(Permission.PROPOSE_MERGE)
def propose_merge(request, one_id, other_id):
    """Side by side: what differs is chosen, and a second person is asked."""
    known = known_to(request.user)
    one, other = get_object_or_404(known, pk=one_id), get_object_or_404(known.exclude(pk=one_id), pk=other_id)
    one, other = sorted((one, other), key=lambda patient: patient.record_number)
    form = ProposeForm(request.POST or None, one=one, other=other, sees_clinical=request.user.holds(Permission.EDIT_DETAILS))
    if form.is_valid():
        try:
            merge = actions.propose(by=request.user, **form.for_propose())
        except ValidationError as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, "Proposed. A second person decides; until then both records stay as they are.")
            return redirect("merge", merge.pk)
    context = {"form": form, "one": one, "other": other, "in_the_way": merging.in_the_way(one, other), "held": _held(one, other)}
    response = render(request, "merges/propose.html", context, status=status_of(form))
    trail.record_seen("records.compared", [one.pk, other.pk], by=request.user)
    return response


@once
@requires(Permission.PROPOSE_MERGE)
def merge(request, merge_id):
    """One merge: what was proposed, by whom; merge the records, refuse, or take it back."""
    merge = get_object_or_404(_with_people(request.user), pk=merge_id)
    act = request.POST.get("act")
    form = DecideForm(request.POST if act in ("refuse", "undo") else None)
    try:
        if act == "merge":
            actions.merge(merge, by=request.user)
            messages.success(request, f"Merged. Record no. {merge.away.record_number} leads to record no. {merge.kept.record_number} now.")
            return _back(request, merge)
        if form.is_valid():
            doing = actions.refuse if act == "refuse" else actions.undo
            doing(merge, by=request.user, **form.cleaned_data)
            messages.success(request, "Refused. Both records stay." if act == "refuse" else "Undone. Both records are there again.")
            return _back(request, merge)
    except ValidationError as refusal:
        form = form if form.is_bound else DecideForm({})
        form.errors.clear()
        add_refusal(form, refusal, {"refused_because": "because", "undone_because": "because"})
    return _show(request, merge, form)


def _with_people(user):
    people = ("kept__merged_into", "away", "proposed_by", "decided_by", "undone_by")
    return Merge.objects.visible_to(user).select_related(*people)


def _back(request, merge):
    """Who undid a merge may have lost one of the two from sight."""
    return redirect("merge", merge.pk) if Merge.objects.visible_to(request.user).filter(pk=merge.pk).exists() else redirect("duplicates")


def _show(request, merge, form):
    may_decide = request.user.holds(Permission.MERGE_RECORDS)
    sees_clinical = request.user.holds(Permission.EDIT_DETAILS)
    facts = [fact for fact in merging.facts(merge.kept, merge.away) if sees_clinical or fact.name not in merging.CLINICAL]
    waits = not merge.outcome
    context = {
        "merge": merge,
        "form": form,
        "facts": [(fact, merge.choices.get(fact.name, fact.usual)) for fact in facts if fact.one or fact.other] if waits else [],
        "in_the_way": merging.in_the_way(merge.kept, merge.away) if waits else [],
        "held": _held(merge.kept, merge.away),
        "may_decide": may_decide and waits and not merge.proposed_by.is_same_person(request.user),
        "why_not_decide": why_not(policies.check_can_decide_merge, request.user, merge) if may_decide and waits else None,
        "may_undo": may_decide and merge.is_in_force,
        "rows": sum(map(len, merge.moved.values())),
    }
    response = render(request, "merges/merge.html", context, status=status_of(form))
    trail.record_seen("records.compared", [merge.kept_id, merge.away_id], by=request.user)
    return response


def _held(one, other):
    """(what, how many the one has, how many the other has): identity only, no clinical words."""
    counted = (
        ("Times in care", "episodes"),
        ("Referrals", "referrals"),
        ("Contacts", "contacts"),
        ("Papers signed", "papers"),
        ("Scans", "scans"),
    )
    held = [(label, getattr(one, name).count(), getattr(other, name).count()) for label, name in counted]
    return [row for row in held if any(row[1:])]
