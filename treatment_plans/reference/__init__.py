"""What plans and notes begin with: kinds of service, note formats, the plan library (loaded once, edited in the admin), and the
sections of the relapse-prevention plan with their examples."""

import json
from pathlib import Path

from django.apps import apps as installed

HERE = Path(__file__).parent


def read(name):
    return json.loads((HERE / name).read_text(encoding="utf-8"))


PREVENTION = read("relapse_prevention.json")


def load_notes(apps=installed):
    """Kinds of service and note formats with their sections. Safe to run again: what is there is left alone."""
    rows = read("notes.json")
    kinds = apps.get_model("patients", "ServiceKind")
    for order, row in enumerate(rows["services"], 1):
        kinds.objects.get_or_create(code=row["code"], defaults={**row, "order": order})
    formats, sections = apps.get_model("treatment_plans", "NoteFormat"), apps.get_model("treatment_plans", "NoteSection")
    for order, row in enumerate(rows["formats"], 1):
        made, _ = formats.objects.get_or_create(code=row["code"], defaults={"name": row["name"], "order": order})
        for place, section in enumerate(row["sections"], 1):
            sections.objects.get_or_create(format=made, key=section["key"], defaults={**section, "order": place})


def load_library(apps=installed):
    """The starter library, into an empty table only: a house that has its own keeps its own."""
    entries = apps.get_model("treatment_plans", "LibraryEntry")
    if entries.objects.exists():
        return
    for order, problem in enumerate(read("plan_library.json")["problems"], 1):
        _add(entries, {**problem, "text": problem["statement"]}, "problem", None, order)


BELOW = {"problem": ("goal", "goals"), "goal": ("objective", "objectives"), "objective": ("intervention", "interventions")}


def _add(entries, row, kind, parent, order):
    named = ("text", "measure", "days", "modality", "group_type", "frequency", "duration")
    facts = {name: row[name] for name in named if row.get(name) not in (None, "")}
    if kind == "problem":
        facts["dimension"] = row["dimension"]
    made = entries.objects.create(kind=kind, parent=parent, order=order, **facts)
    if kind in BELOW:
        child, name = BELOW[kind]
        for place, each in enumerate(row[name], 1):
            _add(entries, each, child, made, place)
