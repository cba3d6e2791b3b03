"""How many people each clinician has in primary care."""

from collections import Counter

from patients import queries
from patients.models import CareTeamMember

from .table import Chart, Report, Table

NOBODY = (None, "", "Nobody yet")


def build(scope, period):
    """One row for each clinician, a column for each program, on the last day of the time. Three statements."""
    programs = period.of(queries.rules())
    primary = _primary(scope, period)
    counts, clinicians = Counter(), {}
    for episode, program in scope.stays().on(period.end).filter(program__in=programs).order_by().values_list("episode", "program"):
        clinician = primary.get(episode, NOBODY)
        counts[clinician[0], program] += 1
        clinicians[clinician[0]] = clinician
    shown = [key for key in programs if any(counts[clinician, key] for clinician in clinicians)]
    ordered = sorted(clinicians.values(), key=lambda clinician: (clinician[0] is None, clinician[1], clinician[2]))
    rows = [_row(f"{given} {family}".strip(), [counts[key, program] for program in shown]) for key, family, given in ordered]
    rows += [_row("All", [sum(counts[key, program] for key in clinicians) for program in shown])] if rows else []
    table = Table(["Clinician", *[programs[key].name for key in shown], "All"], rows, has_sum=True, has_total=True)
    return table, Chart("bars", [len(shown) + 1], "People in primary care, by clinician")


def _primary(scope, period):
    """{episode: (key, family name, given name)} of the primary clinicians of that day."""
    posts = CareTeamMember.objects.on(period.end).filter(part=CareTeamMember.Part.PRIMARY)
    posts = posts.filter(episode__in=scope.stays().on(period.end).order_by().values("episode"))
    rows = posts.order_by().values_list("episode", "user", "user__family_name", "user__given_name")
    return {episode: tuple(clinician) for episode, *clinician in rows}


def _row(name, counts):
    return (name, *counts, sum(counts))


REPORT = Report(
    slug="caseloads",
    title="How many people does each clinician care for?",
    about="People in primary care, on one day.",
    terms=(
        (
            "Counted are people in care on the last day of the time, with whoever was their primary clinician on that day. Other parts of "
            "a care team do not count."
        ),
        "“Nobody yet” are people in care without a primary clinician.",
    ),
    build=build,
)
