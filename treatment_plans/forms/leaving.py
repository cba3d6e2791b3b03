"""The continuing-care plan and the discharge summary as forms. Nothing must be filled in to keep a draft."""

from django import forms

from anchored.ui.fields import DayField
from anchored.ui.forms import LaidOut
from anchored.ui.two_at_once import TwoAtOnce

from ..models import ContinuingCare, DischargeSummary
from ..models.leaving import APPOINTMENT, PLACES

LABELS = {"what": "What", "with_whom": "With whom", "on": "On", "at": "Time", "where": "Where, and phone"}


class LeavingForm(TwoAtOnce, LaidOut, forms.ModelForm):
    def _post_clean(self):
        """The action checks the document."""


class ContinuingCareForm(LeavingForm):
    """The appointments are kept as a list; on the page each is a row of fields of its own."""

    class Meta:
        model = ContinuingCare
        fields = [name for name in ContinuingCare.TYPED if name != "appointments"]
        widgets = {
            name: forms.Textarea(attrs={"rows": 2})
            for name in ("supports", "housing", "medications", "told", "way_back", "crisis", "part_words")
        }
        help_texts = {
            "supports": "Meetings, a sponsor, a recovery coach, family and friends who were asked.",
            "told": "Work, school, court, a probation officer: who hears of the discharge, with the patient's consent.",
            "way_back": "Whom to call, and that coming back needs no new start.",
            "medications": "With who prescribes them from now on, and until when there is enough.",
        }

    def __init__(self, *args, instance, **kwargs):
        for number in range(1, PLACES + 1):
            kept = instance.appointments[number - 1] if number <= len(instance.appointments) else {}
            for part in APPOINTMENT:
                setattr(instance, f"{part}_{number}", _day(kept.get(part)) if part == "on" else kept.get(part, ""))
        initial = {name: getattr(instance, name) for name in self._places()}
        super().__init__(*args, instance=instance, initial=initial, **kwargs)
        for name in self._places():
            label = LABELS[name.rpartition("_")[0]]
            field = DayField(label=label, noun="day", required=False) if name.startswith("on_") else None
            self.add(name, field or forms.CharField(label=label, max_length=120, required=False))
            self.on_record[name] = getattr(instance, name)

    @staticmethod
    def _places():
        return [f"{part}_{number}" for number in range(1, PLACES + 1) for part in APPOINTMENT]

    def rows(self):
        """(number, the fields of one appointment)."""
        return [(number, [self[f"{part}_{number}"] for part in APPOINTMENT]) for number in range(1, PLACES + 1)]

    def texts(self):
        """What stands above the patient's part."""
        return [self[name] for name in ("supports", "housing", "medications", "told", "way_back", "crisis", "kit")]

    def for_write(self):
        """What is to be written: the answers that changed, the appointments as one."""
        changed = self.changes()
        facts = {name: value for name, value in changed.items() if name in self.Meta.fields}
        if any(name not in facts for name in changed):
            facts["appointments"] = [self._appointment(number, changed) for number in range(1, PLACES + 1)]
        return facts

    def _appointment(self, number, changed):
        """One appointment: what this person changed, else what is on record by now."""
        answers = {part: changed.get(f"{part}_{number}", self.on_record[f"{part}_{number}"]) for part in APPOINTMENT}
        return {**answers, "on": answers["on"].isoformat() if answers["on"] else ""}


def _day(iso):
    return forms.DateField().to_python(iso) if iso else None


class SummaryForm(LeavingForm):
    last_contact_on = DayField(label="Last contact on", noun="day", required=False)

    class Meta:
        model = DischargeSummary
        fields = list(DischargeSummary.TYPED)
        widgets = {
            name: forms.Textarea(attrs={"rows": rows})
            for name, rows in {"course": 6, "condition": 4, "medications": 2, "needs": 3, "recommendations": 3}.items()
        }
        help_texts = {
            "course": "Why the patient came, what they worked on, what helped. The facts of the record come along by themselves.",
            "condition": "Health, mood, risk and substance use at the end, with the last test.",
            "medications": "At discharge, with who goes on prescribing them.",
        }

    def for_write(self):
        return self.changes()
