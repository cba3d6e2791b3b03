"""What groups begin with: kinds of group, curricula with their topics, the kinds of service and the note format of groups."""

import json
from datetime import date
from pathlib import Path

from django.apps import apps as installed

HERE = Path(__file__).parent


def read(name):
    return json.loads((HERE / name).read_text(encoding="utf-8"))


def load(apps=installed):
    """Create what is missing. Safe to run again: what is there is left alone."""
    rows = read("groups.json")
    kinds = apps.get_model("patients", "ServiceKind").objects
    for order, row in enumerate(rows["services"], 20):
        kinds.get_or_create(code=row["code"], defaults={**row, "order": order})
    _format(apps, rows["format"])
    types = apps.get_model("groups", "GroupType").objects
    for order, row in enumerate(rows["types"], 1):
        facts = {"name": row["name"], "service_kind": kinds.get(code=row["service"]), "usual_size": row["size"], "order": order}
        facts |= {"for_relatives": row.get("relatives", False), "eligibility": row.get("eligibility", "")}
        types.get_or_create(code=row["code"], defaults=facts)
    for row in rows["curricula"]:
        made, _ = apps.get_model("groups", "Curriculum").objects.get_or_create(name=row["name"], defaults={"source": row["source"]})
        for order, title in enumerate(row["topics"], 1):
            apps.get_model("groups", "Topic").objects.get_or_create(curriculum=made, title=title, defaults={"order": order})


def _format(apps, row):
    made, _ = apps.get_model("treatment_plans", "NoteFormat").objects.get_or_create(
        code=row["code"], defaults={"name": row["name"], "order": 20, "offered": False}
    )
    for place, section in enumerate(row["sections"], 1):
        apps.get_model("treatment_plans", "NoteSection").objects.get_or_create(
            format=made, key=section["key"], defaults={**section, "order": place}
        )


def load_absence_rules(apps=installed):
    """The same for what absences ask for, where the house has no rule yet."""
    rules = apps.get_model("groups", "AbsenceRule").objects
    if not rules.exists():
        for row in read("absence.json"):
            rules.create(started_on=date(2000, 1, 1), **row)
