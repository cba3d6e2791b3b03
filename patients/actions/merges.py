"""Making two records of one person one: proposed, decided by a second person, and taken back when it was a mistake."""

from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.utils import timezone

from anchored.accounts.roles import Permission
from anchored.audit import trail
from anchored.ground.rows import add, check

from .. import locks, merging, policies
from ..models import Intake, Merge, Patient


@transaction.atomic
def propose(kept, away, *, by, because, choices=None) -> Merge:
    """Say that two records are one person, which number stays, and whose facts stand. Nothing changes until somebody else agrees.

    `choices`: {fact: "kept", "away" or "both"} for facts that differ. Raises NotNow with what must be settled first.
    """
    by.must_hold(Permission.PROPOSE_MERGE)
    kept, away = locks.both(kept.pk, away.pk)
    policies.check_can_merge(kept, away)
    policies.check_says_why("because", because)
    merge = add(Merge(kept=kept, away=away, choices=choices or {}, because=because, proposed_by=by))
    _record("merge.proposed", merge, by)
    return merge


@transaction.atomic
def refuse(merge, *, by, because) -> Merge:
    """They are two people, or it cannot be told: both records stay as they are."""
    locks.both(merge.kept_id, merge.away_id)
    merge = Merge.objects.select_for_update().get(pk=merge.pk)
    policies.check_can_decide_merge(by, merge)
    policies.check_says_why("refused_because", because)
    merge.outcome, merge.refused_because = Merge.Outcome.REFUSED, because
    merge.decided_by, merge.decided_at = by, timezone.now()
    merge.save(update_fields=["outcome", "refused_because", "decided_by", "decided_at"])
    _record("merge.refused", merge, by)
    return merge


@transaction.atomic
def merge(proposed, *, by) -> Merge:
    """Make the two records one. Everything of the one becomes the other's; its number leads there from now on."""
    kept, away = locks.both(proposed.kept_id, proposed.away_id)
    merge = Merge.objects.select_for_update().get(pk=proposed.pk)
    policies.check_can_decide_merge(by, merge)
    policies.check_can_merge(kept, away)
    merge.outcome, merge.decided_by, merge.decided_at = Merge.Outcome.MERGED, by, timezone.now()
    merge.before = _take_facts(kept, away, merge.choices)
    merge.moved = {model._meta.label: _keys(merging.rows_that_move(model, away, kept)) for model in merging.holders()}
    merge.save(update_fields=["outcome", "decided_by", "decided_at", "before", "moved"])
    _move(merge.moved, kept)
    away.merged_into = kept
    away.save(update_fields=["merged_into"])
    _record("records.merged", merge, by, rows=sum(map(len, merge.moved.values())))
    return merge


@transaction.atomic
def undo(merged, *, by, because) -> Merge:
    """Take a merge back: what came from the other record returns, with what was written since about it.

    A fact goes back to what it was unless somebody has changed it since.
    """
    kept, away = locks.both(merged.kept_id, merged.away_id)
    merge = Merge.objects.select_for_update().get(pk=merged.pk)
    policies.check_can_undo_merge(by, merge, kept)
    policies.check_says_why("undone_because", because)
    merge.undone_by, merge.undone_at, merge.undone_because = by, timezone.now(), because
    merge.save(update_fields=["undone_by", "undone_at", "undone_because"])
    away.merged_into = None
    away.save(update_fields=["merged_into"])
    _move(_with_what_followed(merge.moved, kept), away)
    _give_facts_back(kept, merge.before)
    _record("merge.undone", merge, by)
    return merge


def _record(event, merge, by, **facts):
    """In the trail of both records."""
    for patient in (merge.kept, merge.away):
        trail.record(event, merge, patient=patient, by=by, **facts)


def _keys(rows):
    return [str(key) for key in rows.values_list("pk", flat=True)]


def _move(keys, patient):
    for model in merging.holders():
        model._base_manager.filter(pk__in=keys.get(model._meta.label, [])).update(patient=patient)


def _with_what_followed(moved, kept):
    """The rows that moved, the episodes that their admissions led to, and what was written since about any of these."""
    led_to = Intake.objects.filter(pk__in=moved.get("patients.Intake", []), episode__isnull=False).values_list("episode", flat=True)
    moved = {**moved, "patients.Episode": [*moved.get("patients.Episode", []), *map(str, led_to)]}
    moved |= {"patients.Intake": _keys(merging.gone_along(Intake, moved)) + moved.get("patients.Intake", [])}
    return {
        model._meta.label: moved.get(model._meta.label, []) + _keys(merging.gone_along(model, moved).filter(patient=kept))
        for model in merging.holders()
    }


def _take_facts(kept, away, choices):
    """Give the kept record what was chosen. Gives {fact: [before, after]}."""
    changed = merging.as_chosen(kept, away, choices)
    if away.restricted and not kept.restricted:
        changed["restricted"] = True
    changed["also_found_by"] = f"{kept.also_found_by} {away.find_by}".strip()
    return _set(kept, changed)


def _set(patient, facts):
    before = {name: [_plain(getattr(patient, name)), _plain(value)] for name, value in facts.items()}
    for name, value in facts.items():
        setattr(patient, name, value)
    check(patient)
    patient.save(update_fields=[*facts, "find_by"])
    return before


def _give_facts_back(kept, before):
    still = Patient.objects.filter(merged_into=kept).values_list("find_by", flat=True)
    facts = {"also_found_by": " ".join(still)}
    for name, (was, became) in before.items():
        if name != "also_found_by" and _plain(getattr(kept, name)) == became:
            facts[name] = merging.FIELDS[name].to_python(was)
    _set(kept, facts)


def _plain(value):
    """As JSON keeps it."""
    return value if isinstance(value, bool | str | None) else DjangoJSONEncoder().default(value)
