"""The relapse-prevention plan as a page shows it: its sections in order, each with what stands in it."""

from dataclasses import dataclass, field

from .models import PreventionEntry, PreventionLook
from .reference import PREVENTION

ALWAYS = PREVENTION["always"]  # what holds for everybody, at the foot of the page
SHOWN_EARLIER = 200  # the latest wordings that are not on the page any more


@dataclass
class Section:
    """A section with its entries. `earlier` holds what it said once, the latest first, where a page asked for it."""

    key: str
    heading: str
    entry: str  # what one entry is called: Trigger, Step
    prompt: str
    reach: bool  # whether its entries say how somebody is reached
    examples: list
    entries: list = field(default_factory=list)
    earlier: list = field(default_factory=list)


def standing(patient, on=None):
    """Every section in order, each with its entries as worded now, or as they stood when a day ended. One statement.

    An entry has `text`, and where it names somebody `how` they are reached.
    """
    rows = PreventionEntry.objects.filter(patient=patient).select_related("contact")
    found = {section["key"]: Section(**section) for section in PREVENTION["sections"]}
    for entry in rows.on(on) if on else rows.standing():
        found[entry.section].entries.append(entry)
    return list(found.values())


def with_earlier(patient, sections):
    """The same sections with what they said once. One statement."""
    found = {section.key: section for section in sections}
    rows = PreventionEntry.objects.filter(patient=patient).earlier().select_related("written_by", "removed_by", "replaced_by__written_by")
    for entry in rows.order_by("-written_at")[:SHOWN_EARLIER]:
        found[entry.section].earlier.append(entry)
    return sections


def section(key):
    """A section by its key, without entries; None where there is no such section."""
    return next((Section(**each) for each in PREVENTION["sections"] if each["key"] == key), None)


def last_look(patient):
    """When the page was gone through with the patient last; None when it never was."""
    return PreventionLook.objects.filter(patient=patient).select_related("noted_by").first()
