"""What comes seldom and waits for somebody: calls, admissions begun, places, two records, corrections, follow-ups. One statement.

Each kind is a few rows of the same facts, so that a day on which all of them come asks no more than one on which none does.
"""

from datetime import date, datetime
from functools import cache
from operator import attrgetter
from typing import NamedTuple
from uuid import UUID

from django.conf import settings
from django.db.models import CharField, DateField, DateTimeField, F, IntegerField, OuterRef, TextField, UUIDField, Value
from django.db.models.functions import Cast

from anchored.accounts.models import User
from anchored.accounts.roles import Permission
from anchored.ground.dates import today
from anchored.ground.remembered import Remembered
from groups import queries as groups
from groups.models import Enrolment, Waiting
from patients import queries
from patients.models.relation import days_of_grace
from treatment_plans import caseloads


class Row(NamedTuple):
    """One thing that waits. What `words`, `day`, `number` and `more` are, each kind says below; `other` is a second patient."""

    kind: str
    key: UUID
    patient_id: UUID
    given_name: str
    family_name: str
    words: str
    day: date | None
    moment: datetime | None
    number: int | None
    more: int | None
    other: UUID | None
    by_given: str
    by_family: str

    @property
    def who(self):
        return f"{self.given_name} {self.family_name}".strip()

    @property
    def by(self):
        """S. Lindqvist, who asked for it."""
        return f"{self.by_given[:1]}. {self.by_family}"


def waiting(user):
    """{kind: rows}, the earliest first, of what this person may do something about."""
    kinds = tuple(kind for kind, permission in KINDS if user.holds(permission))
    rows = _asked(kinds, user.holds(Permission.COSIGN))(user=user.pk, person=user.person_id) if kinds else ()
    found: dict = {}
    for row in sorted(map(Row._make, rows), key=_earliest):
        found.setdefault(row.kind, []).append(row)
    return found


@cache
def _asked(kinds, cosigns):
    """The statement for whoever may do something about these kinds."""

    def build(user, person=None):
        who = User(pk=user, first_account_id=person)
        parts = [kind(who, cosigns) if kind is _corrections else kind(who) for kind in kinds]
        return parts[0].union(*parts[1:], all=True)

    slots = {"user": int, "person": int} if _corrections in kinds else {"user": int}
    return Remembered(build, **slots, varies_with=lambda: (*days_of_grace(), settings.REFERRAL_CALL_HOURS))


def _earliest(row):
    return row.day or date.max, row.moment.timestamp() if row.moment else 0


def _rows(rows, kind, patient, *, key="pk", words=None, day=None, moment=None, number=None, more=None, other=None, by=None):
    return rows.order_by().values_list(
        Value(kind, output_field=CharField()),
        _fact(key, UUIDField()),
        _fact(f"{patient}__pk", UUIDField()),
        _fact(f"{patient}__given_name", TextField()),
        _fact(f"{patient}__family_name", TextField()),
        _fact(words, TextField()),
        _fact(day, DateField()),
        _fact(moment, DateTimeField()),
        _fact(number, IntegerField()),
        _fact(more, IntegerField()),
        _fact(other, UUIDField()),
        _fact(by and f"{by}__given_name", TextField()),
        _fact(by and f"{by}__family_name", TextField()),
    )


def _fact(name, field):
    """A column of the field's type, empty where the kind has no such fact: the parts of a union agree in their types."""
    if isinstance(name, str):
        name = F(name)
    return Cast(Value("" if isinstance(field, TextField) else None), field) if name is None else name


def _calls(user):
    """`words`: the last step; `day`: the next call where one was agreed; `moment`: when the person called."""
    return _rows(queries.calls_due(user), "call", "patient", words="last_step", day="next_call_on", moment="received_at")


def _admissions(user):
    """`moment`: when it was saved last; `number`: steps completed."""
    return _rows(queries.admissions_begun(user), "admission", "patient", moment="saved_at", number="completed")


def _places(user):
    """Whom a place of a program can be offered. `words`: the program; `number`: places free; `more`: the priority; `day`: waits since."""
    free = F("program__capacity") - F("taken") - F("held")
    facts = {"words": "program__name", "day": "since", "moment": "added_at"}
    return _rows(queries.next_in_line(user), "place", "patient", number=free, more="priority", **facts)


def _places_in_groups(user):
    """Who waits for a group with a free place. `key`: the group, `words`: its name, `number`: places free, `day`: waits since."""
    taken = queries.number_of(Enrolment.objects.not_over(today()).filter(group=OuterRef("group")), "group")
    rows = Waiting.objects.filter(groups.known_members(user), group__in=groups.groups_visible_to(user).not_over(today()), ended_on=None)
    rows = rows.annotate(taken=taken).filter(group__capacity__gt=F("taken"))
    facts = {"key": "group_id", "words": "group__name", "day": "started_on", "moment": "added_at"}
    return _rows(rows, "group", "episode__patient", number=F("group__capacity") - F("taken"), **facts)


def _merges(user):
    """Two records that somebody says are one person's. `number` and `more`: their numbers; `by`: who says so, at `moment`."""
    facts = {"number": "kept__record_number", "more": "away__record_number", "other": "away_id"}
    return _rows(queries.merges_waiting(user), "merge", "kept", moment="proposed_at", by="proposed_by", **facts)


def _corrections(user, cosigns):
    """Corrections of signed attendance. `key`: the mark; `words`: the group; `day`: the session; `by`: who asked, at `moment`."""
    facts = {"words": "attendance__session__group__name", "day": "attendance__session__held_on", "moment": "asked_at"}
    rows = groups.amendments_to_decide(user, cosigns=cosigns)
    return _rows(rows, "correction", "attendance__episode__patient", key="attendance_id", by="asked_by", **facts)


def _follow_ups(user):
    """What reviews of caseloads ask this person to do. `words`: what; `day`: by when; `by`: the supervisor."""
    rows = caseloads.follow_ups_of(user)
    return _rows(rows, "follow-up", "episode__patient", words="follow_up", day="due_on", by="review__supervisor")


KINDS = [
    (_calls, Permission.TAKE_REFERRALS),
    (_admissions, Permission.DO_INTAKE),
    (_places, Permission.OFFER_PLACES),
    (_places_in_groups, Permission.ENROL),
    (_merges, Permission.MERGE_RECORDS),
    (_corrections, Permission.LEAD_GROUPS),
    (_follow_ups, Permission.SEE_TODAY),
]


def first_of_each(rows):
    """The first of each `words`: who is next for a place of a program or a group."""
    found: dict = {}
    for row in sorted(rows, key=attrgetter("words")):
        found.setdefault(row.words, []).append(row)
    return [min(each, key=lambda row: (row.more or 0, row.day, row.moment)) for each in found.values()]
