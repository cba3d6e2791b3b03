"""Relapse-prevention plans for tests, through the real actions."""

from treatment_plans.actions import prevention
from treatment_plans.models import PreventionEntry

WORDS = {
    "triggers": ["Payday, alone in the car", "The bar at the corner"],
    "signs": ["I skip breakfast and say nothing"],
    "coping": ["I walk to the river", "I call before I decide"],
    "people": ["My sister Elena"],
    "reasons": ["Breakfast with my son"],
    "return": ["Naloxone is in the kitchen drawer"],
    "care": ["I call the program and say that I want to come back"],
}


def make_prevention(patient, *, by):
    """A page with something in each section."""
    for section, words in WORDS.items():
        for text in words:
            prevention.add(patient, section, by=by, text=text, how="555 0177" if section == "people" else "")
    return PreventionEntry.objects.filter(patient=patient).standing()


def words(patient, section, on=None):
    rows = PreventionEntry.objects.filter(patient=patient, section=section)
    return [entry.text for entry in (rows.on(on) if on else rows.standing())]
