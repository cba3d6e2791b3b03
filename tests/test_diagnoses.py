"""Diagnoses: recorded, changed, made primary, resolved, marked as entered in error; the list they are chosen from."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, IntegrityError, transaction

from anchored.accounts.refusals import NotNow, NotPermitted, SomeoneWasFirst
from anchored.accounts.roles import Role
from anchored.audit.models import TrailEntry
from anchored.audit.trail import TrailUnavailable
from anchored.ground.dates import today
from patients import reference
from patients.actions import diagnoses
from patients.models import Diagnosis, DiagnosisCode
from tests.checking import everything, trail_broken
from tests.making import icd, make_clinician, make_diagnosis, make_patient, make_user

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
ERROR = "It belongs to another person."


@pytest.fixture
def clinician():
    return make_clinician(given_name="Sara", family_name="Lindqvist")


@pytest.fixture
def patient(clinician):
    return make_patient(clinician)


@pytest.fixture
def alcohol(patient, clinician):
    return make_diagnosis(patient, by=clinician, severity="severe", criteria=7, is_primary=True, diagnosed_on=today() - 30 * DAY)


def told(event):
    entry = TrailEntry.objects.get(event=event)
    return entry.patient_id, entry.subject, entry.facts


def refused(act, *args, field, **facts):
    with pytest.raises(NotNow) as refusal:
        act(*args, **facts)
    assert list(refusal.value.message_dict) == [field]
    return refusal.value.messages[0]


# The list


def test_the_list_has_each_substance_with_what_its_codes_go_with():
    for family in ("F10", "F11", "F12", "F13", "F14", "F15", "F16", "F18", "F19"):
        assert icd(f"{family}.10").severities == icd(f"{family}.11").severities == ["mild"]
        assert icd(f"{family}.20").severities == icd(f"{family}.21").severities == ["moderate", "severe"]
        assert icd(f"{family}.90").severities == []
        assert {icd(f"{family}.{end}").remission for end in ("11", "21", "91")} == {"with"}
        assert {icd(f"{family}.{end}").remission for end in ("10", "20", "90")} == {"without"}
    assert icd("F17.211").remission == "with"
    assert icd("F63.0").remission == "either"


def test_the_list_has_withdrawal_and_what_often_comes_along():
    wanted = "F10.230 F10.231 F10.239 F11.23 F12.23 F13.230 F14.23 F15.23 F17.213 F19.239 F10.129 F10.229 Z72.0 F63.0"
    wanted += " F32.1 F33.1 F31.9 F41.1 F41.9 F43.10 F43.20 F60.3 F90.2"

    assert set(wanted.split()) <= set(DiagnosisCode.objects.filter(offered=True).values_list("code", flat=True))
    assert str(icd("F10.20")) == "F10.20 Alcohol dependence, uncomplicated"


def test_loading_the_list_again_leaves_what_was_corrected_alone():
    DiagnosisCode.objects.filter(code="F10.20").update(title="As corrected", offered=False)
    count = DiagnosisCode.objects.count()

    reference.load_diagnoses()

    assert (icd("F10.20").title, icd("F10.20").offered, DiagnosisCode.objects.count()) == ("As corrected", False, count)


# Recording


def test_a_diagnosis_is_recorded_and_the_trail_does_not_say_which(patient, clinician):
    other = make_clinician()
    made = diagnoses.record(patient, code=icd("F11.20"), by=clinician, diagnosed_by=other, severity="moderate", on_maintenance_therapy=True)

    assert (made.patient, made.severity, made.remission, made.is_primary) == (patient, "moderate", "none", False)
    assert (made.diagnosed_on, made.diagnosed_by, made.recorded_by) == (today(), other, clinician)
    assert made.specifiers == "Moderate, on maintenance therapy"
    assert told("diagnosis.recorded") == (patient.pk, f"patients.diagnosis:{made.pk}", {})


@pytest.mark.parametrize("role", [Role.PRESCRIBER, Role.FRONT_DESK, Role.PRIVACY_OFFICER, Role.ADMINISTRATOR])
def test_who_does_not_assess_diagnoses_nobody(patient, alcohol, role):
    stranger, before = make_user(role), everything("patients.Diagnosis", "audit.TrailEntry")

    for act, facts in (
        (diagnoses.change, {"severity": "moderate"}),
        (diagnoses.make_primary, {}),
        (diagnoses.resolve, {}),
        (diagnoses.mark_error, {"because": ERROR}),
    ):
        with pytest.raises(NotPermitted):
            act(alcohol, by=stranger, **facts)
    with pytest.raises(NotPermitted):
        diagnoses.record(patient, code=icd("F11.20"), by=stranger)
    assert everything("patients.Diagnosis", "audit.TrailEntry") == before


@pytest.mark.parametrize(
    ("code", "severity", "fits"),
    [
        ("F10.10", "mild", True),
        ("F10.10", "moderate", False),
        ("F10.20", "mild", False),
        ("F10.20", "moderate", True),
        ("F10.20", "severe", True),
        ("F10.20", "", True),
        ("F10.90", "mild", False),
        ("F63.0", "severe", True),
        ("F32.1", "severe", False),
    ],
)
def test_a_severity_that_contradicts_the_code_is_refused(patient, clinician, code, severity, fits):
    if fits:
        assert diagnoses.record(patient, code=icd(code), severity=severity, by=clinician)
    else:
        refused(diagnoses.record, patient, code=icd(code), severity=severity, by=clinician, field="severity")


def test_the_refusal_says_what_would_fit(patient, clinician):
    said = refused(diagnoses.record, patient, code=icd("F10.20"), severity="mild", by=clinician, field="severity")
    assert said == "F10.20 goes with moderate or severe, not with mild. Choose another severity or another code."
    said = refused(diagnoses.record, patient, code=icd("F10.90"), severity="mild", by=clinician, field="severity")
    assert said == "F10.90 does not say how severe. Leave the severity open, or choose another code."


def test_a_remission_that_contradicts_the_code_is_refused(patient, clinician):
    assert "is not in remission" in refused(
        diagnoses.record, patient, code=icd("F10.20"), remission="early", by=clinician, field="remission"
    )
    assert "is in remission" in refused(diagnoses.record, patient, code=icd("F10.21"), by=clinician, field="remission")

    made = diagnoses.record(patient, code=icd("F10.21"), remission="early", in_controlled_environment=True, by=clinician)
    assert made.specifiers == "Early remission, in a controlled environment"
    assert diagnoses.record(patient, code=icd("F63.0"), remission="sustained", by=clinician)


def test_the_same_code_stands_once(patient, alcohol, clinician):
    said = refused(diagnoses.record, patient, code=icd("F10.20"), by=clinician, field="code")
    assert said.startswith("F10.20 stands already, since")

    diagnoses.resolve(alcohol, by=clinician)

    assert make_diagnosis(patient, by=clinician)


def test_a_code_that_was_withdrawn_is_not_recorded_anew(patient, clinician):
    DiagnosisCode.objects.filter(code="F11.20").update(offered=False)

    assert "no longer offered" in refused(diagnoses.record, patient, code=icd("F11.20"), by=clinician, field="code")


def test_a_day_is_neither_in_the_future_nor_before_birth(patient, clinician):
    for day in (today() + DAY, patient.birth_date - DAY):
        refused(diagnoses.record, patient, code=icd("F11.20"), diagnosed_on=day, by=clinician, field="diagnosed_on")


@pytest.mark.parametrize("criteria", [-1, 12])
def test_there_are_eleven_criteria(patient, clinician, criteria):
    with pytest.raises(ValidationError):
        diagnoses.record(patient, code=icd("F11.20"), criteria=criteria, by=clinician)


# The primary one


def test_a_new_primary_diagnosis_takes_the_place_of_the_one_before(patient, alcohol, clinician):
    opioids = make_diagnosis(patient, by=clinician, code="F11.20", is_primary=True)

    alcohol.refresh_from_db()
    assert (alcohol.is_primary, opioids.is_primary) == (False, True)

    diagnoses.make_primary(alcohol, by=clinician)

    assert list(Diagnosis.objects.standing().filter(is_primary=True)) == [alcohol]
    assert told("diagnosis.made_primary") == (patient.pk, f"patients.diagnosis:{alcohol.pk}", {})


def test_making_the_primary_one_primary_changes_nothing(alcohol, clinician):
    before = everything("patients.Diagnosis", "audit.TrailEntry")

    diagnoses.make_primary(alcohol, by=clinician)

    assert everything("patients.Diagnosis", "audit.TrailEntry") == before


def test_one_that_was_resolved_leaves_its_place(patient, alcohol, clinician):
    diagnoses.resolve(alcohol, by=clinician)

    assert make_diagnosis(patient, by=clinician, code="F11.20", is_primary=True).is_primary


# Changing


def test_what_stands_beside_the_code_is_changed_in_place(patient, alcohol, clinician):
    changed = diagnoses.change(alcohol, by=clinician, severity="moderate", criteria=5)

    assert (changed.pk, changed.severity, changed.criteria) == (alcohol.pk, "moderate", 5)
    assert told("diagnosis.changed") == (patient.pk, f"patients.diagnosis:{alcohol.pk}", {"fields": ["criteria", "severity"]})


def test_a_change_that_changes_nothing_is_not_recorded(alcohol, clinician):
    diagnoses.change(alcohol, by=clinician, severity="severe", code=icd("F10.20"))

    assert not TrailEntry.objects.filter(event="diagnosis.changed").exists()


def test_another_code_is_another_row_on_the_same_day(patient, alcohol, clinician):
    day = today() - 3 * DAY
    following = diagnoses.change(alcohol, by=clinician, code=icd("F10.21"), remission="early", diagnosed_on=day)

    alcohol.refresh_from_db()
    assert (alcohol.resolved_on, alcohol.resolved_by, alcohol.severity) == (day, clinician, "severe")
    assert (following.diagnosed_on, following.severity, following.criteria, following.is_primary) == (day, "severe", 7, True)
    assert list(Diagnosis.objects.standing()) == [following]
    facts = {"fields": ["code"], "before": str(alcohol.pk)}
    assert told("diagnosis.changed") == (patient.pk, f"patients.diagnosis:{following.pk}", facts)


def test_without_another_day_the_other_code_begins_today(alcohol, clinician):
    assert diagnoses.change(alcohol, by=clinician, code=icd("F10.230")).diagnosed_on == today()


def test_another_code_that_does_not_fit_or_stands_already_leaves_the_row_as_it_is(patient, alcohol, clinician):
    make_diagnosis(patient, by=clinician, code="F11.20")
    before = everything("patients.Diagnosis", "audit.TrailEntry")

    refused(diagnoses.change, alcohol, by=clinician, code=icd("F10.10"), field="severity")
    refused(diagnoses.change, alcohol, by=clinician, code=icd("F10.21"), field="remission")
    refused(diagnoses.change, alcohol, by=clinician, code=icd("F11.20"), field="code")
    day = alcohol.diagnosed_on - DAY
    refused(diagnoses.change, alcohol, by=clinician, code=icd("F10.230"), diagnosed_on=day, field="diagnosed_on")

    assert everything("patients.Diagnosis", "audit.TrailEntry") == before


# Resolving, and what was an error


def test_a_diagnosis_is_resolved_from_a_day_on(patient, alcohol, clinician):
    day = today() - DAY
    diagnoses.resolve(alcohol, on=day, by=clinician)

    alcohol.refresh_from_db()
    assert (alcohol.resolved_on, alcohol.resolved_by, alcohol.stands) == (day, clinician, False)
    assert told("diagnosis.resolved") == (patient.pk, f"patients.diagnosis:{alcohol.pk}", {})


def test_it_is_not_resolved_in_the_future_nor_before_it_was_made(alcohol, clinician):
    for day in (today() + DAY, alcohol.diagnosed_on - DAY):
        refused(diagnoses.resolve, alcohol, on=day, by=clinician, field="on")


def test_what_was_entered_in_error_stays_on_record_with_the_reason(patient, alcohol, clinician):
    diagnoses.mark_error(alcohol, because=ERROR, by=clinician)

    alcohol.refresh_from_db()
    assert (alcohol.stands, alcohol.entered_in_error_by, alcohol.entered_in_error_because) == (False, clinician, ERROR)
    assert told("diagnosis.entered_in_error") == (patient.pk, f"patients.diagnosis:{alcohol.pk}", {})
    assert make_diagnosis(patient, by=clinician)


def test_an_error_has_a_reason(alcohol, clinician):
    assert "at least 15" in refused(diagnoses.mark_error, alcohol, because="Wrong.", by=clinician, field="because")


def test_a_resolved_one_can_still_have_been_an_error(alcohol, clinician):
    diagnoses.resolve(alcohol, by=clinician)

    assert diagnoses.mark_error(alcohol, because=ERROR, by=clinician).entered_in_error_at


def test_somebody_was_first(alcohol, clinician):
    diagnoses.resolve(alcohol, by=clinician)
    for act in (diagnoses.change, diagnoses.make_primary, diagnoses.resolve):
        with pytest.raises(SomeoneWasFirst, match="was resolved on"):
            act(alcohol, by=clinician)

    diagnoses.mark_error(alcohol, because=ERROR, by=clinician)
    for act, facts in ((diagnoses.change, {}), (diagnoses.mark_error, {"because": ERROR})):
        with pytest.raises(SomeoneWasFirst, match="S. Lindqvist marked this diagnosis as entered in error"):
            act(alcohol, by=clinician, **facts)


def test_without_the_trail_nothing_changes(patient, alcohol, clinician):
    before = everything("patients.Diagnosis")

    with trail_broken():
        for act, facts in (
            (diagnoses.change, {"severity": "moderate"}),
            (diagnoses.change, {"code": icd("F10.230")}),
            (diagnoses.resolve, {}),
            (diagnoses.mark_error, {"because": ERROR}),
        ):
            with pytest.raises(TrailUnavailable):
                act(alcohol, by=clinician, **facts)
        with pytest.raises(TrailUnavailable):
            make_diagnosis(patient, by=clinician, code="F11.20", is_primary=True)

    assert everything("patients.Diagnosis") == before


# What the database keeps


def test_the_database_keeps_one_primary_and_one_row_of_a_code(patient, alcohol, clinician):
    facts = {"patient": patient, "diagnosed_by": clinician, "recorded_by": clinician}
    for more in ({"code": icd("F11.20"), "is_primary": True}, {"code": icd("F10.20")}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Diagnosis.objects.create(**facts, **more)


@pytest.mark.parametrize(
    "wrong",
    [
        {"resolved_on": today()},
        {"criteria": 12},
        {"entered_in_error_because": ERROR},
        {"severity": "grave"},
        {"code_id": 1},
    ],
)
def test_the_database_refuses_what_cannot_be(alcohol, wrong):
    with pytest.raises(DatabaseError), transaction.atomic():
        Diagnosis.objects.filter(pk=alcohol.pk).update(**wrong)


def test_the_database_refuses_an_end_before_the_beginning(alcohol, clinician):
    with pytest.raises(IntegrityError), transaction.atomic():
        Diagnosis.objects.filter(pk=alcohol.pk).update(resolved_on=alcohol.diagnosed_on - DAY, resolved_by=clinician)


def test_the_database_keeps_what_is_past_as_it_was(alcohol, clinician):
    diagnoses.resolve(alcohol, by=clinician)
    with pytest.raises(DatabaseError, match="stays as it is"), transaction.atomic():
        Diagnosis.objects.filter(pk=alcohol.pk).update(resolved_on=None, resolved_by=None)

    diagnoses.mark_error(alcohol, because=ERROR, by=clinician)
    for wrong in ({"entered_in_error_because": "Another."}, {"severity": "moderate"}):
        with pytest.raises(DatabaseError, match="stays as it is"), transaction.atomic():
            Diagnosis.objects.filter(pk=alcohol.pk).update(**wrong)
