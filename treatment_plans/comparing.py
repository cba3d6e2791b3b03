"""What changed from one version of a plan to another: row by row, and within a row word by word."""

import difflib
import re
from dataclasses import dataclass

from django.utils.formats import date_format

from .models import Plan


@dataclass(frozen=True)
class Change:
    """One row that differs. `parts`: (label, [(mark, words)]), where mark is "", "added" or "removed"."""

    what: str  # added, removed, changed, moved
    name: str
    parts: list


def changes(older, newer):
    """Each row that was added, removed or changed, in the order of the newer page; then what was taken out."""
    before = {node.row.root: node for node in older.nodes}
    after = {node.row.root: node for node in newer.nodes}
    found = [*_of_plan(older.plan, newer.plan)]
    for root, node in after.items():
        old = before.get(root)
        if old is None:
            found.append(Change("added", node.name, [(label, [("added", words)]) for label, words in _facts(node) if words]))
            continue
        parts = [(label, words) for label, words in _both(old, node) if any(mark for mark, _ in words)]
        if parts:
            found.append(Change("changed", node.name, parts))
    for root, node in before.items():
        if root not in after:
            found.append(Change("removed", node.name, [(label, [("removed", words)]) for label, words in _facts(node) if words]))
    return found


def _of_plan(older, newer):
    names = [(name, str(Plan._meta.get_field(name).verbose_name).capitalize()) for name in Plan.ABOUT]  # type: ignore[union-attr]
    parts = [(label, by_word(getattr(older, name), getattr(newer, name))) for name, label in names]
    parts = [(label, words) for label, words in parts if any(mark for mark, _ in words)]
    return [Change("changed", "about the patient", parts)] if parts else []


def _facts(node):
    """(label, words) of everything people typed in a row."""
    facts = []
    for name in node.row.TYPED:
        field = node.row._meta.get_field(name)
        value = getattr(node.row, name)
        display = getattr(node.row, f"get_{name}_display", None)
        if name.endswith("_on"):
            words = date_format(value) if value else ""
        else:
            words = str(display() if display and value else value or "")
        facts.append((str(field.verbose_name).capitalize(), words))
    return facts


def _both(old, new):
    return [(label, by_word(before, words)) for (label, before), (_, words) in zip(_facts(old), _facts(new), strict=True)]


def by_word(before, after):
    """[(mark, words)]: what stays, what was added, what was removed, in reading order."""
    one, other = (re.findall(r"\S+|\s+", text) for text in (before, after))
    found = []
    for what, a, b, c, d in difflib.SequenceMatcher(None, one, other, autojunk=False).get_opcodes():
        if what == "equal":
            found.append(("", "".join(one[a:b])))
            continue
        found += [(mark, "".join(words)) for mark, words in (("removed", one[a:b]), ("added", other[c:d])) if words]
    return found
