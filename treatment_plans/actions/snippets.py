"""A person's own snippets: added, changed, put in another place, removed. The trail says so, and none of their words."""

from django.db import transaction

from anchored.accounts.models import User
from anchored.accounts.refusals import NotNow, SomeoneWasFirst
from anchored.accounts.roles import Permission
from anchored.audit import trail
from anchored.ground import rows

from ..models import Snippet


@transaction.atomic
def add(*, by, name, text) -> Snippet:
    """One more, after the others. Raises NotNow when there are 100, or one of this name."""
    mine = _all_of(by)
    if len(mine) >= Snippet.MOST:
        raise NotNow(f"You have {Snippet.MOST} snippets, the most there can be. Remove one first.")
    _check_name(mine, name)
    order = max((each.order for each in mine), default=0) + 1
    snippet = rows.add(Snippet(owner=by, name=name, text=text, order=order))
    trail.record("snippet.added", snippet, by=by)
    return snippet


@transaction.atomic
def change(snippet, *, by, **facts) -> Snippet:
    """Another name or other words. Raises NotNow for the name of another one."""
    mine = _all_of(by)
    snippet = _one_of(mine, snippet)
    _check_name([each for each in mine if each != snippet], facts.get("name"))
    for name, value in facts.items():
        setattr(snippet, name, value)
    rows.check(snippet)
    snippet.save(update_fields=list(facts))
    trail.record("snippet.changed", snippet, by=by, fields=sorted(facts))
    return snippet


@transaction.atomic
def move(snippet, *, by, up) -> Snippet:
    """One place up or down; the first stays first, the last stays last."""
    mine = _all_of(by)
    place = mine.index(_one_of(mine, snippet))
    other = max(place - 1, 0) if up else min(place + 1, len(mine) - 1)
    mine.insert(other, mine.pop(place))
    for order, each in enumerate(mine, 1):
        each.order = order
    Snippet.objects.bulk_update(mine, ["order"])
    trail.record("snippet.moved", snippet, by=by)
    return snippet


@transaction.atomic
def remove(snippet, *, by):
    """Gone for good. Notes that it was put into keep their words."""
    snippet = _one_of(_all_of(by), snippet)
    trail.record("snippet.removed", snippet, by=by)
    snippet.delete()


def _all_of(owner):
    """All of one person's, in order, locked by their owner so that two windows come one after the other."""
    owner.must_hold(Permission.WRITE_NOTES)
    User.objects.select_for_update(no_key=True).get(pk=owner.pk)
    return list(Snippet.objects.filter(owner=owner))


def _one_of(mine, snippet):
    """As it is now. Somebody else's is none of theirs."""
    found = next((each for each in mine if each.pk == snippet.pk), None)
    if found is None:
        raise SomeoneWasFirst("This snippet was removed in another window. Nothing was changed.")
    return found


def _check_name(others, name):
    if any(each.name == name for each in others):
        raise NotNow({"name": "You have a snippet of this name already"})
