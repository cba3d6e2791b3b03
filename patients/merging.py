"""What two records of one person have in common, what differs, what stands in the way of making them one."""

from dataclasses import dataclass
from datetime import date
from itertools import combinations

from django.apps import apps
from django.db.models import Exists, OuterRef, Q
from django.utils.formats import date_format

from anchored.ground.text import fold

from .models import Diagnosis, Merge, NamedAccess, Patient

FACTS = [
    *("given_name", "family_name", "preferred_name", "pronouns", "birth_date"),
    *("phone", "email", "street", "city", "state", "postal_code", "language", "needs_interpreter"),
    *("reach_by", "may_leave_message", "reach_wishes", "allergies"),
    *("sex", "race", "ethnicity", "veteran", "education", "marital_status", "employment", "not_in_labor_detail"),
    *("living_arrangement", "income_source", "health_insurance"),
]
CLINICAL = {"allergies", "reach_wishes"}  # words that a person who may not open charts does not see
FIELDS = {field.name: field for field in Patient._meta.concrete_fields}
KEPT, AWAY, BOTH = "kept", "away", "both"


@dataclass(frozen=True)
class Fact:
    """One fact as two records have it. `one` and `other` are words for a page; `usual` is the side taken when nobody chooses."""

    name: str
    label: str
    one: str
    other: str
    usual: str

    @property
    def differs(self):
        return self.one != self.other

    @property
    def can_be_both(self):
        return self.name in CLINICAL and bool(self.one and self.other)


def facts(kept, away):
    """Each fact of the two records in the order of the page."""
    return [_fact(name, kept, away) for name in FACTS]


def _fact(name, kept, away):
    one, other = _words(kept, name), _words(away, name)
    usual = KEPT if one or not other else AWAY
    if name in CLINICAL and one and other and one != other:
        usual = BOTH
    label = str(FIELDS[name].verbose_name)
    return Fact(name, label[:1].upper() + label[1:], one, other, usual)


def _words(patient, name):
    value = getattr(patient, name)
    if value in (None, "", False):
        return ""
    if value is True:
        return "Yes"
    if isinstance(value, date):
        return date_format(value)
    label = getattr(patient, f"get_{name}_display", None)
    return str(label() if label else value)


def as_chosen(kept, away, choices):
    """{fact: value} that the record that stays will have, for what changes in it."""
    chosen = {}
    for fact in facts(kept, away):
        side = choices.get(fact.name, fact.usual) if fact.differs else KEPT
        if side == BOTH and fact.can_be_both:
            chosen[fact.name] = f"{getattr(kept, fact.name)}\n{getattr(away, fact.name)}"
        elif side == AWAY:
            chosen[fact.name] = getattr(away, fact.name)
    return {name: value for name, value in chosen.items() if value != getattr(kept, name)}


def holders():
    """Every table of the house whose rows belong to a person by a column `patient`, and move with them."""
    return [model for model in apps.get_models() if model._meta.managed and any(_names_a_patient(field) for field in model._meta.fields)]


def _names_a_patient(field):
    return field.name == "patient" and field.related_model is Patient


def rows_that_move(model, away, kept):
    """The rows of one table that become the kept record's. Somebody named for both records is named once."""
    rows = model._base_manager.filter(patient=away)
    if model is NamedAccess:
        named_already = kept.named_access.filter(ended_on=None).values("user")
        rows = rows.exclude(ended_on=None, user__in=named_already)
    return rows


def gone_along(model, moved):
    """Rows written since a merge about what goes back: they name an episode, a referral, an admission or an entry that moved."""
    about = Q(pk__in=[])
    for name, label in LINKS.items():
        if any(field.name == name for field in model._meta.local_fields):
            about |= Q(**{f"{name}__in": moved.get(label, [])})
    return model._base_manager.filter(about)


LINKS = {"episode": "patients.Episode", "referral": "patients.Referral", "intake": "patients.Intake"}
LINKS |= {"root": "treatment_plans.PreventionEntry"}  # a wording goes with the entry that it words otherwise


def in_the_way(kept, away):
    """Sentences: what must be settled by people before the two can be one."""
    if kept.merged_into_id or away.merged_into_id:
        gone = kept if kept.merged_into_id else away
        return [f"Record no. {gone.record_number} was merged into record no. {gone.merged_into.record_number}. Start from there."]
    return [*_two_at_a_time(kept, away), *_overlapping(kept, away)]


def _two_at_a_time(kept, away):
    sides = (kept, away)
    if all(side.referrals.filter(closed_at=None).exists() for side in sides):
        yield "Both have an open referral. End one of them."
    if all(side.intakes.filter(closed_at=None).exists() for side in sides):
        yield "For both an admission is in the making. End one of them."
    flags = [set(side.safety_flags.filter(ended_on=None).values_list("kind", flat=True)) for side in sides]
    if flags[0] & flags[1]:  # which one is for those who open the charts
        yield "Both have the same safety flag. Close it on one of them, after its note is on the other."
    yield from _diagnosed_twice(kept, away)
    waits = [{wait.program_id: wait for wait in side.waits.filter(closed_at=None).select_related("program")} for side in sides]
    for program in sorted(set(waits[0]) & set(waits[1])):
        yield f"Both wait for {waits[0][program].program}. End one of the waits."


def _diagnosed_twice(kept, away):
    """Which ones is for those who open the charts, as with flags."""
    ours, theirs = (list(Diagnosis.objects.standing().filter(patient=side)) for side in (kept, away))
    if {one.code_id for one in ours} & {one.code_id for one in theirs}:
        yield "The same diagnosis stands on both. Resolve it on one of them, as of the day it began."
    if any(one.is_primary for one in ours) and any(one.is_primary for one in theirs):
        yield "Both have a primary diagnosis. Change one of them to be not the primary."


def _overlapping(kept, away):
    mine, theirs = list(kept.episodes.all()), list(away.episodes.all())
    if any(episode.ended_on is None for episode in mine) and any(episode.ended_on is None for episode in theirs):
        return ["Both are in care. Discharge one of them first, as of the day when it began if it was opened in error."]
    if any(_meet(one, other) for one in mine for other in theirs):
        return ["Their episodes of care overlap in time. One person is in care once at a time: look at their dates first."]
    return []


def _meet(one, other):
    """Half-open: an episode of no day meets nothing."""
    if one.ended_on == one.started_on or other.ended_on == other.started_on:
        return False
    return (one.ended_on is None or one.ended_on > other.started_on) and (other.ended_on is None or other.ended_on > one.started_on)


def alike(people):
    """[(older record, younger record)] of the same name and birth date among these people, of whom nobody has said yet whether
    they are one: fifty at most."""
    same_day = Patient.objects.filter(birth_date=OuterRef("birth_date"), family_name__iexact=OuterRef("family_name"), merged_into=None)
    with_twin = people.filter(Exists(same_day.exclude(pk=OuterRef("pk"))), birth_date__isnull=False, merged_into=None)
    groups: dict = {}
    for patient in with_twin.order_by("record_number")[:1000]:
        groups.setdefault((patient.birth_date, fold(f"{patient.given_name} {patient.family_name}")), []).append(patient)
    pairs = [pair for group in groups.values() for pair in combinations(group, 2)]
    said = {frozenset(pair) for pair in Merge.objects.filter(kept__in=with_twin, undone_at=None).values_list("kept", "away")}
    return [(one, other) for one, other in pairs if frozenset((one.pk, other.pk)) not in said][:50]
