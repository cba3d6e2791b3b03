"""Plans, reviews, notes and the relapse-prevention plan as PDF/UA.

What people wrote is handed over as data and never becomes a part of the template.
"""

import json
from pathlib import Path

import typst
from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format

from anchored.ground.dates import today
from anchored.signing import signatures
from patients import drawing
from patients.models import Diagnosis

from . import leaving
from . import prevention as relapse_prevention
from .models import ObjectiveProgress, Plan, PlanReview

TEMPLATES = Path(__file__).parent / "print"
DRAWN = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 600 200"><path fill="none" stroke="black" stroke-width="4" d="{}"/></svg>'


def plan(outline, by):
    """A version of a plan with its signatures as they were made; a draft says so on each page."""
    version = outline.plan
    names = {field.name: field for field in Plan._meta.concrete_fields}
    about = [[str(names[name].verbose_name).capitalize(), getattr(version, name)] for name in Plan.ABOUT]
    return _print(
        "plan",
        _whose(version.patient, by)
        | {
            "title": str(version),
            "draft": not version.in_force_at,
            "standing": version.state[1] + (f", in force since {_day(version.in_force_at)}" if version.in_force_at else ""),
            "about": [row for row in about if row[1]],
            "diagnoses": _diagnoses(version) if version.is_of_today else [],
            "today": date_format(today()),
            "problems": [_problem(node) for node in outline.problems],
            "signatures": [*_signed(version), *_said(version)],
        },
    )


def _diagnoses(version):
    """What stands on the chart on the day of printing; no part of what was signed."""
    standing = Diagnosis.objects.standing().filter(patient=version.patient).select_related("code")
    return [", ".join(filter(None, [str(each.code), "primary" if each.is_primary else "", each.specifiers.lower()])) for each in standing]


def _problem(node):
    row = node.row
    facts = [["Dimension", row.dimension], ["Diagnosis", row.diagnosis]]
    facts += [["In the patient's words", row.words], ["What shows it", row.evidence]]
    if row.standing != "active":
        facts.append([row.get_standing_display(), row.standing_because])
    goals = [
        {"number": goal.number, "text": goal.row.text, "words": goal.row.words, "objectives": [_objective(each) for each in goal.children]}
        for goal in node.children
    ]
    return {"number": node.number, "statement": row.statement, "facts": [fact for fact in facts if fact[1]], "goals": goals}


def _objective(node):
    facts = [["Measure", node.row.measure], ["By", date_format(node.row.target_on) if node.row.target_on else ""]]
    parts = [(str(each.row), each.row.frequency, each.row.duration, str(each.row.responsible or "")) for each in node.children]
    deeds = [", ".join(filter(None, words)) for words in parts]
    return {"number": node.number, "text": node.row.text, "facts": [fact for fact in facts if fact[1]], "deeds": deeds}


def note(signed, by):
    """A signed note with its addenda and signatures."""
    service = signed.service
    about = [
        ["Service", str(service.kind)],
        ["When", f"{_day(service.started_at)}, {timezone.localtime(service.started_at):%H:%M}, {service.minutes} minutes"],
        ["Place", service.get_place_display()],
        ["With", service.with_whom],
    ]
    if signed.in_error_at:
        said = signed.said_in_error.select_related("said_by", "decided_by").get(outcome="struck")
        about.append(["Entered in error", f"{said.because} ({said.said_by}; {said.decided_by}, {_day(said.decided_at)})"])
    words = [f"{_line(row)}. {row['words']}" for row in signed.objectives]
    return _print(
        "note",
        _whose(signed.patient, by)
        | {
            "title": f"Note, {service.kind}, {_day(service.started_at)}",
            "draft": False,
            "standing": signed.state[1] + (", late entry" if signed.is_late else ""),
            "about": [row for row in about if row[1]],
            "sections": signed.sections,
            "objectives": words,
            "addenda": _addenda(signed),
            "signatures": _signed(signed),
        },
    )


def continuing_care(signed, by):
    """What the patient takes along."""
    kit = [["Overdose reversal kit", signed.get_kit_display()]] if signed.kit else []
    meetings = "\n".join(leaving.appointment_words(each) for each in signed.appointments)
    words = ("way_back", "crisis", "supports", "housing", "medications", "told")
    part = " ".join(filter(None, [signed.get_part_display(), signed.part_words]))
    return _leaving(
        signed,
        by,
        about=kit,
        sections=[("Appointments", meetings), *_typed(signed, words), *_drawn(signed), ("The patient", part)],
        signers=[{"name": signed.signer_name, "how": signed.get_part_display(), "drawing": ""}] if signed.signer_name else [],
    )


def discharge_summary(signed, by):
    """The account of an episode, with what the record said when it was signed."""
    about = [["Last contact", date_format(signed.last_contact_on) if signed.last_contact_on else ""]]
    words = ("course", "condition", "medications", "needs", "recommendations")
    return _leaving(signed, by, about=about, sections=[*_typed(signed, words), *_drawn(signed)], signers=[])


def _leaving(signed, by, *, about, sections, signers):
    return _print(
        "note",
        _whose(signed.patient, by)
        | {
            "title": str(signed),
            "draft": False,
            "standing": f"Episode from {date_format(signed.episode.started_on)}",
            "about": [row for row in about if row[1]],
            "sections": [{"heading": heading, "text": text} for heading, text in sections if text],
            "objectives": [],
            "addenda": _addenda(signed),
            "signatures": [*_signed(signed), *signers],
        },
    )


def _typed(document, names):
    labels = {name: str(document._meta.get_field(name).verbose_name) for name in names}
    return [(f"{label[:1].upper()}{label[1:]}", getattr(document, name)) for name, label in labels.items()]


def _drawn(document):
    return [(part["heading"], "\n".join(part["lines"])) for part in document.drawn]


def _addenda(document):
    added = signatures.addenda_of(document)
    return [{"number": each.number, "text": each.text, "by": f"{each.name_as_signed}, {_day(each.written_at)}"} for each in added]


def review(signed, by):
    """A signed review of a plan."""
    rows = [f"{_line(row)}, {PlanReview.Further(row['decision']).label.lower()}. {row['evidence']}" for row in signed.objectives]
    about = [["Took part", signed.participants], ["Next review", date_format(signed.next_on) if signed.next_on else ""]]
    return _print(
        "note",
        _whose(signed.patient, by)
        | {
            "title": f"Plan review, {date_format(signed.made_on)}",
            "draft": False,
            "standing": signed.get_decision_display(),
            "about": [row for row in about if row[1]],
            "sections": [{"heading": "Summary", "text": signed.summary}],
            "objectives": rows,
            "addenda": [],
            "signatures": _signed(signed),
        },
    )


def prevention(patient, sections, look, by):
    """The relapse-prevention plan as the patient takes it home: large, and with room to write where nothing stands yet."""
    return _print(
        "prevention",
        _whose(patient, by)
        | {
            "title": "My relapse-prevention plan",
            "draft": False,
            "standing": f"Last gone through together on {date_format(look.day)}." if look else "",
            "sections": [
                {
                    "heading": section.heading,
                    "prompt": section.prompt,
                    "entries": [{"text": entry.text, "how": entry.how} for entry in section.entries],
                }
                for section in sections
            ],
            "always": relapse_prevention.ALWAYS,
        },
    )


def _line(row):
    return f"{row['number']} {row['text']}: {ObjectiveProgress.Standing(row['standing']).label.lower()}"


def _whose(patient, by):
    now = timezone.localtime()
    return {
        "house": settings.CLINIC_NAME,
        "notice": settings.CONFIDENTIALITY_NOTICE,
        "person": {
            "name": str(patient),
            "born": date_format(patient.birth_date) if patient.birth_date else "not known",
            "number": str(patient.record_number),
        },
        "printed": {"by": str(by), "at": f"{date_format(now)} {now:%H:%M}"},
    }


def _signed(document):
    return [
        {"name": each.name_as_signed, "how": f"{each.get_meaning_display()} {_day(each.signed_at)}", "drawing": ""}
        for each in signatures.of(document)
    ]


def _said(plan):
    """What the patient said to the version, and how they signed."""
    word = getattr(plan, "word", None)
    if word is None:
        return []
    said = [word.get_view_display() if word.view else "", word.get_how_display(), word.words, word.reason, _day(word.taken_at)]
    how = ", ".join(filter(None, said))
    return [{"name": word.signer_name or str(plan.patient), "how": how, "drawing": _picture(word.drawing) if word.drawing else ""}]


def _picture(drawn):
    return DRAWN.format(drawing.path(drawn))


def _day(moment):
    return date_format(timezone.localdate(moment))


def _print(template, data):
    """The bytes of a tagged PDF: PDF/UA, unless it holds letters that no font of this machine has."""
    path, inputs = str(TEMPLATES / f"{template}.typ"), {"data": json.dumps(data, ensure_ascii=False)}
    try:
        return typst.compile(path, root=str(TEMPLATES), sys_inputs=inputs, pdf_standards="ua-1")
    except typst.TypstError:
        return typst.compile(path, root=str(TEMPLATES), sys_inputs=inputs)
