"""A note as it is written: the service, the sections of its format, a word on each objective."""

from datetime import datetime, timedelta

from django import forms
from django.utils import timezone
from django.utils.formats import date_format

from anchored.ground.clock import clock
from anchored.ground.dates import today
from anchored.ui.fields import DayField, TimeOfDayField
from anchored.ui.forms import LaidOut
from patients.models import Service, ServiceKind

from ..models import NoteFormat, ObjectiveProgress

LONGEST = 12 * 60


class NoteForm(LaidOut, forms.Form):
    """Judged as a whole when the note is signed; a draft keeps whatever is typed."""

    kind = forms.ModelChoiceField(ServiceKind.objects.filter(offered=True), to_field_name="code", label="Service", empty_label=None)
    format = forms.ModelChoiceField(NoteFormat.objects.filter(offered=True), to_field_name="code", label="Format", empty_label=None)
    on = DayField(label="Day", noun="day", error_messages={"required": "Enter the day"})
    starts = TimeOfDayField(label="Start", error_messages={"required": "Enter the start"})
    minutes = forms.IntegerField(
        label="Minutes", min_value=1, max_value=LONGEST, error_messages={"required": "Enter the minutes", "invalid": "Enter the minutes"}
    )
    place = forms.ChoiceField(label="Place", choices=Service.Place.choices)
    with_whom = forms.CharField(label="Who else was there", max_length=200, required=False)

    FACTS = ("kind", "on", "starts", "minutes", "place", "with_whom")

    def __init__(self, *args, layout, objectives=(), is_new=False, **kwargs):
        super().__init__(*args, **kwargs)
        self.sections, self.objectives = list(layout.sections.all()), list(objectives)
        for section in self.sections:
            first = section == self.sections[0]
            area = forms.Textarea(attrs={"rows": 5 if first else 3, "autofocus": first and is_new})
            field = forms.CharField(
                label=section.heading, help_text=section.prompt, max_length=20_000, required=section.required, widget=area
            )
            field.error_messages["required"] = f"Write at least one sentence under {section.heading}"
            self.add(f"section_{section.key}", field)
        standings = [("", "Not worked on"), *ObjectiveProgress.Standing.choices]
        for node in self.objectives:
            self.add(
                f"standing_{node.row.root}", forms.ChoiceField(label=f"{node.number} {node.row.text}", choices=standings, required=False)
            )
            self.add(f"words_{node.row.root}", forms.CharField(label=f"A word on {node.number}", max_length=300, required=False))

    def section_fields(self):
        return [self[f"section_{section.key}"] for section in self.sections]

    def objective_fields(self):
        return [(self[f"standing_{node.row.root}"], self[f"words_{node.row.root}"]) for node in self.objectives]

    def facts(self):
        return [self[name] for name in self.FACTS]

    def for_service(self):
        """The facts of the service: start as a moment, minutes, place, who was there."""
        given = self.cleaned_data
        minutes = given["starts"]
        start = datetime.combine(given["on"], datetime.min.time()) + timedelta(minutes=minutes)
        moment = timezone.make_aware(start)
        return {"kind": given["kind"], "started_at": moment, **{name: given[name] for name in ("minutes", "place", "with_whom")}}

    def for_sections(self):
        """[{key, heading, text}] in the order of the format."""
        return [
            {"key": section.key, "heading": section.heading, "text": self.cleaned_data[f"section_{section.key}"]}
            for section in self.sections
        ]

    def for_objectives(self):
        """[(node, standing, words)] of those that were worked on."""
        given = self.cleaned_data
        found = [(node, given[f"standing_{node.row.root}"], given[f"words_{node.row.root}"]) for node in self.objectives]
        return [each for each in found if each[1]]


def texts_of(snippets):
    """{key: text}, as a page sends the key."""
    return {str(snippet.pk): snippet.text for snippet in snippets}


def with_snippets(typed, chosen, texts):
    """What is typed, with the text of a chosen snippet under that of its section. `chosen`: what the page sent."""
    added = {name: texts.get(chosen.get(f"snippet_{name}", "")) for name in typed if name.startswith("section_")}
    return typed | {name: "\n".join(filter(None, [typed[name].rstrip(), text])) for name, text in added.items() if text}


def blank(kind):
    """What an empty note begins with: this kind of service, ended just now."""
    start = timezone.localtime() - timedelta(minutes=kind.minutes)
    start -= timedelta(minutes=start.minute % 5)
    day = today() if start.date() == today() else start.date()
    return {
        "kind": kind.code,
        "format": kind.note_format,
        "on": date_format(day),
        "starts": clock(start.hour * 60 + start.minute),
        "minutes": str(kind.minutes),
        "place": Service.Place.IN_PERSON,
    }


def about_appointment(appointment):
    """What a note begins with that is about an appointment: its kind, day, start, minutes and place."""
    start = timezone.localtime(appointment.starts_at)
    facts = {"kind": appointment.kind.code, "on": date_format(start.date()), "starts": f"{start:%H:%M}"}
    return {**blank(appointment.kind), **facts, "minutes": str(appointment.minutes), "place": appointment.place}
