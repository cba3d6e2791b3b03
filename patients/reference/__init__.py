"""The domain's data as rows: levels of care, phases, programs with their rules, moves, lists. Loaded once; edited in the admin."""

import json
from pathlib import Path

from django.apps import apps as installed

HERE = Path(__file__).parent
BEGINNING = "2000-01-01"


def read(name):
    return json.loads((HERE / name).read_text(encoding="utf-8"))


def load(apps=installed):
    """Create what is missing. Safe to run again: a row that is there, also one that was edited, is left alone."""
    levels = _levels(apps)
    _scales(apps)
    house = read("continuum.json")
    _rows(apps, "DischargeReason", house["discharge_reasons"], key="code")
    _rows(apps, "MoveBasis", house["move_bases"], key="code")
    phases = _rows(apps, "Phase", house["phases"], key="short_name")
    _programs(apps, house["programs"], phases, levels)
    _moves(apps, house["moves"], levels)


def load_intake(apps=installed):
    """The same for what admissions need: the papers of the packet and the rules for minors."""
    house = read("intake.json")
    papers = apps.get_model("patients", "PaperTemplate").objects
    for order, row in enumerate(house["papers"], 1):
        papers.get_or_create(code=row["code"], version=1, defaults={"order": order, "started_on": BEGINNING, **row})
    for row in house["minor_rules"]:
        apps.get_model("patients", "MinorRule").objects.get_or_create(state=row["state"], defaults=row)


def load_diagnoses(apps=installed):
    """The same for the codes that diagnoses are chosen from."""
    codes = apps.get_model("patients", "DiagnosisCode").objects
    known = set(codes.values_list("code", flat=True))
    codes.bulk_create(codes.model(**_diagnosis(**row)) for row in read("diagnoses.json") if row["code"] not in known)


def _diagnosis(*, code, title, severities, remission):
    fits = {f"fits_{severity}": severity in severities for severity in ("mild", "moderate", "severe")}
    return {"code": code, "title": title, "remission": remission, **fits}


def _rows(apps, model, rows, *, key):
    objects = apps.get_model("patients", model).objects
    return {row[key]: objects.get_or_create(**{key: row[key]}, defaults={"order": order, **row})[0] for order, row in enumerate(rows, 1)}


def _levels(apps):
    objects = apps.get_model("patients", "LevelOfCare").objects
    levels = {}
    for row in read("levels_of_care.json")["levels"]:
        levels[row["code"], row["edition"]] = objects.get_or_create(
            code=row["code"],
            edition=row["edition"],
            defaults={
                "name": row["name"],
                "least_hours": row["min_hours_week_adult"],
                "most_hours": row["max_hours_week_adult"],
                "is_residential": row["residential"],
                "is_withdrawal_management": row["withdrawal_management"],
                "verified": row["status"] == "verified",
                "note": row.get("note", ""),
            },
        )[0]
    return levels


def _scales(apps):
    data = read("levels_of_care.json")
    short = read("continuum.json")["dimension_short_names"]
    dimensions = apps.get_model("patients", "Dimension").objects
    options = apps.get_model("patients", "RatingOption").objects
    for edition, rows in data["dimensions"].items():
        for row in rows:
            defaults = {"name": row["name"], "short_name": short[edition][row["n"] - 1], "is_rated": row.get("rated", True)}
            dimensions.get_or_create(edition=edition, number=row["n"], defaults=defaults)
    for order, row in enumerate(data["risk_ratings"]["3"]):
        options.get_or_create(edition="3", value=row["value"], defaults={"label": row["label"], "order": order})
    for order, token in enumerate(data["risk_ratings"]["4"]["example_tokens"]):
        options.get_or_create(edition="4", value=token, defaults={"label": "", "order": order})


def _programs(apps, rows, phases, levels):
    programs = apps.get_model("patients", "Program").objects
    rules = apps.get_model("patients", "ProgramRule").objects
    for order, row in enumerate(rows, 1):
        facts = {name: value for name, value in row.items() if name not in ("level", "phase", "rule")}
        facts |= {"phase": phases[row["phase"]], "level": levels[tuple(row["level"])], "order": order, "started_on": BEGINNING}
        program, is_new = programs.get_or_create(name=row["name"], defaults=facts)
        if is_new:
            rules.create(program=program, started_on=BEGINNING, **row["rule"])


def _moves(apps, rows, levels):
    objects = apps.get_model("patients", "AllowedMove").objects
    for row in rows:
        for origin in row["from"]:
            for target in row["to"]:
                pair = {"from_level": levels[tuple(origin)], "to_level": levels[tuple(target)]}
                is_next = target == row.get("next")
                objects.get_or_create(**pair, defaults={"kind": row["kind"], "is_next_step": is_next})
