"""What a diagnosis must agree with: its code, its days, and what else stands. Only what contradicts is refused."""

from django.utils.formats import date_format

from anchored.accounts.refusals import NotNow, SomeoneWasFirst
from anchored.accounts.roles import Permission
from anchored.ground.dates import today

from .models import Diagnosis, DiagnosisCode
from .models.diagnosis import Remission, Severity
from .policies import ago, who

Goes = DiagnosisCode.Remission


def check_can_diagnose(user):
    user.must_hold(Permission.ASSESS)


def check_fits(diagnosis):
    """The code and what is said beside it: F10.10 is mild, F10.20 moderate or severe, F10.21 in remission."""
    code, in_remission = diagnosis.code, diagnosis.remission != Remission.NONE
    if diagnosis.severity and diagnosis.severity not in code.severities:
        raise NotNow({"severity": _misfit(code, Severity(diagnosis.severity))})
    if in_remission and code.remission == Goes.WITHOUT:
        raise NotNow({"remission": f"{code.code} is not in remission. Choose the code of the disorder in remission, or no remission."})
    if not in_remission and code.remission == Goes.WITH:
        raise NotNow({"remission": f"{code.code} is in remission. Say whether early or sustained, or choose another code."})


def _misfit(code, severity):
    if not code.severities:
        return f"{code.code} does not say how severe. Leave the severity open, or choose another code."
    fitting = " or ".join(each.label.lower() for each in code.severities)
    return f"{code.code} goes with {fitting}, not with {severity.label.lower()}. Choose another severity or another code."


def check_is_offered(code):
    if not code.offered:
        raise NotNow({"code": f"{code.code} is no longer offered. Choose another code."})


def check_day(name, day, patient, not_before=None):
    if day > today():
        raise NotNow({name: "The date must not be in the future."})
    if patient.birth_date and day < patient.birth_date:
        raise NotNow({name: "The date must not be before the date of birth."})
    if not_before and day < not_before:
        raise NotNow({name: f"The diagnosis was made on {date_format(not_before)}. Enter that day or a later one."})


def check_is_new(patient, code, apart_from=None):
    """The same code stands once for one person."""
    same = Diagnosis.objects.standing().filter(patient=patient, code=code)
    known = same.exclude(pk=apart_from and apart_from.pk).first()
    if known:
        raise NotNow({"code": f"{code.code} stands already, since {date_format(known.diagnosed_on)}. Change that one."})


def check_stands(diagnosis):
    """Somebody may have resolved it, or said that it was an error, while the page was open."""
    check_is_no_error(diagnosis)
    if diagnosis.resolved_on:
        raise SomeoneWasFirst(f"This diagnosis was resolved on {date_format(diagnosis.resolved_on)}. Nothing was changed.")


def check_is_no_error(diagnosis):
    if diagnosis.entered_in_error_at:
        somebody, when = who(diagnosis.entered_in_error_by), ago(diagnosis.entered_in_error_at)
        raise SomeoneWasFirst(f"{somebody} marked this diagnosis as entered in error {when}. Nothing was changed.")
