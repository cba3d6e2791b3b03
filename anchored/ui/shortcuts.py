"""The one table of keyboard shortcuts. app.js works by it and /help/shortcuts/ shows it."""

from dataclasses import dataclass
from functools import lru_cache

from django.conf import settings
from django.urls import NoReverseMatch, reverse

from anchored.accounts.roles import Permission


@dataclass(frozen=True)
class Shortcut:
    """Keys pressed one after the other ("g t") or together ("Ctrl+Enter"), and what they do.

    act: "focus" the element with id `target`; "go" to the page with URL name `target`; "click" what carries
    data-shortcut=`target`; "submit" the form; "close" what is open.
    """

    keys: str
    does: str
    where: str
    act: str
    target: str = ""
    needs: Permission | None = None

    @property
    def is_typed(self):
        """A bare letter or sign: the kind that Preferences switches off."""
        return "+" not in self.keys and self.keys != "Esc"

    @property
    def strokes(self):
        return self.keys.split(" ") if self.is_typed else self.keys.split("+")


EVERYWHERE, CHART, FORMS = "On every page", "In a chart", "In forms and dialogs"

SHORTCUTS = (
    Shortcut("/", "Find a patient", EVERYWHERE, "focus", "find", Permission.FIND_PATIENTS),
    Shortcut("?", "Show the keyboard shortcuts", EVERYWHERE, "go", "shortcuts"),
    Shortcut("g t", "Go to Today", EVERYWHERE, "go", "today", Permission.SEE_TODAY),
    Shortcut("g p", "Go to Patients", EVERYWHERE, "go", "patients:list", Permission.FIND_PATIENTS),
    Shortcut("g b", "Go to the continuum board", EVERYWHERE, "go", "continuum", Permission.SEE_CONTINUUM),
    Shortcut("g g", "Go to the timetable of groups", EVERYWHERE, "go", "timetable", Permission.SEE_GROUPS),
    Shortcut("g c", "Go to Caseloads", EVERYWHERE, "go", "caseloads", Permission.SEE_CASELOADS),
    Shortcut("n", "Write a note", CHART, "click", "n", Permission.WRITE_NOTES),
    Shortcut("m", "Move the patient", CHART, "click", "m", Permission.MOVE_PATIENTS),
    Shortcut("Ctrl+Enter", "Send the form", FORMS, "submit"),
    Shortcut("Esc", "Close a dialog, a menu or the results", FORMS, "close"),
)


def open_to(user):
    """The shortcuts that lead somewhere for this person."""
    return [shortcut for shortcut in SHORTCUTS if shortcut.needs is None or user.holds(shortcut.needs)]


def for_page(user):
    """What app.js gets. With the switch off in Preferences, only key combinations remain."""
    return _for_page(frozenset(user.permissions), user.shortcuts, settings.ROOT_URLCONF)


@lru_cache(maxsize=64)
def _for_page(permissions, typed_too, urls):
    rows = []
    for shortcut in SHORTCUTS:
        allowed = shortcut.needs is None or shortcut.needs in permissions
        target = _url(shortcut.target) if shortcut.act == "go" else shortcut.target
        if allowed and target is not None and (typed_too or not shortcut.is_typed):
            rows.append({"keys": shortcut.keys, "act": shortcut.act, "target": target})
    return rows


def _url(name):
    try:
        return reverse(name)
    except NoReverseMatch:
        return None
