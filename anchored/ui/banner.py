"""What the patient banner, the level-of-care line and the views of a chart show. The chart fills these in; ui knows no patients."""

from dataclasses import dataclass
from datetime import date

NOT_KNOWN = "Not known"


@dataclass(frozen=True)
class Alert:
    """Something to know before anything else. `tone` and `icon` as in {% status %}; with `url` the words are a link."""

    tone: str
    icon: str
    words: str
    url: str = ""


@dataclass(frozen=True)
class Act:
    """A button of the banner. In a dialog if `dialog`; greyed out with a sentence if `why_not`; `key` is its shortcut."""

    words: str
    url: str
    icon: str = ""
    main: bool = False
    dialog: bool = False
    key: str = ""
    why_not: str = ""


@dataclass(frozen=True)
class Step:
    """One level of care on the line. `state`: done, now, skipped or ahead; `note` is the dates or the day."""

    name: str
    note: str = ""
    state: str = "ahead"

    SAID = {"done": "completed", "now": "current", "skipped": "skipped", "ahead": "not reached"}

    @property
    def said(self):
        return self.SAID[self.state]


@dataclass(frozen=True)
class View:
    """A link to one of the chart's views."""

    words: str
    url: str
    here: bool = False


@dataclass(frozen=True)
class Banner:
    """Who this is. Unknown is said as "Not known"; a name that was not given is left out."""

    family_name: str
    given_name: str
    record_number: int
    born: date | None = None
    age: int | None = None
    preferred_name: str = ""
    pronouns: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    alerts: tuple[Alert, ...] = ()
    actions: tuple[Act, ...] = ()
    more: tuple[Act, ...] = ()
    steps: tuple[Step, ...] = ()
    views: tuple[View, ...] = ()


@dataclass(frozen=True)
class Bar:
    """One stay on the staybar: its program, its days, whether it is the open one."""

    name: str
    days: int
    now: bool = False
