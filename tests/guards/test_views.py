"""Views reach clinical rows through one door: `visible_to`, or the patient that the door of the chart handed them."""

import ast
import re
from pathlib import Path

import pytest
from django.apps import apps

HOUSE = Path(__file__).resolve().parent.parent.parent
VIEWS = sorted(
    path
    for place in ("anchored", "patients", "treatment_plans", "groups")
    for path in (HOUSE / place).rglob("*.py")
    if path.name == "views.py" or path.parent.name == "views"
)
CLINICAL = {
    "Patient", "Episode", "Stay", "Discharge", "Admission", "SubstanceUse", "Assessment", "CareTeamMember", "SafetyFlag", "NamedAccess",
    "InCare", "Relation", "Contact", "Commitment", "Referral", "ReferralStep", "ContactAttempt", "WaitlistEntry", "Offer", "Intake",
    "IntakeAnswer", "IntakeStep", "Paper", "Scan", "Merge", "Diagnosis",
    "Plan", "Problem", "Goal", "Objective", "Intervention", "PatientWord", "Note", "NoteReturn", "WhyAlike", "NoteInError",
    "PlanEvent", "ContinuingCare", "DischargeSummary", "CaseloadReview", "CaseloadFinding", "FollowUpAnswer",
    "ObjectiveProgress", "Service",
    "PlanReview", "PreventionEntry", "PreventionLook", "Enrolment", "Attendance", "Told", "MakeUp", "Outreach", "AbsenceDecision",
    "Appointment",
    "Waiting", "KeepApart", "KeptPerson", "Amendment", "Relative",
}  # fmt: skip
# A query that begins at the patient whom `opens_chart` handed over, or at something found from there.
FROM_THE_DOOR = re.compile(
    r"\bvisible_to\(|\bpatient=patient\b|episode__patient=patient\b|pk=patient\.pk\b|\b(admission__)?episode=(\w+\.)?episode(_id)?\b"
)
# Where a clinical row is found in another way, and why that is right.
OTHERWISE = {
    "patients/views/privacy.py: restricted": "the privacy officer's list: record numbers, no names",
    "groups/views/enrolments.py: _known": "members of the groups this person sees, but of restricted records that are not theirs",
    "groups/views/waiting.py: _known": "the same of those who wait for a place there",
    "patients/views/privacy.py: _lift": "the privacy officer names a record by its number",
}


def clinical_queries(path):
    """(function, source) of each statement in which a clinical model's manager is asked."""
    source = path.read_text(encoding="utf-8")
    tree = ast.parse(source)
    beside = ast.FunctionDef("beside the views", body=[node for node in tree.body if not isinstance(node, ast.FunctionDef | ast.ClassDef)])
    for function in [beside, *(node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))]:
        for piece in _pieces(function):
            if any(_asks_a_manager(node) or _asks_a_model(node) for node in ast.walk(piece)):
                yield function.name, ast.get_source_segment(source, piece)


def _pieces(function):
    """Plain statements and conditions: a whole `if` would let one query lend its door to another."""
    plain = [node for node in ast.walk(function) if isinstance(node, ast.stmt) and not getattr(node, "body", None)]
    return plain + [node.test for node in ast.walk(function) if isinstance(node, ast.If | ast.While)]


def _asks_a_manager(node):
    return (
        isinstance(node, ast.Attribute)
        and node.attr in ("objects", "_base_manager", "_default_manager")
        and isinstance(node.value, ast.Name)
        and node.value.id in CLINICAL
    )


def _asks_a_model(node):
    """get_object_or_404(Patient, ...) asks the manager too."""
    return isinstance(node, ast.Call) and any(isinstance(given, ast.Name) and given.id in CLINICAL for given in node.args)


def breaches(path):
    here = path.relative_to(HOUSE) if path.is_relative_to(HOUSE) else path.name
    return [
        f"{here}: {function}: {source}"
        for function, source in clinical_queries(path)
        if not FROM_THE_DOOR.search(source) and f"{here}: {function}" not in OTHERWISE
    ]


@pytest.mark.parametrize("path", VIEWS, ids=lambda path: str(path.relative_to(HOUSE)))
def test_views_begin_with_visible_to(path):
    assert breaches(path) == []


def test_the_guard_sees_a_breach(tmp_path):
    careless = tmp_path / "views.py"
    careless.write_text(
        "def chart(request, pk):\n"
        "    if Stay.objects.filter(pk=pk).exists():\n"
        "        return render(Patient.objects.get(pk=pk))\n"
        "    patient = get_object_or_404(Patient, pk=pk)\n"
        "    return render(Stay.objects.filter(episode__patient=patient))\n"
        "everybody = Remembered(lambda: Patient.objects.all())\n"
    )

    assert len(breaches(careless)) == 4


def test_every_clinical_model_is_watched():
    known = {model.__name__ for app in ("patients", "treatment_plans", "groups") for model in apps.get_app_config(app).get_models()}
    lists = {"LevelOfCare", "Phase", "Program", "ProgramRule", "AllowedMove", "ProgramStaff", "DischargeReason", "MoveBasis"}
    lists |= {"GroupType", "Curriculum", "Topic", "Closure", "Group", "GroupProgram", "Leader", "Slot", "AbsenceRule"}
    lists |= {
        "Dimension",
        "RatingOption",
        "RecordNumber",
        "PaperTemplate",
        "MinorRule",
        "LibraryEntry",
        "NoteFormat",
        "NoteSection",
        "CosignRule",
        "Snippet",
        "ServiceKind",
        "DiagnosisCode",
        "GroupType",
        "Curriculum",
        "Topic",
        "Group",
        "Leader",
        "Slot",
        "Closure",
        "Session",
    }

    assert known - lists == CLINICAL


def test_no_exception_outlives_its_query():
    used = {f"{path.relative_to(HOUSE)}: {function}" for path in VIEWS for function, _ in clinical_queries(path)}

    assert set(OTHERWISE) <= used


@pytest.mark.parametrize("path", VIEWS, ids=lambda path: str(path.relative_to(HOUSE)))
def test_views_change_nothing_by_themselves(path):
    """Changes are actions. A view that saved would skip the lock, the policy and the trail."""
    source = path.read_text(encoding="utf-8")
    calls = [node.func for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)]
    changing = {"save", "delete", "update", "create", "bulk_create", "bulk_update", "get_or_create", "update_or_create"}
    saved = [f"{ast.unparse(call)}" for call in calls if call.attr in changing]

    assert [call for call in saved if call not in ("request.user.save",)] == []


@pytest.mark.parametrize("path", VIEWS, ids=lambda path: str(path.relative_to(HOUSE)))
def test_a_view_is_a_short_story(path):
    """At most 40 lines, rather 25: what is longer belongs into queries, forms or actions."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    long = {node.name: node.end_lineno - node.lineno + 1 for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}

    assert {name: lines for name, lines in long.items() if lines > 40} == {}
