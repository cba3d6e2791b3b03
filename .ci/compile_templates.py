"""Compile every template of the house, so that a broken tag is met here and not by a person."""

import os
import sys
from pathlib import Path

HOUSE = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(HOUSE))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "anchored.settings")

import django
from django.template import TemplateSyntaxError, engines

FOLDERS = ["templates", "anchored", "patients", "groups", "treatment_plans"]


def templates():
    for folder in FOLDERS:
        for path in sorted((HOUSE / folder).rglob("*")):
            if "templates" in path.relative_to(HOUSE).parts and path.suffix in {".html", ".txt", ".xml", ".svg"} and path.is_file():
                yield path


def complaint(path):
    try:
        engines["django"].from_string(path.read_text(encoding="utf-8"))
    except (TemplateSyntaxError, UnicodeDecodeError) as error:
        return f"{path.relative_to(HOUSE)}: {error}"


django.setup()
paths = list(templates())
complaints = [said for said in map(complaint, paths) if said]
print("\n".join(complaints) or f"{len(paths)} templates compile.")
sys.exit(bool(complaints))
